// SPDX-License-Identifier: LGPL-3.0-or-later

internal import NDR
internal import Wire

/// The codes of the faults that a server sends (C706 appendix E, [MS-RPCE] 2.2.2.6 and 3.1.3.5.2).
enum Fault {
    static let accessDenied: UInt32 = 5
    static let operationRange: UInt32 = 0x1c01_0002
    static let unknownInterface: UInt32 = 0x1c01_0003
    static let outArgumentsTooBig: UInt32 = 0x1c01_0013
    static let serverTooBusy: UInt32 = 0x1c01_0014
    static let cancel: UInt32 = 0x1c00_000d
    static let unspecified: UInt32 = 0x1c00_0012
    static let contextMismatch: UInt32 = 0x1c00_001a
    static let remoteNoMemory: UInt32 = 0x1c00_001b
    /// RPC_X_BAD_STUB_DATA, which Windows and Samba send for a stub that does not unmarshal.
    static let badStubData: UInt32 = 0x6f7

    /// The code for an NTSTATUS that an entry point returned without naming one; what has no better one is
    /// nca_s_fault_unspec, so that no internal status ever leaves the server.
    static func code(forStatus status: UInt32) -> UInt32 {
        switch status {
        case ServerStatus.accessDenied: return accessDenied
        case ServerStatus.procedureOutOfRange, ServerStatus.notImplemented: return operationRange
        case ServerStatus.noMemory, ServerStatus.insufficientResources: return remoteNoMemory
        case ServerStatus.unknownInterface: return unknownInterface
        case ServerStatus.tooBusy: return serverTooBusy
        case ServerStatus.badStubData: return badStubData
        case ServerStatus.contextMismatch, ServerStatus.invalidHandle: return contextMismatch
        case ServerStatus.cancelled, ServerStatus.callCancelled: return cancel
        // Windows' own codes, which [MS-RPCE] 3.1.3.5.2 lets a fault carry as they are.
        case ServerStatus.invalidParameter: return 0x57
        case ServerStatus.objectNameNotFound: return 0x2
        case ServerStatus.notFound: return 0x490
        case ServerStatus.timeout: return 0x5b4
        case ServerStatus.notSupported, ServerStatus.cannotSupport: return 0x6e4
        case ServerStatus.nullReferencePointer: return 0x6f4
        case ServerStatus.enumValueOutOfRange: return 0x6f5
        default: return unspecified
        }
    }

    /// A request that could not be unmarshalled.
    static func code(forRequest error: NDRError) -> UInt32 {
        error.code == .alloc ? remoteNoMemory : badStubData
    }

    /// A response that could not be marshalled: the manager's mistake, not the client's.
    static func code(forResponse error: NDRError) -> UInt32 {
        error.code == .alloc ? remoteNoMemory : unspecified
    }
}
