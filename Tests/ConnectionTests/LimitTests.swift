// SPDX-License-Identifier: LGPL-3.0-or-later

import PDU
import Testing
import Transport
import Wire

@testable import Connection

/// Every bound of `Limits`, met and passed, and lies about lengths.
@Suite struct LimitTests {
    private let protocolError: UInt32 = 0x1c01_000b

    // MARK: Lengths that lie

    @Test func aFragLengthUnderTheHeaderEndsBothRoles() {
        for length: UInt8 in [0, 1, 15] {
            var pdu = requestPDU([1])
            pdu[8] = length
            let server = ServerUnderTest()
            server.bind()
            #expect(server.send(pdu).isEmpty)
            #expect(server.end == .protocolError)
            var answer = responsePDU([1], callID: 2)
            answer[8] = length
            let client = ClientUnderTest()
            client.bind()
            client.receive(answer)
            #expect(client.end == .protocolError)
        }
    }

    @Test func aFragLengthOverWhatWasAgreedEndsTheClient() throws {
        let peer = ClientUnderTest()
        peer.bind(transmit: 2048, receive: 2048)
        #expect(peer.client.maximumTransmit == 2048 && peer.client.maximumReceive == 2048)
        let call = try peer.request()
        peer.receive(responsePDU(stubBytes(2048 - 24), callID: call))
        #expect(peer.replies.count == 1 && peer.end == nil)
        // The header alone is enough to know.
        let next = try peer.request()
        peer.receive(Array(responsePDU(stubBytes(2049 - 24), callID: next).prefix(16)))
        #expect(peer.end == .protocolError)
    }

    @Test func anAuthLengthOverTheFragLengthEndsBothRoles() throws {
        let server = ServerUnderTest()
        server.bind()
        var pdu = requestPDU([1])
        pdu[10] = 200
        #expect(server.send(pdu).first?.status == protocolError)
        #expect(server.end == .protocolError)
        let client = ClientUnderTest()
        client.bind()
        var answer = responsePDU([1], callID: try client.request())
        answer[10] = 200
        client.receive(answer)
        #expect(client.end == .protocolError && client.replies.isEmpty)
    }

    @Test func aServerThatWantsTinyFragmentsIsRefused() {
        let peer = ClientUnderTest()
        peer.bind(transmit: 1431)
        #expect(peer.end == .protocolError)
    }

    // MARK: Answers to nothing

    @Test func anAnswerMustFitItsCall() throws {
        let strangers: [(UInt32) -> [UInt8]] = [
            { responsePDU(callID: $0 + 1) }, { responsePDU(callID: $0, contextID: 1) },
            { responsePDU(callID: $0, flags: 0) }, { responsePDU(callID: $0, flags: 2) },
            { responsePDU(callID: $0, flags: 1) + responsePDU(callID: $0, flags: 3) },
            { responsePDU(callID: $0, flags: 1) + responsePDU(callID: $0, flags: 1) },
            { responsePDU(callID: $0) + responsePDU(callID: $0) },
        ]
        for (index, stranger) in strangers.enumerated() {
            let peer = ClientUnderTest()
            peer.bind()
            peer.receive(stranger(try peer.request()))
            #expect(peer.end == .protocolError, "\(index)")
            #expect(peer.replies.count == (index == strangers.count - 1 ? 1 : 0))
        }
    }

    @Test func fragmentsOfManyAnswersMayInterleave() throws {
        let peer = ClientUnderTest()
        peer.bind()
        let (first, second) = (try peer.request(tag: 1), try peer.request(tag: 2))
        for (call, byte, flags) in [(first, 1, 1), (second, 2, 1), (first, 3, 2), (second, 4, 2)] {
            peer.receive(responsePDU([UInt8(byte)], callID: call, flags: UInt8(flags)))
        }
        #expect(peer.replies.map(\.stub) == [[1, 3], [2, 4]])
        #expect(peer.replies.map(\.tag) == [1, 2])
    }

    @Test func windowsCutsTheContextIDAndThatIsFine() throws {
        let driver = try connected()
        driver.server.contexts[0].contextID = 0x1234
        let start = try driver.client.openRequest(object: nil)
        _ = try driver.client.sealRequest(start, contextID: 0x1234, opnum: 0, object: nil, tag: 4, security: 0)
        driver.run()
        try driver.respond(driver.calls[0], [6])
        driver.run()
        #expect(driver.replies.first?.stub == [6])
    }

