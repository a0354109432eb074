// SPDX-License-Identifier: LGPL-3.0-or-later

// The checked meaning of a file, ready to be written as C. Nothing in it can be wrong any more: emitters cannot fail.

public struct Model: Sendable {
    public enum Prologue: Sendable {
        /// A line of C of its own.
        case quote(String)
        /// #include with its quotes or brackets.
        case include(String)
    }

    /// The file name without directory and ending; output files are named after it.
    public var baseName: String
    public var prologue: [Prologue]
    public var interfaces: [InterfaceModel]
    /// Every type by its number; those that the file does not reach have no body.
    public var types: [TypeModel]
}

public struct InterfaceModel: Sendable {
    public var name: String
    public var uuid: [UInt8]?
    public var uuidText: String
    public var version: Int64
    /// C string literals, or nil.
    public var helpstring: String?
    public var endpoints: [String]
    public var authservices: [String]
    public var helpers: [String]
    public var constants: [ConstantModel]
    /// What the header defines, by-value members first.
    public var types: [Int]
    public var functions: [FunctionModel]
    /// Of the interfaces that it inherits from, in opnum order.
    public var inherited: [FunctionModel]
}

public struct ConstantModel: Sendable {
    public var name: String
    public var text: String
}

public struct FunctionModel: Sendable {
    public var name: String
    /// nil: [noopnum].
    public var opnum: Int?
    public var isTodo: Bool
    public var isIdempotent: Bool
    public var hooks = Hooks()
    public var arguments: [Element]
    /// The type of the return value; nil for void.
    public var result: Element?

    /// The arguments of one direction that are pipes.
    public var hasPipes = false
    public var hasIn: Bool { arguments.contains { $0.isIn } }
    public var hasOut: Bool { result != nil || arguments.contains { $0.isOut } }
    /// The order of the C structure: the arguments of one direction first, then those of both.
    public func layout(isOut: Bool) -> [Element] {
        arguments.filter { isOut ? $0.isOut && !$0.isIn : $0.isIn && !$0.isOut }
            + arguments.filter { $0.isIn && $0.isOut }
    }
}

public struct TypeModel: Sendable {
    public enum Body: Sendable {
        case none
        case structure([Element])
        case union(UnionModel)
        case enumeration(EnumerationModel)
        case bitmap(EnumerationModel)
        /// The number of the structure of its chunks.
        case pipe(chunk: Int)
    }

    public var name: String
    /// "struct X", "union X", "enum X"; of a bitmap its number type.
    public var cName: String
    public var body: Body = .none
    public var maxRecursion: Int64 = 0
    public var isPrinted = true
    /// dcerpcswift/types.h defines it.
    public var isProvided = false
    public var isHex = false
    public var isSecret = false
    public var isPublic = false
    /// [gensize]
    public var hasSize = false
    /// Another file defines it.
    public var isImported = false
    public var hooks = Hooks()
    /// Headers with the C functions that its expressions call.
    public var helpers: [String] = []
    /// Not aligned as a whole: members one behind the other.
    public var isLoose = false
    public var wireFlags = WireFlags()
    /// For the reader of the header: "[public,switch_type(uint16)]".
    public var comment: String
}

/// Which of the marshallers of a type or a function are C functions that somebody writes by hand.
public struct Hooks: Hashable, Sendable {
    public var push = false
    public var pull = false
    public var print = false

    public init(push: Bool = false, pull: Bool = false, print: Bool = false) {
        self.push = push
        self.pull = pull
        self.print = print
    }

    public var isEmpty: Bool { self == Hooks() }
}

public struct EnumerationModel: Sendable {
    public struct Value: Sendable {
        public var name: String
        /// As written, for the header; nil for the next number.
        public var text: String?
        public var value: Int64
    }

    public var scalar: Scalar
    public var values: [Value]
}

public struct UnionModel: Sendable {
    public struct Arm: Sendable {
        /// nil: [default].
        public var label: Int64?
        /// nil: no content.
        public var element: Element?
    }

    public var tag: Scalar
    public var isMS: Bool
    /// No tag on the wire.
    public var isBare: Bool
    public var arms: [Arm]
}

/// A field, an arm or an argument.
public struct Element: Sendable {
    public var name: String
    /// The name in C: a C or C++ keyword gets an underscore.
    public var cName: String
    public var type: NDRType
    public var isIn = false
    public var isOut = false
    public var isPrinted = true
    public var isSkipped = false
    /// Skipped, and left as the caller set it before a pull.
    public var isKept = false
    public var isSecret = false
    public var isContextHandle = false
    /// In function arguments one per direction, else the same twice.
    public var switchIs: Directional?
    public var value: Computation?
    public var comment: String
}

