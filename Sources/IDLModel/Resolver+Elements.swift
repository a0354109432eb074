// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// Where an element stands.
struct ElementScope {
    enum Kind {
        case structure
        case union
        case function
    }

    var parent: String
    var container: String
    var context: Resolver.Context
    var kind: Kind
    /// The type that holds it; nil for a function.
    var owner: Int?
    /// Hand-written C alone reads and writes it.
    var isHandMarshalled = false
    /// Blobs and strings in it go up to the end of the data.
    var isRemaining = false
}

extension Resolver {
    /// The element without its expressions, which need its siblings first; nil after a diagnostic.
    func element(_ syntax: ElementSyntax, _ scope: ElementScope, isLast: Bool) -> Element? {
        if syntax.type == nil {
            diagnostics.error(
                syntax.position, "a member without a type", hint: "write its type and its name: uint32 count;")
            return nil
        }
        guard let expanded = expanded(syntax) else { return nil }
        let attributes = expanded.syntax.attributes
        checkElementAttributes(attributes)
        var flags = self.flags(attributes)
        flags.isRemaining = flags.isRemaining || scope.isRemaining
        guard let type = opaquePointer(expanded, scope) ?? self.type(expanded, scope, flags, isLast: isLast) else {
            return nil
        }
        if let owner = scope.owner {
            noteByValue(type, owner: owner, at: syntax.position)
            noteSize(type, owner: owner, isUnion: scope.kind == .union, at: syntax.position)
        }
        let ignored: Set<String> = ["in", "out"]
        return Element(
            name: syntax.name, cName: CNames.escaped(syntax.name), type: type,
            isIn: syntax.attributes.contains("in"), isOut: syntax.attributes.contains("out"),
            isPrinted: !syntax.attributes.contains("noprint"),
            isSkipped: ["skip", "ignore", "skip_noinit"].contains { syntax.attributes.contains($0) },
            isKept: syntax.attributes.contains("skip_noinit"), isSecret: flags.isSecret,
            isContextHandle: attributes.contains("context_handle"),
            comment: comment(syntax.attributes, without: ignored))
    }

    private func type(
        _ element: ExpandedElement, _ scope: ElementScope, _ flags: PrintFlags, isLast: Bool
    ) -> NDRType? {
        if case .void = element.type {
            diagnostics.error(
                element.syntax.position, "'\(element.syntax.name)' is void, which has no bytes",
                hint: "a context handle needs [context_handle], a pointer that stays in C [ignore]")
            return nil
        }
        let anonymous = scope.parent + "_" + element.syntax.name
        guard let found = find(element.type, context: scope.context, anonymous: anonymous) else { return nil }
        if case .named(let id) = found, isPipe(id) { return pipeArgument(id, element, scope) }
        var builder = LevelBuilder(self, element, scope, flags, isLast: isLast)
        return builder.build(found)
    }

    private func noteByValue(_ type: NDRType, owner: Int, level: Int = 1, at position: SourcePosition) {
        switch type {
        case .named(let id, _):
            let nesting = entries[id].nesting + level
            guard nesting <= Self.maxNesting else {
                diagnostics.error(
                    position, "'\(entries[owner].model.name)' nests too deep by value",
                    hint: "\(Self.maxNesting) levels are the limit; use a pointer")
                return
            }
            entries[owner].nesting = max(entries[owner].nesting, nesting)
            entries[owner].byValue.append((id, position))
        case .array(let array, let element) where array.isInline:
            // Two records of the table: the array, and what counts its elements.
            noteByValue(element, owner: owner, level: level + 2, at: position)
        case .subcontext(_, let content), .flagged(_, let content):
            noteByValue(content, owner: owner, level: level + 1, at: position)
        default: break
        }
    }

    private func noteSize(_ type: NDRType, owner: Int, isUnion: Bool, at position: SourcePosition) {
        let size = leastSize(type)
        let old = entries[owner].leastSize
        entries[owner].leastSize = isUnion ? max(old, size) : old + size
        guard entries[owner].leastSize > Self.maxSize else { return }
        entries[owner].leastSize = 0
        diagnostics.error(
            position, "'\(entries[owner].model.name)' takes more than \(Self.maxSize) bytes",
            hint: "use fewer elements, or a pointer with size_is")
    }

