// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// The stub data of one call whose fragments are still coming.
final class Reassembly {
    private(set) var stub: ByteWriter
    let bigEndian: Bool

    init(limit: Int, bigEndian: Bool) {
        stub = ByteWriter(limit: limit)
        self.bigEndian = bigEndian
    }

    /// Appends a fragment. `hint` is the peer's word for what is still to come: it only sizes memory, and never by
    /// more than what has arrived already would justify.
    func append(_ fragment: UnsafeRawBufferPointer, hint: Int) throws(WireError) {
        let trusted = min(max(0, hint), max(0x10_0000, stub.count))
        if stub.count == 0, trusted > fragment.count, trusted <= stub.limit { try stub.reserve(trusted) }
        try stub.append(fragment)
    }

    func restart() { stub.removeAll() }
}
