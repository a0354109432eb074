// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CNettle
internal import Glibc

/// nettle's digests and ciphers; contexts that held keys are zeroised.
enum Primitive {
    static func md4(_ data: UnsafeRawBufferPointer) -> Secret {
        var context = md4_ctx()
        nettle_md4_init(&context)
        if data.count > 0 { nettle_md4_update(&context, data.count, data.bytes) }
        let digest = Secret(count: 16)
        nettle_md4_digest(&context, 16, digest.octets)
        explicit_bzero(&context, MemoryLayout<md4_ctx>.size)
        return digest
    }

    static func md5(_ parts: UnsafeRawBufferPointer...) -> Secret {
        var context = md5_ctx()
        nettle_md5_init(&context)
        for part in parts where part.count > 0 { nettle_md5_update(&context, part.count, part.bytes) }
        let digest = Secret(count: 16)
        nettle_md5_digest(&context, 16, digest.octets)
        explicit_bzero(&context, MemoryLayout<md5_ctx>.size)
        return digest
    }

    static func hmacMD5(_ key: borrowing Secret, _ parts: UnsafeRawBufferPointer...) -> Secret {
        let keyed = KeyedMD5(key)
        for part in parts { keyed.update(part) }
        let digest = Secret(count: 16)
        keyed.digest(into: digest.base)
        return digest
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var bytes: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension Secret {
    fileprivate var octets: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }
}

/// HMAC-MD5 with a key that is set once; after a digest the next message starts.
struct KeyedMD5: ~Copyable {
    private let context = UnsafeMutablePointer<hmac_md5_ctx>.allocate(capacity: 1)

    init(_ key: borrowing Secret) { nettle_hmac_md5_set_key(context, key.count, key.octets) }

    deinit {
        explicit_bzero(context, MemoryLayout<hmac_md5_ctx>.size)
        context.deallocate()
    }

    func update(_ data: UnsafeRawBufferPointer) {
        if data.count > 0 { nettle_hmac_md5_update(context, data.count, data.bytes) }
    }

    /// Writes 16 bytes.
    func digest(into memory: UnsafeMutableRawPointer) {
        nettle_hmac_md5_digest(context, 16, memory.assumingMemoryBound(to: UInt8.self))
    }
}

/// ARCFOUR, whose state goes on from message to message.
struct ARCFOUR: ~Copyable {
    private let context = UnsafeMutablePointer<arcfour_ctx>.allocate(capacity: 1)

    init(_ key: borrowing Secret) { nettle_arcfour_set_key(context, key.count, key.octets) }

    private init(standingAs other: UnsafeMutablePointer<arcfour_ctx>) { context.initialize(to: other.pointee) }

    /// Another cipher that stands where this one does.
    func copy() -> ARCFOUR { ARCFOUR(standingAs: context) }

    deinit {
        explicit_bzero(context, MemoryLayout<arcfour_ctx>.size)
        context.deallocate()
    }

    /// Encrypts or decrypts in place.
    func crypt(_ data: UnsafeMutableRawBufferPointer) {
        guard let base = data.baseAddress?.assumingMemoryBound(to: UInt8.self), data.count > 0 else { return }
        nettle_arcfour_crypt(context, data.count, base, base)
    }
}
