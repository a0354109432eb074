// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

extension Pusher {
    // MARK: Integers

    /// A C integer of `size` bytes.
    @inline(__always)
    static func integer(_ pointer: UnsafeRawPointer, _ size: UInt8, signed: Bool) -> Int64 {
        switch size {
        case 1: signed ? Int64(pointer.load(as: Int8.self)) : Int64(pointer.load(as: UInt8.self))
        case 2:
            signed ? Int64(pointer.loadUnaligned(as: Int16.self)) : Int64(pointer.loadUnaligned(as: UInt16.self))
        case 4:
            signed ? Int64(pointer.loadUnaligned(as: Int32.self)) : Int64(pointer.loadUnaligned(as: UInt32.self))
        default: pointer.loadUnaligned(as: Int64.self)
        }
    }

    /// Whether a value, however its C type extends it, is one of `size` bytes.
    static func fits(_ value: Int64, _ size: UInt8) -> Bool {
        guard size < 8 else { return true }
        let bits = Int64(size) * 8
        return value >= -(1 << (bits - 1)) && value < 1 << bits
    }

    /// An integer that changes its size. An enumeration's C type may be wider than its wire type: a value that does
    /// not fit is refused instead of cut.
    mutating func convert(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ block: UnsafeMutableRawPointer)
        throws(NDRErrorCode)
    {
        let value = Pusher.integer(base + Int(op.pointee.c), op.pointee.cSize, signed: op.pointee.kind == 1)
        if op.pointee.wSize < op.pointee.cSize {
            let extended = Pusher.integer(base + Int(op.pointee.c), op.pointee.cSize, signed: true)
            guard Pusher.fits(extended, op.pointee.wSize) else { throw .range }
        }
        store(UInt64(bitPattern: value), op.pointee.wSize, block + Int(op.pointee.w))
    }

    /// The result of a [value()] expression, which takes the place of a C field of `cSize` bytes.
    mutating func storeValue(_ value: Int64, _ op: UnsafePointer<Op>, _ target: UnsafeMutableRawPointer)
        throws(NDRErrorCode)
    {
        guard Pusher.fits(value, min(op.pointee.cSize, op.pointee.wSize)) else { throw .range }
        if op.pointee.b != 0, let ranges = view.pointee.ranges {
            let range = ranges[Int(op.pointee.b) - 1]
            guard value >= range.min, value <= range.max else { throw .range }
        }
        var bits = UInt64(bitPattern: value)
        if op.pointee.kind & Op.seconds != 0 { bits /= 10_000_000 }
        // The halves of a udlong or udlongr, one first in either byte order.
        let turning = bigEndian ? Op.lowWordFirst : Op.highWordFirst
        if op.pointee.kind & turning != 0 { bits = bits << 32 | bits >> 32 }
        store(bits, op.pointee.wSize, target)
    }

    mutating func checkRange(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer) throws(NDRErrorCode) {
        try RangeCheck.run(view, op, base)
    }

    // MARK: Scalars with rules of their own

    mutating func scalar(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ target: UnsafeMutableRawPointer)
        throws(NDRErrorCode)
    {
        let field = base + Int(op.pointee.c)
        switch UInt32(op.pointee.kind) {
        case NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME:
            let value = field.loadUnaligned(as: UInt64.self)
            store(value, 4, target)
            store(value >> 32, 4, target + 4)
        case NDR_T_UDLONGR:
            let value = field.loadUnaligned(as: UInt64.self)
            store(value >> 32, 4, target)
            store(value, 4, target + 4)
        case NDR_T_NTTIME_1SEC: store(field.loadUnaligned(as: UInt64.self) / 10_000_000, 8, target)
        case NDR_T_TIMEVAL, NDR_T_TIMESPEC:
            // Two numbers of 8 bytes in C.
            store(field.loadUnaligned(as: UInt64.self), 8, target)
            let fraction = field.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            guard fraction <= UInt32.max else { throw .range }
            store(fraction, 4, target + 8)
        case NDR_T_GUID: Swapping.guid(field, target, swaps: bigEndian)
        case NDR_T_SYNTAX_ID:
            Swapping.guid(field, target, swaps: bigEndian)
            store(UInt64(field.loadUnaligned(fromByteOffset: 16, as: UInt32.self)), 4, target + 16)
        case NDR_T_POLICY_HANDLE:
            store(UInt64(field.loadUnaligned(as: UInt32.self)), 4, target)
            Swapping.guid(field + 4, target + 4, swaps: bigEndian)
        case NDR_T_IPV4ADDRESS: try Addresses.push(field, target, v6: false)
        case NDR_T_IPV6ADDRESS: try Addresses.push(field, target, v6: true)
        default: throw .brokenTable
        }
    }

    // MARK: SIDs

    mutating func pushSID(_ kind: UInt8, _ sid: UnsafeRawPointer) throws(NDRErrorCode) {
        switch UInt32(kind) {
        case NDR_T_DOM_SID2: try putSID(NDR_T_DOM_SID2, sid)
        default: try putSID(UInt32(kind), sid)
        }
    }

