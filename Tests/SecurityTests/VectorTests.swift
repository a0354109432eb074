// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// The worked example of [MS-NLMP] 4.2: user "User" of "Domain", password "Password", every challenge and key fixed.
@Suite struct VectorTests {
    private let serverChallenge = bytes("01 23 45 67 89 ab cd ef")
    private let clientChallenge = [UInt8](repeating: 0xaa, count: 8)

    private var ntHash: Secret { password("Password") }
    private var responseKey: Secret { NTLMv2.responseKey(ntHash: ntHash, user: "User", domain: "Domain") }

    /// 4.2.4: NetBIOS names of the domain, then of the server.
    private var targetInfo: AVPairs {
        var pairs = AVPairs()
        pairs[.domainName] = utf16LE("Domain")
        pairs[.computerName] = utf16LE("Server")
        return pairs
    }

    private var temp: [UInt8] {
        NTLMv2.temp(time: 0, clientChallenge: clientChallenge, targetInfo: targetInfo.bytes ?? [])
    }

    private var proof: Secret {
        temp.withBytes { NTLMv2.proof(responseKey, serverChallenge: serverChallenge, temp: $0) }
    }

    @Test func hashesThePassword() {
        // 4.2.2.1.2
        #expect(hex(ntHash) == "a4f49c406510bdcab6824ee7c30fd852")
    }

    @Test func derivesTheResponseKey() {
        // 4.2.4.1.1
        #expect(hex(responseKey) == "0c868a403bfd7a93a3001ef22ef02e3f")
    }

    @Test func computesTheResponses() {
        // 4.2.4.2.1 and 4.2.4.2.2
        let lm = NTLMv2.lmResponse(responseKey, serverChallenge: serverChallenge, clientChallenge: clientChallenge)
        #expect(lm == bytes("86c35097ac9cec102554764a57cccc19 aaaaaaaaaaaaaaaa"))
        #expect(hex(proof) == "68cd0ab851e51c96aabc927bebef6a1c")
    }

    @Test func encryptsTheSessionKey() {
        // 4.2.4.1.2 and 4.2.4.2.3
        let base = NTLMv2.sessionBaseKey(responseKey, proof: proof)
        #expect(hex(base) == "8de40ccadbc14a82f15cb0ad0de95ca3")
        let key = Secret([UInt8](repeating: 0x55, count: 16))
        ARCFOUR(base).crypt(key.mutableBytes)
        #expect(hex(key) == "c5dad2544fc9799094ce1ce90bc9d03e")
    }

    @Test func writesTheChallengeMessage() throws {
        // 4.2.4.3, which also shows that version and order of the fields are read as they stand there.
        let message = bytes(
            """
            4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000 2400240044000000
            060070170000000f 530065007200760065007200 02000c0044006f006d00610069006e00 01000c00530065007200760065007200
            00000000
            """)
        let read = try message.withUnsafeBytes { try ChallengeMessage($0) }
        #expect(read.flags.rawValue == 0xe28a_8233)
        #expect(read.challenge == serverChallenge)
        #expect(read.targetName == utf16LE("Server"))
        #expect(read.targetInfo == targetInfo)
        #expect(read.flags.isSuperset(of: .required))
        var written = read.bytes
        // The product version differs, as it may.
        written.replaceSubrange(48..<56, with: message[48..<56])
        #expect(written == message)
    }

    @Test func derivesKeysAndSeals() {
        // 4.2.4.4
        let key = Secret([UInt8](repeating: 0x55, count: 16))
        #expect(hex(NTLMv2.derivedKey(key, NTLMv2.clientSealing)) == "59f600973cc4960a25480a7c196e4c58")
        #expect(hex(NTLMv2.derivedKey(key, NTLMv2.clientSigning)) == "4788dc861b4782f35d43fd98fe1a2d39")
        let session = NTLMSession(key, isClient: true)
        var (data, signature) = (utf16LE("Plaintext"), [UInt8](repeating: 0, count: 16))
        protect(&data, &signature) { session.seal($0, signature: $1) }
        #expect(data == bytes("54e50165bf1936dc996020c1811b0f06fb5f"))
        #expect(signature == bytes("01000000 7fb38ec5c55d4976 00000000"))
    }

    @Test func mapsCapitalsOneToOne() {
        #expect(uppercased("straße-äöü-ﬁ-ŉ") == "STRAßE-ÄÖÜ-ﬁ-ŉ")
        #expect(hex(password("Grüße😀")) == hex(md4(utf16LE("Grüße😀"))))
        let isNoText = [0xc3, 0x28].withBytes { (bytes) -> Bool in NTLMCredentials.ntHash(password: bytes) == nil }
        #expect(isNoText)
    }

    private func md4(_ data: [UInt8]) -> Secret { data.withBytes { Primitive.md4($0) } }
}
