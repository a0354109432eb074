// SPDX-License-Identifier: LGPL-3.0-or-later

import Testing
import Wire

@Suite struct UUIDTests {
    @Test func readsAndPrintsBothForms() throws {
        let text = "6bffd098-a112-3610-9833-46c3f87e345a"
        let value = try #require(UUIDValue(text))
        #expect(value.timeLow == 0x6bff_d098)
        #expect(value.tail == 0x9833_46c3_f87e_345a)
        #expect(value.description == text)
        #expect(UUIDValue("{6BFFD098-A112-3610-9833-46C3F87E345A}") == value)
        #expect(SyntaxID.ndr.uuid.description == "8a885d04-1ceb-11c9-9fe8-08002b104860")
        #expect(SyntaxID.ndr64.uuid.description == "71710533-beba-4937-8319-b5dbef9ccc36")
    }

    @Test(arguments: [
        "", "6bffd098", "6bffd098-a112-3610-9833-46c3f87e345", "6bffd098xa112-3610-9833-46c3f87e345a",
        "{6bffd098-a112-3610-9833-46c3f87e345a", "6bffd098-a112-3610-9833-46c3f87e345g",
    ])
    func refusesOtherText(text: String) {
        #expect(UUIDValue(text) == nil)
    }

    @Test(arguments: [false, true])
    func wireFormRoundTrips(bigEndian: Bool) throws {
        let value = try #require(UUIDValue("6bffd098-a112-3610-9833-46c3f87e345a"))
        var writer = ByteWriter()
        try value.write(to: &writer, bigEndian: bigEndian)
        #expect(writer.count == 16)
        #expect(writer.bytes[0] == (bigEndian ? 0x6b : 0x98))
        #expect(writer.bytes[8] == 0x98 && writer.bytes[15] == 0x5a)
        var reader = ByteReader(writer.bytes, bigEndian: bigEndian)
        let back = try UUIDValue(from: &reader)
        #expect(back == value)
    }
}

@Suite struct ByteWriterTests {
    @Test func growsAlignsPatchesAndRemoves() throws {
        var writer = ByteWriter()
        try writer.append(UInt8(1))
        try writer.align(4)
        #expect(writer.count == 4)
        for value in 0..<1000 { try writer.append(UInt32(value)) }
        #expect(writer.count == 4004)
        writer.patch(UInt16(0xabcd), at: 2)
        #expect(writer.bytes[2] == 0xcd)
        writer.patch(UInt32(7), at: 4001)
        writer.removeFirst(4)
        #expect(writer.count == 4000)
        let second = writer.bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        #expect(second == 1)
    }

    @Test func limitHoldsAndChangesNothing() throws {
        var writer = ByteWriter(limit: 6)
        try writer.append(UInt32(1))
        do {
            try writer.append(UInt32(2))
            Issue.record("the limit was passed")
        } catch { #expect(error == WireError.limitExceeded) }
        #expect(writer.count == 4)
        try writer.append(UInt16(3))
        #expect(writer.count == 6)
    }
}

@Suite struct ByteReaderTests {
    @Test func everyReadIsChecked() throws {
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        try bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            let first: UInt16 = try reader.read()
            #expect(first == 0x0201)
            try reader.align(4)
            #expect(reader.position == 4)
            do {
                let _: UInt16 = try reader.read()
                Issue.record("read past the end")
            } catch { #expect(error as? WireError == .truncated) }
            let rest = try reader.read(count: 1)
            #expect(rest.count == 1 && reader.remaining == 0)
        }
        var empty = ByteReader(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(throws: WireError.truncated) { let _: UInt8 = try empty.read() }
    }
}
