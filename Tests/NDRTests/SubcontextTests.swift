// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

@Suite struct SubcontextTests {
    private func nested(_ bench: Bench) -> t_wrapped {
        var value = t_wrapped()
        value.kind = 9
        value.two = t_content(number: 2, name: bench.arena.string("b"))
        value.between = 8
        value.four = t_content(number: 4, name: nil)
        value.typed = bench.arena.make(t_content(number: 1, name: bench.arena.string("ab")))
        value.sized = bench.arena.make(t_content(number: 5, name: nil))
        value.size = 20
        return value
    }

    /// Alignment starts anew in each, and type serialisation pads to 8.
    @Test func bytes() throws {
        let bench = try Bench(ndr_table_t_security)
        let little = hex(
            """
            09 00 1c 00 02 00 00 00 00 00 00 00 00 00 02 00 02 00 00 00 00 00 00 00 02 00 00 00 62 00 00 00 08 00 00 00 \
            0c 00 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 04 00 02 00 14 00 00 00 01 10 08 00 cc cc cc cc \
            20 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 02 00 03 00 00 00 00 00 00 00 03 00 00 00 61 00 62 00 \
            00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            """)
        #expect(try bench.push(type: "t_wrapped", nested(bench)) == little)
        let wide = hex(
            """
            09 00 1c 00 02 00 00 00 00 00 00 00 00 00 02 00 02 00 00 00 00 00 00 00 02 00 00 00 62 00 00 00 08 00 00 00 \
            00 00 00 00 0c 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00 00 \
            04 00 02 00 00 00 00 00 14 00 00 00 00 00 00 00 01 10 08 00 cc cc cc cc 20 00 00 00 00 00 00 00 01 00 00 00 \
            00 00 00 00 00 00 02 00 03 00 00 00 00 00 00 00 03 00 00 00 61 00 62 00 00 00 00 00 05 00 00 00 00 00 00 00 \
            00 00 00 00 00 00 00 00 00 00 00 00
            """)
        #expect(try bench.push(type: "t_wrapped", nested(bench), .ndr64) == wide)
        for rules in allRules {
            let value = nested(bench)
            let bytes = try bench.push(type: "t_wrapped", value, rules)
            let pulled = try bench.pull(type: "t_wrapped", bytes, as: t_wrapped.self, rules)
            #expect(pulled.two.number == 2 && text(pulled.two.name) == "b" && pulled.four.number == 4)
            #expect(text(pulled.typed.pointee.name) == "ab" && pulled.sized.pointee.number == 5 && pulled.size == 20)
            #expect(try bench.push(type: "t_wrapped", pulled, rules) == bytes)
        }
    }

    /// subcontext_align: zeros behind the content, which are not there where the bytes end.
    @Test func filled() throws {
        let bench = try Bench(ndr_table_t_security)
        let content: [UInt8] = [1, 2, 3]
        let blob = DATA_BLOB(data: bench.arena.make(array: content), length: 3)
        let bytes = hex("03 00 01 02 03 00 00 00 00 00 09")
        #expect(try bench.push(type: "t_filled", t_filled(size: 3, content: blob, behind: 9)) == bytes)
        let pulled = try bench.pull(type: "t_filled", bytes, as: t_filled.self)
        #expect(pulled.content.length == 3 && pulled.behind == 9)
        #expect(try bench.push(type: "t_filled", pulled) == bytes)
        #expect(try bench.push(type: "t_filled", t_filled(size: 0, content: DATA_BLOB(), behind: 9)) == hex("00 00 09"))
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "t_filled", Array(bytes.prefix(length)), as: t_filled.self)
            }
        }
    }

    /// Sizes that contradict the content or each other, and damage anywhere.
    @Test func damaged() throws {
        let bench = try Bench(ndr_table_t_security)
        let bytes = try bench.push(type: "t_wrapped", nested(bench))
        for length in bytes.indices {
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "t_wrapped", Array(bytes.prefix(length)), as: t_wrapped.self)
            }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                guard let value = try? bench.pull(type: "t_wrapped", damaged, as: t_wrapped.self) else { continue }
                _ = try? bench.push(type: "t_wrapped", value)
            }
        }
        var small = nested(bench)
        small.size = 7
        #expect(throws: NDRError(.subcontext, offset: 124, path: "t_wrapped.sized")) {
            _ = try bench.push(type: "t_wrapped", small)
        }
        var typed = bytes
        typed[64] = 2
        #expect(throws: NDRError(.subcontext, offset: 80, path: "t_wrapped.typed")) {
            _ = try bench.pull(type: "t_wrapped", typed, as: t_wrapped.self)
        }
    }

    /// The bytes of type serialisation have a byte order of their own.
    @Test func otherOrder() throws {
        let bench = try Bench(ndr_table_t_security)
        var value = nested(bench)
        value.sized = nil
        var bytes = try bench.push(type: "t_wrapped", value)
        let big = try bench.push(type: "t_wrapped", value, Rules(bigEndian: true))
        bytes.replaceSubrange(64..., with: big[64...])
        let pulled = try bench.pull(type: "t_wrapped", bytes, as: t_wrapped.self)
        #expect(pulled.typed.pointee.number == 1 && text(pulled.typed.pointee.name) == "ab" && pulled.size == 20)
    }

    @Test func unionsAndSizes() throws {
        let bench = try Bench(ndr_table_t_security)
        var value = t_chosen()
        value.level = 2
        value.choice.number = 7
        value.sid.sid_rev_num = 1
        value.sid.num_auths = 2
        let bytes = try bench.push(type: "t_chosen", value)
        #expect(Array(bytes[..<24]) == hex("02 00 00 00 10 00 00 00 02 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00"))
        #expect(Array(bytes[24...]) == hex("10 00 00 00 01 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00"))
        for rules in allRules {
            let pulled = try bench.pull(
                type: "t_chosen", try bench.push(type: "t_chosen", value, rules), as: t_chosen.self, rules)
            #expect(pulled.choice.number == 7 && pulled.sid_size == 16)
        }
    }

    /// Strings whose counts stand before them in the middle of a structure; bytes of Samba.
    @Test func accounts() throws {
        let bench = try Bench(ndr_table_t_security)
        var r = t_GetAccounts()
        let account = t_account(
            status: NTSTATUS(0), home: bench.arena.string("/h"), shell: bench.arena.string("/bin/sh"))
        r.out.count = bench.arena.make(UInt32(1))
        r.out.accounts = bench.arena.make(account)
        let little = hex(
            """
            01 00 00 00 01 00 00 00 08 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 03 00 00 00 2f 68 00 00 00 00 00 00 \
            08 00 00 00 2f 62 69 6e 2f 73 68 00 00 00 00 00
            """)
        let wide = hex(
            """
            01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 \
            00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 2f 68 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \
            08 00 00 00 00 00 00 00 2f 62 69 6e 2f 73 68 00 00 00 00 00
            """)
        for (rules, bytes) in [(Rules.ndr32, little), (.ndr64, wide)] {
            #expect(try bench.push(1, .response, r, rules) == bytes)
            let pulled = try bench.pull(
                1, .response, bytes, t_GetAccounts(), rules, options: PullOptions(refAlloc: true))
            #expect(text(pulled.out.accounts[0].home) == "/h" && text(pulled.out.accounts[0].shell) == "/bin/sh")
        }
    }
}
