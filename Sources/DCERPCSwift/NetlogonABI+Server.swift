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
