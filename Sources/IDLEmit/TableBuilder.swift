// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLModel
internal import IDLSyntax

/// Collects the records of one interface's table. Equal levels become one record, so a type is described once.
struct TableBuilder {
    private let model: Model
    private let ctypes: CTypes

    private(set) var types: [String] = []
    private(set) var members: [String] = []
    private(set) var values: [String] = []
    private(set) var ranges: [String] = []
    private(set) var code: [String] = ["NDR_OP(NDR_X_END, 0)"]
    private(set) var strings: [String] = [""]
    private(set) var calls: [String] = []
    /// As in `calls`.
    private(set) var functionOrder: [FunctionModel] = []
    /// Container and C text of each generated function.
    private(set) var thunks: [(container: String, text: String)] = []
    /// What hand-written C marshals, in the order of the table's hooks.
    private(set) var hooks: [Marshalled] = []

    private var stringOffsets: [String: Int] = ["": 0]
    private var nextOffset = 1
    private var typeIndex: [NDRType: Int] = [:]
    private var pending: [(index: Int, id: Int, range: Range?)] = []
    private var rangeIndex: [Range: Int] = [:]
    private var codeIndex: [Computation: Int] = [:]

    init(_ model: Model) {
        self.model = model
        ctypes = CTypes(model: model)
    }

    // MARK: - Small pools

    private mutating func string(_ text: String) -> Int {
        if let offset = stringOffsets[text] { return offset }
        let offset = nextOffset
        stringOffsets[text] = offset
        strings.append(text)
        nextOffset += text.utf8.count + 1
        return offset
    }

    private mutating func range(_ range: Range?) -> Int {
        guard let range else { return 0 }
        if let index = rangeIndex[range] { return index + 1 }
        let minimum = range.minimumText ?? Self.int64(range.minimum)
        ranges.append("{ \(minimum), \(range.maximumText ?? Self.int64(range.maximum)) }")
        rangeIndex[range] = ranges.count - 1
        return ranges.count
    }

    static func int64(_ value: Int64) -> String {
        if value == Int64.min { return "INT64_MIN" }
        return value > Int64(Int32.max) || value < Int64(Int32.min) ? "INT64_C(\(value))" : String(value)
    }

    // MARK: - Expressions

    mutating func expression(_ computation: Computation?) -> Int {
        guard let computation else { return 0 }
        if let index = codeIndex[computation] { return index }
        let index = code.count
        compile(computation)
        code.append("NDR_OP(NDR_X_END, 0)")
        codeIndex[computation] = index
        return index
    }

    private mutating func operation(_ name: String, _ immediate: String = "0") {
        code.append("NDR_OP(NDR_X_\(name), \(immediate))")
    }

    private mutating func compile(_ computation: Computation) {
        switch computation {
        case .constant(let value):
            if value >= -0x80_0000 && value < 0x80_0000 { return operation("CONST", String(value)) }
            operation("CONST64")
            let bits = UInt64(bitPattern: value)
            code.append("0x\(String(bits & 0xffff_ffff, radix: 16))u")
            code.append("0x\(String(bits >> 32, radix: 16))u")
        case .field(let container, let path, let access):
            operation(access.rawValue, "offsetof(\(container), \(path))")
        case .behind(let pointer, let container, let path, let access):
            compile(pointer)
            operation("AT_" + access.rawValue, path.isEmpty ? "0" : "offsetof(\(container), \(path))")
        case .unary(let unary, let operand):
            compile(operand)
            switch unary {
            case .negate: operation("NEGATE")
            case .invert: operation("INVERT")
            case .not: operation("NOT")
            case .dereference, .address: break
            }
        case .binary(let binary, let left, let right):
            compile(left)
            compile(right)
            operation(Self.operationName(binary))
        case .select(let condition, let first, let second):
            compile(condition)
            compile(first)
            compile(second)
            operation("SELECT")
        case .length(let function, let operand):
            compile(operand)
            operation(function.rawValue)
        case .address(let container, let path):
            operation("ADDR", path.isEmpty ? "0" : "offsetof(\(container), \(path))")
        case .stringsLength(let operand, let count, let isTerminated):
            compile(operand)
            compile(count)
            operation("STRINGS_LEN", isTerminated ? "1" : "0")
        case .sizeOf(let type, let operand, let level):
            compile(operand)
            if let level { compile(level) }
            operation("SIZE_OF", String(number(type, isOut: false)))
        case .text(let text): operation("TEXT", String(string(text)))
        case .call(_, _, let container), .foreign(_, let container):
            operation("THUNK", String(thunks.count))
            thunks.append((container, CExpressions.text(computation)))
        case .pending: break
        }
    }

