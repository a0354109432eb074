// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
public import Wire

/// The marshalling of one interface: C structures to stub data and back.
///
/// The table is checked once, here. Programs are compiled at their first use, so a codec belongs to one thread.
/// The table has to outlive it.
public final class InterfaceCodec {
    let table: Table
    private let host: HookHost?
    /// calls x direction x (push, pull) x rules; compiled on demand.
    private let slots: UnsafeMutablePointer<UnsafePointer<ProgramView>?>
    /// A slot each, what its last run took: bytes of a push; of a pull, sixteenths of a byte of C memory a byte of stub.
    private let hints: UnsafeMutablePointer<UInt32>
    private var programs: [Int: Program] = [:]
    private var typePrograms: [TypeKey: Program] = [:]
    public let callCount: Int
    /// Whether some type of the interface has full pointers, whose referent ids a request and its response share: then a
    /// call needs a `PointerTable`.
    public let usesFullPointers: Bool

    private struct TypeKey: Hashable {
        var type: UInt32
        var isPush: Bool
        var rules: Int
        var isAligned: Bool
        var phase: Phase
    }

    private struct CallKey: Hashable {
        var index: UInt32
        var isRequest: Bool
        var isPush: Bool
        var rules: Int
    }

    /// Functions at any offset, for hooks.
    private var callPrograms: [CallKey: Program] = [:]

    private static let variants = 16

    /// Without an environment what hand-written C marshals is `.noSuchType`. With `isExact` a pull reads field by field:
    /// slower, and an error tells the offset and the path of the very field.
    public init(
        _ pointer: UnsafePointer<ndr_interface_table>, environment: MarshalEnvironment? = nil, isExact: Bool = false
    ) throws(NDRError) {
        var table = try Table(pointer)
        try TableValidation.run(table)
        table.isExact = isExact
        host = environment.map(HookHost.init)
        table.host = host.map(Unmanaged.passUnretained)
        self.table = table
        callCount = table.calls.count { $0.flags & NDR_CALL_NO_OPNUM == 0 }
        let types = UnsafeBufferPointer(start: pointer.pointee.types, count: Int(pointer.pointee.num_types))
        usesFullPointers = types.contains {
            UInt32($0.kind) == NDR_KIND_POINTER && UInt32($0.wire) == NDR_PTR_FULL
        }
        let count = max(table.calls.count * InterfaceCodec.variants, 1)
        slots = .allocate(capacity: count)
        slots.initialize(repeating: nil, count: count)
        hints = .allocate(capacity: count)
        hints.initialize(repeating: 0, count: count)
        host?.owner = UnsafeRawPointer(pointer)
        host?.codec = Unmanaged.passUnretained(self)
    }

    deinit {
        slots.deallocate()
        hints.deallocate()
    }

    /// sizeof the function's structure; 0 outside the table.
    public func structSize(_ opnum: Int) -> Int {
        opnum >= 0 && opnum < callCount ? table.calls[opnum].struct_size : 0
    }

    public func name(_ opnum: Int) -> String {
        guard opnum >= 0, opnum < callCount, let name = table.calls[opnum].name else { return "" }
        return String(cString: name)
    }

    // MARK: Functions

    /// Writes the arguments of one direction, pipes excepted, behind what the writer holds; alignment counts from
    /// `offset` bytes before, which are the pipes of a response. On an error the writer holds what it held.
    public func push(
        _ opnum: Int, _ direction: Direction, _ rules: Rules, from r: UnsafeRawPointer, into writer: inout ByteWriter,
        pointers: PointerTable? = nil, offset: Int = 0
    ) throws(NDRError) {
        let slot = try slot(opnum, direction, rules, isPush: true)
        let view = try view(slot, opnum, direction, rules, isPush: true)
        let start = writer.count
        let room = Int(hints[slot])
        if let failure = Session.push(view, rules, r, &writer, 0, pointers, offset: offset, room: room) {
            throw error(failure, programs[slot], prefix(opnum, direction))
        }
        hints[slot] = UInt32(min(writer.count - start + Pusher.headroom, Limits.roomAhead))
    }

