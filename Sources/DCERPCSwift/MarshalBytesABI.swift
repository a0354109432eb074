// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: bytes, alignment, pointers, counts, unions

public import CDCERPC
internal import NDR

@c @implementation
public func ndr_push_DATA_BLOB(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ blob: DATA_BLOB) -> ndr_err_code {
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(blob: blob)
    }
}

@c @implementation
public func ndr_pull_DATA_BLOB(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ blob: UnsafeMutablePointer<DATA_BLOB>?)
    -> ndr_err_code
{
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        guard let blob else { throw .invalidPointer }
        blob.pointee = try context.pullBlob()
    }
}

@c @implementation
public func ndr_push_bytes(_ ndr: OpaquePointer?, _ data: UnsafePointer<UInt8>?, _ n: UInt32) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(bytes: data, Int(n))
    }
}

@c @implementation
public func ndr_pull_bytes(_ ndr: OpaquePointer?, _ data: UnsafeMutablePointer<UInt8>?, _ n: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.pull(bytes: data, Int(n))
    }
}

@c @implementation
public func ndr_push_zero(_ ndr: OpaquePointer?, _ n: UInt32) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(zeros: Int(n))
    }
}

@c @implementation
public func ndr_push_array_uint8(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ data: UnsafePointer<UInt8>?, _ n: UInt32)
    -> ndr_err_code
{
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(bytes: data, Int(n))
    }
}

@c @implementation
public func ndr_pull_array_uint8(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ data: UnsafeMutablePointer<UInt8>?, _ n: UInt32
) -> ndr_err_code {
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.pull(bytes: data, Int(n))
    }
}

@c @implementation
public func ndr_push_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.align(size)
    }
}

@c @implementation
public func ndr_push_union_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        if context.flags & UInt32(LIBNDR_FLAG_NDR64) != 0 { try context.align(size) }
    }
}

@c @implementation
public func ndr_push_trailer_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        if context.flags & UInt32(LIBNDR_FLAG_NDR64) != 0 { try context.align(size) }
    }
}

@c @implementation
public func ndr_pull_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.align(size)
    }
}

@c @implementation
public func ndr_pull_union_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        if context.flags & UInt32(LIBNDR_FLAG_NDR64) != 0 { try context.align(size) }
    }
}

@c @implementation
public func ndr_pull_trailer_align(_ ndr: OpaquePointer?, _ size: Int) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        if context.flags & UInt32(LIBNDR_FLAG_NDR64) != 0 { try context.align(size) }
    }
}

@c @implementation
public func ndr_push_unique_ptr(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(uniquePointer: p)
    }
}

@c @implementation
public func ndr_push_full_ptr(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(uniquePointer: p)
    }
}

@c @implementation
public func ndr_push_ref_ptr(_ ndr: OpaquePointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        // Any number but 0: what counts is that there is one. This is libndr's.
        try context.push(word: 0xaef1_aef1)
    }
}

@c @implementation
public func ndr_pull_generic_ptr(_ ndr: OpaquePointer?, _ v: UnsafeMutablePointer<UInt32>?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try context.pullWord()
    }
}

@c @implementation
public func ndr_pull_ref_ptr(_ ndr: OpaquePointer?, _ v: UnsafeMutablePointer<UInt32>?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try context.pullWord()
    }
}

@c @implementation
public func ndr_push_relative_ptr1(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(relative: p, size: 4)
    }
}

@c @implementation
public func ndr_push_short_relative_ptr1(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.push(relative: p, size: 2)
    }
}

@c @implementation
public func ndr_push_relative_ptr2_start(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.startRelative(p, size: 4)
    }
}

@c @implementation
public func ndr_push_relative_ptr2_end(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.endRelative(p)
    }
}

@c @implementation
public func ndr_push_short_relative_ptr2(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.startRelative(p, size: 2)
    }
}

@c @implementation
public func ndr_pull_relative_ptr1(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ rel_offset: UInt32) -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.setRelative(p, rel_offset)
    }
}

@c @implementation
public func ndr_pull_relative_ptr2(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.goToRelative(p)
    }
}

@c @implementation
public func ndr_pull_relative_ptr_short(_ ndr: OpaquePointer?, _ v: UnsafeMutablePointer<UInt16>?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = UInt16(truncatingIfNeeded: try context.pull(size: 2))
    }
}

@c @implementation
public func ndr_push_get_relative_base_offset(_ ndr: OpaquePointer?) -> UInt32 { pushContext(ndr)?.relativeBase ?? 0 }

@c @implementation
public func ndr_push_restore_relative_base_offset(_ ndr: OpaquePointer?, _ offset: UInt32) {
    pushContext(ndr)?.relativeBase = offset
}

@c @implementation
public func ndr_push_setup_relative_base_offset1(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ offset: UInt32)
    -> ndr_err_code
{
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.setRelativeBase(p, offset)
    }
}

