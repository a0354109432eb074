// SPDX-License-Identifier: LGPL-3.0-or-later
//
// The compiler, from text to everything that it emits: a text is refused with an error, or there is output. What
// stands behind a NUL byte is the file "other.idl", which the first may import or include.

import IDLEmit
import IDLModel
import IDLSyntax

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    let files = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
    let diagnostics = Diagnostics()
    let output = compile(files, diagnostics)
    let texts = diagnostics.all.map(\.text)
    require((output != nil) != diagnostics.hasErrors, "output \(output != nil), and said: \(texts)")
    require(output?.isEmpty != true, "an output without a byte")
}

private func compile(_ files: [[UInt8]], _ diagnostics: Diagnostics) -> String? {
    let search = FileSearch(directories: []) { path in
        switch path {
        case "test.idl": files.first ?? []
        case "other.idl": files.count > 1 ? files[1] : nil
        default: nil
        }
    }
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

func seeds() -> [[UInt8]] {
    let names = [
        "t_language", "t_midl", "t_objects", "t_pipes", "t_arrays", "t_enums", "t_expressions", "t_pointers",
        "t_scalars", "t_strings", "t_unions",
    ]
    let files = names.map { "Tests/Golden/idl/\($0).idl" } + ["idl/echo.idl", "idl/epmapper.idl", "idl/misc.idl"]
    let whole = files.map(repositoryFile)
    let short = [
        "[uuid(12345678-1234-1234-1234-123456789abc),version(1.0)] interface t { void f([in] uint32 x); }",
        "#include \"other.idl\"\ninterface t { void f(); }\0#define A(x, ...) x ## 1 #x\n#ifdef A\n#endif\n",
        "import \"other.idl\";\ninterface t { void f([in] s *x); }\0interface u { typedef struct { long a; } s; }",
        "interface t { const uint32 A = (1 << 3) + 2 * -4; typedef [switch_type(long)] union { [case(A)] long a; } u; }",
        "#if 1 + 1 == 2 && defined(X)\n#elif 3\n#else\n#error no\n#endif\ninterface t { typedef enum { A = 0x7fffffff, B } e; }",
    ]
    return whole + short.map { Array($0.utf8) }
}
