// SPDX-License-Identifier: LGPL-3.0-or-later
// mechanism.h

public import CDCERPC
internal import Client
internal import PlugIns
internal import Server
internal import Transport
internal import Wire

@c @implementation
public func dcerpc_mechanism_create(
    _ mem_ctx: UnsafeMutableRawPointer?, _ ops: UnsafePointer<dcerpc_mechanism_ops>?,
    _ private_data: UnsafeMutableRawPointer?, _ m: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let ops, let m, let plugIn = PlugIn(ops, data: private_data) else { return NTStatus.invalidParameter }
    guard let handle = PlugIn.type.make(mem_ctx, plugIn) else { return NTStatus.noMemory }
    m.pointee = handle
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_mechanism(_ c: OpaquePointer?, _ m: OpaquePointer?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c) else { return NTStatus.invalidParameter }
    guard let m else {
        object.set(PlugIn?.none)
        return NTStatus.ok
    }
    guard let plugIn = PlugIn.type.object(of: m) else { return NTStatus.invalidParameter }
    object.set(plugIn)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_add_mechanism(_ server: OpaquePointer?, _ m: OpaquePointer?) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let plugIn = PlugIn.type.object(of: m) else {
        return NTStatus.invalidParameter
    }
    return context.add(plugIn) ? NTStatus.ok : NTStatus.objectNameCollision
}

@c @implementation
public func dcerpc_mechanism_step_set_token(
    _ step: OpaquePointer?, _ token: UnsafePointer<UInt8>?, _ length: Int
) -> NTSTATUS {
    guard let object = PlugInStep.type.object(of: step) else { return NTStatus.invalidParameter }
    let bytes = UnsafeRawBufferPointer(start: token, count: token == nil || length < 0 ? 0 : length)
    return object.setToken(bytes) ? NTStatus.ok : NTStatus.invalidParameter
}

@c @implementation
public func dcerpc_mechanism_step_loop(_ step: OpaquePointer?) -> OpaquePointer? {
    PlugInStep.type.object(of: step)?.loop
}

@c @implementation
public func dcerpc_mechanism_step_done(_ step: OpaquePointer?, _ status: NTSTATUS) {
    PlugInStep.type.object(of: step)?.done(status)
}
