// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTevent
internal import Glibc

/// One message to a KDC and its answer over TCP (RFC 4120 7.2.2), from the first of some addresses that answers.
final class KDCExchange {
    /// No KDC has so much to say.
    static let maximumAnswer = 1 << 20
    /// For one address.
    static let patience: UInt64 = 5_000_000
    /// For the loop to see what has come while it was busy with something else.
    private static let grace: UInt64 = 10_000

    private let loop: OpaquePointer
    private var addresses: ArraySlice<SocketAddress>
    private let message: [UInt8]
    private var written = 0
    private var answer: [UInt8] = []
    private var socket: Socket?
    private var event: OpaquePointer?
    private var timer: OpaquePointer?
    private var isOverdue = false
    /// Parent of the events: without one they would be the loop's and die with it.
    private let memory = shim_talloc_new(nil)
    private var completed: (([UInt8]?) -> Void)?

    /// `completed` gets nil when no address has answered.
    init(
        loop: OpaquePointer, addresses: [SocketAddress], message: [UInt8], completed: @escaping ([UInt8]?) -> Void
    ) {
        self.loop = loop
        self.addresses = addresses[...]
        let size = UInt32(truncatingIfNeeded: message.count).bigEndian
        self.message = withUnsafeBytes(of: size) { Array($0) } + message
        self.completed = completed
    }

    deinit {
        cancel()
        tallocFree(memory)
    }

    /// Tries the next address. `completed` may run before this returns.
    func start() {
        drop()
        while let address = addresses.popFirst() {
            guard case .success(let socket) = Socket.connect(to: address) else { continue }
            self.socket = socket
            written = 0
            answer = []
            let me = Unmanaged.passUnretained(self).toOpaque()
            event = shim_add_fd(
                loop, memory, socket.descriptor, UInt16(TEVENT_FD_READ | TEVENT_FD_WRITE),
                { _, _, _, me in exchange(me)?.ready() }, me)
            isOverdue = false
            arm(KDCExchange.patience)
            if event != nil, timer != nil { return }
            drop()
        }
        finish(nil)
    }

    private func arm(_ microseconds: UInt64) {
        timer = shim_add_timer(
            loop, memory, microseconds, { _, _, _, me in exchange(me)?.timedOut() },
            Unmanaged.passUnretained(self).toOpaque())
    }

    func cancel() {
        completed = nil
        drop()
    }

    private func drop() {
        tallocFree(event.map { UnsafeMutableRawPointer($0) })
        tallocFree(timer.map { UnsafeMutableRawPointer($0) })
        event = nil
        timer = nil
        socket?.close()
        socket = nil
    }

    private func finish(_ answer: [UInt8]?) {
        let completed = completed
        self.completed = nil
        withExtendedLifetime(self) {
            drop()
            completed?(answer)
        }
    }

    fileprivate func timedOut() {
        // tevent frees a timer when its handler returns.
        timer = nil
        withExtendedLifetime(self) {
            // Timers come before sockets in a loop: a busy one would find every KDC dead.
            if !isOverdue {
                isOverdue = true
                arm(KDCExchange.grace)
                if timer != nil { return }
            }
            start()
        }
    }

    fileprivate func ready() {
        withExtendedLifetime(self) {
            guard let socket, socket.pendingError == 0, write(to: socket), read(from: socket) else {
                if self.socket != nil { start() }
                return
            }
        }
    }

    /// False when the connection is no use.
    private func write(to socket: Socket) -> Bool {
        while written < message.count {
            let sent = message.withUnsafeBytes { socket.write(UnsafeRawBufferPointer(rebasing: $0[written...])) }
            switch sent {
            case .bytes(let n): written += n
            case .wouldBlock: return true
            case .end, .failed: return false
            }
        }
        if let event { tevent_fd_set_flags(event, UInt16(TEVENT_FD_READ)) }
        return true
    }

    private func read(from socket: Socket) -> Bool {
        while true {
            var room = [UInt8](repeating: 0, count: 4096)
            switch room.withUnsafeMutableBytes({ socket.read(into: $0) }) {
            case .bytes(let n): answer += room[..<n]
            case .wouldBlock: return true
            case .end, .failed: return false
            }
            guard let expected = expectedAnswer else { continue }
            guard (1...KDCExchange.maximumAnswer).contains(expected) else { return false }
            if answer.count >= 4 + expected {
                finish(Array(answer[4..<(4 + expected)]))
                return true
            }
        }
    }

    private var expectedAnswer: Int? {
        guard answer.count >= 4 else { return nil }
        return answer[..<4].reduce(0) { $0 << 8 | Int($1) }
    }
}

private func exchange(_ me: UnsafeMutableRawPointer?) -> KDCExchange? {
    me.map { Unmanaged<KDCExchange>.fromOpaque($0).takeUnretainedValue() }
}
