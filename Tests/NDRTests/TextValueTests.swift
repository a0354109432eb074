// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// t_texts of t_language.idl: strings as values, counted in bytes, in subcontexts; times of C.
@Suite struct TextValueTests {
    @Test func valuesAreWrittenWhateverTheFieldSays() throws {
        let bench = try Bench(ndr_table_t_texts)
        let bytes = hex(
            "4e 54 4c 4d 00 00 00 00 4d 00 41 00 47 00 49 00 43 00 00 00 06 00")
        #expect(try bench.push(type: "x_fixed", x_fixed()) == bytes)
        var other = x_fixed(signature: bench.arena.string("OTHER"), wide: nil, number: 9)
        #expect(try bench.push(type: "x_fixed", other) == bytes)
        // Pull takes what comes.
        var changed = bytes
        changed[0] = 0x4f
        other = try bench.pull(type: "x_fixed", changed, as: x_fixed.self)
        #expect(text(other.signature) == "OTLM" && text(other.wide) == "MAGIC" && other.number == 6)
        let big = try bench.push(type: "x_fixed", x_fixed(), Rules(bigEndian: true))
        #expect(Array(big[8..<10]) == [0, 0x4d] && Array(big[20..<22]) == [0, 6])
        let memory = bench.arena.make(x_fixed())
        let shown = try bench.codec.print(type: "x_fixed", name: "x", from: memory, setValues: true)
        #expect(shown.contains("'NTLM'") && shown.contains("'MAGIC'"), "\(shown)")
    }

    @Test func pointersThatAreNull() throws {
        let bench = try Bench(ndr_table_t_texts)
        let value = x_null(before: 1, reserved: bench.arena.make(x_fixed()), after: 2)
        #expect(try bench.push(type: "x_null", value) == hex("01 00 00 00 00 00 00 00 02 00"))
        #expect(
            try bench.push(type: "x_null", value, .ndr64)
                == hex("01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00"))
        // Pull takes what comes.
        let other = try bench.push(type: "x_fixed", x_fixed())
        let pulled = try bench.pull(
            type: "x_null", hex("01 00 00 00 04 00 02 00 02 00") + other, as: x_null.self)
        #expect(text(pulled.reserved?.pointee.signature) == "NTLM" && pulled.after == 2)
        let memory = bench.arena.make(value)
        #expect(try bench.codec.print(type: "x_null", name: "x", from: memory, setValues: true).contains(": NULL"))
    }

    @Test func utf16InBytes() throws {
        let bench = try Bench(ndr_table_t_texts)
        let value = x_bytes(
            before: 1, size: 0, name: bench.arena.string("ab"), four: bench.arena.string("x"))
        let bytes = hex("01 00 04 00 61 00 62 00 78 00 00 00")
        #expect(try bench.push(type: "x_bytes", value) == bytes)
        for rules in allRules {
            let bytes = try bench.push(type: "x_bytes", value, rules)
            let pulled = try bench.pull(type: "x_bytes", bytes, as: x_bytes.self, rules)
            #expect(text(pulled.name) == "ab" && text(pulled.four) == "x" && pulled.size == 4)
        }
        var odd = bytes
        odd[2] = 3
        #expect(throws: NDRError(.arraySize, offset: 4, path: "x_bytes.name")) {
            _ = try bench.pull(type: "x_bytes", odd, as: x_bytes.self)
        }
        var long = bytes
        long[2] = 200
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "x_bytes", long, as: x_bytes.self) }
        #expect(throws: NDRError.self) {
            _ = try bench.push(
                type: "x_bytes",
                x_bytes(before: 1, size: 0, name: bench.arena.string(""), four: bench.arena.string("abc")))
        }
    }

    /// A pointer to a text in a subcontext is one `const char *`, as with pidl, which values see too.
    @Test func textBehindARelativePointer() throws {
        let bench = try Bench(ndr_table_t_text)
        let bytes = hex("04 00 04 00 61 00 62 00")
        let value = t_text_far(size: 9, text: bench.arena.string("ab"))
        #expect(try bench.push(type: "t_text_far", value) == bytes)
        #expect(text(try bench.pull(type: "t_text_far", bytes, as: t_text_far.self).text) == "ab")
        let none = try bench.pull(type: "t_text_far", hex("00 00 00 00"), as: t_text_far.self)
        #expect(none.text == nil)
        #expect(try bench.push(type: "t_text_far", none) == hex("00 00 00 00"))
        let shown = try bench.codec.print(type: "t_text_far", name: "x", from: bench.arena.make(value))
        #expect(shown.contains("'ab'"), "\(shown)")
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "t_text_far", Array(bytes.prefix(length)), as: t_text_far.self)
            }
        }
    }

    @Test func textInSubcontexts() throws {
        let bench = try Bench(ndr_table_t_texts)
        let value = x_sub(
            name: bench.arena.string("hi"), padded: bench.arena.string("ok"), size: 3,
            counted: bench.arena.string("abc"))
        let bytes = hex(
            "06 00 00 00 68 00 69 00 00 00 6f 6b 00 00 00 00 00 00 03 00 03 00 61 62 63")
        #expect(try bench.push(type: "x_sub", value) == bytes)
        let pulled = try bench.pull(type: "x_sub", bytes, as: x_sub.self)
        #expect(text(pulled.name) == "hi" && text(pulled.padded) == "ok" && text(pulled.counted) == "abc")
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "x_sub", Array(bytes.prefix(length)), as: x_sub.self)
            }
        }
    }

    @Test func times() throws {
        let bench = try Bench(ndr_table_t_texts)
        let value = x_times(when: timeval(tv_sec: 1, tv_usec: 2), exactly: timespec(tv_sec: 3, tv_nsec: 4))
        let bytes = hex(
            """
            01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 04 00 00 00
            """)
        #expect(try bench.push(type: "x_times", value) == bytes)
        let pulled = try bench.pull(type: "x_times", bytes, as: x_times.self)
        #expect(pulled.when.tv_usec == 2 && pulled.exactly.tv_nsec == 4)
        var wrong = value
        wrong.when.tv_usec = -1
        #expect(throws: NDRError.self) { _ = try bench.push(type: "x_times", wrong) }
        let memory = bench.arena.make(value)
        let shown = try bench.codec.print(type: "x_times", name: "x", from: memory)
        #expect(shown.contains("1970") && shown.contains(".2\n") && shown.contains(".4\n"), "\(shown)")
    }
}
