// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// Structures whose scalars are one block of plain fields, alone or in arrays, the usual replies of servers: loops without a
// call, so that everything stays in registers. Little-endian only.

extension Pusher {
    /// Whether the way of `pushFlat` is open.
    @inline(__always)
    func isFlat(_ block: UnsafePointer<Block>) -> Bool { block.pointee.flatSize > 0 && !bigEndian }

    /// The scalars of one structure that is flat.
    @inline(__always)
    mutating func pushOne(_ block: UnsafePointer<Block>, _ content: UnsafeRawPointer) throws(NDRErrorCode) {
        let size = Int(block.pointee.flatSize)
        guard block.pointee.copyOffset >= 0 else {
            guard block.pointee.pointerCount > 0 else { return try pushFlat(block, content, 1, 0) }
            try align(UInt(block.pointee.flatAlign), size)
            return pushPointers(block, content)
        }
        try align(UInt(block.pointee.flatAlign), size)
        copyAny(content + Int(block.pointee.copyOffset), cursor, size)
        cursor += size
    }

    @inline(__always)
    mutating func pushPointers(_ block: UnsafePointer<Block>, _ content: UnsafeRawPointer) {
        var slot = content + Int(block.pointee.pointerOffset)
        var p = cursor
        for _ in 0..<block.pointee.pointerCount {
            let present = slot.loadUnaligned(as: UInt.self) != 0
            storeWord(present ? UInt64(0x0002_0000 &+ referents) : 0, p)
            referents &+= present ? 4 : 0
            p += wordSize
            slot += MemoryLayout<UInt>.size
        }
        cursor = p
    }

    mutating func pushFlat(
        _ block: UnsafePointer<Block>, _ content: UnsafeRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let size = Int(block.pointee.flatSize)
        let mask = UInt(block.pointee.flatAlign) &- 1
        let alignment = Int(block.pointee.flatAlign)
        try ensure(count * ((size + alignment - 1) & ~(alignment - 1)) + alignment)
        let first = view.pointee.ops + (Int(block.pointee.scalars) + 1)
        let bias = self.bias
        let wide = self.wide
        var base = content
        var p = cursor
        var referent = referents
        for _ in 0..<count {
            // The slack behind the room takes the last element's zeros.
            p.storeBytes(of: 0, as: UInt64.self)
            p += Int(bitPattern: (bias &- UInt(bitPattern: p)) & mask)
            var op = first
            while true {
                let from = base + Int(op.pointee.c)
                let to = p + Int(op.pointee.w)
                switch op.pointee.code {
                case OpCode.pointer:
                    let bits = from.loadUnaligned(as: UInt.self)
                    if bits == 0, UInt32(op.pointee.kind) == NDR_PTR_REF {
                        failing = op
                        throw .invalidPointer
                    }
                    let id = bits == 0 ? 0 : 0x0002_0000 &+ referent
                    referent &+= bits == 0 ? 0 : 4
                    if wide {
                        to.storeBytes(of: UInt64(id).littleEndian, as: UInt64.self)
                    } else {
                        to.storeBytes(of: id.littleEndian, as: UInt32.self)
                    }
                case OpCode.copy4: to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
                case OpCode.copy2: to.storeBytes(of: from.loadUnaligned(as: UInt16.self), as: UInt16.self)
                case OpCode.copy8: to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
                case OpCode.copy1: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
                // What comes behind the gap is written later.
                case OpCode.gap: to.storeBytes(of: 0, as: UInt64.self)
                case OpCode.textLength: try pushTextLength(op, base, to)
                case OpCode.relative: try pushRelative(op, base, to)
                case OpCode.convert, OpCode.range: try pushNumber(op, base, p)
                default: copyShort(from, to, Int(op.pointee.a))
                }
                op += 1
                if op.pointee.code == OpCode.end { break }
            }
            p += size
            base += stride
        }
        cursor = p
        referents = referent
    }

