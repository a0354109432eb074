// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

extension Resolver {
    func model(of file: SyntaxFile) -> Model {
        var model = Model(baseName: Self.baseName(file.path), prologue: [], interfaces: [], types: [])
        for item in file.items {
            switch item {
            case .interface(let syntax):
                if let interface = interface(syntax, file: file.path) { model.interfaces.append(interface) }
            case .coclass(_, let position):
                unsupported(position, "coclass")
            case .imports(let names):
                for name in names where importsDefine(name.unquoted) {
                    model.prologue.append(.importHeader(Self.baseName(name.unquoted) + ".h"))
                }
            case .includes(let names):
                for name in names { model.prologue.append(.include(name.text)) }
            case .importlib: break
            case .cppQuote(let text):
                model.prologue.append(.quote(Self.unescaped(text.unquoted)))
            }
        }
        checkByValueCircles()
        model.types = entries.map(\.model)
        return model
    }

    /// The header of an import is only needed when it declares something that the library does not know by itself.
    private func importsDefine(_ path: String) -> Bool {
        let base = Self.baseName(path)
        return interfaces.values.contains { Self.baseName($0.context.file) == base && !$0.context.isLocal }
            && entries.contains { Self.baseName($0.context.file) == base && Scalar.named($0.model.name) == nil }
            || constants.values.contains { Self.baseName($0.position.file) == base }
    }

    static func baseName(_ path: String) -> String {
        let file = path.split(separator: "/").last ?? "idl"
        guard file.hasSuffix(".idl"), file.utf8.count > 4 else { return String(file) }
        return String(file.dropLast(4))
    }

