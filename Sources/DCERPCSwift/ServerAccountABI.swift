// SPDX-License-Identifier: LGPL-3.0-or-later
// server.h: accounts

public import CDCERPC
internal import Client
internal import PlugIns
internal import Security
internal import Server
internal import Transport
internal import Wire

extension SecurityID {
    /// nil: it is none.
    init?(_ sid: dom_sid) {
        guard sid.sid_rev_num == 1, (0...15).contains(sid.num_auths) else { return nil }
        self.init(
            revision: sid.sid_rev_num, authority: withUnsafeBytes(of: sid.id_auth) { Array($0) },
            parts: withUnsafeBytes(of: sid.sub_auths) {
                Array($0.bindMemory(to: UInt32.self).prefix(Int(sid.num_auths)))
            })
    }
}

@c @implementation
public func dcerpc_account_set_nt_hash(_ account: OpaquePointer?, _ nt_hash: UnsafePointer<UInt8>?) -> NTSTATUS {
    guard let object = AccountObject.type.object(of: account), let nt_hash else { return NTStatus.invalidParameter }
    object.setHash(UnsafeRawBufferPointer(start: nt_hash, count: 16))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_account_set_name(
    _ account: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?
) -> NTSTATUS {
    guard let object = AccountObject.type.object(of: account), let domain, let name,
        let domainName = String(validatingCString: domain), let accountName = String(validatingCString: name)
    else { return NTStatus.invalidParameter }
    object.name(domain: domainName, account: accountName)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_account_add_sid(_ account: OpaquePointer?, _ sid: UnsafePointer<dom_sid>?) -> NTSTATUS {
    guard let object = AccountObject.type.object(of: account), let sid, let value = SecurityID(sid.pointee) else {
        return NTStatus.invalidParameter
    }
    return object.add(value) ? NTStatus.ok : NTStatus.insufficientResources
}

@c @implementation
public func dcerpc_server_enable_ntlm_accounts(
    _ server: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?,
    _ send_fn: dcerpc_server_account_send_fn_t?, _ recv_fn: dcerpc_server_account_recv_fn_t?,
    _ private_data: UnsafeMutableRawPointer?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let send_fn, let recv_fn,
        let names = serverNames(domain, computer)
    else { return NTStatus.invalidParameter }
    let source = AccountSource(send: send_fn, receive: recv_fn, data: private_data)
    context.ntlm = NTLMService(names: names, source: source, server: context)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_add_account(
    _ server: OpaquePointer?, _ c: OpaquePointer?, _ sids: UnsafePointer<dom_sid>?, _ num_sids: Int
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server),
        let credentials = CredentialsObject.type.object(of: c)?.credentials.ntlm,
        (0...AccountObject.maximumSIDs).contains(num_sids), num_sids == 0 || sids != nil
    else { return NTStatus.invalidParameter }
    let list = UnsafeBufferPointer(start: sids, count: num_sids).map { SecurityID($0) }
    guard !list.contains(nil), let account = NTLMAccount(credentials, sids: list.compactMap { $0 }) else {
        return NTStatus.invalidParameter
    }
    context.accounts.add(account)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_remove_account(
    _ server: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ account: UnsafePointer<CChar>?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let domain, let account,
        let domainName = String(validatingCString: domain), let accountName = String(validatingCString: account)
    else { return NTStatus.invalidParameter }
    return context.accounts.remove(domain: domainName, account: accountName) ? NTStatus.ok : NTStatus.notFound
}
