// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTevent
internal import Connection
internal import NDR
internal import Transport
internal import Wire

typealias Call = UnsafeMutablePointer<shim_call>

/// Calls: unmarshal, run, marshal. This is the server's hot path: per call one pool of talloc memory and no Swift object.
extension Association {
    func dispatch(_ incoming: IncomingCall) {
        guard let interface = Interface.from(tag: incoming.interface),
            let manager = interface.manager(hasObject: incoming.hasObject, object: incoming.object)
        else { return refuse(incoming, Fault.unknownInterface, didNotExecute: true) }
        var access: Policy.Access?
        if interface.restrictsCalls, let policy = interface.manager?.policy {
            if let fault = refusal(incoming, policy) {
                return refuse(incoming, fault, didNotExecute: fault == Fault.unknownInterface)
            }
            access = policy.callAccess
        }
        let opnum = Int(incoming.opnum)
        guard let builtin = manager.builtin else {
            guard let entry = manager.entryPoint(opnum) else {
                return refuse(incoming, Fault.operationRange, didNotExecute: true)
            }
            guard let call = unmarshal(incoming, manager, access) else { return }
            return run(call, manager, entry)
        }
        guard builtin.serves(opnum), opnum < manager.codec.callCount else {
            return refuse(incoming, Fault.operationRange, didNotExecute: true)
        }
        guard let call = unmarshal(incoming, manager) else { return }
        let context = BuiltinCall(
            opnum: opnum, arguments: call.pointee.r, memory: UnsafeMutableRawPointer(call), association: self)
        answer(call, manager, fault: builtin.serve(context))
    }

    private func refuse(_ incoming: IncomingCall, _ fault: UInt32, didNotExecute: Bool) {
        guard !incoming.maybe else { return core.finished() }
        core.sendFault(
            callID: incoming.callID, contextID: incoming.contextID, status: fault, didNotExecute: didNotExecute)
    }

    /// A call with its [in] arguments, in the list of those that run; nil when the client has had a fault instead, or
    /// nobody waits for it any more.
    private func unmarshal(_ incoming: IncomingCall, _ manager: Manager, _ access: Policy.Access? = nil) -> Call? {
        let opnum = Int(incoming.opnum)
        let rules = Rules(ndr64: incoming.ndr64, bigEndian: incoming.bigEndian)
        var room = callRoom
        // Shorter stubs fit what every call has.
        if incoming.stub.count > callRoom / 4 {
            room += manager.codec.poolSize(opnum, .request, rules, stubLength: incoming.stub.count)
        }
        guard let call = shim_call_create(manager.codec.structSize(opnum), room) else {
            refuse(incoming, Fault.remoteNoMemory, didNotExecute: true)
            return nil
        }
        call.pointee.call_id = incoming.callID
        call.pointee.context_id = incoming.contextID
        call.pointee.opnum = incoming.opnum
        call.pointee.ndr64 = incoming.ndr64
        call.pointee.maybe = incoming.maybe
        call.pointee.security = UInt16(truncatingIfNeeded: incoming.security)
        call.pointee.connection_id = id
        call.pointee.manager = Unmanaged.passUnretained(manager).toOpaque()
        if incoming.hasObject {
            call.pointee.object_time_low = incoming.object.timeLow
            call.pointee.object_time_mid = incoming.object.timeMid
            call.pointee.object_time_high = incoming.object.timeHighAndVersion
            call.pointee.object_tail = incoming.object.tail
        }
        link(call)
        if let access, !mayRun(call, incoming, access) { return nil }
        // Hooks of the table are a caller's code too.
        call.pointee.in_user = true
        let error = pull(call, incoming.stub, manager, rules)
        call.pointee.in_user = false
        guard isWanted(call) else {
            end(call)
            return nil
        }
        if let error {
            unlink(call)
            release(call)
            refuse(incoming, Fault.code(forRequest: error), didNotExecute: false)
            return nil
        }
        return call
    }

