// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CShims
internal import CTevent
internal import Connection
internal import Glibc
internal import Security
internal import Transport

/// One client's connection in the loop: moves bytes between the socket and the connection core, and does what the core
/// asks for.
///
/// Managers' code runs from here, and may free anything, this association's server too. So nothing of the association
/// is being modified while it runs, and what follows it looks at `phase` first.
final class Association {
    enum Phase {
        case open
        /// The last answers leave; nothing more is read.
        case ending
        /// Everything has left; the peer's end of stream is awaited, or unread input would reset what it still has to read.
        case lingering
        case closed
    }

    let server: ServerContext
    let endpoint: Endpoint
    let core: ServerConnection
    let socket: Socket
    let id: UInt64
    /// Its place in the server's list.
    var index = 0
    private(set) var phase = Phase.open
    var group: AssociationGroup?
    /// What a bind that is looked at is about.
    var negotiating: SecurityContext?
    /// The calls that run.
    var calls: UnsafeMutablePointer<shim_call>?
    /// What an authentication waits for.
    private var pendingStep: PendingStep?
    private var event: OpaquePointer?
    private var flags: UInt16 = 0
    private var later: OpaquePointer?
    private var isFlushScheduled = false
    /// The server's tick of the last byte that moved.
    private var lastTick: UInt64
    /// The tick at which the client was last known to have finished what it began.
    private var settledTick: UInt64

    init(server: ServerContext, endpoint: Endpoint, socket: Socket, id: UInt64) {
        self.server = server
        self.endpoint = endpoint
        self.socket = socket
        self.id = id
        core = ServerConnection(limits: server.limits.connection)
        core.authTypes = server.authTypes
        lastTick = server.tick
        settledTick = server.tick
    }

    /// False when out of memory.
    func open(loop: OpaquePointer, memory: UnsafeMutableRawPointer) -> Bool {
        let object = Unmanaged.passUnretained(self).toOpaque()
        flags = UInt16(TEVENT_FD_READ)
        event = shim_add_fd(loop, memory, socket.descriptor, flags, associationReady, object)
        later = shim_create_immediate(memory)
        return event != nil && later != nil
    }

    // MARK: Events

    fileprivate func ready(_ ready: UInt16) {
        if ready & UInt16(TEVENT_FD_WRITE) != 0 { flush() }
        if phase == .lingering {
            discard()
        } else if ready & UInt16(TEVENT_FD_READ) != 0 {
            receive()
        } else {
            // A peer that took its answers lets the requests behind them go on.
            takeActions()
        }
        settle()
    }

    private func receive() {
        for _ in 0..<ServerLimits.readBatch {
            guard phase == .open, core.wantsInput, server.phase != .draining else { return }
            guard let space = core.inputSpace() else { return fail(.outOfMemory) }
            switch socket.read(into: space) {
            case .bytes(let n):
                core.received(n)
                lastTick = server.tick
                takeActions()
                if n < space.count {
                    if phase == .open, core.isMidRequest { socket.acknowledgeNow() }
                    return
                }
            case .wouldBlock: return
            case .end: return fail(.peerClosed)
            case .failed: return fail(.transportFailed)
            }
        }
    }

    private func takeActions() {
        while phase == .open, server.phase != .draining {
            switch core.nextAction() {
            case .none: return
            case .negotiate: negotiate()
            case .authenticate(let context, let token):
                take(context.step(token)) { [unowned self] in core.completeAuthentication($0) }
            case .dispatch(let call): dispatch(call)
            case .cancel(let callID): cancel(callID)
            case .orphan(let callID): orphan(callID)
            case .closed:
                phase = .ending
                dropCalls()
                return
            }
        }
    }

    /// Takes a mechanism's step over, or waits for it; nothing is read meanwhile.
    func take(_ step: PendingStep.Outcome, then: @escaping (PendingStep.Outcome) -> Void) {
        guard case .success(let waiting) = step, let pending = waiting.pending else { return then(step) }
        guard phase == .open else { return pending.cancel() }
        pendingStep = pending
        pending.whenDone { [unowned self] outcome in
            withExtendedLifetime(self) {
                pendingStep = nil
                guard phase == .open else { return }
                take(outcome, then: then)
                flushLater()
            }
        }
    }