    /// Always inlined, for known kinds.
    @inline(__always)
    mutating func putSID(_ kind: UInt32, _ sid: UnsafeRawPointer) throws(NDRErrorCode) {
        let count = Int(sid.load(fromByteOffset: 1, as: UInt8.self))
        guard count <= (kind == NDR_T_DOM_SID28 ? 5 : 15) else { throw .range }
        let isAbsent = sid.load(as: UInt8.self) == 0 && count == 0
        if kind == NDR_T_DOM_SID0, isAbsent { return }
        let size = kind == NDR_T_DOM_SID28 ? 28 : 8 + 4 * count
        if kind == NDR_T_DOM_SID2 {
            // Behind its count a SID needs no alignment.
            try align(UInt(bitPattern: wordSize), wordSize + size)
            storeWord(UInt64(count), cursor)
            cursor += wordSize
        } else {
            try align(4, size)
        }
        if kind == NDR_T_DOM_SID28 { memset(cursor, 0, size) }
        cursor.storeBytes(of: sid.loadUnaligned(as: UInt64.self), as: UInt64.self)
        copyUpTo64(sid + 8, cursor + 8, 4 * count)
        if bigEndian { Swapping.run(OpCode.swap4, sid + 8, cursor + 8, count) }
        cursor += size
    }

    // MARK: Unions

    mutating func pushUnion(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ level: Int64) throws(NDRErrorCode) {
        let union = view.pointee.unions + Int(op.pointee.a)
        let number = view.pointee.arm(union, level)
        guard number >= 0, level >= union.pointee.tagLeast, level <= union.pointee.tagMost else { throw .badSwitch }
        let arm = view.pointee.arms + Int(number)
        let value = base + Int(op.pointee.c)
        guard union.pointee.isSimple else { return try pushAligned(op, union, arm, value, level) }
        try align(UInt(union.pointee.tagAlign), 8)
        store(UInt64(bitPattern: level), union.pointee.tagSize, cursor)
        cursor += Int(union.pointee.tagSize)
        let copySize = bigEndian ? 0 : Int(arm.pointee.copySize)
        guard copySize > 0 else { return try pushArm(op, arm, value) }
        try align(UInt(arm.pointee.copyAlign), copySize)
        copyAny(value, cursor, copySize)
        cursor += copySize
    }

    /// A union that needs more than its tag's alignment.
    @inline(never)
    private mutating func pushAligned(
        _ op: UnsafePointer<Op>, _ union: UnsafePointer<UnionRecord>, _ arm: UnsafePointer<UnionArm>,
        _ value: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        if union.pointee.tagSize > 0 {
            if union.pointee.alignTag > 1 { try align(UInt(union.pointee.alignTag), 0) }
            try align(UInt(union.pointee.tagAlign), 8)
            store(UInt64(bitPattern: level), union.pointee.tagSize, cursor)
            cursor += Int(union.pointee.tagSize)
        }
        if union.pointee.alignArm > 1 { try align(UInt(union.pointee.alignArm), 0) }
        guard arm.pointee.block >= 0 else { return }
        let outer = relative.base
        defer { relative.base = outer }
        if union.pointee.isBased {
            try align(UInt(arm.pointee.alignment), 0)
            relative.base = position
            if union.pointee.hasBuffers { try queue.push(UInt32(truncatingIfNeeded: position)) }
        }
        try pushArm(op, arm, value)
    }

    @inline(never)
    private mutating func pushArm(
        _ op: UnsafePointer<Op>, _ arm: UnsafePointer<UnionArm>, _ value: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        guard arm.pointee.block >= 0 else { return }
        let block = view.pointee.blocks + Int(arm.pointee.block)
        do throws(NDRErrorCode) {
            if isFlat(block) {
                try pushOne(block, value)
            } else {
                try run(block.pointee.scalars, value, 1, 0, value, 0)
            }
        } catch {
            trail.note(arm.pointee.path)
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    @inline(__always)
    mutating func pushUnionBuffers(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ level: Int64)
        throws(NDRErrorCode)
    {
        let union = view.pointee.unions + Int(op.pointee.a)
        let number = view.pointee.arm(union, level)
        guard number >= 0 else { throw .badSwitch }
        let arm = view.pointee.arms + Int(number)
        guard arm.pointee.block >= 0, union.pointee.isBased || arm.pointee.hasBuffers else { return }
        try pushArmBuffers(op, union, arm, base + Int(op.pointee.c))
    }

    private mutating func pushArmBuffers(
        _ op: UnsafePointer<Op>, _ union: UnsafePointer<UnionRecord>, _ arm: UnsafePointer<UnionArm>,
        _ value: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let block = view.pointee.blocks + Int(arm.pointee.block)
        let outer = relative.base
        if union.pointee.isBased { relative.base = Int(try queue.pop()) }
        defer { relative.base = outer }
        guard block.pointee.hasBuffers else { return }
        do throws(NDRErrorCode) {
            if block.pointee.hasPlainBuffers, !bigEndian {
                try pushPlain(block, value, 1, 0)
            } else {
                try run(block.pointee.buffers, value, 1, 0, value, 0)
            }
        } catch {
            trail.note(arm.pointee.path)
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }
}

enum RangeCheck {
    static func run(_ view: UnsafePointer<ProgramView>, _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer)
        throws(NDRErrorCode)
    {
        guard let ranges = view.pointee.ranges else { throw .brokenTable }
        let range = ranges[Int(op.pointee.a)]
        let value = Pusher.integer(base + Int(op.pointee.c), op.pointee.cSize, signed: op.pointee.kind == 1)
        guard value >= range.min, value <= range.max else { throw .range }
    }
}
