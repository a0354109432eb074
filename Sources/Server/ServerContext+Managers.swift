// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CBuiltinTables
public import CDCERPC
internal import NDR
public import Transport
public import Wire

extension ServerContext {
    public static var managerType: TallocType<Manager> { TallocType("struct dcerpc_server_manager", magic: 0xdce_5e43) }
    public static var objectType: TallocType<Manager> { TallocType("struct dcerpc_server_object", magic: 0xdce_5e44) }

    /// Serves an interface; with an object only its requests. The error is an NTSTATUS.
    public func register(
        _ vector: UnsafePointer<dcerpc_call_entry_point_vector>, object: UUIDValue?,
        privateData: UnsafeMutableRawPointer?
    ) -> Result<Manager, StatusError> {
        guard isOpen, let parent = handle else { return .failure(StatusError(ServerStatus.invalidParameter)) }
        let manager: Manager
        do throws(NDRError) {
            manager = try Manager(vector: vector, object: object, privateData: privateData)
        } catch {
            let isNewer = error.code == .newerFormat
            return .failure(StatusError(isNewer ? ServerStatus.revisionMismatch : ServerStatus.invalidParameter))
        }
        guard register(manager) else { return .failure(StatusError(ServerStatus.objectNameCollision)) }
        let type = object == nil ? ServerContext.managerType : ServerContext.objectType
        guard type.make(UnsafeRawPointer(parent), manager) != nil else {
            manager.withdraw()
            return .failure(StatusError(ServerStatus.noMemory))
        }
        return .success(manager)
    }

    /// Serves the endpoint mapper. An NTSTATUS.
    public func enableEndpointMapper() -> UInt32 { enable(builtin_table_epmapper(), EndpointMapper(server: self)) }

    /// Serves the remote management interface. An NTSTATUS.
    public func enableManagement() -> UInt32 { enable(builtin_table_mgmt(), Management(server: self)) }

    private func enable(_ table: UnsafePointer<ndr_interface_table>, _ builtin: any BuiltinManager) -> UInt32 {
        guard isOpen else { return ServerStatus.invalidParameter }
        guard let manager = try? Manager(table: table, builtin: builtin) else { return ServerStatus.internalError }
        return register(manager) ? ServerStatus.ok : ServerStatus.objectNameCollision
    }
}
