// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLSyntax

private func load(_ text: String, files: [String: String] = [:]) -> ([SyntaxFile], Diagnostics) {
    let diagnostics = Diagnostics()
    let all = files.merging(["test.idl": text]) { first, _ in first }
    let search = FileSearch(directories: []) { path in all[path].map { Array($0.utf8) } }
    return (SourceLoader.load("test.idl", search: search, diagnostics: diagnostics) ?? [], diagnostics)
}

private func interfaces(_ files: [SyntaxFile]) -> [InterfaceSyntax] {
    (files.last?.items ?? []).compactMap { item in
        if case .interface(let interface) = item { return interface }
        return nil
    }
}

@Suite struct ParserTests {
    @Test func readsAnInterface() throws {
        let (files, diagnostics) = load(
            "[uuid(12345678-1234-1234-1234-123456789abc)] [version(1.0)] interface x : y { void f([in,size_is(,n)] "
                + "uint32 **a[3][], const uint8 b); };")
        #expect(diagnostics.all.isEmpty)
        let interface = try #require(interfaces(files).first)
        #expect(interface.attributes.map(\.name) == ["uuid", "version"])
        #expect(interface.base?.text == "y")
        guard case .function(let function)? = interface.definitions.first else {
            Issue.record("no function")
            return
        }
        #expect(function.arguments.map(\.name) == ["a", "b"])
        #expect(function.arguments[0].pointers == 2)
        #expect(function.arguments[0].dimensions.map(\.count) == [1, 0])
        #expect(function.arguments[0].attributes.named("size_is")?.arguments?.map(\.count) == [0, 1])
    }

    @Test func readsEveryKindOfDefinition() {
        let (files, diagnostics) = load(
            """
            import "other.idl"; include "a.h", "b.h"; importlib "c"; cpp_quote("x")
            [x] coclass k { [default] interface i; };
            [] interface i {
                const unsigned long N = 1; const char *S = "s";
                declare [public] struct outside;
                typedef struct { unsigned int a; signed short b; } t;
                typedef [switch_type(uint8)] union { [case(1)]; [default] uint32 a; } u;
                enum e { A, B = 2, };
                struct forward;
                typedef bitmap { C = 1 } m;
                typedef pipe uint8 p;
                struct s { struct { uint8 a; } inner; enum { D } *kind; };
                [in] uint32 f(void);
            }
            """, files: ["other.idl": ""])
        #expect(diagnostics.all.map(\.text) == [])
        #expect(interfaces(files).first?.definitions.count == 11)
    }

    @Test func reportsSeveralMistakesInOneRun() {
        let (_, diagnostics) = load(
            "interface x { typedef struct { uint32 } a; void f([in uint32 a); const uint32; uint32 g(); }")
        #expect(diagnostics.errorCount >= 3)
    }

    @Test func namesThePlace() {
        let (_, diagnostics) = load("interface x {\n  typedef struct {\n    uint32;\n  } a;\n}")
        #expect(
            diagnostics.all.first?.text
                == "test.idl:3:11: error: the name of a member is missing before ';'\n"
                + "    hint: a name has letters, digits and '_'")
    }

    @Test func boundsNesting() {
        let deep = String(repeating: "struct { ", count: 50_000)
        let (_, diagnostics) = load("interface x { typedef " + deep)
        #expect(diagnostics.hasErrors)
    }

    @Test func importsEachFileOnceAndRejectsCircles() {
        let (files, diagnostics) = load(
            "import \"a.idl\", \"b.idl\";",
            files: ["a.idl": "import \"c.idl\";", "b.idl": "import \"c.idl\";", "c.idl": ""])
        #expect(files.map(\.path) == ["c.idl", "a.idl", "b.idl", "test.idl"])
        #expect(!diagnostics.hasErrors)
        let deep = (0..<200).map { ("d\($0).idl", "import \"d\($0 + 1).idl\";") }
        let (_, chain) = load("import \"d0.idl\";", files: Dictionary(uniqueKeysWithValues: deep))
        #expect(chain.all.map(\.message) == ["imports nest too deep at \"d99.idl\""])
        let (_, circle) = load("import \"a.idl\";", files: ["a.idl": "import \"test.idl\";"])
        #expect(circle.all.map(\.message) == ["imports go in a circle: test.idl imports a.idl imports test.idl"])
    }
}
