// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// fault (C706 12.6.4.7; [MS-RPCE] 2.2.2.6 gives the reserved byte a meaning).
public struct FaultPDU: Equatable, Sendable {
    public static let fixedSize = 32
    /// The stub holds extended error information ([MS-EERR]).
    public static let extendedErrorInformation: UInt8 = 1

    public var allocHint: UInt32
    public var contextID: UInt16
    public var cancelCount: UInt8
    public var flags: UInt8
    public var status: UInt32
    public var stub: [UInt8]

    public init(
        contextID: UInt16, status: UInt32, allocHint: UInt32 = 0, cancelCount: UInt8 = 0, flags: UInt8 = 0,
        stub: [UInt8] = []
    ) {
        self.allocHint = allocHint
        self.contextID = contextID
        self.cancelCount = cancelCount
        self.flags = flags
        self.status = status
        self.stub = stub
    }

    /// Reads a whole PDU. Where it has an auth trailer, the padding before that is no stub.
    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .fault else { throw .badType }
        let trailer = try AuthTrailer(pdu, header: header)
        var reader = try header.reader(pdu)
        do throws(WireError) {
            allocHint = try reader.read()
            contextID = try reader.read()
            cancelCount = try reader.read()
            flags = try reader.read()
            status = try reader.read()
            try reader.skip(4)
            stub = Array(try reader.read(count: reader.remaining - Int(trailer?.padLength ?? 0)))
        } catch { throw PDUError(error) }
    }

    public func write(
        to writer: inout ByteWriter, flags pfcFlags: PFCFlags, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        let header = PDUHeader(type: .fault, flags: pfcFlags, bigEndian: bigEndian, callID: callID)
        try writePDU(header, to: &writer) { (writer: inout ByteWriter) throws(WireError) in
            try writer.append(allocHint, bigEndian: bigEndian)
            try writer.append(contextID, bigEndian: bigEndian)
            try writer.append(cancelCount)
            try writer.append(flags)
            try writer.append(status, bigEndian: bigEndian)
            try writer.append(UInt32(0))
            for byte in stub { try writer.append(byte) }
        }
    }
}
