// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Security
public import Wire

extension ClientConnection {
    /// Makes room for a request's header at the end of `outbox.writer`; stub data is pushed right behind it.
    /// `sealRequest` or `abandonRequest` must follow; until then nothing else can be written, and a second one throws.
    public func openRequest(object: UUIDValue?) throws(WireError) -> Int {
        try outbox.open(headerSize: object == nil ? 24 : 40)
    }

    /// Gives back what `openRequest` and pushing wrote.
    public func abandonRequest(_ start: Int) { outbox.close(start, keeping: false) }

    /// Completes the request that was opened at `start`; its fragments are ready to be written, unless the peer must
    /// answer another one first. The answer comes back with `tag`. Throws `truncated` when the connection is over.
    /// `security` is the number that came with the context's negotiation.
    public func sealRequest(
        _ start: Int, contextID: UInt16, opnum: UInt16, object: UUIDValue?, tag: UInt, security: Int
    ) throws(WireError) -> UInt32 {
        guard isOpen else {
            outbox.close(start, keeping: false)
            throw .truncated
        }
        let alone = calls.count == 0
        let callID = calls.insert(contextID: contextID, tag: tag, security: security)
        let header = FragmentHeader(
            type: PDUType.request.rawValue, flags: object == nil ? 0 : PFCFlags.objectUUID.rawValue,
            bigEndian: bigEndian, callID: callID, contextID: contextID, tail: opnum, object: object)
        do throws(WireError) {
            let context = security == 0 ? nil : try usableContext(security)
            if let context { try appendVerification(start, header, context) }
            if !multiplexing && !alone {
                try hold(from: start, header, security)
            } else {
                try seal(from: start, header, context)
            }
            outbox.close(start, keeping: true)
        } catch {
            outbox.close(start, keeping: false)
            if let slot = calls.slot(of: callID) { calls.remove(slot: slot) }
            throw error
        }
        return callID
    }

    private func seal(from start: Int, _ header: FragmentHeader, _ context: SecurityContext?) throws(WireError) {
        // Beside other contexts a request at level connect has to name its own, though the signature means nothing.
        if let context, context.level.protectsMessages || securityContexts.count > 1 {
            _ = try outbox.sealProtected(from: start, header, maximumFragment: maximumTransmit, context)
        } else {
            try outbox.writer.seal(from: start, header, maximumFragment: maximumTransmit)
        }
    }

    /// Nothing is ever sent with less protection than its context was bound for.
    private func usableContext(_ number: Int) throws(WireError) -> SecurityContext {
        guard let context = securityContext(number), context.isEstablished else { throw .limitExceeded }
        return context
    }

    @inline(never)
    private func hold(from start: Int, _ header: FragmentHeader, _ security: Int) throws(WireError) {
        guard held.count < limits.maximumHeldRequests else { throw .limitExceeded }
        let bytes = UnsafeRawBufferPointer(rebasing: outbox.writer.bytes[start...])
        held.append(try HeldRequest(bytes, header, security))
        outbox.writer.truncate(to: start)
        if let slot = calls.slot(of: header.callID) { calls[slot].held = true }
    }

    /// Asks the server to give the call up; its answer, most likely a fault, is still awaited.
    public func cancel(callID: UInt32) {
        guard phase != .closed, let slot = calls.slot(of: callID), !calls[slot].held, !calls[slot].abandoned else {
            return
        }
        writeControl(.coCancel, callID: callID)
    }

    /// Nobody waits for the call any more. A late answer is dropped, and the connection lives on.
    public func abandon(callID: UInt32) {
        guard phase != .closed, let slot = calls.slot(of: callID), !calls[slot].abandoned else { return }
        if calls[slot].held {
            held.remove(callID: callID)
            calls.remove(slot: slot)
            return
        }
        calls.abandon(slot: slot)
        calls[slot].reassembly?.discard()
        // An orphan has no answer, and where calls take turns the next one waits for that.
        writeControl(keepsConnectionOnOrphan && multiplexing ? .orphaned : .coCancel, callID: callID)
    }

    /// Without memory for it, or in the midst of a message, the server is not told, which costs nothing but its work.
    private func writeControl(_ kind: ControlPDU.Kind, callID: UInt32) {
        guard !outbox.isBusy else { return }
        let start = outbox.writer.count
        do throws(WireError) {
            try ControlPDU(kind).write(to: &outbox.writer, callID: callID, bigEndian: bigEndian)
        } catch { outbox.writer.truncate(to: start) }
    }

    /// Forgets a call, which lets the next one that waits for it go.
    @inline(__always)
    func remove(_ slot: Int) {
        calls.remove(slot: slot)
        if held.count > 0 { releaseHeld() }
    }

    @inline(never)
    private func releaseHeld() {
        guard let next = held.next() else { return }
        if let slot = calls.slot(of: next.callID) { calls[slot].held = false }
        let start = outbox.writer.count
        do throws(WireError) {
            try outbox.writer.append(next.bytes.bytes)
            try seal(from: start, next.header, next.security == 0 ? nil : try usableContext(next.security))
        } catch {
            close(error == .outOfMemory ? .outOfMemory : .limitExceeded)
        }
    }
}