    private func fail(_ reason: CloseReason) {
        core.disconnected(reason)
        close()
    }

    // MARK: Writing

    /// Writes what is pending, in one go where the socket takes it.
    private func flush() {
        while phase != .closed, !core.outbox.isEmpty {
            let pending = core.outbox.pending
            switch socket.write(pending) {
            case .bytes(let n):
                core.written(n)
                lastTick = server.tick
                if n < pending.count { return }
            case .wouldBlock: return
            case .end, .failed: return fail(.transportFailed)
            }
        }
    }

    /// What the socket is watched for after something has happened.
    private func settle() {
        guard phase != .closed else { return }
        flush()
        guard phase != .closed else { return }
        if core.outbox.isEmpty, calls == nil {
            if phase == .open, server.phase == .draining { phase = .ending }
            if phase == .ending { linger() }
            guard phase != .closed else { return }
        }
        var wanted: UInt16 = core.outbox.isEmpty ? 0 : UInt16(TEVENT_FD_WRITE)
        switch phase {
        case .open: if core.wantsInput, server.phase != .draining { wanted |= UInt16(TEVENT_FD_READ) }
        case .lingering: wanted |= UInt16(TEVENT_FD_READ)
        case .ending, .closed: break
        }
        if wanted != flags, let event {
            flags = wanted
            tevent_fd_set_flags(event, wanted)
        }
    }

    /// An answer was written outside `ready`: let those of the same turn of the loop leave with it.
    func flushLater() {
        guard phase != .closed, !isFlushScheduled, let later, let loop = server.loop else { return }
        isFlushScheduled = true
        shim_schedule_immediate(later, loop, associationLater, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func flushNow() {
        isFlushScheduled = false
        answerVanishedCalls()
        takeActions()
        settle()
    }

    /// The server is shutting down: ends as soon as nothing runs and everything has left.
    func drain() { flushLater() }

    // MARK: The end

    private func linger() {
        phase = .lingering
        lastTick = server.tick
        _ = shutdown(socket.descriptor, Int32(SHUT_WR))
        // A client that waits for nothing more, as at a server's shutdown, has nothing under way either.
        if server.phase == .draining, !hasUnreadInput { close() }
    }

    private var hasUnreadInput: Bool {
        var byte: UInt8 = 0
        return recv(socket.descriptor, &byte, 1, Int32(MSG_PEEK)) > 0
    }

    private func discard() {
        for _ in 0..<ServerLimits.readBatch where phase == .lingering {
            let end: Bool = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                switch socket.read(into: buffer) {
                case .bytes, .wouldBlock: return false
                case .end, .failed: return true
                }
            }
            if end { return close() }
        }
    }

    /// Whether nothing has happened for too long, in ticks of the server.
    func isOver(_ tick: UInt64, idle: UInt64, unbound: UInt64) -> Bool {
        let rest = tick &- lastTick
        // Who has not settled yet gains no time by sending a byte now and then.
        if !core.isUnsettled { settledTick = tick }
        switch phase {
        case .open:
            if core.outbox.isEmpty && calls != nil { return false }
            return rest > idle || tick &- settledTick > unbound
        case .ending: return rest > unbound
        case .lingering: return rest > 2
        case .closed: return false
        }
    }

    /// Ends the connection at once; its calls end with it.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        core.disconnected(.local)
        let step = pendingStep
        pendingStep = nil
        step?.cancel()
        let event = event
        let later = later
        self.event = nil
        self.later = nil
        tallocFree(event.map { UnsafeMutableRawPointer($0) })
        tallocFree(later.map { UnsafeMutableRawPointer($0) })
        socket.close()
        dropCalls()
        if let group { server.groups.leave(group) }
        group = nil
        server.remove(self)
    }
}

private func associationReady(
    _ loop: OpaquePointer?, _ event: OpaquePointer?, _ flags: UInt16, _ object: UnsafeMutableRawPointer?
) {
    guard let object else { return }
    let association = Unmanaged<Association>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(association) { association.ready(flags) }
}

private func associationLater(
    _ loop: OpaquePointer?, _ immediate: OpaquePointer?, _ object: UnsafeMutableRawPointer?
) {
    guard let object else { return }
    let association = Unmanaged<Association>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(association) { association.flushNow() }
}
