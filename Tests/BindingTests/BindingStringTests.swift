// SPDX-License-Identifier: LGPL-3.0-or-later

import Binding
import Testing
import Wire

@Suite struct BindingStringTests {
    /// Strings that Samba's users write, and what they come back as: the same, but for case and empty options.
    @Test(arguments: [
        "ncacn_np:", "ncalrpc:", "ncacn_np:[rpcecho]", "ncacn_np:127.0.0.1[rpcecho]", "ncacn_ip_tcp:127.0.0.1",
        "ncacn_ip_tcp:127.0.0.1[20]", "ncacn_http:127.0.0.1", "ncacn_http:127.0.0.1[78]",
        "ncacn_np:localhost[rpcecho]", "ncacn_np:[/pipe/rpcecho]", "ncacn_np:server[\\pipe\\lsass]", "ncadg_ip_udp:",
        "308fb580-1eb2-11ca-923b-08002b1075a7@ncacn_np:localhost",
        "308fb580-1eb2-11ca-923b-08002b1075a7@ncacn_ip_tcp:127.0.0.1", "ncacn_unix_stream:[/tmp/epmapper]",
        "ncalrpc:[IDENTIFIER]",
        "ncacn_ip_tcp:127.0.0.1[75,target_hostname=port75.example.com,target_principal=host/port75.example.com]",
        "ncacn_ip_tcp:127.0.0.1[75,target_hostname=port75.example.com,assoc_group_id=0x01234567]",
        "ncacn_ip_tcp:::", "ncacn_ip_tcp:::[75]", "ncacn_ip_tcp:::1[135]", "ncacn_ip_tcp:FD00::5357:5F00",
        "ncacn_ip_tcp:FD00::5357:5F00[75]", "ncacn_ip_tcp:FD00::5357:5F00[,target_hostname=port75.example.com]",
        "ncacn_ip_tcp:FD00::5357:5F00[75,target_hostname=port75.example.com]",
        "ncacn_ip_tcp:fe80::5357:5F00%75", "ncacn_ip_tcp:fe80::1%eth0[75]",
        "ncacn_ip_tcp:fe80::5357:5F00%75[75,target_hostname=port75.example.com]",
        "ncacn_ip_tcp:$SERVER[,localaddress=192.168.1.1]", "ncacn_ip_tcp:server[135,print,padcheck,bigendian,ndr64]",
        "ncacn_ip_tcp:server[,ndr32,nomultiplex,max_xmit_frag=5840,max_recv_frag=1432]",
        "ncacn_ip_tcp:server[0,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00000001]",
        "ncalrpc:[endpoint=print]", "ncalrpc:[endpoint=a=b]",
        "port75.example.com", "port75.example.com[75]", "127.0.0.1", "127.0.0.1[75]",
        "127.0.0.1[75,target_hostname=port75.example.com]", "::", "::[75]",
        "::[,target_hostname=port75.example.com]", "FD00::5357:5F00[75]", "fe80::5357:5F00%75[75]", "",
    ])
    func comesBackAsItWas(text: String) throws {
        let binding = try ServerBinding.parse(from: text)
        #expect(binding.description == text)
        #expect(try ServerBinding.parse(from: binding.description) == binding)
    }

    /// In whatever order options are set: it says nothing. (Found by the fuzzer.)
    @Test func theOrderOfOptionsIsNoDifference() throws {
        let text = "ncacn_ip_tcp:a[,localaddress=192.168.1.1,max_xmit_frag=5840,target_principal=host/x]"
        let binding = try ServerBinding.parse(from: text)
        #expect(try ServerBinding.parse(from: binding.description) == binding)
        #expect(try ServerBinding.parse(from: "ncacn_ip_tcp:a[,localaddress=192.168.1.1]") != binding)
        let other = text.replacing("5840", with: "5841")
        #expect(try ServerBinding.parse(from: other) != binding)
    }

    @Test(arguments: [
        ("NCACN_IP_TCP:Host[135]", "ncacn_ip_tcp:Host[135]"), ("ncacn_ip_tcp:a[]", "ncacn_ip_tcp:a"),
        ("308FB580-1EB2-11CA-923B-08002B1075A7@ncalrpc:", "308fb580-1eb2-11ca-923b-08002b1075a7@ncalrpc:"),
        ("ncacn_np:[BigEndian]", "ncacn_np:[,bigendian]"), ("ncacn_ip_tcp:[endpoint=7]", "ncacn_ip_tcp:[7]"),
        ("ncacn_ip_tcp:[host=a,endpoint=7]", "ncacn_ip_tcp:a[7]"),
        ("[135,transport=ncacn_ip_tcp]", "ncacn_ip_tcp:[135]"),
        ("ncacn_ip_tcp:a[,ndr64,target_hostname=a,print]", "ncacn_ip_tcp:a[,print,ndr64]"),
        ("ncacn_ip_tcp:a[,assoc_group_id=0x1F]", "ncacn_ip_tcp:a[,assoc_group_id=0x0000001f]"),
    ])
    func isPrintedInOneForm(text: String, printed: String) throws {
        #expect(try ServerBinding.parse(from: text).description == printed)
    }

