// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Connection
public import Security
internal import Transport
internal import Wire

/// What a server needs to let clients log on with NTLM.
public final class NTLMService {
    private let names: NTLMServerNames
    private let accounts: NTLMAccounts

    public init(names: NTLMServerNames, accounts: NTLMAccounts) {
        self.names = names
        self.accounts = accounts
    }

    /// With accounts that a caller's requests look up in the server's loop.
    public convenience init(names: NTLMServerNames, source: AccountSource, server: ServerContext) {
        self.init(
            names: names,
            accounts: .lookup { [unowned server] domain, account, completed in
                guard let loop = server.eventLoop else {
                    completed(nil)
                    return {}
                }
                return AccountLookup.start(source, loop: loop, domain: domain, account: account, completed: completed)
            })
    }

    /// With the accounts that the server itself remembers; a client without a domain means the server's.
    public convenience init(names: NTLMServerNames, list: AccountList) {
        self.init(
            names: names,
            accounts: .lookup { domain, account, completed in
                completed(list.find(domain: domain.isEmpty ? names.domain : domain, account: account))
                return {}
            })
    }

    /// nil when the kernel has no random bytes.
    func acceptor(_ level: ProtectionLevel, _ permissions: NTLMPermissions) -> NTLMAcceptor? {
        guard let random = randomSecret(8) else { return nil }
        return NTLMAcceptor(
            names: names, level: level, time: fileTime(), random: Array(random.bytes), accounts: accounts,
            permissions: permissions)
    }
}
