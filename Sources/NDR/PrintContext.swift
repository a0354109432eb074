// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC

/// What C functions print with, a `struct ndr_print`: lines of text.
public final class PrintContext {
    let host: HookHost
    public var handle: OpaquePointer?
    public var out = ""
    public var depth: Int
    /// LIBNDR_FLAG_*
    public var flags: UInt32 = 0
    public var noNewline = false
    public var printsSecrets = false
    private var switches = Tokens()
    private var nesting = 0

    private static let hex: UInt32 = 1 << 25
    private static let setValues: UInt32 = 1 << 26
    private static let secret: UInt32 = 1 << 14

    public init(_ environment: MarshalEnvironment, depth: Int) {
        host = HookHost(environment)
        self.depth = depth
    }

    init(_ host: HookHost, depth: Int, isHex: Bool, isSecret: Bool, setValues: Bool) {
        self.host = host
        self.depth = depth
        flags = (isHex ? PrintContext.hex : 0) | (isSecret ? PrintContext.secret : 0)
        flags |= setValues ? PrintContext.setValues : 0
    }

    public var hidesSecrets: Bool { flags & PrintContext.secret != 0 && !printsSecrets }

    /// One line, indented; with `noNewline` it goes on where the last one ended.
    public func line(_ text: String) {
        if !noNewline { for _ in 0..<max(0, min(depth, 1000)) { out += "    " } }
        out += text
        if !noNewline { out += "\n" }
    }

    public func field(_ name: String, _ value: String) {
        line(name + String(repeating: " ", count: max(0, 25 - name.utf8.count)) + ": " + value)
    }

    public func setSwitch(_ pointer: UnsafeRawPointer?, _ level: UInt32) throws(NDRErrorCode) {
        switches.drop(pointer)
        try switches.store(pointer, level)
    }

    public func takeSwitch(_ pointer: UnsafeRawPointer?) -> UInt32? { try? switches.take(pointer) }

    private func printer(_ table: Table) -> Printer {
        var printer = Printer(table, setValues: flags & PrintContext.setValues != 0, depth: max(0, min(depth, 1000)))
        printer.isHex = flags & PrintContext.hex != 0
        return printer
    }

    /// A described type.
    public func print(
        _ table: UnsafePointer<ndr_interface_table>, type: UInt32, _ name: String, _ value: UnsafeRawPointer?
    ) {
        guard let value else { return field(name, "NULL") }
        guard nesting < Limits.depth, let codec = try? host.codec(of: table), Int(type) < codec.table.types.count else {
            return field(name, "?")
        }
        nesting += 1
        defer { nesting -= 1 }
        var printer = printer(codec.table)
        let level = takeSwitch(value).map(Int64.init) ?? 0
        printer.type(type, name, value, level: level, secret: hidesSecrets)
        out += printer.out
    }

    public func print(
        _ table: UnsafePointer<ndr_interface_table>, function index: UInt32, _ name: String, _ flags: Int32,
        _ value: UnsafeRawPointer?
    ) {
        guard nesting < Limits.depth, let codec = try? host.codec(of: table), Int(index) < codec.table.calls.count,
            let value
        else { return field(name, "NULL") }
        nesting += 1
        defer { nesting -= 1 }
        let call = codec.table.calls[Int(index)]
        var printer = printer(codec.table)
        if flags & NDR_SET_VALUES != 0 { printer.setValues = true }
        for direction in [Direction.request, .response]
        where flags & (direction == .request ? NDR_IN : NDR_OUT) != 0 {
            printer.function(call, direction, value)
        }
        out += printer.out
    }

    /// A scalar by its NDR_T_* number, as a described one is printed.
    public func print(scalar code: UInt32, _ name: String, _ value: UnsafeRawPointer) {
        guard let layout = ScalarLayout(code, ndr64: false) else { return field(name, "?") }
        let table = Table()
        var record = ndr_type_record()
        record.wire = UInt8(code)
        record.c_size = UInt32(layout.c)
        var printer = printer(table)
        printer.scalar(record, name, value, hidesSecrets)
        out += printer.out
    }

    public func print(bytes: UnsafeRawPointer?, _ count: Int, _ name: String) {
        let table = Table()
        var printer = printer(table)
        printer.bytes(name, bytes, count, isHex: flags & PrintContext.hex != 0, secret: hidesSecrets)
        out += printer.out
    }

    public func print(blob: DATA_BLOB, _ name: String) {
        let table = Table()
        var printer = printer(table)
        printer.field(name, "DATA_BLOB length=\(blob.length)")
        if !hidesSecrets, let data = blob.data { printer.dump(data, blob.length) }
        out += printer.out
    }

    public func print(flag: String, _ mask: UInt64, _ value: UInt64) {
        let table = Table()
        var printer = printer(table)
        printer.flag(flag, mask, value)
        out += printer.out
    }
}

extension Printer {
    /// A type or, where `direction` says so, a function that hand-written C prints; false: nobody does.
    mutating func hook(
        _ hook: ndr_type_hook, _ name: String, _ value: UnsafeRawPointer, _ flags: Int32, level: Int64?, secret: Bool
    ) -> Bool {
        guard let function = hook.print, let host = table.host?.takeUnretainedValue() else { return false }
        let context = PrintContext(host, depth: depth, isHex: isHex, isSecret: secret, setValues: setValues)
        guard let handle = host.environment.printHandle(context) else { return false }
        if let level { try? context.setSwitch(value, UInt32(truncatingIfNeeded: level)) }
        name.withCString { function(handle, $0, flags, value) }
        out += context.out
        if let handle = context.handle { host.environment.free(handle) }
        return true
    }
}
