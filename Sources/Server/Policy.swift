// SPDX-License-Identifier: LGPL-3.0-or-later

public import Binding
internal import CShims
internal import Connection
internal import PDU
internal import Security
internal import Transport
internal import Wire

/// Who may bind an interface and call its functions; at first everybody. The manager without object has it, for those
/// with objects too.
public struct Policy {
    /// What a caller's callback says about a bind or a call: an NTSTATUS.
    public typealias Access = (OpaquePointer) -> UInt32

    /// The least auth_level of calls.
    public var minimumLevel: UInt8 = 1
    /// The auth_type that calls may have, 0 for none; nil: any.
    public var mechanisms: [UInt8]?
    /// nil: any.
    public var transports: [ProtocolSequence]?
    public var bindAccess: Access?
    public var callAccess: Access?

    /// Whether calls have to be looked at.
    var restrictsCalls: Bool { minimumLevel > 1 || mechanisms != nil || transports != nil || callAccess != nil }

    func allows(_ transport: ProtocolSequence) -> Bool { transports?.contains(transport) ?? true }
}

extension Association {
    // MARK: Binds

    /// What becomes of each proposal: the interface that serves it, or why it is refused.
    func serve(_ proposals: [PresentationContextElement], _ context: SecurityContext?) -> [ProposalAnswer] {
        negotiating = context ?? core.security
        defer { negotiating = nil }
        var known: [(tag: UInt, answer: ProposalAnswer)] = []
        return proposals.map { proposal in
            guard let interface = server.interface(serving: proposal.abstractSyntax) else { return .unknown }
            if let found = known.first(where: { $0.tag == interface.tag }) { return found.answer }
            let answer = access(interface, contextID: proposal.contextID)
            known.append((interface.tag, answer))
            return answer
        }
    }

    private func access(_ interface: Interface, contextID: UInt16) -> ProposalAnswer {
        guard interface.isServed(over: endpoint.transport) else { return .unknown }
        guard let manager = interface.manager, let access = manager.policy.bindAccess else {
            return .served(interface.tag)
        }
        guard phase == .open else { return .unknown }
        let status = withExtendedLifetime((manager, interface)) { ask(access, manager, contextID) }
        return status == ServerStatus.ok ? .served(interface.tag) : .refused(PresentationResult(refusing: status))
    }

    private func ask(_ access: Policy.Access, _ manager: Manager, _ contextID: UInt16) -> UInt32 {
        guard let call = shim_call_create(0, 0) else { return ServerStatus.noMemory }
        call.pointee.context_id = contextID
        call.pointee.connection_id = id
        call.pointee.security = Association.negotiatingSecurity
        call.pointee.association = Unmanaged.passUnretained(self).toOpaque()
        call.pointee.manager = Unmanaged.passUnretained(manager).toOpaque()
        call.pointee.in_user = true
        defer { tallocFree(call) }
        return access(OpaquePointer(call))
    }

    /// In the place of a security context's number: the one that a bind is about.
    static var negotiatingSecurity: UInt16 { .max }

    // MARK: Calls

    /// The fault of a call that the interface's policy forbids; nil: it may go on.
    @inline(never)
    func refusal(_ incoming: IncomingCall, _ policy: Policy) -> UInt32? {
        guard policy.allows(endpoint.transport) else { return Fault.unknownInterface }
        guard provenLevel(incoming.security) >= policy.minimumLevel else { return Fault.accessDenied }
        if let mechanisms = policy.mechanisms {
            let used =
                isNobody(incoming.security) ? 0 : core.securityContext(incoming.security)?.mechanism.authType ?? 0
            guard mechanisms.contains(used) else { return Fault.accessDenied }
        }
        return nil
    }
}

extension PresentationResult {
    /// What tells a client that a callback has refused its bind.
    fileprivate init(refusing status: UInt32) {
        switch status {
        case ServerStatus.unknownInterface, ServerStatus.objectNameNotFound, ServerStatus.notFound:
            self = .rejected(.abstractSyntaxNotSupported)
        case ServerStatus.tooBusy, ServerStatus.noMemory, ServerStatus.insufficientResources:
            self.init(result: .userRejection, reason: .localLimitExceeded, transferSyntax: .zero)
        default: self.init(result: .userRejection, reason: .notSpecified, transferSyntax: .zero)
        }
    }
}
