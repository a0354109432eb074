// SPDX-License-Identifier: LGPL-3.0-or-later

extension Parser {
    private static let kinds: Set<String> = ["struct", "union", "enum", "bitmap", "pipe"]

    mutating func definitions() throws(Stop) -> [InterfaceSyntax.Definition] {
        if current.isWord("const") { return [.constant(try constant())] }
        if current.isWord("declare") { return [.declare(try declare())] }
        let attributes = try attributeLists()
        if current.isWord("typedef") { return try typedefs(attributes).map { .typedef($0) } }
        let position = current.position
        let type = try self.type(attributes)
        if take(";") { return [.type(type)] }
        return [.function(try function(attributes, type, at: position))]
    }

    private mutating func constant() throws(Stop) -> ConstantSyntax {
        advance()
        let position = current.position
        var type = try identifier("the type of the constant")
        while current.kind == .identifier && following.kind == .identifier { type.text += " " + advance().text }
        let pointers = self.pointers()
        let name = try identifier("the name of the constant").text
        var isArray = false
        while take("[") {
            isArray = true
            _ = try run(until: ["]"])
            _ = take("]")
        }
        try expect("=", after: "the constant's name")
        let value = try run(until: [";"])
        try expect(";", after: "the constant")
        return ConstantSyntax(
            type: type, pointers: pointers, name: name, isArray: isArray, value: value, position: position)
    }

    private mutating func declare() throws(Stop) -> DeclareSyntax {
        let position = advance().position
        let attributes = try attributeLists()
        let kind = Self.kinds.contains(current.text) ? advance().text : "struct"
        let name = try identifier("the declared name").text
        try expect(";", after: "declare")
        return DeclareSyntax(attributes: attributes, kind: kind, name: name, position: position)
    }

    /// `typedef struct x { ... } x, *px;`: a definition a name. What is defined in the first is only named in the others.
    private mutating func typedefs(_ attributes: [Attribute]) throws(Stop) -> [TypedefSyntax] {
        advance()
        let inner = try attributeLists()
        var type = try self.type(inner)
        var result: [TypedefSyntax] = []
        repeat {
            let pointers = self.pointers()
            let name = try identifier("the name of the type")
            result.append(
                TypedefSyntax(
                    attributes: attributes + inner, name: name.text, type: type, pointers: pointers,
                    dimensions: try dimensions(), position: name.position))
            if result.count == 1 { type = Self.named(type, as: name) }
        } while take(",")
        try expect(";", after: "the typedef of \(result.last?.name ?? "")")
        return result
    }

    /// A type without its body, by its tag or else by the first name that it got.
    private static func named(_ type: TypeSyntax, as name: Token) -> TypeSyntax {
        switch type {
        case .aggregate(var aggregate) where aggregate.members != nil:
            guard aggregate.name != nil else { return .name(name.text, name.position) }
            aggregate.members = nil
            return .aggregate(aggregate)
        case .enumeration(var enumeration) where enumeration.values != nil:
            guard enumeration.name != nil else { return .name(name.text, name.position) }
            enumeration.values = nil
            return .enumeration(enumeration)
        default: return type
        }
    }

    private mutating func function(
        _ attributes: [Attribute], _ type: TypeSyntax, at position: SourcePosition
    ) throws(Stop) -> FunctionSyntax {
        let pointers = self.pointers()
        let name = try identifier("the name of a function")
        try expect("(", after: "\(name.text)")
        var arguments: [ElementSyntax] = []
        if current.isWord("void") && following.isPunctuation(")") { advance() }
        if !current.isPunctuation(")") {
            repeat {
                if current.isWord("const") { advance() }
                arguments.append(try element(isArgument: true))
            } while take(",")
        }
        try expect(")", after: "the arguments of \(name.text)")
        try expect(";", after: "function \(name.text)")
        return FunctionSyntax(
            attributes: attributes, name: name.text, returnType: type, returnPointers: pointers,
            arguments: arguments, position: name.position)
    }

    // MARK: - Types

    mutating func type(_ attributes: [Attribute]) throws(Stop) -> TypeSyntax {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth { throw fail("types nest too deep here") }
        let word = current
        guard word.kind == .identifier else { throw fail("a type is missing before '\(word.text)'") }
        switch word.text {
        case "struct", "union": return try aggregate(attributes)
        case "enum", "bitmap": return try enumeration(attributes)
        case "pipe":
            advance()
            return .pipe(attributes, try type([]), word.position)
        case "void":
            advance()
            return .void
        case "const":
            advance()
            return try type(attributes)
        case "signed", "unsigned":
            advance()
            var name = word.text
            while current.kind == .identifier,
                ["int", "long", "short", "char", "small", "hyper", "__int64"]
                    .contains(current.text), following.kind == .identifier || following.isPunctuation("*")
            {
                name += " " + advance().text
            }
            return .name(name, word.position)
        default:
            advance()
            return .name(word.text, word.position)
        }
    }

