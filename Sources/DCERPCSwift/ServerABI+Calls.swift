// SPDX-License-Identifier: LGPL-3.0-or-later
// server.h: a call

public import CDCERPC
internal import CShims
internal import CTalloc
internal import CTevent
internal import NDR
internal import Server
internal import Wire

@c @implementation
public func dcerpc_call_handle_opnum(_ call: OpaquePointer?) -> UInt32 { CallHandle(call)?.opnum ?? 0 }

@c @implementation
public func dcerpc_call_handle_table(_ call: OpaquePointer?) -> UnsafePointer<ndr_interface_table>? {
    CallHandle(call)?.table
}

@c @implementation
public func dcerpc_call_handle_peer(_ call: OpaquePointer?) -> UnsafePointer<CChar>? { CallHandle(call)?.peer }

@c @implementation
public func dcerpc_call_handle_local(_ call: OpaquePointer?) -> UnsafePointer<CChar>? { CallHandle(call)?.local }

@c @implementation
public func dcerpc_call_handle_object(_ call: OpaquePointer?) -> GUID { GUID(CallHandle(call)?.object ?? .zero) }

@c @implementation
public func dcerpc_call_handle_private_data(_ call: OpaquePointer?) -> UnsafeMutableRawPointer? {
    CallHandle(call)?.privateData
}

@c @implementation
public func dcerpc_call_handle_assoc_group_id(_ call: OpaquePointer?) -> UInt32 {
    CallHandle(call)?.associationGroup ?? 0
}

@c @implementation
public func dcerpc_call_handle_connection_id(_ call: OpaquePointer?) -> UInt64 { CallHandle(call)?.connectionID ?? 0 }

@c @implementation
public func dcerpc_call_handle_context_id(_ call: OpaquePointer?) -> UInt32 { CallHandle(call)?.contextID ?? 0 }

@c @implementation
public func dcerpc_call_handle_server(_ call: OpaquePointer?) -> OpaquePointer? { CallHandle(call)?.server }

@c @implementation
public func dcerpc_call_handle_set_fault(_ call: OpaquePointer?, _ fault_code: UInt32) {
    CallHandle(call)?.setFault(fault_code)
}

@c @implementation
public func dcerpc_call_done(_ mem_ctx: UnsafeMutableRawPointer?, _ ev: OpaquePointer?, _ status: NTSTATUS)
    -> OpaquePointer?
{
    guard let ev else { return nil }
    return shim_call_done(mem_ctx, ev, status)
}

@c @implementation
public func dcerpc_call_simple_recv(_ req: OpaquePointer?) -> NTSTATUS {
    guard let req else { return ServerStatus.invalidParameter }
    var status = ServerStatus.ok
    _ = shim_req_status(req, &status)
    tevent_req_received(req)
    return status
}

@c @implementation
public func dcerpc_req_nterror(_ req: OpaquePointer?, _ status: NTSTATUS) -> Bool {
    guard let req, status != ServerStatus.ok else { return false }
    shim_req_finish(req, status)
    return true
}

@c @implementation
public func dcerpc_req_is_nterror(_ req: OpaquePointer?, _ status: UnsafeMutablePointer<NTSTATUS>?) -> Bool {
    var error = ServerStatus.ok
    guard let req, shim_req_status(req, &error) else { return false }
    status?.pointee = error
    return true
}
