// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// A C object that an expression names.
private struct Place {
    /// nil: in the enclosing structure itself.
    var pointer: Computation?
    var container: String
    var path: String
    var type: NDRType?
    /// Of a DATA_BLOB's fields, which have no NDR type.
    var access: CAccess?
}

private struct ExpressionFailure: Error {
    var position: SourcePosition
    var message: String
    var isLater = false
    var hint = "numbers, members beside it, constants and operators of C"
}

extension Resolver {
    func remember(_ tokens: [Token]) -> Int {
        pendingExpressions.append(tokens)
        return pendingExpressions.count - 1
    }

    /// Resolves the expressions of all elements of a structure or a function.
    func bind(_ elements: inout [Element], _ syntax: [ElementSyntax], _ scope: ElementScope) {
        let siblings = elements
        let computed = Set(syntax.filter { $0.attributes.contains("value") }.map(\.name))
        checkValueCircles(syntax)
        for index in elements.indices {
            bind(&elements[index], syntax[index], siblings, scope, computed)
        }
    }

    private func bind(
        _ element: inout Element, _ syntax: ElementSyntax, _ siblings: [Element], _ scope: ElementScope,
        _ computed: Set<String>
    ) {
        let binder = Binder(
            resolver: self, siblings: siblings, scope: scope, element: element, computedFields: computed)
        element.type = binder.bound(element.type, at: syntax.position)
        if let attribute = syntax.attributes.named("switch_is") {
            element.switchIs = binder.directional(tokens(of: attribute), "switch_is", at: attribute.position)
        }
        // What hand-written C pushes, it computes; a print shows what is there.
        if let attribute = syntax.attributes.named("value"), !element.isSkipped, !isHandPushed(scope) {
            element.value = binder.value(tokens(of: attribute), at: attribute.position)
        }
        checkUnion(element, syntax)
    }

    /// An arm's sizes are constants: nothing stands beside it.
    func boundArm(_ element: Element, _ scope: ElementScope, at position: SourcePosition) -> NDRType {
        Binder(resolver: self, siblings: [], scope: scope, element: element, computedFields: [])
            .bound(element.type, at: position)
    }

    private func isHandPushed(_ scope: ElementScope) -> Bool {
        scope.isHandMarshalled || scope.owner.map { entries[$0].model.hooks.push } ?? false
    }

    private func checkUnion(_ element: Element, _ syntax: ElementSyntax) {
        var type = element.type
        while true {
            switch type {
            case .pointer(_, _, let inner): type = inner
            case .array(_, let inner): type = inner
            case .subcontext(_, let inner), .flagged(_, let inner): type = inner
            case .named(let id, _):
                var isUnion = false
                if case .aggregate(let aggregate, _) = entries[id].source { isUnion = aggregate.isUnion }
                let hasSwitch = syntax.attributes.contains("switch_is")
                if isUnion && !hasSwitch {
                    diagnostics.error(
                        syntax.position, "the union '\(element.name)' needs switch_is",
                        hint: "name the field that selects the arm: [switch_is(level)]")
                } else if !isUnion && hasSwitch {
                    diagnostics.error(
                        syntax.position, "switch_is on '\(element.name)', which is no union", hint: "remove it")
                }
                return
            default:
                if syntax.attributes.contains("switch_is") {
                    diagnostics.error(
                        syntax.position, "switch_is on '\(element.name)', which is no union", hint: "remove it")
                }
                return
            }
        }
    }
}

private struct Binder {
    let resolver: Resolver
    let siblings: [Element]
    let scope: ElementScope
    let element: Element
    /// Fields with value(): what they are on push only the library knows.
    let computedFields: Set<String>

    // MARK: - Levels

    func bound(_ type: NDRType, at position: SourcePosition) -> NDRType {
        switch type {
        case .pointer(let kind, let isTopLevel, let inner):
            return .pointer(kind, isTopLevel: isTopLevel, to: bound(inner, at: position))
        case .array(let level, let inner):
            return .array(bound(level, at: position), of: bound(inner, at: position))
        case .string(let charset, let level, let toNull):
            return .string(charset, bound(level, at: position), toNull: toNull)
        case .subcontext(let level, let inner):
            let size = bound(level.size, "subcontext_size", at: position)
            var result = level
            result.size = size
            result.algorithm = bound(level.algorithm, "compression", at: position)
            result.plainSize = bound(level.plainSize, "compression", at: position)
            return .subcontext(result, of: bound(inner, at: position))
        case .flagged(var flags, let inner):
            flags.dynamic = bound(flags.dynamic, "flag", at: position)
            return .flagged(flags, of: bound(inner, at: position))
        case .scalar, .named, .blob:
            return type
        }
    }

