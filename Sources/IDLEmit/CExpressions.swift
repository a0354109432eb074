// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLModel
internal import IDLSyntax

/// Computations as C text over a pointer `r` to the enclosing structure. A NULL on the way counts as 0.
enum CExpressions {
    static func text(_ computation: Computation) -> String {
        switch computation {
        case .constant(let value): return TableBuilder.int64(value)
        case .field(_, let path, _): return "r->" + path
        case .behind(let pointer, _, let path, _):
            let base = text(pointer)
            return "(\(base) != NULL ? " + (path.isEmpty ? "*\(base)" : "\(base)->\(path)") + " : 0)"
        case .unary(let operation, let operand): return operation.rawValue + "(" + text(operand) + ")"
        case .binary(let operation, let left, let right):
            return "(\(text(left)) \(operation.rawValue) \(text(right)))"
        case .select(let condition, let first, let second):
            return "(\(text(condition)) ? \(text(first)) : \(text(second)))"
        case .call(let name, let arguments, _):
            return "(int64_t)\(name)(" + arguments.map(text).joined(separator: ", ") + ")"
        case .address(_, let path): return path.isEmpty ? "r" : "&r->" + path
        case .foreign(let name, _): return "(int64_t)(intptr_t)\(name)"
        case .length, .sizeOf, .stringsLength, .text, .pending: return "0"
        }
    }

    /// Whether text() says it all: lengths of strings need the library, calls a header.
    static func isExpressible(_ computation: Computation) -> Bool {
        switch computation {
        case .constant, .field: return true
        case .behind(let operand, _, _, _), .unary(_, let operand): return isExpressible(operand)
        case .binary(_, let left, let right): return isExpressible(left) && isExpressible(right)
        case .select(let a, let b, let c): return isExpressible(a) && isExpressible(b) && isExpressible(c)
        case .length, .call, .address, .sizeOf, .stringsLength, .text, .foreign, .pending: return false
        }
    }
}
