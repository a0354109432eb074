// SPDX-License-Identifier: LGPL-3.0-or-later

extension Parser {
    private static let kinds: Set<String> = ["struct", "union", "enum", "bitmap", "pipe"]

    mutating func definitions() throws(Stop) -> [InterfaceSyntax.Definition] {
        if current.isWord("const") { return [.constant(try constant())] }
        if current.isWord("declare") { return [.declare(try declare())] }
        if current.isWord("cpp_quote") { return [.quote(try cppQuote())] }
        if current.isWord("import") {
            advance()
            return [.imports(try stringList(after: "import"))]
        }
        if current.isWord("midl_pragma") {
            try skipPragma()
            return []
        }
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
        if depth > Self.maxDepth {
            throw fail("types nest too deep here", hint: "give the inner ones names: typedef struct { ... } name;")
        }
        let word = current
        guard word.kind == .identifier else {
            throw fail("a type is missing before '\(word.text)'", hint: "such as uint32, or struct name")
        }
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
        case "signed", "unsigned", "long", "short":
            advance()
            var words = [word.text]
            while current.kind == .identifier, Self.numbers.contains(current.text),
                following.kind == .identifier || following.isPunctuation("*") || following.isPunctuation(")")
                    || following.isPunctuation(";")
            {
                words.append(advance().text)
            }
            return .name(Self.number(words), word.position)
        default:
            advance()
            return .name(word.text, word.position)
        }
    }

    private static let numbers: Set<String> = [
        "int", "long", "short", "char", "small", "hyper", "__int8", "__int16", "__int32", "__int64", "__int3264",
    ]

    /// The shortest way to say it: "unsigned long int" is "unsigned long", "long long" is "__int64".
    private static func number(_ words: [String]) -> String {
        var words = words
        if words.count > 1, words.contains(where: { $0 == "long" || $0 == "short" }) { words.removeAll { $0 == "int" } }
        if words.count(where: { $0 == "long" }) == 2 {
            words.removeAll { $0 == "long" }
            words.append("__int64")
        }
        return words.joined(separator: " ")
    }

    private mutating func aggregate(_ outer: [Attribute]) throws(Stop) -> TypeSyntax {
        let keyword = advance()
        let isUnion = keyword.text == "union"
        let attributes = outer + (try attributeLists())
        let name = current.kind == .identifier && !current.isWord("switch") ? advance().text : nil
        if isUnion, current.isWord("switch") { return try encapsulatedUnion(attributes, name, at: keyword.position) }
        var members: [ElementSyntax]?
        if take("{") {
            var list: [ElementSyntax] = []
            while !current.isPunctuation("}") {
                if isAtEnd { throw fail("the file ends inside a \(keyword.text)", hint: "'}' is missing") }
                do {
                    list += try member()
                    nameUnion(&list)
                    try expect(";", after: "'\(list.last?.name ?? "")'")
                } catch {
                    recover()
                }
            }
            try expect("}", after: "the members")
            if !isUnion { giveTags(&list) }
            members = list
        } else if name == nil {
            throw fail(
                "a \(keyword.text) needs a name or a body", hint: "\(keyword.text) name, or \(keyword.text) { ... }")
        }
        return .aggregate(
            AggregateSyntax(
                isUnion: isUnion, attributes: attributes, name: name, members: members, position: keyword.position))
    }

    /// The tag of a union that is written where it is used has the type of its discriminant, as Microsoft's compiler has
    /// it, unless switch_type says another.
    private func giveTags(_ list: inout [ElementSyntax]) {
        for index in list.indices {
            guard case .aggregate(var union)? = list[index].type, union.isUnion, union.name == nil,
                !union.attributes.contains("switch_type"), !union.attributes.contains("nodiscriminant"),
                let words = list[index].attributes.named("switch_is")?.arguments?.first, words.count == 1,
                let other = list.first(where: { $0.name == words[0].text }), other.pointers == 0,
                other.dimensions.isEmpty, let type = Self.tagName(other.type)
            else { continue }
            var token = words[0]
            token.text = type
            union.attributes.append(
                Attribute(name: "switch_type", arguments: [[token]], position: union.position))
            list[index].type = .aggregate(union)
        }
    }

    private static func tagName(_ type: TypeSyntax?) -> String? {
        switch type {
        case .name(let name, _)?: name
        case .enumeration(let enumeration)?: enumeration.name
        default: nil
        }
    }

    /// A union without a name is `u`, as Microsoft's macros call it, or `u2` if there is one already.
    private func nameUnion(_ list: inout [ElementSyntax]) {
        guard let last = list.last, last.name.isEmpty, last.type != nil else { return }
        let others = Set(list.map(\.name))
        var number = 1
        while others.contains(number == 1 ? "u" : "u\(number)") { number += 1 }
        list[list.count - 1].name = number == 1 ? "u" : "u\(number)"
    }

    /// `union tag switch (long kind) name { case 1: ... }`: a structure of the discriminant and a union without one.
    private mutating func encapsulatedUnion(
        _ attributes: [Attribute], _ tag: String?, at position: SourcePosition
    ) throws(Stop) -> TypeSyntax {
        advance()
        try expect("(", after: "switch")
        var words = try run(until: [")"])
        try expect(")", after: "the discriminant")
        guard words.count > 1, let kind = words.popLast(), kind.kind == .identifier else {
            throw fail("the discriminant needs a type and a name", hint: "union switch (long kind) name { ... }")
        }
        let name = current.kind == .identifier ? advance() : nil
        try expect("{", after: "the head of the union")
        var arms: [ElementSyntax] = []
        while !current.isPunctuation("}") {
            if isAtEnd { throw fail("the file ends inside a union", hint: "'}' is missing") }
            do {
                arms.append(try arm())
                try expect(";", after: "'\(arms.last?.name ?? "")'")
            } catch {
                recover()
            }
        }
        try expect("}", after: "the arms")
        func attribute(_ name: String, _ argument: [Token]? = nil) -> Attribute {
            Attribute(name: name, arguments: argument.map { [$0] }, position: position)
        }
        let union = AggregateSyntax(
            isUnion: true,
            attributes: [
                attribute("switch_type", words), attribute("nodiscriminant"), attribute(Attribute.encapsulated),
            ], name: nil, members: arms, position: position)
        let type = words.filter { $0.text != "enum" }.map(\.text)
        let members = [
            ElementSyntax(
                attributes: [], type: .name(Self.number(type), position), pointers: 0, name: kind.text, dimensions: [],
                position: kind.position),
            ElementSyntax(
                attributes: [attribute("switch_is", [kind])], type: .aggregate(union), pointers: 0,
                name: name?.text ?? "tagged_union", dimensions: [], position: name?.position ?? position),
        ]
        return .aggregate(
            AggregateSyntax(
                isUnion: false, attributes: attributes + [attribute(Attribute.encapsulated)], name: tag,
                members: members, position: position))
    }

    /// `case 1: case 2: long a` or `default:`
    private mutating func arm() throws(Stop) -> ElementSyntax {
        var labels: [Attribute] = []
        while current.isWord("case") || current.isWord("default") {
            let word = advance()
            let label = try run(until: [":"])
            try expect(":", after: word.text == "case" ? "the case" : "default")
            let isCase = word.text == "case"
            labels.append(
                Attribute(name: isCase ? "case" : "default", arguments: isCase ? [label] : nil, position: word.position)
            )
        }
        if labels.isEmpty {
            throw fail("expected 'case' or 'default' instead of '\(current.text)'", hint: "case 1: uint32 number;")
        }
        var element = try self.element(isArgument: false)
        element.attributes = labels + element.attributes
        return element
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
            throw fail(
                "a \(keyword.text) needs a name or a body", hint: "\(keyword.text) name, or \(keyword.text) { ... }")
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
        if !isArgument, current.isPunctuation(";"), case .aggregate(let inner) = type, inner.isUnion,
            inner.members != nil
        {
            return ElementSyntax(
                attributes: attributes, type: type, pointers: 0, name: "", dimensions: [], position: start)
        }
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
