// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Security
import Testing
import Transport
import Wire

/// Both cores with NTLMSSP between them.
@Suite struct SecuredConnectionTests {
    private static let time: UInt64 = 133_000_000_000_000_000

    private static func hash(_ password: String) -> Secret {
        Array(password.utf8).withUnsafeBytes { bytes in
            Holder(NTLMCredentials.ntHash(password: bytes) ?? Secret(count: 16))
        }.secret.copy()
    }

    private func secured(
        _ level: ProtectionLevel, password: String = "secret", bigEndian: Bool = false, chunk: Int = .max,
        signsHeaders: Bool = true, tamper: ((InMemoryDriver.Direction, inout [UInt8]) -> Void)? = nil
    ) throws -> InMemoryDriver {
        let driver = InMemoryDriver(
            client: ClientConnection(bigEndian: bigEndian), interfaces: [echo, other])
        driver.chunk = chunk
        driver.tamper = tamper
        driver.server.authTypes = [NTLM.authType]
        driver.acceptor = { request in
            NTLMAcceptor(
                names: NTLMServerNames(domain: "LAB", computer: "SERVER"), level: request.level, time: Self.time,
                random: Array(1...8)
            ) { _, user in user == "alice" ? Self.hash("secret") : nil }
        }
        let mechanism = NTLMInitiator(
            credentials: NTLMCredentials(
                user: "alice", domain: "LAB", workstation: "WS", ntHash: Self.hash(password)),
            targetName: "host/server", time: Self.time, random: Secret((1...24).map { UInt8($0) }))
        let context = SecurityContext(mechanism, level: level, contextID: 1)
        context.offersHeaderSigning = signsHeaders
        guard case .success(let step) = context.step([]), let token = step.token else { throw Unexpected() }
        driver.client.secure(context, token: token)
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
        driver.run()
        return driver
    }

    private func isAccepted(_ driver: InMemoryDriver) -> Bool {
        if case .accepted = driver.negotiations.last?.outcome { return true }
        return false
    }

    private func noHeaderSigning(_ direction: InMemoryDriver.Direction, _ bytes: inout [UInt8]) {
        if bytes.count > 3, bytes[2] == PDUType.bindAck.rawValue { bytes[3] &= ~0x04 }
        if bytes.count > 3, bytes[2] == PDUType.bind.rawValue { bytes[3] &= ~0x04 }
    }

    /// The verification trailer says that the client has proposed what somebody in between has taken away.
    @Test func headerSigningTakenAwayIsNoticed() throws {
        let driver = try secured(.integrity, tamper: noHeaderSigning)
        try driver.request([1])
        driver.run()
        #expect(driver.calls.isEmpty && driver.replies.map(\.fault) == [5])
    }

    @Test(arguments: ProtectionLevel.allCases, [true, false])
    func callsOfAnySizeGoBothWays(_ level: ProtectionLevel, _ signsHeaders: Bool) throws {
        for (bigEndian, chunk) in [(false, Int.max), (true, 7)] {
            // What changes a PDU on its way has to see it whole.
            if !signsHeaders, chunk != .max { continue }
            let driver = try secured(level, bigEndian: bigEndian, chunk: chunk, signsHeaders: signsHeaders)
            #expect(isAccepted(driver))
            let expected: Bool = signsHeaders && level.protectsMessages
            #expect(driver.client.securityContext?.signsHeaders == expected)
            for size in [0, 1, 15, 16, 17, 5776, 5777, 40_000] {
                let stub = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                try driver.request(stub, tag: 9)
                driver.run()
                let popped = driver.calls.popLast()
                let call = try #require(popped)
                let same: Bool = isSame(call.stub, stub)
                #expect(same)
                try driver.respond(call, Array(stub.reversed()))
                driver.run()
                let answered = driver.replies.popLast()
                let reply = try #require(answered)
                let reversed: [UInt8] = stub.reversed()
                #expect(reply.fault == nil)
                #expect(reply.stub == reversed)
            }
            #expect(driver.server.security?.mechanism.peer?.account == "alice")
        }
    }

