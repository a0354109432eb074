// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import CShims
internal import CTalloc
internal import CTevent
internal import Connection
internal import Marshalling
internal import NDR
internal import Transport
internal import Wire

/// What a call sends.
public enum CallInput {
    case arguments(UnsafeMutableRawPointer)
    case bytes(UnsafeRawBufferPointer)
}

extension BindingHandle {
    // MARK: Starting

    /// Puts the request into the outbox; `call` is then on the list and will end. On an error nothing was sent.
    func submit(_ call: ClientCall, _ input: CallInput, object: UUIDValue?, opnum: UInt32) -> UInt32 {
        call.pointee.opnum = opnum
        guard isConnected else {
            record(.closed(NTStatus.connectionDisconnected), opnum: opnum)
            return NTStatus.connectionDisconnected
        }
        let core = connection.channel.core
        let object = object ?? self.object
        var start = core.outbox.writer.count
        do {
            start = try core.openRequest(object: object)
            switch input {
            case .arguments(let r):
                guard opnum < UInt32(codec.callCount) else {
                    core.abandonRequest(start)
                    record(.argument("the interface has no such function"), opnum: opnum)
                    return NTStatus.rpcProcnumOutOfRange
                }
                let pipes = codec.pipeCount(Int(opnum), .request) + codec.pipeCount(Int(opnum), .response)
                guard pipes == 0 else {
                    core.abandonRequest(start)
                    record(.argument("the function has pipes"), opnum: opnum)
                    return NTStatus.notSupported
                }
                guard call.pointee.ref_alloc || hasRoomForAnswer(Int(opnum), r) else {
                    core.abandonRequest(start)
                    record(.argument("an [out] reference is NULL"), opnum: opnum)
                    return NTStatus.invalidParameter
                }
                try codec.push(
                    Int(opnum), .request, rules, from: r, into: &core.outbox.writer, pointers: newPointers(call))
            case .bytes(let bytes): try core.outbox.writer.append(bytes)
            }
            call.pointee.call_id = try core.sealRequest(
                start, contextID: contextID, opnum: UInt16(truncatingIfNeeded: opnum), object: object,
                tag: UInt(bitPattern: call), security: security)
        } catch let error as NDRError {
            core.abandonRequest(start)
            releasePointers(call)
            record(.push(error), opnum: opnum)
            return NTStatus.of(pushing: error)
        } catch {
            core.abandonRequest(start)
            releasePointers(call)
            return NTStatus.noMemory
        }
        connection.callsStarted &+= 1
        link(call)
        if case .arguments(let r) = input { printArguments(Int(opnum), .request, r) }
        return NTStatus.ok
    }

    // MARK: Full pointers

    /// The table of a call's full pointers, where its interface has any; it lives until the call ends.
    private func newPointers(_ call: ClientCall) -> PointerTable? {
        guard codec.usesFullPointers else { return nil }
        let table = PointerTable()
        call.pointee.pointers = Unmanaged.passRetained(table).toOpaque()
        return table
    }

    private func pointers(_ call: ClientCall) -> PointerTable? {
        call.pointee.pointers.map { Unmanaged<PointerTable>.fromOpaque($0).takeUnretainedValue() }
    }

    func releasePointers(_ call: ClientCall) {
        guard let pointers = call.pointee.pointers else { return }
        call.pointee.pointers = nil
        Unmanaged<PointerTable>.fromOpaque(pointers).release()
    }

    // MARK: Answers

    func deliver(_ answer: Answer, to call: ClientCall, waiting: Bool) {
        if answer.isFault {
            lastFault = answer.fault
            if answer.refusesLogon {
                record(.logon, opnum: call.pointee.opnum)
                return end(call, NTStatus.logonFailure, waiting: waiting)
            }
            record(.fault(answer.fault), opnum: call.pointee.opnum)
            return end(call, NTStatus.fromFault(answer.fault), waiting: waiting)
        }
        let status = call.pointee.raw ? takeBytes(answer, call) : takeArguments(answer, call)
        end(call, status, waiting: waiting)
    }

