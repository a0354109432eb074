// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// What is left of an inquiry that did not fit one answer.
enum LookupRest {
    case entries(ArraySlice<EndpointMapEntry>)
    case towers(ArraySlice<[UInt8]>)
}

/// The endpoint mapper's context handles of one association group. They are random, and the oldest gives way: clients
/// are known to ask for one tower and never to free the handle.
struct LookupHandles {
    private var open: [(id: UUIDValue, rest: LookupRest)] = []

    var count: Int { open.count }

    mutating func add(_ rest: LookupRest) -> UUIDValue {
        if open.count >= ServerLimits.lookupHandles { open.removeFirst() }
        let id = UUIDValue(
            timeLow: .random(in: 1...UInt32.max), timeMid: .random(in: 0...UInt16.max),
            timeHighAndVersion: .random(in: 0...UInt16.max), tail: .random(in: 0...UInt64.max))
        open.append((id, rest))
        return id
    }

    /// The rest of an inquiry, whose handle ends here; nil for a handle that is not ours.
    mutating func take(_ id: UUIDValue) -> LookupRest? {
        guard let index = open.firstIndex(where: { $0.id == id }) else { return nil }
        return open.remove(at: index).rest
    }
}
