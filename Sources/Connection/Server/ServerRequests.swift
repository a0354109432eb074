// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Wire

/// A request whose fragments are still coming. Only one can be at a time ([MS-RPCE] 3.3.3.4.1.4: fragments of two
/// requests never interleave), whatever was negotiated about concurrent calls.
struct FragmentedRequest {
    var callID: UInt32
    var contextID: UInt16
    var opnum: UInt16
    var flags: PFCFlags
    var object: UUIDValue?
    /// What every fragment of it is verified with: the first one's (CVE-2021-23192).
    var security: Int
    var reassembly: Reassembly
}

extension ServerConnection {
    func receiveRequest(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        let hasObject = header.flags.contains(.objectUUID)
        let size = hasObject ? 40 : 24
        var selected = SelectedContext.none
        if header.authLength != 0 || !securityContexts.isEmpty {
            guard let found = selectContext(pdu, header) else { return refuse(header, DCEFault.protocolError) }
            selected = found
        }
        guard pdu.count >= size, header.minorVersion == 0 else { return refuse(header, DCEFault.protocolError) }
        // The transport's largest fragment counts here, not what was negotiated.
        guard pdu.count <= limits.maximumFragment else {
            return refuse(header, DCEFault.protocolError, didNotExecute: false)
        }
        let contextID = integer(UInt16.self, in: pdu, at: 20, header.bigEndian)
        guard header.flags.contains(.firstFragment) else {
            return try receiveContinuation(pdu, header, contextID, size, selected)
        }
        if let refusal = refuseBeginning(header, contextID, selected) { return refusal }
        guard let context = context(contextID) else {
            keepInStep(pdu, header, headerSize: size, selected)
            return faultUnknownContext(header)
        }
        var stub = UnsafeRawBufferPointer(rebasing: pdu[size...])
        if selected.number != 0 || header.authLength != 0 {
            guard
                let opened = openRequest(
                    pdu, header, headerSize: size, selected.number, contextID: contextID, continued: false)
            else { return .none }
            stub = opened
        }
        let opnum = integer(UInt16.self, in: pdu, at: 22, header.bigEndian)
        let object = hasObject ? objectUUID(pdu, header) : nil
        guard header.flags.contains(.lastFragment) else {
            return try startFragments(pdu, header, contextID, opnum, object, stub, selected.number)
        }
        return dispatch(
            header.callID, context, opnum, header.flags, object, header.bigEndian, stub, selected.number)
    }

    /// What forbids that a request begins now; nil: nothing does.
    @inline(__always)
    private func refuseBeginning(
        _ header: PDUHeader, _ contextID: UInt16, _ selected: SelectedContext
    ) -> ServerAction? {
        if callsRunning > 0 && !multiplexing { return refuse(header, DCEFault.protocolError, didNotExecute: false) }
        if let running = fragmented { return refuseInterleaving(header, contextID, selected, running) }
        if header.flags.contains(.pendingCancel) { return refuse(header, DCEFault.noCallActive) }
        return nil
    }

    /// Without multiplexing the peer hears of it in the call that it broke into.
    @inline(never)
    private func refuseInterleaving(
        _ header: PDUHeader, _ contextID: UInt16, _ selected: SelectedContext, _ running: FragmentedRequest
    ) -> ServerAction {
        let isSameCall = running.callID == header.callID
        let changesSecurity = isSameCall && header.authLength != 0 && running.security != selected.number
        let status =
            changesSecurity && running.contextID == contextID
            ? DCEFault.securityPackageError : DCEFault.protocolError
        guard multiplexing else { return refuse(running, status) }
        return refuse(header, status, didNotExecute: false, contextID: isSameCall ? running.contextID : 0)
    }

    @inline(never)
    private func faultUnknownContext(_ header: PDUHeader) -> ServerAction {
        writeFault(callID: header.callID, contextID: 0, status: DCEFault.unknownInterface, didNotExecute: true)
        return .none
    }

    // MARK: Fragments

    @inline(never)
    private func startFragments(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ contextID: UInt16, _ opnum: UInt16,
        _ object: UUIDValue?, _ stub: UnsafeRawBufferPointer, _ security: Int
    ) throws(PDUError) -> ServerAction {
        let hint = Int(integer(UInt32.self, in: pdu, at: 16, header.bigEndian))
        guard hint <= limits.maximumRequest, stub.count <= limits.maximumRequest else {
            return refuse(header, DCEFault.accessDenied, didNotExecute: false, contextID: contextID)
        }
        let reassembly = spare ?? Reassembly(limit: limits.maximumRequest)
        spare = nil
        reassembly.bigEndian = header.bigEndian
        fragmented = FragmentedRequest(
            callID: header.callID, contextID: contextID, opnum: opnum, flags: header.flags, object: object,
            security: security, reassembly: reassembly)
        do throws(WireError) { try reassembly.append(stub, hint: hint) } catch { throw PDUError(error) }
        return .none
    }

