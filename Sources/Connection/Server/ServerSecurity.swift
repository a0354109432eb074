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
    /// There is no mechanism for it.
    case refused
    /// The mechanism refused the token.
    case failed
}

/// What an alter_context's trailer asks for.
enum Alteration {
    case begins(AuthenticationRequest)
    case continues(SecurityContext, AuthenticationRequest)
    case refused(UInt32)
}

/// The server's security exchanges: a client's first token in the bind or an alter_context, the answer in the bind_ack or
/// alter_context_resp, the last in auth3, or in alter_context where the client wants an answer to it
/// ([MS-RPCE] 3.3.1.5.2, 3.3.1.5.3).
///
/// A connection has several security contexts, each with its auth_context_id. One that failed stays failed.
extension ServerConnection {
    /// What the bind or alter_context that waits for `answerNegotiation` brings; nil: nothing.
    public var authenticationRequest: AuthenticationRequest? { negotiation?.authentication }
    /// The context that it goes on with; nil: it begins one.
    public var continuedContext: SecurityContext? { negotiation?.continued }
    /// The one that the bind began; nil: the bind began none.
    public var security: SecurityContext? { securityContexts.first }

    /// The context of a call, by its number.
    public func securityContext(_ number: Int) -> SecurityContext? {
        number > 0 && number <= securityContexts.count ? securityContexts[number - 1] : nil
    }

    /// Whether the client has neither bound nor finished what it began: it gets little time for it.
    public var isUnsettled: Bool {
        switch phase {
        case .unbound, .negotiating: return true
        case .bound: return securityContexts.contains { $0.state == .exchanging }
        case .closing, .closed: return false
        }
    }

    /// The driver's mechanism works; nothing is read meanwhile.
    var isAuthenticating: Bool { authenticating != nil }

    /// Whether each request needs its answer before the next.
    var alternates: Bool { securityContexts.contains { $0.mechanism.alternates } }

    // MARK: Receiving

    /// Reads the trailer of a bind or alter_context; the reason where it cannot be served.
    func readAuthentication(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader
    ) -> (request: AuthenticationRequest?, refusal: BindNakReason) {
        guard let trailer = try? AuthTrailer(pdu, header: header) else { return (nil, .protocolVersionNotSupported) }
        // A level that nobody defines is worse than a mechanism that is not known here.
        guard (2...6).contains(trailer.level) else { return (nil, .notSpecified) }
        guard authTypes.contains(trailer.type) else { return (nil, .invalidAuthType) }
        // RPC_C_AUTHN_LEVEL_CALL is for transports without connections.
        guard let level = ProtectionLevel(rawValue: trailer.level) else { return (nil, .invalidChecksum) }
        let request = AuthenticationRequest(
            authType: trailer.type, level: level, contextID: trailer.contextID, token: Array(pdu[trailer.valueRange]))
        return (request, .notSpecified)
    }

    /// An alter_context begins a security context, or goes on with one that is not finished.
    func readAlteration(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, changesContext: Bool
    ) -> Alteration {
        let named = namedContext(pdu, header)
        guard let context = named.context else {
            guard securityContexts.count < limits.maximumSecurityContexts else {
                return .refused(DCEFault.protocolError)
            }
            guard (try? AuthTrailer(pdu, header: header)) != nil else { return .refused(DCEFault.protocolError) }
            guard let request = readAuthentication(pdu, header).request else { return .refused(DCEFault.accessDenied) }
            return .begins(request)
        }
        guard context.state != .established else {
            if named.isForeign { context.state = .failed }
            return .refused(DCEFault.accessDenied)
        }
        guard let trailer = try? AuthTrailer(pdu, header: header) else { return .refused(DCEFault.protocolError) }
        guard context.owns(trailer), context.state == .exchanging else {
            context.state = .failed
            guard trailer.type != 0, !changesContext else {
                return .refused(trailer.type == 0 ? DCEFault.accessDenied : DCEFault.protocolError)
            }
            return .refused(
                trailer.type == context.mechanism.authType ? DCEFault.accessDenied : DCEFault.securityPackageError)
        }
        return .continues(
            context,
            AuthenticationRequest(
                authType: trailer.type, level: context.level, contextID: trailer.contextID,
                token: Array(pdu[trailer.valueRange])))
    }

    /// rpc_auth_3 has no answer. What is wrong with it shows in the next request.
    func receiveAuth3(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> ServerAction {
        guard header.authLength != 0 else { return refuse(header, DCEFault.protocolError) }
        let named = namedContext(pdu, header)
        guard let context = named.context, context.state == .exchanging, header.minorVersion == 0 else {
            return refuse(header, DCEFault.protocolError)
        }
        guard !named.isForeign else {
            context.state = .failed
            return .none
        }
        guard let trailer = try? AuthTrailer(pdu, header: header) else {
            context.state = .failed
            return refuse(header, DCEFault.remoteNoMemory)
        }
        guard (try? Auth3PDU(pdu, header: header)) != nil else {
            context.state = .failed
            return .none
        }
        authenticating = context
        return .authenticate(context, token: Array(pdu[trailer.valueRange]))
    }

    /// What the mechanism made of the token of `.authenticate`.
    public func completeAuthentication(_ result: Result<SecurityStep, SecurityError>) {
        guard let context = authenticating else { return }
        authenticating = nil
        if case .success(let step) = result, step.finished, step.token == nil {
            established(context)
        } else {
            context.state = .failed
            context.logonRefused = true
        }
    }

    private func established(_ context: SecurityContext) {
        context.state = .established
        // Until requests name one, those without a trailer are meant for the first context whose requests need none.
        guard !context.level.protectsMessages, connectContext == 0, !namesConnectContexts else { return }
        connectContext = (securityContexts.firstIndex { $0 === context } ?? -1) + 1
    }

    // MARK: Answering

    /// Takes the driver's answer over; the status of the fault where the negotiation has to be refused.
    func adopt(_ answer: AuthenticationAnswer, _ running: ServerNegotiation) -> UInt32? {
        switch answer {
        case .none: return running.authentication == nil ? nil : DCEFault.accessDenied
        case .refused:
            running.continued?.state = .failed
            return DCEFault.accessDenied
        case .failed:
            running.continued?.state = .failed
            return DCEFault.securityPackageError
        case .step(let context, let step):
            guard running.authentication != nil else { return DCEFault.accessDenied }
            if let continued = running.continued {
                guard continued === context else { return DCEFault.accessDenied }
                context.tokens += 1
                guard context.tokens <= limits.maximumTokens else {
                    context.state = .failed
                    return DCEFault.securityPackageError
                }
            } else {
                securityContexts.append(context)
                if running.isBind {
                    begunByBind = true
                    protectedByBind = context.level.protectsMessages
                }
                context.signsHeaders = clientSignsHeaders && context.mechanism.signsHeaders
            }
            if step.finished { established(context) }
            return nil
        }
    }

    /// Header signing is the whole connection's: contexts that exist take part from here on.
    func agreeOnHeaders() {
        guard !clientSignsHeaders else { return }
        clientSignsHeaders = true
        for context in securityContexts { context.signsHeaders = context.mechanism.signsHeaders }
    }

    /// Appends the server's token to the answer that starts at `start`.
    func appendToken(of answer: AuthenticationAnswer, at start: Int, bigEndian: Bool) throws(WireError) {
        // An exchange that has nothing more to say says that with an empty token.
        guard case .step(let context, let step) = answer else { return }
        try outbox.writer.appendToken(
            step.token ?? [], type: context.mechanism.authType, level: context.level.rawValue,
            contextID: context.contextID,
            at: start, bigEndian: bigEndian)
    }
}
