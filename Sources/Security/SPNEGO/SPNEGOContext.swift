// SPDX-License-Identifier: LGPL-3.0-or-later

/// What SPNEGO can negotiate: a mechanism that can protect the list of those that were offered.
public protocol NegotiableMechanism: SecurityMechanism {
    /// mechListMIC over the list. The messages that follow are protected as the mechanism's rules for SPNEGO say.
    func listCode(_ list: [UInt8]) -> [UInt8]
    func verifies(listCode code: [UInt8], _ list: [UInt8]) -> Bool
}

extension NegotiableMechanism {
    public func listCode(_ list: [UInt8]) -> [UInt8] {
        var list = list
        var code = [UInt8](repeating: 0, count: signatureSize)
        list.withUnsafeMutableBytes { list in
            code.withUnsafeMutableBytes { code in
                guard let base = list.baseAddress, let signature = code.baseAddress else { return }
                sign(ProtectedMessage(base: base, signed: 0..<list.count, sealed: 0..<0), signature: signature)
            }
        }
        return code
    }

    public func verifies(listCode code: [UInt8], _ list: [UInt8]) -> Bool {
        guard accepts(signatureSize: code.count) else { return false }
        var list = list
        return list.withUnsafeMutableBytes { list in
            guard let base = list.baseAddress else { return false }
            let message = ProtectedMessage(base: base, signed: 0..<list.count, sealed: 0..<0)
            return code.withBytes { verify(message, signature: $0) }
        }
    }
}

/// A mechanism that may be negotiated, by any of its names, and is made when it is needed.
public struct SPNEGOOffer {
    public var oids: [[UInt8]]
    public var make: () -> (any NegotiableMechanism)?

    public init(oids: [[UInt8]], make: @escaping () -> (any NegotiableMechanism)?) {
        self.oids = oids
        self.make = make
    }
}

/// What both sides of SPNEGO have in common: messages are the negotiated mechanism's.
public class SPNEGOContext: SecurityMechanism {
    let offers: [SPNEGOOffer]
    var inner: (any NegotiableMechanism)?
    /// Both sides are done.
    var isComplete = false

    init(_ offers: [SPNEGOOffer]) { self.offers = offers }

    public var authType: UInt8 { SPNEGO.authType }
    public var negotiatedType: UInt8 { inner?.authType ?? authType }
    public var signsHeaders: Bool { inner?.signsHeaders ?? false }
    public var coversHeaders: Bool { inner?.coversHeaders ?? false }
    public var signatureSize: Int { inner?.signatureSize ?? 0 }
    public func accepts(signatureSize size: Int) -> Bool { inner?.accepts(signatureSize: size) ?? false }
    public var alternates: Bool { inner?.alternates ?? false }
    public var protectsLate: Bool { inner?.protectsLate ?? false }
    public var peer: SecurityPeer? { isComplete ? inner?.peer : nil }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep { throw .unexpectedToken }

    /// The offer that has this name.
    func offer(_ oid: [UInt8]) -> Int? { offers.firstIndex { $0.oids.contains(oid) } }

    func make(_ offer: Int) throws(SecurityError) -> any NegotiableMechanism {
        guard offers.indices.contains(offer), let made = offers[offer].make() else { throw .unexpectedToken }
        inner = made
        return made
    }

    // MARK: Messages

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        inner?.sign(message, signature: signature)
    }

    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        isComplete && inner?.verify(message, signature: signature) ?? false
    }

    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        inner?.seal(message, signature: signature)
    }

    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        isComplete && inner?.unseal(message, signature: signature) ?? false
    }

    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        if isComplete, let inner {
            inner.withSessionKey(body)
        } else {
            body(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
