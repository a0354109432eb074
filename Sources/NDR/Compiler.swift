// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Turns the table's tree into a flat program.
///
/// It follows the wire position as far as it is known at compile time (`modulus`, `residue`): fields of fixed size
/// gather in blocks, one bounds check each, and gaps are computed here. Neighbours that are the same bytes in C and
/// on the wire become one copy.
struct Compiler {
    let table: Table
    private(set) var rules: Rules
    let isPush: Bool
    let direction: Direction
    var layout: WireLayout

    var ops: [Op] = []
    var blocks: [Block] = []
    var arrays: [ArrayRecord] = []
    var pointers: [PointerRecord] = []
    var unions: [UnionRecord] = []
    var subcontexts: [SubcontextRecord] = []
    var labels: [UnionLabel] = []
    var arms: [UnionArm] = []
    var selections: [Int32] = []
    var expressions: [Expression] = []
    var code: [UInt32] = [NDR_X_END]
    var paths: [PathNode] = [PathNode(parent: 0, member: 0)]
    var capacities = 0
    var allocatesPerElement = false
    /// Copies that start before this operation end before it too.
    var joinsFrom = 0
    /// Members have stood in C as on the wire so far, one behind the other.
    var isOrdered = true

    // Where the wire position is: `residue` modulo `modulus` at the start of the open block.
    private var modulus = 1
    private var residue = 0
    private var openBlock: Int?
    private var blockSize = 0
    /// Of an exact program each block holds one field and the gaps before it.
    let isExact: Bool
    private var blockHasField = false

    /// Start of the code that `Limits.inlined` counts from.
    private var unitStart = 0
    private var blockOf: [BlockKey: UInt32] = [:]
    private var pending: [(key: BlockKey, block: UInt32)] = []
    /// The array whose max_count was hoisted and that is still to come.
    private var hoisted: (record: UInt32, c: UInt32)?
    var unionOf: [BlockKey: UInt32] = [:]
    /// Of the rules that are not the current ones.
    private var layouts: [Int: WireLayout] = [:]

    struct BlockKey: Hashable {
        var type: UInt32
        var first: UInt32
        var count: UInt32
        var rules: Int
        /// The inside of a structure from which relative pointers count.
        var isBased = false
    }

    /// The structure that comes next is the inside of such a one.
    private var isInsideBased = false

    /// Where the expressions of a member find their `self`.
    struct Scope {
        /// The environment instead of base + offset.
        var usesEnvironment: Bool
        var offset: UInt32
        /// Members of the structure that `self` is.
        var first: UInt32
        var count: UInt32
        /// Offset in `self` up to which fields are known when scalars are pulled; Int.max: all of them.
        var known: Int
        var path: UInt32
    }

    init(table: Table, rules: Rules, isPush: Bool, direction: Direction) {
        self.table = table
        self.rules = rules
        self.isPush = isPush
        self.direction = direction
        isExact = table.isExact && !isPush
        layout = WireLayout(table: table, rules: rules, isPush: isPush)
    }

    // MARK: Rules

    /// Compiles by other rules from here on; the ones so far.
    mutating func change(to other: Rules) -> Rules {
        let old = rules
        guard other != old else { return old }
        layouts[old.index] = layout
        layout = layouts[other.index] ?? WireLayout(table: table, rules: other, isPush: isPush)
        rules = other
        return old
    }

    /// By the flags of a type; nil where they change nothing.
    mutating func begin(_ flags: UInt32) -> Rules? {
        let flagged = rules.applying(flags)
        guard flagged != rules else { return nil }
        close()
        emit(Op(code: OpCode.rules, kind: UInt8(flagged.index)))
        return change(to: flagged)
    }

    mutating func end(_ outer: Rules?) {
        guard let outer else { return }
        close()
        emit(Op(code: OpCode.rules, kind: UInt8(outer.index)))
        _ = change(to: outer)
    }

    // MARK: Emitting

    mutating func emit(_ op: Op) { ops.append(op) }

