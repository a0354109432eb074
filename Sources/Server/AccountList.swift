// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security

/// Accounts in memory, for servers without a database. Names count whatever their case.
public final class AccountList {
    private var accounts: [String: NTLMAccount] = [:]

    public init() {}

    private func key(_ domain: String, _ account: String) -> String { "\(domain)\\\(account)".lowercased() }

    /// In the place of an earlier one.
    public func add(_ account: NTLMAccount) { accounts[key(account.domain, account.account)] = account }

    /// False: there is none.
    public func remove(domain: String, account: String) -> Bool {
        accounts.removeValue(forKey: key(domain, account)) != nil
    }

    /// One without a domain is found in all.
    public func find(domain: String, account: String) -> NTLMAccount? {
        accounts[key(domain, account)] ?? accounts[key("", account)]
    }
}
