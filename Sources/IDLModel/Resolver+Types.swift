// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// What a type name stands for.
enum Found {
    case scalar(Scalar)
    case blob
    /// `string`, or `string_array`, whose flags say the rest.
    case text(isArray: Bool)
    case named(Int)
}

extension Resolver {
    /// Looks a type up and resolves it; nil after a diagnostic.
    func find(_ type: TypeSyntax, context: Context, anonymous: String, depth: Int = 0) -> Found? {
        switch type {
        case .void:
            return nil
        case .name(let name, let position):
            return find(name, at: position, depth: depth)
        case .aggregate(let aggregate):
            if let name = aggregate.name {
                if names[name] != nil || Scalar.named(name) != nil {
                    return find(name, at: aggregate.position, depth: depth)
                }
                diagnostics.error(
                    aggregate.position, "'\(aggregate.isUnion ? "union" : "struct") \(name)' is defined nowhere",
                    hint: "is an import missing? A pointer that stays in C is [ignore]")
                return nil
            }
            let keyword = aggregate.isUnion ? "union" : "struct"
            return found(
                addType(anonymous, keyword: keyword, .aggregate(aggregate, []), at: aggregate.position, context))
        case .enumeration(let enumeration):
            if let name = enumeration.name { return find(name, at: enumeration.position, depth: depth) }
            let keyword = enumeration.isBitmap ? "bitmap" : "enum"
            return found(
                addType(anonymous, keyword: keyword, .enumeration(enumeration, []), at: enumeration.position, context))
        case .pipe(_, _, let position):
            diagnostics.error(position, "a pipe needs a name", hint: "typedef pipe uint8 name;")
            return nil
        }
    }

    private func find(_ name: String, at position: SourcePosition, depth: Int) -> Found? {
        if name == "DATA_BLOB" { return .blob }
        if name == "string" || name == "string_array" { return .text(isArray: name == "string_array") }
        if let scalar = Scalar.named(name) { return .scalar(scalar) }
        if depth > Self.maxAliases {
            diagnostics.error(
                position, "type '\(name)' is defined by itself, or by too many others",
                hint: "\(Self.maxAliases) names may stand for one another")
            return nil
        }
        switch names[name] {
        case .type(let id)?:
            return found(id)
        case .alias(let alias, let context)?:
            // Elements look through them; elsewhere a name stands for a type as such.
            if alias.pointers > 0 || !alias.dimensions.isEmpty {
                let what = alias.pointers > 0 ? "pointer" : "array"
                diagnostics.error(
                    position, "'\(name)' is a \(what) type, which cannot stand here", hint: "name what it stands for")
                return nil
            }
            if case .void = alias.type {
                diagnostics.error(position, "'\(name)' is void, which is no value", hint: "use a pointer to it")
                return nil
            }
            return find(alias.type, context: context, anonymous: name, depth: depth + 1)
        case nil:
            if let later = Scalar.laterNames[name] {
                unsupported(position, later)
            } else if let alias = quotedAlias(name) {
                return find(alias, at: position, depth: depth + 1)
            } else if isQuoted(name) {
                unsupported(position, "type '\(name)', which only a cpp_quote() defines,")
            } else {
                diagnostics.error(position, "unknown type '\(name)'", hint: "is an import missing?")
            }
            return nil
        }
    }

    /// `cpp_quote("#define name other")`: the other name.
    private func quotedAlias(_ name: String) -> String? {
        guard let tokens = quotedNumbers[name], tokens.count == 1, tokens[0].kind == .identifier else { return nil }
        return tokens[0].text
    }

    /// An enumeration that is only declared, under a name that C knows as another one's: the same in another width, which
    /// the name says ("netr_DeltaEnum8Bit").
    private func resolveQuoted(_ id: Int) -> Bool {
        let name = entries[id].model.name
        guard let alias = quotedAlias(name), name.hasSuffix("8Bit"), case .type(let other)? = names[alias] else {
            return false
        }
        resolve(other)
        guard case .enumeration(var body) = entries[other].model.body, let scalar = Scalar.named("uint8") else {
            return false
        }
        body.scalar = scalar
        entries[id].model.body = .enumeration(body)
        entries[id].model.cName = entries[other].model.cName
        entries[id].model.isProvided = true  // C has it under the other name
        return true
    }

    private func found(_ id: Int) -> Found? {
        resolve(id)
        if case .external = entries[id].source, case .none = entries[id].model.body { return nil }
        return .named(id)
    }

