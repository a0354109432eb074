// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// Two sides whose permissions and messages a test chooses.
private final class Pair {
    let client: NTLMInitiator
    private(set) var server: NTLMAcceptor
    private(set) var lookups = 0

    init(
        _ level: ProtectionLevel = .privacy, permissions: NTLMPermissions = [], user: String = "alice",
        version1: Bool = false, password secret: String = "secret"
    ) {
        let credentials = NTLMCredentials(
            user: user, domain: "LAB", workstation: "WS", ntHash: password(secret)
        ).with(usesNTLMv1: version1)
        client = NTLMInitiator(
            credentials: credentials, targetName: "host/server.lab", time: 133_000_000_000_000_000,
            random: Secret((1...24).map { UInt8($0) }))
        let names = NTLMServerNames(domain: "LAB", computer: "SERVER")
        server = NTLMAcceptor(
            names: names, level: level, time: 133_000_000_000_000_000, random: Pair.serverChallenge,
            accounts: .local { _, _ in nil }, permissions: permissions)
        server = NTLMAcceptor(
            names: names, level: level, time: 133_000_000_000_000_000, random: Pair.serverChallenge,
            accounts: .local { [unowned self] domain, user in
                lookups += 1
                return domain == "LAB" && user == "alice" ? password("secret") : nil
            }, permissions: permissions)
    }

    static var serverChallenge: [UInt8] { Array(11...18) }
    static var clientChallenge: [UInt8] { Array(1...8) }

    /// What the client answers to a challenge that was changed.
    func answer(_ change: (inout ChallengeMessage) -> Void = { _ in }) throws -> AuthenticateMessage {
        let bytes = try server.step(try client.step([]).token ?? []).token ?? []
        var challenge = try bytes.withBytes { (bytes) throws(SecurityError) in try ChallengeMessage(bytes) }
        change(&challenge)
        let answer = try client.step(challenge.bytes).token ?? []
        return try answer.withBytes { (bytes) throws(SecurityError) in try AuthenticateMessage(bytes) }
    }

    /// What the server makes of an answer that was changed, or is somebody's own.
    @discardableResult
    func run(_ change: (inout AuthenticateMessage) -> Void = { _ in }) throws -> Pair {
        let challenge = try server.step(try client.step([]).token ?? []).token ?? []
        var bytes = try client.step(challenge).token ?? []
        let before = try bytes.withBytes { (bytes) throws(SecurityError) in try AuthenticateMessage(bytes) }
        var message = before
        change(&message)
        if message != before { bytes = message.bytes }
        _ = try server.step(bytes)
        return self
    }

    /// Whether each side takes the other's messages.
    var agree: Bool {
        server.verifies([1, 2, 3], client.signed([1, 2, 3])) && client.verifies([4], server.signed([4]))
    }

    func key(_ side: any SecurityMechanism) -> [UInt8] {
        var key: [UInt8] = []
        side.withSessionKey { key = Array($0) }
        return key
    }
}

/// A client that was not told to answer with NTLMv1 does not, whatever the server says.
@Suite struct ClientDowngradeTests {
    private func isNTLMv2(_ message: AuthenticateMessage) -> Bool {
        let temp = Array(message.ntResponse.dropFirst(16))
        let key = NTLMv2.responseKey(ntHash: password("secret"), user: "alice", domain: "LAB")
        let proof = temp.withBytes { NTLMv2.proof(key, serverChallenge: Pair.serverChallenge, temp: $0) }
        let lm = NTLMv2.lmResponse(
            key, serverChallenge: Pair.serverChallenge, clientChallenge: Pair.clientChallenge)
        return message.ntResponse.count >= 48 && message.ntResponse.starts(with: Array(proof.bytes))
            && (message.lmResponse == lm || message.lmResponse.allSatisfy { $0 == 0 })
    }

    @Test func everyFlag() throws {
        #expect(isNTLMv2(try Pair().answer()))
        for bit in 0..<32 {
            // A flag that is not there, and one that is.
            for change: (NTLMFlags) -> NTLMFlags in [
                { $0.subtracting(NTLMFlags(rawValue: 1 << bit)) }, { $0.union(NTLMFlags(rawValue: 1 << bit)) },
            ] {
                let pair = Pair()
                do {
                    let message = try pair.answer { $0.flags = change($0.flags) }
                    #expect(isNTLMv2(message), "bit \(bit)")
                    // NTLMSSP_NEGOTIATE_LM_KEY, _DATAGRAM, NTLMSSP_REQUEST_NON_NT_SESSION_KEY: not offered, not taken.
                    #expect(message.flags.isSubset(of: .offered), "bit \(bit)")
                } catch SecurityError.downgraded {
                    #expect(NTLMFlags.required.rawValue & 1 << bit != 0, "bit \(bit)")
                }
            }
        }
    }

