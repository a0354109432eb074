// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

@Suite struct AsSystemTests {
    private func exchange(
        level: ProtectionLevel = .connect, user: UInt32 = 1000, server: UInt32 = 1000, isLocal: Bool = true,
        change: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> AsSystemAcceptor {
        let client = AsSystemInitiator(level: level, server: isLocal ? LocalPeer(userID: server) : nil)
        let acceptor = AsSystemAcceptor(
            level: level, client: isLocal ? LocalPeer(userID: user) : nil, serverUserID: server)
        let answer = try acceptor.step(change(try client.step([]).token ?? []))
        let last = try client.step(answer.token ?? [])
        #expect(answer.finished && last.finished && last.token == nil)
        return acceptor
    }

    @Test func rootAndTheServersUserAreTheSystem() throws {
        for user in [UInt32(0), 1000] {
            let peer = try exchange(user: user).peer
            #expect(peer?.account == "SYSTEM" && peer?.sids.first?.parts == [18])
        }
        #expect(throws: SecurityError.logonFailure) { try exchange(user: 1001) }
    }

    @Test func notOverANetwork() throws {
        #expect(throws: SecurityError.downgraded) { try exchange(isLocal: false) }
        let acceptor = AsSystemAcceptor(level: .connect, client: nil, serverUserID: 0)
        #expect(throws: SecurityError.downgraded) { try acceptor.step(AsSystem.request) }
        #expect(acceptor.peer == nil)
    }

    @Test func nothingIsProtected() {
        for level in [ProtectionLevel.packet, .integrity, .privacy] {
            #expect(throws: SecurityError.downgraded) { try exchange(level: level) }
        }
    }

    @Test func otherTokensAndSecondOnes() throws {
        #expect(throws: SecurityError.malformedToken) { try exchange { Array($0.dropLast()) } }
        #expect(throws: SecurityError.malformedToken) { try exchange { _ in [] } }
        let acceptor = try exchange()
        #expect(throws: SecurityError.unexpectedToken) { try acceptor.step(AsSystem.request) }
        let client = AsSystemInitiator(level: .connect, server: LocalPeer(userID: 0))
        _ = try client.step([])
        #expect(throws: SecurityError.logonFailure) { try client.step(AsSystem.refused) }
        #expect(throws: SecurityError.unexpectedToken) { try client.step(AsSystem.accepted) }
    }
}
