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
    var asksForSecurity: Bool { namedLevel != nil || flags.contains(.ntlm) }

    /// With credentials calls are at least signed, unless somebody has asked for less.
    var protectionLevel: ProtectionLevel { namedLevel ?? .integrity }
}

extension RPCConnection {
    /// Prepares the bind to authenticate; what prevents that, or NT_STATUS_OK.
    func authenticate(_ credentials: NTLMCredentials, _ binding: ServerBinding) -> UInt32 {
        guard let random = randomSecret(24) else { return NTStatus.insufficientResources }
        let mechanism = NTLMInitiator(
            credentials: credentials, targetName: "host/" + (binding.targetHostname ?? ""), time: fileTime(),
            random: random)
        let context = SecurityContext(mechanism, level: binding.protectionLevel, contextID: 1)
        guard case .success(let step) = context.step([]), let token = step.token else { return NTStatus.internalError }
        channel.core.secure(context, token: token)
        return NTStatus.ok
    }
}
