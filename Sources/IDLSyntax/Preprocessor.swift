// SPDX-License-Identifier: LGPL-3.0-or-later

/// How the compiler reads files: the whole file, or nil when it is not there.
public typealias FileReader = (_ path: String) -> [UInt8]?

/// The part of C's preprocessor that IDL files use: #define with and without arguments, ##, #undef, #include, #if and
/// its kin, #error.
struct Preprocessor {
    private static let maxIncludeDepth = 50
    /// All of one file's: one that includes itself twice, fifty deep, would have 2^50.
    private static let maxIncludes = 1000
    /// And their bytes, which are read a thousand times if a file has that many: real ones have some kilobytes.
    private static let maxIncludedBytes = 1 << 20

    private struct Condition {
        var isActive: Bool
        var wasTaken: Bool
        var enclosingIsActive: Bool
        var hasElse = false
        var position: SourcePosition
    }

    private let search: FileSearch
    private let diagnostics: Diagnostics
    private var expander: MacroExpander
    private var conditions: [Condition] = []
    private var output: [Token] = []
    /// Files that were included, for dependency lists.
    private(set) var included: [String] = []
    private var hasTooManyIncludes = false
    private var includedBytes = 0

    init(search: FileSearch, definitions: [(String, String)], diagnostics: Diagnostics) {
        self.search = search
        self.diagnostics = diagnostics
        self.expander = MacroExpander(diagnostics: diagnostics)
        for (name, value) in definitions {
            let body = Lexer.tokens(of: Array(value.utf8), file: "<command line>", diagnostics: diagnostics)
            expander.macros[name] = Macro(parameters: nil, body: body)
        }
    }

    mutating func process(_ bytes: [UInt8], file: String) -> [Token] {
        run(bytes, file: file, depth: 0)
        if let open = conditions.first {
            diagnostics.error(open.position, "#if without #endif", hint: "add #endif")
        }
        return output
    }

    private var isActive: Bool { conditions.last?.isActive ?? true }

    private mutating func run(_ bytes: [UInt8], file: String, depth: Int) {
        let tokens = Lexer.tokens(of: bytes, file: file, diagnostics: diagnostics)
        var index = 0
        var text: [Token] = []
        while index < tokens.count {
            guard tokens[index].isPunctuation("#"), tokens[index].startsLine else {
                if isActive { text.append(tokens[index]) }
                index += 1
                continue
            }
            let hash = tokens[index]
            index += 1
            var line: [Token] = []
            while index < tokens.count, !tokens[index].startsLine {
                line.append(tokens[index])
                index += 1
            }
            // Macros of the text before a directive are replaced with what is defined there.
            if !isInsideMacroCall(text) {
                output += expander.expand(text)
                text = []
            }
            directive(line, at: hash.position, file: file, depth: depth)
        }
        output += expander.expand(text)
    }

    /// A directive between the arguments of a macro leaves the call whole.
    private func isInsideMacroCall(_ text: [Token]) -> Bool {
        var depth = 0
        for token in text.reversed() {
            if token.isPunctuation(")") { depth += 1 }
            if token.isPunctuation("(") { depth -= 1 }
            if depth < 0 || token.isPunctuation(";") || token.isPunctuation("}") { return false }
        }
        return false
    }

    // MARK: - Directives

    private mutating func directive(_ line: [Token], at position: SourcePosition, file: String, depth: Int) {
        guard let name = line.first else { return }
        let rest = Array(line.dropFirst())
        switch name.text {
        case "if": open(isActive && condition(rest, at: position), at: position)
        case "ifdef": open(isActive && isDefined(rest, at: position), at: position)
        case "ifndef": open(isActive && !isDefined(rest, at: position), at: position)
        case "elif": alternative(at: position) { $0.condition(rest, at: position) }
        case "else":
            alternative(at: position) { _ in true }
            if !conditions.isEmpty { conditions[conditions.count - 1].hasElse = true }
        case "endif":
            if conditions.popLast() == nil {
                diagnostics.error(position, "#endif without #if", hint: "remove it, or add #if before it")
            }
        default:
            if isActive { activeDirective(name, rest, at: position, file: file, depth: depth) }
        }
    }

    private mutating func activeDirective(
        _ name: Token, _ rest: [Token], at position: SourcePosition, file: String, depth: Int
    ) {
        switch name.text {
        case "define": define(rest, at: position)
        case "undef":
            if let macro = rest.first { expander.macros[macro.text] = nil }
        case "include": include(rest, at: position, file: file, depth: depth)
        case "error":
            diagnostics.error(position, "#error " + rest.sourceText, hint: "the file itself refuses; -D defines macros")
        case "warning": diagnostics.warning(position, "#warning " + rest.sourceText)
        case "pragma", "line": break
        default:
            diagnostics.error(
                position, "unknown directive '#\(name.text)'",
                hint: "#define, #undef, #include, #if and its kin, #error")
        }
    }

