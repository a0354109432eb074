// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import NDR
internal import Wire

extension RuntimeInterface {
    /// Fills a zeroed structure from JSON of the shape that json() makes. A field may be left out where all zero means
    /// something: a NULL pointer, a 0, or what [value()] computes.
    public func fill(_ subject: Subject, _ json: JSON, _ value: UnsafeMutableRawPointer, _ arena: Arena)
        throws(RuntimeError)
    {
        var builder = ValueBuilder(self, arena)
        switch subject {
        case .call(let opnum, let direction):
            let call = view.call(opnum)
            let isRequest = direction == .request
            try builder.object(
                isRequest ? call.first_in : call.first_out, isRequest ? call.num_in : call.num_out, json, value)
        case .type(let name, let level):
            guard let type = type(name) else { throw RuntimeError("there is no type '\(name)'") }
            try builder.value(type, json, value)
            try builder.checkUnions(level)
        }
    }
}

private struct ValueBuilder {
    private let interface: RuntimeInterface
    private let view: TableView
    private let arena: Arena
    private var path: [String] = []
    private var depth = 0
    private static let mostBytes = 1 << 30
    /// Arrays whose lengths the fields of the enclosing structure have to agree with.
    private var arrays: [Built] = []

    /// Unions whose arms have to be those that the engine will choose.
    private var unions: [Chosen] = []

    private struct Built {
        var type: ndr_type_record
        var count: Int
        var path: String
        /// The elements of a part whose place in the array the other fields say, and where the array belongs.
        var part: (elements: UnsafeMutableRawPointer, slot: UnsafeMutableRawPointer)?
    }

    private struct Chosen {
        var type: ndr_type_record
        var arm: String?
        var path: String
        var selector: UInt32 = 0
    }

    init(_ interface: RuntimeInterface, _ arena: Arena) {
        self.interface = interface
        self.arena = arena
        view = interface.view
    }

    private func wrong(_ what: String) -> RuntimeError {
        RuntimeError((path.isEmpty ? "the value" : path.joined(separator: ".")) + ": " + what)
    }

    mutating func object(_ first: UInt32, _ count: UInt32, _ json: JSON, _ base: UnsafeMutableRawPointer)
        throws(RuntimeError)
    {
        guard case .object(let fields) = json else { throw wrong("expected an object") }
        var values = Dictionary(fields, uniquingKeysWith: { first, _ in first })
        let outer = (arrays, unions)
        (arrays, unions) = ([], [])
        for index in first..<first + count {
            let member = view.member(index)
            if member.isOffWire { continue }
            let name = view.string(member.name)
            path.append(name)
            if let json = values.removeValue(forKey: name) {
                let before = unions.count
                try value(member.type, json, base + Int(member.c_offset))
                for index in before..<unions.count { unions[index].selector = member.switch_expr }
            } else if needsValue(member) {
                throw wrong("is missing")
            } else if member.value_expr == 0 {
                try absent(member.type)
            }
            path.removeLast()
        }
        if let name = values.keys.sorted().first { throw wrong("has no member '\(name)'") }
        let owner = ValueOwner(pointer: base, first: first, count: count)
        for built in arrays { try check(built, owner) }
        for chosen in unions where chosen.selector != 0 {
            guard let level = evaluate(chosen.selector, owner) else {
                throw RuntimeError("\(chosen.path): its level cannot be computed")
            }
            try check(chosen, level)
        }
        (arrays, unions) = outer
    }

    /// References and what contains them have no zero.
    private func needsValue(_ member: ndr_member_record) -> Bool {
        let type = view.type(member.type)
        if member.value_expr != 0 { return false }
        switch UInt32(type.kind) {
        case NDR_KIND_STRUCT, NDR_KIND_UNION: return true
        case NDR_KIND_POINTER: return UInt32(type.wire) == NDR_PTR_REF
        default: return false
        }
    }

