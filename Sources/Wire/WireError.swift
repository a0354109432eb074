// SPDX-License-Identifier: LGPL-3.0-or-later

/// Why bytes could not be read or written.
public enum WireError: Error {
    /// The bytes end before what they promise.
    case truncated
    /// A size would pass the writer's limit.
    case limitExceeded
    /// malloc failed.
    case outOfMemory
}
