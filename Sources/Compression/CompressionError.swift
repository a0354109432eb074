// SPDX-License-Identifier: LGPL-3.0-or-later

public enum CompressionError: Error {
    /// The compressed bytes contradict themselves, or give more or less than they promised.
    case malformed
    case outOfMemory
}