    @Test(arguments: [
        ("ncacn_foo:", BindingError.unknownProtocolSequence("ncacn_foo")),
        (":host", .unknownProtocolSequence("")),
        ("ncacn_ip_tcp:server:135", .badValue(option: "host")), ("ncacn_ip_tcp:a b", .badValue(option: "host")),
        ("ncacn_ip_tcp:1:2", .badValue(option: "host")), ("ncacn_ip_tcp:::1%", .badValue(option: "host")),
        ("ncacn_ip_tcp:[::1]", .badValue(option: "endpoint")), ("ncacn_ip_tcp:[65536]", .badValue(option: "endpoint")),
        ("ncacn_ip_tcp:[http]", .badValue(option: "endpoint")), ("ncacn_ip_tcp:[-1]", .badValue(option: "endpoint")),
        ("ncacn_ip_tcp:[99999999999999999999]", .badValue(option: "endpoint")),
        ("ncacn_ip_tcp:[::1][135]", .badValue(option: "endpoint")),
        ("ncacn_ip_tcp:a[135", .syntax("[135")), ("ncacn_ip_tcp:a[", .syntax("[")),
        ("ncacn_ip_tcp:a[135]x", .syntax("[135]x")),
        ("ncacn_ip_tcp:a[135,]", .unknownOption("")), ("ncacn_ip_tcp:a[135,139]", .unknownOption("139")),
        ("ncalrpc:[,Security=Sane]", .unknownOption("Security")),
        ("ncacn_ip_tcp:a[1,endpoint=2]", .duplicate("endpoint")), ("ncacn_ip_tcp:a[,print,PRINT]", .duplicate("print")),
        ("ncacn_ip_tcp:a[,host=b]", .duplicate("host")), ("ncalrpc:[,transport=ncalrpc]", .duplicate("transport")),
        ("ncacn_ip_tcp:a[,ndr32,ndr64]", .contradiction("ndr32", "ndr64")),
        ("ncacn_ip_tcp:a[,print=yes]", .badValue(option: "print")),
        ("ncacn_ip_tcp:a[,endpoint=]", .badValue(option: "endpoint")),
        ("ncacn_ip_tcp:a[,localaddress=eth0]", .badValue(option: "localaddress")),
        ("ncacn_ip_tcp:a[,max_recv_frag=1431]", .badValue(option: "max_recv_frag")),
        ("ncacn_ip_tcp:a[,max_xmit_frag=65536]", .badValue(option: "max_xmit_frag")),
        ("ncacn_ip_tcp:a[,assoc_group_id=1]", .badValue(option: "assoc_group_id")),
        ("ncacn_ip_tcp:a[,assoc_group_id=0x]", .badValue(option: "assoc_group_id")),
        ("ncacn_ip_tcp:a[,assoc_group_id=0x123456789]", .badValue(option: "assoc_group_id")),
        ("ncacn_ip_tcp:a[,abstract_syntax=1]", .badValue(option: "abstract_syntax")),
        ("uuid@ncalrpc:", .badValue(option: "object")),
    ])
    func isRefused(text: String, error: BindingError) {
        #expect(throws: error) { try ServerBinding.parse(from: text) }
        #expect(!error.description.isEmpty)
    }

    /// A binding that asks for protection is refused as a whole; nobody may take it for an unprotected one.
    @Test(arguments: [
        "smb1", "smb2", "SMB1",
    ])
    func securityIsNeverDropped(option: String) {
        let error = BindingError.notSupported(option.lowercased())
        #expect(throws: error) { try ServerBinding.parse(from: "ncacn_ip_tcp:127.0.0.1[20,\(option)]") }
        #expect(throws: error) { try ServerBinding.parse(from: "ncacn_np:[\(option)]") }
    }

    @Test func mechanismsThatGoTogether() throws {
        let binding = try ServerBinding.parse(from: "ncacn_ip_tcp:a[135,seal,spnego,ntlm]")
        #expect(binding.flags == [.seal, .spnego, .ntlm])
        #expect(try ServerBinding.parse(from: binding.description) == binding)
        #expect(try ServerBinding.parse(from: "ncacn_ip_tcp:a[KRB5,spnego]").flags == [.spnego, .krb5])
        for other in ["schannel,spnego", "schannel,ntlm", "schannel,krb5", "ntlm,krb5"] {
            #expect(throws: BindingError.self) { try ServerBinding.parse(from: "ncacn_ip_tcp:a[\(other)]") }
        }
    }

    @Test(arguments: ["connect", "packet", "sign", "seal"])
    func oneLevelAtATime(option: String) throws {
        let binding = try ServerBinding.parse(from: "ncacn_ip_tcp:127.0.0.1[20,\(option),ntlm]")
        #expect(binding.option(option) == option && binding.option("ntlm") == "ntlm")
        #expect(try ServerBinding.parse(from: binding.description) == binding)
        for other in ["connect", "packet", "sign", "seal"] where other != option {
            #expect(throws: BindingError.self) {
                try ServerBinding.parse(from: "ncacn_ip_tcp:127.0.0.1[20,\(option),\(other)]")
            }
        }
    }

    /// Every way of cutting and changing a rich string: an error, or a binding that prints as itself.
    @Test func changedStringsStayConsistent() throws {
        let text =
            "308fb580-1eb2-11ca-923b-08002b1075a7@ncacn_ip_tcp:fe80::1%eth0[135,print,target_hostname=a.example,"
            + "assoc_group_id=0x01234567,max_recv_frag=4280]"
        let bytes = Array(text.utf8)
        var parsed = 0
        for offset in bytes.indices {
            var variants = [Array(bytes[..<offset]), Array(bytes[offset...])]
            for byte in Array("[]@:,=%0 a".utf8) + [0, 0x80, 0xff] {
                var changed = bytes
                changed[offset] = byte
                variants.append(changed)
            }
            for variant in variants {
                guard let binding = try? ServerBinding.parse(from: String(decoding: variant, as: UTF8.self)) else {
                    continue
                }
                parsed += 1
                #expect(try ServerBinding.parse(from: binding.description) == binding)
            }
        }
        #expect(parsed > 100)
    }
}
