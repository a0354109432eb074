// SPDX-License-Identifier: LGPL-3.0-or-later
//
// The client's core against any server. Input: what the driver does (a byte), a chunk size, the stream. The core must
// not trap, must come to an end with every call answered at most once, and must not care how the stream was cut.

import Connection
import Security
import Wire

private struct Manners: OptionSet {
    let rawValue: UInt8
    /// PDUs with lengths that fit (see `stream`).
    static let framed = Manners(rawValue: 1)
    static let bigEndian = Manners(rawValue: 2)
    static let oneAtATime = Manners(rawValue: 4)
    /// A call is given up, another one cancelled.
    static let givesUp = Manners(rawValue: 8)
    static let small = Manners(rawValue: 16)
    /// Every answer leads to another call, up to a number.
    static let insists = Manners(rawValue: 32)
    /// Binds a second interface.
    static let alters = Manners(rawValue: 64)
    /// With NTLMSSP; how much is protected is the chunk size's to say.
    static let secured = Manners(rawValue: 128)
}

private final class Peer {
    let client: ClientConnection
    let manners: Manners
    var output: [UInt8] = []
    var log: [String] = []
    private var asked: UInt = 0
    private var answered: Set<UInt> = []
    private var actions = 0

    init(_ manners: Manners, _ level: ProtectionLevel) {
        self.manners = manners
        client = ClientConnection(
            limits: manners.contains(.small) ? small() : Limits(), bigEndian: manners.contains(.bigEndian),
            offersMultiplexing: !manners.contains(.oneAtATime))
        if manners.contains(.secured) { secure(client, level) }
    }

    func play(_ stream: [UInt8], _ chunks: Chunks) {
        var chunks = chunks
        try? client.negotiate(echo, transferSyntaxes: [.ndr, .ndr64], tag: 1000)
        if manners.contains(.alters) { try? client.negotiate(other, transferSyntaxes: [.ndr], tag: 1001) }
        act(bound: stream.count)
        var rest = stream[...]
        while !rest.isEmpty, let room = client.inputSpace() {
            require(room.count > 0, "no room")
            let n = min(room.count, rest.count, chunks.size())
            room.copyBytes(from: rest.prefix(n))
            client.received(n)
            rest = rest.dropFirst(n)
            act(bound: stream.count)
            if client.phase == .closed { break }
        }
        client.disconnected(.peerClosed)
        act(bound: stream.count)
        require(log.last?.hasPrefix("closed") == true, "no end: \(log)")
        require(client.callsInFlight == 0 && client.outbox.isEmpty, "something is left after the end")
    }

    private func act(bound: Int) {
        while true {
            actions += 1
            require(actions <= 64 + 4 * bound, "\(actions) actions for \(bound) bytes")
            let action = client.nextAction()
            flush()
            switch action {
            case .none: return
            case .negotiated(let negotiation):
                log.append("negotiated \(negotiation.tag) \(negotiation.outcome) \(negotiation.contextID)")
                if case .accepted = negotiation.outcome { ask(negotiation.contextID) }
            case .authenticate(let context, let token):
                log.append("authenticate \(token.count)")
                client.completeAuthentication(context.step(token))
            case .answered(let answer):
                log.append("answer \(answer.tag) \(answer.fault) \(answer.isFault) \(answer.stub.count)")
                require(answer.tag < asked, "an answer to call \(answer.tag), which was not made")
                require(answered.insert(answer.tag).inserted, "call \(answer.tag) is answered twice")
                require(answer.stub.count <= bound, "a stub longer than all that was sent")
                if manners.contains(.insists), asked < 12 { request(12, contextID: 0) }
            case .closed(let reason): log.append("closed \(reason)")
            }
        }
    }

    private func flush() {
        output += Array(client.outbox.pending)
        client.written(client.outbox.pending.count)
        require(output.count <= 1 << 16, "\(output.count) bytes of output")
    }

    private func ask(_ contextID: UInt16) {
        guard client.isOpen else { return }
        for size in [12, 5900, 0] { request(size, contextID: contextID) }
        guard manners.contains(.givesUp) else { return }
        let first = request(3, contextID: contextID)
        let second = request(3, contextID: 77)
        if let first { client.cancel(callID: first) }
        if let second { client.abandon(callID: second) }
    }

    @discardableResult
    private func request(_ size: Int, contextID: UInt16) -> UInt32? {
        guard client.isOpen, let start = try? client.openRequest(object: nil) else { return nil }
        do { try append([UInt8](repeating: 7, count: size), to: &client.outbox.writer) } catch {
            client.abandonRequest(start)
            return nil
        }
        asked += 1
        return try? client.sealRequest(
            start, contextID: contextID, opnum: 1, object: nil, tag: asked - 1,
            security: client.securityContext == nil ? 0 : 1)
    }
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let manners = Manners(rawValue: input.byte())
    let size = Int(input.byte())
    let sent = stream(input, framed: manners.contains(.framed))
    let level = [ProtectionLevel.connect, .integrity, .privacy][size % 3]
    let whole = Peer(manners, level)
    whole.play(sent, Chunks([.max]))
    let cut = Peer(manners, level)
    cut.play(sent, Chunks([size % 29 + 1, size / 3 + 1]))
    require(whole.log == cut.log, "whole \(whole.log), cut \(cut.log)")
    // Who is thrown out may have had more to say.
    let length = min(whole.output.count, cut.output.count)
    require(
        whole.output.prefix(length) == cut.output.prefix(length), "other bytes after the same bytes: \(whole.log)")
}

func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for bits in 0..<4 as Range<UInt8> {
        let said = recordedSession(bigEndian: bits & 1 != 0, multiplexing: bits & 2 != 0).toClient
        require(said.count > 2000, "the session for the seeds has \(said.count) bytes")
        for manners in [0, 4, 8, 16, 32, 64, 96, 12] as [UInt8] {
            seeds.append([manners | (bits & 1) << 1, 7] + said)
            seeds.append([manners | (bits & 1) << 1 | 1, 90] + records(said))
        }
    }
    for (size, level) in [ProtectionLevel.connect, .integrity, .privacy].enumerated() {
        let said = recordedSession(bigEndian: false, multiplexing: true, level: level).toClient
        require(said.count > 2000, "the \(level) session for the seeds has \(said.count) bytes")
        for manners in [0, 16, 64, 96] as [UInt8] {
            seeds.append([manners | 128, UInt8(size) + 6] + said)
            seeds.append([manners | 129, UInt8(size) + 90] + records(said))
        }
    }
    return seeds
}
