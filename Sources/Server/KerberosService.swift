// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security

/// What a server needs to let clients log on with Kerberos.
public final class KerberosService {
    private let keytab: KerberosKeytab
    private let authorization: KerberosAcceptor.Authorization

    public init(keytab: KerberosKeytab, authorization: @escaping KerberosAcceptor.Authorization) {
        self.keytab = keytab
        self.authorization = authorization
    }

    /// nil when out of memory.
    func acceptor(_ level: ProtectionLevel) -> KerberosAcceptor? {
        KerberosAcceptor(keytab, level: level, authorization: authorization)
    }
}
