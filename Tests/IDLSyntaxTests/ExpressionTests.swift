// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLSyntax

private func parse(_ text: String) throws -> Expression {
    let tokens = Lexer.tokens(of: Array(text.utf8), file: "test.idl", diagnostics: Diagnostics())
    return try ExpressionParser.parse(tokens, at: SourcePosition(file: "test.idl", line: 1, column: 1))
}

private func value(_ text: String) throws -> Int64 {
    try parse(text).value { name in name == "seven" ? 7 : nil }
}

@Suite struct ExpressionTests {
    @Test(arguments: [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 4 - 3", 3), ("1 << 4 | 1", 17), ("~0 & 0xff", 255),
        ("1 ? 2 : 3", 2), ("0 ? 2 : 0 ? 3 : 4", 4), ("-5 % 3", -2), ("!3 == 0", 1), ("seven * seven", 49),
        ("010", 8), ("0x7fffffffffffffff", Int64.max), ("0xffffffffffffffff", -1), ("1 && 0 || 1", 1),
        ("10u + 1UL", 11),
        ("sizeof(uint32)", 4), ("6 / 2 ^ 1", 2), ("3 >= 3", 1),
    ])
    func evaluates(_ text: String, _ expected: Int64) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: ["9223372036854775807 + 1", "1 / 0", "1 % 0", "1 << 64", "nobody", "f(1)", "a.b"])
    func hasNoValue(_ text: String) throws {
        let expression = try parse(text)
        #expect(throws: EvaluationError.self) { try expression.value { _ in nil } }
    }

    @Test(arguments: ["", "1 +", "(1", "1 2", "a.", "f(", "? :", "18446744073709551616", "1..2", "'ab'"])
    func rejects(_ text: String) {
        #expect(throws: ExpressionParser.Failure.self) { try parse(text) }
    }

    @Test func boundsDepthAndLength() {
        #expect(throws: ExpressionParser.Failure.self) { try parse(String(repeating: "(", count: 100_000)) }
        #expect(throws: ExpressionParser.Failure.self) { try parse(String(repeating: "-", count: 100_000) + "1") }
        #expect(throws: ExpressionParser.Failure.self) { try parse("1" + String(repeating: "+1", count: 100_000)) }
    }
}