    /// Room of a fixed size; the offset in the block.
    mutating func place(_ size: Int, _ align: Int) -> UInt32 {
        if isExact, blockHasField { close() }
        self.align(align)
        if openBlock == nil { open(1) }
        let offset = blockSize
        blockSize += size
        blockHasField = true
        if let openBlock { ops[openBlock].a = UInt32(blockSize) }
        return UInt32(offset)
    }

    mutating func align(_ align: Int) {
        guard align > 1, !rules.noAlign else { return }
        if align > modulus {
            close()
            open(align)
            modulus = align
            residue = 0
            return
        }
        let gap = (align - (residue + blockSize) & (align - 1)) & (align - 1)
        guard gap > 0 else { return }
        if isExact, blockHasField { close() }
        if openBlock == nil { open(1) }
        emit(Op(code: OpCode.gap, w: UInt32(blockSize), a: UInt32(gap)))
        blockSize += gap
        if let openBlock { ops[openBlock].a = UInt32(blockSize) }
    }

    private mutating func open(_ align: Int) {
        openBlock = ops.count
        blockSize = 0
        blockHasField = false
        emit(Op(code: OpCode.block, kind: UInt8(align)))
    }

    mutating func close() {
        residue = (residue + blockSize) & (modulus - 1)
        openBlock = nil
        blockSize = 0
        blockHasField = false
    }

    /// After something of unknown size.
    mutating func forget() {
        close()
        modulus = 1
        residue = 0
    }

    var hoistIsPending: Bool { hoisted != nil }
    mutating func setHoisted(_ record: UInt32, _ c: UInt32) { hoisted = (record, c) }

    /// The record of the array at `c`, if its max_count was written ahead.
    mutating func takeHoisted(_ c: UInt32) -> UInt32? {
        guard let found = hoisted, found.c == c else { return nil }
        hoisted = nil
        return found.record
    }

    var isTooLong: Bool { ops.count - unitStart > Limits.inlined }

    mutating func path(_ parent: UInt32, _ member: UInt32) -> UInt32 {
        paths.append(PathNode(parent: parent, member: member + 1))
        return UInt32(paths.count - 1)
    }

    // MARK: Programs

    static func function(
        _ table: Table, _ call: ndr_interface_call, _ rules: Rules, _ direction: Direction, isPush: Bool,
        isAligned: Bool = true
    ) throws(NDRError) -> Program {
        var compiler = Compiler(table: table, rules: rules, isPush: isPush, direction: direction)
        if call.hook != 0, compiler.calls(call.hook - 1) {
            let flags = UInt32(direction == .request ? NDR_IN : NDR_OUT)
            compiler.emit(Op(code: OpCode.hook, a: call.hook - 1, b: flags))
            compiler.emit(Op(code: OpCode.end))
            compiler.allocatesPerElement = true
        } else {
            try compiler.compile(call, isAligned)
        }
        try compiler.finish()
        return Program(compiler)
    }

    private func calls(_ hook: UInt32) -> Bool {
        isPush ? table.hooks[Int(hook)].push != nil : table.hooks[Int(hook)].pull != nil
    }

    /// Scalars, then buffers, of one type, or one of both; a union finds its level in the interpreter's parameter.
    static func type(
        _ table: Table, _ index: UInt32, _ rules: Rules, isPush: Bool, isAligned: Bool = true, phase: Phase = .both
    ) throws(NDRError) -> Program {
        var compiler = Compiler(table: table, rules: rules, isPush: isPush, direction: .response)
        compiler.modulus = isAligned ? 8 : 1
        let scope = Scope(usesEnvironment: true, offset: 0, first: 0, count: 0, known: .max, path: 0)
        if phase != .buffers { try compiler.scalars(index, 0, scope) }
        if phase == .buffers { compiler.forget() }
        if phase != .scalars { try compiler.buffers(index, 0, scope) }
        if !isPush, phase != .scalars || !compiler.layout.hasBuffers(index) {
            compiler.emit(Op(code: OpCode.checks))
        }
        compiler.emit(Op(code: OpCode.end))
        try compiler.finish()
        return Program(compiler)
    }