    /// The least limit of all that lead to a type holds.
    func limitRecursion(of id: Int, _ attribute: Attribute) {
        let limit = evaluate(attribute.arguments?.first ?? [], "max_recursion", at: attribute.position) ?? 0
        if limit < 1 || limit > 0xffff_ffff {
            diagnostics.error(
                attribute.position, "max_recursion needs a positive number", hint: "max_recursion(100)")
            return
        }
        let old = entries[id].model.maxRecursion
        entries[id].model.maxRecursion = old == 0 ? limit : min(old, limit)
    }

    /// At least as many bytes in C; one more than `maxSize` for all that is too many.
    private func leastSize(_ type: NDRType) -> Int {
        switch type {
        case .named(let id, _): return entries[id].leastSize
        case .scalar(let scalar, _): return max(1, (scalar.bits ?? 8) / 8)
        case .array(let level, let element) where level.isInline:
            let (size, overflow) = leastSize(element).multipliedReportingOverflow(by: Int(level.fixedCount ?? 1))
            return overflow ? Self.maxSize + 1 : min(size, Self.maxSize + 1)
        case .subcontext(_, let content), .flagged(_, let content): return leastSize(content)
        case .array, .blob, .pointer, .string: return 8
        }
    }

    func range(_ attributes: [Attribute]) -> Range? {
        guard let attribute = attributes.named("range") else { return nil }
        guard let arguments = attribute.arguments, arguments.count == 2,
            let minimum = bound(arguments[0], at: attribute.position),
            let maximum = bound(arguments[1], at: attribute.position)
        else {
            diagnostics.error(
                attribute.position, "range takes two numbers: range(minimum, maximum)", hint: "range(0, 1024)")
            return nil
        }
        let isKnown = minimum.text == nil && maximum.text == nil
        if isKnown, minimum.value > maximum.value {
            diagnostics.error(
                attribute.position, "the range has no value in it", hint: "the smaller number comes first")
        }
        return Range(
            minimum: minimum.value, maximum: maximum.value, minimumText: minimum.text, maximumText: maximum.text)
    }

    /// A bound of a range; macros of this file's cpp_quote() stay C text.
    private func bound(_ tokens: [Token], at position: SourcePosition) -> (value: Int64, text: String?)? {
        if tokens.contains(where: { $0.kind == .identifier && quotedMacros.contains($0.text) }) {
            return (0, "(" + tokens.sourceText + ")")
        }
        return evaluate(tokens, "the range", at: position).map { ($0, nil) }
    }
}

/// Turns brackets, stars and size attributes into levels, in the order and with the defaults of pidl.
private struct LevelBuilder {
    private enum Level {
        case pointer(PointerKind, isTopLevel: Bool)
        case array(ArrayLevel)
    }

    private let resolver: Resolver
    private let syntax: ElementSyntax
    private let element: ExpandedElement
    private let scope: ElementScope
    private let flags: PrintFlags
    private let isLast: Bool
    private var sizes: [[Token]]
    private var lengths: [[Token]]
    private var firsts: [[Token]]
    private var isString: Bool
    private var levels: [Level] = []
    private let range: Range?

    init(
        _ resolver: Resolver, _ element: ExpandedElement, _ scope: ElementScope, _ flags: PrintFlags, isLast: Bool
    ) {
        self.resolver = resolver
        self.element = element
        syntax = element.syntax
        self.scope = scope
        self.flags = flags
        self.isLast = isLast
        (sizes, lengths, firsts) = resolver.bounds(syntax)
        isString = syntax.attributes.contains("string")
        range = resolver.range(syntax.attributes)
    }

    private func error(_ message: String, hint: String) {
        resolver.diagnostics.error(syntax.position, message, hint: hint)
    }

