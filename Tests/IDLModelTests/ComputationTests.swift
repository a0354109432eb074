// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLModel

private func size(_ expression: String, before: String = "") throws -> Computation? {
    let (model, diagnostics) = compile(
        "\(before) typedef struct { uint32 n; uint16 h; [size_is(\(expression))] uint8 *a; } s;")
    try #require(diagnostics.all.isEmpty, "\(diagnostics.all.map(\.text))")
    guard case .structure(let members)? = model?.types.first(where: { $0.name == "s" })?.body,
        case .pointer(_, _, to: .array(let level, _))? = members.last?.type
    else { return nil }
    return level.size?.input
}

@Suite struct ComputationTests {
    @Test func readsFieldsWithTheirWidth() throws {
        #expect(try size("n") == .field(container: "struct s", path: "n", .u32))
        #expect(try size("h") == .field(container: "struct s", path: "h", .u16))
    }

    @Test func foldsConstants() throws {
        #expect(try size("4 * K + 1", before: "const uint32 K = 3;") == .constant(13))
        #expect(try size("n & ~7") == .binary(.bitAnd, .field(container: "struct s", path: "n", .u32), .constant(-8)))
    }

    @Test func takesEnumerationNames() throws {
        #expect(try size("B", before: "typedef enum { A = 5, B } e;") == .constant(6))
    }

    @Test func functionsReadTheRightDirection() throws {
        let (model, diagnostics) = compile(
            "void f([in,out] uint32 *n, [in,out,size_is(*n)] uint8 *a, [out,size_is(*n)] uint8 *b);")
        #expect(diagnostics.all.isEmpty)
        let arguments = try #require(model?.interfaces.first?.functions.first?.arguments)
        func count(_ path: String) -> Computation {
            .behind(.field(container: "struct f", path: path, .pointer), container: "uint32_t", path: "", .u32)
        }
        for argument in arguments.dropFirst() {
            guard case .pointer(_, _, to: .array(let level, _)) = argument.type else {
                Issue.record("no array")
                continue
            }
            #expect(level.size == Directional(input: count("in.n"), output: count("out.n")))
        }
    }

    @Test func laysFunctionsOutAsPidlDoes() throws {
        let (model, _) = compile("uint32 f([in,out] uint32 *a, [in] uint32 b, [out] uint32 *c, [in,out] uint32 *d);")
        let function = try #require(model?.interfaces.first?.functions.first)
        #expect(function.layout(isOut: false).map(\.name) == ["b", "a", "d"])
        #expect(function.layout(isOut: true).map(\.name) == ["c", "a", "d"])
    }

    @Test func numbersFunctions() throws {
        let (model, _) = compile("void a(); [noopnum] void b(); [todo] void c([in] unknown *x); void d();")
        let functions = try #require(model?.interfaces.first?.functions)
        #expect(functions.map(\.opnum) == [0, nil, 1, 2])
        #expect(functions[2].arguments.isEmpty)
    }

    @Test func aTodoFunctionHidesNothingFromOthers() {
        let (_, diagnostics) = compile(
            "[todo] void a([in] t *x); typedef struct { nosuch s; } t; void b([in] t *x);")
        #expect(diagnostics.errorCount == 1)
    }

    @Test func enumerationValuesCountOn() throws {
        let (model, _) = compile("typedef enum { A, B, C = B * 10, D } e;")
        guard case .enumeration(let body)? = model?.types.first(where: { !$0.isProvided })?.body else {
            Issue.record("no enumeration")
            return
        }
        #expect(body.values.map(\.value) == [0, 1, 10, 11])
    }

    @Test func longEnumerationsDoNotRecurse() {
        let names = (0..<20_000).map { "V\($0)" }.joined(separator: ", ")
        let (model, _) = compile("typedef enum { \(names) } e; const uint32 X = V19999;")
        #expect(model != nil)
    }

    @Test func theLibrarysOwnTypesWin() throws {
        let (model, diagnostics) = compile(
            "typedef [noprint,gensize] struct { uint32 x; } GUID; typedef struct { GUID g; } s;")
        #expect(diagnostics.all.isEmpty)
        guard case .structure(let members)? = model?.types.last?.body else { return }
        #expect(levels(members[0].type) == ["GUID"])
    }
}
