// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection
internal import PDU

extension Association {
    /// Answers a bind or alter_context.
    func negotiate() {
        let interfaces = core.proposals.map { server.interface(serving: $0.abstractSyntax)?.tag }
        let authentication = authenticate()
        guard phase == .open else { return }
        guard core.negotiatesBind else {
            core.answerNegotiation(
                interfaces: interfaces, group: group?.id ?? 0, secondaryAddress: [], authentication: authentication)
            return
        }
        let joined = server.groups.join(core.requestedGroup, transport: endpoint.transport)
        core.answerNegotiation(
            interfaces: interfaces, group: joined?.id, secondaryAddress: Array(String(endpoint.port).utf8),
            authentication: authentication)
        guard let joined else { return }
        // A bind that was refused for another reason joins nothing.
        if core.associationGroup == joined.id { group = joined } else { server.groups.leave(joined) }
    }
}
