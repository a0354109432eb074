// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// The tags that SPNEGO's tokens have (X.690 8.1.2): one byte each, as all here are.
enum DERTag {
    static var octetString: UInt8 { 0x04 }
    static var objectIdentifier: UInt8 { 0x06 }
    static var enumerated: UInt8 { 0x0a }
    static var sequence: UInt8 { 0x30 }
    static var application: UInt8 { 0x60 }
    /// [number], explicit.
    static func context(_ number: UInt8) -> UInt8 { 0xa0 | number }
}

/// Elements one after the other, in memory that somebody else keeps alive. Lengths that are longer than they need be
/// are taken, indefinite ones are not. Depth is what the caller's code has.
struct DERReader {
    private var reader: ByteReader

    init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

    var isAtEnd: Bool { reader.remaining == 0 }

    private var nextTag: UInt8? {
        var ahead = reader
        return try? ahead.read(UInt8.self)
    }

    /// The content of the next element, which has this tag.
    mutating func element(_ tag: UInt8) throws(SecurityError) -> UnsafeRawBufferPointer {
        do throws(WireError) {
            guard try reader.read(UInt8.self) == tag else { throw WireError.truncated }
            return try reader.read(count: try length())
        } catch { throw .malformedToken }
    }

    /// The same where the next element has it; nil where another or none is there.
    mutating func optional(_ tag: UInt8) throws(SecurityError) -> DERReader? {
        guard nextTag == tag else { return nil }
        return DERReader(try element(tag))
    }

    /// The only element of an optional [number].
    mutating func optional(
        _ number: UInt8, holding tag: UInt8
    ) throws(SecurityError) -> UnsafeRawBufferPointer? {
        guard var inner = try optional(DERTag.context(number)) else { return nil }
        let content = try inner.element(tag)
        guard inner.isAtEnd else { throw .malformedToken }
        return content
    }

    private mutating func length() throws(WireError) -> Int {
        let first = try reader.read(UInt8.self)
        guard first & 0x80 != 0 else { return Int(first) }
        let octets = Int(first & 0x7f)
        guard (1...4).contains(octets) else { throw .truncated }
        var value = 0
        for _ in 0..<octets { value = value << 8 | Int(try reader.read(UInt8.self)) }
        return value
    }
}

/// An element: tag, the shortest length, content.
func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var element = [tag]
    if content.count < 0x80 {
        element.append(UInt8(truncatingIfNeeded: content.count))
    } else {
        var octets: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            octets.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        element.append(0x80 | UInt8(truncatingIfNeeded: octets.count))
        element += octets
    }
    return element + content
}
