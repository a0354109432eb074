// SPDX-License-Identifier: LGPL-3.0-or-later

import Binding
import CBuiltinTables
import CDCERPC
import NDR
import Testing
import Wire

@testable import Server

@Suite struct AssociationGroupTests {
    @Test func zeroMakesANewGroup() throws {
        var groups = AssociationGroups()
        let oneJoined = groups.join(0, transport: .ncacnIPTCP)
        let one = try #require(oneJoined)
        let twoJoined = groups.join(0, transport: .ncacnIPTCP)
        let two = try #require(twoJoined)
        #expect(one.id != 0 && two.id != 0 && one.id != two.id)
        #expect(groups.count == 2)
    }

    @Test func aKnownGroupIsJoinedOnItsTransportOnly() throws {
        var groups = AssociationGroups()
        let groupJoined = groups.join(0, transport: .ncacnIPTCP)
        let group = try #require(groupJoined)
        let again = groups.join(group.id, transport: .ncacnIPTCP)
        #expect(again === group)
        #expect(group.members == 2)
        let none1 = groups.join(group.id, transport: .ncacnNP)
        #expect(none1 == nil)
        let none2 = groups.join(group.id &+ 1, transport: .ncacnIPTCP)
        #expect(none2 == nil)
        #expect(group.members == 2)
    }

    @Test func theLastMemberEndsIt() throws {
        var groups = AssociationGroups()
        let groupJoined = groups.join(0, transport: .ncacnIPTCP)
        let group = try #require(groupJoined)
        _ = groups.join(group.id, transport: .ncacnIPTCP)
        groups.leave(group)
        #expect(groups.count == 1)
        groups.leave(group)
        #expect(groups.count == 0)
        let none3 = groups.join(group.id, transport: .ncacnIPTCP)
        #expect(none3 == nil)
    }
}

@Suite struct LookupHandleTests {
    @Test func aHandleIsTakenOnce() {
        var handles = LookupHandles()
        let id = handles.add(.towers([[1], [2]]))
        #expect(id != .zero)
        guard case .towers(let rest)? = handles.take(id) else {
            Issue.record("the handle is not known")
            return
        }
        #expect(Array(rest) == [[1], [2]])
        let rest4 = handles.take(id)
        #expect(rest4 == nil)
        let rest5 = handles.take(.zero)
        #expect(rest5 == nil)
    }

    @Test func theOldestGivesWay() {
        var handles = LookupHandles()
        let first = handles.add(.towers([]))
        let second = handles.add(.towers([]))
        for _ in 2...ServerLimits.lookupHandles { _ = handles.add(.towers([])) }
        #expect(handles.count == ServerLimits.lookupHandles)
        let rest6 = handles.take(first)
        #expect(rest6 == nil)
        let rest7 = handles.take(second)
        #expect(rest7 != nil)
    }
}

@Suite struct ServerLimitsTests {
    private func set(_ limit: UInt32, _ value: UInt64) -> ServerLimits? {
        var limits = ServerLimits()
        return limits.set(limit, value) ? limits : nil
    }

    @Test func setsWhatTheHeaderNames() {
        #expect(set(1, 7)?.connections == 7)
        #expect(set(2, 8)?.connection.maximumRequest == 8)
        #expect(set(3, 9)?.connection.maximumCalls == 9)
        #expect(set(4, 10)?.connection.maximumContexts == 10)
        #expect(set(5, 11)?.idleSeconds == 11)
    }

    @Test(arguments: [(0, 1), (6, 1), (1, 0), (2, UInt64.max), (5, 0x4000_0001)] as [(UInt32, UInt64)])
    func refusesTheRest(_ limit: UInt32, _ value: UInt64) {
        #expect(set(limit, value) == nil)
    }
}

@Suite struct FaultTests {
    @Test(
        arguments: [
            (0xc000_0022, 5), (0xc002_002e, 0x1c01_0002), (0xc000_0017, 0x1c00_001b), (0xc000_000d, 0x57),
            (0xc002_0012, 0x1c01_0003), (0xc000_0120, 0x1c00_000d), (0xc003_0005, 0x1c00_001a), (0xc003_000c, 0x6f7),
        ] as [(UInt32, UInt32)])
    func knownStatusesHaveTheirCode(_ status: UInt32, _ code: UInt32) {
        #expect(Fault.code(forStatus: status) == code)
    }

    @Test func otherStatusesStayInside() {
        #expect(Fault.code(forStatus: 0xc000_00e5) == Fault.unspecified)
        #expect(Fault.code(forStatus: 1) == Fault.unspecified)
    }

    @Test func marshallingErrors() {
        #expect(Fault.code(forRequest: NDRError(.bufsize)) == 0x6f7)
        #expect(Fault.code(forRequest: NDRError(.alloc)) == Fault.remoteNoMemory)
        #expect(Fault.code(forResponse: NDRError(.arraySize)) == Fault.unspecified)
    }
}

@Suite struct InterfaceTests {
    private let object = UUIDValue(timeLow: 1, timeMid: 2, timeHighAndVersion: 3, tail: 4)

    private func manager(object: UUIDValue? = nil) throws -> Manager {
        var vector = dcerpc_call_entry_point_vector(name: nil, table: builtin_table_mgmt(), num_fns: 0, fns: nil)
        return try Manager(vector: &vector, object: object, privateData: nil)
    }

    @Test func objectsHaveManagersOfTheirOwn() throws {
        let interface = Interface(uuid: .zero, majorVersion: 1)
        let general = try manager()
        let special = try manager(object: object)
        #expect(interface.manager(hasObject: false, object: .zero) == nil)
        #expect(interface.add(special))
        #expect(interface.manager(hasObject: false, object: .zero) == nil)
        #expect(interface.add(general))
        #expect(interface.manager(hasObject: false, object: .zero) === general)
        #expect(interface.manager(hasObject: true, object: object) === special)
        #expect(interface.manager(hasObject: true, object: .zero) === general)
        interface.remove(special)
        #expect(interface.manager(hasObject: true, object: object) === general)
        interface.remove(general)
        #expect(interface.managers.isEmpty)
    }

    @Test func aPlaceIsTakenOnce() throws {
        let interface = Interface(uuid: .zero, majorVersion: 1)
        #expect(try interface.add(manager()))
        #expect(try !interface.add(manager()))
        #expect(try interface.add(manager(object: object)))
        #expect(try !interface.add(manager(object: object)))
    }

    @Test func aNewerMinorVersionIsNotServed() throws {
        let interface = Interface(uuid: .zero, majorVersion: 1)
        #expect(!interface.accepts(minorVersion: 0))
        #expect(try interface.add(manager()))
        #expect(interface.accepts(minorVersion: 0))
        #expect(!interface.accepts(minorVersion: 1))
    }
}
