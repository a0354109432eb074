// SPDX-License-Identifier: LGPL-3.0-or-later
// ntstatus.h

public import CDCERPC
internal import CShims
internal import Wire

@c @implementation
public func dcerpc_nt_errstr(_ status: NTSTATUS) -> UnsafePointer<CChar>? {
    statusName(status).map(cString) ?? shim_status_text("NT code ", status)
}

@c @implementation
public func dcerpc_errstr(_ faultCode: UInt32) -> UnsafePointer<CChar>? {
    faultName(faultCode).map(cString) ?? shim_status_text("DCERPC fault ", faultCode)
}

@c @implementation
public func dcerpc_fault_to_nt_status(_ faultCode: UInt32) -> NTSTATUS { NTStatus.fromFault(faultCode) }

/// A literal as a C string: its bytes end in NUL and live for ever.
func cString(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}
