// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// What a request has before its stub data (C706 12.6.4.9). Everything here is on the way of every call.
public struct RequestHeader: Equatable, Sendable {
    /// Without and with an object UUID.
    @inlinable public static var baseSize: Int { 24 }
    @inlinable public static var sizeWithObject: Int { 40 }

    public var allocHint: UInt32
    public var contextID: UInt16
    public var opnum: UInt16
    public var object: UUIDValue?

    @inlinable
    public init(allocHint: UInt32, contextID: UInt16, opnum: UInt16, object: UUIDValue? = nil) {
        self.allocHint = allocHint
        self.contextID = contextID
        self.opnum = opnum
        self.object = object
    }

    /// The bytes before the stub data, the common header included.
    @inlinable
    public var size: Int { object == nil ? 24 : 40 }

    /// Reads a whole PDU, or as much of it as goes before the stub data.
    @inlinable
    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .request else { throw .badType }
        let hasObject = header.flags.contains(.objectUUID)
        let size = hasObject ? 40 : 24
        guard let base = pdu.baseAddress, pdu.count >= size, header.bodyEnd >= size else { throw .truncated }
        allocHint = integer(base, at: 16, bigEndian: header.bigEndian)
        contextID = integer(base, at: 20, bigEndian: header.bigEndian)
        opnum = integer(base, at: 22, bigEndian: header.bigEndian)
        object =
            hasObject
            ? UUIDValue(
                timeLow: integer(base, at: 24, bigEndian: header.bigEndian),
                timeMid: integer(base, at: 28, bigEndian: header.bigEndian),
                timeHighAndVersion: integer(base, at: 30, bigEndian: header.bigEndian),
                tail: integer(base, at: 32, bigEndian: true)) : nil
    }

    /// Appends the header of a request whose stub data and trailer, `rest` bytes of them, follow.
    @inlinable
    public func write(
        to writer: inout ByteWriter, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false, rest: Int,
        authLength: UInt16 = 0
    ) throws(WireError) {
        let size = self.size
        guard rest >= 0, rest <= 0xffff - size else { throw .limitExceeded }
        try writer.reserve(size)
        store(
            at: writer.base.advanced(by: writer.count), flags: flags, callID: callID, bigEndian: bigEndian,
            fragmentLength: UInt16(truncatingIfNeeded: size + rest), authLength: authLength)
        writer.count += size
    }

    /// Stores the header at `memory`, which has room for `size` bytes: for a writer whose stub data is there already.
    @inlinable
    public func store(
        at memory: UnsafeMutableRawPointer, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false,
        fragmentLength: UInt16, authLength: UInt16 = 0
    ) {
        storeHeader(
            memory, type: 0, flags: object == nil ? flags : flags.union(.objectUUID), bigEndian: bigEndian,
            fragmentLength: fragmentLength, authLength: authLength, callID: callID)
        storeInteger(allocHint, memory, at: 16, bigEndian: bigEndian)
        storeInteger(contextID, memory, at: 20, bigEndian: bigEndian)
        storeInteger(opnum, memory, at: 22, bigEndian: bigEndian)
        guard let object else { return }
        storeInteger(object.timeLow, memory, at: 24, bigEndian: bigEndian)
        storeInteger(object.timeMid, memory, at: 28, bigEndian: bigEndian)
        storeInteger(object.timeHighAndVersion, memory, at: 30, bigEndian: bigEndian)
        storeInteger(object.tail, memory, at: 32, bigEndian: true)
    }
}

@inlinable @inline(__always)
func storeInteger<T: FixedWidthInteger>(
    _ value: T, _ memory: UnsafeMutableRawPointer, at offset: Int, bigEndian: Bool
) {
    memory.storeBytes(of: bigEndian ? value.bigEndian : value.littleEndian, toByteOffset: offset, as: T.self)
}

/// The common header, of version 5.0.
@inlinable @inline(__always)
func storeHeader(
    _ memory: UnsafeMutableRawPointer, type: UInt8, flags: PFCFlags, bigEndian: Bool, fragmentLength: UInt16,
    authLength: UInt16, callID: UInt32
) {
    let start = 5 | UInt32(type) << 16 | UInt32(flags.rawValue) << 24
    storeInteger(start, memory, at: 0, bigEndian: false)
    storeInteger(UInt32(bigEndian ? 0 : 0x10), memory, at: 4, bigEndian: false)
    storeInteger(fragmentLength, memory, at: 8, bigEndian: bigEndian)
    storeInteger(authLength, memory, at: 10, bigEndian: bigEndian)
    storeInteger(callID, memory, at: 12, bigEndian: bigEndian)
}
