// SPDX-License-Identifier: LGPL-3.0-or-later

public import PDU
internal import Wire

/// A bind or alter_context that waits for the driver's word.
struct ServerNegotiation {
    var header: PDUHeader
    var request: BindPDU
    var isBind: Bool
    /// What it brings for the security exchange.
    var authentication: AuthenticationRequest?
    /// The security context that it goes on with; nil: it begins one.
    var continued: SecurityContext?
}

extension ServerConnection {
    /// What the client proposes, for the driver to look interfaces up.
    public var proposals: [PresentationContextElement] { negotiation?.request.contexts ?? [] }
    /// The association group that the client wants to join; 0: a new one.
    public var requestedGroup: UInt32 { negotiation?.request.associationGroup ?? 0 }
    /// Whether it is the bind, which settles the association group.
    public var negotiatesBind: Bool { negotiation?.isBind ?? false }

    // MARK: Receiving

    /// Whatever comes first is taken for a bind: nothing else can be answered before one.
    func receiveFirst(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        guard header.type == .bind, header.minorVersion == 0 else {
            return try refuseBind(header, .protocolVersionNotSupported)
        }
        guard let request = try? BindPDU(pdu, header: header), isWellFormed(request) else {
            return try refuseBind(header, .notSpecified)
        }
        negotiation = ServerNegotiation(header: header, request: request, isBind: true)
        if header.authLength != 0 {
            let (authentication, refusal) = readAuthentication(pdu, header)
            guard let authentication else {
                negotiation = nil
                return try refuseBind(header, refusal)
            }
            negotiation?.authentication = authentication
        }
        agreeOnFragments(request)
        phase = .negotiating
        return .negotiate
    }

