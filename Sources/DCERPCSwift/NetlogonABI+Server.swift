// SPDX-License-Identifier: LGPL-3.0-or-later
// netlogon.h: the server

public import CDCERPC
internal import Client
internal import Security
internal import Server
internal import Transport
internal import Wire

@c @implementation
public func dcerpc_server_enable_schannel(
    _ server: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ dns_domain: UnsafePointer<CChar>?, _ flags: UInt32
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let domain, let dns_domain, flags & ~1 == 0,
        let name = String(validatingCString: domain), let dnsName = String(validatingCString: dns_domain)
    else { return NTStatus.invalidParameter }
    context.schannel = SchannelService(
        domain: SchannelDomain(name: name, dnsName: dnsName), allowsLegacy: flags & 1 != 0)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_store_netlogon_creds(_ server: OpaquePointer?, _ creds: OpaquePointer?) -> NTSTATUS {
    guard let service = ServerContext.type.object(of: server)?.schannel,
        let credentials = NetlogonObject.type.object(of: creds)?.credentials
    else { return NTStatus.invalidParameter }
    service.store(credentials)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_fetch_netlogon_creds(
    _ server: OpaquePointer?, _ computer: UnsafePointer<CChar>?, _ mem_ctx: UnsafeMutableRawPointer?,
    _ creds: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let service = ServerContext.type.object(of: server)?.schannel, let computer, let creds,
        let name = String(validatingCString: computer)
    else { return NTStatus.invalidParameter }
    guard let found = service.channel(name) else { return NTStatus.notFound }
    guard let handle = NetlogonObject.type.make(mem_ctx, NetlogonObject(found)) else { return NTStatus.noMemory }
    creds.pointee = handle
    return NTStatus.ok
}

@c @implementation
public func dcerpc_server_enable_ntlm_pass_through(
    _ server: OpaquePointer?, _ domain: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?, _ h: OpaquePointer?
) -> NTSTATUS {
    guard let context = ServerContext.type.object(of: server), let domain, let computer,
        let handle = bindingHandleType.object(of: h), let domainName = String(validatingCString: domain),
        let computerName = String(validatingCString: computer)
    else { return NTStatus.invalidParameter }
    guard NetlogonLogon.canUse(handle) else { return NTStatus.invalidParameterMix }
    context.ntlm = NTLMService(
        names: NTLMServerNames(domain: domainName, computer: computerName),
        accounts: .remote { [unowned context] request, completed in
            guard let loop = context.eventLoop,
                let stop = NetlogonLogon.start(handle, loop: loop, request, completed: completed)
            else {
                completed(.failure(.logonFailure))
                return {}
            }
            return stop
        })
    return NTStatus.ok
}

@c @implementation
public func dcerpc_call_handle_sids(_ call: OpaquePointer?, _ count: UnsafeMutablePointer<UInt32>?)
    -> UnsafePointer<dom_sid>?
{
    count?.pointee = 0
    guard let handle = CallHandle(call), let count, !handle.sids.isEmpty,
        let memory: UnsafeMutablePointer<dom_sid> = handle.allocate(handle.sids.count)
    else { return nil }
    for (index, sid) in handle.sids.enumerated() {
        memory[index].sid_rev_num = sid.revision
        memory[index].num_auths = Int8(truncatingIfNeeded: min(15, sid.parts.count))
        withUnsafeMutableBytes(of: &memory[index].id_auth) { $0.copyBytes(from: sid.authority.prefix(6)) }
        withUnsafeMutableBytes(of: &memory[index].sub_auths) { bytes in
            for (place, part) in sid.parts.prefix(15).enumerated() {
                bytes.storeBytes(of: part, toByteOffset: place * 4, as: UInt32.self)
            }
        }
    }
    count.pointee = UInt32(truncatingIfNeeded: handle.sids.count)
    return UnsafePointer(memory)
}
