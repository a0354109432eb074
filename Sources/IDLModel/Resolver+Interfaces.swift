// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

extension Resolver {
    func model(of file: SyntaxFile) -> Model {
        var model = Model(baseName: Self.baseName(file.path), prologue: [], interfaces: [], types: [])
        var done: Set<Int> = []
        for item in file.items {
            switch item {
            case .interface(let syntax):
                for case .quote(let text) in syntax.definitions {
                    model.prologue.append(.quote(Self.unescaped(text.unquoted)))
                }
                if var interface = interface(syntax) {
                    interface.types = definitions(for: interface, &done)
                    model.interfaces.append(interface)
                }
            // Names of classes, which are nothing on the wire.
            case .coclass: break
            case .imports: break
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

    private func interface(_ syntax: InterfaceSyntax) -> InterfaceModel? {
        checkInterfaceAttributes(syntax.attributes)
        guard let context = interfaces[syntax.name]?.context else { return nil }
        var model = InterfaceModel(
            name: syntax.name, uuid: nil, uuidText: "", version: 0, helpstring: nil, endpoints: [],
            authservices: strings(syntax.attributes.named("authservice")), helpers: [], constants: [], types: [],
            functions: [], inherited: [])
        readUUID(syntax.attributes, into: &model)
        model.version = version(syntax.attributes)
        model.helpstring = strings(syntax.attributes.named("helpstring")).first
        model.helpers = strings(syntax.attributes.named("helper"))
        model.endpoints = strings(syntax.attributes.named("endpoint"))
        if model.endpoints.isEmpty { model.endpoints = ["\"ncacn_np:[\\\\pipe\\\\\(syntax.name)]\""] }
        if model.authservices.isEmpty { model.authservices = ["\"host\""] }
        model.inherited = inherited(syntax)
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
        let lengths = parts.map(\.utf8.count)
        if lengths == [8, 4, 4, 4, 8], bytes.count == 14 {
            // Old files of blobs have such; no peer ever sees them.
            diagnostics.warning(attribute.position, "'\(text)' is too short for a UUID; zeros are appended")
            model.uuid = bytes + [0, 0]
            model.uuidText = text.lowercased() + "0000"
            return
        }
        guard lengths == [8, 4, 4, 4, 12], bytes.count == 16 else {
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
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map {
            ExpressionParser.number(String($0))
        }
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
    func strings(_ attribute: Attribute?) -> [String] {
        (attribute?.arguments ?? []).compactMap { argument in
            let parts = argument.filter { $0.kind == .string }.map(\.text)
            return parts.isEmpty ? nil : parts.joined(separator: " ")
        }
    }

    private func readTypes(_ syntax: InterfaceSyntax, _ context: Context, into model: inout InterfaceModel) {
        for definition in syntax.definitions {
            if case .constant(let constant) = definition {
                checkConstant(constant)
                model.constants.append(ConstantModel(name: constant.name, text: constant.value.sourceText))
            }
        }
        // Types that are made while others are resolved (anonymous ones) are found behind them.
        var index = 0
        while index < entries.count {
            let entry = entries[index]
            if entry.context.isLocal && entry.context.interface == syntax.name && isDefined(index) { resolve(index) }
            index += 1
        }
    }

    /// The types that the header defines: those of the interface, and before them what they need of imported files,
    /// so that a header stands for itself.
    private func definitions(for model: InterfaceModel, _ done: inout Set<Int>) -> [Int] {
        var reached: Set<Int> = []
        for (id, entry) in entries.enumerated()
        where entry.context.isLocal && entry.context.interface == model.name && isDefined(id) {
            reach(id, &reached)
        }
        for function in model.inherited + model.functions {
            for element in function.arguments { reach(element.type, &reached) }
            if let result = function.result { reach(result.type, &reached) }
        }
        var list: [Int] = []
        for id in reached.sorted(by: {
            (entries[$0].context.isLocal ? 1 : 0, $0) < (entries[$1].context.isLocal ? 1 : 0, $1)
        }) {
            order(id, &done, into: &list)
        }
        return list
    }

    private func reach(_ first: Int, _ reached: inout Set<Int>) {
        var waiting = [first]
        while let id = waiting.popLast() {
            guard reached.insert(id).inserted else { continue }
            switch entries[id].model.body {
            case .structure(let members): waiting += members.compactMap { Self.named($0.type) }
            case .union(let union): waiting += union.arms.compactMap { $0.element.flatMap { Self.named($0.type) } }
            case .pipe(let chunk): waiting.append(chunk)
            case .none, .enumeration, .bitmap: break
            }
        }
    }

    private func reach(_ type: NDRType, _ reached: inout Set<Int>) {
        if let id = Self.named(type) { reach(id, &reached) }
    }

    /// The named type that the levels lead to.
    private static func named(_ type: NDRType) -> Int? {
        switch type {
        case .named(let id, _): return id
        case .pointer(_, _, let target): return named(target)
        case .array(_, let element): return named(element)
        case .subcontext(_, let content), .flagged(_, let content): return named(content)
        case .scalar, .blob, .string: return nil
        }
    }

    private func isDefined(_ id: Int) -> Bool {
        let entry = entries[id]
        if Scalar.named(entry.model.name) != nil { return false }
        if case .external = entry.source { return false }
        return true
    }

    /// By-value members come first; C wants them so.
    func order(_ id: Int, _ done: inout Set<Int>, into list: inout [Int]) {
        guard done.insert(id).inserted else { return }
        for (inner, _) in entries[id].byValue { order(inner, &done, into: &list) }
        if !entries[id].model.isProvided { list.append(id) }
    }

    private func checkConstant(_ constant: ConstantSyntax) {
        let isText = constant.value.contains { $0.kind == .string && $0.text.hasPrefix("\"") }
        if isText, constant.type.text != "string", constant.pointers == 0, !constant.isArray,
            Scalar.named(constant.type.text)?.bits != nil
        {
            diagnostics.error(
                constant.position, "constant '\(constant.name)' is a text and no \(constant.type.text)",
                hint: "const string \(constant.name) = ...")
        }
        if constant.isArray || constant.pointers > 0 || constant.value.contains(where: { $0.kind == .string }) {
            return
        }
        if constant.type.text == "string" { return }
        guard let value = literalValue(constant) else { return }
        if let scalar = Scalar.named(constant.type.text), let bits = scalar.bits, !Self.fits(value, in: bits) {
            diagnostics.error(
                constant.position, "constant '\(constant.name)' does not fit into \(bits) bits of \(scalar.name)",
                hint: "use a smaller number or a wider type")
        }
    }

    /// nil for a text that only the C compiler understands (a cast, a name of a C header), which is passed on as it is.
    private func literalValue(_ constant: ConstantSyntax) -> Int64? {
        let what = "constant '\(constant.name)'"
        do {
            return try self.constant(constant.name)
        } catch {
            switch error {
            case .overflow, .divisionByZero: report(error, what, at: constant.position)
            case .notConstant, .unknownName: break
            case .tooDeep: report(error, what, at: constant.position)
            }
            return nil
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
                diagnostics.error(
                    token.position, "interface '\(token.text)' inherits from itself", hint: "name another base")
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
        var written: [FunctionSyntax] = []
        var seen: Set<String> = []
        for case .function(let function) in syntax.definitions {
            if !seen.insert(Self.functionName(function, in: syntax)).inserted {
                diagnostics.error(
                    function.position, "function '\(function.name)' is defined twice",
                    hint: "give one of them another name")
                continue
            }
            written.append(function)
        }
        var result: [FunctionModel] = []
        for (function, opnum) in zip(written, opnums(of: written, in: syntax, from: first)) {
            // What is never called from afar is nothing but its number.
            let isLocal = syntax.attributes.contains("local") || function.attributes.contains("local")
            if isLocal && opnum == nil { continue }
            result.append(self.function(function, opnum: opnum, isLocal: isLocal, syntax, context))
        }
        guard syntax.attributes.contains("object") else { return result }
        let numbered = result.filter { $0.opnum != nil }.sorted { ($0.opnum ?? 0) < ($1.opnum ?? 0) }
        return numbered + result.filter { $0.opnum == nil }
    }

    private func function(
        _ syntax: FunctionSyntax, opnum: Int?, isLocal: Bool, _ interface: InterfaceSyntax, _ context: Context
    ) -> FunctionModel {
        var model = FunctionModel(
            name: Self.functionName(syntax, in: interface), opnum: opnum,
            isTodo: isLocal || syntax.attributes.contains("todo"),
            isIdempotent: syntax.attributes.contains("idempotent"), arguments: [], result: nil)
        if isLocal { return model }
        var syntax = syntax
        syntax.name = model.name
        if interface.attributes.contains("object") {
            syntax.arguments = Self.objectArguments(at: syntax.position) + syntax.arguments
        }
        // A function that is declared only to keep its number is never marshalled: its structure is a courtesy.
        if model.isTodo { return attempt(model, syntax, context) }
        checkFunctionAttributes(syntax.attributes)
        if CNames.escaped(model.name) != model.name {
            diagnostics.error(
                syntax.position, "'\(model.name)' is a word of C and names no function", hint: "give it another name")
        }
        model.hooks = hooks(syntax.attributes, context)
        readArguments(syntax, context, into: &model)
        return model
    }

    private func attempt(_ empty: FunctionModel, _ syntax: FunctionSyntax, _ context: Context) -> FunctionModel {
        var model = empty
        let mark = resolved.count
        let errors = diagnostics.errorsHidden { readArguments(syntax, context, into: &model) }
        if errors == 0 { return model }
        for id in resolved[mark...] {
            entries[id].state = .untouched
            entries[id].model.body = .none
            entries[id].byValue = []
            entries[id].nesting = 0
            entries[id].leastSize = 0
        }
        resolved.removeSubrange(mark...)
        return empty
    }

    private func readArguments(_ syntax: FunctionSyntax, _ context: Context, into model: inout FunctionModel) {
        checkDuplicates(syntax.arguments)
        model.result = result(syntax, context)
        let scope = ElementScope(
            parent: syntax.name, container: "struct " + CNames.escaped(syntax.name), context: context, kind: .function,
            owner: nil,
            isHandMarshalled: syntax.attributes.contains("nopush") && syntax.attributes.contains("nopull"))
        var elements: [Element] = []
        var kept: [ElementSyntax] = []
        let arguments = syntax.arguments.filter { !Self.isBindingHandle($0) }
        for argument in arguments {
            declareInlineArgument(argument, context)
            checkOutsideUnion(argument)
            guard var element = element(argument, scope, isLast: false) else { continue }
            checkDirection(&element, argument)
            elements.append(element)
            kept.append(argument)
        }
        guard kept.count == arguments.count else { return }
        bind(&elements, kept, scope)
        model.hasPipes = elements.contains { element in
            if case .named(let id, _) = element.type { return isPipe(id) }
            return false
        }
        model.arguments = elements
    }

    /// MIDL's explicit handle: every stub has one of its own.
    private static func isBindingHandle(_ argument: ElementSyntax) -> Bool {
        guard case .name("handle_t", _)? = argument.type else { return false }
        return argument.pointers == 0
    }

    private func declareInlineArgument(_ argument: ElementSyntax, _ context: Context) {
        if case .aggregate(let aggregate)? = argument.type, aggregate.members == nil { return }
        if case .enumeration(let enumeration)? = argument.type, enumeration.values == nil { return }
        if let type = argument.type { declareInline(type, [], context) }
    }

    private func checkDirection(_ element: inout Element, _ syntax: ElementSyntax) {
        if !element.isIn && !element.isOut {
            diagnostics.warning(
                syntax.position, "argument '\(element.name)' has no direction and is taken for [in]",
                hint: "add [in], [out] or both")
            element.isIn = true
        }
    }

    /// What a function returns: a value, a structure, or a pointer, which may be NULL unless it says otherwise.
    private func result(_ syntax: FunctionSyntax, _ context: Context) -> Element? {
        if case .void = syntax.returnType, syntax.returnPointers == 0 { return nil }
        let attributes = syntax.attributes.filter {
            ["string", "charset", "ref", "unique", "ptr", "context_handle"].contains($0.name)
        }
        let written = ElementSyntax(
            attributes: attributes, type: syntax.returnType, pointers: syntax.returnPointers, name: "result",
            dimensions: [], position: syntax.position)
        let scope = ElementScope(
            parent: syntax.name, container: "struct " + CNames.escaped(syntax.name), context: context,
            kind: .structure, owner: nil)
        guard var element = element(written, scope, isLast: false) else { return nil }
        if case .named(let id, _) = element.type, case .union = entries[id].model.body {
            diagnostics.error(
                syntax.position, "a union as return value has nothing that selects its arm",
                hint: "return it in an [out] argument with switch_is")
        }
        element.isOut = true
        element.comment = ""
        return element
    }
}
