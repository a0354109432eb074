// SPDX-License-Identifier: LGPL-3.0-or-later
// guid.h

public import CDCERPC
internal import CShims
internal import NDR
internal import Security
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

/// A blob's bytes; nil for NULL.
func bytes(of blob: UnsafePointer<DATA_BLOB>?) -> UnsafeRawBufferPointer? {
    guard let blob = blob?.pointee, let data = blob.data, blob.length >= 0 else { return nil }
    return UnsafeRawBufferPointer(start: data, count: blob.length)
}

@c @implementation
public func GUID_from_data_blob(_ s: UnsafePointer<DATA_BLOB>?, _ guid: UnsafeMutablePointer<GUID>?) -> NTSTATUS {
    guard let bytes = bytes(of: s), let guid, let uuid = uuid(in: bytes) else { return NTStatus.invalidParameter }
    guid.pointee = GUID(uuid)
    return NTStatus.ok
}

private func uuid(in bytes: UnsafeRawBufferPointer) -> UUIDValue? {
    switch bytes.count {
    case 16: return UUIDValue(littleEndian: bytes)
    case 32:
        guard let packed = HexText.bytes(bytes) else { return nil }
        return packed.withUnsafeBytes { UUIDValue(littleEndian: $0) }
    case 36, 38:
        // Digits, braces and hyphens only, so any byte beyond ASCII is refused there.
        return UUIDValue(String(decoding: bytes, as: UTF8.self))
    default: return nil
    }
}

@c @implementation
public func GUID_from_ndr_blob(_ b: UnsafePointer<DATA_BLOB>?, _ guid: UnsafeMutablePointer<GUID>?) -> NTSTATUS {
    guard let bytes = bytes(of: b), let guid else { return NTStatus.invalidParameter }
    guard bytes.count >= 16 else { return NTStatus.bufferTooSmall }
    guard let uuid = UUIDValue(littleEndian: bytes) else { return NTStatus.invalidParameter }
    guid.pointee = GUID(uuid)
    return NTStatus.ok
}

@c @implementation
public func GUID_to_ndr_blob(
    _ guid: UnsafePointer<GUID>?, _ mem_ctx: UnsafeMutableRawPointer?, _ b: UnsafeMutablePointer<DATA_BLOB>?
) -> NTSTATUS {
    guard let guid, let b else { return NTStatus.invalidParameter }
    let copy = UUIDValue(guid.pointee).littleEndianBytes.withUnsafeBytes {
        shim_talloc_memdup(mem_ctx, $0.baseAddress, $0.count)
    }
    guard let copy else { return NTStatus.noMemory }
    b.pointee = DATA_BLOB(data: copy.assumingMemoryBound(to: UInt8.self), length: 16)
    return NTStatus.ok
}

@c @implementation
public func GUID_to_ndr_buf(_ guid: UnsafePointer<GUID>?, _ buf: UnsafeMutablePointer<GUID_ndr_buf>?) -> NTSTATUS {
    guard let guid, let buf else { return NTStatus.invalidParameter }
    UnsafeMutableRawBufferPointer(start: buf, count: 16).copyBytes(from: UUIDValue(guid.pointee).littleEndianBytes)
    return NTStatus.ok
}

@c @implementation
public func GUID_string2(_ mem_ctx: UnsafeMutableRawPointer?, _ guid: UnsafePointer<GUID>?) -> UnsafeMutablePointer<
    CChar
>? {
    guard let guid else { return nil }
    return tallocString(mem_ctx, "{\(UUIDValue(guid.pointee).description)}")
}

@c @implementation
public func GUID_hexstring(_ mem_ctx: UnsafeMutableRawPointer?, _ guid: UnsafePointer<GUID>?)
    -> UnsafeMutablePointer<CChar>?
{
    guard let guid else { return nil }
    let text = UUIDValue(guid.pointee).littleEndianBytes.withUnsafeBytes { HexText.text($0, isUpper: true) }
    return tallocString(mem_ctx, text)
}

/// Copies ASCII text and its NUL into the caller's array of `size` characters.
private func copy(_ text: String, _ array: UnsafeMutableRawPointer, _ size: Int) -> UnsafeMutablePointer<CChar> {
    let bytes = Array(text.utf8.prefix(size - 1)) + [0]
    UnsafeMutableRawBufferPointer(start: array, count: size).copyBytes(from: bytes)
    return array.assumingMemoryBound(to: CChar.self)
}

@c @implementation
public func GUID_buf_string(_ guid: UnsafePointer<GUID>?, _ dst: UnsafeMutablePointer<GUID_txt_buf>?)
    -> UnsafeMutablePointer<CChar>?
{
    guard let guid, let dst else { return nil }
    return copy(UUIDValue(guid.pointee).description, dst, MemoryLayout<GUID_txt_buf>.size)
}

@c @implementation
public func GUID_compare(_ u1: UnsafePointer<GUID>?, _ u2: UnsafePointer<GUID>?) -> Int32 {
    guard let u1, let u2 else { return u1 == u2 ? 0 : u1 == nil ? -1 : 1 }
    let (a, b) = (UUIDValue(u1.pointee), UUIDValue(u2.pointee))
    return a == b ? 0 : a.isBelow(b) ? -1 : 1
}

@c @implementation
public func GUID_random() -> GUID {
    guard let secret = randomSecret(16) else { return GUID() }
    let bytes = secret.bytes
    return GUID(
        UUIDValue(
            random: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
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

@c @implementation
public func ndr_syntax_id_to_string(_ mem_ctx: UnsafeMutableRawPointer?, _ id: UnsafePointer<ndr_syntax_id>?)
    -> UnsafeMutablePointer<CChar>?
{
    guard let id else { return nil }
    return tallocString(mem_ctx, SyntaxID(id.pointee).description)
}

@c @implementation
public func ndr_syntax_id_buf_string(
    _ id: UnsafePointer<ndr_syntax_id>?, _ buf: UnsafeMutablePointer<ndr_syntax_id_buf>?
) -> UnsafeMutablePointer<CChar>? {
    guard let id, let buf else { return nil }
    return copy(SyntaxID(id.pointee).description, buf, MemoryLayout<ndr_syntax_id_buf>.size)
}

@c @implementation
public func ndr_syntax_id_from_string(_ s: UnsafePointer<CChar>?, _ id: UnsafeMutablePointer<ndr_syntax_id>?) -> Bool {
    guard let s, let id, let text = String(validatingCString: s), let syntax = SyntaxID(text) else { return false }
    id.pointee = ndr_syntax_id(syntax)
    return true
}

@c @implementation
public func ndr_policy_handle_empty(_ h: UnsafePointer<policy_handle>?) -> Bool {
    guard let h = h?.pointee else { return true }
    return h.handle_type == 0 && UUIDValue(h.uuid) == .zero
}

@c @implementation
public func ndr_policy_handle_equal(_ hnd1: UnsafePointer<policy_handle>?, _ hnd2: UnsafePointer<policy_handle>?)
    -> Bool
{
    guard let a = hnd1?.pointee, let b = hnd2?.pointee else { return false }
    return a.handle_type == b.handle_type && UUIDValue(a.uuid) == UUIDValue(b.uuid)
}
