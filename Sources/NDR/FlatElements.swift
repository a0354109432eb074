// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

// Arrays of plain elements, the usual replies of servers. Their scalars, where they are one block of plain fields: loops
// without a call, so that everything stays in registers, little-endian only. Their buffers, where they are usual strings.

extension Pusher {
    mutating func pushFlat(_ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer, _ count: Int)
        throws(NDRErrorCode)
    {
        let size = Int(array.pointee.flatSize)
        let mask = UInt(array.pointee.flatAlign) &- 1
        let stride = Int(array.pointee.cSize)
        try ensure(count * (size + Int(array.pointee.flatAlign)))
        let first = view.pointee.ops + (Int(view.pointee.blocks[Int(array.pointee.block)].scalars) + 1)
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
                default: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
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
                        try pushUsualText(text)
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
    /// `op` is the array's, `start` the buffers of an element. Little-endian NDR only.
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

    mutating func pullFlat(_ array: UnsafePointer<ArrayRecord>, _ content: UnsafeMutableRawPointer, _ count: Int)
        throws(NDRErrorCode)
    {
        let size = Int(array.pointee.flatSize)
        let alignment = UInt(array.pointee.flatAlign)
        let stride = Int(array.pointee.cSize)
        let first = view.pointee.ops + (Int(view.pointee.blocks[Int(array.pointee.block)].scalars) + 1)
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
                default: to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
                }
                op += 1
                if op.pointee.code == OpCode.end { break }
            }
            base += stride
        }
    }
}
