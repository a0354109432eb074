// SPDX-License-Identifier: LGPL-3.0-or-later

import Glibc
import IDLSyntax
import Testing

/// Cut and damaged texts of a real file: whatever comes out, the compiler ends by itself and says why.
@Suite struct MutationTests {
    private static func source(_ name: String) -> [UInt8] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard let file = fopen("/" + root + "/" + name, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = getc(file)
            if byte < 0 { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }

    private static func compile(_ bytes: [UInt8]) -> Bool {
        let diagnostics = Diagnostics()
        let result = outputs(bytes, diagnostics)
        return (result != nil) != diagnostics.hasErrors
    }

    private static let files = ["idl/echo.idl", "idl/epmapper.idl"]

    @Test(arguments: files) func cutAtEveryByte(_ name: String) {
        let bytes = Self.source(name)
        #expect(bytes.count > 1000)
        for length in bytes.indices { #expect(Self.compile(Array(bytes[..<length])), "cut at \(length)") }
    }

    @Test(arguments: files) func everyByteReplaced(_ name: String) {
        let bytes = Self.source(name)
        let others = Array("{}()[]*;,\"#/\\ \n09azA-<>=.".utf8) + [0, 0xff]
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] = others[(index * 7 + index / 3) % others.count]
            #expect(Self.compile(damaged), "byte \(index)")
        }
    }

    @Test(arguments: files) func everyWordDoubledOrDropped(_ name: String) {
        let bytes = Self.source(name)
        let isWord = { (byte: UInt8) in byte > 0x20 }
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex { !isWord($0) } ?? bytes.count
            if end > start {
                #expect(Self.compile(Array(bytes[..<start] + bytes[end...])), "without \(start)..<\(end)")
                #expect(Self.compile(Array(bytes[..<end] + bytes[start...])), "twice \(start)..<\(end)")
            }
            start = end + 1
        }
    }
}
