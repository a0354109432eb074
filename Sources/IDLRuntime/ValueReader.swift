// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import NDR
internal import Wire

extension RuntimeInterface {
    /// A structure as JSON: the arguments of one direction, or one type. docs/tool.md says what becomes of what.
    public func json(_ subject: Subject, _ value: UnsafeRawPointer) throws(RuntimeError) -> JSON {
        var reader = ValueReader(self)
        switch subject {
        case .call(let opnum, let direction):
            let call = view.call(opnum)
            let isRequest = direction == .request
            return try reader.object(
                isRequest ? call.first_in : call.first_out, isRequest ? call.num_in : call.num_out, value)
        case .type(let name, let level):
            guard let type = type(name) else { throw RuntimeError("there is no type '\(name)'") }
            return try reader.value(type, value, ValueOwner(pointer: value, first: 0, count: 0), level)
        }
    }
}

/// Where expressions find `self`, and the members that it has.
struct ValueOwner {
    var pointer: UnsafeRawPointer
    var first: UInt32
    var count: UInt32
}

/// Walks C structures that the engine has filled.
private struct ValueReader {
    private let interface: RuntimeInterface
    private let view: TableView
    private var depth = 0
    private var path: [String] = []
    /// Aliases of full pointers could multiply without end.
    private var nodes = 0
    private static let maxNodes = 1 << 24

    init(_ interface: RuntimeInterface) {
        self.interface = interface
        view = interface.view
    }

    private func wrong(_ what: String) -> RuntimeError { RuntimeError("\(path.joined(separator: ".")): \(what)") }

    mutating func object(_ first: UInt32, _ count: UInt32, _ base: UnsafeRawPointer) throws(RuntimeError) -> JSON {
        let owner = ValueOwner(pointer: base, first: first, count: count)
        var fields: [(String, JSON)] = []
        for index in first..<first + count {
            let member = view.member(index)
            if member.isOffWire { continue }
            fields.append((view.string(member.name), try self.member(member, base, owner)))
        }
        return .object(fields)
    }

    private mutating func member(_ member: ndr_member_record, _ base: UnsafeRawPointer, _ owner: ValueOwner)
        throws(RuntimeError) -> JSON
    {
        path.append(view.string(member.name))
        var level: Int64 = 0
        if member.switch_expr != 0 {
            guard let value = evaluate(member.switch_expr, owner) else { throw wrong("its level is unknown") }
            level = value
        }
        let value = try value(member.type, base + Int(member.c_offset), owner, level)
        path.removeLast()
        return value
    }

    private func evaluate(_ code: UInt32, _ owner: ValueOwner) -> Int64? {
        interface.expressions.value(
            code, first: owner.first, count: owner.count, owner: owner.pointer, isPush: false)
    }

    mutating func value(_ index: UInt32, _ slot: UnsafeRawPointer, _ owner: ValueOwner, _ level: Int64)
        throws(RuntimeError) -> JSON
    {
        nodes += 1
        depth += 1
        defer { depth -= 1 }
        guard depth < JSON.maxDepth, nodes < Self.maxNodes else { throw wrong("too deep or too large for JSON") }
        let type = view.type(index)
        switch UInt32(type.kind) {
        case NDR_KIND_SCALAR:
            guard ScalarJSON.isKnown(type) else { throw wrong("\(view.string(type.name)) has no JSON form") }
            return ScalarJSON.json(type, slot)
        case NDR_KIND_ENUM:
            let number = ScalarJSON.integer(type, slot)
            let name = view.values(type).first { $0.value == number.signed || $0.value == number.unsigned }
            return name.map { .string(view.string($0.name)) } ?? .integer(number.signed)
        case NDR_KIND_BITMAP: return .integer(UInt64(bitPattern: ScalarJSON.integer(type, slot).unsigned))
        case NDR_KIND_STRUCT: return try object(type.first, type.count, slot)
        case NDR_KIND_UNION: return try union(type, slot, level)
        case NDR_KIND_POINTER: return try pointer(type, slot, owner, level)
        case NDR_KIND_ARRAY: return try array(type, slot, owner, level)
        case NDR_KIND_STRING: return string(type, slot)
        case NDR_KIND_SUBCONTEXT: return try value(type.ref, slot, owner, level)
        case NDR_KIND_PIPE: return try pipe(type, slot)
        case NDR_KIND_BLOB:
            let blob = slot.loadUnaligned(as: DATA_BLOB.self)
            guard let data = blob.data else { return .string("") }
            return .string(HexText.text(UnsafeBufferPointer(start: data, count: blob.length)))
        default: throw wrong("a type of kind \(type.kind) has no JSON form")
        }
    }

