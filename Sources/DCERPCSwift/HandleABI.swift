// SPDX-License-Identifier: LGPL-3.0-or-later
// client.h: the handle

internal import Binding
public import CDCERPC
internal import CShims
internal import Client
internal import NDR
internal import Transport
internal import Wire

private func object(_ h: OpaquePointer?) -> BindingHandle? { bindingHandleType.object(of: h) }

@c @implementation
public func dcerpc_binding_handle_is_connected(_ h: OpaquePointer!) -> Bool { object(h)?.isConnected ?? false }

@c @implementation
public func dcerpc_binding_handle_set_timeout(_ h: OpaquePointer!, _ seconds: UInt32) -> UInt32 {
    guard let handle = object(h) else { return 0 }
    let before = UInt32(truncatingIfNeeded: handle.timeout / 1_000_000)
    handle.timeout = UInt64(seconds) * 1_000_000
    return before
}

@c @implementation
public func dcerpc_binding_handle_disconnect(_ h: OpaquePointer!) -> NTSTATUS {
    object(h)?.disconnect() ?? NTStatus.invalidParameter
}

@c @implementation
public func dcerpc_binding_handle_last_fault(_ h: OpaquePointer!) -> UInt32 { object(h)?.lastFault ?? 0 }

@c @implementation
public func dcerpc_binding_handle_get_assoc_group_id(_ h: OpaquePointer!) -> UInt32 {
    object(h)?.associationGroup ?? 0
}

@c @implementation
public func dcerpc_binding_handle_get_transfer_syntax(_ h: OpaquePointer!) -> ndr_syntax_id {
    let syntax = object(h)?.transferSyntax ?? .zero
    return ndr_syntax_id(syntax)
}

@c @implementation
public func dcerpc_binding_handle_get_binding(_ h: OpaquePointer!) -> OpaquePointer! {
    guard let handle = object(h) else { return nil }
    if handle.bindingChunk == nil {
        handle.bindingChunk = BindingObject.type.make(UnsafeRawPointer(h), BindingObject(handle.binding))
    }
    return handle.bindingChunk
}

@c @implementation
public func dcerpc_binding_handle_error_string(_ h: OpaquePointer!) -> UnsafePointer<CChar>! {
    guard let handle = object(h) else { return shim_empty_text() }
    return handle.keepText(handle.failureText()) ?? shim_empty_text()
}

@c @implementation
public func dcerpc_binding_handle_get_stat(_ h: OpaquePointer!, _ what: UInt32) -> UInt64 {
    object(h)?.statistic(what) ?? 0
}

@c @implementation
public func dcerpc_binding_handle_set_log_callback(
    _ h: OpaquePointer!, _ fn: dcerpc_log_fn_t!, _ private_data: UnsafeMutableRawPointer!
) {
    object(h)?.setLog(fn.map { (function: $0, data: private_data) })
}

@c @implementation
public func dcerpc_binding_handle_set_flags(_ h: OpaquePointer!, _ additional: UInt32, _ clear: UInt32) -> NTSTATUS {
    guard let handle = object(h), (additional | clear) & ~UInt32(DCERPC_HANDLE_REF_ALLOC) == 0 else {
        return NTStatus.invalidParameter
    }
    if clear & UInt32(DCERPC_HANDLE_REF_ALLOC) != 0 { handle.allocatesReferences = false }
    if additional & UInt32(DCERPC_HANDLE_REF_ALLOC) != 0 { handle.allocatesReferences = true }
    return 0
}
