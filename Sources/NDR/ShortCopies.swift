// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

// memcpy and memset for what is short: the call would cost more than the bytes.

@inline(__always)
func copyAny(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int) {
    switch size {
    case 4: to.storeBytes(of: from.loadUnaligned(as: UInt32.self), as: UInt32.self)
    case 8: to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
    default: copyShort(from, to, size)
    }
}

/// A run of fields.
@inline(__always)
func copyShort(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int) {
    if size <= 64 { copyUpTo64(from, to, size) } else { memcpy(to, from, size) }
}

/// From both ends, which overlap in the middle.
@inline(__always)
func copyUpTo64(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int) {
    if size >= 32 {
        copyEnds(SIMD4<UInt64>.self, from, to, size)
    } else if size >= 16 {
        copyEnds(SIMD2<UInt64>.self, from, to, size)
    } else if size >= 8 {
        copyEnds(UInt64.self, from, to, size)
    } else if size >= 4 {
        copyEnds(UInt32.self, from, to, size)
    } else {
        for i in 0..<size {
            to.storeBytes(of: from.load(fromByteOffset: i, as: UInt8.self), toByteOffset: i, as: UInt8.self)
        }
    }
}

@inline(__always)
private func copyEnds<T: BitwiseCopyable>(
    _ type: T.Type, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ size: Int
) {
    let rest = size &- MemoryLayout<T>.size
    let first = from.loadUnaligned(as: T.self)
    let last = (from + rest).loadUnaligned(as: T.self)
    to.storeBytes(of: first, as: T.self)
    (to + rest).storeBytes(of: last, as: T.self)
}

@inline(__always)
func clear(_ target: UnsafeMutableRawPointer, _ size: Int) {
    guard size >= 8, size <= 128 else {
        memset(target, 0, size)
        return
    }
    guard size >= 16 else {
        target.storeBytes(of: 0, as: UInt64.self)
        return (target + (size &- 8)).storeBytes(of: 0, as: UInt64.self)
    }
    var i = 0
    while i <= size &- 16 {
        (target + i).storeBytes(of: .zero, as: SIMD2<UInt64>.self)
        i &+= 16
    }
    (target + (size &- 16)).storeBytes(of: .zero, as: SIMD2<UInt64>.self)
}
