// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CBuiltinTables
internal import CShims
internal import CTevent
internal import Connection
internal import NDR
public import Security
internal import Transport
internal import Wire

/// What an account needs to establish a secure channel.
public struct NetlogonRequest {
    public var identity: NetlogonIdentity
    public var credentials: NTLMCredentials
    /// Whether keys made with MD5 will do.
    public var allowsLegacy: Bool

    public init(credentials: NTLMCredentials, channelType: UInt16, allowsLegacy: Bool) {
        let user = credentials.user
        let computer =
            credentials.workstation.isEmpty
            ? (user.hasSuffix("$") ? String(user.dropLast()) : user) : credentials.workstation
        identity = NetlogonIdentity(computer: computer, account: user, channelType: channelType)
        self.credentials = credentials
        self.allowsLegacy = allowsLegacy
    }
}

/// NetrServerReqChallenge and NetrServerAuthenticate3 ([MS-NRPC] 3.1.4.1): from a binding handle and a machine account
/// to a secure channel.
public final class NetlogonAuthentication {
    private enum Step {
        case challenge(UnsafeMutablePointer<nc_ServerReqChallenge>, client: UInt64)
        case authenticate(UnsafeMutablePointer<nc_ServerAuthenticate3>, NetlogonCredentials)
    }

    private let handle: BindingHandle
    private let wanted: NetlogonRequest
    private let memory: CallMemory
    private let server: String
    private var flags = NetlogonFlags.all
    private var step: Step?
    private var request: OpaquePointer?
    private var loop: OpaquePointer?
    private var outcome: NetlogonCredentials?

    private init?(_ base: BindingHandle, _ wanted: NetlogonRequest) {
        guard let handle = BindingHandle(netlogonOf: base), let memory = CallMemory() else { return nil }
        self.handle = handle
        self.wanted = wanted
        self.memory = memory
        server = base.netlogonServer
    }

    private func end() { handle.handleFreed() }

    // MARK: The calls

    /// What is called next; nil: what it needs cannot be had.
    private func prepare() -> (opnum: UInt32, arguments: UnsafeMutableRawPointer)? {
        switch step {
        case .challenge(let r, _): return (UInt32(NDR_NC_SERVERREQCHALLENGE), UnsafeMutableRawPointer(r))
        case .authenticate(let r, _): return (UInt32(NDR_NC_SERVERAUTHENTICATE3), UnsafeMutableRawPointer(r))
        case nil: return nil
        }
    }

    private func challenge() -> UInt32 {
        guard let challenge = randomChallenge() else { return NTStatus.insufficientResources }
        guard let r = memory.zeroed(nc_ServerReqChallenge.self), let server = memory.string(server),
            let computer = memory.string(wanted.identity.computer),
            let given = memory.zeroed(nc_Credential.self), let answer = memory.zeroed(nc_Credential.self)
        else { return NTStatus.noMemory }
        store(challenge, given)
        r.pointee.in.server = UnsafePointer(server)
        r.pointee.in.computer = UnsafePointer(computer)
        r.pointee.in.client_challenge = given
        r.pointee.out.server_challenge = answer
        step = .challenge(r, client: challenge)
        return NTStatus.ok
    }

    private func authenticate(_ challenges: NetlogonChallenges) -> UInt32 {
        let credentials: NetlogonCredentials
        do throws(SecurityError) {
            credentials = try wanted.credentials.channel(
                wanted.identity, challenges, flags: flags, allowsLegacy: wanted.allowsLegacy)
        } catch { return NTStatus.downgradeDetected }
        guard let r = memory.zeroed(nc_ServerAuthenticate3.self), let server = memory.string(server),
            let computer = memory.string(wanted.identity.computer),
            let account = memory.string(wanted.identity.account),
            let given = memory.zeroed(nc_Credential.self), let answer = memory.zeroed(nc_Credential.self),
            let flags = memory.zeroed(UInt32.self), let rid = memory.zeroed(UInt32.self)
        else { return NTStatus.noMemory }
        store(credentials.clientCredential, given)
        flags.pointee = self.flags.rawValue
        r.pointee.in.server = UnsafePointer(server)
        r.pointee.in.account = UnsafePointer(account)
        r.pointee.in.channel_type = wanted.identity.channelType
        r.pointee.in.computer = UnsafePointer(computer)
        r.pointee.in.client_credential = given
        r.pointee.in.flags = flags
        r.pointee.out.server_credential = answer
        r.pointee.out.flags = flags
        r.pointee.out.rid = rid
        step = .authenticate(r, credentials)
        return NTStatus.ok
    }

    /// What an answer means: NT_STATUS_PENDING where another call follows.
    private func take(_ status: UInt32) -> UInt32 {
        guard status == NTStatus.ok else { return status }
        switch step {
        case .challenge(let r, let client):
            guard r.pointee.out.result == NTStatus.ok else { return r.pointee.out.result }
            guard let answer = r.pointee.out.server_challenge else { return NTStatus.internalError }
            let next = authenticate(NetlogonChallenges(client: client, server: load(answer)))
            return next == NTStatus.ok ? NTStatus.pending : next
        case .authenticate(let r, let credentials): return check(r.pointee, credentials)
        case nil: return NTStatus.internalError
        }
    }

