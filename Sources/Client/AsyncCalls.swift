// SPDX-License-Identifier: LGPL-3.0-or-later

public import CShims
internal import CTalloc
internal import CTevent
internal import Connection
internal import Transport
public import Wire

extension BindingHandle {
    // MARK: _send

    /// Starts a call that `loop` completes; nil when out of memory. `arrange` fills in where outputs go.
    public func send(
        _ parent: UnsafeMutableRawPointer?, loop: OpaquePointer, object: UUIDValue?, opnum: UInt32, input: CallInput,
        outputs: UnsafeMutableRawPointer?, allocatesReferences: Bool = false
    ) -> OpaquePointer? {
        var made: ClientCall?
        guard let request = shim_client_call_create(parent, &made, callFreed), let call = made else { return nil }
        call.pointee.ref_alloc = allocatesReferences || self.allocatesReferences
        start(call, loop: loop, object: object, opnum: opnum, input: input, outputs: outputs)
        return tevent_req_is_in_progress(request) ? request : tevent_req_post(request, loop)
    }

    /// Starts the call of a request that exists; a failure ends the request.
    public func start(
        _ call: UnsafeMutablePointer<dcerpc_client_call>, loop: OpaquePointer, object: UUIDValue?, opnum: UInt32,
        input: CallInput, outputs: UnsafeMutableRawPointer?
    ) {
        switch input {
        case .arguments(let r): call.pointee.r = r
        case .bytes: call.pointee.raw = true
        }
        call.pointee.r_mem = outputs
        var status = connection.isConnected ? connection.use(loop) : NTStatus.connectionDisconnected
        if status == NTStatus.ok { status = submit(call, input, object: object, opnum: opnum) }
        guard status == NTStatus.ok else {
            call.pointee.status = status
            call.pointee.ended = true
            return shim_req_finish(call.pointee.req, status)
        }
        if timeout > 0 {
            call.pointee.deadline = monotonicMicroseconds() &+ timeout
            connection.channel.wake(at: call.pointee.deadline)
        }
        connection.channel.flushSoon()
    }

    fileprivate func forget(_ call: ClientCall) {
        unlink(call)
        guard isConnected else { return }
        connection.channel.core.abandon(callID: call.pointee.call_id)
        connection.channel.flushSoon()
    }

    /// A request with state of the caller's in it, for `start`; nil when out of memory.
    public static func makeRequest(
        _ parent: UnsafeMutableRawPointer?, stateSize: Int, stateType: UnsafePointer<CChar>?,
        state: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> OpaquePointer? {
        var made: ClientCall?
        guard let request = shim_client_call_create(parent, &made, callFreed), let call = made else { return nil }
        guard let memory = shim_talloc_zero(call, stateSize, stateType) else {
            tallocFree(UnsafeMutableRawPointer(request))
            return nil
        }
        call.pointee.stub_state = memory
        state.pointee = memory
        return request
    }

    // MARK: _recv

    /// The outcome of a request of ours; `request` may be any tevent_req, or NULL.
    public static func outcome(of request: OpaquePointer?) -> UInt32 {
        guard let call = shim_client_call(request) else { return NTStatus.invalidParameter }
        var status: UInt32 = 0
        if shim_req_status(request, &status) { return status }
        if call.pointee.ended { return call.pointee.status }
        return tevent_req_is_in_progress(request) ? NTStatus.internalError : NTStatus.ok
    }

    // MARK: Synchronous

    public func call(
        object: UUIDValue?, opnum: UInt32, arguments r: UnsafeMutableRawPointer, outputs: UnsafeMutableRawPointer?,
        allocatesReferences: Bool = false
    ) -> UInt32 {
        var call = dcerpc_client_call()
        call.r = r
        call.r_mem = outputs
        call.ref_alloc = allocatesReferences || self.allocatesReferences
        return withUnsafeMutablePointer(to: &call) { wait($0, .arguments(r), object: object, opnum: opnum) }
    }

    /// Stub data in, stub data out; `body` sees the answer, a child of `parent`.
    public func call(
        object: UUIDValue?, opnum: UInt32, bytes: UnsafeRawBufferPointer, parent: UnsafeMutableRawPointer?,
        _ body: (UnsafeMutablePointer<UInt8>?, Int, Bool) -> Void
    ) -> UInt32 {
        var call = dcerpc_client_call()
        call.r_mem = parent
        call.raw = true
        return withUnsafeMutablePointer(to: &call) {
            let status = wait($0, .bytes(bytes), object: object, opnum: opnum)
            if status == NTStatus.ok { body($0.pointee.out_data, $0.pointee.out_length, $0.pointee.big_endian) }
            return status
        }
    }
}

/// A request is being freed; if its call still runs, nobody wants the answer any more.
private func callFreed(_ call: ClientCall?) {
    guard let call, let owner = call.pointee.handle else { return }
    Unmanaged<BindingHandle>.fromOpaque(owner).takeUnretainedValue().forget(call)
}
