// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: whole values, and described types

public import CDCERPC
internal import CShims
internal import Glibc
internal import Marshalling
internal import NDR
internal import Transport
internal import Wire

private let both = NDR_SCALARS | NDR_BUFFERS

/// Runs `body` with a context of its own.
private func push(
    flags: UInt32 = 0, _ parent: UnsafeMutableRawPointer?, _ level: UInt32?, _ p: UnsafeRawPointer?,
    _ function: ndr_push_flags_fn_t?, _ body: (PushContext) -> ndr_err_code
) -> ndr_err_code {
    guard let p, let function else { return NDR_ERR_INVALID_POINTER }
    guard let context = PushContext(tallocMarshalling, flags: flags), let handle = PushHandle.make(parent, context)
    else {
        return NDR_ERR_ALLOC
    }
    defer { if let handle = context.handle { tallocFree(UnsafeMutableRawPointer(handle)) } }
    if let level { try? context.setSwitch(p, level) }
    let code = function(handle, both, p)
    return code == NDR_ERR_SUCCESS ? body(context) : code
}

private func pushBlob(
    _ blob: UnsafeMutablePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeRawPointer?,
    _ level: UInt32?, _ function: ndr_push_flags_fn_t?
) -> ndr_err_code {
    guard let blob else { return NDR_ERR_INVALID_POINTER }
    return push(mem_ctx, level, p, function) { context in
        let bytes = context.bytes
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            blob.pointee = DATA_BLOB()
            return NDR_ERR_SUCCESS
        }
        guard let copy = shim_talloc_memdup(mem_ctx, base, bytes.count) else { return NDR_ERR_ALLOC }
        blob.pointee = DATA_BLOB(data: copy.assumingMemoryBound(to: UInt8.self), length: bytes.count)
        return NDR_ERR_SUCCESS
    }
}

@c @implementation
public func ndr_push_struct_blob(
    _ blob: UnsafeMutablePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeRawPointer?,
    _ fn: ndr_push_flags_fn_t?
) -> ndr_err_code { pushBlob(blob, mem_ctx, p, nil, fn) }

@c @implementation
public func ndr_push_union_blob(
    _ blob: UnsafeMutablePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ level: UInt32, _ fn: ndr_push_flags_fn_t?
) -> ndr_err_code { pushBlob(blob, mem_ctx, p, level, fn) }

@c @implementation
public func ndr_push_struct_into_fixed_blob(
    _ blob: UnsafeMutablePointer<DATA_BLOB>?, _ p: UnsafeRawPointer?, _ fn: ndr_push_flags_fn_t?
) -> ndr_err_code {
    guard let blob, let target = blob.pointee.data else { return NDR_ERR_INVALID_POINTER }
    return push(nil, nil, p, fn) { context in
        let bytes = context.bytes
        guard bytes.count <= blob.pointee.length else { return NDR_ERR_BUFSIZE }
        if let base = bytes.baseAddress { memcpy(target, base, bytes.count) }
        blob.pointee.length = bytes.count
        return NDR_ERR_SUCCESS
    }
}

private func pullBlob(
    _ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ level: UInt32?, _ function: ndr_pull_flags_fn_t?, all: Bool
) -> ndr_err_code {
    guard let blob = blob?.pointee, blob.length >= 0, blob.data != nil || blob.length == 0, let p, let function else {
        return NDR_ERR_INVALID_POINTER
    }
    let context = PullContext(tallocMarshalling, UnsafeRawBufferPointer(start: blob.data, count: blob.length))
    context.memory = mem_ctx
    guard let handle = PullHandle.make(mem_ctx, context) else { return NDR_ERR_ALLOC }
    defer { if let handle = context.handle { tallocFree(UnsafeMutableRawPointer(handle)) } }
    if let level { try? context.setSwitch(p, level) }
    let code = function(handle, both, p)
    guard code == NDR_ERR_SUCCESS, all else { return code }
    return max(context.offset, Int(context.relativeHighest)) < context.size ? NDR_ERR_UNREAD_BYTES : code
}

