// SPDX-License-Identifier: LGPL-3.0-or-later
// stub.h

public import CDCERPC
internal import CShims
internal import CTevent
internal import Client
internal import Transport
internal import Wire

@c @implementation
public func dcerpc_stub_r_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!, _ opnum: UInt32, _ r: UnsafeMutableRawPointer!
) -> OpaquePointer! {
    // Without a place of their own, outputs are the request's.
    dcerpc_binding_handle_call_send(mem_ctx, ev, h, nil, table, opnum, nil, r)
}

@c @implementation
public func dcerpc_stub_r_recv(_ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!) -> NTSTATUS {
    let status = BindingHandle.outcome(of: req)
    if status == 0 { shim_client_call_move_outputs(req, mem_ctx) }
    if let req { tevent_req_received(req) }
    return status
}

@c @implementation
public func dcerpc_stub_create(
    _ mem_ctx: UnsafeMutableRawPointer!, _ state_size: Int, _ state_type: UnsafePointer<CChar>!,
    _ state: UnsafeMutableRawPointer!
) -> OpaquePointer! {
    guard let state else { return nil }
    return BindingHandle.makeRequest(
        mem_ctx, stateSize: state_size, stateType: state_type,
        state: state.assumingMemoryBound(to: UnsafeMutableRawPointer?.self))
}

@c @implementation
public func dcerpc_stub_submit(
    _ req: OpaquePointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!, _ opnum: UInt32, _ r: UnsafeMutableRawPointer!
) -> OpaquePointer! {
    guard let req, let ev, let call = shim_client_call(req) else { return req }
    call.pointee.ref_alloc = true
    guard let handle = bindingHandleType.object(of: h), let table, let r, handle.table == table else {
        shim_req_finish(
            req,
            bindingHandleType.object(of: h) == nil || r == nil
                ? NTStatus.invalidParameter : NTStatus.invalidParameterMix)
        return tevent_req_post(req, ev)
    }
    handle.start(call, loop: ev, object: nil, opnum: opnum, input: .arguments(r), outputs: nil)
    return tevent_req_is_in_progress(req) ? req : tevent_req_post(req, ev)
}

@c @implementation
public func dcerpc_stub_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ state: UnsafeMutableRawPointer!
) -> NTSTATUS {
    let status = BindingHandle.outcome(of: req)
    guard let state else { return status == 0 ? NTStatus.invalidParameter : status }
    if status == 0 { shim_client_call_move_outputs(req, mem_ctx) }
    state.assumingMemoryBound(to: UnsafeMutableRawPointer?.self).pointee =
        status == 0 ? shim_client_call(req)?.pointee.stub_state : nil
    return status
}

@c @implementation
public func dcerpc_stub_received(_ req: OpaquePointer!) {
    if let req { tevent_req_received(req) }
}

@c @implementation
public func dcerpc_stub_call(
    _ h: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ table: UnsafePointer<ndr_interface_table>!,
    _ opnum: UInt32, _ r: UnsafeMutableRawPointer!
) -> NTSTATUS {
    guard let handle = bindingHandleType.object(of: h), let table, let r else { return NTStatus.invalidParameter }
    guard handle.table == table else { return NTStatus.invalidParameterMix }
    return handle.call(object: nil, opnum: opnum, arguments: r, outputs: mem_ctx, allocatesReferences: true)
}
