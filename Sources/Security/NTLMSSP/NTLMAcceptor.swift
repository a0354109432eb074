// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// What an NTLM server is called, in its own words.
public struct NTLMServerNames: Sendable {
    public var domain: String
    public var computer: String

    public init(domain: String, computer: String) {
        self.domain = domain
        self.computer = computer
    }
}

/// The server's side of NTLMSSP: CHALLENGE for the client's NEGOTIATE, then the check of its AUTHENTICATE
/// ([MS-NLMP] 3.2.5). NTLMv2, unless more is permitted.
public final class NTLMAcceptor: NegotiableMechanism {
    /// The NT hash of an account; nil when there is none that may log on.
    public typealias Accounts = (_ domain: String, _ user: String) -> Secret?

    private enum State {
        case start
        case challenged
        case asking
        case established(NTLMSession)
        case failed
    }

    private let names: NTLMServerNames
    private let level: ProtectionLevel
    private let required: NTLMFlags
    private let time: UInt64
    private let challengeBytes: [UInt8]
    private let accounts: NTLMAccounts
    private let permissions: NTLMPermissions
    private var negotiate: [UInt8] = []
    private var challenge: [UInt8] = []
    private var state = State.start
    public private(set) var peer: SecurityPeer?

    /// `random` is 8 fresh random bytes, `time` a FILETIME; `level` is what the client's PDUs will have.
    public convenience init(
        names: NTLMServerNames, level: ProtectionLevel, time: UInt64, random: [UInt8], accounts: @escaping Accounts
    ) {
        self.init(
            names: names, level: level, time: time, random: random, accounts: .local(accounts), permissions: [])
    }

    public init(
        names: NTLMServerNames, level: ProtectionLevel, time: UInt64, random: [UInt8], accounts: NTLMAccounts,
        permissions: NTLMPermissions
    ) {
        precondition(random.count == 8)
        self.names = names
        self.level = level
        required = .required(at: level)
        self.time = time
        challengeBytes = random
        self.accounts = accounts
        self.permissions = permissions
    }

    public var authType: UInt8 { NTLM.authType }
    public var signsHeaders: Bool { true }
    public var coversHeaders: Bool { true }
    public var protectsLate: Bool { true }
    public var signatureSize: Int { NTLMSession.signatureSize }