    /// Fills in the body of a type, once. A type that is underway is left alone: it is reached through itself.
    func resolve(_ id: Int) {
        guard entries[id].state == .untouched else { return }
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maxDepth {
            diagnostics.error(
                entries[id].position, "types refer to later ones too deep here", hint: "define a type before its uses")
            return
        }
        entries[id].state = .underway
        resolved.append(id)
        defer { entries[id].state = .done }
        let entry = entries[id]
        if let interface = interfaces[entry.context.interface]?.syntax {
            entries[id].model.helpers = strings(interface.attributes.named("helper"))
        }
        switch entry.source {
        case .external where resolveQuoted(id): break
        case .external:
            unsupported(entry.position, "type '\(entry.model.name)', which is declared but never defined,")
        case .pipe(let element, let attributes):
            resolvePipe(id, element, attributes, at: entry.position)
        case .enumeration(let syntax, let outer):
            resolveEnumeration(id, syntax, outer + syntax.attributes)
        case .aggregate(let syntax, let outer):
            let attributes = Array(
                (outer + syntax.attributes).reduce(into: [Attribute]()) { list, attribute in
                    if !list.contains(where: { $0.position == attribute.position && $0.name == attribute.name }) {
                        list.append(attribute)
                    }
                })
            checkTypeAttributes(attributes)
            checkKind(attributes, entries[id].model.name, syntax.isUnion ? "union" : "struct")
            let flags = self.flags(attributes)
            entries[id].model.isHex = flags.isHex
            entries[id].model.isSecret = flags.isSecret
            entries[id].model.wireFlags = flags.wire
            entries[id].model.wireFlags.alignment = flags.alignment
            entries[id].model.wireFlags.isRelativeBase = attributes.contains("relative_base")
            entries[id].isRemaining = flags.isRemaining
            refuseOthers(flags, attributes)
            noteMarshallers(id, attributes)
            if let recursion = attributes.named("max_recursion") { limitRecursion(of: id, recursion) }
            entries[id].model.comment = comment(attributes, without: [Attribute.encapsulated])
            if !syntax.isUnion, attributes.contains(Attribute.encapsulated) { entries[id].model.isLoose = true }
            if syntax.isUnion {
                resolveUnion(id, syntax, attributes)
            } else {
                resolveStructure(id, syntax)
            }
        }
    }

    private func noteMarshallers(_ id: Int, _ attributes: [Attribute]) {
        if entries[id].model.isProvided { return }
        let hooks = self.hooks(attributes, entries[id].context)
        entries[id].model.hooks = hooks
        entries[id].model.isPrinted = hooks.print || !attributes.contains("noprint")
        entries[id].model.isPublic = attributes.contains("public")
        entries[id].model.hasSize = attributes.contains("gensize")
        entries[id].model.isImported = !entries[id].context.isLocal
    }

    // MARK: - Enumerations and bitmaps

    /// Whether C would need the header of an import, which a header includes for its types only.
    private func namesOtherFile(_ tokens: [Token], than position: SourcePosition) -> Bool {
        tokens.contains { token in
            guard token.kind == .identifier, let constant = constants[token.text] else { return false }
            return constant.position.file != position.file
        }
    }

    private func resolveEnumeration(_ id: Int, _ syntax: EnumerationSyntax, _ attributes: [Attribute]) {
        checkTypeAttributes(attributes)
        checkKind(attributes, entries[id].model.name, syntax.isBitmap ? "bitmap" : "enum")
        entries[id].model.isHex = flags(attributes).isHex
        let wire = syntax.isBitmap ? Self.bitmapWire(attributes) : Self.enumerationWire(attributes)
        guard let scalar = Scalar.named(wire) else { return }
        var values: [EnumerationModel.Value] = []
        for value in syntax.values ?? [] {
            guard let number = constantValue(value.name, at: value.position) else { continue }
            if !Self.fits(number, in: scalar.name == "uint1632" ? 32 : scalar.bits ?? 64) {
                diagnostics.error(
                    value.position, "value \(number) of '\(value.name)' does not fit into \(scalar.bits ?? 64) bits",
                    hint: "use a smaller number, or v1_enum, bitmap32bit or bitmap64bit")
            }
            let text = value.value.map { namesOtherFile($0, than: value.position) ? String(number) : $0.sourceText }
            values.append(EnumerationModel.Value(name: value.name, text: text, value: number))
        }
        let body = EnumerationModel(scalar: scalar, values: values)
        if syntax.isBitmap {
            entries[id].model.cName = scalar.cType
            entries[id].model.body = .bitmap(body)
        } else {
            if values.isEmpty {
                diagnostics.error(syntax.position, "an enum needs a value", hint: "enum { NAME = 1 }")
            }
            entries[id].model.body = .enumeration(body)
        }
        entries[id].model.comment = comment(attributes)
        noteMarshallers(id, attributes)
    }

    private func constantValue(_ name: String, at position: SourcePosition) -> Int64? {
        do {
            return try constant(name)
        } catch {
            report(error, "the value of '\(name)'", at: position)
            return nil
        }
    }

    static func fits(_ value: Int64, in bits: Int) -> Bool {
        bits >= 64 || (value >= -(Int64(1) << Int64(bits - 1)) && value < Int64(1) << Int64(bits))
    }

    private static func enumerationWire(_ attributes: [Attribute]) -> String {
        if attributes.contains("enum8bit") { return "uint8" }
        if attributes.contains("enum16bit") { return "uint16" }
        if attributes.contains("v1_enum") { return "uint32" }
        return "uint1632"
    }

    private static func bitmapWire(_ attributes: [Attribute]) -> String {
        if attributes.contains("bitmap8bit") { return "uint8" }
        if attributes.contains("bitmap16bit") { return "uint16" }
        if attributes.contains("bitmap64bit") { return "hyper" }
        return "uint32"
    }

