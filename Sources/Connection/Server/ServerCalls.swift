// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Wire

extension ServerConnection {
    // MARK: Requests

    func receiveRequest(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ServerAction {
        let hasObject = header.flags.contains(.objectUUID)
        let size = hasObject ? 40 : 24
        guard pdu.count >= size, header.authLength == 0, header.minorVersion == 0 else {
            return refuse(header, DCEFault.protocolError, didNotExecute: true)
        }
        let contextID = integer(UInt16.self, in: pdu, at: 20, header.bigEndian)
        let stub = UnsafeRawBufferPointer(rebasing: pdu[size...])
        if !header.flags.contains(.firstFragment) {
            return try receiveContinuation(pdu, header, contextID, stub)
        }
        if callsRunning > 0 && !multiplexing {
            return refuse(header, DCEFault.protocolError, didNotExecute: false, contextID: contextID)
        }
        if let running = fragmented {
            // Without multiplexing the peer hears it of the call that it broke into.
            return multiplexing
                ? refuse(header, DCEFault.protocolError, didNotExecute: false, contextID: contextID)
                : refuse(running, DCEFault.protocolError)
        }
        if header.flags.contains(.pendingCancel) {
            return refuse(header, DCEFault.noCallActive, didNotExecute: true, contextID: contextID)
        }
        guard let context = context(contextID) else {
            writeFault(
                callID: header.callID, contextID: contextID, status: DCEFault.unknownInterface, didNotExecute: true)
            return .none
        }
        let opnum = integer(UInt16.self, in: pdu, at: 22, header.bigEndian)
        let object = hasObject ? objectUUID(pdu, header) : nil
        guard header.flags.contains(.lastFragment) else {
            return try startFragments(pdu, header, contextID, opnum, object, stub)
        }
        return dispatch(
            header.callID, context, opnum, header.flags, object, bigEndian: header.bigEndian, stub: stub)
    }

    private func startFragments(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ contextID: UInt16, _ opnum: UInt16,
        _ object: UUIDValue?, _ stub: UnsafeRawBufferPointer
    ) throws(PDUError) -> ServerAction {
        let hint = Int(integer(UInt32.self, in: pdu, at: 16, header.bigEndian))
        guard hint <= limits.maximumRequest else {
            return refuse(header, DCEFault.accessDenied, didNotExecute: false, contextID: contextID)
        }
        let reassembly = Reassembly(limit: limits.maximumRequest, bigEndian: header.bigEndian)
        do throws(WireError) { try reassembly.append(stub, hint: hint) } catch { throw .outOfMemory }
        fragmented = FragmentedRequest(
            callID: header.callID, contextID: contextID, opnum: opnum, flags: header.flags, object: object,
            reassembly: reassembly)
        return .none
    }

    private func receiveContinuation(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ contextID: UInt16, _ stub: UnsafeRawBufferPointer
    ) throws(PDUError) -> ServerAction {
        guard let running = fragmented, running.callID == header.callID else {
            return strayFragment(header, contextID)
        }
        guard running.reassembly.bigEndian == header.bigEndian else {
            return refuse(running, DCEFault.protocolError, didNotExecute: true)
        }
        let hint = Int(integer(UInt32.self, in: pdu, at: 16, header.bigEndian))
        let available = limits.maximumRequest - running.reassembly.stub.count
        guard hint <= available, stub.count <= available else { return refuse(running, DCEFault.accessDenied) }
        do throws(WireError) { try running.reassembly.append(stub, hint: hint) } catch { throw .outOfMemory }
        guard header.flags.contains(.lastFragment) else { return .none }
        fragmented = nil
        guard let context = context(running.contextID) else { return .none }
        delivered = running.reassembly
        return dispatch(
            running.callID, context, running.opnum, running.flags, running.object, bigEndian: header.bigEndian,
            stub: running.reassembly.stub.bytes)
    }

    /// A fragment that continues nothing.
    private func strayFragment(_ header: PDUHeader, _ contextID: UInt16) -> ServerAction {
        if let running = fragmented, !multiplexing { return refuse(running, DCEFault.protocolError) }
        if fragmented == nil, multiplexing, context(contextID) == nil {
            writeFault(
                callID: header.callID, contextID: contextID, status: DCEFault.unknownInterface, didNotExecute: true)
            return .none
        }
        return refuse(header, DCEFault.protocolError, didNotExecute: false, contextID: contextID)
    }

    private func refuse(
        _ running: FragmentedRequest, _ status: UInt32, didNotExecute: Bool = false
    ) -> ServerAction {
        writeFault(
            callID: running.callID, contextID: running.contextID, status: status, didNotExecute: didNotExecute)
        close(.protocolError)
        return .none
    }

    private func dispatch(
        _ callID: UInt32, _ context: ServerContext, _ opnum: UInt16, _ flags: PFCFlags, _ object: UUIDValue?,
        bigEndian: Bool, stub: UnsafeRawBufferPointer
    ) -> ServerAction {
        guard callsRunning < limits.maximumCalls else {
            writeFault(
                callID: callID, contextID: context.contextID, status: DCEFault.serverTooBusy, didNotExecute: true)
            return .none
        }
        callsRunning += 1
        return .dispatch(
            IncomingCall(
                callID: callID, contextID: context.contextID, opnum: opnum, bigEndian: bigEndian,
                ndr64: context.ndr64, maybe: flags.contains(.maybe), hasObject: object != nil,
                object: object ?? .zero, interface: context.interface, stub: stub))
    }

    @inline(__always)
    private func context(_ contextID: UInt16) -> ServerContext? {
        for index in contexts.indices where contexts[index].contextID == contextID { return contexts[index] }
        return nil
    }

    private func objectUUID(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) -> UUIDValue? {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: pdu[24..<40]), bigEndian: header.bigEndian)
        return try? UUIDValue(from: &reader)
    }

    @inline(__always)
    private func integer<T: FixedWidthInteger>(
        _ type: T.Type, in pdu: UnsafeRawBufferPointer, at offset: Int, _ bigEndian: Bool
    ) -> T {
        let raw = pdu.loadUnaligned(fromByteOffset: offset, as: T.self)
        return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
    }

    // MARK: Answers

    /// Makes room for a response's header; stub data is pushed right behind it, then `sealResponse`.
    public func openResponse() throws(WireError) -> Int {
        let start = outbox.writer.count
        try outbox.writer.reserve(24 + 64)
        outbox.writer.count += 24
        return start
    }

    public func abandonResponse(_ start: Int) { outbox.writer.truncate(to: start) }

    /// Completes the response opened at `start`, in little-endian or big-endian as the stub was pushed.
    public func sealResponse(_ start: Int, callID: UInt32, contextID: UInt16, bigEndian: Bool) throws(WireError) {
        let header = FragmentHeader(
            type: PDUType.response.rawValue, flags: 0, bigEndian: bigEndian, callID: callID, contextID: contextID,
            tail: 0, object: nil)
        do throws(WireError) {
            try outbox.writer.seal(from: start, header, maximumFragment: maximumFragment)
        } catch {
            outbox.writer.truncate(to: start)
            throw error
        }
        finished()
    }

    /// Answers a dispatched call with a fault; the connection goes on.
    public func sendFault(callID: UInt32, contextID: UInt16, status: UInt32, didNotExecute: Bool) {
        writeFault(callID: callID, contextID: contextID, status: status, didNotExecute: didNotExecute)
        finished()
    }

    /// A dispatched call ends without an answer (maybe calls, orphaned ones).
    public func finished() { if callsRunning > 0 { callsRunning -= 1 } }

    /// C706 12.6.4.7: the fault header is a response's, then the status and four reserved bytes.
    func writeFault(callID: UInt32, contextID: UInt16, status: UInt32, didNotExecute: Bool) {
        guard phase != .closed else { return }
        let fault = FaultPDU(contextID: contextID, status: status)
        var flags: PFCFlags = [.firstFragment, .lastFragment]
        if didNotExecute { flags.insert(.didNotExecute) }
        faultsSent &+= 1
        do throws(WireError) {
            try fault.write(to: &outbox.writer, flags: flags, callID: callID, bigEndian: false)
        } catch { close(.outOfMemory) }
    }
}
