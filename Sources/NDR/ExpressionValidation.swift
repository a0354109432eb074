// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Walks an expression once with the kinds of its operands instead of their values: a pointer is known by what the
/// table says it leads to, so that nothing is read beyond that.
struct ExpressionValidation {
    let table: Table
    /// C size of `self`.
    let size: Int
    /// Members of `self`: of a structure one run, of a function the [in] and the [out] arguments.
    let members: [Range<UInt32>]

    private enum Operand: Equatable {
        case number
        /// To one value of a type.
        case pointer(UInt32)
        /// Of the field at an offset.
        case address(Int)

        var isPointer: Bool { self != .number }
    }

    func check(_ start: UInt32) throws(NDRError) {
        guard Int(start) < table.code.count else { throw .broken("expression out of bounds") }
        var stack: [Operand] = []
        var pc = Int(start)
        for _ in 0..<Limits.expression {
            guard pc < table.code.count else { throw .broken("expression without end") }
            let word = table.code[pc]
            let op = word & 0xff
            if op == NDR_X_END {
                guard stack == [.number] else { throw .broken("result of an expression") }
                return
            }
            pc += op == NDR_X_CONST64 ? 3 : 1
            guard pc <= table.code.count else { throw .broken("expression without end") }
            try step(op, Int(word >> 8), &stack)
            guard stack.count <= Int(NDR_EXPR_DEPTH) else { throw .broken("expression too deep") }
        }
        throw .broken("expression too long")
    }

    private func step(_ op: UInt32, _ immediate: Int, _ stack: inout [Operand]) throws(NDRError) {
        switch op {
        case NDR_X_CONST, NDR_X_CONST64: stack.append(.number)
        case NDR_X_U8...NDR_X_I64:
            try field(immediate, ExpressionValidation.width(op))
            stack.append(.number)
        case NDR_X_PTR:
            try field(immediate, MemoryLayout<UnsafeRawPointer>.size)
            stack.append(.pointer(try pointee(immediate, members)))
        case NDR_X_ADDR:
            try field(immediate, 0)
            stack.append(.address(immediate))
        case NDR_X_AT_U8...NDR_X_AT_I64:
            try dereference(immediate, ExpressionValidation.width(op), try popAny(&stack))
            stack.append(.number)
        case NDR_X_AT_PTR:
            let pointer = try popAny(&stack)
            try dereference(immediate, MemoryLayout<UnsafeRawPointer>.size, pointer)
            guard case .pointer(let index) = pointer else { throw .broken("operand of an expression") }
            stack.append(.pointer(try pointee(immediate, within(index))))
        case NDR_X_STRLEN...NDR_X_STRLEN_M_TERM_NULL:
            guard case .pointer(let index) = try popAny(&stack) else { throw .broken("length of what is no string") }
            let type = table.type(content(index))
            guard type.kindCode == NDR_KIND_STRING, !type.isText || type.extra & NDR_TEXT_ARRAY == 0 else {
                throw .broken("length of what is no string")
            }
            stack.append(.number)
        case NDR_X_ADD...NDR_X_XOR:
            try pop(.number, &stack)
            try pop(.number, &stack)
            stack.append(.number)
        case NDR_X_INVERT, NDR_X_NEGATE:
            try pop(.number, &stack)
            stack.append(.number)
        case NDR_X_NOT:
            _ = try popAny(&stack)
            stack.append(.number)
        case NDR_X_EQ...NDR_X_LOR:
            _ = try popAny(&stack)
            _ = try popAny(&stack)
            stack.append(.number)
        case NDR_X_SELECT:
            let other = try popAny(&stack)
            try pop(other, &stack)
            _ = try popAny(&stack)
            stack.append(other)
        case NDR_X_THUNK:
            guard immediate < table.thunks.count, table.thunks[immediate] != nil else { throw .broken("thunk") }
            stack.append(.number)
        case NDR_X_SIZE_OF:
            guard immediate < table.types.count else { throw .broken("type of a size") }
            let type = table.type(UInt32(immediate))
            switch type.kindCode {
            case NDR_KIND_STRUCT, NDR_KIND_HOOK: break
            case NDR_KIND_UNION: try pop(.number, &stack)
            case NDR_KIND_SCALAR where SecuritySize.isKnown(type.wireCode): break
            default: throw .broken("type of a size")
            }
            let operand = try popAny(&stack)
            if operand == .address(0), isPushedHere(type), members == within(UInt32(immediate)) {
                return stack.append(.number)
            }
            let found: UInt32? =
                switch operand {
                case .pointer(let index): index
                case .address(let offset): value(at: offset, members)
                case .number: nil
                }
            guard let found, isSame(found, UInt32(immediate)) else { throw .broken("operand of a size") }
            stack.append(.number)
        case NDR_X_STRINGS_LEN:
            try pop(.number, &stack)
            guard case .pointer(let index) = try popAny(&stack), isStringArray(index) else {
                throw .broken("length of what are no strings")
            }
            stack.append(.number)
        default: throw .broken("operation \(op) of an expression")
        }
    }

    /// Bytes that NDR_X_U8 ... NDR_X_I64, or the same with AT_, read.
    static func width(_ op: UInt32) -> Int {
        switch op {
        case NDR_X_U8, NDR_X_I8, NDR_X_AT_U8, NDR_X_AT_I8: 1
        case NDR_X_U16, NDR_X_I16, NDR_X_AT_U16, NDR_X_AT_I16: 2
        case NDR_X_U32, NDR_X_I32, NDR_X_AT_U32, NDR_X_AT_I32: 4
        default: 8
        }
    }

