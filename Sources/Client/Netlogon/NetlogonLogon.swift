// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CBuiltinTables
internal import CDCERPC
internal import CShims
internal import CTevent
public import Security
internal import Transport
internal import Wire

/// NetrLogonSamLogonEx ([MS-NRPC] 3.5.4.5.1): lets a domain controller check a client's NTLM proof, over a handle that is
/// protected with the member's secure channel.
public final class NetlogonLogon {
    /// NetlogonNetworkInformation and NETLOGON_VALIDATION_SAM_INFO2.
    private static let network: UInt16 = 2
    private static let validation: UInt16 = 3
    /// Accounts of machines may log on too (MSV1_0_ALLOW_WORKSTATION_TRUST_ACCOUNT, _SERVER_TRUST_ACCOUNT), and nobody
    /// shall become a guest (MSV1_0_DONT_TRY_GUEST_ACCOUNT).
    private static let parameterControl: UInt32 = 0x830
    /// In user_flags: somebody whom the controller does not know ([MS-PAC] 2.5).
    private static let guest: UInt32 = 1

    private let handle: BindingHandle
    private let channel: NetlogonCredentials
    private let memory: CallMemory
    private var arguments: UnsafeMutablePointer<nc_LogonSamLogonEx>?
    private var completed: ((Result<NTLMLogon, SecurityError>) -> Void)?

    private init?(_ base: BindingHandle) {
        guard base.isNetlogon, base.isConnected, let channel = base.secureChannel,
            let handle = BindingHandle(netlogonOf: base), let memory = CallMemory()
        else { return nil }
        self.handle = handle
        self.channel = channel
        self.memory = memory
    }

    /// Whether the handle can check logons: bound to netlogon, over Schannel.
    public static func canUse(_ handle: BindingHandle) -> Bool {
        handle.isNetlogon && handle.secureChannel != nil
    }

    /// Asks; `completed` is called from the loop, once. What is returned stops that.
    public static func start(
        _ base: BindingHandle, loop: OpaquePointer, _ request: NTLMLogonRequest,
        completed: @escaping (Result<NTLMLogon, SecurityError>) -> Void
    ) -> (() -> Void)? {
        guard let operation = NetlogonLogon(base) else { return nil }
        operation.completed = completed
        guard operation.submit(loop, request, server: base.netlogonServer) else {
            operation.end()
            return nil
        }
        return { operation.end() }
    }

    private func end() {
        guard completed != nil || arguments != nil else { return }
        completed = nil
        arguments = nil
        memory.release()
        handle.handleFreed()
    }

    // MARK: The call

    private func submit(_ loop: OpaquePointer, _ request: NTLMLogonRequest, server: String) -> Bool {
        guard let r = memory.zeroed(nc_LogonSamLogonEx.self), let server = memory.string(server),
            let computer = memory.string(channel.identity.computer), let level = memory.zeroed(nc_Level.self),
            let info = networkInfo(request), let validation = memory.zeroed(nc_Validation.self),
            let authoritative = memory.zeroed(UInt8.self), let flags = memory.zeroed(UInt32.self)
        else { return false }
        level.pointee.network = info
        r.pointee.in.server = UnsafePointer(server)
        r.pointee.in.computer = UnsafePointer(computer)
        r.pointee.in.logon_level = NetlogonLogon.network
        r.pointee.in.logon = level
        r.pointee.in.validation_level = NetlogonLogon.validation
        r.pointee.in.flags = flags
        r.pointee.out.validation = validation
        r.pointee.out.authoritative = authoritative
        r.pointee.out.flags = flags
        arguments = r
        let sent = handle.send(
            memory.context, loop: loop, object: nil, opnum: UInt32(NDR_NC_LOGONSAMLOGONEX), input: .arguments(r),
            outputs: memory.context)
        guard let sent else { return false }
        tevent_req_set_callback(
            sent,
            { request in
                guard let me = shim_req_callback_data(request) else { return }
                let operation = Unmanaged<NetlogonLogon>.fromOpaque(me).takeUnretainedValue()
                withExtendedLifetime(operation) { operation.answered(request) }
            }, Unmanaged.passUnretained(self).toOpaque())
        return true
    }

    private func networkInfo(_ request: NTLMLogonRequest) -> UnsafeMutablePointer<nc_NetworkInfo>? {
        guard let info = memory.zeroed(nc_NetworkInfo.self), let domain = memory.string(request.domain),
            let user = memory.string(request.user), let workstation = memory.string(request.workstation),
            let nt = memory.bytes(request.ntResponse), let lm = memory.bytes(request.lmResponse),
            let ntLength = UInt16(exactly: request.ntResponse.count),
            let lmLength = UInt16(exactly: request.lmResponse.count), request.serverChallenge.count == 8
        else { return nil }
        info.pointee.domain.string = UnsafePointer(domain)
        info.pointee.account.string = UnsafePointer(user)
        info.pointee.workstation.string = UnsafePointer(workstation)
        info.pointee.parameter_control = NetlogonLogon.parameterControl
        withUnsafeMutableBytes(of: &info.pointee.challenge) { $0.copyBytes(from: request.serverChallenge) }
        info.pointee.nt.length = ntLength
        info.pointee.nt.data = nt
        info.pointee.lm.length = lmLength
        info.pointee.lm.data = lm
        return info
    }

    private func answered(_ request: OpaquePointer?) {
        let status = BindingHandle.outcome(of: request)
        let outcome = logon(status)
        let completed = completed
        end()
        completed?(outcome)
    }

    private func logon(_ status: UInt32) -> Result<NTLMLogon, SecurityError> {
        guard status == NTStatus.ok, let r = arguments, r.pointee.out.result == NTStatus.ok,
            let info = r.pointee.out.validation?.pointee.sam3, info.pointee.user_flags & NetlogonLogon.guest == 0
        else { return .failure(.logonFailure) }
        let key = Secret(count: 16)
        withUnsafeBytes(of: info.pointee.session_key) { key.mutableBytes.copyMemory(from: $0) }
        // A key of zeros is none, and is not encrypted: it would give the session key of the channel away.
        if key.bytes.contains(where: { $0 != 0 }) { channel.decrypt(key.mutableBytes) }
        return .success(
            NTLMLogon(
                domain: info.pointee.domainName, account: info.pointee.accountName, sids: info.pointee.securityIDs,
                sessionBaseKey: key))
    }
}
