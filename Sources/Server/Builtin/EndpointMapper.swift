// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CBuiltinTables
internal import CDCERPC
internal import CShims
internal import NDR
internal import Wire

/// The endpoint mapper (C706 appendix O, [MS-RPCE] 2.2.1.2), for the interfaces and endpoints of its own server.
final class EndpointMapper: BuiltinManager {
    private unowned let server: ServerContext

    private static let ok: UInt32 = 0
    /// ept_s_not_registered: nothing is found, or nothing is left.
    private static let notRegistered: UInt32 = 0x16c9_a0d6
    private static let cannotPerform: UInt32 = 0x6d8
    /// [MS-RPCE] 2.2.1.2.4: max_ents is at most this.
    private static let mostEntries = 500

    init(server: ServerContext) { self.server = server }

    /// ept_lookup, ept_map, ept_lookup_handle_free. Only the machine's own services may change its map, and those of
    /// this server are in it already.
    func serves(_ opnum: Int) -> Bool { (2...4).contains(opnum) }

    func serve(_ call: BuiltinCall) -> UInt32? {
        guard let r = call.arguments, let group = call.association.group else { return Fault.unspecified }
        switch call.opnum {
        case 2: return lookup(call, group, r.assumingMemoryBound(to: epm_Lookup.self))
        case 3: return map(call, group, r.assumingMemoryBound(to: epm_Map.self))
        default: return free(group, r.assumingMemoryBound(to: epm_LookupHandleFree.self))
        }
    }

    // MARK: ept_lookup

    private func lookup(_ call: BuiltinCall, _ group: AssociationGroup, _ r: UnsafeMutablePointer<epm_Lookup>)
        -> UInt32?
    {
        guard let asked = r.pointee.in.entry_handle?.pointee, let count = r.pointee.out.num_ents,
            let handle = r.pointee.out.entry_handle
        else { return Fault.badStubData }
        let isFirst = asked.isNil
        let rest: ArraySlice<EndpointMapEntry>
        if isFirst {
            guard let inquiry = inquiry(r) else { return finish(r, count, handle, EndpointMapper.cannotPerform) }
            rest = server.endpointMap(seenFrom: call.local).lookup(inquiry)[...]
        } else {
            guard case .entries(let left)? = group.lookups.take(UUIDValue(asked.uuid)) else {
                return Fault.contextMismatch
            }
            rest = left
        }
        let batch = rest.prefix(Int(min(r.pointee.in.max_ents, UInt32(EndpointMapper.mostEntries))))
        guard let entries = store(batch, call) else { return Fault.remoteNoMemory }
        r.pointee.out.entries = entries
        count.pointee = UInt32(batch.count)
        handle.pointee = policy_handle()
        let left = rest.dropFirst(batch.count)
        if !left.isEmpty { handle.pointee.uuid = GUID(group.lookups.add(.entries(left))) }
        r.pointee.out.result = status(isFirst: isFirst, found: batch.count, left: left.count)
        return nil
    }

    /// What fits one answer ends with 0 and a nil handle, which impacket needs; the last answer of a continued
    /// inquiry has the status of the end with its entries, as Samba's, whose test asks for it.
    private func status(isFirst: Bool, found: Int, left: Int) -> UInt32 {
        if left > 0 || (isFirst && found > 0) { return EndpointMapper.ok }
        return EndpointMapper.notRegistered
    }

    private func finish(
        _ r: UnsafeMutablePointer<epm_Lookup>, _ count: UnsafeMutablePointer<UInt32>,
        _ handle: UnsafeMutablePointer<policy_handle>, _ status: UInt32
    ) -> UInt32? {
        count.pointee = 0
        handle.pointee = policy_handle()
        r.pointee.out.result = status
        return nil
    }

    private func inquiry(_ r: UnsafeMutablePointer<epm_Lookup>) -> EndpointInquiry? {
        let object = r.pointee.in.object.map { UUIDValue($0.pointee) } ?? .zero
        switch UInt32(r.pointee.in.inquiry_type.rawValue) {
        case 0: return .all
        case 1:
            guard let (syntax, option) = interface(r) else { return nil }
            return .interface(syntax, option)
        case 2: return .object(object)
        case 3:
            guard let (syntax, option) = interface(r) else { return nil }
            return .both(syntax, option, object)
        default: return nil
        }
    }

