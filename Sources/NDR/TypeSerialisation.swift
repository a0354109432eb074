// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

// Type serialisation ([MS-RPCE] 2.2.6 and 2.2.7): a common header for the stream and a private one for the type in it.
// The second version is little-endian, names the transfer syntax of the content, and counts in units of 16 bytes.

/// Sizes, and what is in the headers of version 2.
enum TypeSerialisation {
    static func headerSize(_ header: UInt32) -> Int { header == NDR_SUB_TYPE_1 ? 16 : 80 }

    /// What the content is a multiple of; 1: not serialised so.
    static func unit(_ header: UInt32) -> Int {
        switch header {
        case NDR_SUB_TYPE_1: 8
        case NDR_SUB_TYPE_2: 16
        default: 1
        }
    }

    static let commonSize: UInt16 = 64
    static let transferSyntax = 24
    static let interface = 44
    static let objectLength = 64

    /// 8a885d04-1ceb-11c9-9fe8-08002b104860, 2.0
    static let ndr32 = ndr_syntax_id(
        uuid: GUID(
            time_low: 0x8a88_5d04, time_mid: 0x1ceb, time_hi_and_version: 0x11c9, clock_seq: (0x9f, 0xe8),
            node: (0x08, 0x00, 0x2b, 0x10, 0x48, 0x60)), if_version: 2)
    /// 71710533-beba-4937-8319-b5dbef9ccc36, 1.0
    static let ndr64 = ndr_syntax_id(
        uuid: GUID(
            time_low: 0x7171_0533, time_mid: 0xbeba, time_hi_and_version: 0x4937, clock_seq: (0x83, 0x19),
            node: (0xb5, 0xdb, 0xef, 0x9c, 0xcc, 0x36)), if_version: 1)

    static func load<T: FixedWidthInteger>(_ type: T.Type, _ source: UnsafeRawPointer) -> T {
        T(littleEndian: source.loadUnaligned(as: T.self))
    }

    static func store<T: FixedWidthInteger>(_ value: T, _ target: UnsafeMutableRawPointer) {
        target.storeBytes(of: value.littleEndian, as: T.self)
    }

    static func store(_ syntax: ndr_syntax_id, _ target: UnsafeMutableRawPointer) {
        store(syntax.uuid.time_low, target)
        store(syntax.uuid.time_mid, target + 4)
        store(syntax.uuid.time_hi_and_version, target + 6)
        withUnsafeBytes(of: (syntax.uuid.clock_seq, syntax.uuid.node)) {
            (target + 8).copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(target), byteCount: 8)
        }
        store(syntax.if_version, target + 16)
    }

    static func matches(_ syntax: ndr_syntax_id, _ source: UnsafeRawPointer) -> Bool {
        var bytes: (UInt64, UInt64, UInt32) = (0, 0, 0)
        return withUnsafeMutableBytes(of: &bytes) { bytes in
            guard let own = bytes.baseAddress else { return false }
            store(syntax, own)
            for i in 0..<20
            where own.load(fromByteOffset: i, as: UInt8.self) != source.load(fromByteOffset: i, as: UInt8.self) {
                return false
            }
            return true
        }
    }
}

extension Puller {
    /// Reads both headers of version 1 and takes their byte order; the content's size, nil: they are wrong.
    mutating func typeHeader1() throws(NDRErrorCode) -> UInt64? {
        let head = try take(16, 4)
        let order = head.load(fromByteOffset: 1, as: UInt8.self)
        guard head.load(as: UInt8.self) == 1, order == 0x10 || order == 0 else { return nil }
        bigEndian = order == 0
        let size = load(4, head + 8)
        guard load(2, head + 2) == 8, size % 8 == 0 else { return nil }
        return size
    }

    /// The same of version 2: the size, and whether the content is NDR64. Whose type it is is not looked at.
    mutating func typeHeader2() throws(NDRErrorCode) -> (size: UInt64, isWide: Bool)? {
        let head = try take(TypeSerialisation.headerSize(NDR_SUB_TYPE_2), 4)
        guard head.load(as: UInt8.self) == 2, head.load(fromByteOffset: 1, as: UInt8.self) == 0x10,
            TypeSerialisation.load(UInt16.self, head + 2) == TypeSerialisation.commonSize
        else { return nil }
        let isWide = TypeSerialisation.matches(TypeSerialisation.ndr64, head + TypeSerialisation.transferSyntax)
        guard isWide || TypeSerialisation.matches(TypeSerialisation.ndr32, head + TypeSerialisation.transferSyntax)
        else { return nil }
        let size = TypeSerialisation.load(UInt32.self, head + TypeSerialisation.objectLength)
        guard size % 16 == 0 else { return nil }
        bigEndian = false
        return (UInt64(size), isWide)
    }
}

extension Pusher {
    mutating func storeTypeHeader1(_ size: Int, _ target: UnsafeMutableRawPointer) {
        store(1, 1, target)
        store(bigEndian ? 0 : 0x10, 1, target + 1)
        store(8, 2, target + 2)
        store(0xcccc_cccc, 4, target + 4)
        store(UInt64(size), 4, target + 8)
        store(0, 4, target + 12)
    }

    mutating func storeTypeHeader2(_ size: Int, _ interface: ndr_syntax_id, _ target: UnsafeMutableRawPointer) {
        store(2, 1, target)
        store(0x10, 1, target + 1)
        TypeSerialisation.store(TypeSerialisation.commonSize, target + 2)
        // endianInfo and the reserved fields.
        for i in 1..<6 { TypeSerialisation.store(0xcccc_cccc as UInt32, target + 4 * i) }
        TypeSerialisation.store(
            wide ? TypeSerialisation.ndr64 : TypeSerialisation.ndr32, target + TypeSerialisation.transferSyntax)
        TypeSerialisation.store(interface, target + TypeSerialisation.interface)
        TypeSerialisation.store(UInt32(truncatingIfNeeded: size), target + TypeSerialisation.objectLength)
        for i in 1..<4 { TypeSerialisation.store(0 as UInt32, target + TypeSerialisation.objectLength + 4 * i) }
    }
}
