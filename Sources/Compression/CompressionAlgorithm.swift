// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// How the content of a subcontext is compressed: NDR_COMPRESSION_* of ndr_format.h.
///
/// Chunks carry the sizes of their plain text and of themselves, 32 bits each, little-endian ([MS-DRSR] 4.1.10.6.18);
/// the last one is shorter than the others, or ends the input.
public enum CompressionAlgorithm: UInt32, CaseIterable, Sendable {
    /// A single chunk without sizes, as cabinet files have it.
    case mszipCabinet = 1
    /// Chunks of 32 KB ([MS-DRSR] DRS_COMP_ALG_MSZIP).
    case mszip = 2
    /// Plain LZ77 in chunks of 64 KB ([MS-DRSR] DRS_COMP_ALG_WIN2K3).
    case xpress = 3
    /// LZ77+Huffman without chunks ([MS-ADTS] CLAIMS_SET_METADATA).
    case xpressHuffman = 4

    /// Fills `output` completely.
    public func decompress(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) {
        switch self {
        case .mszipCabinet: try MSZIPDecompressor().decompress(input, into: output)
        case .xpressHuffman: try XpressHuffman.decompress(input, into: output)
        case .mszip:
            let stream = try MSZIPDecompressor()
            try eachChunk(input, output) { (chunk, plain) throws(CompressionError) in
                try stream.decompress(chunk, into: plain)
            }
        case .xpress:
            try eachChunk(input, output) { (chunk, plain) throws(CompressionError) in
                guard try XpressLZ77.decompress(chunk, into: plain) == plain.count else { throw .malformed }
            }
        }
    }

    public func compress(
        _ input: UnsafeRawBufferPointer, into writer: inout ByteWriter
    ) throws(CompressionError) {
        switch self {
        case .mszipCabinet: try MSZIPCompressor().compress(input, into: &writer)
        case .xpressHuffman: try XpressHuffman.compress(input, into: &writer)
        case .mszip:
            let stream = try MSZIPCompressor()
            try writeChunks(input, &writer) { (plain, writer) throws(CompressionError) in
                try stream.compress(plain, into: &writer)
            }
        case .xpress:
            try writeChunks(input, &writer) { (plain, writer) throws(CompressionError) in
                try XpressLZ77.compress(plain, into: &writer)
            }
        }
    }

    private var chunkSize: Int { self == .mszip ? MSZIP.chunkSize : 0x10000 }

    private func eachChunk(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) throws(CompressionError) -> Void
    ) throws(CompressionError) {
        var reader = InputCursor(input)
        var done = 0
        while true {
            let plainSize = try reader.next(UInt32.self)
            guard plainSize <= chunkSize, plainSize <= output.count - done else { throw .malformed }
            let chunk = try reader.take(try reader.next(UInt32.self))
            try body(chunk, UnsafeMutableRawBufferPointer(rebasing: output[done..<done + plainSize]))
            done += plainSize
            // Padding of up to four bytes may follow the last chunk.
            if plainSize < chunkSize || input.count - reader.position <= 4 { break }
        }
        guard done == output.count else { throw .malformed }
    }

    private func writeChunks(
        _ input: UnsafeRawBufferPointer, _ writer: inout ByteWriter,
        _ body: (UnsafeRawBufferPointer, inout ByteWriter) throws(CompressionError) -> Void
    ) throws(CompressionError) {
        var position = 0
        repeat {
            let plain = UnsafeRawBufferPointer(rebasing: input[position..<min(input.count, position + chunkSize)])
            let sizes = writer.count
            do throws(WireError) {
                try writer.append(UInt32(truncatingIfNeeded: plain.count))
                try writer.append(UInt32(0))
            } catch { throw .outOfMemory }
            try body(plain, &writer)
            writer.patch(UInt32(truncatingIfNeeded: writer.count - sizes - 8), at: sizes + 4)
            position += plain.count
        } while position < input.count
    }
}
