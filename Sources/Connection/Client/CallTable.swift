// SPDX-License-Identifier: LGPL-3.0-or-later

/// A request that waits for its answer.
struct PendingCall {
    var callID: UInt32 = 0
    var contextID: UInt16 = 0
    /// Nobody waits any more: the answer is dropped when it comes.
    var abandoned = false
    var active = false
    /// The peer has not been shown it yet, so it can have no answer.
    var held = false
    var tag: UInt = 0
    /// The number of its security context.
    var security = 0
    var reassembly: Reassembly?
}

/// Pending calls by call id, in constant time whatever their number.
///
/// Ids count up. A call stands at the slot that the low bits of its id name; an id whose slot is still taken by a
/// slow older call is skipped, so looking one up is one comparison.
struct CallTable {
    private var slots: [PendingCall] = Array(repeating: PendingCall(), count: 16)
    private var lastID: UInt32
    private(set) var count = 0
    /// Of those, the calls that nobody waits for.
    private(set) var abandoned = 0

    init(lastID: UInt32 = 0) { self.lastID = lastID }

    mutating func insert(contextID: UInt16, tag: UInt, security: Int) -> UInt32 {
        if count * 2 >= slots.count { grow() }
        var id = lastID &+ 1
        while id == 0 || slots[index(id)].active { id &+= 1 }
        lastID = id
        slots[index(id)] = PendingCall(callID: id, contextID: contextID, active: true, tag: tag, security: security)
        count += 1
        return id
    }

    /// An id for a bind or alter_context, which are not calls.
    mutating func reserveID() -> UInt32 {
        repeat { lastID &+= 1 } while lastID == 0 || slot(of: lastID) != nil
        return lastID
    }

    @inline(__always)
    func slot(of id: UInt32) -> Int? {
        let slot = index(id)
        return slots[slot].active && slots[slot].callID == id ? slot : nil
    }

    subscript(slot: Int) -> PendingCall {
        _read { yield slots[slot] }
        _modify { yield &slots[slot] }
    }

    /// The caller has given the call up; only its answer is still expected.
    mutating func abandon(slot: Int) {
        slots[slot].abandoned = true
        slots[slot].tag = 0
        abandoned += 1
    }

    mutating func remove(slot: Int) {
        slots[slot].active = false
        if slots[slot].abandoned { abandoned -= 1 }
        if slots[slot].reassembly != nil { slots[slot].reassembly = nil }
        count -= 1
    }

    mutating func removeAll() {
        slots = Array(repeating: PendingCall(), count: 16)
        count = 0
        abandoned = 0
    }

    @inline(__always)
    private func index(_ id: UInt32) -> Int { Int(id) & (slots.count - 1) }

    /// Ids that differ in their low bits still do with one bit more, so nothing can collide.
    @inline(never)
    private mutating func grow() {
        let old = slots
        slots = Array(repeating: PendingCall(), count: old.count * 2)
        for call in old where call.active { slots[index(call.callID)] = call }
    }
}
