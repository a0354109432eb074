// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

/// Pull writes a referent id with these upper bits into a pointer's slot until its pointee is there. No address of
/// a process looks like it, so an expression that meets one knows that the value is not known yet.
enum Pending {
    static let mark: UInt = 0xffff_0000_0000_0000

    @inline(__always)
    static func isPending(_ bits: UInt) -> Bool { bits >> 48 == 0xffff }
}

/// Evaluates compiled expressions. `scratch` holds the lengths of the last string, then NDR_EXPR_DEPTH values and as many
/// states for each nested value.
struct Evaluator {
    let view: UnsafePointer<ProgramView>
    let scratch: UnsafeMutablePointer<Int64>

    static let scratchWords = cacheWords + 2 * Int(NDR_EXPR_DEPTH) * (Limits.valueNesting + 1)
    /// The last string's address, bytes and UTF-16 units: one string has its length computed for several fields.
    private static let cacheWords = 4
    /// Evaluates expression `immediate` on the same self: what a field with [value()] becomes on push.
    static let call: UInt32 = 255
    /// NDR_X_SIZE_OF for the built-in type `immediate`.
    static let sizeOf: UInt32 = 254
    /// The same for what the block of `immediate` pushes, a structure or a union (`Measurement`).
    static let sizeOfBlock: UInt32 = 253
    static let sizeOfUnion: UInt32 = 252

    /// Pushes within each other whose bytes are only counted.
    let sizing: UInt8
    var isSizing: Bool { sizing > 0 }

    init(_ view: UnsafePointer<ProgramView>, scratch: UnsafeMutablePointer<Int64>, sizing: UInt8 = 0) {
        self.view = view
        self.sizing = sizing
        self.scratch = scratch
        forgetString()
    }

    /// Before others may have changed strings: C functions that marshal.
    func forgetString() { scratch[0] = 0 }

    private var stack: UnsafeMutablePointer<Int64> { scratch + Evaluator.cacheWords }

    var expressions: UnsafePointer<Expression> { view.pointee.expressions }

