// SPDX-License-Identifier: LGPL-3.0-or-later

/// Recursive descent over the tokens of one file. After a mistake it goes on behind the next `;` or `}`, so that a run
/// reports several.
struct Parser {
    /// Thrown after the diagnostic has been given.
    struct Stop: Error {}

    static let maxDepth = 64

    private let tokens: [Token]
    private let end: Token
    let diagnostics: Diagnostics
    private var index = 0
    var depth = 0

    init(tokens: [Token], file: String, diagnostics: Diagnostics) {
        self.tokens = tokens
        let last = tokens.last?.position ?? SourcePosition(file: file, line: 1, column: 1)
        self.end = Token(kind: .end, text: "the end of the file", position: last)
        self.diagnostics = diagnostics
    }

    // MARK: - Tokens

    var current: Token { index < tokens.count ? tokens[index] : end }
    var following: Token { index + 1 < tokens.count ? tokens[index + 1] : end }
    var isAtEnd: Bool { index >= tokens.count }

    @discardableResult mutating func advance() -> Token {
        let token = current
        index += 1
        return token
    }

    mutating func take(_ punctuation: String) -> Bool {
        guard current.isPunctuation(punctuation) else { return false }
        index += 1
        return true
    }

    func fail(_ message: String, hint: String) -> Stop {
        diagnostics.error(current.position, message, hint: hint)
        return Stop()
    }

    mutating func expect(_ punctuation: String, after what: String) throws(Stop) {
        if take(punctuation) { return }
        let hint = punctuation == ";" ? "end the declaration with ';'" : "write '\(punctuation)' there"
        throw fail("'\(punctuation)' is missing after \(what), before '\(current.text)'", hint: hint)
    }

    mutating func identifier(_ what: String) throws(Stop) -> Token {
        guard current.kind == .identifier else {
            throw fail("\(what) is missing before '\(current.text)'", hint: "a name has letters, digits and '_'")
        }
        return advance()
    }

    /// Tokens up to one of `stops` outside every bracket; the stop itself stays.
    mutating func run(until stops: Set<String>) throws(Stop) -> [Token] {
        var open: [String] = []
        var result: [Token] = []
        while !isAtEnd {
            let token = current
            if token.kind == .punctuation {
                if open.isEmpty && stops.contains(token.text) { return result }
                switch token.text {
                case "(": open.append(")")
                case "[": open.append("]")
                case "{": open.append("}")
                case ")", "]", "}":
                    guard open.popLast() == token.text else {
                        throw fail("unexpected '\(token.text)'", hint: "brackets close in the order in which they open")
                    }
                default: break
                }
            }
            result.append(token)
            index += 1
        }
        throw fail("the file ends inside an expression", hint: "a bracket or a ';' is missing")
    }

    /// Skips to behind the next `;` of this level, or to its closing brace.
    mutating func recover() {
        var open = 0
        while !isAtEnd {
            if current.isPunctuation("{") { open += 1 }
            if current.isPunctuation("}") {
                if open == 0 { return }
                open -= 1
                if open == 0 && !following.isPunctuation(";") && following.kind != .identifier {
                    index += 1
                    return
                }
            }
            if current.isPunctuation(";") && open == 0 {
                index += 1
                return
            }
            index += 1
        }
    }

    // MARK: - The file

    mutating func file() -> [SyntaxFile.Item] {
        var items: [SyntaxFile.Item] = []
        var loose: [InterfaceSyntax.Definition] = []
        while !isAtEnd {
            if take(";") { continue }
            let before = index
            do {
                if startsDefinition {
                    loose += try definitions()
                } else if let item = try item() {
                    items.append(Self.adding(&loose, to: item))
                }
            } catch {
                recover()
                if take("}") { _ = take(";") }
            }
            if index == before { index += 1 }
        }
        if !loose.isEmpty { addLast(&loose, to: &items) }
        return items
    }

    private static let definitionWords: Set<String> = [
        "typedef", "const", "struct", "union", "enum", "bitmap", "declare",
    ]

    /// A definition outside every interface, attributes before it or not.
    private var startsDefinition: Bool {
        var position = index
        var open = 0
        while position < tokens.count {
            let token = tokens[position]
            if token.isPunctuation("[") { open += 1 }
            if token.isPunctuation("]") { open -= 1 }
            position += 1
            if open == 0 && !token.isPunctuation("]") {
                return token.kind == .identifier && Self.definitionWords.contains(token.text)
            }
        }
        return false
    }

    /// Definitions outside belong to the interface that follows.
    private static func adding(
        _ loose: inout [InterfaceSyntax.Definition], to item: SyntaxFile.Item
    ) -> SyntaxFile.Item {
        guard case .interface(var interface) = item else { return item }
        interface.definitions = loose + interface.definitions
        loose = []
        return .interface(interface)
    }

