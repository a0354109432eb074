// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// Plain LZ77 of the Xpress family ([MS-XCA] 2.3 and 2.4): 32 flags, then as many literals and matches.
public enum XpressLZ77 {
    /// Matches reach so far back (13 bits).
    static let window = 0x2000
    /// Longer ones would need the 32-bit form of the length, which old readers do not know.
    static let longest = 0xffff + MatchFinder.shortest

    /// Fills `output`; the bytes written, fewer than it holds only where the input says that it ends.
    public static func decompress(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) -> Int {
        var reader = InputCursor(input)
        var target = Output(output)
        var flags = 0
        var flagCount = 0
        // Two lengths share a byte: where the first of them stands, -1 while none waits for its second.
        var halfByte = -1
        while !reader.isAtEnd, !target.isFull {
            if flagCount == 0 {
                flags = try reader.next(UInt32.self)
                flagCount = 32
            }
            flagCount -= 1
            guard flags & 1 << flagCount != 0 else {
                try target.append(try reader.next(UInt8.self))
                continue
            }
            if reader.isAtEnd { break }
            let token = try reader.next(UInt16.self)
            let length = try matchLength(token & 7, &reader, &halfByte)
            try target.copy(distance: token >> 3 + 1, length: length)
        }
        return target.count
    }

    private static func matchLength(
        _ low: Int, _ reader: inout InputCursor, _ halfByte: inout Int
    ) throws(CompressionError) -> Int {
        guard low == 7 else { return low + 3 }
        var length: Int
        if halfByte < 0 {
            halfByte = reader.position
            length = try reader.next(UInt8.self) & 15
        } else {
            length = try reader.byte(at: halfByte) >> 4
            halfByte = -1
        }
        guard length == 15 else { return length + 7 + 3 }
        length = try reader.next(UInt8.self)
        guard length == 255 else { return length + 15 + 7 + 3 }
        length = try reader.next(UInt16.self)
        if length == 0 { length = try reader.next(UInt32.self) }
        // Lengths that fit a shorter form must use it.
        guard length >= 15 + 7 else { throw .malformed }
        return length + 3
    }

    public static func compress(
        _ input: UnsafeRawBufferPointer, into writer: inout ByteWriter
    ) throws(CompressionError) {
        do throws(WireError) {
            var encoder = LZ77Encoder()
            try encoder.encode(input, &writer)
        } catch { throw .outOfMemory }
    }
}

private struct LZ77Encoder {
    private var flags: UInt32 = 0
    private var flagCount = 0
    private var flagsAt = 0
    private var halfByteAt = -1

    mutating func encode(_ input: UnsafeRawBufferPointer, _ writer: inout ByteWriter) throws(WireError) {
        var finder = MatchFinder(input, window: XpressLZ77.window, longest: XpressLZ77.longest)
        try beginFlags(&writer)
        var position = 0
        while position < input.count {
            let match = finder.find(position, end: input.count)
            if let match {
                try write(match.distance, match.length, &writer)
            } else {
                try writer.append(input[position])
            }
            for index in position..<position + (match?.length ?? 1) { finder.insert(index) }
            position += match?.length ?? 1
            try flag(match != nil, &writer)
        }
        // What is left of the flags is set: a match at the end of the input is the end.
        let unused = 32 - flagCount
        writer.patch(unused == 32 ? .max : flags << UInt32(unused) | (1 << UInt32(unused) - 1), at: flagsAt)
    }

    private mutating func beginFlags(_ writer: inout ByteWriter) throws(WireError) {
        flagsAt = writer.count
        try writer.append(UInt32(0))
        flags = 0
        flagCount = 0
    }

    private mutating func flag(_ isMatch: Bool, _ writer: inout ByteWriter) throws(WireError) {
        flags = flags << 1 | (isMatch ? 1 : 0)
        flagCount += 1
        guard flagCount == 32 else { return }
        writer.patch(flags, at: flagsAt)
        try beginFlags(&writer)
    }

    private mutating func write(
        _ distance: Int, _ matchLength: Int, _ writer: inout ByteWriter
    ) throws(WireError) {
        let length = matchLength - MatchFinder.shortest
        try writer.append(UInt16(truncatingIfNeeded: (distance - 1) << 3 | min(length, 7)))
        guard length >= 7 else { return }
        let half = UInt8(truncatingIfNeeded: min(length - 7, 15))
        if halfByteAt < 0 {
            halfByteAt = writer.count
            try writer.append(half)
        } else {
            let low = writer.bytes[halfByteAt]
            writer.patch(low | half << 4, at: halfByteAt)
            halfByteAt = -1
        }
        guard length >= 7 + 15 else { return }
        guard length - 22 >= 255 else { return try writer.append(UInt8(truncatingIfNeeded: length - 22)) }
        try writer.append(UInt8(255))
        try writer.append(UInt16(truncatingIfNeeded: length))
    }
}
