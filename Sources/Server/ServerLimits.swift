// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection

/// Every bound of a server that is not one connection's own.
public struct ServerLimits {
    /// Open at a time; the 4096 leave descriptors for others under the usual limit.
    public var connections = 4096
    public var requestBytes = 0x40_0000
    public var calls = 256
    public var contexts = 256
    /// How long a connection without a call may rest.
    public var idleSeconds: UInt64 = 3600
    /// How long a connection may stay without a bind: nobody needs longer, and half-open ones cost a descriptor each.
    static let bindSeconds: UInt64 = 30
    /// Connections that one wake-up of a listener accepts.
    static let acceptBatch = 32
    /// How long a listener rests when the process is out of descriptors.
    static let acceptPause: UInt64 = 100_000
    /// Full buffers that one wake-up reads of one connection before others have their turn.
    static let readBatch = 4
    /// Lookups that one association group holds open in the endpoint mapper; the oldest gives way.
    static let lookupHandles = 16

    public init() {}

    /// Sets a DCERPC_SERVER_* limit; false for an unknown one, 0 or a value that is too large to mean anything.
    public mutating func set(_ limit: UInt32, _ value: UInt64) -> Bool {
        guard value > 0, let count = Int(exactly: value), count <= 0x4000_0000 else { return false }
        switch limit {
        case 1: connections = count
        case 2: requestBytes = count
        case 3: calls = count
        case 4: contexts = count
        case 5: idleSeconds = value
        default: return false
        }
        return true
    }

    var connection: Limits {
        var limits = Limits()
        limits.maximumRequest = requestBytes
        limits.maximumCalls = calls
        limits.maximumContexts = contexts
        return limits
    }
}
