// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser
import IDLRuntime
import NDR
import Wire

struct NdrPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ndrpack",
        abstract: "Makes NDR bytes of JSON as ndrdump --json writes it.",
        discussion: "The [out] part of a call may refer to its [in] part: --context-file names the JSON of that.")

    @OptionGroup var options: TargetOptions
    @Flag(help: "Write hexadecimal digits.") var hex = false

    func run() throws {
        let target = try options.target()
        let arena = Arena()
        do {
            let value = try target.runtime.makeValue(target.subject, arena)
            if let context = target.context, let file = options.contextFile {
                try target.runtime.fill(context, try JSON(parsing: try Files.input(file)), value, arena)
            }
            try target.runtime.fill(target.subject, try JSON(parsing: try Files.input(options.input)), value, arena)
            let bytes = try target.runtime.push(target.subject, options.rules, value)
            try Files.write(hex ? Array((HexText.text(bytes) + "\n").utf8) : bytes, to: 1)
        } catch let error as RuntimeError {
            throw Problem(text: "\(target.name): \(error)")
        } catch let error as NDRError {
            throw Problem(text: "push returned \(error)")
        }
    }
}
