// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

extension Puller {
    // MARK: Counts

    /// max_count and actual_count from the wire, checked against each other, the IDL and the bytes that are left.
    @inline(__always)
    private mutating func counts(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer,
        hoisted: UInt32?
    ) throws(NDRErrorCode) -> (size: Int, length: Int) {
        let flags = array.pointee.flags
        let word = wordSize
        // What follows may be at fault only where it is read; a count is where it stands.
        let behind = flags & NDR_F_VARYING != 0 ? 2 * word : 0
        var size: UInt32
        if flags & NDR_F_CONFORMANT != 0 {
            if let hoisted {
                size = hoisted
            } else {
                size = try loadWord(try take(word, UInt(bitPattern: word)))
            }
        } else {
            size = try fixedCount(array, base, environment)
        }
        var length = size
        if flags & NDR_F_VARYING != 0 {
            let here = try take(2 * word, UInt(bitPattern: word))
            guard try loadWord(here) == 0 else {
                cursor = here
                throw .arrayOffset
            }
            length = try loadWord(here + word)
            guard length <= size else {
                cursor = here + word
                throw .arraySize
            }
            // Without a count of its own the array is as long as what came.
            if flags & (NDR_F_CONFORMANT | NDR_F_FIXED) == 0 { size = length }
        }
        if array.pointee.hasRange {
            guard Int64(size) >= array.pointee.rangeMin, Int64(size) <= array.pointee.rangeMax else {
                if flags & NDR_F_CONFORMANT != 0, hoisted == nil { cursor -= behind + word }
                throw .range
            }
            guard Int64(length) >= array.pointee.rangeMin, Int64(length) <= array.pointee.rangeMax else {
                cursor -= word
                throw .range
            }
        }
        try compare(
            array, base, environment, size, length, at: hoisted == nil ? cursor - behind - word : cursor,
            lengthAt: cursor - word)
        let least = Int(array.pointee.minWire)
        if least == 0 {
            guard length <= Limits.emptyElements else { throw .arraySize }
        } else {
            guard Int(length) <= remaining / least else { throw .bufsize }
        }
        return (Int(size), Int(length))
    }

