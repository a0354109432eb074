// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// What flag() may say today.
struct PrintFlags {
    var isHex = false
    var isSecret = false
    var wire = WireFlags()
    /// NDR_ALIGN2 ...: what it says depends on the type.
    var alignment: String?
    var isRemaining = false
    /// STR_ flags, without the prefix.
    var text: Set<String> = []
    /// A flag() that is an expression, whole.
    var dynamic: [Token]?
}

extension Resolver {
    func unsupported(_ position: SourcePosition, _ construct: String) {
        diagnostics.error(
            position, "\(construct) is not supported yet",
            hint: "docs/idl-compiler.md lists what this version compiles")
    }

    private static let laterElementAttributes: Set<String> = [
        "represent_as", "transmit_as",
        "sptr", "noheader", "null_is_ffffffff", "byte_count",
        "wire_marshal", "hex", "nopush", "nopull",
    ]
    private static let elementAttributes: Set<String> = [
        "in", "out", "ref", "unique", "ptr", "relative", "relative_short", "compression", "subcontext",
        "subcontext_size", "subcontext_align", "size_is",
        "length_is", "switch_is",
        "value", "range", "charset",
        "string", "to_null", "max_recursion", "skip", "noprint", "case", "default", "flag", "context_handle",
        "switch_type", "ms_union", "v1_enum", "enum8bit", "enum16bit", "bitmap8bit", "bitmap16bit", "bitmap32bit",
        "bitmap64bit", "keepref", "annotation", "retval", "helpstring", "ignore", "skip_noinit", "iid_is", "optional",
        "defaultvalue", "lcid", "disable_consistency_check", "first_is", "last_is", "max_is", "min_is",
    ]
    private static let laterTypeAttributes: Set<String> = [
        "subcontext", "represent_as", "transmit_as",
        "wire_marshal",
    ]
    private static let typeAttributes: Set<String> = [
        "public", "nopush", "nopull",
        "noprint", "nopython", "relative_base", "gensize", "nosize", "nodiscriminant", "v1_enum", "enum8bit",
        "enum16bit",
        "bitmap8bit", "bitmap16bit",
        "bitmap32bit", "bitmap64bit", "switch_type", "ms_union", "max_recursion", "flag", "helpstring", "uuid",
        "internal", Attribute.encapsulated, "handle", "unique", "ref", "ptr", "string", "charset", "context_handle",
        "range",
        "hidden",
    ]
    private static let laterFunctionAttributes: Set<String> = [
        "async", "maybe", "broadcast",
    ]
    private static let functionAttributes: Set<String> = [
        "public", "nopush", "nopull", "noopnum", "todo", "idempotent", "helpstring", "nopython", "noprint", "in", "out",
        "id",
        "string", "charset", "ref", "unique", "ptr", "context_handle", "local", "call_as", "callback", "propget",
        "propput", "propputref", "hidden", "restricted", "source", "notify", "notify_flag",
    ]
    private static let laterInterfaceAttributes: Set<String> = []
    private static let interfaceAttributes: Set<String> = [
        "uuid", "version", "endpoint", "pointer_default", "helpstring", "helper", "pyhelper", "authservice",
        "ms_union", "restricted", "no_srv_register", "nopython", "headerhelper", "progid", "auto_handle",
        "strict_context_handle", "noheader", "async_uuid", "ms_service", "object", "local", "dual", "explicit_handle",
        "implicit_handle", "oleautomation", "nonextensible", "hidden", "internal", "type_strict_context_handle",
    ]

    /// What hand-written C does. [noprint] by itself means that only where the interface names a helper header;
    /// elsewhere the type is not printed.
    func hooks(_ attributes: [Attribute], _ context: Context) -> Hooks {
        var hooks = Hooks(push: attributes.contains("nopush"), pull: attributes.contains("nopull"))
        hooks.print = attributes.contains("noprint") && (context.hasHelper || !hooks.isEmpty)
        return hooks
    }

