// SPDX-License-Identifier: LGPL-3.0-or-later

public import PDU
internal import Wire

/// A presentation context that a server accepted.
struct ServerContext {
    var contextID: UInt16
    var abstractSyntax: SyntaxID
    var ndr64: Bool
    var interface: UInt
}

/// The server's side of one connection (C706 12.6, [MS-RPCE] 3.3.3), driven as `ClientConnection` is; what it says
/// about unchecked accesses holds here too.
public final class ServerConnection {
    /// Where the connection stands; `docs/state-machines.md` lists what each PDU does in each.
    public enum Phase: UInt8, Sendable, CaseIterable {
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

    @exclusivity(unchecked) public internal(set) var phase = Phase.unbound
    @exclusivity(unchecked) public var outbox: Outbox
    public let limits: Limits

    @exclusivity(unchecked) public internal(set) var maximumFragment: Int
    @exclusivity(unchecked) public internal(set) var associationGroup: UInt32 = 0
    @exclusivity(unchecked) public internal(set) var multiplexing = false
    /// The bind time features that the client was promised.
    @exclusivity(unchecked) public internal(set) var features: BindTimeFeatures = []
    @exclusivity(unchecked) public internal(set) var pdusReceived: UInt64 = 0
    @exclusivity(unchecked) public internal(set) var pdusSent: UInt64 = 0
    @exclusivity(unchecked) public internal(set) var faultsSent: UInt64 = 0
    @exclusivity(unchecked) public internal(set) var callsDispatched: UInt64 = 0
    /// Requests that were dispatched and not answered yet.
    @exclusivity(unchecked) public internal(set) var callsRunning = 0

    /// The auth_type of each mechanism that the driver has.
    @exclusivity(unchecked) public var authTypes: [UInt8] = []
    /// What the client has begun or finished to agree on, in the order of their beginning: none ever goes.
    @exclusivity(unchecked) public internal(set) var securityContexts: [SecurityContext] = []
    /// The number of the context at level connect that requests without a trailer belong to; 0: to none.
    @exclusivity(unchecked) var connectContext = 0
    @exclusivity(unchecked) var namesConnectContexts = false
    /// The bind has begun a context that protects messages: the connection has no requests without trailers.
    @exclusivity(unchecked) var protectedByBind = false
    /// The bind began a security context.
    @exclusivity(unchecked) var begunByBind = false
    /// The context that the driver's mechanism works on.
    @exclusivity(unchecked) var authenticating: SecurityContext?
    /// The client has said, in a bind or later, that it can sign headers.
    @exclusivity(unchecked) var clientSignsHeaders = false

    @exclusivity(unchecked) var inbox: Inbox
    @exclusivity(unchecked) var contexts: [ServerContext] = []
    @exclusivity(unchecked) var fragmented: FragmentedRequest?
    @exclusivity(unchecked) var negotiation: ServerNegotiation?
    /// The request that the driver is reading, kept alive until it calls again; then its memory serves the next.
    @exclusivity(unchecked) var delivered: Reassembly?
    @exclusivity(unchecked) var spare: Reassembly?
    @exclusivity(unchecked) var deferred: [DeferredFault] = []
    @exclusivity(unchecked) var closeReason: CloseReason?
    @exclusivity(unchecked) var closeReported = false

    public init(limits: Limits = Limits()) {
        self.limits = limits
        outbox = Outbox(limit: ByteWriter.defaultLimit, kept: limits.keptBuffer)
        inbox = Inbox(first: limits.inputStart, full: limits.inputFull)
        maximumFragment = limits.maximumFragment
    }

    // MARK: Bytes

    public func inputSpace() -> UnsafeMutableRawBufferPointer? {
        if delivered != nil { recycle() }
        return inbox.space(atLeast: 1024)
    }

    public func received(_ n: Int) { inbox.filled(n) }

    public func written(_ n: Int) { outbox.written(n) }

    /// Whether a request has begun to arrive and has not ended.
    public var isMidRequest: Bool { fragmented != nil || inbox.count > 0 }

    /// Whether the driver should read: not while a peer leaves our answers unread, nor after the end.
    public var wantsInput: Bool {
        (phase == .unbound || phase == .bound) && outbox.unsent < limits.outputHighWater && !isAuthenticating
    }

    public func disconnected(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        if closeReason == nil { closeReason = reason }
        outbox.drop()
        forget()
    }