    private func takeBytes(_ answer: Answer, _ call: ClientCall) -> UInt32 {
        call.pointee.big_endian = answer.bigEndian
        guard answer.stub.count > 0 else { return NTStatus.ok }
        let parent = call.pointee.req == nil ? call.pointee.r_mem : UnsafeMutableRawPointer(call)
        guard let copy = shim_talloc_memdup(parent, answer.stub.baseAddress, answer.stub.count) else {
            return NTStatus.noMemory
        }
        call.pointee.out_data = copy.assumingMemoryBound(to: UInt8.self)
        call.pointee.out_length = answer.stub.count
        return NTStatus.ok
    }

    private func takeArguments(_ answer: Answer, _ call: ClientCall) -> UInt32 {
        guard let r = call.pointee.r else { return NTStatus.internalError }
        let opnum = Int(call.pointee.opnum)
        var rules = self.rules
        rules.bigEndian = answer.bigEndian
        let owner = call.pointee.r_mem ?? (call.pointee.req == nil ? nil : UnsafeMutableRawPointer(call))
        var parent = owner
        let pool = codec.poolSize(opnum, .response, rules, stubLength: answer.stub.count)
        if pool > 0 {
            parent = shim_talloc_pool(owner, pool) ?? owner
        } else if call.pointee.r_mem == nil, call.pointee.req != nil {
            parent = shim_talloc_new(owner)
        }
        if call.pointee.r_mem == nil, parent != owner { call.pointee.out_mem = parent }
        do throws(NDRError) {
            try codec.pull(
                opnum, .response, rules,
                options: PullOptions(refAlloc: call.pointee.ref_alloc, padCheck: checksPadding), from: answer.stub,
                into: r,
                parent: parent, allocator: tallocAllocator, pointers: pointers(call))
            recordSuccess()
            printArguments(opnum, .response, r)
            return NTStatus.ok
        } catch {
            if parent != owner { tallocFree(parent) }
            call.pointee.out_mem = nil
            record(.pull(error), opnum: call.pointee.opnum)
            return NTStatus.of(pulling: error)
        }
    }

    /// The end of a call, whatever it is: off the list, then the user's callback, from the loop where `waiting` says
    /// that it may not run now.
    func end(_ call: ClientCall, _ status: UInt32, waiting: Bool) {
        unlink(call)
        call.pointee.status = status
        call.pointee.ended = true
        guard let req = call.pointee.req else { return }
        if waiting, let loop = connection.channel.loop { tevent_req_defer_callback(req, loop) }
        shim_req_finish(req, status)
    }

    // MARK: Synchronous

    /// Sends and waits; nothing of the caller's loop runs.
    func wait(_ call: ClientCall, _ input: CallInput, object: UUIDValue?, opnum: UInt32) -> UInt32 {
        let status = submit(call, input, object: object, opnum: opnum)
        guard status == NTStatus.ok else { return status }
        let deadline = timeout == 0 ? UInt64.max : monotonicMicroseconds() &+ timeout
        var left: Int32 = timeout == 0 ? -1 : milliseconds(timeout)
        return withExtendedLifetime(self) {
            while !call.pointee.ended {
                if connection.channel.wait(milliseconds: left), deadline == .max { continue }
                if call.pointee.ended { break }
                let now = monotonicMicroseconds()
                if now >= deadline {
                    connection.channel.core.abandon(callID: call.pointee.call_id)
                    unlink(call)
                    connection.channel.flush(waiting: true)
                    record(.timeout, opnum: opnum)
                    return NTStatus.ioTimeout
                }
                left = milliseconds(deadline - now)
            }
            return call.pointee.status
        }
    }

    private func milliseconds(_ microseconds: UInt64) -> Int32 {
        Int32(truncatingIfNeeded: min(microseconds / 1000 + 1, 0x7fff_0000))
    }
}
