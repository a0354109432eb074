// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

extension Puller {
    // MARK: Integers

    mutating func convert(_ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ block: UnsafeRawPointer)
        throws(NDRErrorCode)
    {
        let raw = load(op.pointee.wSize, block + Int(op.pointee.w))
        var value = Int64(bitPattern: raw)
        if op.pointee.kind == 1 {
            let shift = Int64(8 - op.pointee.wSize) * 8
            value = (value &<< shift) &>> shift
        }
        // The upper half of an NDR64 word, or of an enumeration, has to go with the lower.
        if op.pointee.wSize > op.pointee.cSize, !Puller.fits(value, op.pointee.cSize, signed: op.pointee.kind == 1) {
            throw op.pointee.wSize == 8 ? .ndr64 : .range
        }
        let target = base + Int(op.pointee.c)
        switch op.pointee.cSize {
        case 1: target.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
        case 2: target.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
        case 4: target.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
        default: target.storeBytes(of: value, as: Int64.self)
        }
    }

    private static func fits(_ value: Int64, _ size: UInt8, signed: Bool) -> Bool {
        let bits = Int64(size) * 8
        guard signed else { return value >= 0 && value < 1 << bits }
        return value >= -(1 << (bits - 1)) && value < 1 << (bits - 1)
    }

    // MARK: Scalars with rules of their own

    mutating func scalar(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ source: UnsafeRawPointer,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let field = base + Int(op.pointee.c)
        switch UInt32(op.pointee.kind) {
        case NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME:
            field.storeBytes(of: load(4, source) | load(4, source + 4) << 32, as: UInt64.self)
        case NDR_T_UDLONGR:
            field.storeBytes(of: load(4, source) << 32 | load(4, source + 4), as: UInt64.self)
        case NDR_T_NTTIME_1SEC:
            let (time, overflow) = load(8, source).multipliedReportingOverflow(by: 10_000_000)
            guard !overflow else { throw .range }
            field.storeBytes(of: time, as: UInt64.self)
        case NDR_T_TIMEVAL, NDR_T_TIMESPEC:
            field.storeBytes(of: load(8, source), as: UInt64.self)
            field.storeBytes(of: load(4, source + 8), toByteOffset: 8, as: UInt64.self)
        case NDR_T_GUID: Swapping.guid(source, field, swaps: bigEndian)
        case NDR_T_SYNTAX_ID:
            Swapping.guid(source, field, swaps: bigEndian)
            field.storeBytes(of: UInt32(truncatingIfNeeded: load(4, source + 16)), toByteOffset: 16, as: UInt32.self)
        case NDR_T_POLICY_HANDLE:
            field.storeBytes(of: UInt32(truncatingIfNeeded: load(4, source)), as: UInt32.self)
            Swapping.guid(source + 4, field + 4, swaps: bigEndian)
        case NDR_T_IPV4ADDRESS: try address(source, field, parent, v6: false)
        case NDR_T_IPV6ADDRESS: try address(source, field, parent, v6: true)
        default: throw .brokenTable
        }
    }

    private mutating func address(
        _ source: UnsafeRawPointer, _ slot: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?, v6: Bool
    ) throws(NDRErrorCode) {
        let memory = try allocate(parent, Addresses.textSize, nil)
        memset(memory, 0, Addresses.textSize)
        Addresses.pull(source, memory.assumingMemoryBound(to: CChar.self), v6: v6)
        slot.storeBytes(of: memory, as: UnsafeMutableRawPointer.self)
    }

    // MARK: SIDs

    mutating func pullSID(_ kind: UInt8, _ sid: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        switch UInt32(kind) {
        case NDR_T_DOM_SID2: try takeSID(NDR_T_DOM_SID2, sid)
        default: try takeSID(UInt32(kind), sid)
        }
    }

