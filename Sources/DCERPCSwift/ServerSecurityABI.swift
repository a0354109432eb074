// SPDX-License-Identifier: LGPL-3.0-or-later
// server.h: authentication

internal import Binding
public import CDCERPC
internal import CShims
internal import Client
internal import Security
internal import Server
internal import Transport
internal import Wire

@c @implementation
public func dcerpc_server_enable_ntlm(
    _ server: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?,
    _ accounts: dcerpc_server_account_fn_t?, _ private_data: UnsafeMutableRawPointer?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let names = serverNames(domain, computer) else {
        return ServerStatus.invalidParameter
    }
    guard let accounts else {
        context.ntlm = NTLMService(names: names, list: context.accounts)
        return ServerStatus.ok
    }
    let lookup: NTLMAcceptor.Accounts = { domain, account in
        let hash = Secret(count: 16)
        let status = domain.withCString { domain in
            account.withCString { account in
                accounts(
                    private_data, domain, account, hash.mutableBytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
        }
        guard status == ServerStatus.ok else { return nil }
        return hash
    }
    context.ntlm = NTLMService(names: names, accounts: .local(lookup))
    return ServerStatus.ok
}

func serverNames(_ domain: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?) -> NTLMServerNames? {
    guard let domain, let computer, let domainName = String(validatingCString: domain),
        let computerName = String(validatingCString: computer)
    else { return nil }
    return NTLMServerNames(domain: domainName, computer: computerName)
}

private func permit(_ server: OpaquePointer?, _ what: NTLMPermissions, _ allow: Bool) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server) else { return ServerStatus.invalidParameter }
    if allow { context.ntlmPermissions.insert(what) } else { context.ntlmPermissions.remove(what) }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_allow_anonymous(_ server: OpaquePointer?, _ allow: Bool) -> NTSTATUS {
    permit(server, .anonymous, allow)
}

@c @implementation
public func dcerpc_server_allow_ntlmv1(_ server: OpaquePointer?, _ allow: Bool) -> NTSTATUS {
    permit(server, .ntlmV1, allow)
}

@c @implementation
public func dcerpc_server_enable_kerberos(
    _ server: OpaquePointer?, _ keytab: UnsafePointer<CChar>?, _ principal: UnsafePointer<CChar>?
) -> NTSTATUS {
    let file = keytab.map { String(validatingCString: $0) }
    let name = principal.map { String(validatingCString: $0) }
    guard let context = ServerContext.type.object(of: server), file != .some(nil), name != .some(nil) else {
        return ServerStatus.invalidParameter
    }
    do throws(KerberosFailure) {
        context.kerberos = KerberosService(
            keytab: try KerberosKeytab(file ?? nil, principal: name ?? nil), authorization: KerberosAccount.read)
        context.report("")
        return ServerStatus.ok
    } catch {
        context.report("Kerberos, \(error.text)")
        return NTStatus.of(error.reason)
    }
}

@c @implementation
public func dcerpc_server_setup_error(_ server: OpaquePointer?) -> UnsafePointer<CChar>? {
    ServerContext.type.object(of: server).map(\.setupErrorCString) ?? shim_empty_text()
}

@c @implementation
public func dcerpc_server_manager_set_min_level(_ manager: OpaquePointer?, _ level: UInt32) -> NTSTATUS {
    guard let object = ServerContext.managerType.object(of: manager), let value = UInt8(exactly: level),
        value == 1 || ProtectionLevel(rawValue: value) != nil
    else { return ServerStatus.invalidParameter }
    object.policy.minimumLevel = value
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_manager_set_mechanisms(
    _ manager: OpaquePointer?, _ mechanisms: UnsafePointer<UInt32>?, _ count: Int
) -> NTSTATUS {
    guard let object = ServerContext.managerType.object(of: manager), count >= 0, count <= 256,
        count == 0 || mechanisms != nil
    else { return ServerStatus.invalidParameter }
    let list = UnsafeBufferPointer(start: mechanisms, count: count).map { UInt8(exactly: $0) }
    guard !list.contains(nil) else { return ServerStatus.invalidParameter }
    object.policy.mechanisms = count == 0 ? nil : list.compactMap { $0 }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_manager_set_transports(
    _ manager: OpaquePointer?, _ sequences: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int
) -> NTSTATUS {
    guard let object = ServerContext.managerType.object(of: manager), count >= 0, count <= 256,
        count == 0 || sequences != nil
    else { return ServerStatus.invalidParameter }
    let list = UnsafeBufferPointer(start: sequences, count: count).map { name in
        name.flatMap { String(validatingCString: $0) }.flatMap { ProtocolSequence(name: $0) }
    }
    guard !list.contains(nil) else { return ServerStatus.invalidParameter }
    object.policy.transports = count == 0 ? nil : list.compactMap { $0 }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_manager_set_transports_from_idl(_ manager: OpaquePointer?) -> NTSTATUS {
    guard let object = ServerContext.managerType.object(of: manager) else { return ServerStatus.invalidParameter }
    guard let declared = object.declaredTransports else { return ServerStatus.notFound }
    object.policy.transports = declared
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_server_manager_set_access(
    _ manager: OpaquePointer?, _ bind_access: dcerpc_server_access_fn_t?, _ call_access: dcerpc_server_access_fn_t?,
    _ private_data: UnsafeMutableRawPointer?
) -> NTSTATUS {
    guard let object = ServerContext.managerType.object(of: manager) else { return ServerStatus.invalidParameter }
    object.policy.bindAccess = bind_access.map { ask in { ask(private_data, $0) } }
    object.policy.callAccess = call_access.map { ask in { ask(private_data, $0) } }
    return ServerStatus.ok
}

@c @implementation
public func dcerpc_call_handle_mechanism(_ call: OpaquePointer?) -> UInt32 { UInt32(CallHandle(call)?.mechanism ?? 0) }

@c @implementation
public func dcerpc_call_handle_negotiated_mechanism(_ call: OpaquePointer?) -> UInt32 {
    UInt32(CallHandle(call)?.negotiatedMechanism ?? 0)
}

@c @implementation
public func dcerpc_call_handle_level(_ call: OpaquePointer?) -> UInt32 { UInt32(CallHandle(call)?.level ?? 1) }

@c @implementation
public func dcerpc_call_handle_account(_ call: OpaquePointer?) -> UnsafePointer<CChar>? { CallHandle(call)?.account }

@c @implementation
public func dcerpc_call_handle_domain(_ call: OpaquePointer?) -> UnsafePointer<CChar>? { CallHandle(call)?.domain }
