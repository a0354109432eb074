// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

@Suite struct EchoTests {
    let bench: Bench

    init() throws { bench = try Bench(ndr_table_rpcecho) }

    @Test func addOneIsFourBytes() throws {
        var r = echo_AddOne()
        r.in.in_data = 0x0102_0304
        #expect(try bench.push(0, .request, r) == hex("04 03 02 01"))
        #expect(try bench.push(0, .request, r, Rules(bigEndian: true)) == hex("01 02 03 04"))
    }

    @Test func requestAllocatesOutReferences() throws {
        let r = try bench.pull(0, .request, hex("04 03 02 01"), echo_AddOne())
        #expect(r.in.in_data == 0x0102_0304)
        #expect(r.out.out_data != nil)
        #expect(r.out.out_data.pointee == 0)
        #expect(test_arena_parent(r.out.out_data) == bench.arena.root)
    }

    @Test func responseWritesThroughTheCallersReference() throws {
        var r = echo_AddOne()
        let own = bench.arena.make(UInt32(7))
        r.out.out_data = own
        let pulled = try bench.pull(0, .response, hex("05 00 00 00"), r)
        #expect(pulled.out.out_data == own)
        #expect(own.pointee == 5)
    }

    @Test func responseWithoutReferenceNeedsRefAlloc() throws {
        #expect(throws: NDRError(.invalidPointer, offset: 0, path: "echo_AddOne.out.out_data")) {
            try bench.pull(0, .response, hex("05 00 00 00"), echo_AddOne())
        }
        let r = try bench.pull(
            0, .response, hex("05 00 00 00"), echo_AddOne(), options: PullOptions(refAlloc: true))
        #expect(r.out.out_data.pointee == 5)
    }

    @Test func echoDataStaysInsideTheCallersArray() throws {
        var r = echo_EchoData()
        r.in.len = 4
        let own = bench.arena.make(array: [UInt8](repeating: 0xee, count: 4))
        r.out.out_data = own
        _ = try bench.pull(1, .response, hex("04 00 00 00 01 02 03 04"), r)
        #expect(Array(UnsafeBufferPointer(start: own, count: 4)) == [1, 2, 3, 4])
        #expect(throws: NDRError(.arraySize, offset: 4, path: "echo_EchoData.out.out_data")) {
            try bench.pull(1, .response, hex("05 00 00 00 01 02 03 04 05"), r)
        }
        #expect(throws: NDRError(.arraySize, offset: 7, path: "echo_EchoData.out.out_data").code) {
            do { _ = try bench.pull(1, .response, hex("03 00 00 00 01 02 03"), r) } catch let e as NDRError {
                throw e.code
            }
        }
    }

    @Test func strings() throws {
        var r = echo_TestCall()
        r.in.s1 = bench.arena.string("input string")
        let bytes = try bench.push(4, .request, r)
        #expect(bytes.prefix(14) == hex("0d 00 00 00 00 00 00 00 0d 00 00 00 69 00")[...])
        #expect(bytes.count == 12 + 26)
        let pulled = try bench.pull(4, .request, bytes, echo_TestCall())
        #expect(text(pulled.in.s1) == "input string")
    }
}
