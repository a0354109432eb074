// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Tokens, each with its length before it, to one side of SPNEGO, which has NTLMSSP. The first byte says which. Whoever
// sends them knows no password: neither side may ever be content.

import Security

private let time: UInt64 = 133_000_000_000_000_000

private func initiator() -> SPNEGOInitiator {
    let ntlm = SPNEGOOffer(oids: [SPNEGO.ntlm]) {
        NTLMInitiator(
            credentials: NTLMCredentials(user: "alice", domain: "LAB", workstation: "WS", ntHash: Secret(count: 16)),
            targetName: "host/server", time: time, random: Secret((1...24).map { UInt8($0) }))
    }
    return SPNEGOInitiator([ntlm, SPNEGOOffer(oids: [[1, 2, 3]], make: ntlm.make)])
}

private func acceptor() -> SPNEGOAcceptor {
    SPNEGOAcceptor([
        SPNEGOOffer(oids: [SPNEGO.ntlm]) {
            NTLMAcceptor(
                names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: .privacy, time: time,
                random: Array(1...8)
            ) { _, _ in Secret((50...65).map { UInt8($0) }) }
        }
    ])
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let side: any SecurityMechanism
    if input.byte() & 1 == 0 {
        side = acceptor()
    } else {
        side = initiator()
        require(step(side, [])?.token != nil, "the client does not begin")
    }
    for _ in 0..<8 where !input.isEmpty {
        let result = step(side, input.take(input.word()))
        require(!(result?.finished ?? false), "tokens of nobody are accepted")
        require(side.peer == nil, "nobody is somebody")
        side.withSessionKey { require($0.isEmpty, "a key before the end") }
    }
}

private func step(_ side: any SecurityMechanism, _ token: [UInt8]) -> SecurityStep? {
    token.withUnsafeBytes { try? side.step($0) }
}

/// An exchange as far as it comes without the password.
func seeds() -> [[UInt8]] {
    let (client, server) = (initiator(), acceptor())
    var (toServer, toClient): ([UInt8], [UInt8]) = ([0], [1])
    var token = step(client, [])?.token ?? []
    for _ in 0..<3 {
        append(token, to: &toServer)
        guard let answer = step(server, token)?.token else { break }
        append(answer, to: &toClient)
        guard let next = step(client, answer)?.token else { break }
        token = next
    }
    return [toServer, toClient]
}

private func append(_ token: [UInt8], to stream: inout [UInt8]) {
    stream += [UInt8(truncatingIfNeeded: token.count), UInt8(truncatingIfNeeded: token.count >> 8)] + token
}
