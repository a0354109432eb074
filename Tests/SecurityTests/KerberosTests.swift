// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// What a KDC may ask a client to do, in messages that nobody has signed.
@Suite struct KDCWorkTests {
    private func entry(_ iterations: [UInt8]) -> [UInt8] {
        der(0x30, der(0xa0, [2, 1, 18]) + der(0xa1, der(0x1b, [0x78])) + der(0xa2, der(0x04, iterations)))
    }

    private func data(_ iterations: [UInt8]) -> [UInt8] {
        der(0x30, der(0xa1, [2, 1, 19]) + der(0xa2, der(0x04, der(0x30, entry(iterations)))))
    }

    private let timestamp: [UInt8] = [0x30, 9, 0xa1, 3, 2, 1, 2, 0xa2, 2, 4, 0]

    private func error(_ code: UInt8, _ data: [UInt8]) -> [UInt8] {
        let head = der(0xa0, [2, 1, 5]) + der(0xa1, [2, 1, 30])
        return der(0x7e, der(0x30, head + der(0xa6, [2, 1, code]) + der(0xac, der(0x04, data))))
    }

    private func reply(_ list: [UInt8]) -> [UInt8] {
        der(0x6b, der(0x30, der(0xa0, [2, 1, 5]) + der(0xa1, [2, 1, 11]) + der(0xa2, list)))
    }

    @Test(arguments: [[0, 0, 0x10, 0], [0, 0, 0x80, 0], [0, 4, 0, 0]] as [[UInt8]])
    func asKDCsHaveIt(_ iterations: [UInt8]) {
        let list = der(0x30, timestamp + data(iterations))
        #expect(KDCWork.isBearable(error(25, list)))
        #expect(KDCWork.isBearable(reply(list)))
    }

    @Test(arguments: [[0, 4, 0, 1], [0, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0]] as [[UInt8]])
    func tooMuch(_ iterations: [UInt8]) {
        let list = der(0x30, timestamp + data(iterations))
        for code: UInt8 in [24, 25, 90, 91] { #expect(!KDCWork.isBearable(error(code, list))) }
        #expect(!KDCWork.isBearable(reply(list)))
        // In the second entry, as TYPED-DATA, and with lengths that are longer than they need be.
        let second = der(0x30, entry([0, 0, 0x10, 0]) + entry(iterations))
        let element = der(0x30, der(0xa1, [2, 1, 19]) + der(0xa2, der(0x04, second)))
        #expect(!KDCWork.isBearable(error(25, der(0x30, element))))
        let typed = der(0x30, der(0xa0, [2, 1, 19]) + der(0xa1, der(0x04, der(0x30, entry(iterations)))))
        #expect(!KDCWork.isBearable(error(25, der(0x30, typed))))
        let longer = [0x30, 0x82, 0, UInt8(data(iterations).count)] + data(iterations)
        #expect(!KDCWork.isBearable(error(25, longer)))
    }

    @Test func whatIsReadOtherwise() {
        // An indefinite length, which libkrb5 takes.
        let list = [0x30, 0x80] + data([0, 0xff, 0xff, 0xff]) + [0, 0]
        #expect(!KDCWork.isBearable(error(25, list)))
        #expect(!KDCWork.isBearable(reply(list)))
        // Errors after which a client does not go on may have anything in them.
        #expect(KDCWork.isBearable(error(18, list)))
        #expect(KDCWork.isBearable(error(25, [])))
        #expect(KDCWork.isBearable([]))
        #expect(KDCWork.isBearable([0x6d, 1, 0]))
        for first in UInt8(0)...255 { #expect(!KDCWork.isBearable([first])) }
        #expect(!KDCWork.isBearable([4, 8, 0, 0]))
    }

    @Test func cutAnywhere() {
        let whole = error(25, der(0x30, timestamp + data([0, 0xff, 0xff, 0xff])))
        for count in 1..<whole.count { #expect(!KDCWork.isBearable(Array(whole[..<count]))) }
    }
}

/// Whom a server takes a principal for.
@Suite struct PrincipalTests {
    private func names(_ principal: String) -> [String]? {
        KerberosAcceptor.peer(principal).map { [$0.account, $0.domain] }
    }

    @Test func accountsAndRealms() {
        #expect(names("alice@EXAMPLE.TEST") == ["alice", "EXAMPLE.TEST"])
        #expect(names("host/server.example.test@EXAMPLE.TEST") == ["host/server.example.test", "EXAMPLE.TEST"])
        #expect(names("alice") == ["alice", ""])
    }

    /// What stands in a name is not its realm.
    @Test func namesWithSigns() {
        #expect(names("admin\\@EXAMPLE.TEST@OTHER.TEST") == ["admin\\@EXAMPLE.TEST", "OTHER.TEST"])
        #expect(names("a\\\\@OTHER.TEST") == ["a\\\\", "OTHER.TEST"])
        #expect(names("a\\") == ["a\\", ""])
    }

    @Test func nobody() {
        #expect(names("WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS") == nil)
        #expect(names("WELLKNOWN/ANONYMOUS@EXAMPLE.TEST") == nil)
        #expect(names("@EXAMPLE.TEST") == nil)
        #expect(names("") == nil)
    }
}
