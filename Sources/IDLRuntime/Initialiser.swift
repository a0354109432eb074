// SPDX-License-Identifier: LGPL-3.0-or-later

/// Reads the constant initialisers of a table as a C compiler would: `{ NDR_KIND_ARRAY, 0, NDR_F_INLINE |
/// NDR_F_FIXED, 0, 17, sizeof(uint8_t [6]), ... }`.
struct Initialiser {
    enum Value: Equatable {
        case number(Int64)
        case text(String)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var layout: CLayout
    private var macroDepth = 0

    /// The values between the braces of one record, or the one value of a bare initialiser.
    static func values(_ text: String, _ layout: inout CLayout) throws(RuntimeError) -> [Value] {
        var reader = Initialiser(bytes: Array(text.utf8), layout: layout)
        defer { layout = reader.layout }
        var result: [Value] = []
        let isRecord = reader.take("{")
        repeat {
            result.append(try reader.alternatives())
        } while isRecord && reader.take(",")
        guard !isRecord || reader.take("}") else { throw reader.unreadable() }
        return result
    }

    static func numbers(_ text: String, _ layout: inout CLayout) throws(RuntimeError) -> [Int64] {
        var result: [Int64] = []
        for value in try values(text, &layout) {
            guard case .number(let number) = value else { throw RuntimeError("no number in \(text)") }
            result.append(number)
        }
        return result
    }

    private init(bytes: [UInt8], layout: CLayout) {
        self.bytes = bytes
        self.layout = layout
    }

    private func unreadable() -> RuntimeError {
        RuntimeError("only a C compiler can read '\(String(decoding: bytes, as: UTF8.self))'")
    }

    private mutating func skipSpaces() {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private static let operators: [(text: String, level: Int)] = [
        ("|", 0), ("<<", 1), ("+", 2), ("-", 2), ("*", 3), ("/", 3),
    ]

    /// A | B << 2 + 1: the operators that constants are made of, in C's order.
    private mutating func alternatives(_ level: Int = 0) throws(RuntimeError) -> Value {
        let first = try value()
        guard case .number(var number) = first else { return first }
        while let found = nextOperator(), found.level >= level {
            position += found.text.utf8.count
            guard case .number(let next) = try alternatives(found.level + 1),
                let result = Self.apply(found.text, number, next)
            else { throw unreadable() }
            number = result
        }
        return .number(number)
    }

    private mutating func nextOperator() -> (text: String, level: Int)? {
        skipSpaces()
        return Self.operators.first { bytes[position...].starts(with: $0.text.utf8) }
    }

    private static func apply(_ text: String, _ a: Int64, _ b: Int64) -> Int64? {
        func checked(_ result: (partialValue: Int64, overflow: Bool)) -> Int64? {
            result.overflow ? nil : result.partialValue
        }
        switch text {
        case "|": return a | b
        case "<<": return (0..<63).contains(b) ? a << b : nil
        case "+": return checked(a.addingReportingOverflow(b))
        case "-": return checked(a.subtractingReportingOverflow(b))
        case "*": return checked(a.multipliedReportingOverflow(by: b))
        default: return b == 0 ? nil : checked(a.dividedReportingOverflow(by: b))
        }
    }

    private mutating func value() throws(RuntimeError) -> Value {
        if take("(") {
            let inner = try alternatives()
            guard take(")") else { throw unreadable() }
            return inner
        }
        if take("\"") { return .text(until(UInt8(ascii: "\""))) }
        let word = word()
        guard let first = word.utf8.first else { throw unreadable() }
        if first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            guard let number = Self.number(word) else { throw unreadable() }
            return .number(number)
        }
        if take("(") { return .number(try call(word)) }
        if word == "INT64_MIN" { return .number(.min) }
        if let number = FormatNames.value(word) { return .number(number) }
        guard macroDepth < 8, let text = layout.macros[word] else { throw unreadable() }
        var reader = Initialiser(bytes: Array(text.utf8), layout: layout)
        reader.macroDepth = macroDepth + 1
        let value = try reader.alternatives()
        reader.skipSpaces()
        guard reader.position == reader.bytes.count else { throw unreadable() }
        return value
    }

    private mutating func call(_ name: String) throws(RuntimeError) -> Int64 {
        switch name {
        case "INT64_C":
            guard let number = Self.number(word()), take(")") else { throw unreadable() }
            return number
        case "sizeof":
            return Int64(try layout.extent(of: argument()).size)
        case "offsetof":
            let container = until(UInt8(ascii: ","))
            skipSpaces()
            return Int64(try layout.offset(of: argument(), in: container))
        case "NDR_OP":
            guard case .number(let operation) = try value(), take(","), case .number(let immediate) = try value(),
                take(")")
            else { throw unreadable() }
            return Int64(UInt32(truncatingIfNeeded: operation) | UInt32(truncatingIfNeeded: immediate) << 8)
        default: throw unreadable()
        }
    }

    /// What stands before the closing parenthesis, which may hold parentheses itself.
    private mutating func argument() -> String {
        var depth = 0
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "(") { depth += 1 }
            if bytes[position] == UInt8(ascii: ")") {
                if depth == 0 { break }
                depth -= 1
            }
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position = min(position + 1, bytes.count)
        return text
    }

    private mutating func until(_ end: UInt8) -> String {
        let start = position
        while position < bytes.count, bytes[position] != end { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        position = min(position + 1, bytes.count)
        return text
    }

    private mutating func word() -> String {
        skipSpaces()
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                position += 1
            case UInt8(ascii: "-") where position == start: position += 1
            default: return String(decoding: bytes[start..<position], as: UTF8.self)
            }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func number(_ word: String) -> Int64? {
        var text = word[...]
        while let last = text.utf8.last, last == UInt8(ascii: "u") || last == UInt8(ascii: "L") {
            text = text.dropLast()
        }
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { Int64(bitPattern: $0) } }
        return Int64(text)
    }
}