    /// An array that is not there still has to have the length that other fields say.
    private mutating func absent(_ index: UInt32) throws(RuntimeError) {
        let type = view.type(index)
        let kind = UInt32(type.kind)
        if kind == NDR_KIND_ARRAY { remember(type, 0) }
        if kind == NDR_KIND_STRING, !type.has(NDR_F_INLINE) { throw wrong("is missing") }
        if kind == NDR_KIND_SUBCONTEXT { throw wrong("is missing") }
    }

    private mutating func remember(
        _ type: ndr_type_record, _ count: Int,
        part: (elements: UnsafeMutableRawPointer, slot: UnsafeMutableRawPointer)? = nil
    ) {
        arrays.append(Built(type: type, count: count, path: path.joined(separator: "."), part: part))
    }

    private func evaluate(_ code: UInt32, _ owner: ValueOwner) -> Int64? {
        interface.expressions.value(code, first: owner.first, count: owner.count, owner: owner.pointer, isPush: true)
    }

    /// What the engine will read is what was built.
    private func check(_ built: Built, _ owner: ValueOwner) throws(RuntimeError) {
        if built.type.has(NDR_F_TERMINATED) { return }
        let first = try place(built, owner)
        for code in [built.type.size_expr, built.type.length_expr] where code != 0 {
            // max_count may be more than there is, when actual_count says how much there is.
            if code == built.type.size_expr && built.type.length_expr != 0 { continue }
            guard let value = evaluate(code, owner) else {
                throw RuntimeError("\(built.path): its length cannot be computed")
            }
            let before = built.type.length_expr == 0 ? first : 0
            guard value == Int64(built.count + before) else {
                throw RuntimeError(
                    "\(built.path): has \(built.count) elements, but the fields that count them say \(value)")
            }
        }
    }

    /// Puts the elements of a part where they belong; the index of the first one.
    private func place(_ built: Built, _ owner: ValueOwner) throws(RuntimeError) -> Int {
        guard built.type.extra != 0 else { return 0 }
        let size = Int(view.type(built.type.ref).c_size)
        guard let first = evaluate(built.type.extra, owner).flatMap({ Int(exactly: $0) }), first >= 0,
            first <= Self.mostBytes
        else { throw RuntimeError("\(built.path): its first element cannot be computed") }
        guard let part = built.part else { return first }
        let (bytes, overflow) = (first + built.count).multipliedReportingOverflow(by: size)
        let room = built.type.has(NDR_F_INLINE) ? Int(built.type.c_size) : Self.mostBytes
        guard !overflow, bytes <= room else {
            throw RuntimeError("\(built.path): does not fit behind its first element")
        }
        var array = part.slot
        if !built.type.has(NDR_F_INLINE) {
            array = arena.make(bytes + size)
            part.slot.storeBytes(of: array, as: UnsafeMutableRawPointer.self)
        }
        (array + first * size).copyMemory(from: part.elements, byteCount: built.count * size)
        return first
    }

    func checkUnions(_ level: Int64) throws(RuntimeError) {
        for chosen in unions { try check(chosen, level) }
    }

    private func check(_ chosen: Chosen, _ level: Int64) throws(RuntimeError) {
        let arms = (chosen.type.first..<chosen.type.first + chosen.type.count).map { view.member($0) }
        let arm = arms.first { !$0.has(NDR_M_DEFAULT) && $0.label == level } ?? arms.first { $0.has(NDR_M_DEFAULT) }
        guard let arm else { throw RuntimeError("\(chosen.path): there is no arm for level \(level)") }
        let name = arm.has(NDR_M_EMPTY) ? nil : view.string(arm.name)
        guard name == chosen.arm else {
            let expected = name.map { "'\($0)'" } ?? "empty"
            throw RuntimeError("\(chosen.path): the arm of level \(level) is \(expected)")
        }
    }

