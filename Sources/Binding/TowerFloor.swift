// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// The protocol identifiers of tower floors (C706 appendix I, [MS-RPCE] 2.2.1.2.4).
public enum FloorProtocol {
    public static let tcp: UInt8 = 0x07
    public static let udp: UInt8 = 0x08
    public static let ip: UInt8 = 0x09
    public static let connectionless: UInt8 = 0x0a
    public static let connectionOriented: UInt8 = 0x0b
    public static let localRPC: UInt8 = 0x0c
    public static let uuid: UInt8 = 0x0d
    public static let smb: UInt8 = 0x0f
    public static let namedPipe: UInt8 = 0x10
    public static let netBIOS: UInt8 = 0x11
    public static let http: UInt8 = 0x1f
    public static let unixDomainSocket: UInt8 = 0x20
}

/// One floor of a protocol tower, as bytes: an unknown one stays what it is.
public struct TowerFloor: Equatable, Sendable {
    public var protocolID: UInt8
    /// The left-hand side behind the protocol identifier.
    public var identifier: [UInt8]
    /// The right-hand side.
    public var data: [UInt8]

    public init(_ protocolID: UInt8, identifier: [UInt8] = [], data: [UInt8] = []) {
        self.protocolID = protocolID
        self.identifier = identifier
        self.data = data
    }

    // MARK: What floors mean

    /// A floor that names an interface or a transfer syntax.
    public static func syntax(_ syntax: SyntaxID) -> TowerFloor {
        let uuid = syntax.uuid
        var bytes = little(uuid.timeLow) + little(uuid.timeMid) + little(uuid.timeHighAndVersion)
        bytes += little(uuid.tail.byteSwapped) + little(syntax.majorVersion)
        return TowerFloor(FloorProtocol.uuid, identifier: bytes, data: little(syntax.minorVersion))
    }

    public var syntax: SyntaxID? {
        guard protocolID == FloorProtocol.uuid, identifier.count >= 18, data.count >= 2 else { return nil }
        return (identifier + data).withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            guard let uuid = try? UUIDValue(from: &reader), let major = try? reader.read(UInt16.self) else {
                return nil
            }
            let minor = UInt32(data[0]) | UInt32(data[1]) << 8
            return SyntaxID(uuid: uuid, version: minor << 16 | UInt32(major))
        }
    }

    /// A port, in network byte order on the wire.
    public static func port(_ protocolID: UInt8, _ port: UInt16) -> TowerFloor {
        TowerFloor(protocolID, data: [UInt8(port >> 8), UInt8(port & 0xff)])
    }

    public var port: UInt16? {
        switch protocolID {
        case FloorProtocol.tcp, FloorProtocol.udp, FloorProtocol.http:
            return data.count >= 2 ? UInt16(data[0]) << 8 | UInt16(data[1]) : nil
        default: return nil
        }
    }

    /// The IPv4 address; a host that is none becomes 0.0.0.0, for which every peer takes its own.
    public static func address(_ host: String?) -> TowerFloor {
        TowerFloor(FloorProtocol.ip, data: host.flatMap { InternetAddress.ipv4($0) } ?? [0, 0, 0, 0])
    }

    public var address: String? {
        guard protocolID == FloorProtocol.ip, data.count >= 4 else { return nil }
        return data[..<4].map { String($0) }.joined(separator: ".")
    }

    /// A name with its terminator: a pipe, a NetBIOS name, a path.
    public static func name(_ protocolID: UInt8, _ name: String?) -> TowerFloor {
        TowerFloor(protocolID, data: Array((name ?? "").utf8) + [0])
    }

    /// The name; nil where there is none or it is not UTF-8.
    public var name: String? {
        switch protocolID {
        case FloorProtocol.smb, FloorProtocol.namedPipe, FloorProtocol.netBIOS, FloorProtocol.unixDomainSocket:
            let text = data.prefix { $0 != 0 }
            return text.isEmpty ? nil : String(validating: text, as: UTF8.self)
        default: return nil
        }
    }

    /// The minor version of ncacn, ncadg or ncalrpc.
    public static func protocolVersion(_ protocolID: UInt8) -> TowerFloor { TowerFloor(protocolID, data: [0, 0]) }
}

private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
