// SPDX-License-Identifier: LGPL-3.0-or-later

extension UUIDValue {
    /// The 16 bytes of NDR, little-endian; nil for another number of bytes.
    public init?(littleEndian bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            timeLow: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)),
            timeMid: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt16.self)),
            timeHighAndVersion: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)),
            tail: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// They again.
    public var littleEndianBytes: [UInt8] {
        withUnsafeBytes(of: timeLow.littleEndian, Array.init) + withUnsafeBytes(of: timeMid.littleEndian, Array.init)
            + withUnsafeBytes(of: timeHighAndVersion.littleEndian, Array.init)
            + withUnsafeBytes(of: tail.bigEndian, Array.init)
    }

    /// Made of random bits (RFC 4122 4.4, version 4).
    public init(random first: UInt64, _ second: UInt64) {
        self.init(
            timeLow: UInt32(truncatingIfNeeded: first >> 32),
            timeMid: UInt16(truncatingIfNeeded: first >> 16),
            timeHighAndVersion: UInt16(truncatingIfNeeded: first) & 0x0fff | 0x4000,
            tail: second & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000)
    }

    /// Field by field in the order of C706 appendix A.
    public func isBelow(_ other: UUIDValue) -> Bool {
        (timeLow, timeMid, timeHighAndVersion, tail)
            < (other.timeLow, other.timeMid, other.timeHighAndVersion, other.tail)
    }
}

extension SyntaxID {
    /// "UUID/0xVERSION"
    public var description: String {
        let digits = String(version, radix: 16)
        return "\(uuid.description)/0x" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// Reads that form, with one to eight digits of the version; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, let uuid = UUIDValue(parts[0]) else { return nil }
        let version = parts[1]
        let digits = version.dropFirst(2)
        guard version.hasPrefix("0x") || version.hasPrefix("0X"), 1...8 ~= digits.utf8.count, digits.first != "+",
            digits.first != "-", let number = UInt32(digits, radix: 16)
        else { return nil }
        self.init(uuid: uuid, version: number)
    }
}
