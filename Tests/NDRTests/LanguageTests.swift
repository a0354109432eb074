// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// t_language.idl: what the language has beside levels.
@Suite struct LanguageTests {
    // MARK: Type names of pointers and arrays

    private func names(_ bench: Bench) -> l_names {
        let node = l_node(value: 5, next: nil)
        let vector: (UInt32, UInt32, UInt32) = (7, 8, 9)
        return l_names(
            text: bench.arena.string("a"), indirect: bench.arena.make(array: [bench.arena.string("b")]),
            vector: (1, 2, 3), far: bench.arena.make(vector), links: (nil, bench.arena.make(node)),
            sure: bench.arena.make(node), digit: 9)
    }

    @Test func typeNames() throws {
        let bench = try Bench(ndr_table_t_language)
        #expect(
            try bench.push(type: "l_names", names(bench))
                == hex(
                    """
                    00 00 02 00 04 00 02 00 01 00 00 00 02 00 00 00 03 00 00 00 08 00 02 00 00 00 00 00 0c 00 02 00 \
                    10 00 02 00 09 00 00 00 02 00 00 00 00 00 00 00 02 00 00 00 61 00 00 00 14 00 02 00 02 00 00 00 \
                    00 00 00 00 02 00 00 00 62 00 00 00 07 00 00 00 08 00 00 00 09 00 00 00 05 00 00 00 00 00 00 00 \
                    05 00 00 00 00 00 00 00
                    """))
        for rules in allRules {
            let bytes = try bench.push(type: "l_names", names(bench), rules)
            let value = try bench.pull(type: "l_names", bytes, as: l_names.self, rules)
            #expect(text(value.text) == "a" && text(value.indirect?.pointee) == "b" && value.far.pointee.2 == 9)
            #expect(value.links.0 == nil && value.links.1?.pointee.value == 5 && value.sure.pointee.value == 5)
            #expect(try bench.push(type: "l_names", value, rules) == bytes)
        }
        var wrong = names(bench)
        wrong.digit = 10
        #expect(throws: NDRError(.range, offset: 40, path: "l_names.digit")) {
            _ = try bench.push(type: "l_names", wrong)
        }
    }

    // MARK: What never goes over the wire

    @Test func hiddenMembers() throws {
        let bench = try Bench(ndr_table_t_language)
        var call = l_Hidden()
        call.in.hidden.before = 1
        call.in.hidden.after = 2
        call.in.hidden.scratch = 3
        call.in.hidden.kept = 4
        call.in.hidden.number = 5
        call.in.hidden.ev = OpaquePointer(bench.arena.make(8))
        #expect(try bench.push(1, .request, call) == hex("01 00 00 00 02 00 00 00"))
        let pulled = try bench.pull(1, .request, hex("06 00 00 00 07 00 00 00"), call)
        let hidden = pulled.in.hidden
        #expect(hidden.before == 6 && hidden.after == 7 && hidden.ev == nil)
        #expect(hidden.scratch == 0 && hidden.number == 0 && hidden.kept == 4)
        // [in,out] by value: the manager starts from what came.
        #expect(pulled.out.hidden.before == 6 && pulled.out.hidden.kept == 4)
    }

    // MARK: Arrays inside

    private func middle(_ bench: Bench) -> l_middle {
        l_middle(
            first: 1, middle: l_open(n: 2, data: bench.arena.make(array: [0x11, 0x22])), between: 7,
            last: l_open(n: 1, data: bench.arena.make(array: [0x33])))
    }

    /// The count of the last array stands before the whole, that of the other where its structure starts.
    @Test func conformantMember() throws {
        let bench = try Bench(ndr_table_t_language)
        let bytes = hex(
            """
            01 00 00 00 01 00 00 00 02 00 00 00 02 00 00 00 11 00 00 00 22 00 00 00 07 00 00 00 01 00 00 00 33 00 00 00
            """)
        #expect(try bench.push(type: "l_middle", middle(bench)) == bytes)
        for rules in allRules {
            let bytes = try bench.push(type: "l_middle", middle(bench), rules)
            let value = try bench.pull(type: "l_middle", bytes, as: l_middle.self, rules)
            #expect(value.middle.data[1] == 0x22 && value.last.data[0] == 0x33 && value.between == 7)
            #expect(try bench.push(type: "l_middle", value, rules) == bytes)
        }
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "l_middle", Array(bytes.prefix(length)), as: l_middle.self)
            }
        }
        var wrong = bytes
        wrong[12] = 1
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "l_middle", wrong, as: l_middle.self) }
    }

    @Test func nothingAndConstants() throws {
        let bench = try Bench(ndr_table_t_language)
        var value = l_constant()
        value.always.number = 6
        #expect(try bench.push(type: "l_constant", value) == hex("02 00 00 00 06 00 00 00"))
        #expect(
            try bench.pull(type: "l_constant", hex("02 00 00 00 06 00 00 00"), as: l_constant.self).always.number == 6)
        #expect(throws: NDRError.self) {
            _ = try bench.pull(type: "l_constant", hex("01 00 00 00"), as: l_constant.self)
        }
    }

    // MARK: Values as outputs and results

    @Test func outputsByValue() throws {
        let bench = try Bench(ndr_table_t_language)
        var call = l_Values()
        let rest = bench.arena.make(array: [UInt8(1), 2, 3])
        call.in.both = 0x1234
        call.in.rest = DATA_BLOB(data: rest, length: 3)
        let request = try bench.push(5, .request, call)
        #expect(request == hex("34 12 01 02 03"))
        let served = try bench.pull(5, .request, request, l_Values())
        #expect(served.out.both == 0x1234 && served.out.rest.length == 3 && served.out.number == 0)
        var answer = l_Values()
        answer.out.number = 1
        answer.out.node = l_node(value: 2, next: bench.arena.make(l_node(value: 3, next: nil)))
        answer.out.both = 4
        answer.out.rest = DATA_BLOB(data: rest, length: 2)
        let response = try bench.push(5, .response, answer)
        #expect(
            response == hex("01 00 00 00 04 00 00 00 02 00 00 00 00 00 02 00 03 00 00 00 00 00 00 00 01 02"))
        let got = try bench.pull(5, .response, response, l_Values())
        #expect(got.out.node.next.pointee.value == 3 && got.out.rest.length == 2 && got.out.both == 4)
    }

    @Test func results() throws {
        let bench = try Bench(ndr_table_t_language)
        var structure = l_Structure()
        structure.out.result.value = 9
        #expect(try bench.push(2, .response, structure) == hex("09 00 00 00 00 00 00 00"))
        var call = l_Text()
        call.out.result = bench.arena.string("x")
        let bytes = hex("00 00 02 00 02 00 00 00 00 00 00 00 02 00 00 00 78 00 00 00")
        #expect(try bench.push(3, .response, call) == bytes)
        #expect(text(try bench.pull(3, .response, bytes, l_Text()).out.result) == "x")
        #expect(try bench.push(3, .response, l_Text()) == hex("00 00 00 00"))
        var link = l_Link()
        link.out.result = bench.arena.make(l_node(value: 1, next: nil))
        #expect(try bench.push(4, .response, link) == hex("00 00 02 00 01 00 00 00 00 00 00 00"))
    }

    /// OpenChange's order: the array first, its count behind it.
    @Test func countBehindTheArray() throws {
        let bench = try Bench(ndr_table_t_language)
        let bytes = hex("03 00 00 00 0a 0b 0c 00 03 00 00 00")
        var call = l_Answer()
        call.out.data = bench.arena.make(8).bindMemory(to: UInt8.self, capacity: 8)
        call.out.count = bench.arena.make(UInt32(8))
        let answer = try bench.pull(7, .response, bytes, call)
        #expect(answer.out.count.pointee == 3 && answer.out.data[2] == 0x0c)
        call.out.count = bench.arena.make(UInt32(2))
        #expect(throws: NDRError.self) { _ = try bench.pull(7, .response, bytes, call) }
        call.out.count = bench.arena.make(UInt32(8))
        #expect(throws: NDRError.self) {
            _ = try bench.pull(7, .response, hex("03 00 00 00 0a 0b 0c 00 04 00 00 00"), call)
        }
        // A server finds room for as many as the request asks for.
        let served = try bench.pull(7, .request, hex("05 00 00 00"), l_Answer())
        #expect(served.out.count.pointee == 5 && served.out.data != nil)
        var both = l_Later()
        both.in.data = bench.arena.make(array: [UInt8(1), 2])
        both.in.count = bench.arena.make(UInt32(2))
        let request = try bench.push(6, .request, both)
        #expect(request == hex("00 00 02 00 02 00 00 00 01 02 00 00 02 00 00 00"))
        #expect(try bench.pull(6, .request, request, l_Later()).in.data[1] == 2)
    }

    @Test func flagsOfArguments() throws {
        let bench = try Bench(ndr_table_t_language)
        var call = l_Flags()
        call.in.big = 1
        call.in.odd = 2
        call.in.node = bench.arena.make(l_node(value: 3, next: nil))
        call.in.array = bench.arena.make(array: [UInt16(4), 5])
        let bytes = hex("00 00 00 01 02 03 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 04 00 05")
        #expect(try bench.push(8, .request, call) == bytes)
        let pulled = try bench.pull(8, .request, bytes, l_Flags())
        #expect(pulled.in.big == 1 && pulled.in.node.pointee.value == 3 && pulled.in.array[1] == 5)
        call.out.answer = bench.arena.make(UInt32(6))
        #expect(try bench.push(8, .response, call) == hex("00 00 00 06"))
        #expect(try bench.pull(8, .response, hex("00 00 00 07"), call).out.answer.pointee == 7)
    }
}
