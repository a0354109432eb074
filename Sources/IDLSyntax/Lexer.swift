// SPDX-License-Identifier: LGPL-3.0-or-later

/// Cuts a file into tokens; comments and line continuations vanish here.
struct Lexer {
    private let bytes: [UInt8]
    private let file: String
    private let diagnostics: Diagnostics
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var startsLine = true
    private var spaceBefore = false

    init(bytes: [UInt8], file: String, diagnostics: Diagnostics) {
        self.bytes = bytes
        // Windows' editors write a byte order mark in front of UTF-8.
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            index = 3
            lineStart = 3
        }
        self.file = file
        self.diagnostics = diagnostics
    }

    static func tokens(of bytes: [UInt8], file: String, diagnostics: Diagnostics) -> [Token] {
        var lexer = Lexer(bytes: bytes, file: file, diagnostics: diagnostics)
        var result: [Token] = []
        while let token = lexer.next() { result.append(token) }
        return result
    }

    private var position: SourcePosition {
        SourcePosition(file: file, line: line, column: index - lineStart + 1)
    }

    private func byte(_ offset: Int) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    private mutating func next() -> Token? {
        skipBlank()
        guard index < bytes.count else { return nil }
        let start = index
        let position = self.position
        let kind = scan(at: position)
        let token = Token(
            kind: kind, text: String(decoding: bytes[start..<index], as: UTF8.self), position: position,
            startsLine: startsLine, spaceBefore: spaceBefore)
        startsLine = false
        spaceBefore = false
        return token
    }

    private mutating func scan(at position: SourcePosition) -> Token.Kind {
        let first = bytes[index]
        if isLetter(first) {
            advance { isLetter($0) || isDigit($0) }
            return .identifier
        }
        if isDigit(first) {
            advance { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ".") }
            return .number
        }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            scanString(quote: first, at: position)
            return .string
        }
        index += punctuationLength()
        if first < 0x20 || first >= 0x7f {
            diagnostics.error(
                position, "unexpected byte 0x\(String(first, radix: 16)) in the source text",
                hint: "IDL is ASCII; other characters stand in comments and strings")
        }
        return .punctuation
    }

    private mutating func scanString(quote: UInt8, at position: SourcePosition) {
        index += 1
        while index < bytes.count && bytes[index] != UInt8(ascii: "\n") {
            if bytes[index] == quote {
                index += 1
                return
            }
            let escaped = bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count
            index += escaped && bytes[index + 1] != UInt8(ascii: "\n") ? 2 : 1
        }
        diagnostics.error(position, "a string without its closing quote", hint: "a string ends on its line")
    }

    private func punctuationLength() -> Int {
        switch (bytes[index], byte(1)) {
        case (UInt8(ascii: "<"), UInt8(ascii: "<")), (UInt8(ascii: ">"), UInt8(ascii: ">")),
            (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "!"), UInt8(ascii: "=")),
            (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: ">"), UInt8(ascii: "=")),
            (UInt8(ascii: "&"), UInt8(ascii: "&")), (UInt8(ascii: "|"), UInt8(ascii: "|")),
            (UInt8(ascii: "-"), UInt8(ascii: ">")), (UInt8(ascii: "#"), UInt8(ascii: "#")):
            return 2
        default:
            return 1
        }
    }

    private mutating func advance(while condition: (UInt8) -> Bool) {
        while index < bytes.count && condition(bytes[index]) { index += 1 }
    }

    // MARK: - What stands between tokens

    private mutating func skipBlank() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                newLine()
                startsLine = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0b, 0x0c:
                index += 1
                spaceBefore = true
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\n"):
                index += 1
                newLine()
                spaceBefore = true
            case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "\r") && byte(2) == UInt8(ascii: "\n"):
                index += 2
                newLine()
                spaceBefore = true
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                advance { $0 != UInt8(ascii: "\n") }
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                skipComment()
                spaceBefore = true
            default:
                return
            }
        }
    }

    private mutating func newLine() {
        index += 1
        line += 1
        lineStart = index
    }

    private mutating func skipComment() {
        let position = self.position
        index += 2
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "*") && byte(1) == UInt8(ascii: "/") {
                index += 2
                return
            }
            if bytes[index] == UInt8(ascii: "\n") { newLine() } else { index += 1 }
        }
        diagnostics.error(position, "a comment without its end", hint: "'*/' is missing")
    }
}

private func isLetter(_ byte: UInt8) -> Bool {
    (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
        || byte == UInt8(ascii: "_")
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
