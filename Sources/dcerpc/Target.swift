// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser
import IDLModel
import IDLRuntime
import IDLSyntax
import NDR

/// Options that say which IDL file, and how its bytes are written.
struct IDLOptions: ParsableArguments {
    @Option(
        name: [.customShort("I"), .customLong("includedir")],
        help: ArgumentHelp("Where IDL files, their imports and includes are found.", valueName: "directory"))
    var directories: [String] = []
    @Option(
        name: [.customShort("D"), .customLong("define")],
        help: ArgumentHelp("Defines a macro.", valueName: "name[=value]"))
    var definitions: [String] = []

    /// Where installed IDL files stand, seen from bin/dcerpc.
    private var installed: [String] { Files.programDirectory.map { [$0 + "/../share/dcerpcswift/idl"] } ?? [] }

    /// A file as named; else NAME.idl in the -I directories, ./, ./idl and the installed ones.
    private func path(of name: String) throws -> String {
        if Files.exists(name), name.hasSuffix(".idl") || name.contains("/") { return name }
        for directory in directories + [".", "idl"] + installed where !name.contains("/") {
            for candidate in [directory + "/" + name, directory + "/" + name + ".idl"]
            where candidate.hasSuffix(".idl") && Files.exists(candidate) {
                return candidate
            }
        }
        if Files.exists(name) { return name }
        throw Problem(text: "there is no '\(name)', and no '\(name).idl' in the directories of -I")
    }

    func model(of name: String) throws -> Model {
        let path = try path(of: name)
        let diagnostics = Diagnostics()
        let definitions = definitions.map { definition -> (String, String) in
            guard let equals = definition.firstIndex(of: "=") else { return (definition, "1") }
            return (String(definition[..<equals]), String(definition[definition.index(after: equals)...]))
        }
        let search = FileSearch(directories: directories + installed, read: Files.read)
        let sources = SourceLoader.load(path, search: search, definitions: definitions, diagnostics: diagnostics)
        let model = sources.flatMap { diagnostics.hasErrors ? nil : Resolver.model(of: $0, diagnostics: diagnostics) }
        for diagnostic in diagnostics.all { Files.complain(diagnostic.text) }
        guard let model, !diagnostics.hasErrors else { throw Problem(text: "'\(path)' is not understood") }
        return model
    }
}

extension IDLOptions {
    /// An interface with nothing but a type that the library knows without any IDL file, such as GUID; nil for no such
    /// name. Samba's ndrdump finds those in the files that define them for it.
    static func model(ofBuiltIn name: String) -> Model? {
        guard name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }) else { return nil }
        let text = "interface built_in { void show([in] \(name) *value); }"
        let search = FileSearch(directories: []) { _ in Array(text.utf8) }
        let diagnostics = Diagnostics()
        guard let source = SourceLoader.load("", search: search, diagnostics: diagnostics), !diagnostics.hasErrors,
            let model = Resolver.model(of: source, diagnostics: diagnostics), !diagnostics.hasErrors
        else { return nil }
        return model
    }
}

enum Part: String, ExpressibleByArgument, CaseIterable {
    case `in`, out, `struct`
}

/// The function or type that a command works on.
struct TargetOptions: ParsableArguments {
    @OptionGroup var idl: IDLOptions
    @Option(help: ArgumentHelp("The interface, where the file has several with such a function.", valueName: "name"))
    var interface: String?
    @Flag(name: .customLong("ndr64"), help: "The bytes are NDR64 instead of NDR32.") var isNDR64 = false
    @Flag(name: .customLong("big-endian"), help: "The bytes are big-endian.") var isBigEndian = false
    @Option(help: ArgumentHelp("A union's level, when the type is a union.", valueName: "number")) var level: Int64 = 0
    @Option(
        name: [.customShort("c"), .customLong("context-file")],
        help: ArgumentHelp("The [in] part of the call, which the [out] part may refer to.", valueName: "file"))
    var contextFile: String?

    @Argument(help: ArgumentHelp("An IDL file, or the name of one without its ending.", valueName: "idl"))
    var file: String
    @Argument(help: ArgumentHelp("A function or its opnum; with 'struct' a type.", valueName: "format"))
    var format: String
    @Argument(help: ArgumentHelp("in, out or struct.", valueName: "in|out|struct")) var part: Part
    @Argument(help: "The input; standard input without one.") var input: String?

    var rules: Rules { Rules(ndr64: isNDR64, bigEndian: isBigEndian) }

    func target() throws -> Target {
        let model = try idl.model(of: file)
        var problem = "no interface of '\(file)' has a \(part == .struct ? "type" : "function") '\(format)'"
        if let interface {
            guard model.interfaces.contains(where: { $0.name == interface }) else {
                throw Problem(text: "there is no interface '\(interface)' in '\(file)'")
            }
        }
        var candidates = model.interfaces.filter { interface == nil || $0.name == interface }.map { ($0, model) }
        if part == .struct, let builtIn = IDLOptions.model(ofBuiltIn: format) {
            candidates += builtIn.interfaces.map { ($0, builtIn) }
        }
        for (candidate, model) in candidates {
            do throws(RuntimeError) {
                let runtime = try RuntimeInterface(candidate, of: model)
                if let subject = subject(in: runtime) {
                    if let text = runtime.foreignExpression(in: subject) {
                        throw RuntimeError("'\(format)' needs a C function that only a program has: \(text)")
                    }
                    if let name = runtime.handMarshalled(in: subject) {
                        throw RuntimeError("'\(format)' needs marshallers that only a program has: those of \(name)")
                    }
                    return Target(runtime: runtime, subject: subject, name: name(subject, runtime))
                }
            } catch { problem = error.description }
        }
        throw Problem(text: problem)
    }

    private func subject(in runtime: RuntimeInterface) -> RuntimeInterface.Subject? {
        switch part {
        case .in: return runtime.opnum(format).map { .call($0, .request) }
        case .out: return runtime.opnum(format).map { .call($0, .response) }
        case .struct: return runtime.hasType(format) ? .type(format, level: level) : nil
        }
    }

    private func name(_ subject: RuntimeInterface.Subject, _ runtime: RuntimeInterface) -> String {
        if case .call(let opnum, _) = subject { return runtime.name(opnum) }
        return format
    }
}

struct Target {
    var runtime: RuntimeInterface
    var subject: RuntimeInterface.Subject
    var name: String

    /// The subject's [in] part, when it is the [out] part of a call.
    var context: RuntimeInterface.Subject? {
        if case .call(let opnum, .response) = subject { return .call(opnum, .request) }
        return nil
    }
}
