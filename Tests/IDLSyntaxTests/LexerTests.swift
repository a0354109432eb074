// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLSyntax

private func words(_ text: String, _ diagnostics: Diagnostics = Diagnostics()) -> [String] {
    Lexer.tokens(of: Array(text.utf8), file: "test.idl", diagnostics: diagnostics).map(\.text)
}

@Suite struct LexerTests {
    @Test func cutsWordsNumbersAndOperators() {
        #expect(words("a->b 0x1F 1.0 <<= a##b") == ["a", "->", "b", "0x1F", "1.0", "<<", "=", "a", "##", "b"])
    }

    @Test func keepsEscapesInStrings() {
        #expect(words(#""ncacn_np:[\\pipe\\x]" "a\"b""#) == [#""ncacn_np:[\\pipe\\x]""#, #""a\"b""#])
    }

    @Test func skipsCommentsAndJoinsLines() {
        #expect(words("a/* b\n c */d // e\nf\\\ng") == ["a", "d", "f", "g"])
    }

    @Test func countsLinesAndColumns() {
        let tokens = Lexer.tokens(of: Array("a\n /* x\n */ b".utf8), file: "f", diagnostics: Diagnostics())
        #expect(tokens.map(\.position.line) == [1, 3])
        #expect(tokens.map(\.position.column) == [1, 5])
    }

    @Test(arguments: ["\"open", "/* open", "\u{1}"])
    func reportsWhatHasNoEnd(_ text: String) {
        let diagnostics = Diagnostics()
        _ = words(text, diagnostics)
        #expect(diagnostics.errorCount == 1)
    }
}