    /// Reads the arguments of one direction, pipes excepted, into `r`; how many bytes they took. `offset` is how much of
    /// the stub comes before the bytes. A request zeroes the [out] part and allocates its references.
    /// On an error `r` is partly written; what was allocated are children of `parent`.
    @discardableResult
    public func pull(
        _ opnum: Int, _ direction: Direction, _ rules: Rules, options: PullOptions = PullOptions(),
        from stub: UnsafeRawBufferPointer, into r: UnsafeMutableRawPointer, parent: UnsafeMutableRawPointer?,
        allocator: Allocator, pointers: PointerTable? = nil, offset: Int = 0
    ) throws(NDRError) -> Int {
        let slot = try slot(opnum, direction, rules, isPush: false)
        let view = try view(slot, opnum, direction, rules, isPush: false)
        var consumed = 0
        var allocated = 0
        if let failure = Session.pull(
            view, rules, options, direction, stub, r, 0, parent, allocator, pointers, offset: offset,
            consumed: &consumed, allocated: &allocated)
        {
            throw error(failure, programs[slot], prefix(opnum, direction))
        }
        let ratio = allocated / max(1, stub.count / 16) + 1
        hints[slot] = UInt32(min(ratio, Limits.poolRatio))
        return consumed
    }

    /// Bytes that `push` would write.
    public func size(_ opnum: Int, _ direction: Direction, _ rules: Rules, of r: UnsafeRawPointer)
        throws(NDRError) -> Int
    {
        var writer = ByteWriter()
        let pointers = usesFullPointers ? PointerTable() : nil
        try push(opnum, direction, rules, from: r, into: &writer, pointers: pointers)
        return writer.count
    }

    /// How large a pool pays for pulling such a stub; 0: a pool would not pay.
    public func poolSize(_ opnum: Int, _ direction: Direction, _ rules: Rules, stubLength: Int) -> Int {
        guard let slot = try? slot(opnum, direction, rules, isPush: false) else { return 0 }
        guard stubLength > 64, let view = try? view(slot, opnum, direction, rules, isPush: false),
            view.pointee.allocatesPerElement
        else { return 0 }
        // As the one before; the first one: a chunk of 16 bytes takes 112 of a pool and stands for some 40 bytes of stub.
        let ratio = hints[slot] == 0 ? 48 : Int(hints[slot])
        return 256 + min(stubLength, Limits.stub) / 16 * ratio
    }

    /// Compiles both programs of a direction now, for callers who want no first-use cost, or proof that they compile.
    public func prepare(_ opnum: Int, _ direction: Direction, _ rules: Rules) throws(NDRError) {
        for isPush in [true, false] {
            let slot = try slot(opnum, direction, rules, isPush: isPush)
            if slots[slot] == nil { _ = try compile(slot, opnum, direction, rules, isPush: isPush) }
        }
    }

    private func slot(_ opnum: Int, _ direction: Direction, _ rules: Rules, isPush: Bool) throws(NDRError) -> Int {
        guard opnum >= 0, opnum < callCount else { throw NDRError(.noSuchType, path: "opnum \(opnum)") }
        return opnum * InterfaceCodec.variants + (direction == .request ? 0 : 8) + (isPush ? 4 : 0) + rules.index
    }

    @inline(__always)
    private func view(_ slot: Int, _ opnum: Int, _ direction: Direction, _ rules: Rules, isPush: Bool)
        throws(NDRError) -> UnsafePointer<ProgramView>
    {
        if let known = slots[slot] { return known }
        return try compile(slot, opnum, direction, rules, isPush: isPush)
    }

    @inline(never)
    private func compile(_ slot: Int, _ opnum: Int, _ direction: Direction, _ rules: Rules, isPush: Bool)
        throws(NDRError) -> UnsafePointer<ProgramView>
    {
        let call = table.calls[opnum]
        guard call.flags & NDR_CALL_TODO == 0 else { throw NDRError(.noSuchType, path: name(opnum)) }
        let program = try Compiler.function(table, call, rules, direction, isPush: isPush)
        programs[slot] = program
        slots[slot] = program.view
        return program.view
    }

    // MARK: Types by name

    func index(ofType name: String) throws(NDRError) -> UInt32 {
        for i in table.types.indices where table.types[i].name != 0 && table.string(table.types[i].name) == name {
            return UInt32(i)
        }
        throw NDRError(.noSuchType, path: name)
    }

    func name(ofType index: UInt32) -> String {
        let type = table.type(index)
        return type.name == 0 ? table.string(type.c_name) : table.string(type.name)
    }

    /// Also of a function without an opnum.
    func callName(_ index: UInt32) -> String {
        guard Int(index) < table.calls.count, let name = table.calls[Int(index)].name else { return "" }
        return String(cString: name)
    }

