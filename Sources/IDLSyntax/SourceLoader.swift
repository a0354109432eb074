// SPDX-License-Identifier: LGPL-3.0-or-later

/// Reads a file and everything that it imports, each file once, imports first.
public struct SourceLoader {
    private static let maxImportDepth = 100

    private let search: FileSearch
    private let definitions: [(String, String)]
    private let diagnostics: Diagnostics
    private var files: [SyntaxFile] = []
    private var done: Set<String> = []
    private var stack: [String] = []

    /// - Parameter definitions: macros of the command line (-D).
    public init(search: FileSearch, definitions: [(String, String)], diagnostics: Diagnostics) {
        self.search = search
        self.definitions = [("__PIDL__", "1")] + definitions
        self.diagnostics = diagnostics
    }

    /// The last file of the result is the one at `path`; nil when it cannot be read.
    public static func load(
        _ path: String, search: FileSearch, definitions: [(String, String)] = [], diagnostics: Diagnostics
    ) -> [SyntaxFile]? {
        var loader = SourceLoader(search: search, definitions: definitions, diagnostics: diagnostics)
        guard let bytes = search.file(path) else {
            diagnostics.error(
                SourcePosition(file: path, line: 1, column: 1), "cannot read the file",
                hint: "it must be a file that is there and may be read")
            return nil
        }
        loader.add(path, bytes)
        return loader.files
    }

    private mutating func add(_ path: String, _ bytes: [UInt8]) {
        stack.append(path)
        var preprocessor = Preprocessor(search: search, definitions: definitions, diagnostics: diagnostics)
        let tokens = preprocessor.process(bytes, file: path)
        var parser = Parser(tokens: tokens, file: path, diagnostics: diagnostics)
        let items = parser.file()
        for case .imports(let names) in items {
            for name in names { importFile(name, from: path) }
        }
        for case .interface(let interface) in items {
            for case .imports(let names) in interface.definitions {
                for name in names { importFile(name, from: path) }
            }
        }
        importObjectTypes(items, from: path)
        files.append(SyntaxFile(path: path, items: items, included: preprocessor.included))
        done.insert(path)
        stack.removeLast()
    }

    /// COM interfaces use the types of [MS-DCOM] without saying so. Where no orpc.idl is at hand, the model has its own.
    private mutating func importObjectTypes(_ items: [SyntaxFile.Item], from file: String) {
        let usesObjects = items.contains { item in
            if case .interface(let interface) = item { return interface.attributes.contains("object") }
            return false
        }
        guard usesObjects, let found = search.find("orpc.idl", from: file), !stack.contains(found.path),
            !done.contains(found.path), stack.count < Self.maxImportDepth
        else { return }
        add(found.path, found.bytes)
    }

    private static let ofWindows: Set<String> = [
        "wtypes.idl", "wtypesbase.idl", "unknwn.idl", "unknwnbase.idl", "objidl.idl", "objidlbase.idl", "oaidl.idl",
        "ms-dtyp.idl", "ms-rpce.idl",
    ]

    private mutating func importFile(_ name: Token, from file: String) {
        guard let found = search.find(name.unquoted, from: file) else {
            if Self.ofWindows.contains(name.unquoted) {
                diagnostics.warning(
                    name.position, "\(name.text) is not here; its usual names are known without it",
                    hint: "types that are not are errors where they are used")
                return
            }
            diagnostics.error(name.position, "cannot find the import \(name.text)", hint: "name its directory with -I")
            return
        }
        if stack.contains(found.path) {
            let cycle = (stack.drop { $0 != found.path } + [found.path]).joined(separator: " imports ")
            diagnostics.error(
                name.position, "imports go in a circle: \(cycle)",
                hint: "put what both need into a third file")
            return
        }
        if done.contains(found.path) { return }
        guard stack.count < Self.maxImportDepth else {
            diagnostics.error(
                name.position, "imports nest too deep at \(name.text)",
                hint: "\(Self.maxImportDepth) files may import one another; import the deepest ones first")
            return
        }
        add(found.path, found.bytes)
    }
}
