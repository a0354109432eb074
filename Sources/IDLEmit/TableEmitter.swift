// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLModel

/// ndr_X.h and ndr_X.c: names, opnums and the table of every interface.
public struct TableEmitter {
    private let model: Model

    private let hooks: HookEmitter
    /// The names of libndr for what the tables describe.
    private let functions: Bool

    public init(_ model: Model, functions: Bool = false) {
        self.model = model
        self.functions = functions
        hooks = HookEmitter(model, functions: functions)
    }

    // MARK: - The header

    public func header(file: String, types: String) -> String {
        var writer = CWriter()
        let guardName = Banner.guardName(file)
        writer.line("#ifndef \(guardName)")
        writer.line("#define \(guardName)")
        writer.line()
        writer.line("#include <dcerpcswift/ndr_format.h>")
        if hooks.needsMarshalHeader { writer.line("#include <dcerpcswift/ndr_marshal.h>") }
        writer.line("#include \"\(types)\"")
        writer.line()
        writer.line("#ifdef __cplusplus")
        writer.line("extern \"C\" {")
        writer.line("#endif")
        writer.line()
        for interface in model.interfaces { hooks.declare(interface, &writer) }
        writer.line("DCERPC_STUBS_BEGIN")
        writer.line()
        for interface in model.interfaces {
            names(of: interface, &writer)
            if functions { hooks.declareFunctions(interface, &writer) }
        }
        writer.line("DCERPC_STUBS_END")
        writer.line()
        writer.line("#ifdef __cplusplus")
        writer.line("}")
        writer.line("#endif")
        writer.line()
        writer.line("#endif")
        return Banner.text(model.baseName, "Tables of \(model.baseName)") + writer.text
    }

    private func names(of interface: InterfaceModel, _ writer: inout CWriter) {
        let prefix = "NDR_" + interface.name.macroName
        if interface.uuid != nil {
            writer.line("#define \(prefix)_UUID \"\(interface.uuidText)\"")
            writer.line("#define \(prefix)_VERSION \(version(interface))")
            writer.line("#define \(prefix)_NAME \"\(interface.name)\"")
            writer.line("#define \(prefix)_HELPSTRING \(interface.helpstring ?? "NULL")")
        }
        writer.line("extern const struct ndr_interface_table ndr_table_\(interface.name);")
        for function in interface.functions {
            guard let opnum = function.opnum else { continue }
            let digits = String(opnum, radix: 16)
            writer.line("#define NDR_\(function.name.macroName) (0x\(digits.utf8.count < 2 ? "0" + digits : digits))")
        }
        let count = (interface.inherited + interface.functions).filter { $0.opnum != nil }.count
        writer.line("#define \(prefix)_CALL_COUNT (\(count))")
        writer.line()
    }

    private func version(_ interface: InterfaceModel) -> String {
        interface.version > 0xffff ? "0x\(String(interface.version, radix: 16))" : String(interface.version)
    }

    // MARK: - The tables

    public func source(header: String) -> String {
        var writer = CWriter()
        writer.line("#include <stddef.h>")
        writer.line("#include <stdint.h>")
        writer.line("#include \"\(header)\"")
        writer.line()
        for interface in model.interfaces { table(of: interface, &writer) }
        return Banner.text(model.baseName, "Tables of \(model.baseName)") + writer.text
    }