    private func bound(_ level: ArrayLevel, at position: SourcePosition) -> ArrayLevel {
        var result = level
        result.size = bound(level.size, "size_is", at: position)
        result.length = level.length == level.size ? result.size : bound(level.length, "length_is", at: position)
        result.first = bound(level.first, "first_is", at: position)
        return result
    }

    private func bound(_ pending: Directional?, _ what: String, at position: SourcePosition) -> Directional? {
        guard case .pending(let index)? = pending?.input else { return pending }
        let result = directional(resolver.pendingExpressions[index], what, at: position)
        for case .constant(let value)? in [result?.input, result?.output] where value < 0 && what != "flag" {
            resolver.diagnostics.error(
                position, "\(what) of '\(element.name)' is negative", hint: "counts and sizes start at 0")
        }
        return result
    }

    // MARK: - Expressions

    /// One computation for the request and one for the response; equal in a structure.
    func directional(_ tokens: [Token], _ what: String, at position: SourcePosition) -> Directional? {
        guard let expression = parsed(tokens, at: position) else { return nil }
        guard scope.kind == .function else {
            let computation = report(what) { () throws(ExpressionFailure) in
                try number(expression, isOut: false, at: position)
            }
            return Directional(input: computation, output: computation)
        }
        var result = Directional()
        if element.isIn {
            result.input = report(what) { () throws(ExpressionFailure) in
                try number(expression, isOut: false, at: position)
            }
        } else {
            // Of an output alone: how much the caller has room for, where the request tells it.
            result.input = try? number(expression, isOut: false, at: position)
        }
        if element.isOut {
            result.output = report(what) { () throws(ExpressionFailure) in
                try number(expression, isOut: true, at: position)
            }
        }
        return result
    }

    func value(_ tokens: [Token], at position: SourcePosition) -> Computation? {
        guard let expression = parsed(tokens, at: position) else { return nil }
        switch element.type.content {
        case .string:
            return report("value") { () throws(ExpressionFailure) in try text(expression, at: position) }
        case .array(let level, .scalar(let scalar, _)) where level.isInline && scalar.wire == "UINT8":
            return report("value") { () throws(ExpressionFailure) in try bytes(expression, at: position) }
        case .pointer(.unique, isTopLevel: false, _):
            if case .name("NULL", _) = expression { return .constant(0) }
            resolver.diagnostics.error(
                position, "the value of the pointer '\(element.name)' can only be NULL", hint: "value(NULL)")
            return nil
        case .pointer, .array, .blob:
            resolver.unsupported(position, "value() of what is no number and no string in place")
            return nil
        default: break
        }
        return report("value") { () throws(ExpressionFailure) in
            try number(expression, isOut: !element.isIn && element.isOut, at: position)
        }
    }

    /// A string literal, or a constant that is one.
    private func text(_ expression: Expression, at position: SourcePosition) throws(ExpressionFailure) -> Computation {
        var found: String?
        switch expression {
        case .string(let text): found = String(text.dropFirst().dropLast())
        case .name(let name, _):
            let tokens = resolver.constants[name]?.tokens ?? []
            if !tokens.isEmpty, tokens.allSatisfy({ $0.kind == .string }) {
                found = tokens.map(\.unquoted).joined()
            }
        default: break
        }
        guard let found else {
            throw ExpressionFailure(
                position: position, message: "a string needs a string as its value", hint: "value(\"text\")")
        }
        if found.contains("\\") {
            throw ExpressionFailure(position: position, message: "a string with escapes", isLater: true)
        }
        return .text(found)
    }

    /// An array that a line of cpp_quote() declares for C.
    private func bytes(_ expression: Expression, at position: SourcePosition) throws(ExpressionFailure) -> Computation {
        guard case .name(let name, _) = expression, resolver.isQuoted(name) else {
            throw ExpressionFailure(
                position: position, message: "bytes need a C array as their value",
                hint: "declare it: cpp_quote(\"extern const uint8_t name[8];\")")
        }
        return .foreign(name, container: scope.container)
    }

    private func parsed(_ tokens: [Token], at position: SourcePosition) -> Expression? {
        do {
            return try ExpressionParser.parse(tokens, at: position)
        } catch {
            resolver.diagnostics.error(error.position, error.message, hint: error.hint)
            return nil
        }
    }

