// SPDX-License-Identifier: LGPL-3.0-or-later

public import PDU
internal import Wire

/// A bind or alter_context that waits for the driver's word.
struct ServerNegotiation {
    var header: PDUHeader
    var request: BindPDU
    var isBind: Bool
}

extension ServerConnection {
    /// What the client proposes, for the driver to look interfaces up.
    public var proposals: [PresentationContextElement] { negotiation?.request.contexts ?? [] }
    /// The association group that the client wants to join; 0: a new one.
    public var requestedGroup: UInt32 { negotiation?.request.associationGroup ?? 0 }
    /// Whether it is the bind, which settles the association group.
    public var negotiatesBind: Bool { negotiation?.isBind ?? false }

    // MARK: Receiving

    func receiveFirst(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        guard header.type == .bind else { return refuse(header, DCEFault.protocolError, didNotExecute: true) }
        guard header.minorVersion == 0 else { return try refuseBind(header, .protocolVersionNotSupported) }
        guard header.authLength == 0 else { return try refuseBind(header, .invalidAuthType) }
        guard let request = try? BindPDU(pdu, header: header), isWellFormed(request) else {
            return try refuseBind(header, .notSpecified)
        }
        agreeOnFragments(request)
        negotiation = ServerNegotiation(header: header, request: request, isBind: true)
        phase = .negotiating
        return .negotiate
    }

    func receiveAlterContext(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        guard header.authLength == 0, let request = try? BindPDU(pdu, header: header), isWellFormed(request) else {
            return refuse(header, DCEFault.protocolError, didNotExecute: true)
        }
        negotiation = ServerNegotiation(header: header, request: request, isBind: false)
        phase = .negotiating
        return .negotiate
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
            try BindNakPDU(reason: reason).write(
                to: &outbox.writer, flags: [.firstFragment, .lastFragment], callID: header.callID,
                bigEndian: header.bigEndian)
        } catch { throw .outOfMemory }
        close(.protocolError)
        return .none
    }

    // MARK: Answering

    /// The driver's word on `proposals`: for each the interface that serves it, nil for none, and the association
    /// group, nil when the one that was asked for cannot be joined.
    public func answerNegotiation(interfaces: [UInt?], group: UInt32?, secondaryAddress: [UInt8]) {
        guard let running = negotiation, phase == .negotiating else { return }
        negotiation = nil
        phase = running.isBind ? .unbound : .bound
        do throws(PDUError) {
            guard let group, let results = decide(running, interfaces) else {
                _ = try running.isBind
                    ? refuseBind(running.header, .notSpecified)
                    : refuse(running.header, DCEFault.protocolError, didNotExecute: true)
                return
            }
            try acknowledge(running, results, group: group, secondaryAddress: secondaryAddress)
        } catch { close(.outOfMemory) }
    }

    private func acknowledge(
        _ running: ServerNegotiation, _ results: [PresentationResult], group: UInt32, secondaryAddress: [UInt8]
    ) throws(PDUError) {
        if running.isBind { associationGroup = group }
        if running.header.flags.contains(.concurrentMultiplexing) { multiplexing = true }
        phase = .bound
        let answer = BindAckPDU(
            maxTransmitFragment: UInt16(truncatingIfNeeded: maximumFragment),
            maxReceiveFragment: UInt16(truncatingIfNeeded: maximumFragment),
            associationGroup: associationGroup, secondaryAddress: running.isBind ? secondaryAddress : [],
            results: results)
        var flags: PFCFlags = [.firstFragment, .lastFragment]
        if running.header.flags.contains(.concurrentMultiplexing) { flags.insert(.concurrentMultiplexing) }
        do throws(WireError) {
            try answer.write(
                to: &outbox.writer, type: running.isBind ? .bindAck : .alterContextResponse, flags: flags,
                callID: running.header.callID, bigEndian: running.header.bigEndian)
        } catch { throw .outOfMemory }
    }

    /// The results in order; nil when the proposal breaks the protocol.
    ///
    /// As Windows does, one new context is accepted per PDU, NDR preferred; further ones are told that their
    /// transfer syntaxes are not supported. A client that wants more sends alter_context.
    private func decide(_ running: ServerNegotiation, _ interfaces: [UInt?]) -> [PresentationResult]? {
        let proposals = running.request.contexts
        guard interfaces.count == proposals.count else { return nil }
        var results: [PresentationResult] = []
        var sawFeatures = false
        for (proposal, interface) in zip(proposals, interfaces) {
            if running.isBind, let asked = BindTimeFeatures(proposal.transferSyntaxes[0]) {
                guard !sawFeatures else { return nil }
                sawFeatures = true
                results.append(.negotiated(asked.intersection(.keepConnectionOnOrphan)))
                continue
            }
            results.append(
                .rejected(interface == nil ? .abstractSyntaxNotSupported : .proposedTransferSyntaxesNotSupported))
        }
        for syntax in [SyntaxID.ndr, SyntaxID.ndr64] {
            guard accept(syntax, proposals, interfaces, &results) else { return nil }
        }
        return results
    }

    /// Accepts the first proposal that offers `syntax`, unless one was accepted before; false when a proposal
    /// changes a context that exists.
    private func accept(
        _ syntax: SyntaxID, _ proposals: [PresentationContextElement], _ interfaces: [UInt?],
        _ results: inout [PresentationResult]
    ) -> Bool {
        var accepted = results.contains { $0.result == .acceptance }
        for index in proposals.indices where results[index].result == .providerRejection {
            guard let interface = interfaces[index] else { continue }
            let proposal = proposals[index]
            let offered = proposal.transferSyntaxes.contains(syntax)
            let known = contexts.first { $0.contextID == proposal.contextID }
            if let known, known.abstractSyntax != proposal.abstractSyntax { return false }
            guard offered, !accepted else { continue }
            if let known, known.ndr64 != (syntax == .ndr64) {
                // Without the syntax that it has, the proposal would change the context.
                guard proposal.transferSyntaxes.contains(known.ndr64 ? .ndr64 : .ndr) else { return false }
                continue
            }
            guard known != nil || contexts.count < limits.maximumContexts else {
                results[index] = PresentationResult(
                    result: .userRejection, reason: .localLimitExceeded, transferSyntax: .zero)
                continue
            }
            if known == nil {
                contexts.append(
                    ServerContext(
                        contextID: proposal.contextID, abstractSyntax: proposal.abstractSyntax,
                        ndr64: syntax == .ndr64, interface: interface))
            }
            results[index] = .accepted(syntax)
            accepted = true
        }
        return true
    }
}
