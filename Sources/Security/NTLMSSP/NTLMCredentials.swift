// SPDX-License-Identifier: LGPL-3.0-or-later

/// Who logs on with NTLM. The password is hashed at once and never kept.
public final class NTLMCredentials {
    public let user: String
    public let domain: String
    public let workstation: String
    let ntHash: Secret
    /// Whether a password or hash was given; without, the hash is zero.
    public let hasSecret: Bool
    /// For servers that know nothing better.
    public let usesNTLMv1: Bool

    /// An empty user is anonymous.
    public convenience init(user: String, domain: String, workstation: String, ntHash: consuming Secret) {
        self.init(
            user: user, domain: domain, workstation: workstation, ntHash: ntHash, hasSecret: true, usesNTLMv1: false)
    }

    private init(
        user: String, domain: String, workstation: String, ntHash: consuming Secret, hasSecret: Bool, usesNTLMv1: Bool
    ) {
        self.user = user
        self.domain = domain
        self.workstation = workstation
        self.ntHash = ntHash
        self.hasSecret = hasSecret
        self.usesNTLMv1 = usesNTLMv1
    }

    /// Anonymous.
    public convenience init() {
        self.init(user: "", domain: "", workstation: "", ntHash: Secret(count: 16), hasSecret: false, usesNTLMv1: false)
    }

    public func with(user: String? = nil, domain: String? = nil, workstation: String? = nil) -> NTLMCredentials {
        NTLMCredentials(
            user: user ?? self.user, domain: domain ?? self.domain, workstation: workstation ?? self.workstation,
            ntHash: ntHash.copy(), hasSecret: hasSecret, usesNTLMv1: usesNTLMv1)
    }

    public func with(usesNTLMv1: Bool) -> NTLMCredentials {
        NTLMCredentials(
            user: user, domain: domain, workstation: workstation, ntHash: ntHash.copy(), hasSecret: hasSecret,
            usesNTLMv1: usesNTLMv1)
    }

    public func with(ntHash: consuming Secret) -> NTLMCredentials {
        NTLMCredentials(
            user: user, domain: domain, workstation: workstation, ntHash: ntHash, hasSecret: true,
            usesNTLMv1: usesNTLMv1)
    }

    /// The client's side of a secure channel of the account.
    public func channel(
        _ identity: NetlogonIdentity, _ challenges: NetlogonChallenges, flags: NetlogonFlags, allowsLegacy: Bool
    ) throws(SecurityError) -> NetlogonCredentials {
        try NetlogonCredentials.client(
            identity, challenges, ntHash: ntHash, flags: flags, allowsLegacy: allowsLegacy)
    }

    public var isAnonymous: Bool { user.isEmpty }

    /// The NT hash of a password in UTF-8; nil when it is none. Nothing of the password stays in memory of ours.
    public static func ntHash(password: UnsafeRawBufferPointer) -> Secret? {
        // UTF-16 never takes more than twice the bytes of UTF-8.
        let units = Secret(count: password.count * 2)
        var count = 0
        var decoder = UTF8()
        var source = password.makeIterator()
        while true {
            switch decoder.decode(&source) {
            case .scalarValue(let scalar):
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    units.mutableBytes.storeBytes(of: unit.littleEndian, toByteOffset: count, as: UInt16.self)
                    count += 2
                }
            case .emptyInput:
                return NTLMv2.ntHash(passwordUTF16LE: UnsafeRawBufferPointer(rebasing: units.bytes[..<count]))
            case .error: return nil
            }
        }
    }
}
