// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import Glibc
import Testing

@testable import IDLRuntime

/// The table in memory is the one that a C compiler makes.
@Suite struct TableTests {
    private func compare(_ path: String, _ compiled: [ndr_interface_table]) throws {
        let model = try Support.model(path)
        #expect(model.interfaces.count == compiled.count)
        for (interface, table) in zip(model.interfaces, compiled) {
            let runtime = try RuntimeTable(interface, of: model)
            var table = table
            let expected = TableText.text(&table).split(separator: "\n")
            let found = runtime.text.split(separator: "\n")
            #expect(expected.count == found.count)
            for (a, b) in zip(expected, found) { #expect(a == b, "\(interface.name)") }
        }
    }

    @Test func equalsTheCompiledTables() throws {
        try compare("idl/echo.idl", [ndr_table_rpcecho])
        let golden = "Tests/Golden/idl/"
        try compare(golden + "t_arrays.idl", [ndr_table_t_arrays])
        try compare(golden + "t_enums.idl", [ndr_table_t_enums])
        try compare(golden + "t_expressions.idl", [ndr_table_t_expressions])
        try compare(golden + "t_imports.idl", [ndr_table_t_imports])
        try compare(golden + "t_language.idl", [ndr_table_t_language, ndr_table_t_texts])
        try compare(golden + "t_midl.idl", [ndr_table_t_midl])
        let objects = [ndr_table_o_IShelf, ndr_table_o_IDeepShelf, ndr_table_o_ILocal, ndr_table_t_objects]
        try compare(golden + "t_objects.idl", objects)
        try compare(golden + "t_pipes.idl", [ndr_table_t_pipes])
        try compare(golden + "t_pointers.idl", [ndr_table_t_pointers])
        try compare(golden + "t_scalars.idl", [ndr_table_t_scalars])
        try compare(golden + "t_security.idl", [ndr_table_t_security])
        try compare(golden + "t_shared.idl", [ndr_table_t_shared, ndr_table_t_base])
        try compare(golden + "t_strings.idl", [ndr_table_t_strings])
        try compare(golden + "t_unions.idl", [ndr_table_t_unions])
    }

    @Test func everyNumberOfTheFormatHasItsName() throws {
        let header = try #require(Support.read("\(Support.root)/Include/dcerpcswift/ndr_format.h"))
        var defined: [String: Int64] = [:]
        for line in String(decoding: header, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "#define", words[1].hasPrefix("NDR_"), words[2].hasSuffix("u") else {
                continue
            }
            let digits = words[2].dropLast()
            defined[String(words[1])] =
                digits.hasPrefix("0x") ? Int64(digits.dropFirst(2), radix: 16) : Int64(digits)
        }
        #expect(defined.count > 100)
        for (name, value) in defined { #expect(FormatNames.value(name) == value, "\(name)") }
        #expect(FormatNames.all.count == defined.count)
    }
}
