// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLRuntime
import NDR
import Testing

private let text = """
    [uuid("12345678-1234-1234-1234-123456789abc"), version(1.0), pointer_default(unique)]
    interface t_secured
    {
        typedef [public] struct { security_descriptor sd; } t_Bare;
        typedef [public] struct { uint16 before; sec_desc_buf *buffer; } t_Buffer;
    }
    """

private let descriptor = """
    {"revision": 1, "type": 32772, "owner_sid": "S-1-5-32-544", "group_sid": null, "sacl": null, "dacl":
     {"revision": 4, "aces": [
      {"type": "SEC_ACE_TYPE_ACCESS_DENIED", "flags": 3, "access_mask": 983551, "trustee": "S-1-1-0"},
      {"type": "SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT", "flags": 0, "access_mask": 16, "object":
       {"flags": 2, "inherited_type": "01020304-0506-0708-090a-0b0c0d0e0f10"}, "trustee": "S-1-5-18"}]}}
    """

@Suite struct SecurityJSONTests {
    private let interface: RuntimeInterface
    private let bare = RuntimeInterface.Subject.type("t_Bare", level: 0)
    private let buffer = RuntimeInterface.Subject.type("t_Buffer", level: 0)

    init() throws {
        let model = try Support.model(text: text)
        interface = try RuntimeInterface(model.interfaces[0], of: model)
    }

    private func pack(_ text: String, _ subject: RuntimeInterface.Subject, _ rules: Rules = .ndr32) throws -> [UInt8] {
        try interface.pack(text, subject, rules)
    }

    private func unpack(_ bytes: [UInt8], _ subject: RuntimeInterface.Subject, _ rules: Rules = .ndr32) throws -> JSON {
        try interface.unpack(bytes, subject, rules)
    }

    /// [MS-DTYP] 2.4.6: the header, the owner, then the list with its entries.
    @Test func isTheBytesOfTheSpecification() throws {
        let expected: [UInt8] =
            [1, 0, 4, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0]
            + [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]
            + [4, 0, 68, 0, 2, 0, 0, 0]
            + [1, 3, 20, 0, 0xff, 1, 0x0f, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
            + [5, 0, 40, 0, 16, 0, 0, 0, 2, 0, 0, 0, 4, 3, 2, 1, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16]
            + [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]
        #expect(try pack("{\"sd\": \(descriptor)}", bare) == expected)
    }

    @Test func comesBackInAllEncodings() throws {
        let whole = "{\"before\": 7, \"buffer\": {\"sd_size\": 0, \"sd\": \(descriptor)}}"
        let given = try JSON(parsing: Array("{\"sd\": \(descriptor)}".utf8))
        #expect(try unpack(pack(given.text(), bare), bare) == given)
        for ndr64 in [false, true] {
            for bigEndian in [false, true] {
                let rules = Rules(ndr64: ndr64, bigEndian: bigEndian)
                let bytes = try pack(whole, buffer, rules)
                let json = try unpack(bytes, buffer, rules).text()
                #expect(json.contains("\"sd_size\": 104"))
                #expect(json.contains("SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT"))
                #expect(try pack(json, buffer, rules) == bytes)
            }
        }
    }

    @Test(arguments: [
        ("\"revision\": 1,", "\"revision\": 256,"), ("32772", "65536"), ("\"type\": 32772", "\"typ\": 32772"),
        ("S-1-5-32-544", "S-1"), ("\"sacl\": null", "\"sacl\": []"), ("\"sacl\": null", "\"revision\": 1"),
        ("\"flags\": 3", "\"flags\": 256"), ("\"flags\": 2", "\"flags\": 0"), ("\"flags\": 2", "\"flags\": 3"),
        ("ACCESS_DENIED", "ACCESS_GIVEN"), ("SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT", "SEC_ACE_TYPE_ACCESS_ALLOWED"),
        (", \"trustee\": \"S-1-1-0\"", ""), ("01020304-", "0102030-"), ("983551", "-1"),
    ])
    func refuses(_ old: String, _ new: String) {
        #expect(descriptor.contains(old))
        #expect(throws: RuntimeError.self) {
            try pack("{\"sd\": \(descriptor.replacing(old, with: new))}", bare)
        }
    }

    @Test func saysWhere() {
        let error = #expect(throws: RuntimeError.self) {
            try pack("{\"sd\": \(descriptor.replacing("S-1-1-0", with: "?"))}", bare)
        }
        #expect(
            error?.description.contains("sd: expected a SID as in \"S-1-5-32\" in trustee in aces[0] in dacl") == true)
    }
}
