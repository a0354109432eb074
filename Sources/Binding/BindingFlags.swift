// SPDX-License-Identifier: LGPL-3.0-or-later

/// Options without a value. The bits are the C API's DCERPC_BINDING_*.
public struct BindingFlags: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static var pushBigEndian: BindingFlags { BindingFlags(rawValue: 0x01) }
    public static var ndr64: BindingFlags { BindingFlags(rawValue: 0x02) }
    public static var padCheck: BindingFlags { BindingFlags(rawValue: 0x04) }
    public static var print: BindingFlags { BindingFlags(rawValue: 0x08) }
    public static var ndr32: BindingFlags { BindingFlags(rawValue: 0x10) }
    public static var noMultiplex: BindingFlags { BindingFlags(rawValue: 0x20) }

    public static var connect: BindingFlags { BindingFlags(rawValue: 0x40) }
    public static var packet: BindingFlags { BindingFlags(rawValue: 0x80) }
    public static var sign: BindingFlags { BindingFlags(rawValue: 0x100) }
    public static var seal: BindingFlags { BindingFlags(rawValue: 0x200) }
    public static var ntlm: BindingFlags { BindingFlags(rawValue: 0x400) }
    public static var spnego: BindingFlags { BindingFlags(rawValue: 0x800) }

    public static var krb5: BindingFlags { BindingFlags(rawValue: 0x1000) }
    public static var schannel: BindingFlags { BindingFlags(rawValue: 0x4000) }
    public static var noHeaderSigning: BindingFlags { BindingFlags(rawValue: 0x8000) }

    /// What says how calls are protected.
    static var protection: BindingFlags {
        [.connect, .packet, .sign, .seal, .ntlm, .spnego, .krb5, .schannel, .noHeaderSigning]
    }

    public static var all: BindingFlags { BindingFlags(rawValue: 0xdfff) }

    /// Flags of which one excludes the others.
    static var exclusive: [[(name: String, flag: BindingFlags)]] {
        [
            [("ndr32", .ndr32), ("ndr64", .ndr64)],
            [("connect", .connect), ("packet", .packet), ("sign", .sign), ("seal", .seal)],
            [("ntlm", .ntlm), ("krb5", .krb5), ("schannel", .schannel)],
            [("spnego", .spnego), ("schannel", .schannel)],
        ]
    }

    /// Name and flag, in the order in which a binding string shows them.
    static var names: [(name: String, flag: BindingFlags)] {
        [
            ("print", .print), ("padcheck", .padCheck), ("bigendian", .pushBigEndian), ("ndr64", .ndr64),
            ("ndr32", .ndr32), ("nomultiplex", .noMultiplex), ("connect", .connect), ("packet", .packet),
            ("sign", .sign), ("seal", .seal), ("spnego", .spnego), ("ntlm", .ntlm),
            ("krb5", .krb5), ("schannel", .schannel), ("noheadersigning", .noHeaderSigning),
        ]
    }

    /// The flag of a name, in any case.
    init?(name: String) {
        let wanted = name.lowercased()
        guard let found = BindingFlags.names.first(where: { $0.name == wanted }) else { return nil }
        self = found.flag
    }

    /// What Samba's binding strings know and this library cannot do yet.
    static func isUnsupported(_ name: String) -> Bool {
        [
            "smb1", "smb2", "validate",
        ].contains(name.lowercased())
    }
}