    /// The count of an array that has none on the wire.
    @inline(never)
    mutating func fixedCount(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> UInt32 {
        if array.pointee.sizeExpr >= 0 {
            var value = try evaluator.evaluate(array.pointee.sizeExpr, base, environment)
            if array.pointee.charset != 0, array.pointee.flags & NDR_F_BYTE_COUNTS != 0 {
                guard value & Int64(array.pointee.unit - 1) == 0 else { throw .arraySize }
                value /= Int64(array.pointee.unit)
            }
            guard value >= 0, value <= Int64(array.pointee.isInline ? array.pointee.count : UInt32.max) else {
                throw .arraySize
            }
            return UInt32(truncatingIfNeeded: value)
        }
        if array.pointee.flags & NDR_F_FIXED != 0 || array.pointee.isInline { return array.pointee.count }
        // Only VARYING: its actual_count is all there is.
        if array.pointee.flags & NDR_F_VARYING != 0 { return .max }
        return try terminatedCount(array)
    }

    /// Elements up to and with the zero one; they stand at the cursor without counts.
    private mutating func terminatedCount(_ array: UnsafePointer<ArrayRecord>) throws(NDRErrorCode) -> UInt32 {
        let unit = array.pointee.charset != 0 ? Int(array.pointee.unit) : Int(array.pointee.minWire)
        guard [1, 2, 4, 8].contains(unit) else { throw .arraySize }
        let gap = Int(
            bitPattern: (bias &- UInt(bitPattern: cursor)) & (UInt(array.pointee.elementAlign) &- 1) & alignMask)
        var here = gap
        var count: UInt32 = 1
        while here + unit <= remaining {
            if load(UInt8(unit), cursor + here) == 0 { return count }
            here += unit
            count &+= 1
        }
        // A string may end with the data, as in libndr.
        guard array.pointee.flags & NDR_F_STRING_TYPE != 0, count > 1 else { throw .bufsize }
        return count &- 1
    }

    @inline(__always)
    mutating func compare(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ size: UInt32,
        _ length: UInt32, at place: UnsafeRawPointer, lengthAt lengthPlace: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let flags = array.pointee.flags
        if array.pointee.sizeCheck != 0, flags & NDR_F_CONFORMANT != 0 {
            try compare(array.pointee.sizeCheck, array.pointee.sizeExpr, base, environment, size, at: place)
        }
        if array.pointee.lengthCheck != 0, flags & NDR_F_VARYING != 0 {
            try compare(array.pointee.lengthCheck, array.pointee.lengthExpr, base, environment, length, at: lengthPlace)
        }
    }

    @inline(never)
    mutating func compare(
        _ mode: UInt8, _ expression: Int32, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ count: UInt32,
        at place: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        if mode == 1 {
            guard try evaluator.evaluate(expression, base, environment) == Int64(count) else {
                cursor = place
                throw .arraySize
            }
            return
        }
        let record = evaluator.expressions + Int(expression)
        let owner = (record.pointee.usesEnvironment ? environment : base) + Int(record.pointee.selfOffset)
        try checks.add(expression, owner, UInt64(count), by: failing, at: place)
    }

    // MARK: Arrays

    mutating func pullDeferredArray(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        if !array.pointee.topLevel {
            guard try isPending(slot, op.pointee.kind, array.pointee.type) else { return }
        }
        if array.pointee.firstExpr >= 0 {
            return try pullPart(op, base, environment, level, parent, hoisted: nil, isDeferred: true)
        }
        let counts = try counts(array, base, environment, hoisted: nil)
        guard depth < array.pointee.maxDepth else { throw .maxRecursionExceeded }
        var parent = parent
        let content: UnsafeMutableRawPointer
        if let own = try callersArray(array, slot, counts.size) {
            content = own
        } else {
            content = try allocate(array, counts, parent)
            settle(slot, array.pointee.topLevel ? 0 : op.pointee.kind, array.pointee.type, content)
            parent = content
        }
        let owner = owner(array, base, environment)
        depth += 1
        let mark = queue.begin()
        try pullElements(op, array, content, counts.length, owner, level, parent)
        if array.pointee.hasBuffers, counts.length > 0 {
            let block = view.pointee.blocks + Int(array.pointee.block)
            try pullBuffers(op, block, content, counts.length, Int(array.pointee.cSize), owner, level, parent)
        }
        queue.end(mark)
        depth -= 1
    }

    /// The array of an [out] argument that the caller brought, if it is to be used.
    mutating func callersArray(_ array: UnsafePointer<ArrayRecord>, _ slot: UnsafeMutableRawPointer, _ size: Int)
        throws(NDRErrorCode) -> UnsafeMutableRawPointer?
    {
        guard array.pointee.topLevel, !allocatesReferences else { return nil }
        let isFixed = array.pointee.flags & NDR_F_FIXED != 0
        guard array.pointee.capacity >= 0 || isFixed else { return nil }
        let bits = slot.loadUnaligned(as: UInt.self)
        guard let pointer = UnsafeMutableRawPointer(bitPattern: bits) else {
            if array.pointee.pointer == 0 { return nil }
            throw .invalidPointer
        }
        let capacity = isFixed ? Int64(array.pointee.count) : capacities[Int(array.pointee.capacity)]
        guard capacity >= 0 else { throw .invalidPointer }
        guard Int64(size) <= capacity else { throw .arraySize }
        return pointer
    }

    private mutating func allocate(
        _ array: UnsafePointer<ArrayRecord>, _ counts: (size: Int, length: Int), _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        // Varying without a maximum: what came is what there is.
        let isOpen = array.pointee.flags & (NDR_F_CONFORMANT | NDR_F_FIXED) == 0 && array.pointee.sizeExpr < 0
        let stride = Int(array.pointee.cSize)
        let count = isOpen ? counts.length : counts.size
        let content = try allocate(parent, count * stride, array.pointee.name)
        if count > counts.length { memset(content + counts.length * stride, 0, (count - counts.length) * stride) }
        return content
    }

    mutating func pullElements(
        _ op: UnsafePointer<Op>, _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeMutableRawPointer, _ count: Int,
        _ owner: UnsafeRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        guard count > 0 else { return try checkEmpty(array) }
        let stride = Int(array.pointee.cSize)
        if array.pointee.copyUnit == 0 {
            let block = view.pointee.blocks + Int(array.pointee.block)
            if isFlat(block) {
                do throws(NDRErrorCode) { try pullFlat(block, content, count, stride) } catch {
                    if failing != op { trail.note(op.pointee.path) }
                    throw error
                }
                failing = op
            } else {
                try nest(op, block.pointee.scalars, content, count, stride, owner, level, parent)
            }
        } else {
            let bytes = count * stride
            let source = try take(bytes, UInt(array.pointee.elementAlign))
            switch array.pointee.copyUnit {
            case 2: Swapping.run(OpCode.swap2, source, content, bytes >> 1)
            case 4: Swapping.run(OpCode.swap4, source, content, bytes >> 2)
            case 8: Swapping.run(OpCode.swap8, source, content, bytes >> 3)
            default: memcpy(content, source, bytes)
            }
        }
        if array.pointee.flags & NDR_F_TERMINATED != 0 {
            let last = content + (count - 1) * stride
            for i in 0..<stride where last.load(fromByteOffset: i, as: UInt8.self) != 0 { throw .arraySize }
        }
    }

    /// Where nothing but its terminator says where an array ends, it has one.
    private mutating func checkEmpty(_ array: UnsafePointer<ArrayRecord>) throws(NDRErrorCode) {
        let isCounted = array.pointee.sizeExpr >= 0 && array.pointee.lengthExpr >= 0
        guard array.pointee.flags & NDR_F_TERMINATED == 0 || isCounted else { throw .arraySize }
    }

    mutating func pullArrayInPlace(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?, _ hoisted: UInt32
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        let known = op.pointee.kind == 1 ? hoisted : nil
        if array.pointee.firstExpr >= 0 {
            return try pullPart(op, base, environment, level, parent, hoisted: known, isDeferred: false)
        }
        let counts = try counts(array, base, environment, hoisted: known)
        var content = slot
        var parent = parent
        if array.pointee.isInline {
            guard counts.length <= Int(array.pointee.count) else { throw .arraySize }
            let stride = Int(array.pointee.cSize)
            memset(slot + counts.length * stride, 0, (Int(array.pointee.count) - counts.length) * stride)
        } else {
            content = try allocate(array, counts, parent)
            slot.storeBytes(of: content, as: UnsafeMutableRawPointer.self)
            parent = content
        }
        if array.pointee.hasBuffers { try queue.push(UInt32(truncatingIfNeeded: counts.length)) }
        try pullElements(op, array, content, counts.length, owner(array, base, environment), level, parent)
    }

    mutating func pullArrayBuffers(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        let count = Int(try queue.pop())
        let first = array.pointee.firstExpr >= 0 ? Int(try queue.pop()) : 0
        guard count > 0 else { return }
        var content = slot
        var parent = parent
        if !array.pointee.isInline {
            let bits = slot.loadUnaligned(as: UInt.self)
            guard let pointer = UnsafeMutableRawPointer(bitPattern: bits) else { throw .validate }
            content = pointer
            parent = pointer
        }
        let stride = Int(array.pointee.cSize)
        try pullBuffers(
            op, view.pointee.blocks + Int(array.pointee.block), content + first * stride, count, stride,
            owner(array, base, environment), level, parent)
    }

    // MARK: Strings

    @inline(__always)
    mutating func pullDeferredString(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        if !array.pointee.topLevel {
            guard try isPending(slot, op.pointee.kind, array.pointee.type) else { return }
        }
        if array.pointee.isUsual, !bigEndian {
            let text = try pullUsualText(array, parent)
            return settle(slot, op.pointee.kind, array.pointee.type, text)
        }
        if array.pointee.isCounted, !bigEndian {
            let text = try pullCountedText(array, base, parent)
            return settle(slot, op.pointee.kind, array.pointee.type, text)
        }
        if array.pointee.text != 0 {
            let text = try pullText(array, base, environment, parent)
            return settle(slot, op.pointee.kind, array.pointee.type, text)
        }
        let counts = try counts(array, base, environment, hoisted: nil)
        let text = try pullText(array, counts.length, parent)
        settle(slot, array.pointee.topLevel ? 0 : op.pointee.kind, array.pointee.type, text)
    }

    mutating func pullStringInPlace(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer,
        _ parent: UnsafeMutableRawPointer?, _ hoisted: UInt32
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        if array.pointee.text != 0 {
            let text = try pullText(array, base, environment, parent)
            return slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
        }
        let counts = try counts(array, base, environment, hoisted: op.pointee.kind == 1 ? hoisted : nil)
        if array.pointee.isInline { return try pullInlineText(array, counts.length, slot) }
        let text = try pullText(array, counts.length, parent)
        slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
    }

    /// A terminated UTF-16 string without expressions or range, little-endian: nearly all that there are.
    @inline(__always)
    mutating func pullUsualText(_ array: UnsafePointer<ArrayRecord>, _ parent: UnsafeMutableRawPointer?)
        throws(NDRErrorCode) -> UnsafeMutableRawPointer
    {
        let word = wordSize
        let here = try take(3 &* word, UInt(bitPattern: word))
        let size = Int(try loadWord(here))
        let first = try loadWord(here + word)
        let length = Int(try loadWord(here + 2 &* word))
        guard first == 0 else { throw .arrayOffset }
        guard length <= size, length > 0 else { throw .arraySize }
        let units = here + 3 &* word
        guard length <= remaining &>> 1 else { throw .bufsize }
        cursor = units + 2 &* length
        let count = length &- 1
        guard (units + 2 &* count).loadUnaligned(as: UInt16.self) == 0 else { throw .arraySize }
        guard UTF16Text.isASCII(units, count, false) else { return try pullWideText(array, units, count, parent) }
        let text = try allocate(parent, length, array.pointee.name)
        UTF16Text.narrow(units, length, text, false)
        return text
    }

    /// A UTF-16 string without terminator that fields of its structure count, little-endian: names of accounts and their kin.
    @inline(__always)
    mutating func pullCountedText(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let word = wordSize
        let here = try take(3 &* word, UInt(bitPattern: word))
        let size = Int(try loadWord(here))
        let first = try loadWord(here + word)
        let count = Int(try loadWord(here + 2 &* word))
        guard first == 0 else { throw .arrayOffset }
        guard count <= size, try evaluator.evaluate(array.pointee.sizeExpr, base, base) == Int64(size),
            try evaluator.evaluate(array.pointee.lengthExpr, base, base) == Int64(count)
        else { throw .arraySize }
        let units = here + 3 &* word
        guard count <= remaining &>> 1 else { throw .bufsize }
        cursor = units + 2 &* count
        guard UTF16Text.isASCII(units, count, false) else { return try pullWideText(array, units, count, parent) }
        let text = try allocate(parent, count &+ 1, array.pointee.name)
        UTF16Text.narrow(units, count, text, false)
        text.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return text
    }

    /// `length` units without what a terminator ends, and without the terminator that has to be there.
    @inline(__always)
    private mutating func takeUnits(_ array: UnsafePointer<ArrayRecord>, _ length: Int)
        throws(NDRErrorCode) -> (source: UnsafeRawPointer, count: Int)
    {
        let unit = Int(array.pointee.unit)
        // A string of no units is not aligned either.
        let source = length > 0 ? try take(length &* unit, UInt(array.pointee.elementAlign)) : cursor
        var count = length
        if array.pointee.flags & NDR_F_TERMINATED != 0 {
            if length > 0, load(array.pointee.unit, source + (length &- 1) &* unit) == 0 {
                count &-= 1
            } else if array.pointee.flags & NDR_F_STRING_TYPE == 0 {
                throw .arraySize
            }
        }
        if array.pointee.flags & NDR_F_TO_NULL != 0 {
            for i in 0..<count where load(array.pointee.unit, source + i * unit) == 0 { return (source, i) }
        }
        return (source, count)
    }

    @inline(__always)
    private mutating func pullText(
        _ array: UnsafePointer<ArrayRecord>, _ length: Int, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let (source, count) = try takeUnits(array, length)
        guard array.pointee.unit == 2 else { return try pullBytes(array, source, count, parent) }
        guard UTF16Text.isASCII(source, count, bigEndian) else { return try pullWideText(array, source, count, parent) }
        let text = try allocate(parent, count &+ 1, array.pointee.name)
        UTF16Text.narrow(source, count, text, bigEndian)
        text.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return text
    }

    @inline(never)
    private mutating func pullWideText(
        _ array: UnsafePointer<ArrayRecord>, _ source: UnsafeRawPointer, _ count: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        guard let size = UTF16Text.decodedSize(source, count, bigEndian) else { throw .charcnv }
        let text = try allocate(parent, size + 1, array.pointee.name)
        UTF16Text.decode(source, count, text, bigEndian)
        text.storeBytes(of: 0, toByteOffset: size, as: UInt8.self)
        return text
    }

    private mutating func pullBytes(
        _ array: UnsafePointer<ArrayRecord>, _ source: UnsafeRawPointer, _ count: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let asciiOnly = UInt32(array.pointee.charset) == NDR_CHARSET_ASCII
        guard UTF16Text.isValidUTF8(source, count, asciiOnly: asciiOnly) else { throw .charcnv }
        let text = try allocate(parent, count + 1, array.pointee.name)
        memcpy(text, source, count)
        text.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        return text
    }

    /// Characters in the structure itself; where they fill it there is no terminator.
    private mutating func pullInlineText(
        _ array: UnsafePointer<ArrayRecord>, _ length: Int, _ slot: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        let room = Int(array.pointee.count)
        let (source, units) = try takeUnits(array, length)
        var count = units
        // Zeros that pad a fixed string are no text.
        while count > 0, load(array.pointee.unit, source + (count - 1) * Int(array.pointee.unit)) == 0 { count -= 1 }
        memset(slot, 0, room)
        if array.pointee.unit == 2 {
            guard let size = UTF16Text.decodedSize(source, count, bigEndian), size <= room else { throw .charcnv }
            UTF16Text.decode(source, count, slot, bigEndian)
            return
        }
        let asciiOnly = UInt32(array.pointee.charset) == NDR_CHARSET_ASCII
        guard count <= room, UTF16Text.isValidUTF8(source, count, asciiOnly: asciiOnly) else { throw .charcnv }
        memcpy(slot, source, count)
    }

    // MARK: Blobs

    mutating func pullBlob(_ form: UInt32, _ slot: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?)
        throws(NDRErrorCode)
    {
        let word = wordSize
        let length: Int
        switch form {
        case 0: length = Int(try loadWord(try take(word, UInt(bitPattern: word))))
        case NDR_BLOB_REMAINING: length = remaining
        default:
            let gap = Int(bitPattern: (bias &- UInt(bitPattern: cursor)) & (UInt(form) &- 1))
            length = min(gap, remaining)
        }
        let source = try take(length, 1)
        var blob = DATA_BLOB()
        if length > 0 {
            let data = try allocate(parent, length, nil)
            memcpy(data, source, length)
            blob.data = data.assumingMemoryBound(to: UInt8.self)
            blob.length = length
        }
        slot.storeBytes(of: blob, as: DATA_BLOB.self)
    }
}
