// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

@Suite struct LimitTests {
    private func code(_ body: () throws -> Void) -> NDRErrorCode? {
        do {
            try body()
            return nil
        } catch let error as NDRError {
            return error.code
        } catch {
            return nil
        }
    }

    @Test func countsAreComparedWithTheBytesLeft() throws {
        let bench = try Bench(ndr_table_rpcecho)
        // 0xffffffff elements promised, three there.
        let bytes = hex("ff ff ff ff ff ff ff ff 01 02 03")
        #expect(code { _ = try bench.pull(1, .request, bytes, echo_EchoData()) } == .bufsize)
        #expect(bench.arena.count == 1)
        // The count contradicts the argument.
        let wrong = hex("02 00 00 00 03 00 00 00 01 02 03")
        #expect(code { _ = try bench.pull(1, .request, wrong, echo_EchoData()) } == .arraySize)
        #expect(
            code { _ = try bench.pull(1, .request, hex("01 00 00 00 01 00 00 00 01 02"), echo_EchoData()) }
                == .unreadBytes)
    }

    @Test func outArraysAreBounded() throws {
        let bench = try Bench(ndr_table_rpcecho)
        let r = try bench.pull(3, .request, hex("00 00 10 00"), echo_SourceData())
        #expect(r.out.data != nil)
        #expect(test_arena_size(r.out.data) == 1 << 20)
        #expect(code { _ = try bench.pull(3, .request, hex("00 00 00 7f"), echo_SourceData()) } == .alloc)
    }

    @Test func recursionEnds() throws {
        let bench = try Bench(ndr_table_t_pointers)
        // t_node: value, next (referent 1), tree NULL - again and again; [max_recursion(20)].
        func list(_ n: Int) -> [UInt8] {
            (0..<n).flatMap { i in hex("01 00 00 00 \(i == n - 1 ? "00" : "01") 00 00 00 00 00 00 00") }
        }
        #expect(code { _ = try bench.pull(type: "t_node", list(15), as: t_node.self) } == nil)
        #expect(code { _ = try bench.pull(type: "t_node", list(1000), as: t_node.self) } == .maxRecursionExceeded)
        var node = t_node()
        for _ in 0..<1000 { node = t_node(value: 1, next: bench.arena.make(node), tree: nil) }
        #expect(code { _ = try bench.push(type: "t_node", node) } == .maxRecursionExceeded)
    }

    @Test func varyingArraysStartAtZero() throws {
        let bench = try Bench(ndr_table_t_arrays)
        let good = hex("02 00 00 00 01 00 00 00 00 00 02 00 02 00 00 00 00 00 00 00 01 00 00 00 07 00 00 00")
        let value = try bench.pull(type: "t_varying", good, as: t_varying.self)
        #expect(value.items[0] == 7)
        // The rest of the room is zero, not what the heap held.
        #expect(value.items[1] == 0)
        var shifted = good
        shifted[16] = 1
        #expect(code { _ = try bench.pull(type: "t_varying", shifted, as: t_varying.self) } == .arrayOffset)
        var over = good
        over[20] = 3
        #expect(code { _ = try bench.pull(type: "t_varying", over, as: t_varying.self) } == .arraySize)
    }

    @Test func rangesHoldBothWays() throws {
        let bench = try Bench(ndr_table_t_scalars)
        #expect(code { _ = try bench.push(type: "t_ranges", t_ranges(small: 0, large: 1, around: 0)) } == .range)
        #expect(code { _ = try bench.push(type: "t_ranges", t_ranges(small: 1, large: 1, around: -6)) } == .range)
        #expect(
            code { _ = try bench.pull(type: "t_ranges", hex("0b 00 00 00 00 00 00 00 00 00"), as: t_ranges.self) }
                == .range)
    }

    @Test func unionTagsMustAgree() throws {
        let bench = try Bench(ndr_table_t_unions)
        #expect(
            code { _ = try bench.pull(type: "t_several", hex("02 00 00 00 01 00 00 00"), as: t_several.self, level: 1) }
                == .badSwitch)
        let value = try bench.pull(type: "t_several", hex("02 00 00 00 09 00 00 00"), as: t_several.self, level: 2)
        #expect(value.several == 9)
        #expect(code { _ = try bench.push(type: "t_plain", t_plain(), level: 77) } == .badSwitch)
        // An empty [default] arm.
        #expect(try bench.push(type: "t_several", t_several(), level: 99) == hex("63 00 00 00"))
    }

    @Test func errorsNameTheField() throws {
        let bench = try Bench(ndr_table_t_arrays)
        do {
            var value = t_pointed()
            value.count = 1
            value.entries = bench.arena.make(t_entry(id: 1, name: bench.arena.string("\u{fffd}")))
            UnsafeMutablePointer(mutating: value.entries.pointee.name)![0] = -1
            _ = try bench.push(type: "t_pointed", value)
            Issue.record("malformed UTF-8 was pushed")
        } catch let error as NDRError {
            #expect(error.code == .charcnv)
            #expect(error.path == "t_pointed.entries.name")
        }
    }

    @Test func aFailedPushLeavesTheWriterAlone() throws {
        let bench = try Bench(ndr_table_rpcecho)
        var writer = ByteWriter()
        try writer.append(UInt32(5))
        var r = echo_TestCall()
        do {
            try bench.codec.push(4, .request, .ndr32, from: &r, into: &writer)
            Issue.record("a NULL reference was pushed")
        } catch { #expect(error.code == .invalidPointer) }
        #expect(writer.count == 4)
        // The stub's alignment counts from where it starts.
        try writer.append(UInt8(1))
        r.in.s1 = bench.arena.string("a")
        try bench.codec.push(4, .request, .ndr32, from: &r, into: &writer)
        #expect(writer.count == 5 + 16)
    }
}
