// SPDX-License-Identifier: LGPL-3.0-or-later
// binding.h

internal import Binding
public import CDCERPC
internal import Client
internal import NDR
internal import Transport
internal import Wire

/// The object behind a handle, for as long as the caller keeps the handle.
private func object(_ b: OpaquePointer?) -> BindingObject? { BindingObject.type.object(of: b) }

private func status(_ error: BindingError) -> NTSTATUS {
    switch error {
    case .duplicate, .contradiction: return NTStatus.invalidParameterMix
    case .notSupported: return NTStatus.notSupported
    case .syntax, .unknownProtocolSequence, .unknownOption, .badValue: return NTStatus.invalidParameter
    }
}

@c @implementation
public func dcerpc_parse_binding(
    _ memCtx: UnsafeMutableRawPointer?, _ s: UnsafePointer<CChar>?, _ b: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let s, let b, let text = String(validatingCString: s) else { return NTStatus.invalidParameter }
    do throws(BindingError) {
        let binding = BindingObject(try ServerBinding.parse(from: text))
        guard let handle = BindingObject.type.make(memCtx, binding) else { return NTStatus.noMemory }
        b.pointee = handle
        return NTStatus.ok
    } catch { return status(error) }
}

@c @implementation
public func dcerpc_binding_string(_ memCtx: UnsafeMutableRawPointer?, _ b: OpaquePointer?) -> UnsafeMutablePointer<
    CChar
>? {
    guard let object = object(b) else { return nil }
    return tallocString(memCtx, object.binding.description)
}

@c @implementation
public func dcerpc_binding_dup(_ memCtx: UnsafeMutableRawPointer?, _ b: OpaquePointer?) -> OpaquePointer? {
    guard let object = object(b) else { return nil }
    return BindingObject.type.make(memCtx, BindingObject(object.binding, credentials: object.credentials))
}

@c @implementation
public func dcerpc_binding_get_transport(_ b: OpaquePointer?) -> UInt32 { object(b)?.binding.transport.rawValue ?? 0 }

@c @implementation
public func dcerpc_binding_set_transport(_ b: OpaquePointer?, _ transport: UInt32) -> NTSTATUS {
    guard let object = object(b), let sequence = ProtocolSequence(rawValue: transport) else {
        return NTStatus.invalidParameter
    }
    object.binding.setTransport(sequence)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_binding_get_flags(_ b: OpaquePointer?) -> UInt32 { object(b)?.binding.flags.rawValue ?? 0 }

@c @implementation
public func dcerpc_binding_set_flags(_ b: OpaquePointer?, _ additional: UInt32, _ clear: UInt32) -> NTSTATUS {
    let added = BindingFlags(rawValue: additional)
    let cleared = BindingFlags(rawValue: clear)
    guard let object = object(b), BindingFlags.all.isSuperset(of: added.union(cleared)) else {
        return NTStatus.invalidParameter
    }
    do throws(BindingError) {
        try object.binding.setFlags(added, clearing: cleared)
        return NTStatus.ok
    } catch { return NTStatus.invalidParameter }
}

@c @implementation
public func dcerpc_binding_get_object(_ b: OpaquePointer?) -> GUID { GUID(object(b)?.binding.object ?? .zero) }

@c @implementation
public func dcerpc_binding_set_object(_ b: OpaquePointer?, _ uuid: GUID) -> NTSTATUS {
    guard let object = object(b) else { return NTStatus.invalidParameter }
    object.binding.setObject(UUIDValue(uuid))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_binding_get_abstract_syntax(_ b: OpaquePointer?) -> ndr_syntax_id {
    ndr_syntax_id(object(b)?.binding.abstractSyntax ?? .zero)
}

@c @implementation
public func dcerpc_binding_set_abstract_syntax(_ b: OpaquePointer?, _ syntax: UnsafePointer<ndr_syntax_id>?) -> NTSTATUS
{
    guard let object = object(b), let syntax else { return NTStatus.invalidParameter }
    object.binding.setAbstractSyntax(SyntaxID(syntax.pointee))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_binding_get_assoc_group_id(_ b: OpaquePointer?) -> UInt32 {
    object(b)?.binding.associationGroup ?? 0
}

@c @implementation
public func dcerpc_binding_set_assoc_group_id(_ b: OpaquePointer?, _ group: UInt32) -> NTSTATUS {
    guard let object = object(b) else { return NTStatus.invalidParameter }
    object.binding.associationGroup = group
    return NTStatus.ok
}

@c @implementation
public func dcerpc_binding_get_string_option(_ b: OpaquePointer?, _ name: UnsafePointer<CChar>?) -> UnsafePointer<
    CChar
>? {
    guard let object = object(b), let name, let option = String(validatingCString: name) else { return nil }
    return object.cString(of: option)
}

@c @implementation
public func dcerpc_binding_set_string_option(
    _ b: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?
) -> NTSTATUS {
    guard let object = object(b), let name, let option = String(validatingCString: name) else {
        return NTStatus.invalidParameter
    }
    var text: String?
    if let value {
        text = String(validatingCString: value)
        guard text != nil else { return NTStatus.invalidParameter }
    }
    do throws(BindingError) {
        try object.binding.setOption(option, text)
        return NTStatus.ok
    } catch { return status(error) }
}
