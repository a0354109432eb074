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

    /// nil when the kernel has no random bytes.
    func acceptor(_ level: ProtectionLevel) -> NTLMAcceptor? {
        guard let random = randomSecret(8) else { return nil }
        return NTLMAcceptor(
            names: names, level: level, time: fileTime(), random: Array(random.bytes), accounts: accounts)
    }
}
