// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLSyntax

/// An expression whose names are resolved to C fields, in the terms of ndr_format.h's stack machine.
public indirect enum Computation: Hashable, Sendable {
    case constant(Int64)
    /// A field of the enclosing structure: its C path there ("in.len", "name.length").
    case field(container: String, path: String, CAccess)
    /// What stands behind a pointer: in a structure, or at its start when the path is empty.
    case behind(Computation, container: String, path: String, CAccess)
    case unary(UnaryOperator, Computation)
    case binary(BinaryOperator, Computation, Computation)
    case select(Computation, Computation, Computation)
    case length(LengthFunction, Computation)
    /// A function of the interface's helper header, called by a generated function over the enclosing structure.
    case call(String, [Computation], container: String)
    /// The address of a field; the enclosing structure's own with an empty path.
    case address(container: String, path: String)
    /// What a value of the type, behind a pointer, takes on the wire.
    case sizeOf(NDRType, Computation, level: Computation?)
    /// The units of all strings of an array.
    case stringsLength(Computation, count: Computation, isTerminated: Bool)
    /// Where a string is, or bytes that only C knows by a name.
    case text(String)
    case foreign(String, container: String)
    /// The number of an expression that is not resolved yet; in no finished model.
    case pending(Int)

    /// How many numbers the machine holds at most.
    public var depth: Int {
        switch self {
        case .constant, .field, .address, .call, .text, .foreign, .pending: return 1
        case .sizeOf(_, let operand, let level): return max(operand.depth, (level?.depth ?? 0) + 1)
        case .stringsLength(let operand, let count, _): return max(operand.depth, count.depth + 1)
        case .behind(let pointer, _, _, _): return pointer.depth
        case .unary(_, let operand): return operand.depth
        case .length(_, let operand): return operand.depth
        case .binary(_, let a, let b): return max(a.depth, b.depth + 1)
        case .select(let a, let b, let c): return max(a.depth, b.depth + 1, c.depth + 2)
        }
    }
}

public enum LengthFunction: String, Sendable {
    case strlen = "STRLEN"
    case strlenTerm = "STRLEN_TERM"
    case strlenTermNull = "STRLEN_TERM_NULL"
    case strlenM = "STRLEN_M"
    case strlenMTerm = "STRLEN_M_TERM"
    case strlenMTermNull = "STRLEN_M_TERM_NULL"

    init?(function: String) {
        switch function {
        case "strlen": self = .strlen
        case "strlen_term": self = .strlenTerm
        case "strlen_term_null": self = .strlenTermNull
        case "strlen_m": self = .strlenM
        case "strlen_m_term": self = .strlenMTerm
        case "strlen_m_term_null": self = .strlenMTermNull
        default: return nil
        }
    }
}

extension NDRType {
    /// Whether a pointer to it needs no slot of its own: one `char *` or `T *` stands for both levels.
    public var sharesSlotWithPointer: Bool {
        switch self {
        case .array(let level, _): return !level.isInline
        case .string: return true
        case .subcontext(_, let content), .flagged(_, let content):
            if case .string = content { return true }
            return false
        // Texts and names that are pointers in C already.
        case .scalar(let scalar, _): return scalar.access == .pointer
        default: return false
        }
    }
}
