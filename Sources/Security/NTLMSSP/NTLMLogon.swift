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

/// Where an NTLM server's accounts are.
public enum NTLMAccounts {
    /// The NT hash of an account; nil when there is none that may log on.
    case local((_ domain: String, _ user: String) -> Secret?)
    /// Somebody else checks, and answers later, once. What is returned stops that.
    case remote((NTLMLogonRequest, @escaping (Result<NTLMLogon, SecurityError>) -> Void) -> () -> Void)
}