    /// ... or, behind the last one, to that; in a file without interfaces to one that has the file's name.
    private func addLast(_ loose: inout [InterfaceSyntax.Definition], to items: inout [SyntaxFile.Item]) {
        for index in items.indices.reversed() {
            guard case .interface(var interface) = items[index] else { continue }
            interface.definitions += loose
            items[index] = .interface(interface)
            return
        }
        var name = end.position.file.split(separator: "/").last.map { String($0) } ?? "types"
        if name.hasSuffix(".idl") { name.removeLast(4) }
        items.append(
            .interface(
                InterfaceSyntax(
                    attributes: [], name: name, base: nil, definitions: loose,
                    position: SourcePosition(file: end.position.file, line: 1, column: 1))))
    }

    /// nil for what only announces a name.
    private mutating func item() throws(Stop) -> SyntaxFile.Item? {
        let attributes = try attributeLists()
        let word = current
        switch word.text {
        case "interface": return try interface(attributes).map { .interface($0) }
        case "coclass", "dispinterface", "library":
            advance()
            let name = try identifier("a name")
            if word.text != "coclass" {
                diagnostics.warning(
                    word.position, "\(word.text) '\(name.text)' is passed over, with all that is in it",
                    hint: "interfaces that are called from afar stand outside")
            }
            try skipBody()
            return .coclass(name: name.text, word.position)
        case "import":
            advance()
            return .imports(try stringList(after: "import"))
        case "include":
            advance()
            return .includes(try stringList(after: "include"))
        case "importlib":
            advance()
            if current.isPunctuation("(") { _ = try run(until: [";"]) } else { _ = try commaSeparated() }
            try expect(";", after: "importlib")
            return .importlib(word.position)
        case "cpp_quote": return .cppQuote(try cppQuote())
        case "midl_pragma":
            try skipPragma()
            return nil
        default:
            throw fail(
                "expected an interface, a type, import or cpp_quote instead of '\(word.text)'",
                hint: "functions stand inside an interface")
        }
    }

    private mutating func skipBody() throws(Stop) {
        _ = try run(until: ["{", ";"])
        guard take("{") else {
            _ = take(";")
            return
        }
        _ = try run(until: ["}"])
        _ = take("}")
        _ = take(";")
    }

    mutating func cppQuote() throws(Stop) -> Token {
        advance()
        try expect("(", after: "cpp_quote")
        guard current.kind == .string else {
            throw fail("cpp_quote needs a string", hint: "cpp_quote(\"a line of C\")")
        }
        let text = advance()
        try expect(")", after: "the string of cpp_quote")
        _ = take(";")
        return text
    }

    /// `midl_pragma warning(disable: 2400)`
    mutating func skipPragma() throws(Stop) {
        advance()
        _ = try identifier("the name of the pragma")
        if take("(") {
            _ = try run(until: [")"])
            _ = take(")")
        }
        _ = take(";")
    }

    private mutating func commaSeparated() throws(Stop) -> [Token] {
        var result: [Token] = []
        repeat {
            guard current.kind == .string else {
                throw fail("a file name in quotes is missing", hint: "import \"other.idl\";")
            }
            result.append(advance())
        } while take(",")
        return result
    }

    mutating func stringList(after what: String) throws(Stop) -> [Token] {
        let result = try commaSeparated()
        try expect(";", after: what)
        return result
    }

    private mutating func interface(_ attributes: [Attribute]) throws(Stop) -> InterfaceSyntax? {
        let position = advance().position
        let name = try identifier("the name of the interface").text
        if attributes.isEmpty, take(";") { return nil }
        var base: Token?
        if take(":") { base = try identifier("the base interface") }
        try expect("{", after: "interface \(name)")
        var definitions: [InterfaceSyntax.Definition] = []
        while !current.isPunctuation("}") {
            if isAtEnd {
                diagnostics.error(current.position, "the file ends inside interface \(name)", hint: "'}' is missing")
                break
            }
            if take(";") { continue }
            do {
                definitions += try self.definitions()
            } catch {
                recover()
            }
        }
        _ = take("}")
        _ = take(";")
        return InterfaceSyntax(
            attributes: attributes, name: name, base: base, definitions: definitions, position: position)
    }

    // MARK: - Attributes

    mutating func attributeLists() throws(Stop) -> [Attribute] {
        var result: [Attribute] = []
        while take("[") {
            if take("]") { continue }
            repeat {
                // Macros leave empty places behind.
                if current.isPunctuation(",") || current.isPunctuation("]") { continue }
                result.append(try attribute())
            } while take(",")
            try expect("]", after: "the attributes")
        }
        return result
    }

    private mutating func attribute() throws(Stop) -> Attribute {
        let name = try identifier("an attribute")
        guard take("(") else { return Attribute(name: name.text, arguments: nil, position: name.position) }
        var arguments: [[Token]] = []
        repeat {
            arguments.append(try run(until: [",", ")"]))
        } while take(",")
        try expect(")", after: "the arguments of \(name.text)")
        return Attribute(name: name.text, arguments: arguments, position: name.position)
    }
}
