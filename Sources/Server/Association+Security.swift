// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection
internal import Security

extension ServerContext {
    /// The auth_type of each mechanism that clients may use.
    var authTypes: [UInt8] {
        var types: [UInt8] = []
        if ntlm != nil { types.append(NTLM.authType) }
        if schannel != nil { types.append(Schannel.authType) }
        return types
    }

    /// The server's side of what a client begins; nil: it is refused.
    func acceptor(_ request: AuthenticationRequest) -> (any SecurityMechanism)? {
        switch request.authType {
        case NTLM.authType: return ntlm?.acceptor(request.level)
        case Schannel.authType: return schannel?.acceptor(request.level)
        default: return nil
        }
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
            guard let mechanism = server.acceptor(request) else { return .refused }
            context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
        }
        guard case .success(let step) = context.step(request.token) else { return .refused }
        // What takes time is done in auth3 so far.
        if let pending = step.pending {
            pending.cancel()
            return .refused
        }
        return .step(context, step)
    }

    /// The level of the requests of this connection.
    var level: UInt8 {
        guard let security = core.security, security.isEstablished else { return 1 }
        return security.level.rawValue
    }
}
