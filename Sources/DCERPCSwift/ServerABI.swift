// SPDX-License-Identifier: LGPL-3.0-or-later
// server.h: the server

public import CDCERPC
internal import CTalloc
internal import CTevent
internal import NDR
internal import Server
internal import Transport
internal import Wire

@c @implementation
public func dcerpc_server_context_create(
    _ mem_ctx: UnsafeMutableRawPointer?, _ ev: OpaquePointer?, _ server: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let ev, let server else { return ServerStatus.invalidParameter }
    guard let made = ServerContext.create(mem_ctx, loop: ev) else { return ServerStatus.noMemory }
    server.pointee = made.handle
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_add_endpoint(
    _ server: OpaquePointer?, _ binding: UnsafePointer<CChar>?, _ endpoint: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let binding else { return ServerStatus.invalidParameter }
    switch Endpoint.open(context, binding: String(cString: binding)) {
    case .failure(let error): return error.status
    case .success(let made):
        endpoint?.pointee = made.handle
        return ServerStatus.ok
    }
}

@c @implementation
public func dcerpc_server_endpoint_string(
    _ mem_ctx: UnsafeMutableRawPointer?, _ endpoint: OpaquePointer?
) -> UnsafeMutablePointer<CChar>? {
    Endpoint.type.object(of: endpoint).flatMap { tallocString(mem_ctx, $0.string) }
}

@c @implementation
public func dcerpc_server_register_manager(
    _ server: OpaquePointer?, _ vector: UnsafePointer<dcerpc_call_entry_point_vector>?,
    _ private_data: UnsafeMutableRawPointer?, _ manager: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    register(server, nil, vector, private_data, manager)
}

@c @implementation
public func dcerpc_server_register_object_manager(
    _ server: OpaquePointer?, _ object: UnsafePointer<GUID>?, _ vector: UnsafePointer<dcerpc_call_entry_point_vector>?,
    _ private_data: UnsafeMutableRawPointer?, _ manager: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let object, !GUID_all_zero(object) else { return ServerStatus.invalidParameter }
    return register(server, UUIDValue(object.pointee), vector, private_data, manager)
}

private func register(
    _ server: OpaquePointer?, _ object: UUIDValue?, _ vector: UnsafePointer<dcerpc_call_entry_point_vector>?,
    _ privateData: UnsafeMutableRawPointer?, _ manager: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let vector else { return ServerStatus.invalidParameter }
    switch context.register(vector, object: object, privateData: privateData) {
    case .failure(let error): return error.status
    case .success(let made):
        manager?.pointee = made.handle
        return ServerStatus.ok
    }
}

@c @implementation
public func dcerpc_server_enable_epmapper(_ server: OpaquePointer?) -> NTSTATUS {
    ServerContext.type.object(of: server)?.enableEndpointMapper() ?? ServerStatus.invalidParameter
}

@c @implementation
public func dcerpc_server_enable_mgmt(_ server: OpaquePointer?) -> NTSTATUS {
    ServerContext.type.object(of: server)?.enableManagement() ?? ServerStatus.invalidParameter
}

@c @implementation
public func dcerpc_server_start(_ server: OpaquePointer?) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), context.start() else {
        return ServerStatus.invalidParameter
    }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_shutdown_send(
    _ mem_ctx: UnsafeMutableRawPointer?, _ ev: OpaquePointer?, _ server: OpaquePointer?
) -> OpaquePointer? {
    guard let ev, let context = ServerContext.type.object(of: server) else { return nil }
    return context.shutdown(mem_ctx, loop: ev)
}

@c @implementation
public func dcerpc_server_shutdown_recv(_ req: OpaquePointer?) -> NTSTATUS { dcerpc_call_simple_recv(req) }

@c @implementation
public func dcerpc_server_set_limit(_ server: OpaquePointer?, _ limit: UInt32, _ value: UInt64) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), context.limits.set(limit, value) else {
        return ServerStatus.invalidParameter
    }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_get_stat(_ server: OpaquePointer?, _ what: UInt32) -> UInt64 {
    ServerContext.type.object(of: server)?.statistic(what) ?? 0
}