    /// Always inlined, for known kinds.
    @inline(__always)
    mutating func takeSID(_ kind: UInt32, _ sid: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        if kind == NDR_T_DOM_SID0, remaining == 0 { return clear(sid, MemoryLayout<dom_sid>.size) }
        // Behind its count a SID needs no alignment.
        let word = kind == NDR_T_DOM_SID2 ? wordSize : 0
        let here = try take(word + (kind == NDR_T_DOM_SID28 ? 28 : 8), UInt(bitPattern: max(word, 4)))
        let promised = word == 0 ? nil : try loadWord(here)
        let start = here + word
        let count = Int(start.load(fromByteOffset: 1, as: UInt8.self))
        // Where a length of 0 stands beside the room, anything may be in it: Windows 2000 sends random bytes.
        if kind == NDR_T_DOM_SID28, count > 5 { return clear(sid, MemoryLayout<dom_sid>.size) }
        guard count <= 15 else { throw .range }
        if let promised, Int(promised) != count { throw .arraySize }
        let parts = kind == NDR_T_DOM_SID28 ? start + 8 : try take(4 * count, 1)
        sid.storeBytes(of: start.loadUnaligned(as: UInt64.self), as: UInt64.self)
        clear(sid + 8, MemoryLayout<dom_sid>.size - 8)
        copyUpTo64(parts, sid + 8, 4 * count)
        if bigEndian { Swapping.run(OpCode.swap4, parts, sid + 8, count) }
    }

    // MARK: Unions

    /// The level that a tag stands for: what selects the arm may be signed where the tag is not.
    private mutating func lateLevel(_ union: UnsafePointer<UnionRecord>, _ tag: UInt64) throws(NDRErrorCode) -> Int64 {
        let size = union.pointee.tagSize
        let shift = 64 - Int64(size) * 8
        let bits = Int64(bitPattern: tag)
        let signed = (bits &<< shift) &>> shift
        var level = union.pointee.tagSigned ? signed : bits
        let labels = view.pointee.labels
        if ProgramView.labelled(labels, union, level) == nil, ProgramView.labelled(labels, union, signed) != nil {
            level = signed
        }
        try checks.add(
            lateExpression, lateOwner, tag,
            union: LateUnion(record: union, arm: view.pointee.arm(union, level), tagSize: size), by: failing,
            at: cursor - Int(size))
        return level
    }

