// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// Both sides of Schannel, as far as they come.
private func exchange(
    _ flags: NetlogonFlags = .all, level: ProtectionLevel = .privacy, domain: String = "LAB",
    known: String = "ws", allowsLegacy: Bool = false, change: ([UInt8]) -> [UInt8] = { $0 }
) throws -> (client: SchannelInitiator, server: SchannelAcceptor) {
    let client = SchannelInitiator(
        credentials: try Channel.client(flags), domain: domain, level: level, random: Secret((1...16).map { UInt8($0) })
    )
    let channel = try Channel.server(flags)
    let server = SchannelAcceptor(
        domain: SchannelDomain(name: "LAB", dnsName: "lab.test"), level: level, allowsLegacy: allowsLegacy,
        random: Secret((17...32).map { UInt8($0) })
    ) { uppercased($0) == uppercased(known) ? channel : nil }
    let first = try client.step([])
    let answer = try server.step(change(first.token ?? []))
    #expect(!first.finished && answer.finished)
    let last = try client.step(answer.token ?? [])
    #expect(last.finished && last.token == nil)
    return (client, server)
}

@Suite struct SchannelTests {
    /// What impacket 0.13.1 seals as the first and signs as the second message of a client.
    @Test func readsWhatOthersWrite() throws {
        let message = (0..<40).map { UInt8($0) }
        for (flags, sealed, sealing, signing) in [
            (
                NetlogonFlags.all,
                "fdad7b2c37eb3e911498046c3a9bc021f6458b44c6abb45847e44ed7342bec0a603b30b72e335324",
                "13001a00ffff0000b68f77fff0585ecc3d6cdc164b741dc8da6a3079804fa890" + String(repeating: "0", count: 48),
                "1300ffffffff00005504608cabc39bed3a8e6d9e6cf6ea51" + String(repeating: "0", count: 48)
            ),
            (
                Channel.legacy,
                "00dafba57ad52626cff494acbefb9084a8b591b7b456de113505a547105c47dac950a35fbeaf103c",
                "77007a00ffff00005495eb463ffa36c4924a121624a0c5ffa07a5b05da758686",
                "7700ffffffff00003a8498ca132d084a6cc0966a61330a11"
            ),
        ] {
            let session = try Channel.server(flags).session(isClient: false, random: Secret(count: 16))
            var data = bytes(sealed)
            var signature = bytes(sealing)
            let size = signature.count
            #expect(
                protect(&data, &signature) {
                    session.verify($0, signature: UnsafeRawBufferPointer(start: $1, count: size), sealed: true)
                })
            #expect(data == message)
            signature = bytes(signing)
            let signatureSize = signature.count
            #expect(
                protect(&data, &signature) {
                    session.verify(
                        $0, signature: UnsafeRawBufferPointer(start: $1, count: signatureSize), sealed: false)
                })
        }
    }

    @Test(arguments: [NetlogonFlags.all, Channel.legacy]) func protectsMessages(_ flags: NetlogonFlags) throws {
        let (client, server) = try exchange(flags, allowsLegacy: true)
        #expect(server.peer == SecurityPeer(domain: "LAB", account: "WS$", workstation: "WS"))
        for round in 0..<5 {
            let plain = (0..<(round * 31)).map { UInt8(truncatingIfNeeded: $0) }
            for (one, other) in [(client as any SecurityMechanism, server as any SecurityMechanism), (server, client)] {
                var data = plain
                var signature = [UInt8](repeating: 0, count: one.signatureSize)
                protect(&data, &signature) { one.seal($0, signature: $1) }
                if round > 0 { #expect(data != plain) }
                let size = signature.count
                #expect(
                    protect(&data, &signature) {
                        other.unseal($0, signature: UnsafeRawBufferPointer(start: $1, count: size))
                    })
                #expect(data == plain)
                #expect(other.verifies(plain, one.signed(plain)))
            }
        }
    }

    @Test func everyUsedByteOfASignatureCounts() throws {
        for index in 0..<32 {
            let (client, server) = try exchange()
            var data = [UInt8](repeating: 7, count: 24)
            var signature = [UInt8](repeating: 0, count: client.signatureSize)
            protect(&data, &signature) { client.seal($0, signature: $1) }
            signature[index] ^= 1
            let size = signature.count
            #expect(
                !protect(&data, &signature) {
                    server.unseal($0, signature: UnsafeRawBufferPointer(start: $1, count: size))
                }, "byte \(index)")
        }
    }

    @Test func messagesHaveADirectionAndAnOrder() throws {
        let (client, server) = try exchange(level: .integrity)
        let one = client.signed([1])
        // Sent back to whoever wrote it.
        #expect(!client.verifies([1], one))
        let again = try exchange(level: .integrity)
        let first = again.client.signed([1])
        #expect(again.server.verifies([1], first))
        #expect(!again.server.verifies([1], first))
        let third = try exchange(level: .integrity)
        _ = third.client.signed([1])
        #expect(!third.server.verifies([2], third.client.signed([2])))
        _ = server
    }

    /// CVE-2016-2111: neither side takes part below integrity.
    @Test func levelConnectIsRefused() throws {
        #expect(throws: SecurityError.downgraded) { try exchange(level: .connect) }
        let client = SchannelInitiator(
            credentials: try Channel.client(), domain: "LAB", level: .connect, random: Secret(count: 16))
        #expect(throws: SecurityError.downgraded) { try client.step([]) }
        let server = SchannelAcceptor(
            domain: SchannelDomain(name: "LAB", dnsName: "lab.test"), level: .connect, random: Secret(count: 16)
        ) { _ in nil }
        let token = NLAuthMessage(.request, names: .init(domain: "LAB", computer: "WS")).bytes ?? []
        #expect(throws: SecurityError.downgraded) { try server.step(token) }
    }

    /// CVE-2022-38023
    @Test func channelsWithoutAESAreRefused() {
        #expect(throws: SecurityError.downgraded) { try exchange(Channel.legacy) }
    }

    @Test func strangersAreRefused() {
        #expect(throws: SecurityError.logonFailure) { try exchange(domain: "OTHER") }
        #expect(throws: SecurityError.logonFailure) { try exchange(known: "someone else") }
        #expect(throws: SecurityError.malformedToken) { try exchange { _ in [1, 0, 0, 0, 0, 0, 0, 0] } }
        #expect(throws: SecurityError.malformedToken) { try exchange { _ in [] } }
        #expect(throws: SecurityError.logonFailure) { try exchange { _ in [0, 0, 0, 0, 0, 0, 0, 0] } }
    }

    @Test func namesGoBothWays() throws {
        let names = NLAuthMessage.Names(
            domain: "LAB", computer: "WS", dnsDomain: "lab.test", dnsHost: "ws.lab.test", computerUTF8: "W\u{fc}S")
        let message = NLAuthMessage(.request, names: names)
        let written = try #require(message.bytes)
        #expect(try written.withBytes { (b) throws(SecurityError) in try NLAuthMessage(b) } == message)
        for length in 0..<written.count {
            let cut = Array(written.prefix(length))
            #expect(throws: SecurityError.malformedToken) {
                try cut.withBytes { (b) throws(SecurityError) in try NLAuthMessage(b) }
            }
        }
    }

    @Test func namesMayPointBack() throws {
        // ws.lab.test, whose end is the DNS domain before it.
        let message = bytes("00000000 0c000000 036c6162047465737400 027773c008")
        let read = try message.withBytes { (b) throws(SecurityError) in try NLAuthMessage(b) }
        #expect(read.names.dnsDomain == "lab.test" && read.names.dnsHost == "ws.lab.test")
        // Pointers to themselves, forward, out of the message; too long a label; too long a name.
        let long = "00000000 04000000 " + String(repeating: "3f" + String(repeating: "61", count: 63), count: 5) + "00"
        for bad in [
            "00000000 04000000 c008", "00000000 04000000 c00a00", "00000000 04000000 ffff", "00000000 04000000 406100",
            "00000000 0c000000 0161c008 00", long, "00000000 01000000 ff00", "02000000 00000000",
        ] {
            #expect(throws: SecurityError.malformedToken) {
                try bytes(bad).withBytes { (b) throws(SecurityError) in try NLAuthMessage(b) }
            }
        }
    }
}
