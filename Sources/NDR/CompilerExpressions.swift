// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Expressions: the usual ones in one record, the others as code for the stack machine.
extension Compiler {
    mutating func expression(_ start: UInt32, _ scope: Scope) throws(NDRError) -> Int32 {
        try expression(start, scope, nesting: 0)
    }

    private mutating func expression(_ start: UInt32, _ scope: Scope, nesting: Int) throws(NDRError) -> Int32 {
        guard nesting <= Limits.valueNesting else { throw .broken("values that depend on each other") }
        var result = Expression(
            kind: Expression.general, load: 0, usesEnvironment: scope.usesEnvironment, selfOffset: scope.offset,
            offset: 0, offset2: 0, constantValue: 0)
        if let usual = try simple(Int(start), scope, result, nesting) {
            result = usual
        } else {
            var words: [UInt32] = []
            var pc = Int(start)
            while true {
                let word = table.code[pc]
                let op = word & 0xff
                if let value = valueExpression(op, word >> 8, scope) {
                    let inner = try expression(value, scope, nesting: nesting + 1)
                    words.append(Evaluator.call | UInt32(inner) << 8)
                } else if op == NDR_X_TEXT {
                    let bits = UInt64(UInt(bitPattern: table.cString(word >> 8)))
                    words += [
                        NDR_X_CONST64, UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32),
                    ]
                } else if op == NDR_X_SIZE_OF {
                    words.append(try sizeOf(word >> 8, scope))
                } else {
                    words.append(word)
                    if op == NDR_X_CONST64 { words += [table.code[pc + 1], table.code[pc + 2]] }
                }
                pc += op == NDR_X_CONST64 ? 3 : 1
                if op == NDR_X_END { break }
            }
            result.offset = UInt32(code.count)
            code += words
        }
        expressions.append(result)
        guard expressions.count < 1 << 24 else { throw .broken("a function is too large") }
        return Int32(expressions.count - 1)
    }

    private mutating func sizeOf(_ index: UInt32, _ scope: Scope) throws(NDRError) -> UInt32 {
        let type = table.type(index)
        if type.kindCode == NDR_KIND_SCALAR { return Evaluator.sizeOf | UInt32(type.wire) << 8 }
        let op = type.kindCode == NDR_KIND_UNION ? Evaluator.sizeOfUnion : Evaluator.sizeOfBlock
        // Only a push computes values; what a pull would compile is no push.
        guard isPush else { return op | Measurement.none << 8 }
        let block = block(index, scope)
        guard let immediate = Measurement.immediate(block, rules) else { throw .broken("a function is too large") }
        return op | immediate << 8
    }

    /// Most expressions are a constant, or a field, what a field points at or the length of a string, times, by and
    /// plus constants: these need no stack.
    private mutating func simple(_ start: Int, _ scope: Scope, _ blank: Expression, _ nesting: Int)
        throws(NDRError) -> Expression?
    {
        var result = blank
        var pc = start
        // "2 * x" has its constant in front.
        var pending = constant(&pc)
        if let value = pending, table.code[pc] & 0xff == NDR_X_END {
            result.kind = Expression.constant
            result.constantValue = value
            return result
        }
        guard try source(&pc, scope, &result, nesting) else { return nil }
        while table.code[pc] & 0xff != NDR_X_END {
            guard let value = pending ?? constant(&pc),
                Compiler.scale(&result, table.code[pc] & 0xff, value, isFirst: pending != nil)
            else { return nil }
            pending = nil
            pc += 1
        }
        result.isScaled = result.factor != 1 || result.divisor != 1 || result.constantValue != 0
        result.shift = result.divisor.nonzeroBitCount == 1 ? Int8(result.divisor.trailingZeroBitCount) : -1
        // What cannot be negative is only shifted.
        let isUnsigned = [NDR_X_U8, NDR_X_U16, NDR_X_U32].contains(UInt32(result.load))
        if result.kind == Expression.field, isUnsigned, result.factor == 1, result.constantValue == 0, result.shift > 0
        {
            result.isScaled = false
        }
        return pending == nil ? result : nil
    }

    private func constant(_ pc: inout Int) -> Int64? {
        let word = table.code[pc]
        switch word & 0xff {
        case NDR_X_CONST:
            pc += 1
            return Int64(Int32(bitPattern: word) >> 8)
        case NDR_X_CONST64:
            defer { pc += 3 }
            return Int64(bitPattern: UInt64(table.code[pc + 1]) | UInt64(table.code[pc + 2]) << 32)
        default: return nil
        }
    }

    /// What an expression starts from.
    private mutating func source(_ pc: inout Int, _ scope: Scope, _ result: inout Expression, _ nesting: Int)
        throws(NDRError) -> Bool
    {
        let word = table.code[pc]
        let op = word & 0xff
        pc += 1
        if let value = valueExpression(op, word >> 8, scope) {
            // The field stands for its own expression, if that is as simple.
            let known = expressions.count
            let inner = expressions[Int(try expression(value, scope, nesting: nesting + 1))]
            expressions.removeSubrange(known...)
            guard inner.kind != Expression.general, inner.kind != Expression.constant else { return false }
            result = inner
            return true
        }
        result.offset = word >> 8
        if (NDR_X_U8...NDR_X_I64).contains(op) {
            result.kind = Expression.field
            result.load = UInt8(op)
            return true
        }
        guard op == NDR_X_PTR else { return false }
        let next = table.code[pc]
        pc += 1
        switch next & 0xff {
        case NDR_X_AT_U8...NDR_X_AT_I64:
            result.kind = Expression.dereference
            result.load = UInt8(next & 0xff - NDR_X_AT_U8 + NDR_X_U8)
            result.offset2 = next >> 8
            return true
        case NDR_X_STRLEN...NDR_X_STRLEN_M_TERM_NULL:
            result.kind = Expression.stringLength
            result.load = UInt8(next & 0xff)
            return true
        default: return false
        }
    }

    /// Adds one operation with a constant; false: it does not fit the form. `isFirst`: the constant is the left operand.
    private static func scale(_ result: inout Expression, _ op: UInt32, _ value: Int64, isFirst: Bool) -> Bool {
        switch op {
        case NDR_X_MUL:
            guard result.divisor == 1, result.constantValue == 0 else { return false }
            let (product, overflow) = result.factor.multipliedReportingOverflow(by: value)
            result.factor = product
            return !overflow
        case NDR_X_DIV:
            guard !isFirst, value > 0, result.divisor == 1, result.constantValue == 0 else { return false }
            // (x * 2) / 2 is x.
            if result.factor % value == 0 { result.factor /= value } else { result.divisor = value }
            return true
        case NDR_X_ADD, NDR_X_SUB:
            guard op == NDR_X_ADD || !isFirst, value != .min else { return false }
            let (sum, overflow) = result.constantValue.addingReportingOverflow(op == NDR_X_ADD ? value : -value)
            result.constantValue = sum
            return !overflow
        default: return false
        }
    }

    /// The [value()] of the field that an operation loads, on push.
    private func valueExpression(_ op: UInt32, _ offset: UInt32, _ scope: Scope) -> UInt32? {
        guard isPush, (NDR_X_U8...NDR_X_I64).contains(op) else { return nil }
        for m in scope.first..<scope.first + scope.count {
            let member = table.member(m)
            if member.value_expr != 0, member.c_offset == offset { return member.value_expr }
        }
        return nil
    }
}
