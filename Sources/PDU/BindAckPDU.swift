// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// bind_ack and alter_context_resp (C706 12.6.4.4, 12.6.4.2).
public struct BindAckPDU: Equatable, Sendable {
    public var maxTransmitFragment: UInt16
    public var maxReceiveFragment: UInt16
    public var associationGroup: UInt32
    /// The server's endpoint, without the terminator that it has on the wire.
    public var secondaryAddress: [UInt8]
    public var results: [PresentationResult]

    public init(
        maxTransmitFragment: UInt16, maxReceiveFragment: UInt16, associationGroup: UInt32,
        secondaryAddress: [UInt8] = [], results: [PresentationResult]
    ) {
        self.maxTransmitFragment = maxTransmitFragment
        self.maxReceiveFragment = maxReceiveFragment
        self.associationGroup = associationGroup
        self.secondaryAddress = secondaryAddress
        self.results = results
    }

    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .bindAck || header.type == .alterContextResponse else { throw .badType }
        var reader = try header.reader(pdu)
        let count: Int
        do throws(WireError) {
            maxTransmitFragment = try reader.read()
            maxReceiveFragment = try reader.read()
            associationGroup = try reader.read()
            let length = Int(try reader.read(UInt16.self))
            secondaryAddress = Array(try reader.read(count: length).prefix { $0 != 0 })
            try reader.align(4)
            count = Int(try reader.read(UInt8.self))
            try reader.skip(3)
        } catch { throw PDUError(error) }
        guard reader.remaining >= count * 24 else { throw .truncated }
        results = []
        results.reserveCapacity(count)
        for _ in 0..<count { results.append(try PresentationResult(from: &reader)) }
    }

    public func write(
        to writer: inout ByteWriter, type: PDUType = .bindAck, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        guard let count = UInt8(exactly: results.count),
            let length = UInt16(exactly: secondaryAddress.isEmpty ? 0 : secondaryAddress.count + 1)
        else { throw .limitExceeded }
        let header = PDUHeader(type: type, flags: flags, bigEndian: bigEndian, callID: callID)
        let start = writer.count
        try writePDU(header, to: &writer) { (writer: inout ByteWriter) throws(WireError) in
            try writer.append(maxTransmitFragment, bigEndian: bigEndian)
            try writer.append(maxReceiveFragment, bigEndian: bigEndian)
            try writer.append(associationGroup, bigEndian: bigEndian)
            try writer.append(length, bigEndian: bigEndian)
            for byte in secondaryAddress { try writer.append(byte) }
            if length > 0 { try writer.append(UInt8(0)) }
            try writer.align(4, from: start)
            try writer.append(count)
            try writer.appendZeros(3)
            for result in results { try result.write(to: &writer, bigEndian: bigEndian) }
        }
    }
}
