// SPDX-License-Identifier: LGPL-3.0-or-later

/// A UUID as C706 appendix A lays it out; `tail` holds clock_seq and node, first byte highest.
public struct UUIDValue: Equatable, Hashable, Sendable {
    public var timeLow: UInt32
    public var timeMid: UInt16
    public var timeHighAndVersion: UInt16
    public var tail: UInt64

    @inlinable
    public init(timeLow: UInt32, timeMid: UInt16, timeHighAndVersion: UInt16, tail: UInt64) {
        self.timeLow = timeLow
        self.timeMid = timeMid
        self.timeHighAndVersion = timeHighAndVersion
        self.tail = tail
    }

    public static var zero: UUIDValue { UUIDValue(timeLow: 0, timeMid: 0, timeHighAndVersion: 0, tail: 0) }

    @inlinable
    public init(from reader: inout ByteReader) throws(WireError) {
        timeLow = try reader.read()
        timeMid = try reader.read()
        timeHighAndVersion = try reader.read()
        let little = !reader.bigEndian
        let raw: UInt64 = try reader.read()
        // clock_seq and node are bytes: the byte order of the integers does not touch them.
        tail = little ? raw.byteSwapped : raw
    }

    @inlinable
    public func write(to writer: inout ByteWriter, bigEndian: Bool = false) throws(WireError) {
        try writer.append(timeLow, bigEndian: bigEndian)
        try writer.append(timeMid, bigEndian: bigEndian)
        try writer.append(timeHighAndVersion, bigEndian: bigEndian)
        try writer.append(tail, bigEndian: true)
    }
}

/// An abstract or transfer syntax: `version` = minor << 16 | major (C706 12.6.3.1, p_syntax_id_t).
public struct SyntaxID: Equatable, Hashable, Sendable {
    public var uuid: UUIDValue
    public var version: UInt32

    @inlinable
    public init(uuid: UUIDValue, version: UInt32) {
        self.uuid = uuid
        self.version = version
    }

    public var majorVersion: UInt16 { UInt16(truncatingIfNeeded: version) }
    public var minorVersion: UInt16 { UInt16(truncatingIfNeeded: version >> 16) }

    public static var zero: SyntaxID { SyntaxID(uuid: .zero, version: 0) }

    /// 8a885d04-1ceb-11c9-9fe8-08002b104860, version 2 (C706 appendix I).
    public static var ndr: SyntaxID {
        SyntaxID(
            uuid: UUIDValue(
                timeLow: 0x8a88_5d04, timeMid: 0x1ceb, timeHighAndVersion: 0x11c9, tail: 0x9fe8_0800_2b10_4860),
            version: 2)
    }

    /// 71710533-beba-4937-8319-b5dbef9ccc36, version 1 ([MS-RPCE] 2.2.4.12).
    public static var ndr64: SyntaxID {
        SyntaxID(
            uuid: UUIDValue(
                timeLow: 0x7171_0533, timeMid: 0xbeba, timeHighAndVersion: 0x4937, tail: 0x8319_b5db_ef9c_cc36),
            version: 1)
    }

    @inlinable
    public init(from reader: inout ByteReader) throws(WireError) {
        uuid = try UUIDValue(from: &reader)
        version = try reader.read()
    }

    @inlinable
    public func write(to writer: inout ByteWriter, bigEndian: Bool = false) throws(WireError) {
        try uuid.write(to: &writer, bigEndian: bigEndian)
        try writer.append(version, bigEndian: bigEndian)
    }
}
