// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser
import IDLModel
import IDLRuntime

/// For those who look for an error in the compiler or in the engine.
struct NdrTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ndrtable", abstract: "Shows the table of an IDL file, record by record.", shouldDisplay: false)

    @OptionGroup var idl: IDLOptions
    @Argument var file: String

    func run() throws {
        let model = try idl.model(of: file)
        for interface in model.interfaces {
            do { try Files.write(try RuntimeTable(interface, of: model).text) } catch {
                throw Problem(text: "\(interface.name): \(error)")
            }
        }
    }
}