    private static func unescaped(_ text: String) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if character == "\\" && !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            result.append(character)
        }
        return result
    }

    // MARK: - Interfaces

    private func interface(_ syntax: InterfaceSyntax, file: String) -> InterfaceModel? {
        checkInterfaceAttributes(syntax.attributes)
        guard let context = interfaces[syntax.name]?.context else { return nil }
        var model = InterfaceModel(
            name: syntax.name, uuid: nil, uuidText: "", version: 0, helpstring: nil, endpoints: [],
            authservices: strings(syntax.attributes.named("authservice")), helpers: [], base: syntax.base?.text,
            baseCallCount: 0, constants: [], types: [], functions: [], inherited: [])
        readUUID(syntax.attributes, into: &model)
        model.version = version(syntax.attributes)
        model.helpstring = strings(syntax.attributes.named("helpstring")).first
        model.helpers = strings(syntax.attributes.named("helper"))
        model.endpoints = strings(syntax.attributes.named("endpoint"))
        if model.endpoints.isEmpty { model.endpoints = ["\"ncacn_np:[\\\\pipe\\\\\(syntax.name)]\""] }
        if model.authservices.isEmpty { model.authservices = ["\"host\""] }
        model.inherited = inherited(syntax)
        model.baseCallCount = model.inherited.count
        readTypes(syntax, context, into: &model)
        model.functions = functions(of: syntax, context, from: model.inherited.count)
        return model
    }

    private func readUUID(_ attributes: [Attribute], into model: inout InterfaceModel) {
        guard let attribute = attributes.named("uuid") else { return }
        var text = attribute.arguments?.first?.map(\.text).joined() ?? ""
        if text.hasPrefix("\"") { text = String(text.dropFirst().dropLast()) }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for part in parts {
            let digits = Array(part.utf8)
            for index in stride(from: 0, to: digits.count - 1, by: 2) {
                guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                    break
                }
                bytes.append(byte)
            }
        }
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], bytes.count == 16 else {
            diagnostics.error(
                attribute.position, "'\(text)' is no UUID", hint: "8-4-4-4-12 hexadecimal digits")
            return
        }
        model.uuid = bytes
        model.uuidText = text.lowercased()
    }

    /// minor << 16 | major, as on the wire.
    private func version(_ attributes: [Attribute]) -> Int64 {
        guard let attribute = attributes.named("version") else { return 0 }
        let text = attribute.arguments?.first?.map(\.text).joined() ?? ""
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { ExpressionParser.number(String($0)) }
        if parts.count == 1, let number = parts[0], number >= 0, number <= 0xffff_ffff { return number }
        if parts.count == 2, let major = parts[0], let minor = parts[1], (0...0xffff).contains(major),
            (0...0xffff).contains(minor)
        {
            return minor << 16 | major
        }
        diagnostics.error(attribute.position, "'\(text)' is no version", hint: "version(1.0)")
        return 0
    }

    /// The string literals of an attribute, with their quotes.
    private func strings(_ attribute: Attribute?) -> [String] {
        (attribute?.arguments ?? []).compactMap { $0.first { $0.kind == .string }?.text }
    }

    private func readTypes(_ syntax: InterfaceSyntax, _ context: Context, into model: inout InterfaceModel) {
        for definition in syntax.definitions {
            if case .constant(let constant) = definition {
                checkConstant(constant)
                model.constants.append(ConstantModel(name: constant.name, text: constant.value.sourceText))
            }
        }
        var done: Set<Int> = []
        // Types that are made while others are resolved (anonymous ones) are found behind them.
        var index = 0
        while index < entries.count {
            let entry = entries[index]
            if entry.context.isLocal && entry.context.interface == syntax.name && isReachable(index) {
                resolve(index)
                order(index, &done, into: &model.types)
            }
            index += 1
        }
    }

    private func isReachable(_ id: Int) -> Bool {
        let entry = entries[id]
        if Scalar.named(entry.model.name) != nil { return false }
        if case .external = entry.source { return false }
        return true
    }

    /// By-value members come first; C wants them so.
    func order(_ id: Int, _ done: inout Set<Int>, into list: inout [Int]) {
        guard done.insert(id).inserted else { return }
        for (inner, _) in entries[id].byValue { order(inner, &done, into: &list) }
        if entries[id].model.isLocal { list.append(id) }
    }

    private func checkConstant(_ constant: ConstantSyntax) {
        if constant.isArray || constant.pointers > 0 || constant.value.contains(where: { $0.kind == .string }) { return }
        if constant.type.text == "string" { return }
        guard let value = evaluate(constant.value, "constant '\(constant.name)'", at: constant.position) else { return }
        if let scalar = Scalar.named(constant.type.text), let bits = scalar.bits, !Self.fits(value, in: bits) {
            diagnostics.error(
                constant.position, "constant '\(constant.name)' does not fit into \(bits) bits of \(scalar.name)")
        }
    }

    private func checkByValueCircles() {
        var state: [Int: Bool] = [:]
        func visit(_ id: Int) {
            state[id] = false
            for (inner, position) in entries[id].byValue {
                if state[inner] == false {
                    diagnostics.error(
                        position, "'\(entries[inner].model.name)' contains itself by value", hint: "use a pointer")
                } else if state[inner] == nil {
                    visit(inner)
                }
            }
            state[id] = true
        }
        for id in entries.indices where state[id] == nil { visit(id) }
    }

    // MARK: - Functions

    private func inherited(_ syntax: InterfaceSyntax) -> [FunctionModel] {
        var chain: [InterfaceSyntax] = []
        var seen: Set<String> = [syntax.name]
        var base = syntax.base
        while let token = base {
            guard let next = interfaces[token.text]?.syntax else {
                diagnostics.error(token.position, "unknown interface '\(token.text)'", hint: "is an import missing?")
                return []
            }
            guard seen.insert(token.text).inserted else {
                diagnostics.error(token.position, "interface '\(token.text)' inherits from itself")
                return []
            }
            chain.append(next)
            base = next.base
        }
        var result: [FunctionModel] = []
        for interface in chain.reversed() {
            guard let context = interfaces[interface.name]?.context else { continue }
            result += functions(of: interface, context, from: result.count).filter { $0.opnum != nil }
        }
        return result
    }

    private func functions(of syntax: InterfaceSyntax, _ context: Context, from first: Int) -> [FunctionModel] {
        var result: [FunctionModel] = []
        var opnum = first
        var seen: Set<String> = []
        for case .function(let function) in syntax.definitions {
            if !seen.insert(function.name).inserted {
                diagnostics.error(function.position, "function '\(function.name)' is defined twice")
                continue
            }
            let hasNumber = !function.attributes.contains("noopnum")
            result.append(self.function(function, opnum: hasNumber ? opnum : nil, context))
            if hasNumber { opnum += 1 }
        }
        return result
    }

    private func function(_ syntax: FunctionSyntax, opnum: Int?, _ context: Context) -> FunctionModel {
        var model = FunctionModel(
            name: syntax.name, opnum: opnum, isTodo: syntax.attributes.contains("todo"),
            isIdempotent: syntax.attributes.contains("idempotent"), arguments: [], result: nil)
        // A function that is declared only to keep its number is never marshalled.
        if model.isTodo { return model }
        checkFunctionAttributes(syntax.attributes)
        checkDuplicates(syntax.arguments)
        model.result = result(syntax, context)
        let scope = ElementScope(
            parent: syntax.name, container: "struct " + CNames.escaped(syntax.name), context: context, kind: .function,
            owner: nil)
        var elements: [Element] = []
        var kept: [ElementSyntax] = []
        for argument in syntax.arguments {
            declareInlineArgument(argument, context)
            guard let element = element(argument, scope, isLast: false) else { continue }
            checkDirection(element, argument)
            elements.append(element)
            kept.append(argument)
        }
        guard kept.count == syntax.arguments.count else { return model }
        bind(&elements, kept, scope)
        model.arguments = elements
        return model
    }

    private func declareInlineArgument(_ argument: ElementSyntax, _ context: Context) {
        if case .aggregate(let aggregate)? = argument.type, aggregate.members == nil { return }
        if case .enumeration(let enumeration)? = argument.type, enumeration.values == nil { return }
        if let type = argument.type { declareInline(type, [], context) }
    }

    private func checkDirection(_ element: Element, _ syntax: ElementSyntax) {
        if !element.isIn && !element.isOut {
            diagnostics.error(
                syntax.position, "argument '\(element.name)' has no direction", hint: "add [in], [out] or both")
        }
        guard element.isOut else { return }
        switch element.type {
        case .pointer, .array: return
        case .string(_, let level, _) where !level.isTerminated || level.isConformant: return
        default:
            diagnostics.error(
                syntax.position, "[out] argument '\(element.name)' is no pointer and no array", hint: "add a '*'")
        }
    }

    private func result(_ syntax: FunctionSyntax, _ context: Context) -> Element? {
        if case .void = syntax.returnType {
            if syntax.returnPointers > 0 { unsupported(syntax.position, "a pointer as return value") }
            return nil
        }
        if syntax.returnPointers > 0 {
            unsupported(syntax.position, "a pointer as return value")
            return nil
        }
        let type: NDRType
        switch find(syntax.returnType, context: context, anonymous: syntax.name + "_result") {
        case .scalar(let scalar)? where scalar.access != nil && scalar.access != .pointer:
            type = .scalar(scalar, range: nil)
        case .named(let id)?:
            type = .named(id, range: nil)
            switch entries[id].model.body {
            case .enumeration, .bitmap: break
            default: unsupported(syntax.position, "a structure as return value")
            }
        case nil: return nil
        default:
            unsupported(syntax.position, "this type as return value")
            return nil
        }
        return Element(name: "result", cName: "result", type: type, isOut: true, comment: "")
    }
}
