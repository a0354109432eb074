// SPDX-License-Identifier: LGPL-3.0-or-later

import Binding
import Testing
import Wire

@testable import Server

private let echo = UUIDValue(
    timeLow: 0x60a1_5ec5, timeMid: 0x4de8, timeHighAndVersion: 0x11d7, tail: 0xa637_0050_56a2_0182)
private let other = UUIDValue(timeLow: 1, timeMid: 2, timeHighAndVersion: 3, tail: 4)

private func version(_ major: UInt32, _ minor: UInt32) -> UInt32 { minor << 16 | major }

private func entry(
    _ uuid: UUIDValue = echo, _ major: UInt32 = 1, _ minor: UInt32 = 0, object: UUIDValue = .zero,
    host: String? = "192.0.2.1", port: String = "49152"
) -> EndpointMapEntry {
    EndpointMapEntry(
        syntax: SyntaxID(uuid: uuid, version: version(major, minor)), object: object, transport: .ncacnIPTCP,
        host: host,
        endpoint: port, annotation: "test")
}

private func asking(
    _ uuid: UUIDValue = echo, _ major: UInt32 = 1, _ minor: UInt32 = 0, _ transfer: SyntaxID = .ndr,
    _ transport: ProtocolSequence = .ncacnIPTCP
) throws -> ProtocolTower {
    try #require(
        ProtocolTower(
            abstractSyntax: SyntaxID(uuid: uuid, version: version(major, minor)), transferSyntax: transfer,
            transport: transport, endpoint: nil, host: nil))
}

private func read(_ octets: [UInt8]) throws -> ProtocolTower {
    try octets.withUnsafeBytes { (bytes) throws(WireError) in try ProtocolTower(bytes) }
}

@Suite struct VersionOptionTests {
    /// Offered 2.3 against what is asked for.
    @Test(arguments: [
        (VersionOption.all, 9, 9, true),
        (.compatible, 2, 3, true), (.compatible, 2, 0, true), (.compatible, 2, 4, false), (.compatible, 1, 0, false),
        (.exact, 2, 3, true), (.exact, 2, 2, false), (.exact, 1, 3, false),
        (.majorOnly, 2, 9, true), (.majorOnly, 3, 3, false),
        (.upTo, 2, 3, true), (.upTo, 2, 4, true), (.upTo, 3, 0, true), (.upTo, 2, 2, false), (.upTo, 1, 9, false),
    ])
    func matches(_ option: VersionOption, _ major: UInt32, _ minor: UInt32, _ expected: Bool) {
        let offered = SyntaxID(uuid: echo, version: version(2, 3))
        #expect(option.matches(offered, SyntaxID(uuid: echo, version: version(major, minor))) == expected)
        #expect(!option.matches(offered, SyntaxID(uuid: other, version: version(major, minor))))
    }

    @Test func hasTheNumbersOfC706() {
        #expect(VersionOption(rawValue: 0) == nil)
        #expect(VersionOption(rawValue: 1) == .all)
        #expect(VersionOption(rawValue: 5) == .upTo)
        #expect(VersionOption(rawValue: 6) == nil)
    }
}

@Suite struct EndpointMapTests {
    @Test func looksUpByInterfaceAndObject() {
        let map = EndpointMap(entries: [entry(), entry(other), entry(object: other), entry(echo, 2)])
        let syntax = SyntaxID(uuid: echo, version: 1)
        #expect(map.lookup(.all).count == 4)
        #expect(map.lookup(.interface(syntax, .all)).count == 3)
        #expect(map.lookup(.interface(syntax, .exact)).count == 2)
        #expect(map.lookup(.object(other)) == [entry(object: other)])
        #expect(map.lookup(.object(.zero)).count == 3)
        #expect(map.lookup(.both(syntax, .exact, other)) == [entry(object: other)])
        #expect(map.lookup(.both(syntax, .exact, echo)).isEmpty)
    }

    @Test func mapsAnInterfaceToItsEndpoints() throws {
        let map = EndpointMap(entries: [entry(), entry(other, port: "1"), entry(port: "49153")])
        let towers = try map.map(asking(), object: .zero, preferring: nil).map(read)
        #expect(towers.map(\.endpoint) == ["49152", "49153"])
        #expect(towers.allSatisfy { $0.abstractSyntax == SyntaxID(uuid: echo, version: 1) && $0.host == "192.0.2.1" })
        #expect(towers.allSatisfy { $0.transferSyntax == .ndr && $0.floors.count == 5 })
    }

    @Test func answersInTheTransferSyntaxThatWasAsked() throws {
        let map = EndpointMap(entries: [entry()])
        let towers = try map.map(asking(echo, 1, 0, .ndr64), object: .zero, preferring: nil).map(read)
        #expect(towers.map(\.transferSyntax) == [.ndr64])
        #expect(try map.map(asking(echo, 1, 0, .zero), object: .zero, preferring: nil).isEmpty)
    }

    @Test func mapsNothingElse() throws {
        let map = EndpointMap(entries: [entry(echo, 1, 2)])
        #expect(try map.map(asking(echo, 1, 2), object: .zero, preferring: nil).count == 1)
        #expect(try map.map(asking(echo, 1, 3), object: .zero, preferring: nil).isEmpty)
        #expect(try map.map(asking(echo, 2, 0), object: .zero, preferring: nil).isEmpty)
        #expect(try map.map(asking(other), object: .zero, preferring: nil).isEmpty)
        #expect(try map.map(asking(echo, 1, 0, .ndr, .ncacnNP), object: .zero, preferring: nil).isEmpty)
        #expect(map.map(ProtocolTower(floors: []), object: .zero, preferring: nil).isEmpty)
    }

    @Test func objectsSelect() throws {
        let map = EndpointMap(entries: [entry(object: other, port: "1"), entry(port: "2")])
        #expect(try map.map(asking(), object: other, preferring: nil).map(read).map(\.endpoint) == ["1", "2"])
        #expect(try map.map(asking(), object: .zero, preferring: nil).map(read).map(\.endpoint) == ["2"])
        #expect(try map.map(asking(), object: echo, preferring: nil).map(read).map(\.endpoint) == ["2"])
    }

    @Test func theAddressThatTheClientKnowsComesFirst() throws {
        let map = EndpointMap(
            entries: [
                entry(host: nil, port: "1"), entry(host: "192.0.2.1", port: "2"), entry(host: "127.0.0.1", port: "3"),
            ])
        let towers = try map.map(asking(), object: .zero, preferring: "127.0.0.1").map(read)
        #expect(towers.map(\.endpoint) == ["3", "2", "1"])
        #expect(towers.last?.host == "0.0.0.0")
    }
}
