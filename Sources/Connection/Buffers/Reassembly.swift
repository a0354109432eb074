// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// The stub data of one call whose fragments are still coming.
final class Reassembly {
    private(set) var stub: ByteWriter
    var bigEndian = false
    /// Fragments that brought nothing: they cost the peer little, so they are counted.
    private(set) var emptyFragments = 0

    init(limit: Int) { stub = ByteWriter(limit: limit) }

    /// Appends a fragment. `hint` is the peer's word for what is still to come: it only sizes memory, and never by
    /// more than twice of what has really arrived.
    func append(_ fragment: UnsafeRawBufferPointer, hint: Int) throws(WireError) {
        if fragment.isEmpty { emptyFragments += 1 }
        if fragment.count > stub.capacity - stub.count {
            let arrived = stub.count + fragment.count
            let trusted = min(hint, 2 * arrived, stub.limit - stub.count)
            if trusted > fragment.count { try stub.reserve(trusted) }
        }
        try stub.append(fragment)
    }

    /// Nobody wants the stub data any more.
    func discard() {
        emptyFragments = 0
        stub.removeAll()
        stub.shrinkWhenEmpty(to: 0)
    }

    /// Makes it fit for another call; false when it holds more memory than is to be kept.
    func restart(keeping size: Int) -> Bool {
        guard stub.capacity <= size else { return false }
        stub.removeAll()
        emptyFragments = 0
        return true
    }
}
