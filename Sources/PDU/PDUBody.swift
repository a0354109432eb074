// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

extension PDUHeader {
    /// A reader behind the header, bounded by the body's end. Positions are offsets in the PDU.
    func reader(_ pdu: UnsafeRawBufferPointer) throws(PDUError) -> ByteReader {
        guard pdu.count >= Int(fragmentLength), bodyEnd >= PDUHeader.size else { throw .truncated }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: pdu[0..<bodyEnd]), bigEndian: bigEndian)
        reader.position = PDUHeader.size
        return reader
    }
}

/// Writes a whole PDU: header, body, then its length. Nothing is left in the writer when that fails.
func writePDU(
    _ header: PDUHeader, to writer: inout ByteWriter, body: (inout ByteWriter) throws(WireError) -> Void
) throws(WireError) {
    let start = writer.count
    do throws(WireError) {
        try header.write(to: &writer)
        try body(&writer)
        guard let length = UInt16(exactly: writer.count - start) else { throw WireError.limitExceeded }
        PDUHeader.patchLengths(in: &writer, at: start, fragmentLength: length, bigEndian: header.bigEndian)
    } catch {
        writer.truncate(to: start)
        throw error
    }
}
