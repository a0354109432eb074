// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// The stars and brackets of one declaration: the element's own, or those of a type name that it uses.
struct Declarator {
    var pointers: Int
    var dimensions: [[Token]]
    /// Of its first pointer, where an attribute says so.
    var kind: PointerKind?
}

/// An element whose type names that stand for pointers and arrays are written out.
struct ExpandedElement {
    var syntax: ElementSyntax
    var type: TypeSyntax
    /// Outermost first.
    var declarators: [Declarator]
    /// Leads to a COM interface: the last pointer may be NULL whatever the default is.
    var isInterface = false

    var pointers: Int { declarators.reduce(0) { $0 + $1.pointers } }
    var hasDimensions: Bool { declarators.contains { !$0.dimensions.isEmpty } }
}

extension Resolver {
    static func pointerKind(_ attributes: [Attribute]) -> PointerKind? {
        if attributes.contains("relative") { return .relative }
        if attributes.contains("relative_short") { return .relativeShort }
        if attributes.contains("ref") { return .ref }
        if attributes.contains("ptr") { return .full }
        return attributes.contains("unique") ? .unique : nil
    }

    /// Attributes of a typedef that concern the type itself, not what is declared with it.
    private static let ofTypedefs: Set<String> = [
        "public", "helpstring", "nopython", "ref", "unique", "ptr", "handle",
    ]

    func expanded(_ syntax: ElementSyntax) -> ExpandedElement? {
        guard let written = syntax.type else { return nil }
        var result = ExpandedElement(syntax: syntax, type: written, declarators: [])
        var kind = Self.pointerKind(syntax.attributes)
        result.declarators.append(
            Declarator(pointers: syntax.pointers, dimensions: syntax.dimensions, kind: syntax.pointers > 0 ? kind : nil)
        )
        if syntax.pointers > 0 { kind = nil }
        var links = 0
        while case .name(let name, let position) = result.type, Scalar.named(name) == nil,
            case .alias(let alias, _)? = names[name]
        {
            links += 1
            if links > Self.maxAliases {
                diagnostics.error(
                    position, "type '\(name)' is defined by itself, or by too many others",
                    hint: "\(Self.maxAliases) names may stand for one another")
                return nil
            }
            let own = alias.pointers > 0 ? kind ?? Self.pointerKind(alias.attributes) : nil
            if alias.pointers > 0 { kind = nil }
            if alias.pointers > 0 || !alias.dimensions.isEmpty {
                result.declarators.append(
                    Declarator(pointers: alias.pointers, dimensions: alias.dimensions, kind: own))
            }
            result.syntax.attributes += alias.attributes.filter {
                !Self.ofTypedefs.contains($0.name) && !result.syntax.attributes.contains($0.name)
            }
            result.type = alias.type
        }
        guard takeHandle(&result), takeInterface(&result) else { return nil }
        return result
    }

    /// A context handle is a pointer in MIDL's C and 20 bytes on the wire: here the struct policy_handle itself.
    private func takeHandle(_ element: inout ExpandedElement) -> Bool {
        guard element.syntax.attributes.contains("context_handle") else { return true }
        if case .name("policy_handle", _) = element.type { return true }
        guard let last = element.declarators.lastIndex(where: { $0.pointers > 0 }) else {
            diagnostics.error(
                element.syntax.position, "the context handle '\(element.syntax.name)' is no pointer",
                hint: "a context handle is a void *, a pointer to a structure, or a policy_handle")
            return false
        }
        element.declarators[last].pointers -= 1
        element.type = .name("policy_handle", element.syntax.position)
        return true
    }

    /// A COM interface pointer travels as [MS-DCOM]'s MInterfacePointer behind a unique pointer.
    private func takeInterface(_ element: inout ExpandedElement) -> Bool {
        guard case .name(let name, let position) = element.type, names[name] == nil,
            let interface = interfaces[name]?.syntax, interface.attributes.contains("object")
        else { return true }
        guard element.pointers > 0 else {
            diagnostics.error(position, "interface '\(name)' is no value", hint: "use a pointer to it: \(name) *")
            return false
        }
        element.type = .name("MInterfacePointer", position)
        element.isInterface = true
        return true
    }

    /// The type of what never goes over the wire: a pointer whose target only C knows, or need not be known.
    func opaquePointer(_ element: ExpandedElement, _ scope: ElementScope) -> NDRType? {
        let attributes = element.syntax.attributes
        let isIgnored = attributes.contains("ignore")
        guard element.pointers > 0, !element.hasDimensions,
            isIgnored || attributes.contains("skip") || scope.isHandMarshalled, !attributes.contains("context_handle")
        else { return nil }
        guard let (target, isKnown) = cName(of: element.type), isIgnored || !isKnown else { return nil }
        let cType = target + " " + String(repeating: "*", count: element.pointers)
        return .scalar(Scalar(name: "pointer", wire: "POINTER", cType: cType, access: .pointer, bits: nil), range: nil)
    }

    private func cName(of type: TypeSyntax) -> (String, isKnown: Bool)? {
        switch type {
        case .name(let name, _):
            if let scalar = Scalar.named(name) { return (scalar.cType, true) }
            if case .type(let id)? = names[name] {
                if case .external = entries[id].source { return (entries[id].model.cName, false) }
                return (entries[id].model.cName, true)
            }
            if names[name] != nil || ["string", "string_array", "DATA_BLOB"].contains(name) { return nil }
            return ("struct " + CNames.escaped(name), false)
        case .aggregate(let aggregate):
            guard let name = aggregate.name else { return nil }
            if names[name] != nil || Scalar.named(name) != nil { return cName(of: .name(name, aggregate.position)) }
            return ((aggregate.isUnion ? "union " : "struct ") + CNames.escaped(name), false)
        case .void: return ("void", false)
        case .enumeration, .pipe: return nil
        }
    }
}