    private func report(
        _ what: String, _ body: () throws(ExpressionFailure) -> Computation
    ) -> Computation? {
        do {
            return try body()
        } catch {
            if error.isLater {
                resolver.unsupported(error.position, "\(what)(\(error.message))")
            } else {
                resolver.diagnostics.error(error.position, "\(what): \(error.message)", hint: error.hint)
            }
            return nil
        }
    }

    private func number(
        _ expression: Expression, isOut: Bool, at position: SourcePosition
    ) throws(ExpressionFailure) -> Computation {
        let result = try compute(expression, isOut, position)
        if case .pointer? = access(of: result) {
            throw ExpressionFailure(position: position, message: "a pointer is no number", hint: "add a '*'")
        }
        if result.depth <= 16 { return result }
        throw ExpressionFailure(position: position, message: "the expression nests too deep")
    }

    private func compute(
        _ expression: Expression, _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation {
        switch expression {
        case .number(let value):
            return .constant(value)
        case .string:
            throw ExpressionFailure(position: position, message: "a string", isLater: true)
        case .arrow(.name("ndr", _), "flags") where sibling("ndr") == nil: return .constant(0)
        case .arrow(.name(let name, let at), let field) where isSelf(name):
            return try compute(.name(field, at), isOut, position)
        case .name, .member, .arrow, .unary(.dereference, _):
            if case .name(let name, let place) = expression, sibling(name) == nil {
                return try named(name, at: place)
            }
            return try load(try place(expression, isOut, position), position)
        case .unary(.address, _):
            throw ExpressionFailure(position: position, message: "an address", isLater: true)
        case .unary(let operation, let operand):
            return folded(.unary(operation, try compute(operand, isOut, position)))
        case .binary(let operation, let left, let right):
            let (first, second) = (try compute(left, isOut, position), try compute(right, isOut, position))
            if [.divide, .modulo].contains(operation), case .constant(0) = second {
                throw ExpressionFailure(
                    position: position, message: "a division by zero", hint: "divide by another number")
            }
            return folded(.binary(operation, first, second))
        case .conditional(let condition, let first, let second):
            return .select(
                try compute(condition, isOut, position), try compute(first, isOut, position),
                try compute(second, isOut, position))
        case .call("NDR_ROUND", let arguments, _) where arguments.count == 2:
            let size = try compute(arguments[0], isOut, position)
            let mask = folded(.binary(.subtract, try compute(arguments[1], isOut, position), .constant(1)))
            return folded(.binary(.bitAnd, folded(.binary(.add, size, mask)), folded(.unary(.invert, mask))))
        case .call(let name, let arguments, let place):
            guard let function = LengthFunction(function: name), arguments.count == 1 else {
                return try call(name, arguments, isOut, place)
            }
            let operand = try compute(arguments[0], isOut, position)
            guard case .pointer? = access(of: operand) else {
                throw ExpressionFailure(position: place, message: "\(name) needs a string")
            }
            return .length(function, operand)
        }
    }

    /// A C function of the helper header. The library's own sizes are no C functions here, and what could trap on bytes
    /// from the wire stays in the checked machine.
    private func call(
        _ name: String, _ arguments: [Expression], _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation {
        if let size = try size(name, arguments, isOut, position) { return size }
        guard scope.context.hasHelper, !name.hasPrefix("ndr_size_") || resolver.names[String(name.dropFirst(9))] == nil
        else {
            throw ExpressionFailure(position: position, message: "\(name)()", isLater: true)
        }
        var operands: [Computation] = []
        for argument in arguments {
            switch argument {
            case .unary(.address, _): operands.append(try pointer(argument, isOut, position))
            case .name(let name, _) where isSelf(name): operands.append(try pointer(argument, isOut, position))
            default: operands.append(try compute(argument, isOut, position))
            }
        }
        guard operands.allSatisfy(isPlain) else {
            throw ExpressionFailure(position: position, message: "\(name)() with a computed argument", isLater: true)
        }
        return .call(name, operands, container: scope.container)
    }

    /// ndr_size_X(value, flags).
    private func size(
        _ name: String, _ arguments: [Expression], _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation? {
        guard name.hasPrefix("ndr_size_"), let argument = arguments.first else { return nil }
        let typeName = String(name.dropFirst("ndr_size_".utf8.count))
        switch typeName {
        case "DATA_BLOB": return try blobSize(arguments, isOut, position)
        case "string_array": return try stringsSize(arguments, isOut, position)
        default: break
        }
        if let scalar = Scalar.named(typeName), scalar.isSecurity || scalar.wire.hasPrefix("DOM_SID") {
            return .sizeOf(.scalar(scalar, range: nil), try pointer(argument, isOut, position), level: nil)
        }
        guard case .type(let id)? = resolver.names[typeName], arguments.count == 2 || arguments.count == 3 else {
            return nil
        }
        resolver.resolve(id)
        let level = arguments.count == 3 ? try number(arguments[1], isOut: isOut, at: position) : nil
        return .sizeOf(.named(id, range: nil), try pointer(argument, isOut, position), level: level)
    }

    /// ndr_size_DATA_BLOB(more, blob, flags): its length and more.
    private func blobSize(
        _ arguments: [Expression], _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation? {
        guard arguments.count == 3 else { return nil }
        let more = try number(arguments[0], isOut: isOut, at: position)
        if case .unary(.address, let blob) = arguments[1] {
            return folded(.binary(.add, more, try compute(.member(blob, "length"), isOut, position)))
        }
        let pointer = try pointer(arguments[1], isOut, position)
        let length = Computation.behind(pointer, container: "DATA_BLOB", path: "length", .u64)
        return folded(.binary(.add, more, .select(pointer, length, .constant(0))))
    }

    /// ndr_size_string_array(strings, count, flags): the units of all of them.
    private func stringsSize(
        _ arguments: [Expression], _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation? {
        guard arguments.count == 3, case .constant(let flags) = try compute(arguments[2], isOut, position) else {
            return nil
        }
        return .stringsLength(
            try pointer(arguments[0], isOut, position), count: try number(arguments[1], isOut: isOut, at: position),
            isTerminated: flags & (Resolver.textFlags["NULLTERM"] ?? 0) != 0)
    }

    /// Whether a name means the enclosing structure.
    private func isSelf(_ name: String) -> Bool {
        (name == "r" || name == "this") && sibling(name) == nil && scope.kind != .function
    }

    /// What an argument of a size leads to.
    private func pointer(
        _ expression: Expression, _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Computation {
        switch expression {
        case .unary(.address, let inner):
            let place = try place(inner, isOut, position)
            guard place.pointer == nil else {
                throw ExpressionFailure(position: position, message: "an address", isLater: true)
            }
            return .address(container: place.container, path: place.path)
        case .name(let name, _) where isSelf(name):
            return .address(container: scope.container, path: "")
        default:
            let result = try compute(expression, isOut, position)
            guard case .pointer? = access(of: result) else {
                throw ExpressionFailure(position: position, message: "the size of what is no pointer")
            }
            return result
        }
    }

    private func isPlain(_ computation: Computation) -> Bool {
        switch computation {
        case .constant, .address: return true
        case .field(_, let path, _): return !computedFields.contains(path)
        case .behind(let pointer, _, _, _): return isPlain(pointer)
        default: return false
        }
    }

    private func access(of computation: Computation) -> CAccess? {
        switch computation {
        case .field(_, _, let access), .behind(_, _, _, let access): return access
        default: return nil
        }
    }

    private func folded(_ computation: Computation) -> Computation {
        switch computation {
        case .unary(let operation, .constant(let a)):
            return (try? Expression.unary(operation, .number(a)).value { _ in nil }).map(Computation.constant)
                ?? computation
        case .binary(let operation, .constant(let a), .constant(let b)):
            return (try? Expression.binary(operation, .number(a), .number(b)).value { _ in nil })
                .map(Computation.constant) ?? computation
        default:
            return computation
        }
    }

    private func named(_ name: String, at position: SourcePosition) throws(ExpressionFailure) -> Computation {
        if name == "NULL" { return .constant(0) }
        if ["r", "ndr", "this"].contains(name) {
            throw ExpressionFailure(position: position, message: name, isLater: true)
        }
        do {
            if let value = try resolver.constant(name) { return .constant(value) }
        } catch {
            throw ExpressionFailure(
                position: position, message: "'\(name)' has no constant value",
                hint: "its #define or const has to be a number")
        }
        throw ExpressionFailure(
            position: position, message: "there is no member or constant '\(name)'", hint: "check its spelling")
    }

    private func sibling(_ name: String) -> Element? {
        siblings.first { $0.name == name }
    }

    // MARK: - Places

    private func place(
        _ expression: Expression, _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Place {
        switch expression {
        case .name(let name, let at):
            return try root(name, isOut, at)
        case .arrow(.name(let name, let at), let field) where isSelf(name):
            return try root(field, isOut, at)
        case .member(.arrow(.name("r", let at), let direction), let field)
        where scope.kind == .function && (direction == "in" || direction == "out") && sibling("r") == nil:
            return try root(field, direction == "out", at)
        case .member(let inner, let field):
            return try member(try place(inner, isOut, position), field, position)
        case .arrow(let inner, let field):
            return try member(try dereferenced(try place(inner, isOut, position), position), field, position)
        case .unary(.dereference, let inner):
            return try dereferenced(try place(inner, isOut, position), position)
        default:
            throw ExpressionFailure(position: position, message: "this is no field")
        }
    }

    private func root(
        _ name: String, _ isOut: Bool, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Place {
        guard let sibling = sibling(name) else {
            _ = try named(name, at: position)
            throw ExpressionFailure(position: position, message: "'\(name)' is no member")
        }
        guard scope.kind == .function else {
            return Place(pointer: nil, container: scope.container, path: sibling.cName, type: sibling.type)
        }
        // The response may use what the request said; an output that is both is the newer one.
        let direction: String
        if isOut && sibling.isOut {
            direction = "out."
        } else if sibling.isIn {
            direction = "in."
        } else {
            throw ExpressionFailure(
                position: position, message: "'\(name)' is an output and not known in the request",
                hint: "make it [in] too, or use another argument")
        }
        return Place(pointer: nil, container: scope.container, path: direction + sibling.cName, type: sibling.type)
    }

    private func member(
        _ place: Place, _ field: String, _ position: SourcePosition
    ) throws(ExpressionFailure) -> Place {
        let prefix = place.path.isEmpty ? "" : place.path + "."
        switch place.type?.content {
        case .blob?:
            guard field == "length" || field == "data" else { break }
            return Place(
                pointer: place.pointer, container: place.container, path: prefix + field, type: nil,
                access: field == "length" ? .u64 : .pointer)
        case .named(let id, _)?:
            if resolver.entries[id].state != .done {
                throw ExpressionFailure(position: position, message: "'.\(field)' of a type that holds itself")
            }
            var members: [Element] = []
            switch resolver.entries[id].model.body {
            case .structure(let elements): members = elements
            case .union(let union): members = union.arms.compactMap(\.element)
            default: break
            }
            guard let found = members.first(where: { $0.name == field }) else { break }
            return Place(
                pointer: place.pointer, container: place.container, path: prefix + found.cName, type: found.type)
        default: break
        }
        throw ExpressionFailure(position: position, message: "there is no field '\(field)' here")
    }

    private func dereferenced(_ place: Place, _ position: SourcePosition) throws(ExpressionFailure) -> Place {
        let target: NDRType
        switch place.type?.content {
        case .pointer(_, _, to: .array(let level, let element))? where !level.isInline: target = element
        case .pointer(_, _, to: let pointee)?: target = pointee.content
        case .array(let level, let element)? where !level.isInline: target = element
        default:
            throw ExpressionFailure(
                position: position, message: "'\(place.path)' is no pointer", hint: "remove the '*'")
        }
        let pointer = address(of: place, .pointer)
        return Place(pointer: pointer, container: cType(of: target), path: "", type: target)
    }

    private func address(of place: Place, _ access: CAccess) -> Computation {
        if let pointer = place.pointer {
            return .behind(pointer, container: place.container, path: place.path, access)
        }
        return .field(container: place.container, path: place.path, access)
    }

    private func cType(of type: NDRType) -> String {
        switch type {
        case .named(let id, _): return resolver.entries[id].model.cName
        case .scalar(let scalar, _): return scalar.cType
        case .blob: return "DATA_BLOB"
        default: return "void *"
        }
    }

    private func load(_ place: Place, _ position: SourcePosition) throws(ExpressionFailure) -> Computation {
        if let access = place.access { return address(of: place, access) }
        switch place.type?.content {
        case .scalar(let scalar, _)?:
            if let access = scalar.access { return address(of: place, access) }
        case .named(let id, _)?:
            switch resolver.entries[id].model.body {
            case .enumeration: return address(of: place, .u32)
            case .bitmap(let body):
                if let access = body.scalar.access { return address(of: place, access) }
            default: break
            }
        case .pointer?, .string?:
            return address(of: place, .pointer)
        case .array(let level, _)? where !level.isInline:
            return address(of: place, .pointer)
        default: break
        }
        throw ExpressionFailure(position: position, message: "'\(place.path)' is no number")
    }
}
