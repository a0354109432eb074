// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing

/// Towers as another implementation encodes them (python3-samba 4.17, samba.dcerpc.epmapper.epm_twr_t), written for
/// these tests, and the binding that each one is.
struct TowerVector: Sendable, CustomTestStringConvertible {
    let binding: String
    let hex: String

    var testDescription: String { binding }
    var bytes: [UInt8] {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

let towerVectors: [TowerVector] = [
    TowerVector(
        binding: "ncacn_ip_tcp:192.0.2.1[49152,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            050013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000b020000000100070200c0000100090400c0000201
            """),
    TowerVector(
        binding: "ncacn_np:server[\\pipe\\echo,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            050013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000b0200000001000f0b005c706970655c6563686f00010011070073657276657200
            """),
    TowerVector(
        binding: "ncacn_http:0.0.0.0[593,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            050013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000b0200000001001f02000251010009040000000000
            """),
    TowerVector(
        binding: "ncadg_ip_udp:10.0.0.1[135,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            050013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000a020000000100080200008701000904000a000001
            """),
    TowerVector(
        binding: "ncalrpc:[IDENTIFIER,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            040013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000c020000000100100b004944454e54494649455200
            """),
    TowerVector(
        binding: "ncacn_unix_stream:[/tmp/epmapper,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00050001]",
        hex: """
            040013000dc55ea160e84dd711a637005056a2018201000200050013000d045d888aeb1cc9119fe808002b1048600200\
            0200000001000b020000000100200e002f746d702f65706d617070657200
            """),
]
