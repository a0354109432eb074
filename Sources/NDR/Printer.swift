// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

/// C structures as text, in the layout that ndrdump's users know. It walks the table itself: nobody prints in a hurry.
struct Printer {
    let table: Table
    var setValues: Bool
    var out = ""
    var depth: Int
    private var pointers = 0
    /// Where full pointers led. They may share what they lead to at every level, which is twice the text a level.
    private var shared: Set<Shared> = []
    /// Inside a structure whose arrays of bytes are hex, or whose contents are secret.
    var isHex = false
    private var isSecret = false
    /// Slots of pipes lead to a PipeContent.
    var showsPipes = false
    private var expressions: [Key: Program] = [:]

    private struct Key: Hashable {
        var code: UInt32
        var first: UInt32
    }

    private struct Shared: Hashable {
        var target: UnsafeRawPointer
        var type: UInt32
    }

    /// Where expressions find `self`, and the members that it has.
    private struct Owner {
        var pointer: UnsafeRawPointer
        var first: UInt32
        var count: UInt32
    }

    init(_ table: Table, setValues: Bool, depth: Int) {
        self.table = table
        self.setValues = setValues
        self.depth = depth
    }

    // MARK: Lines

    mutating func line(_ text: String) {
        for _ in 0..<depth { out += "    " }
        out += text
        out += "\n"
    }

    mutating func field(_ name: String, _ value: String) { line(Printer.padded(name) + ": " + value) }

    private static func padded(_ name: String) -> String {
        name + String(repeating: " ", count: max(0, 25 - name.utf8.count))
    }

    // MARK: Functions

    mutating func function(_ call: ndr_interface_call, _ direction: Direction, _ r: UnsafeRawPointer) {
        let name = call.name.map { String(cString: $0) } ?? ""
        let flags = (direction == .request ? NDR_IN : NDR_OUT) | (setValues ? NDR_SET_VALUES : 0)
        if call.hook != 0, hook(table.hooks[Int(call.hook) - 1], name, r, flags, level: nil, secret: false) { return }
        line("\(name): struct \(name)")
        depth += 1
        let isRequest = direction == .request
        line("\(isRequest ? "in" : "out"): struct \(name)")
        depth += 1
        let first = isRequest ? call.first_in : call.first_out
        let count = isRequest ? call.num_in : call.num_out
        let owner = Owner(pointer: r, first: first, count: count)
        for m in first..<first + count { member(table.member(m), r, owner) }
        depth -= 2
    }

    mutating func type(
        _ index: UInt32, _ name: String, _ value: UnsafeRawPointer, level: Int64, secret: Bool = false
    ) {
        show(index, name, value, Owner(pointer: value, first: 0, count: 0), level, secret: secret)
    }

    // MARK: Members and levels

    private mutating func member(_ member: ndr_member_record, _ base: UnsafeRawPointer, _ owner: Owner) {
        guard !member.has(NDR_M_NO_PRINT), !member.has(NDR_M_EMPTY) else { return }
        let name = table.string(member.name)
        let type = table.type(member.type)
        guard !type.has(NDR_F_NO_PRINT), !member.has(NDR_M_SKIP) || type.isNumber else { return }
        if member.value_expr != 0, setValues, let value = evaluate(member.value_expr, owner) {
            var copy = value
            withUnsafeBytes(of: &copy) { bytes in
                // Little-endian hosts only: the low bytes of the value come first.
                guard var base = bytes.baseAddress else { return }
                if type.has(NDR_F_INLINE), let place = UnsafeRawPointer(bitPattern: Int(value)) { base = place }
                show(member.type, name, base, owner, 0, secret: false)
            }
            return
        }
        var level: Int64 = 0
        if member.switch_expr != 0 {
            guard let known = evaluate(member.switch_expr, owner) else { return field(name, "UNKNOWN SWITCH") }
            level = known
        }
        let secret = isSecret || member.has(NDR_M_SECRET)
        show(member.type, name, base + Int(member.c_offset), owner, level, secret: secret)
    }

