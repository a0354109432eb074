// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

/// What the C functions of these tests, which can capture nothing, work with and leave behind.
private enum Shared {
    nonisolated(unsafe) static var table: UnsafePointer<ndr_interface_table>?
    nonisolated(unsafe) static var described: UInt32 = 0
    nonisolated(unsafe) static var flags: [UInt32] = []
    nonisolated(unsafe) static var phases: [Int32] = []
    nonisolated(unsafe) static var answer: Int32 = 0
    nonisolated(unsafe) static var kept: PushContext?

    static let environment = MarshalEnvironment(
        pushHandle: { OpaquePointer(Unmanaged.passUnretained($0).toOpaque()) },
        pullHandle: { OpaquePointer(Unmanaged.passUnretained($0).toOpaque()) },
        printHandle: { _ in nil }, free: { _ in }, allocator: Arena.allocator)
}

private func context<T: AnyObject>(_ handle: OpaquePointer?, as _: T.Type) -> T? {
    handle.map { Unmanaged<T>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
}

private func push(_ ndr: OpaquePointer?, _ flags: Int32, _ r: UnsafeRawPointer?) -> Int32 {
    guard Shared.answer == 0 else { return Shared.answer }
    guard let context = context(ndr, as: PushContext.self), let table = Shared.table, let r else { return -1 }
    Shared.flags.append(context.flags)
    Shared.phases.append(flags)
    Shared.kept = context
    do throws(NDRErrorCode) { try context.push(table, type: Shared.described, flags, r) } catch {
        return Int32(error.number)
    }
    return 0
}

private func pull(_ ndr: OpaquePointer?, _ flags: Int32, _ r: UnsafeMutableRawPointer?) -> Int32 {
    guard let context = context(ndr, as: PullContext.self), let table = Shared.table, let r else { return -1 }
    do throws(NDRErrorCode) { try context.pull(table, type: Shared.described, flags, r) } catch {
        return Int32(error.number)
    }
    return 0
}

/// Hooks without C: t_content of t_security.idl is marshalled by functions that call its description back.
@Suite(.serialized) struct HookTests {
    /// The table with a hook in the place of t_content, and flags on t_wrapped.
    private func hooked(flags: UInt32 = 0) throws -> Bench {
        var table = ndr_table_t_security
        let count = Int(table.num_types)
        let types = UnsafeMutablePointer<ndr_type_record>.allocate(capacity: count + 1)
        types.initialize(from: table.types, count: count)
        let members = UnsafeMutablePointer<ndr_member_record>.allocate(capacity: Int(table.num_members))
        members.initialize(from: table.members, count: Int(table.num_members))
        func index(_ name: String) throws -> Int {
            try #require((0..<count).first { String(cString: table.strings + Int(types[$0].name)) == name })
        }
        let content = try index("t_content")
        var record = types[content]
        record.kind = UInt8(NDR_KIND_HOOK)
        (record.wire, record.flags, record.first, record.count) = (0, 0, 0, 0)
        (record.ref, record.extra) = (UInt32(content), 0)
        (types + count).initialize(to: record)
        for type in 0..<count where types[type].kind == NDR_KIND_SUBCONTEXT || types[type].kind == NDR_KIND_POINTER {
            if types[type].ref == UInt32(content) { types[type].ref = UInt32(count) }
        }
        for member in 0..<Int(table.num_members) where members[member].type == UInt32(content) {
            members[member].type = UInt32(count)
        }
        types[try index("t_wrapped")].ndr_flags |= flags
        let hook = UnsafeMutablePointer<ndr_type_hook>.allocate(capacity: 1)
        hook.initialize(to: ndr_type_hook(name: nil, push: push, pull: pull, print: nil))
        (table.types, table.num_types) = (UnsafePointer(types), UInt32(count + 1))
        table.members = UnsafePointer(members)
        (table.hooks, table.num_hooks) = (UnsafePointer(hook), 1)
        let copy = UnsafeMutablePointer<ndr_interface_table>.allocate(capacity: 1)
        copy.initialize(to: table)
        (Shared.table, Shared.described) = (UnsafePointer(copy), UInt32(content))
        (Shared.flags, Shared.phases, Shared.answer) = ([], [], 0)
        return Bench(codec: try InterfaceCodec(copy, environment: Shared.environment))
    }

    private func value(_ bench: Bench) -> t_wrapped {
        var value = t_wrapped()
        value.kind = 9
        value.two = t_content(number: 2, name: bench.arena.string("b"))
        value.four = t_content(number: 4, name: nil)
        value.typed = bench.arena.make(t_content(number: 1, name: bench.arena.string("ab")))
        value.sized = bench.arena.make(t_content(number: 5, name: nil))
        value.size = 20
        return value
    }

    @Test func theSameBytesAsDescribed() throws {
        let plain = try Bench(ndr_table_t_security)
        for rules in allRules {
            let bench = try hooked()
            let expected = try plain.push(type: "t_wrapped", value(plain), rules)
            #expect(try bench.push(type: "t_wrapped", value(bench), rules) == expected)
            // Scalars, then buffers, each on its own.
            #expect(Shared.phases.count == 8 && Set(Shared.phases) == [NDR_SCALARS, NDR_BUFFERS])
            let pulled = try bench.pull(type: "t_wrapped", expected, as: t_wrapped.self, rules)
            #expect(text(pulled.two.name) == "b" && pulled.four.number == 4 && pulled.sized.pointee.number == 5)
            #expect(text(pulled.typed.pointee.name) == "ab")
            for length in expected.indices {
                #expect(throws: NDRError.self) {
                    _ = try bench.pull(type: "t_wrapped", Array(expected.prefix(length)), as: t_wrapped.self, rules)
                }
            }
        }
    }

    /// The flags of the types around, as libndr's contexts have them.
    @Test func flagsOfTheTypesAround() throws {
        let bench = try hooked(flags: NDR_FLAG_NO_COMPRESSION | NDR_FLAG_ALIGN4 | NDR_FLAG_RELATIVE_REVERSE)
        _ = try bench.push(type: "t_wrapped", value(bench), Rules(bigEndian: true))
        let expected = UInt32(LIBNDR_FLAG_NO_COMPRESSION | LIBNDR_FLAG_ALIGN4 | LIBNDR_FLAG_RELATIVE_REVERSE)
        #expect(!Shared.flags.isEmpty)
        for flags in Shared.flags { #expect(flags & ~UInt32(LIBNDR_FLAG_BIGENDIAN) == expected) }
        let plain = try hooked()
        _ = try plain.push(type: "t_wrapped", value(plain), .ndr64)
        for flags in Shared.flags { #expect(flags & ~UInt32(LIBNDR_FLAG_NDR64) == 0) }
    }

    @Test func errors() throws {
        let bench = try hooked()
        for (answer, code) in [(Int32(13), NDRErrorCode.range), (99, .validate), (-1, .validate)] {
            Shared.answer = answer
            do {
                _ = try bench.push(type: "t_wrapped", value(bench))
                Issue.record("pushed")
            } catch let error as NDRError { #expect(error.code == code && error.path == "t_wrapped.two") }
        }
        // A context that somebody kept does nothing any more.
        let kept = try hooked()
        _ = try kept.push(type: "t_wrapped", value(kept))
        let context = try #require(Shared.kept)
        #expect(throws: NDRErrorCode.flags) { try context.push(zeros: 1) }
        #expect(context.offset == 0 && context.bytes.count == 0)
        // Without an environment there is nobody to call.
        #expect(throws: NDRError.self) {
            let table = try #require(Shared.table)
            _ = try Bench(codec: InterfaceCodec(table)).push(type: "t_wrapped", value(bench))
        }
    }
}