    mutating func value(_ index: UInt32, _ json: JSON, _ slot: UnsafeMutableRawPointer) throws(RuntimeError) {
        depth += 1
        defer { depth -= 1 }
        guard depth < JSON.maxDepth else { throw wrong("is nested too deeply") }
        let type = view.type(index)
        switch UInt32(type.kind) {
        case NDR_KIND_SCALAR:
            guard ScalarJSON.isKnown(type) else { throw wrong("\(view.string(type.name)) has no JSON form") }
            if let expected = ScalarJSON.store(json, type, slot, arena) { throw wrong("expected \(expected)") }
        case NDR_KIND_ENUM, NDR_KIND_BITMAP: try named(type, json, slot)
        case NDR_KIND_STRUCT: try object(type.first, type.count, json, slot)
        case NDR_KIND_UNION: try union(type, json, slot)
        case NDR_KIND_POINTER: try pointer(type, json, slot)
        case NDR_KIND_ARRAY: try array(type, json, slot)
        case NDR_KIND_STRING: try string(type, json, slot)
        case NDR_KIND_SUBCONTEXT: try value(type.ref, json, slot)
        case NDR_KIND_PIPE: try pipe(type, json, slot)
        case NDR_KIND_BLOB:
            guard case .string(let text) = json, let bytes = HexText.bytes(text.utf8) else {
                throw wrong("expected pairs of hexadecimal digits")
            }
            let blob = DATA_BLOB(data: copy(bytes).assumingMemoryBound(to: UInt8.self), length: bytes.count)
            slot.storeBytes(of: blob, as: DATA_BLOB.self)
        default: throw wrong("a type of kind \(type.kind) has no JSON form")
        }
    }

    private func copy(_ bytes: [UInt8]) -> UnsafeMutableRawPointer {
        let memory = arena.make(bytes.count + 1)
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        return memory
    }

    private func named(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer) throws(RuntimeError) {
        if ScalarJSON.store(json, type.c_size, slot) { return }
        guard case .string(let text) = json else { throw wrong("expected a number or a name") }
        var sum: Int64 = 0
        for name in text.split(separator: "|") {
            guard let value = view.values(type).first(where: { view.string($0.name) == name }) else {
                throw wrong("there is no value '\(name)'")
            }
            sum |= value.value
        }
        guard ScalarJSON.store(.number(String(sum)), type.c_size, slot) else { throw wrong("'\(text)' does not fit") }
    }

    private mutating func pipe(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer)
        throws(RuntimeError)
    {
        guard case .array(let items) = json else { throw wrong("expected an array of chunks") }
        let chunks = arena.make(items.count * InterfaceCodec.chunkSize)
        for (i, item) in items.enumerated() {
            path.append("[\(i)]")
            try value(type.ref, item, chunks + i * InterfaceCodec.chunkSize)
            path.removeLast()
        }
        let content = arena.make(MemoryLayout<PipeContent>.size)
        content.storeBytes(of: PipeContent(count: items.count, chunks: chunks), as: PipeContent.self)
        slot.storeBytes(of: content, as: UnsafeMutableRawPointer.self)
    }

    private mutating func union(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer)
        throws(RuntimeError)
    {
        guard case .object(let fields) = json, fields.count <= 1 else { throw wrong("expected an object of one arm") }
        unions.append(Chosen(type: type, arm: fields.first?.0, path: path.joined(separator: ".")))
        guard let (name, json) = fields.first else { return }
        let arm = (type.first..<type.first + type.count).map { view.member($0) }
            .first { !$0.has(NDR_M_EMPTY) && view.string($0.name) == name }
        guard let arm else { throw wrong("has no arm '\(name)'") }
        path.append(name)
        try value(arm.type, json, slot)
        path.removeLast()
    }

