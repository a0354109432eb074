// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Compression
internal import Glibc
internal import Wire

// Subcontexts whose content is compressed ([MS-DRSR] 4.1.10.6.18, [MS-ADTS] claims).

extension Puller {
    /// The content in malloc's memory; nil where it is not compressed. Its size counts as memory that the pull allocates.
    mutating func decompress(
        _ record: UnsafePointer<SubcontextRecord>, _ size: Int, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> UnsafeMutableRawBufferPointer? {
        guard record.pointee.algorithmExpr >= 0 else { return nil }
        let number = try evaluator.evaluate(record.pointee.algorithmExpr, base, environment)
        // NDR_COMPRESSION_NONE.
        if number == 0 { return nil }
        let plainSize = try evaluator.evaluate(record.pointee.plainSizeExpr, base, environment)
        guard let raw = UInt32(exactly: number), let algorithm = CompressionAlgorithm(rawValue: raw), plainSize >= 0
        else {
            throw .compression
        }
        guard plainSize <= Int64(budget) else { throw .alloc }
        budget -= Int(plainSize)
        guard let memory = malloc(max(1, Int(plainSize))) else { throw .alloc }
        let plain = UnsafeMutableRawBufferPointer(start: memory, count: Int(plainSize))
        do throws(CompressionError) {
            try algorithm.decompress(UnsafeRawBufferPointer(start: cursor, count: size), into: plain)
        } catch {
            free(memory)
            throw error == .outOfMemory ? .alloc : .compression
        }
        return plain
    }
}

extension Pusher {
    /// Compresses what was written from `start` on.
    mutating func compress(
        _ record: UnsafePointer<SubcontextRecord>, from start: Int, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let number = try evaluator.evaluate(record.pointee.algorithmExpr, base, environment)
        if number == 0 { return }
        guard let raw = UInt32(exactly: number), let algorithm = CompressionAlgorithm(rawValue: raw) else {
            throw .compression
        }
        let first = writer.pointee.base + start
        var small = ByteWriter()
        do throws(CompressionError) {
            try algorithm.compress(UnsafeRawBufferPointer(start: first, count: cursor - first), into: &small)
        } catch { throw error == .outOfMemory ? .alloc : .compression }
        cursor = first
        try ensure(small.count)
        memcpy(cursor, small.base, small.count)
        cursor += small.count
    }
}
