// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC

/// A table as text, one line a record, for whoever looks for the difference of two.
public enum TableText {
    public static func text(_ pointer: UnsafePointer<ndr_interface_table>) -> String {
        let table = pointer.pointee
        let uuid = table.syntax_id.uuid
        var out = "interface \(string(table.name)) version \(table.syntax_id.if_version) uuid \(uuid.time_low) "
        out += "\(uuid.time_mid) \(uuid.time_hi_and_version)\n"
        out += "helpstring \(string(table.helpstring))\n"
        out += names("endpoint", table.endpoints) + names("authservice", table.authservices)
        for call in rows(table.calls, table.num_calls) {
            out += "call \(string(call.name)) \(call.struct_size) \(call.flags) \(call.first_in) \(call.num_in) "
            out += "\(call.first_out) \(call.num_out) \(call.in_pipes) \(call.out_pipes) \(call.hook)\n"
        }
        for (index, type) in rows(table.types, table.num_types).enumerated() {
            out += "type \(index): \(type.kind) \(type.wire) \(type.flags) \(type.name) \(type.c_name) \(type.c_size) "
            out += "\(type.first) \(type.count) \(type.ref) \(type.size_expr) \(type.length_expr) \(type.range) "
            out += "\(type.extra) \(type.ndr_flags)\n"
        }
        for (index, member) in rows(table.members, table.num_members).enumerated() {
            out += "member \(index): \(member.name) \(member.type) \(member.c_offset) \(member.flags) "
            out += "\(member.switch_expr) \(member.value_expr) \(member.peer) \(member.reserved) \(member.label)\n"
        }
        for value in rows(table.values, table.num_values) {
            out += "value \(value.name) \(value.reserved) \(value.value)\n"
        }
        for range in rows(table.ranges, table.num_ranges) { out += "range \(range.min) \(range.max)\n" }
        for word in rows(table.code, table.code_words) { out += "code \(word)\n" }
        for hook in rows(table.hooks, table.num_hooks) {
            let parts = [hook.push != nil, hook.pull != nil, hook.print != nil].map { $0 ? "1" : "0" }
            out += "hook \(string(hook.name)) \(parts.joined())\n"
        }
        out += "thunks \(table.num_thunks)\n"
        var offset = 0
        let strings = rows(table.strings, table.strings_size)
        while offset < strings.count {
            let end = strings[offset...].firstIndex(of: 0) ?? strings.count
            let text = String(decoding: strings[offset..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            out += "string \(offset) \(text)\n"
            offset = end + 1
        }
        return out
    }

    private static func rows<T>(_ pointer: UnsafePointer<T>?, _ count: UInt32) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(start: pointer, count: pointer == nil ? 0 : Int(count))
    }

    private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? "NULL"
    }

    private static func names(_ what: String, _ list: UnsafePointer<ndr_interface_string_array>?) -> String {
        guard let list = list?.pointee else { return "" }
        return UnsafeBufferPointer(start: list.names, count: list.names == nil ? 0 : Int(list.count))
            .map { "\(what) \(string($0))\n" }.joined()
    }
}