    func receiveAlterContext(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> ServerAction {
        guard header.minorVersion == 0, let request = try? BindPDU(pdu, header: header) else {
            return refuse(header, DCEFault.protocolError)
        }
        var authentication: AuthenticationRequest?
        var continued: SecurityContext?
        if header.authLength != 0 {
            switch readAlteration(pdu, header, changesContext: request.contexts.contains(where: changesContext)) {
            case .refused(let status): return refuse(header, status)
            case .begins(let asked): authentication = asked
            case .continues(let context, let asked):
                authentication = asked
                continued = context
            }
        }
        guard isWellFormed(request) else { return refuse(header, DCEFault.protocolError) }
        negotiation = ServerNegotiation(
            header: header, request: request, isBind: false, authentication: authentication, continued: continued)
        phase = .negotiating
        return .negotiate
    }

    /// Whether a proposal means anything else than the presentation context that exists. Which of two faults a PDU gets
    /// that is refused for its trailer already depends on that, with Windows.
    private func changesContext(_ proposal: PresentationContextElement) -> Bool {
        guard let known = contexts.first(where: { $0.contextID == proposal.contextID }) else { return false }
        return known.abstractSyntax != proposal.abstractSyntax
            || proposal.transferSyntaxes != [known.ndr64 ? .ndr64 : .ndr]
    }

    private func isWellFormed(_ request: BindPDU) -> Bool {
        !request.contexts.isEmpty && request.contexts.allSatisfy { !$0.transferSyntaxes.isEmpty }
    }

    /// Windows answers the same size in both directions, between 2048 and 5840, in multiples of eight.
    private func agreeOnFragments(_ request: BindPDU) {
        let asked = Int(min(request.maxTransmitFragment, request.maxReceiveFragment))
        maximumFragment = min(max(limits.minimumFragment, asked), limits.maximumFragment) & ~7
    }

    func refuseBind(_ header: PDUHeader, _ reason: BindNakReason) throws(PDUError) -> ServerAction {
        do throws(WireError) {
            pdusSent &+= 1
            try BindNakPDU(reason: reason).write(
                to: &outbox.writer, flags: [.firstFragment, .lastFragment], callID: header.callID,
                bigEndian: header.bigEndian)
        } catch { throw PDUError(error) }
        close(.protocolError)
        return .none
    }

    // MARK: Answering

    /// The driver's word on `proposals`: for each the interface that serves it, nil for none, and the association
    /// group, nil when the one that was asked for cannot be joined.
    /// `authentication` answers `authenticationRequest`.
    public func answerNegotiation(
        interfaces: [UInt?], group: UInt32?, secondaryAddress: [UInt8], authentication: AuthenticationAnswer = .none
    ) {
        answerNegotiation(
            interfaces.map { $0.map { .served($0) } ?? .unknown }, group: group, secondaryAddress: secondaryAddress,
            authentication: authentication)
    }

    /// The same, with other reasons to refuse.
    public func answerNegotiation(
        _ interfaces: [ProposalAnswer], group: UInt32?, secondaryAddress: [UInt8],
        authentication: AuthenticationAnswer = .none
    ) {
        guard let running = negotiation, phase == .negotiating else { return }
        negotiation = nil
        phase = running.isBind ? .unbound : .bound
        do throws(PDUError) {
            if let status = adopt(authentication, running) {
                _ = try running.isBind ? refuseBind(running.header, .invalidChecksum) : refuse(running.header, status)
                return
            }
            guard let group, let decision = decide(running, interfaces) else {
                _ =
                    try running.isBind
                    ? refuseBind(running.header, .notSpecified) : refuse(running.header, DCEFault.protocolError)
                return
            }
            try acknowledge(running, decision, authentication, group: group, secondaryAddress: secondaryAddress)
        } catch { close(CloseReason(error)) }
    }

    private func acknowledge(
        _ running: ServerNegotiation, _ decision: NegotiationDecision, _ authentication: AuthenticationAnswer,
        group: UInt32, secondaryAddress: [UInt8]
    ) throws(PDUError) {
        if running.isBind { associationGroup = group }
        features.formUnion(decision.features)
        // Concurrent calls are agreed on together with a context to make them in.
        if running.header.flags.contains(.concurrentMultiplexing), !decision.added.isEmpty,
            !alternates
        {
            multiplexing = true
        }
        contexts.append(contentsOf: decision.added)
        phase = .bound
        let answer = BindAckPDU(
            maxTransmitFragment: UInt16(truncatingIfNeeded: maximumFragment),
            maxReceiveFragment: UInt16(truncatingIfNeeded: maximumFragment),
            associationGroup: associationGroup, secondaryAddress: running.isBind ? secondaryAddress : [],
            results: decision.results)
        var flags = running.header.flags.intersection(.supportHeaderSign)
        if flags.contains(.supportHeaderSign) { agreeOnHeaders() }
        flags.formUnion(.onlyFragment)
        if multiplexing { flags.formUnion(running.header.flags.intersection(.concurrentMultiplexing)) }
        do throws(WireError) {
            pdusSent &+= 1
            let start = outbox.writer.count
            try answer.write(
                to: &outbox.writer, type: running.isBind ? .bindAck : .alterContextResponse, flags: flags,
                callID: running.header.callID, bigEndian: running.header.bigEndian)
            try appendToken(of: authentication, at: start, bigEndian: running.header.bigEndian)
        } catch { throw PDUError(error) }
    }

    /// The results in order; nil when the proposal breaks the protocol.
    private func decide(_ running: ServerNegotiation, _ interfaces: [ProposalAnswer]) -> NegotiationDecision? {
        let proposals = running.request.contexts
        guard interfaces.count == proposals.count else { return nil }
        var decision = NegotiationDecision()
        var sawFeatures = false
        for (proposal, interface) in zip(proposals, interfaces) {
            guard running.isBind, let asked = BindTimeFeatures(proposal.transferSyntaxes[0]) else {
                decision.results.append(interface.rejection)
                continue
            }
            guard !sawFeatures else { return nil }
            sawFeatures = true
            decision.features = asked.intersection([.keepConnectionOnOrphan, .securityContextMultiplexing])
            decision.results.append(.negotiated(decision.features))
        }
        for syntax in [SyntaxID.ndr, SyntaxID.ndr64] where !decision.accepted {
            guard choose(syntax, proposals, interfaces, &decision) else { return nil }
        }
        return decision
    }

    /// Accepts the first proposal that offers `syntax`; false when one before it changes a context that exists.
    ///
    /// As with Windows, one context is accepted per PDU, NDR preferred, and the others are told that their transfer
    /// syntaxes are not supported. A client that wants more sends alter_context.
    private func choose(
        _ syntax: SyntaxID, _ proposals: [PresentationContextElement], _ interfaces: [ProposalAnswer],
        _ decision: inout NegotiationDecision
    ) -> Bool {
        for index in proposals.indices where decision.results[index].result == .providerRejection {
            guard case .served(let interface) = interfaces[index] else { continue }
            let proposal = proposals[index]
            let offered = proposal.transferSyntaxes.contains(syntax)
            if let known = contexts.first(where: { $0.contextID == proposal.contextID }) {
                guard known.abstractSyntax == proposal.abstractSyntax else { return false }
                guard offered else { continue }
                guard known.ndr64 == (syntax == .ndr64) else {
                    // Unless it names the syntax that the context has as well, it wants to change it.
                    guard proposal.transferSyntaxes.contains(known.ndr64 ? .ndr64 : .ndr) else { return false }
                    continue
                }
            } else {
                guard offered else { continue }
                guard contexts.count < limits.maximumContexts else {
                    decision.results[index] = PresentationResult(
                        result: .userRejection, reason: .localLimitExceeded, transferSyntax: .zero)
                    continue
                }
                decision.added.append(
                    ServerContext(
                        contextID: proposal.contextID, abstractSyntax: proposal.abstractSyntax,
                        ndr64: syntax == .ndr64, interface: interface))
            }
            decision.results[index] = .accepted(syntax)
            decision.accepted = true
            return true
        }
        return true
    }
}

/// The driver's word on a proposal.
public enum ProposalAnswer: Sendable {
    /// What the driver calls the interface that serves it.
    case served(UInt)
    case unknown
    /// Not for this client.
    case refused(PresentationResult)

    /// What it is told unless it is accepted.
    var rejection: PresentationResult {
        switch self {
        case .served: return .rejected(.proposedTransferSyntaxesNotSupported)
        case .unknown: return .rejected(.abstractSyntaxNotSupported)
        case .refused(let result): return result
        }
    }
}

/// What becomes of a proposal.
struct NegotiationDecision {
    var results: [PresentationResult] = []
    var accepted = false
    /// The context that is new, if one is.
    var added: [ServerContext] = []
    var features: BindTimeFeatures = []
}
