// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import Glibc

/// What C functions pull with, a `struct ndr_pull`: inside an engine's run the run's own puller, otherwise one of its own.
public final class PullContext {
    let host: HookHost
    /// The C handle; nil before the first hook, or when the caller freed it.
    public var handle: OpaquePointer?
    var puller: UnsafeMutablePointer<Puller>?
    /// LIBNDR_FLAG_*
    public private(set) var flags: UInt32 = 0
    public var message = ""
    /// Parent of what is allocated; nil: the handle.
    public var memory: UnsafeMutableRawPointer?
    /// From where relative pointers count.
    public var relativeBase: UInt32 {
        get { UInt32(truncatingIfNeeded: puller?.pointee.relativeBase ?? 0) }
        set { puller?.pointee.relativeBase = Int(newValue) }
    }
    /// The end of what relative pointers led to.
    public var relativeHighest: UInt32 {
        get {
            guard let puller else { return 0 }
            return UInt32(truncatingIfNeeded: puller.pointee.highest - puller.pointee.origin)
        }
        set {
            guard let puller, Int(newValue) <= size else { return }
            puller.pointee.highest = puller.pointee.origin + Int(newValue)
        }
    }

    var switches = Tokens()
    var relatives = Tokens()
    var relativeBases = Tokens()
    var arraySizes = Tokens()
    var arrayLengths = Tokens()
    /// For who counts himself.
    public var recursionDepth: UInt32 = 0
    private var depth = 0
    private var waiting: [PhaseKey: (queue: Queue, checks: DeferredChecks)] = [:]
    let own: OwnPuller?
    private var options = PullOptions()

    init(_ host: HookHost) {
        self.host = host
        own = nil
    }

    /// A context of its own over bytes that outlive it.
    public init(
        _ environment: MarshalEnvironment, _ bytes: UnsafeRawBufferPointer, flags: UInt32 = 0,
        within outer: PullContext? = nil
    ) {
        host = HookHost(environment)
        let own = OwnPuller(bytes, environment.allocator)
        if let outer {
            depth = outer.depth
            memory = outer.memory
            own.puller.pointee.budget = outer.budget
        }
        self.own = own
        puller = own.puller
        self.flags = flags
        apply()
    }

    deinit {
        for (_, half) in waiting {
            var half = half
            half.queue.deallocate()
            half.checks.deallocate()
        }
    }

    // MARK: Flags

    public func set(flags new: UInt32) {
        flags = MarshalFlags.adding(new, to: flags)
        apply()
    }

    public func replace(flags new: UInt32) {
        flags = new
        apply()
    }

    /// Whether a value waits for its second half.
    var isHalfway: Bool { !waiting.isEmpty }

    private func apply() {
        guard let puller else { return }
        puller.pointee.wide = flags & MarshalFlags.ndr64 != 0
        puller.pointee.bigEndian = MarshalFlags.isBigEndian(flags)
        puller.pointee.alignMask = flags & MarshalFlags.noAlign != 0 ? 0 : .max
    }

    // MARK: Hooks

    func call(
        _ puller: UnsafeMutablePointer<Puller>, _ parent: UnsafeMutableRawPointer?, adding new: UInt32,
        _ body: (OpaquePointer) -> Int32
    ) throws(NDRErrorCode) {
        guard depth < Limits.depth else { throw .maxRecursionExceeded }
        if handle == nil { handle = host.environment.pullHandle(self) }
        guard let handle else { throw .alloc }
        let outer = (self.puller, flags, memory)
        let rules = (puller.pointee.wide, puller.pointee.bigEndian, puller.pointee.alignMask)
        flags = MarshalFlags.of(flags, wide: rules.0, bigEndian: rules.1, noAlign: rules.2 == 0)
        if new != 0 { flags = MarshalFlags.adding(new, to: flags) }
        if puller.pointee.allocatesReferences { flags |= MarshalFlags.refAlloc }
        if puller.pointee.padCheck { flags |= MarshalFlags.padCheck }
        self.puller = puller
        memory = parent
        depth += 1
        let code = body(handle)
        depth -= 1
        (self.puller, flags, memory) = outer
        (puller.pointee.wide, puller.pointee.bigEndian, puller.pointee.alignMask) = rules
        puller.pointee.evaluator.forgetString()
        guard code == 0 else { throw NDRErrorCode(number: UInt32(bitPattern: code)) }
    }

    // MARK: Described types

