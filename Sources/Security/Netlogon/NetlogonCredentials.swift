// SPDX-License-Identifier: LGPL-3.0-or-later

/// Who a secure channel belongs to.
public struct NetlogonIdentity: Sendable {
    public var computer: String
    public var account: String
    /// NETLOGON_SECURE_CHANNEL_TYPE ([MS-NRPC] 2.2.1.3.13).
    public var channelType: UInt16

    public init(computer: String, account: String, channelType: UInt16) {
        self.computer = computer
        self.account = account
        self.channelType = channelType
    }
}

/// NETLOGON_CREDENTIAL and NETLOGON_AUTHENTICATOR ([MS-NRPC] 2.2.1.1.5): 8 bytes as they stand in memory.
public typealias NetlogonCredential = UInt64

/// One side of a secure channel: the session key, and the chain of credentials that each call moves on
/// ([MS-NRPC] 3.1.4.3 to 3.1.4.6).
public final class NetlogonCredentials {
    public let identity: NetlogonIdentity
    public private(set) var flags: NetlogonFlags
    private let key: Secret
    private let cipher: AES128
    /// ClientStoredCredential or ServerStoredCredential.
    private var seed: NetlogonCredential
    private var expected: NetlogonCredential = 0
    private var timestamp: UInt32 = 0

    /// What the client proves itself with first, and the server then.
    public let clientCredential: NetlogonCredential
    public let serverCredential: NetlogonCredential

    private init(
        _ identity: NetlogonIdentity, _ flags: NetlogonFlags, _ challenges: NetlogonChallenges, ntHash: borrowing Secret
    ) {
        self.identity = identity
        self.flags = flags
        key = challenges.sessionKey(flags, ntHash)
        cipher = AES128(key)
        clientCredential = NetlogonCredentials.credential(challenges.client, flags, key, cipher)
        serverCredential = NetlogonCredentials.credential(challenges.server, flags, key, cipher)
        seed = clientCredential
        expected = serverCredential
    }

    /// The client's side; `.downgraded` where the keys would be weak.
    public static func client(
        _ identity: NetlogonIdentity, _ challenges: NetlogonChallenges, ntHash: borrowing Secret, flags: NetlogonFlags,
        allowsLegacy: Bool = false
    ) throws(SecurityError) -> NetlogonCredentials {
        guard flags.areStrong(allowingLegacy: allowsLegacy), ntHash.count == 16 else { throw .downgraded }
        return NetlogonCredentials(identity, flags, challenges, ntHash: ntHash)
    }

    /// The server's side, for a client that knows the password. A challenge whose first five bytes are the same is
    /// refused before anything is computed: with AES-CFB8 it lets one in 256 guesses through (CVE-2020-1472).
    public static func server(
        _ identity: NetlogonIdentity, _ challenges: NetlogonChallenges, ntHash: borrowing Secret,
        proof: NetlogonCredential, flags: NetlogonFlags, allowsLegacy: Bool = false
    ) throws(SecurityError) -> NetlogonCredentials {
        guard flags.areStrong(allowingLegacy: allowsLegacy), ntHash.count == 16 else { throw .downgraded }
        guard !NetlogonChallenges.isWeak(challenges.client) else { throw .logonFailure }
        let credentials = NetlogonCredentials(identity, flags, challenges, ntHash: ntHash)
        guard isEqual(credentials.clientCredential, proof) else { throw .logonFailure }
        return credentials
    }

    /// What the server has of what was asked for; the key stays as it is.
    public func agreeing(on common: NetlogonFlags) -> NetlogonCredentials {
        if common.contains(.aes) == flags.contains(.aes) { flags = common }
        return self
    }

    // MARK: The chain

    /// The client's next authenticator; `now` is in seconds. The time never stands still.
    public func nextAuthenticator(now: UInt32) -> (credential: NetlogonCredential, timestamp: UInt32) {
        timestamp = now > timestamp || timestamp &- now > UInt32(Int32.max) ? now : timestamp &+ 1
        let sent = advanced(timestamp)
        let credential = self.credential(sent)
        seed = NetlogonCredentials.adding(1, to: sent)
        expected = self.credential(seed)
        return (credential, timestamp)
    }

