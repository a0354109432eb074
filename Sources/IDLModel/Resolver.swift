// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLSyntax

/// Makes the model of a file. Types are resolved when something needs them, so what an imported file does not lend to
/// this one is never looked at.
public final class Resolver {
    enum Source {
        case aggregate(AggregateSyntax, [Attribute])
        case enumeration(EnumerationSyntax, [Attribute])
        case pipe(TypeSyntax, [Attribute])
        /// Defined elsewhere: by `declare`, or only named.
        case external
    }

    enum State {
        case untouched
        case underway
        case done
    }

    struct Entry {
        var model: TypeModel
        var source: Source
        var position: SourcePosition
        var state = State.untouched
        var context: Context
        /// Types inside it by value: the header defines them before it, and a circle of them has no size.
        var byValue: [(Int, SourcePosition)] = []
        /// Types in one another by value, and the bytes that it has at least in C: both have a limit.
        var nesting = 0
        var leastSize = 0
        /// Ends in an array whose maximum count stands before the structure.
        var isConformant = false
        /// flag(NDR_REMAINING): blobs and strings in it go up to the end of the data.
        var isRemaining = false
    }

    /// Where a definition stands.
    struct Context {
        var interface: String
        var pointerDefault: PointerKind = .unique
        var isMSUnion = false
        var hasHelper = false
        var isLocal: Bool
        var file: String
    }

    enum Name {
        case type(Int)
        case alias(TypedefSyntax, Context)
    }

    struct Constant {
        var tokens: [Token]?
        var position: SourcePosition
        /// Of an enumeration value without number: the one before it.
        var previous: String?
        var offset: Int64 = 0
        var state = State.untouched
        var value: Int64?
    }

    let diagnostics: Diagnostics
    var entries: [Entry] = []
    var names: [String: Name] = [:]
    var constants: [String: Constant] = [:]
    var interfaces: [String: (syntax: InterfaceSyntax, context: Context)] = [:]
    /// Types in the order in which they were resolved, so that a trial can be taken back.
    var resolved: [Int] = []
    /// Types and constants that wait for others; bounded, because each holds stack.
    var depth = 0
    static let maxDepth = 250
    /// Types by value in one another, and bytes of one: the library refuses tables beyond both (NDR's Limits).
    static let maxNesting = 62
    static let maxSize = 1 << 28
    /// Names of types that stand for one another, in a chain.
    static let maxAliases = 50
    /// What cpp_quote() of the file itself defines for C.
    var quotedMacros: Set<String> = []
    /// What they stand for, should it be a number.
    var quotedNumbers: [String: [Token]] = [:]
    private var quotedWords: Set<String> = []
    /// Expressions of the levels that wait for their siblings.
    var pendingExpressions: [[Token]] = []

    private init(diagnostics: Diagnostics) {
        self.diagnostics = diagnostics
    }

    /// The model of the last of `files`; nil, with diagnostics, when anything is wrong with it.
    public static func model(of files: [SyntaxFile], diagnostics: Diagnostics) -> Model? {
        guard let main = files.last else { return nil }
        let resolver = Resolver(diagnostics: diagnostics)
        for file in Prelude.files { resolver.declare(file, isLocal: false) }
        for id in resolver.entries.indices { resolver.entries[id].model.isProvided = true }
        for case .cppQuote(let text) in main.items { resolver.noteMacro(text.unquoted) }
        for case .interface(let interface) in main.items {
            for case .quote(let text) in interface.definitions { resolver.noteMacro(text.unquoted) }
        }
        for file in files { resolver.declare(file, isLocal: file.path == main.path) }
        resolver.declareObjectTypes()
        resolver.declareWindowsTypes()
        let model = resolver.model(of: main)
        return diagnostics.hasErrors ? nil : model
    }

    /// Whether a line of cpp_quote() has this word.
    func isQuoted(_ name: String) -> Bool { quotedWords.contains(name) }

