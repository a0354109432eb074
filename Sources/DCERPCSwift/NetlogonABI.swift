// SPDX-License-Identifier: LGPL-3.0-or-later
// netlogon.h: the client

public import CDCERPC
internal import CShims
internal import CTevent
internal import Client
internal import Security
internal import Transport
internal import Wire

private let allowMD5: UInt32 = 1

/// nil where the arguments cannot be used.
private func netlogonRequest(_ c: OpaquePointer?, _ channel_type: UInt16, _ flags: UInt32) -> NetlogonRequest? {
    guard let credentials = CredentialsObject.type.object(of: c)?.credentials.ntlm, !credentials.isAnonymous,
        credentials.hasSecret, flags & ~allowMD5 == 0
    else { return nil }
    return NetlogonRequest(credentials: credentials, channelType: channel_type, allowsLegacy: flags & allowMD5 != 0)
}

private func deliver(
    _ credentials: NetlogonCredentials?, _ mem_ctx: UnsafeMutableRawPointer?,
    _ out: UnsafeMutablePointer<OpaquePointer?>
) -> NTSTATUS {
    guard let credentials else { return NTStatus.internalError }
    guard let handle = NetlogonObject.type.make(mem_ctx, NetlogonObject(credentials)) else { return NTStatus.noMemory }
    out.pointee = handle
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_authenticate_send(
    _ mem_ctx: UnsafeMutableRawPointer!, _ ev: OpaquePointer!, _ h: OpaquePointer!, _ c: OpaquePointer!,
    _ channel_type: UInt16, _ flags: UInt32
) -> OpaquePointer! {
    guard let ev else { return nil }
    return NetlogonAuthentication.send(
        mem_ctx, loop: ev, base: bindingHandleType.object(of: h), netlogonRequest(c, channel_type, flags))
}

@c @implementation
public func dcerpc_netlogon_authenticate_recv(
    _ req: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ creds: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    var status: UInt32 = 0
    guard let req else { return NTStatus.invalidParameter }
    defer { tevent_req_received(req) }
    if shim_req_status(req, &status) { return status }
    guard let creds, let operation = NetlogonAuthentication.of(req) else { return NTStatus.invalidParameter }
    return deliver(operation.takeCredentials(), mem_ctx, creds)
}

@c @implementation
public func dcerpc_netlogon_authenticate(
    _ mem_ctx: UnsafeMutableRawPointer!, _ h: OpaquePointer!, _ c: OpaquePointer!, _ channel_type: UInt16,
    _ flags: UInt32, _ creds: UnsafeMutablePointer<OpaquePointer?>!
) -> NTSTATUS {
    guard let handle = bindingHandleType.object(of: h), let creds,
        let request = netlogonRequest(c, channel_type, flags)
    else { return NTStatus.invalidParameter }
    let outcome = NetlogonAuthentication.wait(handle, request)
    guard outcome.status == NTStatus.ok else { return outcome.status }
    return deliver(outcome.credentials, mem_ctx, creds)
}

@c @implementation
public func dcerpc_credentials_set_netlogon_creds(_ c: OpaquePointer?, _ creds: OpaquePointer?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c) else { return NTStatus.invalidParameter }
    let channel = NetlogonObject.type.object(of: creds)?.credentials
    guard creds == nil || channel != nil else { return NTStatus.invalidParameter }
    object.set(netlogon: channel)
    return NTStatus.ok
}
