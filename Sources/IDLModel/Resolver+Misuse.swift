// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// Attributes that are known but stand where they mean nothing, or without what they need. Passed over, they would make
/// other bytes than their author meant.
extension Resolver {
    private static let withArguments: [String: String] = [
        "size_is": "size_is(count)", "length_is": "length_is(count)", "max_is": "max_is(last)",
        "last_is": "last_is(last)", "first_is": "first_is(first)", "min_is": "min_is(0)",
        "max_recursion": "max_recursion(100)", "switch_type": "switch_type(uint32)", "case": "case(1)",
        "compression": "compression(NDR_COMPRESSION_MSZIP, compressed_length, plain_length)",
        "subcontext_size": "subcontext_size(size)",
    ]
    private static let withoutArguments: Set<String> = [
        "in", "out", "ref", "unique", "ptr", "relative", "relative_short", "relative_base", "string", "to_null",
        "ignore", "skip", "skip_noinit", "noprint", "default", "nopush", "nopull", "public", "gensize", "nosize",
        "nodiscriminant", "v1_enum", "enum8bit", "enum16bit", "bitmap8bit", "bitmap16bit", "bitmap32bit", "bitmap64bit",
        "todo", "noopnum", "idempotent", "callback", "context_handle", "handle",
    ]
    private static let kindOf: [String: String] = [
        "v1_enum": "enum", "enum8bit": "enum", "enum16bit": "enum", "bitmap8bit": "bitmap", "bitmap16bit": "bitmap",
        "bitmap32bit": "bitmap", "bitmap64bit": "bitmap", "switch_type": "union", "nodiscriminant": "union",
    ]

    func checkArguments(_ attributes: [Attribute]) {
        for attribute in attributes {
            let isEmpty = attribute.arguments?.allSatisfy(\.isEmpty) ?? true
            if isEmpty, let example = Self.withArguments[attribute.name] {
                diagnostics.error(attribute.position, "[\(attribute.name)] says nothing", hint: example)
            } else if attribute.name == "flag", attribute.arguments == nil {
                diagnostics.error(attribute.position, "[flag] says nothing", hint: "flag(STR_NULLTERM)")
            } else if !isEmpty, Self.withoutArguments.contains(attribute.name) {
                diagnostics.error(
                    attribute.position, "[\(attribute.name)] takes no arguments", hint: "[\(attribute.name)]")
            }
        }
    }

    /// `kind` is the word that starts the type's definition.
    func checkKind(_ attributes: [Attribute], _ name: String, _ kind: String) {
        for attribute in attributes {
            guard let wanted = Self.kindOf[attribute.name], wanted != kind else { continue }
            diagnostics.error(
                attribute.position, "[\(attribute.name)] on '\(name)', which is no \(wanted)",
                hint: "it is a \(kind); remove the attribute")
        }
    }

    /// Of members of structures and of arguments.
    func checkOutsideUnion(_ element: ElementSyntax) {
        for attribute in element.attributes where ["case", "default"].contains(attribute.name) {
            diagnostics.error(
                attribute.position, "[\(attribute.name)] on '\(element.name)', which stands in no union",
                hint: "remove it, or write union instead of struct")
        }
    }

    /// Fields whose value() leads back to themselves.
    func checkValueCircles(_ syntax: [ElementSyntax]) {
        var uses: [String: [String]] = [:]
        let computed = syntax.filter { $0.attributes.contains("value") }
        let names = Set(computed.map(\.name))
        for element in computed {
            let tokens = element.attributes.named("value").map(tokens(of:)) ?? []
            uses[element.name] = tokens.indices.compactMap { index in
                let isInner = index > 0 && [".", "->"].contains(tokens[index - 1].text)
                return !isInner && names.contains(tokens[index].text) ? tokens[index].text : nil
            }
        }
        for element in computed {
            var reached: Set<String> = []
            var waiting = uses[element.name] ?? []
            while let name = waiting.popLast() {
                if reached.insert(name).inserted { waiting += uses[name] ?? [] }
            }
            if reached.contains(element.name) {
                diagnostics.error(
                    element.position, "the value of '\(element.name)' is computed from itself",
                    hint: "use a field that has no value()")
            }
        }
    }
}
