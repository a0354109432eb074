// SPDX-License-Identifier: LGPL-3.0-or-later

public import Security
public import Transport

/// What a `struct dcerpc_netlogon_creds` is.
public final class NetlogonObject: TallocObject {
    public let credentials: NetlogonCredentials
    private var computer: UnsafeMutablePointer<CChar>?
    private var account: UnsafeMutablePointer<CChar>?

    public init(_ credentials: NetlogonCredentials) { self.credentials = credentials }

    public static var type: TallocType<NetlogonObject> {
        TallocType("struct dcerpc_netlogon_creds", magic: 0x6463_6572_7063_6e63)
    }

    /// Names as C strings that belong to the handle; nil when out of memory.
    public var computerName: UnsafePointer<CChar>? { keep(credentials.identity.computer, &computer) }
    public var accountName: UnsafePointer<CChar>? { keep(credentials.identity.account, &account) }

    private func keep(_ text: String, _ copy: inout UnsafeMutablePointer<CChar>?) -> UnsafePointer<CChar>? {
        if copy == nil, let handle { copy = tallocString(UnsafeRawPointer(handle), text) }
        return UnsafePointer(copy)
    }
}
