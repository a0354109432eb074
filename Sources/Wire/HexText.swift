// SPDX-License-Identifier: LGPL-3.0-or-later

/// Bytes as hexadecimal digits, two a byte.
public enum HexText {
    public static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return character - UInt8(ascii: "A") + 10
        default: return nil
        }
    }

    public static func text(_ bytes: some Sequence<UInt8>, isUpper: Bool = false) -> String {
        var out: [UInt8] = []
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        out.reserveCapacity(bytes.underestimatedCount &* 2)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// nil unless the text is pairs of digits.
    public static func bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        var high: UInt8?
        for character in text {
            guard let digit = digit(character) else { return nil }
            if let first = high {
                out.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? out : nil
    }
}
