// SPDX-License-Identifier: LGPL-3.0-or-later

import PDU
import Wire

private func uuid(_ text: String) -> UUIDValue { UUIDValue(text) ?? .zero }

/// The values that `vectors` encode.
enum Samples {
    static let echo = SyntaxID(uuid: uuid("60a15ec5-4de8-11d7-a637-005056a20182"), version: 1)
    static let epm = SyntaxID(uuid: uuid("e1af8308-5d1f-11c9-91a4-08002b14a0fa"), version: 3)
    static let object = uuid("308fb580-1eb2-11ca-923b-08002b1075a7")
    static let features: BindTimeFeatures = [.securityContextMultiplexing, .keepConnectionOnOrphan]

    static let bind = BindPDU(
        maxTransmitFragment: 5840, maxReceiveFragment: 4280, associationGroup: 0x0123_4567,
        contexts: [
            PresentationContextElement(contextID: 0, abstractSyntax: echo, transferSyntaxes: [.ndr, .ndr64]),
            PresentationContextElement(contextID: 1, abstractSyntax: echo, transferSyntaxes: [features.syntax]),
            PresentationContextElement(contextID: 0xfffe, abstractSyntax: epm, transferSyntaxes: [.ndr64]),
        ])

    static func bindAck(_ address: String) -> BindAckPDU {
        BindAckPDU(
            maxTransmitFragment: 5840, maxReceiveFragment: 4280, associationGroup: 0x53f0,
            secondaryAddress: Array(address.utf8),
            results: [.accepted(.ndr), .negotiated(features), .rejected(.proposedTransferSyntaxesNotSupported)])
    }

    static let fault = FaultPDU(
        contextID: 7, status: 0x1c01_0002, allocHint: 32, cancelCount: 1,
        flags: FaultPDU.extendedErrorInformation, stub: Array("abcd".utf8))

    /// Writes the PDU called `name` as the vector of that name has it.
    static func write(_ name: String, to writer: inout ByteWriter, bigEndian: Bool) throws {
        let only = PFCFlags.onlyFragment
        switch name {
        case "bind":
            let flags = only.union(.supportHeaderSign).union(.concurrentMultiplexing)
            try bind.write(to: &writer, flags: flags, callID: 1, bigEndian: bigEndian)
        case "alter":
            try bind.write(to: &writer, type: .alterContext, flags: only, callID: 2, bigEndian: bigEndian)
        case "bindAck":
            let flags = only.union(.concurrentMultiplexing)
            try bindAck("49152").write(to: &writer, flags: flags, callID: 1, bigEndian: bigEndian)
        case "alterResp":
            try bindAck("").write(
                to: &writer, type: .alterContextResponse, flags: only, callID: 2, bigEndian: bigEndian)
        case "bindNak":
            try BindNakPDU(reason: .protocolVersionNotSupported)
                .write(to: &writer, flags: only, callID: 1, bigEndian: bigEndian)
        case "request":
            try RequestHeader(allocHint: 5, contextID: 7, opnum: 0x0102)
                .write(to: &writer, flags: only, callID: 3, bigEndian: bigEndian, rest: 5)
            for byte in "hello".utf8 { try writer.append(byte) }
        case "requestObject":
            try RequestHeader(allocHint: 5, contextID: 7, opnum: 0x0102, object: object)
                .write(to: &writer, flags: only, callID: 0x1122_3344, bigEndian: bigEndian, rest: 5)
            for byte in "hello".utf8 { try writer.append(byte) }
        case "response":
            try ResponseHeader(allocHint: 5, contextID: 7, cancelCount: 2)
                .write(to: &writer, flags: only, callID: 3, bigEndian: bigEndian, rest: 5)
            for byte in "world".utf8 { try writer.append(byte) }
        case "fault":
            try fault.write(to: &writer, flags: only.union(.didNotExecute), callID: 3, bigEndian: bigEndian)
        case "auth3": try Auth3PDU().write(to: &writer, callID: 9, bigEndian: bigEndian)
        case "shutdown": try ControlPDU(.shutdown).write(to: &writer, callID: 0, bigEndian: bigEndian)
        case "coCancel": try ControlPDU(.coCancel).write(to: &writer, callID: 3, bigEndian: bigEndian)
        case "orphaned": try ControlPDU(.orphaned).write(to: &writer, callID: 3, bigEndian: bigEndian)
        default: throw PDUError.badType
        }
    }
}

/// Any PDU, read as what its header says it is.
enum AnyPDU: Equatable {
    case request(RequestHeader)
    case response(ResponseHeader)
    case fault(FaultPDU)
    case bind(BindPDU)
    case bindAck(BindAckPDU)
    case bindNak(BindNakPDU)
    case control(ControlPDU)
    case auth3
    case other

    init(_ pdu: UnsafeRawBufferPointer) throws(PDUError) {
        let header = try PDUHeader(pdu)
        _ = try AuthTrailer(pdu, header: header)
        switch header.type {
        case .request: self = .request(try RequestHeader(pdu, header: header))
        case .response: self = .response(try ResponseHeader(pdu, header: header))
        case .fault: self = .fault(try FaultPDU(pdu, header: header))
        case .bind, .alterContext: self = .bind(try BindPDU(pdu, header: header))
        case .bindAck, .alterContextResponse: self = .bindAck(try BindAckPDU(pdu, header: header))
        case .bindNak: self = .bindNak(try BindNakPDU(pdu, header: header))
        case .shutdown, .coCancel, .orphaned: self = .control(try ControlPDU(pdu, header: header))
        case .auth3:
            _ = try Auth3PDU(pdu, header: header)
            self = .auth3
        case .ping, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck, .rts: self = .other
        }
    }

    /// What `Samples.write` wrote under that name.
    init(sample name: String) {
        switch name {
        case "bind", "alter": self = .bind(Samples.bind)
        case "bindAck": self = .bindAck(Samples.bindAck("49152"))
        case "alterResp": self = .bindAck(Samples.bindAck(""))
        case "bindNak": self = .bindNak(BindNakPDU(reason: .protocolVersionNotSupported))
        case "request": self = .request(RequestHeader(allocHint: 5, contextID: 7, opnum: 0x0102))
        case "requestObject":
            self = .request(RequestHeader(allocHint: 5, contextID: 7, opnum: 0x0102, object: Samples.object))
        case "response": self = .response(ResponseHeader(allocHint: 5, contextID: 7, cancelCount: 2))
        case "fault": self = .fault(Samples.fault)
        case "auth3": self = .auth3
        case "shutdown": self = .control(ControlPDU(.shutdown))
        case "coCancel": self = .control(ControlPDU(.coCancel))
        case "orphaned": self = .control(ControlPDU(.orphaned))
        default: self = .other
        }
    }
}
