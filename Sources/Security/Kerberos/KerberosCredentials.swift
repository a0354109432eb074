// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// Whether Kerberos is used where there is a choice.
public enum KerberosPolicy: UInt32, Sendable {
    case off = 0
    /// Where it works.
    case desired = 1
    /// Or nothing.
    case required = 2
}

/// A secret that several hold.
public final class SharedSecret {
    public let secret: Secret

    public init(_ secret: consuming Secret) { self.secret = secret }
}

/// What a client can show a KDC, and the tickets that it got for it.
///
/// Immutable but for the tickets, which have a lock, so copies of credentials in several threads may share it.
public final class KerberosCredentials {
    /// Where the first ticket comes from.
    public enum Source {
        /// UTF-8, with a zero behind it.
        case password(SharedSecret)
        case ntHash(NTLMCredentials)
        /// nil: the environment's.
        case keytab(String?)
        /// nil: the environment's.
        case cache(String?)
        /// Those of a credential of GSS.
        case tickets(KerberosTicketCopy)
    }

    let source: Source
    /// The account without realm; nil: whoever the cache or the keytab is for.
    let user: String?
    /// nil: krb5.conf's default, where that can be the domain's.
    let realm: String?
    let domain: String
    /// The tickets of this process for these credentials; nil: there was no memory for them.
    let shared: OpaquePointer?

    public init(_ source: Source, user: String?, realm: String?, domain: String) {
        self.source = source
        self.user = user
        self.realm = realm
        self.domain = domain
        shared = ckrb_shared_create()
    }

    deinit { ckrb_shared_free(shared) }
}

/// A copy of the tickets that a gss_cred_id_t has.
public final class KerberosTicketCopy {
    public init(gss credential: UnsafeMutableRawPointer) throws(KerberosFailure) {
        let code = ckrb_copy_gss(credential, cache)
        guard code == 0 else { throw KerberosFailure(code: code, text: "the GSS credential has no tickets") }
    }

    deinit { ckrb_forget_cache(cache) }

    /// No other object has this address while this one lives.
    var cache: String {
        "MEMORY:dcerpcswift-copy-" + String(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()), radix: 16)
    }
}