    /// Lets what is pending leave and ends the connection then; further input is ignored.
    public func close(_ reason: CloseReason) {
        guard phase != .closed, phase != .closing else { return }
        phase = .closing
        closeReason = reason
        forget()
    }

    private func forget() {
        fragmented = nil
        negotiation = nil
        authenticating = nil
        spare = nil
    }

    @inline(never)
    private func recycle() {
        if let delivered, delivered.restart(keeping: limits.keptBuffer), phase == .bound { spare = delivered }
        delivered = nil
    }

    // MARK: Actions

    /// The next thing that the driver has to do; nothing while a message is being written.
    public func nextAction() -> ServerAction {
        guard !outbox.isBusy else { return .none }
        if delivered != nil { recycle() }
        while phase == .unbound || phase == .bound {
            guard !isAuthenticating else { return .none }
            guard outbox.unsent < limits.outputHighWater else { return .none }
            do throws(PDUError) {
                guard let action = try receivePDU() else { return .none }
                if case .none = action { continue }
                return action
            } catch { close(CloseReason(error)) }
        }
        guard phase != .negotiating, let closeReason, !closeReported else { return .none }
        closeReported = true
        return .closed(closeReason)
    }

    /// Takes one PDU from the input. nil: there is no complete one. `.none`: it needs nothing from the driver.
    private func receivePDU() throws(PDUError) -> ServerAction? {
        let input = inbox.bytes
        guard input.count >= PDUHeader.size else { return nil }
        let header: PDUHeader
        do throws(PDUError) { header = try PDUHeader(input) } catch { return try refuseHeader(input, error) }
        let length = Int(header.fragmentLength)
        // A PDU that is too long is awaited too: closing with unread input would destroy the fault on its way out.
        guard input.count >= length else { return nil }
        inbox.consume(length)
        pdusReceived &+= 1
        let pdu = UnsafeRawBufferPointer(rebasing: input[0..<length])
        if header.type == .request, phase == .bound { return try receiveRequest(pdu, header) }
        return try receiveOther(pdu, header)
    }

    @inline(never)
    private func receiveOther(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        if phase == .unbound { return try receiveFirst(pdu, header) }
        switch header.type {
        case .request: return try receiveRequest(pdu, header)
        case .alterContext: return receiveAlterContext(pdu, header)
        case .bind: return try refuseBind(header, .notSpecified)
        // Of a request whose fragments are still coming there is nothing to cancel; it goes on, as with Windows.
        case .coCancel: return fragmented?.callID == header.callID ? .none : .cancel(callID: header.callID)
        case .orphaned: return fragmented?.callID == header.callID ? .none : .orphan(callID: header.callID)
        case .auth3: return receiveAuth3(pdu, header)
        case .response, .fault, .ping, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck, .bindAck,
            .bindNak, .alterContextResponse, .shutdown, .rts:
            return refuse(header, DCEFault.protocolError)
        }
    }

    // MARK: Refusing

    /// A header that says nothing usable: the peer is told what can be told, and the connection ends.
    @inline(never)
    private func refuseHeader(_ input: UnsafeRawBufferPointer, _ error: PDUError) throws(PDUError) -> ServerAction {
        guard let seen = PDUHeader.peek(input) else { throw error }
        let length = integer(UInt16.self, in: input, at: 8, seen.bigEndian)
        guard length >= PDUHeader.size else { throw error }
        let header = PDUHeader(type: .bind, flags: [], bigEndian: seen.bigEndian, callID: seen.callID)
        if phase == .unbound { return try refuseBind(header, .protocolVersionNotSupported) }
        return refuse(header, DCEFault.protocolError)
    }

    /// Answers with a fault and ends the connection.
    @inline(never)
    func refuse(
        _ header: PDUHeader, _ status: UInt32, didNotExecute: Bool = true, contextID: UInt16 = 0
    ) -> ServerAction {
        writeFault(callID: header.callID, contextID: contextID, status: status, didNotExecute: didNotExecute)
        close(.protocolError)
        return .none
    }
}

/// The fault codes that the core itself sends (C706 appendix E, [MS-ERREF] 2.2).
enum DCEFault {
    static var unknownInterface: UInt32 { 0x1c01_0003 }
    static var protocolError: UInt32 { 0x1c01_000b }
    static var serverTooBusy: UInt32 { 0x1c01_0014 }
    static var noCallActive: UInt32 { 0x6bd }
    static var accessDenied: UInt32 { 5 }
    static var securityPackageError: UInt32 { 0x721 }
    static var remoteNoMemory: UInt32 { 0x1c00_001b }
}
