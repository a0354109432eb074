// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLSyntax
import Testing

@testable import IDLModel

/// What is too much is an error, in the compiler and not only in the library that gets the table.
@Suite struct IDLLimitTests {
    private func messages(_ definitions: String) -> [String] { compile(definitions).1.all.map(\.message) }

    /// A hundred thousand dimensions took all of the stack.
    @Test func boundsDimensions() {
        let brackets = String(repeating: "[2]", count: 100_000)
        #expect(messages("typedef struct { uint8 a\(brackets); } s;") == ["'a' has too many dimensions"])
        #expect(messages("typedef struct { uint8 a[2][2][2][2]; } s;") == [])
    }

    @Test func boundsNestingByValue() {
        func chain(_ count: Int, _ suffix: String = "") -> String {
            "typedef struct { uint32 a; } t0;"
                + (1...count).map { "typedef struct { t\($0 - 1) a\(suffix); } t\($0);" }.joined()
        }
        #expect(messages(chain(62)) == [])
        #expect(messages(chain(63)) == ["'t63' nests too deep by value"])
        #expect(messages(chain(20, "[1]")) == [])
        #expect(messages(chain(21, "[1]")) == ["'t21' nests too deep by value"])
        #expect(messages(chain(5_000)).count == 79)
    }

    @Test(arguments: [
        "typedef struct { uint8 a[268435457]; } s;", "typedef struct { uint8 a[2147483647][2147483647]; } s;",
    ])
    func boundsSizes(_ definition: String) {
        #expect(messages(definition) == ["'s' takes more than 268435456 bytes"])
    }

    @Test func sizesOfUnionsAreThoseOfTheirLargestArm() {
        let half = "typedef struct { uint8 a[200000000]; } half;"
        #expect(messages(half + "typedef union { [case(1)] half a; [case(2)] half b; } u;") == [])
        #expect(messages(half + "typedef struct { half a; half b; } s;") == ["'s' takes more than 268435456 bytes"])
    }

    @Test func boundsNamesOfNames() {
        let chain = "typedef uint32 t0;" + (1...60).map { "typedef t\($0 - 1) t\($0);" }.joined()
        #expect(
            messages(chain + "typedef struct { t60 a; } s;") == [
                "type 't10' is defined by itself, or by too many others"
            ])
        #expect(messages(chain + "typedef struct { t40 a; } s;") == [])
    }

    /// It was read and forgotten.
    @Test func maxRecursionOfATypeHolds() throws {
        let (model, diagnostics) = compile("typedef [max_recursion(30)] struct r { struct r *next; } r;")
        #expect(diagnostics.all.isEmpty)
        #expect(model?.types.first { $0.name == "r" }?.maxRecursion == 30)
    }

    @Test(arguments: [
        "(NDR_BIG_ENDIAN|STR_NULLTERM)", "((STR_NULLTERM)|(NDR_BIG_ENDIAN))", "STR_NULLTERM|NDR_BIG_ENDIAN",
    ])
    func flagsMayStandInParentheses(_ flags: String) throws {
        let (model, diagnostics) = compile("typedef struct { [flag(\(flags))] string a; } s;")
        #expect(diagnostics.all.map(\.text) == [])
        guard case .structure(let members)? = model?.types.first(where: { $0.name == "s" })?.body else {
            Issue.record("no structure")
            return
        }
        #expect(levels(members[0].type) == ["flagged", "string UTF16 terminated"])
    }
}

/// What would be passed over, and make other bytes than meant.
@Suite struct MisuseTests {
    private func messages(_ definitions: String) -> [String] { compile(definitions).1.all.map(\.message) }

    @Test(arguments: [
        ("[size_is] uint8 *a", "[size_is] says nothing"), ("[size_is()] uint8 *a", "[size_is] says nothing"),
        ("[length_is()] uint8 a[4]", "[length_is] says nothing"), ("[flag] uint8 a", "[flag] says nothing"),
        ("[string(n),charset(DOS)] uint8 *a", "[string] takes no arguments"),
        ("[unique(1)] uint8 *a", "[unique] takes no arguments"),
        ("[compression(1,2,3)] uint8 a", "compression on 'a', which has no subcontext"),
        ("[case(1)] uint8 a", "[case] on 'a', which stands in no union"),
        ("[default] uint8 a", "[default] on 'a', which stands in no union"),
        ("[max_recursion(3)] uint8 *a", "max_recursion on 'a', which leads to no structure"),
        ("uint8 a[-1]", "size_is of 'a' is negative"), ("[size_is(1-2)] uint8 *a", "size_is of 'a' is negative"),
        ("uint8 a[0xffffffffffffffff]", "array 'a' has too many elements"),
        ("[size_is(n/0)] uint8 *a", "size_is: a division by zero"),
        ("[value(a)] uint32 a", "the value of 'a' is computed from itself"),
    ])
    func ofMembers(_ member: String, _ message: String) {
        #expect(messages("typedef struct { uint32 n; \(member); } s;") == [message])
    }

    @Test func ofTypes() {
        #expect(messages("typedef [bitmap8bit] enum { A = 1 } e;") == ["[bitmap8bit] on 'e', which is no bitmap"])
        #expect(messages("typedef [enum8bit] bitmap { B = 1 } b;") == ["[enum8bit] on 'b', which is no enum"])
        #expect(
            messages("typedef [switch_type(uint8)] struct { uint32 a; } s;") == [
                "[switch_type] on 's', which is no union"
            ])
    }

    @Test func ofNamesAndConstants() {
        #expect(messages("void if([in] uint32 a);") == ["'if' is a word of C and names no function"])
        #expect(messages("const uint32 A = \"x\";") == ["constant 'A' is a text and no uint32"])
        #expect(messages("const string A = \"x\"; const uint8 B = 'b';") == [])
        #expect(
            messages(
                "typedef struct { [value(b)] uint32 a; [value(a + 1)] uint32 b; [value(x.a)] uint32 c; s2 x; } s;"
                    + "typedef struct { uint32 a; } s2;")
                == ["the value of 'a' is computed from itself", "the value of 'b' is computed from itself"])
    }
}
