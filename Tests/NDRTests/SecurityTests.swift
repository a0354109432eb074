// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing

/// Security descriptors, against the bytes and the text of Samba 4.17.
@Suite struct SecurityTests {
    /// O:BAG:S-1-5-21-1-2-3-513D:PAI(A;OICI;FA;;;SY)(OA;CI;RPWP;...;;AU)(OA;CIIO;RP;...;...;WD)S:(AU;SAFA;GA;;;WD)
    static let descriptor = hex(
        """
        01 00 14 94 14 00 00 00 24 00 00 00 40 00 00 00 5c 00 00 00 01 02 00 00 00 00 00 05 20 00 00 00 20 02 00 00 \
        01 05 00 00 00 00 00 05 15 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 01 02 00 00 04 00 1c 00 01 00 00 00 \
        02 c0 14 00 00 00 00 10 01 01 00 00 00 00 00 01 00 00 00 00 04 00 7c 00 03 00 00 00 00 03 14 00 ff 01 00 00 \
        01 01 00 00 00 00 00 05 12 00 00 00 05 02 28 00 30 00 00 00 01 00 00 00 ba 7a 96 bf e6 0d d0 11 a2 85 00 aa \
        00 30 49 e2 01 01 00 00 00 00 00 05 0b 00 00 00 05 0a 38 00 10 00 00 00 03 00 00 00 ba 7a 96 bf e6 0d d0 11 \
        a2 85 00 aa 00 30 49 e2 42 2f ba 59 a2 79 d0 11 90 20 00 c0 4f c2 d3 cf 01 01 00 00 00 00 00 01 00 00 00 00
        """)

