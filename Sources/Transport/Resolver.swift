// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CAres
internal import Glibc

/// Looks a host name up. It ends once, through `completed`, or is cancelled by letting it go.
public final class Resolver: Lookup {
    private let port: UInt16
    private var completed: (([SocketAddress]) -> Void)?
    private var answer: [SocketAddress]?

    /// `completed` gets the addresses in the order to try, none when the name does not resolve.
    public init(loop: OpaquePointer, port: UInt16, completed: @escaping ([SocketAddress]) -> Void) {
        self.port = port
        self.completed = completed
        super.init(loop: loop)
    }

    /// c-ares calls back when it is destroyed: that has to come while this is whole.
    deinit { cancel() }

    /// Starts; false when c-ares cannot be set up. `completed` may run before this returns.
    public func start(_ host: String) -> Bool {
        guard let channel = open() else { return false }
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

    public override func cancel() {
        completed = nil
        super.cancel()
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

    override func takeOutcome() -> (() -> Void)? {
        guard let answer else { return nil }
        let completed = completed
        self.completed = nil
        return { completed?(answer) }
    }
}

private func resolver(_ me: UnsafeMutableRawPointer?) -> Resolver? {
    me.map { Unmanaged<Resolver>.fromOpaque($0).takeUnretainedValue() }
}
