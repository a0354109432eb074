// SPDX-License-Identifier: LGPL-3.0-or-later
// client.h: connecting

internal import Binding
public import CDCERPC
internal import CShims
internal import CTevent
internal import Client
internal import Transport
internal import Wire

var bindingHandleType: TallocType<BindingHandle> {
    TallocType("struct dcerpc_binding_handle", magic: 0x6463_6572_7063_6268)
}

/// Hands a connected handle to its owner in C.
private func deliver(
    _ object: BindingHandle, _ mem_ctx: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<OpaquePointer?>
) -> NTSTATUS {
    guard let handle = bindingHandleType.make(mem_ctx, object) else {
        object.handleFreed()
        return NTStatus.noMemory
    }
    out.pointee = handle
    return 0
}

@c @implementation
public func dcerpc_connect_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ b: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!
) -> OpaquePointer! {
    guard let ev else { return nil }
    let object = BindingObject.type.object(of: b)
    return ConnectOperation.send(
        mem_ctx, loop: ev, binding: object?.binding, table: table, credentials: object?.credentials,
        report: { object?.report($0) })
}

@c @implementation
public func dcerpc_binding_connect_error(_ b: OpaquePointer!) -> UnsafePointer<CChar>! {
    guard let object = BindingObject.type.object(of: b) else { return shim_empty_text() }
    return object.connectErrorCString
}

@c @implementation
public func dcerpc_connect_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ h: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    var status: UInt32 = 0
    guard let req else { return NTStatus.invalidParameter }
    defer { tevent_req_received(req) }
    if shim_req_status(req, &status) { return status }
    guard let h, let object = ConnectOperation.of(req)?.takeHandle() else { return NTStatus.invalidParameter }
    return deliver(object, mem_ctx, h)
}

@c @implementation
public func dcerpc_connect(
    _ mem_ctx: UnsafeMutableRawPointer!, _ b: OpaquePointer!, _ table: UnsafePointer<ndr_interface_table>!,
    _ h: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    guard h != nil, b != nil, table != nil else { return NTStatus.invalidParameter }
    // A loop of our own, never the caller's: nothing of the program runs meanwhile.
    guard let loop = tevent_context_init(nil) else { return NTStatus.noMemory }
    defer { tallocFree(UnsafeMutableRawPointer(loop)) }
    guard let req = dcerpc_connect_send(UnsafeMutableRawPointer(loop), loop, b, table) else { return NTStatus.noMemory }
    guard tevent_req_poll(req, loop) else { return NTStatus.internalError }
    var status: UInt32 = 0
    if shim_req_status(req, &status) { return status }
    guard let object = ConnectOperation.of(req)?.takeHandle() else { return NTStatus.internalError }
    object.detachFromLoop()
    return deliver(object, mem_ctx, h)
}

@c @implementation
public func dcerpc_secondary_context_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!
) -> OpaquePointer! {
    guard let ev else { return nil }
    return SecondaryContext.send(mem_ctx, loop: ev, base: bindingHandleType.object(of: h), table: table)
}

@c @implementation
public func dcerpc_secondary_context_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ h2: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    var status: UInt32 = 0
    guard let req else { return NTStatus.invalidParameter }
    defer { tevent_req_received(req) }
    if shim_req_status(req, &status) { return status }
    guard let h2, let object = SecondaryContext.of(req)?.takeHandle() else { return NTStatus.invalidParameter }
    return deliver(object, mem_ctx, h2)
}

@c @implementation
public func dcerpc_secondary_context(
    _ mem_ctx: UnsafeMutableRawPointer!, _ h: OpaquePointer!, _ table: UnsafePointer<ndr_interface_table>!,
    _ h2: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    guard let base = bindingHandleType.object(of: h), let table, let h2 else { return NTStatus.invalidParameter }
    let outcome = SecondaryContext.wait(base: base, table: table)
    guard let object = outcome.handle else { return outcome.status }
    return deliver(object, mem_ctx, h2)
}

/// What the caller's binding says about a further security context; an NTSTATUS where that is nothing.
private func identity(_ b: OpaquePointer?) -> (identity: SecondaryIdentity?, failure: NTSTATUS) {
    guard let object = BindingObject.type.object(of: b) else { return (nil, NTStatus.invalidParameter) }
    guard let identity = SecondaryIdentity(object) else { return (nil, NTStatus.invalidParameterMix) }
    return (identity, NTStatus.ok)
}

@c @implementation
public func dcerpc_secondary_auth_context_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!, _ b: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!
) -> OpaquePointer! {
    guard let ev else { return nil }
    let wanted = identity(b)
    return SecondaryContext.send(
        mem_ctx, loop: ev, base: bindingHandleType.object(of: h), table: table, identity: wanted.identity,
        failure: wanted.failure)
}

@c @implementation
public func dcerpc_secondary_auth_context_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ h2: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    dcerpc_secondary_context_recv(req, mem_ctx, h2)
}

@c @implementation
public func dcerpc_secondary_auth_context(
    _ mem_ctx: UnsafeMutableRawPointer!, _ h: OpaquePointer!, _ b: OpaquePointer!,
    _ table: UnsafePointer<ndr_interface_table>!, _ h2: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    guard let base = bindingHandleType.object(of: h), let table, let h2 else { return NTStatus.invalidParameter }
    let wanted = identity(b)
    guard let identity = wanted.identity else { return wanted.failure }
    let outcome = SecondaryContext.wait(base: base, table: table, identity: identity)
    guard let object = outcome.handle else { return outcome.status }
    return deliver(object, mem_ctx, h2)
}