    private static func operationName(_ operation: BinaryOperator) -> String {
        switch operation {
        case .multiply: return "MUL"
        case .divide: return "DIV"
        case .modulo: return "MOD"
        case .add: return "ADD"
        case .subtract: return "SUB"
        case .shiftLeft: return "SHL"
        case .shiftRight: return "SHR"
        case .less: return "LT"
        case .lessOrEqual: return "LE"
        case .greater: return "GT"
        case .greaterOrEqual: return "GE"
        case .equal: return "EQ"
        case .notEqual: return "NE"
        case .bitAnd: return "AND"
        case .bitXor: return "XOR"
        case .bitOr: return "OR"
        case .and: return "LAND"
        case .or: return "LOR"
        }
    }

    // MARK: - Types

    private struct Row {
        var kind: String
        var wire = "0"
        var flags: [String] = []
        var name = 0
        var cName = 0
        var cSize = "sizeof(void *)"
        var first = 0
        var count: Int64 = 0
        var ref = 0
        var size = 0
        var length = 0
        var range = 0
        var extra = "0"
        var flagged = WireFlags()
        var note = ""

        private func flagText(_ flags: WireFlags) -> String {
            var words = flags.order.map { ["NDR_FLAG_" + $0.rawValue] } ?? []
            if flags.isUnaligned { words.append("NDR_FLAG_NO_ALIGN") }
            if let alignment = flags.alignment { words.append("NDR_FLAG_" + alignment) }
            if flags.isReverse { words.append("NDR_FLAG_RELATIVE_REVERSE") }
            if flags.isStrict { words.append("NDR_FLAG_NO_UNREAD_BYTES") }
            if flags.isPlainNames { words.append("NDR_FLAG_NO_COMPRESSION") }
            if flags.isRelativeBase { words.append("NDR_FLAG_RELATIVE_BASE") }
            return words.isEmpty ? "0" : words.joined(separator: " | ")
        }

        var text: String {
            let flagWords = flags.isEmpty ? "0" : flags.map { "NDR_F_" + $0 }.joined(separator: " | ")
            return
                "{ NDR_KIND_\(kind), \(wire), \(flagWords), \(name), \(cName), \(cSize), \(first), \(count), \(ref), "
                + "\(size), \(length), \(range), \(extra), \(flagText(flagged)) }, /* \(note) */"
        }
    }

    /// The index of a type's record, which is made when it is new. Named types are described one after another, not
    /// one within another: chains of them may be long.
    mutating func type(_ type: NDRType, isOut: Bool) -> Int {
        let index = number(type, isOut: isOut)
        describePending()
        return index
    }

    private mutating func describePending() {
        while let (waiting, id, range) = pending.popLast() {
            let type = NDRType.named(id, range: range)
            var described = waiting
            if !model.types[id].hooks.isEmpty {
                described = types.count
                types.append("")
                let hook = Marshalled(model.types[id])
                var row = hookRow(hook, model.types[id].hooks, name: range == nil ? hook.name : "")
                row.ref = described
                if !model.types[id].isPrinted { row.flags.append("NO_PRINT") }
                finish(row, type, waiting)
            }
            finish(named(model.types[id], range), type, described)
        }
    }

    /// `hooks` says which of the three functions there are.
    private mutating func hookRow(_ marshalled: Marshalled, _ set: Hooks, name: String) -> Row {
        var row = Row(kind: "HOOK", cSize: "sizeof(\(marshalled.cType))")
        row.name = string(name)
        row.extra = String(hook(marshalled, set))
        return row
    }