    private func table(of interface: InterfaceModel, _ writer: inout CWriter) {
        let builder = TableBuilder(interface, of: model, all: functions)
        let name = interface.name
        strings(builder.strings, name, &writer)
        array("struct ndr_type_record", name + "_types", builder.types, &writer)
        array("struct ndr_member_record", name + "_members", builder.members, &writer)
        array("struct ndr_value_record", name + "_values", builder.values, &writer)
        array("struct ndr_range_record", name + "_ranges", builder.ranges.map { $0 + "," }, &writer)
        array("uint32_t", name + "_code", builder.code.map { $0 + "," }, &writer)
        thunks(builder.thunks, name, helpers(interface, builder.thunks), &writer)
        hooks.define(builder.hooks, name, &writer)
        array("struct ndr_interface_call", name + "_calls", builder.calls, &writer)
        names(interface.endpoints, name + "_endpoint", &writer)
        names(interface.authservices, name + "_authservice", &writer)
        writer.block("const struct ndr_interface_table ndr_table_\(name) = {", "};") { writer in
            writer.line("NDR_TABLE_FORMAT,")
            writer.line("sizeof(struct ndr_interface_table),")
            writer.line("\"\(name)\",")
            writer.line("\(syntax(interface)),")
            writer.line("\(interface.uuid == nil ? "NULL" : "NDR_\(name.macroName)_HELPSTRING"),")
            writer.line("\(builder.calls.count), \(reference(name + "_calls", builder.calls)),")
            writer.line("&\(name)_endpoints,")
            writer.line("&\(name)_authservices,")
            writer.line("sizeof(void *),")
            for (suffix, rows) in [
                ("_types", builder.types), ("_members", builder.members), ("_values", builder.values),
                ("_ranges", builder.ranges), ("_code", builder.code),
            ] {
                writer.line("\(rows.count), \(reference(name + suffix, rows)),")
            }
            writer.line("sizeof(\(name)_strings), (const char *)&\(name)_strings,")
            writer.line("\(builder.thunks.count), \(builder.thunks.isEmpty ? "NULL" : name + "_thunks"),")
            let count = builder.hooks.count
            writer.line("\(count), \(count == 0 ? "NULL" : name + "_hooks")")
        }
        writer.line()
        if functions { hooks.defineFunctions(interface, builder, &writer) }
    }

    /// The interface's own headers, then those of the interfaces whose types its functions reach.
    private func helpers(_ interface: InterfaceModel, _ thunks: [(container: String, text: String)]) -> [String] {
        var found = interface.helpers
        for thunk in thunks {
            guard let type = model.types.first(where: { $0.cName == thunk.container }) else { continue }
            for helper in type.helpers where !found.contains(helper) { found.append(helper) }
        }
        return found
    }

    /// Expressions that call C functions; only they need the helper headers.
    private func thunks(
        _ thunks: [(container: String, text: String)], _ name: String, _ helpers: [String], _ writer: inout CWriter
    ) {
        if thunks.isEmpty { return }
        for helper in helpers { writer.line("#include \(helper)") }
        writer.line()
        for (index, thunk) in thunks.enumerated() {
            writer.line("static int64_t \(name)_thunk\(index)(const void *self)")
            writer.block("{") { writer in
                writer.line("const \(thunk.container) *r = (const \(thunk.container) *)self;")
                writer.line()
                writer.line("(void)r;")
                writer.line("return \(thunk.text);")
            }
            writer.line()
        }
        array("ndr_expression_fn", name + "_thunks", thunks.indices.map { "\(name)_thunk\($0)," }, &writer)
    }

    private func reference(_ name: String, _ rows: [String]) -> String { rows.isEmpty ? "NULL" : name }

    private func array(_ type: String, _ name: String, _ rows: [String], _ writer: inout CWriter) {
        if rows.isEmpty { return }
        writer.block("static const \(type) \(name)[] = {", "};") { writer in
            for row in rows { writer.line(row) }
        }
        writer.line()
    }

    /// One member a string: a single literal may be longer than C guarantees.
    private func strings(_ strings: [String], _ name: String, _ writer: inout CWriter) {
        writer.block("static const struct {", "} \(name)_strings = {") { writer in
            for (index, text) in strings.enumerated() { writer.line("char s\(index)[\(text.utf8.count + 1)];") }
        }
        for text in strings { writer.line("\t\"\(text)\",") }
        writer.line("};")
        writer.line()
    }

    private func names(_ texts: [String], _ name: String, _ writer: inout CWriter) {
        array("char *const", name + "_names", texts.map { $0 + "," }, &writer)
        writer.line(
            "static const struct ndr_interface_string_array \(name)s = { \(texts.count), \(name)_names };")
        writer.line()
    }

    private func syntax(_ interface: InterfaceModel) -> String {
        guard let uuid = interface.uuid, uuid.count == 16 else { return "{ { 0, 0, 0, { 0 }, { 0 } }, 0 }" }
        func hex(_ bytes: ArraySlice<UInt8>) -> String {
            "0x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let clock = uuid[8..<10].map { hex([$0]) }.joined(separator: ", ")
        let node = uuid[10..<16].map { hex([$0]) }.joined(separator: ", ")
        return "{ { \(hex(uuid[0..<4])), \(hex(uuid[4..<6])), \(hex(uuid[6..<8])), { \(clock) }, { \(node) } }, "
            + "NDR_\(interface.name.macroName)_VERSION }"
    }
}