    // MARK: Fragments

    @Test func thousandsOfOneByteFragmentsCostWhatTheyBring() {
        let peer = ServerUnderTest()
        peer.echoes = false
        peer.bind()
        for index in 0..<5000 {
            let flags: UInt8 = index == 0 ? 1 : index == 4999 ? 2 : 0
            #expect(peer.send(requestPDU([UInt8(truncatingIfNeeded: index)], flags: flags, hint: 0x30_0000)).isEmpty)
            guard let held = peer.server.fragmented?.reassembly.stub.capacity else { continue }
            #expect(held <= 6 * (index + 1) + 512)
        }
        #expect(peer.dispatched.first?.stub == (0..<5000).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func emptyFragmentsAreCounted() throws {
        let server = ServerUnderTest()
        server.bind()
        server.send(requestPDU(flags: 1))
        var sent = 1
        while server.end == nil, sent < 1000 {
            sent += 1
            server.send(requestPDU(flags: 0))
        }
        #expect(sent == server.server.limits.maximumEmptyFragments + 1)
        let client = ClientUnderTest()
        client.bind()
        let call = try client.request()
        client.receive(responsePDU(callID: call, flags: 1))
        for _ in 1..<1000 where client.end == nil { client.receive(responsePDU(callID: call, flags: 0)) }
        #expect(client.end == .limitExceeded)
    }

    @Test func aHintAloneReservesNothing() throws {
        let peer = ClientUnderTest()
        peer.bind()
        let call = try peer.request()
        peer.receive(responsePDU([1], callID: call, flags: 1, hint: 0x0f00_0000))
        let slot = try #require(peer.client.calls.slot(of: call))
        let capacity = peer.client.calls[slot].reassembly?.stub.capacity ?? .max
        #expect(capacity <= 512)
        peer.receive(responsePDU([2], callID: call, flags: 2, hint: 0))
        #expect(peer.replies.first?.stub == [1, 2])
    }

    @Test func aResponseOverTheLimitEndsTheClient() throws {
        var limits = Limits()
        limits.maximumResponse = 10_000
        let peer = ClientUnderTest(limits: limits)
        peer.bind()
        let call = try peer.request()
        peer.receive(responsePDU(stubBytes(5000), callID: call, flags: 1))
        peer.receive(responsePDU(stubBytes(5000), callID: call, flags: 0))
        #expect(peer.end == nil)
        peer.receive(responsePDU([1], callID: call, flags: 2))
        #expect(peer.end == .limitExceeded && peer.replies.isEmpty)
    }

