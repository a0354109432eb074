// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// bind and alter_context, which look the same (C706 12.6.4.3, 12.6.4.1).
public struct BindPDU: Equatable, Sendable {
    public var maxTransmitFragment: UInt16
    public var maxReceiveFragment: UInt16
    public var associationGroup: UInt32
    public var contexts: [PresentationContextElement]

    public init(
        maxTransmitFragment: UInt16, maxReceiveFragment: UInt16, associationGroup: UInt32,
        contexts: [PresentationContextElement]
    ) {
        self.maxTransmitFragment = maxTransmitFragment
        self.maxReceiveFragment = maxReceiveFragment
        self.associationGroup = associationGroup
        self.contexts = contexts
    }

    /// Reads a whole PDU. What follows the contexts (authentication padding) is not looked at.
    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        guard header.type == .bind || header.type == .alterContext else { throw .badType }
        var reader = try header.reader(pdu)
        do throws(WireError) {
            maxTransmitFragment = try reader.read()
            maxReceiveFragment = try reader.read()
            associationGroup = try reader.read()
            let count = Int(try reader.read(UInt8.self))
            try reader.skip(3)
            guard reader.remaining >= count * 24 else { throw WireError.truncated }
            contexts = []
            contexts.reserveCapacity(count)
            for _ in 0..<count { contexts.append(try PresentationContextElement(from: &reader)) }
        } catch { throw PDUError(error) }
    }

    public func write(
        to writer: inout ByteWriter, type: PDUType = .bind, flags: PFCFlags, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        guard let count = UInt8(exactly: contexts.count) else { throw .limitExceeded }
        let header = PDUHeader(type: type, flags: flags, bigEndian: bigEndian, callID: callID)
        try writePDU(header, to: &writer) { (writer: inout ByteWriter) throws(WireError) in
            try writer.append(maxTransmitFragment, bigEndian: bigEndian)
            try writer.append(maxReceiveFragment, bigEndian: bigEndian)
            try writer.append(associationGroup, bigEndian: bigEndian)
            try writer.append(count)
            try writer.appendZeros(3)
            for context in contexts { try context.write(to: &writer, bigEndian: bigEndian) }
        }
    }
}
