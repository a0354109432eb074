// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

@Suite struct CompressedSubcontextTests {
    private func content(_ bench: Bench) -> t_c_content {
        let numbers = (0..<20_000).map { UInt32($0 % 7) }
        return t_c_content(
            count: UInt32(numbers.count), numbers: bench.arena.make(array: numbers), name: bench.arena.string("name"))
    }

    @Test func contentOfAKnownSize() throws {
        let bench = try Bench(ndr_table_t_compressed)
        let content = content(bench)
        let plain = try bench.push(type: "t_c_content", content).count
        let value = t_c_mszip(plain: UInt32(plain), small: 2000, content: bench.arena.make(content))
        let bytes = try bench.push(type: "t_c_mszip", value)
        #expect(plain > 80_000 && bytes.count < 2100)
        let pulled = try bench.pull(type: "t_c_mszip", bytes, as: t_c_mszip.self)
        #expect(pulled.content.pointee.count == 20_000 && pulled.content.pointee.numbers[19_999] == 19_999 % 7)
        #expect(text(pulled.content.pointee.name) == "name")
        // A plain size that is not what comes out, and room that is not enough.
        var wrong = bytes
        wrong[0] &+= 1
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "t_c_mszip", wrong, as: t_c_mszip.self) }
        let tight = t_c_mszip(plain: UInt32(plain), small: 20, content: value.content)
        #expect(throws: NDRError.self) { _ = try bench.push(type: "t_c_mszip", tight) }
    }

    @Test(arguments: [0, 2, 3, 4] as [UInt16])
    func anAlgorithmThatAFieldNames(algorithm: UInt16) throws {
        let bench = try Bench(ndr_table_t_compressed)
        let content = content(bench)
        let plain = try bench.push(type: "t_c_content", content).count
        let value = t_c_chosen(algorithm: algorithm, plain: UInt32(plain), content: content)
        let bytes = try bench.push(type: "t_c_chosen", value)
        let pulled = try bench.pull(type: "t_c_chosen", bytes, as: t_c_chosen.self)
        #expect(pulled.content.count == 20_000 && text(pulled.content.name) == "name")
        for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            var damaged = bytes
            damaged[index] ^= 0x55
            _ = try? bench.pull(type: "t_c_chosen", damaged, as: t_c_chosen.self)
        }
        var unknown = bytes
        unknown[0] = 77
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "t_c_chosen", unknown, as: t_c_chosen.self) }
    }

    /// A plain size that nobody could have meant costs no memory.
    @Test func hugePlainSizes() throws {
        let bench = try Bench(ndr_table_t_compressed)
        let bytes = hex("02 00 00 00 ff ff ff ff 04 00 00 00 00 00 00 00")
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "t_c_chosen", bytes, as: t_c_chosen.self) }
    }

    @Test func bytesThatNobodyReads() throws {
        let bench = try Bench(ndr_table_t_compressed)
        let good = try bench.push(type: "t_c_strict", t_c_strict(content: t_c_content()))
        _ = try bench.pull(type: "t_c_strict", good, as: t_c_strict.self)
        var longer = good + [0, 0, 0, 0]
        longer[0] += 4
        #expect(throws: NDRError.self) { _ = try bench.pull(type: "t_c_strict", longer, as: t_c_strict.self) }
    }

    @Test func whatRemains() throws {
        let bench = try Bench(ndr_table_t_compressed)
        let pulled = try bench.pull(type: "t_c_rest", hex("02 00 00 00 aa bb cc dd ee"), as: t_c_rest.self)
        #expect(pulled.first.length == 2 && pulled.rest.length == 3 && pulled.rest.data[2] == 0xee)
    }
}
