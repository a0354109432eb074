// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Glibc
internal import Transport

extension SocketError {
    /// The host is a name or nothing at all; no call of the system gives it.
    static let notAnAddress = SocketError(code: -1)

    var isAddressInUse: Bool { code == EADDRINUSE }
    var isPermission: Bool { code == EACCES || code == EPERM }
    /// The kernel does not have the address family, or no address of it.
    var isFamilyMissing: Bool { code == EAFNOSUPPORT || code == EADDRNOTAVAIL || code == EPROTONOSUPPORT }
}
