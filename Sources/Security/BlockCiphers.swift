// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CNettle
internal import Glibc

/// AES with a key of 128 bits.
struct AES128: ~Copyable {
    static let blockSize = 16
    private let context = UnsafeMutablePointer<aes128_ctx>.allocate(capacity: 1)

    /// `key` has 16 bytes.
    init(_ key: borrowing Secret) {
        precondition(key.count == 16)
        nettle_aes128_set_encrypt_key(context, key.base.assumingMemoryBound(to: UInt8.self))
    }

    deinit {
        explicit_bzero(context, MemoryLayout<aes128_ctx>.size)
        context.deallocate()
    }

    /// One block of counter mode: 8 bytes that nobody without the key can tell from random ones.
    func randomBytes(_ counter: UInt64) -> UInt64 {
        withUnsafeTemporaryAllocation(byteCount: AES128.blockSize, alignment: 8) { block in
            guard let base = block.baseAddress else { return 0 }
            base.storeBytes(of: counter, as: UInt64.self)
            base.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            let octets = base.assumingMemoryBound(to: UInt8.self)
            nettle_aes128_encrypt(context, AES128.blockSize, octets, octets)
            return base.load(as: UInt64.self)
        }
    }

    /// A stream of CFB8 that starts with `half` twice as initialisation vector, as everything of Netlogon does.
    func cfb8(_ half: UInt64) -> CFB8Vector { CFB8Vector(half) }

    /// Encrypts or decrypts in place; goes on where the stream stands.
    func crypt(_ data: UnsafeMutableRawBufferPointer, _ vector: inout CFB8Vector, encrypt: Bool) {
        guard let base = data.baseAddress, data.count > 0 else { return }
        withUnsafeMutableBytes(of: &vector) { vector in
            guard let iv = vector.baseAddress else { return }
            shim_aes128_cfb8(
                context, iv.assumingMemoryBound(to: UInt8.self), encrypt, data.count,
                base.assumingMemoryBound(to: UInt8.self))
        }
    }
}

/// Where a CFB8 stream stands: 16 bytes.
struct CFB8Vector {
    private var low: UInt64
    private var high: UInt64

    init(_ half: UInt64) {
        low = half
        high = half
    }
}

/// HMAC-SHA256 with a key that is set once; after a digest the next message starts.
struct KeyedSHA256: ~Copyable {
    private let context = UnsafeMutablePointer<hmac_sha256_ctx>.allocate(capacity: 1)

    init(_ key: borrowing Secret) {
        nettle_hmac_sha256_set_key(context, key.count, key.base.assumingMemoryBound(to: UInt8.self))
    }

    deinit {
        explicit_bzero(context, MemoryLayout<hmac_sha256_ctx>.size)
        context.deallocate()
    }

    func update(_ data: UnsafeRawBufferPointer) {
        guard let base = data.baseAddress, data.count > 0 else { return }
        nettle_hmac_sha256_update(context, data.count, base.assumingMemoryBound(to: UInt8.self))
    }

    func update(_ value: UInt64) { withUnsafeBytes(of: value) { update($0) } }

    /// Writes the first `count` of 32 bytes.
    func digest(into memory: UnsafeMutableRawPointer, count: Int) {
        nettle_hmac_sha256_digest(context, count, memory.assumingMemoryBound(to: UInt8.self))
    }
}

/// DES as [MS-NRPC] 3.1.4.4.2 and [MS-NLMP] 6 use it: one block with 7 bytes of a key.
enum DES {
    /// Twice, with the first and the second 7 bytes of a key.
    static func encryptTwice(_ value: UInt64, _ key: borrowing Secret) -> UInt64 {
        precondition(key.count >= 14)
        return encrypt(encrypt(value, key.bytes, 0), key.bytes, 7)
    }

    /// With the 7 bytes at `offset`.
    static func encrypt(_ value: UInt64, _ key: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        // 56 bits become 8 bytes of 7; the low bit of each is parity, which nobody looks at.
        let bits = (0..<7).reduce(UInt64(0)) { $0 << 8 | UInt64(key[offset + $1]) }
        let expanded = Secret(count: 8)
        for index in 0..<8 {
            let seven = UInt8(truncatingIfNeeded: bits >> UInt64(49 - 7 * index)) & 0x7f
            expanded.mutableBytes[index] = seven << 1
        }
        var context = des_ctx()
        _ = nettle_des_set_key(&context, expanded.base.assumingMemoryBound(to: UInt8.self))
        var block = value
        withUnsafeMutableBytes(of: &block) { block in
            guard let base = block.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            nettle_des_encrypt(&context, 8, base, base)
        }
        explicit_bzero(&context, MemoryLayout<des_ctx>.size)
        return block
    }
}
