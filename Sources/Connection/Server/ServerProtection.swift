// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Security
internal import Wire

/// The security context that a request's trailer names.
struct SelectedContext {
    /// 0: none; -1: one that nobody has begun.
    var number: Int
    /// It names none that exists, or with another type or level.
    var isForeign = false

    static var none: SelectedContext { SelectedContext(number: 0) }
}

extension ServerConnection {
    // MARK: Which context

    /// The bind began a context that is worth nothing.
    private var refusedByBind: Bool { begunByBind && securityContexts.first?.state == .failed }

    /// The context with the trailer's auth_context_id, and whether the rest of the trailer contradicts it.
    func namedContext(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader
    ) -> (context: SecurityContext?, isForeign: Bool) {
        let number = contextNumber(pdu, header)
        guard number > 0 else { return (nil, true) }
        let context = securityContexts[number - 1]
        return (context, !describes(context, pdu, header))
    }

    private func contextNumber(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> Int {
        let trailer = header.bodyEnd
        guard trailer >= PDUHeader.size, trailer + AuthTrailer.size <= pdu.count else { return -1 }
        let contextID = integer(UInt32.self, in: pdu, at: trailer + 4, header.bigEndian)
        for index in securityContexts.indices where securityContexts[index].contextID == contextID { return index + 1 }
        return -1
    }

    private func describes(_ context: SecurityContext, _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> Bool {
        let trailer = header.bodyEnd
        return pdu[trailer] == context.mechanism.authType && pdu[trailer + 1] == context.level.rawValue
    }

    /// What a request is protected with; nil: it cannot be served, since the exchange still goes on, or no further
    /// context could be.
    @inline(never)
    func selectContext(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> SelectedContext? {
        guard header.authLength != 0 else {
            guard connectContext == 0, protectedByBind || refusedByBind else {
                return SelectedContext(number: connectContext)
            }
            // What the bind protects is never served bare, or whoever is in between could take trailers away; nor is
            // whose logon it has refused.
            return securityContexts.first?.state == .exchanging ? nil : SelectedContext(number: 1)
        }
        let number = contextNumber(pdu, header)
        connectContext = 0
        if pdu[header.bodyEnd + 1] == 2 { namesConnectContexts = true }
        guard number > 0 else {
            guard securityContexts.count < limits.maximumSecurityContexts else { return nil }
            return SelectedContext(number: -1, isForeign: true)
        }
        let context = securityContexts[number - 1]
        let isForeign = !describes(context, pdu, header)
        // A triple that changes on its way is an attack (CVE-2015-5370).
        if isForeign, header.flags.contains(.firstFragment) { context.state = .failed }
        guard context.state != .exchanging else { return nil }
        return SelectedContext(number: number, isForeign: isForeign)
    }

    // MARK: Verifying

    /// The stub data of a request's fragment, verified and in plain text; nil: it is refused, and how is done.
    @inline(never)
    func openRequest(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, headerSize: Int, _ number: Int, contextID: UInt16,
        continued: Bool
    ) -> UnsafeRawBufferPointer? {
        let status: UInt32
        var didNotExecute = false
        if let security = securityContext(number), security.state == .established {
            switch security.unprotect(pdu, header, headerSize: headerSize, continued: continued) {
            case .verified(let end): return UnsafeRawBufferPointer(rebasing: pdu[headerSize..<end])
            case .missing, .malformed: status = DCEFault.protocolError
            case .foreign: status = DCEFault.accessDenied
            case .tampered: status = DCEFault.securityPackageError
            }
            security.state = .failed
        } else {
            status = DCEFault.accessDenied
            // auth3 has no answer: the client learns here that its logon was refused, and tells it by this flag from a
            // manager that refuses the level. A context that failed for another reason gives no such hint.
            // At level connect the flag would tell nothing, and others do not set it.
            didNotExecute = !continued && securityContext(number)?.hasRefusedLogon == true
        }
        _ = refuse(header, status, didNotExecute: didNotExecute, contextID: contextID)
        return nil
    }

    /// A request that is refused without being read has had its number all the same.
    @inline(never)
    func keepInStep(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, headerSize: Int, _ selected: SelectedContext
    ) {
        guard let security = securityContext(selected.number), security.state == .established else { return }
        _ = security.unprotect(pdu, header, headerSize: headerSize)
    }

    /// Where stub data ends before its verification trailer; nil: that one says that something was changed.
    @inline(never)
    func verifiedEnd(
        _ stub: UnsafeRawBufferPointer, _ context: ServerContext, _ meant: VerificationTrailer.Header
    ) -> Int? {
        guard let trailer = VerificationTrailer(stub) else { return stub.count }
        if trailer.isUnacceptable { return nil }
        if let bitmask = trailer.bitmask, bitmask & VerificationTrailer.clientSignsHeaders != 0, !clientSignsHeaders {
            return nil
        }
        if let syntaxes = trailer.syntaxes {
            guard syntaxes.abstract == context.abstractSyntax,
                syntaxes.transfer == (context.ndr64 ? SyntaxID.ndr64 : .ndr)
            else { return nil }
        }
        if let header = trailer.header, header != meant { return nil }
        return trailer.offset
    }
}
