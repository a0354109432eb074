// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// Arrays of which a part travels that does not start at the first element (C706 4.2.17, [first_is]). In C the whole
// array is there; what did not travel is zero. Nobody is in a hurry here.

extension Pusher {
    private mutating func part(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> (size: Int64, first: Int64, length: Int64) {
        let record = array.pointee
        let size =
            record.sizeExpr >= 0 ? try evaluator.evaluate(record.sizeExpr, base, environment) : Int64(record.count)
        let first = try evaluator.evaluate(record.firstExpr, base, environment)
        let limit = record.isInline ? Int64(record.count) : Int64(UInt32.max)
        guard size >= 0, size <= limit, first >= 0, first <= size else { throw .arraySize }
        let length =
            record.lengthExpr >= 0 ? try evaluator.evaluate(record.lengthExpr, base, environment) : size - first
        guard length >= 0, length <= size - first else { throw .arraySize }
        if record.hasRange {
            guard size >= record.rangeMin, size <= record.rangeMax else { throw .range }
        }
        return (size, first, length)
    }

    /// Counts and elements; the buffers too where nothing else stands between them.
    mutating func pushPart(
        _ op: UnsafePointer<Op>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer, _ level: Int64, isDeferred: Bool
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let counts = try part(array, base, environment)
        let word = wordSize
        try align(UInt(bitPattern: word), 3 * word)
        if array.pointee.flags & NDR_F_CONFORMANT != 0, isDeferred || op.pointee.kind != 1 {
            storeWord(UInt64(counts.size), cursor)
            cursor += word
        }
        storeWord(UInt64(counts.first), cursor)
        storeWord(UInt64(counts.length), cursor + word)
        cursor += 2 * word
        guard counts.length > 0 else { return }
        guard let content, depth < array.pointee.maxDepth else {
            throw content == nil ? .invalidPointer : .maxRecursionExceeded
        }
        depth += 1
        let mark = isDeferred ? queue.begin() : nil
        let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
        let from = content + Int(counts.first) * Int(array.pointee.cSize)
        try pushElements(op, array, from, Int(counts.length), owner, level)
        if isDeferred, array.pointee.hasBuffers {
            let start = view.pointee.blocks[Int(array.pointee.block)].buffers
            try nest(op, start, from, Int(counts.length), Int(array.pointee.cSize), owner, level)
        }
        if let mark { queue.end(mark) }
        depth -= 1
    }

    mutating func pushPartBuffers(
        _ op: UnsafePointer<Op>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let counts = try part(array, base, environment)
        guard counts.length > 0 else { return }
        guard let content else { throw .invalidPointer }
        let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
        let start = view.pointee.blocks[Int(array.pointee.block)].buffers
        let from = content + Int(counts.first) * Int(array.pointee.cSize)
        try nest(op, start, from, Int(counts.length), Int(array.pointee.cSize), owner, level)
    }

    /// max_count of a part that ends its structure.
    mutating func partSize(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    )
        throws(NDRErrorCode) -> UInt64
    {
        UInt64(try part(array, base, environment).size)
    }
}

extension Puller {
    private mutating func part(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer,
        hoisted: UInt32?
    ) throws(NDRErrorCode) -> (size: Int, first: Int, length: Int) {
        let word = wordSize
        let size: UInt32
        if array.pointee.flags & NDR_F_CONFORMANT == 0 {
            size = try fixedCount(array, base, environment)
        } else if let hoisted {
            size = hoisted
        } else {
            size = try loadWord(try take(word, UInt(bitPattern: word)))
        }
        let here = try take(2 * word, UInt(bitPattern: word))
        let first = try loadWord(here)
        let length = try loadWord(here + word)
        let sizePlace = hoisted == nil ? here - word : here
        guard first <= size, length <= size - first else {
            cursor = first <= size ? here + word : here
            throw .arraySize
        }
        if array.pointee.hasRange {
            guard Int64(size) >= array.pointee.rangeMin, Int64(size) <= array.pointee.rangeMax else {
                cursor = sizePlace
                throw .range
            }
        }
        try compare(array, base, environment, size, length, at: sizePlace, lengthAt: here + word)
        if array.pointee.firstCheck != 0 {
            try compare(array.pointee.firstCheck, array.pointee.firstExpr, base, environment, first, at: here)
        }
        let least = Int(array.pointee.minWire)
        guard least > 0 ? Int(length) <= remaining / least : length <= Limits.emptyElements else { throw .bufsize }
        return (Int(size), Int(first), Int(length))
    }

    mutating func pullPart(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ outer: UnsafeMutableRawPointer?, hoisted: UInt32?, isDeferred: Bool
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        let counts = try part(array, base, environment, hoisted: hoisted)
        guard depth < array.pointee.maxDepth else { throw .maxRecursionExceeded }
        let stride = Int(array.pointee.cSize)
        var parent = outer
        var content = slot
        if array.pointee.isInline {
            guard counts.size <= Int(array.pointee.count) else { throw .arraySize }
        } else if isDeferred, let own = try callersArray(array, slot, counts.size) {
            content = own
        } else {
            content = try allocate(parent, counts.size * stride, array.pointee.name)
            if isDeferred {
                settle(slot, array.pointee.topLevel ? 0 : op.pointee.kind, array.pointee.type, content)
            } else {
                slot.storeBytes(of: content, as: UnsafeMutableRawPointer.self)
            }
            parent = content
        }
        memset(content, 0, (array.pointee.isInline ? Int(array.pointee.count) : counts.size) * stride)
        let owner = owner(array, base, environment)
        let target = content + counts.first * stride
        if !isDeferred, array.pointee.hasBuffers {
            try queue.push(UInt32(truncatingIfNeeded: counts.length))
            try queue.push(UInt32(truncatingIfNeeded: counts.first))
        }
        depth += 1
        let mark = isDeferred ? queue.begin() : nil
        try pullElements(op, array, target, counts.length, owner, level, parent)
        if isDeferred, array.pointee.hasBuffers, counts.length > 0 {
            let start = view.pointee.blocks[Int(array.pointee.block)].buffers
            try nest(op, start, target, counts.length, stride, owner, level, parent)
        }
        if let mark { queue.end(mark) }
        depth -= 1
    }
}
