// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// p_reject_reason_t (C706 12.6.3.1, [MS-RPCE] 2.2.2.5).
public struct BindNakReason: RawRepresentable, Equatable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static var notSpecified: BindNakReason { BindNakReason(rawValue: 0) }
    public static var temporaryCongestion: BindNakReason { BindNakReason(rawValue: 1) }
    public static var localLimitExceeded: BindNakReason { BindNakReason(rawValue: 2) }
    public static var protocolVersionNotSupported: BindNakReason { BindNakReason(rawValue: 4) }
    public static var invalidAuthType: BindNakReason { BindNakReason(rawValue: 8) }
    public static var invalidChecksum: BindNakReason { BindNakReason(rawValue: 9) }
}

/// A version of the protocol that a server speaks.
public struct ProtocolVersion: Equatable, Sendable {
    public var major: UInt8
    public var minor: UInt8

    public init(major: UInt8, minor: UInt8) {
        self.major = major
        self.minor = minor
    }
}

/// bind_nak (C706 12.6.4.5).
public struct BindNakPDU: Equatable, Sendable {
    public var reason: BindNakReason
    public var versions: [ProtocolVersion]

    public init(reason: BindNakReason, versions: [ProtocolVersion] = [ProtocolVersion(major: 5, minor: 0)]) {
        self.reason = reason
        self.versions = versions
    }

    /// Reads a whole PDU; one that ends behind the reason, as old servers send it, names no version.
    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .bindNak else { throw .badType }
        var reader = try header.reader(pdu)
        do throws(WireError) {
            reason = BindNakReason(rawValue: try reader.read())
            versions = []
            guard reader.remaining > 0 else { return }
            let count = Int(try reader.read(UInt8.self))
            guard reader.remaining >= count * 2 else { throw WireError.truncated }
            for _ in 0..<count {
                versions.append(ProtocolVersion(major: try reader.read(), minor: try reader.read()))
            }
        } catch { throw PDUError(error) }
    }

    public func write(
        to writer: inout ByteWriter, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        guard let count = UInt8(exactly: versions.count) else { throw .limitExceeded }
        let header = PDUHeader(type: .bindNak, flags: flags, bigEndian: bigEndian, callID: callID)
        let start = writer.count
        try writePDU(header, to: &writer) { (writer: inout ByteWriter) throws(WireError) in
            try writer.append(reason.rawValue, bigEndian: bigEndian)
            try writer.append(count)
            for version in versions {
                try writer.append(version.major)
                try writer.append(version.minor)
            }
            // Windows pads; Samba's conformance tests want to see it.
            try writer.align(4, from: start)
        }
    }
}
