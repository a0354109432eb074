// SPDX-License-Identifier: LGPL-3.0-or-later

public import PlugIns
public import Security
public import Transport

/// Everything that a client may show.
public struct ClientCredentials {
    public var ntlm = NTLMCredentials()
    /// What a secure channel of the account has agreed on.
    public var netlogon: NetlogonCredentials?
    /// nil: nothing that a KDC would take.
    public var kerberos: KerberosCredentials?
    public var kerberosPolicy = KerberosPolicy.desired

    /// A mechanism of the program's, in the place of all others.
    public var plugIn: PlugIn?

    public init() {}

    /// Whether somebody is meant: an account, or whoever the tickets are for.
    var isAnonymous: Bool { ntlm.isAnonymous && kerberos == nil }
}

/// What a `struct dcerpc_credentials` is.
public final class CredentialsObject: TallocObject {
    public enum Origin {
        case account
        case keytab(String?)
        case cache(String?)
        case tickets(KerberosTicketCopy)
    }

    public private(set) var credentials = ClientCredentials()
    private var password: SharedSecret?
    private var realm: String?
    private var origin = Origin.account

    public static var type: TallocType<CredentialsObject> {
        TallocType("struct dcerpc_credentials", magic: 0x6463_6572_7063_6372)
    }

    // MARK: Setting

    /// A policy is nobody's account: it stays.
    public func forget() {
        let policy = credentials.kerberosPolicy
        credentials = ClientCredentials()
        credentials.kerberosPolicy = policy
        password = nil
        realm = nil
        origin = .account
    }

    public func set(_ change: (NTLMCredentials) -> NTLMCredentials) {
        credentials.ntlm = change(credentials.ntlm)
        credentials.kerberos = nil
    }

    /// `password` has a zero behind it; nil: there is only the hash.
    public func set(ntHash: consuming Secret, password: SharedSecret?) {
        credentials.ntlm = credentials.ntlm.with(ntHash: ntHash)
        self.password = password
        credentials.kerberos = nil
    }

    public func set(realm: String) {
        self.realm = realm.isEmpty ? nil : realm
        credentials.kerberos = nil
    }

    public func set(_ origin: Origin) {
        self.origin = origin
        credentials.kerberos = nil
    }

    public func set(_ policy: KerberosPolicy) { credentials.kerberosPolicy = policy }

    public func set(_ plugIn: PlugIn?) { credentials.plugIn = plugIn }

    public func set(netlogon: NetlogonCredentials?) { credentials.netlogon = netlogon }

    // MARK: What connections take

    /// As they are now; nil: a user without anything that proves it. Connections of the same credentials share tickets.
    public func snapshot() -> ClientCredentials? {
        if credentials.kerberos == nil { credentials.kerberos = kerberos() }
        guard
            credentials.ntlm.isAnonymous || credentials.ntlm.hasSecret || credentials.kerberos != nil
                || credentials.plugIn != nil
        else {
            return nil
        }
        return credentials
    }

    private func kerberos() -> KerberosCredentials? {
        let ntlm = credentials.ntlm
        let user = ntlm.user.isEmpty ? nil : ntlm.user
        let source: KerberosCredentials.Source
        switch origin {
        case .keytab(let name): source = .keytab(name)
        case .cache(let name): source = .cache(name)
        case .tickets(let copy): source = .tickets(copy)
        case .account:
            guard user != nil, ntlm.hasSecret else { return nil }
            source = password.map { .password($0) } ?? .ntHash(ntlm)
        }
        // A domain with a dot is the DNS name of one, and that in capitals its realm.
        let realm = realm ?? (ntlm.domain.contains(".") ? ntlm.domain.uppercased() : nil)
        return KerberosCredentials(source, user: user, realm: realm, domain: ntlm.domain)
    }
}
