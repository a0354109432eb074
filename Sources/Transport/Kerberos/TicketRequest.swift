// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security

/// Gets a ticket for a service in a tevent loop. A KDC that does not answer costs this request its time and nobody else's.
public final class TicketRequest {
    /// AS with its pre-authentication, and referrals from realm to realm; whoever needs more goes in circles.
    static let maximumMessages = 32

    private let loop: OpaquePointer
    private let tickets: KerberosTickets
    private var search: KDCSearch?
    private var messages = 0
    private var completed: ((Result<KerberosTickets, KerberosFailure>) -> Void)?

    public init(
        loop: OpaquePointer, tickets: KerberosTickets,
        completed: @escaping (Result<KerberosTickets, KerberosFailure>) -> Void
    ) {
        self.loop = loop
        self.tickets = tickets
        self.completed = completed
    }

    /// `completed` may run before this returns.
    public func start() { step([]) }

    public func cancel() {
        completed = nil
        search?.cancel()
        search = nil
    }

    private func step(_ answer: [UInt8]) {
        do throws(KerberosFailure) {
            guard let message = try tickets.step(answer) else { return finish(.success(tickets)) }
            messages += 1
            guard messages <= TicketRequest.maximumMessages else {
                return finish(.failure(KerberosFailure(.other, "the KDCs send the client in circles")))
            }
            ask(message)
        } catch { finish(.failure(error)) }
    }

    private func ask(_ message: KDCMessage) {
        let search = KDCSearch(loop: loop, message: message) { [unowned self] result in
            guard completed != nil else { return }
            switch result {
            case .success(let answer): step(answer)
            case .failure(let failure): finish(.failure(failure))
            }
        }
        self.search = search
        search.start(tickets)
    }

    private func finish(_ result: Result<KerberosTickets, KerberosFailure>) {
        let completed = completed
        withExtendedLifetime(self) {
            cancel()
            completed?(result)
        }
    }
}
