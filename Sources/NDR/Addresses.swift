// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// ipv4address and ipv6address: text in C, network byte order on the wire.
enum Addresses {
    static func push(_ slot: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, v6: Bool) throws(NDRErrorCode) {
        let bits = slot.loadUnaligned(as: UInt.self)
        guard let text = UnsafePointer<CChar>(bitPattern: bits) else { throw .invalidPointer }
        guard inet_pton(v6 ? AF_INET6 : AF_INET, text, target) == 1 else {
            throw v6 ? .ipv6Address : .ipv4Address
        }
    }

    /// The longest text with its terminator.
    static let textSize = 46

    static func pull(_ source: UnsafeRawPointer, _ text: UnsafeMutablePointer<CChar>, v6: Bool) {
        guard v6 else {
            _ = inet_ntop(AF_INET, source, text, socklen_t(textSize))
            return
        }
        // libndr's form, every digit: "0000:0000:0000:0000:0000:0000:0000:0001".
        var out = text
        for index in 0..<16 {
            let byte = source.load(fromByteOffset: index, as: UInt8.self)
            for digit in [byte >> 4, byte & 15] {
                out.pointee = CChar(digit < 10 ? 48 + digit : 87 + digit)
                out += 1
            }
            if index & 1 == 1, index < 15 {
                out.pointee = 58
                out += 1
            }
        }
        out.pointee = 0
    }
}
