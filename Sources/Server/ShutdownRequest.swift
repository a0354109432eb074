// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTevent
internal import Transport

/// A caller who waits until nothing of a server is left.
final class ShutdownRequest {
    /// nil once the caller has freed it.
    fileprivate(set) var request: OpaquePointer?
    fileprivate let loop: OpaquePointer
    fileprivate var server: ServerContext?
    /// Belongs to the request.
    fileprivate var later: OpaquePointer?

    init(loop: OpaquePointer, server: ServerContext) {
        self.loop = loop
        self.server = server
    }

    /// The request ends from the loop: the end of a server may come in the middle of a destructor.
    fileprivate func finishLater() {
        guard let request, let later else { return }
        shim_schedule_immediate(later, loop, shutdownEnded, UnsafeMutableRawPointer(request))
    }
}

extension ServerContext {
    /// Stops listening and lets what runs finish; the request is done when nothing is left. nil when out of memory.
    public func shutdown(_ parent: UnsafeMutableRawPointer?, loop: OpaquePointer) -> OpaquePointer? {
        let waiting = ShutdownRequest(loop: loop, server: self)
        let retained = Unmanaged.passRetained(waiting)
        guard let request = shim_request_create(parent, retained.toOpaque(), shutdownRequestFreed) else {
            retained.release()
            return nil
        }
        waiting.request = request
        waiting.later = shim_create_immediate(UnsafeMutableRawPointer(request))
        guard waiting.later != nil else {
            tallocFree(UnsafeMutableRawPointer(request))
            return nil
        }
        guard phase != .closed else {
            shim_req_done(request)
            return tevent_req_post(request, loop)
        }
        shutdowns.append(waiting)
        phase = .draining
        for endpoint in endpoints { endpoint.stop() }
        guard !associations.isEmpty else {
            finishShutdowns()
            return request
        }
        for association in associations { association.drain() }
        return request
    }

    func finishShutdowns() {
        let waiting = shutdowns
        shutdowns = []
        for shutdown in waiting {
            shutdown.server = nil
            // Where the server's loop is gone, the caller's may be too.
            if loop != nil { shutdown.finishLater() }
        }
    }
}

private func shutdownEnded(
    _ loop: OpaquePointer?, _ immediate: OpaquePointer?, _ request: UnsafeMutableRawPointer?
) {
    guard let request, shim_request_object(OpaquePointer(request), shutdownRequestFreed) != nil else { return }
    shim_req_done(OpaquePointer(request))
}

private func shutdownRequestFreed(_ object: UnsafeMutableRawPointer?) {
    guard let object else { return }
    let waiting = Unmanaged<ShutdownRequest>.fromOpaque(object).takeRetainedValue()
    waiting.request = nil
    waiting.server?.shutdowns.removeAll { $0 === waiting }
}
