// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// Why bytes are no PDU.
public enum PDUError: Error, Sendable {
    /// The PDU ends before what it promises.
    case truncated
    /// Not version 5.0 or 5.1.
    case badVersion
    /// Not ASCII and IEEE, or no known integer byte order.
    case badDataRepresentation
    /// frag_length under 16, or auth_length that does not fit in it.
    case badLength
    case badType
    case limitExceeded
    case outOfMemory
    case malformed

    @inlinable
    public init(_ error: WireError) {
        switch error {
        case .truncated: self = .truncated
        case .limitExceeded: self = .limitExceeded
        case .outOfMemory: self = .outOfMemory
        }
    }
}
