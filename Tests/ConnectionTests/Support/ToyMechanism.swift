// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import Security
import Transport

/// A mechanism with any number of tokens and signatures that anybody could forge: what matters is how the connection
/// uses it. A signature is a number of the direction, the key and a sum over what is signed.
final class ToyMechanism: SecurityMechanism {
    let authType: UInt8
    let signsHeaders = true
    let signatureSize = 12
    let isClient: Bool
    let key: UInt8
    /// Tokens of both sides together.
    let legs: Int
    private(set) var taken = 0
    private var sent: UInt32 = 0
    private var received: UInt32 = 0
    private(set) var opened = 0

    init(isClient: Bool, key: UInt8, legs: Int = 3, authType: UInt8 = 0xee) {
        self.isClient = isClient
        self.key = key
        self.legs = legs
        self.authType = authType
    }

    var peer: SecurityPeer? { SecurityPeer(domain: "TOY", account: "toy\(key)", workstation: "") }

    /// Token n is [n, key].
    func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        let expected = isClient ? taken * 2 : taken * 2 + 1
        taken += 1
        if expected > 0 {
            guard token.count == 2, token[0] == UInt8(expected), token[1] == key else { throw .malformedToken }
        }
        let next = expected + 1
        guard next <= legs else { return SecurityStep(token: nil, finished: true) }
        return SecurityStep(token: [UInt8(next), key], finished: next == legs)
    }

    private func sum(_ message: ProtectedMessage, _ number: UInt32, _ fromClient: Bool) -> [UInt8] {
        var total: UInt32 = number &* 7919 &+ UInt32(key) &+ (fromClient ? 1 : 2)
        for index in message.signed {
            total = (total &* 31) &+ UInt32((message.base + index).load(as: UInt8.self))
        }
        return [UInt32(0x746f_7921), number, total].flatMap { value in (0..<4).map { UInt8(value >> ($0 * 8) & 0xff) } }
    }

    func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        for (index, byte) in sum(message, sent, isClient).enumerated() {
            (signature + index).storeBytes(of: byte, as: UInt8.self)
        }
        sent += 1
    }

    func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        defer { received += 1 }
        opened += 1
        return Array(signature) == sum(message, received, !isClient)
    }

    func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        sign(message, signature: signature)
        crypt(message)
    }

    func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        crypt(message)
        return verify(message, signature: signature)
    }

    private func crypt(_ message: ProtectedMessage) {
        for index in message.sealed {
            let byte = (message.base + index).load(as: UInt8.self)
            (message.base + index).storeBytes(of: byte ^ 0x5a ^ key, as: UInt8.self)
        }
    }

    func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) { [key].withUnsafeBytes { body($0) } }
}

/// A client and a server that know the toy mechanism: the server's key is the token's.
func toyDriver(
    level: ProtectionLevel? = .integrity, legs: Int = 3, limits: Limits = Limits(), signsHeaders: Bool = true,
    tamper: ((InMemoryDriver.Direction, inout [UInt8]) -> Void)? = nil
) throws -> InMemoryDriver {
    let driver = InMemoryDriver(server: ServerConnection(limits: limits), interfaces: [echo, other])
    driver.tamper = tamper
    driver.server.authTypes = [0xee]
    driver.acceptor = { ToyMechanism(isClient: false, key: $0.token.count == 2 ? $0.token[1] : 0, legs: legs) }
    if let level {
        let (context, token) = try toyContext(level, id: 1, key: 1, legs: legs)
        context.offersHeaderSigning = signsHeaders
        driver.client.secure(context, token: token)
    }
    try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
    driver.run()
    return driver
}

func toyContext(_ level: ProtectionLevel, id: UInt32, key: UInt8, legs: Int = 3) throws -> (SecurityContext, [UInt8]) {
    let context = SecurityContext(ToyMechanism(isClient: true, key: key, legs: legs), level: level, contextID: id)
    guard case .success(let step) = context.step([]), let token = step.token else { throw Unexpected() }
    return (context, token)
}

/// Whether a request has arrived as it was: a verification trailer leaves padding of up to three bytes behind.
func isSame(_ arrived: [UInt8], _ stub: [UInt8]) -> Bool {
    arrived.starts(with: stub) && arrived.count - stub.count < 4 && arrived[stub.count...].allSatisfy { $0 == 0 }
}
