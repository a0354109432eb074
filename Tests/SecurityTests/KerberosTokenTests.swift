// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// The frame that a first token may have (RFC 2743 3.1).
@Suite struct KerberosTokenTests {
    private let request: [UInt8] = [0x6e, 3, 0x30, 1, 0]

    private func framed(_ oid: [UInt8], _ id: [UInt8] = [1, 0]) -> [UInt8] {
        der(0x60, der(0x06, oid) + id + request)
    }

    private func unframed(_ token: [UInt8]) throws(SecurityError) -> [UInt8] {
        try token.withBytes { (bytes) throws(SecurityError) in Array(try KerberosAcceptor.unframed(bytes)) }
    }

    @Test func framesOfBothNames() throws {
        #expect(try unframed(request) == request)
        #expect(try unframed(framed(SPNEGO.kerberos)) == request)
        #expect(try unframed(framed(SPNEGO.microsoftKerberos)) == request)
        // A length of more bytes than it needs.
        let long = [0x06, 0x81, UInt8(SPNEGO.kerberos.count)] + SPNEGO.kerberos + [1, 0] + request
        #expect(try unframed(der(0x60, long)) == request)
    }

    @Test func otherFrames() {
        #expect(throws: SecurityError.self) { try unframed(framed(SPNEGO.ntlm)) }
        #expect(throws: SecurityError.self) { try unframed(framed(SPNEGO.kerberos, [2, 0])) }
        #expect(throws: SecurityError.self) { try unframed(der(0x60, der(0x06, SPNEGO.kerberos))) }
        #expect(throws: SecurityError.self) { try unframed(der(0x60, der(0x06, SPNEGO.kerberos) + [1])) }
        #expect(throws: SecurityError.self) { try unframed(framed(SPNEGO.kerberos) + [0]) }
        let whole = framed(SPNEGO.kerberos)
        for count in 1..<whole.count { #expect(throws: SecurityError.self) { try unframed(Array(whole[..<count])) } }
    }
}
