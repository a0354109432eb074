// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

/// Runs a program from a C structure to bytes.
struct Pusher {
    let view: UnsafePointer<ProgramView>
    let evaluator: Evaluator
    let writer: UnsafeMutablePointer<ByteWriter>
    // By the rules of the subcontext at work.
    var wide: Bool
    var bigEndian: Bool
    /// 0 where nothing is aligned, else all bits.
    var alignMask: UInt = .max
    /// Not counted: the caller of the session holds it.
    let full: Unmanaged<PointerTable>?
    /// What hooks are given; made for the first one.
    var context: Unmanaged<PushContext>?
    var ownsContext = false

    var cursor: UnsafeMutableRawPointer
    /// Writing goes on without growing up to here; `slack` bytes more are there.
    var end: UnsafeMutableRawPointer
    /// Where the stub, or the subcontext at work, starts, the origin of alignment; kept as an offset, since the buffer
    /// moves.
    var origin: Int
    private let start: Int
    /// Low bits of the address of the origin.
    var bias: UInt

    var referents: UInt32 = 0
    var relative = RelativeSpace()
    var depth: UInt32 = 0
    var queue = Queue()
    var trail = Trail()
    /// The operation at work; where a nested run fails, its caller adds its own to the trail.
    var failing: UnsafePointer<Op>

    private static let slack = 16
    /// With so much more room than it wrote a push never grows.
    static let headroom = slack + 48

    init(
        _ program: UnsafePointer<ProgramView>, _ rules: Rules, writer: UnsafeMutablePointer<ByteWriter>,
        scratch: UnsafeMutablePointer<Int64>, full: PointerTable?, offset: Int = 0, sizing: UInt8 = 0
    ) {
        view = program
        failing = program.pointee.ops
        evaluator = Evaluator(program, scratch: scratch, sizing: sizing)
        self.writer = writer
        wide = rules.ndr64
        bigEndian = rules.bigEndian
        self.full = full.map(Unmanaged.passUnretained)
        origin = writer.pointee.count - offset
        start = origin
        cursor = writer.pointee.base + writer.pointee.count
        end = writer.pointee.base + (writer.pointee.capacity - Pusher.slack)
        bias = UInt(bitPattern: cursor) &- UInt(bitPattern: offset)
    }

    /// Another program behind what `outer` wrote.
    init(
        _ program: UnsafePointer<ProgramView>, within outer: Pusher, scratch: UnsafeMutablePointer<Int64>
    ) {
        view = program
        failing = program.pointee.ops
        evaluator = Evaluator(program, scratch: scratch)
        writer = outer.writer
        wide = outer.wide
        bigEndian = outer.bigEndian
        alignMask = outer.alignMask
        full = outer.full
        cursor = outer.cursor
        end = outer.end
        origin = outer.origin
        start = outer.start
        bias = outer.bias
        referents = outer.referents
        relative = outer.relative
        depth = outer.depth
    }

    mutating func deallocate() {
        queue.deallocate()
        relative.deallocate()
    }

    var offset: Int { cursor - writer.pointee.base - start }

    /// Makes what was written count.
    func commit() { writer.pointee.count = cursor - writer.pointee.base }

    // MARK: Room

    @inline(__always)
    mutating func ensure(_ n: Int) throws(NDRErrorCode) {
        if cursor + n > end { try grow(n) }
    }

    @inline(never)
    mutating func grow(_ n: Int) throws(NDRErrorCode) {
        let used = cursor - writer.pointee.base
        writer.pointee.count = used
        do { try writer.pointee.reserve(n + Pusher.slack) } catch { throw .alloc }
        cursor = writer.pointee.base + used
        end = writer.pointee.base + (writer.pointee.capacity - Pusher.slack)
        bias = UInt(bitPattern: writer.pointee.base + origin)
    }

    /// Aligns, and makes room for `n` bytes behind that.
    @inline(__always)
    mutating func align(_ alignment: UInt, _ n: Int) throws(NDRErrorCode) {
        try ensure(n + 8)
        let gap = (bias &- UInt(bitPattern: cursor)) & (alignment &- 1) & alignMask
        // Alignments end at 8, and eight bytes are there.
        cursor.storeBytes(of: 0, as: UInt64.self)
        cursor += Int(bitPattern: gap)
    }