@c @implementation
public func ndr_pull_struct_blob(
    _ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ fn: ndr_pull_flags_fn_t?
) -> ndr_err_code { pullBlob(blob, mem_ctx, p, nil, fn, all: false) }

@c @implementation
public func ndr_pull_struct_blob_all(
    _ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ fn: ndr_pull_flags_fn_t?
) -> ndr_err_code { pullBlob(blob, mem_ctx, p, nil, fn, all: true) }

@c @implementation
public func ndr_pull_union_blob(
    _ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ level: UInt32, _ fn: ndr_pull_flags_fn_t?
) -> ndr_err_code { pullBlob(blob, mem_ctx, p, level, fn, all: false) }

@c @implementation
public func ndr_pull_union_blob_all(
    _ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?, _ p: UnsafeMutableRawPointer?,
    _ level: UInt32, _ fn: ndr_pull_flags_fn_t?
) -> ndr_err_code { pullBlob(blob, mem_ctx, p, level, fn, all: true) }

private func size(_ p: UnsafeRawPointer?, _ flags: Int32, _ level: UInt32?, _ function: ndr_push_flags_fn_t?) -> Int {
    let flags = UInt32(bitPattern: flags)
    guard flags & UInt32(LIBNDR_FLAG_NO_NDR_SIZE) == 0 else { return 0 }
    var result = 0
    _ = push(flags: flags | UInt32(LIBNDR_FLAG_NO_NDR_SIZE), nil, level, p, function) { context in
        result = context.offset
        return NDR_ERR_SUCCESS
    }
    return result
}

@c @implementation
public func ndr_size_struct(_ p: UnsafeRawPointer?, _ flags: Int32, _ push: ndr_push_flags_fn_t?) -> Int {
    size(p, flags, nil, push)
}

@c @implementation
public func ndr_size_union(_ p: UnsafeRawPointer?, _ flags: Int32, _ level: UInt32, _ push: ndr_push_flags_fn_t?) -> Int
{
    size(p, flags, level, push)
}

private func print(
    _ mem_ctx: UnsafeMutableRawPointer?, _ body: (OpaquePointer, PrintContext) -> Void
) -> UnsafeMutablePointer<CChar>? {
    let context = PrintContext(tallocMarshalling, depth: 1)
    guard let handle = PrintHandle.make(nil, context) else { return nil }
    body(handle, context)
    if let handle = context.handle { tallocFree(UnsafeMutableRawPointer(handle)) }
    return tallocString(mem_ctx, context.out)
}

