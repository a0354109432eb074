// SPDX-License-Identifier: LGPL-3.0-or-later

/// The client's side of SPNEGO (RFC 4178, [MS-SPNG]): offers mechanisms, the first with its first token, and takes
/// the server's choice.
///
/// Unless the server is done with its first answer, mechListMIC is sent and one is wanted from the server: an offer that
/// was changed on its way is noticed.
public final class SPNEGOInitiator: SPNEGOContext {
    private enum State {
        case start
        case offered
        /// The mechanism is agreed on.
        case exchanging
        /// It is done, and mechListMIC sent.
        case confirming
        case complete
        case failed
    }

    private var state = State.start
    private let mechanisms: [[UInt8]]
    private let list: [UInt8]
    private var chosen = 0
    private var needsCode = false

    /// The first is the preferred one.
    public override init(_ offers: [SPNEGOOffer]) {
        mechanisms = offers.flatMap(\.oids)
        list = NegTokenInit(mechanisms: mechanisms, token: nil).list
        super.init(offers)
    }

    public override func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        let before = state
        state = .failed
        switch before {
        case .start:
            guard token.isEmpty else { throw .unexpectedToken }
            let first = try make(0).step(token)
            state = .offered
            return SecurityStep(token: NegTokenInit(mechanisms: mechanisms, token: first.token).bytes, finished: false)
        case .offered, .exchanging:
            let answer = try NegTokenResp(token)
            guard answer.state != .reject else { throw .logonFailure }
            if before == .offered, let restarted = try choose(answer) { return restarted }
            return try exchange(answer, isFirst: before == .offered)
        case .confirming:
            let answer = try NegTokenResp(token)
            guard answer.state != .reject else { throw .logonFailure }
            guard answer.state != .acceptIncomplete, answer.token?.isEmpty ?? true else { throw .unexpectedToken }
            return try finish(answer.code, isNeeded: true)
        case .complete, .failed: throw .unexpectedToken
        }
    }

    /// Takes the server's choice; the first token of the mechanism where it is not the one that was begun.
    private func choose(_ answer: NegTokenResp) throws(SecurityError) -> SecurityStep? {
        if answer.state == .requestMIC { needsCode = true }
        guard let mechanism = answer.mechanism else { return nil }
        guard let wanted = offer(mechanism) else { throw .unexpectedToken }
        guard wanted != chosen else { return nil }
        chosen = wanted
        needsCode = true
        // An answer to the mechanism that was begun is no answer to this one.
        guard answer.state != .acceptCompleted, answer.token?.isEmpty ?? true else { throw .unexpectedToken }
        let first = try withNoBytes { (empty) throws(SecurityError) in try make(wanted).step(empty) }
        state = .exchanging
        return SecurityStep(token: NegTokenResp(token: first.token).bytes, finished: false)
    }

    private func exchange(_ answer: NegTokenResp, isFirst: Bool) throws(SecurityError) -> SecurityStep {
        guard let inner, let token = answer.token else { throw .unexpectedToken }
        let step = try token.withBytes { (bytes) throws(SecurityError) in try inner.step(bytes) }
        guard step.finished else {
            guard answer.state != .acceptCompleted, let reply = step.token else { throw .unexpectedToken }
            state = .exchanging
            return SecurityStep(token: NegTokenResp(token: reply).bytes, finished: false)
        }
        guard answer.state != .acceptCompleted else {
            guard step.token == nil else { throw .unexpectedToken }
            return try finish(answer.code, isNeeded: needsCode || !isFirst)
        }
        // The server's code may come first; then the last word is for its state only, and covered by nothing better.
        let reply = NegTokenResp(token: step.token, code: inner.listCode(list))
        if let code = answer.code {
            guard inner.verifies(listCode: code, list) else { throw .tampered }
            hasVerifiedCode = true
        }
        state = .confirming
        return SecurityStep(token: reply.bytes, finished: false)
    }

    private var hasVerifiedCode = false

    private func finish(_ code: [UInt8]?, isNeeded: Bool) throws(SecurityError) -> SecurityStep {
        if let code, !hasVerifiedCode {
            guard let inner, inner.verifies(listCode: code, list) else { throw .tampered }
        } else if isNeeded, !hasVerifiedCode {
            throw .downgraded
        }
        state = .complete
        isComplete = true
        return SecurityStep(token: nil, finished: true)
    }
}

private func withNoBytes<R>(_ body: (UnsafeRawBufferPointer) throws(SecurityError) -> R) throws(SecurityError) -> R {
    try body(UnsafeRawBufferPointer(start: nil, count: 0))
}
