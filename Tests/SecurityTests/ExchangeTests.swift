// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// Our client with our server.
@Suite struct ExchangeTests {
    @Test func agreeOnKeysAndIdentity() throws {
        let exchange = Exchange()
        #expect(exchange.server.peer == nil)
        try exchange.run()
        #expect(exchange.server.peer == SecurityPeer(domain: "LAB", account: "alice", workstation: "WS"))
        var keys: [[UInt8]] = []
        exchange.client.withSessionKey { keys.append(Array($0)) }
        exchange.server.withSessionKey { keys.append(Array($0)) }
        #expect(keys[0].count == 16 && keys[0] == keys[1])
        for (from, to) in [
            (exchange.client as any SecurityMechanism, exchange.server as any SecurityMechanism),
            (exchange.server, exchange.client),
        ] {
            for length in [0, 1, 16, 5000] {
                let plain = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
                #expect(to.verifies(plain + [1], from.signed(plain + [1])))
                var (data, signature) = (plain + [7], [UInt8](repeating: 0, count: 16))
                protect(&data, &signature) { from.seal($0, signature: $1) }
                #expect(data != plain + [7])
                let accepted = protect(&data, &signature) {
                    to.unseal($0, signature: UnsafeRawBufferPointer(start: $1, count: 16))
                }
                #expect(accepted && data == plain + [7])
            }
        }
    }

    @Test func wrongPasswordUnknownUserOtherDomain() {
        for exchange in [
            Exchange(password: "Secret"), Exchange(user: "bob"), Exchange(domain: "OTHER"), Exchange(known: ""),
        ] {
            #expect(throws: SecurityError.logonFailure) { try exchange.run() }
            #expect(exchange.server.peer == nil)
            #expect(!exchange.server.verifies([1, 2, 3], exchange.client.signed([1, 2, 3])))
        }
    }

    @Test func anonymousIsNobody() {
        #expect(throws: SecurityError.logonFailure) { try Exchange(user: "").run() }
    }

    /// Every flag that protection needs, taken out of either message on the way (CVE-2016-2110).
    @Test func noFlagCanBeTakenAway() {
        for bit in 0..<32 where NTLMFlags.required.rawValue & 1 << bit != 0 {
            let flag = NTLMFlags(rawValue: 1 << bit)
            for level in ProtectionLevel.allCases {
                // What the level does not need is missed by the client, or by the integrity code.
                #expect(throws: SecurityError.self) {
                    try Exchange(level: level).run(negotiate: { without(flag, $0, at: 12) })
                }
            }
            if NTLMFlags.required(at: .privacy).contains(flag) {
                #expect(throws: SecurityError.downgraded) {
                    try Exchange().run(negotiate: { without(flag, $0, at: 12) })
                }
            }
            #expect(throws: SecurityError.downgraded) {
                try Exchange().run(challenge: { without(flag, $0, at: 20) })
            }
        }
    }

    /// A server misses each flag by itself, in either of the client's messages: with a client that means it so, nobody else
    /// would (CVE-2016-2110).
    @Test(arguments: ProtectionLevel.allCases) func serversMissEachFlag(_ level: ProtectionLevel) throws {
        for bit in 0..<32 where NTLMFlags.required(at: level).rawValue & 1 << bit != 0 {
            let flag = NTLMFlags(rawValue: 1 << bit)
            let first = Exchange(level: level)
            let negotiate = try #require(try first.client.step([]).token)
            #expect(throws: SecurityError.downgraded) { try first.server.step(without(flag, negotiate, at: 12)) }
            let second = Exchange(level: level)
            let challenge = try second.server.step(try #require(try second.client.step([]).token))
            let last = try #require(try second.client.step(challenge.token ?? []).token)
            #expect(throws: SecurityError.downgraded) { try second.server.step(without(flag, last, at: 60)) }
        }
    }

    /// The integrity code covers all three messages, so no bit of the first or second can be changed unnoticed.
    @Test func changedMessagesAreNoticed() throws {
        let messages = try Exchange().run()
        for (index, length) in messages.map(\.count).enumerated() {
            for offset in 0..<length {
                for bit in [UInt8(1), 0x80] {
                    let change: ([UInt8]) -> [UInt8] = { message in
                        var message = message
                        if offset < message.count { message[offset] ^= bit }
                        return message
                    }
                    #expect(throws: SecurityError.self, "message \(index + 1), byte \(offset)") {
                        switch index {
                        case 0:
                            // What the server is sent differs from what the client knows that it sent.
                            try Exchange().run(negotiate: change)
                        case 1: try Exchange().run(challenge: change)
                        default: try Exchange().run(authenticate: change)
                        }
                    }
                }
            }
        }
    }

    @Test func cutMessagesAreRefused() throws {
        let messages = try Exchange().run()
        // Everything behind the flags of a NEGOTIATE_MESSAGE is optional, but the integrity code covers it.
        for (index, message) in messages.enumerated() {
            for length in 0..<message.count {
                let cut: ([UInt8]) -> [UInt8] = { Array($0.prefix(length)) }
                #expect(throws: SecurityError.self, "message \(index + 1) of \(length) bytes") {
                    switch index {
                    case 0: try Exchange().run(negotiate: cut)
                    case 1: try Exchange().run(challenge: cut)
                    default: try Exchange().run(authenticate: cut)
                    }
                }
            }
        }
    }

    /// A server keeps the first message for the integrity code.
    @Test func longFirstMessages() throws {
        func first(_ length: Int) throws -> SecurityStep {
            let message = NegotiateMessage(flags: .offered).bytes
            return try Exchange().server.step(message + [UInt8](repeating: 65, count: length - message.count))
        }
        #expect(try first(2048).token != nil)
        #expect(throws: SecurityError.malformedToken) { try first(2049) }
    }

    @Test func withoutProofThereIsNoNTLMv1() {
        #expect(throws: SecurityError.logonFailure) {
            try Exchange().run(authenticate: { message in
                // An NT response of 24 bytes is NTLMv1's.
                var message = message
                message[20] = 24
                message[21] = 0
                return message
            })
        }
    }

    @Test func tokensOutOfOrder() throws {
        let exchange = Exchange()
        #expect(throws: SecurityError.unexpectedToken) { try exchange.client.step([1]) }
        try exchange.run()
        #expect(throws: SecurityError.unexpectedToken) { try exchange.client.step([]) }
        #expect(throws: SecurityError.unexpectedToken) { try exchange.server.step([]) }
    }

    private func without(_ flag: NTLMFlags, _ message: [UInt8], at offset: Int) -> [UInt8] {
        var message = message
        for index in 0..<4 { message[offset + index] &= ~UInt8(truncatingIfNeeded: flag.rawValue >> (8 * index)) }
        return message
    }
}

