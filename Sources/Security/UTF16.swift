// SPDX-License-Identifier: LGPL-3.0-or-later

/// Text in UTF-16LE, as the protocols hash and send it.
func utf16LE(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf16.count * 2)
    for unit in text.utf16 {
        bytes.append(UInt8(truncatingIfNeeded: unit))
        bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
    }
    return bytes
}

/// nil where the bytes are no UTF-16LE.
func text(utf16LE bytes: UnsafeRawBufferPointer) -> String? {
    guard bytes.count % 2 == 0 else { return nil }
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 0, to: bytes.count, by: 2) {
        units.append(UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
    }
    return String(validating: units, as: UTF16.self)
}

/// Character by character, as Windows does: what has no capital of one character stays.
func uppercased(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        let mapped = scalar.properties.uppercaseMapping.unicodeScalars
        if let only = mapped.first, mapped.count == 1 { result.append(only) } else { result.append(scalar) }
    }
    return String(result)
}
