// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// What SIDs, ACEs, ACLs and security descriptors take on the wire ([MS-DTYP] 2.4).
enum SecuritySize {
    static func isKnown(_ kind: UInt32) -> Bool {
        (NDR_T_DOM_SID...NDR_T_DOM_SID0).contains(kind) || ScalarLayout.isSecurity(kind)
    }

    /// NULL takes nothing.
    static func of(_ kind: UInt32, _ value: UnsafeRawPointer?) -> Int {
        guard let value else { return 0 }
        switch kind {
        case NDR_T_SECURITY_DESCRIPTOR: return descriptor(value.loadUnaligned(as: security_descriptor.self))
        case NDR_T_SECURITY_ACL: return acl(value.loadUnaligned(as: security_acl.self))
        case NDR_T_SECURITY_ACE: return ace(value)
        case NDR_T_DOM_SID28, NDR_T_DOM_SID0:
            let isEmpty = value.load(as: UInt8.self) == 0 && value.load(fromByteOffset: 1, as: UInt8.self) == 0
            return isEmpty ? 0 : sid(value)
        default: return sid(value)
        }
    }

    static func sid(_ value: UnsafeRawPointer) -> Int { 8 + 4 * Int(value.load(fromByteOffset: 1, as: UInt8.self)) }

    static func ace(_ value: UnsafeRawPointer) -> Int {
        let fixed = 8 + sid(value + SecurityACE.trustee)
        guard SecurityACE.isObject(value.loadUnaligned(as: UInt32.self)) else { return fixed }
        let flags = value.loadUnaligned(fromByteOffset: SecurityACE.object, as: UInt32.self)
        return fixed + 4 + 16 * SecurityACE.guids(flags)
    }

    static func acl(_ acl: security_acl) -> Int {
        var size = 8
        // An ACL that cannot be written counts as empty; writing it says what is wrong with it.
        guard let aces = acl.aces, acl.num_aces <= SecurityACE.limit else { return size }
        for i in 0..<Int(acl.num_aces) { size += ace(UnsafeRawPointer(aces + i)) }
        return size
    }

    static func descriptor(_ sd: security_descriptor) -> Int {
        var size = 20
        if let owner = sd.owner_sid { size += sid(owner) }
        if let group = sd.group_sid { size += sid(group) }
        if let sacl = sd.sacl { size += acl(sacl.pointee) }
        if let dacl = sd.dacl { size += acl(dacl.pointee) }
        return size
    }
}

/// Where the fields of struct security_ace are.
public enum SecurityACE {
    static let flags = 4
    static let size = 6
    static let mask = 8
    static let object = 12
    static let type = 16
    static let inheritedType = 32
    static let trustee = 48
    /// ACEs of one ACL: its size is a 16 bit number.
    static let limit: UInt32 = 2000

    /// The types whose ACEs hold GUIDs.
    public static func isObject(_ type: UInt32) -> Bool { (5...8).contains(type) }

    /// By their numbers.
    public static var typeNames: [String] {
        [
            "ACCESS_ALLOWED", "ACCESS_DENIED", "SYSTEM_AUDIT", "SYSTEM_ALARM", "ALLOWED_COMPOUND",
            "ACCESS_ALLOWED_OBJECT", "ACCESS_DENIED_OBJECT", "SYSTEM_AUDIT_OBJECT", "SYSTEM_ALARM_OBJECT",
        ].map { "SEC_ACE_TYPE_" + $0 }
    }

    static func guids(_ flags: UInt32) -> Int { (flags & 3).nonzeroBitCount }
}