    @inline(__always)
    private func pull(
        _ call: Call, _ stub: UnsafeRawBufferPointer, _ manager: Manager, _ rules: Rules
    ) -> NDRError? {
        guard let r = call.pointee.r else { return nil }
        let pointers = manager.hasFullPointers ? PointerTable() : nil
        do throws(NDRError) {
            try manager.codec.pull(
                Int(call.pointee.opnum), .request, rules, options: PullOptions(allowTrailing: true), from: stub,
                into: r,
                parent: UnsafeMutableRawPointer(call), allocator: Allocator(allocate: shim_call_allocate),
                pointers: pointers)
        } catch { return error }
        if let pointers { call.pointee.pointers = Unmanaged.passRetained(pointers).toOpaque() }
        return nil
    }

    /// Lets the program's callback look at a call before anything of it is read; false when it has ended.
    @inline(never)
    private func mayRun(_ call: Call, _ incoming: IncomingCall, _ access: Policy.Access) -> Bool {
        call.pointee.in_user = true
        let status = access(OpaquePointer(call))
        call.pointee.in_user = false
        guard isWanted(call) else {
            end(call)
            return false
        }
        guard status != ServerStatus.ok else { return true }
        let chosen = call.pointee.fault
        let code = chosen != 0 ? chosen : Fault.code(forStatus: status)
        unlink(call)
        release(call)
        refuse(incoming, code, didNotExecute: !FaultCode.meansRefusedLogon(code))
        return false
    }

    // MARK: Running

    private func run(_ call: Call, _ manager: Manager, _ entry: (send: SendFunction, receive: ReceiveFunction)) {
        call.pointee.in_user = true
        let request = entry.send(UnsafeMutableRawPointer(call), server.loop, OpaquePointer(call), call.pointee.r)
        call.pointee.in_user = false
        guard isWanted(call) else { return end(call) }
        guard let request else { return answer(call, manager, fault: Fault.remoteNoMemory) }
        guard shim_req_in_progress(request) else { return finish(call, manager, entry.receive, request) }
        call.pointee.req = request
        call.pointee.running = true
        call.pointee.manager = Unmanaged.passRetained(manager).toOpaque()
        guard shim_call_guard(call, callVanished) else {
            return answer(call, manager, fault: Fault.remoteNoMemory)
        }
        shim_req_set_callback(request, callDone, call)
    }

    /// The request is done: takes its result and answers.
    fileprivate func finish(
        _ call: Call, _ manager: Manager, _ receive: ReceiveFunction, _ request: OpaquePointer
    ) {
        call.pointee.in_user = true
        let status = receive(request)
        call.pointee.in_user = false
        guard isWanted(call) else { return end(call) }
        if status == ServerStatus.ok { return answer(call, manager, fault: nil) }
        let chosen = call.pointee.fault
        answer(call, manager, fault: chosen != 0 ? chosen : Fault.code(forStatus: status))
    }

    /// Whether anybody waits for the answer of a call that user code has just run on.
    private func isWanted(_ call: Call) -> Bool {
        call.pointee.association != nil && !call.pointee.orphaned && phase == .open
    }

    /// Sends the response, or a fault, and ends the call.
    private func answer(_ call: Call, _ manager: Manager, fault: UInt32?) {
        if call.pointee.maybe {
            core.finished()
        } else if let fault {
            sendFault(call, fault)
        } else {
            sendResponse(call, manager)
        }
        unlink(call)
        release(call)
    }

    private func sendFault(_ call: Call, _ fault: UInt32) {
        core.sendFault(
            callID: call.pointee.call_id, contextID: call.pointee.context_id, status: fault, didNotExecute: false)
    }

    /// In our own byte order: a receiver makes it right (C706 14.1).
    private func sendResponse(_ call: Call, _ manager: Manager) {
        do throws(WireError) {
            let start = try core.openResponse()
            if let r = call.pointee.r {
                do throws(NDRError) {
                    try manager.codec.push(
                        Int(call.pointee.opnum), .response, Rules(ndr64: call.pointee.ndr64), from: r,
                        into: &core.outbox.writer, pointers: pointers(call))
                } catch {
                    core.abandonResponse(start)
                    return sendFault(call, Fault.code(forResponse: error))
                }
            }
            try core.sealResponse(
                start, callID: call.pointee.call_id, contextID: call.pointee.context_id, bigEndian: false,
                security: Int(call.pointee.security))
        } catch {
            sendFault(call, error == .outOfMemory ? Fault.remoteNoMemory : Fault.outArgumentsTooBig)
        }
    }

