// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// Options by name, as binding strings and C callers have them.
extension ServerBinding {
    /// An option's value as text; nil when it is not set or not known.
    public func option(_ name: String) -> String? {
        switch name {
        case "transport": return transport == .unknown ? nil : transport.name
        case "host": return host
        case "endpoint": return endpoint
        case "target_hostname": return targetHostname
        case "object": return object?.description
        case "abstract_syntax": return abstractSyntax.map(syntaxText)
        case "assoc_group_id": return associationGroup == 0 ? nil : "0x" + hexadecimal(associationGroup)
        case "target_principal", "localaddress", "max_xmit_frag", "max_recv_frag": return storedOption(name)
        default:
            guard let flag = BindingFlags(name: name), flags.contains(flag) else { return nil }
            return name.lowercased()
        }
    }

    /// Sets an option; nil removes it. Nothing changes when that throws.
    public mutating func setOption(_ name: String, _ value: String?) throws(BindingError) {
        switch name {
        case "transport": try setTransport(named: value)
        case "host": try setHost(value)
        case "endpoint": try setEndpoint(value)
        case "target_hostname": try setTargetHostname(value)
        case "object": setObject(try value.map { (text) throws(BindingError) in try uuid(text) })
        case "abstract_syntax": setAbstractSyntax(try value.map { (text) throws(BindingError) in try syntax(text) })
        case "assoc_group_id": try setAssociationGroup(value)
        case "target_principal", "localaddress", "max_xmit_frag", "max_recv_frag":
            if let value { try checkStored(name, value) }
            storeOption(name, value)
        default: try setFlag(name, value)
        }
    }

    private mutating func setTransport(named name: String?) throws(BindingError) {
        guard let name else { return setTransport(.unknown) }
        guard let sequence = ProtocolSequence(name: name) else { throw .unknownProtocolSequence(name) }
        setTransport(sequence)
    }

    private mutating func setAssociationGroup(_ text: String?) throws(BindingError) {
        guard let text else { return associationGroup = 0 }
        guard let value = hexadecimal(text) else { throw .badValue(option: "assoc_group_id") }
        associationGroup = value
    }

    private mutating func setFlag(_ name: String, _ value: String?) throws(BindingError) {
        guard let flag = BindingFlags(name: name) else {
            throw BindingFlags.isUnsupported(name) ? .notSupported(name) : .unknownOption(name)
        }
        guard let value else { return try setFlags([], clearing: flag) }
        guard BindingFlags(name: value) == flag else { throw .badValue(option: name) }
        try setFlags(flag)
    }

    private func checkStored(_ name: String, _ value: String) throws(BindingError) {
        switch name {
        case "localaddress":
            guard InternetAddress.ipv4(value) != nil || InternetAddress.isIPv6(value) else {
                throw .badValue(option: name)
            }
        case "max_xmit_frag", "max_recv_frag":
            // MustRecvFragSize of C706 12.6.3.1 is the least that any peer takes.
            guard let size = InternetAddress.decimal(value.utf8), (1432...65535).contains(size) else {
                throw .badValue(option: name)
            }
        default: break
        }
        try ServerBinding.checkText(value, option: name)
    }

    private func uuid(_ text: String) throws(BindingError) -> UUIDValue {
        guard text.utf8.count == 36, let value = UUIDValue(text) else { throw .badValue(option: "object") }
        return value
    }

    /// "60a15ec5-4de8-11d7-a637-005056a20182/0x00000001"
    private func syntax(_ text: String) throws(BindingError) -> SyntaxID {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let uuid = UUIDValue(Substring(parts[0])),
            let version = hexadecimal(String(Substring(parts[1])))
        else { throw .badValue(option: "abstract_syntax") }
        return SyntaxID(uuid: uuid, version: version)
    }
}

private func syntaxText(_ syntax: SyntaxID) -> String {
    syntax.uuid.description + "/0x" + hexadecimal(syntax.version)
}

/// Eight digits.
func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits
}

/// Reads "0x" and one to eight digits.
private func hexadecimal(_ text: String) -> UInt32? {
    let bytes = Array(text.utf8)
    guard (3...10).contains(bytes.count), bytes[0] == UInt8(ascii: "0"), bytes[1] == UInt8(ascii: "x") else {
        return nil
    }
    var value: UInt32 = 0
    for byte in bytes[2...] {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
        value = value << 4 | UInt32(digit)
    }
    return value
}
