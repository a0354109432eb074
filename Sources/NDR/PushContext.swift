// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import Glibc
internal import Wire

/// What C functions push with, a `struct ndr_push`: inside an engine's run the run's own pusher, otherwise one of its own.
public final class PushContext {
    let host: HookHost
    /// The C handle; nil before the first hook, or when the caller freed it.
    public var handle: OpaquePointer?
    /// Who is at work; nil outside hooks, where a C function that kept the handle finds nothing.
    var pusher: UnsafeMutablePointer<Pusher>?
    /// LIBNDR_FLAG_*
    public private(set) var flags: UInt32 = 0
    public var message = ""
    /// From where relative pointers count.
    public var relativeBase: UInt32 {
        get { UInt32(truncatingIfNeeded: pusher?.pointee.relative.base ?? 0) }
        set { pusher?.pointee.relative.base = Int(newValue) }
    }

    var switches = Tokens()
    var relatives = Tokens()
    var relativeBases = Tokens()
    private var begins = Tokens()
    /// Hooks and described types within each other.
    private var depth = 0
    private var waiting: [PhaseKey: Queue] = [:]
    /// How far the bytes behind the cursor are written, for who moves it back and forth.
    private var highest = 0
    private let own: OwnPusher?

    /// For the hooks of a run.
    init(_ host: HookHost) {
        self.host = host
        own = nil
    }

    /// A context of its own; nil: out of memory. One within `outer` counts on in what bounds recursion.
    public init?(_ environment: MarshalEnvironment, flags: UInt32 = 0, within outer: PushContext? = nil) {
        guard let own = OwnPusher() else { return nil }
        if let outer { depth = outer.depth }
        host = HookHost(environment)
        self.own = own
        pusher = own.pusher
        self.flags = flags
        apply()
    }

    deinit {
        for (_, queue) in waiting {
            var queue = queue
            queue.deallocate()
        }
    }

    // MARK: Flags

    /// A flag of a group takes the place of the others in it, as ndr_set_flags() does.
    public func set(flags new: UInt32) {
        flags = MarshalFlags.adding(new, to: flags)
        apply()
    }

    public func replace(flags new: UInt32) {
        flags = new
        apply()
    }

    private func apply() {
        guard let pusher else { return }
        pusher.pointee.wide = flags & MarshalFlags.ndr64 != 0
        pusher.pointee.bigEndian = MarshalFlags.isBigEndian(flags)
        pusher.pointee.alignMask = flags & MarshalFlags.noAlign != 0 ? 0 : .max
    }

    // MARK: Hooks

    /// Runs a hook inside `pusher`'s run.
    func call(_ pusher: UnsafeMutablePointer<Pusher>, adding new: UInt32, _ body: (OpaquePointer) -> Int32)
        throws(NDRErrorCode)
    {
        guard depth < Limits.depth else { throw .maxRecursionExceeded }
        if handle == nil { handle = host.environment.pushHandle(self) }
        guard let handle else { throw .alloc }
        let outer = (self.pusher, flags)
        let rules = (pusher.pointee.wide, pusher.pointee.bigEndian, pusher.pointee.alignMask)
        let origin = pusher.pointee.origin
        flags = MarshalFlags.of(flags, wide: rules.0, bigEndian: rules.1, noAlign: rules.2 == 0)
        if new != 0 { flags = MarshalFlags.adding(new, to: flags) }
        self.pusher = pusher
        depth += 1
        let code = body(handle)
        depth -= 1
        (self.pusher, flags) = outer
        (pusher.pointee.wide, pusher.pointee.bigEndian, pusher.pointee.alignMask) = rules
        pusher.pointee.evaluator.forgetString()
        guard code == 0 else { throw NDRErrorCode(number: UInt32(bitPattern: code)) }
        guard pusher.pointee.origin == origin else { throw .validate }
    }

    // MARK: Described types

