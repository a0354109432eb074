// SPDX-License-Identifier: LGPL-3.0-or-later

/// Reads an expression from the tokens of an attribute argument, an array bound or a constant.
public struct ExpressionParser {
    public struct Failure: Error {
        public var position: SourcePosition
        public var message: String
        public var hint = "numbers, names, C's operators and parentheses"
    }

    private static let maxDepth = 64

    private let tokens: [Token]
    private let end: SourcePosition
    private var index = 0
    private var depth = 0

    public static func parse(_ tokens: [Token], at position: SourcePosition) throws(Failure) -> Expression {
        var parser = ExpressionParser(tokens, at: position)
        let expression = try parser.conditional()
        if parser.index < tokens.count {
            throw Failure(
                position: tokens[parser.index].position,
                message: "unexpected '\(tokens[parser.index].text)' in an expression")
        }
        return expression
    }

    private init(_ tokens: [Token], at position: SourcePosition) {
        self.tokens = tokens
        self.end = tokens.last?.position ?? position
    }

    private var current: Token? { index < tokens.count ? tokens[index] : nil }

    private func failure(_ message: String, hint: String? = nil) -> Failure {
        var failure = Failure(position: current?.position ?? end, message: message)
        if let hint { failure.hint = hint }
        return failure
    }

    private mutating func take(_ punctuation: String) -> Bool {
        guard let token = current, token.isPunctuation(punctuation) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ punctuation: String) throws(Failure) {
        if !take(punctuation) { throw failure("'\(punctuation)' is missing in an expression") }
    }

    private mutating func conditional() throws(Failure) -> Expression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth {
            throw failure("an expression nests too deep", hint: "\(Self.maxDepth) levels are the limit")
        }
        let condition = try binary(minimum: 1)
        guard take("?") else { return condition }
        let first = try conditional()
        try expect(":")
        return .conditional(condition, first, try conditional())
    }

    private mutating func binary(minimum: Int) throws(Failure) -> Expression {
        var left = try unary()
        var links = 0
        while let token = current, token.kind == .punctuation, let operation = BinaryOperator(rawValue: token.text),
            operation.precedence >= minimum
        {
            // The tree leans left, so a long chain is as deep as nesting.
            links += 1
            if links > 1000 { throw failure("an expression is too long", hint: "a thousand operators are the limit") }
            index += 1
            left = .binary(operation, left, try binary(minimum: operation.precedence + 1))
        }
        return left
    }

    private mutating func unary() throws(Failure) -> Expression {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth {
            throw failure("an expression nests too deep", hint: "\(Self.maxDepth) levels are the limit")
        }
        if let token = current, token.kind == .punctuation, let operation = UnaryOperator(rawValue: token.text) {
            index += 1
            return .unary(operation, try unary())
        }
        if take("+") { return try unary() }
        return try postfix()
    }

    private mutating func postfix() throws(Failure) -> Expression {
        var result = try primary()
        while let token = current {
            if token.isPunctuation(".") || token.isPunctuation("->") {
                index += 1
                guard let field = current, field.kind == .identifier else {
                    throw failure("a field name is missing after '\(token.text)'")
                }
                index += 1
                result = token.text == "." ? .member(result, field.text) : .arrow(result, field.text)
            } else {
                break
            }
        }
        return result
    }

    private mutating func primary() throws(Failure) -> Expression {
        guard let token = current else { throw failure("an expression is missing") }
        index += 1
        switch token.kind {
        case .number:
            guard let value = Self.number(token.text) else {
                throw Failure(
                    position: token.position, message: "'\(token.text)' is not a number that fits into 64 bits")
            }
            return .number(value)
        case .string:
            if token.text.utf8.first == UInt8(ascii: "'") { return try character(token) }
            return .string(token.text)
        case .identifier:
            if current?.isPunctuation("(") == true { return try call(token) }
            return .name(token.text, token.position)
        case .punctuation where token.text == "(":
            if takeCast() { return try unary() }
            let inner = try conditional()
            try expect(")")
            return inner
        case .punctuation, .end:
            index -= 1
            throw failure("unexpected '\(token.text)' in an expression")
        }
    }

    /// `(unsigned long)`: numbers are 64 bits wide here, so a cast to a number changes nothing.
    private mutating func takeCast() -> Bool {
        var end = index
        while end < tokens.count, tokens[end].kind == .identifier, Self.castTypes.contains(tokens[end].text) {
            end += 1
        }
        guard end > index, end + 1 < tokens.count, tokens[end].isPunctuation(")") else { return false }
        index = end + 1
        return true
    }

    private static let castTypes: Set<String> = [
        "unsigned", "signed", "long", "short", "int", "char", "small", "hyper", "byte", "boolean", "DWORD", "WORD",
        "ULONG", "LONG", "USHORT", "SHORT", "UINT", "INT", "uint8", "uint16", "uint32", "uint64", "int8", "int16",
        "int32", "int64", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t", "int64_t",
        "size_t", "__int64",
    ]

    private mutating func call(_ function: Token) throws(Failure) -> Expression {
        try expect("(")
        var arguments: [Expression] = []
        if !take(")") {
            repeat {
                arguments.append(try conditional())
            } while take(",")
            try expect(")")
        }
        return .call(function.text, arguments, function.position)
    }

    private func character(_ token: Token) throws(Failure) -> Expression {
        let bytes = Array(token.text.utf8)
        guard bytes.count == 3 else {
            throw Failure(position: token.position, message: "unsupported character constant \(token.text)")
        }
        return .number(Int64(bytes[1]))
    }

    /// Decimal, 0x hexadecimal or 0 octal, with C's u and l suffixes. Above Int64.max it is the same bit pattern.
    public static func number(_ text: String) -> Int64? {
        var digits = Substring(text)
        while let last = digits.last, "uUlL".contains(last) { digits = digits.dropLast() }
        let value: UInt64?
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
            value = UInt64(digits.dropFirst(2), radix: 16)
        } else if digits.hasPrefix("0") && digits.count > 1 {
            value = UInt64(digits.dropFirst(), radix: 8)
        } else {
            value = UInt64(digits)
        }
        return value.map { Int64(bitPattern: $0) }
    }
}