    /// The end of a large message is protected while its start is on its way; what follows keeps its number and its place.
    @Test(arguments: [ProtectionLevel.integrity, .privacy], [10_000, Int.max])
    func largeMessagesAreProtectedInParts(_ level: ProtectionLevel, _ chunk: Int) throws {
        let driver = try secured(level, chunk: chunk)
        let stubs = [300_000, 3, 200_000].map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ size) } }
        for (tag, stub) in stubs.enumerated() {
            try driver.request(stub, tag: UInt(tag))
            let ready = driver.client.outbox.pending.count
            let unsent = driver.client.outbox.unsent
            // What is before another message is protected with it.
            #expect((ready < unsent) == (stub.count > 100_000))
        }
        driver.run()
        #expect(driver.calls.count == stubs.count)
        for (call, stub) in zip(driver.calls, stubs) {
            let same: Bool = isSame(call.stub, stub)
            #expect(same)
            try driver.respond(call, Array(stub.reversed()))
            let ready = driver.server.outbox.pending.count
            let unsent = driver.server.outbox.unsent
            #expect((ready < unsent) == (stub.count > 100_000))
        }
        driver.run()
        let replies = driver.replies.map(\.stub)
        #expect(replies == stubs.map { $0.reversed() })
        let left = driver.client.outbox.unsent + driver.server.outbox.unsent
        #expect(left == 0)
    }

    @Test func whatIsNotProtectedYetNeverLeaves() throws {
        let driver = try secured(.privacy)
        try driver.request([UInt8](repeating: 7, count: 300_000), tag: 1)
        driver.client.disconnected(.local)
        let unsent = driver.client.outbox.unsent
        #expect(unsent == 0)
        driver.client.written(1)
        driver.run()
        #expect(driver.calls.isEmpty && driver.clientEnd == .local)
    }

    @Test func fragmentsHaveRoomForTheirSignatures() throws {
        var sizes: [Int] = []
        var clear = 0
        let marker = Array("not to be read".utf8)
        let driver = try secured(.privacy) { _, bytes in
            for pdu in split(bytes).pdus where pdu.type == .request || pdu.type == .response {
                sizes.append(pdu.bytes.count)
                // auth_length, and a padded part before the trailer
                #expect(pdu.bytes[10] == 16 && (pdu.bytes.count - 24 - 24) % 16 == 0)
            }
            if bytes.indices.contains(where: { bytes[$0...].starts(with: marker) }) { clear += 1 }
        }
        try driver.request(Array(repeating: marker, count: 900).flatMap { $0 })
        driver.run()
        try driver.respond(try #require(driver.calls.first), Array(repeating: marker, count: 900).flatMap { $0 })
        driver.run()
        #expect(driver.replies.first?.stub.count == 900 * marker.count)
        #expect(sizes.count == 6 && sizes.allSatisfy { $0 <= 5840 })
        #expect(clear == 0)
    }

    @Test func wrongPasswordIsLatched() throws {
        let driver = try secured(.integrity, password: "guess")
        // auth3 has no answer, so the client learns it with its first call.
        #expect(isAccepted(driver))
        try driver.request([1, 2, 3], tag: 5)
        driver.run()
        #expect(driver.calls.isEmpty)
        #expect(driver.replies.map(\.fault) == [5])
        #expect(driver.serverEnd != nil)
    }

    @Test func everyByteOfAProtectedRequestCounts() throws {
        for level in [ProtectionLevel.packet, .integrity, .privacy] {
            for offset in 0..<(24 + 32 + 24) {
                var armed = false
                let driver = try secured(level) { direction, bytes in
                    if armed, direction == .toServer, bytes.count > offset { bytes[offset] ^= 1 }
                }
                armed = true
                try driver.request([UInt8](repeating: 7, count: 32))
                driver.run()
                #expect(driver.calls.isEmpty, "level \(level), byte \(offset)")
            }
        }
    }

    @Test func everyByteOfAProtectedAnswerCounts() throws {
        for offset in 0..<(24 + 16 + 24) {
            var armed = false
            let driver = try secured(.integrity) { direction, bytes in
                if armed, direction == .toClient, bytes.count > offset { bytes[offset] ^= 1 }
            }
            try driver.request([1])
            driver.run()
            armed = true
            try driver.respond(try #require(driver.calls.first), [UInt8](repeating: 7, count: 16))
            driver.run()
            // A PDU that became a fault is a fault: those are not signed.
            #expect(driver.replies.allSatisfy { $0.fault != nil }, "byte \(offset)")
        }
    }

    /// CVE-2021-23192: what is put between the fragments of a call, or in the place of one, is never taken for it.
    @Test func fragmentsWithoutSignatureAreNotBelieved() throws {
        for injected in [0, 1] {
            var armed = false
            let driver = try secured(.integrity) { direction, bytes in
                guard armed, direction == .toServer else { return }
                armed = false
                var pdus = split(bytes).pdus.map(\.bytes)
                let plain = requestPDU(callID: 3, flags: injected == 0 ? 1 : 2)
                pdus[injected] = plain
                bytes = pdus.flatMap { $0 }
            }
            armed = true
            try driver.request([UInt8](repeating: 7, count: 9000))
            driver.run()
            #expect(driver.calls.isEmpty && driver.serverEnd != nil)
        }
    }

    @Test func requestsReplayedOrLeftOut() throws {
        for replay in [true, false] {
            var armed = false
            let driver = try secured(.integrity) { direction, bytes in
                guard armed, direction == .toServer else { return }
                if replay { bytes += bytes } else { bytes = split(bytes).pdus.last?.bytes ?? [] }
                armed = false
            }
            armed = true
            try driver.request([1])
            if !replay { try driver.request([2]) }
            driver.run()
            #expect(driver.calls.map(\.stub) == (replay ? [[1, 0, 0, 0]] : []))
            #expect(driver.serverEnd != nil)
        }
    }

    @Test func aServerThatDropsTheExchangeIsRefused() throws {
        // The token is cut out of the bind_ack, as if the server knew nothing of authentication.
        let driver = try secured(.integrity) { direction, bytes in
            guard direction == .toClient, bytes.count > 12, bytes[2] == PDUType.bindAck.rawValue else { return }
            let size = bytes.count - 8 - Int(bytes[10]) - Int(bytes[11]) << 8
            bytes = Array(bytes[..<size])
            (bytes[8], bytes[9], bytes[10], bytes[11]) = (UInt8(size & 0xff), UInt8(size >> 8), 0, 0)
        }
        guard case .notAuthenticated(nil) = driver.negotiations.first?.outcome else { throw Unexpected() }
        #expect(driver.clientEnd == .notGenuine)
        #expect(throws: (any Error).self) { try driver.request([1]) }
    }

    @Test func anAnswerWithoutSignatureEndsTheConnection() throws {
        var armed = false
        let driver = try secured(.integrity) { direction, bytes in
            guard armed, direction == .toClient else { return }
            bytes = Array(bytes[..<28])
            (bytes[8], bytes[10]) = (28, 0)
        }
        try driver.request([1])
        driver.run()
        armed = true
        try driver.respond(try #require(driver.calls.first), [1, 2, 3, 4])
        driver.run()
        #expect(driver.replies.isEmpty)
        #expect(driver.clientEnd == .notGenuine)
    }

    @Test func requestsBeforeTheLastTokenAreRefused() throws {
        // auth3 never arrives.
        let driver = try secured(.integrity) { direction, bytes in
            if direction == .toServer { bytes = split(bytes).pdus.filter { $0.type != .auth3 }.flatMap(\.bytes) }
        }
        try driver.request([1])
        driver.run()
        #expect(driver.calls.isEmpty)
        #expect(driver.replies.map(\.fault) == [0x1c01_000b])
    }

    @Test func oneCallAtATimeKeepsTheOrderOfSignatures() throws {
        let driver = try secured(.privacy, tamper: withoutMultiplexing)
        for tag in 1...5 { try driver.request([UInt8(tag)], tag: UInt(tag)) }
        driver.run()
        for tag in 1...5 {
            let call = try #require(driver.calls.first)
            #expect(driver.calls.count == 1 && isSame(call.stub, [UInt8(tag)]))
            driver.calls = []
            try driver.respond(call, call.stub)
            driver.run()
        }
        #expect(driver.replies.map(\.tag) == [1, 2, 3, 4, 5])
    }

    @Test func anotherInterfaceSharesTheProtection() throws {
        let driver = try secured(.privacy)
        try driver.client.negotiate(other, transferSyntaxes: [.ndr], tag: 2)
        driver.run()
        #expect(isAccepted(driver))
        let contextID = try #require(driver.negotiations.last?.contextID)
        try driver.request([5], contextID: contextID)
        driver.run()
        #expect(driver.calls.first?.stub.first == 5)
    }

    @Test func serversWithoutMechanismsRefuseAsBefore() throws {
        let driver = try secured(.integrity)
        #expect(isAccepted(driver))
        let plain = InMemoryDriver(interfaces: [echo])
        let context = SecurityContext(
            try #require(driver.client.securityContext).mechanism, level: .integrity, contextID: 1)
        plain.client.secure(context, token: [1, 2, 3, 4])
        try plain.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 1)
        plain.run()
        guard case .refused(reason: 8) = plain.negotiations.first?.outcome else { throw Unexpected() }
    }
}

/// Carries a secret through generic functions.
private final class Holder {
    let secret: Secret
    init(_ secret: consuming Secret) { self.secret = secret }
}
