// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// The keys of a server.
public final class KerberosKeytab {
    let handle: OpaquePointer

    /// nil for the environment's keytab, and for any principal that it has.
    public init(_ keytab: String?, principal: String?) throws(KerberosFailure) {
        var opened: OpaquePointer?
        var text = ""
        let code = KerberosTickets.with(keytab) { keytab in
            KerberosTickets.with(principal) { principal in
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                    guard let base = buffer.baseAddress else { return 0 }
                    let code = ckrb_keytab_open(keytab, principal, &opened, base, buffer.count)
                    if code != 0 { text = String(cString: base) }
                    return code
                }
            }
        }
        guard code == 0, let opened else {
            let place = "keytab \(keytab ?? "of the environment")" + (principal.map { ", \($0)" } ?? "")
            throw KerberosFailure(code: code, text: "\(place): \(text)")
        }
        handle = opened
    }

    deinit { ckrb_keytab_close(handle) }
}

/// The server's side.
public final class KerberosAcceptor: KerberosContext {
    /// What a PAC's KERB_VALIDATION_INFO says about its account, by whoever can read it; nil: it cannot be read.
    public typealias Authorization = (UnsafeRawBufferPointer) -> SecurityPeer?

    private let keytab: KerberosKeytab
    private let authorization: Authorization
    private var client: SecurityPeer?
    private var hasBegun = false

    /// nil when out of memory.
    public init?(_ keytab: KerberosKeytab, level: ProtectionLevel, authorization: @escaping Authorization) {
        var made: OpaquePointer?
        guard ckrb_acceptor_create(keytab.handle, &made) == 0, let made else { return nil }
        self.keytab = keytab
        self.authorization = authorization
        super.init(made, level: level)
    }

    override var needsIntegrity: Bool { false }
    public override var peer: SecurityPeer? { client }

    public override func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard !token.isEmpty else { throw .malformedToken }
        let step = try super.step(try hasBegun ? token : KerberosAcceptor.unframed(token))
        hasBegun = true
        if step.finished { client = try identify() }
        return step
    }

    /// The AP-REQ of a first token. In DCE style it comes bare, and libgssapi takes nothing else; Windows takes one in the
    /// frame of RFC 2743 3.1 too, in which impacket sends it.
    static func unframed(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> UnsafeRawBufferPointer {
        guard token.first == DERTag.application else { return token }
        var outer = DERReader(token)
        let content = try outer.element(DERTag.application)
        var inner = DERReader(content)
        let mechanism = try inner.element(DERTag.objectIdentifier)
        guard let start = content.baseAddress, let name = mechanism.baseAddress else { throw .malformedToken }
        let request = name - start + mechanism.count
        guard outer.isAtEnd,
            mechanism.elementsEqual(SPNEGO.kerberos) || mechanism.elementsEqual(SPNEGO.microsoftKerberos),
            content.count > request + 2, content[request] == 1, content[request + 1] == 0
        else { throw .malformedToken }
        return UnsafeRawBufferPointer(rebasing: content[(request + 2)...])
    }

    /// The account as its domain controller knows it, or else by its principal alone.
    private func identify() throws(SecurityError) -> SecurityPeer {
        guard let principal = principal(), let peer = KerberosAcceptor.peer(principal) else { throw .logonFailure }
        var length = 0
        if let info = ckrb_context_logon_info(handle, &length) {
            defer { ckrb_bytes_free(info) }
            guard let peer = authorization(UnsafeRawBufferPointer(start: info, count: length)) else {
                throw .malformedToken
            }
            return peer
        }
        return peer
    }

    /// nil for whoever a KDC gives tickets to without asking who it is (RFC 8062): that is nobody's proof of anything.
    static func peer(_ principal: String) -> SecurityPeer? {
        let bytes = Array(principal.utf8)
        var index = 0
        // The only "@" without a backslash before it is the realm's.
        while index < bytes.count, bytes[index] != UInt8(ascii: "@") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let account = String(decoding: bytes[..<min(index, bytes.count)], as: UTF8.self)
        guard account != "WELLKNOWN/ANONYMOUS", !account.isEmpty else { return nil }
        return SecurityPeer(
            domain: String(decoding: bytes.dropFirst(index + 1), as: UTF8.self), account: account, workstation: "")
    }

    private func principal() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { buffer in
            guard let base = buffer.baseAddress, ckrb_context_client(handle, base, buffer.count) else { return nil }
            return String(validatingCString: base)
        }
    }
}