    private mutating func hook(_ marshalled: Marshalled, _ set: Hooks) -> Int {
        var hook = marshalled
        hook.hooks = set
        if let known = hooks.firstIndex(where: { $0.name == hook.name && $0.form == hook.form }) { return known }
        hooks.append(hook)
        return hooks.count - 1
    }

    private mutating func number(_ type: NDRType, isOut: Bool) -> Int {
        let key = Self.key(type, isOut: isOut)
        if let index = typeIndex[key] { return index }
        let index = types.count
        types.append("")
        typeIndex[key] = index
        if case .named(let id, let range) = type {
            pending.append((index, id, range))
        } else {
            finish(row(type, isOut: isOut), type, index)
        }
        return index
    }

    private mutating func finish(_ unnamed: Row, _ type: NDRType, _ index: Int) {
        var row = unnamed
        row.cName = string(ctypes.name(of: type))
        row.note = "\(index): \(ctypes.name(of: type))"
        types[index] = row.text
    }

    /// Levels of one direction only, so that equal ones meet.
    private static func key(_ type: NDRType, isOut: Bool) -> NDRType {
        func directed(_ level: ArrayLevel) -> ArrayLevel {
            var result = level
            result.size = level.size.map { Directional(input: $0.computation(isOut: isOut), output: nil) }
            result.length = level.length.map { Directional(input: $0.computation(isOut: isOut), output: nil) }
            result.first = level.first.map { Directional(input: $0.computation(isOut: isOut), output: nil) }
            return result
        }
        switch type {
        case .pointer(let kind, let isTop, let target):
            return .pointer(kind, isTopLevel: isTop, to: key(target, isOut: isOut))
        case .array(let level, let element): return .array(directed(level), of: key(element, isOut: isOut))
        case .string(let charset, let level, let toNull): return .string(charset, directed(level), toNull: toNull)
        case .subcontext(let level, let content):
            var result = level
            for path in [\SubcontextLevel.size, \.algorithm, \.plainSize] {
                result[keyPath: path] = level[keyPath: path].map {
                    Directional(input: $0.computation(isOut: isOut), output: nil)
                }
            }
            return .subcontext(result, of: key(content, isOut: isOut))
        case .flagged(var flags, let content):
            flags.dynamic = flags.dynamic.map { Directional(input: $0.computation(isOut: isOut), output: nil) }
            return .flagged(flags, of: key(content, isOut: isOut))
        case .scalar, .named, .blob: return type
        }
    }

    private mutating func row(_ type: NDRType, isOut: Bool) -> Row {
        switch type {
        case .scalar(let scalar, _) where scalar.isHook:
            let all = Hooks(push: true, pull: true, print: true)
            var row = hookRow(Marshalled(scalar), all, name: scalar.name)
            row.wire = String(scalar.hookAlignment)
            row.ref = typeIndex[type] ?? 0
            return row
        case .scalar(let scalar, let range):
            return Row(
                kind: "SCALAR", wire: "NDR_T_" + scalar.wire, name: string(scalar.name),
                cSize: "sizeof(\(scalar.cType))", range: self.range(range),
                extra: scalar.isSecurity ? "sizeof(struct security_ace)" : "0")
        case .blob:
            return Row(kind: "BLOB", name: string("DATA_BLOB"), cSize: "sizeof(DATA_BLOB)")
        case .pointer(let kind, let isTop, let target):
            var row = Row(kind: "POINTER", wire: "NDR_PTR_" + kind.rawValue)
            if target.sharesSlotWithPointer { row.flags.append("SHARES_SLOT") }
            if isTop { row.flags.append("TOP_LEVEL") }
            row.ref = number(target, isOut: isOut)
            return row
        case .array(let level, let element):
            var row = Row(kind: "ARRAY")
            row.ref = number(element, isOut: isOut)
            fill(&row, level, isOut: isOut)
            if level.isInline { row.cSize = "sizeof(\(ctypes.name(of: type)))" }
            return row
        case .string(let charset, let level, let toNull):
            var row = Row(kind: "STRING", wire: "NDR_CHARSET_" + charset.rawValue)
            fill(&row, level, isOut: isOut)
            if toNull { row.flags.append("TO_NULL") }
            if level.countsBytes { row.flags.append("BYTE_COUNTS") }
            return row
        case .flagged(let flags, let content):
            var row = row(content, isOut: isOut)
            if let blob = flags.blob { row.extra = "NDR_BLOB_" + blob }
            row.flagged.add(flags)
            if let dynamic = flags.dynamic, row.kind == "POINTER" {
                row.extra = String(expression(dynamic.computation(isOut: isOut)))
            }
            // The type without flags keeps its name.
            if case .named = content { row.name = 0 }
            return row
        case .subcontext(let level, let content):
            var row = Row(kind: "SUBCONTEXT", wire: "NDR_SUB_" + level.header)
            row.ref = number(content, isOut: isOut)
            row.size = expression(level.size?.computation(isOut: isOut))
            row.count = level.alignment
            if let algorithm = level.algorithm {
                row.length = expression(level.plainSize?.computation(isOut: isOut))
                row.extra = String(expression(algorithm.computation(isOut: isOut)))
            }
            row.cSize = "sizeof(\(ctypes.name(of: content)))"
            return row
        case .named(let id, let range):
            return named(model.types[id], range)
        }
    }

