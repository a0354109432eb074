// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// Arrays of plain elements, the usual replies of servers. Their scalars, where they are one block of plain fields: loops
// without a call, so that everything stays in registers, little-endian only. Their buffers, where they are usual strings.

extension Pusher {
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

    /// A pointee that is one copy.
    @inline(__always)
    mutating func pushCopy(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer) throws(NDRErrorCode) {
        let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
        let record = view.pointee.pointers + Int(op.pointee.a)
        if let pointee = UnsafeRawPointer(bitPattern: bits) {
            guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
            try pushOne(view.pointee.blocks + Int(record.pointee.block), pointee)
        } else if UInt32(record.pointee.kind) == NDR_PTR_REF {
            throw .invalidPointer
        }
    }

    /// The buffers of a structure that has nothing but such pointees.
    @inline(__always)
    mutating func pushCopies(_ block: UnsafePointer<Block>, _ content: UnsafeRawPointer) throws(NDRErrorCode) {
        var op = view.pointee.ops + Int(block.pointee.buffers)
        while op.pointee.code != OpCode.end {
            failing = op
            try pushCopy(op, content)
            op += 1
        }
    }

    @inline(__always)
    private mutating func pushPointers(_ block: UnsafePointer<Block>, _ content: UnsafeRawPointer) {
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

    /// `op` is the array's, `start` the buffers of an element.
    mutating func pushStrings(
        _ op: UnsafePointer<Op>, _ start: Int32, _ content: UnsafeRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(start)
        var base = content
        do throws(NDRErrorCode) {
            for _ in 0..<count {
                var field = first
                repeat {
                    let bits = (base + Int(field.pointee.c)).loadUnaligned(as: UInt.self)
                    if let text = UnsafeRawPointer(bitPattern: bits) {
                        failing = field
                        try pushUsualText(text, 1, 0)
                    }
                    field += 1
                } while field.pointee.code != OpCode.end
                base += stride
            }
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }
}

extension Puller {
    /// `op` is the array's, `start` the buffers of an element. Little-endian only.
    mutating func pullStrings(
        _ op: UnsafePointer<Op>, _ start: Int32, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let first = view.pointee.ops + Int(start)
        let arrays = view.pointee.arrays
        var base = content
        do throws(NDRErrorCode) {
            for _ in 0..<count {
                var field = first
                repeat {
                    let slot = base + Int(field.pointee.c)
                    if slot.loadUnaligned(as: UInt.self) != 0 {
                        failing = field
                        let text = try pullUsualText(arrays + Int(field.pointee.a), parent)
                        slot.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
                    }
                    field += 1
                } while field.pointee.code != OpCode.end
                base += stride
            }
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    /// Whether the way of `pullFlat` is open.
    @inline(__always)
    func isFlat(_ block: UnsafePointer<Block>) -> Bool {
        block.pointee.flatSize > 0 && !bigEndian && !(padCheck && block.pointee.hasGaps)
    }

    /// The scalars of one structure that is flat.
    @inline(__always)
    mutating func pullOne(_ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        guard block.pointee.copyOffset >= 0 else { return try pullFlat(block, content, 1, 0) }
        let size = Int(block.pointee.flatSize)
        let source = try take(size, UInt(block.pointee.flatAlign))
        copyAny(source, content + Int(block.pointee.copyOffset), size)
    }

    /// The buffers of a structure that has nothing but pointees that are one copy.
    @inline(__always)
    mutating func pullCopies(_ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        var op = view.pointee.ops + Int(block.pointee.buffers)
        while op.pointee.code != OpCode.end {
            failing = op
            try pullCopy(op, content, content)
            op += 1
        }
    }

    @inline(__always)
    mutating func pullCopy(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let slot = base + Int(op.pointee.c)
        let bits = slot.loadUnaligned(as: UInt.self)
        guard bits != 0 else { return }
        guard Pending.isPending(bits) else { throw .validate }
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let block = view.pointee.blocks + Int(record.pointee.block)
        let size = Int(record.pointee.size)
        let pointer = try allocate(parent, size, record.pointee.name)
        if size != Int(block.pointee.flatSize) { memset(pointer, 0, size) }
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
        try pullOne(block, pointer)
    }

    mutating func pullFlat(
        _ block: UnsafePointer<Block>, _ content: UnsafeMutableRawPointer, _ count: Int, _ stride: Int
    ) throws(NDRErrorCode) {
        let size = Int(block.pointee.flatSize)
        let alignment = UInt(block.pointee.flatAlign)
        let first = view.pointee.ops + (Int(block.pointee.scalars) + 1)
        let wide = self.wide
        var base = content
        for _ in 0..<count {
            let p = try take(size, alignment)
            var op = first
            while true {
                let from = p + Int(op.pointee.w)
                let to = base + Int(op.pointee.c)
                switch op.pointee.code {
                case OpCode.pointer:
                    var id = UInt(UInt32(littleEndian: from.loadUnaligned(as: UInt32.self)))
                    if wide { id = UInt(truncatingIfNeeded: UInt64(littleEndian: from.loadUnaligned(as: UInt64.self))) }
                    if id >> 32 != 0 || id == 0 && UInt32(op.pointee.kind) == NDR_PTR_REF {
                        failing = op
                        throw id == 0 ? .invalidPointer : .ndr64
                    }
                    to.storeBytes(of: id == 0 ? 0 : Pending.mark | id, as: UInt.self)
                case OpCode.copy4: to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
                case OpCode.copy2: to.storeBytes(of: from.loadUnaligned(as: UInt16.self), as: UInt16.self)
                case OpCode.copy8: to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
                case OpCode.copy1: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
                case OpCode.gap: break
                default: copyShort(from, to, Int(op.pointee.a))
                }
                op += 1
                if op.pointee.code == OpCode.end { break }
            }
            base += stride
        }
    }
}

@inline(__always)
private func copyAny(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int) {
    switch size {
    case 4: to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
    case 8: to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
    default: copyShort(from, to, size)
    }
}

/// A run of fields: memcpy, without the call for the short ones.
@inline(__always)
private func copyShort(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int) {
    if size >= 16, size <= 32 {
        let first = from.loadUnaligned(as: SIMD2<UInt64>.self)
        let last = (from + (size &- 16)).loadUnaligned(as: SIMD2<UInt64>.self)
        to.storeBytes(of: first, as: SIMD2<UInt64>.self)
        (to + (size &- 16)).storeBytes(of: last, as: SIMD2<UInt64>.self)
    } else if size > 8, size < 16 {
        let first = from.loadUnaligned(as: UInt64.self)
        let last = (from + (size &- 8)).loadUnaligned(as: UInt64.self)
        to.storeBytes(of: first, as: UInt64.self)
        (to + (size &- 8)).storeBytes(of: last, as: UInt64.self)
    } else {
        memcpy(to, from, size)
    }
}
