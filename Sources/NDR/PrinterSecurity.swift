// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Security descriptors, as if their parts were types of the table.
extension Printer {
    mutating func security(_ kind: UInt32, _ name: String, _ slot: UnsafeRawPointer) {
        switch kind {
        case NDR_T_SECURITY_DESCRIPTOR: descriptor(name, slot.loadUnaligned(as: security_descriptor.self))
        case NDR_T_SECURITY_ACL: acl(name, slot.loadUnaligned(as: security_acl.self))
        default: ace(name, slot)
        }
    }

    private mutating func descriptor(_ name: String, _ sd: security_descriptor) {
        line("\(name): struct security_descriptor")
        depth += 1
        let revision = sd.revision.rawValue
        named("revision", Int64(revision), revision == 1 ? "SECURITY_DESCRIPTOR_REVISION_1" : nil)
        number("type", UInt64(sd.type), 2)
        flags(UInt64(sd.type), Self.descriptorFlags)
        part("owner_sid", sd.owner_sid.map { UnsafeRawPointer($0) })
        part("group_sid", sd.group_sid.map { UnsafeRawPointer($0) })
        part("sacl", sd.sacl.map { UnsafeRawPointer($0) })
        part("dacl", sd.dacl.map { UnsafeRawPointer($0) })
        depth -= 1
    }

    private mutating func part(_ name: String, _ value: UnsafeRawPointer?) {
        field(name, value == nil ? "NULL" : "*")
        guard let value else { return }
        depth += 1
        if name.hasSuffix("sid") {
            field(name, Printer.sid(value))
        } else {
            acl(name, value.loadUnaligned(as: security_acl.self))
        }
        depth -= 1
    }

    private mutating func acl(_ name: String, _ acl: security_acl) {
        line("\(name): struct security_acl")
        depth += 1
        let revision = acl.revision.rawValue
        let revisions: [UInt32: String] = [2: "SECURITY_ACL_REVISION_NT4", 4: "SECURITY_ACL_REVISION_ADS"]
        named("revision", Int64(revision), revisions[revision])
        number("size", setValues ? UInt64(SecuritySize.acl(acl)) : UInt64(acl.size), 2)
        number("num_aces", UInt64(acl.num_aces), 4)
        line("aces: ARRAY(\(acl.num_aces))")
        depth += 1
        if let aces = acl.aces, acl.num_aces <= SecurityACE.limit {
            for i in 0..<Int(acl.num_aces) { ace("aces", UnsafeRawPointer(aces + i)) }
        }
        depth -= 2
    }

    private mutating func ace(_ name: String, _ slot: UnsafeRawPointer) {
        let ace = slot.loadUnaligned(as: security_ace.self)
        line("\(name): struct security_ace")
        depth += 1
        let type = ace.type.rawValue
        let types = SecurityACE.typeNames
        named("type", Int64(type), Int(type) < types.count ? types[Int(type)] : nil)
        number("flags", UInt64(ace.flags), 1)
        flags(UInt64(ace.flags), Self.aceFlags)
        number("size", setValues ? UInt64(SecuritySize.ace(slot)) : UInt64(ace.size), 2)
        number("access_mask", UInt64(ace.access_mask), 4)
        field("object", "union security_ace_object_ctr(case \(type))")
        if SecurityACE.isObject(type) { object(slot, ace.object.object.flags) }
        field("trustee", Printer.sid(slot + SecurityACE.trustee))
        depth -= 1
    }

    private mutating func object(_ ace: UnsafeRawPointer, _ bits: UInt32) {
        line("object: struct security_ace_object")
        depth += 1
        number("flags", UInt64(bits), 4)
        flags(UInt64(bits), Self.objectFlags)
        field("type", "union security_ace_object_type(case \(bits & 1))")
        if bits & 1 != 0 { field("type", Printer.guid(ace + SecurityACE.type)) }
        field("inherited_type", "union security_ace_object_inherited_type(case \(bits & 2))")
        if bits & 2 != 0 { field("inherited_type", Printer.guid(ace + SecurityACE.inheritedType)) }
        depth -= 1
    }

    private mutating func named(_ name: String, _ value: Int64, _ label: String?) {
        field(name, "\(label ?? "UNKNOWN_ENUM_VALUE") (\(value))")
    }

    private mutating func flags(_ bits: UInt64, _ names: [(String, UInt64)]) {
        depth += 1
        for (name, mask) in names { flag(name, mask, bits) }
        depth -= 1
    }

    private static var aceFlags: [(String, UInt64)] {
        [
            ("SEC_ACE_FLAG_OBJECT_INHERIT", 0x01), ("SEC_ACE_FLAG_CONTAINER_INHERIT", 0x02),
            ("SEC_ACE_FLAG_NO_PROPAGATE_INHERIT", 0x04), ("SEC_ACE_FLAG_INHERIT_ONLY", 0x08),
            ("SEC_ACE_FLAG_INHERITED_ACE", 0x10), ("SEC_ACE_FLAG_VALID_INHERIT", 0x0f),
            ("SEC_ACE_FLAG_SUCCESSFUL_ACCESS", 0x40), ("SEC_ACE_FLAG_FAILED_ACCESS", 0x80),
        ]
    }

    private static var objectFlags: [(String, UInt64)] {
        [("SEC_ACE_OBJECT_TYPE_PRESENT", 1), ("SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT", 2)]
    }

    private static var descriptorFlags: [(String, UInt64)] {
        let names = [
            "OWNER_DEFAULTED", "GROUP_DEFAULTED", "DACL_PRESENT", "DACL_DEFAULTED", "SACL_PRESENT", "SACL_DEFAULTED",
            "DACL_TRUSTED", "SERVER_SECURITY", "DACL_AUTO_INHERIT_REQ", "SACL_AUTO_INHERIT_REQ",
            "DACL_AUTO_INHERITED", "SACL_AUTO_INHERITED", "DACL_PROTECTED", "SACL_PROTECTED", "RM_CONTROL_VALID",
            "SELF_RELATIVE",
        ]
        return names.enumerated().map { ("SEC_DESC_" + $1, 1 << UInt64($0)) }
    }
}
