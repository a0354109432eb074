// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Security
public import Wire

/// A fault for one call while another call's answer is being written.
struct DeferredFault {
    var callID: UInt32
    var contextID: UInt16
    var status: UInt32
    var didNotExecute: Bool
}

extension ServerConnection {
    /// Makes room for a response's header; stub data is pushed right behind it, then `sealResponse` or
    /// `abandonResponse` follows. Until then nothing else can be written, and a second one throws.
    public func openResponse() throws(WireError) -> Int {
        try outbox.open(headerSize: 24)
    }

    public func abandonResponse(_ start: Int) { closeResponse(start, keeping: false) }

    /// Completes the response opened at `start`, in little-endian or big-endian as the stub was pushed. After the end
    /// of the connection it leads nowhere and does no harm.
    ///
    /// `security` is what protected the request (`IncomingCall.security`).
    public func sealResponse(
        _ start: Int, callID: UInt32, contextID: UInt16, bigEndian: Bool, security: Int
    ) throws(WireError) {
        // Windows answers with the low byte of the context id, and Samba's conformance tests want to see that.
        let header = FragmentHeader(
            type: PDUType.response.rawValue, flags: 0, bigEndian: bigEndian, callID: callID,
            contextID: contextID & 0xff, tail: 0, object: nil)
        guard phase == .bound || phase == .negotiating else {
            closeResponse(start, keeping: false)
            return finished()
        }
        do throws(WireError) {
            let fragments: Int
            if security != 0, let protection = securityContext(security), protection.level.protectsMessages {
                fragments = try outbox.sealProtected(
                    from: start, header, maximumFragment: maximumFragment, protection)
            } else {
                fragments = try outbox.writer.seal(from: start, header, maximumFragment: maximumFragment)
            }
            pdusSent &+= UInt64(fragments)
            closeResponse(start, keeping: true)
        } catch {
            closeResponse(start, keeping: false)
            throw error
        }
        finished()
    }

    /// Answers a dispatched call with a fault; the connection goes on.
    public func sendFault(callID: UInt32, contextID: UInt16, status: UInt32, didNotExecute: Bool) {
        if phase == .bound || phase == .negotiating {
            if outbox.isBusy {
                deferred.append(
                    DeferredFault(
                        callID: callID, contextID: contextID, status: status, didNotExecute: didNotExecute))
            } else {
                writeFault(callID: callID, contextID: contextID, status: status, didNotExecute: didNotExecute)
            }
        }
        finished()
    }

    /// A dispatched call ends without an answer (maybe calls, orphaned ones).
    public func finished() { if callsRunning > 0 { callsRunning -= 1 } }

    /// The message is complete, so what it was in the way of can go.
    @inline(__always)
    private func closeResponse(_ start: Int, keeping: Bool) {
        outbox.close(start, keeping: keeping)
        if !deferred.isEmpty { writeDeferred() }
    }

    @inline(never)
    private func writeDeferred() {
        let faults = deferred
        deferred = []
        guard phase == .bound || phase == .negotiating, !outbox.isBusy else { return }
        for fault in faults {
            writeFault(
                callID: fault.callID, contextID: fault.contextID, status: fault.status,
                didNotExecute: fault.didNotExecute)
        }
    }

    /// C706 12.6.4.7: the fault header is a response's, then the status and four reserved bytes.
    func writeFault(callID: UInt32, contextID: UInt16, status: UInt32, didNotExecute: Bool) {
        guard phase != .closed else { return }
        // The hint is what Windows says, though no stub data follows; Samba's tests insist that it is not 0.
        let fault = FaultPDU(contextID: contextID, status: status, allocHint: 24)
        let flags: PFCFlags = didNotExecute ? [.firstFragment, .lastFragment, .didNotExecute] : .onlyFragment
        faultsSent &+= 1
        pdusSent &+= 1
        do throws(WireError) {
            try fault.write(to: &outbox.writer, flags: flags, callID: callID, bigEndian: false)
        } catch { close(.outOfMemory) }
    }
}
