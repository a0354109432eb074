// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Every PDU: what can be read can be written, and reads the same again. The first input byte says whether frag_length
// is made to fit, without which few inputs get beyond the header.

import PDU
import Wire

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let fits = input.byte() & 1 == 0
    var pdu = Array(input.rest)
    if fits, pdu.count >= 16 {
        pdu[0] = 5
        let low = UInt8(truncatingIfNeeded: pdu.count), high = UInt8(truncatingIfNeeded: pdu.count >> 8)
        (pdu[8], pdu[9]) = pdu[4] & 0x10 == 0 ? (high, low) : (low, high)
    }
    pdu.withUnsafeBytes { _ = PDUHeader.peek($0) }
    guard let value = pdu.withUnsafeBytes({ try? AnyPDU($0) }) else { return }
    guard let header = pdu.withUnsafeBytes({ try? PDUHeader($0) }) else { found("a PDU without a header") }
    if let trailer = pdu.withUnsafeBytes({ try? AuthTrailer($0, header: header) }) {
        require(trailer.valueRange.upperBound <= pdu.count, "auth value outside the PDU")
        require(trailer.stubEnd >= 0 && trailer.stubEnd <= trailer.offset, "padding outside the PDU")
    }
    var writer = ByteWriter()
    do { try write(value, header, to: &writer) } catch { return }
    // The object UUID is announced by a flag, which only the request's own writer knows of.
    guard let again = try? AnyPDU(writer.bytes) else { found("\(value) was written, and cannot be read") }
    require(again == value, "\(value) was written, and read as \(again)")
}

private func write(_ value: AnyPDU, _ header: PDUHeader, to writer: inout ByteWriter) throws {
    let (flags, id, big) = (header.flags, header.callID, header.bigEndian)
    switch value {
    case .request(let pdu): try pdu.write(to: &writer, flags: flags, callID: id, bigEndian: big, rest: 0)
    case .response(let pdu): try pdu.write(to: &writer, flags: flags, callID: id, bigEndian: big, rest: 0)
    case .fault(let pdu): try pdu.write(to: &writer, flags: flags, callID: id, bigEndian: big)
    case .bind(let pdu): try pdu.write(to: &writer, type: header.type, flags: flags, callID: id, bigEndian: big)
    case .bindAck(let pdu): try pdu.write(to: &writer, type: header.type, flags: flags, callID: id, bigEndian: big)
    case .bindNak(let pdu): try pdu.write(to: &writer, flags: flags, callID: id, bigEndian: big)
    case .control(let pdu): try pdu.write(to: &writer, flags: flags, callID: id, bigEndian: big)
    case .auth3: try Auth3PDU().write(to: &writer, flags: flags, callID: id, bigEndian: big)
    case .other: throw PDUError.badType
    }
}

func seeds() -> [[UInt8]] {
    let names = [
        "bind", "alter", "bindAck", "alterResp", "bindNak", "request", "requestObject", "response", "fault", "auth3",
        "shutdown", "coCancel", "orphaned",
    ]
    return names.flatMap { name in
        [false, true].map { bigEndian in
            var writer = ByteWriter()
            do { try Samples.write(name, to: &writer, bigEndian: bigEndian) } catch { found("sample \(name)") }
            return [0] + Array(writer.bytes)
        }
    }
}
