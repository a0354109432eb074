// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection
internal import PDU
internal import Security

extension Association {
    /// Answers a bind or alter_context, at once or when its security exchange can go on.
    ///
    /// User code looks accounts up, so anything may have happened after a step: the core knows, and takes no answer when
    /// its connection has ended.
    func negotiate() {
        guard let request = core.authenticationRequest else { return answer(.none) }
        let context: SecurityContext
        if let known = core.continuedContext {
            context = known
        } else {
            guard let mechanism = server.acceptor(request) else { return answer(.refused) }
            context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
        }
        take(context.step(request.token)) { [unowned self] outcome in
            guard case .success(let step) = outcome else { return answer(.failed) }
            answer(.step(context, step))
        }
    }

    private func answer(_ authentication: AuthenticationAnswer) {
        guard phase == .open else { return }
        var begun: SecurityContext?
        if case .step(let context, _) = authentication { begun = context }
        let interfaces = serve(core.proposals, begun)
        guard phase == .open else { return }
        guard core.negotiatesBind else {
            core.answerNegotiation(
                interfaces, group: group?.id ?? 0, secondaryAddress: [], authentication: authentication)
            return
        }
        let joined = server.groups.join(core.requestedGroup, transport: endpoint.transport)
        core.answerNegotiation(
            interfaces, group: joined?.id, secondaryAddress: Array(String(endpoint.port).utf8),
            authentication: authentication)
        guard let joined else { return }
        // A bind that was refused for another reason joins nothing.
        if core.associationGroup == joined.id { group = joined } else { server.groups.leave(joined) }
    }
}
