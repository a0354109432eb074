// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLRuntime
import NDR
import Testing

/// Whole stubs with pipes, as the tool reads and writes them.
@Suite struct PipeTests {
    private let interface: RuntimeInterface

    init() throws {
        let model = try Support.model("Tests/Golden/idl/t_pipes.idl")
        interface = try RuntimeInterface(model.interfaces[0], of: model)
    }

    private func pack(_ text: String, _ subject: RuntimeInterface.Subject, _ rules: Rules) throws -> [UInt8] {
        let arena = Arena()
        let value = try interface.makeValue(subject, arena)
        try interface.fill(subject, try JSON(parsing: Array(text.utf8)), value, arena)
        return try interface.push(subject, rules, value)
    }

    private let response = """
        {"bytes": [{"count": 2, "array": "aabb"}, {"count": 1, "array": "cc"}], "last": "9", "result": 3}
        """
    private let both = """
        {"wide": [{"count": 1, "array": ["5"]}], "middle": 5, "pairs": [{"count": 1, "array": [{"a": 1, "b": [2, 3]}]}]}
        """

    @Test func thereAndBack() throws {
        for ndr64 in [false, true] {
            for bigEndian in [false, true] {
                let rules = Rules(ndr64: ndr64, bigEndian: bigEndian)
                for (text, subject) in [
                    (response, RuntimeInterface.Subject.call(1, .response)), (both, .call(2, .request)),
                ] {
                    let bytes = try pack(text, subject, rules)
                    let arena = Arena()
                    let value = try interface.makeValue(subject, arena)
                    try interface.pull(subject, rules, bytes, into: value, arena, allowTrailing: false)
                    let json = try interface.json(subject, value).text()
                    #expect(try pack(json, subject, rules) == bytes, "\(json)")
                    // Cut anywhere, it is an error. Only the last trailer of NDR64 may be missing.
                    for length in bytes.indices where !ndr64 || length != bytes.count - 8 {
                        #expect(throws: NDRError.self) {
                            try interface.pull(
                                subject, rules, Array(bytes[..<length]), into: value, arena, allowTrailing: false)
                        }
                    }
                    #expect(throws: NDRError.self) {
                        try interface.pull(subject, rules, bytes + [0], into: value, arena, allowTrailing: false)
                    }
                }
            }
        }
    }

    @Test func text() throws {
        let subject = RuntimeInterface.Subject.call(1, .response)
        let arena = Arena()
        let value = try interface.makeValue(subject, arena)
        try interface.pull(
            subject, .ndr32, try pack(response, subject, .ndr32), into: value, arena, allowTrailing: false)
        #expect(
            try interface.text(subject, value) == """
                    p_Receive: struct p_Receive
                        out: struct p_Receive
                            bytes: PIPE(2)
                                chunk: struct p_bytes_chunk
                                    count                    : 0x00000002 (2)
                                    array                    : aabb
                                chunk: struct p_bytes_chunk
                                    count                    : 0x00000001 (1)
                                    array                    : cc
                            last                     : *
                                last                     : 0x0000000000000009 (9)
                            result                   : 0x00000003 (3)

                """)
    }

    @Test func wrongCount() throws {
        #expect(throws: RuntimeError.self) {
            _ = try pack(
                #"{"bytes": [{"count": 3, "array": "aabb"}], "last": "9", "result": 3}"#, .call(1, .response), .ndr32)
        }
    }

    /// Texts that value() says, UTF-16 in bytes, times.
    @Test func textsAndTimes() throws {
        let model = try Support.model("Tests/Golden/idl/t_language.idl")
        let interface = try RuntimeInterface(model.interfaces[1], of: model)
        for (type, text) in [
            ("x_fixed", #"{}"#), ("x_bytes", #"{"before": 1, "name": "ab", "four": "x"}"#),
            ("x_times", #"{"when": "5.6", "exactly": "7.8"}"#), ("x_null", #"{"before": 1, "after": 2}"#),
        ] {
            let subject = RuntimeInterface.Subject.type(type, level: 0)
            let arena = Arena()
            let value = try interface.makeValue(subject, arena)
            try interface.fill(subject, try JSON(parsing: Array(text.utf8)), value, arena)
            let bytes = try interface.push(subject, .ndr32, value)
            let copy = try interface.makeValue(subject, arena)
            try interface.pull(subject, .ndr32, bytes, into: copy, arena, allowTrailing: false)
            let json = try interface.json(subject, copy).text()
            let again = try interface.makeValue(subject, arena)
            try interface.fill(subject, try JSON(parsing: Array(json.utf8)), again, arena)
            #expect(try interface.push(subject, .ndr32, again) == bytes, "\(json)")
        }
    }
}
