// SPDX-License-Identifier: LGPL-3.0-or-later

import ArgumentParser
import IDLRuntime
import NDR

struct NdrDump: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ndrdump",
        abstract: "Shows what NDR bytes say, with an IDL file and no C compiler.",
        discussion: """
            dcerpc ndrdump samr samr_CreateUser in request.dat reads the stub data of a request; out that of a \
            response; struct a type on its own. The IDL file is found as samr.idl in the -I directories, here, in \
            ./idl and among the installed ones.
            Exit status: 0 decoded, 1 not decoded (or, with --validate, other bytes come back), 2 wrong usage.
            """)

    @OptionGroup var options: TargetOptions
    @Flag(help: "JSON instead of ndrdump's layout.") var json = false
    @Flag(name: .customLong("validate"), help: "Push what was read and compare the bytes.") var isValidating = false
    @Flag(help: "The input is hexadecimal digits or a hex dump.") var hex = false
    @Flag(help: "The input is base64.") var base64 = false
    @Flag(name: .customLong("hex-input"), help: .hidden) var hexInput = false
    @Flag(name: .customLong("base64-input"), help: .hidden) var base64Input = false
    @Flag(help: "Show the bytes too.") var dumpData = false
    @Flag(help: "Show nothing of the content.") var quiet = false

    func validate() throws {
        if (hex || hexInput) && (base64 || base64Input) {
            throw ValidationError("The input is hexadecimal or base64, not both.")
        }
    }

    func run() throws {
        let target = try options.target()
        let arena = Arena()
        let bytes = try input(options.input)
        var source = bytes
        do {
            let value = try target.runtime.makeValue(target.subject, arena)
            if let context = target.context, let file = options.contextFile {
                source = try input(file)
                try target.runtime.pull(context, options.rules, source, into: value, arena, allowTrailing: true)
                try warn(ofUnread: source, behind: target.runtime.consumed(context, options.rules, source))
                source = bytes
            }
            try target.runtime.pull(target.subject, options.rules, bytes, into: value, arena, allowTrailing: true)
            try show(target, value, bytes)
        } catch let error as NDRError {
            if !json { try Files.write("pull returned \(error.code.text)\n") }
            throw Problem(text: "\(error)\n" + HexDump.context(source, at: error.offset) + "dump FAILED")
        } catch let error as RuntimeError {
            throw Problem(text: "\(target.name): \(error)")
        }
    }

    private func input(_ path: String?) throws -> [UInt8] {
        let bytes = try Files.input(path)
        if hex || hexInput {
            guard let result = TextInput.hex(bytes) else { throw Problem(text: "the input is no hex dump") }
            return result
        }
        if base64 || base64Input {
            guard let result = TextInput.base64(bytes) else { throw Problem(text: "the input is no base64") }
            return result
        }
        return bytes
    }

    private func warn(ofUnread bytes: [UInt8], behind consumed: Int) throws {
        guard consumed < bytes.count else { return }
        try note("WARNING! \(bytes.count - consumed) unread bytes while parsing context file\n")
    }

    private func show(_ target: Target, _ value: UnsafeRawPointer, _ bytes: [UInt8]) throws {
        let consumed = target.runtime.consumed(target.subject, options.rules, bytes)
        let content =
            quiet
            ? ""
            : json
                ? try target.runtime.json(target.subject, value).text() + "\n"
                : try target.runtime.text(target.subject, value)
        var notes = "pull returned Success\n"
        if dumpData { notes += "\(consumed) bytes consumed\n" + HexDump.text(bytes) }
        if consumed < bytes.count {
            let rest = Array(bytes[consumed...])
            notes += "WARNING! \(rest.count) unread bytes\n" + HexDump.text(rest)
        }
        // JSON stands alone on standard output.
        if json {
            if dumpData || consumed < bytes.count { Files.complain(String(notes.dropLast())) }
            try Files.write(content)
        } else {
            try Files.write(notes + content)
        }
        let isSame = try !isValidating || compare(target, value, bytes)
        if !json { try Files.write(isSame ? "dump OK\n" : "dump FAILED\n") }
        if !isSame { throw ExitCode(1) }
    }

    /// Pushes the value; says where the bytes differ first.
    private func compare(_ target: Target, _ value: UnsafeRawPointer, _ bytes: [UInt8]) throws -> Bool {
        let pushed: [UInt8]
        do throws(NDRError) { pushed = try target.runtime.push(target.subject, options.rules, value) } catch {
            try note("push returned \(error.code.text)\n\(error)\n")
            return false
        }
        var text = "push returned Success\n"
        if dumpData { text += "\(pushed.count) bytes generated (validate)\n" + HexDump.text(pushed) }
        text += "pull returned \(again(target, pushed)?.text ?? "Success")\n"
        if pushed != bytes {
            text += "WARNING! orig bytes:\(bytes.count) validated pushed bytes:\(pushed.count)\n"
            let offset =
                zip(pushed, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
                ?? min(pushed.count, bytes.count)
            text += "WARNING! orig and validated differ at byte 0x\(HexDump.hex(offset, 2)) (\(offset))\n"
            let row = offset / 16 * 16
            text += "-" + HexDump.line(bytes, row) + "+" + HexDump.line(pushed, row)
        }
        try note(text)
        return pushed == bytes
    }

    /// Why the bytes that were just pushed cannot be pulled.
    private func again(_ target: Target, _ bytes: [UInt8]) -> NDRErrorCode? {
        let arena = Arena()
        do throws(NDRError) {
            let value = try target.runtime.makeValue(target.subject, arena)
            // What lies in the [in] part does not come back with the [out] part.
            if target.context != nil && options.contextFile != nil { return nil }
            try target.runtime.pull(target.subject, options.rules, bytes, into: value, arena, allowTrailing: false)
            return nil
        } catch { return error.code }
    }

    private func note(_ text: String) throws {
        if json { Files.complain(String(text.dropLast())) } else { try Files.write(text) }
    }
}