    public func push(
        _ table: UnsafePointer<ndr_interface_table>, type: UInt32, _ ndrFlags: Int32, _ value: UnsafeRawPointer
    )
        throws(NDRErrorCode)
    {
        guard let phase = try Phase(ndrFlags) else { return }
        let codec = try host.codec(of: table)
        guard Int(type) < codec.table.types.count else { throw .validate }
        let described = codec.table.type(codec.table.described(type))
        let level = described.kindCode == NDR_KIND_UNION ? Int64(try switches.take(value)) : 0
        let program = try self.program { (rules) throws(NDRError) in
            try codec.program(type, rules, isPush: true, isAligned: false, phase: phase)
        }
        let key = PhaseKey(value: value, table: UnsafeRawPointer(table), type: type)
        var queue = phase == .buffers ? waiting.removeValue(forKey: key) ?? Queue() : Queue()
        defer {
            if phase == .scalars, !queue.isEmpty, waiting[key] == nil {
                waiting[key] = queue
            } else {
                queue.deallocate()
            }
        }
        try run(program, value, level, &queue) { (failure) in codec.error(failure, program, codec.name(ofType: type)) }
    }

    public func push(
        _ table: UnsafePointer<ndr_interface_table>, function index: UInt32, _ flags: Int32, _ value: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        guard flags & ~(NDR_BOTH | NDR_SET_VALUES) == 0 else { throw .flags }
        let codec = try host.codec(of: table)
        for direction in [Direction.request, .response] {
            guard flags & (direction == .request ? NDR_IN : NDR_OUT) != 0 else { continue }
            let program = try self.program { (rules) throws(NDRError) in
                try codec.program(call: index, direction, rules, isPush: true)
            }
            var queue = Queue()
            defer { queue.deallocate() }
            try run(program, value, 0, &queue) { (failure) in codec.error(failure, program, codec.callName(index)) }
        }
    }

    private func program(_ make: (Rules) throws(NDRError) -> Program) throws(NDRErrorCode) -> Program {
        do throws(NDRError) { return try make(MarshalFlags.rules(flags)) } catch {
            message = error.description
            throw error.code
        }
    }

    private func run(
        _ program: Program, _ value: UnsafeRawPointer, _ level: Int64, _ queue: inout Queue,
        _ describe: (Session.Failure) -> NDRError
    ) throws(NDRErrorCode) {
        guard let outer = pusher else { throw .flags }
        guard depth < Limits.depth else { throw .maxRecursionExceeded }
        depth += 1
        defer { depth -= 1 }
        let failure: Session.Failure? = withUnsafeTemporaryAllocation(of: Int64.self, capacity: 128) { scratch in
            guard let memory = scratch.baseAddress else { return Session.Failure(code: .alloc, offset: 0) }
            var inner = Pusher(program.view, within: outer.pointee, scratch: memory)
            inner.queue = queue
            inner.context = Unmanaged.passUnretained(self)
            defer {
                queue = inner.queue
                outer.pointee.adopt(inner)
            }
            do throws(NDRErrorCode) {
                try inner.run(0, value, 1, 0, value, level)
                return nil
            } catch {
                return Session.Failure(
                    code: error, offset: inner.offset, innermost: inner.failing.pointee.path, trail: inner.trail)
            }
        }
        if let failure {
            if message.isEmpty { message = describe(failure).description }
            throw failure.code
        }
    }

    // MARK: Bytes

    func live() throws(NDRErrorCode) -> UnsafeMutablePointer<Pusher> {
        guard let pusher else { throw .flags }
        return pusher
    }

    /// Bytes from where offsets count to here.
    public var offset: Int { pusher.map { $0.pointee.position } ?? 0 }

    /// Goes back, or forth to where it has been.
    public func move(to offset: Int) throws(NDRErrorCode) {
        let pusher = try live()
        let here = pusher.pointee.position
        highest = max(highest, here)
        guard offset >= 0, offset <= highest else { throw .offset }
        pusher.pointee.cursor += offset - here
    }

    /// The bytes so far; valid until more are pushed.
    public var bytes: UnsafeMutableRawBufferPointer {
        guard let pusher, pusher.pointee.position > 0 else {
            return UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
        let count = pusher.pointee.position
        return UnsafeMutableRawBufferPointer(start: pusher.pointee.cursor - count, count: count)
    }

    public func reserve(_ count: Int) throws(NDRErrorCode) {
        guard count <= Limits.stub else { throw .bufsize }
        try live().pointee.ensure(count)
    }

    /// Room for `count` bytes behind an alignment, whose gap is filled.
    private func room(_ count: Int, _ alignment: Int) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let pusher = try live()
        guard 0...Limits.stub ~= count else { throw .bufsize }
        let over = pusher.pointee.position & (alignment - 1) & Int(truncatingIfNeeded: pusher.pointee.alignMask)
        let gap = over == 0 ? 0 : alignment - over
        try pusher.pointee.ensure(count + gap)
        memset(pusher.pointee.cursor, 0, gap)
        let here = pusher.pointee.cursor + gap
        pusher.pointee.cursor = here + count
        return here
    }

