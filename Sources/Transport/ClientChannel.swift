// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTalloc
internal import CTevent
public import Connection
internal import Glibc
internal import Security

/// Who hears what a channel's core reports. `waiting` says that the caller of a synchronous call is served, so that
/// the user's code must not run now.
public protocol ClientChannelDelegate: AnyObject {
    func channel(answered answer: Answer, waiting: Bool)
    func channel(negotiated negotiation: Negotiation, waiting: Bool)
    func channel(closed reason: CloseReason, waiting: Bool)
    /// The tevent context that the channel was attached to is gone.
    func channelLostLoop()
    /// The timer set with `wake(at:)` has fired.
    func channelTimer()
}

/// One connection of a client: the core, its socket, and the two ways to drive them. In a tevent loop the socket's
/// events do it; a synchronous call does it with poll(2), whatever loop the channel is attached to.
public final class ClientChannel {
    public let core: ClientConnection
    public unowned(unsafe) var delegate: (any ClientChannelDelegate)?

    private let socket: Socket
    private var open = true
    /// Actions are being taken: what they send leaves together when they are done.
    private var draining = 0

    // In a loop
    public private(set) var loop: OpaquePointer?
    private var event: OpaquePointer?
    private var watch: OpaquePointer?
    private var flusher: OpaquePointer?
    private var flushScheduled = false
    private var wantsWrite = false
    private var timer: OpaquePointer?
    private var timerDue = UInt64.max
    /// Parent of the events: without one they would be the loop's and die with it.
    private let memory = shim_talloc_new(nil)

    /// What an authentication waits for.
    private var pendingStep: PendingStep?

    public private(set) var bytesSent: UInt64 = 0
    public private(set) var bytesReceived: UInt64 = 0

    /// Takes the connected socket over.
    public init(socket: Socket, core: ClientConnection) {
        self.socket = socket
        self.core = core
    }

    deinit {
        release()
        tallocFree(memory)
    }

    public var isOpen: Bool { open && core.isOpen }

    // MARK: The end

    /// Closes at once; nothing more is reported.
    public func close() {
        guard open else { return }
        core.disconnected(.local)
        release()
    }

    private func release() {
        detach()
        guard open else { return }
        open = false
        pendingStep?.cancel()
        pendingStep = nil
        socket.close()
    }

    // MARK: In a tevent loop

    /// Lets a loop drive the channel; moving to another loop detaches from the one before. False: out of memory.
    public func attach(_ loop: OpaquePointer) -> Bool {
        if self.loop == loop { return true }
        detach()
        guard open else { return false }
        let me = Unmanaged.passUnretained(self).toOpaque()
        guard let watch = shim_object_create(UnsafeRawPointer(loop), "struct dcerpc_loop_watch", 0, me, loopGone),
            let memory, let flusher = shim_create_immediate(memory),
            let event = shim_add_fd(
                loop, memory, socket.descriptor, UInt16(TEVENT_FD_READ), { _, _, flags, me in socketReady(flags, me) },
                me)
        else { return false }
        self.watch = OpaquePointer(watch)
        self.flusher = flusher
        self.event = event
        self.loop = loop
        wantsWrite = false
        updateInterest()
        return true
    }

    public func detach() {
        if let watch { shim_object_disarm(UnsafeMutableRawPointer(watch)) }
        for chunk in [watch, event, flusher, timer] { tallocFree(chunk.map { UnsafeMutableRawPointer($0) }) }
        watch = nil
        event = nil
        flusher = nil
        timer = nil
        timerDue = .max
        flushScheduled = false
        loop = nil
    }

    fileprivate func loopFreed() {
        // The watch is being freed with the loop; the rest only lost its loop.
        watch = nil
        detach()
        delegate?.channelLostLoop()
    }

    fileprivate func ready(_ flags: UInt16) {
        withExtendedLifetime(self) {
            if flags & UInt16(TEVENT_FD_READ) != 0 { receive(waiting: false) }
            if flags & UInt16(TEVENT_FD_WRITE) != 0 || !core.outbox.isEmpty { flush(waiting: false) }
        }
    }