    /// Whether the server has answered as only it can: to the exchange, then to the last authenticator.
    public func verifies(_ answer: NetlogonCredential) -> Bool { NetlogonCredentials.isEqual(expected, answer) }

    /// The server's answer to a client's authenticator; nil: it is not the next one, and nothing has changed.
    public func answer(_ given: NetlogonCredential, timestamp: UInt32) -> NetlogonCredential? {
        let received = advanced(timestamp)
        guard NetlogonCredentials.isEqual(credential(received), given) else { return nil }
        seed = NetlogonCredentials.adding(1, to: received)
        return credential(seed)
    }

    private func advanced(_ seconds: UInt32) -> NetlogonCredential { NetlogonCredentials.adding(seconds, to: seed) }

    /// The first four bytes are a number, little-endian.
    private static func adding(_ seconds: UInt32, to credential: NetlogonCredential) -> NetlogonCredential {
        let value = UInt64(littleEndian: credential)
        let low = UInt32(truncatingIfNeeded: value) &+ seconds
        return (value & 0xffff_ffff_0000_0000 | UInt64(low)).littleEndian
    }

    private func credential(_ input: NetlogonCredential) -> NetlogonCredential {
        NetlogonCredentials.credential(input, flags, key, cipher)
    }

    /// ComputeNetlogonCredential ([MS-NRPC] 3.1.4.4).
    private static func credential(
        _ input: NetlogonCredential, _ flags: NetlogonFlags, _ key: borrowing Secret, _ cipher: borrowing AES128
    ) -> NetlogonCredential {
        guard flags.contains(.aes) else { return DES.encryptTwice(input, key) }
        var value = input
        var vector = CFB8Vector(0)
        withUnsafeMutableBytes(of: &value) { cipher.crypt($0, &vector, encrypt: true) }
        return value
    }

    private static func isEqual(_ one: NetlogonCredential, _ other: NetlogonCredential) -> Bool {
        withUnsafeBytes(of: one) { one in withUnsafeBytes(of: other) { equalInConstantTime(one, $0) } }
    }

    // MARK: Secrets in calls

    /// What a call carries encrypted with the session key: passwords, keys of logons ([MS-NRPC] 3.4.5.2.5, 2.2.1.4.12).
    public func encrypt(_ data: UnsafeMutableRawBufferPointer) { crypt(data, encrypt: true) }
    public func decrypt(_ data: UnsafeMutableRawBufferPointer) { crypt(data, encrypt: false) }

    private func crypt(_ data: UnsafeMutableRawBufferPointer, encrypt: Bool) {
        guard flags.contains(.aes) else { return ARCFOUR(key).crypt(data) }
        var vector = CFB8Vector(0)
        cipher.crypt(data, &vector, encrypt: encrypt)
    }

    public func withSessionKey<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R { body(key.bytes) }

    /// The keys of a connection.
    func session(isClient: Bool, random: borrowing Secret) -> SchannelSession {
        SchannelSession(key.copy(), isAES: flags.contains(.aes), isClient: isClient, random: random)
    }
}

/// What both sides have drawn.
public struct NetlogonChallenges: Sendable {
    public var client: UInt64
    public var server: UInt64

    public init(client: UInt64, server: UInt64) {
        self.client = client
        self.server = server
    }

    /// Whether no server may take it: its first five bytes are the same.
    public static func isWeak(_ challenge: UInt64) -> Bool {
        withUnsafeBytes(of: challenge) { bytes in bytes[1...4].allSatisfy { $0 == bytes[0] } }
    }

    /// [MS-NRPC] 3.1.4.3.1 and 3.1.4.3.2.
    func sessionKey(_ flags: NetlogonFlags, _ ntHash: borrowing Secret) -> Secret {
        guard flags.contains(.aes) else {
            let none: UInt32 = 0
            let digest = withUnsafeBytes(of: none) { zero in
                withUnsafeBytes(of: client) { client in
                    withUnsafeBytes(of: server) { Primitive.md5(zero, client, $0) }
                }
            }
            return Primitive.hmacMD5(ntHash, digest.bytes)
        }
        let keyed = KeyedSHA256(ntHash)
        keyed.update(client)
        keyed.update(server)
        let key = Secret(count: 16)
        keyed.digest(into: key.base, count: 16)
        return key
    }
}
