// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// A protocol tower: an interface and how to reach it, floor by floor (C706 appendix L).
public struct ProtocolTower: Equatable, Sendable {
    public var floors: [TowerFloor]

    /// More than any protocol sequence has; a tower comes from any caller of an endpoint mapper.
    public static let maxFloors = 32

    public init(floors: [TowerFloor]) { self.floors = floors }

    // MARK: Bytes

    /// Reads the octet string of a twr_t. Bytes behind the last floor are not looked at.
    public init(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(UInt16.self))
        guard count <= ProtocolTower.maxFloors else { throw .limitExceeded }
        floors = []
        for _ in 0..<count {
            let left = try reader.read(count: Int(try reader.read(UInt16.self)))
            let right = try reader.read(count: Int(try reader.read(UInt16.self)))
            guard let protocolID = left.first else { throw .truncated }
            floors.append(TowerFloor(protocolID, identifier: Array(left.dropFirst()), data: Array(right)))
        }
    }

    /// Appends the octet string of a twr_t. Floors are not aligned and always little-endian.
    public func write(to writer: inout ByteWriter) throws(WireError) {
        guard floors.count <= ProtocolTower.maxFloors else { throw .limitExceeded }
        let start = writer.count
        do throws(WireError) {
            try writer.append(UInt16(truncatingIfNeeded: floors.count))
            for floor in floors {
                guard let left = UInt16(exactly: floor.identifier.count + 1),
                    let right = UInt16(exactly: floor.data.count)
                else { throw WireError.limitExceeded }
                try writer.append(left)
                try writer.append(floor.protocolID)
                for byte in floor.identifier { try writer.append(byte) }
                try writer.append(right)
                for byte in floor.data { try writer.append(byte) }
            }
        } catch {
            writer.truncate(to: start)
            throw error
        }
    }

    // MARK: Meaning

    /// The tower of an interface at an endpoint; nil for a protocol sequence that is unknown, or a port that is none.
    public init?(
        abstractSyntax: SyntaxID, transferSyntax: SyntaxID = .ndr, transport: ProtocolSequence, endpoint: String?,
        host: String?
    ) {
        guard let lower = lowerFloors(transport, endpoint: endpoint, host: host) else { return nil }
        floors = [.syntax(abstractSyntax), .syntax(transferSyntax)] + lower
    }

    public var abstractSyntax: SyntaxID? { floors.first?.syntax }
    public var transferSyntax: SyntaxID? { floors.count > 1 ? floors[1].syntax : nil }

    /// The protocol sequence that the floors from the third on spell; `unknown` for any other.
    public var transport: ProtocolSequence {
        let identifiers = floors.dropFirst(2).map(\.protocolID)
        return ProtocolSequence.allCases.first { sequence in
            lowerFloors(sequence, endpoint: nil, host: nil)?.map(\.protocolID) == identifiers
        } ?? .unknown
    }

    /// Port or name; nil for none, and for port 0, which says that the endpoint is not known.
    public var endpoint: String? {
        guard floors.count > 3 else { return nil }
        if let port = floors[3].port { return port == 0 ? nil : String(port) }
        return floors[3].name
    }

    public var host: String? {
        guard floors.count > 4 else { return nil }
        return floors[4].address ?? floors[4].name
    }
}

private func lowerFloors(_ transport: ProtocolSequence, endpoint: String?, host: String?) -> [TowerFloor]? {
    let connection = TowerFloor.protocolVersion(FloorProtocol.connectionOriented)
    switch transport {
    case .unknown: return nil
    case .ncacnNP: return [connection, .name(FloorProtocol.smb, endpoint), .name(FloorProtocol.netBIOS, host)]
    case .ncacnIPTCP: return ipFloors(connection, FloorProtocol.tcp, endpoint, host)
    case .ncacnHTTP: return ipFloors(connection, FloorProtocol.http, endpoint, host)
    case .ncadgIPUDP:
        return ipFloors(.protocolVersion(FloorProtocol.connectionless), FloorProtocol.udp, endpoint, host)
    case .ncalrpc: return [.protocolVersion(FloorProtocol.localRPC), .name(FloorProtocol.namedPipe, endpoint)]
    case .ncacnUnixStream: return [connection, .name(FloorProtocol.unixDomainSocket, endpoint)]
    }
}

private func ipFloors(
    _ upper: TowerFloor, _ protocolID: UInt8, _ endpoint: String?, _ host: String?
) -> [TowerFloor]? {
    guard let port = UInt16(endpoint ?? "0") else { return nil }
    return [upper, .port(protocolID, port), .address(host)]
}

extension ServerBinding {
    /// The tower that asks an endpoint mapper for this binding's interface; nil without an interface or a protocol
    /// sequence.
    public func tower(transferSyntax: SyntaxID = .ndr) -> ProtocolTower? {
        guard let abstractSyntax else { return nil }
        return ProtocolTower(
            abstractSyntax: abstractSyntax, transferSyntax: transferSyntax, transport: transport, endpoint: endpoint,
            host: host)
    }

    /// What a tower says; nil for one of an unknown protocol sequence or without an interface.
    public init?(_ tower: ProtocolTower) {
        guard tower.transport != .unknown, let syntax = tower.abstractSyntax else { return nil }
        self.init()
        setTransport(tower.transport)
        setAbstractSyntax(syntax)
        do {
            try setEndpoint(tower.endpoint)
            try setHost(tower.host)
        } catch { return nil }
    }
}
