// SPDX-License-Identifier: LGPL-3.0-or-later

import PDU
import Testing
import Wire

@Suite struct HeaderTests {
    private func header(_ bytes: [UInt8]) throws -> PDUHeader {
        try bytes.withUnsafeBytes { try PDUHeader($0) }
    }

    @Test(arguments: [
        (0, 4, PDUError.badVersion), (1, 2, .badVersion), (2, 21, .badType), (2, 255, .badType),
        (4, 0x11, .badDataRepresentation), (4, 0x20, .badDataRepresentation), (5, 1, .badDataRepresentation),
        (8, 15, .badLength), (8, 0, .badLength), (10, 1, .badLength),
    ])
    func everyFieldIsChecked(offset: Int, value: UInt8, error: PDUError) {
        var bytes = unhex("05001103100000001000000000000000")
        #expect(throws: Never.self) { try header(bytes) }
        bytes[offset] = value
        #expect(throws: error) { try header(bytes) }
    }

    @Test func minorVersionOneIsGood() throws {
        #expect(try header(unhex("05010003100000001800000001000000")).minorVersion == 1)
    }

    @Test func whatARefusalNeedsCanBeReadFromABadHeader() throws {
        let bytes = unhex("04000b03000000000010000011223344")
        let seen = try #require(bytes.withUnsafeBytes { PDUHeader.peek($0) })
        #expect(seen.rawType == 11 && seen.bigEndian && seen.callID == 0x1122_3344)
        #expect(bytes.dropLast().withUnsafeBytes { PDUHeader.peek($0) } == nil)
    }

    /// auth_length counts the value; trailer and value must fit behind the type's fixed part.
    @Test func authLengthMustFit() throws {
        // A request of 24 + 8 + 16 bytes.
        var bytes = unhex("05000003100000003000100001000000")
        #expect(try header(bytes).bodyEnd == 24)
        bytes[10] = 17
        #expect(throws: PDUError.badLength) { try header(bytes) }
        bytes[10] = 16
        bytes[3] = 0x83
        #expect(throws: PDUError.badLength) { try header(bytes) }
    }

    @Test(arguments: [false, true])
    func authTrailerIsFoundAndChecked(bigEndian: Bool) throws {
        var writer = ByteWriter()
        let request = RequestHeader(allocHint: 4, contextID: 0, opnum: 1)
        try request.write(
            to: &writer, flags: .onlyFragment, callID: 1, bigEndian: bigEndian, rest: 8 + 8 + 16, authLength: 16)
        try writer.appendZeros(8)
        let trailer = AuthTrailer(type: 10, level: 6, padLength: 4, contextID: 0x0102_0304)
        try trailer.write(to: &writer, bigEndian: bigEndian)
        try writer.appendZeros(16)
        let header = try PDUHeader(writer.bytes)
        let found = try #require(try AuthTrailer(writer.bytes, header: header))
        #expect(found.type == 10 && found.level == 6 && found.contextID == 0x0102_0304)
        #expect(found.offset == 32 && found.stubEnd == 28 && found.valueRange == 40..<56)
        // Padding that would reach into the fixed part.
        writer.patch(UInt8(9), at: 34)
        let bytes = Array(writer.bytes)
        #expect(throws: PDUError.badLength) {
            try bytes.withUnsafeBytes { try AuthTrailer($0, header: header) }
        }
        #expect(throws: PDUError.truncated) {
            try bytes.dropLast().withUnsafeBytes { try AuthTrailer($0, header: header) }
        }
    }

    @Test func faultLeavesAuthPaddingOutOfItsStub() throws {
        var writer = ByteWriter()
        try Samples.fault.write(to: &writer, flags: .onlyFragment, callID: 1)
        try writer.appendZeros(12)
        try AuthTrailer(type: 10, level: 5, padLength: 12, contextID: 0).write(to: &writer)
        try writer.appendZeros(16)
        PDUHeader.patchLengths(in: &writer, at: 0, fragmentLength: 72, authLength: 16, bigEndian: false)
        let fault = try FaultPDU(writer.bytes, header: try PDUHeader(writer.bytes))
        #expect(fault == Samples.fault)
    }
}