    @Test func aServerThatSaysNothingOfItself() throws {
        #expect(isNTLMv2(try Pair().answer { $0.targetInfo = AVPairs() }))
        #expect(isNTLMv2(try Pair().answer { $0.targetInfo[.timestamp] = nil }))
        #expect(isNTLMv2(try Pair().answer { $0.targetInfo[.timestamp] = [1, 2, 3] }))
        #expect(isNTLMv2(try Pair().answer { $0.targetInfo[.flags] = [0, 0, 0, 0] }))
    }

    /// Whoever is told to use NTLMv1 has no LM response with it either: there is a challenge in its place.
    @Test func toldToAndStillNoLM() throws {
        let message = try Pair(version1: true).answer()
        #expect(message.isVersion1)
        #expect(message.lmResponse == Pair.clientChallenge + [UInt8](repeating: 0, count: 16))
        #expect(throws: SecurityError.downgraded) {
            try Pair(version1: true).answer { $0.flags.remove(.extendedSessionSecurity) }
        }
    }
}

/// What a server takes from clients that it was not told to take.
@Suite struct ServerDowngradeTests {
    @Test(arguments: ProtectionLevel.allCases)
    func version1NeedsLeave(_ level: ProtectionLevel) throws {
        for permissions: NTLMPermissions in [[], .anonymous] {
            let pair = Pair(level, permissions: permissions, version1: true)
            #expect(throws: SecurityError.logonFailure) { try pair.run() }
            #expect(pair.lookups == 0 && pair.server.peer == nil && pair.key(pair.server).isEmpty)
        }
        let pair = try Pair(level, permissions: .ntlmV1, version1: true).run()
        #expect(pair.agree && pair.server.peer?.account == "alice")
        #expect(pair.key(pair.client) == pair.key(pair.server) && pair.key(pair.server).count == 16)
        // Leave to use it is no duty.
        #expect(try Pair(level, permissions: .ntlmV1).run().agree)
    }

    @Test func version1WithTheWrongProof() {
        func refused(
            _ error: SecurityError = .logonFailure, _ change: @escaping (inout AuthenticateMessage) -> Void
        ) {
            #expect(throws: error) { try Pair(permissions: [.ntlmV1, .anonymous], version1: true).run(change) }
        }
        #expect(throws: SecurityError.logonFailure) {
            try Pair(permissions: .ntlmV1, version1: true, password: "Secret").run()
        }
        for index in 0..<24 { refused { $0.ntResponse[index] ^= 1 } }
        for index in 0..<8 { refused { $0.lmResponse[index] ^= 1 } }
        // Without session security the response is to the server's challenge alone, and whoever chooses that has tables.
        let plain = NTLMv1.response(ntHash: password("secret"), challenge: Pair.serverChallenge)
        refused { $0.ntResponse = plain }
        refused {
            $0.ntResponse = plain
            $0.lmResponse = plain
        }
        refused(.downgraded) {
            $0.ntResponse = plain
            $0.flags.remove(.extendedSessionSecurity)
        }
        refused { $0.lmResponse = [] }
        refused { $0.lmResponse.removeLast() }
        refused { $0.ntResponse.removeLast() }
        refused { $0.ntResponse.append(0) }
    }

    /// Responses without one of NT's: LM's, LMv2's, none.
    @Test func neverLM() {
        let key = NTLMv2.responseKey(ntHash: password("secret"), user: "alice", domain: "LAB")
        let lm2 = NTLMv2.lmResponse(
            key, serverChallenge: Pair.serverChallenge, clientChallenge: Pair.clientChallenge)
        for response in [lm2, [UInt8](repeating: 0, count: 24), [UInt8](repeating: 7, count: 24), [0], []] {
            for version1 in [true, false] {
                let pair = Pair(permissions: [.ntlmV1, .anonymous], version1: version1)
                #expect(throws: SecurityError.logonFailure) {
                    try pair.run {
                        $0.ntResponse = []
                        $0.lmResponse = response
                    }
                }
                #expect(pair.lookups == 0)
            }
        }
    }

    /// A domain controller is asked for NTLMv1 with what both have drawn, and only where that is allowed.
    @Test func version1AtAController() throws {
        for permissions: NTLMPermissions in [[], .ntlmV1] {
            var asked: NTLMLogonRequest?
            let pair = Pair(version1: true)
            let server = NTLMAcceptor(
                names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: .privacy, time: 1,
                random: Pair.serverChallenge,
                accounts: .remote { request, completed in
                    asked = request
                    completed(
                        .success(
                            NTLMLogon(
                                domain: "LAB", account: "alice", sids: [],
                                sessionBaseKey: NTLMv1.sessionBaseKey(ntHash: password("secret")))))
                    return {}
                }, permissions: permissions)
            let challenge = try server.step(try pair.client.step([]).token ?? []).token ?? []
            let last = try pair.client.step(challenge).token ?? []
            guard permissions.contains(.ntlmV1) else {
                #expect(throws: SecurityError.logonFailure) { try server.step(last) }
                #expect(asked == nil)
                continue
            }
            _ = try server.step(last)
            let request = try #require(asked)
            #expect(
                request.serverChallenge
                    == NTLMv1.challenge(server: Pair.serverChallenge, client: Pair.clientChallenge))
            #expect(request.ntResponse.count == 24 && request.lmResponse.isEmpty)
            #expect(server.verifies([1], pair.client.signed([1])))
        }
    }
}

