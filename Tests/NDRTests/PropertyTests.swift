// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

/// Random valid values, and what becomes of their bytes.
@Suite struct PropertyTests {
    private func push(_ codec: InterfaceCodec, _ sample: Sample, _ value: UnsafeRawPointer, _ rules: Rules) throws
        -> [UInt8]
    {
        var writer = ByteWriter()
        try codec.push(type: sample.type, rules, from: value, into: &writer, pointers: PointerTable())
        return Array(writer.bytes)
    }

    /// What strict pulls give. Others take the interpreters' short ways, so each is compared with one.
    private func pull(_ codec: InterfaceCodec, _ sample: Sample, _ bytes: [UInt8], _ rules: Rules, _ arena: Arena)
        throws -> UnsafeMutableRawPointer
    {
        let strict = attempt(codec, sample, bytes, rules, arena, padCheck: true)
        let other = Arena()
        let short = attempt(codec, sample, bytes, rules, other, padCheck: false)
        let comment: Comment = "\(sample.type) \(rules) \(bytes)"
        switch (strict, short) {
        case (.success(let one), .success(let two)):
            #expect((try? push(codec, sample, one, rules)) == (try? push(codec, sample, two, rules)), comment)
        // A gap that is not zero.
        case (.failure(let error), _) where error.code == .validate: break
        case (.failure(let one), .failure(let two)): #expect(one == two, comment)
        default: Issue.record("strict \(strict), short \(short): \(comment)")
        }
        return try strict.get()
    }

    private func attempt(
        _ codec: InterfaceCodec, _ sample: Sample, _ bytes: [UInt8], _ rules: Rules, _ arena: Arena, padCheck: Bool
    ) -> Result<UnsafeMutableRawPointer, NDRError> {
        let value = arena.make(sample.size)
        return bytes.withUnsafeBytes { bytes in
            do throws(NDRError) {
                try codec.pull(
                    type: sample.type, rules, options: PullOptions(padCheck: padCheck), from: bytes, into: value,
                    parent: arena.root, allocator: Arena.allocator, pointers: PointerTable())
                return .success(value)
            } catch { return .failure(error) }
        }
    }

    @Test func pushPullPushIsTheSame() throws {
        for sample in Sample.all {
            let codec = try Bench(sample.table).codec
            var dice = Dice(42)
            for _ in 0..<25 {
                let arena = Arena()
                let value = sample.make(arena, &dice)
                for rules in allRules {
                    let bytes = try push(codec, sample, value, rules)
                    let pulled = try pull(codec, sample, bytes, rules, arena)
                    let again = try push(codec, sample, pulled, rules)
                    #expect(again == bytes, "\(sample.type) \(rules)")
                }
            }
        }
    }

    /// A value that came through one encoding reads the same in every other.
    @Test func encodingsAgree() throws {
        for sample in Sample.all where !sample.type.hasPrefix("t_n") || sample.type == "t_nested" {
            let codec = try Bench(sample.table).codec
            var dice = Dice(7)
            let arena = Arena()
            let value = sample.make(arena, &dice)
            let first = try push(codec, sample, value, .ndr32)
            for rules in allRules {
                let there = try pull(codec, sample, try push(codec, sample, value, rules), rules, arena)
                #expect(try push(codec, sample, there, .ndr32) == first, "\(sample.type) \(rules)")
            }
        }
    }

    /// Every prefix is too short or complete; every changed byte is an error or a value that can be pushed again.
    @Test func cutAndChangedBytes() throws {
        for sample in Sample.all {
            let codec = try Bench(sample.table).codec
            var dice = Dice(11)
            let source = Arena()
            let value = sample.make(source, &dice)
            for rules in [Rules.ndr32, Rules(ndr64: true, bigEndian: true)] {
                let bytes = try push(codec, sample, value, rules)
                for n in 0..<bytes.count {
                    let arena = Arena()
                    _ = try? pull(codec, sample, Array(bytes[..<n]), rules, arena)
                    #expect(arena.total <= Limits.allocationBase + Limits.allocationFactor * n)
                    for change: UInt8 in [0x01, 0x80, 0xff] {
                        var changed = bytes
                        changed[n] ^= change
                        if let pulled = try? pull(codec, sample, changed, rules, arena) {
                            _ = try? push(codec, sample, pulled, rules)
                            _ = try codec.print(type: sample.type, name: "value", from: pulled)
                        }
                    }
                }
            }
        }
    }

    @Test func randomBytes() throws {
        var dice = Dice(99)
        for sample in Sample.all {
            let codec = try Bench(sample.table).codec
            for _ in 0..<200 {
                let arena = Arena()
                let small = dice.chance()
                let bytes: [UInt8] = (0..<dice.upTo(120)).map { _ in small ? dice.number() & 3 : dice.number() }
                for rules in allRules { _ = try? pull(codec, sample, bytes, rules, arena) }
            }
        }
    }
}
