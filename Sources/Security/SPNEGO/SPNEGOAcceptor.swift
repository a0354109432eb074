// SPDX-License-Identifier: LGPL-3.0-or-later

/// The server's side of SPNEGO (RFC 4178, [MS-SPNG]): takes the first of the client's mechanisms that it has.
///
/// A client whose preferred mechanism was not taken has to prove with mechListMIC that this was its list; of others one
/// is verified and answered where it comes. NTLMSSP without any SPNEGO around it is taken as such ([MS-SPNG]).
public final class SPNEGOAcceptor: SPNEGOContext {
    private enum State {
        case start
        case exchanging
        /// Nothing but the client's mechListMIC is missing.
        case confirming
        /// The mechanism's own tokens, without SPNEGO.
        case raw
        case complete
        case failed
    }

    private var state = State.start
    private var list: [UInt8] = []
    /// The name by which the client has called the mechanism, until it was told.
    private var untold: [UInt8]?
    private var needsCode = false
    /// What the client's last token has for when the mechanism is done with it.
    private var code: [UInt8]?

    public override init(_ offers: [SPNEGOOffer]) { super.init(offers) }

    public override func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        let before = state
        state = .failed
        switch before {
        case .start:
            if token.starts(with: Array("NTLMSSP\0".utf8)) { return try startRaw(token) }
            return try start(try NegTokenInit(token))
        case .exchanging:
            let answer = try NegTokenResp(token)
            guard answer.state != .reject, let given = answer.token else { throw .unexpectedToken }
            code = answer.code
            return try exchange(given)
        case .confirming:
            let answer = try NegTokenResp(token)
            guard let given = answer.code, answer.token?.isEmpty ?? true else { throw .downgraded }
            guard let inner, inner.verifies(listCode: given, list) else { throw .tampered }
            return complete(NegTokenResp(state: .acceptCompleted))
        case .raw:
            guard let inner else { throw .unexpectedToken }
            return try continueRaw(try inner.step(token))
        case .complete, .failed: throw .unexpectedToken
        }
    }

    // MARK: The exchange

    private func start(_ proposal: NegTokenInit) throws(SecurityError) -> SecurityStep {
        list = proposal.list
        for (index, mechanism) in proposal.mechanisms.enumerated() {
            guard let wanted = offer(mechanism) else { continue }
            untold = mechanism
            _ = try make(wanted)
            // The optimistic token is for the client's first mechanism, by whichever of its names.
            let isBegun = index == 0 || offer(proposal.mechanisms[0]) == wanted
            needsCode = !isBegun
            if isBegun, let token = proposal.token {
                code = proposal.code
                return try exchange(token)
            }
            return reply(NegTokenResp(state: needsCode ? .requestMIC : .acceptIncomplete))
        }
        throw .unexpectedToken
    }

    private func exchange(_ token: [UInt8]) throws(SecurityError) -> SecurityStep {
        guard let inner else { throw .unexpectedToken }
        return try answer(try token.withBytes { (bytes) throws(SecurityError) in try inner.step(bytes) })
    }

    private func answer(_ step: SecurityStep) throws(SecurityError) -> SecurityStep {
        guard let inner else { throw .unexpectedToken }
        if let pending = step.pending {
            return wait(pending) { [self] (step) throws(SecurityError) in try self.answer(step) }
        }
        guard step.finished else { return reply(NegTokenResp(state: .acceptIncomplete, token: step.token)) }
        if let code {
            guard inner.verifies(listCode: code, list) else { throw .tampered }
            return complete(NegTokenResp(state: .acceptCompleted, token: step.token, code: inner.listCode(list)))
        }
        guard needsCode else { return complete(NegTokenResp(state: .acceptCompleted, token: step.token)) }
        // The client had the last word and left the code out.
        guard let token = step.token else { throw .downgraded }
        let answer = reply(NegTokenResp(state: .requestMIC, token: token, code: inner.listCode(list)))
        state = .confirming
        return answer
    }

    /// What comes of a step that somebody else has to be asked for; until then nothing else may come.
    private func wait(
        _ inner: PendingStep, _ body: @escaping (SecurityStep) throws(SecurityError) -> SecurityStep
    ) -> SecurityStep {
        let outer = PendingStep()
        outer.onCancel { inner.cancel() }
        inner.whenDone { outcome in
            outer.complete(
                outcome.flatMap { step in
                    do throws(SecurityError) { return .success(try body(step)) } catch { return .failure(error) }
                })
        }
        return SecurityStep(outer)
    }

    private func reply(_ answer: NegTokenResp) -> SecurityStep {
        var answer = answer
        answer.mechanism = untold
        untold = nil
        state = .exchanging
        return SecurityStep(token: answer.bytes, finished: false)
    }

    private func complete(_ answer: NegTokenResp) -> SecurityStep {
        var step = reply(answer)
        state = .complete
        isComplete = true
        step.finished = true
        return step
    }

    // MARK: Without SPNEGO

    private func startRaw(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard let wanted = offer(SPNEGO.ntlm) else { throw .unexpectedToken }
        return try continueRaw(try make(wanted).step(token))
    }

    private func continueRaw(_ step: SecurityStep) throws(SecurityError) -> SecurityStep {
        if let pending = step.pending {
            return wait(pending) { [self] (step) throws(SecurityError) in try continueRaw(step) }
        }
        isComplete = step.finished
        state = step.finished ? .complete : .raw
        return step
    }
}
