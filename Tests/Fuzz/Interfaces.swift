// SPDX-License-Identifier: LGPL-3.0-or-later

import CBuiltinTables
import CDCERPC
import CNDRTestTables
import NDR

// In shipped.c.
@_silgen_name("fuzz_shipped_table") private func shippedTable(_ place: Int32) -> UnsafePointer<ndr_interface_table>?

/// A table, its codec, and the types that have names.
struct Interface {
    struct NamedType {
        var name: String
        var isUnion: Bool
    }

    let table: UnsafePointer<ndr_interface_table>
    let codec: InterfaceCodec
    /// Reads field by field.
    let exact: InterfaceCodec
    let types: [NamedType]

    private init(_ table: ndr_interface_table) {
        // Swift can only copy a C global; the copy lives as long as the process.
        let copy = UnsafeMutablePointer<ndr_interface_table>.allocate(capacity: 1)
        copy.initialize(to: table)
        self.table = UnsafePointer(copy)
        guard let codec = try? InterfaceCodec(copy) else { found("a table that dcerpc-idl wrote is refused") }
        self.codec = codec
        guard let exact = try? InterfaceCodec(copy, isExact: true) else { found("a table is refused the second time") }
        self.exact = exact
        types = UnsafeBufferPointer(start: table.types, count: Int(table.num_types)).compactMap { type in
            let kind = UInt32(type.kind)
            guard type.name != 0, kind == NDR_KIND_STRUCT || kind == NDR_KIND_UNION else { return nil }
            return NamedType(
                name: String(cString: table.strings.advanced(by: Int(type.name))), isUnion: kind == NDR_KIND_UNION)
        }
    }

    /// Every table that there is. New ones go to the end: seeds and findings name them by their place.
    nonisolated(unsafe) static let all: [Interface] =
        [
            ndr_table_rpcecho, ndr_table_t_arrays, ndr_table_t_enums, ndr_table_t_expressions, ndr_table_t_imports,
            ndr_table_t_pointers, ndr_table_t_scalars, ndr_table_t_base, ndr_table_t_strings, ndr_table_t_unions,
            builtin_table_epmapper().pointee, builtin_table_mgmt().pointee, ndr_table_t_security,
            ndr_table_t_layout, ndr_table_t_language, ndr_table_t_texts, ndr_table_t_midl, ndr_table_t_pipes,
            ndr_table_o_IShelf, ndr_table_o_IDeepShelf, ndr_table_t_objects, ndr_table_t_relative,
        ].map(Interface.init) + (0..<64).compactMap(shippedTable).map { Interface($0.pointee) }
}

extension Rules {
    init(bits: UInt8) { self.init(ndr64: bits & 1 != 0, bigEndian: bits & 2 != 0) }

    static let all: [Rules] = (0..<4).map { Rules(bits: $0) }
}
