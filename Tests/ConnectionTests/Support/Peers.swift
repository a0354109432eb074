// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Transport
import Wire

let echo = SyntaxID(
    uuid: UUIDValue(timeLow: 0x60a1_5ec5, timeMid: 0x4de8, timeHighAndVersion: 0x11d7, tail: 0xa637_0050_56a2_0182),
    version: 1)
let other = SyntaxID(
    uuid: UUIDValue(timeLow: 0xafa8_bd80, timeMid: 0x7d8a, timeHighAndVersion: 0x11c9, tail: 0xbef4_0800_2b10_2989),
    version: 1)
let unknown = SyntaxID(
    uuid: UUIDValue(timeLow: 0xdead_beef, timeMid: 1, timeHighAndVersion: 2, tail: 3), version: 7)
let someObject = UUIDValue(
    timeLow: 0x1122_3344, timeMid: 0x5566, timeHighAndVersion: 0x7788, tail: 0x99aa_bbcc_ddee_ff00)

/// A PDU as its bytes say, for a test to look at.
struct SeenPDU: Equatable {
    var type: PDUType
    var flags: UInt8
    var callID: UInt32
    var bytes: [UInt8]

    init?(_ bytes: [UInt8]) {
        guard let header = bytes.withUnsafeBytes({ try? PDUHeader($0) }) else { return nil }
        type = header.type
        flags = header.flags.rawValue
        callID = header.callID
        self.bytes = bytes
    }

    private func read<T: FixedWidthInteger>(_ offset: Int, _ type: T.Type) -> T {
        guard bytes.count >= offset + MemoryLayout<T>.size else { return 0 }
        let raw = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: T.self) }
        return bytes[4] & 0x10 == 0 ? T(bigEndian: raw) : T(littleEndian: raw)
    }

    var allocHint: UInt32 { read(16, UInt32.self) }
    var contextID: UInt16 { read(20, UInt16.self) }
    var status: UInt32 { type == .fault ? read(24, UInt32.self) : 0 }
    var stub: [UInt8] { Array(bytes.dropFirst(type == .fault ? 32 : 24)) }

    private func parse<T>(_ body: (UnsafeRawBufferPointer, PDUHeader) throws -> T) -> T? {
        bytes.withUnsafeBytes { raw in
            guard let header = try? PDUHeader(raw) else { return nil }
            return try? body(raw, header)
        }
    }

    var acknowledgement: BindAckPDU? { parse { try BindAckPDU($0, header: $1) } }
    var nak: BindNakPDU? { parse { try BindNakPDU($0, header: $1) } }
}

/// Cuts a stream into PDUs; what is left over is returned too.
func split(_ bytes: [UInt8]) -> (pdus: [SeenPDU], rest: Int) {
    var position = 0
    var pdus: [SeenPDU] = []
    while bytes.count - position >= 16 {
        let big = bytes[position + 4] & 0x10 == 0
        let (low, high) = (Int(bytes[position + 8]), Int(bytes[position + 9]))
        let length = big ? low << 8 | high : high << 8 | low
        guard length >= 16, bytes.count - position >= length,
            let pdu = SeenPDU(Array(bytes[position..<(position + length)]))
        else { break }
        pdus.append(pdu)
        position += length
    }
    return (pdus, bytes.count - position)
}

/// Bytes that a test writes by hand, field by field.
func bytes(_ write: (inout ByteWriter) throws -> Void) -> [UInt8] {
    var writer = ByteWriter()
    do { try write(&writer) } catch { return [] }
    return Array(writer.bytes)
}

func element(_ contextID: UInt16, _ abstract: SyntaxID, _ transfer: [SyntaxID]) -> PresentationContextElement {
    PresentationContextElement(contextID: contextID, abstractSyntax: abstract, transferSyntaxes: transfer)
}

func bindPDU(
    _ contexts: [PresentationContextElement], type: PDUType = .bind, flags: UInt8 = 3, callID: UInt32 = 1,
    transmit: UInt16 = 5840, receive: UInt16 = 5840, bigEndian: Bool = false
) -> [UInt8] {
    bytes {
        try BindPDU(maxTransmitFragment: transmit, maxReceiveFragment: receive, associationGroup: 0, contexts: contexts)
            .write(to: &$0, type: type, flags: PFCFlags(rawValue: flags), callID: callID, bigEndian: bigEndian)
    }
}

func requestPDU(
    _ stub: [UInt8] = [], callID: UInt32 = 2, contextID: UInt16 = 0, opnum: UInt16 = 0, flags: UInt8 = 3,
    hint: UInt32? = nil, bigEndian: Bool = false
) -> [UInt8] {
    let hint = hint ?? UInt32(stub.count)
    return bytes {
        try RequestHeader(allocHint: hint, contextID: contextID, opnum: opnum)
            .write(
                to: &$0, flags: PFCFlags(rawValue: flags), callID: callID, bigEndian: bigEndian, rest: stub.count)
        try push(stub, to: &$0)
    }
}

func responsePDU(
    _ stub: [UInt8] = [], callID: UInt32, contextID: UInt16 = 0, flags: UInt8 = 3, hint: UInt32? = nil
) -> [UInt8] {
    bytes {
        try ResponseHeader(allocHint: hint ?? UInt32(stub.count), contextID: contextID)
            .write(to: &$0, flags: PFCFlags(rawValue: flags), callID: callID, rest: stub.count)
        try push(stub, to: &$0)
    }
}

func headerOnly(_ type: PDUType, callID: UInt32, flags: UInt8 = 3) -> [UInt8] {
    bytes { try PDUHeader(type: type, flags: PFCFlags(rawValue: flags), callID: callID).write(to: &$0) }
}

