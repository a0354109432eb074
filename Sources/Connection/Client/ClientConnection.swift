// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Wire

/// The client's side of one connection (C706 12.6, [MS-RPCE] 3.3.2): bytes in, actions and bytes out.
///
/// The driver reads into `inputSpace`, says how much with `received`, and takes actions until there is none; it
/// writes `outbox.pending` and says how much with `written`. Nothing here blocks, waits or calls out.
///
/// Accesses to the stored properties are not checked at run time: nobody outside is ever called during one, the outbox
/// knows of a message that is being written, and the checks took two thirds of a call's time.
public final class ClientConnection {
    /// Where the connection stands; `docs/state-machines.md` lists what each PDU does in each.
    public enum Phase: UInt8, Sendable, CaseIterable {
        /// Nothing was negotiated yet.
        case unbound
        /// A bind is under way.
        case binding
        /// Calls can be made.
        case bound
        /// An alter_context is under way; calls go on.
        case altering
        case closed
    }

    @exclusivity(unchecked) public internal(set) var phase = Phase.unbound
    @exclusivity(unchecked) public var outbox: Outbox
    public let limits: Limits
    public let bigEndian: Bool
    /// Whether several calls may be under way at a time, if the server can.
    public let offersMultiplexing: Bool

    /// What the bind negotiated.
    @exclusivity(unchecked) public internal(set) var maximumTransmit: Int
    @exclusivity(unchecked) public internal(set) var maximumReceive: Int
    @exclusivity(unchecked) public internal(set) var associationGroup: UInt32 = 0
    @exclusivity(unchecked) public internal(set) var multiplexing = false
    @exclusivity(unchecked) public internal(set) var keepsConnectionOnOrphan = false
    /// The server takes further security contexts on this connection.
    @exclusivity(unchecked) public internal(set) var multiplexesSecurity = false

    /// The bind has begun no security context.
    @exclusivity(unchecked) public internal(set) var isBoundByNobody = false

    @exclusivity(unchecked) var inbox: Inbox
    @exclusivity(unchecked) var calls = CallTable()
    /// What the driver was not told yet about the end.
    @exclusivity(unchecked) var closeReason: CloseReason?
    @exclusivity(unchecked) var closeReported = false

    /// The negotiation under way, and those that wait for it.
    @exclusivity(unchecked) var negotiation: PendingNegotiation?
    @exclusivity(unchecked) var waitingNegotiations: [PendingNegotiation] = []
    @exclusivity(unchecked) var nextContextID: UInt16 = 0

    /// What the bind, and then further negotiations, shall establish or have established: none ever goes.
    @exclusivity(unchecked) var securityContexts: [SecurityContext] = []
    /// The client's first token for the first of them.
    @exclusivity(unchecked) var firstToken: [UInt8] = []
    /// Signatures over headers: proposed, and agreed on.
    @exclusivity(unchecked) var proposedHeaders = false
    @exclusivity(unchecked) var signsHeaders = false
    /// The presentation contexts that the server has accepted.
    @exclusivity(unchecked) var accepted: [AcceptedContext] = []
    /// The driver's mechanism works; nothing is read meanwhile.
    @exclusivity(unchecked) var isAuthenticating = false
    /// What the driver has not been told yet.
    @exclusivity(unchecked) var postponed: ClientAction?

    /// The server has asked for the end (shutdown): nothing new starts, and the last answer ends the connection.
    @exclusivity(unchecked) var draining = false
    @exclusivity(unchecked) var held = HeldRequests()
    /// The answer that the driver is reading, kept alive until it calls again; then its memory serves the next.
    @exclusivity(unchecked) var delivered: Reassembly?
    @exclusivity(unchecked) var spare: Reassembly?

    public init(limits: Limits = Limits(), bigEndian: Bool = false, offersMultiplexing: Bool = true) {
        self.limits = limits
        self.bigEndian = bigEndian
        self.offersMultiplexing = offersMultiplexing
        outbox = Outbox(limit: ByteWriter.defaultLimit, kept: limits.keptBuffer)
        inbox = Inbox(first: limits.inputStart, full: limits.inputFull)
        maximumTransmit = limits.maximumFragment
        maximumReceive = limits.maximumFragment
    }

    /// Whether calls and negotiations may be started.
    public var isOpen: Bool { phase != .closed && !draining }
    /// Requests without an answer, those that were given up included.
    public var callsInFlight: Int { calls.count }
    /// Requests whose answer somebody waits for.
    public var callsWanted: Int { calls.count - calls.abandoned }

    // MARK: Bytes

    /// Where the driver reads to; nil when there is no memory.
    public func inputSpace() -> UnsafeMutableRawBufferPointer? {
        if delivered != nil { recycle() }
        return inbox.space(atLeast: 1024)
    }

    public func received(_ n: Int) { inbox.filled(n) }

    public func written(_ n: Int) { outbox.written(n) }

    /// The transport ended, or the driver ends it.
    public func disconnected(_ reason: CloseReason) { close(reason) }

    func close(_ reason: CloseReason) {
        guard phase != .closed else { return }
        phase = .closed
        closeReason = reason
        outbox.drop()
        calls.removeAll()
        held = HeldRequests()
        waitingNegotiations = []
        negotiation = nil
        isAuthenticating = false
        postponed = nil
        spare = nil
    }

    @inline(never)
    private func recycle() {
        if let delivered, delivered.restart(keeping: limits.keptBuffer), phase != .closed { spare = delivered }
        delivered = nil
    }

    /// The next thing that the driver has to do; nothing while a message is being written.
    public func nextAction() -> ClientAction {
        guard !outbox.isBusy else { return .none }
        if delivered != nil { recycle() }
        if isAuthenticating || postponed != nil, let action = nextSecurityAction() { return action }
        while phase != .closed {
            if draining && calls.count == 0 {
                close(.peerClosed)
                break
            }
            do throws(PDUError) {
                guard let action = try receivePDU() else { return .none }
                if case .none = action { continue }
                return action
            } catch { close(CloseReason(error)) }
        }
        guard let closeReason, !closeReported else { return .none }
        closeReported = true
        return .closed(closeReason)
    }

    /// Takes one PDU from the input. nil: there is no complete one. `.none`: it needs nothing from the driver.
    private func receivePDU() throws(PDUError) -> ClientAction? {
        let input = inbox.bytes
        guard input.count >= PDUHeader.size else { return nil }
        let header = try PDUHeader(input)
        let length = Int(header.fragmentLength)
        // Before the bind is settled nothing is agreed on, and the answer to a long proposal may be longer.
        guard length <= maximumReceive || negotiation != nil else { throw .badLength }
        guard input.count >= length else { return nil }
        inbox.consume(length)
        let pdu = UnsafeRawBufferPointer(rebasing: input[0..<length])
        switch header.type {
        case .response: return try receiveResponse(pdu, header)
        case .fault: return try receiveFault(pdu, header)
        case .bindAck, .alterContextResponse: return try receiveAcknowledgement(pdu, header)
        case .bindNak: return try receiveNak(pdu, header)
        case .shutdown:
            draining = true
            return ClientAction.none
        case .request, .ping, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck, .bind, .alterContext,
            .auth3, .coCancel, .orphaned, .rts:
            throw .badType
        }
    }
}