    // MARK: Integers

    @inline(__always)
    func store(_ value: UInt64, _ size: UInt8, _ target: UnsafeMutableRawPointer) {
        switch size {
        case 1: target.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
        case 2:
            let v = UInt16(truncatingIfNeeded: value)
            target.storeBytes(of: bigEndian ? v.bigEndian : v.littleEndian, as: UInt16.self)
        case 4:
            let v = UInt32(truncatingIfNeeded: value)
            target.storeBytes(of: bigEndian ? v.bigEndian : v.littleEndian, as: UInt32.self)
        default: target.storeBytes(of: bigEndian ? value.bigEndian : value.littleEndian, as: UInt64.self)
        }
    }

    /// A count or a referent id at `target`.
    @inline(__always)
    func storeWord(_ value: UInt64, _ target: UnsafeMutableRawPointer) {
        if wide { store(value, 8, target) } else { store(value, 4, target) }
    }

    @inline(__always)
    var wordSize: Int { wide ? 8 : 4 }

    // MARK: The interpreter

    /// Runs the code at `start` on `count` elements, and then, where it is not negative, the code at `next` on all of
    /// them again. `level` selects the arm of a union that is the element itself.
    mutating func run(
        _ start: Int32, _ first: UnsafeRawPointer, _ count: Int, _ stride: Int, _ environment: UnsafeRawPointer,
        _ level: Int64, next: Int32 = -1
    ) throws(NDRErrorCode) {
        var begin = view.pointee.ops + Int(start)
        let ownLevel = level
        var next = next
        var pc = begin
        var base = first
        var left = count
        var level = level
        var outer = first
        // Of the relative pointer at work.
        var edge = RelativeEdge()
        // The bytes of the current block.
        var p = cursor
        while true {
            let op = pc
            failing = op
            switch op.pointee.code {
            case OpCode.end:
                left &-= 1
                if left > 0 {
                    base += stride
                } else {
                    if next < 0 { return }
                    begin = view.pointee.ops + Int(next)
                    next = -1
                    base = first
                    left = count
                    level = ownLevel
                }
                pc = begin
                continue
            case OpCode.block:
                let size = Int(op.pointee.a)
                try align(UInt(op.pointee.kind), size)
                p = cursor
                cursor += size
            case OpCode.copy4:
                let value = (base + Int(op.pointee.c)).loadUnaligned(as: UInt32.self)
                (p + Int(op.pointee.w)).storeBytes(of: value, as: UInt32.self)
            case OpCode.pointer:
                try pushReferent(op, base, p + Int(op.pointee.w))
            case OpCode.deferString:
                try pushDeferredString(op, base, environment)
            case OpCode.copy:
                memcpy(p + Int(op.pointee.w), base + Int(op.pointee.c), Int(op.pointee.a))
            case OpCode.copy1:
                let value = (base + Int(op.pointee.c)).load(as: UInt8.self)
                (p + Int(op.pointee.w)).storeBytes(of: value, as: UInt8.self)
            case OpCode.copy2:
                let value = (base + Int(op.pointee.c)).loadUnaligned(as: UInt16.self)
                (p + Int(op.pointee.w)).storeBytes(of: value, as: UInt16.self)
            case OpCode.copy8:
                let value = (base + Int(op.pointee.c)).loadUnaligned(as: UInt64.self)
                (p + Int(op.pointee.w)).storeBytes(of: value, as: UInt64.self)
            case OpCode.swap2, OpCode.swap4, OpCode.swap8:
                Swapping.run(op.pointee.code, base + Int(op.pointee.c), p + Int(op.pointee.w), Int(op.pointee.a))
            case OpCode.deferPointer:
                try pushPointee(op, base, environment, level)
            case OpCode.deferShared:
                if (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self) != 0 {
                    let record = view.pointee.pointers + Int(op.pointee.a)
                    let block = view.pointee.blocks + Int(record.pointee.block)
                    try nest(
                        op, block.pointee.scalars, base + Int(op.pointee.c), 1, 0, environment, level,
                        next: block.pointee.buffers)
                }
            case OpCode.deferCopy, OpCode.deferSID:
                let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
                if let leaf = UnsafeRawPointer(bitPattern: bits) {
                    try pushLeaf(op, leaf)
                } else if UInt32(view.pointee.pointers[Int(op.pointee.a)].kind) == NDR_PTR_REF {
                    throw .invalidPointer
                }
            case OpCode.deferArray:
                try pushDeferredArray(op, base, environment, level)
            case OpCode.gap:
                memset(p + Int(op.pointee.w), 0, Int(op.pointee.a))
            case OpCode.convert: try convert(op, base, p)
            case OpCode.scalar: try scalar(op, base, p + Int(op.pointee.w))
            case OpCode.range: try checkRange(op, base)
            case OpCode.textLength: try pushTextLength(op, base, p + Int(op.pointee.w))
            case OpCode.value:
                let value = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, environment)
                try storeValue(value, op, p + Int(op.pointee.w))
            case OpCode.level:
                level = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, environment)
            case OpCode.levelUnion:
                level = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, environment)
                pc = op + 1
                failing = pc
                try pushUnion(pc, base, level)
                pc += 1
                continue
            case OpCode.levelBuffers:
                level = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, environment)
                pc = op + 1
                failing = pc
                try pushUnionBuffers(pc, base, level)
                pc += 1
                continue
            case OpCode.union: try pushUnion(op, base, level)
            case OpCode.unionBuffers: try pushUnionBuffers(op, base, level)
            case OpCode.enter:
                let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
                guard let pointer = UnsafeRawPointer(bitPattern: bits) else { throw .invalidPointer }
                outer = base
                base = pointer
            case OpCode.leave: base = outer
            case OpCode.callScalars:
                let start = view.pointee.blocks[Int(op.pointee.a)].scalars
                try nest(op, start, base + Int(op.pointee.c), 1, 0, environment, level)
            case OpCode.callBuffers:
                let start = view.pointee.blocks[Int(op.pointee.a)].buffers
                try nest(op, start, base + Int(op.pointee.c), 1, 0, environment, level)
            case OpCode.loopScalars, OpCode.loopBuffers:
                let array = view.pointee.arrays + Int(op.pointee.a)
                let block = view.pointee.blocks + Int(array.pointee.block)
                let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
                let code = op.pointee.code == OpCode.loopScalars ? block.pointee.scalars : block.pointee.buffers
                try nest(
                    op, code, base + Int(op.pointee.c), Int(array.pointee.count), Int(array.pointee.cSize), owner, level
                )
            case OpCode.hoist:
                let count = try hoistedCount(op, base, environment)
                storeWord(count, p + Int(op.pointee.w))
            case OpCode.array: try pushArrayInPlace(op, base, environment, level)
            case OpCode.arrayBuffers: try pushArrayBuffers(op, base, environment, level)
            case OpCode.string: try pushStringInPlace(op, base, environment)
            case OpCode.text: try pushValueText(op, base, environment, level)
            case OpCode.mark:
                guard (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self) != 0 else { throw .invalidPointer }
            case OpCode.blob: try pushBlob(op.pointee.a, base + Int(op.pointee.c))
            case OpCode.rules:
                wide = op.pointee.kind & 2 != 0
                bigEndian = op.pointee.kind & 1 != 0
                alignMask = op.pointee.kind & 4 != 0 ? 0 : .max
            case OpCode.sid: try pushSID(op.pointee.kind, base + Int(op.pointee.c))
            case OpCode.security: try pushSecurity(op.pointee.kind, base + Int(op.pointee.c))
            case OpCode.relative: try pushRelative(op, base, p + Int(op.pointee.w))
            case OpCode.relativeStart: edge = try startRelative(op, base, environment)
            case OpCode.relativeEnd: try endRelative(op, edge, base, environment)
            case OpCode.basedScalars, OpCode.basedBuffers: try pushBased(op, base, environment, level)
            case OpCode.subcontext: try pushSubcontext(op, base, environment, level)
            case OpCode.hook: try pushHook(op, base, level)
            default: throw .brokenTable
            }
            pc = op + 1
        }
    }

    /// A run inside `op`.
    mutating func nest(
        _ op: UnsafePointer<Op>, _ start: Int32, _ first: UnsafeRawPointer, _ count: Int, _ stride: Int,
        _ environment: UnsafeRawPointer, _ level: Int64, next: Int32 = -1
    ) throws(NDRErrorCode) {
        do throws(NDRErrorCode) {
            try run(start, first, count, stride, environment, level, next: next)
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    // MARK: Pointers

    @inline(__always)
    private mutating func pushReferent(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        let bits = (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self)
        let kind = UInt32(op.pointee.kind)
        if kind == NDR_PTR_FULL { return try pushFull(bits, op.pointee.a, target) }
        if bits == 0 {
            if kind == NDR_PTR_REF { throw .invalidPointer }
            return storeWord(0, target)
        }
        storeWord(UInt64(0x0002_0000 &+ referents), target)
        referents &+= 4
    }

    @inline(never)
    private mutating func pushFull(_ bits: UInt, _ type: UInt32, _ target: UnsafeMutableRawPointer) throws(NDRErrorCode)
    {
        guard let pointer = UnsafeMutableRawPointer(bitPattern: bits) else { return storeWord(0, target) }
        guard let full else {
            // Nothing is shared then: each pointer has its own pointee.
            storeWord(UInt64(0x0002_0000 &+ referents), target)
            referents &+= 4
            return try queue.push(0)
        }
        let id = full.takeUnretainedValue().push(pointer, type)
        storeWord(UInt64(id), target)
        try queue.push(id)
    }

    /// The pointer in a slot, if its pointee is to be written now.
    @inline(__always)
    private mutating func pointee(_ kind: UInt8, _ slot: UnsafeRawPointer) throws(NDRErrorCode) -> UnsafeRawPointer? {
        let bits = slot.loadUnaligned(as: UInt.self)
        guard let pointer = UnsafeRawPointer(bitPattern: bits) else {
            if UInt32(kind) == NDR_PTR_REF { throw .invalidPointer }
            return nil
        }
        if UInt32(kind) == NDR_PTR_FULL {
            let id = try queue.pop()
            if let full, !full.takeUnretainedValue().claim(id) { return nil }
        }
        return pointer
    }

    private mutating func pushPointee(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        guard let pointer = try pointee(record.pointee.kind, base + Int(op.pointee.c)) else { return }
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let owner = record.pointee.usesEnvironment ? environment : base + Int(record.pointee.selfOffset)
        let block = view.pointee.blocks + Int(record.pointee.block)
        depth += 1
        let mark = queue.begin()
        if isFlat(block) {
            do throws(NDRErrorCode) { try pushOne(block, pointer) } catch {
                trail.note(op.pointee.path)
                throw error
            }
            failing = op
            if record.pointee.hasBuffers { try pushBuffers(op, block, pointer, 1, 0, owner, level) }
        } else {
            let buffers = record.pointee.hasBuffers ? block.pointee.buffers : -1
            try nest(op, block.pointee.scalars, pointer, 1, 0, owner, level, next: buffers)
        }
        queue.end(mark)
        depth -= 1
    }

    private mutating func pushDeferredArray(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let slot = base + Int(op.pointee.c)
        // Kind 0: an array argument without a pointer, which may be NULL while it has no elements.
        let isArgument = op.pointee.kind == 0
        let found =
            isArgument ? content(view.pointee.arrays + Int(op.pointee.a), slot) : try pointee(op.pointee.kind, slot)
        guard found != nil || isArgument else { return }
        let array = view.pointee.arrays + Int(op.pointee.a)
        if array.pointee.firstExpr >= 0 {
            return try pushPart(op, found, base, environment, level, isDeferred: true)
        }
        let counts = try counts(array, found, base, environment)
        try pushCounts(array, counts, hoisted: false)
        guard counts.length > 0 else { return }
        guard let content = found else { throw .invalidPointer }
        guard depth < array.pointee.maxDepth else { throw .maxRecursionExceeded }
        depth += 1
        let mark = queue.begin()
        let owner = array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
        try pushElements(op, array, content, counts.length, owner, level)
        if array.pointee.hasBuffers {
            let block = view.pointee.blocks + Int(array.pointee.block)
            try pushBuffers(op, block, content, counts.length, Int(array.pointee.cSize), owner, level)
        }
        queue.end(mark)
        depth -= 1
    }

    @inline(__always)
    private mutating func pushDeferredString(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let content = try pointee(op.pointee.kind, base + Int(op.pointee.c))
        guard content != nil || op.pointee.kind == 0 else { return }
        try pushString(view.pointee.arrays + Int(op.pointee.a), content, base, environment, hoisted: false)
    }
}