    private mutating func aggregate(_ outer: [Attribute]) throws(Stop) -> TypeSyntax {
        let keyword = advance()
        let isUnion = keyword.text == "union"
        let attributes = outer + (try attributeLists())
        let name = current.kind == .identifier ? advance().text : nil
        var members: [ElementSyntax]?
        if take("{") {
            var list: [ElementSyntax] = []
            while !current.isPunctuation("}") {
                if isAtEnd { throw fail("the file ends inside a \(keyword.text)", hint: "'}' is missing") }
                do {
                    list += try member()
                    try expect(";", after: "'\(list.last?.name ?? "")'")
                } catch {
                    recover()
                }
            }
            try expect("}", after: "the members")
            members = list
        } else if name == nil {
            throw fail("a \(keyword.text) needs a name or a body")
        }
        return .aggregate(
            AggregateSyntax(
                isUnion: isUnion, attributes: attributes, name: name, members: members, position: keyword.position))
    }

    private mutating func enumeration(_ outer: [Attribute]) throws(Stop) -> TypeSyntax {
        let keyword = advance()
        let attributes = outer + (try attributeLists())
        let name = current.kind == .identifier ? advance().text : nil
        var values: [EnumerationSyntax.Value]?
        if take("{") {
            var list: [EnumerationSyntax.Value] = []
            while !current.isPunctuation("}") {
                let valueName = try identifier("the name of a value")
                let value = take("=") ? try run(until: [",", "}"]) : nil
                list.append(
                    EnumerationSyntax.Value(name: valueName.text, value: value, position: valueName.position))
                if !take(",") { break }
            }
            try expect("}", after: "the values")
            values = list
        } else if name == nil {
            throw fail("a \(keyword.text) needs a name or a body")
        }
        return .enumeration(
            EnumerationSyntax(
                isBitmap: keyword.text == "bitmap", attributes: attributes, name: name, values: values,
                position: keyword.position))
    }

    // MARK: - Fields and arguments

    /// `uint32 a, *b;`: a member each.
    private mutating func member() throws(Stop) -> [ElementSyntax] {
        let first = try element(isArgument: false)
        var result = [first]
        while first.type != nil, take(",") {
            let pointers = self.pointers()
            let name = try identifier("the name of a member")
            result.append(
                ElementSyntax(
                    attributes: first.attributes, type: first.type, pointers: pointers, name: name.text,
                    dimensions: try dimensions(), position: name.position))
        }
        return result
    }

    mutating func element(isArgument: Bool) throws(Stop) -> ElementSyntax {
        let attributes = try attributeLists()
        let start = current.position
        if !isArgument && current.isPunctuation(";") {
            return ElementSyntax(
                attributes: attributes, type: nil, pointers: 0, name: "", dimensions: [], position: start)
        }
        let type = try self.type(attributes.filter { Self.ofInlineTypes.contains($0.name) })
        let pointers = self.pointers()
        let name = try identifier(isArgument ? "the name of an argument" : "the name of a member")
        return ElementSyntax(
            attributes: attributes, type: type, pointers: pointers, name: name.text,
            dimensions: try dimensions(), position: name.position)
    }

    /// Attributes that, before a member with an inline type, speak of that type.
    private static let ofInlineTypes: Set<String> = [
        "switch_type", "nodiscriminant", "ms_union", "v1_enum", "enum8bit", "enum16bit", "bitmap8bit", "bitmap16bit",
        "bitmap32bit", "bitmap64bit",
    ]

    private mutating func pointers() -> Int {
        var count = 0
        while current.isPunctuation("*") || current.isWord("const") {
            if advance().text == "*" { count += 1 }
        }
        return count
    }

    private mutating func dimensions() throws(Stop) -> [[Token]] {
        var result: [[Token]] = []
        while take("[") {
            let bound = try run(until: ["]"])
            try expect("]", after: "an array bound")
            let isOpen = bound.isEmpty || (bound.count == 1 && bound[0].isPunctuation("*"))
            result.append(isOpen ? [] : bound)
        }
        return result
    }
}
