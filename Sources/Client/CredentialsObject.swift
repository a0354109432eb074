// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security
public import Transport

/// Everything that a client may show.
public struct ClientCredentials {
    public var ntlm = NTLMCredentials()
    /// What a secure channel of the account has agreed on.
    public var netlogon: NetlogonCredentials?

    public init() {}
}

/// What a `struct dcerpc_credentials` is.
public final class CredentialsObject: TallocObject {
    public var credentials = ClientCredentials()

    public static var type: TallocType<CredentialsObject> {
        TallocType("struct dcerpc_credentials", magic: 0x6463_6572_7063_6372)
    }
}
