// SPDX-License-Identifier: LGPL-3.0-or-later

import Connection
import PDU
import Security
import Testing
import Transport
import Wire

/// Attacks on the security exchange and on protected calls, by the names under which they are known. What a core decides
/// is tested here; docs/security.md lists the tests of the mechanisms and those that need a peer.
@Suite struct AttackTests {
    private static let protecting: [ProtectionLevel] = [.packet, .integrity, .privacy]

    // MARK: CVE-2015-5370: the order of PDUs, and who may change what

    /// A PDU with a trailer of another security context than the bind's, in each of its parts.
    private func foreign(_ pdu: [UInt8], _ mechanism: Mechanism, _ level: ProtectionLevel) -> [[UInt8]] {
        [
            withAuth(pdu, type: mechanism.authType ^ 0x40, level: level.rawValue, contextID: 1),
            withAuth(pdu, type: mechanism.authType, level: level == .privacy ? 5 : 6, contextID: 1),
            withAuth(pdu, type: mechanism.authType, level: 2, contextID: 1),
            withAuth(pdu, type: mechanism.authType, level: level.rawValue, contextID: 2),
            withAuth(pdu, type: 0, level: 1, contextID: 0),
        ]
    }

    private func withAuth(_ pdu: [UInt8], type: UInt8, level: UInt8, contextID: UInt8) -> [UInt8] {
        var pdu = ConnectionTests.withAuth(pdu, type: type, level: level, value: [UInt8](repeating: 7, count: 16))
        pdu[pdu.trailer + 4] = contextID
        return pdu
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2015_5370_secondBind(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let driver = try mechanism.bound(level)
        try driver.inject(bindPDU([element(5, echo, [.ndr])], callID: 77))
        #expect(driver.serverEnd != nil && driver.calls.isEmpty)
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2015_5370_authTripleOfRequests(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        for pdu in foreign(requestPDU([1, 2, 3, 4], callID: 50), mechanism, level) {
            let driver = try mechanism.bound(level)
            try driver.inject(pdu)
            #expect(driver.calls.isEmpty && driver.serverEnd != nil)
        }
    }

    /// A client takes access_denied with did_not_execute for a refused logon, so only that may have the flag.
    @Test func aFaultTellsARefusedLogonFromAChangedTriple() throws {
        let refused = try Mechanism.ntlm.driver(.integrity, password: "guess")
        refused.run()
        try refused.request([1])
        refused.run()
        let reply = try #require(refused.replies.first)
        #expect(reply.fault == 5 && reply.didNotExecute)

        for pdu in foreign(requestPDU([1, 2, 3, 4], callID: 50), .ntlm, .integrity) {
            let driver = try Mechanism.ntlm.bound(.integrity)
            var flags: [PFCFlags] = []
            driver.tamper = { direction, bytes in
                guard direction == .toClient else { return }
                flags += split(bytes).pdus.filter { $0.type == .fault }.map { PFCFlags(rawValue: $0.bytes[3]) }
            }
            try driver.inject(pdu)
            #expect(!flags.isEmpty && flags.allSatisfy { !$0.contains(.didNotExecute) })
        }
    }

    /// Where the server has answered the client's last token, such a fault is about the call.
    @Test func aFaultIsNoRefusedLogonWhereTheServerHasConfirmedIt() throws {
        for (mechanism, isRefusal) in [(Mechanism.ntlm, true), (.spnego, false)] {
            for code in [UInt32(5), 0x721, 0x1c01_000b] {
                let driver = try mechanism.bound(.integrity)
                try driver.request([1])
                driver.run()
                driver.fault(try #require(driver.calls.first), code, didNotExecute: true)
                driver.run()
                #expect(driver.replies.first?.refusesLogon == isRefusal, "\(mechanism), \(code)")
            }
        }
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2015_5370_authTripleOfAlterContext(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let alter = bindPDU([element(5, other, [.ndr])], type: .alterContext, callID: 50)
        for pdu in foreign(alter, mechanism, level) + [
            withAuth(alter, type: mechanism.authType, level: level.rawValue, contextID: 1)
        ] {
            let driver = try mechanism.bound(level)
            var seen: [SeenPDU] = []
            driver.tamper = { direction, bytes in if direction == .toClient { seen += split(bytes).pdus } }
            try driver.inject(pdu)
            #expect(seen.allSatisfy { $0.acknowledgement?.results.contains { $0.result == .acceptance } != true })
            #expect(driver.calls.isEmpty)
        }
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2015_5370_auth3WithoutExchange(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let driver = try mechanism.bound(level)
        try driver.inject(
            withAuth(
                headerOnly(.auth3, callID: 50) + [0, 0, 0, 0], type: mechanism.authType, level: level.rawValue,
                contextID: 1))
        #expect(driver.calls.isEmpty && driver.serverEnd != nil)
    }

    @Test(arguments: Mechanism.allCases) func cve2015_5370_unexpectedTypes(_ mechanism: Mechanism) throws {
        for type in [PDUType.response, .fault, .bindAck, .bindNak, .alterContextResponse, .shutdown, .ping, .working] {
            let driver = try mechanism.bound(.integrity)
            try driver.inject(headerOnly(type, callID: 50) + [UInt8](repeating: 0, count: 16))
            #expect(driver.calls.isEmpty && driver.serverEnd != nil, "\(type)")
        }
    }

    @Test func cve2015_5370_bindWithoutContexts() throws {
        for mechanism in Mechanism.allCases {
            let server = ServerUnderTest()
            server.server.authTypes = [mechanism.authType]
            let answer = server.send(
                withAuth(bindPDU([]), type: mechanism.authType, level: 5, contextID: 1))
            #expect(answer.first?.type == .bindNak && server.dispatched.isEmpty)
        }
    }

    @Test func cve2015_5370_aFailedLogonStaysFailed() throws {
        let driver = try Mechanism.ntlm.driver(.integrity, password: "guess")
        driver.run()
        let good = try Mechanism.ntlm.driver(.integrity)
        var token: [UInt8] = []
        good.tamper = { direction, bytes in
            if direction == .toServer { token = split(bytes).pdus.first { $0.type == .auth3 }?.bytes ?? token }
        }
        good.run()
        // The right proof, which is for the same challenge here, comes too late.
        #expect(!token.isEmpty)
        try driver.inject(token)
        #expect(driver.serverEnd != nil && driver.calls.isEmpty)
    }

    // MARK: CVE-2016-2118: no silent fall to less protection

    /// Cuts or changes the token of a bind_ack.
    private func changed(_ change: @escaping (inout [UInt8]) -> Void) -> (InMemoryDriver.Direction, inout [UInt8]) ->
        Void
    {
        { direction, bytes in
            if direction == .toClient, bytes.count > 12, bytes[2] == PDUType.bindAck.rawValue { change(&bytes) }
        }
    }

    private func isRefused(_ driver: InMemoryDriver) -> Bool {
        guard case .notAuthenticated = driver.negotiations.first?.outcome else { return false }
        return driver.clientEnd == .notGenuine
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2016_2118_serversThatTakeNoPart(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let changes: [(inout [UInt8]) -> Void] = [
            { bytes in
                let size = bytes.trailer
                bytes = Array(bytes[..<size])
                (bytes[8], bytes[9], bytes[10], bytes[11]) = (UInt8(size & 0xff), UInt8(size >> 8), 0, 0)
            },
            { bytes in bytes[bytes.trailer] ^= 0x40 },
            { bytes in bytes[bytes.trailer + 1] = 2 },
            { bytes in bytes[bytes.trailer + 1] = 1 },
            { bytes in bytes[bytes.trailer + 4] ^= 1 },
        ]
        for change in changes {
            let driver = try mechanism.driver(level, tamper: changed(change))
            driver.run()
            #expect(isRefused(driver))
            #expect(throws: (any Error).self) { try driver.request([1]) }
        }
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2016_2118_nothingLeavesUnprotected(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        var bare = 0
        let driver = try mechanism.bound(level) { _, bytes in
            for pdu in split(bytes).pdus where pdu.type == .request || pdu.type == .response {
                if pdu.bytes[10] == 0 || pdu.bytes[pdu.bytes.trailer + 1] != level.rawValue { bare += 1 }
            }
        }
        for size in [0, 100, 20_000] {
            try driver.request([UInt8](repeating: 1, count: size))
            driver.run()
            let call = driver.calls.popLast()
            try driver.respond(#require(call), [UInt8](repeating: 1, count: size))
            driver.run()
        }
        #expect(driver.replies.count == 3 && bare == 0)
    }

    // MARK: CVE-2016-2110, CVE-2016-2111

    /// Flags that whoever is in between takes out of NTLM's first two messages.
    @Test func cve2016_2110_flagsTakenAway() throws {
        for type in [PDUType.bind, .bindAck] {
            for bit in [4, 5, 19, 29, 30] {
                let driver = try Mechanism.ntlm.driver(.privacy) { _, bytes in
                    guard bytes.count > 12, bytes[2] == type.rawValue else { return }
                    let flags = bytes.trailer + 8 + (type == .bind ? 12 : 20)
                    bytes[flags + bit / 8] &= ~(1 << UInt8(bit % 8))
                }
                driver.run()
                _ = try? driver.request([1])
                driver.run()
                #expect(driver.calls.isEmpty, "\(type), bit \(bit)")
            }
        }
    }

    /// A client that would use Schannel without signatures finds no server.
    @Test func cve2016_2111_schannelAtLevelConnect() throws {
        let driver = try Mechanism.schannel.driver(.integrity) { direction, bytes in
            guard direction == .toServer, bytes.count > 12, bytes[2] == PDUType.bind.rawValue else { return }
            bytes[bytes.trailer + 1] = ProtectionLevel.connect.rawValue
        }
        driver.run()
        guard case .refused = driver.negotiations.first?.outcome else { throw Unexpected() }
        try driver.inject(requestPDU([1], callID: 50))
        #expect(driver.calls.isEmpty)
    }

    // MARK: CVE-2021-23192: every fragment is verified with the context of the first

    @Test(arguments: Mechanism.allCases, protecting)
    func cve2021_23192_fragments(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let games: [([[UInt8]]) -> [[UInt8]]] = [
            { [requestPDU(callID: 3, flags: 1), $0[1]] },
            { [$0[0], requestPDU(callID: 3, flags: 2)] },
            { [$0[0], requestPDU([9, 9, 9, 9], callID: 3, flags: 0), $0[1]] },
            { pdus in
                var last = pdus[1]
                last[last.trailer + 4] ^= 1
                return [pdus[0], last]
            },
            { pdus in
                var last = pdus[1]
                last[last.trailer + 1] = level == .privacy ? 5 : 6
                return [pdus[0], last]
            },
            { pdus in
                let size = pdus[1].trailer
                var last = Array(pdus[1][..<size])
                (last[8], last[9], last[10], last[11]) = (UInt8(size & 0xff), UInt8(size >> 8), 0, 0)
                return [pdus[0], last]
            },
            { [$0[1], $0[0]] },
            { [$0[0], $0[0], $0[1]] },
        ]
        for (index, game) in games.enumerated() {
            var armed = false
            let driver = try mechanism.bound(level) { direction, bytes in
                guard armed, direction == .toServer else { return }
                armed = false
                bytes = game(split(bytes).pdus.map(\.bytes)).flatMap { $0 }
            }
            armed = true
            try driver.request([UInt8](repeating: 7, count: 9000))
            driver.run()
            #expect(driver.calls.isEmpty && driver.serverEnd != nil, "game \(index)")
        }
    }

    // MARK: Tampering

    @Test(arguments: Mechanism.allCases, protecting)
    func tamperedReply(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let size = mechanism != .schannel ? 24 + 32 + 8 + 16 : 24 + 32 + 8 + 32
        for offset in 0..<size {
            var armed = false
            let driver = try mechanism.bound(level) { direction, bytes in
                guard armed, direction == .toClient, bytes.count > offset else { return }
                bytes[offset] ^= 0x81
            }
            try driver.request([1])
            driver.run()
            armed = true
            try driver.respond(try #require(driver.calls.first), [UInt8](repeating: 7, count: 32))
            driver.run()
            // What became a fault is one: faults are not signed. Nobody is told a wrong answer.
            let unused = mechanism == .schannel && level != .privacy && offset >= 24 + 32 + 8 + 24
            #expect(unused || driver.replies.allSatisfy { $0.fault != nil }, "byte \(offset)")
        }
    }

    /// Header signing: operation number, context, call id, lengths and the trailer itself.
    @Test(arguments: Mechanism.allCases, protecting)
    func tamperedHeaderWithHeaderSigning(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        for offset in Array(0..<24) + Array(56..<64) {
            for bit in [UInt8(1), 0x10, 0x80] {
                var armed = false
                let driver = try mechanism.bound(level) { direction, bytes in
                    if armed, direction == .toServer, bytes.count > offset { bytes[offset] ^= bit }
                }
                #expect(driver.server.security?.signsHeaders == true)
                armed = true
                try driver.request([UInt8](repeating: 7, count: 32), opnum: 3)
                driver.run()
                #expect(driver.calls.isEmpty, "byte \(offset)")
            }
        }
    }

    @Test(arguments: Mechanism.allCases, protecting)
    func replayedAndReorderedPDUs(_ mechanism: Mechanism, _ level: ProtectionLevel) throws {
        let games: [([[UInt8]]) -> [[UInt8]]] = [
            { [$0[0], $0[0]] }, { [$0[1], $0[0]] }, { [$0[1]] }, { [$0[0], $0[1], $0[0]] },
        ]
        for (index, game) in games.enumerated() {
            // Two requests of one connection, one after the other, kept back until both are there.
            var kept: [[UInt8]] = []
            var armed = false
            let source = try mechanism.bound(level) { direction, bytes in
                if armed, direction == .toServer { kept += split(bytes).pdus.map(\.bytes) }
            }
            armed = true
            for tag in [UInt8(1), 2] {
                try source.request([tag])
                source.run()
                let call = source.calls.popLast()
                try source.respond(#require(call), [tag])
                source.run()
            }
            // The same exchange again: nothing is random here, so the keys are the same.
            let driver = try mechanism.bound(level)
            for pdu in game(kept) { try? driver.inject(pdu) }
            let expected: [[UInt8]]
            switch index {
            case 0: expected = [[1, 0, 0, 0]]
            // Schannel's calls take turns.
            case 3: expected = mechanism != .schannel ? [[1, 0, 0, 0], [2]] : [[1, 0, 0, 0]]
            default: expected = []
            }
            #expect(driver.calls.map(\.stub) == expected, "game \(index)")
            #expect(driver.serverEnd != nil)
        }
    }

    // MARK: auth_pad_length and auth_length

    @Test(arguments: Mechanism.allCases, [true, false])
    func authPadAndAuthLengthGames(_ mechanism: Mechanism, _ signsHeaders: Bool) throws {
        for level in AttackTests.protecting {
            for value in 0...255 {
                for field in 0..<4 {
                    var armed = false
                    let driver = try mechanism.bound(level, signsHeaders: signsHeaders) { direction, bytes in
                        guard armed, direction == .toServer, bytes.count > 60 else { return }
                        switch field {
                        case 0: bytes[bytes.trailer + 2] = UInt8(value)
                        case 1: bytes[10] = UInt8(value)
                        case 2: bytes[11] = UInt8(value)
                        default:
                            // A PDU that is all trailer.
                            let size = 24 + value
                            guard size < bytes.count else { return }
                            bytes = Array(bytes[..<size])
                            (bytes[8], bytes[9]) = (UInt8(size & 0xff), UInt8(size >> 8))
                        }
                    }
                    armed = true
                    let stub = [UInt8](repeating: 7, count: 30)
                    try driver.request(stub)
                    driver.run()
                    // Without header signing the padding's length is not covered, as specified: stub data may end
                    // earlier or include the padding or the verification trailer, never anything else.
                    let covered = signsHeaders || mechanism == .ntlm
                    let whole = stub + [0, 0]
                    #expect(
                        driver.calls.allSatisfy {
                            covered
                                ? $0.stub == whole : whole.starts(with: $0.stub) || $0.stub.starts(with: whole)
                        },
                        "\(level), field \(field), value \(value)")
                }
            }
        }
    }

    @Test func tokensOfAnyLength() throws {
        for mechanism in Mechanism.allCases {
            for length in [1, 2, 7, 8, 9, 255, 256, 1000, 5000] {
                let server = ServerUnderTest()
                server.server.authTypes = [mechanism.authType]
                var pdu = bindPDU([element(0, echo, [.ndr])])
                pdu += [mechanism.authType, 5, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0x41, count: length)
                (pdu[8], pdu[9]) = (UInt8(pdu.count & 0xff), UInt8(pdu.count >> 8))
                for claimed in [0, 1, length - 1, length, length + 1, length + 80, 0xffff] {
                    (pdu[10], pdu[11]) = (UInt8(claimed & 0xff), UInt8(claimed >> 8 & 0xff))
                    let server = ServerUnderTest()
                    server.server.authTypes = [mechanism.authType]
                    let answer = server.send(pdu)
                    #expect(claimed == 0 || answer.first?.type == .bindNak)
                }
                _ = server
            }
        }
    }
}
