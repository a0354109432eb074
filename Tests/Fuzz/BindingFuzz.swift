// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Binding strings and protocol towers: what is read is written in a form that reads the same. The first input byte
// chooses: a string, a tower, a UUID, an option and its value.

import Binding
import Wire

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let kind = input.byte()
    let rest = Array(input.rest)
    switch kind & 3 {
    case 0: string(String(decoding: rest, as: UTF8.self))
    case 1: tower(rest)
    case 2: uuid(String(decoding: rest, as: UTF8.self))
    default: option(rest)
    }
}

private func string(_ text: String) {
    guard let binding = try? ServerBinding.parse(from: text) else { return }
    stable(binding, text)
}

/// The text of a binding reads back to an equal binding, and its tower to an equal tower.
private func stable(_ binding: ServerBinding, _ origin: String) {
    let text = binding.description
    guard let again = try? ServerBinding.parse(from: text) else { found("'\(origin)' is '\(text)', which is refused") }
    require(again == binding, "'\(origin)' is '\(text)', which is another binding")
    require(again.description == text, "'\(origin)' is '\(text)', then '\(again.description)'")
    for name in ["transport", "host", "endpoint", "object", "abstract_syntax", "assoc_group_id", "ndr64", "print"] {
        require(again.option(name) == binding.option(name), "\(name) of '\(text)'")
    }
    _ = binding.port
    guard let tower = binding.tower() else { return }
    var writer = ByteWriter()
    do { try tower.write(to: &writer) } catch { return }
    guard let read = try? ProtocolTower(writer.bytes) else { found("the tower of '\(text)' cannot be read") }
    require(read == tower, "the tower of '\(text)' is \(read)")
    if let back = ServerBinding(read) { require(back.transport == binding.transport, "tower of '\(text)': \(back)") }
}

private func tower(_ bytes: [UInt8]) {
    guard let tower = bytes.withUnsafeBytes({ try? ProtocolTower($0) }) else { return }
    var writer = ByteWriter()
    do { try tower.write(to: &writer) } catch { found("\(tower) cannot be written: \(error)") }
    require(writer.bytes.elementsEqual(bytes.prefix(writer.count)), "\(tower) is written as other bytes")
    require((try? ProtocolTower(writer.bytes)) == tower, "\(tower) is read as another tower")
    _ = (tower.transferSyntax, tower.endpoint, tower.host)
    if let binding = ServerBinding(tower) { stable(binding, "\(tower)") }
}

private func uuid(_ text: String) {
    guard let value = UUIDValue(text) else { return }
    require(UUIDValue(value.description) == value, "\(text) is \(value.description)")
}

/// Options by name, as a C caller sets them: each leaves a binding that can be written and read.
private func option(_ bytes: [UInt8]) {
    var binding = ServerBinding()
    for item in bytes.split(separator: UInt8(ascii: "\n")) {
        let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1).map { String(decoding: $0, as: UTF8.self) }
        guard let name = parts.first else { continue }
        let before = binding
        do { try binding.setOption(name, parts.count > 1 ? parts[1] : nil) } catch {
            require(before == binding, "setting \(name) failed, and changed the binding")
        }
    }
    stable(binding, String(decoding: bytes, as: UTF8.self))
}

func seeds() -> [[UInt8]] {
    let strings = [
        "308fb580-1eb2-11ca-923b-08002b1075a7@ncacn_ip_tcp:127.0.0.1[135,ndr64,print]",
        "ncacn_ip_tcp:fe80::5357:5F00%75[75,target_hostname=port75.example.com,assoc_group_id=0x01234567]",
        "ncacn_np:server[\\pipe\\lsass,padcheck,bigendian]", "ncalrpc:[endpoint=print]", "[135,transport=ncacn_ip_tcp]",
        "ncacn_ip_tcp:server[0,abstract_syntax=60a15ec5-4de8-11d7-a637-005056a20182/0x00000001]", "ncacn_http:a[593]",
        "ncacn_ip_tcp:$SERVER[,localaddress=192.168.1.1,max_xmit_frag=5840,max_recv_frag=1432]", "ncadg_ip_udp:",
        "ncacn_ip_tcp:a[,max_recv_frag=1432,target_principal=host/x,localaddress=::1]",
        "ncacn_unix_stream:[/tmp/epmapper,ndr32,nomultiplex,target_principal=host/x]", "::1[75]",
    ]
    let syntax = SyntaxID(
        uuid: UUIDValue(timeLow: 0x60a1_5ec5, timeMid: 0x4de8, timeHighAndVersion: 0x11d7, tail: 0xa637_0050_56a2_0182),
        version: 0x0005_0001)
    let towers = ProtocolSequence.allCases.compactMap { sequence -> [UInt8]? in
        var writer = ByteWriter()
        let tower = ProtocolTower(
            abstractSyntax: syntax, transport: sequence, endpoint: sequence.usesPorts ? "135" : "pipe",
            host: sequence.usesPorts ? "192.0.2.1" : "server")
        do { try tower?.write(to: &writer) } catch { return nil }
        return [1] + Array(writer.bytes)
    }
    return strings.map { [0] + Array($0.utf8) } + towers + [
        [2] + Array("{308fb580-1eb2-11ca-923b-08002b1075a7}".utf8),
        [3]
            + Array(
                "transport=ncacn_ip_tcp\nhost=a\nendpoint=7\nndr64=ndr64\ntarget_hostname=b\ntransport=ncalrpc".utf8),
    ]
}
