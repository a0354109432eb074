// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// RPC_C_AUTHN_WINNT.
public enum NTLM {
    public static var authType: UInt8 { 10 }
}

/// The client's side of NTLMSSP: NEGOTIATE, then AUTHENTICATE for the server's CHALLENGE ([MS-NLMP] 3.1.5).
///
/// NTLMv2 unless the credentials say otherwise, always with an integrity code, key exchange, 128 bit and extended session security; a server that will
/// not have that is refused.
public final class NTLMInitiator: NegotiableMechanism {
    private enum State {
        case start
        case negotiated
        case established(NTLMSession)
        case failed
    }

    private let credentials: NTLMCredentials
    private let targetName: String
    private let time: UInt64
    private let clientChallenge: [UInt8]
    private let exportedKey: Secret
    private var negotiate: [UInt8] = []
    private var state = State.start

    /// `targetName` is the service principal ("host/server") that the server may check; `time` is a FILETIME, used when
    /// the server names none; `random` is 24 fresh random bytes.
    public init(
        credentials: NTLMCredentials, targetName: String, time: UInt64, random: borrowing Secret
    ) {
        precondition(random.count == 24)
        self.credentials = credentials
        self.targetName = targetName
        self.time = time
        clientChallenge = Array(random.bytes[..<8])
        exportedKey = Secret(UnsafeRawBufferPointer(rebasing: random.bytes[8...]))
    }

    public var authType: UInt8 { NTLM.authType }
    public var signsHeaders: Bool { true }
    public var coversHeaders: Bool { true }
    public var protectsLate: Bool { true }
    public var signatureSize: Int { NTLMSession.signatureSize }
    public var peer: SecurityPeer? { nil }

    // MARK: The exchange

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        switch state {
        case .start:
            guard token.isEmpty else { throw .unexpectedToken }
            negotiate = NegotiateMessage(flags: .offered).bytes
            state = .negotiated
            return SecurityStep(token: negotiate, finished: false)
        case .negotiated:
            state = .failed
            let reply = try authenticate(token)
            state = .established(NTLMSession(exportedKey.copy(), isClient: true))
            return SecurityStep(token: reply, finished: true)
        case .established, .failed: throw .unexpectedToken
        }
    }

    private func authenticate(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> [UInt8] {
        let challenge = try ChallengeMessage(token)
        guard challenge.flags.isSuperset(of: .required) else { throw .downgraded }
        var message = AuthenticateMessage(flags: challenge.flags.intersection(.offered))
        message.domain = utf16LE(credentials.domain)
        message.user = utf16LE(credentials.user)
        message.workstation = utf16LE(credentials.workstation)
        let baseKey = try answer(challenge, in: &message)
        message.encryptedSessionKey = Array(exportedKey.bytes)
        let cipher = ARCFOUR(baseKey)
        message.encryptedSessionKey.withUnsafeMutableBytes { cipher.crypt($0) }
        return withIntegrityCode(message, challenge: token)
    }

    /// Fills in the responses; the session base key.
    private func answer(
        _ challenge: ChallengeMessage, in message: inout AuthenticateMessage
    ) throws(SecurityError) -> Secret {
        guard !credentials.isAnonymous else {
            message.flags.insert(.anonymous)
            message.lmResponse = [0]
            return Secret(count: 16)
        }
        if credentials.usesNTLMv1 { return answerAsVersion1(challenge, in: &message) }
        let key = NTLMv2.responseKey(
            ntHash: credentials.ntHash, user: credentials.user, domain: credentials.domain)
        guard let info = information(challenge.targetInfo).bytes else { throw .malformedToken }
        let temp = NTLMv2.temp(
            time: challenge.targetInfo.timestamp ?? time, clientChallenge: clientChallenge, targetInfo: info)
        let proof = temp.withBytes { NTLMv2.proof(key, serverChallenge: challenge.challenge, temp: $0) }
        message.ntResponse = Array(proof.bytes) + temp
        message.lmResponse =
            challenge.targetInfo.timestamp != nil
            ? [UInt8](repeating: 0, count: 24)
            : NTLMv2.lmResponse(key, serverChallenge: challenge.challenge, clientChallenge: clientChallenge)
        return NTLMv2.sessionBaseKey(key, proof: proof)
    }

    private func answerAsVersion1(_ challenge: ChallengeMessage, in message: inout AuthenticateMessage) -> Secret {
        message.lmResponse = clientChallenge + [UInt8](repeating: 0, count: NTLMv1.responseSize - 8)
        message.ntResponse = NTLMv1.response(
            ntHash: credentials.ntHash,
            challenge: NTLMv1.challenge(server: challenge.challenge, client: clientChallenge))
        return NTLMv1.exchangeKey(
            NTLMv1.sessionBaseKey(ntHash: credentials.ntHash), server: challenge.challenge, client: clientChallenge)
    }

    /// What the server said about itself, and what the client adds to it ([MS-NLMP] 3.1.5.1.2).
    private func information(_ given: AVPairs) -> AVPairs {
        var info = given
        var flags: [UInt8] = []
        appendLE(given.flags | AVPairs.hasIntegrityCode, to: &flags)
        info[.flags] = flags
        // No channel: the hash of nothing.
        info[.channelBindings] = [UInt8](repeating: 0, count: 16)
        info[.targetName] = utf16LE(targetName)
        return info
    }

    private func withIntegrityCode(_ message: AuthenticateMessage, challenge: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes = message.bytes
        let code = NTLMv2.integrityCode(
            exportedKey, negotiate: negotiate, challenge: Array(challenge), authenticate: bytes)
        let start = AuthenticateMessage.integrityCodeOffset
        bytes.replaceSubrange(start..<start + 16, with: code.bytes)
        return bytes
    }

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
        if let session, !credentials.isAnonymous {
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