    func checkElementAttributes(_ attributes: [Attribute]) {
        check(
            attributes, later: Self.laterElementAttributes, known: Self.elementAttributes, of: "members and arguments")
    }

    func checkTypeAttributes(_ attributes: [Attribute]) {
        check(attributes, later: Self.laterTypeAttributes, known: Self.typeAttributes, of: "types")
    }

    func checkFunctionAttributes(_ attributes: [Attribute]) {
        check(attributes, later: Self.laterFunctionAttributes, known: Self.functionAttributes, of: "functions")
    }

    func checkInterfaceAttributes(_ attributes: [Attribute]) {
        check(attributes, later: Self.laterInterfaceAttributes, known: Self.interfaceAttributes, of: "interfaces")
    }

    private func check(_ attributes: [Attribute], later: Set<String>, known: Set<String>, of what: String) {
        checkArguments(attributes)
        for attribute in attributes {
            if later.contains(attribute.name) {
                unsupported(attribute.position, "[\(attribute.name)]")
            } else if !known.contains(attribute.name) {
                diagnostics.error(
                    attribute.position, "unknown attribute '\(attribute.name)' of \(what)", hint: "check its spelling")
            }
        }
    }

    /// "NOALIGN" of NDR_NOALIGN and of LIBNDR_FLAG_NOALIGN.
    private static func bare(_ flag: String) -> String {
        for prefix in ["LIBNDR_FLAG_", "LIBNDR_", "NDR_"] where flag.hasPrefix(prefix) {
            return String(flag.dropFirst(prefix.utf8.count))
        }
        return flag
    }

    /// "((A|B)|C)", as macros are written, is A|B|C.
    private static func withoutParentheses(_ tokens: [Token]) -> [Token] {
        let isPlain = tokens.allSatisfy { $0.kind == .identifier || ["|", ",", "(", ")"].contains($0.text) }
        let calls = zip(tokens, tokens.dropFirst()).contains { $0.kind == .identifier && $1.isPunctuation("(") }
        guard isPlain, !calls else { return tokens }
        return tokens.filter { !$0.isPunctuation("(") && !$0.isPunctuation(")") }
    }

    /// The names in "A|f(x)|B" that stand alone.
    private static func alternatives(_ tokens: [Token]) -> [Token] {
        var result: [Token] = []
        var depth = 0
        for (index, token) in tokens.enumerated() {
            if token.text == "(" { depth += 1 }
            if token.text == ")" { depth -= 1 }
            let neighbours = [index - 1, index + 1].filter(tokens.indices.contains).map { tokens[$0].text }
            if depth == 0, token.kind == .identifier, neighbours.allSatisfy({ $0 == "|" }) { result.append(token) }
        }
        return result
    }

    /// The numbers of LIBNDR_FLAG_STR_* and their like in expressions.
    static func flagValue(_ name: String) -> Int64? {
        guard ["LIBNDR_", "NDR_", "STR_"].contains(where: name.hasPrefix) else { return nil }
        return textFlags[bare(name).hasPrefix("STR_") ? String(bare(name).dropFirst(4)) : bare(name)]
    }

    static let textFlags: [String: Int64] = [
        "ASCII": 0x4, "LEN4": 0x8, "SIZE4": 0x10, "NOTERM": 0x20, "NULLTERM": 0x40, "SIZE2": 0x80, "BYTESIZE": 0x100,
        "NO_EMBEDDED_NUL": 0x200,
        "CONFORMANT": 0x400, "CHARLEN": 0x800, "UTF8": 0x1000, "RAW8": 0x2000, "REMAINING": 0x20_0000,
        "ALIGN2": 0x40_0000, "ALIGN4": 0x80_0000, "ALIGN8": 0x100_0000, "OBJECT_PRESENT": 0x4000_0000,
        "COMPRESSION_MSZIP_CAB": 1, "COMPRESSION_MSZIP": 2, "COMPRESSION_XPRESS": 3,
        "COMPRESSION_WIN2K3_LZ77_DIRECT2": 3, "COMPRESSION_XPRESS_HUFF_RAW": 4,
    ]