    /// The level of unions that follow; where it cannot be known yet, how to know it later.
    @inline(__always)
    mutating func level(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        throws(NDRErrorCode) -> Int64
    {
        let index = Int32(bitPattern: op.pointee.a)
        if op.pointee.kind == 0 { return try evaluator.evaluate(index, base, environment) }
        let record = evaluator.expressions + Int(index)
        lateExpression = index
        lateOwner = (record.pointee.usesEnvironment ? environment : base) + Int(record.pointee.selfOffset)
        return Puller.lateLevel
    }

    mutating func pullUnion(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let union = view.pointee.unions + Int(op.pointee.a)
        let number = view.pointee.arm(union, level)
        guard union.pointee.isSimple, number >= 0, level != Puller.lateLevel else {
            return try pullAnyUnion(op, base, level, parent)
        }
        let arm = view.pointee.arms + Int(number)
        let copySize = bigEndian || padCheck ? 0 : Int(arm.pointee.copySize)
        if copySize == 0, arm.pointee.block >= 0, !isFlat(view.pointee.blocks + Int(arm.pointee.block)) {
            return try pullAnyUnion(op, base, level, parent)
        }
        let size = union.pointee.tagSize
        let tag = load(size, try take(Int(size), UInt(union.pointee.tagAlign)))
        let mask = UInt64.max &>> (64 &- 8 &* UInt64(size))
        guard tag == UInt64(bitPattern: level) & mask, level >= union.pointee.tagLeast, level <= union.pointee.tagMost
        else {
            cursor -= Int(size)
            throw .badSwitch
        }
        if union.pointee.hasBuffers { try queue.push(UInt32(truncatingIfNeeded: number)) }
        let value = base + Int(op.pointee.c)
        clear(value, Int(union.pointee.cSize))
        guard arm.pointee.block >= 0 else { return }
        do throws(NDRErrorCode) {
            if copySize > 0 {
                copyAny(try take(copySize, UInt(arm.pointee.copyAlign)), value, copySize)
            } else {
                try pullFlat(view.pointee.blocks + Int(arm.pointee.block), value, 1, 0)
                failing = op
            }
        } catch {
            blame(view.pointee.blocks + Int(arm.pointee.block), op)
            trail.note(arm.pointee.path)
            trail.note(op.pointee.path)
            throw error
        }
    }

    @inline(never)
    private mutating func pullAnyUnion(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let union = view.pointee.unions + Int(op.pointee.a)
        let size = union.pointee.tagSize
        var level = level
        let late = (lateExpression, lateOwner)
        defer { (lateExpression, lateOwner) = late }
        if size > 0 {
            if union.pointee.alignTag > 1 { _ = try take(0, UInt(union.pointee.alignTag)) }
            let tag = load(size, try take(Int(size), UInt(union.pointee.tagAlign)))
            if level == Puller.lateLevel, lateExpression >= 0 { level = try lateLevel(union, tag) }
            guard UnionTag.agrees(tag, level, size) else {
                cursor -= Int(size)
                throw .badSwitch
            }
        }
        let number = view.pointee.arm(union, level)
        guard number >= 0 else {
            cursor -= Int(size)
            throw .badSwitch
        }
        if union.pointee.hasBuffers { try queue.push(UInt32(truncatingIfNeeded: number)) }
        if union.pointee.alignArm > 1 { _ = try take(0, UInt(union.pointee.alignArm)) }
        let value = base + Int(op.pointee.c)
        memset(value, 0, Int(union.pointee.cSize))
        let arm = view.pointee.arms + Int(number)
        guard arm.pointee.block >= 0 else { return }
        let block = view.pointee.blocks + Int(arm.pointee.block)
        let outer = relativeBase
        if union.pointee.isBased {
            _ = try take(0, UInt(arm.pointee.alignment))
            relativeBase = position
            if union.pointee.hasBuffers { try queue.push(UInt32(truncatingIfNeeded: position)) }
        }
        defer { relativeBase = outer }
        do throws(NDRErrorCode) {
            if isFlat(block) {
                failing = view.pointee.ops + Int(block.pointee.scalars)
                try pullOne(block, value)
            } else {
                try run(block.pointee.scalars, value, 1, 0, value, 0, parent)
            }
        } catch {
            trail.note(arm.pointee.path)
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    @inline(__always)
    mutating func pullUnionBuffers(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let arm = view.pointee.arms + Int(try queue.pop())
        guard arm.pointee.block >= 0 else { return }
        let union = view.pointee.unions + Int(op.pointee.a)
        guard union.pointee.isBased || arm.pointee.hasBuffers else { return }
        try pullArmBuffers(op, union, arm, base + Int(op.pointee.c), parent)
    }

    private mutating func pullArmBuffers(
        _ op: UnsafePointer<Op>, _ union: UnsafePointer<UnionRecord>, _ arm: UnsafePointer<UnionArm>,
        _ value: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let block = view.pointee.blocks + Int(arm.pointee.block)
        let outer = relativeBase
        if union.pointee.isBased { relativeBase = Int(try queue.pop()) }
        defer { relativeBase = outer }
        guard block.pointee.hasBuffers else { return }
        do throws(NDRErrorCode) {
            if block.pointee.hasPlainBuffers, !bigEndian, !padCheck {
                try pullPlain(block, value, 1, 0, parent)
            } else {
                try run(block.pointee.buffers, value, 1, 0, value, 0, parent)
            }
        } catch {
            trail.note(arm.pointee.path)
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }
}
