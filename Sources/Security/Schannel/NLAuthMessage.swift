// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// NL_AUTH_MESSAGE ([MS-NRPC] 2.2.1.3.1): who the client says it is, and the server's answer, which says nothing.
struct NLAuthMessage: Equatable {
    enum Kind: UInt32 {
        case request = 0
        case response = 1
    }

    /// In the order of their flags, from 1: two in the OEM character set, three in UTF-8 as DNS writes names.
    struct Names: Equatable {
        var domain: String?
        var computer: String?
        var dnsDomain: String?
        var dnsHost: String?
        var computerUTF8: String?
    }

    /// [RFC1035] 2.3.4; NetBIOS names are shorter.
    private static let longestName = 255
    private static let longestMessage = 2048

    var kind: Kind
    var names = Names()

    init(_ kind: Kind, names: Names = Names()) {
        self.kind = kind
        self.names = names
    }

    // MARK: Reading

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        guard bytes.count <= NLAuthMessage.longestMessage else { throw .malformedToken }
        var reader = ByteReader(bytes)
        do throws(WireError) {
            guard let kind = Kind(rawValue: try reader.read(UInt32.self)) else { throw WireError.truncated }
            self.kind = kind
            let flags = try reader.read(UInt32.self)
            if flags & 1 != 0 { names.domain = try NLAuthMessage.oemName(&reader) }
            if flags & 2 != 0 { names.computer = try NLAuthMessage.oemName(&reader) }
            if flags & 4 != 0 { names.dnsDomain = try NLAuthMessage.dnsName(&reader, bytes) }
            if flags & 8 != 0 { names.dnsHost = try NLAuthMessage.dnsName(&reader, bytes) }
            if flags & 16 != 0 { names.computerUTF8 = try NLAuthMessage.dnsName(&reader, bytes) }
        } catch { throw .malformedToken }
    }

    private static func oemName(_ reader: inout ByteReader) throws(WireError) -> String {
        var name: [UInt8] = []
        while true {
            let byte = try reader.read(UInt8.self)
            if byte == 0 { break }
            guard name.count < longestName else { throw .limitExceeded }
            name.append(byte)
        }
        return try text(name)
    }

    /// Labels with their lengths; a pointer leads further back into the message, so there is an end to them.
    private static func dnsName(
        _ reader: inout ByteReader, _ message: UnsafeRawBufferPointer
    ) throws(WireError) -> String {
        var name: [UInt8] = []
        var before = reader.position
        var jumped: ByteReader?
        while true {
            let length = Int(try read(&reader, &jumped))
            if length == 0 { break }
            if length & 0xc0 == 0xc0 {
                let target = (length & 0x3f) << 8 | Int(try read(&reader, &jumped))
                guard target < before else { throw .limitExceeded }
                before = target
                jumped = ByteReader(UnsafeRawBufferPointer(rebasing: message[target...]))
                continue
            }
            guard length < 64, name.count + length < longestName else { throw .limitExceeded }
            if !name.isEmpty { name.append(UInt8(ascii: ".")) }
            for _ in 0..<length { name.append(try read(&reader, &jumped)) }
        }
        return try text(name)
    }

    private static func read(_ reader: inout ByteReader, _ jumped: inout ByteReader?) throws(WireError) -> UInt8 {
        if jumped != nil { return try jumped?.read(UInt8.self) ?? 0 }
        return try reader.read(UInt8.self)
    }

    private static func text(_ bytes: [UInt8]) throws(WireError) -> String {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .truncated }
        return text
    }

    // MARK: Writing

    /// nil when a name cannot be written.
    var bytes: [UInt8]? {
        var flags: UInt32 = 0
        var payload: [UInt8] = []
        for (flag, name) in [(UInt32(1), names.domain), (2, names.computer)] {
            guard let name else { continue }
            let text = Array(name.utf8)
            guard text.count <= NLAuthMessage.longestName, !text.contains(0) else { return nil }
            flags |= flag
            payload += text + [0]
        }
        for (flag, name) in [(UInt32(4), names.dnsDomain), (8, names.dnsHost), (16, names.computerUTF8)] {
            guard let name else { continue }
            guard let labels = NLAuthMessage.labels(name) else { return nil }
            flags |= flag
            payload += labels
        }
        var bytes: [UInt8] = []
        appendLE(kind.rawValue, to: &bytes)
        appendLE(flags, to: &bytes)
        // Windows and Samba have a word that means nothing behind the flags of a response.
        return bytes + (kind == .response ? [0, 0, 0, 0] : payload)
    }

    private static func labels(_ name: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for label in name.utf8.split(separator: UInt8(ascii: ".")) {
            guard (1..<64).contains(label.count), !label.contains(0) else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: label.count))
            bytes += label
        }
        return bytes.count < longestName ? bytes + [0] : nil
    }
}
