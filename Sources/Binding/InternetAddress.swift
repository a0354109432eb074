// SPDX-License-Identifier: LGPL-3.0-or-later

/// Numeric addresses as text, checked without asking any resolver.
enum InternetAddress {
    /// The four bytes of "192.0.2.1", first one first; nil for anything else.
    static func ipv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = Array(text.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.count <= 3, part.count == 1 || part.first != UInt8(ascii: "0"),
                let value = decimal(part), let byte = UInt8(exactly: value)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Whether it is an IPv6 address (RFC 4291 2.2), with or without a scope behind "%" (RFC 4007 11).
    static func isIPv6(_ text: some StringProtocol) -> Bool {
        let whole = Array(text.utf8)
        let pieces = whole.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = pieces.first, pieces.count == 1 || !pieces[1].isEmpty else { return false }
        guard let gap = doubleColon(in: address) else { return groups(address) == 8 }
        guard let before = groups(address[..<gap]), let after = groups(address[(gap + 2)...]) else { return false }
        return before + after <= 7
    }

    private static func doubleColon(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.dropLast().first { bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == UInt8(ascii: ":") }
    }

    /// The 16-bit groups of one side of "::", an IPv4 tail counting as two; nil when it is none.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.isEmpty { return 0 }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard ipv4(String(decoding: part, as: UTF8.self)) != nil else { return nil }
                count += 2
                continue
            }
            guard (1...4).contains(part.count), part.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
                return nil
            }
            count += 1
        }
        return count <= 8 ? count : nil
    }

    /// A run of digits, at most ten of them.
    static func decimal(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...10).contains(digits.count) else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