    private mutating func fill(_ row: inout Row, _ level: ArrayLevel, isOut: Bool) {
        if level.isInline { row.flags.append("INLINE") }
        if level.isConformant { row.flags.append("CONFORMANT") }
        if level.isVarying { row.flags.append("VARYING") }
        if let count = level.fixedCount, !level.isVarying || level.isInline {
            row.flags.append("FIXED")
            row.count = count
        }
        if level.isTerminated { row.flags.append("TERMINATED") }
        if level.isStringType { row.flags.append("STRING_TYPE") }
        if level.isHex { row.flags.append("HEX") }
        if level.isSecret { row.flags.append("SECRET") }
        row.size = expression(level.size?.computation(isOut: isOut))
        row.length = expression(level.length?.computation(isOut: isOut))
        if level.text != 0 { row.extra = "0x" + String(level.text, radix: 16) + "u" }
        if let first = level.first { row.extra = String(expression(first.computation(isOut: isOut))) }
        row.range = range(level.range)
    }

    private mutating func named(_ type: TypeModel, _ range: Range?) -> Row {
        var row = Row(kind: "STRUCT", name: range == nil ? string(type.name) : 0, cSize: "sizeof(\(type.cName))")
        row.range = self.range(range)
        if !type.isPrinted { row.flags.append("NO_PRINT") }
        if type.isHex { row.flags.append("HEX") }
        if type.isSecret { row.flags.append("SECRET") }
        if type.isLoose { row.flags.append("ENCAPSULATED") }
        row.extra = String(type.maxRecursion)
        row.flagged = type.wireFlags
        switch type.body {
        case .none: break
        case .pipe(let chunk):
            row.kind = "PIPE"
            row.ref = number(.named(chunk, range: nil), isOut: false)
        case .enumeration(let body), .bitmap(let body):
            if case .bitmap = type.body { row.kind = "BITMAP" } else { row.kind = "ENUM" }
            row.wire = "NDR_T_" + body.scalar.wire
            row.first = values.count
            row.count = Int64(body.values.count)
            for value in body.values {
                values.append("{ \(string(value.name)), 0, \(Self.int64(value.value)) }, /* \(value.name) */")
            }
        case .structure(let elements):
            let rows = elements.map { member($0, in: type.cName, path: $0.cName, isOut: false, flags: []) }
            row.first = members.count
            row.count = Int64(rows.count)
            members += rows
        case .union(let union):
            row.kind = "UNION"
            row.wire = "NDR_T_" + union.tag.wire
            if union.isMS { row.flags.append("MS_UNION") }
            if union.isBare { row.flags.append("NO_DISCRIMINANT") }
            if union.arms.contains(where: { $0.label == nil }) { row.flags.append("HAS_DEFAULT") }
            let rows = union.arms.map { arm($0) }
            row.first = members.count
            row.count = Int64(rows.count)
            members += rows
        }
        return row
    }

    /// Where a type of a number is in the table.
    func index(ofType id: Int) -> Int? { typeIndex[.named(id, range: nil)] }

