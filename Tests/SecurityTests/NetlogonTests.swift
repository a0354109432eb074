// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

func credential(_ text: String) -> NetlogonCredential {
    bytes(text).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
}

/// One side of a channel between the same two, always with the same challenges.
struct Channel {
    static let identity = NetlogonIdentity(computer: "WS", account: "WS$", channelType: 2)
    static let challenges = NetlogonChallenges(
        client: credential("0102030405060708"), server: credential("1112131415161718"))
    static let secret = "Machine-Passw0rd1"
    static let legacy: NetlogonFlags = [.strongKeys, .arcfour, .authenticatedRPC]

    static func client(_ flags: NetlogonFlags = .all, password text: String = secret) throws -> NetlogonCredentials {
        try NetlogonCredentials.client(
            identity, challenges, ntHash: password(text), flags: flags, allowsLegacy: !flags.contains(.aes))
    }

    static func server(_ flags: NetlogonFlags = .all) throws -> NetlogonCredentials {
        try NetlogonCredentials.server(
            identity, challenges, ntHash: password(secret), proof: try client(flags).clientCredential, flags: flags,
            allowsLegacy: !flags.contains(.aes))
    }
}

/// [MS-NRPC] 3.1.4.3 to 3.1.4.6. The values are those that impacket 0.13.1 computes from the same challenges.
@Suite struct NetlogonTests {
    private func key(_ credentials: NetlogonCredentials) -> String {
        credentials.withSessionKey { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }

    @Test func computesKeysAndCredentials() throws {
        let aes = try Channel.client()
        #expect(key(aes) == "82413da2598ec6be0ecb997408353542")
        #expect(aes.clientCredential == credential("6c43a8ad351a269c"))
        #expect(aes.serverCredential == credential("7c9de1fe485bea7c"))
        let legacy = try Channel.client(Channel.legacy)
        #expect(key(legacy) == "8b53153fce2e38202f9d76a6aaf1524b")
        #expect(legacy.clientCredential == credential("fa74332cfb4cc633"))
        #expect(legacy.serverCredential == credential("c006cac11483898b"))
    }

    @Test func movesTheChainOn() throws {
        let (client, server) = (try Channel.client(), try Channel.server())
        #expect(client.verifies(server.serverCredential))
        let first = client.nextAuthenticator(now: 0x5f00_0000)
        #expect(first.timestamp == 0x5f00_0000)
        #expect(first.credential == credential("01e18fd7e3f4b481"))
        #expect(server.answer(first.credential, timestamp: first.timestamp) == credential("002e44d42c8a5699"))
        #expect(client.verifies(credential("002e44d42c8a5699")))
        // The clock stands still, or goes back: the chain does not.
        for now in [UInt32(0x5f00_0000), 0x5eff_ffff, 0x5f00_0010, 3] {
            let next = client.nextAuthenticator(now: now)
            let answer = try #require(server.answer(next.credential, timestamp: next.timestamp))
            #expect(client.verifies(answer))
        }
    }

    @Test func refusesWhatIsNotTheNextAuthenticator() throws {
        let (client, server) = (try Channel.client(), try Channel.server())
        let first = client.nextAuthenticator(now: 100)
        #expect(server.answer(first.credential ^ 1, timestamp: first.timestamp) == nil)
        #expect(server.answer(first.credential, timestamp: first.timestamp &+ 1) == nil)
        let answer = try #require(server.answer(first.credential, timestamp: first.timestamp))
        #expect(!client.verifies(answer ^ 0x100))
        // Replayed
        #expect(server.answer(first.credential, timestamp: first.timestamp) == nil)
    }

    @Test func wrongPasswordIsNoChannel() throws {
        let guess = try Channel.client(password: "guess")
        #expect(throws: SecurityError.logonFailure) {
            try NetlogonCredentials.server(
                Channel.identity, Channel.challenges, ntHash: password(Channel.secret),
                proof: guess.clientCredential, flags: .all)
        }
        #expect(!guess.verifies(try Channel.server().serverCredential))
    }

    /// CVE-2020-1472: for one session key in 256, so for one of the server's challenges in 256, a challenge of zeros has a
    /// credential of zeros. That one is among the attempts here, and is refused like the others.
    @Test func weakChallengesAreRefused() throws {
        var guessed = 0
        for attempt in UInt64(0)..<2000 {
            let challenges = NetlogonChallenges(client: 0, server: attempt)
            let right = try NetlogonCredentials.client(
                Channel.identity, challenges, ntHash: Secret(count: 16), flags: .all)
            if right.clientCredential == 0 { guessed += 1 }
            #expect(throws: SecurityError.logonFailure) {
                try NetlogonCredentials.server(
                    Channel.identity, challenges, ntHash: Secret(count: 16), proof: 0, flags: .all)
            }
        }
        #expect(guessed > 0)
    }

    /// The same for every challenge whose first five bytes are one byte, with the right credential.
    @Test func repetitiveChallengesAreRefused() throws {
        for first in [UInt8(0), 1, 0xff] {
            let weak = [UInt8](repeating: first, count: 5) + [1, 2, 3]
            let client = weak.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            #expect(NetlogonChallenges.isWeak(client))
            let challenges = NetlogonChallenges(client: client, server: 7)
            let right = try NetlogonCredentials.client(
                Channel.identity, challenges, ntHash: password("x"), flags: .all)
            #expect(throws: SecurityError.logonFailure) {
                try NetlogonCredentials.server(
                    Channel.identity, challenges, ntHash: password("x"), proof: right.clientCredential, flags: .all)
            }
        }
        #expect(!NetlogonChallenges.isWeak(credential("0000000001000000")))
    }

    /// CVE-2022-38023: MD5 and RC4 only when asked for, DES never.
    @Test func weakKeysAreRefused() {
        for (flags, allowed) in [(Channel.legacy, false), ([.arcfour], true), ([], true), ([.strongKeys], true)] {
            #expect(throws: SecurityError.downgraded) {
                try NetlogonCredentials.client(
                    Channel.identity, Channel.challenges, ntHash: password("x"), flags: flags, allowsLegacy: allowed)
            }
            #expect(throws: SecurityError.downgraded) {
                try NetlogonCredentials.server(
                    Channel.identity, Channel.challenges, ntHash: password("x"), proof: 0, flags: flags,
                    allowsLegacy: allowed)
            }
        }
    }

    @Test(arguments: [NetlogonFlags.all, Channel.legacy]) func secretsGoThroughCalls(_ flags: NetlogonFlags) throws {
        let (client, server) = (try Channel.client(flags), try Channel.server(flags))
        for size in [0, 1, 7, 16, 17, 516] {
            let plain = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 5) }
            var data = plain
            data.withUnsafeMutableBytes { client.encrypt($0) }
            if size > 7 { #expect(data != plain) }
            data.withUnsafeMutableBytes { server.decrypt($0) }
            #expect(data == plain)
        }
    }
}