    private func pointers(_ call: Call) -> PointerTable? {
        guard let pointer = call.pointee.pointers else { return nil }
        return Unmanaged<PointerTable>.fromOpaque(pointer).takeUnretainedValue()
    }

    // MARK: What ends calls early

    func cancel(_ callID: UInt32) {
        guard let call = running(callID), let request = call.pointee.req else { return }
        _ = shim_req_cancel(request)
    }

    func orphan(_ callID: UInt32) {
        guard let call = running(callID) else { return }
        call.pointee.orphaned = true
        if !call.pointee.in_user { end(call) }
    }

    /// The connection is over. A call whose manager's code is running is only let go of.
    func dropCalls() {
        while let call = calls {
            unlink(call)
            call.pointee.association = nil
            core.finished()
            if !call.pointee.in_user { release(call) }
        }
    }

    /// Ends a call that nobody waits for.
    private func end(_ call: Call) {
        if call.pointee.association != nil {
            core.finished()
            unlink(call)
        }
        release(call)
    }

    fileprivate func vanished(_ call: Call) {
        call.pointee.vanished = true
        flushLater()
    }

    /// A manager that freed its request has given the call up.
    func answerVanishedCalls() {
        var next = calls
        while let call = next {
            next = call.pointee.next
            guard call.pointee.vanished, !call.pointee.in_user, let manager = Association.manager(call) else {
                continue
            }
            answer(call, manager, fault: Fault.unspecified)
        }
    }

    // MARK: The list

    private func running(_ callID: UInt32) -> Call? {
        var next = calls
        while let call = next {
            if call.pointee.call_id == callID { return call }
            next = call.pointee.next
        }
        return nil
    }

    private func link(_ call: Call) {
        call.pointee.association = Unmanaged.passUnretained(self).toOpaque()
        call.pointee.next = calls
        calls?.pointee.previous = call
        calls = call
    }

    private func unlink(_ call: Call) {
        let next = call.pointee.next
        let previous = call.pointee.previous
        if let previous { previous.pointee.next = next } else { calls = next }
        next?.pointee.previous = previous
        call.pointee.next = nil
        call.pointee.previous = nil
    }

    /// Frees a call that is in no list. Destructors of the manager's data run, so anything may have happened after it.
    private func release(_ call: Call) {
        let manager = call.pointee.running ? call.pointee.manager : nil
        let pointers = call.pointee.pointers
        call.pointee.association = nil
        call.pointee.req = nil
        tallocFree(call)
        if let pointers { Unmanaged<PointerTable>.fromOpaque(pointers).release() }
        if let manager { Unmanaged<Manager>.fromOpaque(manager).release() }
    }

    static func manager(_ call: Call) -> Manager? {
        call.pointee.manager.map { Unmanaged<Manager>.fromOpaque($0).takeUnretainedValue() }
    }

    static func of(_ call: Call) -> Association? {
        call.pointee.association.map { Unmanaged<Association>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Memory of a call's pool besides its arguments: the request that the manager makes, and its state.
private let callRoom = 1024

private func callDone(_ request: OpaquePointer?) {
    guard let request, let data = shim_req_callback_data(request) else { return }
    let call = data.assumingMemoryBound(to: shim_call.self)
    guard let association = Association.of(call), let manager = Association.manager(call),
        let entry = manager.entryPoint(Int(call.pointee.opnum))
    else { return }
    withExtendedLifetime((association, manager)) {
        association.finish(call, manager, entry.receive, request)
        association.flushLater()
    }
}

private func callVanished(_ call: UnsafeMutablePointer<shim_call>?) {
    guard let call, let association = Association.of(call) else { return }
    withExtendedLifetime(association) { association.vanished(call) }
}
