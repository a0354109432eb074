// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// t_midl.idl and t_objects.idl: what MIDL's users write.
@Suite struct MidlTests {
    // MARK: Encapsulated unions

    private func mixed() -> M_MIXED {
        var value = M_MIXED()
        value.start = 1
        value.tagged.kind = 1
        value.tagged.tagged_union.real = 1
        value.between = 2
        value.value.kind = 3
        value.value.value.pair = M_VALUE_value_pair(a: 4, b: 5)
        return value
    }

    /// One discriminant; in NDR32 it stands where the bytes before it end, in NDR64 where the largest arm may.
    @Test func encapsulatedUnions() throws {
        let bench = try Bench(ndr_table_t_midl)
        #expect(
            try bench.push(type: "M_MIXED", mixed())
                == hex(
                    """
                    01 01 00 00 00 00 00 00 00 00 00 00 00 00 f0 3f 02 00 00 00 03 00 00 00 04 00 00 00 00 00 00 00 \
                    05 00 00 00 00 00 00 00
                    """))
        #expect(
            try bench.push(type: "M_MIXED", mixed(), .ndr64)
                == hex(
                    """
                    01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 f0 3f 02 00 00 00 00 00 00 00 \
                    03 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00
                    """))
        for rules in allRules {
            let bytes = try bench.push(type: "M_MIXED", mixed(), rules)
            let value = try bench.pull(type: "M_MIXED", bytes, as: M_MIXED.self, rules)
            #expect(value.tagged.tagged_union.real == 1 && value.value.value.pair.b == 5 && value.value.kind == 3)
            #expect(try bench.push(type: "M_MIXED", value, rules) == bytes)
        }
        // 7 has the arm of 2, 99 none: [default].
        var text = M_VALUE()
        text.kind = 7
        text.value.text = bench.arena.string("t")
        #expect(
            try bench.push(type: "M_VALUE", text)
                == hex("07 00 00 00 00 00 02 00 02 00 00 00 00 00 00 00 02 00 00 00 74 00 00 00"))
        var nothing = M_VALUE()
        nothing.kind = 99
        #expect(try bench.push(type: "M_VALUE", nothing) == hex("63 00 00 00"))
        var wrong = M_TAGGED()
        wrong.kind = 3
        #expect(throws: NDRError(.badSwitch, offset: 1, path: "M_TAGGED.tagged_union")) {
            _ = try bench.push(type: "M_TAGGED", wrong)
        }
    }

    @Test func unionsWithoutNames() throws {
        let bench = try Bench(ndr_table_t_midl)
        var value = M_INLINE()
        value.kind = M_NUMBER
        value.u.number = 5
        value.level = 9
        value.named.other = 6
        let bytes = hex("01 00 00 00 09 00 00 00 01 00 00 00 05 00 00 00 09 00 00 00 06 00 00 00")
        #expect(try bench.push(type: "M_INLINE", value) == bytes)
        for rules in allRules {
            let bytes = try bench.push(type: "M_INLINE", value, rules)
            let pulled = try bench.pull(type: "M_INLINE", bytes, as: M_INLINE.self, rules)
            #expect(pulled.u.number == 5 && pulled.named.other == 6)
        }
    }

    // MARK: Sizes by the last element

    @Test func lastElements() throws {
        let bench = try Bench(ndr_table_t_midl)
        let value = M_SIZES(
            last: 1, used: 0, all: bench.arena.make(array: [UInt16(1), 2]),
            part: bench.arena.make(array: [UInt32](repeating: 9, count: 8)),
            rest: bench.arena.make(array: [UInt8(5), 6]))
        let bytes = hex(
            """
            02 00 00 00 01 00 00 00 00 00 00 00 00 00 02 00 04 00 02 00 05 06 00 00 02 00 00 00 01 00 02 00 08 00 00 00 \
            00 00 00 00 01 00 00 00 09 00 00 00
            """)
        #expect(try bench.push(type: "M_SIZES", value) == bytes)
        let pulled = try bench.pull(type: "M_SIZES", bytes, as: M_SIZES.self)
        #expect(pulled.all[1] == 2 && pulled.part[0] == 9 && pulled.rest[1] == 6)
        var wrong = bytes
        wrong[4] = 2
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "M_SIZES", wrong, as: M_SIZES.self) }
    }

    // MARK: Parts of arrays

    private func parts(_ bench: Bench, _ item: UnsafeMutablePointer<M_ITEM>?) -> M_PARTS {
        let whole = bench.arena.make(array: (0..<10).map { UInt32($0) + 0x20 })
        return M_PARTS(
            first: 1, last: 3, inlined: (0x10, 0x11, 0x12, 0x13, 0x14, 0x15), part: whole, used: (1, 2, 3, 4),
            items: bench.arena.make(array: [nil, item, nil]))
    }

    @Test func partsOfArrays() throws {
        let bench = try Bench(ndr_table_t_midl)
        let bytes = hex(
            """
            03 00 00 00 01 00 00 00 03 00 00 00 01 00 00 00 03 00 00 00 11 00 12 00 13 00 00 00 00 00 02 00 00 00 00 00 \
            03 00 00 00 01 02 03 00 01 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 0a 00 00 00 01 00 00 00 02 00 00 00 \
            21 00 00 00 22 00 00 00
            """)
        #expect(try bench.push(type: "M_PARTS", parts(bench, nil)) == bytes)
        let value = try bench.pull(type: "M_PARTS", bytes, as: M_PARTS.self)
        // What did not travel is zero.
        #expect(value.inlined.0 == 0 && value.inlined.1 == 0x11 && value.inlined.3 == 0x13 && value.inlined.4 == 0)
        #expect(value.part[0] == 0 && value.part[2] == 0x22 && value.part[3] == 0 && value.used.3 == 0)
        for rules in allRules {
            var item = M_ITEM()
            item.id = 7
            let bytes = try bench.push(type: "M_PARTS", parts(bench, bench.arena.make(item)), rules)
            let value = try bench.pull(type: "M_PARTS", bytes, as: M_PARTS.self, rules)
            #expect(value.items[0] == nil && value.items[1]?.pointee.id == 7 && value.items[2] == nil)
            #expect(try bench.push(type: "M_PARTS", value, rules) == bytes)
            for length in bytes.indices {
                #expect(throws: NDRError.self) {
                    _ = try bench.pull(type: "M_PARTS", Array(bytes.prefix(length)), as: M_PARTS.self, rules)
                }
            }
        }
        let memory = bench.arena.make(parts(bench, nil))
        let shown = try bench.codec.print(type: "M_PARTS", name: "p", from: memory)
        #expect(shown.contains("0x00000021 (33)") && !shown.contains("0x00000020 (32)"), "\(shown)")
    }

    @Test func wrongParts() throws {
        let bench = try Bench(ndr_table_t_midl)
        let bytes = try bench.push(type: "M_PARTS", parts(bench, nil))
        // An offset beyond the end, one that the other fields contradict, a length over what is left.
        for (index, value) in [(12, UInt8(7)), (12, 2), (16, 6), (64, 9), (44, 2)] {
            var wrong = bytes
            wrong[index] = value
            #expect(throws: NDRError.self) { _ = try bench.pull(type: "M_PARTS", wrong, as: M_PARTS.self) }
        }
        var value = parts(bench, nil)
        value.first = -1
        #expect(throws: NDRError.self) { _ = try bench.push(type: "M_PARTS", value) }
        value.first = 9
        #expect(throws: NDRError.self) { _ = try bench.push(type: "M_PARTS", value) }
    }

    @Test func partsAsArguments() throws {
        let bench = try Bench(ndr_table_t_midl)
        var call = M_Parts()
        call.in.parts = bench.arena.make(parts(bench, nil))
        call.in.from = 2
        call.in.numbers = bench.arena.make(array: [UInt32(1), 2, 3, 4])
        call.in.undirected = 5
        let bytes = try bench.push(7, .request, call)
        #expect(
            Array(bytes.suffix(26))
                == hex("02 00 00 00 04 00 00 00 02 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 05 00"))
        let pulled = try bench.pull(7, .request, bytes, M_Parts())
        #expect(pulled.in.numbers[1] == 0 && pulled.in.numbers[3] == 4 && pulled.in.undirected == 5)
        call.out.answer = bench.arena.make(array: [UInt32(9), 9, 9, 9])
        let answer = try bench.push(7, .response, call)
        #expect(answer == hex("04 00 00 00 02 00 00 00 01 00 00 00 09 00 00 00"))
        let got = try bench.pull(7, .response, answer, call)
        #expect(got.out.answer[1] == 0 && got.out.answer[2] == 9)
    }

    // MARK: Discriminants that come later

    @Test func lateDiscriminants() throws {
        let bench = try Bench(ndr_table_t_midl)
        var item = M_ITEM()
        item.id = 4
        var value = M_LATE()
        value.kind = -1
        value.u.item = bench.arena.make(item)
        for rules in allRules {
            let bytes = try bench.push(type: "M_LATE", value, rules)
            let pulled = try bench.pull(type: "M_LATE", bytes, as: M_LATE.self, rules)
            #expect(pulled.kind == -1 && pulled.u.item.pointee.id == 4)
            #expect(try bench.push(type: "M_LATE", pulled, rules) == bytes)
        }
        let bytes = hex("02 00 00 00 09 00 00 00 02 00 00 00")
        #expect(try bench.pull(type: "M_LATE", bytes, as: M_LATE.self).u.number == 9)
        // The tag that chose the arm has to be what the program will choose by.
        for wrong in ["02 00 00 00 09 00 00 00 01 00 00 00", "02 00 00 00 09 00 00 00 ff ff ff ff"] {
            #expect(throws: NDRError.self) { _ = try bench.pull(type: "M_LATE", hex(wrong), as: M_LATE.self) }
        }
        #expect(throws: NDRError.self) {
            _ = try bench.pull(type: "M_LATE", hex("05 00 00 00 09 00 00 00 05 00 00 00"), as: M_LATE.self)
        }
    }

    @Test func lateArguments() throws {
        let bench = try Bench(ndr_table_t_midl)
        var call = M_Late()
        var late = M_LATE()
        late.kind = 3
        late.u.loose = M_LOOSE(a: 7)
        call.in.late = bench.arena.make(late)
        var value = M_LATE_UNION()
        value.text = bench.arena.string("t")
        call.in.value = bench.arena.make(value)
        call.in.kind = -2
        call.in.iid = bench.arena.make(CDCERPC.GUID())
        for rules in allRules {
            let bytes = try bench.push(8, .request, call, rules)
            let pulled = try bench.pull(8, .request, bytes, M_Late(), rules)
            #expect(pulled.in.late.pointee.u.loose.a == 7 && text(pulled.in.value.pointee.text) == "t")
            #expect(pulled.in.kind == -2 && pulled.in.machine == nil)
        }
        var bytes = try bench.push(8, .request, call)
        #expect(Array(bytes[0..<16]) == hex("03 00 00 00 07 00 00 00 03 00 00 00 fe ff 00 00"))
        bytes[12] = 1
        bytes[13] = 0
        #expect(throws: NDRError.self) { _ = try bench.pull(8, .request, bytes, M_Late()) }
    }

    // MARK: Handles and text

    @Test func contextHandles() throws {
        let bench = try Bench(ndr_table_t_midl)
        var open = M_Open()
        open.in.name = bench.arena.string("a")
        #expect(
            try bench.push(0, .request, open) == hex("02 00 00 00 00 00 00 00 02 00 00 00 61 00 00 00"))
        var handle = policy_handle()
        handle.handle_type = 0x0102
        open.out.handle = bench.arena.make(handle)
        open.out.result = 5
        let zeros = String(repeating: " 00", count: 16)
        #expect(try bench.push(0, .response, open) == hex("02 01 00 00" + zeros + " 05 00 00 00"))
        var typed = M_Typed()
        typed.in.object = handle
        #expect(try bench.push(3, .request, typed) == hex("02 01 00 00" + zeros + " 00 00 00 00" + zeros))
    }

    @Test func texts() throws {
        let bench = try Bench(ndr_table_t_midl)
        var call = M_Texts()
        call.in.text = bench.arena.string("x")
        call.in.count = 1
        call.in.texts = bench.arena.make(array: [bench.arena.string("y")])
        #expect(
            try bench.push(4, .request, call)
                == hex(
                    """
                    02 00 00 00 00 00 00 00 02 00 00 00 78 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 02 00 \
                    02 00 00 00 00 00 00 00 02 00 00 00 79 00 00 00
                    """))
        var answer = M_Name()
        answer.out.result = bench.arena.string("z")
        #expect(
            try bench.push(6, .response, answer)
                == hex("00 00 02 00 02 00 00 00 00 00 00 00 02 00 00 00 7a 00 00 00"))
    }

    // MARK: COM

    @Test func objects() throws {
        let bench = try Bench(ndr_table_o_IShelf)
        var call = o_IShelf_put_Label()
        call.in.ORPCthis.version = COMVERSION(MajorVersion: 5, MinorVersion: 7)
        call.in.label = 9
        let zeros = String(repeating: " 00", count: 28)
        #expect(try bench.push(7, .request, call) == hex("05 00 07 00" + zeros + " 09 00"))
        call.out.ORPCthat = bench.arena.make(ORPCTHAT(flags: 1, extensions: nil))
        call.out.result = HRESULT(2)
        #expect(try bench.push(7, .response, call) == hex("01 00 00 00 00 00 00 00 02 00 00 00"))
        var open = o_IShelf_Open()
        open.out.ORPCthat = bench.arena.make(ORPCTHAT(flags: 0, extensions: nil))
        let object = MInterfacePointer(ulCntData: 2, abData: bench.arena.make(array: [UInt8(1), 2]))
        open.out.box = bench.arena.make(bench.arena.make(object))
        #expect(
            try bench.push(4, .response, open)
                == hex("00 00 00 00 00 00 00 00 00 00 02 00 02 00 00 00 02 00 00 00 01 02 00 00 00 00 00 00"))
        // Local functions keep their numbers and are no calls.
        for opnum in 0..<3 {
            #expect(throws: NDRError.self) { try bench.codec.prepare(opnum, .request, .ndr32) }
        }
        #expect(bench.codec.name(5) == "o_IShelf_RemoteNext" && bench.codec.callCount == 8)
        let deep = try Bench(ndr_table_o_IDeepShelf)
        #expect(deep.codec.name(3) == "o_IShelf_Count" && deep.codec.name(8) == "o_IDeepShelf_Count")
    }
}
