// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Security
public import Wire

/// One interface that the client wants to bind, and how far that is.
struct PendingNegotiation {
    var tag: UInt
    var abstractSyntax: SyntaxID
    /// In the order in which we would have them.
    var transferSyntaxes: [SyntaxID]
    var requestedGroup: UInt32
    var callID: UInt32 = 0
    var isBind = false
    var firstContextID: UInt16 = 0
    /// Whether the bind time features were asked for, as the last element.
    var asksFeatures = false
    /// What it shall establish, and the first token for that; nil: nothing.
    var security: SecurityContext?
    var token: [UInt8] = []
    /// The number of the security context of its calls.
    var number = 0
    /// What the server said, while the security exchange goes on.
    var answer: BindAckPDU?
    /// An alter_context that only carries the exchange's next token is under way.
    var isContinuation = false

    /// The presentation contexts that it takes.
    var elements: Int { isContinuation ? 1 : transferSyntaxes.count + (asksFeatures ? 1 : 0) }
    var awaitsBindAck: Bool { isBind && !isContinuation }
}

/// A presentation context that the server has accepted.
struct AcceptedContext {
    var contextID: UInt16
    var abstractSyntax: SyntaxID
    var transferSyntax: SyntaxID
}

extension ClientConnection {
    // MARK: Asking

    /// Binds an interface: the first one with bind, later ones with alter_context. `.negotiated` with `tag` tells
    /// the outcome. Each transfer syntax is offered as a presentation context of its own, as Windows does: servers
    /// exist that look at the first syntax of a context only. Throws `truncated` when the connection is over.
    ///
    /// With `security`, whose mechanism gave `token`, calls in the new context are protected with that; without, with what
    /// the bind has established, or with the context numbered `number`.
    public func negotiate(
        _ abstractSyntax: SyntaxID, transferSyntaxes: [SyntaxID], group: UInt32 = 0, tag: UInt,
        security: SecurityContext? = nil, token: [UInt8] = [], number: Int? = nil
    ) throws(WireError) {
        var new = PendingNegotiation(
            tag: tag, abstractSyntax: abstractSyntax, transferSyntaxes: transferSyntaxes, requestedGroup: group)
        guard isOpen else { throw .truncated }
        guard !outbox.isBusy else { throw .limitExceeded }
        new.number = number ?? (securityContexts.isEmpty ? 0 : 1)
        guard new.number >= 0, new.number <= securityContexts.count else { throw .limitExceeded }
        if phase == .unbound, negotiation == nil {
            new.security = securityContexts.first
            new.token = firstToken
        } else if let security {
            guard securityContexts.count < limits.maximumSecurityContexts else { throw .limitExceeded }
            securityContexts.append(security)
            new.security = security
            new.token = token
            new.number = securityContexts.count
        }
        if negotiation != nil {
            guard waitingNegotiations.count < limits.maximumWaitingNegotiations else { throw .limitExceeded }
            waitingNegotiations.append(new)
            return
        }
        try start(new)
    }

    private func start(_ wanted: PendingNegotiation) throws(WireError) {
        var wanted = wanted
        wanted.callID = calls.reserveID()
        wanted.isBind = phase == .unbound
        wanted.asksFeatures = wanted.isBind
        wanted.firstContextID = nextContextID
        guard Int(nextContextID) + wanted.elements <= Int(UInt16.max) else { throw .limitExceeded }
        try writeProposal(wanted)
        if wanted.isBind { isBoundByNobody = wanted.security == nil }
        phase = wanted.isBind ? .binding : .altering
        negotiation = wanted
    }

    private func writeProposal(_ wanted: PendingNegotiation) throws(WireError) {
        var contexts: [PresentationContextElement] = []
        for syntax in wanted.transferSyntaxes {
            contexts.append(
                PresentationContextElement(
                    contextID: wanted.firstContextID &+ UInt16(truncatingIfNeeded: contexts.count),
                    abstractSyntax: wanted.abstractSyntax, transferSyntaxes: [syntax]))
        }
        if wanted.asksFeatures {
            let features: BindTimeFeatures = [.securityContextMultiplexing, .keepConnectionOnOrphan]
            contexts.append(
                PresentationContextElement(
                    contextID: wanted.firstContextID &+ UInt16(truncatingIfNeeded: contexts.count),
                    abstractSyntax: wanted.abstractSyntax, transferSyntaxes: [features.syntax]))
        }
        let proposal = BindPDU(
            maxTransmitFragment: UInt16(truncatingIfNeeded: maximumTransmit),
            maxReceiveFragment: UInt16(truncatingIfNeeded: maximumReceive),
            associationGroup: wanted.isBind ? wanted.requestedGroup : associationGroup, contexts: contexts)
        let start = outbox.writer.count
        var flags: PFCFlags = [.firstFragment, .lastFragment]
        if mayMultiplex { flags.insert(.concurrentMultiplexing) }
        if proposesHeaderSigning(wanted) {
            flags.insert(.supportHeaderSign)
            proposedHeaders = true
        }
        try proposal.write(
            to: &outbox.writer, type: wanted.isBind ? .bind : .alterContext, flags: flags, callID: wanted.callID,
            bigEndian: bigEndian)
        if let security = wanted.security { try appendToken(wanted.token, security, at: start) }
    }

