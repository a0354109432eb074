// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr.h: GUIDs and syntax ids

public import CDCERPC
internal import NDR
internal import Transport
internal import Wire

@c @implementation
public func GUID_from_string(_ s: UnsafePointer<CChar>?, _ guid: UnsafeMutablePointer<GUID>?) -> NTSTATUS {
    guard let s, let guid, let text = String(validatingCString: s), let uuid = UUIDValue(text) else {
        return NTStatus.invalidParameter
    }
    guid.pointee = GUID(uuid)
    return NTStatus.ok
}

@c @implementation
public func GUID_string(_ memCtx: UnsafeMutableRawPointer?, _ guid: UnsafePointer<GUID>?) -> UnsafeMutablePointer<
    CChar
>? {
    guard let guid else { return nil }
    return tallocString(memCtx, UUIDValue(guid.pointee).description)
}

@c @implementation
public func GUID_equal(_ u1: UnsafePointer<GUID>?, _ u2: UnsafePointer<GUID>?) -> Bool {
    guard let u1, let u2 else { return u1 == u2 }
    return UUIDValue(u1.pointee) == UUIDValue(u2.pointee)
}

@c @implementation
public func GUID_all_zero(_ u: UnsafePointer<GUID>?) -> Bool {
    guard let u else { return true }
    return UUIDValue(u.pointee) == .zero
}

@c @implementation
public func GUID_zero() -> GUID { GUID() }

@c @implementation
public func ndr_syntax_id_equal(_ i1: UnsafePointer<ndr_syntax_id>?, _ i2: UnsafePointer<ndr_syntax_id>?) -> Bool {
    guard let i1, let i2 else { return i1 == i2 }
    return SyntaxID(i1.pointee) == SyntaxID(i2.pointee)
}
