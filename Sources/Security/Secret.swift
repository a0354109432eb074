// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CNettle
internal import Glibc

/// Key material: it cannot be copied by accident, is compared in constant time and zeroised when it goes.
public struct Secret: ~Copyable {
    let base: UnsafeMutableRawPointer
    public let count: Int

    /// `count` zero bytes.
    public init(count: Int) {
        self.count = count
        base = .allocate(byteCount: max(1, count), alignment: 16)
        memset(base, 0, max(1, count))
    }

    public init(_ bytes: UnsafeRawBufferPointer) {
        self.init(count: bytes.count)
        if let source = bytes.baseAddress { memcpy(base, source, bytes.count) }
    }

    public init(_ bytes: [UInt8]) {
        self.init(count: bytes.count)
        bytes.withUnsafeBytes { source in
            if let source = source.baseAddress { _ = memcpy(base, source, count) }
        }
    }

    deinit {
        explicit_bzero(base, max(1, count))
        base.deallocate()
    }

    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    public var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: count) }

    public func copy() -> Secret { Secret(bytes) }

    public func equals(_ other: borrowing Secret) -> Bool { equalInConstantTime(bytes, other.bytes) }
    public func equals(_ other: UnsafeRawBufferPointer) -> Bool { equalInConstantTime(bytes, other) }
}

/// Takes the same time wherever the first difference is; only lengths show.
public func equalInConstantTime(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard one.count == other.count else { return false }
    guard one.count > 0 else { return true }
    return nettle_memeql_sec(one.baseAddress, other.baseAddress, one.count) != 0
}

/// Overwrites what held a secret.
func zeroise(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { buffer in
        if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
    }
}

extension Array where Element == UInt8 {
    /// `withUnsafeBytes` for results that cannot be copied and errors that are typed.
    func withBytes<R: ~Copyable, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try span.bytes.withUnsafeBytes(body)
    }
}