    private func check(_ r: nc_ServerAuthenticate3, _ credentials: NetlogonCredentials) -> UInt32 {
        guard let answered = r.out.flags?.pointee, let answer = r.out.server_credential else {
            return NTStatus.internalError
        }
        let common = flags.intersection(NetlogonFlags(rawValue: answered))
        // The key was made for what we asked for: another one is another exchange, where it is allowed at all.
        if flags.contains(.aes), !common.contains(.aes) {
            guard common.areStrong(allowingLegacy: wanted.allowsLegacy) else {
                return r.out.result == NTStatus.ok ? NTStatus.downgradeDetected : r.out.result
            }
            flags = common
            let again = challenge()
            return again == NTStatus.ok ? NTStatus.pending : again
        }
        guard r.out.result == NTStatus.ok else { return r.out.result }
        guard common.areStrong(allowingLegacy: wanted.allowsLegacy) else { return NTStatus.downgradeDetected }
        guard credentials.verifies(load(answer)) else { return NTStatus.logonFailure }
        outcome = credentials.agreeing(on: common)
        return NTStatus.ok
    }

    private func randomChallenge() -> UInt64? {
        for _ in 0..<16 {
            guard let random = randomSecret(8) else { return nil }
            let challenge = random.bytes.loadUnaligned(as: UInt64.self)
            if !NetlogonChallenges.isWeak(challenge) { return challenge }
        }
        return nil
    }

    private func store(_ value: UInt64, _ credential: UnsafeMutablePointer<nc_Credential>) {
        withUnsafeMutableBytes(of: &credential.pointee) { $0.storeBytes(of: value, as: UInt64.self) }
    }

    private func load(_ credential: UnsafePointer<nc_Credential>) -> UInt64 {
        withUnsafeBytes(of: credential.pointee) { $0.loadUnaligned(as: UInt64.self) }
    }

    // MARK: Synchronous

    public static func wait(
        _ base: BindingHandle, _ wanted: NetlogonRequest
    ) -> (status: UInt32, credentials: NetlogonCredentials?) {
        guard base.isNetlogon else { return (NTStatus.invalidParameterMix, nil) }
        guard let operation = NetlogonAuthentication(base, wanted) else { return (NTStatus.noMemory, nil) }
        defer { operation.end() }
        var status = operation.challenge()
        if status == NTStatus.ok { status = NTStatus.pending }
        while status == NTStatus.pending {
            guard let call = operation.prepare() else { return (NTStatus.internalError, nil) }
            status = operation.take(
                operation.handle.call(
                    object: nil, opnum: call.opnum, arguments: call.arguments, outputs: operation.memory.context,
                    allocatesReferences: false))
        }
        return (status, operation.outcome)
    }

    // MARK: _send and _recv

    public static func send(
        _ parent: UnsafeMutableRawPointer?, loop: OpaquePointer, base: BindingHandle?, _ wanted: NetlogonRequest?
    ) -> OpaquePointer? {
        guard let request = shim_request_create(parent, nil, authenticationReleased) else { return nil }
        guard let base, let wanted else { return ConnectOperation.failed(request, NTStatus.invalidParameter, loop) }
        guard base.isNetlogon else { return ConnectOperation.failed(request, NTStatus.invalidParameterMix, loop) }
        guard let operation = NetlogonAuthentication(base, wanted) else {
            return ConnectOperation.failed(request, NTStatus.noMemory, loop)
        }
        shim_request_set_object(request, Unmanaged.passRetained(operation).toOpaque())
        operation.request = request
        operation.loop = loop
        let status = operation.challenge()
        guard status == NTStatus.ok else { return ConnectOperation.failed(request, status, loop) }
        operation.submit()
        return tevent_req_is_in_progress(request) ? request : tevent_req_post(request, loop)
    }

    private func submit() {
        guard let loop, let call = prepare() else { return finish(NTStatus.internalError) }
        let sent = handle.send(
            memory.context, loop: loop, object: nil, opnum: call.opnum, input: .arguments(call.arguments),
            outputs: memory.context)
        guard let sent else { return finish(NTStatus.noMemory) }
        tevent_req_set_callback(
            sent,
            { request in
                guard let me = shim_req_callback_data(request) else { return }
                let operation = Unmanaged<NetlogonAuthentication>.fromOpaque(me).takeUnretainedValue()
                withExtendedLifetime(operation) { operation.answered(request) }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func answered(_ request: OpaquePointer?) {
        let status = take(BindingHandle.outcome(of: request))
        if status == NTStatus.pending { submit() } else { finish(status) }
    }

    private func finish(_ status: UInt32) {
        guard let request else { return }
        self.request = nil
        shim_req_finish(request, status)
    }

    public static func of(_ request: OpaquePointer?) -> NetlogonAuthentication? {
        shim_request_object(request, authenticationReleased).map {
            Unmanaged<NetlogonAuthentication>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// The channel, once.
    public func takeCredentials() -> NetlogonCredentials? {
        defer { outcome = nil }
        return outcome
    }

    fileprivate func requestFreed() {
        request = nil
        end()
    }
}

private func authenticationReleased(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    Unmanaged<NetlogonAuthentication>.fromOpaque(pointer).takeRetainedValue().requestFreed()
}

extension BindingHandle {
    /// Whether it is bound to the net logon service, whatever table it has.
    var isNetlogon: Bool {
        SyntaxID(table.pointee.syntax_id).uuid == SyntaxID(ndr_table_netlogon_channel.syntax_id).uuid
    }

    /// The same context of the same connection, with the library's own table.
    convenience init?(netlogonOf base: BindingHandle) {
        guard let table = builtin_table_netlogon_channel(), let codec = try? InterfaceCodec(table) else { return nil }
        self.init(
            base.connection, codec, table: table, binding: base.binding,
            Negotiation(contextID: base.contextID, transferSyntax: base.transferSyntax, security: base.security))
        timeout = base.timeout
    }

    /// What servers want to be called by.
    var netlogonServer: String { "\\\\" + (binding.targetHostname ?? binding.host ?? "") }
}
