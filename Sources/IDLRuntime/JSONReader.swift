// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

extension JSON {
    /// Reads one text; nothing but white space may follow it.
    public init(parsing bytes: [UInt8]) throws(RuntimeError) {
        var reader = JSONReader(bytes)
        self = try reader.document()
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(RuntimeError) -> JSON {
        let value = try value()
        skipSpaces()
        guard position == bytes.count else { throw wrong("nothing more") }
        return value
    }

    private func wrong(_ expected: String) -> RuntimeError {
        var line = 1
        var column = 1
        for byte in bytes.prefix(position) {
            line += byte == 10 ? 1 : 0
            column = byte == 10 ? 1 : column + 1
        }
        return RuntimeError("JSON line \(line), column \(column): expected \(expected)")
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(RuntimeError) -> JSON {
        skipSpaces()
        switch next {
        case UInt8(ascii: "{"): return try nested { (reader) throws(RuntimeError) in try reader.object() }
        case UInt8(ascii: "["): return try nested { (reader) throws(RuntimeError) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try number())
        default:
            for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
            where bytes[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
            throw wrong("a value")
        }
    }

    private mutating func nested(_ body: (inout JSONReader) throws(RuntimeError) -> JSON) throws(RuntimeError) -> JSON {
        guard depth < JSON.maxDepth else { throw wrong("at most \(JSON.maxDepth) levels") }
        depth += 1
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(RuntimeError) -> JSON {
        var items: [JSON] = []
        if take("]") { return .array(items) }
        repeat { items.append(try value()) } while take(",")
        guard take("]") else { throw wrong("',' or ']'") }
        return .array(items)
    }

    private mutating func object() throws(RuntimeError) -> JSON {
        var fields: [(String, JSON)] = []
        var names: Set<String> = []
        if take("}") { return .object(fields) }
        repeat {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw wrong("a name in quotes") }
            let name = try string()
            guard names.insert(name).inserted else { throw wrong("no second '\(name)'") }
            guard take(":") else { throw wrong("':'") }
            fields.append((name, try value()))
        } while take(",")
        guard take("}") else { throw wrong("',' or '}'") }
        return .object(fields)
    }

    // MARK: - Numbers

    private mutating func digits() throws(RuntimeError) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw wrong("a digit") }
    }

    private mutating func number() throws(RuntimeError) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    // MARK: - Strings

    private mutating func string() throws(RuntimeError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else { throw wrong("UTF-8") }
                return result
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw wrong("no control character in a string")
            default: text.append(byte)
            }
        }
        throw wrong("the string's end")
    }

    private mutating func escape() throws(RuntimeError) -> [UInt8] {
        guard let byte = next else { throw wrong("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): break
        default: throw wrong("an escape")
        }
        var units = [try unit()]
        if units[0] & 0xfc00 == 0xd800 {
            guard bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                throw wrong("the other half of a pair")
            }
            position += 2
            units.append(try unit())
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw wrong("a whole character") }
        return Array(text.utf8)
    }

    private mutating func unit() throws(RuntimeError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = HexText.digit(byte) else { throw wrong("four hexadecimal digits") }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
