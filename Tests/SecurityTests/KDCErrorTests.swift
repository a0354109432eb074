// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

@testable import Security

/// What domain controllers put into their errors.
@Suite struct KDCErrorTests {
    /// KERB_ERR_TYPE_EXTENDED with NT_STATUS_ACCOUNT_EXPIRED
    private let extended: [UInt8] = [
        0x30, 0x15, 0xa1, 3, 2, 1, 3, 0xa2, 14, 4, 12, 0x93, 1, 0, 0xc0, 0, 0, 0, 0, 1, 0, 0, 0,
    ]

    private func message(_ data: [UInt8]) -> [UInt8] {
        let fields =
            der(0xa0, [2, 1, 5]) + der(0xa1, [2, 1, 30]) + der(0xa6, [2, 1, 18]) + der(0xac, der(0x04, data))
        return der(0x7e, der(0x30, fields))
    }

    @Test func asWindowsAndSambaHaveIt() {
        #expect(KDCError.status(in: message(extended)) == 0xc000_0193)
        let other: [UInt8] = [0x30, 9, 0xa1, 3, 2, 1, 2, 0xa2, 2, 4, 0]
        #expect(KDCError.status(in: message(der(0x30, other + extended))) == 0xc000_0193)
        #expect(KDCError.status(in: message(der(0x30, other))) == nil)
    }

    @Test func whatIsNoError() {
        let whole = message(extended)
        #expect(KDCError.status(in: []) == nil)
        #expect(KDCError.status(in: [0x7e]) == nil)
        #expect(KDCError.status(in: message([])) == nil)
        // Cut anywhere, it says nothing, and nothing is read behind its end.
        for count in 0..<whole.count { #expect(KDCError.status(in: Array(whole[..<count])) == nil) }
    }
}
