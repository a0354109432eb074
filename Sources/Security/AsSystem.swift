// SPDX-License-Identifier: LGPL-3.0-or-later

/// Who is at the other end of a local transport, as the kernel says.
public struct LocalPeer: Equatable, Sendable {
    public var userID: UInt32

    public init(userID: UInt32) { self.userID = userID }
}

/// ncalrpc_as_system, auth_type 200: a process of the system itself on a local transport. Samba's own processes use it
/// among each other; its tokens are two fixed words, and what they are worth is what the kernel says about the peer.
public enum AsSystem {
    public static var authType: UInt8 { 200 }
    static let request = Array("NCALRPC_AUTH_TOKEN".utf8)
    static let accepted = Array("NCALRPC_AUTH_OK".utf8)
    static let refused = Array("NCALRPC_AUTH_FAIL".utf8)

    /// Nothing is protected: a local transport is, and on any other one the mechanism is nobody's.
    static func allows(_ level: ProtectionLevel, _ peer: LocalPeer?) -> Bool { peer != nil && level == .connect }
}

public final class AsSystemInitiator: SecurityMechanism {
    private enum State {
        case start
        case asked
        case ended
    }

    private let level: ProtectionLevel
    private let server: LocalPeer?
    private var state = State.start

    /// `server` is nil where the transport is not local.
    public init(level: ProtectionLevel, server: LocalPeer?) {
        self.level = level
        self.server = server
    }

    public var authType: UInt8 { AsSystem.authType }
    public var signsHeaders: Bool { false }
    public var signatureSize: Int { 0 }
    public var peer: SecurityPeer? { nil }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        switch state {
        case .start:
            state = .ended
            guard AsSystem.allows(level, server) else { throw .downgraded }
            state = .asked
            return SecurityStep(token: AsSystem.request, finished: false)
        case .asked:
            state = .ended
            guard token.elementsEqual(AsSystem.accepted) else { throw .logonFailure }
            return SecurityStep(token: nil, finished: true)
        case .ended: throw .unexpectedToken
        }
    }

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}

public final class AsSystemAcceptor: SecurityMechanism {
    /// [MS-DTYP] 2.4.2.4: the local system.
    static let system = SecurityID(revision: 1, authority: [0, 0, 0, 0, 0, 5], parts: [18])

    private let level: ProtectionLevel
    private let client: LocalPeer?
    private let serverUserID: UInt32
    private var isOver = false
    public private(set) var peer: SecurityPeer?

    /// `client` is nil where the transport is not local; only root and the server's own user are the system.
    public init(level: ProtectionLevel, client: LocalPeer?, serverUserID: UInt32) {
        self.level = level
        self.client = client
        self.serverUserID = serverUserID
    }

    public var authType: UInt8 { AsSystem.authType }
    public var signsHeaders: Bool { false }
    public var signatureSize: Int { 0 }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard !isOver else { throw .unexpectedToken }
        isOver = true
        guard AsSystem.allows(level, client), let client else { throw .downgraded }
        guard token.elementsEqual(AsSystem.request) else { throw .malformedToken }
        guard client.userID == 0 || client.userID == serverUserID else { throw .logonFailure }
        peer = SecurityPeer(
            domain: "NT AUTHORITY", account: "SYSTEM", workstation: "", sids: [AsSystemAcceptor.system])
        return SecurityStep(token: AsSystem.accepted, finished: true)
    }

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
