// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Security
import Testing
import Transport
import Wire

/// Several security contexts on one connection, exchanges of any length, verification trailers.
@Suite struct SecurityContextTests {
    private func accepted(_ driver: InMemoryDriver) throws -> Negotiation {
        let last = try #require(driver.negotiations.last)
        guard case .accepted = last.outcome else { throw Unexpected() }
        return last
    }

    private func add(
        _ driver: InMemoryDriver, _ level: ProtectionLevel, id: UInt32, key: UInt8, legs: Int = 3
    ) throws -> Negotiation {
        let (context, token) = try toyContext(level, id: id, key: key, legs: legs)
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: UInt(id), security: context, token: token)
        driver.run()
        return try accepted(driver)
    }

    private func echoed(_ driver: InMemoryDriver, _ bound: Negotiation, size: Int = 40) throws -> InMemoryDriver.Call {
        let stub = stubBytes(size, seed: Int(bound.security))
        try driver.request(stub, contextID: bound.contextID, tag: 7, security: bound.security)
        driver.run()
        let popped = driver.calls.popLast()
        let call = try #require(popped)
        let same: Bool = isSame(call.stub, stub)
        #expect(same)
        try driver.respond(call, stub.reversed())
        driver.run()
        let answered = driver.replies.popLast()
        let reply = try #require(answered)
        let reversed: [UInt8] = stub.reversed()
        let back: Bool = reply.stub == reversed
        #expect(back && reply.fault == nil)
        return call
    }

    @Test(arguments: [nil, ProtectionLevel.connect, .integrity, .privacy])
    func eachCallChoosesItsContext(_ first: ProtectionLevel?) throws {
        let driver = try toyDriver(level: first)
        let plain = try accepted(driver)
        #expect(driver.client.multiplexesSecurity)
        let second = try add(driver, .integrity, id: 2, key: 2)
        let third = try add(driver, .privacy, id: 3, key: 3)
        for _ in 0..<3 {
            for (bound, account) in [(plain, first == nil ? nil : "toy1"), (third, "toy3"), (second, "toy2")] {
                let call = try echoed(driver, bound, size: 9000)
                #expect(driver.server.securityContext(call.security)?.mechanism.peer?.account == account)
            }
        }
        #expect(driver.serverEnd == nil && driver.clientEnd == nil)
    }

    @Test func requestsOfTwoContextsMayBeUnderWayTogether() throws {
        let driver = try toyDriver()
        let first = try accepted(driver)
        let second = try add(driver, .privacy, id: 9, key: 9)
        for tag in 0..<6 {
            let bound = tag % 2 == 0 ? first : second
            try driver.request([UInt8(tag)], contextID: bound.contextID, tag: UInt(tag), security: bound.security)
        }
        driver.run()
        #expect(driver.calls.map { $0.stub[0] } == [0, 1, 2, 3, 4, 5])
        let calls: [InMemoryDriver.Call] = driver.calls.reversed()
        for call in calls { try driver.respond(call, call.stub) }
        driver.run()
        #expect(driver.replies.map(\.tag) == [5, 4, 3, 2, 1, 0])
    }

    @Test(arguments: [2, 3, 4, 5, 8])
    func exchangesOfAnyLength(_ legs: Int) throws {
        let driver = try toyDriver(level: .privacy, legs: legs)
        let bound = try accepted(driver)
        _ = try echoed(driver, bound)
        let further = try add(driver, .integrity, id: 2, key: 5, legs: legs)
        _ = try echoed(driver, further)
        _ = try echoed(driver, bound)
    }

    @Test func exchangesWithoutEndAreEnded() throws {
        let driver = try toyDriver(level: .integrity, legs: 200)
        guard case .notAuthenticated = driver.negotiations.last?.outcome else { throw Unexpected() }
        #expect(driver.clientEnd != nil)
    }

    /// A server counts for itself, whatever the client allows itself.
    @Test func serversEndExchangesToo() throws {
        var limits = Limits()
        limits.maximumTokens = 3
        for (legs, isLong) in [(8, false), (12, true)] {
            let driver = try toyDriver(level: .integrity, legs: legs, limits: limits)
            if isLong {
                guard case .notAuthenticated = driver.negotiations.last?.outcome else { throw Unexpected() }
                #expect(driver.serverEnd != nil && driver.server.security?.isEstablished == false)
            } else {
                _ = try echoed(driver, try accepted(driver))
            }
        }
    }

    @Test func contextsAreLimited() throws {
        var limits = Limits()
        limits.maximumSecurityContexts = 3
        let driver = try toyDriver(limits: limits)
        _ = try add(driver, .integrity, id: 2, key: 2)
        let third = try add(driver, .integrity, id: 3, key: 3)
        _ = try echoed(driver, third)
        let (context, token) = try toyContext(.integrity, id: 4, key: 4)
        try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 4, security: context, token: token)
        driver.run()
        guard case .fault(0x1c01_000b) = driver.negotiations.last?.outcome else { throw Unexpected() }
        #expect(driver.serverEnd != nil)
    }

    @Test func anotherContextsSignatureIsNone() throws {
        var armed = false
        let driver = try toyDriver { direction, bytes in
            guard armed, direction == .toServer else { return }
            // The trailer of the request says that it belongs to the other context.
            bytes[bytes.count - 16] = 2
        }
        _ = try add(driver, .integrity, id: 2, key: 2)
        armed = true
        try driver.request([1], tag: 1, security: 1)
        driver.run()
        #expect(driver.calls.isEmpty && driver.replies.map(\.fault) == [0x721])
    }

    /// CVE-2021-23192: a fragment of another security context is none of the call's, though its signature is right: it is
    /// the whole request of that context, whose header nobody signs, made the last fragment of the other's.
    @Test(arguments: [false, true]) func theFirstFragmentSelectsTheContext(_ isOwn: Bool) throws {
        let driver = try toyDriver(signsHeaders: false)
        let first = try accepted(driver)
        let second = try add(driver, .integrity, id: 2, key: 2)
        #expect(driver.server.security?.signsHeaders == false)
        var pieces: [[UInt8]] = []
        for (bound, size) in [(first, 9000), (second, 400)] {
            try driver.request(stubBytes(size), contextID: bound.contextID, security: bound.security)
            let bytes = Array(driver.client.outbox.pending)
            driver.client.written(bytes.count)
            pieces += split(bytes).pdus.map(\.bytes)
        }
        #expect(pieces.count == 3)
        var forged = pieces[2]
        forged[3] = 2
        forged.replaceSubrange(12..<16, with: pieces[0][12..<16])
        forged.replaceSubrange(20..<22, with: pieces[0][20..<22])
        // By itself it is served, so nothing else is wrong with it.
        for piece in isOwn ? [pieces[2]] : [pieces[0], forged] {
            guard let space = driver.server.inputSpace() else { throw Unexpected() }
            space.copyBytes(from: piece)
            driver.server.received(piece.count)
            driver.run()
        }
        #expect(driver.calls.count == (isOwn ? 1 : 0) && (driver.serverEnd != nil) == !isOwn)
    }

    /// A connection that was bound without protection has requests of both kinds; another one has none without.
    @Test func requestsWithoutTrailer() throws {
        let mixed = try toyDriver(level: nil)
        _ = try add(mixed, .integrity, id: 2, key: 2)
        try mixed.request([1, 2], security: 0)
        mixed.run()
        #expect(mixed.calls.first?.security == 0)
        let protected = try toyDriver()
        _ = try add(protected, .privacy, id: 2, key: 2)
        try protected.request([1, 2], security: 0)
        protected.run()
        #expect(protected.calls.isEmpty && protected.replies.map(\.fault) == [0x1c01_000b])
    }

    // MARK: Verification trailers

    @Test func trailersSayWhatHasNotBeenConfirmed() throws {
        var seen: [VerificationTrailer?] = []
        let driver = try toyDriver { direction, bytes in
            guard direction == .toServer else { return }
            for pdu in split(bytes).pdus where pdu.type == .request {
                let end = pdu.bytes.count - 20 - Int(pdu.bytes[pdu.bytes.count - 18])
                seen.append(Array(pdu.bytes[24..<end]).withUnsafeBytes { VerificationTrailer($0) })
            }
        }
        let bound = try accepted(driver)
        _ = try echoed(driver, bound, size: 9001)
        _ = try echoed(driver, bound)
        #expect(seen.count == 3 && seen[0] == nil && seen[2] == nil)
        let trailer = try #require(seen[1])
        #expect(trailer.bitmask == 1 && trailer.syntaxes?.abstract == echo && trailer.header == nil)
    }

    @Test func withoutHeaderSigningTheHeaderIsSaidAgain() throws {
        // Opnum and presentation context change on their way, which no signature covers.
        for (offset, changes) in [(22, true), (20, true), (0, false)] {
            var armed = false
            let driver = try toyDriver(signsHeaders: false) { direction, bytes in
                if armed, direction == .toServer, changes { bytes[offset] = 1 }
            }
            try driver.client.negotiate(echo, transferSyntaxes: [.ndr], tag: 2)
            driver.run()
            armed = true
            try driver.request(stubBytes(32))
            driver.run()
            #expect(driver.calls.isEmpty == changes)
            #expect(driver.replies.map(\.fault) == (changes ? [offset == 22 ? 5 : driver.replies.first?.fault] : []))
        }
    }

    /// Each command by itself, right and wrong, in a request that the client would send without a trailer.
    @Test func eachCommandIsChecked() throws {
        typealias Change = (inout VerificationTrailer, IncomingMeaning) -> Void
        let cases: [(name: String, isRight: Bool, change: Change)] = [
            ("bitmask", true, { trailer, _ in trailer.bitmask = 1 }),
            ("no bitmask", true, { trailer, _ in trailer.bitmask = 0 }),
            ("syntaxes", true, { trailer, _ in trailer.syntaxes = (echo, .ndr) }),
            ("other interface", false, { trailer, _ in trailer.syntaxes = (other, .ndr) }),
            ("other transfer syntax", false, { trailer, _ in trailer.syntaxes = (echo, .ndr64) }),
            ("header", true, { trailer, meant in trailer.header = meant.header() }),
            ("byte order", false, { trailer, meant in trailer.header = meant.header(bigEndian: true) }),
            ("call", false, { trailer, meant in trailer.header = meant.header(call: 1) }),
            ("context", false, { trailer, meant in trailer.header = meant.header(context: 1) }),
            ("opnum", false, { trailer, meant in trailer.header = meant.header(opnum: 1) }),
        ]
        for (name, isRight, change) in cases {
            let driver = try toyDriver()
            let bound = try accepted(driver)
            let before = try echoed(driver, bound)
            var trailer = VerificationTrailer()
            change(&trailer, IncomingMeaning(callID: before.callID + 1, contextID: bound.contextID))
            let stub = bytes { writer in
                for _ in 0..<8 { try writer.append(UInt8(7)) }
                try trailer.write(to: &writer, stubStart: 0)
            }
            try driver.request(stub, contextID: bound.contextID, security: bound.security)
            driver.run()
            #expect(driver.calls.map(\.stub) == (isRight ? [[UInt8](repeating: 7, count: 8)] : []), "\(name)")
            #expect(driver.replies.map(\.fault) == (isRight ? [] : [5]), "\(name)")
        }
    }

    @Test func trailersAreFoundAndRefused() throws {
        var trailer = VerificationTrailer()
        trailer.bitmask = 1
        trailer.syntaxes = (echo, .ndr)
        trailer.header = .init(bigEndian: false, callID: 5, contextID: 6, opnum: 7)
        for lead in [0, 1, 4, 1000, 5000] {
            for padding in [0, 3, 16] {
                let stub = bytes { writer in
                    for _ in 0..<lead { try writer.append(UInt8(7)) }
                    try trailer.write(to: &writer, stubStart: 0)
                    for _ in 0..<padding { try writer.append(UInt8(0)) }
                }
                let read = stub.withUnsafeBytes { VerificationTrailer($0) }
                var expected = trailer
                expected.offset = (lead + 3) & ~3
                #expect(read == expected)
                // Every prefix is read without harm, and none but the whole thing is one.
                for count in 0..<min(stub.count - padding, 120) {
                    #expect(stub[..<count].withUnsafeBytes { VerificationTrailer($0) } == nil)
                }
            }
        }
        let far = bytes { writer in
            try trailer.write(to: &writer, stubStart: 0)
            for _ in 0..<1200 { try writer.append(UInt8(0)) }
        }
        #expect(far.withUnsafeBytes { VerificationTrailer($0) } == nil)
        let unknown: [UInt8] = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71, 0x09, 0xc0, 0, 0]
        #expect(unknown.withUnsafeBytes { VerificationTrailer($0) }?.isUnacceptable == true)
        let ignorable: [UInt8] = [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71, 0x09, 0x40, 0, 0]
        #expect(ignorable.withUnsafeBytes { VerificationTrailer($0) }?.isUnacceptable == false)
    }
}

/// What a request's header is to say.
private struct IncomingMeaning {
    var callID: UInt32
    var contextID: UInt16

    func header(
        bigEndian: Bool = false, call: UInt32 = 0, context: UInt16 = 0, opnum: UInt16 = 0
    ) -> VerificationTrailer.Header {
        VerificationTrailer.Header(
            bigEndian: bigEndian, callID: callID &+ call, contextID: contextID &+ context, opnum: opnum)
    }
}
