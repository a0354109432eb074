// SPDX-License-Identifier: LGPL-3.0-or-later
// client.h: calls

public import CDCERPC
internal import CShims
internal import CTevent
internal import Client
internal import NDR
internal import Transport
internal import Wire

/// A request that is ended already; it never calls back before `_send` returned.
private func failed(
    _ mem_ctx: UnsafeMutableRawPointer?, _ ev: OpaquePointer, _ status: NTSTATUS
) -> OpaquePointer? {
    var call: UnsafeMutablePointer<dcerpc_client_call>?
    guard let req = shim_client_call_create(mem_ctx, &call, { _ in }) else { return nil }
    shim_req_finish(req, status)
    return tevent_req_post(req, ev)
}

/// The handle of a call, if `table` is what it was connected for.
private func handle(
    _ h: OpaquePointer?, _ table: UnsafePointer<ndr_interface_table>?
) -> Result<BindingHandle, StatusError> {
    guard let handle = bindingHandleType.object(of: h), let table else { return .failure(.invalidParameter) }
    return handle.table == table ? .success(handle) : .failure(.parameterMix)
}

struct StatusError: Error {
    let status: NTSTATUS
    static var invalidParameter: StatusError { StatusError(status: NTStatus.invalidParameter) }
    static var parameterMix: StatusError { StatusError(status: NTStatus.invalidParameterMix) }
}

func uuid(_ pointer: UnsafePointer<CDCERPC.GUID>?) -> UUIDValue? { pointer.map { UUIDValue($0.pointee) } }

@c @implementation
public func dcerpc_binding_handle_call_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!,
    _ object: UnsafePointer<CDCERPC.GUID>!, _ table: UnsafePointer<ndr_interface_table>!, _ opnum: UInt32,
    _ r_mem: UnsafeMutableRawPointer!, _ r_ptr: UnsafeMutableRawPointer!
) -> OpaquePointer! {
    guard let ev else { return nil }
    guard let r_ptr else { return failed(mem_ctx, ev, NTStatus.invalidParameter) }
    switch handle(h, table) {
    case .failure(let error): return failed(mem_ctx, ev, error.status)
    case .success(let handle):
        return handle.send(
            mem_ctx, loop: ev, object: uuid(object), opnum: opnum, input: .arguments(r_ptr), outputs: r_mem)
    }
}

@c @implementation
public func dcerpc_binding_handle_call_recv(_ req: OpaquePointer!) -> NTSTATUS {
    let status = BindingHandle.outcome(of: req)
    if let req { tevent_req_received(req) }
    return status
}

@c @implementation
public func dcerpc_binding_handle_call(
    _ h: OpaquePointer!, _ object: UnsafePointer<CDCERPC.GUID>!, _ table: UnsafePointer<ndr_interface_table>!,
    _ opnum: UInt32, _ r_mem: UnsafeMutableRawPointer!, _ r_ptr: UnsafeMutableRawPointer!
) -> NTSTATUS {
    guard let r_ptr else { return NTStatus.invalidParameter }
    switch handle(h, table) {
    case .failure(let error): return error.status
    case .success(let handle):
        return handle.call(object: uuid(object), opnum: opnum, arguments: r_ptr, outputs: r_mem)
    }
}

// MARK: Raw calls

private func bytes(_ data: UnsafePointer<UInt8>?, _ length: Int) -> UnsafeRawBufferPointer? {
    if length == 0 { return UnsafeRawBufferPointer(start: nil, count: 0) }
    guard let data, length > 0 else { return nil }
    return UnsafeRawBufferPointer(start: data, count: length)
}

@c @implementation
public func dcerpc_binding_handle_raw_call_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!,
    _ object: UnsafePointer<CDCERPC.GUID>!, _ opnum: UInt32, _ in_flags: UInt32,
    _ in_data: UnsafePointer<UInt8>!, _ in_length: Int
) -> OpaquePointer! {
    guard let ev else { return nil }
    guard let handle = bindingHandleType.object(of: h), in_flags == 0, let input = bytes(in_data, in_length) else {
        return failed(mem_ctx, ev, NTStatus.invalidParameter)
    }
    return handle.send(
        mem_ctx, loop: ev, object: uuid(object), opnum: opnum, input: .bytes(input), outputs: nil)
}

@c @implementation
public func dcerpc_binding_handle_raw_call_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!,
    _ out_data: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>!, _ out_length: UnsafeMutablePointer<Int>!,
    _ out_flags: UnsafeMutablePointer<UInt32>!
) -> NTSTATUS {
    guard let req else { return NTStatus.invalidParameter }
    defer { tevent_req_received(req) }
    let status = BindingHandle.outcome(of: req)
    guard status == 0, let call = shim_client_call(req), let out_data, let out_length else {
        return status == 0 ? NTStatus.invalidParameter : status
    }
    if let data = call.pointee.out_data { _ = shim_talloc_steal(mem_ctx, data) }
    out_data.pointee = call.pointee.out_data
    out_length.pointee = call.pointee.out_length
    out_flags?.pointee = call.pointee.big_endian ? UInt32(DCERPC_RAW_BIGENDIAN) : 0
    return status
}

@c @implementation
public func dcerpc_binding_handle_raw_call(
    _ h: OpaquePointer!, _ object: UnsafePointer<CDCERPC.GUID>!, _ opnum: UInt32, _ in_flags: UInt32,
    _ in_data: UnsafePointer<UInt8>!, _ in_length: Int, _ mem_ctx: UnsafeMutableRawPointer!,
    _ out_data: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>!, _ out_length: UnsafeMutablePointer<Int>!,
    _ out_flags: UnsafeMutablePointer<UInt32>!
) -> NTSTATUS {
    guard let handle = bindingHandleType.object(of: h), in_flags == 0, let input = bytes(in_data, in_length),
        let out_data, let out_length
    else { return NTStatus.invalidParameter }
    return handle.call(object: uuid(object), opnum: opnum, bytes: input, parent: mem_ctx) { data, length, big in
        out_data.pointee = data
        out_length.pointee = length
        out_flags?.pointee = big ? UInt32(DCERPC_RAW_BIGENDIAN) : 0
    }
}
