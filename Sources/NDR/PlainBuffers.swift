// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// Buffers that are nothing but plain pointees: strings of the usual forms, single copies, SIDs, flat structures whose own
// buffers are plain, by unique, [ref] or relative pointers. They need no environment, no level and no queue, so a loop of
// their own is spared what `run` keeps. Little-endian only, and no strict pull.

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
        do throws(NDRErrorCode) { try pushPlain(block.pointee.buffers, content, count, stride) } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    private mutating func pushPlain(_ start: Int32, _ content: UnsafeRawPointer, _ count: Int, _ stride: Int)
        throws(NDRErrorCode)
    {
        let first = view.pointee.ops + Int(start)
        var base = content
        for _ in 0..<count {
            var op = first
            repeat {
                let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
                let isRelative = op.pointee.code == OpCode.relativeStart
                // NULL of a [ref] pointer was an error of the scalars.
                if let pointee = UnsafeRawPointer(bitPattern: bits) {
                    if isRelative {
                        failing = op
                        _ = try startRelative(op, base, base)
                        op += 1
                    }
                    failing = op
                    switch op.pointee.code {
                    case OpCode.deferString:
                        let array = view.pointee.arrays + Int(op.pointee.a)
                        try pushUsualText(pointee, array.pointee.isUsual ? 1 : 0, UInt64(array.pointee.sizeExtra))
                    case OpCode.deferPointer: try pushPlainPointee(op, pointee)
                    default: try pushLeaf(op, pointee)
                    }
                    op += isRelative ? 2 : 1
                } else {
                    op += isRelative ? 3 : 1
                }
            } while op.pointee.code != OpCode.end
            base += stride
        }
    }

    @inline(__always)
    private mutating func pushPlainPointee(_ op: UnsafePointer<Op>, _ pointee: UnsafeRawPointer) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let block = view.pointee.blocks + Int(record.pointee.block)
        do throws(NDRErrorCode) {
            try pushOne(block, pointee)
            guard record.pointee.hasBuffers else { return }
            depth += 1
            try pushPlain(block.pointee.buffers, pointee, 1, 0)
            depth -= 1
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
    }

    /// A pointee without buffers: one copy, or a SID.
    @inline(__always)
    mutating func pushLeaf(_ op: UnsafePointer<Op>, _ pointee: UnsafeRawPointer) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        if op.pointee.code == OpCode.deferSID { return try pushSID(op.pointee.kind, pointee) }
        try pushOne(view.pointee.blocks + Int(record.pointee.block), pointee)
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
        do throws(NDRErrorCode) { try pullPlain(block.pointee.buffers, content, count, stride, parent) } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    private mutating func pullPlain(
        _ start: Int32, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(start)
        let arrays = view.pointee.arrays
        var base = content
        for _ in 0..<count {
            var op = first
            repeat {
                let slot = base + Int(op.pointee.c)
                let bits = slot.loadUnaligned(as: UInt.self)
                let isRelative = op.pointee.code == OpCode.relativeStart
                if bits == 0 {
                    op += isRelative ? 3 : 1
                    continue
                }
                failing = op
                guard Pending.isPending(bits) else { throw .validate }
                var place: UnsafeRawPointer?
                if isRelative {
                    place = try startRelative(slot)
                    op += 1
                }
                switch op.pointee.code {
                case OpCode.deferString:
                    let array = arrays + Int(op.pointee.a)
                    let text =
                        array.pointee.isUsual
                        ? try pullUsualText(array, parent) : try pullCountedText(array, base, parent)
                    slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
                case OpCode.deferPointer: try pullPlainPointee(op, slot, parent)
                default: try pullLeaf(op, slot, parent)
                }
                if isRelative { endRelative(place) }
                op += isRelative ? 2 : 1
            } while op.pointee.code != OpCode.end
            base += stride
        }
    }

    @inline(__always)
    private mutating func pullPlainPointee(
        _ op: UnsafePointer<Op>, _ slot: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let block = view.pointee.blocks + Int(record.pointee.block)
        let size = Int(record.pointee.size)
        let pointer = try allocate(parent, size, record.pointee.name)
        if size != Int(block.pointee.filled) { clear(pointer, size) }
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
        do throws(NDRErrorCode) {
            try pullOne(block, pointer)
            guard record.pointee.hasBuffers else { return }
            depth += 1
            try pullPlain(block.pointee.buffers, pointer, 1, 0, pointer)
            depth -= 1
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
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
        let block = view.pointee.blocks + Int(record.pointee.block)
        if size != Int(block.pointee.filled) { clear(pointer, size) }
        try pullOne(block, pointer)
    }
}
