// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLSyntax
import Testing

@testable import IDLModel

func compile(_ definitions: String, attributes: String = "pointer_default(unique)") -> (Model?, Diagnostics) {
    let diagnostics = Diagnostics()
    let text = "[\(attributes)] interface test { \(definitions) }"
    let search = FileSearch(directories: []) { $0 == "test.idl" ? Array(text.utf8) : nil }
    let files = SourceLoader.load("test.idl", search: search, diagnostics: diagnostics) ?? []
    return (diagnostics.hasErrors ? nil : Resolver.model(of: files, diagnostics: diagnostics), diagnostics)
}

/// The levels of an element as words, outermost first.
func levels(_ type: NDRType) -> [String] {
    switch type {
    case .scalar(let scalar, _): return [scalar.wire]
    case .named: return ["named"]
    case .blob: return ["blob"]
    case .pointer(let kind, let isTop, let target):
        return [(isTop ? "top " : "") + kind.rawValue.lowercased()] + levels(target)
    case .array(let level, let element): return [words(level, "array")] + levels(element)
    case .flagged(_, let content): return ["flagged"] + levels(content)
    case .subcontext(let level, let content): return ["subcontext " + level.header] + levels(content)
    case .string(let charset, let level, _): return [words(level, "string " + charset.rawValue)]
    }
}

private func words(_ level: ArrayLevel, _ kind: String) -> String {
    var words = [kind]
    if let count = level.fixedCount { words.append(String(count)) }
    if level.isConformant { words.append("conformant") }
    if level.isVarying { words.append("varying") }
    if level.isTerminated { words.append("terminated") }
    return words.joined(separator: " ")
}

/// The levels of the only member of a structure.
private func member(_ text: String, _ attributes: String = "pointer_default(unique)") throws -> [String] {
    let (model, diagnostics) = compile("typedef struct { uint32 n; uint32 m; \(text); } s;", attributes: attributes)
    try #require(diagnostics.all.isEmpty, "\(diagnostics.all.map(\.text))")
    guard case .structure(let members)? = model?.types.first(where: { !$0.isProvided })?.body else { return [] }
    return levels(try #require(members.last).type)
}

private func argument(_ text: String, _ attributes: String = "pointer_default(unique)") throws -> [String] {
    let (model, diagnostics) = compile("void f([in] uint32 n, \(text));", attributes: attributes)
    try #require(diagnostics.all.isEmpty, "\(diagnostics.all.map(\.text))")
    return levels(try #require(model?.interfaces.first?.functions.first?.arguments.last).type)
}

@Suite struct LevelTests {
    @Test(arguments: [
        ("uint32 a", ["UINT32"]),
        ("uint32 *a", ["unique", "UINT32"]),
        ("[ref] uint32 **a", ["ref", "unique", "UINT32"]),
        ("[ptr] uint32 *a", ["full", "UINT32"]),
        ("uint8 a[4]", ["array 4", "UINT8"]),
        ("uint8 a[4][5]", ["array 4", "array 5", "UINT8"]),
        ("uint8 *a[4]", ["array 4", "unique", "UINT8"]),
        ("[size_is(n)] uint8 *a", ["unique", "array conformant", "UINT8"]),
        ("[size_is(n),length_is(m)] uint8 *a", ["unique", "array conformant varying", "UINT8"]),
        ("[size_is(,n)] uint8 **a", ["unique", "unique", "array conformant", "UINT8"]),
        ("[size_is(n,m)] uint8 **a", ["unique", "array conformant", "unique", "array conformant", "UINT8"]),
        ("[size_is(n)] uint8 a[]", ["array conformant", "UINT8"]),
        ("[size_is(n)] uint8 *a[*]", ["array conformant", "unique", "UINT8"]),
        ("[string,charset(UTF16)] uint16 *a", ["unique", "string UTF16 conformant varying terminated"]),
        ("[string,charset(UTF8)] uint8 **a", ["unique", "unique", "string UTF8 conformant varying terminated"]),
        ("[charset(UTF16),size_is(n),length_is(m)] uint16 *a", ["unique", "string UTF16 conformant varying"]),
        ("[string,charset(UTF16),size_is(n)] uint16 *a", ["unique", "string UTF16 conformant varying terminated"]),
        (
            "[string,charset(UTF16),size_is(n)] uint16 **a",
            ["unique", "array conformant", "unique", "string UTF16 conformant varying terminated"]
        ),
        ("[charset(DOS)] uint8 a[16]", ["string DOS 16"]),
        ("[string,charset(DOS)] uint8 a[16]", ["string DOS 16 varying terminated"]),
        ("[string] uint8 *a", ["unique", "array conformant varying terminated", "UINT8"]),
        ("DATA_BLOB a", ["blob"]),
    ])
    func ofMembers(_ text: String, _ expected: [String]) throws {
        #expect(try member(text) == expected)
    }

    @Test(arguments: [
        ("[in] uint32 *a", ["top ref", "UINT32"]),
        ("[in] uint32 ***a", ["top ref", "full", "full", "UINT32"]),
        ("[in,unique] uint32 **a", ["top unique", "full", "UINT32"]),
        ("[out] uint32 **a", ["top ref", "full", "UINT32"]),
        ("[in,size_is(n)] uint8 a[]", ["array conformant", "UINT8"]),
        ("[in,string,charset(UTF16)] uint16 a[*]", ["string UTF16 conformant varying terminated"]),
    ])
    func ofArguments(_ text: String, _ expected: [String]) throws {
        #expect(try argument(text, "pointer_default(ptr)") == expected)
    }

    @Test func theDefaultIsUnique() throws {
        #expect(try member("uint32 *a", "version(1.0)") == ["unique", "UINT32"])
    }
}
