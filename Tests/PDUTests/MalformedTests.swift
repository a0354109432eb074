// SPDX-License-Identifier: LGPL-3.0-or-later

import PDU
import Testing
import Wire

/// Bad bytes end in an error or in a value, never in a trap; a trap ends the whole test process.
@Suite struct MalformedTests {
    @Test(arguments: vectors, [false, true])
    func everyCutIsAnError(vector: Vector, bigEndian: Bool) {
        let bytes = vector.bytes(bigEndian: bigEndian)
        // Of a call, the header types read what goes before the stub data, which is not theirs to check.
        let needed = ["request": 24, "requestObject": 40, "response": 24][vector.name] ?? bytes.count
        for length in 0..<needed {
            // A copy of just these bytes, for the sanitizers to see a read past them.
            let cut = Array(bytes[..<length])
            #expect(throws: PDUError.truncated) {
                try cut.withUnsafeBytes { try AnyPDU($0) }
            }
        }
    }

    /// The same with frag_length agreeing with the cut: the counts inside no longer fit.
    @Test(arguments: vectors, [false, true])
    func everyShorterFragmentIsAnErrorOrASmallerValue(vector: Vector, bigEndian: Bool) {
        let bytes = vector.bytes(bigEndian: bigEndian)
        for length in 16..<bytes.count {
            var cut = Array(bytes[..<length])
            cut[bigEndian ? 9 : 8] = UInt8(length)
            cut[bigEndian ? 8 : 9] = 0
            let value = cut.withUnsafeBytes { try? AnyPDU($0) }
            if value == AnyPDU(sample: vector.name) {
                let tailIsFree = ["request", "requestObject", "response", "bindNak"].contains(vector.name)
                #expect(tailIsFree, "\(vector.name) of \(length) bytes")
            }
        }
    }

    @Test(arguments: vectors, [false, true])
    func everyChangedByteIsAnErrorOrAValue(vector: Vector, bigEndian: Bool) {
        let bytes = vector.bytes(bigEndian: bigEndian)
        var refused = 0
        for offset in bytes.indices {
            for change in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff, 0x7f] as [UInt8] {
                var changed = bytes
                changed[offset] ^= change
                if changed.withUnsafeBytes({ try? AnyPDU($0) }) == nil { refused += 1 }
            }
        }
        #expect(refused > 0)
    }

    /// Several bytes at once, from a generator with a fixed seed, so that a failure can be repeated.
    @Test(arguments: vectors, [false, true])
    func manyChangedBytesAreAnErrorOrAValue(vector: Vector, bigEndian: Bool) {
        let bytes = vector.bytes(bigEndian: bigEndian)
        var seed: UInt64 = 0x1234_5678_9abc_def1
        func random(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        var seen = 0
        for _ in 0..<2000 {
            var changed = bytes
            for _ in 0...random(6) { changed[8 + random(bytes.count - 8)] = UInt8(random(256)) }
            if changed.withUnsafeBytes({ try? AnyPDU($0) }) != nil { seen += 1 }
        }
        #expect(seen > 0)
    }

    /// 255 contexts that promise 255 syntaxes each in a fragment that cannot hold them, and the fullest bind there is.
    @Test func countsAreComparedWithTheBytesLeft() throws {
        var writer = ByteWriter()
        try Samples.bind.write(to: &writer, flags: .onlyFragment, callID: 1)
        writer.patch(UInt8(255), at: 24)
        #expect(throws: PDUError.truncated) { try parse(writer.bytes) }
        writer.patch(UInt8(3), at: 24)
        writer.patch(UInt8(255), at: 30)
        #expect(throws: PDUError.truncated) { try parse(writer.bytes) }

        var bind = Samples.bind
        bind.contexts = (0..<255).map {
            PresentationContextElement(
                contextID: UInt16($0), abstractSyntax: Samples.echo,
                transferSyntaxes: Array(repeating: .ndr, count: 11))
        }
        writer.removeAll()
        try bind.write(to: &writer, flags: .onlyFragment, callID: 1)
        #expect(try AnyPDU(writer.bytes) == .bind(bind))
    }

    @Test func oddAnswersAreRead() throws {
        // A bind_nak that ends behind its reason.
        let short = try parse(unhex("05000d031000000012000000010000000200"))
        #expect(short == .bindNak(BindNakPDU(reason: .localLimitExceeded, versions: [])))
        // A secondary address without its terminator, and one of nothing but it.
        let prefix = "05000c03100000001c00000001000000d016d01600000000"
        let none: [PresentationResult] = []
        for (tail, address) in [("020034350000000000000000", [0x34, 0x35]), ("010000000000000000000000", [])]
            as [(String, [UInt8])]
        {
            var bytes = unhex(prefix + tail)
            bytes[8] = UInt8(bytes.count)
            let expected = BindAckPDU(
                maxTransmitFragment: 5840, maxReceiveFragment: 5840, associationGroup: 0, secondaryAddress: address,
                results: none)
            #expect(try parse(bytes) == .bindAck(expected))
        }
        // An unknown rejection reason is kept; an unknown result is not one.
        var writer = ByteWriter()
        var ack = Samples.bindAck("")
        ack.results = [.rejected(ProviderReason(rawValue: 77))]
        try ack.write(to: &writer, flags: .onlyFragment, callID: 1)
        #expect(try AnyPDU(writer.bytes) == .bindAck(ack))
        writer.patch(UInt8(4), at: 32)
        #expect(throws: PDUError.malformed) { try parse(writer.bytes) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) throws(PDUError) -> AnyPDU { try AnyPDU(bytes) }

    private func parse(_ bytes: [UInt8]) throws -> AnyPDU {
        try bytes.withUnsafeBytes { try AnyPDU($0) }
    }
}