    mutating func build(_ found: Found) -> NDRType? {
        var left = element.pointers
        if left == 0 {
            for name in ["ref", "unique", "ptr", "relative", "relative_short"] where syntax.attributes.contains(name) {
                error("[\(name)] on '\(syntax.name)', which is no pointer", hint: "add a '*' or remove the attribute")
            }
        } else if left > 16 {
            error("'\(syntax.name)' has too many pointer levels", hint: "16 are the limit")
            return nil
        }
        guard element.declarators.reduce(0, { $0 + $1.dimensions.count }) <= 16 else {
            error("'\(syntax.name)' has too many dimensions", hint: "16 are the limit")
            return nil
        }
        for declarator in element.declarators {
            for dimension in declarator.dimensions {
                guard addArray(dimension, isOutermost: levels.isEmpty) else { return nil }
            }
            addPointers(declarator, &left)
        }
        if !sizes.isEmpty {
            error("size_is has more entries than '\(syntax.name)' has arrays", hint: "one entry for each '*' and '[]'")
        }
        if !firsts.isEmpty {
            error("first_is has more entries than '\(syntax.name)' has arrays", hint: "one entry for each '*' and '[]'")
        }
        if !lengths.isEmpty {
            error(
                "length_is has more entries than '\(syntax.name)' has arrays", hint: "one entry for each '*' and '[]'")
        }
        if isString { error("[string] on '\(syntax.name)', which is no array", hint: "add a '*' or brackets") }
        return assemble(found)
    }

    // MARK: - Brackets

    private mutating func addArray(_ dimension: [Token], isOutermost: Bool) -> Bool {
        var level = ArrayLevel()
        level.range = range
        level.isHex = flags.isHex
        level.isSecret = flags.isSecret
        guard dimension.isEmpty else { return addBounded(dimension, level, isOutermost: isOutermost) }
        level.isConformant = true
        var isTerminated = false
        let size = takeFirst(&sizes)
        if size != nil {
            isTerminated = element.pointers < 1 && isString
        } else if sizes.isEmpty && isString {
            isTerminated = true
        } else {
            error(
                "the conformant array '\(syntax.name)' needs size_is",
                hint: "say where its count comes from: [size_is(count)]")
            return false
        }
        if isTerminated { isString = false }
        level.isTerminated = isTerminated
        level.size = placeholder(size, .size)
        let length = takeFirst(&lengths)
        level.first = takeFirstElement()
        level.isVarying = length != nil || isTerminated || level.first != nil
        level.length = placeholder(length, .length) ?? (level.isVarying && level.first == nil ? level.size : nil)
        levels.append(.array(level))
        return true
    }

    private mutating func addBounded(_ dimension: [Token], _ bounded: ArrayLevel, isOutermost: Bool) -> Bool {
        var level = bounded
        guard dimension.count == 1, dimension[0].kind == .number,
            let count = ExpressionParser.number(dimension[0].text), count >= 0, count <= 0x7fff_ffff
        else {
            if dimension.count == 1, dimension[0].kind == .number {
                error("array '\(syntax.name)' has too many elements", hint: "\(Int32.max) are the limit")
                return false
            }
            // As many elements as the expression says, without counts on the wire; in C behind a pointer.
            level.size = placeholder(dimension, .size)
            levels.append(.array(level))
            return true
        }
        if count == 0 {
            error("array '\(syntax.name)' has no elements", hint: "leave it out, or name its count: [size_is(n)] a[]")
            return false
        }
        level.fixedCount = count
        level.isInline = true
        if !(isOutermost && isString) {
            // MIDL's fixed array of which a part travels.
            level.first = takeFirstElement()
            level.length = placeholder(takeFirst(&lengths), .length)
            level.isVarying = level.length != nil || level.first != nil
        }
        if isOutermost && isString {
            isString = false
            level.isVarying = true
            level.isTerminated = true
            level.isInline = false
            level.range = range ?? Range(minimum: 0, maximum: count)
        }
        levels.append(.array(level))
        return true
    }

    // MARK: - Stars

