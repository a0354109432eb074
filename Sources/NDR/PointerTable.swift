// SPDX-License-Identifier: LGPL-3.0-or-later

/// The full pointers ([ptr]) of one call: a pointee that several pointers share is on the wire once, and the
/// referent ids of a request hold for its response too.
///
/// An id stands for an address and the type of what is there: a peer cannot make one structure pass for another.
public final class PointerTable {
    private struct Pointee: Hashable {
        var address: UnsafeMutableRawPointer
        var type: UInt32
    }

    private var pointees: [UInt32: Pointee] = [:]
    private var ids: [Pointee: UInt32] = [:]
    private var last: UInt32 = 0
    /// Ids on the wire whose pointee is not written yet.
    private var pending: Set<UInt32> = []

    public init() {}

    /// The id of a pointer.
    func push(_ address: UnsafeMutableRawPointer, _ type: UInt32) -> UInt32 {
        if let id = ids[Pointee(address: address, type: type)] { return id }
        last &+= 1
        while last == 0 || pointees[last] != nil { last &+= 1 }
        enter(last, address, type)
        pending.insert(last)
        return last
    }

    /// Whether the pointee is to be written now. Of pointers with one id it follows the one whose turn comes first,
    /// not the one whose id stands first: who reads cannot know of another one then.
    func claim(_ id: UInt32) -> Bool { pending.remove(id) != nil }

    /// nil: a new id; the pointee follows.
    func pointer(_ id: UInt32, _ type: UInt32) throws(NDRErrorCode) -> UnsafeMutableRawPointer? {
        guard let pointee = pointees[id] else { return nil }
        guard pointee.type == type else { throw .invalidPointer }
        return pointee.address
    }

    func enter(_ id: UInt32, _ address: UnsafeMutableRawPointer, _ type: UInt32) {
        let pointee = Pointee(address: address, type: type)
        pointees[id] = pointee
        ids[pointee] = id
    }
}
