// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// An interface table, its pointers made whole. `validate()` has to pass before anything else reads it.
struct Table {
    let types: UnsafeBufferPointer<ndr_type_record>
    let members: UnsafeBufferPointer<ndr_member_record>
    let values: UnsafeBufferPointer<ndr_value_record>
    let ranges: UnsafeBufferPointer<ndr_range_record>
    let code: UnsafeBufferPointer<UInt32>
    let strings: UnsafeBufferPointer<CChar>
    let thunks: UnsafeBufferPointer<ndr_expression_fn?>
    let calls: UnsafeBufferPointer<ndr_interface_call>
    let hooks: UnsafeBufferPointer<ndr_type_hook>
    let syntax: ndr_syntax_id
    /// Who calls them, not counted: the codec holds it. So a copy of this is a copy of bytes.
    var host: Unmanaged<HookHost>?
    /// Programs that pull read every field by itself, so that an error is where its field is.
    var isExact = false

    init(_ pointer: UnsafePointer<ndr_interface_table>) throws(NDRError) {
        let format = pointer.pointee.format
        if format > NDR_TABLE_FORMAT {
            throw NDRError(.newerFormat, path: "format \(format), this library reads \(NDR_TABLE_FORMAT)")
        }
        guard format == NDR_TABLE_FORMAT else { throw .broken("format \(format)") }
        guard pointer.pointee.table_size == MemoryLayout<ndr_interface_table>.size else { throw .broken("table_size") }
        let table = pointer.pointee
        guard table.pointer_size == MemoryLayout<UnsafeRawPointer>.size else { throw .broken("pointer_size") }
        types = try Table.buffer(table.types, table.num_types, "types")
        members = try Table.buffer(table.members, table.num_members, "members")
        values = try Table.buffer(table.values, table.num_values, "values")
        ranges = try Table.buffer(table.ranges, table.num_ranges, "ranges")
        code = try Table.buffer(table.code, table.code_words, "code")
        strings = try Table.buffer(table.strings, table.strings_size, "strings")
        thunks = try Table.buffer(table.thunks, table.num_thunks, "thunks")
        calls = try Table.buffer(table.calls, table.num_calls, "calls")
        hooks = try Table.buffer(table.hooks, table.num_hooks, "hooks")
        syntax = table.syntax_id
    }

    /// Of nothing, for printers that need none.
    init() {
        types = UnsafeBufferPointer(start: nil, count: 0)
        members = UnsafeBufferPointer(start: nil, count: 0)
        values = UnsafeBufferPointer(start: nil, count: 0)
        ranges = UnsafeBufferPointer(start: nil, count: 0)
        code = UnsafeBufferPointer(start: nil, count: 0)
        strings = UnsafeBufferPointer(start: nil, count: 0)
        thunks = UnsafeBufferPointer(start: nil, count: 0)
        calls = UnsafeBufferPointer(start: nil, count: 0)
        hooks = UnsafeBufferPointer(start: nil, count: 0)
        syntax = ndr_syntax_id()
    }

    private static func buffer<T>(
        _ pointer: UnsafePointer<T>?, _ count: UInt32, _ what: StaticString
    ) throws(NDRError) -> UnsafeBufferPointer<T> {
        guard count > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        guard let pointer else { throw .broken("\(what) is NULL") }
        return UnsafeBufferPointer(start: pointer, count: Int(count))
    }

    @inline(__always)
    func type(_ index: UInt32) -> ndr_type_record { types[Int(index)] }
    @inline(__always)
    func member(_ index: UInt32) -> ndr_member_record { members[Int(index)] }

    /// A checked string offset as a C string; nil for "none".
    func cString(_ offset: UInt32) -> UnsafePointer<CChar>? {
        guard offset != 0, let base = strings.baseAddress else { return nil }
        return base.advanced(by: Int(offset))
    }

    func string(_ offset: UInt32) -> String {
        guard let pointer = cString(offset) else { return "" }
        return String(cString: pointer)
    }

    /// A type as it is described: of a hook what stands behind it, if anything does.
    func described(_ index: UInt32) -> UInt32 {
        let type = types[Int(index)]
        return type.kindCode == NDR_KIND_HOOK ? type.ref : index
    }

    func hook(of type: ndr_type_record) -> ndr_type_hook { hooks[Int(type.extra)] }

    func range(of type: ndr_type_record) -> ndr_range_record? {
        type.range == 0 ? nil : ranges[Int(type.range) - 1]
    }
}

extension NDRError {
    static func broken(_ why: String) -> NDRError { NDRError(.brokenTable, path: why) }
}

extension ndr_type_record {
    var kindCode: UInt32 { UInt32(kind) }
    var wireCode: UInt32 { UInt32(wire) }

    func has(_ flag: UInt32) -> Bool { UInt32(flags) & flag != 0 }

    var isArrayOrString: Bool { kindCode == NDR_KIND_ARRAY || kindCode == NDR_KIND_STRING }

    /// A string in one of the forms of NDR_TEXT_*.
    var isText: Bool { kindCode == NDR_KIND_STRING && has(NDR_F_STRING_TYPE) && extra != 0 }

    /// Leads nowhere.
    var isNumber: Bool {
        switch kindCode {
        case NDR_KIND_ENUM, NDR_KIND_BITMAP: true
        case NDR_KIND_SCALAR: ScalarLayout.isInteger(wireCode)
        default: false
        }
    }

    /// Of a pointer.
    var isRelative: Bool { wireCode == NDR_PTR_RELATIVE || wireCode == NDR_PTR_RELATIVE_SHORT }
    var relativeSize: Int { wireCode == NDR_PTR_RELATIVE ? 4 : 2 }
}

extension ndr_member_record {
    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

    /// Nothing of it is ever on the wire.
    var isOffWire: Bool { has(NDR_M_SKIP) || has(NDR_M_EMPTY) }
}
