// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CShims
internal import Glibc
public import Security

/// At most 256 random bytes from the kernel; nil when it has none.
public func randomSecret(_ count: Int) -> Secret? {
    let secret = Secret(count: count)
    guard count <= 256, getentropy(secret.mutableBytes.baseAddress, count) == 0 else { return nil }
    return secret
}

/// Now as FILETIME: units of 100 ns since 1601.
public func fileTime() -> UInt64 {
    var now = timespec()
    _ = clock_gettime(CLOCK_REALTIME, &now)
    let seconds = UInt64(truncatingIfNeeded: now.tv_sec) &+ 11_644_473_600
    return seconds &* 10_000_000 &+ UInt64(truncatingIfNeeded: now.tv_nsec / 100)
}