/// What a controller makes a guest of has no session security ([MS-NLMP] 3.4): its key is zeros, which whoever sends
/// nonsense knows.
@Suite struct GuestTests {
    /// The last message of somebody without a password, who expects to become a guest.
    private func token(version1: Bool) -> [UInt8] {
        var message = AuthenticateMessage(flags: .offered)
        message.user = utf16LE("whoever")
        message.domain = utf16LE("LAB")
        message.lmResponse = [UInt8](repeating: 1, count: 24)
        message.ntResponse = [UInt8](repeating: 0, count: version1 ? 24 : 48)
        message.encryptedSessionKey = [UInt8](repeating: 2, count: 16)
        return message.bytes
    }

    @Test(arguments: [true, false])
    func aKeyOfZerosIsNone(_ version1: Bool) throws {
        for level in ProtectionLevel.allCases {
            let server = NTLMAcceptor(
                names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: level, time: 1,
                random: Pair.serverChallenge,
                accounts: .remote { _, completed in
                    completed(
                        .success(
                            NTLMLogon(domain: "LAB", account: "Guest", sids: [], sessionBaseKey: Secret(count: 16))))
                    return {}
                }, permissions: [.ntlmV1, .anonymous])
            _ = try server.step(NegotiateMessage(flags: .offered).bytes)
            let pending = try #require(try server.step(token(version1: version1)).pending)
            var refused = false
            pending.whenDone { if case .failure(.logonFailure) = $0 { refused = true } }
            #expect(refused && server.peer == nil, "\(level)")
        }
    }
}

/// Who logs on as nobody is nobody, and has no key of its own.
@Suite struct AnonymousTests {
    @Test(arguments: ProtectionLevel.allCases)
    func nobodyNeedsLeave(_ level: ProtectionLevel) throws {
        for permissions: NTLMPermissions in [[], .ntlmV1] {
            let pair = Pair(level, permissions: permissions, user: "")
            #expect(throws: SecurityError.logonFailure) { try pair.run() }
            #expect(pair.server.peer == nil)
        }
        let pair = try Pair(level, permissions: .anonymous, user: "").run()
        #expect(pair.agree && pair.lookups == 0)
        #expect(pair.server.peer == .anonymous && pair.server.peer?.account == "")
        #expect(pair.server.peer?.sids.map(\.parts) == [[7]])
    }

    /// What it exchanges is encrypted with zeros, so it is no key for anything.
    @Test func nobodyHasNoKey() throws {
        let pair = try Pair(permissions: .anonymous, user: "").run()
        #expect(pair.key(pair.server).isEmpty)
        #expect(pair.key(pair.client).isEmpty)
    }

    @Test func nobodyWithSomething() {
        func refused(_ error: SecurityError, user: String, _ change: @escaping (inout AuthenticateMessage) -> Void) {
            let pair = Pair(permissions: [.anonymous, .ntlmV1], user: user)
            #expect(throws: error) { try pair.run(change) }
            #expect(pair.server.peer == nil)
        }
        // A proof, and nobody who has it; somebody, and no proof; the flag of nobody on somebody.
        refused(.malformedToken, user: "alice") { $0.user = [] }
        refused(.logonFailure, user: "") { $0.lmResponse = [1] }
        refused(.logonFailure, user: "") { $0.ntResponse = [0] }
        refused(.logonFailure, user: "") { $0.user = [97, 0] }
        refused(.logonFailure, user: "alice") {
            $0.flags.insert(.anonymous)
            $0.ntResponse = []
            $0.lmResponse = []
        }
    }

    /// Samba's nobody does without session security where nothing is signed; nowhere else.
    @Test(arguments: ProtectionLevel.allCases)
    func withoutSessionSecurity(_ level: ProtectionLevel) throws {
        let pair = Pair(level, permissions: .anonymous, user: "")
        let run = {
            try pair.run {
                $0.flags.remove(.extendedSessionSecurity)
                $0.encryptedSessionKey = []
            }
        }
        if level == .connect {
            #expect(try run().server.peer == .anonymous)
        } else {
            #expect(throws: SecurityError.downgraded) { try run() }
        }
    }
}
