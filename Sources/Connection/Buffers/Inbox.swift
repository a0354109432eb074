// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// Received bytes that are not consumed yet, in one run of memory that the driver reads into.
struct Inbox: ~Copyable {
    private(set) var base: UnsafeMutableRawPointer?
    private(set) var capacity = 0
    private(set) var start = 0
    private(set) var end = 0
    private let first: Int
    private let full: Int
    private var sawFullRead = false

    init(first: Int, full: Int) {
        self.first = first
        self.full = full
    }

    deinit { free(base) }

    var count: Int { end - start }

    var bytes: UnsafeRawBufferPointer {
        guard let base, end > start else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base + start, count: end - start)
    }

    /// Room to read into; moves what is unconsumed to the front first, so earlier views of `bytes` end here.
    mutating func space(atLeast minimum: Int) -> UnsafeMutableRawBufferPointer? {
        if start == end {
            start = 0
            end = 0
        } else if start > 0, let base {
            memmove(base, base + start, end - start)
            end -= start
            start = 0
        }
        let wanted = max(sawFullRead ? full : first, end + minimum)
        if wanted > capacity, !resize(to: wanted) { return nil }
        guard let base else { return nil }
        return UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
    }

    private mutating func resize(to size: Int) -> Bool {
        guard let memory = realloc(base, size) else { return false }
        base = memory
        capacity = size
        return true
    }

    mutating func filled(_ n: Int) {
        precondition(n >= 0 && n <= capacity - end, "the driver read more than there was room for")
        end += n
        if end == capacity { sawFullRead = true }
    }

    mutating func consume(_ n: Int) { start = min(end, start + max(0, n)) }
}