    /// One expression alone, as the last of its program; `self` is the base.
    static func expression(_ table: Table, _ code: UInt32, first: UInt32, count: UInt32, isPush: Bool)
        throws(NDRError) -> Program
    {
        var compiler = Compiler(table: table, rules: .ndr32, isPush: isPush, direction: .request)
        let scope = Scope(usesEnvironment: false, offset: 0, first: first, count: count, known: .max, path: 0)
        _ = try compiler.expression(code, scope)
        compiler.emit(Op(code: OpCode.end))
        let count = compiler.expressions.count
        try compiler.finish()
        // The blocks of sizes may have brought more; the one that was asked for stays the last.
        compiler.expressions.append(compiler.expressions[count - 1])
        return Program(compiler)
    }

    private mutating func compile(_ call: ndr_interface_call, _ isAligned: Bool) throws(NDRError) {
        let isRequest = direction == .request
        // Pipes stand before the other arguments of a response.
        modulus = isAligned && (isRequest || call.out_pipes == 0) ? 8 : 1
        let first = isRequest ? call.first_in : call.first_out
        let count = isRequest ? call.num_in : call.num_out
        if !isPush { prepare(call) }
        for m in first..<first + count { try argument(m, call) }
        if !isPush {
            emit(Op(code: OpCode.checks))
            if isRequest {
                // Numbers first: they may count the arrays.
                for isArray in [false, true] {
                    for m in call.first_out..<call.first_out + call.num_out {
                        try allocateOut(m, call, arrays: isArray)
                    }
                }
            }
        }
        emit(Op(code: OpCode.end))
    }

    /// What a pull does before the first byte: the capacities of the caller's arrays, the empty [out] part.
    private mutating func prepare(_ call: ndr_interface_call) {
        guard direction == .request else { return }
        for m in call.first_out..<call.first_out + call.num_out {
            let member = table.member(m)
            emit(Op(code: OpCode.zero, c: member.c_offset, a: table.type(member.type).c_size))
        }
    }

    /// Compiles what is still referred to.
    private mutating func finish() throws(NDRError) {
        while let (key, block) = pending.popLast() {
            let scope = Scope(
                usesEnvironment: true, offset: 0, first: key.first, count: key.count, known: .max, path: 0)
            _ = change(to: Rules(index: key.rules))
            unitStart = ops.count
            forget()
            blocks[Int(block)].scalars = Int32(ops.count)
            isInsideBased = key.isBased
            try scalars(key.type, 0, scope)
            emit(Op(code: OpCode.end))
            unitStart = ops.count
            forget()
            blocks[Int(block)].buffers = Int32(ops.count)
            isInsideBased = key.isBased
            try buffers(key.type, 0, scope)
            isInsideBased = false
            emit(Op(code: OpCode.end))
            guard ops.count <= Limits.program else { throw .broken("a function is too large") }
        }
        noteBuffers()
        // The short ways read several fields at once.
        if !isExact { noteShapes() }
    }

    /// Whether the structure has to become a block of its own; false at the start of that block.
    mutating func isBased(_ type: ndr_type_record) -> Bool {
        guard type.ndr_flags & NDR_FLAG_RELATIVE_BASE != 0 else { return false }
        defer { isInsideBased = false }
        return !isInsideBased
    }

    mutating func block(_ type: UInt32, _ scope: Scope, isBased: Bool = false) -> UInt32 {
        let kind = table.type(type).kindCode
        let isLevel = [NDR_KIND_POINTER, NDR_KIND_ARRAY, NDR_KIND_STRING, NDR_KIND_SUBCONTEXT].contains(kind)
        let key = BlockKey(
            type: type, first: isLevel ? scope.first : 0, count: isLevel ? scope.count : 0, rules: rules.index,
            isBased: isBased)
        if let block = blockOf[key] { return block }
        let block = UInt32(blocks.count)
        blocks.append(Block(scalars: 0, buffers: 0))
        blockOf[key] = block
        pending.append((key, block))
        return block
    }

    // MARK: Arguments