@Suite struct ProtectionTests {
    @Test func everyByteCounts() throws {
        let exchange = Exchange()
        try exchange.run()
        let message = (0..<100).map { UInt8($0) }
        // A refused message takes its number with it, so each attempt is signed afresh, like a PDU of its own.
        for offset in message.indices {
            let signature = exchange.client.signed(message)
            var changed = message
            changed[offset] ^= 1
            #expect(!exchange.server.verifies(changed, signature))
        }
        for offset in 0..<16 {
            var signature = exchange.client.signed(message)
            signature[offset] ^= 0x10
            #expect(!exchange.server.verifies(message, signature))
        }
        #expect(exchange.server.verifies(message, exchange.client.signed(message)))
        #expect(!exchange.server.verifies(message, Array(exchange.client.signed(message).dropLast())))
    }

    @Test func replayedReorderedAndReflected() throws {
        let exchange = Exchange()
        try exchange.run()
        let first = exchange.client.signed([1])
        let second = exchange.client.signed([1])
        #expect(!exchange.client.verifies([1], first))
        #expect(exchange.server.verifies([1], first))
        #expect(!exchange.server.verifies([1], first))
        let other = Exchange()
        try other.run()
        let (one, two) = (other.client.signed([1]), other.client.signed([2]))
        #expect(!other.server.verifies([2], two))
        #expect(!other.server.verifies([1], one))
        #expect(second != first)
    }

    @Test func sealedBytesCannotBeChanged() throws {
        for offset in 0..<32 {
            let exchange = Exchange()
            try exchange.run()
            var (data, signature) = ([UInt8](repeating: 9, count: 32), [UInt8](repeating: 0, count: 16))
            protect(&data, &signature) { exchange.server.seal($0, signature: $1) }
            data[offset] ^= 4
            let accepted = protect(&data, &signature) {
                exchange.client.unseal($0, signature: UnsafeRawBufferPointer(start: $1, count: 16))
            }
            #expect(!accepted)
        }
    }

