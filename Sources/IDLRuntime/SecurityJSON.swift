// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import NDR

/// Security descriptors and their parts ([MS-DTYP] 2.4.4 to 2.4.6) as JSON and back. Sizes and counts are not there:
/// whatever is pushed has those that it needs.
enum SecurityJSON {
    static func isKnown(_ wire: UInt32) -> Bool {
        [NDR_T_SECURITY_DESCRIPTOR, NDR_T_SECURITY_ACL, NDR_T_SECURITY_ACE].contains(wire)
    }

    static func json(_ wire: UInt32, _ slot: UnsafeRawPointer) -> JSON {
        switch wire {
        case NDR_T_SECURITY_DESCRIPTOR: return descriptor(slot.loadUnaligned(as: security_descriptor.self))
        case NDR_T_SECURITY_ACL: return acl(slot.loadUnaligned(as: security_acl.self))
        default: return ace(slot)
        }
    }

    private static func descriptor(_ sd: security_descriptor) -> JSON {
        .object([
            ("revision", .integer(sd.revision.rawValue)), ("type", .integer(sd.type)), ("owner_sid", sid(sd.owner_sid)),
            ("group_sid", sid(sd.group_sid)), ("sacl", sd.sacl.map { acl($0.pointee) } ?? .null),
            ("dacl", sd.dacl.map { acl($0.pointee) } ?? .null),
        ])
    }

    private static func sid(_ sid: UnsafeMutablePointer<dom_sid>?) -> JSON {
        sid.map { .string(SIDText.text($0)) } ?? .null
    }

    private static func acl(_ acl: security_acl) -> JSON {
        let aces = UnsafeBufferPointer(start: acl.aces, count: acl.aces == nil ? 0 : Int(acl.num_aces))
        return .object([
            ("revision", .integer(acl.revision.rawValue)),
            ("aces", .array(aces.indices.map { ace(UnsafeRawPointer(aces.baseAddress! + $0)) })),
        ])
    }

    private static func ace(_ slot: UnsafeRawPointer) -> JSON {
        let ace = slot.loadUnaligned(as: security_ace.self)
        let type = ace.type.rawValue
        let types = SecurityACE.typeNames
        var fields: [(String, JSON)] = [
            ("type", Int(type) < types.count ? .string(types[Int(type)]) : .integer(type)),
            ("flags", .integer(ace.flags)), ("access_mask", .integer(ace.access_mask)),
        ]
        if SecurityACE.isObject(type) { fields.append(("object", object(ace.object.object))) }
        fields.append(("trustee", withUnsafeBytes(of: ace.trustee) { .string(SIDText.text($0.baseAddress!)) }))
        return .object(fields)
    }

    private static func object(_ object: security_ace_object) -> JSON {
        var fields: [(String, JSON)] = [("flags", .integer(object.flags))]
        for (name, bit, guid) in [
            ("type", UInt32(1), object.type.type), ("inherited_type", 2, object.inherited_type.inherited_type),
        ]
        where object.flags & bit != 0 {
            fields.append((name, withUnsafeBytes(of: guid) { .string(GUIDText.text($0.baseAddress!)) }))
        }
        return .object(fields)
    }

    // MARK: - From JSON

    /// What is expected instead, when the value does not fit.
    static func store(_ wire: UInt32, _ json: JSON, _ slot: UnsafeMutableRawPointer, _ arena: Arena) -> String? {
        switch wire {
        case NDR_T_SECURITY_DESCRIPTOR: return storeDescriptor(json, slot, arena)
        case NDR_T_SECURITY_ACL: return storeACL(json, slot, arena)
        default: return storeACE(json, slot)
        }
    }

    private static func storeDescriptor(_ json: JSON, _ slot: UnsafeMutableRawPointer, _ arena: Arena) -> String? {
        let names = ["revision", "type", "owner_sid", "group_sid", "sacl", "dacl"]
        guard let fields = Fields(json, names), let revision = fields.number("revision", UInt8.self),
            let type = fields.number("type", UInt16.self)
        else { return "an object of " + names.joined(separator: ", ") }
        var sd = security_descriptor()
        sd.revision = security_descriptor_revision(rawValue: UInt32(revision))
        sd.type = type
        for (name, part) in [("owner_sid", \security_descriptor.owner_sid), ("group_sid", \.group_sid)] {
            guard let text = fields[name] else { continue }
            let memory = arena.make(MemoryLayout<dom_sid>.size)
            guard SIDText.store(text, memory) else { return "a SID as in \"S-1-5-32\" in \(name)" }
            sd[keyPath: part] = memory.assumingMemoryBound(to: dom_sid.self)
        }
        for (name, part) in [("sacl", \security_descriptor.sacl), ("dacl", \.dacl)] {
            guard let list = fields[name] else { continue }
            let memory = arena.make(MemoryLayout<security_acl>.size)
            if let expected = storeACL(list, memory, arena) { return expected + " in \(name)" }
            sd[keyPath: part] = memory.assumingMemoryBound(to: security_acl.self)
        }
        slot.storeBytes(of: sd, as: security_descriptor.self)
        return nil
    }