    /// Something was put into the outbox. One call alone leaves at once; calls beside others leave with them, when
    /// the loop is next idle or the answers at hand are dealt with.
    public func flushSoon() {
        if draining > 0 || flushScheduled { return }
        guard let loop, let flusher, core.callsInFlight > 1 else { return flush(waiting: true) }
        flushScheduled = true
        shim_schedule_immediate(
            flusher, loop, { _, _, me in flushNow(me) }, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func scheduledFlush() {
        flushScheduled = false
        withExtendedLifetime(self) { flush(waiting: false) }
    }

    private func updateInterest() {
        guard let event, open else { return }
        let wanted = !core.outbox.isEmpty
        guard wanted != wantsWrite else { return }
        wantsWrite = wanted
        tevent_fd_set_flags(event, UInt16(TEVENT_FD_READ) | (wanted ? UInt16(TEVENT_FD_WRITE) : 0))
    }

    /// Calls `channelTimer` once `due` (monotonic microseconds) is reached. An earlier timer stays and is harmless:
    /// whoever wakes looks again.
    public func wake(at due: UInt64) {
        guard let loop, due < timerDue else { return }
        tallocFree(timer.map { UnsafeMutableRawPointer($0) })
        let now = monotonicMicroseconds()
        timer = shim_add_timer(
            loop, memory, due > now ? due - now : 0, { _, _, _, me in timerFired(me) },
            Unmanaged.passUnretained(self).toOpaque())
        timerDue = timer == nil ? .max : due
    }

    fileprivate func timerReached() {
        // tevent frees a timer when its handler returns.
        timer = nil
        timerDue = .max
        withExtendedLifetime(self) { delegate?.channelTimer() }
    }

    // MARK: Waiting

    /// Drives the connection until something happened or `milliseconds` have passed (negative: without end); false
    /// when the time is up.
    public func wait(milliseconds: Int32) -> Bool {
        guard open else { return true }
        flush(waiting: true)
        guard isOpen else { return true }
        let ready = socket.poll(read: true, write: !core.outbox.isEmpty, timeout: milliseconds)
        if ready == 0 { return false }
        if ready < 0 {
            if ready != -EINTR { fail(.transportFailed, waiting: true) }
            return true
        }
        if ready & Int32(POLLIN | POLLHUP | POLLERR) != 0 { receive(waiting: true) }
        return true
    }

    // MARK: Bytes

    private func receive(waiting: Bool) {
        while open {
            guard let space = core.inputSpace(), space.count > 0 else { return fail(.outOfMemory, waiting: waiting) }
            switch socket.read(into: space) {
            case .bytes(let n):
                bytesReceived &+= UInt64(n)
                core.received(n)
                drain(waiting: waiting)
                if n < space.count { return flushAfterDrain(waiting) }
            case .wouldBlock: return flushAfterDrain(waiting)
            case .end: return fail(.peerClosed, waiting: waiting)
            case .failed(let code): return fail(reason(code), waiting: waiting)
            }
        }
    }

    private func flushAfterDrain(_ waiting: Bool) {
        if draining == 0, open, !core.outbox.isEmpty, !flushScheduled { flush(waiting: waiting) }
    }

    private func drain(waiting: Bool) {
        draining += 1
        defer { draining -= 1 }
        while open {
            switch core.nextAction() {
            case .none: return
            case .answered(let answer): delegate?.channel(answered: answer, waiting: waiting)
            case .negotiated(let negotiation): delegate?.channel(negotiated: negotiation, waiting: waiting)
            case .authenticate(let context, let token): take(context.step(token))
            case .closed(let reason):
                release()
                delegate?.channel(closed: reason, waiting: waiting)
            }
        }
    }

    /// The outcome of a step of the security exchange: where somebody else has to be asked first, it comes later.
    private func take(_ outcome: PendingStep.Outcome) {
        guard case .success(let step) = outcome, let pending = step.pending else {
            return core.completeAuthentication(outcome)
        }
        pendingStep = pending
        pending.whenDone { [weak self] outcome in
            guard let self, open else { return }
            pendingStep = nil
            take(outcome)
            drain(waiting: false)
            flushAfterDrain(false)
        }
    }

    /// Sends what the socket takes.
    public func flush(waiting: Bool) {
        while open, !core.outbox.isEmpty {
            switch socket.write(core.outbox.pending) {
            case .bytes(let n):
                bytesSent &+= UInt64(n)
                core.written(n)
            case .wouldBlock: return updateInterest()
            case .end: return fail(.peerClosed, waiting: waiting)
            case .failed(let code): return fail(reason(code), waiting: waiting)
            }
        }
        updateInterest()
    }

    /// A peer that closes with data of ours unread resets the connection: closed all the same.
    private func reason(_ code: Int32) -> CloseReason {
        code == ECONNRESET || code == EPIPE ? .peerClosed : .transportFailed
    }

    private func fail(_ reason: CloseReason, waiting: Bool) {
        core.disconnected(reason)
        drain(waiting: waiting)
    }
}

private func channel(_ me: UnsafeMutableRawPointer?) -> ClientChannel? {
    me.map { Unmanaged<ClientChannel>.fromOpaque($0).takeUnretainedValue() }
}

private func socketReady(_ flags: UInt16, _ me: UnsafeMutableRawPointer?) { channel(me)?.ready(flags) }
private func flushNow(_ me: UnsafeMutableRawPointer?) { channel(me)?.scheduledFlush() }
private func timerFired(_ me: UnsafeMutableRawPointer?) { channel(me)?.timerReached() }
private func loopGone(_ me: UnsafeMutableRawPointer?) { channel(me)?.loopFreed() }
