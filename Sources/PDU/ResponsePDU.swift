// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// What a response has before its stub data (C706 12.6.4.10).
public struct ResponseHeader: Equatable, Sendable {
    @inlinable public static var size: Int { 24 }

    public var allocHint: UInt32
    public var contextID: UInt16
    public var cancelCount: UInt8

    @inlinable
    public init(allocHint: UInt32, contextID: UInt16, cancelCount: UInt8 = 0) {
        self.allocHint = allocHint
        self.contextID = contextID
        self.cancelCount = cancelCount
    }

    /// Reads a whole PDU, or as much of it as goes before the stub data.
    @inlinable
    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .response else { throw .badType }
        guard let base = pdu.baseAddress, pdu.count >= 24, header.bodyEnd >= 24 else { throw .truncated }
        allocHint = integer(base, at: 16, bigEndian: header.bigEndian)
        contextID = integer(base, at: 20, bigEndian: header.bigEndian)
        cancelCount = base.load(fromByteOffset: 22, as: UInt8.self)
    }

    /// Appends the header of a response whose stub data and trailer, `rest` bytes of them, follow.
    @inlinable
    public func write(
        to writer: inout ByteWriter, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false, rest: Int,
        authLength: UInt16 = 0
    ) throws(WireError) {
        guard rest >= 0, rest <= 0xffff - 24 else { throw .limitExceeded }
        try writer.reserve(24)
        store(
            at: writer.base.advanced(by: writer.count), flags: flags, callID: callID, bigEndian: bigEndian,
            fragmentLength: UInt16(truncatingIfNeeded: 24 + rest), authLength: authLength)
        writer.count += 24
    }

    /// Stores the header at `memory`, which has room for `size` bytes: for a writer whose stub data is there already.
    @inlinable
    public func store(
        at memory: UnsafeMutableRawPointer, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false,
        fragmentLength: UInt16, authLength: UInt16 = 0
    ) {
        storeHeader(
            memory, type: 2, flags: flags, bigEndian: bigEndian, fragmentLength: fragmentLength,
            authLength: authLength, callID: callID)
        storeInteger(allocHint, memory, at: 16, bigEndian: bigEndian)
        storeInteger(contextID, memory, at: 20, bigEndian: bigEndian)
        storeInteger(UInt16(cancelCount), memory, at: 22, bigEndian: false)
    }
}
