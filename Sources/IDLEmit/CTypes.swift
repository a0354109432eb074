// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLModel

/// C declarations of IDL types.
struct CTypes {
    let model: Model

    /// "const char **s2", "uint8_t node[6]": the declaration of `name`.
    func declaration(_ type: NDRType, _ name: String) -> String {
        switch type {
        case .scalar(let scalar, _): return Self.join(scalar.cType, name)
        case .named(let id, _): return Self.join(model.types[id].cName, name)
        case .blob: return Self.join("DATA_BLOB", name)
        case .string(_, let level, _): return (level.text & 1 != 0 ? "const char **" : "const char *") + name
        case .subcontext(_, let content), .flagged(_, let content): return declaration(content, name)
        case .pointer(_, _, let target):
            if target.sharesSlotWithPointer { return declaration(target, name) }
            if case .array = target.content { return declaration(target, "(*\(name))") }
            return declaration(target, "*" + name)
        case .array(let level, let element):
            return declaration(element, level.isInline ? "\(name)[\(level.fixedCount ?? 1)]" : "*" + name)
        }
    }

    func name(of type: NDRType) -> String {
        let text = declaration(type, "")
        return text.hasSuffix(" ") ? String(text.dropLast()) : text
    }

    private static func join(_ type: String, _ name: String) -> String {
        type.hasSuffix("*") || name.isEmpty ? type + (name.hasPrefix("[") ? " " : "") + name : type + " " + name
    }
}
