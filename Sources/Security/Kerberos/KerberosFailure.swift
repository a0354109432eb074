// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// Why Kerberos does not work, in the terms of who waits for it.
public struct KerberosFailure: Error, Sendable {
    public enum Reason: Sendable {
        case other
        case noLibrary
        case noMemory
        case wrongPassword
        case unknownClient
        case unknownService
        case accountExpired
        case passwordExpired
        case accountDisabled
        case clockSkew
        case unknownRealm
        case noKDC
        case noCredentials
        case ticketExpired
        case encryptionType
        case invalidName
        case tampered
        case malformed
    }

    public var reason: Reason
    /// One line for people.
    public var text: String
    /// What a domain controller's KDC has said; nil: nothing.
    public var status: UInt32?

    public init(_ reason: Reason, _ text: String) {
        self.reason = reason
        self.text = text
    }

    /// An error code of libkrb5's.
    init(code: Int32, text: String) {
        reason = KerberosFailure.reason(ckrb_reason(code))
        self.text = text
    }

    private static func reason(_ reason: ckrb_reason) -> Reason {
        switch reason {
        case CKRB_NO_LIBRARY: return .noLibrary
        case CKRB_NO_MEMORY: return .noMemory
        case CKRB_WRONG_PASSWORD: return .wrongPassword
        case CKRB_UNKNOWN_CLIENT: return .unknownClient
        case CKRB_UNKNOWN_SERVICE: return .unknownService
        case CKRB_ACCOUNT_EXPIRED: return .accountExpired
        case CKRB_PASSWORD_EXPIRED: return .passwordExpired
        case CKRB_ACCOUNT_DISABLED: return .accountDisabled
        case CKRB_CLOCK_SKEW: return .clockSkew
        case CKRB_UNKNOWN_REALM: return .unknownRealm
        case CKRB_NO_KDC: return .noKDC
        case CKRB_NO_CREDENTIALS: return .noCredentials
        case CKRB_TICKET_EXPIRED: return .ticketExpired
        case CKRB_ENCRYPTION_TYPE: return .encryptionType
        case CKRB_INVALID_NAME: return .invalidName
        case CKRB_TAMPERED: return .tampered
        case CKRB_MALFORMED: return .malformed
        default: return .other
        }
    }

    /// What a mechanism says when a token was refused.
    var asSecurityError: SecurityError {
        switch reason {
        case .malformed: return .malformedToken
        case .tampered: return .tampered
        default: return .logonFailure
        }
    }
}
