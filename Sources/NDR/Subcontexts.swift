// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

extension Puller {
    mutating func pullSubcontext(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.subcontexts + Int(op.pointee.a)
        let expected: Int64 =
            record.pointee.sizeExpr < 0 ? -1 : try evaluator.evaluate(record.pointee.sizeExpr, base, environment)
        let outer = (end, bias, wide, bigEndian)
        let outerRelative = (relativeBase, highest)
        guard let size = try subcontextSize(UInt32(record.pointee.header), expected) else { throw .subcontext }
        guard size <= remaining else { throw .bufsize }
        let content = cursor
        let block = bigEndian == outer.3 ? record.pointee.block : record.pointee.otherBlock
        end = content + size
        bias = UInt(bitPattern: content)
        wide = false
        relativeBase = 0
        highest = content
        let owner =
            record.pointee.usesEnvironment ? environment : UnsafeRawPointer(base + Int(record.pointee.selfOffset))
        let target = base + Int(op.pointee.c)
        let mark = queue.begin()
        try nest(op, view.pointee.blocks[Int(block)].scalars, target, 1, 0, owner, level, parent)
        if record.pointee.hasBuffers {
            try nest(op, view.pointee.blocks[Int(block)].buffers, target, 1, 0, owner, level, parent)
        }
        queue.end(mark)
        // What a known size leaves over is skipped; without one the content says where it ends.
        if UInt32(record.pointee.header) != NDR_SUB_NONE || expected >= 0 { cursor = content + size }
        (end, bias, wide, bigEndian) = outer
        (relativeBase, highest) = outerRelative
    }

    /// Reads the header; nil: it is wrong, or not what `expected` says.
    private mutating func subcontextSize(_ header: UInt32, _ expected: Int64) throws(NDRErrorCode) -> Int? {
        let size: UInt64
        switch header {
        case NDR_SUB_NONE: return expected >= 0 ? Int(expected) : remaining
        case NDR_SUB_UINT16: size = load(2, try take(2, 2))
        case NDR_SUB_UINT32: size = UInt64(try loadWord(try take(wordSize, UInt(bitPattern: wordSize))))
        default:
            let head = try take(16, 4)
            let order = head.load(fromByteOffset: 1, as: UInt8.self)
            guard head.load(as: UInt8.self) == 1, order == 0x10 || order == 0 else { return nil }
            bigEndian = order == 0
            size = load(4, head + 8)
            guard load(2, head + 2) == 8, size % 8 == 0 else { return nil }
        }
        guard expected < 0 || UInt64(expected) == size else { return nil }
        return Int(size)
    }
}

extension Pusher {
    mutating func pushSubcontext(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let record = view.pointee.subcontexts + Int(op.pointee.a)
        let expected: Int64 =
            record.pointee.sizeExpr < 0 ? -1 : try evaluator.evaluate(record.pointee.sizeExpr, base, environment)
        let header = UInt32(record.pointee.header)
        let headerSize = header == NDR_SUB_TYPE_1 ? 16 : header == NDR_SUB_UINT32 ? wordSize : Int(header)
        if headerSize > 0 { try align(header == NDR_SUB_TYPE_1 ? 4 : UInt(bitPattern: headerSize), headerSize) }
        let headerStart = cursor - writer.pointee.base
        cursor += headerSize
        // Referent ids start anew, too.
        let outer = (origin, wide, referents)
        let outerRelative = relative.enter(expected)
        defer { relative.leave(outerRelative) }
        referents = 0
        origin = headerStart + headerSize
        bias = UInt(bitPattern: cursor)
        wide = false
        let owner = record.pointee.usesEnvironment ? environment : base + Int(record.pointee.selfOffset)
        let source = base + Int(op.pointee.c)
        let block = view.pointee.blocks + Int(record.pointee.block)
        let mark = queue.begin()
        try nest(op, block.pointee.scalars, source, 1, 0, owner, level)
        if record.pointee.hasBuffers { try nest(op, block.pointee.buffers, source, 1, 0, owner, level) }
        queue.end(mark)
        let size = try pad(headerStart + headerSize, expected, isType1: header == NDR_SUB_TYPE_1)
        (origin, wide, referents) = outer
        bias = UInt(bitPattern: writer.pointee.base + origin)
        try storeHeader(header, size, writer.pointee.base + headerStart)
    }

    /// Fills the content up to its size with zeros; that size.
    private mutating func pad(_ start: Int, _ expected: Int64, isType1: Bool) throws(NDRErrorCode) -> Int {
        let written = cursor - writer.pointee.base - start
        var size = written
        if expected >= 0 {
            guard Int64(written) <= expected, expected <= Int64(Limits.stub) else { throw .subcontext }
            size = Int(expected)
        }
        if isType1 { size = (size + 7) & ~7 }
        guard written <= size - relative.count else { throw .relative }
        try ensure(size - written)
        memset(cursor, 0, size - written)
        cursor += size - written
        relative.copyTail(to: cursor - (size - max(0, Int(expected))))
        return size
    }

    private func storeHeader(_ header: UInt32, _ size: Int, _ target: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        switch header {
        case NDR_SUB_NONE: break
        case NDR_SUB_UINT16:
            guard size <= Int(UInt16.max) else { throw .subcontext }
            store(UInt64(size), 2, target)
        case NDR_SUB_UINT32: storeWord(UInt64(size), target)
        default:
            store(1, 1, target)
            store(bigEndian ? 0 : 0x10, 1, target + 1)
            store(8, 2, target + 2)
            store(0xcccc_cccc, 4, target + 4)
            store(UInt64(size), 4, target + 8)
            store(0, 4, target + 12)
        }
    }
}