    /// `isAligned`: it will start at a multiple of 8 of what alignment counts from.
    func program(
        _ type: UInt32, _ rules: Rules, isPush: Bool, isAligned: Bool = true, phase: Phase = .both
    ) throws(NDRError) -> Program {
        let key = TypeKey(type: type, isPush: isPush, rules: rules.index, isAligned: isAligned, phase: phase)
        if let known = typePrograms[key] { return known }
        let program = try Compiler.type(table, type, rules, isPush: isPush, isAligned: isAligned, phase: phase)
        typePrograms[key] = program
        return program
    }

    /// The function of an index, one without an opnum too, to stand anywhere.
    func program(call index: UInt32, _ direction: Direction, _ rules: Rules, isPush: Bool) throws(NDRError) -> Program {
        let isRequest = direction == .request
        let key = CallKey(index: index, isRequest: isRequest, isPush: isPush, rules: rules.index)
        if let known = callPrograms[key] { return known }
        guard Int(index) < table.calls.count, table.calls[Int(index)].flags & NDR_CALL_TODO == 0 else {
            throw NDRError(.noSuchType, path: "function \(index)")
        }
        let call = table.calls[Int(index)]
        let program = try Compiler.function(table, call, rules, direction, isPush: isPush, isAligned: false)
        callPrograms[key] = program
        return program
    }

    /// Writes one type, scalars and buffers. A union needs its level.
    public func push(
        type name: String, _ rules: Rules, level: Int64 = 0, from value: UnsafeRawPointer,
        into writer: inout ByteWriter, pointers: PointerTable? = nil
    ) throws(NDRError) {
        let program = try program(try index(ofType: name), rules, isPush: true)
        if let failure = Session.push(program.view, rules, value, &writer, level, pointers) {
            throw error(failure, program, name)
        }
    }

    /// Reads one type.
    public func pull(
        type name: String, _ rules: Rules, level: Int64 = 0, options: PullOptions = PullOptions(),
        from bytes: UnsafeRawBufferPointer, into value: UnsafeMutableRawPointer, parent: UnsafeMutableRawPointer?,
        allocator: Allocator, pointers: PointerTable? = nil
    ) throws(NDRError) {
        let program = try program(try index(ofType: name), rules, isPush: false)
        var consumed = 0
        if let failure = Session.pull(
            program.view, rules, options, .response, bytes, value, level, parent, allocator, pointers,
            consumed: &consumed)
        {
            throw error(failure, program, name)
        }
    }

    /// sizeof a type of the table.
    public func size(ofType name: String) throws(NDRError) -> Int {
        Int(table.type(try index(ofType: name)).c_size)
    }

    // MARK: Text

    /// The arguments of one direction in ndrdump's layout; `setValues` shows computed values instead of C fields.
    /// Lines start with `depth` times four spaces. With `pipes` the slots of pipes lead to a `PipeContent`.
    public func print(
        _ opnum: Int, _ direction: Direction, from r: UnsafeRawPointer, setValues: Bool = false, depth: Int = 0,
        pipes: Bool = false
    ) throws(NDRError) -> String {
        guard opnum >= 0, opnum < callCount else { throw NDRError(.noSuchType, path: "opnum \(opnum)") }
        var printer = Printer(table, setValues: setValues, depth: depth)
        printer.showsPipes = pipes
        printer.function(table.calls[opnum], direction, r)
        return printer.out
    }

    /// One type as text, under the name that its line shall have.
    public func print(
        type: String, name: String, level: Int64 = 0, from value: UnsafeRawPointer, setValues: Bool = false,
        depth: Int = 0
    ) throws(NDRError) -> String {
        let index = try index(ofType: type)
        var printer = Printer(table, setValues: setValues, depth: depth)
        printer.type(index, name, value, level: level)
        return printer.out
    }

    // MARK: Errors

    private func prefix(_ opnum: Int, _ direction: Direction) -> String {
        name(opnum) + (direction == .request ? ".in" : ".out")
    }

    @inline(never)
    func error(_ failure: Session.Failure, _ program: Program?, _ prefix: String) -> NDRError {
        var path = prefix
        let nodes = failure.trail.innermostFirst
        for (place, node) in (nodes.reversed() + [failure.innermost]).enumerated() {
            // The outermost is there; what follows it is not.
            if place == 1, failure.trail.omitted > 0 { path += ".(\(failure.trail.omitted) more)" }
            var names: [String] = []
            var node = node
            while let program, node != 0, Int(node) < program.paths.count {
                names.append(table.string(table.member(program.paths[Int(node)].member - 1).name))
                node = program.paths[Int(node)].parent
            }
            for name in names.reversed() { path += "." + name }
        }
        return NDRError(failure.code, offset: failure.offset, path: path)
    }
}
