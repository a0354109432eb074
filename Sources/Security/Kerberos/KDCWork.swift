// SPDX-License-Identifier: LGPL-3.0-or-later

/// The work that a KDC's message asks for: how often a password is hashed until it is a key (RFC 3962 4, RFC 8009 4).
///
/// Nobody has signed that, it may be whoever answered first. libkrb5 hashes up to 16 million times, and nothing else
/// happens in the caller's loop meanwhile: seconds, not milliseconds. What libkrb5 would read otherwise than this code is
/// refused as well, and what is no message: looking for version 4 in those, libkrb5 reads behind one of a single byte.
enum KDCWork {
    /// Those that KDCs have on their own are 4096 and 32768.
    static var maximumIterations: UInt32 { 1 << 18 }

    private static var asReply: UInt8 { 0x6b }
    private static var ticketReply: UInt8 { 0x6d }
    private static var krbError: UInt8 { 0x7e }
    private static var integer: UInt8 { 0x02 }
    /// PA-ETYPE-INFO2
    private static var encryptionInfo: UInt8 { 19 }
    /// Those after which a client goes on with what stands in the error: KDC_ERR_PREAUTH_FAILED, _PREAUTH_REQUIRED,
    /// _PREAUTH_EXPIRED, _MORE_PREAUTH_DATA_REQUIRED.
    private static var continued: [UInt8] { [24, 25, 90, 91] }

    /// Nothing at all is what the exchange begins with.
    static func isBearable(_ message: [UInt8]) -> Bool {
        message.withBytes { bytes in
            do throws(SecurityError) {
                switch bytes.first {
                case asReply: return try isBearable(reply: bytes)
                case krbError: return try isBearable(error: bytes)
                case nil: return true
                default:
                    var message = DERReader(bytes)
                    _ = try message.element(ticketReply)
                    return true
                }
            } catch { return false }
        }
    }

    private static func isBearable(reply bytes: UnsafeRawBufferPointer) throws(SecurityError) -> Bool {
        var fields = try content(bytes, asReply)
        for number in UInt8(0)..<2 { _ = try fields.optional(DERTag.context(number)) }
        guard let data = try fields.optional(DERTag.context(2)) else { return true }
        return try isBearable(list: data)
    }

    private static func isBearable(error bytes: UnsafeRawBufferPointer) throws(SecurityError) -> Bool {
        var fields = try content(bytes, krbError)
        for number in UInt8(0)..<6 { _ = try fields.optional(DERTag.context(number)) }
        guard let code = try fields.optional(6, holding: integer) else { return true }
        let value = code.drop { $0 == 0 }
        guard value.count == 1, let first = value.first, continued.contains(first) else { return true }
        for number in UInt8(7)..<12 { _ = try fields.optional(DERTag.context(number)) }
        guard let data = try fields.optional(12, holding: DERTag.octetString), !data.isEmpty else { return true }
        return try isBearable(list: DERReader(data))
    }

    private static func content(_ bytes: UnsafeRawBufferPointer, _ tag: UInt8) throws(SecurityError) -> DERReader {
        var outer = DERReader(bytes)
        var application = DERReader(try outer.element(tag))
        return DERReader(try application.element(DERTag.sequence))
    }

    /// A METHOD-DATA (RFC 4120 5.9.1), or the TYPED-DATA that some have in its place: [0] and [1] for [1] and [2].
    private static func isBearable(list: DERReader) throws(SecurityError) -> Bool {
        var list = list
        var elements = DERReader(try list.element(DERTag.sequence))
        while !elements.isAtEnd {
            var data = DERReader(try elements.element(DERTag.sequence))
            let typed = try data.optional(0, holding: integer)
            let type = try typed == nil ? data.optional(1, holding: integer) : typed
            let value = try data.optional(typed == nil ? 2 : 1, holding: DERTag.octetString)
            guard let type, type.drop(while: { $0 == 0 }).elementsEqual([encryptionInfo]), let value else { continue }
            guard try isBearable(info: DERReader(value)) else { return false }
        }
        return true
    }

    private static func isBearable(info: DERReader) throws(SecurityError) -> Bool {
        var info = info
        var entries = DERReader(try info.element(DERTag.sequence))
        while !entries.isAtEnd {
            var entry = DERReader(try entries.element(DERTag.sequence))
            for number in UInt8(0)..<2 { _ = try entry.optional(DERTag.context(number)) }
            guard let parameters = try entry.optional(2, holding: DERTag.octetString), parameters.count >= 4 else {
                continue
            }
            let iterations = UInt32(bigEndian: parameters.loadUnaligned(as: UInt32.self))
            // 0 are 2^32.
            guard iterations > 0, iterations <= maximumIterations else { return false }
        }
        return true
    }
}
