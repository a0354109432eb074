// SPDX-License-Identifier: LGPL-3.0-or-later

/// What the two sides agree on ([MS-NLMP] 2.2.2.5).
public struct NTLMFlags: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static var unicode: NTLMFlags { NTLMFlags(rawValue: 0x0000_0001) }
    public static var oem: NTLMFlags { NTLMFlags(rawValue: 0x0000_0002) }
    public static var requestTarget: NTLMFlags { NTLMFlags(rawValue: 0x0000_0004) }
    public static var sign: NTLMFlags { NTLMFlags(rawValue: 0x0000_0010) }
    public static var seal: NTLMFlags { NTLMFlags(rawValue: 0x0000_0020) }
    public static var ntlm: NTLMFlags { NTLMFlags(rawValue: 0x0000_0200) }
    public static var anonymous: NTLMFlags { NTLMFlags(rawValue: 0x0000_0800) }
    public static var alwaysSign: NTLMFlags { NTLMFlags(rawValue: 0x0000_8000) }
    public static var targetIsDomain: NTLMFlags { NTLMFlags(rawValue: 0x0001_0000) }
    public static var targetIsServer: NTLMFlags { NTLMFlags(rawValue: 0x0002_0000) }
    public static var extendedSessionSecurity: NTLMFlags { NTLMFlags(rawValue: 0x0008_0000) }
    public static var targetInfo: NTLMFlags { NTLMFlags(rawValue: 0x0080_0000) }
    public static var version: NTLMFlags { NTLMFlags(rawValue: 0x0200_0000) }
    public static var key128: NTLMFlags { NTLMFlags(rawValue: 0x2000_0000) }
    public static var keyExchange: NTLMFlags { NTLMFlags(rawValue: 0x4000_0000) }
    public static var key56: NTLMFlags { NTLMFlags(rawValue: 0x8000_0000) }

    /// Without these there is no protection worth the name, so less is never accepted (CVE-2016-2110).
    static var required: NTLMFlags {
        [.unicode, .sign, .seal, .ntlm, .extendedSessionSecurity, .targetInfo, .key128, .keyExchange]
    }

    /// What a server insists on: a client that only wants to sign need not ask for sealing.
    static func required(at level: ProtectionLevel) -> NTLMFlags {
        switch level {
        case .connect: return [.unicode, .ntlm, .extendedSessionSecurity]
        case .packet, .integrity:
            return [.unicode, .ntlm, .extendedSessionSecurity, .sign, .key128, .keyExchange]
        case .privacy: return [.unicode, .ntlm, .extendedSessionSecurity, .sign, .seal, .key128, .keyExchange]
        }
    }

    /// What a client asks for.
    static var offered: NTLMFlags { required.union([.requestTarget, .alwaysSign, .version, .key56]) }
}
