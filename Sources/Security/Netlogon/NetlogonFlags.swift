// SPDX-License-Identifier: LGPL-3.0-or-later

/// What the two ends of a secure channel can do ([MS-NRPC] 3.1.4.2).
public struct NetlogonFlags: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// C
    public static var arcfour: NetlogonFlags { NetlogonFlags(rawValue: 0x0000_0004) }
    /// O: session keys of 128 bits, made with MD5.
    public static var strongKeys: NetlogonFlags { NetlogonFlags(rawValue: 0x0000_4000) }
    /// R
    public static var passwordSet2: NetlogonFlags { NetlogonFlags(rawValue: 0x0002_0000) }
    /// W: AES and SHA2.
    public static var aes: NetlogonFlags { NetlogonFlags(rawValue: 0x0100_0000) }
    /// Y: this is Schannel.
    public static var authenticatedRPC: NetlogonFlags { NetlogonFlags(rawValue: 0x4000_0000) }

    /// What a client of today asks for: all that Windows Server 2012 has.
    public static var all: NetlogonFlags { NetlogonFlags(rawValue: 0x612f_ffff) }

    /// Whether keys and codes are those that are still safe, or at least `legacy` ones: DES keys never are
    /// (CVE-2022-38023).
    public func areStrong(allowingLegacy: Bool) -> Bool {
        contains(.aes) || (allowingLegacy && contains([.strongKeys, .arcfour]))
    }
}
