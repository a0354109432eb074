// SPDX-License-Identifier: LGPL-3.0-or-later
// netlogon.h: the computation

public import CDCERPC
internal import Client
internal import Glibc
internal import Security
internal import Transport
internal import Wire

private func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 { UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self) }

private func store(_ value: UInt64, _ bytes: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(bytes).storeBytes(of: value, as: UInt64.self)
}

private func channel(_ creds: OpaquePointer?) -> NetlogonCredentials? {
    NetlogonObject.type.object(of: creds)?.credentials
}

/// What both kinds of _init are given; nil where it cannot be used.
private struct Given {
    let identity: NetlogonIdentity
    let challenges: NetlogonChallenges
    let hash: UnsafePointer<UInt8>
    let flags: NetlogonFlags
    let allowsLegacy: Bool

    init?(
        _ account: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?, _ type: UInt16,
        _ client: UnsafePointer<UInt8>?, _ server: UnsafePointer<UInt8>?, _ hash: UnsafePointer<UInt8>?,
        _ negotiated: UInt32, _ flags: UInt32
    ) {
        guard let account, let computer, let client, let server, let hash, flags & ~1 == 0,
            let accountName = String(validatingCString: account), let computerName = String(validatingCString: computer)
        else { return nil }
        identity = NetlogonIdentity(computer: computerName, account: accountName, channelType: type)
        challenges = NetlogonChallenges(client: load(client), server: load(server))
        self.hash = hash
        self.flags = NetlogonFlags(rawValue: negotiated)
        allowsLegacy = flags & 1 != 0
    }

    var secret: Secret { Secret(UnsafeRawBufferPointer(start: hash, count: 16)) }
}