@c @implementation
public func ndr_push_setup_relative_base_offset2(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.returnToRelativeBase(p)
    }
}

@c @implementation
public func ndr_pull_get_relative_base_offset(_ ndr: OpaquePointer?) -> UInt32 { pullContext(ndr)?.relativeBase ?? 0 }

@c @implementation
public func ndr_pull_restore_relative_base_offset(_ ndr: OpaquePointer?, _ offset: UInt32) {
    pullContext(ndr)?.relativeBase = offset
}

@c @implementation
public func ndr_pull_setup_relative_base_offset1(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ offset: UInt32)
    -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.setRelativeBase(p, offset)
    }
}

@c @implementation
public func ndr_pull_setup_relative_base_offset2(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.returnToRelativeBase(p)
    }
}

@c @implementation
public func ndr_pull_get_relative_highest_offset(_ ndr: OpaquePointer?) -> UInt32 {
    pullContext(ndr)?.relativeHighest ?? 0
}

@c @implementation
public func ndr_pull_set_relative_highest_offset(_ ndr: OpaquePointer?, _ offset: UInt32) {
    pullContext(ndr)?.relativeHighest = offset
}

@c @implementation
public func ndr_pull_array_size(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.pullArraySize(p)
    }
}

@c @implementation
public func ndr_get_array_size(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ size: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let size else { throw .invalidPointer }
        size.pointee = try context.arraySize(p, taking: false)
    }
}

@c @implementation
public func ndr_steal_array_size(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ size: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let size else { throw .invalidPointer }
        size.pointee = try context.arraySize(p, taking: true)
    }
}

@c @implementation
public func ndr_check_array_size(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ size: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard try context.arraySize(p, taking: false) == size else { throw .arraySize }
    }
}

@c @implementation
public func ndr_check_steal_array_size(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ size: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard try context.arraySize(p, taking: true) == size else { throw .arraySize }
    }
}

@c @implementation
public func ndr_pull_array_length(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.pullArrayLength(p)
    }
}

@c @implementation
public func ndr_get_array_length(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ length: UnsafeMutablePointer<UInt32>?)
    -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let length else { throw .invalidPointer }
        length.pointee = try context.arrayLength(p, taking: false)
    }
}

@c @implementation
public func ndr_steal_array_length(
    _ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ length: UnsafeMutablePointer<UInt32>?
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let length else { throw .invalidPointer }
        length.pointee = try context.arrayLength(p, taking: true)
    }
}

@c @implementation
public func ndr_check_array_length(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ length: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard try context.arrayLength(p, taking: false) == length else { throw .arraySize }
    }
}

@c @implementation
public func ndr_check_steal_array_length(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ length: UInt32)
    -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard try context.arrayLength(p, taking: true) == length else { throw .arraySize }
    }
}

@c @implementation
public func ndr_push_set_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ val: UInt32) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        try context.setSwitch(p, val)
    }
}

@c @implementation
public func ndr_push_steal_switch_value(
    _ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ v: UnsafeMutablePointer<UInt32>?
) -> ndr_err_code {
    pushing(ndr) { (context) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try context.takeSwitch(p)
    }
}

@c @implementation
public func ndr_push_get_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> UInt32 {
    guard let context = pushContext(ndr) else { return 0 }
    return (try? context.peekSwitch(p)) ?? 0
}

@c @implementation
public func ndr_pull_set_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ val: UInt32) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.setSwitch(p, val)
    }
}

@c @implementation
public func ndr_pull_steal_switch_value(
    _ ndr: OpaquePointer?, _ p: UnsafeRawPointer?, _ v: UnsafeMutablePointer<UInt32>?
) -> ndr_err_code {
    pulling(ndr) { (context) throws(NDRErrorCode) in
        guard let v else { throw .invalidPointer }
        v.pointee = try context.takeSwitch(p)
    }
}

@c @implementation
public func ndr_pull_get_switch_value(_ ndr: OpaquePointer?, _ p: UnsafeRawPointer?) -> UInt32 {
    guard let context = pullContext(ndr) else { return 0 }
    return (try? context.peekSwitch(p)) ?? 0
}

@c @implementation
public func ndr_align_size(_ offset: UInt32, _ n: Int) -> Int {
    guard n > 0, n & (n - 1) == 0 else { return 0 }
    return -Int(offset) & (n - 1)
}

@c @implementation
public func ndr_size_DATA_BLOB(_ ret: Int32, _ data: UnsafePointer<DATA_BLOB>?, _ flags: Int32) -> UInt32 {
    guard let data else { return UInt32(bitPattern: ret) }
    return UInt32(bitPattern: ret) &+ UInt32(truncatingIfNeeded: data.pointee.length)
}