    public func align(_ alignment: Int) throws(NDRErrorCode) {
        guard let alignment = MarshalFlags.alignment(alignment, flags) else { throw .flags }
        _ = try room(0, alignment)
    }

    public func push(zeros count: Int) throws(NDRErrorCode) { memset(try room(count, 1), 0, count) }

    public func push(bytes: UnsafeRawPointer?, _ count: Int) throws(NDRErrorCode) {
        let target = try room(count, 1)
        guard count > 0 else { return }
        guard let bytes else {
            try live().pointee.cursor -= count
            throw .invalidPointer
        }
        memcpy(target, bytes, count)
    }

    public func push(_ value: UInt64, size: Int) throws(NDRErrorCode) {
        let target = try room(size, size)
        try live().pointee.store(value, UInt8(size), target)
    }

    /// A count or a referent id.
    public func push(word value: UInt32) throws(NDRErrorCode) {
        let size = try live().pointee.wordSize
        try push(UInt64(value), size: size)
    }

    /// A scalar by its NDR_T_* number.
    public func push(scalar code: UInt32, _ value: UnsafeRawPointer) throws(NDRErrorCode) {
        let pusher = try live()
        guard let layout = ScalarLayout(code, ndr64: pusher.pointee.wide) else { throw .validate }
        switch layout.form {
        case .variable:
            if code == NDR_T_POINTER {
                return try push(uniquePointer: UnsafeRawPointer(bitPattern: value.load(as: UInt.self)))
            }
            // What follows is gone over by the engine's own alignment.
            if ScalarLayout.isSecurity(code) {
                try pusher.pointee.pushSecurity(UInt8(code), value)
            } else {
                try pusher.pointee.pushSID(UInt8(code), value)
            }
        case .bytes, .integer:
            let signed = ScalarLayout.isSigned(code)
            let number = Pusher.integer(value, UInt8(layout.c), signed: signed)
            guard Pusher.fits(number, UInt8(layout.wire)) else { throw .range }
            let target = try room(layout.wire, layout.align)
            pusher.pointee.store(UInt64(bitPattern: number), UInt8(layout.wire), target)
        case .special:
            let target = try room(layout.wire, layout.align)
            var op = Op(code: OpCode.scalar)
            op.kind = UInt8(code)
            try pusher.pointee.scalar(&op, value, target)
        }
    }

    // MARK: Pointers

    public func push(uniquePointer pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        let pusher = try live()
        guard pointer != nil else { return try push(word: 0) }
        let id = 0x0002_0000 &+ pusher.pointee.referents
        pusher.pointee.referents &+= 4
        try push(word: id)
    }

    public func setSwitch(_ pointer: UnsafeRawPointer?, _ level: UInt32) throws(NDRErrorCode) {
        switches.drop(pointer)
        try switches.store(pointer, level)
    }

