// SPDX-License-Identifier: LGPL-3.0-or-later

/// Compressed bytes that are being read; every read is checked.
struct InputCursor {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    @inline(__always)
    mutating func next<T: FixedWidthInteger>(_ type: T.Type) throws(CompressionError) -> Int
    where T: UnsignedInteger {
        guard bytes.count - position >= MemoryLayout<T>.size else { throw .malformed }
        let value = bytes.loadUnaligned(fromByteOffset: position, as: T.self)
        position += MemoryLayout<T>.size
        return Int(T(littleEndian: value))
    }

    /// A byte that was read before.
    func byte(at index: Int) throws(CompressionError) -> Int {
        guard index >= 0, index < position else { throw .malformed }
        return Int(bytes[index])
    }

    mutating func take(_ count: Int) throws(CompressionError) -> UnsafeRawBufferPointer {
        guard count >= 0, bytes.count - position >= count else { throw .malformed }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }
}

/// Where decompressed bytes go: as many as were promised, and not one more.
struct Output {
    private let bytes: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

    var isFull: Bool { count == bytes.count }

    @inline(__always)
    mutating func append(_ byte: Int) throws(CompressionError) {
        guard count < bytes.count else { throw .malformed }
        bytes[count] = UInt8(truncatingIfNeeded: byte)
        count += 1
    }

    mutating func append(_ source: UnsafeRawBufferPointer) throws(CompressionError) {
        guard bytes.count - count >= source.count else { throw .malformed }
        UnsafeMutableRawBufferPointer(rebasing: bytes[count..<count + source.count]).copyMemory(from: source)
        count += source.count
    }

    /// Repeats `length` bytes from `distance` back, byte by byte: the copy may overlap itself.
    mutating func copy(distance: Int, length: Int) throws(CompressionError) {
        guard distance > 0, distance <= count, length >= 0, length <= bytes.count - count else { throw .malformed }
        for index in count..<count + length { bytes[index] = bytes[index - distance] }
        count += length
    }
}
