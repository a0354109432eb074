// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Testing
import Transport
import Wire

/// What went over the line in a session with everything in it: bind, alter_context, an object UUID, fragments both
/// ways, a fault, an unknown context, an orphaned call.
struct RecordedSession {
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []

    init(bigEndian: Bool) throws {
        var limits = Limits()
        limits.maximumFragment = 2048
        let driver = InMemoryDriver(
            client: ClientConnection(limits: limits, bigEndian: bigEndian), interfaces: [echo, other])
        var sent: [UInt8] = []
        var received: [UInt8] = []
        driver.tamper = { direction, bytes in
            if direction == .toServer { sent += bytes } else { received += bytes }
        }
        try RecordedSession.play(driver)
        toServer = sent
        toClient = received
    }

    private static let stubs = [stubBytes(12), stubBytes(2100), []]

    /// What the client asks for; the answers are the test's.
    static func ask(_ client: ClientConnection) throws -> UInt32 {
        for (index, stub) in stubs.enumerated() {
            let object = index == 0 ? someObject : nil
            let start = try client.openRequest(object: object)
            try push(stub, to: &client.outbox.writer)
            _ = try client.sealRequest(
                start, contextID: 0, opnum: UInt16(index), object: object, tag: UInt(index), security: 0)
        }
        let start = try client.openRequest(object: nil)
        let unwanted = try client.sealRequest(start, contextID: 77, opnum: 0, object: nil, tag: 3, security: 0)
        return unwanted
    }

    private static func play(_ driver: InMemoryDriver) throws {
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr, .ndr64], tag: 1)
        driver.run()
        try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
        driver.run()
        let unwanted = try ask(driver.client)
        driver.run()
        driver.client.abandon(callID: unwanted)
        driver.run()
        try driver.respond(driver.calls[1], stubBytes(2100))
        try driver.respond(driver.calls[0], [1, 2, 3])
        driver.fault(driver.calls[2], 0x1c01_0002, didNotExecute: true)
        driver.run()
    }
}

/// Values that a byte is changed to: its ends, its neighbours, single bits.
private func mutations(of byte: UInt8) -> [UInt8] {
    [0x00, 0xff, byte ^ 0x01, byte ^ 0x10, byte ^ 0x80, byte &+ 1].filter { $0 != byte }
}

@Suite struct RecordedSessionTests {
    static let orders = [false, true]

    /// The requests of the session that a server dispatches.
    private func complete(_ pdus: [SeenPDU]) -> Int {
        pdus.filter { $0.type == .request && $0.flags & 2 != 0 && $0.contextID != 77 }.count
    }

    @Test(arguments: orders) func serverTakesEveryCut(bigEndian: Bool) throws {
        let stream = try RecordedSession(bigEndian: bigEndian).toServer
        #expect(complete(split(stream).pdus) == 3)
        for cut in 0..<stream.count {
            let peer = ServerUnderTest()
            let part = Array(stream[..<cut])
            let answers = peer.send(part)
            let (pdus, rest) = split(part)
            #expect(peer.dispatched.count == complete(pdus))
            #expect(!answers.contains { $0.type == .bindNak })
            // Bytes that are no PDU yet are no fault.
            #expect(answers.filter { $0.type == .fault }.count == pdus.filter { $0.contextID == 77 }.count)
            #expect(peer.end == nil)
            peer.server.disconnected(.peerClosed)
            peer.act()
            #expect(peer.end == .peerClosed, "cut \(cut), rest \(rest)")
        }
    }

    @Test(arguments: orders) func serverSurvivesEveryChangedByte(bigEndian: Bool) throws {
        let stream = try RecordedSession(bigEndian: bigEndian).toServer
        var ends: Set<CloseReason> = []
        for position in stream.indices {
            for value in mutations(of: stream[position]) {
                var changed = stream
                changed[position] = value
                let peer = ServerUnderTest()
                let answers = peer.send(changed)
                #expect(peer.dispatched.count <= 4 && answers.count <= 12)
                #expect(answers.reduce(0) { $0 + $1.bytes.count } < 2 * stream.count)
                #expect(peer.dispatched.allSatisfy { $0.stub.count <= stream.count })
                if peer.end != nil {
                    // Who is thrown out is told why, or sent a frag_length that says nothing.
                    let last = answers.last?.type
                    let lengthBroken = split(changed).rest >= 16
                    #expect(last == .fault || last == .bindNak || lengthBroken, "\(position) \(value)")
                }
                peer.server.disconnected(.peerClosed)
                peer.act()
                ends.insert(try #require(peer.end))
            }
        }
        #expect(ends == [.peerClosed, .protocolError])
    }

    private func client(bigEndian: Bool) throws -> ClientUnderTest {
        let peer = ClientUnderTest()
        try peer.client.negotiate(echo, transferSyntaxes: [.ndr, .ndr64], tag: 1)
        try peer.client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
        return peer
    }

    /// The client's part of the session, with `stream` as the server's; what it asks depends on what it hears.
    private func replay(_ stream: [UInt8], bigEndian: Bool) throws -> ClientUnderTest {
        let peer = try client(bigEndian: bigEndian)
        let bindAck = split(stream).pdus.prefix(2).reduce(0) { $0 + $1.bytes.count }
        peer.receive(Array(stream.prefix(bindAck)))
        if peer.client.isOpen, peer.negotiations.count == 2 {
            peer.client.abandon(callID: try RecordedSession.ask(peer.client))
        }
        peer.receive(Array(stream.dropFirst(bindAck)))
        return peer
    }

    @Test(arguments: orders) func clientTakesEveryCut(bigEndian: Bool) throws {
        let stream = try RecordedSession(bigEndian: bigEndian).toClient
        let whole = try replay(stream, bigEndian: bigEndian)
        #expect(whole.replies.map(\.tag).sorted() == [0, 1, 2] && whole.end == nil)
        for cut in 0..<stream.count {
            let part = Array(stream[..<cut])
            let peer = try replay(part, bigEndian: bigEndian)
            let pdus = split(part).pdus
            let answers = pdus.dropFirst(2).filter { $0.flags & 2 != 0 && $0.status != 0x1c01_0003 }.count
            #expect(peer.negotiations.count == min(2, pdus.count) && peer.replies.count == answers, "cut \(cut)")
            #expect(peer.end == nil)
            peer.client.disconnected(.peerClosed)
            peer.act()
            #expect(peer.end == .peerClosed)
        }
    }

    @Test(arguments: orders) func clientSurvivesEveryChangedByte(bigEndian: Bool) throws {
        let stream = try RecordedSession(bigEndian: bigEndian).toClient
        for position in stream.indices {
            for value in mutations(of: stream[position]) {
                var changed = stream
                changed[position] = value
                let peer = try replay(changed, bigEndian: bigEndian)
                #expect(peer.negotiations.count <= 2 && peer.replies.count <= 3)
                #expect(peer.replies.allSatisfy { $0.stub.count <= stream.count })
                peer.client.disconnected(.peerClosed)
                peer.act()
                let end = try #require(peer.end)
                #expect(end == .peerClosed || end == .protocolError, "\(position) \(value)")
            }
        }
    }
}
