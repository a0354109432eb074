// SPDX-License-Identifier: LGPL-3.0-or-later

/// LZ77+Huffman of the Xpress family ([MS-XCA] 2.1 and 2.2): blocks of 64 KB, each with a code of its own.
public enum XpressHuffman {
    static let blockSize = 0x10000
    /// Of matches; the length has 15 bits and more in the stream.
    static let window = 0xffff
    static let longest = 0xffff
    /// Ends the last block.
    static let end = 256

    /// Fills `output` completely.
    public static func decompress(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) {
        var reader = InputCursor(input)
        var target = Output(output)
        while !target.isFull {
            let decoder = try HuffmanDecoder(try reader.take(HuffmanCode.tableSize))
            var bits = try BitReader(&reader)
            let blockEnd = min(output.count, target.count + blockSize)
            while target.count < blockEnd {
                let (symbol, length) = decoder.symbol(bits.next15)
                try bits.skip(length, &reader)
                if symbol < end {
                    try target.append(symbol)
                } else {
                    try copyMatch(symbol - end, &bits, &reader, &target)
                }
            }
        }
    }

    private static func copyMatch(
        _ symbol: Int, _ bits: inout BitReader, _ reader: inout InputCursor, _ target: inout Output
    ) throws(CompressionError) {
        var length = symbol & 15
        if length == 15 {
            length = try reader.next(UInt8.self)
            if length == 255 {
                length = try reader.next(UInt16.self)
                if length == 0 { length = try reader.next(UInt32.self) }
                guard length >= 15 else { throw .malformed }
            } else {
                length += 15
            }
        }
        let offsetBits = symbol >> 4
        let distance = bits.first(offsetBits) | 1 << offsetBits
        try bits.skip(offsetBits, &reader)
        try target.copy(distance: distance, length: length + 3)
    }
}

/// Bits from words of 16, the next two of which are always in hand: bytes of long lengths stand between them.
private struct BitReader {
    private var bits: UInt32
    private var spare = 16

    init(_ reader: inout InputCursor) throws(CompressionError) {
        let high = try reader.next(UInt16.self)
        bits = UInt32(truncatingIfNeeded: high << 16 | (try reader.next(UInt16.self)))
    }

    var next15: Int { Int(bits >> 17) }

    func first(_ count: Int) -> Int { count == 0 ? 0 : Int(bits >> UInt32(32 - count)) }

    mutating func skip(_ count: Int, _ reader: inout InputCursor) throws(CompressionError) {
        bits <<= UInt32(count)
        spare -= count
        guard spare < 0 else { return }
        bits |= UInt32(truncatingIfNeeded: try reader.next(UInt16.self)) << UInt32(-spare)
        spare += 16
    }
}
