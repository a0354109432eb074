// SPDX-License-Identifier: LGPL-3.0-or-later

// What a file says, before anything is looked up: names are words, expressions are token lists.

public struct Attribute: Sendable {
    public var name: String
    /// nil: without parentheses. An argument may be empty, as in size_is(,*count).
    public var arguments: [[Token]]?
    public var position: SourcePosition

    public init(name: String, arguments: [[Token]]?, position: SourcePosition) {
        self.name = name
        self.arguments = arguments
        self.position = position
    }
}

public struct SyntaxFile: Sendable {
    public enum Item: Sendable {
        case interface(InterfaceSyntax)
        case coclass(name: String, SourcePosition)
        case imports([Token])
        case includes([Token])
        case importlib(SourcePosition)
        case cppQuote(Token)
    }

    public var path: String
    public var items: [Item]
    /// What #include brought in.
    public var included: [String]
}

public struct InterfaceSyntax: Sendable {
    public enum Definition: Sendable {
        case function(FunctionSyntax)
        case constant(ConstantSyntax)
        case typedef(TypedefSyntax)
        case type(TypeSyntax)
        case declare(DeclareSyntax)
        case quote(Token)
        case imports([Token])
    }

    public var attributes: [Attribute]
    public var name: String
    public var base: Token?
    public var definitions: [Definition]
    public var position: SourcePosition
}

public struct FunctionSyntax: Sendable {
    public var attributes: [Attribute]
    public var name: String
    public var returnType: TypeSyntax
    public var returnPointers: Int
    public var arguments: [ElementSyntax]
    public var position: SourcePosition
}

public struct ConstantSyntax: Sendable {
    public var type: Token
    public var pointers: Int
    public var name: String
    public var isArray: Bool
    public var value: [Token]
    public var position: SourcePosition
}

public struct TypedefSyntax: Sendable {
    public var attributes: [Attribute]
    public var name: String
    public var type: TypeSyntax
    public var pointers: Int
    public var dimensions: [[Token]]
    public var position: SourcePosition
}

/// `declare [attributes] kind name;`: a type that is defined in C.
public struct DeclareSyntax: Sendable {
    public var attributes: [Attribute]
    public var kind: String
    public var name: String
    public var position: SourcePosition
}

public indirect enum TypeSyntax: Sendable {
    case void
    /// One word, or several such as "unsigned long".
    case name(String, SourcePosition)
    case aggregate(AggregateSyntax)
    case enumeration(EnumerationSyntax)
    case pipe([Attribute], TypeSyntax, SourcePosition)
}

public struct AggregateSyntax: Sendable {
    public var isUnion: Bool
    public var attributes: [Attribute]
    public var name: String?
    /// nil: only named, as in `struct x *next`.
    public var members: [ElementSyntax]?
    public var position: SourcePosition

    public init(
        isUnion: Bool, attributes: [Attribute], name: String?, members: [ElementSyntax]?, position: SourcePosition
    ) {
        self.isUnion = isUnion
        self.attributes = attributes
        self.name = name
        self.members = members
        self.position = position
    }
}

public struct EnumerationSyntax: Sendable {
    public struct Value: Sendable {
        public var name: String
        public var value: [Token]?
        public var position: SourcePosition
    }

    public var isBitmap: Bool
    public var attributes: [Attribute]
    public var name: String?
    public var values: [Value]?
    public var position: SourcePosition
}

/// A field, a union arm or an argument.
public struct ElementSyntax: Sendable {
    public var attributes: [Attribute]
    /// nil: a union arm without content.
    public var type: TypeSyntax?
    public var pointers: Int
    public var name: String
    /// Outermost first; an empty list of tokens is `[]` or `[*]`.
    public var dimensions: [[Token]]
    public var position: SourcePosition

    public init(
        attributes: [Attribute], type: TypeSyntax?, pointers: Int, name: String, dimensions: [[Token]],
        position: SourcePosition
    ) {
        self.attributes = attributes
        self.type = type
        self.pointers = pointers
        self.name = name
        self.dimensions = dimensions
        self.position = position
    }
}

extension Attribute {
    /// Of the structure that an encapsulated union is; no file can say it.
    public static let encapsulated = "union switch"
}

extension [Attribute] {
    public func named(_ name: String) -> Attribute? { last { $0.name == name } }
    public func contains(_ name: String) -> Bool { named(name) != nil }
}
