// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: contexts

public import CDCERPC
internal import CShims
internal import Marshalling
internal import NDR
internal import Transport

@c @implementation
public func ndr_push_init_ctx(_ mem_ctx: UnsafeMutableRawPointer?) -> OpaquePointer? {
    guard let context = PushContext(tallocMarshalling) else { return nil }
    return PushHandle.make(mem_ctx, context)
}

@c @implementation
public func ndr_push_blob(_ ndr: OpaquePointer?) -> DATA_BLOB {
    guard let ndr, let bytes = pushContext(ndr)?.bytes, let base = bytes.baseAddress,
        let copy = shim_talloc_memdup(UnsafeRawPointer(ndr), base, bytes.count)
    else { return DATA_BLOB() }
    return DATA_BLOB(data: copy.assumingMemoryBound(to: UInt8.self), length: bytes.count)
}

@c @implementation
public func ndr_push_expand(_ ndr: OpaquePointer?, _ extra_size: UInt32) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in try context.reserve(Int(extra_size)) }
}

@c @implementation
public func ndr_pull_init_blob(_ blob: UnsafePointer<DATA_BLOB>?, _ mem_ctx: UnsafeMutableRawPointer?) -> OpaquePointer?
{
    guard let blob = blob?.pointee, blob.length >= 0, blob.data != nil || blob.length == 0 else { return nil }
    let context = PullContext(tallocMarshalling, UnsafeRawBufferPointer(start: blob.data, count: blob.length))
    context.memory = mem_ctx
    return PullHandle.make(mem_ctx, context)
}

@c @implementation
public func ndr_pull_advance(_ ndr: OpaquePointer?, _ size: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in try context.advance(Int(size)) }
}

@c @implementation
public func ndr_pull_need_bytes(_ ndr: OpaquePointer?, _ size: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in try context.need(Int(size)) }
}

@c @implementation
public func ndr_pull_append(_ ndr: OpaquePointer?, _ blob: UnsafePointer<DATA_BLOB>?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let blob = blob?.pointee, blob.length >= 0, blob.data != nil || blob.length == 0 else {
            throw .invalidPointer
        }
        try context.append(UnsafeRawBufferPointer(start: blob.data, count: blob.length))
    }
}

@c @implementation
public func ndr_pull_pop(_ ndr: OpaquePointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in try context.pop() }
}

// MARK: What libndr's users find in fields

@c @implementation
public func ndr_push_get_flags(_ ndr: OpaquePointer?) -> UInt32 { pushContext(ndr)?.flags ?? 0 }

@c @implementation
public func ndr_push_set_flags(_ ndr: OpaquePointer?, _ flags: UInt32) { pushContext(ndr)?.replace(flags: flags) }

@c @implementation
public func ndr_push_add_flags(_ ndr: OpaquePointer?, _ flags: UInt32) { pushContext(ndr)?.set(flags: flags) }

@c @implementation
public func ndr_pull_get_flags(_ ndr: OpaquePointer?) -> UInt32 { pullContext(ndr)?.flags ?? 0 }

@c @implementation
public func ndr_pull_set_flags(_ ndr: OpaquePointer?, _ flags: UInt32) { pullContext(ndr)?.replace(flags: flags) }

@c @implementation
public func ndr_pull_add_flags(_ ndr: OpaquePointer?, _ flags: UInt32) { pullContext(ndr)?.set(flags: flags) }

@c @implementation
public func ndr_set_flags(_ pflags: UnsafeMutablePointer<UInt32>?, _ new_flags: UInt32) {
    guard let pflags else { return }
    pflags.pointee = addingFlags(new_flags, to: pflags.pointee)
}

@c @implementation
public func ndr_push_get_offset(_ ndr: OpaquePointer?) -> UInt32 {
    UInt32(truncatingIfNeeded: pushContext(ndr)?.offset ?? 0)
}

@c @implementation
public func ndr_push_set_offset(_ ndr: OpaquePointer?, _ offset: UInt32) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in try context.move(to: Int(offset)) }
}

@c @implementation
public func ndr_pull_get_offset(_ ndr: OpaquePointer?) -> UInt32 {
    UInt32(truncatingIfNeeded: pullContext(ndr)?.offset ?? 0)
}

@c @implementation
public func ndr_pull_set_offset(_ ndr: OpaquePointer?, _ offset: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in try context.move(to: Int(offset)) }
}

@c @implementation
public func ndr_push_get_data(_ ndr: OpaquePointer?) -> UnsafeMutablePointer<UInt8>? {
    pushContext(ndr)?.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
}

@c @implementation
public func ndr_pull_get_data(_ ndr: OpaquePointer?) -> UnsafePointer<UInt8>? {
    pullContext(ndr)?.data?.assumingMemoryBound(to: UInt8.self)
}

@c @implementation
public func ndr_pull_get_data_size(_ ndr: OpaquePointer?) -> UInt32 {
    UInt32(truncatingIfNeeded: pullContext(ndr)?.size ?? 0)
}

@c @implementation
public func ndr_pull_get_mem_ctx(_ ndr: OpaquePointer?) -> UnsafeMutableRawPointer? { pullContext(ndr)?.parent }

@c @implementation
public func ndr_pull_set_mem_ctx(_ ndr: OpaquePointer?, _ mem_ctx: UnsafeMutableRawPointer?) {
    pullContext(ndr)?.memory = mem_ctx
}

@c @implementation
public func ndr_pull_alloc(_ ndr: OpaquePointer?, _ size: Int, _ count: Int, _ name: UnsafePointer<CChar>?)
    -> UnsafeMutableRawPointer?
{
    pullContext(ndr)?.allocate(size, count, name)
}

@c @implementation
public func ndr_pull_recurse(_ ndr: OpaquePointer?, _ max: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard context.recursionDepth < max else { throw .maxRecursionExceeded }
        context.recursionDepth += 1
    }
}

@c @implementation
public func ndr_pull_unwind(_ ndr: OpaquePointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard context.recursionDepth > 0 else { throw .underflow }
        context.recursionDepth -= 1
    }
}

// MARK: Errors

@c @implementation
public func ndr_push_error_text(_ ndr: OpaquePointer?, _ ndr_err: ndr_err_code, _ message: UnsafePointer<CChar>?)
    -> ndr_err_code
{
    guard let handle = PushHandle.type.object(of: ndr) else { return ndr_err }
    handle.context.message = text(message)
    return ndr_err
}

@c @implementation
public func ndr_pull_error_text(_ ndr: OpaquePointer?, _ ndr_err: ndr_err_code, _ message: UnsafePointer<CChar>?)
    -> ndr_err_code
{
    guard let handle = PullHandle.type.object(of: ndr) else { return ndr_err }
    handle.context.message = text(message)
    return ndr_err
}

@c @implementation
public func ndr_push_error_string(_ ndr: OpaquePointer?) -> UnsafePointer<CChar>? {
    PushHandle.type.object(of: ndr)?.errorText() ?? shim_empty_text()
}

@c @implementation
public func ndr_pull_error_string(_ ndr: OpaquePointer?) -> UnsafePointer<CChar>? {
    PullHandle.type.object(of: ndr)?.errorText() ?? shim_empty_text()
}
