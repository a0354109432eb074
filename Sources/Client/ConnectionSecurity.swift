// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import Connection
internal import PlugIns
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
    var asksForSecurity: Bool { namedLevel != nil || !flags.isDisjoint(with: [.ntlm, .spnego, .krb5, .schannel]) }

    /// With credentials calls are at least signed, unless somebody has asked for less.
    var protectionLevel: ProtectionLevel { namedLevel ?? .integrity }
}

extension RPCConnection {
    /// Lets the bind authenticate with a mechanism that nobody has used; what prevents that, or NT_STATUS_OK.
    func authenticate(_ mechanism: any SecurityMechanism, _ binding: ServerBinding) -> UInt32 {
        let context = securityContext(mechanism, binding, id: 1)
        switch firstToken(of: context) {
        case .failure(let failure): return failure.status
        case .success(let token):
            channel.core.secure(context, token: token)
            return NTStatus.ok
        }
    }

    /// What shall protect calls as the options of `binding` say.
    func securityContext(_ mechanism: any SecurityMechanism, _ binding: ServerBinding, id: UInt32) -> SecurityContext {
        (mechanism as? PlugInMechanism)?.loop = { [weak channel] in channel?.loop }
        let context = SecurityContext(mechanism, level: binding.protectionLevel, contextID: id)
        context.offersHeaderSigning = !binding.flags.contains(.noHeaderSigning)
        return context
    }

    /// What begins its exchange.
    func firstToken(of context: SecurityContext) -> Result<[UInt8], ConnectionFailure> {
        if let begun = context.mechanism as? PlugInMechanism, let token = begun.firstToken {
            begun.firstToken = nil
            return .success(token)
        }
        guard case .success(let step) = context.step([]), let token = step.token else {
            return .failure(
                ConnectionFailure(
                    status: context.level.protectsMessages ? NTStatus.internalError : NTStatus.invalidParameterMix))
        }
        return .success(token)
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