    private mutating func define(_ line: [Token], at position: SourcePosition) {
        guard let name = line.first, name.kind == .identifier else {
            diagnostics.error(position, "#define without a name", hint: "#define NAME value")
            return
        }
        var index = 1
        guard line.count > 1, line[1].isPunctuation("("), !line[1].spaceBefore else {
            expander.macros[name.text] = Macro(parameters: nil, body: Array(line.dropFirst()))
            return
        }
        guard let parameters = MacroExpander.arguments(of: line, from: &index) else {
            diagnostics.error(
                position, "the parameters of macro '\(name.text)' have no end", hint: "')' is missing")
            return
        }
        var names: [String] = []
        for parameter in parameters where !(parameters.count == 1 && parameter.isEmpty) {
            guard parameter.count == 1, parameter[0].kind == .identifier else {
                diagnostics.error(
                    position, "a parameter of macro '\(name.text)' is not a name", hint: "#define NAME(a, b) a b")
                return
            }
            names.append(parameter[0].text)
        }
        expander.macros[name.text] = Macro(parameters: names, body: Array(line.dropFirst(index)))
    }

    private mutating func include(_ line: [Token], at position: SourcePosition, file: String, depth: Int) {
        let expanded = line.first?.kind == .identifier ? expander.expand(line) : line
        let path: String
        if let token = expanded.first, token.kind == .string {
            path = token.unquoted
        } else if expanded.first?.isPunctuation("<") == true {
            path = expanded.dropFirst().prefix { !$0.isPunctuation(">") }.map(\.text).joined()
        } else {
            diagnostics.error(position, "#include needs \"file\" or <file>", hint: "#include \"types.h\"")
            return
        }
        guard depth < Self.maxIncludeDepth else {
            diagnostics.error(position, "#include nests too deep at '\(path)'", hint: "does the file include itself?")
            return
        }
        guard included.count < Self.maxIncludes, includedBytes < Self.maxIncludedBytes else {
            // Once is enough: each of the files has further ones to offer.
            if !hasTooManyIncludes {
                diagnostics.error(
                    position, "too many #include, the last one of '\(path)'",
                    hint: "do files include one another? \(Self.maxIncludes) files and a megabyte are the limit")
            }
            hasTooManyIncludes = true
            return
        }
        guard let found = search.find(path, from: file) else {
            diagnostics.error(position, "cannot find '\(path)'", hint: "name its directory with -I")
            return
        }
        included.append(found.path)
        includedBytes += found.bytes.count
        let enclosing = conditions
        conditions = []
        run(found.bytes, file: found.path, depth: depth + 1)
        if let open = conditions.first { diagnostics.error(open.position, "#if without #endif", hint: "add #endif") }
        conditions = enclosing
    }

    // MARK: - Conditions

    private mutating func open(_ value: Bool, at position: SourcePosition) {
        conditions.append(
            Condition(isActive: value, wasTaken: value, enclosingIsActive: isActive, position: position))
    }

    private mutating func alternative(at position: SourcePosition, _ test: (inout Preprocessor) -> Bool) {
        guard var top = conditions.last, !top.hasElse else {
            diagnostics.error(
                position, conditions.isEmpty ? "#else without #if" : "#else after #else",
                hint: "one #else between #if and #endif")
            return
        }
        let value = top.enclosingIsActive && !top.wasTaken && test(&self)
        top.isActive = value
        top.wasTaken = top.wasTaken || value
        conditions[conditions.count - 1] = top
    }

    private func isDefined(_ line: [Token], at position: SourcePosition) -> Bool {
        guard let name = line.first, name.kind == .identifier else {
            diagnostics.error(position, "#ifdef without a name", hint: "#ifdef NAME")
            return false
        }
        return expander.macros[name.text] != nil
    }

    private mutating func condition(_ line: [Token], at position: SourcePosition) -> Bool {
        let tokens = expander.expand(replacingDefined(line))
        do {
            let expression = try ExpressionParser.parse(tokens, at: position)
            return (try? expression.value(lookup: { _ in 0 })) ?? 0 != 0
        } catch {
            diagnostics.error(position, "#if: " + error.message, hint: error.hint)
            return false
        }
    }

    /// `defined X` and `defined(X)` become 1 or 0.
    private func replacingDefined(_ line: [Token]) -> [Token] {
        var result: [Token] = []
        var index = 0
        while index < line.count {
            guard line[index].isWord("defined") else {
                result.append(line[index])
                index += 1
                continue
            }
            let inParentheses = index + 1 < line.count && line[index + 1].isPunctuation("(")
            let at = index + (inParentheses ? 2 : 1)
            let isDefined = at < line.count && expander.macros[line[at].text] != nil
            result.append(Token(kind: .number, text: isDefined ? "1" : "0", position: line[index].position))
            index = at + (inParentheses ? 2 : 1)
        }
        return result
    }
}
