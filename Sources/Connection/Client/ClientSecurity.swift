// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Security
internal import Wire

/// The client's security exchanges: the first token in the bind or an alter_context, the server's in the answer, further
/// ones in alter_context, and the last, if the server needs to say nothing to it, in auth3 ([MS-RPCE] 3.3.1.5.2).
extension ClientConnection {
    /// The bind shall establish `context`, whose mechanism gave `token`. Only before the first `negotiate`.
    public func secure(_ context: SecurityContext, token: [UInt8]) {
        guard phase == .unbound, negotiation == nil, securityContexts.isEmpty else { return }
        securityContexts = [context]
        firstToken = token
    }

    /// What the bind establishes or has established.
    public var securityContext: SecurityContext? { securityContexts.first }

    /// By the number that `Negotiation.security` tells.
    public func securityContext(_ number: Int) -> SecurityContext? {
        number > 0 && number <= securityContexts.count ? securityContexts[number - 1] : nil
    }

    /// An auth_context_id that no context of the connection has; nil: there are too many.
    public var freeSecurityID: UInt32? {
        guard securityContexts.count < limits.maximumSecurityContexts else { return nil }
        return (securityContexts.map(\.contextID).max() ?? 0) &+ 1
    }

    /// Whether a negotiation for `context` proposes header signing, which is the whole connection's: one that comes
    /// later changes nothing for the contexts that exist.
    func proposesHeaderSigning(_ wanted: PendingNegotiation) -> Bool {
        guard let context = wanted.security, context.level.protectsMessages, context.mechanism.signsHeaders,
            context.offersHeaderSigning
        else { return false }
        return wanted.isBind || signsHeaders || !securityContexts.contains { $0 !== context && $0.state != .failed }
    }

    /// Whether calls may be under way together.
    var mayMultiplex: Bool { offersMultiplexing && !securityContexts.contains { $0.mechanism.alternates } }

    func appendToken(_ token: [UInt8], _ security: SecurityContext, at start: Int) throws(WireError) {
        do throws(WireError) {
            try outbox.writer.appendToken(
                token, type: security.mechanism.authType, level: security.level.rawValue,
                contextID: security.contextID, at: start, bigEndian: bigEndian)
        } catch {
            outbox.writer.truncate(to: start)
            throw error
        }
    }

    // MARK: The exchange

    /// The server has accepted the context; its token decides whether that is worth anything.
    func startAuthentication(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ running: PendingNegotiation, _ answer: BindAckPDU
    ) throws(PDUError) -> ClientAction {
        guard let security = running.security else { throw .malformed }
        let trailer = try AuthTrailer(pdu, header: header)
        // To go on without would be the silent downgrade that whoever is in between hopes for. Only the end of an
        // exchange may have nothing more to say.
        guard trailer.map(security.owns) ?? running.isContinuation else { return try failAuthentication(running, nil) }
        if proposesHeaderSigning(running), header.flags.contains(.supportHeaderSign) {
            signsHeaders = true
            security.signsHeaders = true
        }
        negotiation?.answer = running.answer ?? answer
        isAuthenticating = true
        return .authenticate(security, token: trailer.map { Array(pdu[$0.valueRange]) } ?? [])
    }

    /// What the mechanism made of the token of `.authenticate`.
    public func completeAuthentication(_ result: Result<SecurityStep, SecurityError>) {
        guard isAuthenticating, let running = negotiation, let security = running.security, let answer = running.answer
        else { return }
        isAuthenticating = false
        do throws(PDUError) {
            switch result {
            case .failure(let error): postponed = try failAuthentication(running, error)
            case .success(let step) where step.finished:
                if let token = step.token { try writeLastToken(token, security) }
                security.isConfirmed = step.token == nil && security.tokens > 0
                security.state = .established
                phase = .bound
                negotiation = nil
                postponed = outcome(of: running, answer)
                try startNextNegotiation()
            case .success(let step):
                guard let token = step.token, security.tokens < limits.maximumTokens else {
                    postponed = try failAuthentication(running, .unexpectedToken)
                    return
                }
                try continueExchange(running, answer, token, security)
            }
        } catch { close(CloseReason(error)) }
    }

    private func writeLastToken(_ token: [UInt8], _ security: SecurityContext) throws(PDUError) {
        let start = outbox.writer.count
        do throws(WireError) {
            try Auth3PDU().write(to: &outbox.writer, callID: calls.reserveID(), bigEndian: bigEndian)
            try appendToken(token, security, at: start)
        } catch {
            outbox.writer.truncate(to: start)
            throw PDUError(error)
        }
    }