    /// `left` counts the pointers that are still to come.
    private mutating func addPointers(_ declarator: Declarator, _ left: inout Int) {
        for index in 0..<declarator.pointers {
            let isFirst = left == element.pointers
            left -= 1
            var kind = scope.kind == .function && isFirst ? .ref : scope.context.pointerDefault
            if element.isInterface && left == 0 { kind = .unique }
            if index == 0, let written = declarator.kind { kind = written }
            levels.append(.pointer(kind, isTopLevel: isFirst && scope.kind == .function))
            addPointedArray(isLastPointer: left == 0)
        }
    }

    private mutating func addPointedArray(isLastPointer: Bool) {
        var level = ArrayLevel()
        level.range = range
        level.isHex = flags.isHex
        level.isSecret = flags.isSecret
        let size = takeFirst(&sizes)
        if size != nil {
            level.isConformant = true
            level.size = placeholder(size, .size)
            let length = takeFirst(&lengths)
            level.first = takeFirstElement()
            level.isVarying = length != nil || level.first != nil
            level.length = placeholder(length, .length)
        }
        if sizes.isEmpty && isString && isLastPointer {
            isString = false
            level.isTerminated = true
            level.isVarying = true
            level.isConformant = true
            if level.length == nil { level.length = level.size }
        }
        if size != nil || level.isTerminated { levels.append(.array(level)) }
    }

    /// An empty entry, as in size_is(,*count), skips a level.
    private func takeFirst(_ list: inout [[Token]]) -> [Token]? {
        guard !list.isEmpty else { return nil }
        let first = list.removeFirst()
        return first.isEmpty ? nil : first
    }

    private mutating func takeFirstElement() -> Directional? {
        let tokens = takeFirst(&firsts)
        return tokens?.map(\.text) == ["0"] ? nil : placeholder(tokens, .length)
    }

    // Expressions are resolved when all siblings are known; until then a level carries the text.

    private enum Role { case size, length }

    private func placeholder(_ tokens: [Token]?, _ role: Role) -> Directional? {
        guard let tokens else { return nil }
        return Directional(input: .pending(resolver.remember(tokens)), output: nil)
    }

    // MARK: - The type

    private func assemble(_ found: Found) -> NDRType? {
        var type: NDRType
        var rest = levels
        if let charset = syntax.attributes.named("charset") ?? wideCharset(found) {
            guard let string = stringType(charset, found, &rest) else { return nil }
            type = string
        } else {
            guard let data = dataType(found, isInArray: rest.last.map(isArray) ?? false) else { return nil }
            type = data
        }
        guard let wrapped = subcontext(type) else { return nil }
        type = wrapped
        for level in rest.reversed() {
            switch level {
            case .pointer(let kind, let isTopLevel): type = .pointer(kind, isTopLevel: isTopLevel, to: type)
            case .array(let array): type = .array(array, of: type)
            }
        }
        var wire = flags.wire
        switch type.content {
        // To a blob it says what it is; to the others nothing.
        case .blob, .scalar: break
        default: wire.alignment = flags.alignment
        }
        if case .string = type.content {} else { wire.dynamic = placeholder(flags.dynamic, .size) }
        if !wire.isEmpty { type = .flagged(wire, of: type) }
        return type
    }

    /// [string] wchar_t * is text in UTF-16 to MIDL; pidl says so with a charset.
    private func wideCharset(_ found: Found) -> Attribute? {
        guard case .scalar(let scalar) = found, ["wchar_t", "WCHAR"].contains(scalar.name),
            let attribute = syntax.attributes.named("string")
        else { return nil }
        let word = Token(kind: .identifier, text: "UTF16", position: attribute.position)
        return Attribute(name: "charset", arguments: [[word]], position: attribute.position)
    }

