// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Security
internal import Wire

/// The client's security exchange: its first token in the bind, the server's in the bind_ack, the last in auth3
/// ([MS-RPCE] 3.3.1.5.2).
extension ClientConnection {
    /// The bind shall establish `context`, whose mechanism gave `token`. Only before the first `negotiate`.
    public func secure(_ context: SecurityContext, token: [UInt8]) {
        guard phase == .unbound, negotiation == nil else { return }
        security = context
        firstToken = token
    }

    public var securityContext: SecurityContext? { security }

    var wantsHeaderSigning: Bool {
        guard let security else { return false }
        return security.level.protectsMessages && security.mechanism.signsHeaders && security.offersHeaderSigning
    }

    /// Whether calls may be under way together.
    var mayMultiplex: Bool { offersMultiplexing && !(security?.mechanism.alternates ?? false) }

    func appendFirstToken(at start: Int) throws(WireError) {
        guard let security else { return }
        do throws(WireError) {
            try outbox.writer.appendToken(
                firstToken, type: security.mechanism.authType, level: security.level.rawValue,
                contextID: security.contextID, at: start, bigEndian: bigEndian)
        } catch {
            outbox.writer.truncate(to: start)
            throw error
        }
    }

    func expectsToken(_ running: PendingNegotiation) -> Bool { running.isBind && security != nil }

    /// The server has accepted the context; its token decides whether that is worth anything.
    func startAuthentication(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ running: PendingNegotiation, _ answer: BindAckPDU
    ) throws(PDUError) -> ClientAction {
        guard let security else { throw .malformed }
        guard let trailer = try AuthTrailer(pdu, header: header), security.owns(trailer) else {
            // To go on without would be the silent downgrade that whoever is in between hopes for.
            return failAuthentication(running, nil)
        }
        if wantsHeaderSigning { security.signsHeaders = header.flags.contains(.supportHeaderSign) }
        negotiation?.answer = answer
        isAuthenticating = true
        return .authenticate(security, token: Array(pdu[trailer.valueRange]))
    }

    /// What the mechanism made of the token of `.authenticate`.
    public func completeAuthentication(_ result: Result<SecurityStep, SecurityError>) {
        guard isAuthenticating, let security, let running = negotiation, let answer = running.answer else { return }
        isAuthenticating = false
        switch result {
        case .failure(let error): postponed = failAuthentication(running, error)
        case .success(let step):
            // A mechanism that needs more legs goes on with alter_context, which is not here yet.
            guard step.finished else { return postponed = failAuthentication(running, .unexpectedToken) }
            do throws(PDUError) {
                if let token = step.token { try writeLastToken(token, running, security) }
                security.state = .established
                if security.level.protectsMessages { protection = security }
                phase = .bound
                negotiation = nil
                postponed = outcome(of: running, answer)
                try startNextNegotiation()
            } catch { close(CloseReason(error)) }
        }
    }

    private func writeLastToken(
        _ token: [UInt8], _ running: PendingNegotiation, _ security: SecurityContext
    ) throws(PDUError) {
        let start = outbox.writer.count
        do throws(WireError) {
            try Auth3PDU().write(to: &outbox.writer, callID: running.callID, bigEndian: bigEndian)
            try outbox.writer.appendToken(
                token, type: security.mechanism.authType, level: security.level.rawValue,
                contextID: security.contextID, at: start, bigEndian: bigEndian)
        } catch {
            outbox.writer.truncate(to: start)
            throw PDUError(error)
        }
    }

    /// The connection is worth nothing then: its driver is told why, and that it is over.
    private func failAuthentication(_ running: PendingNegotiation, _ error: SecurityError?) -> ClientAction {
        security?.state = .failed
        close(.notGenuine)
        return .negotiated(
            Negotiation(tag: running.tag, outcome: .notAuthenticated(error), contextID: 0, transferSyntax: .zero))
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

    /// The stub data of a response, verified and in plain text.
    @inline(never)
    func openResponse(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> UnsafeRawBufferPointer {
        guard let security else { throw .malformed }
        switch security.unprotect(pdu, header, headerSize: ResponseHeader.size) {
        case .verified(let end):
            security.hasVerified = true
            return UnsafeRawBufferPointer(rebasing: pdu[ResponseHeader.size..<end])
        case .missing, .malformed, .foreign, .tampered:
            close(.notGenuine)
            throw .malformed
        }
    }

    /// auth3 has no answer: a server that refuses it answers the first request with a fault and ends the connection.
    /// Samba says nca_s_proto_error then; access_denied may also be what the interface thinks of a low level.
    @inline(never)
    func refusesLogon(_ status: UInt32, _ header: PDUHeader) -> Bool {
        guard let security, !security.hasVerified, header.flags.contains(.didNotExecute) else { return false }
        switch status {
        case 0x1c01_000b, 0x721: return true
        case 5: return security.level.protectsMessages
        default: return false
        }
    }

    /// Faults come unsigned from most servers. One that is signed counts like any other message.
    @inline(never)
    func verifyFault(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) {
        guard let security else { return }
        if case .verified = security.unprotect(pdu, header, headerSize: FaultPDU.fixedSize) { return }
        close(.notGenuine)
        throw .malformed
    }
}
