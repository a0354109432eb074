// SPDX-License-Identifier: LGPL-3.0-or-later

/// A word of the source text, as written.
public struct Token: Hashable, Sendable {
    public enum Kind: Sendable {
        case identifier
        case number
        /// With its quotes and escapes, so that it can go to C unchanged.
        case string
        case punctuation
        case end
    }

    public var kind: Kind
    public var text: String
    public var position: SourcePosition
    /// First on its line: where a directive can start.
    public var startsLine: Bool
    public var spaceBefore: Bool

    public init(
        kind: Kind, text: String, position: SourcePosition, startsLine: Bool = false, spaceBefore: Bool = false
    ) {
        self.kind = kind
        self.text = text
        self.position = position
        self.startsLine = startsLine
        self.spaceBefore = spaceBefore
    }

    public func isPunctuation(_ text: String) -> Bool { kind == .punctuation && self.text == text }
    public func isWord(_ text: String) -> Bool { kind == .identifier && self.text == text }

    /// A string literal without its quotes.
    public var unquoted: String {
        guard kind == .string, text.utf8.count >= 2 else { return text }
        return String(text.dropFirst().dropLast())
    }
}

extension [Token] {
    /// The words of a line of C; none when they are no words of this language.
    public static func words(of text: String, in file: String) -> [Token] {
        let diagnostics = Diagnostics()
        let tokens = Lexer.tokens(of: [UInt8](text.utf8), file: file, diagnostics: diagnostics)
        return diagnostics.hasErrors ? [] : tokens
    }

    /// The tokens as C text, spaced as they were written.
    public var sourceText: String {
        var text = ""
        for (index, token) in enumerated() {
            if index > 0 && (token.spaceBefore || token.startsLine) { text += " " }
            text += token.text
        }
        return text
    }
}
