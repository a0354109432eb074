// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLRuntime
import Testing
import Wire

@Suite struct JSONTests {
    private func read(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }

    @Test func comesBackAsWritten() throws {
        let value = JSON.object([
            ("empty", .object([])), ("list", .array([.null, .bool(true), .bool(false), .array([])])),
            ("number", .number("-1.5e+10")), ("big", .integer(UInt64.max)), ("small", .integer(Int64(-3))),
            ("text", .string("a\"\\\n\t\r\u{1}\u{7f}é𝄞/")),
        ])
        #expect(try read(value.text()) == value)
        #expect(JSON.integer(UInt64.max).text() == "\"18446744073709551615\"")
    }

    @Test func escapes() throws {
        #expect(try read(#""\u00e9\ud834\udd1e\/\b\f""#) == .string("é𝄞/\u{8}\u{c}"))
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":1,\"a\":2}", "01", "-", "1.", "1e", "+1", ".5", "tru",
        "nul",
        "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud834\"", "\"\\ud834\\u0041\"", "\"\\udd1e\"", "\"\n\"", "1 2", "[1 2]",
        "{1:2}",
        "[", "]", "\"\\", "{\"a\":}", "nan", "'a'",
    ])
    func refuses(_ text: String) {
        #expect(throws: RuntimeError.self) { try read(text) }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: RuntimeError.self) { try JSON(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test func saysWhere() {
        #expect(throws: RuntimeError("JSON line 2, column 3: expected a digit")) { try read("[1,\n -]") }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(JSON.maxDepth))
        #expect(throws: RuntimeError.self) { try read(nested(JSON.maxDepth + 1)) }
        #expect(throws: RuntimeError.self) { try read(nested(1_000_000)) }
    }

    /// Every text with one byte changed is read or refused, and what is read comes back.
    @Test func changedTexts() throws {
        let text = Array(#"{"a": [1, -2.5e3, "x\u00e9\n", null, true], "b": {"c": "18446744073709551615"}}"#.utf8)
        var read = 0
        for position in text.indices {
            for byte in Array("\"\\{}[],:0-e.x \u{0}".utf8) + [0xff, 0xc3] {
                var changed = text
                changed[position] = byte
                if let value = try? JSON(parsing: changed) {
                    read += 1
                    #expect(try JSON(parsing: Array(value.text().utf8)) == value)
                }
            }
            _ = try? JSON(parsing: Array(text[..<position]))
        }
        #expect(read > 50)
    }

    @Test func hexDigits() {
        #expect(HexText.text([0, 0x7f, 0xff]) == "007fff")
        #expect(HexText.bytes("007fFF".utf8) == [0, 0x7f, 0xff])
        #expect(HexText.bytes("0".utf8) == nil)
        #expect(HexText.bytes("0g".utf8) == nil)
    }
}
