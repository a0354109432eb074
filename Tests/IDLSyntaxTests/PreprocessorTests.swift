// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLSyntax

/// What a text becomes, as words.
private func preprocess(
    _ text: String, files: [String: String] = [:], definitions: [(String, String)] = [],
    diagnostics: Diagnostics = Diagnostics()
) -> String {
    let search = FileSearch(directories: ["include"]) { path in files[path].map { Array($0.utf8) } }
    var preprocessor = Preprocessor(search: search, definitions: definitions, diagnostics: diagnostics)
    return preprocessor.process(Array(text.utf8), file: "test.idl").map(\.text).joined(separator: " ")
}

@Suite struct PreprocessorTests {
    @Test func replacesObjectLikeMacros() {
        #expect(preprocess("#define A B\n#define B 7\nA x A") == "7 x 7")
    }

    @Test func replacesFunctionLikeMacrosAndPastes() {
        #expect(preprocess("#define J(a,b) a##_##b(a)\nJ(x, y)") == "x_y ( x )")
        #expect(preprocess("#define TWO(a,b) b a\nTWO((1,2), [3])") == "[ 3 ] ( 1 , 2 )")
    }

    @Test func leavesAFunctionLikeNameWithoutArguments() {
        #expect(preprocess("#define F(x) x\nF ;") == "F ;")
    }

    @Test func stopsAtAMacroThatNamesItself() {
        #expect(preprocess("#define A A + B\n#define B A\nA") == "A + A")
    }

    @Test func evaluatesConditions() {
        let text = "#if defined(X) && X > 2\nbig\n#elif defined X\nsmall\n#else\nnone\n#endif"
        #expect(preprocess(text, definitions: [("X", "3")]) == "big")
        #expect(preprocess(text, definitions: [("X", "1")]) == "small")
        #expect(preprocess(text) == "none")
    }

    @Test func skipsNestedConditionsOfAnInactivePart() {
        #expect(preprocess("#if 0\n#if 1\na\n#else\nb\n#endif\n#else\nc\n#endif") == "c")
    }

    @Test func findsIncludesBesideTheFileAndInDirectories() {
        let files = ["near.h": "1", "include/far.h": "#include \"near2.h\"\n2", "include/near2.h": "3"]
        #expect(preprocess("#include \"near.h\"\n#include <far.h>\n4", files: files) == "1 3 2 4")
    }

    /// Each depth has twice the files of the one before.
    @Test func endsWhereFilesIncludeThemselvesTwice() {
        let diagnostics = Diagnostics()
        let twice = "#include \"a.h\"\n#include \"a.h\"\n"
        _ = preprocess(twice, files: ["a.h": twice], diagnostics: diagnostics)
        #expect(diagnostics.all.contains { $0.message.contains("too many #include") })
    }

    /// A finding of the fuzzer: a thousand times four kilobytes took seconds.
    @Test func endsWhereLongFilesIncludeThemselves() {
        let diagnostics = Diagnostics()
        let long = String(repeating: "#include \"a.h\"\n", count: 3) + String(repeating: "x ", count: 50_000)
        let text = preprocess(long, files: ["a.h": long], diagnostics: diagnostics)
        #expect(diagnostics.all.contains { $0.message.contains("too many #include") })
        #expect(text.utf8.count < 3 << 20)
    }

    @Test func reportsAnIncludeOfItself() {
        let diagnostics = Diagnostics()
        _ = preprocess("#include \"a.h\"", files: ["a.h": "#include \"a.h\""], diagnostics: diagnostics)
        #expect(diagnostics.errorCount == 1)
    }

    @Test func boundsWhatMacrosProduce() {
        var text = "#define M0 x x x x x x x x x x\n"
        for level in 1...12 { text += "#define M\(level) " + String(repeating: "M\(level - 1) ", count: 10) + "\n" }
        let diagnostics = Diagnostics()
        _ = preprocess(text + "M12", diagnostics: diagnostics)
        #expect(diagnostics.hasErrors)
    }

    /// Each level of calls held the whole rest as its argument: gigabytes.
    @Test func boundsCallsInsideCalls() {
        let count = 20_000
        let text =
            "#define F(x) x\n" + String(repeating: "F(", count: count) + "1" + String(repeating: ")", count: count)
        let diagnostics = Diagnostics()
        _ = preprocess(text, diagnostics: diagnostics)
        #expect(diagnostics.all.count == 1)
        #expect(diagnostics.all.first?.message.contains("macro 'F'") == true)
    }

    /// What followed the two hundredth vanished, without a word.
    @Test func saysWhereMacrosNestTooDeep() {
        let text = "#define M0 1\n" + (1...300).map { "#define M\($0) M\($0 - 1)\n" }.joined()
        let diagnostics = Diagnostics()
        #expect(preprocess(text + "M300 x M5 y", diagnostics: diagnostics).hasSuffix("x M5 y"))
        #expect(diagnostics.all.map(\.message) == ["macro 'M100' stands for others, too many levels of them"])
        let few = Diagnostics()
        #expect(preprocess(text + "M150 x", diagnostics: few) == "1 x")
        #expect(few.all.isEmpty)
    }

    @Test func skipsAByteOrderMark() {
        #expect(preprocess("\u{feff}#define A 1\nA") == "1")
    }

    @Test func keepsPositionsOfTheUse() {
        let search = FileSearch(directories: []) { _ in nil }
        var preprocessor = Preprocessor(search: search, definitions: [], diagnostics: Diagnostics())
        let tokens = preprocessor.process(Array("#define A 1 2\n\n  A".utf8), file: "f.idl")
        #expect(tokens.map(\.position) == Array(repeating: SourcePosition(file: "f.idl", line: 3, column: 3), count: 2))
    }
}
