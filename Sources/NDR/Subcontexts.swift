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
        guard let (size, isWide) = try subcontextHeader(UInt32(record.pointee.header), expected) else {
            throw .subcontext
        }
        guard size <= remaining else { throw .bufsize }
        let content = cursor
        let isOther = UInt32(record.pointee.header) == NDR_SUB_TYPE_2 ? isWide : bigEndian != outer.3
        let block = isOther ? record.pointee.otherBlock : record.pointee.block
        end = content + size
        bias = UInt(bitPattern: content)
        wide = isWide
        relativeBase = 0
        highest = content
        let plain = try decompress(record, size, base, environment)
        let outerStart = start
        defer {
            free(plain?.baseAddress)
            start = outerStart
        }
        if let plain, let first = plain.baseAddress {
            // Offsets in errors go on from where the compressed bytes are.
            start = UnsafeRawPointer(first) - (content - start)
            cursor = UnsafeRawPointer(first)
            end = cursor + plain.count
            bias = UInt(bitPattern: cursor)
            highest = cursor
        }
        let owner =
            record.pointee.usesEnvironment ? environment : UnsafeRawPointer(base + Int(record.pointee.selfOffset))
        let target = base + Int(op.pointee.c)
        let mark = queue.begin()
        try nest(op, view.pointee.blocks[Int(block)].scalars, target, 1, 0, owner, level, parent)
        if record.pointee.hasBuffers {
            try nest(op, view.pointee.blocks[Int(block)].buffers, target, 1, 0, owner, level, parent)
        }
        queue.end(mark)
        if record.pointee.isStrict, max(cursor, highest) < end { throw .unreadBytes }
        if plain != nil { cursor = content + size }
        // What a known size leaves over is skipped; without one the content says where it ends.
        if UInt32(record.pointee.header) != NDR_SUB_NONE || expected >= 0 { cursor = content + size }
        (end, bias, wide, bigEndian) = outer
        (relativeBase, highest) = outerRelative
        // Who wrote the last one may have ended with its content.
        let alignment = Int(record.pointee.alignment)
        if alignment > 1 { cursor += min((content - cursor) & (alignment - 1), remaining) }
    }

    /// Reads the header: the content's size, and whether it is NDR64; nil: it is wrong, or not what `expected` says.
    private mutating func subcontextHeader(
        _ header: UInt32, _ expected: Int64
    ) throws(NDRErrorCode) -> (size: Int, isWide: Bool)? {
        var found: (size: UInt64, isWide: Bool) = (0, false)
        switch header {
        case NDR_SUB_NONE: return (expected >= 0 ? Int(expected) : remaining, false)
        case NDR_SUB_UINT16: found.size = load(2, try take(2, 2))
        case NDR_SUB_UINT32: found.size = UInt64(try loadWord(try take(wordSize, UInt(bitPattern: wordSize))))
        case NDR_SUB_TYPE_1:
            guard let size = try typeHeader1() else { return nil }
            found.size = size
        default:
            guard let head = try typeHeader2() else { return nil }
            found = head
        }
        guard expected < 0 || UInt64(expected) == found.size else { return nil }
        return (Int(found.size), found.isWide)
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
        let isTyped = TypeSerialisation.unit(header) > 1
        let headerSize =
            isTyped
            ? TypeSerialisation.headerSize(header) : header == NDR_SUB_UINT32 ? wordSize : Int(header)
        if headerSize > 0 { try align(isTyped ? 4 : UInt(bitPattern: headerSize), headerSize) }
        let headerStart = cursor - writer.pointee.base
        cursor += headerSize
        // Referent ids start anew, too.
        let outer = (origin, wide, referents, bigEndian)
        let outerRelative = relative.enter(record.pointee.algorithmExpr < 0 ? expected : -1)
        defer { relative.leave(outerRelative) }
        referents = 0
        origin = headerStart + headerSize
        bias = UInt(bitPattern: cursor)
        let isType2 = header == NDR_SUB_TYPE_2
        if isType2 { bigEndian = false } else { wide = false }
        let owner = record.pointee.usesEnvironment ? environment : base + Int(record.pointee.selfOffset)
        let source = base + Int(op.pointee.c)
        let block = view.pointee.blocks + Int(wide ? record.pointee.otherBlock : record.pointee.block)
        let mark = queue.begin()
        try nest(op, block.pointee.scalars, source, 1, 0, owner, level)
        if record.pointee.hasBuffers { try nest(op, block.pointee.buffers, source, 1, 0, owner, level) }
        queue.end(mark)
        if record.pointee.algorithmExpr >= 0 {
            try compress(record, from: headerStart + headerSize, base, environment)
        }
        let size = try pad(headerStart + headerSize, expected, unit: TypeSerialisation.unit(header))
        (origin, wide, referents, bigEndian) = outer
        bias = UInt(bitPattern: writer.pointee.base + origin)
        try storeHeader(record, size, writer.pointee.base + headerStart)
        if record.pointee.alignment > 1 {
            let gap = -size & Int(record.pointee.alignment - 1)
            try ensure(gap)
            memset(cursor, 0, gap)
            cursor += gap
        }
    }

    /// Fills the content up to its size with zeros; that size.
    private mutating func pad(_ start: Int, _ expected: Int64, unit: Int) throws(NDRErrorCode) -> Int {
        let written = cursor - writer.pointee.base - start
        var size = written
        if expected >= 0 {
            guard Int64(written) <= expected, expected <= Int64(Limits.stub) else { throw .subcontext }
            size = Int(expected)
        }
        size = (size + unit - 1) & ~(unit - 1)
        guard written <= size - relative.count else { throw .relative }
        try ensure(size - written)
        memset(cursor, 0, size - written)
        cursor += size - written
        relative.copyTail(to: cursor - (size - max(0, Int(expected))))
        return size
    }

    private mutating func storeHeader(
        _ record: UnsafePointer<SubcontextRecord>, _ size: Int, _ target: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        switch UInt32(record.pointee.header) {
        case NDR_SUB_NONE: break
        case NDR_SUB_UINT16:
            guard size <= Int(UInt16.max) else { throw .subcontext }
            store(UInt64(size), 2, target)
        case NDR_SUB_UINT32: storeWord(UInt64(size), target)
        case NDR_SUB_TYPE_1: storeTypeHeader1(size, target)
        default: storeTypeHeader2(size, record.pointee.interface, target)
        }
    }
}
