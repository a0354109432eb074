// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// The bytes are those of libndr for the same structures.
@Suite struct RelativeTests {
    private func leaf(_ bench: Bench, _ a: UInt32, _ b: UInt16) -> UnsafeMutablePointer<t_rel_leaf> {
        bench.arena.make(t_rel_leaf(a: a, b: b))
    }

    private func plain(_ bench: Bench) -> t_rel_plain {
        t_rel_plain(
            kind: 0xabcd, leaf: leaf(bench, 0x1122_3344, 0x5566), name: bench.arena.string("hey"), count: 3,
            numbers: bench.arena.make(array: [1, 2, 3] as [UInt16]), other: leaf(bench, 7, 8))
    }

    @Test func offsetsCountFromTheStart() throws {
        let bench = try Bench(ndr_table_t_relative)
        let bytes = hex(
            """
            cd ab 00 00 18 00 00 00 1e 00 00 00 03 00 00 00 34 00 00 00 3e 00 00 00 44 33 22 11 66 55 00 00 04 00 00 00 \
            00 00 00 00 04 00 00 00 68 00 65 00 79 00 00 00 03 00 00 00 01 00 02 00 03 00 00 00 07 00 00 00 08 00
            """)
        #expect(try bench.push(type: "t_rel_plain", plain(bench)) == bytes)
        let pulled = try bench.pull(type: "t_rel_plain", bytes, as: t_rel_plain.self)
        #expect(pulled.leaf.pointee.b == 0x5566 && text(pulled.name) == "hey" && pulled.numbers[2] == 3)
        #expect(pulled.other.pointee.a == 7)
    }

    @Test func shortOnesAndAlignedPointees() throws {
        let bench = try Bench(ndr_table_t_relative)
        let value = t_rel_short(leaf: leaf(bench, 0x1122_3344, 0x5566), aligned: leaf(bench, 7, 8), last: 9)
        let bytes = hex("05 00 10 00 09 00 00 00 44 33 22 11 66 55 00 00 07 00 00 00 08 00")
        #expect(try bench.push(type: "t_rel_short", value) == bytes)
    }

    @Test func fromAStructureOfItsOwn() throws {
        let bench = try Bench(ndr_table_t_relative)
        let plain = bench.arena.make(plain(bench))
        let value = t_rel_twice(
            before: 1, one: t_rel_based(size: 4, leaf: leaf(bench, 0x1122_3344, 0x5566), plain: plain),
            two: t_rel_based(size: 5, leaf: leaf(bench, 9, 10), plain: nil), behind: 0x7777)
        let bytes = hex(
            """
            01 00 00 00 04 00 00 00 1a 00 00 00 22 00 00 00 05 00 00 00 5e 00 00 00 00 00 00 00 77 77 00 00 44 33 22 11 \
            66 55 00 00 cd ab 00 00 3c 00 00 00 42 00 00 00 03 00 00 00 58 00 00 00 62 00 00 00 44 33 22 11 66 55 00 00 \
            04 00 00 00 00 00 00 00 04 00 00 00 68 00 65 00 79 00 00 00 03 00 00 00 01 00 02 00 03 00 00 00 07 00 00 00 \
            08 00 00 00 09 00 00 00 0a 00
            """)
        #expect(try bench.push(type: "t_rel_twice", value) == bytes)
        let pulled = try bench.pull(type: "t_rel_twice", bytes, as: t_rel_twice.self)
        #expect(pulled.one.plain.pointee.other.pointee.b == 8 && pulled.two.leaf.pointee.a == 9)
    }

    @Test func backwardsFromTheEnd() throws {
        let bench = try Bench(ndr_table_t_relative)
        let content = t_rel_reverse(
            flags: 1, leaf: leaf(bench, 0x1122_3344, 0x5566), name: bench.arena.string("hey"), other: leaf(bench, 7, 8))
        let bytes = hex(
            """
            3d 00 00 00 00 00 02 00 3d 00 00 00 01 00 00 00 34 00 00 00 20 00 00 00 18 00 00 00 00 00 00 00 00 00 00 00 \
            07 00 00 00 08 00 00 00 04 00 00 00 00 00 00 00 04 00 00 00 68 00 65 00 79 00 00 00 44 33 22 11 66 55 00 00 \
            00
            """)
        var value = t_rel_buffer(size: 61, content: bench.arena.make(content))
        #expect(try bench.push(type: "t_rel_buffer", value) == bytes)
        // Just enough, and one byte less.
        value.size = 54
        #expect(try bench.push(type: "t_rel_buffer", value).count == 12 + 54)
        value.size = 49
        #expect(throws: NDRError.self) { _ = try bench.push(type: "t_rel_buffer", value) }
        value.size = 0
        #expect(throws: NDRError.self) { _ = try bench.push(type: "t_rel_buffer", value) }
    }

    @Test func offsetsThatLeadOutside() throws {
        let bench = try Bench(ndr_table_t_relative)
        for (offset, code) in [(0x1000 as UInt32, "BUFSIZE"), (.max, "BUFSIZE"), (0x3e, "BUFSIZE")] {
            var bytes = hex("cd ab 00 00 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 44 33 22 11 66 55")
            withUnsafeBytes(of: offset.littleEndian) { bytes.replaceSubrange(4..<8, with: $0) }
            let error = #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "t_rel_plain", bytes, as: t_rel_plain.self)
            }
            #expect(error?.description.contains(code) == true)
        }
        // Anywhere inside is fine, the structure itself too; what nobody reads is an error.
        let itself = hex("cd ab 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")
        #expect(try bench.pull(type: "t_rel_plain", itself, as: t_rel_plain.self).leaf.pointee.a == 4)
        #expect(throws: NDRError.self) {
            _ = try bench.pull(type: "t_rel_plain", itself + [0], as: t_rel_plain.self)
        }
    }
}
