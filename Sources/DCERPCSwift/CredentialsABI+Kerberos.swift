// SPDX-License-Identifier: LGPL-3.0-or-later
// credentials.h: Kerberos, and where credentials come from

public import CDCERPC
internal import Client
internal import Glibc
internal import Security
internal import Transport
internal import Wire

/// Names of caches and keytabs are paths with a type before them.
private let longestPath = 4096

/// An optional name; false: it cannot be one.
private func optional(_ text: UnsafePointer<CChar>?) -> (isValid: Bool, name: String?) {
    guard let text else { return (true, nil) }
    guard strlen(text) <= longestPath, let name = String(validatingCString: text) else { return (false, nil) }
    return (true, name)
}

private func set(
    _ c: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ origin: (String?) -> CredentialsObject.Origin
) -> NTSTATUS {
    let given = optional(text)
    guard let object = CredentialsObject.type.object(of: c), given.isValid else { return NTStatus.invalidParameter }
    object.set(origin(given.name))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_realm(_ c: OpaquePointer?, _ realm: UnsafePointer<CChar>?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let realm, strlen(realm) <= 512,
        let name = String(validatingCString: realm)
    else { return NTStatus.invalidParameter }
    object.set(realm: name)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_kerberos(_ c: OpaquePointer?, _ policy: UInt32) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let value = KerberosPolicy(rawValue: policy) else {
        return NTStatus.invalidParameter
    }
    object.set(value)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_keytab(_ c: OpaquePointer?, _ keytab: UnsafePointer<CChar>?) -> NTSTATUS {
    set(c, keytab) { .keytab($0) }
}

@c @implementation
public func dcerpc_credentials_set_ccache(_ c: OpaquePointer?, _ ccache: UnsafePointer<CChar>?) -> NTSTATUS {
    set(c, ccache) { .cache($0) }
}

@c @implementation
public func dcerpc_credentials_set_gss_credential(_ c: OpaquePointer?, _ cred: OpaquePointer?) -> NTSTATUS {
    guard let object = CredentialsObject.type.object(of: c), let cred else { return NTStatus.invalidParameter }
    do throws(KerberosFailure) {
        object.set(.tickets(try KerberosTicketCopy(gss: UnsafeMutableRawPointer(cred))))
        return NTStatus.ok
    } catch { return NTStatus.of(error.reason) }
}

@c @implementation
public func dcerpc_credentials_set_machine_account(_ c: OpaquePointer?, _ computer: UnsafePointer<CChar>?) -> NTSTATUS {
    guard let computer, strlen(computer) <= 64, let name = String(validatingCString: computer), !name.isEmpty,
        !name.hasSuffix("$"), let object = CredentialsObject.type.object(of: c)
    else { return NTStatus.invalidParameter }
    object.set { $0.with(user: name + "$", workstation: name) }
    return NTStatus.ok
}

@c @implementation
public func dcerpc_credentials_set_from_environment(_ c: OpaquePointer?) -> NTSTATUS {
    guard CredentialsObject.type.object(of: c) != nil else { return NTStatus.invalidParameter }
    _ = dcerpc_credentials_set_anonymous(c)
    let account = getenv("USER") ?? getenv("LOGNAME")
    var status = NTStatus.ok
    var password = getenv("PASSWD").map { UnsafePointer($0) }
    if let account {
        // [DOMAIN\\]user[%password]
        let bytes = UnsafeBufferPointer(start: account, count: strlen(account))
        let end = bytes.firstIndex { $0 == 0x25 } ?? bytes.count
        if end < bytes.count { password = UnsafePointer(account + end + 1) }
        let name = String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let parts = name.split(separator: "\\", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count > 1 { status = String(parts[0]).withCString { dcerpc_credentials_set_domain(c, $0) } }
        if status == NTStatus.ok {
            status = String(parts[parts.count - 1]).withCString { dcerpc_credentials_set_user(c, $0) }
        }
    }
    if status == NTStatus.ok, let password { return dcerpc_credentials_set_password(c, password) }
    // Without a password there may be tickets, and they know whose they are.
    if status == NTStatus.ok {
        status = dcerpc_credentials_set_anonymous(c)
        if status == NTStatus.ok { return dcerpc_credentials_set_ccache(c, nil) }
    }
    return status
}
