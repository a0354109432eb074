// SPDX-License-Identifier: LGPL-3.0-or-later
// credentials.h

public import CDCERPC
internal import Client
internal import Glibc
internal import Security
internal import Transport
internal import Wire

/// [MS-SAMR] and [MS-ADTS] allow far less; messages have room for this.
private let longestName = 512

/// A text of the caller's; nil: none, too long or not UTF-8.
private func name(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text, strlen(text) <= longestName else { return nil }
    return String(validatingCString: text)
}

/// Changes credentials with a text of the caller's.
private func set(
    _ c: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ change: (NTLMCredentials, String) -> NTLMCredentials
) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let value = name(text) else {
        return NTStatus.invalidParameter
    }
    object.set { change($0, value) }
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_create(_ mem_ctx: UnsafeMutableRawPointer?) -> OpaquePointer? {
    CredentialsObject.type.make(mem_ctx, CredentialsObject())
}

@c @implementation
public func dcerpc_credentials_set_anonymous(_ c: OpaquePointer?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c) else { return NTStatus.invalidParameter }
    object.forget()
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_user(_ c: OpaquePointer?, _ user: UnsafePointer<CChar>?) -> NTSTATUS {
    set(c, user) { $0.with(user: $1) }
}

@c @implementation
public func dcerpc_credentials_set_domain(_ c: OpaquePointer?, _ domain: UnsafePointer<CChar>?) -> NTSTATUS {
    set(c, domain) { $0.with(domain: $1) }
}

@c @implementation
public func dcerpc_credentials_set_workstation(_ c: OpaquePointer?, _ workstation: UnsafePointer<CChar>?) -> NTSTATUS {
    set(c, workstation) { $0.with(workstation: $1) }
}

@c @implementation
public func dcerpc_credentials_set_password(_ c: OpaquePointer?, _ password: UnsafePointer<CChar>?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let password, strlen(password) <= longestName,
        let hash = NTLMCredentials.ntHash(password: UnsafeRawBufferPointer(start: password, count: strlen(password)))
    else { return NTStatus.invalidParameter }
    let text = UnsafeRawBufferPointer(start: password, count: strlen(password) + 1)
    object.set(ntHash: hash, password: SharedSecret(Secret(text)))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_ntlmv1(_ c: OpaquePointer?, _ use: Bool) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c) else { return NTStatus.invalidParameter }
    object.set { $0.with(usesNTLMv1: use) }
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_nt_hash(_ c: OpaquePointer?, _ hash: UnsafePointer<UInt8>?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let hash else { return NTStatus.invalidParameter }
    object.set(ntHash: Secret(UnsafeRawBufferPointer(start: hash, count: 16)), password: nil)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_binding_set_credentials(_ b: OpaquePointer?, _ c: OpaquePointer?) -> NTSTATUS {
    guard let binding = BindingObject.type.object(of: b) else { return NTStatus.invalidParameter }
    guard let c else {
        binding.credentials = nil
        return NTStatus.ok
    }
    guard let credentials = CredentialsObject.type.object(of: c)?.snapshot() else { return NTStatus.invalidParameter }
    binding.credentials = credentials
    return NTStatus.ok
}
