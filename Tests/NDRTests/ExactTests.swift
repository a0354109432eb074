// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import Testing
import Wire

@testable import NDR

/// Programs that read field by field give what the others give, and the same errors, further in.
@Suite struct ExactTests {
    private typealias Outcome = Result<[UInt8], NDRError>

    /// What a pull gives, pushed again.
    private func outcome(_ codec: InterfaceCodec, _ sample: Sample, _ bytes: [UInt8], _ rules: Rules) -> Outcome {
        let arena = Arena()
        let value = arena.make(sample.size)
        return bytes.withUnsafeBytes { stub in
            do throws(NDRError) {
                try codec.pull(
                    type: sample.type, rules, from: stub, into: value, parent: arena.root, allocator: Arena.allocator,
                    pointers: PointerTable())
                var writer = ByteWriter()
                try codec.push(type: sample.type, rules, from: value, into: &writer, pointers: PointerTable())
                return .success(Array(writer.bytes))
            } catch { return .failure(error) }
        }
    }

    private func compare(_ one: Outcome, _ two: Outcome, _ comment: @autoclosure () -> Comment) {
        switch (one, two) {
        case (.success(let one), .success(let two)): #expect(one == two, comment())
        case (.failure(let one), .failure(let two)):
            #expect(one.code == two.code, comment())
            #expect(two.path.hasPrefix(one.path), comment())
            if one.code == .bufsize { #expect(two.offset >= one.offset, comment()) }
        default: Issue.record("fast \(one), exact \(two): \(comment())")
        }
    }

    @Test func readTheSame() throws {
        for sample in Sample.all {
            let (fast, exact) = (try Bench(sample.table).codec, try Bench(sample.table, isExact: true).codec)
            var dice = Dice(5)
            for _ in 0..<5 {
                let arena = Arena()
                let value = sample.make(arena, &dice)
                for rules in allRules {
                    var writer = ByteWriter()
                    try fast.push(type: sample.type, rules, from: value, into: &writer, pointers: PointerTable())
                    let bytes = Array(writer.bytes)
                    compare(
                        outcome(fast, sample, bytes, rules), outcome(exact, sample, bytes, rules),
                        "\(sample.type) \(rules)")
                    for n in stride(from: 0, to: bytes.count, by: bytes.count / 40 + 1) {
                        let cut = Array(bytes[..<n])
                        compare(
                            outcome(fast, sample, cut, rules), outcome(exact, sample, cut, rules),
                            "\(sample.type) \(rules) cut at \(n)")
                        var changed = bytes
                        changed[n] ^= 0x81
                        compare(
                            outcome(fast, sample, changed, rules), outcome(exact, sample, changed, rules),
                            "\(sample.type) \(rules) changed at \(n)")
                    }
                }
            }
        }
    }
}
