// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// Whether Kerberos is used where it is one of several.
public enum KerberosPolicy: UInt32, Sendable {
    case off = 0
    /// Where it works.
    case desired = 1
    /// Or nothing.
    case required = 2
}

/// What a client can show a KDC, and the tickets that it got for it.
///
/// Immutable but for the tickets, which libkrb5 locks, so copies of credentials in several threads may share it.
public final class KerberosCredentials {
    /// Where the first ticket comes from.
    public enum Source: ~Copyable {
        case nothing
        /// UTF-8, with a zero behind it.
        case password(Secret)
        case ntHash(Secret)
        /// nil: the environment's.
        case keytab(String?)
        /// nil: the environment's.
        case cache(String?)
        /// A gss_cred_id_t, not owned.
        case gss(UnsafeMutableRawPointer)
    }

    public let source: Source
    /// The account without realm; nil: whoever the cache or the keytab is for.
    public let user: String?
    /// nil: krb5.conf's default.
    public let realm: String?

    public init(_ source: consuming Source, user: String?, realm: String?) {
        self.source = source
        self.user = user
        self.realm = realm
    }

    deinit { ckrb_forget_cache(cache) }

    /// The tickets of this process for these credentials: no other object has this address while this one lives.
    var cache: String {
        "MEMORY:dcerpcswift-" + String(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()), radix: 16)
    }
}