    // MARK: - Structures

    private func resolveStructure(_ id: Int, _ syntax: AggregateSyntax) {
        let members = syntax.members ?? []
        let scope = ElementScope(
            parent: entries[id].model.name, container: entries[id].model.cName, context: entries[id].context,
            kind: .structure, owner: id,
            isHandMarshalled: entries[id].model.hooks.push && entries[id].model.hooks.pull,
            isRemaining: entries[id].isRemaining)
        checkDuplicates(members)
        var elements: [Element] = []
        for (index, member) in members.enumerated() {
            checkOutsideUnion(member)
            guard let element = self.element(member, scope, isLast: index == members.count - 1) else { continue }
            elements.append(element)
        }
        guard elements.count == members.count else { return }
        bind(&elements, members, scope)
        entries[id].model.body = .structure(elements)
        entries[id].isConformant = elements.last.map { endsConformant($0.type) } ?? false
    }

    /// Whether the type's maximum count stands before the structure that holds it.
    private func endsConformant(_ type: NDRType) -> Bool {
        switch type {
        case .array(let level, _): return level.isConformant
        case .string(_, let level, _): return level.isConformant && !level.isStringType
        case .flagged(_, let content): return endsConformant(content)
        case .named(let id, _):
            return entries[id].isConformant
        default: return false
        }
    }

    func checkDuplicates(_ members: [ElementSyntax]) {
        var seen: Set<String> = []
        for member in members where !member.name.isEmpty && !seen.insert(member.name).inserted {
            diagnostics.error(member.position, "'\(member.name)' is there twice", hint: "give one of them another name")
        }
    }

    // MARK: - Unions

    private func resolveUnion(_ id: Int, _ syntax: AggregateSyntax, _ attributes: [Attribute]) {
        guard let tag = switchType(attributes, entries[id].context) else { return }
        let scope = ElementScope(
            parent: entries[id].model.name, container: entries[id].model.cName, context: entries[id].context,
            kind: .union, owner: id)
        var arms: [UnionModel.Arm] = []
        var labels: Set<Int64> = []
        var hasDefault = false
        for member in syntax.members ?? [] {
            var element: Element?
            if member.type != nil {
                element = self.element(member, scope, isLast: true)
                guard let unbound = element else { continue }
                element?.type = boundArm(unbound, scope, at: member.position)
                if let type = element?.type, case .array = type, endsConformant(type) {
                    unsupported(member.position, "a conformant array in a union")
                }
            }
            let isDefault = member.attributes.contains("default")
            let cases = member.attributes.filter { $0.name == "case" }
            if isDefault == !cases.isEmpty {
                diagnostics.error(
                    member.position, "a union member needs either [case(...)] or [default]",
                    hint: "[case(1)] uint32 number; or [default];")
                continue
            }
            if isDefault {
                if hasDefault {
                    diagnostics.error(member.position, "a union has one [default]", hint: "give one of them a case")
                }
                hasDefault = true
                arms.append(UnionModel.Arm(label: nil, element: element))
            }
            for attribute in cases {
                if attribute.arguments == nil {
                    diagnostics.error(
                        attribute.position, "case needs a number: [case(1)]", hint: "what selects the arm goes there")
                }
                for argument in attribute.arguments ?? [] {
                    guard let label = evaluate(argument, "the case", at: attribute.position) else { continue }
                    if !Self.fits(label, in: tag.name == "uint1632" ? 32 : tag.bits ?? 64) {
                        diagnostics.error(
                            attribute.position, "case \(label) does not fit into the tag of type \(tag.name)",
                            hint: "use a smaller number or another switch_type")
                    }
                    if !labels.insert(label).inserted {
                        diagnostics.error(
                            attribute.position, "case \(label) is there twice", hint: "each number selects one arm")
                    }
                    arms.append(UnionModel.Arm(label: label, element: element))
                }
            }
        }
        // [MS-RPCE] 2.2.4.5: not of an encapsulated union.
        let isMS =
            !attributes.contains(Attribute.encapsulated)
            && (attributes.contains("ms_union") || entries[id].context.isMSUnion)
        let isBare = attributes.contains("nodiscriminant")
        entries[id].model.body = .union(UnionModel(tag: tag, isMS: isMS, isBare: isBare, arms: arms))
    }

    private func switchType(_ attributes: [Attribute], _ context: Context) -> Scalar? {
        guard let attribute = attributes.named("switch_type") else { return Scalar.named("uint32") }
        let words = attribute.arguments?.first ?? []
        let type: TypeSyntax =
            .name(words.filter { $0.text != "enum" }.map(\.text).joined(separator: " "), attribute.position)
        switch find(type, context: context, anonymous: "") {
        case .scalar(let scalar)? where scalar.bits != nil: return scalar
        case .named(let id)?:
            switch entries[id].model.body {
            case .enumeration(let body), .bitmap(let body): return body.scalar
            default: break
            }
        case nil: return nil
        default: break
        }
        diagnostics.error(
            attribute.position, "switch_type needs an integer, an enum or a bitmap", hint: "switch_type(uint32)")
        return nil
    }
}
