// SPDX-License-Identifier: LGPL-3.0-or-later

import Binding
import Testing
import Wire

@Suite struct TowerTests {
    private func decode(_ bytes: [UInt8]) throws -> ProtocolTower {
        try bytes.withUnsafeBytes { try ProtocolTower($0) }
    }

    private func encode(_ tower: ProtocolTower) throws -> [UInt8] {
        var writer = ByteWriter()
        try tower.write(to: &writer)
        return Array(writer.bytes)
    }

    @Test(arguments: towerVectors)
    func bytesAreThoseOfAnotherImplementation(vector: TowerVector) throws {
        let binding = try ServerBinding.parse(from: vector.binding)
        let tower = try #require(binding.tower())
        #expect(try encode(tower) == vector.bytes)
        let decoded = try decode(vector.bytes)
        #expect(decoded == tower)
        #expect(ServerBinding(decoded) == binding)
        #expect(decoded.transport == binding.transport && decoded.endpoint == binding.endpoint)
        #expect(decoded.abstractSyntax == binding.abstractSyntax && decoded.transferSyntax == .ndr)
    }

    @Test func anUnknownEndpointIsPortZero() throws {
        let interface = SyntaxID(uuid: SyntaxID.ndr.uuid, version: 1)
        let tower = try #require(
            ProtocolTower(abstractSyntax: interface, transport: .ncacnIPTCP, endpoint: nil, host: "fe80::1"))
        #expect(tower.floors[3].port == 0 && tower.endpoint == nil)
        #expect(tower.host == "0.0.0.0")
        #expect(ProtocolTower(abstractSyntax: interface, transport: .ncacnIPTCP, endpoint: "x", host: nil) == nil)
        #expect(ProtocolTower(abstractSyntax: interface, transport: .unknown, endpoint: nil, host: nil) == nil)
        #expect(try ServerBinding.parse(from: "ncacn_ip_tcp:a").tower() == nil)
    }

    /// Vines, AppleTalk and whatever else: kept as bytes, and no protocol sequence of ours.
    @Test func unknownFloorsAreKept() throws {
        let floors = [
            TowerFloor.syntax(.ndr), .syntax(.ndr64), .protocolVersion(FloorProtocol.connectionOriented),
            TowerFloor(0x1a, identifier: [9], data: [1, 2, 3]), TowerFloor(0x1c, data: []),
        ]
        let tower = ProtocolTower(floors: floors)
        let back = try decode(try encode(tower))
        #expect(back == tower)
        #expect(back.transport == .unknown && back.endpoint == nil && back.host == nil)
        #expect(back.transferSyntax == .ndr64)
        #expect(ServerBinding(back) == nil)
    }

    @Test(arguments: towerVectors)
    func everyCutIsAnErrorAndEveryChangedByteAnErrorOrATower(vector: TowerVector) throws {
        let bytes = vector.bytes
        for length in bytes.indices {
            #expect(throws: WireError.truncated) { try decode(Array(bytes[..<length])) }
        }
        for offset in bytes.indices {
            for change in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff] as [UInt8] {
                var changed = bytes
                changed[offset] ^= change
                guard let tower = try? decode(changed) else { continue }
                // All that is read from a tower is read from hostile ones as well.
                _ = (tower.abstractSyntax, tower.transferSyntax, tower.endpoint, tower.host)
                let again = try encode(tower)
                #expect(Array(changed[..<again.count]) == again)
                guard let binding = ServerBinding(tower) else { continue }
                #expect(try ServerBinding.parse(from: binding.description) == binding)
            }
        }
    }

    @Test func countsAreBounded() throws {
        #expect(throws: WireError.limitExceeded) { try decode([0xff, 0xff] + Array(repeating: 0, count: 64)) }
        #expect(throws: WireError.truncated) { try decode([1, 0, 0, 0, 0, 0]) }
        let floor = TowerFloor(1, data: Array(repeating: 0, count: 65536))
        #expect(throws: WireError.limitExceeded) { try encode(ProtocolTower(floors: [floor])) }
        let many = ProtocolTower(floors: Array(repeating: TowerFloor(1), count: 33))
        #expect(throws: WireError.limitExceeded) { try encode(many) }
    }
}