    public func pull(
        _ table: UnsafePointer<ndr_interface_table>, type: UInt32, _ ndrFlags: Int32, _ value: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        guard let phase = try Phase(ndrFlags) else { return }
        let codec = try host.codec(of: table)
        guard Int(type) < codec.table.types.count else { throw .validate }
        let described = codec.table.type(codec.table.described(type))
        let level = described.kindCode == NDR_KIND_UNION ? Int64(try switches.take(value)) : 0
        let program = try self.program { (rules) throws(NDRError) in
            try codec.program(type, rules, isPush: false, isAligned: false, phase: phase)
        }
        let key = PhaseKey(value: UnsafeRawPointer(value), table: UnsafeRawPointer(table), type: type)
        var half: (queue: Queue, checks: DeferredChecks) = (Queue(), DeferredChecks())
        if phase == .buffers, let known = waiting.removeValue(forKey: key) { half = known }
        defer {
            if phase == .scalars, !half.queue.isEmpty || !half.checks.isEmpty, waiting[key] == nil {
                waiting[key] = half
            } else {
                half.queue.deallocate()
                half.checks.deallocate()
            }
        }
        try run(program, value, level, &half, isRequest: false) { (failure) in
            codec.error(failure, program, codec.name(ofType: type))
        }
    }

    public func pull(
        _ table: UnsafePointer<ndr_interface_table>, function index: UInt32, _ flags: Int32,
        _ value: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        guard flags & ~(NDR_BOTH | NDR_SET_VALUES) == 0 else { throw .flags }
        let codec = try host.codec(of: table)
        for direction in [Direction.request, .response] {
            guard flags & (direction == .request ? NDR_IN : NDR_OUT) != 0 else { continue }
            let program = try self.program { (rules) throws(NDRError) in
                try codec.program(call: index, direction, rules, isPush: false)
            }
            var half: (queue: Queue, checks: DeferredChecks) = (Queue(), DeferredChecks())
            defer {
                half.queue.deallocate()
                half.checks.deallocate()
            }
            try run(program, value, 0, &half, isRequest: direction == .request) { (failure) in
                codec.error(failure, program, codec.callName(index))
            }
        }
    }

    private func program(_ make: (Rules) throws(NDRError) -> Program) throws(NDRErrorCode) -> Program {
        do throws(NDRError) { return try make(MarshalFlags.rules(flags)) } catch {
            message = error.description
            throw error.code
        }
    }

    private func run(
        _ program: Program, _ value: UnsafeMutableRawPointer, _ level: Int64,
        _ half: inout (queue: Queue, checks: DeferredChecks), isRequest: Bool,
        _ describe: (Session.Failure) -> NDRError
    ) throws(NDRErrorCode) {
        guard let outer = puller else { throw .flags }
        guard depth < Limits.depth else { throw .maxRecursionExceeded }
        depth += 1
        defer { depth -= 1 }
        let parent = self.parent
        let allocates = isRequest || flags & MarshalFlags.refAlloc != 0
        let failure: Session.Failure? = withUnsafeTemporaryAllocation(of: Int64.self, capacity: 128) { scratch in
            guard let memory = scratch.baseAddress else { return Session.Failure(code: .alloc, offset: 0) }
            var inner = Puller(program.view, within: outer.pointee, allocates: allocates, scratch: memory)
            inner.queue = half.queue
            inner.checks = half.checks
            inner.context = Unmanaged.passUnretained(self)
            defer {
                half = (inner.queue, inner.checks)
                outer.pointee.adopt(inner)
            }
            do throws(NDRErrorCode) {
                if program.view.pointee.capacities > 0, !allocates {
                    inner.readCapacities(program.view.pointee.arrayCount, value)
                }
                try inner.run(0, value, 1, 0, value, level, parent)
                return nil
            } catch {
                let place = inner.place
                return Session.Failure(code: error, offset: place.offset, innermost: place.path, trail: inner.trail)
            }
        }
        if let failure {
            if message.isEmpty { message = describe(failure).description }
            throw failure.code
        }
    }

    // MARK: Memory

    /// Where allocations belong.
    public var parent: UnsafeMutableRawPointer? { memory ?? handle.map { UnsafeMutableRawPointer($0) } }

