// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security
public import Transport

/// What a `struct dcerpc_credentials` is.
public final class CredentialsObject: TallocObject {
    public var credentials = NTLMCredentials()

    public static var type: TallocType<CredentialsObject> {
        TallocType("struct dcerpc_credentials", magic: 0x6463_6572_7063_6372)
    }
}
