// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// The 16 bytes that every connection-oriented PDU starts with (C706 12.6.3.1).
public struct PDUHeader: Equatable, Sendable {
    public static let size = 16
    /// sec_trailer without its value ([MS-RPCE] 2.2.2.11).
    public static let authTrailerSize = 8

    public var type: PDUType
    public var flags: PFCFlags
    public var bigEndian: Bool
    public var minorVersion: UInt8
    public var fragmentLength: UInt16
    public var authLength: UInt16
    public var callID: UInt32

    public init(
        type: PDUType, flags: PFCFlags, bigEndian: Bool = false, minorVersion: UInt8 = 0, fragmentLength: UInt16 = 16,
        authLength: UInt16 = 0, callID: UInt32
    ) {
        self.type = type
        self.flags = flags
        self.bigEndian = bigEndian
        self.minorVersion = minorVersion
        self.fragmentLength = fragmentLength
        self.authLength = authLength
        self.callID = callID
    }

    /// Reads and checks the first 16 of `bytes`; the rest of the PDU need not be there yet.
    public init(_ bytes: UnsafeRawBufferPointer) throws(PDUError) {
        guard let base = bytes.baseAddress, bytes.count >= 16 else { throw .truncated }
        let representation = base.load(fromByteOffset: 4, as: UInt8.self)
        let order = representation >> 4
        let big = order == 0
        guard base.load(as: UInt8.self) == 5, base.load(fromByteOffset: 1, as: UInt8.self) <= 1 else {
            throw .badVersion
        }
        guard let type = PDUType(rawValue: base.load(fromByteOffset: 2, as: UInt8.self)) else { throw .badType }
        guard order <= 1, representation & 0x0f == 0, base.load(fromByteOffset: 5, as: UInt8.self) == 0 else {
            throw .badDataRepresentation
        }
        self.type = type
        flags = PFCFlags(rawValue: base.load(fromByteOffset: 3, as: UInt8.self))
        bigEndian = big
        minorVersion = base.load(fromByteOffset: 1, as: UInt8.self)
        fragmentLength = integer(base, at: 8, bigEndian: big)
        authLength = integer(base, at: 10, bigEndian: big)
        callID = integer(base, at: 12, bigEndian: big)
        guard fragmentLength >= 16 else { throw .badLength }
        if authLength > 0, fixedSize + PDUHeader.authTrailerSize + Int(authLength) > Int(fragmentLength) {
            throw .badLength
        }
    }

    /// What a refusal of an unreadable header needs; only the byte order bit of the data representation is believed.
    public static func peek(_ bytes: UnsafeRawBufferPointer) -> (rawType: UInt8, bigEndian: Bool, callID: UInt32)? {
        guard let base = bytes.baseAddress, bytes.count >= 16 else { return nil }
        let big = base.load(fromByteOffset: 4, as: UInt8.self) & 0x10 == 0
        return (base.load(fromByteOffset: 2, as: UInt8.self), big, integer(base, at: 12, bigEndian: big))
    }

    /// The type's fixed part, the object UUID included where the flags announce one.
    public var fixedSize: Int {
        type == .request && flags.contains(.objectUUID) ? RequestHeader.sizeWithObject : type.fixedSize
    }

    /// Where the body ends: the PDU's end, or the start of its auth trailer. Auth padding lies before it.
    @inlinable
    public var bodyEnd: Int {
        authLength == 0 ? Int(fragmentLength) : Int(fragmentLength) - 8 - Int(authLength)
    }

    public func write(to writer: inout ByteWriter) throws(WireError) {
        try writer.reserve(PDUHeader.size)
        try writer.append(UInt8(5))
        try writer.append(minorVersion)
        try writer.append(type.rawValue)
        try writer.append(flags.rawValue)
        try writer.append(UInt32(bigEndian ? 0 : 0x10))
        try writer.append(fragmentLength, bigEndian: bigEndian)
        try writer.append(authLength, bigEndian: bigEndian)
        try writer.append(callID, bigEndian: bigEndian)
    }

    /// Sets the lengths of the PDU that starts at `start`.
    @inlinable
    public static func patchLengths(
        in writer: inout ByteWriter, at start: Int, fragmentLength: UInt16, authLength: UInt16 = 0, bigEndian: Bool
    ) {
        writer.patch(fragmentLength, at: start + 8, bigEndian: bigEndian)
        writer.patch(authLength, at: start + 10, bigEndian: bigEndian)
    }

    /// Sets PFC flags in the PDU that starts at `start`.
    @inlinable
    public static func patchFlags(in writer: inout ByteWriter, at start: Int, _ flags: PFCFlags) {
        writer.patch(flags.rawValue, at: start + 3)
    }
}

@inlinable @inline(__always)
func integer<T: FixedWidthInteger>(_ base: UnsafeRawPointer, at offset: Int, bigEndian: Bool) -> T {
    let raw = base.loadUnaligned(fromByteOffset: offset, as: T.self)
    return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
}
