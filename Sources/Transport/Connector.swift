// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTevent
internal import Glibc

/// Connects to the first of some addresses that answers, driven by a tevent loop.
public final class Connector {
    private let loop: OpaquePointer
    private var addresses: ArraySlice<SocketAddress>
    private var socket: Socket?
    private var event: OpaquePointer?
    /// Parent of the event: without one it would be the loop's and die with it.
    private let memory = shim_talloc_new(nil)
    private var lastError: Int32 = 0
    private var completed: ((Result<Socket, SocketError>) -> Void)?

    public init(
        loop: OpaquePointer, addresses: [SocketAddress], completed: @escaping (Result<Socket, SocketError>) -> Void
    ) {
        self.loop = loop
        self.addresses = addresses[...]
        self.completed = completed
    }

    deinit {
        cancel()
        tallocFree(memory)
    }

    /// Tries the next address (tevent reports a refused connection to readers only). `completed` may run before this returns.
    public func start() {
        while let address = addresses.popFirst() {
            switch Socket.connect(to: address) {
            case .failure(let error): lastError = error.code
            case .success(let socket):
                self.socket = socket
                event = shim_add_fd(
                    loop, memory, socket.descriptor, UInt16(TEVENT_FD_READ | TEVENT_FD_WRITE),
                    { _, _, _, me in
                        me.map { Unmanaged<Connector>.fromOpaque($0).takeUnretainedValue() }?.ready()
                    }, Unmanaged.passUnretained(self).toOpaque())
                if event != nil { return }
                lastError = ENOMEM
                dropSocket()
            }
        }
        finish(.failure(SocketError(code: lastError)))
    }

    public func cancel() {
        completed = nil
        dropSocket()
    }

    private func dropSocket() {
        stopWatching()
        socket?.close()
        socket = nil
    }

    private func stopWatching() {
        tallocFree(event.map { UnsafeMutableRawPointer($0) })
        event = nil
    }

    private func ready() {
        guard let socket else { return }
        withExtendedLifetime(self) {
            lastError = socket.pendingError
            if lastError != 0 {
                dropSocket()
                return start()
            }
            stopWatching()
            self.socket = nil
            finish(.success(socket))
        }
    }

    private func finish(_ result: Result<Socket, SocketError>) {
        let completed = self.completed
        self.completed = nil
        guard let completed else {
            if case .success(let socket) = result { socket.close() }
            return
        }
        completed(result)
    }
}
