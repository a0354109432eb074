// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security
public import Transport

/// What a `struct dcerpc_account` is: what a callback says about somebody.
public final class AccountObject: TallocObject {
    public static var type: TallocType<AccountObject> { TallocType("struct dcerpc_account", magic: 0xdce_5e45) }

    /// As many as a Windows token has.
    public static var maximumSIDs: Int { 1024 }

    public private(set) var domain = ""
    public private(set) var account = ""
    public private(set) var sids: [SecurityID] = []
    private var ntHash: Secret?

    public func name(domain: String, account: String) {
        self.domain = domain
        self.account = account
    }

    /// False: it has too many.
    public func add(_ sid: SecurityID) -> Bool {
        guard sids.count < AccountObject.maximumSIDs else { return false }
        sids.append(sid)
        return true
    }

    public func setHash(_ bytes: UnsafeRawBufferPointer) { ntHash = Secret(bytes) }

    /// nil without a hash.
    public func ntlmAccount() -> NTLMAccount? {
        guard let hash = ntHash?.copy() else { return nil }
        return NTLMAccount(domain: domain, account: account, sids: sids, ntHash: hash)
    }
}
