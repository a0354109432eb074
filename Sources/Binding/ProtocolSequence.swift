// SPDX-License-Identifier: LGPL-3.0-or-later

/// The protocol sequences that binding strings name (C706 appendix I, [MS-RPCE] 2.1). The numbers are the C API's.
public enum ProtocolSequence: UInt32, Sendable, CaseIterable {
    /// The binding string names none.
    case unknown = 0
    case ncacnNP = 1
    case ncacnIPTCP = 2
    case ncadgIPUDP = 3
    case ncalrpc = 8
    case ncacnUnixStream = 9
    case ncacnHTTP = 11

    /// As in binding strings; empty for `unknown`.
    public var name: String {
        switch self {
        case .unknown: return ""
        case .ncacnNP: return "ncacn_np"
        case .ncacnIPTCP: return "ncacn_ip_tcp"
        case .ncadgIPUDP: return "ncadg_ip_udp"
        case .ncalrpc: return "ncalrpc"
        case .ncacnUnixStream: return "ncacn_unix_stream"
        case .ncacnHTTP: return "ncacn_http"
        }
    }

    /// Reads a name, in any case.
    public init?(name: String) {
        let wanted = name.lowercased()
        guard let found = ProtocolSequence.allCases.first(where: { $0 != .unknown && $0.name == wanted }) else {
            return nil
        }
        self = found
    }

    /// Its endpoints are port numbers.
    public var usesPorts: Bool {
        switch self {
        case .ncacnIPTCP, .ncadgIPUDP, .ncacnHTTP: return true
        case .unknown, .ncacnNP, .ncalrpc, .ncacnUnixStream: return false
        }
    }
}