    private mutating func pointer(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer)
        throws(RuntimeError)
    {
        let isReference = UInt32(type.wire) == NDR_PTR_REF
        let target = view.type(type.ref)
        var json = json
        if case .null = json {
            guard isReference, !type.has(NDR_F_SHARES_SLOT), UInt32(target.kind) == NDR_KIND_POINTER else {
                if isReference { throw wrong("a reference is never null") }
                return
            }
        }
        if view.wrapsPointee(type) {
            guard case .array(let items) = json, items.count == 1 else { throw wrong("expected [value]") }
            json = items[0]
        }
        if type.has(NDR_F_SHARES_SLOT) { return try value(type.ref, json, slot) }
        let memory = arena.make(Int(target.c_size))
        slot.storeBytes(of: memory, as: UnsafeMutableRawPointer.self)
        try value(type.ref, json, memory)
    }

    private mutating func array(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer)
        throws(RuntimeError)
    {
        let element = view.type(type.ref)
        let isInline = type.has(NDR_F_INLINE)
        let isPart = type.extra != 0
        func place(_ count: Int) throws(RuntimeError) -> UnsafeMutableRawPointer {
            let size = Int(element.c_size)
            let isWhole = type.has(NDR_F_FIXED) && !isPart && type.length_expr == 0
            if isInline {
                let room = size == 0 ? 0 : Int(type.c_size) / size
                guard isWhole ? count == Int(type.count) : count <= room else {
                    throw wrong("has \(count) elements, the array has room for \(room)")
                }
                if !isPart { return slot }
            }
            guard !isWhole || count == Int(type.count) else {
                throw wrong("has \(count) elements instead of \(type.count)")
            }
            let (bytes, overflow) = (count + 1).multipliedReportingOverflow(by: size)
            guard !overflow, bytes <= Self.mostBytes else { throw wrong("is too large") }
            let memory = arena.make(bytes)
            if isPart { return memory }
            slot.storeBytes(of: memory, as: UnsafeMutableRawPointer.self)
            return memory
        }
        if view.isByte(type.ref), case .string(let text) = json {
            guard let bytes = HexText.bytes(text.utf8) else { throw wrong("expected pairs of hexadecimal digits") }
            let memory = try place(bytes.count)
            memory.copyMemory(from: bytes, byteCount: bytes.count)
            return remember(type, bytes.count, part: isPart ? (memory, slot) : nil)
        }
        guard case .array(let items) = json else { throw wrong("expected an array") }
        let memory = try place(items.count)
        remember(type, items.count, part: isPart ? (memory, slot) : nil)
        for (i, item) in items.enumerated() {
            path.append("[\(i)]")
            try value(type.ref, item, memory + i * Int(element.c_size))
            path.removeLast()
        }
    }

    private func strings(_ json: JSON, _ slot: UnsafeMutableRawPointer) throws(RuntimeError) {
        guard case .array(let items) = json else { throw wrong("expected an array of strings") }
        let pointers = arena.make((items.count + 1) * MemoryLayout<UInt>.size)
        for (index, item) in items.enumerated() {
            guard case .string(let text) = item, !text.utf8.contains(0) else { throw wrong("expected a string") }
            pointers.storeBytes(
                of: arena.string(text), toByteOffset: index * MemoryLayout<UInt>.size, as: UnsafeMutableRawPointer.self)
        }
        slot.storeBytes(of: pointers, as: UnsafeMutableRawPointer.self)
    }

    private func string(_ type: ndr_type_record, _ json: JSON, _ slot: UnsafeMutableRawPointer) throws(RuntimeError) {
        if type.isArrayOfText { return try strings(json, slot) }
        guard case .string(let text) = json, !text.utf8.contains(0) else { throw wrong("expected a string") }
        if !type.has(NDR_F_INLINE) {
            return slot.storeBytes(of: arena.string(text), as: UnsafeMutableRawPointer.self)
        }
        let bytes = Array(text.utf8)
        guard bytes.count <= Int(type.c_size) else { throw wrong("is longer than \(type.c_size) bytes") }
        slot.copyMemory(from: bytes, byteCount: bytes.count)
    }
}
