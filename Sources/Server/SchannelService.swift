// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security
internal import Transport

/// The secure channels of a server that serves netlogon, by computer.
public final class SchannelService {
    public static let capacity = 4096

    private let domain: SchannelDomain
    private let allowsLegacy: Bool
    private var channels: [String: (credentials: NetlogonCredentials, number: UInt64)] = [:]
    /// Names in the order of their storing; those that were stored again are in it more than once.
    private var order: [(computer: String, number: UInt64)] = []
    private var stored: UInt64 = 0

    public init(domain: SchannelDomain, allowsLegacy: Bool) {
        self.domain = domain
        self.allowsLegacy = allowsLegacy
    }

    public func store(_ credentials: NetlogonCredentials) {
        let computer = credentials.identity.computer.uppercased()
        stored += 1
        channels[computer] = (credentials, stored)
        order.append((computer, stored))
        if channels.count > SchannelService.capacity { forgetOldest() }
        if order.count > 2 * SchannelService.capacity {
            order.removeAll { channels[$0.computer]?.number != $0.number }
        }
    }

    private func forgetOldest() {
        guard let oldest = order.firstIndex(where: { channels[$0.computer]?.number == $0.number }) else { return }
        channels[order[oldest].computer] = nil
        order.removeSubrange(...oldest)
    }

    public func channel(_ computer: String) -> NetlogonCredentials? { channels[computer.uppercased()]?.credentials }

    /// nil when the kernel has no random bytes.
    func acceptor(_ level: ProtectionLevel) -> SchannelAcceptor? {
        guard let random = randomSecret(16) else { return nil }
        return SchannelAcceptor(
            domain: domain, level: level, allowsLegacy: allowsLegacy, random: random,
            channels: { [unowned self] in channel($0) })
    }
}
