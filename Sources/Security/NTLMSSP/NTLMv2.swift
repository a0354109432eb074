// SPDX-License-Identifier: LGPL-3.0-or-later

/// The computations of [MS-NLMP] 3.3.2 and 3.4.5.
enum NTLMv2 {
    /// NTOWFv1: what a password is to every other computation.
    static func ntHash(passwordUTF16LE: UnsafeRawBufferPointer) -> Secret { Primitive.md4(passwordUTF16LE) }

    /// NTOWFv2.
    static func responseKey(ntHash: borrowing Secret, user: String, domain: String) -> Secret {
        let name = utf16LE(uppercased(user)) + utf16LE(domain)
        return name.withBytes { Primitive.hmacMD5(ntHash, $0) }
    }

    /// The blob behind the proof: versions, time, client challenge and the target information.
    static func temp(time: UInt64, clientChallenge: [UInt8], targetInfo: [UInt8]) -> [UInt8] {
        var temp: [UInt8] = [1, 1, 0, 0, 0, 0, 0, 0]
        appendLE(time, to: &temp)
        temp += clientChallenge
        temp += [0, 0, 0, 0]
        temp += targetInfo
        return temp + [0, 0, 0, 0]
    }

    /// NTProofStr.
    static func proof(_ responseKey: borrowing Secret, serverChallenge: [UInt8], temp: UnsafeRawBufferPointer) -> Secret
    {
        serverChallenge.withBytes { Primitive.hmacMD5(responseKey, $0, temp) }
    }

    static func lmResponse(
        _ responseKey: borrowing Secret, serverChallenge: [UInt8], clientChallenge: [UInt8]
    ) -> [UInt8] {
        let digest = serverChallenge.withBytes { server in
            clientChallenge.withBytes { Primitive.hmacMD5(responseKey, server, $0) }
        }
        return Array(digest.bytes) + clientChallenge
    }

    static func sessionBaseKey(_ responseKey: borrowing Secret, proof: borrowing Secret) -> Secret {
        Primitive.hmacMD5(responseKey, proof.bytes)
    }

    /// The integrity code over the three messages, the third with zeros where the code goes.
    static func integrityCode(
        _ key: borrowing Secret, negotiate: [UInt8], challenge: [UInt8], authenticate: [UInt8]
    ) -> Secret {
        negotiate.withBytes { one in
            challenge.withBytes { two in
                authenticate.withBytes { Primitive.hmacMD5(key, one, two, $0) }
            }
        }
    }

    /// SIGNKEY and SEALKEY with 128 bits ([MS-NLMP] 3.4.5.2, 3.4.5.3).
    static func derivedKey(_ sessionKey: borrowing Secret, _ purpose: StaticString) -> Secret {
        let constant = UnsafeRawBufferPointer(start: purpose.utf8Start, count: purpose.utf8CodeUnitCount)
        let end: [UInt8] = [0]
        return end.withBytes { Primitive.md5(sessionKey.bytes, constant, $0) }
    }

    static var clientSigning: StaticString { "session key to client-to-server signing key magic constant" }
    static var serverSigning: StaticString { "session key to server-to-client signing key magic constant" }
    static var clientSealing: StaticString { "session key to client-to-server sealing key magic constant" }
    static var serverSealing: StaticString { "session key to server-to-client sealing key magic constant" }
}
