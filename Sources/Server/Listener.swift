// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTevent
internal import Transport

/// A listening socket in the loop.
final class Listener {
    private let socket: Socket
    private unowned let endpoint: Endpoint
    private unowned let server: ServerContext
    private var event: OpaquePointer?
    private var pause: OpaquePointer?
    private var isClosed = false

    init(socket: Socket, endpoint: Endpoint, server: ServerContext) {
        self.socket = socket
        self.endpoint = endpoint
        self.server = server
    }

    func start() {
        guard !isClosed, event == nil, pause == nil, let loop = server.loop, let memory = server.memory else { return }
        event = shim_add_fd(
            loop, memory, socket.descriptor, UInt16(TEVENT_FD_READ), listenerReady,
            Unmanaged.passUnretained(self).toOpaque())
        // Without memory for the event nobody would ever be accepted: try again later.
        if event == nil { rest() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        tallocFree(event.map { UnsafeMutableRawPointer($0) })
        tallocFree(pause.map { UnsafeMutableRawPointer($0) })
        event = nil
        pause = nil
        socket.close()
    }

    fileprivate func accept() {
        for _ in 0..<ServerLimits.acceptBatch where !isClosed {
            switch socket.accept() {
            case .success(let accepted?):
                accepted.setKeepAlive()
                server.admit(accepted, at: endpoint)
            case .success(nil): return
            // Out of descriptors or memory: what waits stays readable, so looking again at once would only spin.
            case .failure: return rest()
            }
        }
    }

    private func rest() {
        guard !isClosed, let loop = server.loop, let memory = server.memory else { return }
        tallocFree(event.map { UnsafeMutableRawPointer($0) })
        event = nil
        pause = shim_add_timer(
            loop, memory, ServerLimits.acceptPause, listenerRested, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func rested() {
        pause = nil
        start()
    }
}

private func listenerReady(
    _ loop: OpaquePointer?, _ event: OpaquePointer?, _ flags: UInt16, _ object: UnsafeMutableRawPointer?
) {
    guard let object else { return }
    let listener = Unmanaged<Listener>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(listener) { listener.accept() }
}

private func listenerRested(
    _ loop: OpaquePointer?, _ timer: OpaquePointer?, _ now: timeval, _ object: UnsafeMutableRawPointer?
) {
    guard let object else { return }
    let listener = Unmanaged<Listener>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(listener) { listener.rested() }
}
