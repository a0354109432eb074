// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// rpc_auth_3 ([MS-RPCE] 2.2.2.7): four bytes of padding, and what matters is in its auth trailer.
public struct Auth3PDU: Equatable, Sendable {
    public init() {}

    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .auth3 else { throw .badType }
        let reader = try header.reader(pdu)
        guard reader.remaining >= 4 else { throw .truncated }
    }

    /// Writes the PDU without a trailer; whoever appends one patches the lengths.
    public func write(
        to writer: inout ByteWriter, flags: PFCFlags = .onlyFragment, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        let header = PDUHeader(type: .auth3, flags: flags, bigEndian: bigEndian, callID: callID)
        try writePDU(header, to: &writer) { (writer: inout ByteWriter) throws(WireError) in
            try writer.appendZeros(4)
        }
    }
}
