// SPDX-License-Identifier: LGPL-3.0-or-later
//
// The first byte says what: what our own code reads of a KDC's message, a KDC's answers to a client with a password, or
// tokens to a server with a keytab, each with its length before it. Whoever sends them knows no key: nobody may ever be
// content.

import Glibc
import Security

/// The fuzzer runs in the repository's root.
private func put(_ name: String, _ bytes: [UInt8]) -> String {
    let path = "build/fuzz/kerberos." + name
    guard let file = fopen(path, "w") else { found("no file \(path)") }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
    return path
}

/// host/server@EXAMPLE.TEST with a key of aes256.
private func makeKeytab() -> KerberosKeytab? {
    func text(_ string: String) -> [UInt8] { [0, UInt8(truncatingIfNeeded: string.utf8.count)] + Array(string.utf8) }
    let entry =
        [0, 2] + text("EXAMPLE.TEST") + text("host") + text("server") + [0, 0, 0, 1, 0x5f, 0, 0, 0, 1, 0, 18, 0, 32]
        + [UInt8](repeating: 0x5a, count: 32)
    let path = put("keytab", [5, 2, 0, 0, 0, UInt8(truncatingIfNeeded: entry.count)] + entry)
    return try? KerberosKeytab("FILE:" + path, principal: nil)
}

nonisolated(unsafe) private var keytab: KerberosKeytab? = {
    setenv("KRB5_CONFIG", put("conf", Array("[libdefaults]\n default_realm = EXAMPLE.TEST\n".utf8)), 1)
    setenv("KRB5RCACHENAME", "none:", 1)
    return makeKeytab()
}()

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    require(keytab != nil, "no keytab")
    if input.byte() & 1 == 0 { client(&input) } else { server(&input) }
}

private func client(_ input: inout Input) {
    let password = SharedSecret(Secret(Array("Password".utf8) + [0]))
    let credentials = KerberosCredentials(.password(password), user: "alice", realm: "EXAMPLE.TEST", domain: "")
    guard let tickets = try? KerberosTickets(credentials, service: "host/server") else { return }
    var message = try? tickets.step([])
    require(message != nil, "the client does not begin")
    for _ in 0..<8 where !input.isEmpty && message != nil {
        do { message = try tickets.step(input.take(input.word())) } catch { return }
        require(message != nil, "a ticket of nobody")
    }
}

private func server(_ input: inout Input) {
    guard let keytab, let side = KerberosAcceptor(keytab, level: .privacy, authorization: { _ in nil }) else { return }
    for _ in 0..<8 where !input.isEmpty {
        let result = input.take(input.word()).withUnsafeBytes { try? side.step($0) }
        require(!(result?.finished ?? false), "tokens of nobody are accepted")
        require(side.peer == nil, "nobody is somebody")
        side.withSessionKey { require($0.isEmpty, "a key before the end") }
    }
}

private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    [tag, 0x82, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(truncatingIfNeeded: content.count)] + content
}

private func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(truncatingIfNeeded: message.count), UInt8(truncatingIfNeeded: message.count >> 8)] + message
}

/// KDC_ERR_PREAUTH_REQUIRED with ETYPE-INFO2, and an AP-REQ that nobody could have made.
func seeds() -> [[UInt8]] {
    let info = element(0x30, element(0x30, [0xa0, 3, 2, 1, 18, 0xa1, 3, 0x1b, 1, 0x78, 0xa2, 6, 4, 4, 0, 0, 1, 0]))
    let data = element(0x30, element(0x30, [0xa1, 3, 2, 1, 19] + element(0xa2, element(4, info))))
    let name: [UInt8] = [0x30, 13, 0xa0, 3, 2, 1, 2, 0xa1, 6, 0x30, 4, 0x1b, 2, 0x61, 0x62]
    let time: [UInt8] = [0x18, 15] + Array("20261125120000Z".utf8)
    var error: [UInt8] = [0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, 30] + element(0xa4, time) + [0xa5, 3, 2, 1, 0]
    error += [0xa6, 3, 2, 1, 25] + element(0xa9, [0x1b, 1, 0x58]) + element(0xaa, name)
    error = element(0x7e, element(0x30, error + element(0xac, element(4, data))))
    let cipher = element(0x30, [0xa0, 3, 2, 1, 18, 0xa2, 34, 4, 32] + [UInt8](repeating: 1, count: 32))
    let realm: [UInt8] = [0x1b, 12] + Array("EXAMPLE.TEST".utf8)
    let service: [UInt8] = Array([0x30, 23, 0xa0, 3, 2, 1, 2, 0xa1, 16, 0x30, 14, 0x1b, 4] + Array("host".utf8))
    let ticket = element(
        0x61,
        element(
            0x30,
            [0xa0, 3, 2, 1, 5] + element(0xa1, realm)
                + element(0xa2, service + [0x1b, 6] + Array("server".utf8)) + element(0xa3, cipher)))
    let request = element(
        0x6e,
        element(
            0x30,
            [0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, 14, 0xa2, 7, 3, 5, 0, 0x20, 0, 0, 0] + element(0xa3, ticket)
                + element(0xa4, cipher)))
    return [[0] + framed(error) + framed(error), [1] + framed(request)]
}
