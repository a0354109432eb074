// SPDX-License-Identifier: LGPL-3.0-or-later

/// The domain that a server's secure channels belong to.
public struct SchannelDomain: Sendable {
    public var name: String
    public var dnsName: String

    public init(name: String, dnsName: String) {
        self.name = name
        self.dnsName = dnsName
    }
}

/// The server's side of Schannel: who the client is, it says itself; that it is, its messages show, which nobody can
/// sign who does not have the key of the netlogon calls before.
public final class SchannelAcceptor: SecurityMechanism {
    /// The credentials that a computer of this name has established last; nil where there are none.
    public typealias Channels = (_ computer: String) -> NetlogonCredentials?

    private enum State {
        case start
        case established(SchannelSession)
        case failed
    }

    private let domain: SchannelDomain
    private let level: ProtectionLevel
    private let allowsLegacy: Bool
    private let channels: Channels
    private let random: Secret
    private var state = State.start
    public private(set) var peer: SecurityPeer?
    /// What the client's calls are checked against.
    public private(set) var credentials: NetlogonCredentials?

    /// `random` is 16 fresh random bytes. Without `allowsLegacy` a channel without AES is refused (CVE-2022-38023).
    public init(
        domain: SchannelDomain, level: ProtectionLevel, allowsLegacy: Bool = false, random: consuming Secret,
        channels: @escaping Channels
    ) {
        precondition(random.count == 16)
        self.domain = domain
        self.level = level
        self.allowsLegacy = allowsLegacy
        self.channels = channels
        self.random = random
    }

    public var authType: UInt8 { Schannel.authType }
    public var signsHeaders: Bool { true }
    public var alternates: Bool { true }
    public var signatureSize: Int { session?.signatureSize ?? SchannelSession.aesSignatureSize }

    public func accepts(signatureSize size: Int) -> Bool {
        session?.accepts(signatureSize: size, sealed: level == .privacy) ?? false
    }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard case .start = state else { throw .unexpectedToken }
        state = .failed
        guard level.protectsMessages else { throw .downgraded }
        let message = try NLAuthMessage(token)
        guard message.kind == .request else { throw .malformedToken }
        guard isOurs(message.names), let computer = message.names.computer ?? message.names.computerUTF8,
            let found = channels(computer), uppercased(found.identity.computer) == uppercased(computer)
        else { throw .logonFailure }
        guard found.flags.areStrong(allowingLegacy: allowsLegacy) else { throw .downgraded }
        guard let answer = NLAuthMessage(.response).bytes else { throw .malformedToken }
        credentials = found
        peer = SecurityPeer(domain: domain.name, account: found.identity.account, workstation: found.identity.computer)
        state = .established(found.session(isClient: false, random: random))
        return SecurityStep(token: answer, finished: true)
    }

    private func isOurs(_ names: NLAuthMessage.Names) -> Bool {
        if let name = names.domain { return uppercased(name) == uppercased(domain.name) }
        if let name = names.dnsDomain { return uppercased(name) == uppercased(domain.dnsName) }
        return false
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
