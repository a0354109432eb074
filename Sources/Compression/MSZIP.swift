// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CZlib
internal import Glibc
public import Wire

/// One chunk of MSZIP ([MS-MCI] 2.1): "CK" and a raw deflate stream, which may refer to the chunk before it.
public enum MSZIP {
    public static var chunkSize: Int { 0x8000 }
    static let mark: [UInt8] = [0x43, 0x4b]
    /// Of the signature, and of deflate's own overhead for 32 KB that do not shrink.
    static var longestChunk: Int { chunkSize + 12 }
}

/// Reads the chunks of one stream, in order.
public final class MSZIPDecompressor {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    public init() throws(CompressionError) {
        memset(stream, 0, MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .outOfMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Fills `output`, which is a chunk's plain text, completely.
    public func decompress(
        _ chunk: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(CompressionError) {
        guard chunk.count >= 2, chunk[0] == MSZIP.mark[0], chunk[1] == MSZIP.mark[1],
            output.count <= MSZIP.chunkSize, chunk.count <= 2 * MSZIP.chunkSize
        else { throw .malformed }
        var nothing: UInt8 = 0
        let status = withUnsafeMutablePointer(to: &nothing) { nothing -> Int32 in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: chunk.octets?.advanced(by: 2))
            stream.pointee.avail_in = UInt32(truncatingIfNeeded: chunk.count - 2)
            stream.pointee.next_out = output.octets ?? nothing
            stream.pointee.avail_out = UInt32(truncatingIfNeeded: output.count)
            return inflate(stream, Z_FINISH)
        }
        guard status == Z_STREAM_END, stream.pointee.avail_in == 0, stream.pointee.avail_out == 0 else {
            throw status == Z_MEM_ERROR ? .outOfMemory : .malformed
        }
        guard inflateReset(stream) == Z_OK,
            output.count == 0
                || inflateSetDictionary(stream, output.octets, UInt32(truncatingIfNeeded: output.count)) == Z_OK
        else { throw .malformed }
    }
}

/// Writes the chunks of one stream, in order.
public final class MSZIPCompressor {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    public init() throws(CompressionError) {
        memset(stream, 0, MemoryLayout<z_stream>.size)
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .outOfMemory }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// One block that is not compressed (RFC 1951, 3.2.4).
    private func store(_ plain: UnsafeRawBufferPointer, _ writer: inout ByteWriter) throws(CompressionError) {
        let size = UInt16(truncatingIfNeeded: plain.count)
        do throws(WireError) {
            try writer.append(UInt8(1))
            try writer.append(size)
            try writer.append(~size)
            try writer.append(plain)
        } catch { throw .outOfMemory }
    }

    /// Appends the chunk for at most 32 KB of plain text.
    public func compress(
        _ plain: UnsafeRawBufferPointer, into writer: inout ByteWriter
    ) throws(CompressionError) {
        guard plain.count <= MSZIP.chunkSize else { throw .malformed }
        do throws(WireError) { try writer.reserve(MSZIP.longestChunk) } catch { throw .outOfMemory }
        let target = (writer.base + writer.count).assumingMemoryBound(to: UInt8.self)
        target[0] = MSZIP.mark[0]
        target[1] = MSZIP.mark[1]
        var nothing: UInt8 = 0
        let status = withUnsafeMutablePointer(to: &nothing) { nothing -> Int32 in
            stream.pointee.next_in = plain.octets.map { UnsafeMutablePointer(mutating: $0) } ?? nothing
            stream.pointee.avail_in = UInt32(truncatingIfNeeded: plain.count)
            stream.pointee.next_out = target + 2
            stream.pointee.avail_out = UInt32(truncatingIfNeeded: MSZIP.longestChunk - 2)
            return deflate(stream, Z_FINISH)
        }
        if status == Z_STREAM_END {
            writer.count += MSZIP.longestChunk - Int(stream.pointee.avail_out)
        } else {
            // What does not shrink: zlib would cut it into several blocks, which could be too many bytes.
            writer.count += 2
            try store(plain, &writer)
        }
        guard deflateReset(stream) == Z_OK,
            plain.count == 0
                || deflateSetDictionary(stream, plain.octets, UInt32(truncatingIfNeeded: plain.count)) == Z_OK
        else { throw .malformed }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var octets: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate var octets: UnsafeMutablePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
