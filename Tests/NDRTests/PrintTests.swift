// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// Text that Samba's ndrdump gives for the same bytes.
@Suite struct PrintTests {
    @Test func unionOfEcho() throws {
        let bench = try Bench(ndr_table_rpcecho)
        var r = echo_TestCall2()
        r.in.level = 5
        let bytes = hex("05 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00 08 07 06 05 04 03 02 01 00 00 00 00")
        let pulled = try bench.pull(5, .response, bytes, r, options: PullOptions(refAlloc: true))
        let text = try bench.codec.print(5, .response, from: bench.arena.make(pulled), depth: 1)
        #expect(
            text == """
                    echo_TestCall2: struct echo_TestCall2
                        out: struct echo_TestCall2
                            info                     : *
                                info                     : union echo_Info(case 5)
                                info5: struct echo_info5
                                    v1                       : 0x07 (7)
                                    v2                       : 0x0102030405060708 (72623859790382856)
                            result                   : NT_STATUS_OK

                """)
    }

    @Test func timesToTheNearestSecond() throws {
        let bench = try Bench(ndr_table_t_scalars)
        func text(_ time: UInt64) throws -> String {
            var value = t_well_known()
            value.a = 133_000_000_000_000_000 + time
            return try bench.codec.print(type: "t_well_known", name: "t", from: bench.arena.make(value))
        }
        #expect(try text(5_000_000) == text(0))
        #expect(try text(5_000_001) == text(10_000_000))
        #expect(try text(10_000_000) != text(0))
    }

    /// Above 2^63 is no time ([MS-DTYP] 2.3.3): the last one that there is, and for -1 and -2 the epoch.
    @Test func numbersThatAreNoTimes() throws {
        let bench = try Bench(ndr_table_t_scalars)
        func text(_ time: UInt64) throws -> String {
            var value = t_well_known()
            value.a = time
            return try bench.codec.print(type: "t_well_known", name: "t", from: bench.arena.make(value))
        }
        let last = try text(1 << 63 - 1)
        #expect(last.contains(" 30828 "))
        for time: UInt64 in [1 << 63, 1 << 63 + 1_000_000_000, .max - 2] { #expect(try text(time) == last) }
        let epoch = try text(116_444_736_000_000_000)
        #expect(epoch.contains(" 1970 "))
        for time: UInt64 in [.max, .max - 1] { #expect(try text(time) == epoch) }
    }

    /// What stands in C only is shown where it is a number; a pointer there may lead anywhere.
    @Test func numbersThatAreNotSent() throws {
        let expressions = try Bench(ndr_table_t_expressions)
        var switched = t_switched()
        switched.unsent = 7
        let text = try expressions.codec.print(
            type: "t_switched", name: "s", from: expressions.arena.make(switched))
        #expect(text.contains("    unsent                   : 0x00000007 (7)\n"))
        #expect(!text.contains("unprinted"))
        let language = try Bench(ndr_table_t_language)
        var hidden = l_hidden()
        hidden.ev = OpaquePointer(bitPattern: 8)
        hidden.kept = 5
        let lines = try language.codec.print(type: "l_hidden", name: "h", from: language.arena.make(hidden))
        #expect(
            lines == """
                h: struct l_hidden
                    before                   : 0x00000000 (0)
                    scratch                  : 0x00000000 (0)
                    kept                     : 0x00000005 (5)
                    number                   : 0x0000 (0)
                    after                    : 0x00000000 (0)

                """)
    }

    @Test func bytesOfEcho() throws {
        let bench = try Bench(ndr_table_rpcecho)
        let r = try bench.pull(1, .request, hex("03 00 00 00 03 00 00 00 01 02 03"), echo_EchoData())
        let text = try bench.codec.print(1, .request, from: bench.arena.make(r), depth: 1)
        #expect(
            text == """
                    echo_EchoData: struct echo_EchoData
                        in: struct echo_EchoData
                            len                      : 0x00000003 (3)
                            in_data: ARRAY(3)
                                [0]                      : 0x01 (1)
                                [1]                      : 0x02 (2)
                                [2]                      : 0x03 (3)

                """)
    }

    @Test func secretsAndDumps() throws {
        let bench = try Bench(ndr_table_t_arrays)
        var value = t_bytes()
        value.length = 40
        value.data = bench.arena.make(array: (0..<40).map { UInt8($0 + 0x40) })
        value.key = bench.arena.make(array: [UInt8](repeating: 1, count: 16))
        let text = try bench.codec.print(type: "t_bytes", name: "b", from: bench.arena.make(value))
        #expect(
            text.contains(
                "data: ARRAY(40)\n[0000] 40 41 42 43 44 45 46 47   48 49 4A 4B 4C 4D 4E 4F   @ABCDEFG HIJKLMNO\n"))
        #expect(text.contains("key: ARRAY(16): <REDACTED SECRET VALUES>"))
    }

    @Test func computedValues() throws {
        let bench = try Bench(ndr_table_t_strings)
        let value = bench.arena.make(t_counted(length: 1, size: 2, string: bench.arena.string("abc")))
        let fields = try bench.codec.print(type: "t_counted", name: "s", from: value)
        #expect(fields.contains("length                   : 0x0001 (1)"))
        let computed = try bench.codec.print(type: "t_counted", name: "s", from: value, setValues: true)
        #expect(computed.contains("length                   : 0x0006 (6)"))
        #expect(computed.contains("string                   : 'abc'"))
    }
}