    /// The chunks of a pipe, as they came.
    private mutating func pipe(_ type: ndr_type_record, _ slot: UnsafeRawPointer) throws(RuntimeError) -> JSON {
        let target = UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
        guard let content = target?.load(as: PipeContent.self), let chunks = content.chunks else { return .array([]) }
        var items: [JSON] = []
        for i in 0..<content.count {
            let chunk = UnsafeRawPointer(chunks) + i * InterfaceCodec.chunkSize
            items.append(try value(type.ref, chunk, ValueOwner(pointer: chunk, first: 0, count: 0), 0))
        }
        return .array(items)
    }

    private mutating func union(_ type: ndr_type_record, _ slot: UnsafeRawPointer, _ level: Int64)
        throws(RuntimeError) -> JSON
    {
        let arms = (type.first..<type.first + type.count).map { view.member($0) }
        let arm = arms.first { !$0.has(NDR_M_DEFAULT) && $0.label == level } ?? arms.first { $0.has(NDR_M_DEFAULT) }
        guard let arm else { throw wrong("a union without arm \(level)") }
        if arm.has(NDR_M_EMPTY) { return .object([]) }
        let value = try member(arm, slot, ValueOwner(pointer: slot, first: 0, count: 0))
        return .object([(view.string(arm.name), value)])
    }

    private mutating func pointer(
        _ type: ndr_type_record, _ slot: UnsafeRawPointer, _ owner: ValueOwner, _ level: Int64
    )
        throws(RuntimeError) -> JSON
    {
        guard let target = UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self)) else { return .null }
        let inner = try value(type.ref, type.has(NDR_F_SHARES_SLOT) ? slot : target, owner, level)
        return view.wrapsPointee(type) ? .array([inner]) : inner
    }

    private mutating func array(_ type: ndr_type_record, _ slot: UnsafeRawPointer, _ owner: ValueOwner, _ level: Int64)
        throws(RuntimeError) -> JSON
    {
        let content =
            type.has(NDR_F_INLINE) ? slot : UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
        guard var content else { return .null }
        let element = view.type(type.ref)
        guard var count = count(type, element, content, owner) else { throw wrong("its length is unknown") }
        if type.extra != 0 {
            guard let first = evaluate(type.extra, owner), first >= 0, first <= Int64(UInt32.max) else {
                throw wrong("its first element is unknown")
            }
            if type.length_expr == 0 { count = max(0, count - Int(first)) }
            content += Int(first) * Int(element.c_size)
        }
        if view.isByte(type.ref) {
            return .string(HexText.text(UnsafeRawBufferPointer(start: content, count: count)))
        }
        var items: [JSON] = []
        for i in 0..<count { items.append(try value(type.ref, content + i * Int(element.c_size), owner, level)) }
        return .array(items)
    }

    private func count(
        _ type: ndr_type_record, _ element: ndr_type_record, _ content: UnsafeRawPointer, _ owner: ValueOwner
    ) -> Int? {
        if type.has(NDR_F_TERMINATED), type.length_expr == 0 {
            var count = 0
            while ScalarJSON.integer(element, content + count * Int(element.c_size)).unsigned != 0 { count += 1 }
            return count
        }
        let code = type.length_expr != 0 ? type.length_expr : type.size_expr
        guard code != 0 else { return Int(type.count) }
        guard let value = evaluate(code, owner), value >= 0 else { return nil }
        return Int(value)
    }

    private func string(_ type: ndr_type_record, _ slot: UnsafeRawPointer) -> JSON {
        if type.isArrayOfText { return strings(UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))) }
        let isInline = type.has(NDR_F_INLINE)
        let content = isInline ? slot : UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
        guard let content else { return .null }
        let text = content.assumingMemoryBound(to: CChar.self)
        let count = isInline ? strnlen(text, Int(type.count)) : strlen(text)
        return .string(String(decoding: UnsafeRawBufferPointer(start: content, count: count), as: UTF8.self))
    }
}

extension ndr_type_record {
    /// `string_array`.
    var isArrayOfText: Bool {
        UInt32(kind) == NDR_KIND_STRING && has(NDR_F_STRING_TYPE) && extra & NDR_TEXT_ARRAY != 0
    }
}

private func strings(_ content: UnsafeRawPointer?) -> JSON {
    guard var slot = content else { return .null }
    var result: [JSON] = []
    while let text = UnsafePointer<CChar>(bitPattern: slot.loadUnaligned(as: UInt.self)) {
        result.append(.string(String(cString: text)))
        slot += MemoryLayout<UInt>.size
    }
    return .array(result)
}

extension TableView {
    func isByte(_ index: UInt32) -> Bool {
        let type = type(index)
        return UInt32(type.kind) == NDR_KIND_SCALAR && UInt32(type.wire) == NDR_T_UINT8
    }

    /// A pointer that may be NULL to another that may: [value] tells a NULL behind it from itself being NULL.
    func wrapsPointee(_ type: ndr_type_record) -> Bool {
        let target = self.type(type.ref)
        return UInt32(type.wire) != NDR_PTR_REF && !type.has(NDR_F_SHARES_SLOT)
            && UInt32(target.kind) == NDR_KIND_POINTER && UInt32(target.wire) != NDR_PTR_REF
    }
}