private func deliver(
    _ credentials: NetlogonCredentials, _ mem_ctx: UnsafeMutableRawPointer?, _ credential: UInt64,
    _ place: UnsafeMutablePointer<UInt8>, _ out: UnsafeMutablePointer<OpaquePointer?>
) -> NTSTATUS {
    guard let handle = NetlogonObject.type.make(mem_ctx, NetlogonObject(credentials)) else { return NTStatus.noMemory }
    store(credential, place)
    out.pointee = handle
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_creds_random_challenge(_ challenge: UnsafeMutablePointer<UInt8>?) -> NTSTATUS {
    guard let challenge else { return NTStatus.invalidParameter }
    for _ in 0..<16 {
        guard let random = randomSecret(8) else { break }
        let value = random.bytes.loadUnaligned(as: UInt64.self)
        guard !NetlogonChallenges.isWeak(value) else { continue }
        store(value, challenge)
        return NTStatus.ok
    }
    return NTStatus.insufficientResources
}

@c @implementation
public func dcerpc_netlogon_creds_is_random_challenge(_ challenge: UnsafePointer<UInt8>?) -> Bool {
    challenge.map { !NetlogonChallenges.isWeak(load($0)) } ?? false
}

@c @implementation
public func dcerpc_netlogon_creds_client_init(
    _ mem_ctx: UnsafeMutableRawPointer?, _ account: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?,
    _ channel_type: UInt16, _ client_challenge: UnsafePointer<UInt8>?, _ server_challenge: UnsafePointer<UInt8>?,
    _ nt_hash: UnsafePointer<UInt8>?, _ negotiate_flags: UInt32, _ flags: UInt32,
    _ credential: UnsafeMutablePointer<UInt8>?, _ creds: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let credential, let creds,
        let given = Given(
            account, computer, channel_type, client_challenge, server_challenge, nt_hash, negotiate_flags, flags)
    else { return NTStatus.invalidParameter }
    do throws(SecurityError) {
        let made = try NetlogonCredentials.client(
            given.identity, given.challenges, ntHash: given.secret, flags: given.flags,
            allowsLegacy: given.allowsLegacy)
        return deliver(made, mem_ctx, made.clientCredential, credential, creds)
    } catch { return NTStatus.downgradeDetected }
}

@c @implementation
public func dcerpc_netlogon_creds_server_init(
    _ mem_ctx: UnsafeMutableRawPointer?, _ account: UnsafePointer<CChar>?, _ computer: UnsafePointer<CChar>?,
    _ channel_type: UInt16, _ client_challenge: UnsafePointer<UInt8>?, _ server_challenge: UnsafePointer<UInt8>?,
    _ nt_hash: UnsafePointer<UInt8>?, _ credential_in: UnsafePointer<UInt8>?, _ negotiate_flags: UInt32,
    _ flags: UInt32, _ credential_out: UnsafeMutablePointer<UInt8>?, _ creds: UnsafeMutablePointer<OpaquePointer?>?
) -> NTSTATUS {
    guard let credential_in, let credential_out, let creds,
        let given = Given(
            account, computer, channel_type, client_challenge, server_challenge, nt_hash, negotiate_flags, flags)
    else { return NTStatus.invalidParameter }
    do throws(SecurityError) {
        let made = try NetlogonCredentials.server(
            given.identity, given.challenges, ntHash: given.secret, proof: load(credential_in), flags: given.flags,
            allowsLegacy: given.allowsLegacy)
        return deliver(made, mem_ctx, made.serverCredential, credential_out, creds)
    } catch { return error == .downgraded ? NTStatus.downgradeDetected : NTStatus.accessDenied }
}

@c @implementation
public func dcerpc_netlogon_creds_client_authenticator(
    _ creds: OpaquePointer?, _ credential: UnsafeMutablePointer<UInt8>?, _ timestamp: UnsafeMutablePointer<UInt32>?
) -> NTSTATUS {
    guard let channel = channel(creds), let credential, let timestamp else { return NTStatus.invalidParameter }
    let next = channel.nextAuthenticator(now: UInt32(truncatingIfNeeded: time(nil)))
    store(next.credential, credential)
    timestamp.pointee = next.timestamp
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_creds_client_check(_ creds: OpaquePointer?, _ credential: UnsafePointer<UInt8>?) -> Bool {
    guard let channel = channel(creds), let credential else { return false }
    return channel.verifies(load(credential))
}

@c @implementation
public func dcerpc_netlogon_creds_server_step_check(
    _ creds: OpaquePointer?, _ credential: UnsafePointer<UInt8>?, _ timestamp: UInt32,
    _ return_credential: UnsafeMutablePointer<UInt8>?
) -> NTSTATUS {
    guard let channel = channel(creds), let credential, let return_credential else { return NTStatus.invalidParameter }
    guard let answer = channel.answer(load(credential), timestamp: timestamp) else { return NTStatus.accessDenied }
    store(answer, return_credential)
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_creds_negotiate_flags(_ creds: OpaquePointer?) -> UInt32 {
    channel(creds)?.flags.rawValue ?? 0
}

@c @implementation
public func dcerpc_netlogon_creds_channel_type(_ creds: OpaquePointer?) -> UInt32 {
    UInt32(channel(creds)?.identity.channelType ?? 0)
}

@c @implementation
public func dcerpc_netlogon_creds_computer_name(_ creds: OpaquePointer?) -> UnsafePointer<CChar>? {
    NetlogonObject.type.object(of: creds)?.computerName
}

@c @implementation
public func dcerpc_netlogon_creds_account_name(_ creds: OpaquePointer?) -> UnsafePointer<CChar>? {
    NetlogonObject.type.object(of: creds)?.accountName
}

@c @implementation
public func dcerpc_netlogon_creds_session_key(_ creds: OpaquePointer?, _ key: UnsafeMutablePointer<UInt8>?) -> NTSTATUS
{
    guard let channel = channel(creds), let key else { return NTStatus.invalidParameter }
    channel.withSessionKey { UnsafeMutableRawBufferPointer(start: key, count: 16).copyMemory(from: $0) }
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_creds_encrypt(
    _ creds: OpaquePointer?, _ data: UnsafeMutablePointer<UInt8>?, _ length: Int
) -> NTSTATUS {
    guard let channel = channel(creds), let data, length >= 0 else { return NTStatus.invalidParameter }
    channel.encrypt(UnsafeMutableRawBufferPointer(start: data, count: length))
    return NTStatus.ok
}

@c @implementation
public func dcerpc_netlogon_creds_decrypt(
    _ creds: OpaquePointer?, _ data: UnsafeMutablePointer<UInt8>?, _ length: Int
) -> NTSTATUS {
    guard let channel = channel(creds), let data, length >= 0 else { return NTStatus.invalidParameter }
    channel.decrypt(UnsafeMutableRawBufferPointer(start: data, count: length))
    return NTStatus.ok
}
