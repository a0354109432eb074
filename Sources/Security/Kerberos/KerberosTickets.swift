// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// For a KDC of a realm, and its answer is for `KerberosTickets.step`.
public struct KDCMessage: Sendable {
    public var realm: String
    public var bytes: [UInt8]
}

/// Where krb5.conf says that a KDC is.
public struct KDCAddress: Equatable, Sendable {
    public var host: String
    /// 0: the usual one.
    public var port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

/// Gets the ticket for one service: initial ticket where there is none, then the service's, a message at a time. Nothing
/// here talks to a KDC.
public final class KerberosTickets {
    let handle: OpaquePointer
    private let credentials: KerberosCredentials

    /// `service` is "host/name", or with "@REALM".
    public init(_ credentials: KerberosCredentials, service: String) throws(KerberosFailure) {
        self.credentials = credentials
        var made: OpaquePointer?
        let code = ckrb_tickets_create(credentials.shared, &made)
        guard code == 0, let made else { throw KerberosTickets.failure(nil, code) }
        handle = made
        try check(ckrb_tickets_set_service(made, service))
        try prepare()
    }

    deinit { ckrb_tickets_free(handle) }

    private func prepare() throws(KerberosFailure) {
        if let user = credentials.user {
            let code = KerberosTickets.with(credentials.realm) { realm in
                ckrb_tickets_set_client(handle, user, realm, credentials.domain)
            }
            try check(code)
        }
        switch credentials.source {
        case .password(let password):
            guard credentials.user != nil else { throw KerberosFailure(.noCredentials, "a password without a user") }
            try check(
                ckrb_tickets_use_password(handle, password.secret.bytes.bindMemory(to: CChar.self).baseAddress))
        case .ntHash(let account):
            guard credentials.user != nil else { throw KerberosFailure(.noCredentials, "a hash without a user") }
            try check(ckrb_tickets_use_hash(handle, account.ntHash.bytes.bindMemory(to: UInt8.self).baseAddress))
        case .keytab(let name): try check(KerberosTickets.with(name) { ckrb_tickets_use_keytab(handle, $0) })
        case .cache(let name): try check(KerberosTickets.with(name) { ckrb_tickets_use_cache(handle, $0) })
        case .tickets(let copy): try check(ckrb_tickets_use_cache(handle, copy.cache))
        }
    }

    static func with(_ name: String?, _ body: (UnsafePointer<CChar>?) -> Int32) -> Int32 {
        guard let name else { return body(nil) }
        return name.withCString(body)
    }

    private func check(_ code: Int32) throws(KerberosFailure) {
        guard code == 0 else { throw KerberosTickets.failure(handle, code) }
    }

    static func failure(_ handle: OpaquePointer?, _ code: Int32) -> KerberosFailure {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let base = buffer.baseAddress else { return "" }
            ckrb_tickets_text(handle, code, base, buffer.count)
            return String(cString: base)
        }
        return KerberosFailure(code: code, text: text)
    }

    /// Takes a KDC's answer, nothing at first; nil when the ticket is there.
    public func step(_ answer: [UInt8]) throws(KerberosFailure) -> KDCMessage? {
        guard KDCWork.isBearable(answer) else {
            throw KerberosFailure(.malformed, "the KDC's answer is none, or asks for too much work")
        }
        var message = ckrb_message()
        let code = answer.withUnsafeBufferPointer { ckrb_tickets_step(handle, $0.baseAddress, $0.count, &message) }
        guard code == 0 else {
            var failure = KerberosTickets.failure(handle, code)
            failure.status = KDCError.status(in: answer)
            throw failure
        }
        guard let data = message.data, let realm = message.realm else { return nil }
        return KDCMessage(
            realm: String(cString: realm), bytes: Array(UnsafeBufferPointer(start: data, count: message.length)))
    }

    /// The KDCs of a realm that krb5.conf names.
    public func kdcs(of realm: String) -> [KDCAddress] {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { host in
            var found: [KDCAddress] = []
            var port: UInt16 = 0
            while found.count < 16, let base = host.baseAddress,
                ckrb_tickets_kdc(handle, realm, found.count, base, &port)
            {
                found.append(KDCAddress(host: String(cString: base), port: port))
            }
            return found
        }
    }

    /// Whether the DNS may be asked where krb5.conf names none.
    public var looksForKDCsInDNS: Bool { ckrb_tickets_kdc_in_dns(handle) }
}
