// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// Where a writer's memory comes from, when it is not malloc's: `resize(owner, old, size)` works as realloc does, and
/// frees for size 0.
public struct WriterMemory {
    public var owner: UnsafeMutableRawPointer?
    public var resize:
        @convention(c) (
            _ owner: UnsafeMutableRawPointer?, _ old: UnsafeMutableRawPointer?, _ size: Int
        ) -> UnsafeMutableRawPointer?

    public init(
        owner: UnsafeMutableRawPointer?,
        resize:
            @escaping @convention(c) (
                UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int
            ) -> UnsafeMutableRawPointer?
    ) {
        self.owner = owner
        self.resize = resize
    }
}

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
    private let memory: WriterMemory?

    public static let defaultLimit = 0x4000_0000

    public init(limit: Int = ByteWriter.defaultLimit, memory: WriterMemory? = nil) {
        self.memory = memory
        base = ByteWriter.noMemory
        count = 0
        capacity = 0
        self.limit = limit
    }

    deinit {
        if capacity > 0 { release() }
    }

    private func release() {
        guard let memory else { return free(base) }
        _ = memory.resize(memory.owner, base, 0)
    }

    /// Hands the memory to the caller, cut to what was written; nil when nothing was. Only for memory not malloc's.
    public mutating func take() -> UnsafeMutableRawPointer? {
        guard let memory, capacity > 0, count > 0 else { return nil }
        let taken = memory.resize(memory.owner, base, count) ?? base
        base = ByteWriter.noMemory
        count = 0
        capacity = 0
        return taken
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
        // Both terms are below twice the limit, which is far from what an Int holds.
        let size = min(max(capacity * 2, count + n, 512), limit)
        let old = capacity > 0 ? base : nil
        let grown = memory.map { $0.resize($0.owner, old, size) } ?? realloc(old, size)
        guard let grown else { throw .outOfMemory }
        base = grown
        capacity = size
    }

    /// Gives memory beyond `size` bytes back, once the buffer is empty.
    public mutating func shrinkWhenEmpty(to size: Int) {
        guard count == 0, capacity > size else { return }
        release()
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