@c @implementation
public func ndr_print_struct_string(
    _ mem_ctx: UnsafeMutableRawPointer?, _ fn: ndr_print_fn_t?, _ name: UnsafePointer<CChar>?,
    _ ptr: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<CChar>? {
    guard let fn else { return nil }
    return print(mem_ctx) { handle, _ in fn(handle, name, ptr) }
}

@c @implementation
public func ndr_print_union_string(
    _ mem_ctx: UnsafeMutableRawPointer?, _ fn: ndr_print_fn_t?, _ name: UnsafePointer<CChar>?, _ level: UInt32,
    _ ptr: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<CChar>? {
    guard let fn else { return nil }
    return print(mem_ctx) { handle, context in
        try? context.setSwitch(ptr, level)
        fn(handle, name, ptr)
    }
}

@c @implementation
public func ndr_print_function_string(
    _ mem_ctx: UnsafeMutableRawPointer?, _ fn: ndr_print_function_t?, _ name: UnsafePointer<CChar>?, _ flags: Int32,
    _ ptr: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<CChar>? {
    guard let fn else { return nil }
    return print(mem_ctx) { handle, _ in fn(handle, name, flags, ptr) }
}

@c @implementation
public func ndr_map_error2ntstatus(_ ndr_err: ndr_err_code) -> NTSTATUS {
    switch ndr_err {
    case NDR_ERR_SUCCESS: return NTStatus.ok
    case NDR_ERR_BUFSIZE: return NTStatus.bufferTooSmall
    case NDR_ERR_TOKEN: return NTStatus.internalError
    case NDR_ERR_ALLOC: return NTStatus.noMemory
    case NDR_ERR_ARRAY_SIZE: return NTStatus.arrayBoundsExceeded
    case NDR_ERR_INVALID_POINTER: return NTStatus.invalidParameterMix
    case NDR_ERR_UNREAD_BYTES: return NTStatus.portMessageTooLong
    default: return NTStatus.invalidParameter
    }
}

@c @implementation
public func ndr_map_error2string(_ ndr_err: ndr_err_code) -> UnsafePointer<CChar>? {
    let text: StaticString =
        switch ndr_err.rawValue {
        case NDR_ERR_SUCCESS.rawValue: "Success"
        case ...NDR_ERR_UNDERFLOW.rawValue: NDRErrorCode(number: ndr_err.rawValue).text
        default: "Unknown error"
        }
    return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

// MARK: Described types

@c @implementation
public func ndr_push_type(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ table: UnsafePointer<ndr_interface_table>?, _ index: UInt32,
    _ r: UnsafeRawPointer?
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        guard let table, let r else { throw .invalidPointer }
        try context.push(table, type: index, ndr_flags, r)
    }
}

@c @implementation
public func ndr_pull_type(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ table: UnsafePointer<ndr_interface_table>?, _ index: UInt32,
    _ r: UnsafeMutableRawPointer?
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let table, let r else { throw .invalidPointer }
        try context.pull(table, type: index, ndr_flags, r)
    }
}

@c @implementation
public func ndr_print_type(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ table: UnsafePointer<ndr_interface_table>?,
    _ index: UInt32, _ r: UnsafeRawPointer?
) {
    guard let table else { return }
    printContext(ndr)?.print(table, type: index, text(name), r)
}

@c @implementation
public func ndr_size_type(
    _ r: UnsafeRawPointer?, _ flags: Int32, _ level: UInt32, _ table: UnsafePointer<ndr_interface_table>?,
    _ index: UInt32
) -> Int {
    let flags = UInt32(bitPattern: flags)
    guard let r, let table, flags & UInt32(LIBNDR_FLAG_NO_NDR_SIZE) == 0,
        let context = PushContext(tallocMarshalling, flags: flags | UInt32(LIBNDR_FLAG_NO_NDR_SIZE))
    else { return 0 }
    defer { if let handle = context.handle { tallocFree(UnsafeMutableRawPointer(handle)) } }
    try? context.setSwitch(r, level)
    do throws(NDRErrorCode) { try context.push(table, type: index, both, r) } catch { return 0 }
    return context.offset
}

@c @implementation
public func ndr_push_function(
    _ ndr: OpaquePointer?, _ flags: Int32, _ table: UnsafePointer<ndr_interface_table>?, _ index: UInt32,
    _ r: UnsafeRawPointer?
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        guard let table, let r else { throw .invalidPointer }
        try context.push(table, function: index, flags, r)
    }
}

@c @implementation
public func ndr_pull_function(
    _ ndr: OpaquePointer?, _ flags: Int32, _ table: UnsafePointer<ndr_interface_table>?, _ index: UInt32,
    _ r: UnsafeMutableRawPointer?
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let table, let r else { throw .invalidPointer }
        try context.pull(table, function: index, flags, r)
    }
}

@c @implementation
public func ndr_print_function(
    _ ndr: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ flags: Int32,
    _ table: UnsafePointer<ndr_interface_table>?, _ index: UInt32, _ r: UnsafeRawPointer?
) {
    guard let table else { return }
    printContext(ndr)?.print(table, function: index, text(name), flags, r)
}
