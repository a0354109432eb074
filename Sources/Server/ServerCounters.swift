// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Connection

/// What the connections that are closed have done; open ones hold their own numbers.
struct ServerCounters {
    var calls: UInt64 = 0
    var faults: UInt64 = 0
    var pdusIn: UInt64 = 0
    var pdusOut: UInt64 = 0

    mutating func add(_ core: ServerConnection) {
        calls &+= core.callsDispatched
        faults &+= core.faultsSent
        pdusIn &+= core.pdusReceived
        pdusOut &+= core.pdusSent
    }
}

extension ServerContext {
    /// Closed and open connections together.
    var totals: ServerCounters {
        var sum = counters
        for association in associations { sum.add(association.core) }
        return sum
    }

    /// A DCERPC_SERVER_STAT_* number; 0 for an unknown one.
    public func statistic(_ what: UInt32) -> UInt64 {
        switch what {
        case 1: return UInt64(associations.count)
        case 2: return totals.calls
        case 3: return totals.faults
        case 4: return associations.reduce(0) { $0 + UInt64($1.core.callsRunning) }
        case 5: return totals.pdusIn
        case 6: return totals.pdusOut
        default: return 0
        }
    }
}
