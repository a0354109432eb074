// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Security
public import Wire

/// Why a connection ended.
public enum CloseReason: UInt8, Sendable {
    /// The peer closed the transport.
    case peerClosed
    /// The transport failed.
    case transportFailed
    /// We closed it.
    case local
    /// The peer broke the protocol.
    case protocolError
    /// A PDU is not what the peer has signed, or not signed at all.
    case notGenuine
    /// A limit of ours was passed.
    case limitExceeded
    case outOfMemory

    init(_ error: PDUError) {
        switch error {
        case .limitExceeded: self = .limitExceeded
        case .outOfMemory: self = .outOfMemory
        case .truncated, .badVersion, .badDataRepresentation, .badLength, .badType, .malformed: self = .protocolError
        }
    }
}

/// A field of a PDU whose length was checked.
@inline(__always)
func integer<T: FixedWidthInteger>(
    _ type: T.Type, in pdu: UnsafeRawBufferPointer, at offset: Int, _ bigEndian: Bool
) -> T {
    let raw = pdu.loadUnaligned(fromByteOffset: offset, as: T.self)
    return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
}

/// What became of one presentation context that a client asked for.
public struct Negotiation {
    public enum Outcome: Sendable {
        case accepted
        /// result and reason of the bind_ack (C706 12.6.3.1, p_provider_reason_t)
        case rejected(reason: UInt16)
        /// The interface is there, and not for this client: user_rejection without a reason.
        case forbidden
        /// the reason of the bind_nak
        case refused(reason: UInt16)
        /// alter_context was answered with a fault
        case fault(UInt32)
        /// The security exchange failed: why, as far as this side knows; nil where the peer took no part in it.
        case notAuthenticated(SecurityError?)
    }
    /// What the driver gave `negotiate`.
    public var tag: UInt
    public var outcome: Outcome
    public var contextID: UInt16
    public var transferSyntax: SyntaxID
    /// The number of the security context that protects calls in it; 0: none does.
    public var security: Int

    init(tag: UInt, outcome: Outcome, contextID: UInt16, transferSyntax: SyntaxID, security: Int) {
        self.tag = tag
        self.outcome = outcome
        self.contextID = contextID
        self.transferSyntax = transferSyntax
        self.security = security
    }

    /// No context came of it.
    init(tag: UInt, failed outcome: Outcome) {
        self.init(tag: tag, outcome: outcome, contextID: 0, transferSyntax: .zero, security: 0)
    }

    /// A context that was accepted before. `security` has no default: calls would go out unprotected without a word.
    public init(contextID: UInt16, transferSyntax: SyntaxID, security: Int) {
        self.init(
            tag: 0, outcome: .accepted, contextID: contextID, transferSyntax: transferSyntax, security: security)
    }
}

/// The end of a call, as the client's core reports it. `stub` is valid until the core is next called.
public struct Answer {
    public var tag: UInt
    /// 0 for a response, else the status of the fault.
    public var fault: UInt32
    public var isFault: Bool
    public var didNotExecute: Bool
    /// The fault is how a server says that it has not accepted the last token of the security exchange.
    public var refusesLogon = false
    public var bigEndian: Bool
    public var stub: UnsafeRawBufferPointer
}

public enum ClientAction {
    /// Nothing to do until more bytes come.
    case none
    case negotiated(Negotiation)
    /// The security mechanism has to take the peer's token; `completeAuthentication` must follow.
    case authenticate(SecurityContext, token: [UInt8])
    case answered(Answer)
    /// The connection is over; every call that was not answered has failed. Reported once.
    case closed(CloseReason)
}

/// A complete request, as the server's core reports it. `stub` is valid until the core is next called.
public struct IncomingCall {
    public var callID: UInt32
    public var contextID: UInt16
    public var opnum: UInt16
    public var bigEndian: Bool
    public var ndr64: Bool
    /// [MS-RPCE] has no answer for it; C706's maybe calls get none.
    public var maybe: Bool
    public var hasObject: Bool
    public var object: UUIDValue
    /// What the driver gave for the context's interface.
    public var interface: UInt
    /// The number of the security context that protects the call (`securityContext(_:)`); 0: none does.
    public var security: Int
    public var stub: UnsafeRawBufferPointer
}

public enum ServerAction {
    case none
    /// A bind or alter_context waits for `answerNegotiation`; `proposals` and `requestedGroup` say what it wants.
    case negotiate
    /// The security mechanism has to take the client's token; `completeAuthentication` must follow.
    case authenticate(SecurityContext, token: [UInt8])
    case dispatch(IncomingCall)
    /// The client asks that the call be cancelled (co_cancel).
    case cancel(callID: UInt32)
    /// The client has forgotten the call: no answer is wanted (orphaned); one that is sent does no harm.
    case orphan(callID: UInt32)
    /// Write what is pending, then close.
    case closed(CloseReason)
}
