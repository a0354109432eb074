// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

extension XpressHuffman {
    public static func compress(
        _ input: UnsafeRawBufferPointer, into writer: inout ByteWriter
    ) throws(CompressionError) {
        do throws(WireError) {
            var finder = MatchFinder(input, window: window, longest: longest)
            var position = 0
            repeat {
                let blockEnd = min(input.count, position + blockSize)
                let tokens = Tokens(input, position..<blockEnd, &finder, isLast: blockEnd == input.count)
                try tokens.write(to: &writer)
                position = blockEnd
            } while position < input.count
        } catch { throw .outOfMemory }
    }
}

/// A block as symbols: first counted, then written.
private struct Tokens {
    /// A literal, the end, or a match: its symbol, length - 3 and distance.
    private struct Token {
        var symbol: UInt16
        var length: UInt16 = 0
        var distance: UInt16 = 0
    }

    private var tokens: [Token] = []
    private var frequencies = [UInt32](repeating: 0, count: HuffmanCode.symbols)

    init(_ input: UnsafeRawBufferPointer, _ block: Range<Int>, _ finder: inout MatchFinder, isLast: Bool) {
        var position = block.lowerBound
        while position < block.upperBound {
            let match = finder.find(position, end: block.upperBound)
            if let match {
                add(match.distance, match.length - MatchFinder.shortest)
            } else {
                add(Token(symbol: UInt16(input[position])))
            }
            for index in position..<position + (match?.length ?? 1) { finder.insert(index) }
            position += match?.length ?? 1
        }
        if isLast { add(Token(symbol: UInt16(XpressHuffman.end))) }
    }

    private mutating func add(_ token: Token) {
        tokens.append(token)
        frequencies[Int(token.symbol)] += 1
    }

    private mutating func add(_ distance: Int, _ length: Int) {
        let offsetBits = Int.bitWidth - 1 - distance.leadingZeroBitCount
        let symbol = XpressHuffman.end + offsetBits << 4 + min(length, 15)
        add(
            Token(
                symbol: UInt16(truncatingIfNeeded: symbol), length: UInt16(truncatingIfNeeded: length),
                distance: UInt16(truncatingIfNeeded: distance)))
    }

    func write(to writer: inout ByteWriter) throws(WireError) {
        let code = HuffmanCode(frequencies: frequencies)
        try code.table.withUnsafeBytesTyped { (bytes) throws(WireError) in try writer.append(bytes) }
        var bits = try BitWriter(&writer)
        for token in tokens {
            let symbol = Int(token.symbol)
            try bits.append(UInt32(code.codes[symbol]), Int(code.lengths[symbol]), &writer)
            guard symbol > XpressHuffman.end || token.distance != 0 else { continue }
            try writeLength(Int(token.length), &writer)
            let offsetBits = (symbol - XpressHuffman.end) >> 4
            let low = UInt32(token.distance) & (1 << UInt32(offsetBits) - 1)
            try bits.append(low, offsetBits, &writer)
        }
        try bits.flush(&writer)
    }

    private func writeLength(_ length: Int, _ writer: inout ByteWriter) throws(WireError) {
        guard length >= 15 else { return }
        guard length - 15 >= 255 else { return try writer.append(UInt8(truncatingIfNeeded: length - 15)) }
        try writer.append(UInt8(255))
        try writer.append(UInt16(truncatingIfNeeded: length))
    }
}

extension Array where Element == UInt8 {
    fileprivate func withUnsafeBytesTyped(_ body: (UnsafeRawBufferPointer) throws(WireError) -> Void) throws(WireError)
    {
        try span.bytes.withUnsafeBytes(body)
    }
}

/// Writes words of 16 bits, room for two of which is always kept: their reader reads ahead so far.
private struct BitWriter {
    private var word: UInt32 = 0
    private var free = 16
    private var first: Int
    private var second: Int

    init(_ writer: inout ByteWriter) throws(WireError) {
        first = writer.count
        second = writer.count + 2
        try writer.append(UInt32(0))
    }

    mutating func append(_ bits: UInt32, _ count: Int, _ writer: inout ByteWriter) throws(WireError) {
        guard count > free else {
            word = word << UInt32(count) | bits
            free -= count
            return
        }
        let rest = count - free
        word = word << UInt32(free) | bits >> UInt32(rest)
        writer.patch(UInt16(truncatingIfNeeded: word), at: first)
        first = second
        second = writer.count
        try writer.append(UInt16(0))
        word = bits
        free = 16 - rest
    }

    mutating func flush(_ writer: inout ByteWriter) throws(WireError) {
        writer.patch(UInt16(truncatingIfNeeded: word << UInt32(free)), at: first)
        writer.patch(UInt16(0), at: second)
    }
}
