// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLRuntime
import NDR
import Testing

private let text = """
    [uuid("12345678-1234-1234-1234-123456789abc"), version(1.0), pointer_default(unique)]
    interface t_values
    {
        typedef enum { T_RED = 1, T_BLUE = 7 } t_Colour;
        typedef [bitmap32bit] bitmap { T_A = 1, T_B = 2 } t_Bits;
        typedef [switch_type(uint16)] union {
            [case(1)] uint32 number;
            [case(2)] [string,charset(UTF16)] uint16 *text;
            [default];
        } t_Union;
        typedef [public] struct {
            uint16 level;
            [switch_is(level)] t_Union u;
            t_Colour colour;
            t_Bits bits;
            hyper big;
            GUID guid;
            uint32 count;
            [size_is(count)] uint8 *bytes;
            uint32 numbers[3];
            [value(2*strlen_m(name))] uint16 length;
            [string,charset(UTF16)] uint16 *name;
            uint32 **twice;
        } t_All;
        typedef [bitmap64bit] bitmap { T_HIGH = 0x8000000000000000 } t_Wide;
        typedef struct { t_Wide wide; } t_Only;
        WERROR t_Call([in,ref] t_All *all, [in] uint32 size, [out,size_is(size)] uint32 *list);
    }
    """

private let whole = """
    {"level": 2, "u": {"text": "zwei"}, "colour": "T_BLUE", "bits": "T_A|T_B", "big": "18446744073709551615",
     "guid": "499cf24d-88b4-41dd-a9b9-813a8e4f76d2", "count": 3, "bytes": "0a0b0c", "numbers": [1, 2, 4294967295],
     "length": 0, "name": "Zoé", "twice": [5]}
    """

@Suite struct ValueTests {
    private let interface: RuntimeInterface

    init() throws {
        let model = try Support.model(text: text)
        interface = try RuntimeInterface(model.interfaces[0], of: model)
    }

    private let all = RuntimeInterface.Subject.type("t_All", level: 0)

    private func pack(_ text: String, _ subject: RuntimeInterface.Subject, _ rules: Rules = .ndr32) throws -> [UInt8] {
        try interface.pack(text, subject, rules)
    }

    private func unpack(_ bytes: [UInt8], _ subject: RuntimeInterface.Subject, _ rules: Rules = .ndr32) throws -> JSON {
        try interface.unpack(bytes, subject, rules)
    }

    @Test func comesBackInAllEncodings() throws {
        for ndr64 in [false, true] {
            for bigEndian in [false, true] {
                let rules = Rules(ndr64: ndr64, bigEndian: bigEndian)
                let bytes = try pack(whole, all, rules)
                let json = try unpack(bytes, all, rules)
                #expect(json.text().contains("\"length\": 6"))
                #expect(json.text().contains("\"bits\": 3"))
                #expect(json.text().contains("\"T_BLUE\""))
                #expect(try pack(json.text(), all, rules) == bytes)
            }
        }
    }

