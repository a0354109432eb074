// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection
internal import PlugIns
internal import Security

extension ServerContext {
    /// The auth_type of each mechanism that clients may use.
    var authTypes: [UInt8] {
        var types: [UInt8] = []
        if ntlm != nil { types.append(NTLM.authType) }
        if kerberos != nil { types.append(Kerberos.authType) }
        if !types.isEmpty { types.append(SPNEGO.authType) }
        if schannel != nil { types.append(Schannel.authType) }
        return types + plugIns.map(\.authType)
    }

    /// The server's side of what a client begins; nil: it is refused.
    func acceptor(_ request: AuthenticationRequest) -> (any SecurityMechanism)? {
        if let plugIn = plugIns.first(where: { $0.authType == request.authType }) {
            return acceptor(plugIn, request.level)
        }
        switch request.authType {
        case NTLM.authType: return ntlm?.acceptor(request.level, ntlmPermissions)
        case Kerberos.authType: return kerberos?.acceptor(request.level)
        case SPNEGO.authType: return negotiation(request.level)
        case Schannel.authType: return schannel?.acceptor(request.level)
        default: return nil
        }
    }

    private func acceptor(_ plugIn: PlugIn, _ level: ProtectionLevel) -> PlugInMechanism? {
        guard plugIn.supports(level) else { return nil }
        return try? plugIn.make(isServer: true, level, target: "", loop: { [weak self] in self?.eventLoop }).get()
    }

    private func negotiation(_ level: ProtectionLevel) -> SPNEGOAcceptor? {
        var offers: [SPNEGOOffer] = []
        if let kerberos {
            let names = [SPNEGO.microsoftKerberos, SPNEGO.kerberos]
            offers.append(SPNEGOOffer(oids: names) { kerberos.acceptor(level) })
        }
        if let ntlm {
            let permissions = ntlmPermissions
            offers.append(
                SPNEGOOffer(oids: [SPNEGO.ntlm]) { ntlm.acceptor(level, permissions) })
        }
        return offers.isEmpty ? nil : SPNEGOAcceptor(offers)
    }
}

extension Association {
    /// The security context with this number; nil: there is none.
    private func securityContext(_ security: Int) -> SecurityContext? {
        security == Int(Association.negotiatingSecurity) ? negotiating : core.securityContext(security)
    }

    /// Whether nobody is behind it, or somebody who has proved to be nobody, with a key that everybody knows.
    func isNobody(_ security: Int) -> Bool {
        guard let context = securityContext(security) else { return true }
        return context.mechanism.peer?.account.isEmpty ?? false
    }

    /// The level that the security context with this number gives to requests, as far as it is worth something.
    func provenLevel(_ security: Int) -> UInt8 {
        isNobody(security) ? 1 : securityContext(security)?.level.rawValue ?? 1
    }
}
