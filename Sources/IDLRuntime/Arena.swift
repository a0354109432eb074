// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc
public import NDR

/// Zeroed memory that is released at once; a chunk remembers its arena, because the engine names a chunk as parent.
public final class Arena {
    private struct Header {
        var newest: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        var previous: UnsafeMutableRawPointer?
    }

    private static let headerSize = 16
    private let newest = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: 1)
    /// The parent of what is pulled.
    public let root: UnsafeMutableRawPointer

    public init() {
        newest.initialize(to: nil)
        guard let root = Self.chunk(newest, 1) else { fatalError("out of memory") }
        self.root = root
    }

    deinit {
        var chunk = newest.pointee
        while let memory = chunk {
            let start = memory - Self.headerSize
            chunk = start.load(as: Header.self).previous
            free(start)
        }
        newest.deallocate()
    }

    public static let allocator = Allocator { parent, size, _ in
        guard let parent else { return nil }
        return Arena.chunk((parent - headerSize).load(as: Header.self).newest, size)
    }

    public func make(_ size: Int) -> UnsafeMutableRawPointer {
        guard let memory = Self.chunk(newest, size) else { fatalError("out of memory") }
        return memory
    }

    private static func chunk(_ newest: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ size: Int)
        -> UnsafeMutableRawPointer?
    {
        guard size >= 0, let start = calloc(1, headerSize + max(size, 8)) else { return nil }
        start.storeBytes(of: Header(newest: newest, previous: newest.pointee), as: Header.self)
        newest.pointee = start + headerSize
        return start + headerSize
    }
}
