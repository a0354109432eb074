// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CAres
internal import Glibc

/// A server that the DNS names for a service (RFC 2782).
public struct ServiceTarget: Equatable, Sendable {
    public var host: String
    public var port: UInt16
    var priority: UInt16
    var weight: UInt16
}

/// Looks the servers of a service up, as "_kerberos._tcp.EXAMPLE.COM".
public final class ServiceResolver: Lookup {
    /// Whoever names more is not asked further.
    static let maximumTargets = 16

    private var completed: (([ServiceTarget]) -> Void)?
    private var answer: [ServiceTarget]?

    /// `completed` gets the servers in the order to try, none where there are none.
    public init(loop: OpaquePointer, completed: @escaping ([ServiceTarget]) -> Void) {
        self.completed = completed
        super.init(loop: loop)
    }

    /// c-ares calls back when it is destroyed: that has to come while this is whole.
    deinit { cancel() }

    /// Starts; false when c-ares cannot be set up. `completed` may run before this returns.
    public func start(_ name: String) -> Bool {
        guard let channel = open() else { return false }
        ares_query(
            channel, name, 1 /* IN */, 33 /* SRV */,
            { me, status, _, bytes, length in
                service(me)?.answered(status == Int32(ARES_SUCCESS) ? bytes : nil, length)
            }, Unmanaged.passUnretained(self).toOpaque())
        proceed()
        return true
    }

    public override func cancel() {
        completed = nil
        super.cancel()
    }

    private func answered(_ bytes: UnsafeMutablePointer<UInt8>?, _ length: Int32) {
        var list: UnsafeMutablePointer<ares_srv_reply>?
        var found: [ServiceTarget] = []
        if let bytes, ares_parse_srv_reply(bytes, length, &list) == Int32(ARES_SUCCESS) {
            var node = list
            while let current = node, found.count < ServiceResolver.maximumTargets {
                let record = current.pointee
                // The root alone says that the service is not there.
                if let host = record.host.map({ String(cString: $0) }), !host.isEmpty, host != ".", record.port != 0 {
                    found.append(
                        ServiceTarget(host: host, port: record.port, priority: record.priority, weight: record.weight))
                }
                node = current.pointee.next
            }
        }
        if let list { ares_free_data(list) }
        // Weights spread load at random; the heaviest first is enough here.
        answer = found.sorted { ($0.priority, UInt16.max - $0.weight) < ($1.priority, UInt16.max - $1.weight) }
    }

    override func takeOutcome() -> (() -> Void)? {
        guard let answer else { return nil }
        let completed = completed
        self.completed = nil
        return { completed?(answer) }
    }
}

private func service(_ me: UnsafeMutableRawPointer?) -> ServiceResolver? {
    me.map { Unmanaged<ServiceResolver>.fromOpaque($0).takeUnretainedValue() }
}
