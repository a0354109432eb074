// SPDX-License-Identifier: LGPL-3.0-or-later

/// Bytes as text, sixteen a line: offset, hexadecimal digits, characters.
public enum ByteDump {
    public static func text(_ bytes: UnsafeRawBufferPointer, omitsZeros: Bool) -> String {
        var out = ""
        lines(bytes, omitsZeros: omitsZeros) { out += $0 }
        return out
    }

    /// Hands each line over with its newline. With `omitsZeros`, one line stands for all lines of zeros between the
    /// first and the last.
    public static func lines(_ bytes: UnsafeRawBufferPointer, omitsZeros: Bool, _ body: (String) -> Void) {
        var skipped = false
        var offset = 0
        while offset < bytes.count {
            let end = offset + min(16, bytes.count - offset)
            let row = UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
            if omitsZeros, offset > 0, bytes.count - offset > 16, row.allSatisfy({ $0 == 0 }) {
                if !skipped { body("skipping zero buffer bytes\n") }
                skipped = true
            } else {
                skipped = false
                body(line(offset, row))
            }
            offset = end
        }
    }

    /// One line of at most sixteen bytes.
    public static func line(_ offset: Int, _ bytes: UnsafeRawBufferPointer) -> String {
        var out = "[\(Printer.hex(UInt64(offset), 4, upper: true))]"
        for i in 0..<16 {
            if i == 8 { out += "  " }
            out += i < bytes.count ? " " + Printer.hex(UInt64(bytes[i]), 2, upper: true) : "   "
        }
        out += "   "
        for (i, byte) in bytes.enumerated() {
            if i == 8 { out += " " }
            out.unicodeScalars.append(byte >= 0x20 && byte < 0x7f ? Unicode.Scalar(byte) : ".")
        }
        return out + "\n"
    }
}