    /// An integer that is more than a copy.
    @inline(never)
    private mutating func pushNumber(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ p: UnsafeMutableRawPointer)
        throws(NDRErrorCode)
    {
        failing = op
        if op.pointee.code == OpCode.range { return try checkRange(op, base) }
        try convert(op, base, p)
    }

    /// The [value()] of a field that is the length of a string beside it.
    @inline(__always)
    mutating func pushTextLength(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
        var units = 0
        if let text = UnsafePointer<CChar>(bitPattern: bits) { units = evaluator.lengths(text).units }
        // No string is so long that this overflows.
        let value = UInt64(UInt(bitPattern: units)) &* UInt64(op.pointee.b)
        guard op.pointee.cSize == 8 || value &>> (8 &* UInt64(op.pointee.cSize)) == 0 else {
            failing = op
            throw .range
        }
        store(value, op.pointee.wSize, target)
    }
}

extension Puller {
    /// Whether the way of `pullFlat` is open. A strict pull looks at gaps, which this one passes over.
    @inline(__always)
    func isFlat(_ block: UnsafePointer<Block>) -> Bool { block.pointee.flatSize > 0 && !bigEndian && !padCheck }

    /// Bytes that a whole block misses are missed by none of its fields: the operation around it does not count twice.
    @inline(never)
    mutating func blame(_ block: UnsafePointer<Block>, _ op: UnsafePointer<Op>) {
        if failing == op { failing = view.pointee.ops + Int(block.pointee.scalars) }
    }

    /// The scalars of one structure that is flat.
    @inline(__always)
    mutating func pullOne(_ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        guard block.pointee.copyOffset >= 0 else { return try pullFlat(block, content, 1, 0) }
        let size = Int(block.pointee.flatSize)
        let source = try take(size, UInt(block.pointee.flatAlign))
        copyAny(source, content + Int(block.pointee.copyOffset), size)
    }

    /// An integer that is more than a copy.
    @inline(never)
    private mutating func pullNumber(_ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ p: UnsafeRawPointer)
        throws(NDRErrorCode)
    {
        failing = op
        if op.pointee.code == OpCode.range { return try RangeCheck.run(view, op, base) }
        try convert(op, base, p)
    }

    mutating func pullFlat(
        _ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let size = Int(block.pointee.flatSize)
        let mask = (UInt(block.pointee.flatAlign) &- 1) & alignMask
        let first = view.pointee.ops + (Int(block.pointee.scalars) + 1)
        let stop = first + Int(block.pointee.flatCount)
        let bias = self.bias
        let wide = self.wide
        let end = self.end
        var base = content
        var p = cursor
        for _ in 0..<count {
            let gap = Int(bitPattern: (bias &- UInt(bitPattern: p)) & mask)
            guard size &+ gap <= end - p else {
                cursor = p
                throw .bufsize
            }
            p += gap
            var op = first
            repeat {
                let from = p + Int(op.pointee.w)
                let to = base + Int(op.pointee.c)
                switch op.pointee.code {
                case OpCode.pointer:
                    var id = UInt(UInt32(littleEndian: from.loadUnaligned(as: UInt32.self)))
                    if wide { id = UInt(truncatingIfNeeded: UInt64(littleEndian: from.loadUnaligned(as: UInt64.self))) }
                    if id >> 32 != 0 || id == 0 && UInt32(op.pointee.kind) == NDR_PTR_REF {
                        failing = op
                        cursor = p + size
                        throw id == 0 ? .invalidPointer : .ndr64
                    }
                    to.storeBytes(of: id == 0 ? 0 : Pending.mark | id, as: UInt.self)
                case OpCode.copy4: to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
                case OpCode.copy2: to.storeBytes(of: from.loadUnaligned(as: UInt16.self), as: UInt16.self)
                case OpCode.copy8: to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
                case OpCode.copy1: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
                case OpCode.relative: pullRelative(op, base, from)
                case OpCode.convert, OpCode.range:
                    cursor = p + size
                    try pullNumber(op, base, p)
                default: copyShort(from, to, Int(op.pointee.a))
                }
                op += 1
            } while op != stop
            p += size
            base += stride
        }
        cursor = p
    }
}