    // MARK: - Members

    private mutating func arm(_ arm: UnionModel.Arm) -> String {
        var flags = arm.label == nil ? ["DEFAULT"] : []
        guard let element = arm.element else {
            flags.append("EMPTY")
            return memberText("", 0, "0", flags, 0, 0, 0, arm.label ?? 0)
        }
        let type = number(element.type, isOut: false)
        if !element.isPrinted { flags.append("NO_PRINT") }
        return memberText(element.name, type, "0", flags, 0, 0, 0, arm.label ?? 0)
    }

    private mutating func member(
        _ element: Element, in container: String, path: String, isOut: Bool, flags given: [String], peer: Int = 0
    ) -> String {
        var flags = given
        if !element.isPrinted { flags.append("NO_PRINT") }
        if element.isSkipped { flags.append("SKIP") }
        if element.isKept { flags.append("NO_INIT") }
        if element.isSecret { flags.append("SECRET") }
        if element.isContextHandle { flags.append("CONTEXT_HANDLE") }
        let type = number(element.type, isOut: isOut)
        let selector = expression(element.switchIs?.computation(isOut: isOut))
        let value = expression(element.value)
        return memberText(element.name, type, "offsetof(\(container), \(path))", flags, selector, value, peer, 0)
    }

    private mutating func memberText(
        _ name: String, _ type: Int, _ offset: String, _ flags: [String], _ selector: Int, _ value: Int, _ peer: Int,
        _ label: Int64
    ) -> String {
        let flagText = flags.isEmpty ? "0" : flags.map { "NDR_M_" + $0 }.joined(separator: " | ")
        return "{ \(string(name)), \(type), \(offset), \(flagText), \(selector), \(value), \(peer), 0, "
            + "\(Self.int64(label)) }, /* \(name.isEmpty ? "empty" : name) */"
    }

    // MARK: - Functions

    mutating func add(_ function: FunctionModel) {
        functionOrder.append(function)
        for element in function.arguments + (function.result.map { [$0] } ?? []) {
            if element.isIn { _ = type(element.type, isOut: false) }
            if element.isOut { _ = type(element.type, isOut: true) }
        }
        let container = "struct " + function.name
        var inputs: [String: Int] = [:]
        var rows: [String] = []
        for element in function.arguments where element.isIn {
            inputs[element.name] = rows.count
            rows.append(member(element, in: container, path: "in." + element.cName, isOut: false, flags: []))
        }
        let firstIn = members.count
        members += rows
        var outputs: [String] = []
        for element in function.arguments where element.isOut {
            let peer = inputs[element.name].map { firstIn + $0 + 1 } ?? 0
            outputs.append(
                member(element, in: container, path: "out." + element.cName, isOut: true, flags: [], peer: peer))
        }
        if let result = function.result {
            outputs.append(member(result, in: container, path: "out.result", isOut: true, flags: ["RESULT"]))
        }
        let firstOut = members.count
        members += outputs
        describePending()
        var flags: [String] = []
        if function.isTodo { flags.append("NDR_CALL_TODO") }
        if function.isIdempotent { flags.append("NDR_CALL_IDEMPOTENT") }
        let pipes = [pipeCount(function, isOut: false), pipeCount(function, isOut: true)]
        if function.opnum == nil { flags.append("NDR_CALL_NO_OPNUM") }
        let hook =
            function.hooks.isEmpty || function.isTodo ? 0 : self.hook(Marshalled(function), function.hooks) + 1
        let flagText = flags.isEmpty ? "0" : flags.joined(separator: " | ")
        let size = function.hasIn || function.hasOut ? "sizeof(\(container))" : "0"
        calls.append(
            "{ \"\(function.name)\", \(size), \(flagText), \(firstIn), \(rows.count), \(firstOut), \(outputs.count), "
                + "\(pipes[0]), \(pipes[1]), \(hook) },")
    }

    private func pipeCount(_ function: FunctionModel, isOut: Bool) -> Int {
        function.arguments.count { element in
            guard isOut ? element.isOut : element.isIn, case .named(let id, _) = element.type else { return false }
            if case .pipe = model.types[id].body { return true }
            return false
        }
    }
}
