// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// Both sides of SPNEGO with NTLM in it.
private struct Negotiation {
    let client: SPNEGOInitiator
    let server: SPNEGOAcceptor

    /// `others` are names that the client puts before NTLM's and the server does not know, unless `known`.
    init(others: [[UInt8]] = [], password: String = "secret") {
        let exchange = Exchange(password: password)
        let second = Exchange(password: password)
        var offers = [SPNEGOOffer(oids: [SPNEGO.ntlm]) { second.client }]
        if !others.isEmpty { offers.insert(SPNEGOOffer(oids: others) { exchange.client }, at: 0) }
        client = SPNEGOInitiator(offers)
        server = SPNEGOAcceptor([SPNEGOOffer(oids: [SPNEGO.ntlm]) { second.server }])
    }

    /// Tokens until both are done; `change` gets each, counted from 0, on its way.
    @discardableResult
    func run(_ change: (Int, [UInt8]) -> [UInt8] = { $1 }) throws(SecurityError) -> [[UInt8]] {
        var tokens: [[UInt8]] = []
        var (step, isServers) = (try client.step([]), true)
        while let token = step.token, tokens.count < 8 {
            let changed = change(tokens.count, token)
            tokens.append(changed)
            step = isServers ? try server.step(changed) : try client.step(changed)
            isServers.toggle()
        }
        #expect(client.isComplete == server.isComplete)
        return tokens
    }
}

private func sealed(_ from: any SecurityMechanism, _ to: any SecurityMechanism) -> Bool {
    var (data, signature) = ([UInt8](1...100), [UInt8](repeating: 0, count: 16))
    protect(&data, &signature) { from.seal($0, signature: $1) }
    let opened = protect(&data, &signature) {
        to.unseal($0, signature: UnsafeRawBufferPointer(start: $1, count: 16))
    }
    return opened && data == [UInt8](1...100)
}

@Suite struct SPNEGOTests {
    @Test func fourTokensAndMessages() throws {
        let negotiation = Negotiation()
        #expect(try negotiation.run().count == 4)
        #expect(negotiation.server.peer?.account == "alice")
        for _ in 0..<3 {
            #expect(sealed(negotiation.client, negotiation.server))
            #expect(sealed(negotiation.server, negotiation.client))
        }
        var keys: [[UInt8]] = []
        negotiation.client.withSessionKey { keys.append(Array($0)) }
        negotiation.server.withSessionKey { keys.append(Array($0)) }
        #expect(keys[0].count == 16 && keys[0] == keys[1])
    }

    /// The list's code has number 0, and the first message number 1 with the cipher where the code found it.
    @Test func codeUsesUpANumberAndNoCipher() throws {
        let (with, without) = (Negotiation(), Exchange())
        try with.run()
        try without.run()
        let (first, second) = (with.client.signed([1, 2, 3]), without.client.signed([1, 2, 3]))
        #expect(Array(first[12...]) == [1, 0, 0, 0] && Array(second[12...]) == [0, 0, 0, 0])
        #expect(first != second)
    }

    @Test func wrongPassword() {
        #expect(throws: SecurityError.logonFailure) { try Negotiation(password: "Secret").run() }
    }

    /// The server has only the second mechanism: it is begun anew, and the list must be confirmed.
    @Test func serverChoosesTheSecond() throws {
        let negotiation = Negotiation(others: [SPNEGO.microsoftKerberos, SPNEGO.kerberos])
        let tokens = try negotiation.run()
        #expect(tokens.count == 6)
        let answer = try tokens[1].withBytes { try NegTokenResp($0) }
        #expect(answer.state == .requestMIC && answer.mechanism == SPNEGO.ntlm && answer.token == nil)
        #expect(sealed(negotiation.client, negotiation.server) && sealed(negotiation.server, negotiation.client))
    }