    // MARK: Answers

    func receiveAcknowledgement(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ClientAction {
        guard let running = negotiation, running.callID == header.callID,
            running.awaitsBindAck == (header.type == .bindAck), header.authLength == 0 || running.security != nil
        else { throw .badType }
        let answer = try BindAckPDU(pdu, header: header)
        guard answer.results.count == running.elements else { throw .malformed }
        if running.isContinuation {
            guard answer.results[0].result == .acceptance else { throw .malformed }
            return try startAuthentication(pdu, header, running, answer)
        }
        if running.isBind { try adopt(answer, running) }
        // A server agrees to concurrent calls when it accepts a context, which the bind need not have had.
        if mayMultiplex, header.flags.contains(.concurrentMultiplexing) { multiplexing = true }
        if answer.results.contains(where: { $0.result == .acceptance }) {
            nextContextID = running.firstContextID &+ UInt16(truncatingIfNeeded: running.elements)
        }
        let action = outcome(of: running, answer)
        if case .negotiated(let negotiation) = action, case .accepted = negotiation.outcome {
            accepted.append(
                AcceptedContext(
                    contextID: negotiation.contextID, abstractSyntax: running.abstractSyntax,
                    transferSyntax: negotiation.transferSyntax))
            if running.security != nil { return try startAuthentication(pdu, header, running, answer) }
        } else if let security = running.security {
            // Without a context there was no exchange, so nothing may follow here.
            security.state = .failed
            if running.isBind {
                close(.local)
                return action
            }
        }
        phase = .bound
        negotiation = nil
        try startNextNegotiation()
        return action
    }

    /// What a bind_ack decides for the whole connection.
    private func adopt(_ answer: BindAckPDU, _ running: PendingNegotiation) throws(PDUError) {
        let transmit = Int(answer.maxReceiveFragment)
        let receive = Int(answer.maxTransmitFragment)
        // C706 12.6.3.1: nobody may demand less than 1432 bytes or more than was offered.
        guard transmit >= 1432, receive >= 1432 else { throw .malformed }
        maximumTransmit = min(maximumTransmit, transmit) & ~7
        maximumReceive = min(maximumReceive, receive)
        associationGroup = answer.associationGroup
        guard running.asksFeatures, let features = answer.results.last, features.result == .negotiateAck else { return }
        keepsConnectionOnOrphan = features.features.contains(.keepConnectionOnOrphan)
        multiplexesSecurity = features.features.contains(.securityContextMultiplexing)
    }

    func outcome(of running: PendingNegotiation, _ answer: BindAckPDU) -> ClientAction {
        var reason: UInt16 = 0
        var isForbidden = false
        for (index, syntax) in running.transferSyntaxes.enumerated() {
            let result = answer.results[index]
            if result.result == .acceptance {
                guard result.transferSyntax == syntax else { continue }
                return .negotiated(
                    Negotiation(
                        tag: running.tag, outcome: .accepted,
                        contextID: running.firstContextID &+ UInt16(truncatingIfNeeded: index), transferSyntax: syntax,
                        security: running.number))
            }
            let code = result.reason.rawValue
            if result.result == .userRejection, result.reason == .notSpecified { isForbidden = true }
            reason = index == 0 ? code : min(reason, code)
        }
        return .negotiated(
            Negotiation(tag: running.tag, failed: isForbidden ? .forbidden : .rejected(reason: reason)))
    }

    func receiveNak(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ClientAction {
        guard let running = negotiation, running.isBind, running.callID == header.callID else { throw .badType }
        let nak = try BindNakPDU(pdu, header: header)
        return try failNegotiation(running, .refused(reason: nak.reason.rawValue))
    }

    func failNegotiation(_ running: PendingNegotiation, _ outcome: Negotiation.Outcome) throws(PDUError) -> ClientAction
    {
        running.security?.state = .failed
        // What has agreed to a bind and refuses its security exchange later leaves nothing to go on with.
        if running.isBind, running.isContinuation {
            close(.notGenuine)
            return .negotiated(
                Negotiation(tag: running.tag, failed: .notAuthenticated(.logonFailure)))
        }
        phase = running.isBind ? .unbound : .bound
        negotiation = nil
        let action = ClientAction.negotiated(
            Negotiation(
                tag: running.tag,
                failed: running.isContinuation && outcome.refusesToken ? .notAuthenticated(.logonFailure) : outcome))
        try startNextNegotiation()
        return action
    }

    func startNextNegotiation() throws(PDUError) {
        guard !waitingNegotiations.isEmpty else { return }
        let next = waitingNegotiations.removeFirst()
        do throws(WireError) { try start(next) } catch {
            throw error == .outOfMemory ? .outOfMemory : .limitExceeded
        }
    }
}

extension Negotiation.Outcome {
    /// Whether it is what servers say to a token that their mechanism does not take.
    fileprivate var refusesToken: Bool {
        guard case .fault(let code) = self else { return false }
        return code == DCEFault.accessDenied || code == DCEFault.securityPackageError
    }
}
