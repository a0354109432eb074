// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// Each construct of [MS-RPCE] 2.2.5 in NDR64, and type serialisation version 2, in bytes worked out from the text.
@Suite struct NDR64Tests {
    private func check<T>(
        _ type: String, _ rules: Rules, _ bytes: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ make: (Bench) -> T
    ) throws {
        let bench = try Bench(ndr_table_t_wide)
        let expected = hex(bytes)
        #expect(try bench.push(type: type, make(bench), rules) == expected, sourceLocation: sourceLocation)
        let pulled = try bench.pull(type: type, expected, as: T.self, rules)
        #expect(try bench.push(type: type, pulled, rules) == expected, sourceLocation: sourceLocation)
    }

    @Test func enumerations() throws {
        func make(_: Bench) -> t_wide_enums {
            t_wide_enums(
                a: 1, plain: T_WIDE_ONE, b: 3, v1: T_WIDE_V1, list: (T_WIDE_ONE, T_WIDE_LARGE))
        }
        try check("t_wide_enums", .ndr32, "01 00 01 00 03 00 00 00 00 00 01 00 01 00 ff 7f", make)
        try check(
            "t_wide_enums", .ndr64, "01 00 00 00 01 00 00 00 03 00 00 00 00 00 01 00 01 00 00 00 ff 7f 00 00", make)
    }

