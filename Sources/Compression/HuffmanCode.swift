// SPDX-License-Identifier: LGPL-3.0-or-later

/// A canonical Huffman code of 512 symbols, none longer than 15 bits ([MS-XCA] 2.1.4.2).
struct HuffmanCode {
    static let symbols = 512
    static let longest = 15
    /// Of the table of lengths, four bits each.
    static let tableSize = 256

    private(set) var lengths = [UInt8](repeating: 0, count: symbols)
    private(set) var codes = [UInt16](repeating: 0, count: symbols)

    /// The code for symbols of these frequencies. Where a code would be too long, rare symbols are counted as less
    /// rare until none is.
    init(frequencies given: [UInt32]) {
        var frequencies = given
        while true {
            let depths = HuffmanCode.depths(frequencies)
            if depths.allSatisfy({ $0 <= HuffmanCode.longest }) {
                for symbol in 0..<HuffmanCode.symbols { lengths[symbol] = UInt8(truncatingIfNeeded: depths[symbol]) }
                break
            }
            for symbol in 0..<HuffmanCode.symbols where frequencies[symbol] > 0 {
                frequencies[symbol] = frequencies[symbol] / 2 + 1
            }
        }
        assignCodes()
    }

    /// How deep each symbol is in the Huffman tree.
    private static func depths(_ frequencies: [UInt32]) -> [Int] {
        var depths = [Int](repeating: 0, count: symbols)
        let used = (0..<symbols).filter { frequencies[$0] > 0 }.sorted { (frequencies[$0], $0) < (frequencies[$1], $1) }
        // Two codes at least: a tree of one leaf has no bit.
        guard used.count > 1 else {
            let only = used.first ?? 0
            depths[only] = 1
            depths[only == 0 ? 1 : 0] = 1
            return depths
        }
        // Two queues: leaves, and inner nodes, which come out in the order of their weights by themselves.
        var weights = used.map { UInt64(frequencies[$0]) }
        var parents = [Int](repeating: -1, count: used.count)
        var leaf = 0
        var inner = used.count
        func lightest() -> Int {
            if inner < weights.count, leaf >= used.count || weights[inner] < weights[leaf] {
                inner += 1
                return inner - 1
            }
            leaf += 1
            return leaf - 1
        }
        for _ in 1..<used.count {
            let one = lightest()
            let other = lightest()
            parents[one] = weights.count
            parents[other] = weights.count
            weights.append(weights[one] + weights[other])
            parents.append(-1)
        }
        var depth = [Int](repeating: 0, count: weights.count)
        for node in (0..<weights.count - 1).reversed() { depth[node] = depth[parents[node]] + 1 }
        for (index, symbol) in used.enumerated() { depths[symbol] = depth[index] }
        return depths
    }

    private mutating func assignCodes() {
        var code: UInt16 = 0
        for length in 1...HuffmanCode.longest {
            code <<= 1
            for symbol in 0..<HuffmanCode.symbols where Int(lengths[symbol]) == length {
                codes[symbol] = code
                code &+= 1
            }
        }
    }

    var table: [UInt8] {
        (0..<HuffmanCode.tableSize).map { lengths[2 * $0] | lengths[2 * $0 + 1] << 4 }
    }
}

/// Turns 15 bits into the symbol whose code they start with.
struct HuffmanDecoder {
    private var entries = [UInt16](repeating: 0, count: 1 << HuffmanCode.longest)
    private var lengths = [UInt8](repeating: 0, count: HuffmanCode.symbols)

    init(_ table: UnsafeRawBufferPointer) throws(CompressionError) {
        guard table.count == HuffmanCode.tableSize else { throw .malformed }
        for index in 0..<table.count {
            lengths[2 * index] = table[index] & 15
            lengths[2 * index + 1] = table[index] >> 4
        }
        var next = 0
        for length in 1...HuffmanCode.longest {
            for symbol in 0..<HuffmanCode.symbols where Int(lengths[symbol]) == length {
                let count = 1 << (HuffmanCode.longest - length)
                guard next + count <= entries.count else { throw .malformed }
                for index in next..<next + count { entries[index] = UInt16(truncatingIfNeeded: symbol) }
                next += count
            }
        }
        // A code that leaves bit patterns without a meaning is none.
        guard next == entries.count else { throw .malformed }
    }

    @inline(__always)
    func symbol(_ bits: Int) -> (symbol: Int, length: Int) {
        let symbol = Int(entries[bits & (entries.count - 1)])
        return (symbol, Int(lengths[symbol]))
    }
}
