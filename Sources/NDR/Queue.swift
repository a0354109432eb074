// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc

/// What the scalars phase has to tell the buffers phase, in the order of the wire: selected arms, counts of arrays
/// in place, ids of full pointers. Each pointee has a stretch of its own.
struct Queue {
    private var memory: UnsafeMutablePointer<UInt32>?
    private var capacity = 0
    private var head = 0
    private var tail = 0

    @inline(__always)
    mutating func push(_ value: UInt32) throws(NDRErrorCode) {
        if tail == capacity { try grow() }
        memory?[tail] = value
        tail += 1
    }

    @inline(never)
    private mutating func grow() throws(NDRErrorCode) {
        let size = max(256, capacity * 2)
        guard let grown = realloc(memory, size * MemoryLayout<UInt32>.size) else { throw .alloc }
        memory = grown.bindMemory(to: UInt32.self, capacity: size)
        capacity = size
    }

    @inline(__always)
    mutating func pop() throws(NDRErrorCode) -> UInt32 {
        guard head < tail, let memory else { throw .validate }
        defer { head += 1 }
        return memory[head]
    }

    var isEmpty: Bool { head == tail }

    struct Mark {
        fileprivate var head: Int
        fileprivate var tail: Int
    }

    @inline(__always)
    mutating func begin() -> Mark {
        let mark = Mark(head: head, tail: tail)
        head = tail
        return mark
    }

    @inline(__always)
    mutating func end(_ mark: Mark) {
        head = mark.head
        tail = mark.tail
    }

    mutating func deallocate() {
        free(memory)
        memory = nil
    }
}

/// The path nodes of a failure, innermost first.
struct Trail {
    private var nodes: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0, 0, 0)
    private var count = 0

    @inline(never)
    mutating func note(_ path: UInt32) {
        guard path != 0 else { return }
        // Deeper than eight blocks: the innermost and the outermost names stay.
        withUnsafeMutableBytes(of: &nodes) { bytes in
            let slot = min(count, 7)
            bytes.storeBytes(of: path, toByteOffset: slot * 4, as: UInt32.self)
        }
        count += 1
    }

    /// How many are missing before the last one.
    var omitted: Int { max(0, count - 8) }

    var innermostFirst: [UInt32] {
        withUnsafeBytes(of: nodes) { bytes in
            (0..<min(count, 8)).map { bytes.load(fromByteOffset: $0 * 4, as: UInt32.self) }
        }
    }
}
