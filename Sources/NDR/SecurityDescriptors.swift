// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

extension Pusher {
    mutating func pushSecurity(_ kind: UInt8, _ value: UnsafeRawPointer) throws(NDRErrorCode) {
        switch UInt32(kind) {
        case NDR_T_SECURITY_DESCRIPTOR: try pushDescriptor(value.loadUnaligned(as: security_descriptor.self))
        case NDR_T_SECURITY_ACL: try pushACL(value.loadUnaligned(as: security_acl.self))
        default: try pushACE(value)
        }
    }

    /// The header, then its parts in the order of the header's fields.
    private mutating func pushDescriptor(_ sd: security_descriptor) throws(NDRErrorCode) {
        let order = bigEndian
        bigEndian = false
        try align(4, 20)
        let header = cursor - writer.pointee.base
        memset(cursor, 0, 20)
        store(UInt64(sd.revision.rawValue), 1, cursor)
        store(UInt64(sd.type), 2, cursor + 2)
        cursor += 20
        if let owner = sd.owner_sid {
            storeOffset(header + 4)
            try pushSID(UInt8(NDR_T_DOM_SID), owner)
        }
        if let group = sd.group_sid {
            storeOffset(header + 8)
            try pushSID(UInt8(NDR_T_DOM_SID), group)
        }
        if let sacl = sd.sacl {
            storeOffset(header + 12)
            try pushACL(sacl.pointee)
        }
        if let dacl = sd.dacl {
            storeOffset(header + 16)
            try pushACL(dacl.pointee)
        }
        bigEndian = order
    }

    /// Notes at `slot` of the buffer where the next part starts. All parts are whole words, so there are no gaps.
    private mutating func storeOffset(_ slot: Int) {
        store(UInt64(cursor - writer.pointee.base - origin), 4, writer.pointee.base + slot)
    }

    private mutating func pushACL(_ acl: security_acl) throws(NDRErrorCode) {
        guard acl.num_aces <= SecurityACE.limit else { throw .range }
        guard acl.num_aces == 0 || acl.aces != nil else { throw .invalidPointer }
        let size = SecuritySize.acl(acl)
        guard size <= Int(UInt16.max) else { throw .length }
        try align(4, 8)
        store(UInt64(acl.revision.rawValue), 2, cursor)
        store(UInt64(size), 2, cursor + 2)
        store(UInt64(acl.num_aces), 4, cursor + 4)
        cursor += 8
        guard let aces = acl.aces else { return }
        for i in 0..<Int(acl.num_aces) { try pushACE(UnsafeRawPointer(aces + i)) }
    }

    private mutating func pushACE(_ ace: UnsafeRawPointer) throws(NDRErrorCode) {
        let type = ace.loadUnaligned(as: UInt32.self)
        guard type <= UInt32(UInt8.max) else { throw .range }
        try align(4, 44)
        store(UInt64(type), 1, cursor)
        store(UInt64(ace.load(fromByteOffset: SecurityACE.flags, as: UInt8.self)), 1, cursor + 1)
        store(UInt64(SecuritySize.ace(ace)), 2, cursor + 2)
        store(UInt64(ace.loadUnaligned(fromByteOffset: SecurityACE.mask, as: UInt32.self)), 4, cursor + 4)
        cursor += 8
        if SecurityACE.isObject(type) {
            let flags = ace.loadUnaligned(fromByteOffset: SecurityACE.object, as: UInt32.self)
            store(UInt64(flags), 4, cursor)
            cursor += 4
            if flags & 1 != 0 { pushObjectGUID(ace + SecurityACE.type) }
            if flags & 2 != 0 { pushObjectGUID(ace + SecurityACE.inheritedType) }
        }
        try putSID(NDR_T_DOM_SID, ace + SecurityACE.trustee)
    }

    private mutating func pushObjectGUID(_ guid: UnsafeRawPointer) {
        Swapping.guid(guid, cursor, swaps: bigEndian)
        cursor += 16
    }
}

extension Puller {
    mutating func pullSecurity(
        _ kind: UInt8, _ target: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        switch UInt32(kind) {
        case NDR_T_SECURITY_DESCRIPTOR: try pullDescriptor(target, parent)
        case NDR_T_SECURITY_ACL: try pullACL(target, parent)
        default: try pullACE(target)
        }
    }

