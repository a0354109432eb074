// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// UTF-16 and UTF-8.
@Suite struct TextTests {
    let bench: Bench

    init() throws { bench = try Bench(ndr_table_rpcecho) }

    private func stub(_ units: [UInt16]) -> [UInt8] {
        let n = UInt8(units.count)
        return [n, 0, 0, 0, 0, 0, 0, 0, n, 0, 0, 0] + units.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    }

    private func pull(_ units: [UInt16]) throws -> String? {
        text(try bench.pull(4, .request, stub(units), echo_TestCall()).in.s1)
    }

    @Test func everyLength() throws {
        for n in 0..<70 {
            for tail in ["", "é", "😀"] {
                let string = String(repeating: "x", count: n) + tail
                var r = echo_TestCall()
                r.in.s1 = bench.arena.string(string)
                for rules in allRules {
                    let bytes = try bench.push(4, .request, r, rules)
                    #expect(bytes.count == 3 * (rules.ndr64 ? 8 : 4) + 2 * (string.utf16.count + 1))
                    #expect(text(try bench.pull(4, .request, bytes, echo_TestCall(), rules).in.s1) == string)
                }
            }
        }
    }

    @Test func surrogates() throws {
        #expect(try pull([0xd83d, 0xde00, 0]) == "😀")
        #expect(try pull([0x41, 0xffff, 0]) == "A\u{ffff}")
        for lone: [UInt16] in [[0xd83d, 0], [0xde00, 0], [0x41, 0xd83d, 0x42, 0], [0xd83d, 0xd83d, 0xde00, 0]] {
            #expect(throws: NDRError.self) { try pull(lone) }
        }
    }

    @Test func malformedUTF8IsRefused() throws {
        let bad: [[UInt8]] = [
            [0xff], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xc3],
            [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xc3],
        ]
        for bytes in bad {
            var r = echo_TestCall()
            r.in.s1 = UnsafePointer(bench.arena.make(array: (bytes + [0]).map { CChar(bitPattern: $0) }))
            #expect(throws: NDRError(.charcnv, offset: 0, path: "echo_TestCall.in.s1")) {
                try bench.push(4, .request, r)
            }
        }
    }

    @Test func terminators() throws {
        #expect(throws: NDRError.self) { try pull([0x41, 0x42]) }
        #expect(throws: NDRError.self) { try pull([]) }
        #expect(try pull([0]) == "")
        // What follows a zero inside is there, but no C string shows it.
        #expect(try pull([0x41, 0, 0x42, 0]) == "A")
    }

    /// A string may end with the data instead of a terminator, as in libndr; a field behind it is missing then.
    @Test func endWithoutTerminator() throws {
        let last = try Bench(ndr_table_t_text).pull(
            type: "t_text_self", hex("00 00 00 00 01 00 78 00 79 00"), as: t_text_self.self)
        #expect(text(last.name) == "xy")
        let layout = try Bench(ndr_table_t_layout)
        #expect(throws: NDRError(.bufsize, offset: 5, path: "t_texts.narrow")) {
            try layout.pull(type: "t_texts", hex("01 78 00 79 00"), as: t_texts.self)
        }
        #expect(throws: NDRError(.charcnv, offset: 5, path: "t_texts.wide")) {
            try layout.pull(type: "t_texts", hex("01 78 00 00 d8"), as: t_texts.self)
        }
    }

    /// [string] bytes of no characters, which have no zero to end at.
    @Test func bytesEndWithAZeroToo() throws {
        let strings = try Bench(ndr_table_t_strings)
        let head = "00 00 00 00 00 00 00 00 01 00 00 00 "
        let empty = try strings.pull(
            type: "t_names", hex(head + "01 00 00 00 00 00 00 00 01 00 00 00 00"), as: t_names.self)
        #expect(try #require(empty.raw)[0] == 0)
        for counts in ["00 00 00 00 00 00 00 00 00 00 00 00", "02 00 00 00 00 00 00 00 00 00 00 00"] {
            #expect(throws: NDRError(.arraySize, offset: 24, path: "t_names.raw")) {
                try strings.pull(type: "t_names", hex(head + counts), as: t_names.self)
            }
        }
    }
}
