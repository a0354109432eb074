// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import Connection
internal import Security
internal import Transport
internal import Wire

extension ServerBinding {
    /// The level that the options name; nil: none does.
    private var namedLevel: ProtectionLevel? {
        if flags.contains(.seal) { return .privacy }
        if flags.contains(.sign) { return .integrity }
        if flags.contains(.packet) { return .packet }
        return flags.contains(.connect) ? .connect : nil
    }

    /// Whether the options ask for authentication.
    var asksForSecurity: Bool { namedLevel != nil || !flags.isDisjoint(with: [.ntlm, .spnego, .schannel]) }

    /// With credentials calls are at least signed, unless somebody has asked for less.
    var protectionLevel: ProtectionLevel { namedLevel ?? .integrity }
}

extension RPCConnection {
    /// Prepares the bind to authenticate; what prevents that, or NT_STATUS_OK.
    func authenticate(_ credentials: ClientCredentials, _ binding: ServerBinding) -> UInt32 {
        let context: SecurityContext
        switch securityContext(credentials, binding, id: 1) {
        case .failure(let failure): return failure.status
        case .success(let made): context = made
        }
        switch firstToken(of: context) {
        case .failure(let failure): return failure.status
        case .success(let token):
            channel.core.secure(context, token: token)
            return NTStatus.ok
        }
    }

    /// What shall protect calls as the options of `binding` say.
    func securityContext(
        _ credentials: ClientCredentials, _ binding: ServerBinding, id: UInt32
    ) -> Result<SecurityContext, ConnectionFailure> {
        mechanism(credentials, binding).map { mechanism in
            let context = SecurityContext(mechanism, level: binding.protectionLevel, contextID: id)
            context.offersHeaderSigning = !binding.flags.contains(.noHeaderSigning)
            return context
        }
    }

    /// What begins its exchange.
    func firstToken(of context: SecurityContext) -> Result<[UInt8], ConnectionFailure> {
        guard case .success(let step) = context.step([]), let token = step.token else {
            return .failure(
                ConnectionFailure(
                    status: context.level.protectsMessages ? NTStatus.internalError : NTStatus.invalidParameterMix))
        }
        return .success(token)
    }

    private func mechanism(
        _ credentials: ClientCredentials, _ binding: ServerBinding
    ) -> Result<any SecurityMechanism, ConnectionFailure> {
        guard let random = randomSecret(24), let confounders = randomSecret(16) else {
            return .failure(ConnectionFailure(status: NTStatus.insufficientResources))
        }
        guard binding.flags.contains(.schannel) else {
            let ntlm = NTLMInitiator(
                credentials: credentials.ntlm, targetName: "host/" + (binding.targetHostname ?? ""),
                time: fileTime(), random: random)
            guard binding.flags.contains(.spnego) else { return .success(ntlm) }
            return .success(SPNEGOInitiator([SPNEGOOffer(oids: [SPNEGO.ntlm]) { ntlm }]))
        }
        // Schannel without signatures would be for whoever is in between (CVE-2016-2111).
        guard let netlogon = credentials.netlogon, binding.protectionLevel.protectsMessages else {
            return .failure(ConnectionFailure(status: NTStatus.invalidParameterMix))
        }
        return .success(
            SchannelInitiator(
                credentials: netlogon, domain: credentials.ntlm.domain, level: binding.protectionLevel,
                random: confounders))
    }
}

extension BindingHandle {
    /// The context that protects the handle's calls; nil: none does.
    private var securityContext: SecurityContext? { connection.channel.core.securityContext(security) }

    /// The secure channel that protects them; nil: another mechanism does, or none.
    var secureChannel: NetlogonCredentials? { (securityContext?.mechanism as? SchannelInitiator)?.credentials }

    /// The key of the context that protects them; false: there is none.
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard let securityContext, securityContext.isEstablished else { return false }
        var found = false
        securityContext.mechanism.withSessionKey { key in
            found = key.count > 0
            if found { body(key) }
        }
        return found
    }
}
