// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

/// Runs a program from bytes to a C structure.
struct Puller {
    let view: UnsafePointer<ProgramView>
    let evaluator: Evaluator
    let allocator: Allocator
    // By the rules of the subcontext at work.
    var wide: Bool
    var bigEndian: Bool
    /// 0 where nothing is aligned, else all bits.
    var alignMask: UInt = .max
    let padCheck: Bool
    /// [ref] arguments are allocated: a request, or NDR_CODEC_REF_ALLOC.
    let allocatesReferences: Bool
    /// Not counted: the caller of the session holds it.
    let full: Unmanaged<PointerTable>?
    /// What hooks are given; made for the first one.
    var context: Unmanaged<PullContext>?
    var ownsContext = false
    var start: UnsafeRawPointer
    /// Of the stub, or of the subcontext at work.
    var end: UnsafeRawPointer
    /// The address from which alignment counts: where the stub, or the subcontext at work, starts.
    var bias: UInt
    /// Elements that the caller's arrays can take, -1: unknown.
    let capacities: UnsafeMutablePointer<Int64>

    var cursor: UnsafeRawPointer
    /// C memory that may still be allocated.
    var budget: Int
    var depth: UInt32 = 0
    /// From where relative pointers count, from the start of the stub or subcontext.
    var relativeBase = 0
    /// The end of what relative pointers led to.
    var highest: UnsafeRawPointer
    var queue = Queue()
    var trail = Trail()
    /// The operation at work; where a nested run fails, its caller adds its own to the trail.
    var failing: UnsafePointer<Op>
    var checks = DeferredChecks()
    /// What will select the arms of unions whose level is `lateLevel`.
    var lateExpression: Int32 = -1
    var lateOwner: UnsafeRawPointer
    static let lateLevel = Int64.min

    /// A talloc chunk's header and rounding.
    private static let chunkCost = 112

    init(
        _ program: UnsafePointer<ProgramView>, _ rules: Rules, _ options: PullOptions, _ direction: Direction,
        stub: UnsafeRawBufferPointer, allocator: Allocator, scratch: UnsafeMutablePointer<Int64>, full: PointerTable?,
        offset: Int
    ) {
        view = program
        failing = program.pointee.ops
        evaluator = Evaluator(program, scratch: scratch)
        capacities = scratch + Evaluator.scratchWords
        self.allocator = allocator
        lateOwner = UnsafeRawPointer(scratch)
        self.full = full.map(Unmanaged.passUnretained)
        wide = rules.ndr64
        bigEndian = rules.bigEndian
        padCheck = options.padCheck
        allocatesReferences = direction == .request || options.refAlloc
        // An empty stub may have no address; nothing is read then.
        let first = stub.baseAddress ?? UnsafeRawPointer(scratch)
        start = first - offset
        end = first + stub.count
        cursor = first
        highest = cursor
        bias = UInt(bitPattern: first) &- UInt(bitPattern: offset)
        budget = Puller.budget(stub.count)
    }

    /// Another program behind what `outer` read.
    init(
        _ program: UnsafePointer<ProgramView>, within outer: Puller, allocates: Bool,
        scratch: UnsafeMutablePointer<Int64>
    ) {
        view = program
        failing = program.pointee.ops
        evaluator = Evaluator(program, scratch: scratch)
        capacities = scratch + Evaluator.scratchWords
        allocator = outer.allocator
        lateOwner = UnsafeRawPointer(scratch)
        full = outer.full
        wide = outer.wide
        bigEndian = outer.bigEndian
        alignMask = outer.alignMask
        padCheck = outer.padCheck
        allocatesReferences = allocates
        start = outer.start
        end = outer.end
        cursor = outer.cursor
        highest = outer.highest
        relativeBase = outer.relativeBase
        bias = outer.bias
        budget = outer.budget
        depth = outer.depth
    }

    private static func budget(_ stubLength: Int) -> Int {
        Limits.allocationBase + Limits.allocationFactor * stubLength
    }