    /// Somebody in between takes the preferred mechanism out of the list.
    @Test func downgradeIsNoticed() throws {
        let negotiation = Negotiation(others: [SPNEGO.kerberos])
        #expect(throws: SecurityError.tampered) {
            try negotiation.run { number, token in
                guard number == 0 else { return token }
                return NegTokenInit(mechanisms: [[1, 2, 3], SPNEGO.ntlm], token: nil).bytes
            }
        }
        #expect(!negotiation.server.isComplete && negotiation.server.peer == nil)
    }

    /// mechListMIC taken out of either side's last token.
    @Test func codesCannotBeLeftOut() {
        #expect(throws: SecurityError.downgraded) {
            try Negotiation().run { number, token in number == 3 ? NegTokenResp(state: .acceptCompleted).bytes : token }
        }
        let second = Negotiation(others: [SPNEGO.kerberos])
        #expect(throws: SecurityError.downgraded) {
            try second.run { number, token in
                guard number == 4, var answer = try? token.withBytes({ try NegTokenResp($0) }) else { return token }
                answer.code = nil
                return answer.bytes
            }
        }
        // It is the server that misses it, not the client.
        #expect(!second.server.isComplete && second.server.peer == nil)
    }

    /// A mechanism whose last token is the server's, and not the client's first one: the server waits for its code alone.
    @Test(arguments: [false, true]) func theServerWaitsForACodeAlone(_ isTampered: Bool) throws {
        let exchange = Exchange()
        let client = SPNEGOInitiator([
            SPNEGOOffer(oids: [SPNEGO.kerberos]) { exchange.client },
            SPNEGOOffer(oids: [TwoTokens.oid]) { TwoTokens(isClient: true) },
        ])
        let server = SPNEGOAcceptor([SPNEGOOffer(oids: [TwoTokens.oid]) { TwoTokens(isClient: false) }])
        var token: [UInt8] = []
        for _ in 0..<2 {
            token = try #require(try client.step(token).token)
            let answer = try server.step(token)
            #expect(!answer.finished && !server.isComplete)
            token = try #require(answer.token)
        }
        token = try #require(try client.step(token).token)
        var last = try token.withBytes { try NegTokenResp($0) }
        #expect(last.token == nil && last.code != nil)
        guard isTampered else {
            let end = try server.step(token)
            #expect(end.finished && server.isComplete)
            #expect(try client.step(end.token ?? []).finished && client.isComplete)
            return
        }
        last.code?[0] ^= 1
        #expect(throws: SecurityError.tampered) { try server.step(last.bytes) }
        #expect(!server.isComplete)
    }

    @Test func serverCannotSkipTheMechanism() {
        for answer in [
            NegTokenResp(state: .acceptCompleted), NegTokenResp(state: .acceptCompleted, mechanism: SPNEGO.ntlm),
            NegTokenResp(state: .acceptIncomplete, mechanism: [1, 2, 3]), NegTokenResp(state: .reject), NegTokenResp(),
        ] {
            let client = Negotiation().client
            #expect(throws: SecurityError.self) {
                try client.step(try client.step([]).token == nil ? [] : answer.bytes)
            }
            #expect(throws: SecurityError.self) { try client.step(answer.bytes) }
            #expect(!client.isComplete)
        }
    }

    /// [MS-SPNG]: NTLMSSP without SPNEGO around it.
    @Test func rawTokens() throws {
        let (exchange, server) = (Exchange(), Negotiation().server)
        let challenge = try server.step(try exchange.client.step([]).token ?? [])
        let last = try exchange.client.step(challenge.token ?? [])
        let end = try server.step(last.token ?? [])
        #expect(end.finished && end.token == nil)
        #expect(sealed(exchange.client, server) && sealed(server, exchange.client))
    }

    @Test func tokensAreWhatTheyWere() throws {
        let proposal = NegTokenInit(
            mechanisms: [SPNEGO.kerberos, SPNEGO.ntlm], token: [UInt8](repeating: 7, count: 70_000))
        #expect(try proposal.bytes.withBytes { try NegTokenInit($0) } == proposal)
        for size in [0, 1, 127, 128, 255, 256] {
            let answer = NegTokenResp(
                state: .requestMIC, mechanism: SPNEGO.ntlm, token: [UInt8](repeating: 1, count: size), code: [9])
            #expect(try answer.bytes.withBytes { try NegTokenResp($0) } == answer)
        }
    }

    /// The server's proposal of a Windows 2000 server and later, with hints.
    @Test func hintsAreSkipped() throws {
        let hints = der(DERTag.context(3), der(DERTag.sequence, der(DERTag.context(0), der(0x1b, [0x41]))))
        let list = der(DERTag.sequence, der(DERTag.objectIdentifier, SPNEGO.ntlm))
        let code = der(DERTag.context(4), der(DERTag.octetString, [5]))
        let fields = der(DERTag.context(0), list) + hints + code
        let bytes = der(
            DERTag.application,
            der(DERTag.objectIdentifier, SPNEGO.oid) + der(DERTag.context(0), der(DERTag.sequence, fields)))
        let proposal = try bytes.withBytes { try NegTokenInit($0) }
        #expect(proposal.mechanisms == [SPNEGO.ntlm] && proposal.token == nil && proposal.code == [5])
    }

    /// Cuts and changed bytes: refused or a token, and an exchange with a cut token never completes.
    @Test func cutAndChangedTokens() throws {
        let tokens = try Negotiation().run()
        for (index, token) in tokens.enumerated() {
            for length in 0..<token.count {
                let negotiation = Negotiation()
                #expect(throws: SecurityError.self) {
                    try negotiation.run { $0 == index ? Array($1[..<length]) : $1 }
                }
            }
            for offset in 0..<min(token.count, 80) {
                for bit in [UInt8(1), 0x20, 0x80] {
                    var changed = token
                    changed[offset] ^= bit
                    _ = changed.withBytes { try? NegTokenInit($0) }
                    _ = changed.withBytes { try? NegTokenResp($0) }
                    let negotiation = Negotiation()
                    // Where it completes all the same, both sides are of one mind.
                    if (try? negotiation.run { $0 == index ? changed : $1 }) != nil, negotiation.client.isComplete {
                        #expect(sealed(negotiation.client, negotiation.server))
                    }
                }
            }
        }
    }

    /// A server keeps the list and the code, for 64 contexts of each of its connections.
    @Test func whatIsKeptIsShort() throws {
        func offer(_ length: Int, code: Int = 0) -> [UInt8] {
            var offer = NegTokenInit(mechanisms: [SPNEGO.ntlm, [UInt8](repeating: 1, count: length)], token: nil)
            offer.code = code > 0 ? [UInt8](repeating: 2, count: code) : nil
            return offer.bytes
        }
        for accepted in [offer(900), offer(9, code: 1024)] {
            #expect(try Negotiation().server.step(accepted).finished == false)
        }
        for refused in [offer(1100), offer(60_000), offer(9, code: 1025), offer(9, code: 60_000)] {
            #expect(throws: SecurityError.malformedToken) { try Negotiation().server.step(refused) }
        }
        let code = NegTokenResp(code: [UInt8](repeating: 2, count: 1025)).bytes
        #expect(throws: SecurityError.malformedToken) { try code.withBytes { try NegTokenResp($0) } }
    }

    @Test func tooManyMechanismsAndLengthsThatLie() {
        let many = NegTokenInit(mechanisms: [[UInt8]](repeating: [1], count: 17), token: nil).bytes
        #expect(throws: SecurityError.malformedToken) { try many.withBytes { try NegTokenInit($0) } }
        for length: [UInt8] in [[0x80], [0x84, 0xff, 0xff, 0xff, 0xff], [0x85, 0, 0, 0, 0, 1], [0x88], [0xff]] {
            #expect(throws: SecurityError.malformedToken) {
                try (([0xa1] as [UInt8]) + length + [0x30, 0]).withBytes { try NegTokenResp($0) }
            }
        }
    }
}

/// [1] from the client, [2] from the server; its code of a list is the list's sum and who has made it.
private final class TwoTokens: NegotiableMechanism {
    static let oid: [UInt8] = [1, 2, 3]
    let isClient: Bool
    let authType: UInt8 = 0xee
    let signsHeaders = false
    let signatureSize = 1
    let peer: SecurityPeer? = nil

    init(isClient: Bool) { self.isClient = isClient }

    func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        if token.isEmpty { return SecurityStep(token: [1], finished: false) }
        guard Array(token) == [isClient ? 2 : 1] else { throw .malformedToken }
        return SecurityStep(token: isClient ? nil : [2], finished: true)
    }

    private func code(_ list: [UInt8], _ fromClient: Bool) -> [UInt8] {
        [list.reduce(0, &+) &+ (fromClient ? 1 : 2)]
    }

    func listCode(_ list: [UInt8]) -> [UInt8] { code(list, isClient) }
    func verifies(listCode given: [UInt8], _ list: [UInt8]) -> Bool { given == code(list, !isClient) }

    func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {}
    func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool { false }
    func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        body(UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
