// SPDX-License-Identifier: LGPL-3.0-or-later

import Glibc
import IDLModel
import IDLRuntime
import IDLSyntax
import NDR
import Testing

enum Support {
    /// The package's directory: this file is Tests/IDLRuntimeTests/Support.swift.
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    static func model(_ path: String) throws -> Model {
        let diagnostics = Diagnostics()
        let search = FileSearch(directories: [root + "/Tests/Golden/idl", root + "/idl"], read: read)
        let sources = try #require(
            SourceLoader.load(root + "/" + path, search: search, diagnostics: diagnostics))
        return try #require(
            Resolver.model(of: sources, diagnostics: diagnostics), "\(diagnostics.all.map(\.text))")
    }

    /// A file that is not there.
    static func model(text: String) throws -> Model {
        let diagnostics = Diagnostics()
        let search = FileSearch(directories: [], read: { $0 == "test.idl" ? Array(text.utf8) : nil })
        let sources = try #require(SourceLoader.load("test.idl", search: search, diagnostics: diagnostics))
        return try #require(
            Resolver.model(of: sources, diagnostics: diagnostics), "\(diagnostics.all.map(\.text))")
    }
}

extension RuntimeInterface {
    /// The bytes of a value in JSON.
    func pack(_ text: String, _ subject: Subject, _ rules: Rules = .ndr32) throws -> [UInt8] {
        let arena = Arena()
        let value = try makeValue(subject, arena)
        try fill(subject, try JSON(parsing: Array(text.utf8)), value, arena)
        return try push(subject, rules, value)
    }

    func unpack(_ bytes: [UInt8], _ subject: Subject, _ rules: Rules = .ndr32) throws -> JSON {
        let arena = Arena()
        let value = try makeValue(subject, arena)
        try pull(subject, rules, bytes, into: value, arena, allowTrailing: false)
        return try json(subject, value)
    }
}
