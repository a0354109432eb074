// SPDX-License-Identifier: LGPL-3.0-or-later

/// What a client has proved itself with, for somebody who knows the accounts: a domain controller.
public struct NTLMLogonRequest {
    public var domain: String
    public var user: String
    public var workstation: String
    public var serverChallenge: [UInt8]
    public var ntResponse: [UInt8]
    public var lmResponse: [UInt8]
}

/// What somebody who knows the accounts says about a client whose proof is right.
public final class NTLMLogon {
    public let domain: String
    public let account: String
    public let sids: [SecurityID]
    let sessionBaseKey: Secret

    public init(domain: String, account: String, sids: [SecurityID], sessionBaseKey: consuming Secret) {
        self.domain = domain
        self.account = account
        self.sids = sids
        self.sessionBaseKey = sessionBaseKey
    }
}

/// An account as somebody who has its hash knows it.
public final class NTLMAccount {
    /// Empty: as the client has written it.
    public let domain: String
    public let account: String
    public let sids: [SecurityID]
    let ntHash: Secret

    public init(domain: String, account: String, sids: [SecurityID], ntHash: consuming Secret) {
        self.domain = domain
        self.account = account
        self.sids = sids
        self.ntHash = ntHash
    }

    /// That of credentials; nil where they have no user or no secret.
    public convenience init?(_ credentials: NTLMCredentials, sids: [SecurityID]) {
        guard !credentials.isAnonymous, credentials.hasSecret else { return nil }
        self.init(
            domain: credentials.domain, account: credentials.user, sids: sids, ntHash: credentials.ntHash.copy())
    }
}

/// What an NTLM server lets in although it had better not.
public struct NTLMPermissions: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Clients that log on as nobody.
    public static var anonymous: NTLMPermissions { NTLMPermissions(rawValue: 1) }
    /// Proofs with DES.
    public static var ntlmV1: NTLMPermissions { NTLMPermissions(rawValue: 2) }
}

/// Where an NTLM server's accounts are.
public enum NTLMAccounts {
    /// The NT hash of an account; nil when there is none that may log on.
    case local((_ domain: String, _ user: String) -> Secret?)
    /// An account, later, once; nil when there is none that may log on. What is returned stops that.
    case lookup((_ domain: String, _ user: String, @escaping (NTLMAccount?) -> Void) -> () -> Void)
    /// Somebody else checks, and answers later, once. What is returned stops that.
    case remote((NTLMLogonRequest, @escaping (Result<NTLMLogon, SecurityError>) -> Void) -> () -> Void)
}
