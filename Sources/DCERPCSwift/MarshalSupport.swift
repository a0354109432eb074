// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: how its functions find their contexts and say how they ended

internal import CDCERPC
internal import Marshalling
internal import NDR
internal import Transport

extension NDRErrorCode {
    var code: ndr_err_code { ndr_err_code(rawValue: number) }
}

func pushContext(_ ndr: OpaquePointer?) -> PushContext? { PushHandle.type.object(of: ndr)?.context }
func pullContext(_ ndr: OpaquePointer?) -> PullContext? { PullHandle.type.object(of: ndr)?.context }
func printContext(_ ndr: OpaquePointer?) -> PrintContext? { PrintHandle.type.object(of: ndr)?.context }

func pushing(_ ndr: OpaquePointer?, _ body: (PushContext) throws(NDRErrorCode) -> Void) -> ndr_err_code {
    guard let context = pushContext(ndr) else { return NDR_ERR_INVALID_POINTER }
    do throws(NDRErrorCode) { try body(context) } catch { return error.code }
    return NDR_ERR_SUCCESS
}

func pulling(_ ndr: OpaquePointer?, _ body: (PullContext) throws(NDRErrorCode) -> Void) -> ndr_err_code {
    guard let context = pullContext(ndr) else { return NDR_ERR_INVALID_POINTER }
    do throws(NDRErrorCode) { try body(context) } catch {
        // Who reads from a stream waits for more.
        let isIncomplete = error == .bufsize && context.flags & UInt32(LIBNDR_FLAG_INCOMPLETE_BUFFER) != 0
        return isIncomplete ? NDR_ERR_INCOMPLETE_BUFFER : error.code
    }
    return NDR_ERR_SUCCESS
}

/// Whether the scalars are wanted.
private func hasScalars(_ flags: Int32) throws(NDRErrorCode) -> Bool {
    guard flags & ~(NDR_SCALARS | NDR_BUFFERS) == 0 else { throw .flags }
    return flags & NDR_SCALARS != 0
}

/// `body` where the flags ask for scalars.
func pushingScalars(
    _ ndr: OpaquePointer?, _ flags: Int32, _ body: (PushContext) throws(NDRErrorCode) -> Void
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        if try hasScalars(flags) { try body(context) }
    }
}

func pullingScalars(
    _ ndr: OpaquePointer?, _ flags: Int32, _ body: (PullContext) throws(NDRErrorCode) -> Void
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        if try hasScalars(flags) { try body(context) }
    }
}

// MARK: By their numbers

func pushScalar<T>(_ ndr: OpaquePointer?, _ flags: Int32, _ code: UInt32, _ value: T) -> ndr_err_code {
    var copy = value
    return withUnsafeBytes(of: &copy) { pushValue(ndr, flags, code, $0.baseAddress) }
}

func pushValue(_ ndr: OpaquePointer?, _ flags: Int32, _ code: UInt32, _ value: UnsafeRawPointer?) -> ndr_err_code {
    pushingScalars(ndr, flags) { (context) throws(NDRErrorCode) in
        guard let value else { throw .invalidPointer }
        try context.push(scalar: code, value)
    }
}

func pullScalar(_ ndr: OpaquePointer?, _ flags: Int32, _ code: UInt32, _ value: UnsafeMutableRawPointer?)
    -> ndr_err_code
{
    pullingScalars(ndr, flags) { (context) throws(NDRErrorCode) in
        guard let value else { throw .invalidPointer }
        try context.pull(scalar: code, value)
    }
}

func printScalar<T>(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ code: UInt32, _ value: T) {
    var copy = value
    withUnsafeBytes(of: &copy) { printValue(ndr, name, code, $0.baseAddress) }
}

func printValue(_ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ code: UInt32, _ value: UnsafeRawPointer?) {
    guard let context = printContext(ndr) else { return }
    guard let value else { return context.field(text(name), "NULL") }
    context.print(scalar: code, text(name), value)
}

func text(_ name: UnsafePointer<CChar>?) -> String { name.map { String(cString: $0) } ?? "" }
