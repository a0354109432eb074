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
