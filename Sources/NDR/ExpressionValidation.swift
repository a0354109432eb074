// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Walks an expression once with the kinds of its operands instead of their values.
struct ExpressionValidation {
    let table: Table
    /// C size of `self`.
    let size: Int

    private enum Operand { case number, pointer }

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
            stack.append(.pointer)
        case NDR_X_ADDR:
            try field(immediate, 0)
            stack.append(.pointer)
        case NDR_X_AT_U8...NDR_X_AT_I64:
            try pop(.pointer, &stack)
            stack.append(.number)
        case NDR_X_AT_PTR:
            try pop(.pointer, &stack)
            stack.append(.pointer)
        case NDR_X_STRLEN...NDR_X_STRLEN_M_TERM_NULL:
            try pop(.pointer, &stack)
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

    private func popAny(_ stack: inout [Operand]) throws(NDRError) -> Operand {
        guard let top = stack.popLast() else { throw .broken("expression without operand") }
        return top
    }

    private func pop(_ kind: Operand, _ stack: inout [Operand]) throws(NDRError) {
        guard try popAny(&stack) == kind else { throw .broken("operand of an expression") }
    }
}
