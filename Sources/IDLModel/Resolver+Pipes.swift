// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

extension Resolver {
    /// A pipe and the structure of its chunks, which pidl names after it.
    func resolvePipe(
        _ id: Int, _ element: TypeSyntax, _ attributes: [Attribute], at position: SourcePosition
    ) {
        let name = entries[id].model.name
        checkTypeAttributes(attributes)
        let count = Token(kind: .identifier, text: "count", position: position)
        let members = [
            ElementSyntax(
                attributes: [], type: .name("uint3264", position), pointers: 0, name: "count", dimensions: [],
                position: position),
            ElementSyntax(
                attributes: attributes.filter { $0.name == "flag" }, type: element, pointers: 0, name: "array",
                dimensions: [[count]], position: position),
        ]
        let syntax = AggregateSyntax(
            isUnion: false, attributes: [], name: nil, members: members, position: position)
        let chunk = addType(
            name + "_chunk", keyword: "struct", .aggregate(syntax, []), at: position, entries[id].context)
        resolve(chunk)
        entries[chunk].model.isLoose = true
        entries[id].byValue.append((chunk, position))
        entries[id].model.cName = "struct " + CNames.escaped(name) + " *"
        entries[id].model.comment = comment(attributes)
        entries[id].model.body = .pipe(chunk: chunk)
        if case .structure(let elements) = entries[chunk].model.body, case .array(_, let type) = elements[1].type,
            !hasFixedSize(type, 0)
        {
            diagnostics.error(
                position, "the elements of pipe '\(name)' have no fixed size",
                hint: "a pipe carries numbers and structures of them, no pointers, strings, unions or counted arrays")
        }
    }

    private func hasFixedSize(_ type: NDRType, _ depth: Int) -> Bool {
        guard depth < 50 else { return false }
        switch type {
        case .scalar(let scalar, _): return scalar.hasFixedSize
        case .array(let level, let element):
            return level.fixedCount != nil && level.isInline && !level.isVarying && hasFixedSize(element, depth + 1)
        case .flagged(let flags, let content): return flags.blob == nil && hasFixedSize(content, depth + 1)
        case .named(let id, _):
            switch entries[id].model.body {
            case .enumeration, .bitmap: return true
            case .structure(let members): return members.allSatisfy { hasFixedSize($0.type, depth + 1) }
            default: return false
            }
        default: return false
        }
    }

    /// A pipe is an argument by itself, or a reference to one, which is the same.
    func pipeArgument(_ id: Int, _ element: ExpandedElement, _ scope: ElementScope) -> NDRType? {
        let allowed: Set<String> = ["in", "out", "ref", "flag", "noprint"]
        let other = element.syntax.attributes.first { !allowed.contains($0.name) }
        guard scope.kind == .function, element.pointers <= 1, !element.hasDimensions, other == nil else {
            diagnostics.error(
                element.syntax.position, "'\(element.syntax.name)' cannot be a pipe",
                hint: other.map { "a pipe has no [\($0.name)]" }
                    ?? "a pipe is an argument of a function: [in] \(entries[id].model.name) *name")
            return nil
        }
        return .named(id, range: nil)
    }

    func isPipe(_ id: Int) -> Bool {
        if case .pipe = entries[id].model.body { return true }
        return false
    }
}
