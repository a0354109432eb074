// SPDX-License-Identifier: LGPL-3.0-or-later
//
// The server's core against any client. Input: what the driver does (a byte), a chunk size, the stream. The core must
// not trap, must come to an end, and must not care how the stream was cut.

import Connection
import PDU
import Security
import Wire

private struct Manners: OptionSet {
    let rawValue: UInt8
    /// PDUs with lengths that fit (see `stream`).
    static let framed = Manners(rawValue: 1)
    /// Calls are answered when the stream has ended, last one first, instead of at once.
    static let late = Manners(rawValue: 2)
    static let faults = Manners(rawValue: 4)
    /// Every bind is refused.
    static let refuses = Manners(rawValue: 8)
    /// Limits small enough to be met.
    static let small = Manners(rawValue: 16)
    /// Half of the calls are never answered.
    static let forgets = Manners(rawValue: 32)
    /// NTLMSSP is there for those who want it.
    static let secured = Manners(rawValue: 64)
}

private final class Peer {
    private struct Call {
        var callID: UInt32
        var contextID: UInt16
        var opnum: UInt16
        var bigEndian: Bool
        var stub: [UInt8]
        var security: Int
    }

    let server: ServerConnection
    let manners: Manners
    var output: [UInt8] = []
    /// What the core told the driver, to be compared.
    var log: [String] = []
    private var waiting: [Call] = []
    private var actions = 0

    init(_ manners: Manners) {
        self.manners = manners
        server = ServerConnection(limits: manners.contains(.small) ? small() : Limits())
        if manners.contains(.secured) { server.authTypes = [NTLM.authType] }
    }

    func play(_ stream: [UInt8], _ chunks: Chunks) {
        var chunks = chunks
        var rest = stream[...]
        while !rest.isEmpty, server.wantsInput, let room = server.inputSpace() {
            require(room.count > 0, "no room, and input is wanted")
            let n = min(room.count, rest.count, chunks.size())
            room.copyBytes(from: rest.prefix(n))
            server.received(n)
            rest = rest.dropFirst(n)
            act(bound: stream.count)
        }
        for call in waiting.reversed() { answer(call) }
        act(bound: stream.count)
        server.disconnected(.peerClosed)
        act(bound: stream.count)
        require(log.last?.hasPrefix("closed") == true, "no end: \(log)")
        require(server.outbox.isEmpty, "output after the end")
    }

    private func act(bound: Int) {
        while true {
            actions += 1
            require(actions <= 64 + 4 * bound, "\(actions) actions for \(bound) bytes")
            switch server.nextAction() {
            case .none: return flush(bound)
            case .negotiate: negotiate()
            case .dispatch(let call):
                require(call.stub.count <= bound, "a stub longer than all that was sent")
                require(server.callsRunning <= server.limits.maximumCalls, "\(server.callsRunning) calls")
                log.append("call \(call.callID) \(call.contextID) \(call.opnum) \(call.interface) \(call.stub.count)")
                let kept = Call(
                    callID: call.callID, contextID: call.contextID, opnum: call.opnum, bigEndian: call.bigEndian,
                    stub: Array(call.stub), security: call.security)
                if manners.contains(.late) { waiting.append(kept) } else { answer(kept) }
            case .authenticate(let context, let token):
                log.append("authenticate \(token.count)")
                server.completeAuthentication(context.step(token))
            case .cancel(let id): log.append("cancel \(id)")
            case .orphan(let id): log.append("orphan \(id)")
            case .closed(let reason): log.append("closed \(reason)")
            }
        }
    }

    private func flush(_ bound: Int) {
        output += Array(server.outbox.pending)
        server.written(server.outbox.pending.count)
        // A bind of 72 bytes gets an answer of up to some hundred; stubs come back with a header a fragment.
        require(output.count <= 4096 + 8 * bound, "\(output.count) bytes for \(bound)")
    }

    private func negotiate() {
        let proposals = server.proposals
        log.append("negotiate \(proposals.map(\.contextID)) \(server.requestedGroup) \(server.negotiatesBind)")
        let offered = proposals.map { p in [echo, other].firstIndex(of: p.abstractSyntax).map(UInt.init) }
        server.answerNegotiation(
            interfaces: offered, group: manners.contains(.refuses) ? nil : 5, secondaryAddress: Array("135".utf8),
            authentication: authentication(server))
    }

    private func answer(_ call: Call) {
        if manners.contains(.forgets), call.callID & 1 != 0 { return server.finished() }
        if manners.contains(.faults), call.opnum & 1 != 0 {
            return server.sendFault(
                callID: call.callID, contextID: call.contextID, status: UInt32(call.opnum), didNotExecute: true)
        }
        guard let start = try? server.openResponse() else { return }
        do {
            try append(call.stub, to: &server.outbox.writer)
            try server.sealResponse(
                start, callID: call.callID, contextID: call.contextID, bigEndian: call.bigEndian,
                security: call.security)
        } catch { server.abandonResponse(start) }
    }
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let manners = Manners(rawValue: input.byte())
    let size = Int(input.byte())
    let sent = stream(input, framed: manners.contains(.framed))
    let whole = Peer(manners)
    whole.play(sent, Chunks([.max]))
    let cut = Peer(manners)
    cut.play(sent, Chunks([size % 29 + 1, size / 3 + 1]))
    require(whole.log == cut.log, "whole \(whole.log), cut \(cut.log)")
    require(whole.output == cut.output, "other answers to the same bytes: \(whole.log)")
}

func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for bits in 0..<4 {
        let said = recordedSession(bigEndian: bits & 1 != 0, multiplexing: bits & 2 != 0).toServer
        require(said.count > 2000, "the session for the seeds has \(said.count) bytes")
        for manners in [0, 2, 4, 16, 32] as [UInt8] {
            seeds.append([manners, 7] + said)
            seeds.append([manners | 1, 90] + records(said))
        }
    }
    for level in [ProtectionLevel.connect, .integrity, .privacy] {
        let said = recordedSession(bigEndian: false, multiplexing: true, level: level).toServer
        require(said.count > 2000, "the \(level) session for the seeds has \(said.count) bytes")
        for manners in [64, 64 | 2, 64 | 16] as [UInt8] {
            seeds.append([manners, 7] + said)
            seeds.append([manners | 1, 90] + records(said))
        }
    }
    return seeds
}