    /// A token that wants an answer goes with an alter_context for the context that was accepted.
    private func continueExchange(
        _ running: PendingNegotiation, _ answer: BindAckPDU, _ token: [UInt8], _ security: SecurityContext
    ) throws(PDUError) {
        guard case .negotiated(let accepted) = outcome(of: running, answer) else { throw .malformed }
        security.tokens += 1
        var next = running
        next.callID = calls.reserveID()
        next.isContinuation = true
        let proposal = BindPDU(
            maxTransmitFragment: UInt16(truncatingIfNeeded: maximumTransmit),
            maxReceiveFragment: UInt16(truncatingIfNeeded: maximumReceive), associationGroup: associationGroup,
            contexts: [
                PresentationContextElement(
                    contextID: accepted.contextID, abstractSyntax: running.abstractSyntax,
                    transferSyntaxes: [accepted.transferSyntax])
            ])
        let start = outbox.writer.count
        do throws(WireError) {
            try proposal.write(
                to: &outbox.writer, type: .alterContext, flags: [.firstFragment, .lastFragment], callID: next.callID,
                bigEndian: bigEndian)
            try appendToken(token, security, at: start)
        } catch {
            outbox.writer.truncate(to: start)
            throw PDUError(error)
        }
        negotiation = next
    }

    /// Without what its bind should have established a connection is worth nothing; without a further context it goes on.
    private func failAuthentication(
        _ running: PendingNegotiation, _ error: SecurityError?
    ) throws(PDUError) -> ClientAction {
        running.security?.state = .failed
        if running.isBind {
            close(.notGenuine)
        } else {
            phase = .bound
            negotiation = nil
            try startNextNegotiation()
        }
        return .negotiated(
            Negotiation(tag: running.tag, failed: .notAuthenticated(error)))
    }

    /// What the exchange has for the driver; nil: nothing is in the way of other actions.
    @inline(never)
    func nextSecurityAction() -> ClientAction? {
        if isAuthenticating { return ClientAction.none }
        guard let action = postponed else { return nil }
        postponed = nil
        return action
    }

    // MARK: Messages

    /// Appends what says again, under the signature, what the request is meant to be ([MS-RPCE] 2.2.2.13): what the server
    /// has confirmed by an answer already, or what a signature over headers covers, need not be said.
    @inline(never)
    func appendVerification(_ start: Int, _ header: FragmentHeader, _ security: SecurityContext) throws(WireError) {
        guard security.level.protectsMessages else { return }
        var trailer = VerificationTrailer()
        if !security.hasVerified { trailer.bitmask = proposedHeaders ? VerificationTrailer.clientSignsHeaders : 0 }
        if !security.verifiedContexts.contains(header.contextID) {
            for context in accepted where context.contextID == header.contextID {
                trailer.syntaxes = (context.abstractSyntax, context.transferSyntax)
            }
        }
        if !security.signsHeaders {
            trailer.header = VerificationTrailer.Header(
                bigEndian: bigEndian, callID: header.callID, contextID: header.contextID, opnum: header.tail)
        }
        guard !trailer.isEmpty else { return }
        try trailer.write(to: &outbox.writer, stubStart: start + header.size)
    }

    /// The stub data of a response, verified and in plain text.
    @inline(never)
    func openResponse(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ slot: Int
    ) throws(PDUError) -> UnsafeRawBufferPointer {
        guard let security = securityContext(calls[slot].security) else { throw .malformed }
        switch security.unprotect(pdu, header, headerSize: ResponseHeader.size) {
        case .verified(let end):
            let contextID = calls[slot].contextID
            if header.authLength > 0, security.level.protectsMessages {
                security.hasVerified = true
                if !security.verifiedContexts.contains(contextID) { security.verifiedContexts.append(contextID) }
            }
            return UnsafeRawBufferPointer(rebasing: pdu[ResponseHeader.size..<end])
        case .missing, .malformed, .foreign, .tampered:
            close(.notGenuine)
            throw .malformed
        }
    }

    /// auth3 has no answer: a server that refuses it answers the first request with a fault and ends the connection.
    /// Samba says nca_s_proto_error then; access_denied may also be what the interface thinks of a low level. Where the
    /// server has answered the client's last token, the fault is about the call.
    @inline(never)
    func refusesLogon(_ status: UInt32, _ header: PDUHeader, _ number: Int) -> Bool {
        guard let security = securityContext(number), !security.hasVerified, !security.isConfirmed,
            header.flags.contains(.didNotExecute)
        else { return false }
        return FaultCode.meansRefusedLogon(status)
            && (status != FaultCode.accessDenied || security.level.protectsMessages)
    }

    /// Faults come unsigned from most servers. One that is signed counts like any other message.
    @inline(never)
    func verifyFault(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ number: Int) throws(PDUError) {
        guard let security = securityContext(number), security.level.protectsMessages else { return }
        if case .verified = security.unprotect(pdu, header, headerSize: FaultPDU.fixedSize) { return }
        close(.notGenuine)
        throw .malformed
    }
}
