// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Security
internal import Wire

/// What a bind or alter_context brings for the security exchange.
public struct AuthenticationRequest: Sendable {
    public var authType: UInt8
    public var level: ProtectionLevel
    public var contextID: UInt32
    public var token: [UInt8]
}

/// The driver's word on it.
public enum AuthenticationAnswer {
    /// Nothing was asked for.
    case none
    case step(SecurityContext, SecurityStep)
    case refused
}

/// The server's security exchange: the client's first token in the bind, the answer in the bind_ack, the last in auth3,
/// or in alter_context where the client wants an answer to it ([MS-RPCE] 3.3.1.5.2).
///
/// One security context a connection. An exchange that failed stays failed: whatever is requested then is refused.
extension ServerConnection {
    /// What the bind or alter_context that waits for `answerNegotiation` brings; nil: nothing.
    public var authenticationRequest: AuthenticationRequest? { negotiation?.authentication }

    /// Whether the client has neither bound nor, where it began that, authenticated: it gets little time for it.
    public var isUnsettled: Bool { phase == .unbound || security?.state == .exchanging }

    /// Whether each request needs its answer before the next.
    var alternates: Bool { security?.mechanism.alternates ?? false }

    // MARK: Receiving

    /// Reads the trailer of a bind or alter_context; the reason where it cannot be served.
    func readAuthentication(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader
    ) -> (request: AuthenticationRequest?, refusal: BindNakReason) {
        guard let trailer = try? AuthTrailer(pdu, header: header) else { return (nil, .protocolVersionNotSupported) }
        // A level that nobody defines is worse than a mechanism that is not known here.
        guard (2...6).contains(trailer.level) else { return (nil, .notSpecified) }
        guard authTypes.contains(trailer.type), let level = ProtectionLevel(rawValue: trailer.level) else {
            return (nil, .invalidAuthType)
        }
        let request = AuthenticationRequest(
            authType: trailer.type, level: level, contextID: trailer.contextID, token: Array(pdu[trailer.valueRange]))
        return (request, .notSpecified)
    }

    /// Whether an alter_context's trailer goes on with the exchange that the bind began.
    func continuesExchange(_ request: AuthenticationRequest) -> Bool {
        guard let security, security.state == .exchanging else { return false }
        return request.authType == security.mechanism.authType && request.level == security.level
            && request.contextID == security.contextID
    }

    /// rpc_auth_3 has no answer. What is wrong with it shows in the next request.
    func receiveAuth3(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> ServerAction {
        guard let security, security.state == .exchanging, fragmented == nil, header.minorVersion == 0 else {
            return refuse(header, DCEFault.protocolError)
        }
        guard let trailer = try? AuthTrailer(pdu, header: header), security.owns(trailer),
            (try? Auth3PDU(pdu, header: header)) != nil
        else {
            security.state = .failed
            return .none
        }
        isAuthenticating = true
        return .authenticate(security, token: Array(pdu[trailer.valueRange]))
    }

    /// What the mechanism made of the token of `.authenticate`.
    public func completeAuthentication(_ result: Result<SecurityStep, SecurityError>) {
        guard isAuthenticating, let security else { return }
        isAuthenticating = false
        if case .success(let step) = result, step.finished, step.token == nil {
            established(security)
        } else {
            security.state = .failed
        }
    }

    func established(_ context: SecurityContext) {
        context.state = .established
        if context.level.protectsMessages { protection = context }
    }

    // MARK: Answering

    /// Takes the driver's answer over; false: the negotiation has to be refused.
    func adopt(_ answer: AuthenticationAnswer, _ running: ServerNegotiation) -> Bool {
        switch answer {
        case .none: return running.authentication == nil
        case .refused:
            security?.state = .failed
            return false
        case .step(let context, let step):
            guard running.authentication != nil else { return false }
            if running.isBind {
                context.signsHeaders =
                    context.mechanism.signsHeaders && running.header.flags.contains(.supportHeaderSign)
                security = context
            }
            if step.finished { established(context) }
            return true
        }
    }

    /// Appends the server's token to the answer that starts at `start`.
    func appendToken(of answer: AuthenticationAnswer, at start: Int, bigEndian: Bool) throws(WireError) {
        guard case .step(let context, let step) = answer, let token = step.token else { return }
        try outbox.writer.appendToken(
            token, type: context.mechanism.authType, level: context.level.rawValue, contextID: context.contextID,
            at: start, bigEndian: bigEndian)
    }

    // MARK: Requests

    /// The stub data of a request's fragment, verified and in plain text; nil: it is refused, and how is done.
    ///
    /// Each fragment is verified with the context that the first one had, which is the only one (CVE-2021-23192).
    @inline(never)
    func openRequest(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, headerSize: Int
    ) -> UnsafeRawBufferPointer? {
        guard let security else { return nil }
        switch security.state {
        case .established: break
        case .exchanging:
            _ = refuse(header, DCEFault.protocolError)
            return nil
        case .failed:
            _ = refuse(header, DCEFault.accessDenied)
            return nil
        }
        switch security.unprotect(pdu, header, headerSize: headerSize) {
        case .verified(let end): return UnsafeRawBufferPointer(rebasing: pdu[headerSize..<end])
        case .missing, .malformed: refuseFragment(header, DCEFault.protocolError)
        case .foreign: refuseFragment(header, DCEFault.accessDenied)
        case .tampered: refuseFragment(header, DCEFault.securityPackageError)
        }
        return nil
    }

    private func refuseFragment(_ header: PDUHeader, _ status: UInt32) {
        security?.state = .failed
        _ = refuse(header, status, didNotExecute: false)
    }
}
