// SPDX-License-Identifier: LGPL-3.0-or-later

import Binding
import Testing
import Wire

@Suite struct OptionTests {
    @Test func valuesAreReadByName() throws {
        let binding = try ServerBinding.parse(
            from: "308fb580-1eb2-11ca-923b-08002b1075a7@ncacn_ip_tcp:$HOST[135,ndr64,assoc_group_id=0x01234567]")
        #expect(binding.transport == .ncacnIPTCP && binding.port == 135)
        #expect(binding.flags == .ndr64 && binding.associationGroup == 0x0123_4567)
        #expect(binding.option("transport") == "ncacn_ip_tcp" && binding.option("host") == "$HOST")
        #expect(binding.option("endpoint") == "135" && binding.option("target_hostname") == "$HOST")
        #expect(binding.option("object") == "308fb580-1eb2-11ca-923b-08002b1075a7")
        #expect(binding.option("ndr64") == "ndr64" && binding.option("NDR64") == "ndr64")
        #expect(binding.option("assoc_group_id") == "0x01234567")
        for name in ["print", "localaddress", "max_xmit_frag", "abstract_syntax", "target_principal", "", "sign"] {
            #expect(binding.option(name) == nil)
        }
    }

    @Test func valuesAreSetAndRemovedByName() throws {
        var binding = try ServerBinding.parse(from: "ncacn_ip_tcp:a[135]")
        let values = [
            ("host", "b"), ("endpoint", "136"), ("target_hostname", "c"), ("target_principal", "host/c"),
            ("object", "308fb580-1eb2-11ca-923b-08002b1075a7"), ("assoc_group_id", "0x00000005"),
            ("abstract_syntax", "60a15ec5-4de8-11d7-a637-005056a20182/0x00050001"), ("localaddress", "::1"),
            ("max_xmit_frag", "4280"), ("max_recv_frag", "5840"), ("bigendian", "bigendian"),
        ]
        for (name, value) in values {
            try binding.setOption(name, value)
            #expect(binding.option(name) == value)
        }
        #expect(binding.abstractSyntax?.minorVersion == 5)
        #expect(binding.maxTransmitFragment == 4280 && binding.maxReceiveFragment == 5840)
        #expect(binding.localAddress == "::1")
        #expect(try ServerBinding.parse(from: binding.description) == binding)
        for (name, _) in values { try binding.setOption(name, nil) }
        #expect(binding.description == "ncacn_ip_tcp:")
        try binding.setOption("transport", nil)
        #expect(binding == ServerBinding())
    }

    @Test func aRefusedValueChangesNothing() throws {
        var binding = try ServerBinding.parse(from: "ncacn_ip_tcp:a[135,ndr64]")
        let before = binding
        let bad = [
            ("host", ""), ("host", "x[1]"), ("host", "x@y"), ("endpoint", "x"), ("object", "{}"), ("transport", "tcp"),
            ("ndr32", "ndr32"), ("ndr64", "ndr32"), ("nothing", "1"), ("smb2", "smb2"), ("max_xmit_frag", "5840,print"),
            ("target_principal", "a,b"), ("target_hostname", "a\nb"),
        ]
        for (name, value) in bad {
            #expect(throws: BindingError.self, "\(name)=\(value)") { try binding.setOption(name, value) }
            #expect(binding == before)
        }
        #expect(throws: BindingError.unknownOption("nothing")) { try binding.setOption("nothing", nil) }
    }

    @Test func anotherTransportRemovesWhatBelongsToTheOldOne() throws {
        var binding = try ServerBinding.parse(from: "ncacn_ip_tcp:a[135,assoc_group_id=0x00000001]")
        binding.setTransport(.ncacnIPTCP)
        #expect(binding.endpoint == "135")
        binding.setTransport(.ncacnNP)
        #expect(binding.description == "ncacn_np:a")
        #expect(binding.port == nil)
    }

    @Test func flagsAreSetAfterClearing() throws {
        var binding = ServerBinding()
        try binding.setFlags([.ndr32, .print])
        try binding.setFlags(.ndr64, clearing: .ndr32)
        #expect(binding.flags == [.ndr64, .print])
        #expect(throws: BindingError.contradiction("ndr32", "ndr64")) { try binding.setFlags(.ndr32) }
        #expect(binding.flags == [.ndr64, .print])
    }

    @Test(arguments: [
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "::ffff:192.0.2.1", "fe80::1%eth0", "ABCD::ef01",
    ])
    func isAnIPv6Host(text: String) throws {
        var binding = ServerBinding()
        try binding.setHost(text)
        #expect(binding.host == text)
    }

    @Test(arguments: [
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1.2.3", "::1.2.3.256", "1:",
        "1:2:3:4:5:6:7::8:9", ":1:2:3:4:5:6:7",
    ])
    func isNoIPv6Host(text: String) {
        var binding = ServerBinding()
        #expect(throws: BindingError.badValue(option: "host")) { try binding.setHost(text) }
    }
}
