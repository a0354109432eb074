// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Decompression of anything, and that what was compressed comes back. The first byte chooses the algorithm and which of
// the two; for decompression the next two are the size that is promised.

import Compression
import Wire

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let choice = input.byte()
    guard let algorithm = CompressionAlgorithm(rawValue: UInt32(choice & 3) + 1) else { return }
    if choice & 4 == 0 {
        let size = input.word()
        _ = decompressed(Array(input.rest), algorithm, size)
    } else {
        let plain = Array(input.rest)
        var writer = ByteWriter()
        guard (try? plain.withUnsafeBytes { try algorithm.compress($0, into: &writer) }) != nil else {
            found("\(algorithm) cannot compress \(plain.count) bytes")
        }
        let back = decompressed(Array(writer.bytes), algorithm, plain.count)
        require(back == plain, "\(algorithm) changes \(plain.count) bytes")
    }
}

private func decompressed(_ bytes: [UInt8], _ algorithm: CompressionAlgorithm, _ size: Int) -> [UInt8]? {
    var output = [UInt8](repeating: 0, count: size)
    let done: Void? = bytes.withUnsafeBytes { input in
        try? output.withUnsafeMutableBytes { try algorithm.decompress(input, into: $0) }
    }
    return done == nil ? nil : output
}

func seeds() -> [[UInt8]] {
    let text = Array(repeating: Array("subcontext, referent, conformant array; ".utf8), count: 20).flatMap { $0 }
    return CompressionAlgorithm.allCases.flatMap { algorithm -> [[UInt8]] in
        let choice = UInt8(truncatingIfNeeded: algorithm.rawValue - 1)
        var writer = ByteWriter()
        _ = try? text.withUnsafeBytes { try algorithm.compress($0, into: &writer) }
        let size = [UInt8(truncatingIfNeeded: text.count), UInt8(truncatingIfNeeded: text.count >> 8)]
        return [[choice] + size + Array(writer.bytes), [choice | 4] + text]
    }
}
