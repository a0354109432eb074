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
        let mechanism: any SecurityMechanism
        switch self.mechanism(credentials, binding) {
        case .failure(let failure): return failure.status
        case .success(let made): mechanism = made
        }
        let context = SecurityContext(mechanism, level: binding.protectionLevel, contextID: 1)
        context.offersHeaderSigning = !binding.flags.contains(.noHeaderSigning)
        guard case .success(let step) = context.step([]), let token = step.token else {
            return binding.protectionLevel.protectsMessages ? NTStatus.internalError : NTStatus.invalidParameterMix
        }
        channel.core.secure(context, token: token)
        return NTStatus.ok
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
        secureChannel = netlogon
        return .success(
            SchannelInitiator(
                credentials: netlogon, domain: credentials.ntlm.domain, level: binding.protectionLevel,
                random: confounders))
    }
}