    @inline(never)
    private func receiveContinuation(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ contextID: UInt16, _ headerSize: Int,
        _ selected: SelectedContext
    ) throws(PDUError) -> ServerAction {
        guard let running = fragmented, running.callID == header.callID else {
            return strayFragment(header, contextID, selected)
        }
        let reassembly = running.reassembly
        guard reassembly.bigEndian == header.bigEndian else {
            return refuse(running, DCEFault.protocolError, didNotExecute: true)
        }
        var stub = UnsafeRawBufferPointer(rebasing: pdu[headerSize...])
        if running.security != 0 || header.authLength != 0 {
            guard
                let opened = openRequest(
                    pdu, header, headerSize: headerSize, running.security, contextID: running.contextID, continued: true
                )
            else { return .none }
            stub = opened
        }
        let hint = Int(integer(UInt32.self, in: pdu, at: 16, header.bigEndian))
        let available = limits.maximumRequest - reassembly.stub.count
        guard hint <= available, stub.count <= available else {
            return refuse(running, DCEFault.accessDenied)
        }
        guard reassembly.emptyFragments < limits.maximumEmptyFragments else {
            return refuse(running, DCEFault.protocolError)
        }
        do throws(WireError) { try reassembly.append(stub, hint: hint) } catch { throw PDUError(error) }
        guard header.flags.contains(.lastFragment) else { return .none }
        return finish(running, header)
    }

    private func finish(_ running: FragmentedRequest, _ header: PDUHeader) -> ServerAction {
        fragmented = nil
        delivered = running.reassembly
        // The context was there when the first fragment came, and contexts never go.
        guard let context = context(running.contextID) else { return faultUnknownContext(header) }
        return dispatch(
            running.callID, context, running.opnum, running.flags, running.object, header.bigEndian,
            running.reassembly.stub.bytes, running.security)
    }

    /// A fragment that continues nothing.
    private func strayFragment(
        _ header: PDUHeader, _ contextID: UInt16, _ selected: SelectedContext
    ) -> ServerAction {
        if let running = fragmented, !multiplexing { return refuse(running, DCEFault.protocolError) }
        guard multiplexing, fragmented == nil else {
            return refuse(header, DCEFault.protocolError, didNotExecute: false)
        }
        guard context(contextID) != nil else { return faultUnknownContext(header) }
        let status = selected.isForeign ? DCEFault.accessDenied : DCEFault.protocolError
        return refuse(header, status, didNotExecute: false, contextID: contextID)
    }

    private func refuse(
        _ running: FragmentedRequest, _ status: UInt32, didNotExecute: Bool = false
    ) -> ServerAction {
        writeFault(
            callID: running.callID, contextID: running.contextID, status: status, didNotExecute: didNotExecute)
        close(.protocolError)
        return .none
    }

    // MARK: Dispatching

    @inline(__always)
    private func dispatch(
        _ callID: UInt32, _ context: ServerContext, _ opnum: UInt16, _ flags: PFCFlags, _ object: UUIDValue?,
        _ bigEndian: Bool, _ stub: UnsafeRawBufferPointer, _ security: Int
    ) -> ServerAction {
        var stub = stub
        if security != 0 {
            let meant = VerificationTrailer.Header(
                bigEndian: bigEndian, callID: callID, contextID: context.contextID, opnum: opnum)
            guard let end = verifiedEnd(stub, context, meant) else {
                writeFault(
                    callID: callID, contextID: context.contextID, status: DCEFault.accessDenied, didNotExecute: false)
                return .none
            }
            stub = UnsafeRawBufferPointer(rebasing: stub[..<end])
        }
        guard callsRunning < limits.maximumCalls else { return faultTooBusy(callID, context.contextID) }
        callsRunning += 1
        callsDispatched &+= 1
        return .dispatch(
            IncomingCall(
                callID: callID, contextID: context.contextID, opnum: opnum, bigEndian: bigEndian,
                ndr64: context.ndr64, maybe: flags.contains(.maybe), hasObject: object != nil,
                object: object ?? .zero, interface: context.interface, security: security, stub: stub))
    }

    @inline(never)
    private func faultTooBusy(_ callID: UInt32, _ contextID: UInt16) -> ServerAction {
        writeFault(callID: callID, contextID: contextID, status: DCEFault.serverTooBusy, didNotExecute: true)
        return .none
    }

    @inline(__always)
    private func context(_ contextID: UInt16) -> ServerContext? {
        for index in contexts.indices where contexts[index].contextID == contextID { return contexts[index] }
        return nil
    }

    @inline(never)
    private func objectUUID(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> UUIDValue? {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: pdu[24..<40]), bigEndian: header.bigEndian)
        return try? UUIDValue(from: &reader)
    }
}
