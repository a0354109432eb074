// SPDX-License-Identifier: LGPL-3.0-or-later

/// Where pulled data goes: C functions, so that this room knows no talloc.
public struct Allocator: Sendable {
    /// `size` bytes, not zeroed, as a child of `parent`; `name` is static. nil: out of memory.
    public var allocate:
        @convention(c) (
            _ parent: UnsafeMutableRawPointer?, _ size: Int, _ name: UnsafePointer<CChar>?
        ) -> UnsafeMutableRawPointer?

    public init(
        allocate:
            @convention(c) (
                _ parent: UnsafeMutableRawPointer?, _ size: Int, _ name: UnsafePointer<CChar>?
            ) -> UnsafeMutableRawPointer?
    ) {
        self.allocate = allocate
    }
}