    private static func storeACL(_ json: JSON, _ slot: UnsafeMutableRawPointer, _ arena: Arena) -> String? {
        guard let fields = Fields(json, ["revision", "aces"]), let revision = fields.number("revision", UInt16.self),
            case .array(let aces) = fields["aces"] ?? .array([])
        else { return "an object of revision and aces" }
        var acl = security_acl()
        acl.revision = security_acl_revision(rawValue: UInt32(revision))
        acl.num_aces = UInt32(aces.count)
        let stride = MemoryLayout<security_ace>.stride
        let memory = arena.make(max(aces.count, 1) * stride)
        for (i, ace) in aces.enumerated() {
            if let expected = storeACE(ace, memory + i * stride) { return expected + " in aces[\(i)]" }
        }
        acl.aces = memory.assumingMemoryBound(to: security_ace.self)
        slot.storeBytes(of: acl, as: security_acl.self)
        return nil
    }

    private static func storeACE(_ json: JSON, _ slot: UnsafeMutableRawPointer) -> String? {
        let names = ["type", "flags", "access_mask", "object", "trustee"]
        guard let fields = Fields(json, names), let type = self.type(fields["type"]),
            let flags = fields.number("flags", UInt8.self), let mask = fields.number("access_mask", UInt32.self),
            let trustee = fields["trustee"]
        else { return "an object of " + names.joined(separator: ", ") }
        var ace = security_ace()
        ace.type = security_ace_type(rawValue: UInt32(type))
        ace.flags = flags
        ace.access_mask = mask
        if let object = fields["object"] {
            guard SecurityACE.isObject(UInt32(type)) else { return "no object with this type" }
            guard let read = self.object(object) else {
                return "an object of flags and of the GUIDs type and inherited_type that they have"
            }
            ace.object.object = read
        }
        guard withUnsafeMutableBytes(of: &ace.trustee, { SIDText.store(trustee, $0.baseAddress!) }) else {
            return "a SID as in \"S-1-5-32\" in trustee"
        }
        slot.storeBytes(of: ace, as: security_ace.self)
        return nil
    }

    private static func type(_ json: JSON?) -> UInt8? {
        if case .string(let name) = json, let index = SecurityACE.typeNames.firstIndex(of: name) { return UInt8(index) }
        return json.flatMap { Fields.number($0, UInt8.self) }
    }

    private static func object(_ json: JSON) -> security_ace_object? {
        guard let fields = Fields(json, ["flags", "type", "inherited_type"]),
            let flags = fields.number("flags", UInt32.self)
        else { return nil }
        var object = security_ace_object()
        object.flags = flags
        let first = guid(fields["type"], flags & 1 != 0)
        let second = guid(fields["inherited_type"], flags & 2 != 0)
        guard let first, let second else { return nil }
        object.type.type = first
        object.inherited_type.inherited_type = second
        return object
    }

    /// nil: it is no GUID, or there where the flags have none, or the other way round.
    private static func guid(_ json: JSON?, _ isPresent: Bool) -> CDCERPC.GUID? {
        var guid = CDCERPC.GUID()
        guard let json else { return isPresent ? nil : guid }
        guard isPresent, withUnsafeMutableBytes(of: &guid, { GUIDText.store(json, $0.baseAddress!) }) else {
            return nil
        }
        return guid
    }
}

/// The fields of an object that has no others than those named. What is null counts as absent.
private struct Fields {
    private var values: [(String, JSON)]

    init?(_ json: JSON, _ names: [String]) {
        guard case .object(let fields) = json, fields.allSatisfy({ names.contains($0.0) }),
            Set(fields.map(\.0)).count == fields.count
        else { return nil }
        values = fields
    }

    subscript(name: String) -> JSON? {
        guard let value = values.first(where: { $0.0 == name })?.1 else { return nil }
        if case .null = value { return nil }
        return value
    }

    /// Zero where it is absent.
    func number<T: FixedWidthInteger & UnsignedInteger>(_ name: String, _ type: T.Type) -> T? {
        self[name].map { Self.number($0, type) } ?? 0
    }

    static func number<T: FixedWidthInteger & UnsignedInteger>(_ json: JSON, _ type: T.Type) -> T? {
        guard let (negative, magnitude) = ScalarJSON.integer(json), !negative else { return nil }
        return T(exactly: magnitude)
    }
}
