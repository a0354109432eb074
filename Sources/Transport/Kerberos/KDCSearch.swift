// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc
internal import Security

/// Sends a message to a KDC of a realm: those that krb5.conf names, or else those in the DNS ([MS-ADTS] 6.3.2.3), one
/// after the other until one answers.
final class KDCSearch {
    private static let port: UInt16 = 88

    private let loop: OpaquePointer
    private let message: KDCMessage
    private var targets: ArraySlice<KDCAddress> = []
    private var services: ServiceResolver?
    private var resolver: Resolver?
    private var exchange: KDCExchange?
    private var completed: ((Result<[UInt8], KerberosFailure>) -> Void)?
    private var hasTargets = false

    init(
        loop: OpaquePointer, message: KDCMessage,
        completed: @escaping (Result<[UInt8], KerberosFailure>) -> Void
    ) {
        self.loop = loop
        self.message = message
        self.completed = completed
    }

    /// `completed` may run before this returns.
    func start(_ tickets: KerberosTickets) {
        targets = tickets.kdcs(of: message.realm)[...]
        guard targets.isEmpty else { return next() }
        guard tickets.looksForKDCsInDNS else { return finish(.failure(unknownRealm)) }
        let services = ServiceResolver(loop: loop) { [unowned self] found in
            targets = found.map { KDCAddress(host: $0.host, port: $0.port) }[...]
            next()
        }
        self.services = services
        if !services.start("_kerberos._tcp." + message.realm) { finish(.failure(unknownRealm)) }
    }

    func cancel() {
        completed = nil
        services?.cancel()
        services = nil
        resolver?.cancel()
        resolver = nil
        exchange?.cancel()
        exchange = nil
    }

    private var unknownRealm: KerberosFailure {
        KerberosFailure(.unknownRealm, "no KDC is known for the realm \(message.realm)")
    }

    private func next() {
        guard completed != nil else { return }
        guard let target = targets.popFirst() else {
            return finish(
                .failure(
                    hasTargets
                        ? KerberosFailure(.noKDC, "no KDC of the realm \(message.realm) answers") : unknownRealm))
        }
        hasTargets = true
        let port = target.port == 0 ? KDCSearch.port : target.port
        if let address = SocketAddress(numeric: target.host, port: port) { return ask([address]) }
        let resolver = Resolver(loop: loop, port: port) { [unowned self] in ask($0) }
        self.resolver = resolver
        if !resolver.start(target.host) { next() }
    }

    private func ask(_ addresses: [SocketAddress]) {
        guard completed != nil else { return }
        let exchange = KDCExchange(loop: loop, addresses: addresses, message: message.bytes) { [unowned self] in
            if let answer = $0 { finish(.success(answer)) } else { next() }
        }
        self.exchange = exchange
        exchange.start()
    }

    private func finish(_ result: Result<[UInt8], KerberosFailure>) {
        let completed = completed
        withExtendedLifetime(self) {
            cancel()
            completed?(result)
        }
    }
}
