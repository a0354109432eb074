// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// sec_trailer and the place of its value ([MS-RPCE] 2.2.2.11).
public struct AuthTrailer: Equatable, Sendable {
    public static let size = 8

    public var type: UInt8
    public var level: UInt8
    public var padLength: UInt8
    public var contextID: UInt32
    /// Where the trailer starts in the PDU; the padding is before it.
    public var offset: Int
    public var valueLength: Int

    public init(type: UInt8, level: UInt8, padLength: UInt8, contextID: UInt32, offset: Int = 0, valueLength: Int = 0) {
        self.type = type
        self.level = level
        self.padLength = padLength
        self.contextID = contextID
        self.offset = offset
        self.valueLength = valueLength
    }

    /// The trailer of a whole PDU; nil when it has none.
    public init?(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.authLength > 0 else { return nil }
        guard let base = pdu.baseAddress, pdu.count >= Int(header.fragmentLength) else { throw .truncated }
        let start = header.bodyEnd
        guard start >= header.fixedSize else { throw .badLength }
        type = base.load(fromByteOffset: start, as: UInt8.self)
        level = base.load(fromByteOffset: start + 1, as: UInt8.self)
        padLength = base.load(fromByteOffset: start + 2, as: UInt8.self)
        contextID = integer(base, at: start + 4, bigEndian: header.bigEndian)
        offset = start
        valueLength = Int(header.authLength)
        // Negotiations may count what follows a request's header as padding: Windows and Samba let them.
        let first = header.type == .request ? header.fixedSize : min(header.fixedSize, RequestHeader.baseSize)
        guard start - Int(padLength) >= first else { throw .badLength }
    }

    public var valueRange: Range<Int> { (offset + 8)..<(offset + 8 + valueLength) }

    /// Where the stub data ends.
    public var stubEnd: Int { offset - Int(padLength) }

    /// Writes the eight bytes; the value follows.
    public func write(to writer: inout ByteWriter, bigEndian: Bool = false) throws(WireError) {
        try writer.append(type)
        try writer.append(level)
        try writer.append(padLength)
        try writer.append(UInt8(0))
        try writer.append(contextID, bigEndian: bigEndian)
    }
}
