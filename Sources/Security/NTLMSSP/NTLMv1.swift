// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// The responses of NTLMv1 with extended session security ([MS-NLMP] 3.3.1), for those who still ask for them: DES, which
/// gives the NT hash away to whoever has hours for it.
enum NTLMv1 {
    static let responseSize = 24

    /// What the response is made of: the first eight bytes of MD5 over both challenges.
    static func challenge(server: [UInt8], client: [UInt8]) -> [UInt8] {
        let digest = server.withBytes { server in client.withBytes { Primitive.md5(server, $0) } }
        return Array(digest.bytes[..<8])
    }

    /// DESL: the challenge encrypted with each third of the hash.
    static func response(ntHash: borrowing Secret, challenge: [UInt8]) -> [UInt8] {
        precondition(ntHash.count == 16 && challenge.count == 8)
        let key = Secret(count: 21)
        key.mutableBytes.copyMemory(from: ntHash.bytes)
        let block = challenge.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        var response: [UInt8] = []
        for offset in [0, 7, 14] {
            withUnsafeBytes(of: DES.encrypt(block, key.bytes, offset)) { response += $0 }
        }
        return response
    }

    static func sessionBaseKey(ntHash: borrowing Secret) -> Secret { Primitive.md4(ntHash.bytes) }

    /// KXKEY ([MS-NLMP] 3.4.5.1).
    static func exchangeKey(_ base: borrowing Secret, server: [UInt8], client: [UInt8]) -> Secret {
        server.withBytes { server in client.withBytes { Primitive.hmacMD5(base, server, $0) } }
    }
}
