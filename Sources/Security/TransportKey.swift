// SPDX-License-Identifier: LGPL-3.0-or-later

/// What encrypts secrets in calls over a transport that has no session key of its own: all but SMB.
public enum TransportKey {
    public static var fixed: StaticString { "SystemLibraryDTC" }
}
