// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLEmit
import IDLModel
import IDLSyntax

/// One file from text to outputs.
struct Compilation {
    let tool: Tool
    let file: String

    func run() -> Bool {
        let diagnostics = Diagnostics()
        let search = FileSearch(directories: tool.includeDirectories, read: Files.read)
        let definitions = tool.definitions.map { definition -> (String, String) in
            guard let equals = definition.firstIndex(of: "=") else { return (definition, "1") }
            return (String(definition[..<equals]), String(definition[definition.index(after: equals)...]))
        }
        let sources = SourceLoader.load(file, search: search, definitions: definitions, diagnostics: diagnostics)
        var outputs: [(path: String, text: String)] = []
        if let sources, !diagnostics.hasErrors, !tool.parseOnly,
            let model = Resolver.model(of: sources, diagnostics: diagnostics)
        {
            outputs = self.outputs(of: model)
            if let depfile = tool.depfile {
                let targets = outputs.map(\.path).joined(separator: " ")
                let inputs = sources.flatMap { [$0.path] + $0.included }
                outputs.append((depfile, targets + ": " + inputs.joined(separator: " \\\n\t") + "\n"))
            }
        }
        for diagnostic in diagnostics.all { Files.complain(diagnostic.text) }
        if diagnostics.hasErrors { return false }
        if tool.check || tool.parseOnly { return true }
        if let problem = Files.writeAll(outputs) {
            Files.complain("dcerpc-idl: " + problem)
            return false
        }
        return true
    }

    private func outputs(of model: Model) -> [(path: String, text: String)] {
        let base = model.baseName
        let wantsHeader = tool.header || tool.headerFile != nil
        let wantsTables = tool.ndrParser || tool.ndrParserFile != nil
        let wantsClient = tool.client || tool.clientFile != nil
        let wantsServer = tool.server || tool.serverFile != nil
        let wantsTemplate = tool.serverTemplate || tool.serverTemplateFile != nil
        let wantsAll = !(wantsHeader || wantsTables || wantsClient || wantsServer || wantsTemplate)

        let header = tool.headerFile ?? "\(base).h"
        let tables = tool.ndrParserFile ?? "ndr_\(base).h"
        let client = tool.clientFile ?? "ndr_\(base)_c.h"
        let server = tool.serverFile ?? "ndr_\(base)_s.h"
        let template = tool.serverTemplateFile ?? "\(base)_server.c"
        var result: [(path: String, text: String)] = []
        func add(_ name: String, _ text: String) { result.append((path(name), text)) }
        if wantsHeader || wantsAll { add(header, HeaderEmitter(model).text(file: header)) }
        if wantsTables || wantsAll {
            let emitter = TableEmitter(model, functions: tool.ndrFunctions)
            add(tables, emitter.header(file: tables, types: header))
            add(source(tables), emitter.source(header: tables))
        }
        if wantsClient || wantsAll {
            let emitter = ClientEmitter(model)
            add(client, emitter.header(file: client, tables: tables))
            add(source(client), emitter.source(header: client))
        }
        if wantsServer || wantsAll { add(server, ServerEmitter(model).header(file: server, tables: tables)) }
        if wantsTemplate && !Files.exists(path(template)) {
            add(template, ServerEmitter(model).template(serverHeader: server))
        }
        return result
    }

    private func path(_ name: String) -> String {
        name.hasPrefix("/") || tool.outputdir == "." ? name : tool.outputdir + "/" + name
    }

    private func source(_ header: String) -> String {
        (header.hasSuffix(".h") ? String(header.dropLast(2)) : header) + ".c"
    }
}
