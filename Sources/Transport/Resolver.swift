// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CAres
internal import CShims
internal import CTevent
internal import Glibc

/// Looks a host name up with c-ares, driven by a tevent loop: nothing here blocks. It ends once, through `completed`,
/// or is cancelled by letting it go.
public final class Resolver {
    private let loop: OpaquePointer
    private let port: UInt16
    private var channel: ares_channel?
    private var watches: [(descriptor: Int32, event: OpaquePointer)] = []
    private var timer: OpaquePointer?
    /// Parent of the events: without one they would be the loop's and die with it.
    private let memory = shim_talloc_new(nil)
    private var completed: (([SocketAddress]) -> Void)?
    private var answer: [SocketAddress]?

    /// `completed` gets the addresses in the order to try, none when the name does not resolve.
    public init(loop: OpaquePointer, port: UInt16, completed: @escaping ([SocketAddress]) -> Void) {
        self.loop = loop
        self.port = port
        self.completed = completed
    }

    deinit {
        shutDown()
        tallocFree(memory)
    }

    /// Starts; false when c-ares cannot be set up. `completed` may run before this returns.
    public func start(_ host: String) -> Bool {
        var options = ares_options()
        options.sock_state_cb = { me, descriptor, reads, writes in
            resolver(me)?.watch(descriptor, reads: reads != 0, writes: writes != 0)
        }
        options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        guard memory != nil,
            ares_init_options(&channel, &options, Int32(ARES_OPT_SOCK_STATE_CB)) == Int32(ARES_SUCCESS),
            let channel
        else { return false }
        var hints = ares_addrinfo_hints()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = 1  // SOCK_STREAM
        ares_getaddrinfo(
            channel, host, nil, &hints,
            { me, _, _, list in
                resolver(me)?.answered(list)
                if let list { ares_freeaddrinfo(list) }
            }, Unmanaged.passUnretained(self).toOpaque())
        proceed()
        return true
    }

    public func cancel() {
        completed = nil
        shutDown()
    }

    private func shutDown() {
        completed = nil
        if let channel {
            self.channel = nil
            ares_destroy(channel)
        }
        for watch in watches { tallocFree(UnsafeMutableRawPointer(watch.event)) }
        watches = []
        tallocFree(timer.map { UnsafeMutableRawPointer($0) })
        timer = nil
    }

    // MARK: What c-ares wants

    private func watch(_ descriptor: Int32, reads: Bool, writes: Bool) {
        if let index = watches.firstIndex(where: { $0.descriptor == descriptor }) {
            tallocFree(UnsafeMutableRawPointer(watches[index].event))
            watches.remove(at: index)
        }
        guard reads || writes, channel != nil else { return }
        let flags = (reads ? TEVENT_FD_READ : 0) | (writes ? TEVENT_FD_WRITE : 0)
        let event = shim_add_fd(
            loop, memory, descriptor, UInt16(flags),
            { _, event, flags, me in
                guard let event, let me = resolver(me) else { return }
                me.ready(event, flags)
            }, Unmanaged.passUnretained(self).toOpaque())
        if let event { watches.append((descriptor, event)) }
    }

    private func ready(_ event: OpaquePointer, _ flags: UInt16) {
        guard let channel, let watch = watches.first(where: { $0.event == event }) else { return }
        withExtendedLifetime(self) {
            let bad = ARES_SOCKET_BAD
            ares_process_fd(
                channel, flags & UInt16(TEVENT_FD_READ) != 0 ? watch.descriptor : bad,
                flags & UInt16(TEVENT_FD_WRITE) != 0 ? watch.descriptor : bad)
            proceed()
        }
    }

    private func timedOut() {
        // tevent frees a timer when its handler returns.
        timer = nil
        guard let channel else { return }
        withExtendedLifetime(self) {
            ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
            proceed()
        }
    }

    private func answered(_ list: UnsafeMutablePointer<ares_addrinfo>?) {
        var found: [SocketAddress] = []
        var node = list?.pointee.nodes
        while let current = node {
            if let address = current.pointee.ai_addr,
                let value = SocketAddress(address, current.pointee.ai_addrlen, port: port)
            {
                found.append(value)
            }
            node = current.pointee.ai_next
        }
        answer = found
    }

    /// After every turn of c-ares: the end, or its next timer. c-ares may not be destroyed from its own callbacks.
    private func proceed() {
        if let answer {
            let completed = self.completed
            shutDown()
            completed?(answer)
            return
        }
        guard let channel else { return }
        tallocFree(timer.map { UnsafeMutableRawPointer($0) })
        timer = nil
        var wait = timeval()
        guard ares_timeout(channel, nil, &wait) != nil else { return }
        let microseconds = UInt64(max(0, wait.tv_sec)) * 1_000_000 + UInt64(max(0, wait.tv_usec))
        timer = shim_add_timer(
            loop, memory, microseconds, { _, _, _, me in resolver(me)?.timedOut() },
            Unmanaged.passUnretained(self).toOpaque())
    }
}

private func resolver(_ me: UnsafeMutableRawPointer?) -> Resolver? {
    me.map { Unmanaged<Resolver>.fromOpaque($0).takeUnretainedValue() }
}