    /// A count, a level or a value.
    @inline(__always)
    func evaluate(_ index: Int32, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        throws(NDRErrorCode) -> Int64
    {
        let expression = expressions + Int(index)
        if expression.pointee.kind == Expression.constant { return expression.pointee.constantValue }
        let owner = (expression.pointee.usesEnvironment ? environment : base) + Int(expression.pointee.selfOffset)
        return try evaluate(expression, owner)
    }

    @inline(__always)
    func evaluate(_ expression: UnsafePointer<Expression>, _ owner: UnsafeRawPointer) throws(NDRErrorCode) -> Int64 {
        if expression.pointee.kind == Expression.field, !expression.pointee.isScaled {
            let value = Evaluator.load(expression.pointee.load, owner + Int(expression.pointee.offset))
            return value &>> Int64(expression.pointee.shift)
        }
        return try evaluateSlow(expression, owner)
    }

    @inline(never)
    private func evaluateSlow(_ expression: UnsafePointer<Expression>, _ owner: UnsafeRawPointer)
        throws(NDRErrorCode) -> Int64
    {
        let place = owner + Int(expression.pointee.offset)
        let value: Int64
        switch expression.pointee.kind {
        case Expression.constant: return expression.pointee.constantValue
        case Expression.field: value = Evaluator.load(expression.pointee.load, place)
        case Expression.dereference:
            let bits = place.loadUnaligned(as: UInt.self)
            guard let pointer = UnsafeRawPointer(bitPattern: bits), !Pending.isPending(bits) else {
                throw .invalidPointer
            }
            value = Evaluator.load(expression.pointee.load, pointer + Int(expression.pointee.offset2))
        case Expression.stringLength:
            let bits = place.loadUnaligned(as: UInt.self)
            guard !Pending.isPending(bits) else { throw .invalidPointer }
            value = stringLength(UInt32(expression.pointee.load), UnsafePointer(bitPattern: bits))
        default: return try interpret(Int(expression.pointee.offset), owner, stack, 0)
        }
        return expression.pointee.isScaled ? try scale(value, expression) : value
    }

    @inline(__always)
    private func scale(_ value: Int64, _ expression: UnsafePointer<Expression>) throws(NDRErrorCode) -> Int64 {
        let (product, tooLarge) = value.multipliedReportingOverflow(by: expression.pointee.factor)
        let shift = Int64(expression.pointee.shift)
        // A negative product divides towards zero.
        let quotient = shift >= 0 && product >= 0 ? product &>> shift : product / expression.pointee.divisor
        let (sum, overflow) = quotient.addingReportingOverflow(expression.pointee.constantValue)
        guard !tooLarge, !overflow else { throw .validate }
        return sum
    }

    @inline(__always)
    private static func load(_ op: UInt8, _ pointer: UnsafeRawPointer) -> Int64 {
        switch UInt32(op) {
        case NDR_X_U8: Int64(pointer.loadUnaligned(as: UInt8.self))
        case NDR_X_U16: Int64(pointer.loadUnaligned(as: UInt16.self))
        case NDR_X_U32: Int64(pointer.loadUnaligned(as: UInt32.self))
        case NDR_X_I8: Int64(pointer.loadUnaligned(as: Int8.self))
        case NDR_X_I16: Int64(pointer.loadUnaligned(as: Int16.self))
        case NDR_X_I32: Int64(pointer.loadUnaligned(as: Int32.self))
        default: pointer.loadUnaligned(as: Int64.self)
        }
    }

    // MARK: The stack machine

    private static let sound: Int64 = 0
    private static let nullPointer: Int64 = 1
    private static let arithmetic: Int64 = 2

    /// A fault sits on the stack beside its value and counts only where the value is used, so that
    /// `count ? *count : 0` may be evaluated on both sides.
    private func interpret(
        _ start: Int, _ owner: UnsafeRawPointer, _ stack: UnsafeMutablePointer<Int64>, _ nesting: Int
    )
        throws(NDRErrorCode) -> Int64
    {
        let depth = Int(NDR_EXPR_DEPTH)
        let states = stack + depth
        let code = view.pointee.code
        var top = -1
        var pc = start
        while true {
            let word = code[pc]
            pc += 1
            let op = word & 0xff
            let immediate = Int(word >> 8)
            switch op {
            case NDR_X_END:
                if states[top] == Evaluator.sound { return stack[top] }
                throw states[top] == Evaluator.nullPointer ? .invalidPointer : .validate
            case NDR_X_CONST:
                top += 1
                stack[top] = Int64(Int32(bitPattern: word) >> 8)
                states[top] = Evaluator.sound
            case NDR_X_CONST64:
                top += 1
                stack[top] = Int64(bitPattern: UInt64(code[pc]) | UInt64(code[pc + 1]) << 32)
                states[top] = Evaluator.sound
                pc += 2
            case NDR_X_U8...NDR_X_PTR:
                top += 1
                stack[top] = Evaluator.load(UInt8(truncatingIfNeeded: op), owner + immediate)
                states[top] = Evaluator.sound
            case NDR_X_ADDR:
                top += 1
                stack[top] = Int64(Int(bitPattern: owner + immediate))
                states[top] = Evaluator.sound
            case NDR_X_AT_U8...NDR_X_AT_PTR:
                let bits = UInt(truncatingIfNeeded: stack[top])
                if let pointer = UnsafeRawPointer(bitPattern: bits), !Pending.isPending(bits) {
                    let load = UInt8(truncatingIfNeeded: op - NDR_X_AT_U8 + NDR_X_U8)
                    stack[top] = Evaluator.load(load, pointer + immediate)
                } else {
                    stack[top] = 0
                    states[top] = Evaluator.nullPointer
                }
            case NDR_X_STRLEN...NDR_X_STRLEN_M_TERM_NULL:
                let bits = UInt(truncatingIfNeeded: stack[top])
                if Pending.isPending(bits) {
                    stack[top] = 0
                    states[top] = Evaluator.nullPointer
                } else {
                    stack[top] = stringLength(op, UnsafePointer(bitPattern: bits))
                }
            case Evaluator.sizeOf:
                let bits = UInt(truncatingIfNeeded: stack[top])
                if Pending.isPending(bits) {
                    stack[top] = 0
                    states[top] = Evaluator.nullPointer
                } else {
                    stack[top] = Int64(SecuritySize.of(UInt32(immediate), UnsafeRawPointer(bitPattern: bits)))
                }
            case Evaluator.sizeOfBlock: stack[top] = measure(UInt32(immediate), stack[top], 0)
            case Evaluator.sizeOfUnion:
                top -= 1
                states[top] = max(states[top], states[top + 1])
                stack[top] = measure(UInt32(immediate), stack[top], stack[top + 1])
            case NDR_X_STRINGS_LEN:
                top -= 1
                states[top] = max(states[top], states[top + 1])
                if states[top] == Evaluator.sound {
                    stack[top] = stringsLength(stack[top], stack[top + 1], terminators: immediate)
                }
            case NDR_X_INVERT: stack[top] = ~stack[top]
            case NDR_X_NEGATE: stack[top] = 0 &- stack[top]
            case NDR_X_NOT: stack[top] = stack[top] == 0 ? 1 : 0
            case NDR_X_SELECT:
                top -= 2
                let chosen = stack[top] != 0 ? top + 1 : top + 2
                if states[top] == Evaluator.sound { states[top] = states[chosen] }
                stack[top] = stack[chosen]
            case NDR_X_THUNK:
                guard let thunks = view.pointee.thunks, let thunk = thunks[immediate] else { throw .validate }
                top += 1
                stack[top] = thunk(owner)
                states[top] = Evaluator.sound
            case Evaluator.call:
                guard nesting < Limits.valueNesting else { throw .validate }
                top += 1
                let value = expressions + immediate
                let room = stack + 2 * depth
                stack[top] =
                    value.pointee.kind == Expression.general
                    ? try interpret(Int(value.pointee.offset), owner, room, nesting + 1)
                    : try evaluate(value, owner)
                states[top] = Evaluator.sound
            default:
                top -= 1
                states[top] = combine(op, stack + top, states[top], states[top + 1])
            }
        }
    }

    /// A binary operation on operands[0] and operands[1]; the result replaces the first.
    private func combine(_ op: UInt32, _ operands: UnsafeMutablePointer<Int64>, _ stateA: Int64, _ stateB: Int64)
        -> Int64
    {
        let a = operands[0]
        let b = operands[1]
        if op == NDR_X_LAND {
            operands[0] = a != 0 && b != 0 ? 1 : 0
            return stateA == Evaluator.sound && a == 0 ? Evaluator.sound : max(stateA, stateB)
        }
        if op == NDR_X_LOR {
            operands[0] = a != 0 || b != 0 ? 1 : 0
            return stateA == Evaluator.sound && a != 0 ? Evaluator.sound : max(stateA, stateB)
        }
        var overflow = false
        switch op {
        case NDR_X_ADD: (operands[0], overflow) = a.addingReportingOverflow(b)
        case NDR_X_SUB: (operands[0], overflow) = a.subtractingReportingOverflow(b)
        case NDR_X_MUL: (operands[0], overflow) = a.multipliedReportingOverflow(by: b)
        case NDR_X_DIV: (operands[0], overflow) = a.dividedReportingOverflow(by: b)
        case NDR_X_MOD: (operands[0], overflow) = a.remainderReportingOverflow(dividingBy: b)
        case NDR_X_SHL:
            overflow = b < 0 || b > 62 || (a &<< b) &>> b != a
            operands[0] = overflow ? 0 : a &<< b
        case NDR_X_SHR:
            overflow = b < 0 || b > 63
            operands[0] = overflow ? 0 : a &>> b
        case NDR_X_AND: operands[0] = a & b
        case NDR_X_OR: operands[0] = a | b
        case NDR_X_XOR: operands[0] = a ^ b
        case NDR_X_EQ: operands[0] = a == b ? 1 : 0
        case NDR_X_NE: operands[0] = a != b ? 1 : 0
        case NDR_X_LT: operands[0] = a < b ? 1 : 0
        case NDR_X_LE: operands[0] = a <= b ? 1 : 0
        case NDR_X_GT: operands[0] = a > b ? 1 : 0
        case NDR_X_GE: operands[0] = a >= b ? 1 : 0
        default: overflow = true
        }
        return max(max(stateA, stateB), overflow ? Evaluator.arithmetic : Evaluator.sound)
    }

    /// Bytes and UTF-16 units of a string.
    @inline(__always)
    func lengths(_ string: UnsafePointer<CChar>) -> (bytes: Int, units: Int) {
        if scratch[0] != Int64(Int(bitPattern: string)) { measure(string) }
        return (Int(scratch[1]), Int(scratch[2]))
    }

    @inline(never)
    private func measure(_ string: UnsafePointer<CChar>) {
        let bytes = strlen(string)
        scratch[0] = Int64(Int(bitPattern: string))
        scratch[1] = Int64(bytes)
        scratch[2] = Int64(UTF16Text.units(UnsafeRawPointer(string), bytes))
    }

    private func stringLength(_ op: UInt32, _ string: UnsafePointer<CChar>?) -> Int64 {
        guard let string else { return 0 }
        let (bytes, units) = lengths(string)
        if bytes == 0, op == NDR_X_STRLEN_TERM_NULL || op == NDR_X_STRLEN_M_TERM_NULL { return 0 }
        switch op {
        case NDR_X_STRLEN: return Int64(bytes)
        case NDR_X_STRLEN_TERM, NDR_X_STRLEN_TERM_NULL: return Int64(bytes) + 1
        default: return Int64(units) + (op == NDR_X_STRLEN_M ? 0 : 1)
        }
    }
}
