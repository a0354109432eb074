// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// The messages of an established secure channel ([MS-NRPC] 3.3.4.2).
///
/// One counter numbers the messages of both directions, so they have to alternate: a peer that sends while an answer is
/// on its way is out of step.
final class SchannelSession {
    /// NL_AUTH_SHA2_SIGNATURE, of whose checksum only 8 bytes are used; NL_AUTH_SIGNATURE.
    static let aesSignatureSize = 56
    static let legacySignatureSize = 32
    private static let sequenceOffset = 8
    private static let checksumOffset = 16
    private static let confounderOffset = 24

    private let isAES: Bool
    private let isClient: Bool
    private let key: Secret
    private let code: KeyedSHA256
    private let numbering: AES128
    private let sealing: AES128
    private let sealingKey: Secret
    private let confounders: AES128
    private var sequence: UInt64 = 0

    /// `random` has 16 fresh random bytes.
    init(_ sessionKey: consuming Secret, isAES: Bool, isClient: Bool, random: borrowing Secret) {
        self.isAES = isAES
        self.isClient = isClient
        code = KeyedSHA256(sessionKey)
        numbering = AES128(sessionKey)
        sealingKey = sessionKey.copy()
        for index in 0..<16 { sealingKey.mutableBytes[index] ^= 0xf0 }
        sealing = AES128(sealingKey)
        confounders = AES128(random)
        key = sessionKey
    }

    var signatureSize: Int { isAES ? SchannelSession.aesSignatureSize : SchannelSession.legacySignatureSize }

    /// Windows leaves away what it does not use.
    func accepts(signatureSize size: Int, sealed: Bool) -> Bool {
        let least = (isAES ? 48 : 24) + (sealed ? 8 : 0)
        return (least...signatureSize).contains(size)
    }

    // MARK: Messages

    func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer, sealed: Bool) {
        memset(signature, 0, signatureSize)
        let number = nextNumber(fromClient: isClient)
        let confounder = sealed ? confounders.randomBytes(sequence) : nil
        let header = self.header(sealed: sealed)
        let checksum = self.checksum(header, confounder, message.signedBytes)
        if let confounder {
            signature.storeBytes(
                of: crypt(confounder, message.sealedBytes, number: number, encrypt: true),
                toByteOffset: SchannelSession.confounderOffset, as: UInt64.self)
        }
        signature.storeBytes(of: header, as: UInt64.self)
        signature.storeBytes(
            of: encrypted(number, checksum), toByteOffset: SchannelSession.sequenceOffset, as: UInt64.self)
        signature.storeBytes(of: checksum, toByteOffset: SchannelSession.checksumOffset, as: UInt64.self)
    }

    /// Decrypts in place where `sealed`, then verifies; after false the content is worthless.
    func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer, sealed: Bool) -> Bool {
        guard accepts(signatureSize: signature.count, sealed: sealed) else { return false }
        let number = nextNumber(fromClient: !isClient)
        let header = self.header(sealed: sealed)
        var confounder: UInt64?
        if sealed {
            let given = signature.loadUnaligned(fromByteOffset: SchannelSession.confounderOffset, as: UInt64.self)
            confounder = crypt(given, message.sealedBytes, number: number, encrypt: false)
        }
        var expected = (header, UInt64(0), checksum(header, confounder, message.signedBytes))
        expected.1 = encrypted(number, expected.2)
        return withUnsafeBytes(of: expected) {
            equalInConstantTime($0, UnsafeRawBufferPointer(rebasing: signature[..<SchannelSession.confounderOffset]))
        }
    }

    // MARK: Parts

    /// Signature and seal algorithm, padding, flags; in memory order.
    private func header(sealed: Bool) -> UInt64 {
        let algorithms: UInt64 = isAES ? (sealed ? 0x001a_0013 : 0xffff_0013) : (sealed ? 0x007a_0077 : 0xffff_0077)
        return (0xffff_0000_0000 | algorithms).littleEndian
    }

    /// CopySeqNumber: both halves big-endian, the low one first, and who speaks.
    private func nextNumber(fromClient: Bool) -> UInt64 {
        let low = UInt32(truncatingIfNeeded: sequence)
        let high = UInt32(truncatingIfNeeded: sequence >> 32) | (fromClient ? 0x8000_0000 : 0)
        sequence &+= 1
        return (UInt64(low) << 32 | UInt64(high)).bigEndian
    }

    private func checksum(_ header: UInt64, _ confounder: UInt64?, _ message: UnsafeRawBufferPointer) -> UInt64 {
        var digest: (UInt64, UInt64) = (0, 0)
        if isAES {
            code.update(header)
            if let confounder { code.update(confounder) }
            code.update(message)
            withUnsafeMutableBytes(of: &digest) { if let base = $0.baseAddress { code.digest(into: base, count: 8) } }
            return digest.0
        }
        let zero: UInt32 = 0
        var start: [UInt8] = []
        appendLE(zero, to: &start)
        withUnsafeBytes(of: header) { start += $0 }
        if let confounder { withUnsafeBytes(of: confounder) { start += $0 } }
        let inner = start.withBytes { Primitive.md5($0, message) }
        let outer = Primitive.hmacMD5(key, inner.bytes)
        withUnsafeMutableBytes(of: &digest) { $0.copyMemory(from: outer.bytes) }
        return digest.0
    }

    /// The number is hidden with a key of the checksum.
    private func encrypted(_ number: UInt64, _ checksum: UInt64) -> UInt64 {
        var value = number
        withUnsafeMutableBytes(of: &value) { value in
            if isAES {
                var vector = CFB8Vector(checksum)
                numbering.crypt(value, &vector, encrypt: true)
            } else {
                ARCFOUR(SchannelSession.legacyKey(key, checksum)).crypt(value)
            }
        }
        return value
    }

    /// Encrypts or decrypts the message; returns the confounder that way too.
    private func crypt(
        _ confounder: UInt64, _ message: UnsafeMutableRawBufferPointer, number: UInt64, encrypt: Bool
    ) -> UInt64 {
        var value = confounder
        if isAES {
            var vector = CFB8Vector(number)
            withUnsafeMutableBytes(of: &value) { sealing.crypt($0, &vector, encrypt: encrypt) }
            sealing.crypt(message, &vector, encrypt: encrypt)
        } else {
            let key = SchannelSession.legacyKey(sealingKey, number)
            withUnsafeMutableBytes(of: &value) { ARCFOUR(key).crypt($0) }
            ARCFOUR(key).crypt(message)
        }
        return value
    }

    private static func legacyKey(_ key: borrowing Secret, _ what: UInt64) -> Secret {
        let zero: UInt32 = 0
        let first = withUnsafeBytes(of: zero) { Primitive.hmacMD5(key, $0) }
        return withUnsafeBytes(of: what) { Primitive.hmacMD5(first, $0) }
    }
}