    @Test func bitmapsAreNotNegative() throws {
        let only = RuntimeInterface.Subject.type("t_Only", level: 0)
        let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0x80]
        let text = try unpack(bytes, only).text()
        #expect(text.contains("9223372036854775809"))
        #expect(try pack(text, only) == bytes)
    }

    @Test func nullBehindAPointerIsNotNull() throws {
        let outer = try pack(whole.replacing("[5]", "null"), all)
        let inner = try pack(whole.replacing("[5]", "[null]"), all)
        #expect(outer != inner)
        #expect(try unpack(inner, all).text().hasSuffix("\"twice\": [\n    null\n  ]\n}"))
    }

    /// What the engine would read beyond what JSON gave is refused before it reads.
    @Test(arguments: [
        ("\"count\": 3", "\"count\": 4"), ("\"count\": 3", "\"count\": 4294967295"),
        ("\"level\": 2", "\"level\": 1"), ("{\"text\": \"zwei\"}", "{\"number\": 5}"),
        ("{\"text\": \"zwei\"}", "{}"), ("{\"text\": \"zwei\"}", "{\"other\": 1}"),
        ("[1, 2, 4294967295]", "[1, 2]"), ("4294967295]", "4294967296]"), ("0a0b0c", "0a0b0"),
        ("T_BLUE", "T_GREEN"), ("T_A|T_B", "T_A|T_C"), ("499cf24d-", "499cf24-"),
        ("\"count\"", "\"counts\""), ("[5]", "5"), ("[5]", "[5, 6]"), ("\"level\": 2", "\"level\": -1"),
        ("18446744073709551615", "18446744073709551616"), ("\"Zoé\"", "5"), ("\"Zoé\"", "\"a\\u0000b\""),
    ])
    func refuses(_ old: String, _ new: String) {
        #expect(throws: RuntimeError.self) { try pack(whole.replacing(old, new), all) }
    }

    @Test func saysWhichField() {
        #expect(throws: RuntimeError("numbers: has 2 elements, the array has room for 3")) {
            try pack(whole.replacing("[1, 2, 4294967295]", "[1, 2]"), all)
        }
        #expect(throws: RuntimeError("bytes: has 3 elements, but the fields that count them say 4")) {
            try pack(whole.replacing("\"count\": 3", "\"count\": 4"), all)
        }
    }

    @Test func functions() throws {
        #expect(interface.opnum("t_Call") == 0)
        #expect(interface.opnum("0x0") == 0)
        #expect(interface.opnum("1") == nil)
        let subject = RuntimeInterface.Subject.call(0, .request)
        let bytes = try pack("{\"all\": \(whole), \"size\": 2}", subject)
        #expect(try pack(try unpack(bytes, subject).text(), subject) == bytes)
        #expect(interface.consumed(subject, .ndr32, bytes + [1, 2, 3]) == bytes.count)
    }

    /// Any bytes are decoded or refused; what is decoded to JSON can be packed or is refused with a reason.
    @Test func changedBytes() throws {
        let bytes = try pack(whole, all)
        var decoded = 0
        for position in bytes.indices {
            for change in [0, 1, 0x7f, 0x80, 0xff] as [UInt8] {
                var changed = bytes
                changed[position] = change
                guard let json = try? unpack(changed, all) else { continue }
                decoded += 1
                _ = try? pack(json.text(), all)
            }
            _ = try? unpack(Array(bytes[..<position]), all)
        }
        #expect(decoded > 100)
    }

    @Test func expressionsOfCAreRefusedByName() throws {
        let model = try Support.model("Tests/Golden/idl/t_thunks.idl")
        let thunks = try RuntimeInterface(model.interfaces[0], of: model)
        let subjects = thunks.functions.indices.map { RuntimeInterface.Subject.call($0, .request) }
        #expect(subjects.contains { thunks.foreignExpression(in: $0) != nil })
        #expect(interface.foreignExpression(in: all) == nil)
    }
}

extension String {
    /// The first occurrence of a text replaced; the test fails where there is none.
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        let text = Array(utf8)
        let wanted = Array(old.utf8)
        for start in text.indices where text[start...].starts(with: wanted) {
            return String(decoding: text[..<start] + Array(new.utf8) + text[(start + wanted.count)...], as: UTF8.self)
        }
        Issue.record("no '\(old)'")
        return self
    }

    /// In C the whole array is there; JSON has the part that travels, and other fields, also later ones, say where it is.
    @Test func partsOfArraysComeBack() throws {
        let model = try Support.model(
            text: """
                [uuid("12345678-1234-1234-1234-123456789abc"), version(1.0), pointer_default(unique)]
                interface t_parts {
                    typedef struct { uint16 n; [unique] uint32 *p; } t_Item;
                    typedef [public] struct {
                        [first_is(first),last_is(last)] uint16 inlined[6];
                        [size_is(10),first_is(first),length_is(2)] uint32 *part;
                        [length_is(last)] uint8 used[4];
                        [size_is(last),first_is(1)] t_Item *items;
                        uint32 first;
                        uint32 last;
                    } t_Parts;
                }
                """)
        let interface = try RuntimeInterface(model.interfaces[0], of: model)
        let subject = RuntimeInterface.Subject.type("t_Parts", level: 0)
        let whole = """
            {"inlined": [7, 8], "part": [70, 80], "used": "0a0b0c", "items": [{"n": 1, "p": 5}, {"n": 2, "p": null}],
             "first": 2, "last": 3}
            """
        let bytes = try interface.pack(whole, subject)
        // [first_is] and [last_is]: offset 2 and two elements, then these.
        #expect(Array(bytes[..<12]) == [2, 0, 0, 0, 2, 0, 0, 0, 7, 0, 8, 0])
        #expect(try interface.unpack(bytes, subject) == JSON(parsing: Array(whole.utf8)))
        for (old, new) in [
            ("[7, 8]", "[7]"), ("[7, 8]", "[7, 8, 9]"), ("[70, 80]", "[70]"), ("\"0a0b0c\"", "\"0a0b\""),
            (", {\"n\": 2, \"p\": null}", ""), ("\"first\": 2", "\"first\": 5"),
            ("\"first\": 2", "\"first\": 4294967295"), ("\"last\": 3", "\"last\": 4294967295"),
        ] {
            #expect(whole.contains(old))
            #expect(throws: RuntimeError.self) { try interface.pack(whole.replacing(old, with: new), subject) }
        }
    }
}
