// SPDX-License-Identifier: LGPL-3.0-or-later

/// Schannel's auth_type ([MS-RPCE] 2.2.1.1.7).
public enum Schannel {
    public static var authType: UInt8 { 68 }
}

/// The client's side of Schannel ([MS-NRPC] 3.3.4.1): it names itself, and proves it with its first message.
public final class SchannelInitiator: SecurityMechanism {
    private enum State {
        case start
        case asked
        case established(SchannelSession)
        case failed
    }

    private let domain: String
    public let credentials: NetlogonCredentials
    private let level: ProtectionLevel
    private let random: Secret
    private var state = State.start

    /// `random` is 16 fresh random bytes.
    public init(
        credentials: NetlogonCredentials, domain: String, level: ProtectionLevel, random: consuming Secret
    ) {
        precondition(random.count == 16)
        self.credentials = credentials
        self.domain = domain
        self.level = level
        self.random = random
    }

    public var authType: UInt8 { Schannel.authType }
    public var signsHeaders: Bool { true }
    public var peer: SecurityPeer? { nil }
    public var alternates: Bool { true }

    public var signatureSize: Int {
        credentials.flags.contains(.aes) ? SchannelSession.aesSignatureSize : SchannelSession.legacySignatureSize
    }

    public func accepts(signatureSize size: Int) -> Bool {
        session?.accepts(signatureSize: size, sealed: level == .privacy) ?? false
    }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        switch state {
        case .start:
            state = .failed
            // Whoever is in between could take the place of a client that does not sign (CVE-2016-2111).
            guard level.protectsMessages else { throw .downgraded }
            let names = NLAuthMessage.Names(domain: domain, computer: credentials.identity.computer)
            guard let message = NLAuthMessage(.request, names: names).bytes else { throw .malformedToken }
            state = .asked
            return SecurityStep(token: message, finished: false)
        case .asked:
            state = .failed
            guard try NLAuthMessage(token).kind == .response else { throw .malformedToken }
            state = .established(credentials.session(isClient: true, random: random))
            return SecurityStep(token: nil, finished: true)
        case .established, .failed: throw .unexpectedToken
        }
    }

    // MARK: Messages

    private var session: SchannelSession? {
        guard case .established(let session) = state else { return nil }
        return session
    }

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        session?.sign(message, signature: signature, sealed: false)
    }

    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        session?.verify(message, signature: signature, sealed: false) ?? false
    }

    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        session?.sign(message, signature: signature, sealed: true)
    }

    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        session?.verify(message, signature: signature, sealed: true) ?? false
    }

    /// Schannel has none that calls may use.
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