    @Test func memoryOfAFinishedCallIsReusedUpToABound() {
        var limits = Limits()
        limits.keptBuffer = 20_000
        let peer = ServerUnderTest(limits: limits)
        peer.bind()
        for (size, kept) in [(9000, true), (50_000, false)] {
            var rest = stubBytes(size)[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(5000))
                let flags: UInt8 = (rest.count == size ? 1 : 0) | (rest.count <= 5000 ? 2 : 0)
                rest = rest.dropFirst(5000)
                peer.send(requestPDU(part, flags: flags, hint: 0))
            }
            #expect(peer.dispatched.last?.stub == stubBytes(size))
            #expect((peer.server.spare != nil) == kept)
            let capacity = peer.server.outbox.writer.capacity
            #expect(capacity <= limits.keptBuffer)
        }
    }

    // MARK: Counts

    @Test func contextsHaveAnEnd() throws {
        var limits = Limits()
        limits.maximumContexts = 3
        let peer = ServerUnderTest(limits: limits)
        peer.bind()
        for contextID: UInt16 in 1...4 {
            let answer = peer.send(bindPDU([element(contextID, echo, [.ndr])], type: .alterContext)).first
            let result = try #require(answer?.acknowledgement?.results.first)
            #expect(result.result == (contextID < 3 ? .acceptance : .userRejection))
            if contextID >= 3 { #expect(result.reason == .localLimitExceeded) }
        }
        #expect(peer.server.contexts.count == 3 && peer.end == nil)
    }

    @Test func aBindWith255ContextsIsAnswered() {
        let peer = ServerUnderTest()
        let many = (0..<255).map { element(UInt16($0), $0 == 200 ? echo : unknown, [.ndr64, .ndr, unknown, .zero]) }
        let pdu = bindPDU(many)
        #expect(pdu.count > 20_000)
        let answer = peer.send(pdu, chunk: 100).first?.acknowledgement
        #expect(answer?.results.count == 255)
        #expect(answer?.results[200] == .accepted(.ndr))
        #expect(peer.server.contexts.count == 1)
        #expect(peer.send(requestPDU([3], contextID: 200)).first?.stub == [3])
    }

    @Test func tooManyCallsAreTooBusy() {
        var limits = Limits()
        limits.maximumCalls = 2
        let peer = ServerUnderTest(limits: limits)
        peer.echoes = false
        peer.bind(flags: 0x13)
        let answers = (1...3).flatMap { peer.send(requestPDU(callID: UInt32($0))) }
        #expect(answers.map(\.status) == [0x1c01_0014] && answers.map(\.callID) == [3])
        #expect(answers.first?.flags == 0x23 && peer.end == nil)
        peer.answer(peer.dispatched[0])
        _ = peer.output()
        #expect(peer.send(requestPDU(callID: 4)).isEmpty)
        #expect(peer.dispatched.count == 3)
    }

    @Test func aCallerThatRunsAwayIsStopped() throws {
        var limits = Limits()
        limits.maximumWaitingNegotiations = 2
        limits.maximumHeldRequests = 2
        let driver = try connected(clientLimits: limits, tamper: withoutMultiplexing)
        for tag: UInt in 2...4 { try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: tag) }
        #expect(throws: WireError.limitExceeded) {
            try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 5)
        }
        driver.run()
        #expect(driver.negotiations.count == 4)
        for tag: UInt in 0...2 { try driver.request([UInt8(tag)], tag: tag) }
        #expect(throws: WireError.limitExceeded) { try driver.request([9], tag: 9) }
        for tag in 0...2 {
            driver.run()
            try driver.respond(driver.calls[tag], [])
        }
        driver.run()
        #expect(driver.replies.map(\.tag) == [0, 1, 2])
    }

    @Test func rejectedInterfacesUseUpNoContexts() throws {
        let driver = try connected()
        for tag: UInt in 0..<1000 {
            try driver.client.negotiate(unknown, transferSyntaxes: [.ndr, .ndr64], tag: tag)
            driver.run()
        }
        #expect(driver.client.nextContextID == 2 && driver.clientEnd == nil)
        driver.client.nextContextID = 0xffff
        #expect(throws: WireError.limitExceeded) {
            try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 0)
        }
    }

    @Test func inputNeedsNoMoreThanOnePDU() throws {
        let peer = ServerUnderTest()
        let header = headerOnly(.bind, callID: 1)
        let longest = Array(header[..<8]) + [0xff, 0xff] + Array(header[10...])
        peer.send(longest + [UInt8](repeating: 0, count: 60_000), chunk: 1000)
        let capacity = peer.server.inbox.capacity
        #expect(capacity <= peer.server.limits.inputFull && peer.end == nil)
    }
}

@Suite struct CallTableTests {
    @Test func idsWrapAroundAndSkipWhatIsTaken() throws {
        var table = CallTable(lastID: 0xffff_fffd)
        let slow = table.insert(contextID: 0, tag: 1, security: 0)
        #expect(slow == 0xffff_fffe)
        var ids: Set<UInt32> = [slow]
        for tag in 2..<200 {
            let id = table.insert(contextID: 0, tag: UInt(tag), security: 0)
            #expect(id != 0 && ids.insert(id).inserted)
        }
        #expect(table.count == 199)
        let slot = try #require(table.slot(of: slow))
        #expect(table[slot].tag == 1)
        for id in ids where id != slow { table.remove(slot: try #require(table.slot(of: id))) }
        #expect(table.count == 1 && table.slot(of: slow) != nil)
        for _ in 0..<10_000 {
            let id = table.insert(contextID: 0, tag: 0, security: 0)
            #expect(id != slow)
            table.remove(slot: try #require(table.slot(of: id)))
            #expect(table.slot(of: id) == nil)
        }
        #expect(table.reserveID() != slow)
    }
}