    private mutating func show(
        _ index: UInt32, _ name: String, _ slot: UnsafeRawPointer, _ owner: Owner, _ level: Int64, secret: Bool
    ) {
        let type = table.type(index)
        let secret = secret || type.has(NDR_F_SECRET)
        switch type.kindCode {
        case NDR_KIND_SCALAR: scalar(type, name, slot, secret)
        case NDR_KIND_ENUM: enumeration(type, name, slot, secret)
        case NDR_KIND_BITMAP: bitmap(type, name, slot, secret)
        case NDR_KIND_STRUCT:
            line("\(name): struct \(typeName(type))")
            depth += 1
            let outer = (isHex, isSecret)
            (isHex, isSecret) = (isHex || type.has(NDR_F_HEX), secret)
            let inner = Owner(pointer: slot, first: type.first, count: type.count)
            for m in type.first..<type.first + type.count { member(table.member(m), slot, inner) }
            (isHex, isSecret) = outer
            depth -= 1
        case NDR_KIND_UNION: union(type, name, slot, level)
        case NDR_KIND_POINTER: pointer(type, name, slot, owner, level, secret)
        case NDR_KIND_ARRAY: array(type, name, content(type, slot), owner, level, secret)
        case NDR_KIND_STRING: string(type, name, content(type, slot), secret)
        case NDR_KIND_SUBCONTEXT: show(type.ref, name, slot, owner, level, secret: secret)
        case NDR_KIND_BLOB:
            let blob = slot.loadUnaligned(as: DATA_BLOB.self)
            field(name, "DATA_BLOB length=\(blob.length)")
            if !secret, let data = blob.data { dump(data, blob.length) }
        case NDR_KIND_PIPE: pipe(type, name, slot)
        case NDR_KIND_HOOK:
            let isUnion = table.type(type.ref).kindCode == NDR_KIND_UNION
            if hook(table.hook(of: type), name, slot, 0, level: isUnion ? level : nil, secret: secret) { return }
            guard type.ref != index else { return field(name, "?") }
            show(type.ref, name, slot, owner, level, secret: secret)
        default: field(name, "?")
        }
    }

    private mutating func pipe(_ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer) {
        let target = UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
        guard showsPipes, let content = target?.load(as: PipeContent.self) else {
            return field(name, target == nil ? "NULL" : "*")
        }
        line("\(name): PIPE(\(content.count))")
        guard let chunks = content.chunks else { return }
        depth += 1
        for i in 0..<content.count {
            let chunk = UnsafeRawPointer(chunks) + i * InterfaceCodec.chunkSize
            show(type.ref, "chunk", chunk, Owner(pointer: chunk, first: 0, count: 0), 0, secret: false)
        }
        depth -= 1
    }

    /// "samr_Password" of the type itself, or of "struct samr_Password".
    private func typeName(_ type: ndr_type_record) -> String {
        if type.name != 0 { return table.string(type.name) }
        let name = table.string(type.c_name)
        return name.split(separator: " ").last.map { String($0) } ?? name
    }

    private func content(_ type: ndr_type_record, _ slot: UnsafeRawPointer) -> UnsafeRawPointer? {
        type.has(NDR_F_INLINE) ? slot : UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
    }

    private mutating func pointer(
        _ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer, _ owner: Owner, _ level: Int64,
        _ secret: Bool
    ) {
        let target = UnsafeRawPointer(bitPattern: slot.loadUnaligned(as: UInt.self))
        field(name, target == nil ? "NULL" : "*")
        guard let target else { return }
        let deepest = Int(max(type.extra, UInt32(Limits.depth)))
        guard pointers < deepest else { return line("...") }
        let leadsOn = ![NDR_KIND_SCALAR, NDR_KIND_STRING].contains(table.type(type.ref).kindCode)
        if type.wireCode == NDR_PTR_FULL, leadsOn,
            !shared.insert(Shared(target: target, type: type.ref)).inserted
        {
            return line("...")
        }
        pointers += 1
        depth += 1
        // A pointee that shares the slot finds its address there itself.
        show(type.ref, name, type.has(NDR_F_SHARES_SLOT) ? slot : target, owner, level, secret: secret)
        depth -= 1
        pointers -= 1
    }

    private mutating func union(_ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer, _ level: Int64) {
        let shown = level > Int64(Int32.max) && level <= Int64(UInt32.max) ? level - 1 << 32 : level
        // C's int, as in libndr.
        let number =
            isHex ? "0x" + String(UInt32(truncatingIfNeeded: shown), radix: 16, uppercase: true) : String(shown)
        field(name, "union \(typeName(type))(case \(number))")
        var chosen: ndr_member_record?
        for m in type.first..<type.first + type.count {
            let arm = table.member(m)
            if arm.has(NDR_M_DEFAULT) {
                if chosen == nil { chosen = arm }
            } else if arm.label == level {
                chosen = arm
                break
            }
        }
        guard let chosen else { return line("UNKNOWN LEVEL \(UInt16(truncatingIfNeeded: level))") }
        member(chosen, slot, Owner(pointer: slot, first: 0, count: 0))
    }

    // MARK: Arrays and strings