    private mutating func argument(_ index: UInt32, _ call: ndr_interface_call) throws(NDRError) {
        joinsFrom = ops.count
        let member = table.member(index)
        let type = table.type(member.type)
        let path = path(0, index)
        if type.kindCode == NDR_KIND_PIPE { return }
        if member.has(NDR_M_SKIP) {
            if !isPush, !member.has(NDR_M_NO_INIT) { emit(Op(code: OpCode.zero, c: member.c_offset, a: type.c_size)) }
            return
        }
        let outer = begin(type.ndr_flags)
        try argument(index, member, type, call, path)
        end(outer)
    }

    private mutating func argument(
        _ index: UInt32, _ member: ndr_member_record, _ type: ndr_type_record, _ call: ndr_interface_call,
        _ path: UInt32
    ) throws(NDRError) {
        // Every count of an argument is compared at the end: it may stand behind what it counts.
        var scope = Scope(
            usesEnvironment: true, offset: 0, first: siblings(call).first, count: siblings(call).count, known: -1,
            path: path)
        if layout.leadsToUnion(member.type) { try level(member, scope, of: index) }
        scope.path = path
        if type.isArrayOrString, !type.has(NDR_F_INLINE) {
            return try deferContent(member.type, member.c_offset, scope, pointer: 0, topLevel: true)
        }
        if type.kindCode == NDR_KIND_POINTER, type.wireCode == NDR_PTR_REF, type.has(NDR_F_TOP_LEVEL) {
            return try reference(type, member.c_offset, scope)
        }
        try memberScalars(member, member.c_offset, scope)
        try buffers(member.type, member.c_offset, scope)
    }

    /// Expressions of one direction may use fields of both; values are computed on push only, from its direction.
    private func siblings(_ call: ndr_interface_call) -> (first: UInt32, count: UInt32) {
        direction == .request ? (call.first_in, call.num_in) : (call.first_out, call.num_out)
    }

    private mutating func reference(_ type: ndr_type_record, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let pointee = table.type(type.ref)
        if type.has(NDR_F_SHARES_SLOT), !pointee.isArrayOrString {
            try scalars(type.ref, c, scope)
            return try buffers(type.ref, c, scope)
        }
        if type.has(NDR_F_SHARES_SLOT) {
            try deferContent(type.ref, c, scope, pointer: NDR_PTR_REF, topLevel: true)
            return
        }
        let record = pointerRecord(type, scope, needsBlock: false)
        emit(Op(code: OpCode.enter, c: c, a: record, path: scope.path))
        let inner = scope
        try scalars(type.ref, 0, inner)
        try buffers(type.ref, 0, inner)
        _ = pointee
        emit(Op(code: OpCode.leave))
    }

    /// Request pull: what the manager will fill in.
    private mutating func allocateOut(_ index: UInt32, _ call: ndr_interface_call, arrays: Bool) throws(NDRError) {
        let member = table.member(index)
        let type = table.type(member.type)
        let peer = member.peer == 0 ? 0 : table.member(member.peer - 1).c_offset + 1
        if peer != 0, arrays, isValue(type) {
            return emit(Op(code: OpCode.copyOut, c: member.c_offset, a: type.c_size, b: peer))
        }
        let path = path(0, index)
        let scope = Scope(
            usesEnvironment: true, offset: 0, first: call.first_out, count: call.num_out, known: .max, path: path)
        var content = member.type
        if type.kindCode == NDR_KIND_POINTER {
            guard type.wireCode == NDR_PTR_REF, type.has(NDR_F_TOP_LEVEL) else { return }
            if !type.has(NDR_F_SHARES_SLOT) {
                guard !arrays else { return }
                let record = pointerRecord(type, scope, needsBlock: false)
                emit(Op(code: OpCode.outPointer, c: member.c_offset, a: record, b: peer, path: path))
                return
            }
            content = type.ref
        }
        guard arrays, let record = try outArray(content, scope) else { return }
        var source: UInt32?
        if member.peer != 0 {
            let inMember = table.member(member.peer - 1)
            let inType = table.type(inMember.type)
            source = try outArray(inType.kindCode == NDR_KIND_POINTER ? inType.ref : inMember.type, scope)
        }
        emit(
            Op(
                code: OpCode.outArray, c: member.c_offset, w: source.map { $0 + 1 } ?? 0, a: record,
                b: source == nil ? 0 : peer, path: path))
    }

