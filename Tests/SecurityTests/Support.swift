// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// Hexadecimal digits, with any white space between them.
func bytes(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue.map { UInt8($0) } }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func hex(_ secret: borrowing Secret) -> String {
    secret.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func password(_ text: String) -> Secret {
    Array(text.utf8).withBytes { NTLMCredentials.ntHash(password: $0) } ?? Secret(count: 16)
}

/// Runs one of a mechanism's four operations on the whole of `data`.
func protect<R>(
    _ data: inout [UInt8], _ signature: inout [UInt8], _ body: (ProtectedMessage, UnsafeMutableRawPointer) -> R
) -> R {
    data.withUnsafeMutableBytes { data in
        signature.withUnsafeMutableBytes { signature in
            body(
                ProtectedMessage(base: data.baseAddress!, signed: 0..<data.count, sealed: 0..<data.count),
                signature.baseAddress!)
        }
    }
}

extension SecurityMechanism {
    func step(_ token: [UInt8]) throws(SecurityError) -> SecurityStep {
        try token.withBytes { (buffer) throws(SecurityError) in try step(buffer) }
    }

    func signed(_ data: [UInt8]) -> [UInt8] {
        var (data, signature) = (data, [UInt8](repeating: 0, count: signatureSize))
        protect(&data, &signature) { sign($0, signature: $1) }
        return signature
    }

    func verifies(_ data: [UInt8], _ signature: [UInt8]) -> Bool {
        var (data, signature) = (data, signature)
        let size = signature.count
        return protect(&data, &signature) {
            verify($0, signature: UnsafeRawBufferPointer(start: $1, count: size))
        }
    }
}

/// Both sides of an exchange, with everything fixed that is random or time.
struct Exchange {
    let client: NTLMInitiator
    let server: NTLMAcceptor

    init(
        level: ProtectionLevel = .privacy, user: String = "alice", domain: String = "LAB",
        password secret: String = "secret", known: String = "secret"
    ) {
        client = NTLMInitiator(
            credentials: NTLMCredentials(
                user: user, domain: domain, workstation: "WS", ntHash: password(secret)),
            targetName: "host/server.lab", time: 133_000_000_000_000_000, random: Secret((1...24).map { UInt8($0) }))
        server = NTLMAcceptor(
            names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: level, time: 133_000_000_000_000_000,
            random: Array(11...18)
        ) { domain, user in
            domain == "LAB" && user == "alice" ? password(known) : nil
        }
    }

    /// The three messages, as far as they come; throws what the side that refuses throws.
    @discardableResult
    func run(
        negotiate: ([UInt8]) -> [UInt8] = { $0 }, challenge: ([UInt8]) -> [UInt8] = { $0 },
        authenticate: ([UInt8]) -> [UInt8] = { $0 }
    ) throws(SecurityError) -> [[UInt8]] {
        let one = negotiate(try client.step([]).token ?? [])
        let two = challenge(try server.step(one).token ?? [])
        let last = try client.step(two)
        let three = authenticate(last.token ?? [])
        let end = try server.step(three)
        #expect(last.finished && end.finished && end.token == nil)
        return [one, two, three]
    }
}