    /// `count` times `size` bytes, which are counted like those of described types; nil: over the limit, or none left.
    public func allocate(_ size: Int, _ count: Int, _ name: UnsafePointer<CChar>?) -> UnsafeMutableRawPointer? {
        let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
        guard let puller, size >= 0, count >= 0, !overflow, bytes <= Limits.stub else { return nil }
        return try? puller.pointee.allocate(parent, bytes, name)
    }

    // MARK: Bytes

    func live() throws(NDRErrorCode) -> UnsafeMutablePointer<Puller> {
        guard let puller else { throw .flags }
        return puller
    }

    public var offset: Int { puller.map { $0.pointee.position } ?? 0 }
    public var data: UnsafeRawPointer? { puller?.pointee.origin }
    public var size: Int { puller.map { $0.pointee.end - $0.pointee.origin } ?? 0 }

    public func move(to offset: Int) throws(NDRErrorCode) {
        let puller = try live()
        guard offset >= 0, offset <= size else { throw .bufsize }
        puller.pointee.cursor = puller.pointee.origin + offset
    }

    /// The address of the next bytes, which are taken.
    private func take(_ count: Int, _ alignment: Int) throws(NDRErrorCode) -> UnsafeRawPointer {
        let puller = try live()
        guard count >= 0, count <= Limits.stub else { throw .bufsize }
        let over = puller.pointee.position & (alignment - 1) & Int(truncatingIfNeeded: puller.pointee.alignMask)
        let gap = over == 0 ? 0 : alignment - over
        guard count + gap <= puller.pointee.remaining else { throw .bufsize }
        if gap != 0, flags & MarshalFlags.padCheck != 0 { try puller.pointee.checkZero(puller.pointee.cursor, gap) }
        let here = puller.pointee.cursor + gap
        puller.pointee.cursor = here + count
        return here
    }

    public func need(_ count: Int) throws(NDRErrorCode) {
        guard count >= 0, count <= (try live()).pointee.remaining else { throw .bufsize }
    }

    public func align(_ alignment: Int) throws(NDRErrorCode) {
        guard let alignment = MarshalFlags.alignment(alignment, flags) else { throw .flags }
        _ = try take(0, alignment)
    }

    public func pull(bytes target: UnsafeMutableRawPointer?, _ count: Int) throws(NDRErrorCode) {
        let source = try take(count, 1)
        guard count > 0 else { return }
        guard let target else { throw .invalidPointer }
        memcpy(target, source, count)
    }

    public func advance(_ count: Int) throws(NDRErrorCode) { _ = try take(count, 1) }

    /// Bytes at the current place, for who copies them; they are taken.
    public func view(_ count: Int) throws(NDRErrorCode) -> UnsafeRawPointer { try take(count, 1) }

    public var remaining: Int { puller.map { $0.pointee.remaining } ?? 0 }

    public func pull(size: Int) throws(NDRErrorCode) -> UInt64 {
        let source = try take(size, size)
        return try live().pointee.load(UInt8(size), source)
    }

    /// A count or a referent id.
    public func pullWord() throws(NDRErrorCode) -> UInt32 {
        let puller = try live()
        let size = puller.pointee.wordSize
        return try puller.pointee.loadWord(try take(size, size))
    }

    /// A scalar by its NDR_T_* number.
    public func pull(scalar code: UInt32, _ value: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        let puller = try live()
        guard let layout = ScalarLayout(code, ndr64: puller.pointee.wide) else { throw .validate }
        switch layout.form {
        case .variable:
            if code == NDR_T_POINTER {
                value.storeBytes(of: UInt(try pullWord()), as: UInt.self)
            } else if ScalarLayout.isSecurity(code) {
                try puller.pointee.pullSecurity(UInt8(code), value, parent)
            } else {
                try puller.pointee.pullSID(UInt8(code), value)
            }
        case .bytes, .integer:
            let source = try take(layout.wire, layout.align)
            var op = Op(code: OpCode.convert, kind: ScalarLayout.isSigned(code) ? 1 : 0)
            (op.cSize, op.wSize) = (UInt8(layout.c), UInt8(layout.wire))
            try puller.pointee.convert(&op, value, source)
        case .special:
            let source = try take(layout.wire, layout.align)
            var op = Op(code: OpCode.scalar)
            op.kind = UInt8(code)
            try puller.pointee.scalar(&op, value, source, parent)
        }
    }

    // MARK: Switches, counts and relative pointers

    public func setSwitch(_ pointer: UnsafeRawPointer?, _ level: UInt32) throws(NDRErrorCode) {
        switches.drop(pointer)
        try switches.store(pointer, level)
    }