    /// The type in the subcontext that it is declared to be in, if any.
    private func subcontext(_ type: NDRType) -> NDRType? {
        guard let attribute = syntax.attributes.named("subcontext") else {
            for name in ["subcontext_size", "subcontext_align", "compression"] where syntax.attributes.contains(name) {
                error(
                    "\(name) on '\(syntax.name)', which has no subcontext", hint: "add subcontext(0), (2) or (4)")
            }
            return type
        }
        if case .string(_, let level, _) = type, level.isConformant, !level.isStringType {
            resolver.unsupported(attribute.position, "a subcontext of counted characters")
            return nil
        }
        let headers: [Int64: String] = [
            0: "NONE", 2: "UINT16", 4: "UINT32", 0xffff_fc01: "TYPE_1", 0xffff_fc02: "TYPE_2",
        ]
        guard let number = resolver.evaluate(attribute.arguments?.first ?? [], "subcontext", at: attribute.position),
            let header = headers[number]
        else {
            error(
                "subcontext takes 0, 2, 4, 0xFFFFFC01 or 0xFFFFFC02: what stands before the content",
                hint: "0: nothing, 2 and 4: its size in so many bytes, the others: type serialisation 1 and 2")
            return nil
        }
        let size = syntax.attributes.named("subcontext_size").map(resolver.tokens(of:))
        var level = SubcontextLevel(header: header, size: placeholder(size, .size))
        if let compression = syntax.attributes.named("compression") {
            guard let arguments = compression.arguments, arguments.count == 3 else {
                error(
                    "compression takes the algorithm, the compressed size and the plain size",
                    hint: "compression(NDR_COMPRESSION_MSZIP, compressed_length, plain_length)")
                return nil
            }
            level.algorithm = placeholder(arguments[0], .size)
            level.plainSize = placeholder(arguments[2], .size)
        }
        if let alignment = syntax.attributes.named("subcontext_align") {
            let number = resolver.evaluate(alignment.arguments?.first ?? [], "subcontext_align", at: alignment.position)
            guard let number, [2, 4, 8].contains(number) else {
                error(
                    "subcontext_align takes 2, 4 or 8: of what its size is filled up to a multiple, with zeros",
                    hint: "subcontext_align(8)")
                return nil
            }
            level.alignment = number
        }
        return .subcontext(level, of: type)
    }

    private func isArray(_ level: Level) -> Bool {
        if case .array = level { return true }
        return false
    }

    private func dataType(_ found: Found, isInArray: Bool) -> NDRType? {
        let valueRange = isInArray ? nil : range
        if case .named = found {
        } else if syntax.attributes.contains("max_recursion") {
            error(
                "max_recursion on '\(syntax.name)', which leads to no structure", hint: "say it of a pointer to one")
        }
        switch found {
        case .text(let isArray): return textType(isArray: isArray)
        case .blob:
            if flags.isRemaining { return .flagged(WireFlags(blob: "REMAINING"), of: .blob) }
            return flags.alignment.map { .flagged(WireFlags(blob: $0), of: .blob) } ?? .blob
        case .scalar(let scalar):
            if valueRange != nil && scalar.bits == nil {
                error(
                    "range on '\(syntax.name)', which is no number", hint: "remove it, or say range of the field itself"
                )
            }
            return .scalar(scalar, range: valueRange)
        case .named(let id):
            if let recursion = syntax.attributes.named("max_recursion") {
                resolver.limitRecursion(of: id, recursion)
            }
            return .named(id, range: valueRange)
        }
    }

    /// `string` with its flags.
    private func textType(isArray: Bool) -> NDRType? {
        var level = ArrayLevel()
        level.isStringType = true
        let text = flags.text
        let others: Set<String> = ["SIZE2", "BYTESIZE", "CHARLEN", "RAW8", "NO_EMBEDDED_NUL"]
        let counts = text.intersection(["SIZE4", "LEN4", "NULLTERM"])
        if isArray || flags.dynamic != nil || flags.isRemaining || counts.isEmpty || !text.isDisjoint(with: others) {
            return flaggedText(level, isArray: isArray)
        }
        if counts.contains("NULLTERM"), counts.count > 1 {
            error(
                "a string with a size and a terminator that says where it ends",
                hint: "remove STR_NULLTERM, or STR_SIZE4 and STR_LEN4")
            return nil
        }
        level.isConformant = text.contains("SIZE4")
        level.isVarying = text.contains("LEN4")
        level.isTerminated = !text.contains("NOTERM")
        if counts.contains("NULLTERM"), !level.isTerminated {
            error(
                "a string that ends with its terminator and has none", hint: "remove STR_NULLTERM or STR_NOTERM")
            return nil
        }
        // Its maximum count moves to the start of the structure then, as an array's does.
        if text.contains("CONFORMANT") { level.isStringType = false }
        let charset: Charset = text.contains("UTF8") ? .utf8 : text.contains("ASCII") ? .dos : .utf16
        return .string(charset, level, toNull: false)
    }