    public func takeSwitch(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 { try switches.take(pointer) }
    public func peekSwitch(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 { try switches.peek(pointer) }

    /// Room for an offset, which the second half fills in; NULL is 0.
    public func push(relative pointer: UnsafeRawPointer?, size: Int) throws(NDRErrorCode) {
        guard let pointer else { return try push(0, size: size) }
        try align(size)
        try relatives.store(pointer, UInt32(truncatingIfNeeded: offset))
        try push(.max, size: size)
    }

    /// What the pointer leads to begins here; in reverse order it moves to the end of the subcontext at its own end.
    public func startRelative(_ pointer: UnsafeRawPointer?, size: Int) throws(NDRErrorCode) {
        guard let pointer else { return }
        if flags & MarshalFlags.relativeReverse != 0 {
            return try begins.store(pointer, UInt32(truncatingIfNeeded: offset))
        }
        try settle(pointer, offset, size)
    }

    public func endRelative(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        guard let pointer, flags & MarshalFlags.relativeReverse != 0 else { return }
        let pusher = try live()
        let length = offset - Int(try begins.take(pointer))
        guard length >= 0 else { throw .relative }
        let bytes = pusher.pointee.cursor - length
        // Each begins at a multiple of what the flags say, as its writer aligned it.
        let alignment =
            flags & MarshalFlags.align8 != 0
            ? 8 : flags & MarshalFlags.align4 != 0 ? 4 : flags & MarshalFlags.align2 != 0 ? 2 : 1
        let place = try pusher.pointee.relative.prepend(
            bytes, length, alignment: alignment, front: offset - length)
        pusher.pointee.cursor = bytes
        try settle(pointer, place, 4)
    }

    private func settle(_ pointer: UnsafeRawPointer, _ target: Int, _ size: Int) throws(NDRErrorCode) {
        let pusher = try live()
        let place = Int(try relatives.take(pointer))
        let distance = target - Int(relativeBase)
        guard distance >= 0, place + size <= offset else { throw .relative }
        guard size == 4 || distance <= Int(UInt16.max) else { throw .relative }
        pusher.pointee.store(UInt64(distance), UInt8(size), pusher.pointee.cursor - (offset - place))
    }

    /// The bytes are a subcontext of a known size, whose end may be filled too.
    public func enterSubcontext(size: Int) { _ = own?.pusher.pointee.relative.enter(Int64(size)) }

    /// Fills the subcontext up to `size`, with what stands at its end.
    public func fill(to size: Int) throws(NDRErrorCode) {
        let pusher = try live()
        let written = offset
        guard written <= size - pusher.pointee.relative.count else { throw .subcontext }
        try push(zeros: size - written)
        pusher.pointee.relative.copyTail(to: pusher.pointee.cursor)
    }

    public func setRelativeBase(_ pointer: UnsafeRawPointer?, _ base: UInt32) throws(NDRErrorCode) {
        relativeBase = base
        try relativeBases.store(pointer, base)
    }

    public func returnToRelativeBase(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        relativeBase = try relativeBases.take(pointer)
    }
}

/// The pusher of a context that stands alone, with its memory.
final class OwnPusher {
    let pusher: UnsafeMutablePointer<Pusher>
    private let writer: UnsafeMutablePointer<ByteWriter>
    private let scratch: UnsafeMutablePointer<Int64>

    init?() {
        writer = .allocate(capacity: 1)
        writer.initialize(to: ByteWriter())
        scratch = .allocate(capacity: 128)
        pusher = .allocate(capacity: 1)
        let hasRoom = (try? writer.pointee.reserve(256)) != nil
        pusher.initialize(
            to: Pusher(ProgramView.none, .ndr32, writer: writer, scratch: scratch, full: nil, offset: 0))
        if !hasRoom { return nil }
    }

    deinit {
        pusher.pointee.deallocate()
        pusher.deallocate()
        scratch.deallocate()
        writer.deinitialize(count: 1)
        writer.deallocate()
    }
}

extension Pusher {
    /// Goes on where `inner` ended.
    mutating func adopt(_ inner: Pusher) {
        cursor = inner.cursor
        end = inner.end
        bias = UInt(bitPattern: writer.pointee.base + origin)
        referents = inner.referents
        relative = inner.relative
    }

    mutating func pushHook(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ level: Int64) throws(NDRErrorCode) {
        guard let host = view.pointee.host?.takeUnretainedValue(), let hooks = view.pointee.hooks,
            let function = hooks[Int(op.pointee.a)].push
        else { throw .noSuchType }
        let context: PushContext
        if let known = self.context {
            context = known.takeUnretainedValue()
        } else {
            context = PushContext(host)
            self.context = Unmanaged.passRetained(context)
            ownsContext = true
        }
        let value = base + Int(op.pointee.c)
        if op.pointee.kind == 1 { try context.setSwitch(value, UInt32(truncatingIfNeeded: level)) }
        let flags = Int32(bitPattern: op.pointee.b)
        let code: NDRErrorCode? = withUnsafeMutablePointer(to: &self) { pusher in
            do throws(NDRErrorCode) {
                try context.call(pusher, adding: op.pointee.w) { handle in function(handle, flags, value) }
                return nil
            } catch { return error }
        }
        if op.pointee.kind == 1 { context.switches.drop(value) }
        if let code { throw code }
    }

    /// Lets go of what the run needed.
    mutating func finish() {
        deallocate()
        guard ownsContext, let context else { return }
        let object = context.takeRetainedValue()
        if let handle = object.handle { object.host.environment.free(handle) }
        self.context = nil
    }
}

extension ProgramView {
    /// A program that does nothing, for contexts that run none.
    nonisolated(unsafe) static let none: UnsafePointer<ProgramView> = {
        func one<T>(_ value: T) -> UnsafePointer<T> {
            let memory = UnsafeMutablePointer<T>.allocate(capacity: 1)
            memory.initialize(to: value)
            return UnsafePointer(memory)
        }
        func room<T>(_ type: T.Type) -> UnsafePointer<T> {
            UnsafePointer(UnsafeMutablePointer<T>.allocate(capacity: 1))
        }
        return one(
            ProgramView(
                ops: one(Op(code: OpCode.end)), blocks: room(Block.self), arrays: room(ArrayRecord.self),
                pointers: room(PointerRecord.self), unions: room(UnionRecord.self),
                subcontexts: room(SubcontextRecord.self), labels: room(UnionLabel.self), arms: room(UnionArm.self),
                selections: room(Int32.self),
                expressions: room(Expression.self), code: room(UInt32.self), ranges: nil, thunks: nil, hooks: nil,
                host: nil, opCount: 1, arrayCount: 0, capacities: 0, allocatesPerElement: false, isExact: false))
    }()
}

/// What ndr_set_flags() makes of two sets of LIBNDR_FLAG_*.
public func addingFlags(_ new: UInt32, to old: UInt32) -> UInt32 { MarshalFlags.adding(new, to: old) }

/// LIBNDR_FLAG_* of ndr_marshal.h.
enum MarshalFlags {
    static let bigEndian: UInt32 = 1 << 0
    static let noAlign: UInt32 = 1 << 1
    static let remaining: UInt32 = 1 << 21
    static let align2: UInt32 = 1 << 22
    static let align4: UInt32 = 1 << 23
    static let align8: UInt32 = 1 << 24
    static let littleEndian: UInt32 = 1 << 27
    static let ndr64: UInt32 = 1 << 29
    static let refAlloc: UInt32 = 1 << 20
    static let padCheck: UInt32 = 1 << 28
    static let noCompression: UInt32 = 1 << 15
    static let noRelativeReverse: UInt32 = 1 << 18
    static let relativeReverse: UInt32 = 1 << 19
    static let strings: UInt32 = 0x3ffc
    static let alignments: UInt32 = noAlign | remaining | align2 | align4 | align8

    static func isBigEndian(_ flags: UInt32) -> Bool { flags & (bigEndian | littleEndian) == bigEndian }

    static func adding(_ new: UInt32, to old: UInt32) -> UInt32 {
        var flags = old
        if new & bigEndian != 0 { flags &= ~littleEndian }
        if new & littleEndian != 0 { flags &= ~bigEndian }
        if new & remaining != 0 { flags &= ~alignments }
        if new & alignments != 0 { flags &= ~remaining }
        if new & noRelativeReverse != 0 { flags &= ~relativeReverse }
        if new & relativeReverse != 0 { flags &= ~noRelativeReverse }
        if new & strings != 0 { flags &= ~strings }
        return flags | new
    }

    /// What a run does, as flags.
    static func of(_ flags: UInt32, wide: Bool, bigEndian isBig: Bool, noAlign isLoose: Bool) -> UInt32 {
        var result = flags & ~(ndr64 | bigEndian | littleEndian | noAlign)
        if wide { result |= ndr64 }
        if isBig { result |= bigEndian }
        if isLoose { result |= noAlign }
        return result
    }

    static func rules(_ flags: UInt32) -> Rules {
        var rules = Rules(ndr64: flags & ndr64 != 0, bigEndian: isBigEndian(flags))
        rules.noAlign = flags & noAlign != 0
        rules.isReverse = flags & relativeReverse != 0
        rules.relativeAlignment = flags & align2 != 0 ? 1 : flags & align4 != 0 ? 2 : flags & align8 != 0 ? 3 : 0
        rules.hasPlainNames = flags & noCompression != 0
        return rules
    }

    /// What the described types around a hook say, but for what `of` finds.
    static func inherited(_ rules: Rules) -> UInt32 {
        [0, align2, align4, align8][Int(rules.relativeAlignment & 3)] | (rules.isReverse ? relativeReverse : 0)
            | (rules.hasPlainNames ? noCompression : 0)
    }

    /// 5 stands for 4 in NDR32 and 8 in NDR64, 3 for 2 and 4; nil: no alignment at all.
    static func alignment(_ size: Int, _ flags: UInt32) -> Int? {
        let isWide = flags & ndr64 != 0
        switch size {
        case 1, 2, 4, 8: return size
        case 3: return isWide ? 4 : 2
        case 5: return isWide ? 8 : 4
        default: return nil
        }
    }
}
