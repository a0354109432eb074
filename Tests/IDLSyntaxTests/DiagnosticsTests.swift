// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import IDLSyntax

@Suite struct DiagnosticsTests {
    /// libnetapi.idl was refused without a word: its warnings had used the limit up.
    @Test func manyWarningsHideNoError() {
        let diagnostics = Diagnostics(limit: 2)
        for line in 1...5 {
            diagnostics.warning(SourcePosition(file: "x.idl", line: line, column: 1), "odd")
        }
        for line in 6...9 {
            diagnostics.error(SourcePosition(file: "x.idl", line: line, column: 1), "wrong", hint: "right")
        }
        #expect(diagnostics.all.map(\.position.line) == [1, 2, 6, 7])
        #expect(diagnostics.errorCount == 4)
    }
}