    /// A form that only NDR_TEXT_* can say.
    private func flaggedText(_ plain: ArrayLevel, isArray: Bool) -> NDRType? {
        var level = plain
        level.text = flags.text.reduce(isArray ? 1 : 0) { $0 | (Resolver.textFlags[$1] ?? 0) }
        if flags.isRemaining { level.text |= Resolver.textFlags["REMAINING"] ?? 0 }
        level.size = placeholder(flags.dynamic, .size)
        let counts = flags.text.intersection(["SIZE4", "LEN4", "SIZE2", "NULLTERM"])
        let ends =
            counts.count == 1 || counts == ["SIZE4", "LEN4"] || flags.text.contains("NOTERM") && flags.isRemaining
        // As in libndr this is no error: structures that hand-written C marshals have such strings.
        if !ends, flags.dynamic == nil {
            resolver.diagnostics.warning(
                syntax.position, "nothing says where '\(syntax.name)' ends, so it cannot be marshalled",
                hint: "add one of STR_NULLTERM, STR_SIZE2, STR_SIZE4, STR_LEN4")
        }
        // An expression may be all that is said.
        if level.text == 0 { level.text = Resolver.textFlags["CONFORMANT"] ?? 0 }
        let bytes = !flags.text.isDisjoint(with: ["UTF8", "RAW8"])
        return .string(bytes ? .utf8 : flags.text.contains("ASCII") ? .dos : .utf16, level, toNull: false)
    }

    /// `[charset(UTF16)] uint8 x[n]`: n bytes of UTF-16.
    private func canCountBytes(_ level: ArrayLevel) -> Bool {
        guard !level.isConformant, !level.isVarying else { return false }
        return level.fixedCount.map { $0 % 2 == 0 } ?? true
    }

    private func stringType(_ attribute: Attribute, _ found: Found, _ rest: inout [Level]) -> NDRType? {
        let name = attribute.arguments?.first?.first?.text ?? ""
        if name == "URF16" {
            // spoolss.idl writes it so.
            resolver.diagnostics.warning(attribute.position, "charset(URF16) is taken for charset(UTF16)")
        }
        guard let charset = Charset(rawValue: name == "URF16" ? "UTF16" : name) else {
            resolver.unsupported(attribute.position, "charset(\(name))")
            return nil
        }
        if case .pointer? = rest.last {
            resolver.diagnostics.warning(
                syntax.position, "charset on '\(syntax.name)' without [string], which is meant")
            var level = ArrayLevel()
            level.isConformant = true
            level.isVarying = true
            level.isTerminated = true
            rest.append(.array(level))
        }
        guard case .array(var level)? = rest.last else {
            error("charset on '\(syntax.name)', which is no array of characters", hint: "add [string] and a '*'")
            return nil
        }
        guard case .scalar(let scalar) = found,
            (scalar.bits ?? 0) == charset.unitSize * 8 || (scalar.bits == 8 && canCountBytes(level))
        else {
            error(
                "charset(\(name)) needs characters of \(charset.unitSize) bytes in '\(syntax.name)'",
                hint: charset.unitSize == 2 ? "use uint16" : "use uint8")
            return nil
        }
        level.countsBytes = scalar.bits != charset.unitSize * 8
        rest.removeLast()
        level.isInline = false
        return .string(charset, level, toNull: syntax.attributes.contains("to_null"))
    }
}
