// SPDX-License-Identifier: LGPL-3.0-or-later

import NDR
import Wire

/// Sixteen bytes a line, as ndrdump shows them.
enum HexDump {
    static func text(_ bytes: [UInt8], prefix: String = "") -> String {
        stride(from: 0, to: bytes.count, by: 16).map { line(bytes, $0, prefix) }.joined()
    }

    static func line(_ bytes: [UInt8], _ offset: Int, _ prefix: String = "") -> String {
        let part = bytes[min(offset, bytes.count)..<min(offset + 16, bytes.count)]
        return prefix + part.withUnsafeBytes { ByteDump.line(offset, $0) }
    }

    /// The lines around an offset, with a mark under its byte.
    static func context(_ bytes: [UInt8], at offset: Int) -> String {
        let row = offset / 16 * 16
        var out = ""
        for start in stride(from: max(0, row - 16), through: min(row + 16, max(bytes.count - 1, row)), by: 16) {
            if start < bytes.count || start == row { out += line(bytes, start, "    ") }
            if start == row {
                let column = offset - row
                out += String(repeating: " ", count: 11 + 3 * column + (column >= 8 ? 2 : 0)) + "^^ byte \(offset)\n"
            }
        }
        return out
    }

    static func hex(_ value: Int, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

/// Bytes from the text of a hex dump, of plain digits or of base64.
enum TextInput {
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    /// Either digits, or lines as HexDump writes them: "[0010] 63 00 ...   c...".
    static func hex(_ text: [UInt8]) -> [UInt8]? {
        var digits: [UInt8] = []
        for line in text.split(separator: 10) {
            guard line.first(where: { !isSpace($0) }) == UInt8(ascii: "["),
                let end = line.firstIndex(of: UInt8(ascii: "]"))
            else {
                digits += line.filter { !isSpace($0) }
                continue
            }
            // Sixteen times " xx" and two spaces in the middle; behind that stands the text.
            digits += line[(end + 1)...].prefix(50).filter { !isSpace($0) }
        }
        return HexText.bytes(digits)
    }

    static func base64(_ text: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in text where !isSpace(byte) {
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let digit = digit(byte) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 1
            if count % 4 == 0 {
                out += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                bits = 0
            }
        }
        guard padding <= 2, padding == 0 || (count + padding) % 4 == 0 else { return nil }
        switch count % 4 {
        case 1: return nil
        case 2: out.append(UInt8(bits >> 4 & 255))
        case 3: out += [UInt8(bits >> 10 & 255), UInt8(bits >> 2 & 255)]
        default: break
        }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): return byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): return 63
        default: return nil
        }
    }
}