    @Test func integersOfTwoSizes() throws {
        func make(_: Bench) -> t_wide_words { t_wide_words(a: 1, number: 0x0102_0304, negative: -2, b: 5) }
        try check("t_wide_words", .ndr32, "01 00 00 00 04 03 02 01 fe ff ff ff 05", make)
        let wide = """
            01 00 00 00 00 00 00 00 04 03 02 01 00 00 00 00 fe ff ff ff ff ff ff ff 05 00 00 00 00 00 00 00
            """
        try check("t_wide_words", .ndr64, wide, make)
        // What does not fit in 32 bits.
        let bench = try Bench(ndr_table_t_wide)
        for index in [12, 20] {
            var bytes = hex(wide)
            bytes[index] ^= 1
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "t_wide_words", bytes, as: t_wide_words.self, .ndr64)
            }
        }
    }

    /// A structure takes a multiple of its alignment.
    @Test func trailingGaps() throws {
        func make(_: Bench) -> t_wide_gaps {
            t_wide_gaps(two: (t_wide_gap(a: 1, b: 2), t_wide_gap(a: 3, b: 4)), after: 5)
        }
        try check("t_wide_gaps", .ndr32, "01 00 00 00 02 00 00 00 03 00 00 00 04 00 05 00", make)
        try check("t_wide_gaps", .ndr64, "01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00", make)
    }

    /// max_count has 8 bytes, aligned to 8, in front of the outermost structure.
    @Test func conformantStructures() throws {
        try check(
            "t_wide_elements", .ndr64,
            "02 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00"
        ) { bench in
            t_wide_elements(
                count: 2, elements: bench.arena.make(array: [t_wide_gap(a: 1, b: 2), t_wide_gap(a: 3, b: 4)]))
        }
        try check("t_wide_outer", .ndr64, "03 00 00 00 00 00 00 00 01 00 03 00 07 08 09 00") { bench in
            t_wide_outer(before: 1, inner: t_wide_bytes(count: 3, bytes: bench.arena.make(array: [7, 8, 9])))
        }
        func large(_ bench: Bench) -> t_wide_large {
            t_wide_large(count: 1, large: bench.arena.make(array: [0x0102_0304_0506_0708]))
        }
        try check(
            "t_wide_large", .ndr32, "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 08 07 06 05 04 03 02 01", large)
        try check(
            "t_wide_large", .ndr64, "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 08 07 06 05 04 03 02 01", large)
    }

    @Test func pointersCountsAndStrings() throws {
        try check(
            "t_wide_counts", .ndr64,
            """
            04 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 02 00 00 00 00 00 00 00 04 00 02 00 00 00 00 00 \
            03 00 00 00 00 00 00 00 78 79 7a 00 00 00 00 00 \
            04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 0a 00 0b 00 00 00 00 00 \
            03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 61 00 62 00 00 00
            """
        ) { bench in
            var value = t_wide_counts()
            value.count = 4
            value.part = bench.arena.make(array: [10, 11, 12, 13])
            value.used = 2
            value.name = bench.arena.string("ab")
            value.blob.data = bench.arena.make(array: Array("xyz".utf8))
            value.blob.length = 3
            return value
        }
    }

    @Test func handlesAndSIDs() throws {
        try check(
            "t_wide_handles", .ndr64,
            """
            01 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 \
            00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 01 01 00 00 00 00 00 05 20 00 00 00
            """
        ) { bench in
            var value = t_wide_handles()
            value.a = 1
            value.handle.handle_type = 1
            value.handle.uuid.time_low = 2
            var sid = dom_sid()
            sid.sid_rev_num = 1
            sid.num_auths = 1
            sid.id_auth.5 = 5
            sid.sub_auths.0 = 32
            value.sid = bench.arena.make(sid)
            return value
        }
    }

    private func chosen(_ level: UInt8) -> t_wide_union {
        var value = t_wide_union()
        value.level = level
        if level == 1 { value.arm.narrow = 7 }
        if level == 2 { value.arm.large = 7 }
        value.after = 9
        return value
    }

    /// The tag stands at the union's alignment, and so does the arm, whichever it is; [ms_union] changes nothing.
    @Test func unions() throws {
        try check("t_wide_union", .ndr32, "01 01 07 09") { _ in chosen(1) }
        try check(
            "t_wide_union", .ndr64, "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 07 09 00 00 00 00 00 00"
        ) { _ in chosen(1) }
        try check(
            "t_wide_union", .ndr64,
            """
            02 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00
            """
        ) { _ in chosen(2) }
        try check(
            "t_wide_union", .ndr64,
            """
            03 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 09 00 00 00 00 00 00 00 \
            06 00
            """
        ) { bench in
            var value = chosen(3)
            value.arm.pointed = bench.arena.make(6)
            return value
        }
        try check(
            "t_wide_union", .ndr64, "04 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00"
        ) { _ in chosen(4) }
        try check("t_wide_ms", .ndr64, "01 00 00 00 01 00 00 00 07 00 00 00") { _ in
            var value = t_wide_ms()
            value.level = 1
            value.arm.narrow = 7
            return value
        }
    }

    /// Windows writes no gap behind an encapsulated union, and gives a tag without switch_type its discriminant's type.
    @Test func unionsOfMIDL() throws {
        func tagged(_: Bench) -> t_wide_encapsulated {
            var value = t_wide_encapsulated()
            value.tagged.kind = 1
            value.tagged.tagged_union.narrow = 7
            value.after = 9
            return value
        }
        try check("t_wide_encapsulated", .ndr32, "01 00 07 09", tagged)
        try check("t_wide_encapsulated", .ndr64, "01 00 00 00 00 00 00 00 07 09 00 00 00 00 00 00", tagged)
        func inlined(_: Bench) -> t_wide_inline {
            var value = t_wide_inline()
            value.level = 1
            value.arm.narrow = 7
            return value
        }
        try check("t_wide_inline", .ndr32, "01 00 01 00 07", inlined)
        try check(
            "t_wide_inline", .ndr64, "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00", inlined)
    }

    /// pidl's relative pointers stay what they are; the structure's trailing gap stands before what they lead to.
    @Test func relativePointers() throws {
        func make(_ bench: Bench) -> t_wide_relative {
            t_wide_relative(a: 1, far: bench.arena.make(5), near: bench.arena.make(6))
        }
        try check("t_wide_relative", .ndr32, "01 00 00 00 0a 00 00 00 10 00 00 00 05 00 00 00 06 00", make)
        try check("t_wide_relative", .ndr64, "01 00 00 00 0c 00 00 00 10 00 00 00 05 00 00 00 06 00", make)
    }

    // MARK: Type serialisation version 2

    private static let common = """
        02 10 40 00 cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc
        """
    private static let interface = "d0 a0 c1 f2 40 00 2b 4d 8f 5e 6b 1d 4a 3c 2e 40 03 00 01 00"
    private static let length = "20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    private static let narrow = """
        01 00 00 00 \(common) 04 5d 88 8a eb 1c c9 11 9f e8 08 00 2b 10 48 60 02 00 00 00 \(interface) \(length) \
        02 02 00 00 00 00 00 00 07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05
        """
    private static let wide = """
        01 00 00 00 \(common) 33 05 71 71 ba be 37 49 83 19 b5 db ef 9c cc 36 01 00 00 00 \(interface) \(length) \
        02 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 05
        """

    @Test func serialised() throws {
        for isBig in [false, true] {
            for (isWide, bytes) in [(false, Self.narrow), (true, Self.wide)] {
                try check("t_wide_serialised", Rules(ndr64: isWide, bigEndian: isBig), bytes) { _ in
                    t_wide_serialised(before: 1, content: chosen(2), after: 5)
                }
            }
        }
    }

    /// The header says what the content is, whatever stands around it.
    @Test func serialisedOtherwise() throws {
        let bench = try Bench(ndr_table_t_wide)
        for rules in allRules {
            for bytes in [Self.narrow, Self.wide] {
                let value = try bench.pull(type: "t_wide_serialised", hex(bytes), as: t_wide_serialised.self, rules)
                #expect(value.content.level == 2 && value.content.arm.large == 7 && value.content.after == 9)
                #expect(value.before == 1 && value.after == 5)
            }
        }
    }

    @Test func serialisedBadly() throws {
        let bench = try Bench(ndr_table_t_wide)
        let bytes = hex(Self.wide)
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(
                    type: "t_wide_serialised", Array(bytes.prefix(length)), as: t_wide_serialised.self, .ndr64)
            }
        }
        // Version, byte order, length of the header, each byte of the syntax, a size that is no multiple of 16.
        for index in [4, 5, 6, 7] + Array(28..<48) + [68] {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: NDRError(.subcontext, offset: 84, path: "t_wide_serialised.content")) {
                _ = try bench.pull(type: "t_wide_serialised", damaged, as: t_wide_serialised.self, .ndr64)
            }
        }
        // What is reserved, and whose type it is, is not looked at.
        for index in [8, 27, 48, 67, 72, 83] {
            var other = bytes
            other[index] ^= 1
            _ = try bench.pull(type: "t_wide_serialised", other, as: t_wide_serialised.self, .ndr64)
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                _ = try? bench.pull(type: "t_wide_serialised", damaged, as: t_wide_serialised.self, .ndr64)
            }
        }
    }
}
