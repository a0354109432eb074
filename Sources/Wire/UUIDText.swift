// SPDX-License-Identifier: LGPL-3.0-or-later

extension UUIDValue {
    /// The 36 characters of C706 appendix A.3, in lower case.
    public var description: String {
        let clock = UInt16(truncatingIfNeeded: tail >> 48)
        let node = tail & 0xffff_ffff_ffff
        return [
            hex(UInt64(timeLow), 8), hex(UInt64(timeMid), 4), hex(UInt64(timeHighAndVersion), 4), hex(UInt64(clock), 4),
            hex(node, 12),
        ].joined(separator: "-")
    }

    /// Reads those characters in any case, with or without braces around them; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var digits: [UInt8] = Array(text.utf8)
        if digits.first == UInt8(ascii: "{") {
            guard digits.count == 38, digits.last == UInt8(ascii: "}") else { return nil }
            digits = Array(digits[1..<37])
        }
        guard digits.count == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var nibble = 0
        for (index, character) in digits.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let value = HexText.digit(character).map(UInt64.init) else { return nil }
            if nibble < 16 { halves.0 = halves.0 << 4 | value } else { halves.1 = halves.1 << 4 | value }
            nibble += 1
        }
        self.init(
            timeLow: UInt32(truncatingIfNeeded: halves.0 >> 32),
            timeMid: UInt16(truncatingIfNeeded: halves.0 >> 16),
            timeHighAndVersion: UInt16(truncatingIfNeeded: halves.0),
            tail: halves.1)
    }
}

private func hex(_ value: UInt64, _ width: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}
