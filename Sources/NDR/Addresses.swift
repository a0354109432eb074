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
        _ = inet_ntop(v6 ? AF_INET6 : AF_INET, source, text, socklen_t(textSize))
    }
}
