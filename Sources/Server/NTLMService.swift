// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Connection
public import Security
internal import Transport
internal import Wire

/// What a server needs to let clients log on with NTLM.
public final class NTLMService {
    private let names: NTLMServerNames
    private let accounts: NTLMAcceptor.Accounts

    public init(names: NTLMServerNames, accounts: @escaping NTLMAcceptor.Accounts) {
        self.names = names
        self.accounts = accounts
    }

    /// nil when the kernel has no random bytes.
    func acceptor(_ level: ProtectionLevel) -> NTLMAcceptor? {
        guard let random = randomSecret(8) else { return nil }
        return NTLMAcceptor(
            names: names, level: level, time: fileTime(), random: Array(random.bytes), accounts: accounts)
    }
}

extension Association {
    /// The mechanism's answer to what the bind or alter_context at hand brings. User code looks the account up, so
    /// anything may have happened after it: the core knows, and takes no answer when its connection has ended.
    func authenticate() -> AuthenticationAnswer {
        guard let request = core.authenticationRequest else { return .none }
        let context: SecurityContext
        if let known = core.security {
            context = known
        } else {
            guard request.authType == NTLM.authType, let mechanism = server.ntlm?.acceptor(request.level) else {
                return .refused
            }
            context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
        }
        guard case .success(let step) = context.step(request.token) else { return .refused }
        return .step(context, step)
    }

    /// The level of the requests of this connection.
    var level: UInt8 {
        guard let security = core.security, security.isEstablished else { return 1 }
        return security.level.rawValue
    }
}