    private func interface(_ r: UnsafeMutablePointer<epm_Lookup>) -> (SyntaxID, VersionOption)? {
        guard let asked = r.pointee.in.interface_id?.pointee,
            let option = VersionOption(rawValue: UInt32(r.pointee.in.vers_option.rawValue))
        else { return nil }
        let version = UInt32(asked.vers_minor) << 16 | UInt32(asked.vers_major)
        return (SyntaxID(uuid: UUIDValue(asked.uuid), version: version), option)
    }

    private func store(
        _ batch: ArraySlice<EndpointMapEntry>, _ call: BuiltinCall
    ) -> UnsafeMutablePointer<epm_entry_t>? {
        guard let entries = call.allocate(epm_entry_t.self, batch.count) else { return nil }
        for (index, entry) in batch.enumerated() {
            guard let octets = entry.tower(), let tower = store(octets, call),
                let annotation = call.text(entry.annotation)
            else { return nil }
            entries[index].object = GUID(entry.object)
            entries[index].tower = tower
            entries[index].annotation = UnsafePointer(annotation)
        }
        return entries
    }

    private func store(_ octets: [UInt8], _ call: BuiltinCall) -> UnsafeMutablePointer<twr_t>? {
        guard let tower = call.allocate(twr_t.self, 1), let bytes = call.allocate(UInt8.self, octets.count) else {
            return nil
        }
        for (index, octet) in octets.enumerated() { bytes[index] = octet }
        tower.pointee.tower_length = UInt32(octets.count)
        tower.pointee.tower_octet_string = bytes
        return tower
    }

    // MARK: ept_map

    private func map(_ call: BuiltinCall, _ group: AssociationGroup, _ r: UnsafeMutablePointer<epm_Map>) -> UInt32? {
        guard let asked = r.pointee.in.entry_handle?.pointee, let count = r.pointee.out.num_towers,
            let handle = r.pointee.out.entry_handle
        else { return Fault.badStubData }
        let rest: ArraySlice<[UInt8]>
        if asked.isNil {
            rest = towers(call, r)[...]
        } else {
            guard case .towers(let left)? = group.lookups.take(UUIDValue(asked.uuid)) else {
                return Fault.contextMismatch
            }
            rest = left
        }
        let batch = rest.prefix(Int(min(r.pointee.in.max_towers, UInt32(EndpointMapper.mostEntries))))
        guard let found = call.allocate(epm_twr_p_t.self, batch.count) else { return Fault.remoteNoMemory }
        for (index, octets) in batch.enumerated() {
            guard let tower = store(octets, call) else { return Fault.remoteNoMemory }
            found[index].twr = tower
        }
        r.pointee.out.towers = found
        count.pointee = UInt32(batch.count)
        handle.pointee = policy_handle()
        let left = rest.dropFirst(batch.count)
        if !left.isEmpty { handle.pointee.uuid = GUID(group.lookups.add(.towers(left))) }
        r.pointee.out.result = rest.isEmpty ? EndpointMapper.notRegistered : EndpointMapper.ok
        return nil
    }

    private func towers(_ call: BuiltinCall, _ r: UnsafeMutablePointer<epm_Map>) -> [[UInt8]] {
        guard let asked = r.pointee.in.map_tower?.pointee, let octets = asked.tower_octet_string,
            let tower = try? ProtocolTower(UnsafeRawBufferPointer(start: octets, count: Int(asked.tower_length)))
        else { return [] }
        let object = r.pointee.in.object.map { UUIDValue($0.pointee) } ?? .zero
        let local = call.local
        return server.endpointMap(seenFrom: local).map(tower, object: object, preferring: local)
    }

    // MARK: ept_lookup_handle_free

    private func free(_ group: AssociationGroup, _ r: UnsafeMutablePointer<epm_LookupHandleFree>) -> UInt32? {
        guard let asked = r.pointee.in.entry_handle?.pointee, let handle = r.pointee.out.entry_handle else {
            return Fault.badStubData
        }
        if !asked.isNil, group.lookups.take(UUIDValue(asked.uuid)) == nil { return Fault.contextMismatch }
        handle.pointee = policy_handle()
        r.pointee.out.result = EndpointMapper.ok
        return nil
    }
}

extension policy_handle {
    fileprivate var isNil: Bool { handle_type == 0 && UUIDValue(uuid) == .zero }
}
