// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Security
import Transport
import Wire

/// Both cores and a mechanism between them, with everything fixed that is random or time.
enum Mechanism: CaseIterable, Sendable {
    case ntlm
    case spnego
    case schannel

    var authType: UInt8 {
        switch self {
        case .ntlm: return NTLM.authType
        case .spnego: return SPNEGO.authType
        case .schannel: return Schannel.authType
        }
    }
    private static let time: UInt64 = 133_000_000_000_000_000
    private static let identity = NetlogonIdentity(computer: "WS", account: "WS$", channelType: 2)
    private static let challenges = NetlogonChallenges(client: 0x0807_0605_0403_0201, server: 0x1817_1615_1413_1211)

    private static func hash(_ password: String) -> Secret {
        var bytes: [UInt8] = []
        Array(password.utf8).withUnsafeBytes { utf8 in
            if let hash = NTLMCredentials.ntHash(password: utf8) { bytes = Array(hash.bytes) }
        }
        return Secret(bytes)
    }

    private func ntlmInitiator(_ password: String) -> NTLMInitiator {
        NTLMInitiator(
            credentials: NTLMCredentials(
                user: "alice", domain: "LAB", workstation: "WS", ntHash: Mechanism.hash(password)),
            targetName: "host/server", time: Mechanism.time, random: Secret((1...24).map { UInt8($0) }))
    }

    private func ntlmAcceptor(_ level: ProtectionLevel) -> NTLMAcceptor {
        NTLMAcceptor(
            names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: level, time: Mechanism.time,
            random: Array(1...8)
        ) { _, user in user == "alice" ? Mechanism.hash("secret") : nil }
    }

    func initiator(_ level: ProtectionLevel, password: String = "secret") throws -> any SecurityMechanism {
        switch self {
        case .ntlm: return ntlmInitiator(password)
        case .spnego:
            return SPNEGOInitiator([SPNEGOOffer(oids: [SPNEGO.ntlm]) { self.ntlmInitiator(password) }])
        case .schannel:
            let credentials = try NetlogonCredentials.client(
                Mechanism.identity, Mechanism.challenges, ntHash: Mechanism.hash(password), flags: .all)
            return SchannelInitiator(
                credentials: credentials, domain: "LAB", level: level, random: Secret((1...16).map { UInt8($0) }))
        }
    }

    func acceptor(_ level: ProtectionLevel) -> any SecurityMechanism {
        switch self {
        case .ntlm: return ntlmAcceptor(level)
        case .spnego: return SPNEGOAcceptor([SPNEGOOffer(oids: [SPNEGO.ntlm]) { self.ntlmAcceptor(level) }])
        case .schannel:
            return SchannelAcceptor(
                domain: SchannelDomain(name: "LAB", dnsName: "lab.test"), level: level,
                random: Secret((17...32).map { UInt8($0) })
            ) { _ in
                // The client's half is the same as the server's, but for who speaks.
                try? NetlogonCredentials.client(
                    Mechanism.identity, Mechanism.challenges, ntHash: Mechanism.hash("secret"), flags: .all)
            }
        }
    }

    /// A driver whose client has asked for a bind; `run` it.
    func driver(
        _ level: ProtectionLevel, password: String = "secret", signsHeaders: Bool = true, chunk: Int = .max,
        tamper: ((InMemoryDriver.Direction, inout [UInt8]) -> Void)? = nil
    ) throws -> InMemoryDriver {
        let driver = InMemoryDriver(client: ClientConnection(), interfaces: [echo, other])
        driver.chunk = chunk
        driver.tamper = tamper
        driver.server.authTypes = Mechanism.allCases.map(\.authType)
        driver.acceptor = { request in
            Mechanism.allCases.first { $0.authType == request.authType }?.acceptor(request.level)
        }
        let context = SecurityContext(try initiator(level, password: password), level: level, contextID: 1)
        context.offersHeaderSigning = signsHeaders
        guard case .success(let step) = context.step([]), let token = step.token else { throw Unexpected() }
        driver.client.secure(context, token: token)
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
        return driver
    }

    /// The same with the bind done.
    func bound(
        _ level: ProtectionLevel, signsHeaders: Bool = true,
        tamper: ((InMemoryDriver.Direction, inout [UInt8]) -> Void)? = nil
    ) throws -> InMemoryDriver {
        let driver = try driver(level, signsHeaders: signsHeaders, tamper: tamper)
        driver.run()
        guard driver.isAccepted else { throw Unexpected() }
        return driver
    }
}

struct Unexpected: Error {}

extension InMemoryDriver {
    var isAccepted: Bool {
        if case .accepted = negotiations.last?.outcome { return true }
        return false
    }

    /// Puts bytes on the way to the server, as if the client had sent them.
    func inject(_ bytes: [UInt8]) throws {
        try push(bytes, to: &client.outbox.writer)
        run()
    }
}

extension Array where Element == UInt8 {
    /// A token's PDU: the place of its sec_trailer.
    var trailer: Int { count - Int(self[10]) - Int(self[11]) << 8 - 8 }
}