    /// The parts may stand in any order, with gaps, and one may be used twice.
    private mutating func pullDescriptor(_ target: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?)
        throws(NDRErrorCode)
    {
        let order = bigEndian
        bigEndian = false
        let header = try take(20, 4)
        var sd = security_descriptor()
        sd.revision = security_descriptor_revision(rawValue: UInt32(load(1, header)))
        sd.type = UInt16(load(2, header + 2))
        var last = cursor
        if let memory = try pullPart(header + 4, MemoryLayout<dom_sid>.size, Self.sidName, parent, &last, isSID: true) {
            sd.owner_sid = memory.assumingMemoryBound(to: dom_sid.self)
        }
        if let memory = try pullPart(header + 8, MemoryLayout<dom_sid>.size, Self.sidName, parent, &last, isSID: true) {
            sd.group_sid = memory.assumingMemoryBound(to: dom_sid.self)
        }
        let size = MemoryLayout<security_acl>.size
        if let memory = try pullPart(header + 12, size, Self.aclName, parent, &last, isSID: false) {
            sd.sacl = memory.assumingMemoryBound(to: security_acl.self)
        }
        if let memory = try pullPart(header + 16, size, Self.aclName, parent, &last, isSID: false) {
            sd.dacl = memory.assumingMemoryBound(to: security_acl.self)
        }
        target.storeBytes(of: sd, as: security_descriptor.self)
        cursor = last
        bigEndian = order
    }

    private static let sidName: StaticString = "struct dom_sid"
    private static let aclName: StaticString = "struct security_acl"
    private static let aceName: StaticString = "struct security_ace"

    private static func text(_ name: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// What the offset at `slot` leads to; nil where it is 0. `last` becomes where the furthest part ends.
    private mutating func pullPart(
        _ slot: UnsafeRawPointer, _ size: Int, _ name: StaticString, _ parent: UnsafeMutableRawPointer?,
        _ last: inout UnsafeRawPointer, isSID: Bool
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer? {
        let offset = Int(load(4, slot))
        guard offset > 0 else { return nil }
        let origin = cursor - Int(bitPattern: UInt(bitPattern: cursor) &- bias)
        guard offset <= end - origin else { throw .bufsize }
        cursor = origin + offset
        let memory = try allocate(parent, size, Self.text(name))
        if isSID { try pullSID(UInt8(NDR_T_DOM_SID), memory) } else { try pullACL(memory, memory) }
        last = max(last, cursor)
        return memory
    }

    private mutating func pullACL(_ target: UnsafeMutableRawPointer, _ parent: UnsafeMutableRawPointer?)
        throws(NDRErrorCode)
    {
        let header = try take(8, 4)
        let count = Int(load(4, header + 4))
        guard count <= Int(SecurityACE.limit) else { throw .range }
        // The shortest ACE has an empty SID.
        guard count * 16 <= remaining else { throw .bufsize }
        let size = MemoryLayout<security_ace>.size
        let aces = try allocate(parent, count * size, Self.text(Self.aceName))
        for i in 0..<count { try pullACE(aces + i * size) }
        var acl = security_acl()
        acl.revision = security_acl_revision(rawValue: UInt32(load(2, header)))
        acl.size = UInt16(load(2, header + 2))
        acl.num_aces = UInt32(count)
        acl.aces = aces.assumingMemoryBound(to: security_ace.self)
        target.storeBytes(of: acl, as: security_acl.self)
    }

    private mutating func pullACE(_ ace: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        let start = cursor
        let header = try take(8, 4)
        let type = UInt32(load(1, header))
        let size = Int(load(2, header + 2))
        // The trustee clears its own part.
        clear(ace, SecurityACE.trustee)
        ace.storeBytes(of: type, as: UInt32.self)
        ace.storeBytes(
            of: header.load(fromByteOffset: 1, as: UInt8.self), toByteOffset: SecurityACE.flags, as: UInt8.self)
        ace.storeBytes(of: UInt16(truncatingIfNeeded: size), toByteOffset: SecurityACE.size, as: UInt16.self)
        ace.storeBytes(
            of: UInt32(truncatingIfNeeded: load(4, header + 4)), toByteOffset: SecurityACE.mask, as: UInt32.self)
        if SecurityACE.isObject(type) {
            let flags = UInt32(load(4, try take(4, 1)))
            ace.storeBytes(of: flags, toByteOffset: SecurityACE.object, as: UInt32.self)
            if flags & 1 != 0 { try pullObjectGUID(ace + SecurityACE.type) }
            if flags & 2 != 0 { try pullObjectGUID(ace + SecurityACE.inheritedType) }
        }
        try takeSID(NDR_T_DOM_SID, ace + SecurityACE.trustee)
        // Callback ACEs carry data of the application behind the SID.
        let used = cursor - start
        guard size >= used else { throw .bufsize }
        _ = try take(size - used, 1)
    }

    private mutating func pullObjectGUID(_ target: UnsafeMutableRawPointer) throws(NDRErrorCode) {
        let source = try take(16, 1)
        Swapping.guid(source, target, swaps: bigEndian)
    }
}