    private mutating func array(
        _ type: ndr_type_record, _ name: String, _ content: UnsafeRawPointer?, _ owner: Owner, _ level: Int64,
        _ secret: Bool
    ) {
        let element = table.type(type.ref)
        let isBytes = element.kindCode == NDR_KIND_SCALAR && element.wireCode == NDR_T_UINT8
        guard var count = count(type, content, owner) else { return line("\(name): ARRAY(?)") }
        guard var content else { return line("\(name): ARRAY(\(count))" + (isBytes ? " : NULL" : "")) }
        if type.extra != 0 {
            // The part that travels, which may start behind the first element.
            guard let first = evaluate(type.extra, owner), first >= 0, first <= Int64(UInt32.max) else {
                return line("\(name): ARRAY(?)")
            }
            if type.length_expr == 0 { count = max(0, count - Int(first)) }
            content += Int(first) * Int(element.c_size)
        }
        if isBytes { return bytes(type, name, content, count, secret) }
        line("\(name): ARRAY(\(count))")
        depth += 1
        for i in 0..<count {
            show(type.ref, name, content + i * Int(element.c_size), owner, level, secret: secret)
        }
        depth -= 1
    }

    private func count(_ type: ndr_type_record, _ content: UnsafeRawPointer?, _ owner: Owner) -> Int? {
        let code = type.length_expr != 0 ? type.length_expr : type.size_expr
        if type.has(NDR_F_TERMINATED), type.length_expr == 0 {
            guard let content else { return 0 }
            let size = UInt8(truncatingIfNeeded: table.type(type.ref).c_size)
            var n = 0
            while Pusher.integer(content + n * Int(size), size, signed: false) != 0 { n += 1 }
            return n + 1
        }
        guard code != 0 else { return Int(type.count) }
        var printer = self
        guard let value = printer.evaluate(code, owner), value >= 0, value <= Int64(UInt32.max) else { return nil }
        return Int(value)
    }

    private mutating func bytes(
        _ type: ndr_type_record, _ name: String, _ content: UnsafeRawPointer, _ count: Int, _ secret: Bool
    ) {
        bytes(name, content, count, isHex: isHex || type.has(NDR_F_HEX), secret: secret)
    }

    mutating func bytes(_ name: String, _ content: UnsafeRawPointer?, _ count: Int, isHex: Bool, secret: Bool) {
        guard let content else { return line("\(name): ARRAY(\(count)) : NULL") }
        let bytes = UnsafeRawBufferPointer(start: content, count: count)
        if secret { return line("\(name): ARRAY(\(count)): <REDACTED SECRET VALUES>") }
        if isHex, count <= 32 {
            return field(name, bytes.map { Printer.hex(UInt64($0), 2) }.joined())
        }
        line("\(name): ARRAY(\(count))")
        if isHex { return dump(content, count) }
        depth += 1
        for i in 0..<count { field("[\(i)]", "0x\(Printer.hex(UInt64(bytes[i]), 2)) (\(bytes[i]))") }
        depth -= 1
    }

    private mutating func string(
        _ type: ndr_type_record, _ name: String, _ content: UnsafeRawPointer?, _ secret: Bool
    ) {
        if type.isText, type.extra & NDR_TEXT_ARRAY != 0 { return strings(name, content, secret) }
        if secret { return field(name, "<REDACTED SECRET VALUE>") }
        guard let content else { return field(name, "NULL") }
        let text = content.assumingMemoryBound(to: UInt8.self)
        let n =
            type.has(NDR_F_INLINE)
            ? strnlen(content.assumingMemoryBound(to: CChar.self), Int(type.count))
            : strlen(content.assumingMemoryBound(to: CChar.self))
        field(name, "'" + String(decoding: UnsafeBufferPointer(start: text, count: n), as: UTF8.self) + "'")
    }

    private mutating func strings(_ name: String, _ content: UnsafeRawPointer?, _ secret: Bool) {
        let texts = content.map { FlaggedText.strings($0) } ?? []
        line("\(name): ARRAY(\(texts.count))")
        depth += 1
        for (index, text) in texts.enumerated() {
            field("[\(index)]", secret ? "<REDACTED SECRET VALUE>" : "'" + String(cString: text) + "'")
        }
        depth -= 1
    }

    // MARK: Expressions

    private mutating func evaluate(_ code: UInt32, _ owner: Owner) -> Int64? {
        let key = Key(code: code, first: owner.first)
        if expressions[key] == nil {
            expressions[key] = try? Compiler.expression(
                table, code, first: owner.first, count: owner.count, isPush: setValues)
        }
        guard let program = expressions[key] else { return nil }
        var scratch = [Int64](repeating: 0, count: Evaluator.scratchWords)
        return scratch.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let last = Int32(truncatingIfNeeded: program.expressionCount - 1)
            return try? Evaluator(program.view, scratch: base).evaluate(last, owner.pointer, owner.pointer)
        }
    }
}
