// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser
import IDLEmit
import IDLModel
import IDLSyntax

@main
struct Tool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dcerpc-idl",
        abstract: "Compiles interface definitions (IDL) to C for libdcerpcswift.",
        discussion: """
            Without an output option it writes X.h, ndr_X.h, ndr_X.c, ndr_X_c.h, ndr_X_c.c and ndr_X_s.h for X.idl.
            --header, --ndr-parser, --client and --server take a file name after '=', as in --header=other.h; the \
            sources of tables and client stubs are named after their headers.
            Nothing is written when anything is wrong.
            """,
        version: "dcerpc-idl 1.0.0, table format 1")

    @Flag(help: "Write the types: X.h.") var header = false
    @Option(help: .hidden) var headerFile: String?
    @Flag(help: "Write the tables: ndr_X.h and ndr_X.c.") var ndrParser = false
    @Option(help: .hidden) var ndrParserFile: String?
    @Flag(
        help: "With the tables: ndr_push_T(), ndr_pull_T(), ndr_print_T() of public types and functions, as libndr has."
    )
    var ndrFunctions = false
    @Flag(help: "Write client stubs: ndr_X_c.h and ndr_X_c.c.") var client = false
    @Option(help: .hidden) var clientFile: String?
    @Flag(help: "Write server entry points: ndr_X_s.h.") var server = false
    @Option(help: .hidden) var serverFile: String?
    @Flag(help: "Write a server to start from: X_server.c. It never overwrites one.") var serverTemplate = false
    @Option(help: .hidden) var serverTemplateFile: String?
    @Flag(help: "Only check; write nothing.") var check = false
    @Flag(help: "Only parse; look nothing up and write nothing.") var parseOnly = false

    @Option(help: ArgumentHelp("Where the files go.", valueName: "directory")) var outputdir = "."
    @Option(help: ArgumentHelp("Write what was read as a rule for make.", valueName: "file")) var depfile: String?
    @Option(
        name: [.customShort("I"), .customLong("includedir")],
        help: ArgumentHelp("Where imports and includes are found.", valueName: "directory"))
    var includeDirectories: [String] = []
    @Option(
        name: [.customShort("D"), .customLong("define")],
        help: ArgumentHelp("Defines a macro.", valueName: "name[=value]"))
    var definitions: [String] = []
    @Argument(help: "The files to compile.") var files: [String]

    /// Options that take a value only behind '='.
    private static let optionalValues = ["--header", "--ndr-parser", "--client", "--server", "--server-template"]

    static func main() {
        var arguments: [String] = []
        for argument in CommandLine.arguments.dropFirst() {
            if let equals = argument.firstIndex(of: "="), optionalValues.contains(String(argument[..<equals])) {
                arguments.append(argument[..<equals] + "-file=" + argument[argument.index(after: equals)...])
            } else if argument.utf8.count > 2, argument.hasPrefix("-D") || argument.hasPrefix("-I") {
                // -DX=5: the value may have an '=' of its own.
                arguments += [String(argument.prefix(2)), String(argument.dropFirst(2))]
            } else {
                arguments.append(argument)
            }
        }
        main(arguments)
    }

    func run() throws {
        var hasFailed = false
        for file in files {
            let compilation = Compilation(tool: self, file: file)
            if !compilation.run() { hasFailed = true }
        }
        if hasFailed { throw ExitCode(1) }
    }
}
