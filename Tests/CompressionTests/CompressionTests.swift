// SPDX-License-Identifier: LGPL-3.0-or-later

import Compression
import Testing
import Wire

private func compressed(_ plain: [UInt8], _ algorithm: CompressionAlgorithm) throws -> [UInt8] {
    var writer = ByteWriter()
    try plain.withUnsafeBytes { bytes in try algorithm.compress(bytes, into: &writer) }
    return Array(writer.bytes)
}

private func plain(_ bytes: [UInt8], _ algorithm: CompressionAlgorithm, _ size: Int) throws -> [UInt8] {
    var output = [UInt8](repeating: 0xee, count: size)
    try bytes.withUnsafeBytes { input in
        try output.withUnsafeMutableBytes { try algorithm.decompress(input, into: $0) }
    }
    return output
}

private let alphabet = Array("abcdefghijklmnopqrstuvwxyz".utf8)
private let repeated = (0..<300).map { UInt8(ascii: "a") + UInt8($0 % 3) }

/// Deterministic noise.
private struct Noise {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

private func samples(limit: Int) -> [[UInt8]] {
    var noise = Noise(state: 7)
    var all: [[UInt8]] = [[], [0], [1, 2], [9, 9, 9], alphabet, repeated]
    for size in [15, 31, 32, 33, 255, 4096, 0x7fff, 0x8000, 0x8001, 0xffff, 0x10000, 0x10001, 200_000]
    where size <= limit {
        all.append([UInt8](repeating: 0x41, count: size))
        all.append((0..<size).map { _ in UInt8(truncatingIfNeeded: noise.next()) })
        // Words of a small vocabulary: matches of every length and distance.
        var text: [UInt8] = []
        while text.count < size {
            let start = Int(noise.next()) % max(1, text.count + 1)
            let length = 1 + Int(noise.next() % 70)
            text += noise.next() % 3 == 0 ? alphabet.prefix(length) : text[start...].prefix(length)
            if text.isEmpty { text = [7] }
        }
        all.append(Array(text.prefix(size)))
    }
    return all
}

@Suite struct CompressionTests {
    @Test(arguments: CompressionAlgorithm.allCases)
    func whatIsCompressedComesBack(algorithm: CompressionAlgorithm) throws {
        for sample in samples(limit: algorithm == .mszipCabinet ? 0x8000 : .max) {
            let small = try compressed(sample, algorithm)
            #expect(try plain(small, algorithm, sample.count) == sample)
            if sample.count >= 4096, Set(sample).count == 1 { #expect(small.count < sample.count / 10) }
        }
    }

    /// [MS-XCA] 3.1 and 3.2.
    @Test func theSpecificationsExamplesOfPlainLZ77() throws {
        let literals: [UInt8] = [0x3f, 0, 0, 0] + alphabet
        let match: [UInt8] = [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01]
        #expect(try lz77(literals, 26) == alphabet)
        #expect(try lz77(match, 300) == repeated)
        var writer = ByteWriter()
        try alphabet.withUnsafeBytes { try XpressLZ77.compress($0, into: &writer) }
        #expect(Array(writer.bytes) == literals)
        writer.removeAll()
        try repeated.withUnsafeBytes { try XpressLZ77.compress($0, into: &writer) }
        #expect(Array(writer.bytes) == match)
    }

    private func lz77(_ bytes: [UInt8], _ room: Int) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: room)
        let count = try bytes.withUnsafeBytes { input in
            try output.withUnsafeMutableBytes { try XpressLZ77.decompress(input, into: $0) }
        }
        return Array(output.prefix(count))
    }

    @Test func theSpecificationsExampleOfHuffman() throws {
        var table = [UInt8](repeating: 0, count: 256)
        table[48] = 0x50
        for index in 49...58 { table[index] = 0x55 }
        table[59] = 0x45
        table[60] = 0x44
        table[61] = 0x04
        table[128] = 0x04
        let stream: [UInt8] = [
            0xd8, 0x52, 0x3e, 0xd7, 0x94, 0x11, 0x5b, 0xe9, 0x19, 0x5f, 0xf9, 0xd6, 0x7c, 0xdf, 0x8d, 0x04, 0, 0, 0, 0,
        ]
        #expect(try plain(table + stream, .xpressHuffman, 26) == alphabet)
    }

    @Test(arguments: CompressionAlgorithm.allCases)
    func cutAndChangedInputsAreRefusedOrHarmless(algorithm: CompressionAlgorithm) throws {
        var noise = Noise(state: 99)
        let sample = samples(limit: 4096).last ?? []
        let good = try compressed(sample, algorithm)
        for cut in stride(from: 0, to: good.count, by: max(1, good.count / 300)) {
            _ = try? plain(Array(good.prefix(cut)), algorithm, sample.count)
        }
        for _ in 0..<2000 {
            var bad = good
            for _ in 0...noise.next() % 4 {
                bad[Int(noise.next()) % bad.count] = UInt8(truncatingIfNeeded: noise.next())
            }
            _ = try? plain(bad, algorithm, sample.count)
        }
        #expect(throws: CompressionError.self) { try plain(good, algorithm, sample.count + 1) }
        #expect(throws: CompressionError.self) { try plain([], algorithm, 1) }
    }

    @Test func aMatchThatReachesBeforeTheStartIsRefused() {
        #expect(throws: CompressionError.self) { try lz77([0xff, 0xff, 0xff, 0x7f, 0x61, 0x10, 0x00], 100) }
    }

    /// A length in its long form that would fit a short one ([MS-XCA] 2.4.4).
    @Test func lengthsInTheWrongFormAreRefused() {
        #expect(throws: CompressionError.self) {
            try lz77([0xff, 0xff, 0xff, 0x7f, 0x61, 0x07, 0x00, 0x0f, 0xff, 0x15, 0x00], 100)
        }
    }

    @Test func aChunkMayReferToTheOneBefore() throws {
        var noise = Noise(state: 3)
        let chunk = (0..<0x8000).map { _ in UInt8(truncatingIfNeeded: noise.next()) }
        let next = chunk.suffix(0x4000) + chunk.suffix(0x4000)
        let small = try compressed(chunk + next, .mszip)
        #expect(small.count < chunk.count + 2000)
        // No chunk is longer than [MS-MCI] allows, whatever is in it.
        #expect(try compressed(chunk, .mszip).count <= 8 + 0x8000 + 12)
        #expect(try plain(small, .mszip, 0x10000) == chunk + next)
    }
}
