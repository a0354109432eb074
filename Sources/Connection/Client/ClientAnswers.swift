// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
internal import Wire

extension ClientConnection {
    /// The slot of the call that a response or fault answers.
    @inline(__always)
    private func answered(_ header: PDUHeader) throws(PDUError) -> Int {
        guard phase == .bound || phase == .altering else { throw .badType }
        guard let slot = calls.slot(of: header.callID), !calls[slot].held else { throw .malformed }
        return slot
    }

    func receiveResponse(_ pdu: UnsafeRawBufferPointer, _ header: PDUHeader) throws(PDUError) -> ClientAction {
        let slot = try answered(header)
        guard pdu.count >= 24, header.authLength == 0 || calls[slot].security != 0 else { throw .malformed }
        // Verified before anything of it is believed, since each message has its number.
        let stub =
            calls[slot].security == 0
            ? UnsafeRawBufferPointer(rebasing: pdu[24...]) : try openResponse(pdu, header, slot)
        let contextID = integer(UInt16.self, in: pdu, at: 20, header.bigEndian)
        // Windows keeps only the low byte of the context id in its responses.
        guard (contextID ^ calls[slot].contextID) & 0xff == 0 else { throw .malformed }
        guard header.flags.isSuperset(of: .onlyFragment) else { return try receiveFragment(pdu, header, slot, stub) }
        guard calls[slot].reassembly == nil else { throw .malformed }
        return finish(slot, stub: stub, bigEndian: header.bigEndian)
    }

    @inline(never)
    private func receiveFragment(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, _ slot: Int, _ stub: UnsafeRawBufferPointer
    ) throws(PDUError) -> ClientAction {
        let reassembly = try self.reassembly(slot, header)
        let hint = integer(UInt32.self, in: pdu, at: 16, header.bigEndian)
        guard reassembly.emptyFragments < limits.maximumEmptyFragments else { throw .limitExceeded }
        if calls[slot].abandoned {
            reassembly.discard()
        } else {
            do throws(WireError) { try reassembly.append(stub, hint: Int(hint)) } catch { throw PDUError(error) }
        }
        guard header.flags.contains(.lastFragment) else { return .none }
        delivered = reassembly
        return finish(slot, stub: reassembly.stub.bytes, bigEndian: header.bigEndian)
    }

    private func reassembly(_ slot: Int, _ header: PDUHeader) throws(PDUError) -> Reassembly {
        let isFirst = header.flags.contains(.firstFragment)
        if let running = calls[slot].reassembly {
            guard !isFirst, running.bigEndian == header.bigEndian else { throw .malformed }
            return running
        }
        guard isFirst else { throw .malformed }
        let new = spare ?? Reassembly(limit: limits.maximumResponse)
        spare = nil
        new.bigEndian = header.bigEndian
        calls[slot].reassembly = new
        return new
    }

    @inline(__always)
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
            return try failNegotiation(running, .fault(status))
        }
        let slot = try answered(header)
        let security = calls[slot].security
        if header.authLength > 0, security != 0 { try verifyFault(pdu, header, security) }
        let tag = calls[slot].tag
        let abandoned = calls[slot].abandoned
        remove(slot)
        if abandoned { return .none }
        return .answered(
            Answer(
                tag: tag, fault: status, isFault: true, didNotExecute: header.flags.contains(.didNotExecute),
                refusesLogon: security != 0 && refusesLogon(status, header, security), bigEndian: header.bigEndian,
                stub: UnsafeRawBufferPointer(start: nil, count: 0)))
    }
}
