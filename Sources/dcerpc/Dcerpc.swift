// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser

struct Dcerpc: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dcerpc",
        abstract: "Tools for DCE/RPC.",
        version: "dcerpc 1.0.0",
        subcommands: [NdrDump.self, NdrPack.self, NdrTable.self])
}

/// Exit status: 0 done, 1 something is wrong with the input, 2 something is wrong with the command line.
@main
enum Program {
    static func main() {
        var arguments: [String] = []
        for argument in CommandLine.arguments.dropFirst() {
            if argument.utf8.count > 2, argument.hasPrefix("-D") || argument.hasPrefix("-I") {
                // -DX=5: the value may have an '=' of its own.
                arguments += [String(argument.prefix(2)), String(argument.dropFirst(2))]
            } else {
                arguments.append(argument)
            }
        }
        do {
            var command = try Dcerpc.parseAsRoot(arguments)
            try command.run()
        } catch let problem as Problem {
            Files.complain("dcerpc: " + problem.text)
            Files.exit(problem.status)
        } catch {
            let status = Dcerpc.exitCode(for: error)
            if status == .success { Dcerpc.exit(withError: error) }
            Files.complain(Dcerpc.fullMessage(for: error))
            Files.exit(status == .validationFailure ? 2 : 1)
        }
    }
}

/// What ends the program.
struct Problem: Error {
    var text: String
    var status: Int32 = 1

    static func usage(_ text: String) -> Problem { Problem(text: text, status: 2) }
}
