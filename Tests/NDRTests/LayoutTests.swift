// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// flag(), unions without a tag, arrays and strings without counts, against the bytes of Samba 4.17.
@Suite struct LayoutTests {
    /// The value becomes the bytes, and the bytes a value that becomes them again; damage is an error or a value.
    private func check<T>(_ type: String, _ samples: [(Rules, [UInt8])], _ make: (Bench) -> T) throws {
        let bench = try Bench(ndr_table_t_layout)
        for (rules, bytes) in samples {
            #expect(try bench.push(type: type, make(bench), rules) == bytes)
            let pulled = try bench.pull(type: type, bytes, as: T.self, rules)
            #expect(try bench.push(type: type, pulled, rules) == bytes)
            for index in bytes.indices {
                _ = try? bench.pull(type: type, Array(bytes.prefix(index)), as: T.self, rules)
                for value in [0, 0xff, bytes[index] ^ 1, bytes[index] ^ 0x10] as [UInt8] {
                    var damaged = bytes
                    damaged[index] = value
                    guard let value = try? bench.pull(type: type, damaged, as: T.self, rules) else { continue }
                    _ = try? bench.push(type: type, value, rules)
                }
            }
        }
    }

    @Test func unionsWithoutTag() throws {
        let large = [
            (
                Rules.ndr32,
                hex(
                    """
                    02 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 09
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 07 09
                    """)
            ),
            (
                Rules.ndr64,
                hex(
                    """
                    02 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00
                    """)
            ),
        ]
        try check("t_choosing", large) { _ in
            var value = t_choosing()
            value.level = 2
            value.bare.large = 7
            value.after = 9
            return value
        }
        let none = [
            (
                Rules.ndr32,
                hex(
                    """
                    03 00 09
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    00 03 09
                    """)
            ),
            (
                Rules.ndr64,
                hex(
                    """
                    03 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00
                    """)
            ),
        ]
        try check("t_choosing", none) { _ in
            var value = t_choosing()
            value.level = 3
            value.after = 9
            return value
        }
    }

    @Test func unaligned() throws {
        let samples = [
            (
                Rules.ndr32,
                hex(
                    """
                    01 02 03 00 00 00 04 05 00 00 00 00 00 00 00 03 00 01 00 02 00 03 00 06 00 00 02 00 44 33 22 11 03 00 00 00 \
                    00 00 00 00 03 00 00 00 78 00 79 00 00 00
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    01 02 00 00 00 03 04 00 00 00 00 00 00 00 05 00 03 00 01 00 02 00 03 06 00 02 00 00 11 22 33 44 00 00 00 03 \
                    00 00 00 00 00 00 00 03 00 78 00 79 00 00
                    """)
            ),
            (
                Rules.ndr64,
                hex(
                    """
                    01 02 03 00 00 00 04 05 00 00 00 00 00 00 00 03 00 01 00 02 00 03 00 06 00 00 02 00 00 00 00 00 44 33 22 11 \
                    00 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 78 00 79 00 00 00
                    """)
            ),
        ]
        try check("t_packing", samples) { bench in
            var value = t_packing()
            value.before = 1
            value.after = 0x1122_3344
            value.packed.a = 2
            value.packed.b = 3
            value.packed.c = 4
            value.packed.d = 5
            value.packed.count = 3
            value.packed.e = bench.arena.make(array: [1, 2, 3])
            value.packed.f = 6
            value.packed.g = bench.arena.string("xy")
            return value
        }
    }

    @Test func orders() throws {
        let samples = [
            (
                Rules.ndr32,
                hex(
                    """
                    01 00 00 00 00 02 00 00 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06 00 02 00 00 04 03 02 01 01 02 00 00 \
                    01 02 03 04 05 06 00 00 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 08
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    00 01 00 00 00 02 00 00 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06 00 02 00 00 04 03 02 01 01 02 00 00 \
                    01 02 03 04 05 06 00 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00 00 08
                    """)
            ),
            (
                Rules.ndr64,
                hex(
                    """
                    01 00 00 00 00 02 00 00 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06 00 02 00 00 04 03 02 01 01 02 00 00 \
                    01 02 03 04 05 06 00 00 00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 08
                    """)
            ),
        ]
        try check("t_orders", samples) { bench in
            var value = t_orders()
            value.a = 1
            value.big.a = 2
            value.big.b = 3
            value.big.c = (4, 5, 6)
            value.big.d = bench.arena.make(UInt32(8))
            value.little = 0x0102_0304
            value.guid.time_low = 0x0102_0304
            value.guid.time_mid = 0x0506
            value.b = 5
            return value
        }
    }

    @Test func withoutCounts() throws {
        let samples = [
            (
                Rules.ndr32,
                hex(
                    """
                    01 00 00 00 07 00 00 00 08 00 00 00 61 62 00 00 03 00 65 6e 64
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    01 00 00 00 00 00 00 07 00 00 00 08 61 62 00 00 00 03 65 6e 64
                    """)
            ),
        ]
        try check("t_inlined", samples) { bench in
            var value = t_inlined()
            value.n = 1
            value.numbers = bench.arena.make(array: [7, 8])
            value.name = bench.arena.string("ab")
            value.last = 3
            value.rest.data = bench.arena.make(array: Array("end".utf8))
            value.rest.length = 3
            return value
        }
    }

    @Test func texts() throws {
        // NDR64 widens the counts; Samba leaves them.
        let samples = [
            (
                Rules.ndr32,
                hex(
                    """
                    01 77 00 e9 00 00 00 61 62 63 00 02 02 00 00 00 73 00 00 00 03 00 00 00 00 00 00 00 03 00 00 00 63 00 63 00 \
                    00 00 00 00 00 00 00 00 02 00 00 00 62 62 00 00 00 00 02 00 09 00 00 00 04 00 00 00 00 00 00 00 04 00 00 00 \
                    70 74 72 00
                    """)
            ),
            (
                Rules(bigEndian: true),
                hex(
                    """
                    01 00 77 00 e9 00 00 61 62 63 00 02 00 00 00 02 00 73 00 00 00 00 00 03 00 00 00 00 00 00 00 03 00 63 00 63 \
                    00 00 00 00 00 00 00 00 00 00 00 02 62 62 00 00 00 02 00 00 00 00 00 09 00 00 00 04 00 00 00 00 00 00 00 04 \
                    70 74 72 00
                    """)
            ),
        ]
        try check("t_texts", samples) { bench in
            var value = t_texts()
            value.a = 1
            value.wide = bench.arena.string("w\u{e9}")
            value.narrow = bench.arena.string("abc")
            value.b = 2
            value.sized = bench.arena.string("s")
            value.counted = bench.arena.string("cc")
            value.bare = bench.arena.string("bb")
            value.pointed = bench.arena.string("ptr")
            value.end = 9
            return value
        }
        let bench = try Bench(ndr_table_t_layout)
        var bytes = samples[0].1
        #expect(text(try bench.pull(type: "t_texts", bytes, as: t_texts.self).counted) == "cc")
        // The terminator of "cc" is none any more.
        bytes[36] = 0x63
        #expect(text(try bench.pull(type: "t_texts", bytes, as: t_texts.self).counted) == "ccc")
        // NULL is "".
        let empty = try bench.pull(
            type: "t_texts", try bench.push(type: "t_texts", t_texts(), .ndr64), as: t_texts.self, .ndr64)
        #expect(text(empty.wide) == "" && text(empty.bare) == "" && empty.pointed == nil)
    }
}
