// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// Bind time feature negotiation ([MS-RPCE] 2.2.2.14, 3.3.1.5.3): a bitmask inside a transfer syntax's UUID.
public struct BindTimeFeatures: OptionSet, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static var securityContextMultiplexing: BindTimeFeatures { BindTimeFeatures(rawValue: 1) }
    public static var keepConnectionOnOrphan: BindTimeFeatures { BindTimeFeatures(rawValue: 2) }

    /// 6cb71c2c-9812-4540-XXXX-XXXXXXXXXXXX, version 1; the Xs are the bitmask, little-endian.
    public var syntax: SyntaxID {
        SyntaxID(
            uuid: UUIDValue(
                timeLow: 0x6cb7_1c2c, timeMid: 0x9812, timeHighAndVersion: 0x4540, tail: rawValue.byteSwapped),
            version: 1)
    }

    /// Reads such a syntax; nil for any other.
    public init?(_ syntax: SyntaxID) {
        let uuid = syntax.uuid
        guard uuid.timeLow == 0x6cb7_1c2c, uuid.timeMid == 0x9812, uuid.timeHighAndVersion == 0x4540,
            syntax.version == 1
        else { return nil }
        rawValue = uuid.tail.byteSwapped
    }
}
