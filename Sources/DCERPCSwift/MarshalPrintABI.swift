// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: printing

public import CDCERPC
internal import Marshalling
internal import NDR
internal import Transport

@c @implementation
public func ndr_print_create(_ mem_ctx: UnsafeMutableRawPointer?) -> OpaquePointer? {
    PrintHandle.make(mem_ctx, PrintContext(tallocMarshalling, depth: 0))
}

@c @implementation
public func ndr_print_text(_ ndr: OpaquePointer?, _ mem_ctx: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<CChar>? {
    printContext(ndr).flatMap { tallocString(mem_ctx, $0.out) }
}

@c @implementation
public func ndr_print_get_depth(_ ndr: OpaquePointer?) -> UInt32 {
    UInt32(truncatingIfNeeded: printContext(ndr)?.depth ?? 0)
}

@c @implementation
public func ndr_print_set_depth(_ ndr: OpaquePointer?, _ depth: UInt32) {
    printContext(ndr)?.depth = Int(min(depth, 1000))
}

@c @implementation
public func ndr_print_get_flags(_ ndr: OpaquePointer?) -> UInt32 { printContext(ndr)?.flags ?? 0 }

@c @implementation
public func ndr_print_set_flags(_ ndr: OpaquePointer?, _ flags: UInt32) { printContext(ndr)?.flags = flags }

@c @implementation
public func ndr_print_get_no_newline(_ ndr: OpaquePointer?) -> Bool { printContext(ndr)?.noNewline ?? false }

@c @implementation
public func ndr_print_set_no_newline(_ ndr: OpaquePointer?, _ no_newline: Bool) {
    printContext(ndr)?.noNewline = no_newline
}

@c @implementation
public func ndr_print_get_secrets(_ ndr: OpaquePointer?) -> Bool { printContext(ndr)?.printsSecrets ?? false }

@c @implementation
public func ndr_print_set_secrets(_ ndr: OpaquePointer?, _ print_secrets: Bool) {
    printContext(ndr)?.printsSecrets = print_secrets
}

// MARK: Lines

@c @implementation
public func ndr_print_line_text(_ ndr: OpaquePointer?, _ line: UnsafePointer<CChar>?) {
    printContext(ndr)?.line(text(line))
}

@c @implementation
public func ndr_print_struct(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ type: UnsafePointer<CChar>?
) { printContext(ndr)?.line("\(text(name)): struct \(text(type))") }

@c @implementation
public func ndr_print_null(_ ndr: OpaquePointer?) { printContext(ndr)?.line("UNEXPECTED NULL POINTER") }

@c @implementation
public func ndr_print_enum(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ type: UnsafePointer<CChar>?, _ val: UnsafePointer<CChar>?,
    _ value: UInt32
) {
    guard let context = printContext(ndr) else { return }
    let label = val == nil ? "UNKNOWN_ENUM_VALUE" : text(val)
    let isHex = context.flags & UInt32(LIBNDR_PRINT_ARRAY_HEX) != 0
    context.field(
        text(name), isHex ? "\(label) (0x\(String(value, radix: 16, uppercase: true)))" : "\(label) (\(value))")
}

@c @implementation
public func ndr_print_bitmap_flag(
    _ ndr: OpaquePointer?, _ size: Int, _ flag_name: UnsafePointer<CChar>?, _ flag: UInt32, _ value: UInt32
) { printContext(ndr)?.print(flag: text(flag_name), UInt64(flag), UInt64(value)) }

@c @implementation
public func ndr_print_ptr(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ p: UnsafeRawPointer?) {
    printContext(ndr)?.field(text(name), p == nil ? "NULL" : "*")
}

@c @implementation
public func ndr_print_union(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ level: Int32, _ type: UnsafePointer<CChar>?
) {
    guard let context = printContext(ndr) else { return }
    let isHex = context.flags & UInt32(LIBNDR_PRINT_ARRAY_HEX) != 0
    let shown = isHex ? "0x" + String(UInt32(bitPattern: level), radix: 16, uppercase: true) : String(level)
    context.field(text(name), "union \(text(type))(case \(shown))")
}

@c @implementation
public func ndr_print_bad_level(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ level: UInt16) {
    printContext(ndr)?.line("UNKNOWN LEVEL \(level)")
}

@c @implementation
public func ndr_print_bool(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ b: Bool) {
    printContext(ndr)?.field(text(name), b ? "true" : "false")
}

@c @implementation
public func ndr_print_string(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ s: UnsafePointer<CChar>?) {
    guard let context = printContext(ndr) else { return }
    if context.hidesSecrets { return context.field(text(name), "<REDACTED SECRET VALUE>") }
    context.field(text(name), s == nil ? "NULL" : "'\(text(s))'")
}

@c @implementation
public func ndr_print_string_array(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ a: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) {
    guard let context = printContext(ndr) else { return }
    var count = 0
    while let a, a[count] != nil { count += 1 }
    context.line("\(text(name)): ARRAY(\(count))")
    context.depth += 1
    for i in 0..<count { ndr_print_string(ndr, name, a?[i]) }
    context.depth -= 1
}

@c @implementation
public func ndr_print_array_uint8(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ data: UnsafePointer<UInt8>?, _ count: UInt32
) { printContext(ndr)?.print(bytes: data, Int(count), text(name)) }

@c @implementation
public func ndr_print_DATA_BLOB(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ blob: DATA_BLOB) {
    printContext(ndr)?.print(blob: blob, text(name))
}

@c @implementation
public func ndr_print_set_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ val: UInt32) -> ndr_err_code {
    guard let context = printContext(ndr) else { return NDR_ERR_INVALID_POINTER }
    do throws(NDRErrorCode) { try context.setSwitch(p, val) } catch { return error.code }
    return NDR_ERR_SUCCESS
}

@c @implementation
public func ndr_print_steal_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> UInt32 {
    printContext(ndr)?.takeSwitch(p) ?? 0
}
