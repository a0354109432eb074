// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Wire

/// A sealed request that waits until the call before it is answered.
final class HeldRequest {
    var bytes: ByteWriter
    let callID: UInt32

    init(_ source: UnsafeRawBufferPointer, callID: UInt32) throws(WireError) {
        bytes = ByteWriter()
        self.callID = callID
        try bytes.append(source)
    }
}

extension ClientConnection {
    // MARK: Requests

    /// Makes room for a request's header at the end of `outbox.writer`; stub data is pushed right behind it.
    /// `sealRequest` or `abandonRequest` must follow before anything else is asked of the connection.
    public func openRequest(object: UUIDValue?) throws(WireError) -> Int {
        let start = outbox.writer.count
        let size = object == nil ? 24 : 40
        try outbox.writer.reserve(size + 64)
        outbox.writer.count += size
        return start
    }

    /// Gives back what `openRequest` and pushing wrote.
    public func abandonRequest(_ start: Int) { outbox.writer.truncate(to: start) }

    /// Completes the request that was opened at `start`; its fragments are ready to be written, unless the peer must
    /// answer another one first. The answer comes back with `tag`.
    public func sealRequest(
        _ start: Int, contextID: UInt16, opnum: UInt16, object: UUIDValue?, tag: UInt
    ) throws(WireError) -> UInt32 {
        let alone = calls.count == 0
        let callID = calls.insert(contextID: contextID, tag: tag)
        let header = FragmentHeader(
            type: PDUType.request.rawValue, flags: object == nil ? 0 : PFCFlags.objectUUID.rawValue,
            bigEndian: bigEndian, callID: callID, contextID: contextID, tail: opnum, object: object)
        do throws(WireError) {
            try outbox.writer.seal(from: start, header, maximumFragment: maximumTransmit)
            if !multiplexing && !alone { try hold(from: start, callID: callID) }
        } catch {
            outbox.writer.truncate(to: start)
            if let slot = calls.slot(of: callID) { calls.remove(slot: slot) }
            throw error
        }
        return callID
    }

    private func hold(from start: Int, callID: UInt32) throws(WireError) {
        let bytes = UnsafeRawBufferPointer(rebasing: outbox.writer.bytes[start...])
        held.append(try HeldRequest(bytes, callID: callID))
        outbox.writer.truncate(to: start)
    }

    /// Nobody waits for the call any more. A late answer is dropped, and the connection lives on.
    public func abandon(callID: UInt32) {
        guard phase != .closed, let slot = calls.slot(of: callID), !calls[slot].abandoned else { return }
        if let index = held.firstIndex(where: { $0.callID == callID }) {
            held.remove(at: index)
            calls.remove(slot: slot)
            return
        }
        calls[slot].abandoned = true
        calls[slot].tag = 0
        let type = keepsConnectionOnOrphan ? PDUType.orphaned : PDUType.coCancel
        try? writeHeaderOnly(type, callID: callID)
    }

    private func writeHeaderOnly(_ type: PDUType, callID: UInt32) throws(WireError) {
        let start = outbox.writer.count
        do throws(WireError) {
            try outbox.writer.append(UInt32(5) | UInt32(type.rawValue) << 16 | 0x0300_0000)
            try outbox.writer.append(UInt32(bigEndian ? 0 : 0x10))
            try outbox.writer.append(UInt16(16), bigEndian: bigEndian)
            try outbox.writer.append(UInt16(0))
            try outbox.writer.append(callID, bigEndian: bigEndian)
        } catch {
            outbox.writer.truncate(to: start)
            throw error
        }
    }

    // MARK: Answers

    func receiveResponse(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ClientAction {
        guard phase == .bound || phase == .altering else { throw .badType }
        guard pdu.count >= 24, header.authLength == 0 else { throw .malformed }
        guard let slot = calls.slot(of: header.callID) else { throw .malformed }
        let big = header.bigEndian
        let hint = integer(UInt32.self, in: pdu, at: 16, big)
        guard integer(UInt16.self, in: pdu, at: 20, big) == calls[slot].contextID else { throw .malformed }
        let stub = UnsafeRawBufferPointer(rebasing: pdu[24...])
        let isFirst = header.flags.contains(.firstFragment)
        let isLast = header.flags.contains(.lastFragment)
        if isFirst && isLast {
            guard calls[slot].reassembly == nil else { throw .malformed }
            return finish(slot, stub: stub, bigEndian: big)
        }
        let reassembly = try self.reassembly(slot, isFirst: isFirst, bigEndian: big)
        if !calls[slot].abandoned {
            do throws(WireError) { try reassembly.append(stub, hint: Int(hint)) } catch {
                throw error == .outOfMemory ? .outOfMemory : .limitExceeded
            }
        }
        guard isLast else { return .none }
        let action = finish(slot, stub: reassembly.stub.bytes, bigEndian: big)
        delivered = reassembly
        return action
    }

    private func reassembly(_ slot: Int, isFirst: Bool, bigEndian: Bool) throws(PDUError) -> Reassembly {
        if let running = calls[slot].reassembly {
            guard !isFirst, running.bigEndian == bigEndian else { throw .malformed }
            return running
        }
        guard isFirst else { throw .malformed }
        let new = Reassembly(limit: limits.maximumResponse, bigEndian: bigEndian)
        calls[slot].reassembly = new
        return new
    }

    private func finish(_ slot: Int, stub: UnsafeRawBufferPointer, bigEndian: Bool) -> ClientAction {
        let tag = calls[slot].tag
        let abandoned = calls[slot].abandoned
        remove(slot)
        if abandoned { return .none }
        return .answered(
            Answer(tag: tag, fault: 0, isFault: false, didNotExecute: false, bigEndian: bigEndian, stub: stub))
    }

    func receiveFault(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ClientAction {
        guard pdu.count >= 28 else { throw .malformed }
        let status = integer(UInt32.self, in: pdu, at: 24, header.bigEndian)
        if let running = negotiation, running.callID == header.callID {
            return failNegotiation(running, .fault(status))
        }
        guard phase == .bound || phase == .altering else { throw .badType }
        guard let slot = calls.slot(of: header.callID) else { throw .malformed }
        let tag = calls[slot].tag
        let abandoned = calls[slot].abandoned
        remove(slot)
        if abandoned { return .none }
        return .answered(
            Answer(
                tag: tag, fault: status, isFault: true, didNotExecute: header.flags.contains(.didNotExecute),
                bigEndian: header.bigEndian, stub: UnsafeRawBufferPointer(start: nil, count: 0)))
    }

    private func remove(_ slot: Int) {
        calls.remove(slot: slot)
        if !held.isEmpty { releaseHeld() }
    }

    private func releaseHeld() {
        let next = held.removeFirst()
        do throws(WireError) { try outbox.writer.append(next.bytes.bytes) } catch {
            close(error == .outOfMemory ? .outOfMemory : .limitExceeded)
        }
    }

    /// A field of a PDU whose length was checked.
    @inline(__always)
    func integer<T: FixedWidthInteger>(
        _ type: T.Type, in pdu: UnsafeRawBufferPointer, at offset: Int, _ bigEndian: Bool
    ) -> T {
        let raw = pdu.loadUnaligned(fromByteOffset: offset, as: T.self)
        return bigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
    }
}
