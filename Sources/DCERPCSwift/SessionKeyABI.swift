// SPDX-License-Identifier: LGPL-3.0-or-later
// client.h and server.h: session keys

public import CDCERPC
internal import CShims
internal import Client
internal import Security
internal import Server
internal import Transport
internal import Wire

/// Hands `key` to a C caller; it is overwritten when it is freed.
private func deliver(
    _ key: UnsafeRawBufferPointer, _ mem_ctx: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<DATA_BLOB>
) -> NTSTATUS {
    guard let copy = shim_talloc_secret(mem_ctx, key.baseAddress, key.count) else { return NTStatus.noMemory }
    out.pointee = DATA_BLOB(data: copy.assumingMemoryBound(to: UInt8.self), length: key.count)
    return NTStatus.ok
}

/// Every transport of today has the fixed key.
private func deliverTransportKey(
    _ mem_ctx: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<DATA_BLOB>
) -> NTSTATUS {
    TransportKey.fixed.withUTF8Buffer { deliver(UnsafeRawBufferPointer($0), mem_ctx, out) }
}

@c @implementation
public func dcerpc_binding_handle_auth_session_key(
    _ h: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ session_key: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let handle = bindingHandleType.object(of: h), let session_key else { return NTStatus.invalidParameter }
    guard handle.isConnected else { return NTStatus.connectionDisconnected }
    var status = NTStatus.noUserSessionKey
    _ = handle.withSessionKey { status = deliver($0, mem_ctx, session_key) }
    return status
}

@c @implementation
public func dcerpc_binding_handle_transport_session_key(
    _ h: OpaquePointer!, _ mem_ctx: UnsafeMutableRawPointer!, _ session_key: UnsafeMutablePointer<DATA_BLOB>!
) -> NTSTATUS {
    guard let handle = bindingHandleType.object(of: h), let session_key else { return NTStatus.invalidParameter }
    guard handle.isConnected else { return NTStatus.connectionDisconnected }
    return deliverTransportKey(mem_ctx, session_key)
}

@c @implementation
public func dcerpc_call_handle_auth_session_key(
    _ call: OpaquePointer?, _ mem_ctx: UnsafeMutableRawPointer?, _ session_key: UnsafeMutablePointer<DATA_BLOB>?
) -> NTSTATUS {
    guard let handle = CallHandle(call), let session_key else { return NTStatus.invalidParameter }
    var status = NTStatus.noUserSessionKey
    _ = handle.withSessionKey { status = deliver($0, mem_ctx, session_key) }
    return status
}

@c @implementation
public func dcerpc_call_handle_transport_session_key(
    _ call: OpaquePointer?, _ mem_ctx: UnsafeMutableRawPointer?, _ session_key: UnsafeMutablePointer<DATA_BLOB>?
) -> NTSTATUS {
    guard CallHandle(call) != nil, let session_key else { return NTStatus.invalidParameter }
    return deliverTransportKey(mem_ctx, session_key)
}
