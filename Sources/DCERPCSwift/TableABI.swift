// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_table.h

public import CDCERPC
internal import CShims
internal import NDR
internal import Transport
internal import Wire

/// What a `struct ndr_table_registry` is.
private final class RegistryObject: TallocObject {
    var registry = TableRegistry()
    private(set) var first: UnsafeMutablePointer<ndr_interface_list>?
    private var last: UnsafeMutablePointer<ndr_interface_list>?

    static var type: TallocType<RegistryObject> {
        TallocType("struct ndr_table_registry", magic: 0x6463_6572_7063_7467)
    }

    func register(_ table: UnsafePointer<ndr_interface_table>) throws(NDRError) -> NTSTATUS {
        guard let node = node(table) else { return NTStatus.noMemory }
        var outcome = TableRegistry.Outcome.collision
        defer { if outcome != .added { tallocFree(node) } }
        outcome = try registry.register(table)
        if outcome == .added { append(node) }
        return outcome == .collision ? NTStatus.objectNameCollision : NTStatus.ok
    }

    private func node(_ table: UnsafePointer<ndr_interface_table>) -> UnsafeMutablePointer<ndr_interface_list>? {
        guard let handle else { return nil }
        let size = MemoryLayout<ndr_interface_list>.size
        let chunk = shim_talloc_zero(UnsafeRawPointer(handle), size, cString("struct ndr_interface_list"))
        let node = chunk?.assumingMemoryBound(to: ndr_interface_list.self)
        node?.pointee.table = table
        return node
    }

    private func append(_ node: UnsafeMutablePointer<ndr_interface_list>) {
        node.pointee.prev = last
        if let last { last.pointee.next = node } else { first = node }
        last = node
    }
}

extension ndr_interface_call {
    fileprivate var hasOpnum: Bool { flags & NDR_CALL_NO_OPNUM == 0 }
}

private func calls(of table: ndr_interface_table) -> UnsafeBufferPointer<ndr_interface_call> {
    guard let calls = table.calls else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: calls, count: Int(table.num_calls))
}

private func tables(_ registry: OpaquePointer?) -> TableRegistry? { RegistryObject.type.object(of: registry)?.registry }

@c @implementation
public func ndr_table_registry_create(_ mem_ctx: UnsafeMutableRawPointer!) -> OpaquePointer! {
    RegistryObject.type.make(mem_ctx, RegistryObject())
}

@c @implementation
public func ndr_table_register(
    _ registry: OpaquePointer!, _ table: UnsafePointer<ndr_interface_table>!
) -> NTSTATUS {
    guard let object = RegistryObject.type.object(of: registry), let table else { return NTStatus.invalidParameter }
    do throws(NDRError) { return try object.register(table) } catch { return status(refusing: error) }
}

@c @implementation
public func ndr_table_by_name(
    _ registry: OpaquePointer!, _ name: UnsafePointer<CChar>!
) -> UnsafePointer<ndr_interface_table>! {
    guard let name else { return nil }
    return tables(registry)?.table(named: String(cString: name))
}

@c @implementation
public func ndr_table_by_uuid(
    _ registry: OpaquePointer!, _ uuid: UnsafePointer<GUID>!
) -> UnsafePointer<ndr_interface_table>! {
    guard let uuid else { return nil }
    return tables(registry)?.table(UUIDValue(uuid.pointee))
}

@c @implementation
public func ndr_table_by_syntax(
    _ registry: OpaquePointer!, _ syntax: UnsafePointer<ndr_syntax_id>!
) -> UnsafePointer<ndr_interface_table>! {
    guard let syntax else { return nil }
    return tables(registry)?.table(SyntaxID(syntax.pointee))
}

@c @implementation
public func ndr_table_list(_ registry: OpaquePointer!) -> UnsafePointer<ndr_interface_list>! {
    UnsafePointer(RegistryObject.type.object(of: registry)?.first)
}

private func table(
    _ registry: OpaquePointer?, _ uuid: UnsafePointer<GUID>?, _ version: UInt32
) -> ndr_interface_table? {
    guard let uuid else { return nil }
    return tables(registry)?.table(SyntaxID(uuid: UUIDValue(uuid.pointee), version: version))?.pointee
}

@c @implementation
public func ndr_interface_name(
    _ registry: OpaquePointer!, _ uuid: UnsafePointer<GUID>!, _ if_version: UInt32
) -> UnsafePointer<CChar>! {
    table(registry, uuid, if_version)?.name ?? cString("UNKNOWN")
}

@c @implementation
public func ndr_interface_num_calls(
    _ registry: OpaquePointer!, _ uuid: UnsafePointer<GUID>!, _ if_version: UInt32
) -> Int32 {
    guard let table = table(registry, uuid, if_version) else { return -1 }
    return Int32(clamping: calls(of: table).count { $0.hasOpnum })
}

@c @implementation
public func ndr_table_call(
    _ table: UnsafePointer<ndr_interface_table>!, _ opnum: UInt32
) -> UnsafePointer<ndr_interface_call>! {
    guard let table, opnum < table.pointee.num_calls, let calls = table.pointee.calls else { return nil }
    let call = calls.advanced(by: Int(opnum))
    return call.pointee.hasOpnum ? call : nil
}

@c @implementation
public func ndr_table_opnum(
    _ table: UnsafePointer<ndr_interface_table>!, _ name: UnsafePointer<CChar>!,
    _ opnum: UnsafeMutablePointer<UInt32>!
) -> NTSTATUS {
    guard let table, let name, let opnum else { return NTStatus.invalidParameter }
    let wanted = String(cString: name)
    let found = calls(of: table.pointee).firstIndex { call in
        call.hasOpnum && call.name.map { String(cString: $0) } == wanted
    }
    guard let found else { return NTStatus.notFound }
    opnum.pointee = UInt32(truncatingIfNeeded: found)
    return NTStatus.ok
}