    /// Neither a pointer nor something behind one.
    private func isValue(_ type: ndr_type_record) -> Bool {
        type.has(NDR_F_INLINE)
            || !(type.kindCode == NDR_KIND_POINTER || type.kindCode == NDR_KIND_PIPE || type.isArrayOrString)
    }

    /// The record of an array that a request brings or makes room for, if its count is known then.
    private mutating func outArray(_ index: UInt32, _ scope: Scope) throws(NDRError) -> UInt32? {
        let array = table.type(index)
        guard array.kindCode == NDR_KIND_ARRAY, !array.has(NDR_F_INLINE), !array.has(NDR_F_TERMINATED) else {
            return nil
        }
        guard array.size_expr != 0 || array.has(NDR_F_FIXED), !array.has(NDR_F_NO_SIZE_CHECK) else { return nil }
        return try arrayRecord(index, 0, scope, pointer: NDR_PTR_REF, topLevel: true)
    }

    // MARK: Members

    mutating func memberScalars(_ member: ndr_member_record, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        if member.value_expr != 0, isPush {
            let value = try expression(member.value_expr, scope)
            let outer = begin(table.type(member.type).ndr_flags)
            if table.type(member.type).isArrayOrString {
                let record = try arrayRecord(member.type, c, scope, pointer: 0, topLevel: false)
                close()
                emit(Op(code: OpCode.text, c: c, a: record, b: UInt32(value), path: scope.path))
                forget()
                return end(outer)
            }
            if table.type(member.type).kindCode == NDR_KIND_POINTER {
                // NULL, whatever the C field says.
                let word = UInt8(rules.wordSize)
                let w = place(rules.wordSize, rules.wordSize)
                emit(
                    Op(
                        code: OpCode.value, cSize: word, wSize: word, c: c, w: w, a: UInt32(value), path: scope.path))
                return end(outer)
            }
            integer(table.type(member.type), c, scope.path, value: value)
            return end(outer)
        }
        try scalars(member.type, c, scope)
    }

    /// `number`: of the member while its scalars are handled, when members behind it are not there yet.
    mutating func level(_ member: ndr_member_record, _ scope: Scope, of number: UInt32? = nil) throws(NDRError) {
        guard member.switch_expr != 0 else { return }
        let index = try expression(member.switch_expr, scope)
        let isLate = number.map { !isPush && hasTag(member.type) && comesLater(member, $0, scope) } ?? false
        emit(Op(code: OpCode.level, kind: isLate ? 1 : 0, a: UInt32(index), path: scope.path))
    }

    private func hasTag(_ index: UInt32) -> Bool {
        var type = table.type(index)
        for _ in 0..<Limits.nesting where type.kindCode != NDR_KIND_UNION {
            guard [NDR_KIND_ARRAY, NDR_KIND_POINTER, NDR_KIND_SUBCONTEXT].contains(type.kindCode) else { return false }
            type = table.type(type.ref)
        }
        return type.kindCode == NDR_KIND_UNION && !type.has(NDR_F_NO_DISCRIMINANT)
    }

    /// Whether the switch_is of member `number` reads what stands behind it, or in a structure what a pointer leads to.
    private func comesLater(_ member: ndr_member_record, _ number: UInt32, _ scope: Scope) -> Bool {
        var pc = Int(member.switch_expr)
        while table.code[pc] & 0xff != NDR_X_END {
            let op = table.code[pc] & 0xff
            let offset = table.code[pc] >> 8
            if (NDR_X_U8...NDR_X_ADDR).contains(op) {
                if !scope.usesEnvironment, offset >= member.c_offset || op == NDR_X_PTR { return true }
                for m in number..<scope.first + scope.count where scope.usesEnvironment {
                    let other = table.member(m)
                    if offset >= other.c_offset, offset - other.c_offset < table.type(other.type).c_size { return true }
                }
            }
            pc += op == NDR_X_CONST64 ? 3 : 1
        }
        return false
    }
}
