// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import CTalloc
internal import Transport

/// The arguments of calls that the library makes by itself, zeroed and in talloc memory that goes as a whole.
final class CallMemory {
    let context: UnsafeMutableRawPointer
    private var isHeld = true

    /// nil when out of memory.
    init?() {
        guard let context = shim_talloc_new(nil) else { return nil }
        self.context = context
    }

    deinit { release() }

    /// Frees everything, also requests that still run.
    func release() {
        guard isHeld else { return }
        isHeld = false
        tallocFree(context)
    }

    func zeroed<T>(_ type: T.Type = T.self, count: Int = 1) -> UnsafeMutablePointer<T>? {
        let size = MemoryLayout<T>.stride * max(1, count)
        guard let chunk = shim_talloc_size(context, size, nil) else { return nil }
        chunk.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return chunk.assumingMemoryBound(to: T.self)
    }

    func string(_ text: String) -> UnsafeMutablePointer<CChar>? { tallocString(UnsafeRawPointer(context), text) }

    func bytes(_ bytes: [UInt8]) -> UnsafeMutablePointer<UInt8>? {
        guard let copy = zeroed(UInt8.self, count: bytes.count) else { return nil }
        for (index, byte) in bytes.enumerated() { copy[index] = byte }
        return copy
    }
}
