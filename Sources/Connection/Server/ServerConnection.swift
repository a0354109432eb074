// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Wire

/// A presentation context that a server accepted.
struct ServerContext {
    var contextID: UInt16
    var abstractSyntax: SyntaxID
    var ndr64: Bool
    var interface: UInt
}

/// A request whose fragments are still coming. Only one can be at a time ([MS-RPCE] 3.3.3.4.1.4: fragments of two
/// requests never interleave), whatever was negotiated about concurrent calls.
struct FragmentedRequest {
    var callID: UInt32
    var contextID: UInt16
    var opnum: UInt16
    var flags: PFCFlags
    var object: UUIDValue?
    var reassembly: Reassembly
}

/// The server's side of one connection (C706 12.6, [MS-RPCE] 3.3.3), driven as `ClientConnection` is.
public final class ServerConnection {
    public enum Phase: UInt8, Sendable {
        /// Only a bind is welcome.
        case unbound
        /// A bind or alter_context waits for `answerNegotiation`.
        case negotiating
        /// Requests are welcome.
        case bound
        /// A last PDU is on its way out; nothing more is read.
        case closing
        case closed
    }

    public internal(set) var phase = Phase.unbound
    public var outbox: Outbox
    public let limits: Limits

    public internal(set) var maximumFragment: Int
    public internal(set) var associationGroup: UInt32 = 0
    public internal(set) var multiplexing = false
    public internal(set) var pdusReceived: UInt64 = 0
    public internal(set) var faultsSent: UInt64 = 0
    /// Requests that were dispatched and not answered yet.
    public internal(set) var callsRunning = 0

    var inbox: Inbox
    var contexts: [ServerContext] = []
    var fragmented: FragmentedRequest?
    var delivered: Reassembly?
    var negotiation: ServerNegotiation?
    var closeReason: CloseReason?
    var closeReported = false

    public init(limits: Limits = Limits()) {
        self.limits = limits
        outbox = Outbox(limit: ByteWriter.defaultLimit)
        inbox = Inbox(first: limits.inputStart, full: limits.inputFull)
        maximumFragment = limits.maximumFragment
    }

    // MARK: Bytes

    public func inputSpace() -> UnsafeMutableRawBufferPointer? {
        delivered = nil
        return inbox.space(atLeast: 1024)
    }

    public func received(_ n: Int) { inbox.filled(n) }

    public func written(_ n: Int) { outbox.written(n) }

    /// Whether the driver should read: not while a peer leaves our answers unread, nor after the end.
    public var wantsInput: Bool {
        (phase == .unbound || phase == .bound) && outbox.pending.count < limits.outputHighWater
    }

    public func disconnected(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        if closeReason == nil { closeReason = reason }
        outbox.drop()
        fragmented = nil
        negotiation = nil
    }

    /// Lets what is pending leave and ends the connection then; further input is ignored.
    public func close(_ reason: CloseReason) {
        guard phase != .closed, phase != .closing else { return }
        phase = .closing
        closeReason = reason
        fragmented = nil
        negotiation = nil
    }

    /// The next thing that the driver has to do.
    public func nextAction() -> ServerAction {
        delivered = nil
        while phase == .unbound || phase == .bound {
            guard outbox.pending.count < limits.outputHighWater else { return .none }
            do throws(PDUError) {
                guard let action = try receivePDU() else { return .none }
                if case .none = action { continue }
                return action
            } catch {
                close(error == .limitExceeded ? .limitExceeded : error == .outOfMemory ? .outOfMemory : .protocolError)
            }
        }
        guard phase != .negotiating, let closeReason, !closeReported else { return .none }
        closeReported = true
        return .closed(closeReason)
    }

    private func receivePDU() throws(PDUError) -> ServerAction? {
        let input = inbox.bytes
        guard input.count >= PDUHeader.size else { return nil }
        let header: PDUHeader
        do throws(PDUError) { header = try PDUHeader(input) } catch { return try refuseHeader(input, error) }
        let length = Int(header.fragmentLength)
        // Nothing that we ever accept is longer, so there is no reason to wait for the rest.
        guard length <= limits.maximumFragment else {
            return refuse(header, DCEFault.protocolError, didNotExecute: false)
        }
        guard input.count >= length else { return nil }
        inbox.consume(length)
        pdusReceived &+= 1
        let pdu = UnsafeRawBufferPointer(rebasing: input[0..<length])
        if phase == .unbound { return try receiveFirst(pdu, header) }
        switch header.type {
        case .request: return try receiveRequest(pdu, header)
        case .alterContext: return try receiveAlterContext(pdu, header)
        case .bind: return try refuseBind(header, .notSpecified)
        case .coCancel: return .cancel(callID: header.callID)
        case .orphaned:
            if fragmented?.callID == header.callID { fragmented = nil }
            return .orphan(callID: header.callID)
        case .auth3, .response, .fault, .ping, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck, .bindAck,
            .bindNak, .alterContextResponse, .shutdown, .rts:
            return refuse(header, DCEFault.protocolError, didNotExecute: true)
        }
    }

    /// A header that says nothing usable: the peer is told what can be told, and the connection ends.
    private func refuseHeader(_ input: UnsafeRawBufferPointer, _ error: PDUError) throws(PDUError) -> ServerAction {
        guard let seen = PDUHeader.peek(input), error != .badLength else { throw error }
        let header = PDUHeader(type: .bind, flags: [], bigEndian: seen.bigEndian, callID: seen.callID)
        if phase == .unbound, seen.rawType == PDUType.bind.rawValue {
            return try refuseBind(header, .protocolVersionNotSupported)
        }
        return refuse(header, DCEFault.protocolError, didNotExecute: true)
    }

    /// Answers with a fault and ends the connection.
    func refuse(
        _ header: PDUHeader, _ status: UInt32, didNotExecute: Bool, contextID: UInt16 = 0
    ) -> ServerAction {
        writeFault(callID: header.callID, contextID: contextID, status: status, didNotExecute: didNotExecute)
        close(.protocolError)
        return .none
    }
}

/// The fault codes that the core itself sends (C706 appendix E, [MS-ERREF] 2.2).
enum DCEFault {
    static let operationRange: UInt32 = 0x1c01_0002
    static let unknownInterface: UInt32 = 0x1c01_0003
    static let protocolError: UInt32 = 0x1c01_000b
    static let serverTooBusy: UInt32 = 0x1c01_0014
    static let noCallActive: UInt32 = 0x6bd
    static let accessDenied: UInt32 = 5
}
