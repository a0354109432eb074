// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import CShims
public import Security
public import Transport
internal import Wire

/// A security mechanism of a C program: what a `struct dcerpc_mechanism` is.
public final class PlugIn: TallocObject {
    public static var type: TallocType<PlugIn> { TallocType("struct dcerpc_mechanism", magic: 0x6463_6572_7063_6d65) }

    let operations: dcerpc_mechanism_ops
    let data: UnsafeMutableRawPointer?
    public let authType: UInt8

    /// nil: the functions are not what they should be.
    public init?(_ operations: UnsafePointer<dcerpc_mechanism_ops>, data: UnsafeMutableRawPointer?) {
        // There is one version of it so far.
        guard operations.pointee.struct_size == MemoryLayout<dcerpc_mechanism_ops>.size,
            let authType = UInt8(exactly: operations.pointee.auth_type), authType > 0,
            operations.pointee.flags & ~PlugIn.knownFlags == 0, operations.pointee.step != nil,
            operations.pointee.signature_size != nil,
            (operations.pointee.sign == nil) == (operations.pointee.verify == nil),
            (operations.pointee.seal == nil) == (operations.pointee.unseal == nil)
        else { return nil }
        self.operations = operations.pointee
        self.data = data
        self.authType = authType
    }

    private static var knownFlags: UInt32 {
        DCERPC_MECHANISM_SIGNS_HEADERS | DCERPC_MECHANISM_TAKES_TURNS
    }

    func has(_ flag: UInt32) -> Bool { operations.flags & flag != 0 }

    public func supports(_ level: ProtectionLevel) -> Bool {
        switch level {
        case .connect: return true
        case .packet, .integrity: return operations.sign != nil
        case .privacy: return operations.seal != nil
        }
    }

    /// One side of a security context. The error is an NTSTATUS.
    public func make(
        isServer: Bool, _ level: ProtectionLevel, target: String, loop: @escaping () -> OpaquePointer?
    ) -> Result<PlugInMechanism, PlugInError> {
        guard let memory = shim_talloc_new(nil) else { return .failure(PlugInError(status: NTStatus.noMemory)) }
        guard let steps = shim_talloc_new(nil) else {
            tallocFree(memory)
            return .failure(PlugInError(status: NTStatus.noMemory))
        }
        var state = data
        if let create = operations.create {
            let status = target.withCString { create(memory, data, isServer, UInt32(level.rawValue), $0, &state) }
            guard status == NTStatus.ok else {
                tallocFree(memory)
                tallocFree(steps)
                return .failure(PlugInError(status: status))
            }
        }
        return .success(
            PlugInMechanism(self, isServer: isServer, memory: memory, steps: steps, state: state, loop: loop))
    }
}

public struct PlugInError: Error {
    public var status: UInt32
}