    @Test func nothingIsProtectedBeforeTheEnd() {
        let exchange = Exchange()
        #expect(exchange.client.signed([1]) == [UInt8](repeating: 0, count: 16))
        #expect(!exchange.server.verifies([1], [UInt8](repeating: 0, count: 16)))
    }

    @Test func secretsCompareAndAreCopiedOnPurpose() {
        let secret = Secret([1, 2, 3])
        let answers = [
            secret.equals(secret.copy()), secret.equals(Secret([1, 2, 4])), secret.equals(Secret([1, 2])),
            Secret([]).equals(Secret(count: 0)),
        ]
        #expect(answers == [true, false, false, true])
    }
}

/// Accounts that somebody else knows.
@Suite struct RemoteAccountTests {
    /// Both sides as far as the question, and how to answer it.
    private final class Asked {
        var request: NTLMLogonRequest?
        var answer: ((Result<NTLMLogon, SecurityError>) -> Void)?
        var stopped = 0
    }

    private func asked(
        authenticate: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> (exchange: Exchange, server: NTLMAcceptor, pending: PendingStep, asked: Asked) {
        let exchange = Exchange()
        let asked = Asked()
        let server = NTLMAcceptor(
            names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: .privacy, time: 133_000_000_000_000_000,
            random: Array(11...18),
            accounts: .remote { request, completed in
                asked.request = request
                asked.answer = completed
                return { asked.stopped += 1 }
            }, permissions: [])
        let challenge = try server.step(try exchange.client.step([]).token ?? [])
        let last = try exchange.client.step(challenge.token ?? [])
        let step = try server.step(authenticate(last.token ?? []))
        return (exchange, server, try #require(step.pending), asked)
    }

    /// What a domain controller computes of the request.
    private func logon(_ request: NTLMLogonRequest, password text: String = "secret") -> NTLMLogon {
        let key = NTLMv2.responseKey(ntHash: password(text), user: request.user, domain: request.domain)
        let proof = Secret(Array(request.ntResponse[..<16]))
        let sid = SecurityID(revision: 1, authority: [0, 0, 0, 0, 0, 5], parts: [21, 1, 2, 3])
        return NTLMLogon(
            domain: "LAB", account: "Alice", sids: [sid.relative(1103), sid.relative(513)],
            sessionBaseKey: NTLMv2.sessionBaseKey(key, proof: proof))
    }

    @Test func theAnswerEstablishes() throws {
        let (exchange, server, pending, asked) = try asked()
        let request = try #require(asked.request)
        #expect(request.user == "alice" && request.domain == "LAB" && request.serverChallenge == Array(11...18))
        var outcomes: [Bool] = []
        pending.whenDone { outcomes.append((try? $0.get())?.finished ?? false) }
        #expect(server.peer == nil && outcomes.isEmpty)
        asked.answer?(.success(logon(request)))
        #expect(outcomes == [true])
        #expect(server.peer?.account == "Alice" && server.peer?.sids.first?.parts == [21, 1, 2, 3, 1103])
        #expect(server.verifies([1, 2, 3], exchange.client.signed([1, 2, 3])))
        // Once is enough, and nothing is left to stop.
        asked.answer?(.failure(.logonFailure))
        pending.cancel()
        #expect(outcomes == [true] && asked.stopped == 0 && server.peer != nil)
    }

    @Test func refusalsAndWrongKeys() throws {
        var failures = 0
        let one = try asked()
        one.pending.whenDone { if case .failure(.logonFailure) = $0 { failures += 1 } }
        one.asked.answer?(.failure(.logonFailure))
        let two = try asked()
        // An answer may be there before anybody waits for it. The wrong key does not fit the integrity code.
        two.asked.answer?(.success(logon(try #require(two.asked.request), password: "guess")))
        two.pending.whenDone { if case .failure(.tampered) = $0 { failures += 1 } }
        #expect(failures == 2 && one.server.peer == nil && two.server.peer == nil)
        #expect(throws: SecurityError.unexpectedToken) { try two.server.step([1]) }
    }

    @Test func nobodyWaitsAnyMore() throws {
        let (_, server, pending, asked) = try asked()
        pending.whenDone { _ in Issue.record("it was cancelled") }
        #expect(throws: SecurityError.unexpectedToken) { try server.step([1]) }
        pending.cancel()
        pending.cancel()
        #expect(asked.stopped == 1)
        asked.answer?(.success(logon(try #require(asked.request))))
    }
}
