// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

/// The short ways of the interpreters, where they could go wrong; PropertyTests compares all of them with the long one.
@Suite struct ShortWayTests {
    /// a, then a gap where b was, then c: C has b there, which is nobody's business.
    @Test func hiddenMembersAreNoGaps() throws {
        let table = TableCopy(ndr_table_t_scalars)
        let type = try #require(table.types.first { name($0.name, table) == "t_numbers" })
        let member = Int(type.first) + 1
        #expect(name(table.members[member].name, table) == "b")
        table.members[member].flags |= NDR_M_SKIP | NDR_M_NO_INIT
        let codec = try InterfaceCodec(table.pointer)
        let arena = Arena()
        let bytes = [UInt8](repeating: 0x55, count: 120)
        let numbers = arena.make(t_numbers())
        numbers.pointee.b = 9
        let options = PullOptions(allowTrailing: true)
        try bytes.withUnsafeBytes {
            try codec.pull(
                type: "t_numbers", .ndr32, options: options, from: $0, into: numbers, parent: arena.root,
                allocator: Arena.allocator)
        }
        #expect(numbers.pointee.a == 0x55 && numbers.pointee.b == 9 && numbers.pointee.c == 0x5555)
    }

    private func name(_ offset: UInt32, _ table: TableCopy) -> String {
        table.strings.baseAddress.map { String(cString: $0 + Int(offset)) } ?? ""
    }

    /// A number out of its range, in the elements of an array: with the array's name, as the long way says it.
    @Test func errorsOfElementsNameTheArray() throws {
        let table = TableCopy(ndr_table_t_arrays)
        let entry = try #require(table.types.first { name($0.name, table) == "t_entry" })
        let id = Int(table.members[Int(entry.first)].type)
        table.types[id].range = 1
        let range = try #require(table.pointer.pointee.ranges).pointee
        let (good, strict) = (try Bench(ndr_table_t_arrays), try InterfaceCodec(table.pointer))
        let entries = good.arena.make(array: [t_entry(id: 1, name: nil), t_entry(id: UInt32(range.max) + 1, name: nil)])
        let value = t_pointed(count: 2, entries: entries, pointers: nil, inner: nil, both: nil)
        let bytes = try good.push(type: "t_pointed", value)
        for padCheck in [false, true] {
            var found: NDRError?
            bytes.withUnsafeBytes { bytes in
                do throws(NDRError) {
                    try strict.pull(
                        type: "t_pointed", .ndr32, options: PullOptions(padCheck: padCheck), from: bytes,
                        into: good.arena.make(64), parent: good.arena.root, allocator: Arena.allocator)
                } catch { found = error }
            }
            #expect(found?.code == .range && found?.path == "t_pointed.entries.id", "\(String(describing: found))")
        }
        var writer = ByteWriter()
        let memory = good.arena.make(value)
        do throws(NDRError) {
            try strict.push(type: "t_pointed", .ndr32, from: memory, into: &writer)
            Issue.record("pushed")
        } catch { #expect(error.code == .range && error.path == "t_pointed.entries.id", "\(error)") }
    }

    /// length and size count bytes; the string brings its own counts.
    @Test func countedStringsAreWhatTheirFieldsSay() throws {
        let bench = try Bench(ndr_table_t_strings)
        func bytes(_ length: UInt8, _ size: UInt8, _ most: UInt8, _ first: UInt8, _ count: UInt8) -> [UInt8] {
            [length, 0, size, 0, 1, 0, 2, 0, most, 0, 0, 0, first, 0, 0, 0, count, 0, 0, 0, 0x61, 0, 0x62, 0]
        }
        func code(_ bytes: [UInt8]) -> NDRErrorCode? {
            do {
                _ = try bench.pull(type: "t_counted", bytes, as: t_counted.self)
                return nil
            } catch { return (error as? NDRError)?.code }
        }
        let good = try bench.pull(type: "t_counted", bytes(4, 4, 2, 0, 2), as: t_counted.self)
        #expect(text(good.string) == "ab")
        // An odd length divides towards zero, as in C.
        #expect(code(bytes(5, 5, 2, 0, 2)) == nil)
        #expect(code(bytes(2, 4, 2, 0, 2)) == .arraySize)
        #expect(code(bytes(4, 8, 2, 0, 2)) == .arraySize)
        #expect(code(bytes(4, 4, 2, 1, 2)) == .arrayOffset)
        #expect(code(bytes(6, 4, 2, 0, 3)) == .arraySize)
        #expect(code(bytes(6, 6, 3, 0, 3)) == .bufsize)
    }

    /// More labels than a table of arms may have lie between the lowest and the highest.
    @Test func unionsOfDistantLabels() throws {
        let table = TableCopy(ndr_table_t_unions)
        let codec = try InterfaceCodec(table.pointer)
        for type in table.types
        where UInt32(type.kind) == NDR_KIND_UNION && UInt32(type.flags) & NDR_F_HAS_DEFAULT == 0 {
            let arms = type.first..<type.first + type.count
            guard let last = arms.last(where: { table.members[Int($0)].flags & NDR_M_DEFAULT == 0 }) else { continue }
            table.members[Int(last)].label += 100_000
        }
        let distant = try InterfaceCodec(table.pointer)
        var dice = Dice(3)
        for sample in Sample.all where sample.table.name.map({ String(cString: $0) }) == "t_unions" {
            let arena = Arena()
            let value = sample.make(arena, &dice)
            for rules in allRules {
                var near = ByteWriter()
                var far = ByteWriter()
                try codec.push(type: sample.type, rules, from: value, into: &near)
                guard (try? distant.push(type: sample.type, rules, from: value, into: &far)) != nil else { continue }
                #expect(Array(near.bytes) == Array(far.bytes), "\(sample.type)")
            }
        }
    }
}
