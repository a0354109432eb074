// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection
internal import Glibc
internal import NDR
internal import Security
internal import Wire

/// What the outcomes of the rooms below mean to a caller.
extension NTStatus {
    static func of(closing reason: CloseReason) -> UInt32 {
        switch reason {
        case .peerClosed: return connectionDisconnected
        case .transportFailed: return connectionReset
        case .local: return localDisconnect
        case .protocolError, .limitExceeded: return rpcProtocolError
        case .notGenuine: return rpcSecPkgError
        case .outOfMemory: return noMemory
        }
    }

    /// What a presentation context's fate means to the caller.
    static func of(_ outcome: Negotiation.Outcome) -> UInt32 {
        switch outcome {
        case .accepted: return ok
        case .rejected(let reason):
            // p_provider_reason_t (C706 12.6.3.1)
            switch reason {
            case 1: return rpcUnknownIf
            case 2: return rpcUnsupportedTransSyn
            case 3: return rpcServerTooBusy
            default: return rpcProtocolError
            }
        case .forbidden: return accessDenied
        case .refused(let reason):
            switch reason {
            case 1, 2: return rpcServerTooBusy
            case 8: return accessDenied
            // invalid_checksum: the server's mechanism has refused the token.
            case 9: return rpcSecPkgError
            default: return rpcProtocolError
            }
        case .fault(let code): return fromFault(code)
        case .notAuthenticated(let error):
            switch error {
            case .logonFailure: return logonFailure
            case .refused(let status): return status
            case .malformedToken, .unexpectedToken, .downgraded, .tampered, nil: return rpcSecPkgError
            }
        }
    }

    static func of(errno code: Int32) -> UInt32 {
        switch code {
        case ECONNREFUSED: return connectionRefused
        case EHOSTUNREACH, EHOSTDOWN: return hostUnreachable
        case ENETUNREACH, EADDRNOTAVAIL: return networkUnreachable
        case ETIMEDOUT: return ioTimeout
        case ECONNRESET, EPIPE: return connectionReset
        case EACCES, EPERM: return accessDenied
        case ENOMEM, ENOBUFS: return noMemory
        default: return unexpectedNetworkError
        }
    }

    /// Arguments that could not be pushed.
    static func of(pushing error: NDRError) -> UInt32 { error.code == .alloc ? noMemory : invalidParameter }

    /// An answer that could not be pulled.
    static func of(pulling error: NDRError) -> UInt32 { error.code == .alloc ? noMemory : invalidNetworkResponse }

    /// A table that cannot be used.
    static func of(table error: NDRError) -> UInt32 {
        switch error.code {
        case .newerFormat: return revisionMismatch
        case .alloc: return noMemory
        default: return invalidParameter
        }
    }
}

extension Negotiation.Outcome {
    /// One line for people.
    var reason: String {
        switch self {
        case .accepted: return ""
        case .rejected(let reason): return "the server has rejected the interface, reason \(reason)"
        case .refused(8): return "the server does not have the mechanism"
        case .refused(9): return "the server's mechanism has refused the client: its key, clock or name is another one"
        case .refused(let reason): return "the server has refused the bind, reason \(reason)"
        case .forbidden: return "the server does not let the caller use the interface"
        case .fault(let code): return "the server has answered the bind with fault 0x\(String(code, radix: 16))"
        case .notAuthenticated(let error):
            switch error {
            case .logonFailure: return "the server has refused the credentials"
            case .downgraded: return "the server would only talk with less protection"
            case .refused: return "the mechanism has refused the server"
            case .tampered: return "the security exchange was changed on its way"
            case .malformedToken, .unexpectedToken: return "the server's part of the security exchange makes no sense"
            case nil: return "the server takes no part in the security exchange"
            }
        }
    }
}
