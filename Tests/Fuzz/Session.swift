// SPDX-License-Identifier: LGPL-3.0-or-later
//
// What the fuzzers of both connection cores share: a stream of PDUs, and a session for their seeds.

import Connection
import PDU
import Security
import Wire

let echo = SyntaxID(
    uuid: UUIDValue(timeLow: 0x60a1_5ec5, timeMid: 0x4de8, timeHighAndVersion: 0x11d7, tail: 0xa637_0050_56a2_0182),
    version: 1)
let other = SyntaxID(
    uuid: UUIDValue(timeLow: 0xafa8_bd80, timeMid: 0x7d8a, timeHighAndVersion: 0x11c9, tail: 0xbef4_0800_2b10_2989),
    version: 1)

/// The input as a byte stream. Where `framed`, it is records of a length (two bytes) and that many bytes, each of
/// which gets a version and a frag_length that fit: random bytes seldom get beyond those.
func stream(_ input: Input, framed: Bool) -> [UInt8] {
    var input = input
    guard framed else { return Array(input.rest) }
    var stream: [UInt8] = []
    while !input.isEmpty {
        var pdu = input.take(input.word() & 0x3fff)
        if pdu.count >= 16 {
            pdu[0] = 5
            let low = UInt8(truncatingIfNeeded: pdu.count), high = UInt8(truncatingIfNeeded: pdu.count >> 8)
            (pdu[8], pdu[9]) = pdu[4] & 0x10 == 0 ? (high, low) : (low, high)
        }
        stream += pdu
    }
    return stream
}

/// A stream as the records that `stream` makes it of.
func records(_ stream: [UInt8]) -> [UInt8] {
    var rest = stream[...]
    var records: [UInt8] = []
    while rest.count >= 16 {
        let at = rest.startIndex
        let (low, high) = (Int(rest[at + 8]), Int(rest[at + 9]))
        let length = rest[at + 4] & 0x10 == 0 ? low << 8 | high : high << 8 | low
        guard length >= 16, length <= rest.count else { break }
        records += [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)] + rest.prefix(length)
        rest = rest.dropFirst(length)
    }
    return records
}

/// Hands bytes to a core in chunks; the pattern of their sizes is given.
struct Chunks {
    let sizes: [Int]
    private var next = 0

    init(_ sizes: [Int]) { self.sizes = sizes }

    mutating func size() -> Int {
        defer { next = (next + 1) % sizes.count }
        return sizes[next]
    }
}

func append(_ stub: [UInt8], to writer: inout ByteWriter) throws(WireError) {
    for byte in stub { try writer.append(byte) }
}

// MARK: Security: the same numbers in every run, so that what was recorded is accepted again

private final class Password {
    let hash: Secret
    init(_ hash: consuming Secret) { self.hash = hash }
}

private func secretHash() -> Secret {
    Array("secret".utf8).withUnsafeBytes { Password(NTLMCredentials.ntHash(password: $0) ?? Secret(count: 16)) }.hash
        .copy()
}

private let time: UInt64 = 133_000_000_000_000_000

func secure(_ client: ClientConnection, _ level: ProtectionLevel) {
    let credentials = NTLMCredentials(user: "alice", domain: "LAB", workstation: "WS", ntHash: secretHash())
    let mechanism = NTLMInitiator(
        credentials: credentials, targetName: "host/server", time: time, random: Secret((1...24).map { UInt8($0) }))
    let context = SecurityContext(mechanism, level: level, contextID: 1)
    guard case .success(let step) = context.step([]), let token = step.token else { found("no first token") }
    client.secure(context, token: token)
}

/// What a server with one account answers to what a bind or alter_context brings.
func authentication(_ server: ServerConnection) -> AuthenticationAnswer {
    guard let request = server.authenticationRequest else { return .none }
    let context: SecurityContext
    if let known = server.continuedContext {
        context = known
    } else {
        let mechanism = NTLMAcceptor(
            names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: request.level, time: time,
            random: Array(1...8)
        ) { _, user in user == "alice" ? secretHash() : nil }
        context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
    }
    guard case .success(let step) = context.step(request.token) else { return .refused }
    return .step(context, step)
}

