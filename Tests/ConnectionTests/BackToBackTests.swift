// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Testing
import Transport
import Wire

/// A driver whose client has bound the echo interface.
func connected(
    bigEndian: Bool = false, chunk: Int = .max, clientLimits: Limits = Limits(), serverLimits: Limits = Limits(),
    tamper: ((InMemoryDriver.Direction, inout [UInt8]) -> Void)? = nil
) throws -> InMemoryDriver {
    let driver = InMemoryDriver(
        client: ClientConnection(limits: clientLimits, bigEndian: bigEndian),
        server: ServerConnection(limits: serverLimits), interfaces: [echo, other])
    driver.chunk = chunk
    driver.tamper = tamper
    try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
    driver.run()
    return driver
}

/// Makes a server's answers to bind and alter_context say that it takes one call at a time.
func withoutMultiplexing(_ direction: InMemoryDriver.Direction, _ bytes: inout [UInt8]) {
    let acknowledgements = [PDUType.bindAck.rawValue, PDUType.alterContextResponse.rawValue]
    if direction == .toClient, bytes.count > 3, acknowledgements.contains(bytes[2]) { bytes[3] &= ~0x10 }
}

@Suite struct BackToBackTests {
    @Test func bindsTheFirstSyntaxThatBothKnow() throws {
        let driver = InMemoryDriver(interfaces: [other, echo])
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr64, .ndr], tag: 9)
        driver.run()
        let outcome = try #require(driver.negotiations.first)
        guard case .accepted = outcome.outcome else { throw Unexpected() }
        #expect(outcome.tag == 9)
        #expect(outcome.transferSyntax == .ndr)
        #expect(outcome.contextID == 1)
        #expect(driver.client.associationGroup == 0x1234)
        #expect(driver.client.multiplexing && driver.server.multiplexing)
        #expect(driver.client.keepsConnectionOnOrphan)
        #expect(driver.client.maximumTransmit == 5840 && driver.server.maximumFragment == 5840)
    }

    @Test func bindsNDR64WhenNothingElseIsOffered() throws {
        let driver = InMemoryDriver(interfaces: [echo])
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr64], tag: 9)
        driver.run()
        #expect(driver.negotiations.first?.transferSyntax == .ndr64)
        try driver.request([1])
        driver.run()
        #expect(driver.calls.first?.ndr64 == true)
    }

    @Test func secondInterfaceUsesAlterContext() throws {
        let driver = try connected()
        try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
        try driver.client.negotiate(unknown, transferSyntaxes: [.ndr, .ndr64], tag: 3)
        driver.run()
        #expect(driver.negotiations.map(\.tag) == [1, 2, 3])
        guard case .accepted = driver.negotiations[1].outcome,
            case .rejected(let reason) = driver.negotiations[2].outcome
        else { throw Unexpected() }
        #expect(reason == ProviderReason.abstractSyntaxNotSupported.rawValue)
        try driver.request([5], contextID: driver.negotiations[1].contextID, opnum: 4)
        driver.run()
        #expect(driver.calls.first?.interface == 1)
        #expect(driver.calls.first?.opnum == 4)
    }

    /// A server's policy: the interface is there, and not for this client; the connection goes on.
    @Test func interfacesMayBeRefused() throws {
        let driver = try connected()
        let forbidden = PresentationResult(result: .userRejection, reason: .notSpecified, transferSyntax: .zero)
        driver.refusals = [(other, forbidden)]
        try driver.client.negotiate(other, transferSyntaxes: [.ndr, .ndr64], tag: 2)
        driver.run()
        guard case .forbidden = driver.negotiations.last?.outcome else { throw Unexpected() }
        driver.refusals = [(other, .rejected(.abstractSyntaxNotSupported))]
        try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 3)
        driver.run()
        guard case .rejected(ProviderReason.abstractSyntaxNotSupported.rawValue) = driver.negotiations.last?.outcome
        else { throw Unexpected() }
        driver.refusals = []
        try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 4)
        driver.run()
        guard case .accepted = driver.negotiations.last?.outcome else { throw Unexpected() }
        try driver.request([5])
        driver.run()
        #expect(driver.calls.first?.stub == [5])
        #expect(driver.serverEnd == nil && driver.clientEnd == nil)
    }

    @Test func aRefusedGroupIsABindNak() throws {
        let driver = InMemoryDriver(interfaces: [echo])
        driver.group = nil
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], group: 77, tag: 9)
        driver.run()
        guard case .refused(let reason) = driver.negotiations.first?.outcome else { throw Unexpected() }
        #expect(reason == BindNakReason.notSpecified.rawValue)
        #expect(driver.serverEnd == .protocolError)
        #expect(driver.clientEnd == .peerClosed)
    }

    @Test(arguments: [0, 1, 7, 8, 5815, 5816, 5817, 5823, 5824, 11631, 11632, 11633, 58160, 65536])
    func stubsOfEverySizeGoBothWays(size: Int) throws {
        for bigEndian in [false, true] {
            let driver = try connected(bigEndian: bigEndian)
            let stub = stubBytes(size)
            for object in [nil, someObject] {
                try driver.request(stub, opnum: 0x0102, object: object, tag: 42)
                driver.run()
                let call = try #require(driver.takeCall())
                #expect(call.stub == stub && call.opnum == 0x0102 && call.bigEndian == bigEndian)
                #expect(call.object == object)
                try driver.respond(call, stub)
                driver.run()
                let reply = try #require(driver.takeReply())
                #expect(reply.stub == stub && reply.tag == 42 && reply.fault == nil && reply.bigEndian == bigEndian)
            }
            #expect(driver.clientEnd == nil && driver.serverEnd == nil)
        }
    }

    @Test(arguments: [1, 2, 3, 15, 16, 17, 23, 24, 25, 1000, 5839, 5841])
    func theCutOfTheStreamDoesNotMatter(chunk: Int) throws {
        let driver = try connected(chunk: chunk)
        let stub = stubBytes(12_000)
        try driver.request(stub, tag: 1)
        try driver.request([1, 2, 3], tag: 2)
        driver.run()
        #expect(driver.calls.map(\.stub) == [stub, [1, 2, 3]])
        for call in driver.calls { try driver.respond(call, call.stub) }
        driver.run()
        #expect(driver.replies.map(\.stub) == [stub, [1, 2, 3]])
    }

    @Test func aMegabyteGoesBothWays() throws {
        let driver = try connected(chunk: 0x1_0000)
        let stub = stubBytes(0x10_0000)
        for _ in 0..<2 {
            try driver.request(stub)
            driver.run()
            let call = try #require(driver.takeCall())
            #expect(call.stub == stub)
            try driver.respond(call, stub)
            driver.run()
            #expect(driver.takeReply()?.stub == stub)
        }
    }

    @Test func fourMebibytesAreTheMostAServerTakes() throws {
        let driver = try connected(chunk: 0x1_0000)
        try driver.request([UInt8](repeating: 3, count: 0x40_0000), tag: 1)
        driver.run()
        #expect(driver.calls.first?.stub.count == 0x40_0000)
        try driver.request([UInt8](repeating: 3, count: 0x40_0001), tag: 2)
        driver.run()
        #expect(driver.replies.first?.fault == 5)
        #expect(driver.serverEnd == .protocolError)
    }

    @Test func smallerFragmentsAreHonoured() throws {
        var small = Limits()
        small.maximumFragment = 2048
        for (client, server) in [(small, Limits()), (Limits(), small)] {
            let driver = try connected(clientLimits: client, serverLimits: server)
            #expect(driver.client.maximumTransmit == 2048 && driver.client.maximumReceive == 2048)
            #expect(driver.server.maximumFragment == 2048)
            var longest = 0
            driver.tamper = { _, bytes in for pdu in split(bytes).pdus { longest = max(longest, pdu.bytes.count) } }
            let stub = stubBytes(10_001)
            try driver.request(stub)
            driver.run()
            try driver.respond(try #require(driver.calls.first), stub)
            driver.run()
            #expect(driver.replies.first?.stub == stub)
            #expect(longest == 2048)
        }
    }

    @Test func answersComeInAnyOrder() throws {
        let driver = try connected()
        for tag in 0..<100 { try driver.request([UInt8(tag)], tag: UInt(tag)) }
        driver.run()
        #expect(driver.calls.count == 100)
        #expect(driver.server.callsRunning == 100 && driver.client.callsInFlight == 100)
        for index in stride(from: 0, to: 100, by: 3) { try driver.respond(driver.calls[index], [UInt8(index), 1]) }
        for index in (0..<100).reversed() where index % 3 != 0 { driver.fault(driver.calls[index], UInt32(index)) }
        driver.run()
        #expect(driver.replies.count == 100)
        for reply in driver.replies {
            if reply.tag % 3 == 0 {
                #expect(reply.stub == [UInt8(reply.tag), 1] && reply.fault == nil)
            } else {
                #expect(reply.fault == UInt32(reply.tag))
            }
        }
        #expect(driver.server.callsRunning == 0 && driver.client.callsInFlight == 0)
    }

    @Test func aPeerWithoutMultiplexingSeesOneCallAtATime() throws {
        let driver = try connected(tamper: withoutMultiplexing)
        #expect(!driver.client.multiplexing)
        for tag in 0..<5 { try driver.request(stubBytes(7000, seed: tag), tag: UInt(tag)) }
        for tag in 0..<5 {
            driver.run()
            #expect(driver.calls.count == tag + 1)
            try driver.respond(driver.calls[tag], driver.calls[tag].stub)
        }
        driver.run()
        #expect(driver.replies.map(\.tag) == [0, 1, 2, 3, 4])
        #expect(driver.replies.last?.stub == stubBytes(7000, seed: 4))
    }

    @Test func aClientThatOffersNoMultiplexingKeepsToOneCall() throws {
        let driver = InMemoryDriver(client: ClientConnection(offersMultiplexing: false), interfaces: [echo])
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
        driver.run()
        #expect(!driver.client.multiplexing && !driver.server.multiplexing)
        try driver.request([1], tag: 1)
        try driver.request([2], tag: 2)
        driver.run()
        #expect(driver.calls.count == 1)
    }

    @Test func aHeldRequestThatNobodyWantsIsNeverSent() throws {
        let driver = try connected(tamper: withoutMultiplexing)
        try driver.request([0], tag: 0)
        let unwanted = try driver.request([1], tag: 1)
        try driver.request([2], tag: 2)
        driver.client.abandon(callID: unwanted)
        driver.run()
        try driver.respond(driver.calls[0], [])
        driver.run()
        #expect(driver.calls.map(\.stub) == [[0], [2]])
        #expect(driver.orphaned.isEmpty && driver.cancelled.isEmpty)
    }

    @Test func anAbandonedCallIsOrphanedAndItsLateAnswerDropped() throws {
        let driver = try connected()
        let unwanted = try driver.request([1], tag: 1)
        try driver.request([2], tag: 2)
        driver.run()
        driver.client.abandon(callID: unwanted)
        driver.client.abandon(callID: unwanted)
        driver.run()
        #expect(driver.orphaned == [unwanted])
        try driver.respond(driver.calls[0], stubBytes(20_000))
        try driver.respond(driver.calls[1], [9])
        driver.run()
        #expect(driver.replies.map(\.tag) == [2])
        #expect(driver.client.callsInFlight == 0 && driver.clientEnd == nil)
    }

    @Test func aCancelledCallIsStillAnswered() throws {
        let driver = try connected()
        let call = try driver.request([1], tag: 1)
        driver.run()
        driver.client.cancel(callID: call)
        driver.run()
        #expect(driver.cancelled == [call])
        driver.fault(driver.calls[0], 0x1c00_000d)
        driver.run()
        #expect(driver.replies.first?.fault == 0x1c00_000d)
    }

    @Test func aContextThatNobodyBoundIsAFaultAndNoMore() throws {
        let driver = try connected()
        try driver.request([1], contextID: 99, tag: 1)
        try driver.request([1], contextID: 0, opnum: 0xffff, tag: 2)
        driver.run()
        #expect(driver.replies.first?.fault == 0x1c01_0003 && driver.replies.first?.didNotExecute == true)
        // Which operations an interface has is not the connection's business.
        #expect(driver.calls.first?.opnum == 0xffff)
        #expect(driver.clientEnd == nil)
    }

    @Test func aPeerThatDoesNotReadStopsBeingRead() throws {
        var limits = Limits()
        limits.outputHighWater = 100_000
        let driver = try connected(serverLimits: limits)
        driver.delivers = { $0 == .toServer }
        let payload = stubBytes(30_000)
        for tag in 0..<50 {
            try driver.request([UInt8(tag)], tag: UInt(tag))
            driver.run()
            for call in driver.calls { try driver.respond(call, payload) }
            driver.calls = []
        }
        let unsent = driver.server.outbox.unsent
        #expect(unsent < 160_000)
        #expect(!driver.server.wantsInput)
        driver.delivers = { _ in true }
        while driver.step() {
            for call in driver.calls { try driver.respond(call, payload) }
            driver.calls = []
        }
        #expect(driver.replies.map(\.tag) == Array(0..<50))
    }

    @Test func theEndIsReportedOnceWithItsReason() throws {
        for reason in [CloseReason.peerClosed, .transportFailed, .local] {
            let driver = try connected()
            try driver.request([1])
            driver.client.disconnected(reason)
            driver.client.disconnected(.protocolError)
            driver.run()
            #expect(driver.clientEnd == reason && driver.serverEnd == .peerClosed)
            #expect(!driver.client.isOpen)
            #expect(throws: WireError.truncated) { try driver.request([1]) }
            #expect(throws: WireError.truncated) {
                try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 0)
            }
            let unsent = driver.client.outbox.unsent
            #expect(unsent == 0)
            if case .none = driver.client.nextAction() {} else { Issue.record("reported twice") }
        }
    }

    @Test func aServersCloseLetsItsLastAnswerLeave() throws {
        let driver = try connected()
        try driver.request([1], tag: 1)
        try driver.request([2], tag: 2)
        driver.run()
        try driver.respond(driver.calls[0], [7])
        driver.server.close(.local)
        try driver.respond(driver.calls[1], [8])
        driver.run()
        #expect(driver.replies.map(\.stub) == [[7]])
        #expect(driver.serverEnd == .local && driver.clientEnd == .peerClosed)
        #expect(driver.server.callsRunning == 0)
    }
}

extension InMemoryDriver {
    func takeCall() -> Call? { calls.popLast() }
    func takeReply() -> Reply? { replies.popLast() }
}