    private func note(_ flag: String, _ result: inout PrintFlags) -> Bool {
        switch flag {
        case "LITTLE_ENDIAN": result.wire.order = .little
        case "BIGENDIAN", "BIG_ENDIAN": result.wire.order = .big
        case "NOALIGN": result.wire.isUnaligned = true
        case "ALIGN2", "ALIGN4", "ALIGN8": result.alignment = flag
        case "RELATIVE_REVERSE": result.wire.isReverse = true
        case "SUBCONTEXT_NO_UNREAD_BYTES": result.wire.isStrict = true
        case "NO_COMPRESSION", "NO_COMP": result.wire.isPlainNames = true
        case "REMAINING": result.isRemaining = true
        // The names of the two passes, which say nothing about a type: OpenChange has them on arrays.
        case "SCALARS", "BUFFERS": break
        case "STR_NULLTERM", "STR_NOTERM", "STR_SIZE4", "STR_LEN4", "STR_ASCII", "STR_UTF8", "STR_CONFORMANT",
            "STR_SIZE2", "STR_BYTESIZE", "STR_CHARLEN", "STR_RAW8", "STR_NO_EMBEDDED_NUL":
            result.text.insert(String(flag.dropFirst(4)))
        default: return false
        }
        return true
    }

    /// Flags that say nothing about a structure or a union itself.
    func refuseOthers(_ flags: PrintFlags, _ attributes: [Attribute]) {
        guard let attribute = attributes.named("flag") else { return }
        if !flags.text.isEmpty { unsupported(attribute.position, "flag(STR_...) on a structure") }
    }

    /// flag(): what concerns printing is understood; anything that changes the bytes is refused.
    func flags(_ attributes: [Attribute]) -> PrintFlags {
        var result = PrintFlags()
        for attribute in attributes where attribute.name == "flag" {
            let tokens = Self.withoutParentheses(tokens(of: attribute))
            let isExpression = tokens.contains { $0.kind != .identifier && $0.text != "|" && $0.text != "," }
            if isExpression { result.dynamic = tokens }
            for token in isExpression ? Self.alternatives(tokens) : tokens where token.kind == .identifier {
                switch token.text {
                case "NDR_PAHEX", "LIBNDR_PRINT_ARRAY_HEX": result.isHex = true
                case "NDR_SECRET", "LIBNDR_FLAG_IS_SECRET": result.isSecret = true
                default:
                    if !note(Self.bare(token.text), &result), !isExpression {
                        unsupported(attribute.position, "flag(\(token.text))")
                    }
                }
            }
        }
        return result
    }

    /// The attributes as pidl writes them into headers, sorted by name.
    func comment(_ attributes: [Attribute], without ignored: Set<String> = []) -> String {
        var texts: [(String, String)] = []
        for attribute in attributes where !ignored.contains(attribute.name) {
            let arguments = attribute.arguments.map { "(" + $0.map(\.sourceText).joined(separator: ",") + ")" } ?? ""
            if texts.contains(where: { $0.0 == attribute.name }) { continue }
            texts.append((attribute.name, attribute.name + arguments))
        }
        texts.sort { $0.0 < $1.0 }
        return texts.isEmpty ? "" : "[" + texts.map(\.1).joined(separator: ",") + "]"
    }

    func tokens(of attribute: Attribute) -> [Token] {
        guard let arguments = attribute.arguments else { return [] }
        var result: [Token] = []
        for (index, argument) in arguments.enumerated() {
            if index > 0 { result.append(Token(kind: .punctuation, text: ",", position: attribute.position)) }
            result += argument
        }
        return result
    }
}
