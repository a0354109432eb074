// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CAres
internal import CShims
internal import CTevent
internal import Glibc

/// c-ares driven by a tevent loop, for one question: nothing here blocks.
public class Lookup {
    private let loop: OpaquePointer
    private(set) var channel: ares_channel?
    private var watches: [(descriptor: Int32, event: OpaquePointer)] = []
    private var timer: OpaquePointer?
    /// Parent of the events: without one they would be the loop's and die with it.
    private let memory = shim_talloc_new(nil)

    init(loop: OpaquePointer) { self.loop = loop }

    deinit {
        shutDown()
        tallocFree(memory)
    }

    /// What to do when c-ares has called back; nil: it has not yet.
    func takeOutcome() -> (() -> Void)? { nil }

    /// nil when c-ares cannot be set up.
    func open() -> ares_channel? {
        var options = ares_options()
        options.sock_state_cb = { me, descriptor, reads, writes in
            lookup(me)?.watch(descriptor, reads: reads != 0, writes: writes != 0)
        }
        options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        guard memory != nil,
            ares_init_options(&channel, &options, Int32(ARES_OPT_SOCK_STATE_CB)) == Int32(ARES_SUCCESS)
        else { return nil }
        return channel
    }

    public func cancel() { shutDown() }

    private func shutDown() {
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
                guard let event, let me = lookup(me) else { return }
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

    /// After every turn of c-ares: the end, or its next timer. c-ares may not be destroyed from its own callbacks.
    func proceed() {
        if let outcome = takeOutcome() {
            shutDown()
            outcome()
            return
        }
        guard let channel else { return }
        tallocFree(timer.map { UnsafeMutableRawPointer($0) })
        timer = nil
        var wait = timeval()
        guard ares_timeout(channel, nil, &wait) != nil else { return }
        let microseconds = UInt64(max(0, wait.tv_sec)) * 1_000_000 + UInt64(max(0, wait.tv_usec))
        timer = shim_add_timer(
            loop, memory, microseconds, { _, _, _, me in lookup(me)?.timedOut() },
            Unmanaged.passUnretained(self).toOpaque())
    }
}

private func lookup(_ me: UnsafeMutableRawPointer?) -> Lookup? {
    me.map { Unmanaged<Lookup>.fromOpaque($0).takeUnretainedValue() }
}
