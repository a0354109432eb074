// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// Buffers that are nothing but plain pointees: strings of the usual forms, single copies, SIDs, flat structures whose own
// buffers are plain, by unique, [ref] or relative pointers, alone or in the arms of unions. They need no environment, so a
// loop of their own is spared what `run` keeps. Little-endian only, and no strict pull.

extension Pusher {
    /// The buffers of `count` elements; `op` is what leads to them.
    @inline(__always)
    mutating func pushBuffers(
        _ op: UnsafePointer<Op>, _ block: UnsafePointer<Block>, _ content: UnsafeRawPointer, _ count: Int,
        _ stride: Int,
        _ owner: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        guard block.pointee.hasPlainBuffers, !bigEndian else {
            return try nest(op, block.pointee.buffers, content, count, stride, owner, level)
        }
        do throws(NDRErrorCode) {
            if block.pointee.hasOnlyStrings {
                try pushStrings(block, content, count, stride)
            } else {
                try pushPlain(block, content, count, stride)
            }
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    private mutating func pushStrings(
        _ block: UnsafePointer<Block>, _ content: UnsafeRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(block.pointee.buffers)
        var base = content
        for _ in 0..<count {
            var op = first
            repeat {
                let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
                if let text = UnsafeRawPointer(bitPattern: bits) {
                    failing = op
                    try pushUsualText(text, 1, 0)
                }
                op += 1
            } while op.pointee.code != OpCode.end
            base += stride
        }
    }

    /// The cursor stays in a register between the calls.
    mutating func pushPlain(
        _ block: UnsafePointer<Block>, _ content: UnsafeRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(block.pointee.buffers)
        let isDeep = depth >= block.pointee.leastDepth
        var base = content
        var p = cursor
        for _ in 0..<count {
            var op = first
            repeat {
                failing = op
                let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
                switch op.pointee.code {
                // NULL of a [ref] pointer was an error of the scalars.
                case OpCode.deferCopy:
                    guard let pointee = UnsafeRawPointer(bitPattern: bits) else { break }
                    if isDeep { try checkDepth(op, p) }
                    let size = Int(op.pointee.b)
                    try makeRoom(&p, UInt(op.pointee.kind), size)
                    copyAny(pointee + Int(op.pointee.w), p, size)
                    p += size
                case OpCode.deferString:
                    guard let text = UnsafeRawPointer(bitPattern: bits) else { break }
                    cursor = p
                    try pushUsualText(text, Int(op.pointee.cSize), UInt64(op.pointee.wSize))
                    p = cursor
                case OpCode.deferPointer:
                    guard let pointee = UnsafeRawPointer(bitPattern: bits) else { break }
                    if isDeep { try checkDepth(op, p) }
                    try pushPlainPointee(op, pointee, &p)
                case OpCode.deferSID:
                    guard let pointee = UnsafeRawPointer(bitPattern: bits) else { break }
                    if isDeep { try checkDepth(op, p) }
                    cursor = p
                    try pushSID(op.pointee.kind, pointee)
                    p = cursor
                case OpCode.levelBuffers:
                    cursor = p
                    let level = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, base)
                    op += 1
                    try pushUnionBuffers(op, base, level)
                    p = cursor
                default:
                    cursor = p
                    op = try pushPlainRest(op, base, bits)
                    p = cursor
                }
                op += 1
            } while op.pointee.code != OpCode.end
            base += stride
        }
        cursor = p
    }

    @inline(never)
    private mutating func checkDepth(_ op: UnsafePointer<Op>, _ p: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        cursor = p
        guard depth < view.pointee.pointers[Int(op.pointee.a)].maxDepth else { throw .maxRecursionExceeded }
    }

    /// As `align`, for a cursor in a register.
    @inline(__always)
    private mutating func makeRoom(_ p: inout UnsafeMutableRawPointer, _ mask: UInt, _ size: Int) throws(NDRErrorCode) {
        if p + (size &+ 8) > end {
            cursor = p
            try grow(size + 8)
            p = cursor
        }
        p.storeBytes(of: 0, as: UInt64.self)
        p += Int(bitPattern: (bias &- UInt(bitPattern: p)) & mask & alignMask)
    }

    @inline(__always)
    private mutating func pushPlainPointee(
        _ op: UnsafePointer<Op>, _ pointee: UnsafeRawPointer, _ p: inout UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        let block = view.pointee.blocks + Int(op.pointee.b)
        do throws(NDRErrorCode) {
            if block.pointee.pointerCount > 0 {
                try makeRoom(&p, UInt(block.pointee.flatAlign) &- 1, Int(block.pointee.flatSize))
                cursor = p
                pushPointers(block, pointee)
            } else {
                cursor = p
                try pushFlat(block, pointee, 1, 0)
            }
            if block.pointee.hasBuffers {
                depth += 1
                try pushPlain(block, pointee, 1, 0)
                depth -= 1
            }
            p = cursor
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
    }

    /// What is not as frequent; the last operation that belongs to it.
    @inline(never)
    private mutating func pushPlainRest(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ bits: UInt)
        throws(NDRErrorCode) -> UnsafePointer<Op>
    {
        let isRelative = op.pointee.code == OpCode.relativeStart
        let last = isRelative ? op + 2 : op
        guard let pointee = UnsafeRawPointer(bitPattern: bits) else { return last }
        if isRelative { _ = try startRelative(op, base, base) }
        let inner = isRelative ? op + 1 : op
        failing = inner
        switch inner.pointee.code {
        case OpCode.deferString: try pushUsualText(pointee, Int(inner.pointee.cSize), UInt64(inner.pointee.wSize))
        case OpCode.deferPointer:
            var p = cursor
            try checkDepth(inner, p)
            try pushPlainPointee(inner, pointee, &p)
        default: try pushLeaf(inner, pointee)
        }
        return last
    }

    /// A pointee without buffers: one copy, or a SID.
    @inline(__always)
    mutating func pushLeaf(_ op: UnsafePointer<Op>, _ pointee: UnsafeRawPointer) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        if op.pointee.code == OpCode.deferSID { return try pushSID(op.pointee.kind, pointee) }
        let size = Int(op.pointee.b)
        try align(UInt(op.pointee.kind) &+ 1, size)
        copyAny(pointee + Int(op.pointee.w), cursor, size)
        cursor += size
    }
}

extension Puller {
    /// The buffers of `count` elements, allocated as children of `parent`; `op` is what leads to them.
    @inline(__always)
    mutating func pullBuffers(
        _ op: UnsafePointer<Op>, _ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer, _ count: Int,
        _ stride: Int, _ owner: UnsafeRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        guard block.pointee.hasPlainBuffers, !bigEndian, !padCheck else {
            return try nest(op, block.pointee.buffers, content, count, stride, owner, level, parent)
        }
        do throws(NDRErrorCode) {
            if block.pointee.hasOnlyStrings {
                try pullStrings(block, content, count, stride, parent)
            } else {
                try pullPlain(block, content, count, stride, parent)
            }
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    private mutating func pullStrings(
        _ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(block.pointee.buffers)
        let arrays = view.pointee.arrays
        var base = content
        for _ in 0..<count {
            var op = first
            repeat {
                let slot = base + Int(op.pointee.c)
                if slot.loadUnaligned(as: UInt.self) != 0 {
                    failing = op
                    let text = try pullUsualText(arrays + Int(op.pointee.a), parent)
                    slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
                }
                op += 1
            } while op.pointee.code != OpCode.end
            base += stride
        }
    }

    mutating func pullPlain(
        _ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(block.pointee.buffers)
        var base = content
        for _ in 0..<count {
            var op = first
            repeat {
                failing = op
                let slot = base + Int(op.pointee.c)
                switch op.pointee.code {
                case OpCode.deferString:
                    guard try isWaiting(slot) else { break }
                    let text = try pullUsualText(view.pointee.arrays + Int(op.pointee.a), parent)
                    slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
                case OpCode.deferCounted:
                    guard try isWaiting(slot) else { break }
                    let text = try pullCountedText(view.pointee.arrays + Int(op.pointee.a), base, parent)
                    slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
                case OpCode.deferCopy, OpCode.deferSID: if try isWaiting(slot) { try pullLeaf(op, slot, parent) }
                case OpCode.deferPointer: if try isWaiting(slot) { try pullPlainPointee(op, slot, parent) }
                case OpCode.relativeStart:
                    if try isWaiting(slot) { try pullPlainRelative(op, slot, base, parent) }
                    op += 2
                default:
                    op += 1
                    try pullUnionBuffers(op, base, parent)
                }
                op += 1
            } while op.pointee.code != OpCode.end
            base += stride
        }
    }

    /// Whether a pointee is to come.
    @inline(__always)
    private func isWaiting(_ slot: UnsafeMutableRawPointer) throws(NDRErrorCode) -> Bool {
        let bits = slot.loadUnaligned(as: UInt.self)
        guard bits != 0 else { return false }
        guard Pending.isPending(bits) else { throw .validate }
        return true
    }

    private mutating func pullPlainRelative(
        _ start: UnsafePointer<Op>, _ slot: UnsafeMutableRawPointer, _ base: UnsafeMutableRawPointer,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let place = try startRelative(slot)
        let op = start + 1
        failing = op
        switch op.pointee.code {
        case OpCode.deferString:
            let text = try pullUsualText(view.pointee.arrays + Int(op.pointee.a), parent)
            slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
        case OpCode.deferCounted:
            let text = try pullCountedText(view.pointee.arrays + Int(op.pointee.a), base, parent)
            slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
        case OpCode.deferPointer: try pullPlainPointee(op, slot, parent)
        default: try pullLeaf(op, slot, parent)
        }
        endRelative(place)
    }

    private mutating func pullPlainPointee(
        _ op: UnsafePointer<Op>, _ slot: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let block = view.pointee.blocks + Int(op.pointee.b)
        let size = Int(record.pointee.size)
        let pointer = try allocate(parent, size, record.pointee.name)
        if size != Int(block.pointee.filled) { clear(pointer, size) }
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
        do throws(NDRErrorCode) { try pullFlat(block, pointer, 1, 0) } catch {
            blame(block, op)
            trail.note(op.pointee.path)
            throw error
        }
        guard block.pointee.hasBuffers else { return }
        depth += 1
        do throws(NDRErrorCode) { try pullPlain(block, pointer, 1, 0, pointer) } catch {
            trail.note(op.pointee.path)
            throw error
        }
        depth -= 1
    }

    /// A pointee without buffers: one copy, or a SID.
    @inline(__always)
    mutating func pullLeaf(
        _ op: UnsafePointer<Op>, _ slot: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let size = Int(record.pointee.size)
        let pointer = try allocate(parent, size, record.pointee.name)
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
        guard op.pointee.code == OpCode.deferCopy else { return try pullSID(op.pointee.kind, pointer) }
        let length = Int(op.pointee.b)
        if size != length { clear(pointer, size) }
        let source = try take(length, UInt(op.pointee.kind) &+ 1)
        copyAny(source, pointer + Int(op.pointee.w), length)
    }
}