    @Test func samba() throws {
        let bench = try Bench(ndr_table_t_security)
        for rules in allRules {
            let sd = try bench.pull(type: "security_descriptor", Self.descriptor, as: security_descriptor.self, rules)
            #expect(sd.type == 0x9414 && sd.sacl.pointee.num_aces == 1 && sd.dacl.pointee.num_aces == 3)
            let last = sd.dacl.pointee.aces[2]
            #expect(
                last.object.object.flags == 3
                    && last.object.object.inherited_type.inherited_type.time_low == 0x59ba_2f42)
            #expect(try bench.push(type: "security_descriptor", sd, rules) == Self.descriptor)
            // Sizes in C are nothing to it.
            sd.dacl.pointee.size = 0
            sd.dacl.pointee.aces[0].size = 9
            #expect(try bench.push(type: "security_descriptor", sd, rules) == Self.descriptor)
        }
    }

    @Test func printed() throws {
        let bench = try Bench(ndr_table_t_security)
        let sd = try bench.pull(type: "security_descriptor", Self.descriptor, as: security_descriptor.self)
        let text = try bench.codec.print(type: "security_descriptor", name: "sd", from: bench.arena.make(sd))
        let lines = text.split(separator: "\n").map { String($0) }
        #expect(lines.count == 110)
        #expect(lines[0] == "sd: struct security_descriptor")
        #expect(lines[1] == "    revision                 : SECURITY_DESCRIPTOR_REVISION_1 (1)")
        #expect(lines[2] == "    type                     : 0x9414 (37908)")
        #expect(lines[3] == "           0: SEC_DESC_OWNER_DEFAULTED ")
        #expect(lines[17] == "           0: SEC_DESC_RM_CONTROL_VALID")
        #expect(lines[19] == "    owner_sid                : *")
        #expect(lines[20] == "        owner_sid                : S-1-5-32-544")
        #expect(lines[23] == "    sacl                     : *")
        #expect(lines[24] == "        sacl: struct security_acl")
        #expect(lines[26] == "            size                     : 0x001c (28)")
        #expect(lines[30] == "                    type                     : SEC_ACE_TYPE_SYSTEM_AUDIT (2)")
        #expect(lines[40] == "                    size                     : 0x0014 (20)")
        #expect(lines[47] == "            size                     : 0x007c (124)")
        #expect(lines[61] == "                    size                     : 0x0014 (20)")
        #expect(lines[76] == "                    size                     : 0x0028 (40)")
        #expect(
            lines[85]
                == "                        inherited_type           : union security_ace_object_inherited_type(case 0)"
        )
        #expect(lines[95] == "                        0x0a: SEC_ACE_FLAG_VALID_INHERIT (10)")
        #expect(lines[98] == "                    size                     : 0x0038 (56)")
        #expect(
            lines[107]
                == "                        inherited_type           : union security_ace_object_inherited_type(case 2)"
        )
        #expect(lines[108] == "                        inherited_type           : 59ba2f42-79a2-11d0-9020-00c04fc2d3cf")
        #expect(lines.last == "                    trustee                  : S-1-1-0")
    }

    @Test func buffer() throws {
        let bench = try Bench(ndr_table_t_security)
        var sd = security_descriptor()
        sd.revision = SECURITY_DESCRIPTOR_REVISION_1
        sd.type = 0x8000
        let buffer = sec_desc_buf(sd_size: 77, sd: bench.arena.make(sd))
        let content = " 14 00 00 00 01 00 00 80" + String(repeating: " 00", count: 16)
        let bytes = try bench.push(type: "sec_desc_buf", buffer)
        #expect(bytes == hex("14 00 00 00 00 00 02 00" + content))
        let wide = try bench.push(type: "sec_desc_buf", buffer, .ndr64)
        let zeros = " 00 00 00 00"
        #expect(
            wide
                == hex(
                    "14 00 00 00" + zeros + " 00 00 02 00" + zeros + " 14 00 00 00" + zeros + " 01 00 00 80"
                        + String(repeating: " 00", count: 16)))
        let big = try bench.push(type: "sec_desc_buf", buffer, Rules(bigEndian: true))
        #expect(Array(big[8...]) == hex("00 00 00 14 01 00 00 80" + String(repeating: " 00", count: 16)))
        for (rules, bytes) in [(Rules.ndr32, bytes), (.ndr64, wide), (Rules(bigEndian: true), big)] {
            let pulled = try bench.pull(type: "sec_desc_buf", bytes, as: sec_desc_buf.self, rules)
            #expect(pulled.sd_size == 20 && pulled.sd.pointee.type == 0x8000)
        }
        let none = sec_desc_buf(sd_size: 5, sd: nil)
        #expect(try bench.push(type: "sec_desc_buf", none) == hex("00 00 00 00 00 00 00 00"))
    }

    /// [MS-DRSR] 5.50: what a length of 0 stands beside may be anything, and Windows 2000 sends that.
    @Test func noSIDInTheRoomOfOne() throws {
        let bench = try Bench(ndr_table_t_scalars)
        let head = "01 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 "
        let room = "9f 06 " + String(repeating: "a5 ", count: 26)
        for rules in [Rules.ndr32, Rules(bigEndian: true)] {
            let sids = try bench.pull(type: "t_sids", hex(head + room), as: t_sids.self, rules)
            #expect(sids.d.sid_rev_num == 0 && sids.d.num_auths == 0 && sids.d.sub_auths.0 == 0)
            let bytes = try bench.push(type: "t_sids", sids, rules)
            #expect(bytes[16..<44].allSatisfy { $0 == 0 })
        }
    }

    /// Whatever is cut or changed, the answer is an error or a descriptor that can be written again.
    @Test func damaged() throws {
        let bench = try Bench(ndr_table_t_security)
        for length in 0..<Self.descriptor.count {
            let bytes = Array(Self.descriptor.prefix(length))
            #expect(throws: NDRError.self) {
                _ = try bench.pull(type: "security_descriptor", bytes, as: security_descriptor.self)
            }
        }
        for index in Self.descriptor.indices {
            for value in [0, 1, 0x7f, 0x80, 0xff, Self.descriptor[index] ^ 4] as [UInt8] {
                var bytes = Self.descriptor
                bytes[index] = value
                guard let sd = try? bench.pull(type: "security_descriptor", bytes, as: security_descriptor.self) else {
                    continue
                }
                let again = try bench.push(type: "security_descriptor", sd)
                _ = try bench.pull(type: "security_descriptor", again, as: security_descriptor.self)
            }
        }
    }

    /// All four offsets lead to the same place, which is allowed, and an application's data behind a SID is skipped.
    @Test func sharedAndPadded() throws {
        let bench = try Bench(ndr_table_t_security)
        let acl = "02 00 1c 00 01 00 00 00 00 00 14 00 01 00 00 00 01 00 00 00 00 00 00 05 aa aa aa aa"
        let bytes = hex("01 00 04 80 00 00 00 00 00 00 00 00 14 00 00 00 14 00 00 00 " + acl)
        let sd = try bench.pull(type: "security_descriptor", bytes, as: security_descriptor.self)
        #expect(sd.sacl.pointee.aces[0].trustee.num_auths == 0 && sd.dacl.pointee.aces[0].size == 20)
        let again = try bench.push(type: "security_descriptor", sd)
        #expect(again.count == 20 + 24 + 24 && again[20 + 2] == 24 && again[20 + 8 + 2] == 16)
        var short = bytes
        short[20 + 8 + 2] = 15
        #expect(throws: NDRError(.bufsize, offset: 44, path: "security_descriptor")) {
            _ = try bench.pull(type: "security_descriptor", short, as: security_descriptor.self)
        }
    }

    @Test func limits() throws {
        let bench = try Bench(ndr_table_t_security)
        var many = hex("02 00 08 00 d1 07 00 00")
        #expect(throws: NDRError(.range, offset: 8, path: "security_acl")) {
            _ = try bench.pull(type: "security_acl", many, as: security_acl.self)
        }
        many[4] = 0xd0
        #expect(throws: NDRError(.bufsize, offset: 8, path: "security_acl")) {
            _ = try bench.pull(type: "security_acl", many, as: security_acl.self)
        }
        var ace = security_ace()
        ace.trustee.num_auths = 16
        #expect(throws: NDRError.self) { _ = try bench.push(type: "security_ace", ace) }
        ace.trustee.num_auths = 15
        let aces = bench.arena.make(array: [security_ace](repeating: ace, count: 1000))
        let acl = security_acl(revision: SECURITY_ACL_REVISION_NT4, size: 0, num_aces: 1000, aces: aces)
        #expect(throws: NDRError(.length, offset: 0, path: "security_acl")) {
            _ = try bench.push(type: "security_acl", acl)
        }
        let missing = security_acl(revision: SECURITY_ACL_REVISION_NT4, size: 0, num_aces: 1, aces: nil)
        #expect(throws: NDRError(.invalidPointer, offset: 0, path: "security_acl")) {
            _ = try bench.push(type: "security_acl", missing)
        }
    }

    @Test func identities() throws {
        let bench = try Bench(ndr_table_t_security)
        let owner = t_owner(user: 1000, group: 0xffff_ffff, mode: 7)
        let bytes = try bench.push(type: "t_owner", owner)
        #expect(bytes == hex("e8 03 00 00 00 00 00 00 ff ff ff ff 00 00 00 00 07 00 00 00"))
        for rules in allRules {
            let pulled = try bench.pull(
                type: "t_owner", try bench.push(type: "t_owner", owner, rules), as: t_owner.self, rules)
            #expect(pulled.user == 1000 && pulled.group == 0xffff_ffff && pulled.mode == 7)
        }
        var wide = bytes
        wide[4] = 1
        #expect(throws: NDRError(.ndr64, offset: 20, path: "t_owner.user")) {
            _ = try bench.pull(type: "t_owner", wide, as: t_owner.self)
        }
    }
}