    private func noteMacro(_ text: String) {
        for word in text.utf8.split(whereSeparator: { !Self.isWordByte($0) }) {
            quotedWords.insert(String(decoding: word, as: UTF8.self))
        }
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "#define" else { return }
        quotedMacros.insert(String(words[1]))
        quotedNumbers[String(words[1])] = [Token].words(of: String(words[2]), in: "cpp_quote")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: - Declaring names

    func declare(_ file: SyntaxFile, isLocal: Bool) {
        for case .interface(let interface) in file.items {
            let context = self.context(of: interface, file: file.path, isLocal: isLocal)
            if interfaces.updateValue((interface, context), forKey: interface.name) != nil && isLocal {
                diagnostics.error(
                    interface.position, "interface '\(interface.name)' is defined twice",
                    hint: "give one of them another name")
            }
            for definition in interface.definitions { declare(definition, context) }
        }
    }

    func context(of interface: InterfaceSyntax, file: String, isLocal: Bool) -> Context {
        var context = Context(interface: interface.name, isLocal: isLocal, file: file)
        context.isMSUnion = interface.attributes.contains("ms_union")
        context.hasHelper = interface.attributes.contains("helper")
        if let attribute = interface.attributes.named("pointer_default") {
            switch attribute.arguments?.first?.first?.text {
            case "ref": context.pointerDefault = .ref
            case "unique": context.pointerDefault = .unique
            case "ptr": context.pointerDefault = .full
            default:
                diagnostics.error(
                    attribute.position, "pointer_default takes ref, unique or ptr", hint: "the usual one is unique")
            }
        }
        return context
    }

    func declare(_ definition: InterfaceSyntax.Definition, _ context: Context) {
        switch definition {
        case .function, .quote, .imports: break
        case .constant(let constant):
            addConstant(constant.name, constant.value, at: constant.position, local: context.isLocal)
        case .typedef(let typedef): declare(typedef, context)
        case .type(let type): declareInline(type, [], context)
        case .declare(let declare):
            addType(
                declare.name, keyword: declare.kind, .external, at: declare.position, context)
        }
    }

    private func declare(_ typedef: TypedefSyntax, _ context: Context) {
        if typedef.pointers > 0 || !typedef.dimensions.isEmpty {
            return declarePointer(typedef, context)
        }
        switch typedef.type {
        case .aggregate(let aggregate):
            if aggregate.members == nil, let tag = aggregate.name, tag != typedef.name {
                addAlias(typedef, context)
                return
            }
            let source: Source = aggregate.members == nil ? .external : .aggregate(aggregate, typedef.attributes)
            let id = addType(
                typedef.name, keyword: aggregate.isUnion ? "union" : "struct", source, at: typedef.position, context)
            if let tag = aggregate.name, tag != typedef.name, names[tag] == nil { names[tag] = .type(id) }
            declareMembers(of: aggregate, context)
        case .enumeration(let enumeration):
            if enumeration.values == nil, let tag = enumeration.name, tag != typedef.name {
                addAlias(typedef, context)
                return
            }
            let source: Source =
                enumeration.values == nil ? .external : .enumeration(enumeration, typedef.attributes)
            let id = addType(
                typedef.name, keyword: enumeration.isBitmap ? "bitmap" : "enum", source, at: typedef.position,
                context)
            if let tag = enumeration.name, tag != typedef.name, names[tag] == nil { names[tag] = .type(id) }
            declareValues(of: enumeration, local: context.isLocal)
        case .pipe(let attributes, let element, _):
            addType(
                typedef.name, keyword: "struct", .pipe(element, typedef.attributes + attributes), at: typedef.position,
                context)
        case .name, .void:
            if Scalar.named(typedef.name) == nil { addAlias(typedef, context) }
        }
    }

    /// `typedef struct x { ... } *px, ax[4];`: what it leads to may be defined here.
    private func declarePointer(_ typedef: TypedefSyntax, _ context: Context) {
        guard Scalar.named(typedef.name) == nil else { return }
        declareInline(typedef.type, [], context)
        var alias = typedef
        switch typedef.type {
        case .aggregate(let aggregate) where aggregate.name == nil:
            let name = typedef.name + "_target"
            let keyword = aggregate.isUnion ? "union" : "struct"
            addType(name, keyword: keyword, .aggregate(aggregate, []), at: aggregate.position, context)
            alias.type = .name(name, aggregate.position)
        case .enumeration(let enumeration) where enumeration.name == nil:
            let name = typedef.name + "_target"
            addType(name, keyword: "enum", .enumeration(enumeration, []), at: enumeration.position, context)
            alias.type = .name(name, enumeration.position)
        default: break
        }
        addAlias(alias, context)
    }

    private func addAlias(_ typedef: TypedefSyntax, _ context: Context) {
        if context.isLocal, let old = names[typedef.name] {
            let position: SourcePosition
            switch old {
            case .type(let id): position = entries[id].position
            case .alias(let first, _): position = first.position
            }
            if position.file == typedef.position.file, position != typedef.position {
                diagnostics.error(
                    typedef.position, "type '\(typedef.name)' is defined twice",
                    hint: "the first one is in line \(position.line)")
                return
            }
        }
        names[typedef.name] = .alias(typedef, context)
    }

    /// A type that is defined where it is used, or in a declaration of its own.
    func declareInline(_ type: TypeSyntax, _ attributes: [Attribute], _ context: Context) {
        switch type {
        case .aggregate(let aggregate):
            if let name = aggregate.name {
                let source: Source = aggregate.members == nil ? .external : .aggregate(aggregate, attributes)
                if aggregate.members != nil || names[name] == nil {
                    addType(
                        name, keyword: aggregate.isUnion ? "union" : "struct", source, at: aggregate.position, context)
                }
            }
            declareMembers(of: aggregate, context)
        case .enumeration(let enumeration):
            if let name = enumeration.name, enumeration.values != nil || names[name] == nil {
                let source: Source = enumeration.values == nil ? .external : .enumeration(enumeration, attributes)
                addType(
                    name, keyword: enumeration.isBitmap ? "bitmap" : "enum", source, at: enumeration.position, context)
            }
            declareValues(of: enumeration, local: context.isLocal)
        case .name, .void, .pipe: break
        }
    }

    private func declareMembers(of aggregate: AggregateSyntax, _ context: Context) {
        for member in aggregate.members ?? [] {
            switch member.type {
            case .aggregate(let inner)? where inner.members != nil: declareInline(.aggregate(inner), [], context)
            case .enumeration(let inner)? where inner.values != nil: declareInline(.enumeration(inner), [], context)
            default: break
            }
        }
    }

    private func declareValues(of enumeration: EnumerationSyntax, local: Bool) {
        var previous: String?
        for value in enumeration.values ?? [] {
            addConstant(
                value.name, value.value, at: value.position, local: local, previous: previous,
                isEnumeration: !enumeration.isBitmap)
            previous = value.name
        }
    }

    private func addConstant(
        _ name: String, _ tokens: [Token]?, at position: SourcePosition, local: Bool, previous: String? = nil,
        isEnumeration: Bool = false
    ) {
        if let old = constants[name], local, old.position.file == position.file {
            // Twice the same number is a macro twice the same, which C allows.
            if !isEnumeration, let tokens, old.tokens?.map(\.text) == tokens.map(\.text) { return }
            diagnostics.error(
                position, "'\(name)' is defined twice", hint: "the first one is in line \(old.position.line)")
            return
        }
        constants[name] = Constant(tokens: tokens, position: position, previous: previous)
    }

    @discardableResult
    func addType(
        _ name: String, keyword: String, _ source: Source, at position: SourcePosition, _ context: Context
    ) -> Int {
        if case .type(let id)? = names[name] {
            if case .external = source { return id }
            if entries[id].position == position || entries[id].model.isProvided { return id }
            if case .external = entries[id].source {
                // A forward declaration gets its body; it keeps its number.
            } else if context.isLocal && entries[id].context.isLocal {
                diagnostics.error(
                    position, "type '\(name)' is defined twice",
                    hint: "the first one is in line \(entries[id].position.line)")
                return id
            }
            entries[id].source = source
            entries[id].position = position
            entries[id].context = context
            entries[id].model.cName = cName(name, keyword)
            return id
        }
        let model = TypeModel(name: name, cName: cName(name, keyword), comment: "")
        entries.append(Entry(model: model, source: source, position: position, context: context))
        // The library's own types win over a definition of theirs, which only repeats them.
        if Scalar.named(name) == nil { names[name] = .type(entries.count - 1) }
        return entries.count - 1
    }

    private func cName(_ name: String, _ keyword: String) -> String {
        let tag = CNames.escaped(name)
        return keyword == "bitmap" ? "uint32_t" : keyword + " " + tag
    }
}
