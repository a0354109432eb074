// SPDX-License-Identifier: LGPL-3.0-or-later
// compression.h

public import CDCERPC
internal import CShims
internal import Compression
internal import Wire

@c @implementation
public func dcerpc_compress(
    _ mem_ctx: UnsafeMutableRawPointer!, _ algorithm: UInt32, _ data: UnsafePointer<UInt8>!, _ length: Int,
    _ out: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let algorithm = CompressionAlgorithm(rawValue: algorithm), let out, data != nil || length == 0 else {
        return NTStatus.invalidParameter
    }
    var writer = ByteWriter(memory: WriterMemory(owner: mem_ctx, resize: shim_talloc_resize))
    do throws(CompressionError) {
        try algorithm.compress(UnsafeRawBufferPointer(start: data, count: length), into: &writer)
    } catch { return error == .outOfMemory ? NTStatus.noMemory : NTStatus.invalidParameter }
    let count = writer.count
    out.pointee = DATA_BLOB(data: writer.take()?.assumingMemoryBound(to: UInt8.self), length: count)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_decompress(
    _ mem_ctx: UnsafeMutableRawPointer!, _ algorithm: UInt32, _ data: UnsafePointer<UInt8>!, _ length: Int,
    _ plain_length: Int, _ out: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let algorithm = CompressionAlgorithm(rawValue: algorithm), let out, data != nil || length == 0 else {
        return NTStatus.invalidParameter
    }
    var writer = ByteWriter(limit: .max, memory: WriterMemory(owner: mem_ctx, resize: shim_talloc_resize))
    do throws(WireError) { try writer.reserve(plain_length) } catch { return NTStatus.noMemory }
    let plain = UnsafeMutableRawBufferPointer(start: writer.base, count: plain_length)
    do throws(CompressionError) {
        try algorithm.decompress(UnsafeRawBufferPointer(start: data, count: length), into: plain)
    } catch { return error == .outOfMemory ? NTStatus.noMemory : NTStatus.badCompressionBuffer }
    writer.count = plain_length
    out.pointee = DATA_BLOB(data: writer.take()?.assumingMemoryBound(to: UInt8.self), length: plain_length)
    return NTStatus.ok
}

@c @implementation
public func lzxpress_compress(
    _ uncompressed: UnsafePointer<UInt8>!, _ uncompressed_size: UInt32, _ compressed: UnsafeMutablePointer<UInt8>!,
    _ max_compressed_size: UInt32
) -> Int {
    guard uncompressed != nil || uncompressed_size == 0, let compressed else { return -1 }
    var writer = ByteWriter()
    let source = UnsafeRawBufferPointer(start: uncompressed, count: Int(uncompressed_size))
    do throws(CompressionError) { try XpressLZ77.compress(source, into: &writer) } catch { return -1 }
    guard writer.count <= Int(max_compressed_size) else { return -1 }
    UnsafeMutableRawPointer(compressed).copyMemory(from: writer.base, byteCount: writer.count)
    return writer.count
}

@c @implementation
public func lzxpress_decompress(
    _ input: UnsafePointer<UInt8>!, _ input_size: UInt32, _ output: UnsafeMutablePointer<UInt8>!,
    _ max_output_size: UInt32
) -> Int {
    guard input != nil || input_size == 0, output != nil || max_output_size == 0 else { return -1 }
    do throws(CompressionError) {
        return try XpressLZ77.decompress(
            UnsafeRawBufferPointer(start: input, count: Int(input_size)),
            into: UnsafeMutableRawBufferPointer(start: output, count: Int(max_output_size)))
    } catch { return -1 }
}
