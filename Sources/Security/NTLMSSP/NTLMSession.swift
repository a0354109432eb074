// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// One direction of a session: its keys and where it stands ([MS-NLMP] 3.4.4.2, extended session security).
struct NTLMDirection: ~Copyable {
    private let code: KeyedMD5
    private var cipher: ARCFOUR
    private var sequence: UInt32 = 0

    init(_ sessionKey: borrowing Secret, signing: StaticString, sealing: StaticString) {
        code = KeyedMD5(NTLMv2.derivedKey(sessionKey, signing))
        cipher = ARCFOUR(NTLMv2.derivedKey(sessionKey, sealing))
    }

    /// Version 1, the encrypted start of the code, the sequence number. Each message has its own number.
    ///
    /// The code is over the plain text, but the cipher serves the text before the code: `sealing` is encrypted between.
    mutating func signature(
        of message: UnsafeRawBufferPointer, sealing: UnsafeMutableRawBufferPointer?,
        into signature: UnsafeMutableRawPointer
    ) {
        let number = sequence.littleEndian
        sequence &+= 1
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { digest in
            guard let base = digest.baseAddress else { return }
            withUnsafeBytes(of: number) { code.update($0) }
            code.update(message)
            code.digest(into: base)
            memcpy(signature + 4, base, 8)
        }
        if let sealing { cipher.crypt(sealing) }
        cipher.crypt(UnsafeMutableRawBufferPointer(start: signature + 4, count: 8))
        signature.storeBytes(of: UInt32(1).littleEndian, as: UInt32.self)
        signature.storeBytes(of: number, toByteOffset: 12, as: UInt32.self)
    }

    func crypt(_ data: UnsafeMutableRawBufferPointer) { cipher.crypt(data) }

    /// The signature of SPNEGO's list of mechanisms, or what it should be. The cipher stands afterwards where it stood
    /// before, while the number was used up ([MS-SPNG] 3.3.5.1).
    mutating func listCode(_ list: UnsafeRawBufferPointer, into signature: UnsafeMutableRawPointer) {
        let before = cipher.copy()
        self.signature(of: list, sealing: nil, into: signature)
        cipher = before
    }
}

/// An established session.
final class NTLMSession {
    static let signatureSize = 16

    private var outgoing: NTLMDirection
    private var incoming: NTLMDirection
    private let key: Secret

    init(_ sessionKey: consuming Secret, isClient: Bool) {
        let client = NTLMDirection(sessionKey, signing: NTLMv2.clientSigning, sealing: NTLMv2.clientSealing)
        let server = NTLMDirection(sessionKey, signing: NTLMv2.serverSigning, sealing: NTLMv2.serverSealing)
        if isClient {
            outgoing = client
            incoming = server
        } else {
            outgoing = server
            incoming = client
        }
        key = sessionKey
    }

    var keyBytes: UnsafeRawBufferPointer { key.bytes }

    func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        outgoing.signature(of: message.signedBytes, sealing: nil, into: signature)
    }

    func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        outgoing.signature(of: message.signedBytes, sealing: message.sealedBytes, into: signature)
    }

    func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: NTLMSession.signatureSize, alignment: 8) { expected in
            guard let base = expected.baseAddress else { return false }
            incoming.signature(of: message.signedBytes, sealing: nil, into: base)
            return equalInConstantTime(UnsafeRawBufferPointer(expected), signature)
        }
    }

    func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        incoming.crypt(message.sealedBytes)
        return verify(message, signature: signature)
    }

    // MARK: In SPNEGO

    func listCode(_ list: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: NTLMSession.signatureSize)
        code.withUnsafeMutableBytes { code in
            guard let base = code.baseAddress else { return }
            list.withBytes { outgoing.listCode($0, into: base) }
        }
        return code
    }

    func verifies(listCode code: [UInt8], _ list: [UInt8]) -> Bool {
        var expected = [UInt8](repeating: 0, count: NTLMSession.signatureSize)
        expected.withUnsafeMutableBytes { expected in
            guard let base = expected.baseAddress else { return }
            list.withBytes { incoming.listCode($0, into: base) }
        }
        return expected.withBytes { expected in code.withBytes { equalInConstantTime(expected, $0) } }
    }
}
