// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Runs of integers in the other byte order.
enum Swapping {
    static func run(_ code: UInt8, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int) {
        switch code {
        case OpCode.swap2:
            for i in 0..<count {
                let value = (source + 2 &* i).loadUnaligned(as: UInt16.self)
                (target + 2 &* i).storeBytes(of: value.byteSwapped, as: UInt16.self)
            }
        case OpCode.swap4:
            for i in 0..<count {
                let value = (source + 4 &* i).loadUnaligned(as: UInt32.self)
                (target + 4 &* i).storeBytes(of: value.byteSwapped, as: UInt32.self)
            }
        default:
            for i in 0..<count {
                let value = (source + 8 &* i).loadUnaligned(as: UInt64.self)
                (target + 8 &* i).storeBytes(of: value.byteSwapped, as: UInt64.self)
            }
        }
    }

    /// A GUID between C and the wire, either way; `swaps` where that is big-endian.
    static func guid(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, swaps: Bool) {
        guard swaps else { return target.copyMemory(from: source, byteCount: 16) }
        run(OpCode.swap4, source, target, 1)
        run(OpCode.swap2, source + 4, target + 4, 2)
        target.storeBytes(
            of: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self), toByteOffset: 8, as: UInt64.self)
    }
}