    // MARK: The exchange

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        switch state {
        case .start:
            state = .failed
            let reply = try challenge(token)
            state = .challenged
            return SecurityStep(token: reply, finished: false)
        case .challenged:
            state = .failed
            return try check(token)
        case .asking, .established, .failed: throw .unexpectedToken
        }
    }

    private func challenge(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> [UInt8] {
        let message = try NegotiateMessage(token)
        guard message.flags.isSuperset(of: required) else { throw .downgraded }
        negotiate = Array(token)
        var info = AVPairs()
        info[.domainName] = utf16LE(names.domain)
        info[.computerName] = utf16LE(names.computer)
        info[.dnsDomainName] = utf16LE(names.domain)
        info[.dnsComputerName] = utf16LE(names.computer)
        var stamp: [UInt8] = []
        appendLE(time, to: &stamp)
        info[.timestamp] = stamp
        let flags = message.flags.intersection(.offered).union([.targetInfo, .targetIsServer, .alwaysSign, .version])
        challenge =
            ChallengeMessage(
                flags: flags, challenge: challengeBytes, targetName: utf16LE(names.computer), targetInfo: info
            ).bytes
        return challenge
    }

    private func check(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        let message = try AuthenticateMessage(token)
        // Nobody's messages that are not signed need no session security, and Samba's nobody does without.
        let needed =
            message.isAnonymous && level == .connect ? required.subtracting(.extendedSessionSecurity) : required
        guard message.flags.isSuperset(of: needed) else { throw .downgraded }
        if message.isAnonymous {
            guard permissions.contains(.anonymous) else { throw .logonFailure }
            return try establish(message, token, .anonymous, Secret(count: 16))
        }
        // NTLMv1's response has 24 bytes; the proof and the fixed part of the blob of NTLMv2 alone have 44.
        guard message.isVersion1 ? permissions.contains(.ntlmV1) : message.ntResponse.count >= 48 else {
            throw .logonFailure
        }
        guard let user = text(message.user), let domain = text(message.domain), !user.isEmpty,
            let workstation = text(message.workstation)
        else { throw .malformedToken }
        let client = SecurityPeer(domain: domain, account: user, workstation: workstation)
        switch accounts {
        case .local(let lookup):
            let key = try baseKey(message, client, lookup(domain, user))
            return try establish(message, token, client, key)
        case .lookup(let look):
            return SecurityStep(
                check(message, Array(token), client) { [self] completed in
                    look(domain, user) { [self] in completed(logon(message, client, $0)) }
                })
        case .remote(let ask):
            return SecurityStep(
                check(message, Array(token), client) { [self] completed in
                    ask(request(message, client)) { [self] in
                        completed($0.flatMap { checked($0) }.map { withExchangeKey($0, message) })
                    }
                })
        }
    }

    /// What a domain controller is asked: of NTLMv1 it knows one challenge only.
    private func request(_ message: AuthenticateMessage, _ client: SecurityPeer) -> NTLMLogonRequest {
        NTLMLogonRequest(
            domain: client.domain, user: client.account, workstation: client.workstation,
            serverChallenge: message.isVersion1 ? bothChallenges(message) : challengeBytes,
            ntResponse: message.ntResponse, lmResponse: message.isVersion1 ? [] : message.lmResponse)
    }

    private func bothChallenges(_ message: AuthenticateMessage) -> [UInt8] {
        NTLMv1.challenge(server: challengeBytes, client: message.clientChallenge)
    }

    /// Guests, whom a domain controller takes without a proof, have a key of zeros: who sends nonsense knows it.
    private func checked(_ logon: NTLMLogon) -> Result<NTLMLogon, SecurityError> {
        let zeros = Secret(count: logon.sessionBaseKey.count)
        return logon.sessionBaseKey.equals(zeros) ? .failure(.logonFailure) : .success(logon)
    }

    private func withExchangeKey(_ logon: NTLMLogon, _ message: AuthenticateMessage) -> NTLMLogon {
        guard message.isVersion1 else { return logon }
        return NTLMLogon(
            domain: logon.domain, account: logon.account, sids: logon.sids,
            sessionBaseKey: NTLMv1.exchangeKey(
                logon.sessionBaseKey, server: challengeBytes, client: message.clientChallenge))
    }

    private func baseKeyV1(
        _ message: AuthenticateMessage, _ hash: borrowing Secret, exists: Bool
    ) throws(SecurityError) -> Secret {
        let expected = Secret(NTLMv1.response(ntHash: hash, challenge: bothChallenges(message)))
        guard message.ntResponse.withBytes({ expected.equals($0) }), exists else { throw .logonFailure }
        return NTLMv1.exchangeKey(
            NTLMv1.sessionBaseKey(ntHash: hash), server: challengeBytes, client: message.clientChallenge)
    }

    /// The session base key, when the client has the password.
    private func baseKey(
        _ message: AuthenticateMessage, _ client: SecurityPeer, _ known: consuming Secret?
    ) throws(SecurityError) -> Secret {
        let exists = known != nil
        // Who is unknown costs as much as who is known.
        let hash = known ?? Secret(count: 16)
        if message.isVersion1 { return try baseKeyV1(message, hash, exists: exists) }
        let responseKey = NTLMv2.responseKey(ntHash: hash, user: client.account, domain: client.domain)
        let proof = message.ntResponse.withBytes { response in
            NTLMv2.proof(
                responseKey, serverChallenge: challengeBytes, temp: UnsafeRawBufferPointer(rebasing: response[16...]))
        }
        let proven = message.ntResponse.withBytes {
            proof.equals(UnsafeRawBufferPointer(rebasing: $0[..<16]))
        }
        guard proven, exists else { throw .logonFailure }
        return NTLMv2.sessionBaseKey(responseKey, proof: proof)
    }

    /// What comes of an account that was looked up.
    private func logon(
        _ message: AuthenticateMessage, _ client: SecurityPeer, _ account: NTLMAccount?
    ) -> Result<NTLMLogon, SecurityError> {
        do throws(SecurityError) {
            let key = try baseKey(message, client, account?.ntHash.copy())
            guard let account else { throw .logonFailure }
            return .success(
                NTLMLogon(
                    domain: account.domain.isEmpty ? client.domain : account.domain,
                    account: account.account.isEmpty ? client.account : account.account, sids: account.sids,
                    sessionBaseKey: key))
        } catch { return .failure(error) }
    }

    /// Asks somebody else; what follows the answer is as with accounts of our own.
    private func check(
        _ message: AuthenticateMessage, _ token: [UInt8], _ client: SecurityPeer,
        ask: (@escaping (Result<NTLMLogon, SecurityError>) -> Void) -> () -> Void
    ) -> PendingStep {
        let pending = PendingStep()
        state = .asking
        let stop = ask { [self] answer in
            guard case .asking = state else { return }
            state = .failed
            pending.complete(
                answer.flatMap { logon in
                    var known = client
                    known.domain = logon.domain
                    known.account = logon.account
                    known.sids = logon.sids
                    do throws(SecurityError) {
                        return .success(
                            try token.withBytes { (bytes) throws(SecurityError) in
                                try establish(message, bytes, known, logon.sessionBaseKey.copy())
                            })
                    } catch { return .failure(error) }
                })
        }
        pending.onCancel(stop)
        return pending
    }

    private func establish(
        _ message: AuthenticateMessage, _ token: UnsafeRawBufferPointer, _ client: SecurityPeer,
        _ base: consuming Secret
    ) throws(SecurityError) -> SecurityStep {
        let key = try sessionKey(message, base)
        if !message.isAnonymous, !message.isVersion1 { try checkIntegrity(message, token, key) }
        peer = client
        state = .established(NTLMSession(key, isClient: false))
        return SecurityStep(token: nil, finished: true)
    }

    private func sessionKey(
        _ message: AuthenticateMessage, _ base: consuming Secret
    ) throws(SecurityError) -> Secret {
        // At level connect a client may leave the exchange of keys out.
        if !required.contains(.keyExchange), message.encryptedSessionKey.isEmpty { return base }
        guard message.encryptedSessionKey.count == 16, message.flags.contains(.keyExchange) else {
            throw .malformedToken
        }
        let key = Secret(message.encryptedSessionKey)
        ARCFOUR(base).crypt(key.mutableBytes)
        return key
    }

    /// The blob, which the proof covers, says whether there is an integrity code: leaving it out is noticed.
    private func checkIntegrity(
        _ message: AuthenticateMessage, _ token: UnsafeRawBufferPointer, _ key: borrowing Secret
    ) throws(SecurityError) {
        let info = try message.ntResponse.withBytes { (response) throws(SecurityError) in
            try AVPairs(UnsafeRawBufferPointer(rebasing: response[44...]))
        }
        guard info.flags & AVPairs.hasIntegrityCode != 0 else { return }
        let start = AuthenticateMessage.integrityCodeOffset
        guard token.count >= start + 16 else { throw .malformedToken }
        let given = Array(token[start..<start + 16])
        var bytes = Array(token)
        bytes.replaceSubrange(start..<start + 16, with: [UInt8](repeating: 0, count: 16))
        let code = NTLMv2.integrityCode(key, negotiate: negotiate, challenge: challenge, authenticate: bytes)
        guard given.withBytes({ code.equals($0) }) else { throw .tampered }
    }

    private func text(_ bytes: [UInt8]) -> String? { bytes.withBytes { Security.text(utf16LE: $0) } }

    // MARK: Messages

    private var session: NTLMSession? {
        guard case .established(let session) = state else { return nil }
        return session
    }

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        session?.sign(message, signature: signature)
    }

    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        session?.verify(message, signature: signature) ?? false
    }

    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        session?.seal(message, signature: signature)
    }

    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        session?.unseal(message, signature: signature) ?? false
    }

    /// Nobody has none: it would be one that everybody knows.
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        if let session, peer?.account.isEmpty == false {
            body(session.keyBytes)
        } else {
            body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    public func listCode(_ list: [UInt8]) -> [UInt8] { session?.listCode(list) ?? [] }

    public func verifies(listCode code: [UInt8], _ list: [UInt8]) -> Bool {
        session?.verifies(listCode: code, list) ?? false
    }
}
