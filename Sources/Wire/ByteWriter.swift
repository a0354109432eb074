// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// Bytes that are written at their end, in memory that it owns.
///
/// The one buffer of the library: NDR pushes stub data straight into it, behind the space that the PDU header will
/// take, and the socket is written from it. `limit` bounds it for ever; growing past it throws and changes nothing.
///
/// `base[0 ..< count]` is initialised. The hot path is `reserve(n)` once and then `unchecked…` stores.
public struct ByteWriter: ~Copyable {
    public private(set) var base: UnsafeMutableRawPointer
    public var count: Int
    public private(set) var capacity: Int
    public let limit: Int

    public static let defaultLimit = 0x4000_0000

    public init(limit: Int = ByteWriter.defaultLimit) {
        base = ByteWriter.noMemory
        count = 0
        capacity = 0
        self.limit = limit
    }

    deinit {
        if capacity > 0 { free(base) }
    }

    /// What `base` is while nothing is allocated: never read or written, since capacity is 0.
    private static var noMemory: UnsafeMutableRawPointer {
        guard let pointer = UnsafeMutableRawPointer(bitPattern: 16) else { preconditionFailure("16 is not nil") }
        return pointer
    }

    public var bytes: UnsafeRawBufferPointer {
        @inlinable get { UnsafeRawBufferPointer(start: UnsafeRawPointer(base), count: count) }
    }

    /// Makes room for `n` more bytes.
    @inlinable @inline(__always)
    public mutating func reserve(_ n: Int) throws(WireError) {
        if n > capacity - count { try grow(n) }
    }

    /// The cold half of `reserve`.
    @inline(never)
    public mutating func grow(_ n: Int) throws(WireError) {
        guard n >= 0, n <= limit - count else { throw .limitExceeded }
        var size = max(capacity, 512)
        while size < count + n { size *= 2 }
        size = min(size, limit)
        guard let memory = realloc(capacity > 0 ? base : nil, size) else { throw .outOfMemory }
        base = memory
        capacity = size
    }

    /// Gives memory beyond `size` bytes back, once the buffer is empty.
    public mutating func shrinkWhenEmpty(to size: Int) {
        guard count == 0, capacity > size else { return }
        free(base)
        base = ByteWriter.noMemory
        capacity = 0
    }

    // MARK: Appending

    @inlinable @inline(__always)
    public mutating func append<T: FixedWidthInteger>(_ value: T, bigEndian: Bool = false) throws(WireError) {
        try reserve(MemoryLayout<T>.size)
        base.storeBytes(of: bigEndian ? value.bigEndian : value.littleEndian, toByteOffset: count, as: T.self)
        count += MemoryLayout<T>.size
    }

    public mutating func append(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        try reserve(bytes.count)
        base.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    public mutating func appendZeros(_ n: Int) throws(WireError) {
        guard n > 0 else { return }
        try reserve(n)
        memset(base.advanced(by: count), 0, n)
        count += n
    }

    /// Zeros up to a multiple of `alignment` (a power of two) counted from `origin`.
    public mutating func align(_ alignment: Int, from origin: Int = 0) throws(WireError) {
        let over = (count - origin) & (alignment - 1)
        if over != 0 { try appendZeros(alignment - over) }
    }

    // MARK: Changing what is there

    /// Overwrites an integer inside `0 ..< count`; outside it nothing happens.
    @inlinable
    public mutating func patch<T: FixedWidthInteger>(_ value: T, at offset: Int, bigEndian: Bool = false) {
        guard offset >= 0, offset <= count - MemoryLayout<T>.size else { return }
        base.storeBytes(of: bigEndian ? value.bigEndian : value.littleEndian, toByteOffset: offset, as: T.self)
    }

    /// Drops everything after `size` bytes.
    @inlinable
    public mutating func truncate(to size: Int) {
        if size >= 0, size < count { count = size }
    }

    /// Moves what follows the first `n` bytes to the front.
    public mutating func removeFirst(_ n: Int) {
        guard n > 0 else { return }
        if n < count { memmove(base, base.advanced(by: n), count - n) }
        count = max(0, count - n)
    }

    @inlinable
    public mutating func removeAll() { count = 0 }
}
