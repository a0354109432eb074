// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// The PDUs that are a header and, some of them, an auth trailer: shutdown, co_cancel, orphaned (C706 12.6.4.11, .6, .8).
public struct ControlPDU: Equatable, Sendable {
    public enum Kind: Sendable {
        case shutdown
        case coCancel
        case orphaned

        public var type: PDUType {
            switch self {
            case .shutdown: return .shutdown
            case .coCancel: return .coCancel
            case .orphaned: return .orphaned
            }
        }
    }

    public var kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public init(_ pdu: UnsafeRawBufferPointer, header: PDUHeader) throws(PDUError) {
        switch header.type {
        case .shutdown: kind = .shutdown
        case .coCancel: kind = .coCancel
        case .orphaned: kind = .orphaned
        case .request, .ping, .response, .fault, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck, .bind,
            .bindAck, .bindNak, .alterContext, .alterContextResponse, .auth3, .rts:
            throw .badType
        }
        guard pdu.count >= Int(header.fragmentLength) else { throw .truncated }
    }

    public func write(
        to writer: inout ByteWriter, flags: PFCFlags = .onlyFragment, callID: UInt32, bigEndian: Bool = false
    ) throws(WireError) {
        let header = PDUHeader(type: kind.type, flags: flags, bigEndian: bigEndian, callID: callID)
        try header.write(to: &writer)
    }
}