/// A PDU whose auth trailer names a type and a level.
func withAuth(_ pdu: [UInt8], type: UInt8, level: UInt8, value: [UInt8] = Array("none".utf8)) -> [UInt8] {
    var pdu = pdu
    while pdu.count % 4 != 0 { pdu.append(0) }
    pdu += [type, level, 0, 0, 0, 0, 0, 0] + value
    pdu[8] = UInt8(truncatingIfNeeded: pdu.count)
    pdu[9] = UInt8(truncatingIfNeeded: pdu.count >> 8)
    pdu[10] = UInt8(value.count)
    return pdu
}

func stubBytes(_ count: Int, seed: Int = 0) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 31 &+ ($0 >> 8)) }
}

/// A server core whose client is the test.
final class ServerUnderTest {
    let server: ServerConnection
    var interfaces = [echo, other]
    var group: UInt32? = 0x53f0
    /// Answers calls at once with their own stub data when set.
    var echoes = true
    var dispatched: [InMemoryDriver.Call] = []
    var cancelled: [UInt32] = []
    var orphaned: [UInt32] = []
    var end: CloseReason?

    init(limits: Limits = Limits()) { server = ServerConnection(limits: limits) }

    /// Feeds bytes and returns the PDUs that come back.
    @discardableResult
    func send(_ bytes: [UInt8], chunk: Int = .max) -> [SeenPDU] {
        var rest = bytes[...]
        while !rest.isEmpty, server.wantsInput, let room = server.inputSpace() {
            let n = min(room.count, rest.count, chunk)
            room.copyBytes(from: rest.prefix(n))
            server.received(n)
            rest = rest.dropFirst(n)
            act()
        }
        return output()
    }

    func output() -> [SeenPDU] {
        let sent = Array(server.outbox.pending)
        server.written(sent.count)
        return split(sent).pdus
    }

    func act() {
        while true {
            switch server.nextAction() {
            case .none: return
            case .negotiate:
                let offered = server.proposals.map { p in interfaces.firstIndex(of: p.abstractSyntax).map { UInt($0) } }
                server.answerNegotiation(interfaces: offered, group: group, secondaryAddress: Array("135".utf8))
            case .authenticate(let context, let token): server.completeAuthentication(context.step(token))
            case .dispatch(let incoming):
                let call = InMemoryDriver.Call(incoming)
                dispatched.append(call)
                if echoes { answer(call) }
            case .cancel(let callID): cancelled.append(callID)
            case .orphan(let callID): orphaned.append(callID)
            case .closed(let reason): end = reason
            }
        }
    }

    func answer(_ call: InMemoryDriver.Call, _ stub: [UInt8]? = nil) {
        guard let start = try? server.openResponse() else { return }
        try? push(stub ?? call.stub, to: &server.outbox.writer)
        try? server.sealResponse(
            start, callID: call.callID, contextID: call.contextID, bigEndian: call.bigEndian, security: call.security)
    }

    /// A bind to the echo interface as context `contextID`.
    @discardableResult
    func bind(contextID: UInt16 = 0, flags: UInt8 = 3, transfer: [SyntaxID] = [.ndr]) -> [SeenPDU] {
        send(bindPDU([element(contextID, echo, transfer)], flags: flags))
    }
}

/// A client core whose server is the test.
final class ClientUnderTest {
    let client: ClientConnection
    var replies: [InMemoryDriver.Reply] = []
    var negotiations: [Negotiation] = []
    var end: CloseReason?

    init(limits: Limits = Limits()) { client = ClientConnection(limits: limits) }

    func receive(_ bytes: [UInt8], chunk: Int = .max) {
        var rest = bytes[...]
        while !rest.isEmpty, let room = client.inputSpace() {
            let n = min(room.count, rest.count, chunk)
            room.copyBytes(from: rest.prefix(n))
            client.received(n)
            rest = rest.dropFirst(n)
            act()
        }
        act()
    }

    func act() {
        while true {
            switch client.nextAction() {
            case .none: return
            case .negotiated(let negotiation): negotiations.append(negotiation)
            case .authenticate(let context, let token): client.completeAuthentication(context.step(token))
            case .answered(let answer): replies.append(InMemoryDriver.Reply(answer))
            case .closed(let reason): end = reason
            }
        }
    }

    func output() -> [SeenPDU] {
        let sent = Array(client.outbox.pending)
        client.written(sent.count)
        return split(sent).pdus
    }

    /// Asks for the echo interface and lets the test's server accept it.
    func bind(flags: UInt8 = 0x13, transmit: UInt16 = 5840, receive: UInt16 = 5840, orphan: Bool = true) {
        try? client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
        guard let bind = output().first else { return }
        let features: BindTimeFeatures = orphan ? .keepConnectionOnOrphan : []
        self.receive(
            bytes {
                try BindAckPDU(
                    maxTransmitFragment: transmit, maxReceiveFragment: receive, associationGroup: 5,
                    secondaryAddress: Array("135".utf8), results: [.accepted(.ndr), .negotiated(features)]
                ).write(to: &$0, flags: PFCFlags(rawValue: flags), callID: bind.callID)
            })
    }

    @discardableResult
    func request(_ stub: [UInt8] = [], tag: UInt = 7) throws -> UInt32 {
        let start = try client.openRequest(object: nil)
        try push(stub, to: &client.outbox.writer)
        return try client.sealRequest(start, contextID: 0, opnum: 1, object: nil, tag: tag, security: 0)
    }
}

/// Appends all at once: byte by byte takes seconds in a debug build.
func push(_ stub: [UInt8], to writer: inout ByteWriter) throws {
    try writer.reserve(stub.count)
    stub.withUnsafeBytes { source in
        guard let address = source.baseAddress else { return }
        writer.base.advanced(by: writer.count).copyMemory(from: address, byteCount: source.count)
    }
    writer.count += stub.count
}