    public func takeSwitch(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 { try switches.take(pointer) }
    public func peekSwitch(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 { try switches.peek(pointer) }

    public func pullArraySize(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        try arraySizes.store(pointer, try pullWord())
    }

    public func arraySize(_ pointer: UnsafeRawPointer?, taking: Bool) throws(NDRErrorCode) -> UInt32 {
        taking ? try arraySizes.take(pointer) : try arraySizes.peek(pointer)
    }

    /// Offset, which has to be 0, and count.
    public func pullArrayLength(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        guard try pullWord() == 0 else { throw .arraySize }
        try arrayLengths.store(pointer, try pullWord())
    }

    public func arrayLength(_ pointer: UnsafeRawPointer?, taking: Bool) throws(NDRErrorCode) -> UInt32 {
        taking ? try arrayLengths.take(pointer) : try arrayLengths.peek(pointer)
    }

    public func setRelative(_ pointer: UnsafeRawPointer?, _ distance: UInt32) throws(NDRErrorCode) {
        let (place, overflow) = distance.addingReportingOverflow(relativeBase)
        guard !overflow, Int(place) <= size else { throw .bufsize }
        try relatives.store(pointer, place)
    }

    public func goToRelative(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        try move(to: Int(try relatives.take(pointer)))
    }

    public func setRelativeBase(_ pointer: UnsafeRawPointer?, _ base: UInt32) throws(NDRErrorCode) {
        relativeBase = base
        try relativeBases.store(pointer, base)
    }

    public func returnToRelativeBase(_ pointer: UnsafeRawPointer?) throws(NDRErrorCode) {
        relativeBase = try relativeBases.take(pointer)
    }

    /// What may still be allocated, to hand over to a context within, and back.
    public var budget: Int {
        get { puller?.pointee.budget ?? 0 }
        set { puller?.pointee.budget = newValue }
    }
}

/// The puller of a context that stands alone.
final class OwnPuller {
    let puller: UnsafeMutablePointer<Puller>
    private let scratch: UnsafeMutablePointer<Int64>
    private var memory: UnsafeMutableRawPointer?

    init(_ bytes: UnsafeRawBufferPointer, _ allocator: Allocator) {
        scratch = .allocate(capacity: 128)
        puller = .allocate(capacity: 1)
        puller.initialize(
            to: Puller(
                ProgramView.none, .ndr32, PullOptions(), .response, stub: bytes, allocator: allocator,
                scratch: scratch, full: nil, offset: 0))
    }

    deinit {
        puller.pointee.deallocate()
        puller.deallocate()
        scratch.deallocate()
        free(memory)
    }

    /// What is read from now on, in the place of what was.
    func take(_ bytes: UnsafeMutableRawPointer) {
        free(memory)
        memory = bytes
    }
}

extension Puller {
    /// Where offsets and alignment count from.
    var origin: UnsafeRawPointer { cursor - position }

    /// Goes on where `inner` ended.
    mutating func adopt(_ inner: Puller) {
        cursor = inner.cursor
        budget = inner.budget
        highest = inner.highest
    }

    mutating func pullHook(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ level: Int64, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        guard let host = view.pointee.host?.takeUnretainedValue(), let hooks = view.pointee.hooks,
            let function = hooks[Int(op.pointee.a)].pull
        else { throw .noSuchType }
        let context: PullContext
        if let known = self.context {
            context = known.takeUnretainedValue()
        } else {
            context = PullContext(host)
            self.context = Unmanaged.passRetained(context)
            ownsContext = true
        }
        let value = base + Int(op.pointee.c)
        if op.pointee.kind == 1 { try context.setSwitch(value, UInt32(truncatingIfNeeded: level)) }
        let flags = Int32(bitPattern: op.pointee.b)
        let code: NDRErrorCode? = withUnsafeMutablePointer(to: &self) { puller in
            do throws(NDRErrorCode) {
                try context.call(puller, parent, adding: op.pointee.w) { handle in function(handle, flags, value) }
                return nil
            } catch { return error }
        }
        if op.pointee.kind == 1 { context.switches.drop(value) }
        if let code { throw code }
    }

    mutating func finish() {
        deallocate()
        guard ownsContext, let context else { return }
        let object = context.takeRetainedValue()
        if let handle = object.handle { object.host.environment.free(handle) }
        self.context = nil
    }
}
