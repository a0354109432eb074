// SPDX-License-Identifier: LGPL-3.0-or-later

/// A C expression as IDL attributes, constants and array bounds use it.
public indirect enum Expression: Sendable {
    case number(Int64)
    case string(String)
    case name(String, SourcePosition)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case conditional(Expression, Expression, Expression)
    /// `a.b`
    case member(Expression, String)
    /// `a->b`
    case arrow(Expression, String)
    case call(String, [Expression], SourcePosition)
}

public enum UnaryOperator: String, Sendable {
    case negate = "-"
    case invert = "~"
    case not = "!"
    case dereference = "*"
    case address = "&"
}

public enum BinaryOperator: String, Sendable {
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case add = "+"
    case subtract = "-"
    case shiftLeft = "<<"
    case shiftRight = ">>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case notEqual = "!="
    case bitAnd = "&"
    case bitXor = "^"
    case bitOr = "|"
    case and = "&&"
    case or = "||"

    /// Higher binds tighter; the order of C.
    var precedence: Int {
        switch self {
        case .multiply, .divide, .modulo: return 10
        case .add, .subtract: return 9
        case .shiftLeft, .shiftRight: return 8
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return 7
        case .equal, .notEqual: return 6
        case .bitAnd: return 5
        case .bitXor: return 4
        case .bitOr: return 3
        case .and: return 2
        case .or: return 1
        }
    }
}

/// Why an expression has no constant value.
public enum EvaluationError: Error {
    case notConstant
    case unknownName(String, SourcePosition)
    case overflow
    case divisionByZero
    case tooDeep
}

extension Expression {
    /// The value as signed 64 bit number; `lookup` gives the value of a name.
    public func value(lookup: (String) throws(EvaluationError) -> Int64?) throws(EvaluationError) -> Int64 {
        switch self {
        case .number(let value):
            return value
        case .name(let name, let position):
            guard let value = try lookup(name) else { throw .unknownName(name, position) }
            return value
        case .unary(let operation, let operand):
            let value = try operand.value(lookup: lookup)
            switch operation {
            case .negate: return try checked(Int64(0).subtractingReportingOverflow(value))
            case .invert: return ~value
            case .not: return value == 0 ? 1 : 0
            case .dereference, .address: throw .notConstant
            }
        case .binary(let operation, let left, let right):
            return try Expression.apply(operation, try left.value(lookup: lookup), try right.value(lookup: lookup))
        case .conditional(let condition, let first, let second):
            return try (condition.value(lookup: lookup) != 0 ? first : second).value(lookup: lookup)
        case .call("sizeof", let arguments, _):
            guard arguments.count == 1, case .name(let type, _) = arguments[0],
                let size = Expression.sizes[type]
            else { throw .notConstant }
            return size
        case .string, .member, .arrow, .call:
            throw .notConstant
        }
    }

    private static let sizes: [String: Int64] = [
        "char": 1, "uint8": 1, "uint8_t": 1, "int8": 1, "uint16": 2, "uint16_t": 2, "int16": 2, "wchar_t": 2,
        "WCHAR": 2, "WORD": 2, "uint32": 4, "uint32_t": 4, "int32": 4, "DWORD": 4, "hyper": 8, "uint64_t": 8,
        "GUID": 16,
    ]

    private static func apply(
        _ operation: BinaryOperator, _ a: Int64, _ b: Int64
    ) throws(EvaluationError) -> Int64 {
        switch operation {
        case .multiply: return try checked(a.multipliedReportingOverflow(by: b))
        case .divide:
            if b == 0 { throw .divisionByZero }
            return try checked(a.dividedReportingOverflow(by: b))
        case .modulo:
            if b == 0 { throw .divisionByZero }
            return try checked(a.remainderReportingOverflow(dividingBy: b))
        case .add: return try checked(a.addingReportingOverflow(b))
        case .subtract: return try checked(a.subtractingReportingOverflow(b))
        case .shiftLeft:
            guard b >= 0, b < 64 else { throw .overflow }
            return a << b
        case .shiftRight:
            guard b >= 0, b < 64 else { throw .overflow }
            return a >> b
        case .less: return a < b ? 1 : 0
        case .lessOrEqual: return a <= b ? 1 : 0
        case .greater: return a > b ? 1 : 0
        case .greaterOrEqual: return a >= b ? 1 : 0
        case .equal: return a == b ? 1 : 0
        case .notEqual: return a != b ? 1 : 0
        case .bitAnd: return a & b
        case .bitXor: return a ^ b
        case .bitOr: return a | b
        case .and: return a != 0 && b != 0 ? 1 : 0
        case .or: return a != 0 || b != 0 ? 1 : 0
        }
    }
}

private func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(EvaluationError) -> Int64 {
    if result.overflow { throw .overflow }
    return result.partialValue
}
