// SPDX-License-Identifier: LGPL-3.0-or-later

import PDU
import Testing
import Wire

@Suite struct EncodingTests {
    @Test(arguments: vectors, [false, true])
    func bytesAreThoseOfAnotherImplementation(vector: Vector, bigEndian: Bool) throws {
        var writer = ByteWriter()
        try Samples.write(vector.name, to: &writer, bigEndian: bigEndian)
        #expect(Array(writer.bytes) == vector.bytes(bigEndian: bigEndian))
    }

    @Test(arguments: vectors, [false, true])
    func valuesComeBack(vector: Vector, bigEndian: Bool) throws {
        let bytes = vector.bytes(bigEndian: bigEndian)
        let value = try bytes.withUnsafeBytes { try AnyPDU($0) }
        #expect(value == AnyPDU(sample: vector.name))
        let header = try bytes.withUnsafeBytes { try PDUHeader($0) }
        #expect(Int(header.fragmentLength) == bytes.count && header.bigEndian == bigEndian)
    }

    /// A writer holds many PDUs; alignment inside one counts from its own start.
    @Test(arguments: vectors)
    func encodingDoesNotDependOnThePlaceInTheWriter(vector: Vector) throws {
        var writer = ByteWriter()
        try writer.append(UInt8(0xee))
        try Samples.write(vector.name, to: &writer, bigEndian: false)
        #expect(Array(writer.bytes.dropFirst()) == vector.bytes(bigEndian: false))
    }

    @Test func tooManyContextsOrBytesLeaveNothingBehind() throws {
        var writer = ByteWriter()
        let element = PresentationContextElement(
            contextID: 0, abstractSyntax: Samples.echo, transferSyntaxes: Array(repeating: .ndr, count: 20))
        var bind = Samples.bind
        bind.contexts = Array(repeating: element, count: 256)
        #expect(throws: WireError.limitExceeded) { try bind.write(to: &writer, flags: .onlyFragment, callID: 1) }
        bind.contexts = Array(repeating: element, count: 255)
        #expect(throws: WireError.limitExceeded) { try bind.write(to: &writer, flags: .onlyFragment, callID: 1) }
        var fault = Samples.fault
        fault.stub = Array(repeating: 0, count: 65504)
        #expect(throws: WireError.limitExceeded) { try fault.write(to: &writer, flags: .onlyFragment, callID: 1) }
        #expect(writer.count == 0)
        let request = RequestHeader(allocHint: 0, contextID: 0, opnum: 0)
        #expect(throws: WireError.limitExceeded) {
            try request.write(to: &writer, flags: .onlyFragment, callID: 1, rest: 65512)
        }
        try request.write(to: &writer, flags: .onlyFragment, callID: 1, rest: 65511)
        #expect(writer.bytes[8] == 0xff && writer.bytes[9] == 0xff)
    }

    @Test func headersAreStoredBeforeStubDataThatIsThere() throws {
        for bigEndian in [false, true] {
            var appended = ByteWriter()
            var stored = ByteWriter()
            let request = RequestHeader(allocHint: 9, contextID: 3, opnum: 4, object: Samples.object)
            try request.write(to: &appended, flags: .firstFragment, callID: 5, bigEndian: bigEndian, rest: 8)
            try stored.appendZeros(request.size)
            request.store(
                at: stored.base, flags: .firstFragment, callID: 5, bigEndian: bigEndian, fragmentLength: 48)
            #expect(Array(appended.bytes) == Array(stored.bytes))
            PDUHeader.patchFlags(in: &stored, at: 0, .onlyFragment)
            PDUHeader.patchLengths(in: &stored, at: 0, fragmentLength: 0x0304, authLength: 0x0102, bigEndian: bigEndian)
            #expect(stored.bytes[3] == 3)
            #expect(Array(stored.bytes[8..<12]) == (bigEndian ? [3, 4, 1, 2] : [4, 3, 2, 1]))
        }
    }

    @Test func bindTimeFeaturesLiveInASyntax() throws {
        let syntax = Samples.features.syntax
        #expect(syntax.uuid.description == "6cb71c2c-9812-4540-0300-000000000000")
        #expect(BindTimeFeatures(syntax) == [.securityContextMultiplexing, .keepConnectionOnOrphan])
        #expect(
            BindTimeFeatures(BindTimeFeatures(rawValue: 0x8000_0000_0000_0001).syntax)?.rawValue
                == 0x8000_0000_0000_0001)
        #expect(BindTimeFeatures(.ndr) == nil)
        #expect(BindTimeFeatures(SyntaxID(uuid: syntax.uuid, version: 2)) == nil)
        #expect(PresentationResult.negotiated(.keepConnectionOnOrphan).features == .keepConnectionOnOrphan)
        #expect(PresentationResult.rejected(.localLimitExceeded).features == [])
    }
}
