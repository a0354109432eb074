// SPDX-License-Identifier: LGPL-3.0-or-later
// data_blob.h

public import CDCERPC
internal import CShims
internal import CTalloc
internal import Glibc
internal import NDR
internal import Security
internal import Transport
internal import Wire

private func blob(_ data: UnsafeRawPointer?, _ length: Int) -> DATA_BLOB {
    let bytes = UnsafeMutableRawPointer(mutating: data)?.assumingMemoryBound(to: UInt8.self)
    return DATA_BLOB(data: bytes, length: length)
}

@c @implementation
public func data_blob_talloc_named(
    _ mem_ctx: UnsafeMutableRawPointer!, _ p: UnsafeRawPointer!, _ length: Int, _ name: UnsafePointer<CChar>!
) -> DATA_BLOB {
    guard length >= 0, p != nil || length > 0,
        let copy = shim_talloc_size(mem_ctx, length, name ?? cString("DATA_BLOB"))
    else { return DATA_BLOB() }
    if let p { copy.copyMemory(from: p, byteCount: length) }
    return blob(copy, length)
}

@c @implementation
public func data_blob_named(
    _ p: UnsafeRawPointer!, _ length: Int, _ name: UnsafePointer<CChar>!
) -> DATA_BLOB { data_blob_talloc_named(nil, p, length, name) }

@c @implementation
public func data_blob_talloc_zero(_ mem_ctx: UnsafeMutableRawPointer!, _ length: Int) -> DATA_BLOB {
    guard length > 0, let bytes = shim_talloc_zero(mem_ctx, length, cString("DATA_BLOB")) else { return DATA_BLOB() }
    return blob(bytes, length)
}

@c @implementation
public func data_blob_const(_ p: UnsafeRawPointer!, _ length: Int) -> DATA_BLOB { blob(p, length) }

@c @implementation
public func data_blob_string_const(_ str: UnsafePointer<CChar>!) -> DATA_BLOB {
    str == nil ? DATA_BLOB() : blob(str, strlen(str))
}

@c @implementation
public func data_blob_string_const_null(_ str: UnsafePointer<CChar>!) -> DATA_BLOB {
    str == nil ? DATA_BLOB() : blob(str, strlen(str) + 1)
}

@c @implementation
public func data_blob_free(_ d: UnsafeMutablePointer<DATA_BLOB>!) {
    guard let d else { return }
    tallocFree(d.pointee.data)
    d.pointee = DATA_BLOB()
}

@c @implementation
public func data_blob_clear(_ d: UnsafeMutablePointer<DATA_BLOB>!) {
    if let d = d?.pointee, let data = d.data, d.length > 0 { explicit_bzero(data, d.length) }
}

@c @implementation
public func data_blob_clear_free(_ d: UnsafeMutablePointer<DATA_BLOB>!) {
    data_blob_clear(d)
    data_blob_free(d)
}

@c @implementation
public func data_blob_realloc(
    _ mem_ctx: UnsafeMutableRawPointer!, _ blob: UnsafeMutablePointer<DATA_BLOB>!, _ length: Int
) -> Bool {
    guard let blob, length >= 0 else { return false }
    // A size of 0 would free.
    guard let data = shim_talloc_resize(mem_ctx, blob.pointee.data, max(length, 1)) else { return false }
    blob.pointee = DATA_BLOB(data: data.assumingMemoryBound(to: UInt8.self), length: length)
    return true
}

@c @implementation
public func data_blob_append(
    _ mem_ctx: UnsafeMutableRawPointer!, _ blob: UnsafeMutablePointer<DATA_BLOB>!, _ p: UnsafeRawPointer!,
    _ length: Int
) -> Bool {
    guard let blob, length >= 0, p != nil || length == 0 else { return false }
    let old = blob.pointee
    let (total, overflow) = old.length.addingReportingOverflow(length)
    guard !overflow else { return false }
    // Its own bytes move with it.
    var within: Int?
    if let data = old.data, let p {
        let distance = Int(bitPattern: p) &- Int(bitPattern: data)
        if distance >= 0, distance < old.length { within = distance }
    }
    guard data_blob_realloc(mem_ctx, blob, total), let data = blob.pointee.data else { return false }
    guard length > 0, let p else { return true }
    memmove(data + old.length, within.map { UnsafeRawPointer(data + $0) } ?? p, length)
    return true
}

@c @implementation
public func data_blob_cmp(_ d1: UnsafePointer<DATA_BLOB>!, _ d2: UnsafePointer<DATA_BLOB>!) -> Int32 {
    let (first, second) = (bytes(of: d1), bytes(of: d2))
    guard let first, let second else { return first == nil && second == nil ? 0 : first == nil ? -1 : 1 }
    let common = min(first.count, second.count)
    if common > 0, let a = first.baseAddress, let b = second.baseAddress {
        let order = memcmp(a, b, common)
        if order != 0 { return order < 0 ? -1 : 1 }
    }
    return first.count == second.count ? 0 : first.count < second.count ? -1 : 1
}

@c @implementation
public func data_blob_equal_const_time(_ d1: UnsafePointer<DATA_BLOB>!, _ d2: UnsafePointer<DATA_BLOB>!) -> Bool {
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    return equalInConstantTime(bytes(of: d1) ?? none, bytes(of: d2) ?? none)
}

private func hex(
    _ mem_ctx: UnsafeMutableRawPointer?, _ blob: UnsafePointer<DATA_BLOB>?, isUpper: Bool
) -> UnsafeMutablePointer<CChar>? {
    guard blob != nil else { return nil }
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    return tallocString(mem_ctx, HexText.text(bytes(of: blob) ?? none, isUpper: isUpper))
}

@c @implementation
public func data_blob_hex_string_lower(
    _ mem_ctx: UnsafeMutableRawPointer!, _ blob: UnsafePointer<DATA_BLOB>!
) -> UnsafeMutablePointer<CChar>! { hex(mem_ctx, blob, isUpper: false) }

@c @implementation
public func data_blob_hex_string_upper(
    _ mem_ctx: UnsafeMutableRawPointer!, _ blob: UnsafePointer<DATA_BLOB>!
) -> UnsafeMutablePointer<CChar>! { hex(mem_ctx, blob, isUpper: true) }

// MARK: - Dumps

@c @implementation
public func dump_data_cb(
    _ buf: UnsafePointer<UInt8>!, _ len: Int32, _ omit_zero_bytes: Bool,
    _ cb: (@convention(c) (UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void)!,
    _ private_data: UnsafeMutableRawPointer!
) {
    guard let buf, len > 0, let cb else { return }
    let bytes = UnsafeRawBufferPointer(start: buf, count: Int(len))
    ByteDump.lines(bytes, omitsZeros: omit_zero_bytes) { line in line.withCString { cb($0, private_data) } }
}

@c @implementation
public func dcerpc_dump_data(
    _ mem_ctx: UnsafeMutableRawPointer!, _ buf: UnsafePointer<UInt8>!, _ len: Int, _ omit_zero_bytes: Bool
) -> UnsafeMutablePointer<CChar>! {
    guard len >= 0, buf != nil || len == 0 else { return nil }
    return tallocString(
        mem_ctx, ByteDump.text(UnsafeRawBufferPointer(start: buf, count: len), omitsZeros: omit_zero_bytes))
}
