// SPDX-License-Identifier: LGPL-3.0-or-later

/// auth_level of the sec_trailer ([MS-RPCE] 2.2.1.1.8).
public enum ProtectionLevel: UInt8, Sendable, CaseIterable {
    /// The peer is authenticated once; PDUs are not protected.
    case connect = 2
    /// Treated as integrity, as Windows and Samba do.
    case packet = 4
    case integrity = 5
    case privacy = 6

    /// Whether each request and response carries a signature.
    public var protectsMessages: Bool { self != .connect }
}

/// Why a mechanism gives up. Which check failed is no business of the peer's.
public enum SecurityError: Error, Equatable, Sendable {
    /// A token that is none.
    case malformedToken
    /// A token at a time when none is expected.
    case unexpectedToken
    /// The peer would only talk with less protection than is required.
    case downgraded
    /// Unknown user, wrong password, wrong proof of it.
    case logonFailure
    /// The exchange was changed on its way: its integrity code is wrong.
    case tampered
    /// For a reason of the mechanism's own: an NTSTATUS.
    case refused(status: UInt32)
}

/// What a step of the exchange gives.
public struct SecurityStep {
    /// For the peer; nil where nothing is to be sent.
    public var token: [UInt8]?
    /// Messages can be protected from now on.
    public var finished: Bool
    /// Where somebody else has to be asked first: what comes of it replaces this step.
    public var pending: PendingStep?

    public init(token: [UInt8]?, finished: Bool) {
        self.token = token
        self.finished = finished
    }

    public init(_ pending: PendingStep) {
        self.init(token: nil, finished: false)
        self.pending = pending
    }
}

/// A step whose outcome comes later, once; or never, when it was cancelled.
public final class PendingStep {
    public typealias Outcome = Result<SecurityStep, SecurityError>

    private var outcome: Outcome?
    private var waiting: ((Outcome) -> Void)?
    private var stop: (() -> Void)?
    private var isOver = false

    public init() {}

    /// What ends the work that the outcome is awaited from.
    public func onCancel(_ stop: @escaping () -> Void) { if !isOver { self.stop = stop } }

    public func complete(_ outcome: Outcome) {
        guard !isOver else { return }
        isOver = true
        stop = nil
        if let waiting {
            self.waiting = nil
            waiting(outcome)
        } else {
            self.outcome = outcome
        }
    }

    /// Hears of the outcome; at once where it is there.
    public func whenDone(_ body: @escaping (Outcome) -> Void) {
        if let outcome {
            self.outcome = nil
            body(outcome)
        } else if !isOver {
            waiting = body
        }
    }

    /// Nobody waits any more.
    public func cancel() {
        isOver = true
        let stop = stop
        self.stop = nil
        waiting = nil
        outcome = nil
        stop?()
    }
}

/// A PDU in memory: what the signature covers, and what of that is encrypted.
public struct ProtectedMessage {
    public var base: UnsafeMutableRawPointer
    public var signed: Range<Int>
    public var sealed: Range<Int>

    public init(base: UnsafeMutableRawPointer, signed: Range<Int>, sealed: Range<Int>) {
        self.base = base
        self.signed = signed
        self.sealed = sealed
    }

    /// What the signature covers.
    public var signedBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + signed.lowerBound, count: signed.count)
    }
    /// What is encrypted.
    public var sealedBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base + sealed.lowerBound, count: sealed.count)
    }
}

/// One side of one security context: first an exchange of tokens, then protection of messages, in order.
///
/// Nothing here knows a socket, a clock or a source of randomness: what a mechanism needs of them it is given when it
/// is made. `step` may call what its maker gave it (a server's account lookup); protecting messages calls nobody.
public protocol SecurityMechanism: AnyObject {
    /// auth_type of the sec_trailer ([MS-RPCE] 2.2.1.1.7).
    var authType: UInt8 { get }
    /// That of the mechanism that a negotiation has chosen; elsewhere `authType`.
    var negotiatedType: UInt8 { get }
    /// Whether signatures can cover PDU headers.
    var signsHeaders: Bool { get }
    /// Whether they always do: NTLM's cover what they are given with a message, whatever the bind has agreed on.
    var coversHeaders: Bool { get }
    /// The size of every signature, known before a message is cut into fragments.
    var signatureSize: Int { get }
    /// Whether a signature of the peer's may have this size; without a word on it, only `signatureSize`.
    func accepts(signatureSize size: Int) -> Bool
    /// Whether one number counts the messages of both directions, so that each request needs its answer before the next.
    var alternates: Bool { get }
    /// Whether the end of a message may be protected while its start is on its way already: whatever comes from the peer in
    /// between makes no difference, and nobody else is called.
    var protectsLate: Bool { get }
    /// Who the peer is, once the exchange is finished: what a server knows of its client.
    var peer: SecurityPeer? { get }

    /// Takes the peer's token; an empty one starts a client's exchange.
    func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep

    /// Writes `signatureSize` bytes at `signature`.
    func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer)
    func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool
    /// Encrypts in place; the signature covers the plain text.
    func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer)
    /// Decrypts in place, then verifies; after false the content is worthless.
    func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool

    /// The key of the session, once the exchange is finished; empty before.
    func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void)
}

extension SecurityMechanism {
    public var negotiatedType: UInt8 { authType }
    public func accepts(signatureSize size: Int) -> Bool { size == signatureSize }
    public var alternates: Bool { false }
    public var protectsLate: Bool { false }
    public var coversHeaders: Bool { false }
}

/// A client as its server knows it.
public struct SecurityPeer: Equatable, Sendable {
    public var domain: String
    public var account: String
    public var workstation: String
    /// The account's, its groups' and others that it has; empty where nobody has said.
    public var sids: [SecurityID]

    public init(domain: String, account: String, workstation: String, sids: [SecurityID] = []) {
        self.domain = domain
        self.account = account
        self.workstation = workstation
        self.sids = sids
    }
}

extension SecurityPeer {
    /// Somebody who has proved to be nobody: ANONYMOUS LOGON.
    static var anonymous: SecurityPeer {
        SecurityPeer(
            domain: "", account: "", workstation: "",
            sids: [SecurityID(revision: 1, authority: [0, 0, 0, 0, 0, 5], parts: [7])])
    }
}

/// A security identifier ([MS-DTYP] 2.4.2).
public struct SecurityID: Equatable, Sendable {
    /// Revision, and the six bytes of the authority.
    public var revision: UInt8
    public var authority: [UInt8]
    public var parts: [UInt32]

    public init(revision: UInt8, authority: [UInt8], parts: [UInt32]) {
        self.revision = revision
        self.authority = authority
        self.parts = parts
    }

    /// An account or group of this domain.
    public func relative(_ rid: UInt32) -> SecurityID {
        SecurityID(revision: revision, authority: authority, parts: parts + [rid])
    }
}
