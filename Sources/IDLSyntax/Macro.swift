// SPDX-License-Identifier: LGPL-3.0-or-later

struct Macro {
    /// nil for an object-like macro.
    var parameters: [String]?
    var body: [Token]
}

/// Replaces macros in token lists, as C's preprocessor does, with a bound on what may come out of it.
struct MacroExpander {
    private static let maxTokens = 2_000_000
    private static let maxDepth = 200

    var macros: [String: Macro] = [:]
    private var produced = 0
    /// Too much came out, or too deep. That is told once, and what is left stays as it is written.
    private var isExhausted = false
    private let diagnostics: Diagnostics

    init(diagnostics: Diagnostics) {
        self.diagnostics = diagnostics
    }

    mutating func expand(_ tokens: [Token]) -> [Token] {
        expand(tokens, hidden: [], depth: 0)
    }

    private mutating func expand(_ tokens: [Token], hidden: Set<String>, depth: Int) -> [Token] {
        var result: [Token] = []
        var index = 0
        while index < tokens.count {
            let token = tokens[index]
            index += 1
            guard token.kind == .identifier, !isExhausted, let macro = macros[token.text], !hidden.contains(token.text)
            else {
                result.append(token)
                continue
            }
            var body = macro.body
            if let parameters = macro.parameters {
                guard index < tokens.count, tokens[index].isPunctuation("(") else {
                    result.append(token)
                    continue
                }
                guard let arguments = Self.arguments(of: tokens, from: &index) else {
                    diagnostics.error(
                        token.position, "the arguments of macro '\(token.text)' have no end", hint: "')' is missing")
                    return result
                }
                guard let given = fit(arguments, to: parameters, of: token),
                    charge(arguments.reduce(0) { $0 + $1.count }, depth, at: token)
                else { continue }
                body = substitute(given, into: macro, hidden: hidden, depth: depth)
            }
            body = paste(body)
            guard charge(body.count, depth, at: token) else { continue }
            result += placed(expand(body, hidden: hidden.union([token.text]), depth: depth + 1), at: token)
        }
        return result
    }

    /// Arguments count too: each level of calls inside calls holds its own.
    private mutating func charge(_ count: Int, _ depth: Int, at token: Token) -> Bool {
        if isExhausted { return false }
        produced += count
        if produced <= Self.maxTokens && depth < Self.maxDepth { return true }
        isExhausted = true
        let message =
            depth < Self.maxDepth ? "expands to too many tokens" : "stands for others, too many levels of them"
        diagnostics.error(
            token.position, "macro '\(token.text)' \(message)",
            hint: "\(Self.maxTokens) tokens and \(Self.maxDepth) levels are the limit")
        return false
    }

    private func placed(_ tokens: [Token], at origin: Token) -> [Token] {
        var result = tokens
        for index in result.indices {
            result[index].position = origin.position
            result[index].startsLine = index == 0 && origin.startsLine
        }
        if !result.isEmpty { result[0].spaceBefore = origin.spaceBefore }
        return result
    }

    /// Reads "( a, b )" and moves `index` behind it; nil when the text ends first.
    static func arguments(of tokens: [Token], from index: inout Int) -> [[Token]]? {
        var depth = 0
        var arguments: [[Token]] = [[]]
        while index < tokens.count {
            let token = tokens[index]
            index += 1
            if token.isPunctuation("(") {
                depth += 1
                if depth == 1 { continue }
            } else if token.isPunctuation(")") {
                depth -= 1
                if depth == 0 { return arguments }
            } else if token.isPunctuation(",") && depth == 1 {
                arguments.append([])
                continue
            }
            arguments[arguments.count - 1].append(token)
        }
        return nil
    }

    private func fit(_ arguments: [[Token]], to parameters: [String], of token: Token) -> [String: [Token]]? {
        if parameters.isEmpty && arguments.count == 1 && arguments[0].isEmpty { return [:] }
        guard arguments.count == parameters.count else {
            diagnostics.error(
                token.position,
                "macro '\(token.text)' takes \(parameters.count) arguments, not \(arguments.count)",
                hint: "commas outside parentheses separate them")
            return nil
        }
        return Dictionary(zip(parameters, arguments), uniquingKeysWith: { first, _ in first })
    }

    private mutating func substitute(
        _ given: [String: [Token]], into macro: Macro, hidden: Set<String>, depth: Int
    ) -> [Token] {
        var result: [Token] = []
        for (index, token) in macro.body.enumerated() {
            guard token.kind == .identifier, let argument = given[token.text] else {
                result.append(token)
                continue
            }
            let pasted =
                (index > 0 && macro.body[index - 1].isPunctuation("##"))
                || (index + 1 < macro.body.count && macro.body[index + 1].isPunctuation("##"))
            if index > 0 && macro.body[index - 1].isPunctuation("#") {
                result[result.count - 1] = Token(
                    kind: .string, text: "\"" + argument.sourceText + "\"", position: token.position,
                    spaceBefore: token.spaceBefore)
            } else if pasted || depth >= Self.maxDepth {
                result += argument
            } else {
                result += expand(argument, hidden: hidden, depth: depth + 1)
            }
        }
        return result
    }

    /// Joins the neighbours of every ##.
    private func paste(_ tokens: [Token]) -> [Token] {
        guard tokens.contains(where: { $0.isPunctuation("##") }) else { return tokens }
        var result: [Token] = []
        var index = 0
        while index < tokens.count {
            if tokens[index].isPunctuation("##"), !result.isEmpty, index + 1 < tokens.count {
                var joined = result.removeLast()
                joined.text += tokens[index + 1].text
                result.append(joined)
                index += 2
            } else {
                result.append(tokens[index])
                index += 1
            }
        }
        return result
    }
}