func small() -> Limits {
    var limits = Limits()
    limits.maximumFragment = 2048
    limits.maximumRequest = 0x8000
    limits.maximumResponse = 0x8000
    limits.maximumContexts = 8
    limits.maximumCalls = 4
    limits.maximumEmptyFragments = 4
    limits.outputHighWater = 0x2_0000
    limits.inputStart = 0x800
    limits.keptBuffer = 0x1000
    return limits
}

/// A session with everything in it, recorded: what a client and a server really say to each other.
func recordedSession(bigEndian: Bool, multiplexing: Bool, level: ProtectionLevel? = nil) -> (
    toServer: [UInt8], toClient: [UInt8]
) {
    let client = ClientConnection(limits: small(), bigEndian: bigEndian, offersMultiplexing: multiplexing)
    let server = ServerConnection(limits: small())
    server.authTypes = [NTLM.authType]
    if let level { secure(client, level) }
    let line = RecordedLine(client: client, server: server)
    do {
        try client.negotiate(echo, transferSyntaxes: [.ndr, .ndr64], tag: 1)
        line.run()
        try client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
        line.run()
        for (index, size) in [12, 2100, 0].enumerated() {
            let object = index == 0 ? UUIDValue(timeLow: 1, timeMid: 2, timeHighAndVersion: 3, tail: 4) : nil
            let start = try client.openRequest(object: object)
            try append([UInt8](repeating: 7, count: size), to: &client.outbox.writer)
            _ = try client.sealRequest(
                start, contextID: 0, opnum: UInt16(index), object: object, tag: 9,
                security: client.securityContext == nil ? 0 : 1)
            line.run()
        }
        let start = try client.openRequest(object: nil)
        client.abandon(
            callID: try client.sealRequest(
                start, contextID: 77, opnum: 0, object: nil, tag: 3, security: client.securityContext == nil ? 0 : 1))
        line.run()
    } catch { found("the session for the seeds: \(error)") }
    return (line.toServer, line.toClient)
}

private final class RecordedLine {
    let client: ClientConnection
    let server: ServerConnection
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []

    init(client: ClientConnection, server: ServerConnection) {
        self.client = client
        self.server = server
    }

    func run() {
        for _ in 0..<8 {
            move(Array(client.outbox.pending), server.inputSpace, server.received)
            toServer += Array(client.outbox.pending)
            client.written(client.outbox.pending.count)
            serve()
            move(Array(server.outbox.pending), client.inputSpace, client.received)
            toClient += Array(server.outbox.pending)
            server.written(server.outbox.pending.count)
            drain()
        }
    }

    private func move(_ bytes: [UInt8], _ space: () -> UnsafeMutableRawBufferPointer?, _ received: (Int) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty, let room = space() {
            let n = min(room.count, rest.count)
            room.copyBytes(from: rest.prefix(n))
            received(n)
            rest = rest.dropFirst(n)
        }
    }

    private func drain() {
        while true {
            switch client.nextAction() {
            case .none: return
            case .authenticate(let context, let token): client.completeAuthentication(context.step(token))
            default: break
            }
        }
    }

    private func serve() {
        while true {
            switch server.nextAction() {
            case .none: return
            case .negotiate:
                let offered = server.proposals.map { p in [echo, other].firstIndex(of: p.abstractSyntax).map(UInt.init)
                }
                server.answerNegotiation(
                    interfaces: offered, group: 5, secondaryAddress: Array("135".utf8),
                    authentication: authentication(server))
            case .authenticate(let context, let token): server.completeAuthentication(context.step(token))
            case .dispatch(let call):
                if call.opnum == 2 {
                    server.sendFault(
                        callID: call.callID, contextID: call.contextID, status: 0x1c01_0002, didNotExecute: true)
                    break
                }
                let stub = Array(call.stub)
                guard let start = try? server.openResponse() else { break }
                try? append(stub, to: &server.outbox.writer)
                try? server.sealResponse(
                    start, callID: call.callID, contextID: call.contextID, bigEndian: call.bigEndian,
                    security: call.security)
            case .cancel, .orphan, .closed: break
            }
        }
    }
}
