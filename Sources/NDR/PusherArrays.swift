// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

extension Pusher {
    // MARK: Arrays

    /// max_count and actual_count of an array that is written.
    mutating func counts(
        _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> (size: Int, length: Int) {
        let record = array.pointee
        var natural: Int64 = Int64(record.count)
        if record.flags & NDR_F_TERMINATED != 0, record.sizeExpr < 0 || record.lengthExpr < 0 {
            natural = try terminatedLength(array, content)
        }
        let size = record.sizeExpr >= 0 ? try evaluator.evaluate(record.sizeExpr, base, environment) : natural
        var length = size
        if record.lengthExpr >= 0 {
            length = try evaluator.evaluate(record.lengthExpr, base, environment)
        } else if record.flags & NDR_F_TERMINATED != 0 {
            length = natural
        }
        let limit = record.isInline ? Int64(record.count) : Int64(UInt32.max)
        guard size >= 0, size <= limit, length >= 0, length <= size else { throw .arraySize }
        if record.hasRange {
            guard size >= record.rangeMin, size <= record.rangeMax else { throw .range }
            guard length >= record.rangeMin, length <= record.rangeMax else { throw .range }
        }
        return (Int(size), Int(length))
    }

    /// Elements up to and with the zero one.
    private mutating func terminatedLength(_ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?)
        throws(NDRErrorCode) -> Int64
    {
        guard let content else { return 0 }
        let size = Int(array.pointee.cSize)
        let limit = array.pointee.isInline ? Int(array.pointee.count) : Int(UInt32.max)
        for i in 0..<limit where Pusher.isZero(content + i * size, size) { return Int64(i) + 1 }
        throw .arraySize
    }

    private static func isZero(_ pointer: UnsafeRawPointer, _ size: Int) -> Bool {
        switch size {
        case 1: pointer.load(as: UInt8.self) == 0
        case 2: pointer.loadUnaligned(as: UInt16.self) == 0
        case 4: pointer.loadUnaligned(as: UInt32.self) == 0
        default: pointer.loadUnaligned(as: UInt64.self) == 0
        }
    }

    mutating func pushCounts(_ array: UnsafePointer<ArrayRecord>, _ counts: (size: Int, length: Int), hoisted: Bool)
        throws(NDRErrorCode)
    {
        let flags = array.pointee.flags
        guard flags & (hoisted ? NDR_F_VARYING : NDR_F_VARYING | NDR_F_CONFORMANT) != 0 else { return }
        let word = wordSize
        try align(UInt(bitPattern: word), 3 * word)
        if flags & NDR_F_CONFORMANT != 0, !hoisted {
            storeWord(UInt64(counts.size), cursor)
            cursor += word
        }
        if flags & NDR_F_VARYING != 0 {
            storeWord(0, cursor)
            storeWord(UInt64(counts.length), cursor + word)
            cursor += 2 * word
        }
    }

    mutating func pushElements(
        _ op: UnsafePointer<Op>, _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer, _ count: Int,
        _ owner: UnsafeRawPointer,
        _ level: Int64
    ) throws(NDRErrorCode) {
        guard count > 0 else { return }
        let record = array.pointee
        if record.copyUnit == 0 {
            let block = view.pointee.blocks + Int(record.block)
            if isFlat(block) {
                do throws(NDRErrorCode) { try pushFlat(block, content, count, Int(record.cSize)) } catch {
                    if failing != op { trail.note(op.pointee.path) }
                    throw error
                }
                failing = op
                return
            }
            return try nest(op, block.pointee.scalars, content, count, Int(record.cSize), owner, level)
        }
        let bytes = count * Int(record.cSize)
        try align(UInt(record.elementAlign), bytes)
        switch record.copyUnit {
        case 2: Swapping.run(OpCode.swap2, content, cursor, bytes >> 1)
        case 4: Swapping.run(OpCode.swap4, content, cursor, bytes >> 2)
        case 8: Swapping.run(OpCode.swap8, content, cursor, bytes >> 3)
        default: memcpy(cursor, content, bytes)
        }
        cursor += bytes
    }

    /// Where an array or string in place has its elements.
    mutating func content(_ array: UnsafePointer<ArrayRecord>, _ slot: UnsafeRawPointer) -> UnsafeRawPointer? {
        array.pointee.isInline ? slot : UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
    }

    mutating func pushArrayInPlace(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let content = content(array, base + Int(op.pointee.c))
        if array.pointee.firstExpr >= 0 {
            return try pushPart(op, content, base, environment, level, isDeferred: false)
        }
        let counts = try counts(array, content, base, environment)
        try pushCounts(array, counts, hoisted: op.pointee.kind == 1)
        guard counts.length > 0 else { return }
        guard let content else { throw .invalidPointer }
        let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
        try pushElements(op, array, content, counts.length, owner, level)
    }

    mutating func pushArrayBuffers(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let content = content(array, base + Int(op.pointee.c))
        if array.pointee.firstExpr >= 0 { return try pushPartBuffers(op, content, base, environment, level) }
        let length = try counts(array, content, base, environment).length
        guard length > 0 else { return }
        guard let content else { throw .invalidPointer }
        let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
        let block = view.pointee.blocks + Int(array.pointee.block)
        try pushBuffers(op, block, content, length, Int(array.pointee.cSize), owner, level)
    }

    mutating func hoistedCount(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        throws(NDRErrorCode) -> UInt64
    {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let content = content(array, base + Int(op.pointee.c))
        if array.pointee.firstExpr >= 0 { return try partSize(array, base, environment) }
        if array.pointee.charset != 0 {
            return UInt64(try stringCounts(array, content, base, environment).size)
        }
        return UInt64(try counts(array, content, base, environment).size)
    }

    /// What [value()] says instead of what the C field leads to.
    mutating func pushValueText(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let bits = try evaluator.evaluate(Int32(bitPattern: op.pointee.b), base, environment)
        guard let content = UnsafeRawPointer(bitPattern: Int(bits)) else { throw .invalidPointer }
        let array = view.pointee.arrays + Int(op.pointee.a)
        guard array.pointee.charset == 0 else {
            return try pushString(array, content, base, environment, hoisted: false)
        }
        try pushElements(op, array, content, Int(array.pointee.count), environment, level)
    }

    // MARK: Strings

    mutating func pushStringInPlace(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let content = content(array, base + Int(op.pointee.c))
        try pushString(array, content, base, environment, hoisted: op.pointee.kind == 1)
    }

    @inline(__always)
    mutating func pushString(
        _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer, hoisted: Bool
    ) throws(NDRErrorCode) {
        if array.pointee.text != 0 { return try pushText(array, content, base, environment) }
        guard array.pointee.isUsual || array.pointee.isOwnLength, !hoisted, let content else {
            return try pushAnyString(array, content, base, environment, hoisted: hoisted)
        }
        // The terminator is ASCII too.
        try pushUsualText(content, array.pointee.isUsual ? 1 : 0, UInt64(array.pointee.sizeExtra))
    }

    /// `terminator`: 1 where it is written; `sizeExtra`: how much larger max_count is.
    @inline(__always)
    mutating func pushUsualText(_ content: UnsafeRawPointer, _ terminator: Int, _ sizeExtra: UInt64)
        throws(NDRErrorCode)
    {
        let n = strlen(content.assumingMemoryBound(to: CChar.self)) &+ terminator
        let word = wordSize
        try align(UInt(bitPattern: word), 3 * word + 2 * n)
        let units = cursor + 3 * word
        var count = n
        if !UTF16Text.widen(content, n, units, bigEndian) {
            guard let encoded = UTF16Text.encode(content, n, units, n, bigEndian) else { throw .charcnv }
            count = encoded
        }
        guard count < Int(UInt32.max) else { throw .arraySize }
        storeWord(UInt64(count) &+ sizeExtra, cursor)
        storeWord(0, cursor + word)
        storeWord(UInt64(count), cursor + 2 * word)
        cursor = units + 2 * count
    }

    /// Length in C bytes and the counts on the wire.
    private mutating func stringCounts(
        _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> (bytes: Int, natural: Int, size: Int, length: Int) {
        let record = array.pointee
        var bytes = 0
        var natural = 0
        if let content {
            let text = content.assumingMemoryBound(to: CChar.self)
            if record.isInline {
                bytes = strnlen(text, Int(record.count))
                natural = record.unit == 2 ? UTF16Text.units(content, bytes) : bytes
            } else {
                let lengths = evaluator.lengths(text)
                bytes = lengths.bytes
                natural = record.unit == 2 ? lengths.units : bytes
            }
        }
        let terminated = record.flags & NDR_F_TERMINATED != 0
        if terminated { natural += 1 }
        var size = Int64(natural)
        if record.sizeExpr >= 0 {
            size = try evaluator.evaluate(record.sizeExpr, base, environment)
        } else if record.flags & NDR_F_FIXED != 0 {
            size = Int64(record.count)
        }
        if record.flags & NDR_F_BYTE_COUNTS != 0, record.sizeExpr >= 0 {
            guard size & Int64(record.unit - 1) == 0 else { throw .arraySize }
            size /= Int64(record.unit)
        }
        var length = terminated && record.flags & NDR_F_VARYING != 0 ? Int64(natural) : size
        if record.lengthExpr >= 0 { length = try evaluator.evaluate(record.lengthExpr, base, environment) }
        if record.flags & NDR_F_VARYING == 0 { length = size }
        guard size >= 0, size <= Int64(UInt32.max), length >= 0, length <= size else { throw .arraySize }
        if record.hasRange {
            guard size >= record.rangeMin, size <= record.rangeMax else { throw .range }
            guard length >= record.rangeMin, length <= record.rangeMax else { throw .range }
        }
        return (bytes, natural, Int(size), Int(length))
    }

    private static let empty: StaticString = ""

    @inline(never)
    private mutating func pushAnyString(
        _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer, hoisted: Bool
    ) throws(NDRErrorCode) {
        let counts = try stringCounts(array, content, base, environment)
        let record = array.pointee
        try pushCounts(array, (counts.size, counts.length), hoisted: hoisted)
        guard counts.length > 0 else {
            guard counts.bytes == 0 else { throw .charcnv }
            return
        }
        let isType = record.flags & NDR_F_STRING_TYPE != 0
        guard let content = content ?? (isType ? UnsafeRawPointer(Self.empty.utf8Start) : nil) else {
            throw .invalidPointer
        }
        let room = counts.length * Int(record.unit)
        try align(UInt(record.elementAlign), room)
        guard counts.natural <= counts.length else { throw .charcnv }
        var used = counts.bytes
        if record.unit == 2 {
            if used == counts.natural || used + 1 == counts.natural, UTF16Text.widen(content, used, cursor, bigEndian) {
                used *= 2
            } else {
                guard let units = UTF16Text.encode(content, used, cursor, counts.length, bigEndian) else {
                    throw .charcnv
                }
                used = units * 2
            }
        } else {
            let asciiOnly = UInt32(record.charset) == NDR_CHARSET_ASCII
            guard UTF16Text.isValidUTF8(content, used, asciiOnly: asciiOnly) else { throw .charcnv }
            memcpy(cursor, content, used)
        }
        memset(cursor + used, 0, room - used)
        cursor += room
    }

    // MARK: Blobs

    /// A blob without a length of its own.
    private mutating func pushBare(_ blob: DATA_BLOB, _ form: UInt32) throws(NDRErrorCode) {
        var length = blob.length
        if form != NDR_BLOB_REMAINING {
            length = Int(bitPattern: (bias &- UInt(bitPattern: cursor)) & (UInt(form) &- 1))
        }
        try ensure(length)
        memset(cursor, 0, length)
        if let data = blob.data { memcpy(cursor, data, min(length, blob.length)) }
        cursor += length
    }

    mutating func pushBlob(_ form: UInt32, _ slot: UnsafeRawPointer) throws(NDRErrorCode) {
        let blob = slot.loadUnaligned(as: DATA_BLOB.self)
        guard blob.length == 0 || blob.data != nil else { throw .invalidPointer }
        guard form == 0 else { return try pushBare(blob, form) }
        guard blob.length <= UInt32.max else { throw .length }
        let word = wordSize
        try align(UInt(bitPattern: word), word + blob.length)
        storeWord(UInt64(blob.length), cursor)
        cursor += word
        guard blob.length > 0 else { return }
        guard let data = blob.data else { throw .invalidPointer }
        memcpy(cursor, data, blob.length)
        cursor += blob.length
    }
}
