// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLModel

/// X.h: constants, enumerations, structures and the structure of every function, named and laid out as pidl does.
public struct HeaderEmitter {
    private let model: Model
    private let types: CTypes

    public init(_ model: Model) {
        self.model = model
        types = CTypes(model: model)
    }

    public func text(file: String) -> String {
        var writer = CWriter()
        let guardName = Banner.guardName(file)
        writer.line("#ifndef \(guardName)")
        writer.line("#define \(guardName)")
        writer.line()
        writer.line("#include <stdint.h>")
        writer.line("#include <dcerpcswift/types.h>")
        for item in model.prologue {
            if case .include(let name) = item { writer.line("#include \(name)") }
        }
        writer.line()
        for case .quote(let text) in model.prologue { writer.line(text) }
        writer.line("#ifdef __cplusplus")
        writer.line("extern \"C\" {")
        writer.line("#endif")
        writer.line()
        for interface in model.interfaces { emit(interface, &writer) }
        writer.line("#ifdef __cplusplus")
        writer.line("}")
        writer.line("#endif")
        writer.line()
        writer.line("#endif")
        return Banner.text(model.baseName, "Types of \(model.baseName)") + writer.text
    }

    private func emit(_ interface: InterfaceModel, _ writer: inout CWriter) {
        for constant in interface.constants {
            let isText = constant.text.contains("\"")
            release(constant.name, &writer)
            writer.line("#define \(constant.name) \(isText ? constant.text : "( " + constant.text + " )")")
        }
        if !interface.constants.isEmpty { writer.line() }
        for id in interface.types {
            // The headers of other files that import the type define it too.
            guarded("DCERPC_IDL_TYPE_" + model.types[id].name, model.types[id].name, &writer) {
                emit(model.types[id], &$0)
            }
        }
        // An interface that inherits from this one defines its functions too.
        for function in interface.inherited + interface.functions {
            guarded("DCERPC_IDL_FUNCTION_" + function.name, function.name, &writer) { emit(function, &$0) }
        }
    }

    /// The library's headers have status codes as macros, and a file that defines their names means its own.
    private func release(_ name: String, _ writer: inout CWriter) {
        if ["DCERPC_NCA_S_", "DCERPC_FAULT_", "NT_STATUS_"].contains(where: name.hasPrefix) {
            writer.line("#undef \(name)")
        }
    }

    /// The headers of several files may define the same; that they mean the same is checked by a number of the text.
    private func guarded(_ name: String, _ what: String, _ writer: inout CWriter, _ body: (inout CWriter) -> Void) {
        var inner = CWriter()
        body(&inner)
        let number = "0x" + String(Self.fingerprint(inner.text), radix: 16)
        writer.line("#ifndef \(name)")
        writer.line("#define \(name) \(number)")
        body(&writer)
        writer.line("#elif \(name) != \(number)")
        writer.line("#error \"another header defines \(what) differently\"")
        writer.line("#endif")
        writer.line()
    }

    /// FNV-1a with 32 bits over the text without its comments, which say nothing to C.
    private static func fingerprint(_ text: String) -> UInt32 {
        var number: UInt32 = 2_166_136_261
        var isComment = false
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if !isComment && previous == UInt8(ascii: "/") && byte == UInt8(ascii: "*") { isComment = true }
            if !isComment && byte != UInt8(ascii: "/") { number = (number ^ UInt32(byte)) &* 16_777_619 }
            if isComment && previous == UInt8(ascii: "*") && byte == UInt8(ascii: "/") { isComment = false }
            previous = byte
        }
        return number
    }

    // MARK: - Types

    private func emit(_ type: TypeModel, _ writer: inout CWriter) {
        let comment = type.comment.isEmpty ? "" : "/* \(type.comment.inComment) */"
        switch type.body {
        case .none: return
        case .pipe:
            writer.line("/* pipe \(type.name)\(type.comment.isEmpty ? "" : " \(type.comment.inComment)"), in chunks */")
            writer.line("struct \(type.name);")
        case .bitmap(let bitmap):
            writer.line("/* bitmap \(type.name) */")
            for value in bitmap.values { release(value.name, &writer) }
            for value in bitmap.values { writer.line("#define \(value.name) ( \(value.text ?? String(value.value)) )") }
        case .enumeration(let enumeration):
            for value in enumeration.values { release(value.name, &writer) }
            writer.block(type.cName + " {", comment.isEmpty ? "};" : "}" + comment + ";") { writer in
                for (index, value) in enumeration.values.enumerated() {
                    let number = value.text.map { "=(int)(\($0))" } ?? ""
                    writer.line(value.name + number + (index + 1 < enumeration.values.count ? "," : ""))
                }
            }
        case .structure(let members):
            writer.block(type.cName + " {", comment.isEmpty ? "};" : "}" + comment + ";") { writer in
                for member in members { writer.line(field(member)) }
                if members.isEmpty { writer.line("char _empty_;") }
            }
        case .union(let union):
            writer.block(type.cName + " {", comment.isEmpty ? "};" : "}" + comment + ";") { writer in
                var done: Set<String> = []
                for case let element? in union.arms.map(\.element) where done.insert(element.name).inserted {
                    writer.line(field(element))
                }
                if done.isEmpty { writer.line("int _dummy_element;") }
            }
        }
    }

    private func field(_ element: Element) -> String {
        let comment = element.comment.isEmpty ? "" : "/* \(element.comment.inComment) */"
        return types.declaration(element.type, element.cName) + ";" + comment
    }

    // MARK: - Functions

    private func emit(_ function: FunctionModel, _ writer: inout CWriter) {
        writer.block("struct \(function.name) {", "};") { writer in
            if function.hasIn {
                writer.block("struct {", "} in;") { writer in
                    for element in function.layout(isOut: false) { writer.line(field(element)) }
                }
                if function.hasOut { writer.line() }
            }
            if function.hasOut {
                writer.block("struct {", "} out;") { writer in
                    for element in function.layout(isOut: true) { writer.line(field(element)) }
                    if let result = function.result {
                        writer.line(types.declaration(result.type, "result") + ";")
                    }
                }
            }
            if !function.hasIn && !function.hasOut { writer.line("int _dummy_element;") }
        }
    }
}
