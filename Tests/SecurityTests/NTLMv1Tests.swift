// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// The example of [MS-NLMP] 4.2.3: "User" of "Domain" with the password "Password".
@Suite struct NTLMv1Tests {
    private let server: [UInt8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]
    private let client = [UInt8](repeating: 0xaa, count: 8)

    private func hash() -> Secret? {
        Array("Password".utf8).withBytes { NTLMCredentials.ntHash(password: $0) }
    }

    @Test func theResponse() throws {
        let response: [UInt8] = [
            0x75, 0x37, 0xf8, 0x03, 0xae, 0x36, 0x71, 0x28, 0xca, 0x45, 0x82, 0x04, 0xbd, 0xe7, 0xca, 0xf8, 0x1e, 0x97,
            0xed, 0x26, 0x83, 0x26, 0x72, 0x32,
        ]
        let known = hash() ?? Secret(count: 16)
        let made = NTLMv1.response(ntHash: known, challenge: NTLMv1.challenge(server: server, client: client))
        #expect(made == response)
    }

    @Test func theKey() {
        let key: [UInt8] = [
            0xeb, 0x93, 0x42, 0x9a, 0x8b, 0xd9, 0x52, 0xf8, 0xb8, 0x9c, 0x55, 0xb8, 0x7f, 0x47, 0x5e, 0xdc,
        ]
        let base = NTLMv1.sessionBaseKey(ntHash: hash() ?? Secret(count: 16))
        let made = NTLMv1.exchangeKey(base, server: server, client: client)
        #expect(Array(made.bytes) == key)
    }
}