    /// C memory that was allocated, chunk headers included.
    func allocated(_ stubLength: Int) -> Int { Puller.budget(stubLength) - budget }

    var offset: Int { cursor - start }

    @inline(__always)
    var remaining: Int { end - cursor }

    mutating func deallocate() {
        queue.deallocate()
        checks.deallocate()
    }

    // MARK: Reading

    /// The address of `size` aligned bytes, which are taken.
    @inline(__always)
    mutating func take(_ size: Int, _ alignment: UInt) throws(NDRErrorCode) -> UnsafeRawPointer {
        let gap = Int(bitPattern: (bias &- UInt(bitPattern: cursor)) & (alignment &- 1) & alignMask)
        guard size &+ gap <= remaining else { throw .bufsize }
        if gap != 0, padCheck { try checkZero(cursor, gap) }
        let here = cursor + gap
        cursor = here + size
        return here
    }

    @inline(never)
    mutating func checkZero(_ gap: UnsafeRawPointer, _ size: Int) throws(NDRErrorCode) {
        for i in 0..<size where gap.load(fromByteOffset: i, as: UInt8.self) != 0 { throw .validate }
    }

    @inline(__always)
    func load(_ size: UInt8, _ source: UnsafeRawPointer) -> UInt64 {
        switch size {
        case 1: return UInt64(source.load(as: UInt8.self))
        case 2:
            let value = source.loadUnaligned(as: UInt16.self)
            return UInt64(bigEndian ? UInt16(bigEndian: value) : UInt16(littleEndian: value))
        case 4:
            let value = source.loadUnaligned(as: UInt32.self)
            return UInt64(bigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value))
        default:
            let value = source.loadUnaligned(as: UInt64.self)
            return bigEndian ? UInt64(bigEndian: value) : UInt64(littleEndian: value)
        }
    }

    /// A count or a referent id.
    @inline(__always)
    func loadWord(_ source: UnsafeRawPointer) throws(NDRErrorCode) -> UInt32 {
        if !wide { return UInt32(truncatingIfNeeded: load(4, source)) }
        let value = load(8, source)
        guard value >> 32 == 0 else { throw .ndr64 }
        return UInt32(truncatingIfNeeded: value)
    }

    @inline(__always)
    var wordSize: Int { wide ? 8 : 4 }

    // MARK: Memory

    @inline(__always)
    mutating func allocate(_ parent: UnsafeMutableRawPointer?, _ size: Int, _ name: UnsafePointer<CChar>?)
        throws(NDRErrorCode) -> UnsafeMutableRawPointer
    {
        budget -= size &+ Puller.chunkCost
        guard budget >= 0, let memory = allocator.allocate(parent, size, name) else { throw .alloc }
        return memory
    }

    // MARK: The interpreter

    /// Runs the code at `start` on `count` elements, and then, where it is not negative, the code at `next` on all of
    /// them again; allocations become children of `parent`.
    mutating func run(
        _ start: Int32, _ first: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ environment: UnsafeRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?, next: Int32 = -1
    ) throws(NDRErrorCode) {
        var begin = view.pointee.ops + Int(start)
        let ownLevel = level
        var next = next
        var pc = begin
        var base = first
        var left = count
        var level = level
        var outer = first
        var parent = parent
        let outerParent = parent
        var hoisted: UInt32 = 0
        // Where to go on after the pointee of a relative pointer.
        var place: UnsafeRawPointer?
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
                p = try take(Int(op.pointee.a), UInt(op.pointee.kind))
            case OpCode.copy4:
                let value = (p + Int(op.pointee.w)).loadUnaligned(as: UInt32.self)
                (base + Int(op.pointee.c)).storeBytes(of: value, as: UInt32.self)
            case OpCode.pointer:
                let id = try loadWord(p + Int(op.pointee.w))
                if id == 0, UInt32(op.pointee.kind) == NDR_PTR_REF { throw .invalidPointer }
                let bits = id == 0 ? 0 : Pending.mark | UInt(id)
                (base + Int(op.pointee.c)).storeBytes(of: bits, as: UInt.self)
            case OpCode.deferString, OpCode.deferCounted:
                try pullDeferredString(op, base, environment, parent)
            case OpCode.copy:
                memcpy(base + Int(op.pointee.c), p + Int(op.pointee.w), Int(op.pointee.a))
            case OpCode.copy1:
                let value = (p + Int(op.pointee.w)).load(as: UInt8.self)
                (base + Int(op.pointee.c)).storeBytes(of: value, as: UInt8.self)
            case OpCode.copy2:
                let value = (p + Int(op.pointee.w)).loadUnaligned(as: UInt16.self)
                (base + Int(op.pointee.c)).storeBytes(of: value, as: UInt16.self)
            case OpCode.copy8:
                let value = (p + Int(op.pointee.w)).loadUnaligned(as: UInt64.self)
                (base + Int(op.pointee.c)).storeBytes(of: value, as: UInt64.self)
            case OpCode.swap2, OpCode.swap4, OpCode.swap8:
                Swapping.run(op.pointee.code, p + Int(op.pointee.w), base + Int(op.pointee.c), Int(op.pointee.a))
            case OpCode.deferPointer:
                try pullPointee(op, base, environment, level, parent)
            case OpCode.deferShared:
                let slot = base + Int(op.pointee.c)
                if slot.loadUnaligned(as: UInt.self) != 0 {
                    let record = view.pointee.pointers + Int(op.pointee.a)
                    let block = view.pointee.blocks + Int(record.pointee.block)
                    slot.storeBytes(of: 0, as: UInt.self)
                    try nest(
                        op, block.pointee.scalars, slot, 1, 0, environment, level, parent,
                        next: block.pointee.buffers)
                }
            case OpCode.deferCopy, OpCode.deferSID:
                let slot = base + Int(op.pointee.c)
                let bits = slot.loadUnaligned(as: UInt.self)
                if bits != 0 {
                    guard Pending.isPending(bits) else { throw .validate }
                    try pullLeaf(op, slot, parent)
                }
            case OpCode.deferArray:
                try pullDeferredArray(op, base, environment, level, parent)
            case OpCode.gap:
                if padCheck { try checkZero(p + Int(op.pointee.w), Int(op.pointee.a)) }
            case OpCode.convert: try convert(op, base, p)
            case OpCode.scalar: try scalar(op, base, p + Int(op.pointee.w), parent)
            case OpCode.range: try RangeCheck.run(view, op, base)
            case OpCode.level:
                level = try self.level(op, base, environment)
            case OpCode.levelUnion:
                level = try evaluator.evaluate(Int32(bitPattern: op.pointee.a), base, environment)
                pc = op + 1
                failing = pc
                try pullUnion(pc, base, level, parent)
                pc += 1
                continue
            case OpCode.levelBuffers:
                // The scalars have left the arm in the queue.
                pc = op + 1
                failing = pc
                try pullUnionBuffers(pc, base, parent)
                pc += 1
                continue
            case OpCode.union: try pullUnion(op, base, level, parent)
            case OpCode.unionBuffers: try pullUnionBuffers(op, base, parent)
            case OpCode.enter:
                outer = base
                base = try reference(op, base, &parent)
            case OpCode.leave:
                base = outer
                parent = outerParent
            case OpCode.callScalars:
                let block = view.pointee.blocks + Int(op.pointee.a)
                try nest(op, block.pointee.scalars, base + Int(op.pointee.c), 1, 0, environment, level, parent)
            case OpCode.callBuffers:
                let block = view.pointee.blocks + Int(op.pointee.a)
                try nest(op, block.pointee.buffers, base + Int(op.pointee.c), 1, 0, environment, level, parent)
            case OpCode.loopScalars, OpCode.loopBuffers:
                let array = view.pointee.arrays + Int(op.pointee.a)
                let block = view.pointee.blocks + Int(array.pointee.block)
                let owner = owner(array, base, environment)
                let code = op.pointee.code == OpCode.loopScalars ? block.pointee.scalars : block.pointee.buffers
                try nest(
                    op, code, base + Int(op.pointee.c), Int(array.pointee.count), Int(array.pointee.cSize), owner,
                    level, parent)
            case OpCode.hoist: hoisted = try loadWord(p + Int(op.pointee.w))
            case OpCode.array: try pullArrayInPlace(op, base, environment, level, parent, hoisted)
            case OpCode.arrayBuffers: try pullArrayBuffers(op, base, environment, level, parent)
            case OpCode.string: try pullStringInPlace(op, base, environment, parent, hoisted)
            case OpCode.mark:
                (base + Int(op.pointee.c)).storeBytes(of: Pending.mark | 1, as: UInt.self)
            case OpCode.blob: try pullBlob(op.pointee.a, base + Int(op.pointee.c), parent)
            case OpCode.rules:
                wide = op.pointee.kind & 2 != 0
                bigEndian = op.pointee.kind & 1 != 0
                alignMask = op.pointee.kind & 4 != 0 ? 0 : .max
            case OpCode.sid: try pullSID(op.pointee.kind, base + Int(op.pointee.c))
            case OpCode.security: try pullSecurity(op.pointee.kind, base + Int(op.pointee.c), parent)
            case OpCode.relative: pullRelative(op, base, p + Int(op.pointee.w))
            case OpCode.relativeStart: place = try startRelative(base + Int(op.pointee.c))
            case OpCode.relativeEnd: endRelative(place)
            case OpCode.basedScalars, OpCode.basedBuffers: try pullBased(op, base, environment, level, parent)
            case OpCode.subcontext: try pullSubcontext(op, base, environment, level, parent)
            case OpCode.hook: try pullHook(op, base, level, parent)
            case OpCode.zero: memset(base + Int(op.pointee.c), 0, Int(op.pointee.a))
            case OpCode.checks: try runChecks()
            case OpCode.copyOut: memcpy(base + Int(op.pointee.c), base + Int(op.pointee.b) - 1, Int(op.pointee.a))
            case OpCode.outPointer: try allocateOutPointer(op, base, parent)
            case OpCode.outArray: try allocateOutArray(op, base, environment, parent)
            default: throw .brokenTable
            }
            pc = op + 1
        }
    }

    /// A run inside `op`.
    mutating func nest(
        _ op: UnsafePointer<Op>, _ start: Int32, _ first: UnsafeMutableRawPointer, _ count: Int, _ stride: Int,
        _ environment: UnsafeRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?, next: Int32 = -1
    ) throws(NDRErrorCode) {
        do throws(NDRErrorCode) {
            try run(start, first, count, stride, environment, level, parent, next: next)
        } catch {
            trail.note(op.pointee.path)
            throw error
        }
        failing = op
    }

    @inline(__always)
    func owner(_ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        -> UnsafeRawPointer
    {
        array.pointee.usesEnvironment ? environment : base + Int(array.pointee.selfOffset)
    }

    // MARK: Pointers

    /// What a [ref] argument leads to: the caller's memory, or new memory that becomes the parent.
    private mutating func reference(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ parent: inout UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let slot = base + Int(op.pointee.c)
        if !allocatesReferences {
            let bits = slot.loadUnaligned(as: UInt.self)
            guard let pointer = UnsafeMutableRawPointer(bitPattern: bits) else { throw .invalidPointer }
            return pointer
        }
        let record = view.pointee.pointers + Int(op.pointee.a)
        let pointer = try allocate(parent, Int(record.pointee.size), record.pointee.name)
        memset(pointer, 0, Int(record.pointee.size))
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
        parent = pointer
        return pointer
    }

    /// Whether a pointee is to be pulled into the slot; false: NULL, or a full pointer that is known.
    @inline(__always)
    func isPending(_ slot: UnsafeMutableRawPointer, _ kind: UInt8, _ type: UInt32) throws(NDRErrorCode) -> Bool {
        let bits = slot.loadUnaligned(as: UInt.self)
        if bits == 0 { return false }
        guard Pending.isPending(bits) else { throw .validate }
        if UInt32(kind) == NDR_PTR_FULL, let full {
            if let known = try full.takeUnretainedValue().pointer(UInt32(truncatingIfNeeded: bits), type) {
                slot.storeBytes(of: known, as: UnsafeMutableRawPointer.self)
                return false
            }
        }
        return true
    }

    @inline(__always)
    func settle(_ slot: UnsafeMutableRawPointer, _ kind: UInt8, _ type: UInt32, _ pointer: UnsafeMutableRawPointer) {
        if UInt32(kind) == NDR_PTR_FULL, let full {
            full.takeUnretainedValue().enter(
                UInt32(truncatingIfNeeded: slot.loadUnaligned(as: UInt.self)), pointer, type)
        }
        slot.storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
    }

    private mutating func pullPointee(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        let slot = base + Int(op.pointee.c)
        guard try isPending(slot, record.pointee.kind, record.pointee.type) else { return }
        guard depth < record.pointee.maxDepth else { throw .maxRecursionExceeded }
        let block = view.pointee.blocks + Int(record.pointee.block)
        let isFlat = isFlat(block)
        let pointer = try allocate(parent, Int(record.pointee.size), record.pointee.name)
        if !isFlat || block.pointee.filled != record.pointee.size { clear(pointer, Int(record.pointee.size)) }
        settle(slot, record.pointee.kind, record.pointee.type, pointer)
        let owner =
            record.pointee.usesEnvironment ? environment : UnsafeRawPointer(base + Int(record.pointee.selfOffset))
        depth += 1
        let mark = queue.begin()
        if isFlat {
            do throws(NDRErrorCode) { try pullOne(block, pointer) } catch {
                blame(block, op)
                trail.note(op.pointee.path)
                throw error
            }
            failing = op
            if record.pointee.hasBuffers { try pullBuffers(op, block, pointer, 1, 0, owner, level, pointer) }
        } else {
            let buffers = record.pointee.hasBuffers ? block.pointee.buffers : -1
            try nest(op, block.pointee.scalars, pointer, 1, 0, owner, level, pointer, next: buffers)
        }
        queue.end(mark)
        depth -= 1
    }

    // MARK: [out] references of a request

    private mutating func allocateOutPointer(
        _ op: UnsafePointer<Op>, _ r: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let record = view.pointee.pointers + Int(op.pointee.a)
        let size = Int(record.pointee.size)
        let pointer = try allocate(parent, size, record.pointee.name)
        var source: UnsafeRawPointer?
        if op.pointee.b != 0 {
            source = UnsafeRawPointer(bitPattern: (r + Int(op.pointee.b) - 1).loadUnaligned(as: UInt.self))
        }
        if let source { memcpy(pointer, source, size) } else { memset(pointer, 0, size) }
        (r + Int(op.pointee.c)).storeBytes(of: pointer, as: UnsafeMutableRawPointer.self)
    }

    private mutating func allocateOutArray(
        _ op: UnsafePointer<Op>, _ r: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let array = view.pointee.arrays + Int(op.pointee.a)
        let count = try outCount(array, r, environment)
        let stride = Int(array.pointee.cSize)
        let (size, overflow) = Int(truncatingIfNeeded: count).multipliedReportingOverflow(by: stride)
        guard !overflow, size <= Limits.outAllocation else { throw .alloc }
        let content = try allocate(parent, size, array.pointee.name)
        var copied = 0
        if op.pointee.b != 0, op.pointee.w != 0 {
            let bits = (r + Int(op.pointee.b) - 1).loadUnaligned(as: UInt.self)
            let known = try outCount(view.pointee.arrays + Int(op.pointee.w) - 1, r, environment)
            if let source = UnsafeRawPointer(bitPattern: bits) {
                copied = Int(truncatingIfNeeded: min(known, count)) * stride
                memcpy(content, source, copied)
            }
        }
        memset(content + copied, 0, size - copied)
        (r + Int(op.pointee.c)).storeBytes(of: content, as: UnsafeMutableRawPointer.self)
    }

    private mutating func outCount(
        _ array: UnsafePointer<ArrayRecord>, _ r: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> Int64 {
        guard array.pointee.sizeExpr >= 0 else { return Int64(array.pointee.count) }
        let count = try evaluator.evaluate(array.pointee.sizeExpr, r, environment)
        guard count >= 0, count <= Int64(UInt32.max) else { throw .arraySize }
        return count
    }

    /// Response: what the caller's arrays can take, before anything is stored.
    mutating func readCapacities(_ arrayCount: Int, _ r: UnsafeRawPointer) {
        for i in 0..<arrayCount {
            let array = view.pointee.arrays + i
            guard array.pointee.capacity >= 0 else { continue }
            capacities[Int(array.pointee.capacity)] = (try? evaluator.evaluate(array.pointee.sizeExpr, r, r)) ?? -1
        }
    }
}

/// Comparisons of counts on the wire with expressions whose fields come later.
struct DeferredChecks {
    private struct Check {
        var expression: Int32
        var value: UInt64
        var owner: UnsafeRawPointer
        /// nil: a count.
        var union: LateUnion?
        var op: UnsafePointer<Op>
        var place: UnsafeRawPointer
    }

    private var memory: UnsafeMutablePointer<Check>?
    private var capacity = 0
    private var count = 0
    /// The operation and the bytes of the one that failed.
    private(set) var failed: (UnsafePointer<Op>, UnsafeRawPointer)?

    mutating func add(
        _ expression: Int32, _ owner: UnsafeRawPointer, _ value: UInt64, union: LateUnion? = nil,
        by op: UnsafePointer<Op>, at place: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        if count == capacity {
            let size = max(16, capacity * 2)
            guard let grown = realloc(memory, size * MemoryLayout<Check>.stride) else { throw .alloc }
            memory = grown.bindMemory(to: Check.self, capacity: size)
            capacity = size
        }
        memory?[count] = Check(
            expression: expression, value: value, owner: owner, union: union, op: op, place: place)
        count += 1
    }

    /// `owner` is where `self` is, offset included.
    mutating func run(_ evaluator: Evaluator) throws(NDRErrorCode) {
        guard let memory else { return }
        for i in 0..<count {
            let check = memory[i]
            failed = (check.op, check.place)
            let value = try evaluator.evaluate(evaluator.expressions + Int(check.expression), check.owner)
            guard let union = check.union else {
                guard value == Int64(bitPattern: check.value) else { throw .arraySize }
                continue
            }
            // The arm that was read has to be the one that the level selects.
            guard UnionTag.agrees(check.value, value, union.tagSize),
                evaluator.view.pointee.arm(union.record, value) == union.arm
            else { throw .badSwitch }
        }
        count = 0
    }

    var isEmpty: Bool { count == 0 }

    mutating func deallocate() {
        free(memory)
        memory = nil
    }
}

/// A union whose arm its tag selected.
struct LateUnion {
    var record: UnsafePointer<UnionRecord>
    var arm: Int32
    var tagSize: UInt8
}

/// The discriminant of a union on the wire, and the level that selects its arm.
enum UnionTag {
    static func agrees(_ tag: UInt64, _ level: Int64, _ size: UInt8) -> Bool {
        let mask: UInt64 = size == 8 ? .max : (1 << (UInt64(size) * 8)) - 1
        return Pusher.fits(level, size) && tag == UInt64(bitPattern: level) & mask
    }
}