    private func field(_ offset: Int, _ width: Int) throws(NDRError) {
        guard offset + width <= size else { throw .broken("expression reads outside its structure") }
    }

    // MARK: Pointers

    private func dereference(_ offset: Int, _ width: Int, _ pointer: Operand) throws(NDRError) {
        guard case .pointer(let index) = pointer else { throw .broken("operand of an expression") }
        let type = table.type(index)
        // Of an array the first element, of a string its first byte.
        let size =
            switch type.kindCode {
            case NDR_KIND_ARRAY: Int(table.type(type.ref).c_size)
            case NDR_KIND_STRING: 1
            default: Int(type.c_size)
            }
        guard offset + width <= size else { throw .broken("expression reads outside what a pointer leads to") }
    }

    private func within(_ index: UInt32) -> [Range<UInt32>] {
        let type = table.type(table.described(index))
        guard type.kindCode == NDR_KIND_STRUCT || type.kindCode == NDR_KIND_UNION else { return [] }
        return [type.first..<type.first + type.count]
    }

    /// What the pointer at `offset` leads to; the content itself where it shares the slot.
    private func pointee(_ offset: Int, _ members: [Range<UInt32>], nesting: Int = 0) throws(NDRError) -> UInt32 {
        for m in members.joined() where nesting < Limits.nesting {
            let member = table.member(m)
            guard !member.isOffWire || member.has(NDR_M_SKIP) else { continue }
            let type = table.type(member.type)
            let inside = offset - Int(member.c_offset)
            guard inside >= 0, inside < Int(type.c_size) else { continue }
            switch type.kindCode {
            case NDR_KIND_POINTER where inside == 0: return type.ref
            case NDR_KIND_ARRAY, NDR_KIND_STRING:
                if inside == 0, !type.has(NDR_F_INLINE) { return member.type }
            case NDR_KIND_STRUCT, NDR_KIND_UNION, NDR_KIND_HOOK:
                if let found = try? pointee(inside, within(member.type), nesting: nesting + 1) { return found }
            default: break
            }
        }
        throw .broken("expression follows what is no pointer")
    }

    /// The type of the field at `offset`.
    private func value(at offset: Int, _ members: [Range<UInt32>], nesting: Int = 0) -> UInt32? {
        for m in members.joined() where nesting < Limits.nesting {
            let member = table.member(m)
            guard !member.isOffWire || member.has(NDR_M_SKIP) else { continue }
            let inside = offset - Int(member.c_offset)
            guard inside >= 0, inside < Int(table.type(member.type).c_size) else { continue }
            if inside == 0 { return member.type }
            return value(at: inside, within(member.type), nesting: nesting + 1)
        }
        return nil
    }

    /// Whether `found`, in whatever subcontexts, is a value of `type`.
    private func isSame(_ found: UInt32, _ type: UInt32) -> Bool {
        let index = content(found)
        let a = table.type(index)
        let b = table.type(type)
        if a.kindCode == NDR_KIND_SCALAR {
            // One struct dom_sid, whatever its form on the wire.
            let sids = [NDR_T_DOM_SID, NDR_T_DOM_SID2, NDR_T_DOM_SID28, NDR_T_DOM_SID0]
            let areSIDs = sids.contains(a.wireCode) && sids.contains(b.wireCode)
            return b.kindCode == NDR_KIND_SCALAR && (a.wire == b.wire || areSIDs)
        }
        // With flags or without, the members are the same.
        let same = within(index)
        return index == type || a.c_size == b.c_size && !same.isEmpty && same == within(type)
    }

    /// Whether a push of `type` follows its description: one by C could ask for its own size without end.
    private func isPushedHere(_ type: ndr_type_record) -> Bool {
        type.kindCode == NDR_KIND_STRUCT || type.kindCode == NDR_KIND_HOOK && table.hook(of: type).push == nil
    }

    /// What `type`'s subcontexts hold: they have no place of their own in C.
    private func content(_ type: UInt32) -> UInt32 {
        var index = type
        for _ in 0..<Limits.nesting {
            let record = table.type(index)
            guard record.kindCode == NDR_KIND_SUBCONTEXT else { break }
            index = record.ref
        }
        return index
    }

    private func isStringArray(_ index: UInt32) -> Bool {
        let type = table.type(index)
        if type.isText { return type.extra & NDR_TEXT_ARRAY != 0 }
        guard type.kindCode == NDR_KIND_ARRAY else { return false }
        let element = table.type(type.ref)
        return element.kindCode == NDR_KIND_STRING && !element.has(NDR_F_INLINE) && !element.isText
            || element.isText && element.extra & NDR_TEXT_ARRAY == 0
    }

    private func popAny(_ stack: inout [Operand]) throws(NDRError) -> Operand {
        guard let top = stack.popLast() else { throw .broken("expression without operand") }
        return top
    }

    private func pop(_ kind: Operand, _ stack: inout [Operand]) throws(NDRError) {
        let top = try popAny(&stack)
        guard top == kind || top.isPointer && kind.isPointer else { throw .broken("operand of an expression") }
    }
}
