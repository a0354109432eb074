// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLModel
import IDLSyntax
import Testing

@testable import IDLEmit

/// Everything that a text becomes, one output after another; nil when it is rejected.
func outputs(_ bytes: [UInt8], _ diagnostics: Diagnostics = Diagnostics()) -> String? {
    let search = FileSearch(directories: []) { $0 == "test.idl" ? bytes : nil }
    guard let files = SourceLoader.load("test.idl", search: search, diagnostics: diagnostics),
        !diagnostics.hasErrors, let model = Resolver.model(of: files, diagnostics: diagnostics)
    else { return nil }
    let tables = TableEmitter(model)
    let client = ClientEmitter(model)
    let server = ServerEmitter(model)
    return [
        HeaderEmitter(model).text(file: "test.h"), tables.header(file: "ndr_test.h", types: "test.h"),
        tables.source(header: "ndr_test.h"), client.header(file: "ndr_test_c.h", tables: "ndr_test.h"),
        client.source(header: "ndr_test_c.h"), server.header(file: "ndr_test_s.h", tables: "ndr_test.h"),
        server.template(serverHeader: "ndr_test_s.h"),
    ].joined()
}

private func output(_ definitions: String) -> String? {
    outputs(Array("[uuid(12345678-1234-1234-1234-123456789abc)] interface t { \(definitions) }".utf8))
}

@Suite struct EmitterTests {
    @Test func isTheSameEveryTime() throws {
        let first = try #require(output("typedef struct { uint32 a; } s; void f([in] s *x); typedef enum { A } e;"))
        for _ in 0..<10 {
            #expect(output("typedef struct { uint32 a; } s; void f([in] s *x); typedef enum { A } e;") == first)
        }
    }

    @Test func ordersTypesByWhatTheyHold() throws {
        let text = try #require(
            output("typedef struct { struct b inner; struct a *next; } a; typedef struct { uint32 x; } b;"))
        let b = try #require(text.firstOffset(of: "struct b {"))
        let a = try #require(text.firstOffset(of: "struct a {"))
        #expect(b < a)
    }

    @Test func escapesWordsOfC() throws {
        let text = try #require(output("typedef struct { uint32 class; uint32 private; } s;"))
        #expect(text.firstOffset(of: "uint32_t class_;") != nil)
        #expect(text.firstOffset(of: "offsetof(struct s, private_)") != nil)
    }

    @Test func attributesCannotEndTheirComment() throws {
        let text = try #require(output("typedef struct { uint32 *n; [size_is(8 /*x*/ / *n)] uint8 *a; } s;"))
        #expect(text.firstOffset(of: "[size_is(8 / *n)]") != nil)
        let harder = try #require(output("typedef struct { uint32 *n; [size_is(4*/**/ *n)] uint8 *a; } s;"))
        #expect(harder.firstOffset(of: "*/ *n") == nil)
    }

    @Test func longChainsOfTypesNeedNoStack() throws {
        var text = "typedef struct { uint32 x; } s0; const uint32 C0 = 0;"
        for number in 1...5000 {
            let last = number - 1
            text +=
                "typedef struct { s\(last) *next; s0 value; } s\(number); const uint32 C\(number) = C\(last) + 1;"
        }
        #expect(output(text) != nil)
    }

    @Test func longChainsOfLaterTypesAreRejected() {
        var text = ""
        for number in 0..<20_000 { text += "typedef struct { s\(number + 1) *next; } s\(number);" }
        let diagnostics = Diagnostics()
        #expect(outputs(Array("interface t { \(text) typedef uint32 s20000; }".utf8), diagnostics) == nil)
        #expect(diagnostics.hasErrors)
    }

    @Test func refusedFilesGiveNothing() {
        #expect(output("typedef struct { nosuch a; } s;") == nil)
    }
}

extension String {
    func firstOffset(of text: String) -> Int? {
        let all = Array(utf8), part = Array(text.utf8)
        guard all.count >= part.count else { return nil }
        return (0...all.count - part.count).first { Array(all[$0..<$0 + part.count]) == part }
    }
}