/// A computation on `r->in` (and what else the request carries) and on `r->out`. A structure has one for both.
public struct Directional: Hashable, Sendable {
    public var input: Computation?
    public var output: Computation?

    public init(input: Computation? = nil, output: Computation? = nil) {
        self.input = input
        self.output = output
    }

    public func computation(isOut: Bool) -> Computation? { isOut ? output : input }
}

public struct Range: Hashable, Sendable {
    public var minimum: Int64
    public var maximum: Int64
    /// C text of a bound that only C knows, from a macro of cpp_quote().
    public var minimumText: String?
    public var maximumText: String?
}

public enum PointerKind: String, Sendable {
    case ref = "REF"
    case unique = "UNIQUE"
    case full = "FULL"
    case relative = "RELATIVE"
    case relativeShort = "RELATIVE_SHORT"

    public var isRelative: Bool { self == .relative || self == .relativeShort }
}

public enum Charset: String, Sendable {
    case utf16 = "UTF16"
    case dos = "DOS"
    case utf8 = "UTF8"
    case unix = "UNIX"
    case ascii = "ASCII"

    public var unitSize: Int { self == .utf16 ? 2 : 1 }
}

/// The levels of an element, outermost first, as in the C declaration.
public indirect enum NDRType: Hashable, Sendable {
    case scalar(Scalar, range: Range?)
    case named(Int, range: Range?)
    case blob
    case pointer(PointerKind, isTopLevel: Bool, to: NDRType)
    case array(ArrayLevel, of: NDRType)
    case string(Charset, ArrayLevel, toNull: Bool)
    case subcontext(SubcontextLevel, of: NDRType)

    case flagged(WireFlags, of: NDRType)

    /// Without the subcontexts and flags around it, which C does not see.
    public var content: NDRType {
        switch self {
        case .subcontext(_, let inner), .flagged(_, let inner): return inner.content
        default: return self
        }
    }
}

/// What flag() says about the bytes of all that is inside.
public struct WireFlags: Hashable, Sendable {
    public enum Order: String, Sendable {
        case little = "LITTLE_ENDIAN"
        case big = "BIG_ENDIAN"
    }

    public var order: Order?
    public var isUnaligned = false
    /// "ALIGN4": where relative pointers lead to multiples of four.
    public var alignment: String?
    /// Relative pointers lead to the end.
    public var isReverse = false
    /// A subcontext with bytes that nobody reads is an error.
    public var isStrict = false
    /// What hand-written C is told: domain names are not compressed.
    public var isPlainNames = false
    /// What is only known when something is marshalled: LIBNDR_FLAG_ALIGN2 and so on.
    public var dynamic: Directional?
    /// Relative pointers count from here: only of a structure or union.
    public var isRelativeBase = false
    /// "REMAINING" for NDR_BLOB_REMAINING; only of a blob.
    public var blob: String?

    public init(blob: String? = nil) { self.blob = blob }

    public var isEmpty: Bool { self == WireFlags() }

    /// With what is said further outside or about the same type elsewhere.
    public mutating func add(_ other: WireFlags) {
        order = other.order ?? order
        if other.isUnaligned || other.alignment != nil {
            isUnaligned = other.isUnaligned
            alignment = other.alignment
        }
        isReverse = isReverse || other.isReverse
        isStrict = isStrict || other.isStrict
        isPlainNames = isPlainNames || other.isPlainNames
        dynamic = other.dynamic ?? dynamic
        isRelativeBase = isRelativeBase || other.isRelativeBase
        blob = other.blob ?? blob
    }
}

public struct SubcontextLevel: Hashable, Sendable {
    /// "NONE" for NDR_SUB_NONE.
    public var header: String
    public var size: Directional?
    /// NDR_COMPRESSION_*, and the size before compression.
    public var algorithm: Directional?
    public var plainSize: Directional?
    /// 2, 4 or 8: zeros stand behind it as if its size were a multiple; or 0.
    public var alignment: Int64 = 0
}

public struct ArrayLevel: Hashable, Sendable {
    /// Of a fixed array; of a varying string without maximum count on the wire, its bound.
    public var fixedCount: Int64?
    public var isConformant = false
    public var isVarying = false
    public var isTerminated = false
    /// Of the type `string`.
    public var isStringType = false
    /// NDR_TEXT_* of a `string` in a form that the others cannot say; `size` then computes more of them.
    public var text: Int64 = 0
    /// UTF-16 whose counts are bytes.
    public var countsBytes = false
    /// The elements stand in the C structure itself.
    public var isInline = false
    public var isHex = false
    public var isSecret = false
    public var size: Directional?
    public var length: Directional?
    /// The first element on the wire; nil: it starts at 0.
    public var first: Directional?
    public var range: Range?
}
