// SPDX-License-Identifier: LGPL-3.0-or-later

/// Reads integers and runs of bytes from memory that somebody else keeps alive; every read is checked.
public struct ByteReader {
    public let base: UnsafeRawPointer
    public let count: Int
    public var position: Int
    public var bigEndian: Bool

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool = false) {
        // An empty buffer may have no address; nothing is ever read from this one then.
        base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped
        count = bytes.count
        position = 0
        self.bigEndian = bigEndian
    }

    @inlinable
    public var remaining: Int { count - position }

    @inlinable @inline(__always)
    public mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(WireError) -> T {
        guard remaining >= MemoryLayout<T>.size else { throw .truncated }
        let raw = base.loadUnaligned(fromByteOffset: position, as: T.self)
        position += MemoryLayout<T>.size
        return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
    }

    /// The next `n` bytes, not copied.
    @inlinable
    public mutating func read(count n: Int) throws(WireError) -> UnsafeRawBufferPointer {
        guard n >= 0, remaining >= n else { throw .truncated }
        defer { position += n }
        return UnsafeRawBufferPointer(start: base.advanced(by: position), count: n)
    }

    @inlinable
    public mutating func skip(_ n: Int) throws(WireError) {
        guard n >= 0, remaining >= n else { throw .truncated }
        position += n
    }

    /// Skips to a multiple of `alignment`, a power of two, counted from the start of the bytes.
    @inlinable
    public mutating func align(_ alignment: Int) throws(WireError) {
        let over = position & (alignment - 1)
        if over != 0 { try skip(alignment - over) }
    }
}
