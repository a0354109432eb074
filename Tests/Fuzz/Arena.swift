// SPDX-License-Identifier: LGPL-3.0-or-later

import Glibc
import NDR

/// Memory that the engine pulls into: each chunk a malloc of its own, so that AddressSanitizer sees its ends.
final class Arena {
    /// The allocator's C function has no context, and the fuzzers have one thread.
    nonisolated(unsafe) private static var chunks: [UnsafeMutableRawPointer] = []
    /// Memory starts as this, so that a value that was left out differs from run to run.
    nonisolated(unsafe) static var fill: CInt = 0xa5
    nonisolated(unsafe) private(set) static var total = 0

    static let allocator = Allocator(allocate: { _, size, _ in Arena.allocate(size) })

    init() {
        Arena.total = 0
        Arena.fill = 0xa5
    }

    deinit {
        for chunk in Arena.chunks { free(chunk) }
        Arena.chunks.removeAll(keepingCapacity: true)
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        require(size >= 0, "an allocation of \(size) bytes")
        guard size <= 1 << 26, let chunk = malloc(size) else { return nil }
        memset(chunk, fill, min(size, 1 << 14))
        chunks.append(chunk)
        total += size
        return chunk
    }

    /// Stands for the talloc parent, which nobody looks into.
    var root: UnsafeMutableRawPointer { make(1) }

    func make(_ size: Int) -> UnsafeMutableRawPointer {
        guard let memory = Arena.allocate(size) else { found("no memory") }
        memset(memory, 0, size)
        return memory
    }

    func make<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let memory = make(MemoryLayout<T>.size).bindMemory(to: T.self, capacity: 1)
        memory.initialize(to: value)
        return memory
    }

    func make<T>(array: [T]) -> UnsafeMutablePointer<T> {
        let memory = make(MemoryLayout<T>.stride * array.count).bindMemory(to: T.self, capacity: array.count)
        memory.initialize(from: array, count: array.count)
        return memory
    }

    func string(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(make(array: text.utf8CString.map { $0 })) }
}
