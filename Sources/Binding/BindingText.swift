// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// Binding strings: [object@][protocol-sequence:][host][\[[endpoint][,option[=value]]...\]]
extension ServerBinding {
    /// Reads a binding string. Without a protocol sequence, `transport` is `unknown`.
    public static func parse(from text: String) throws(BindingError) -> ServerBinding {
        var binding = ServerBinding()
        var seen: [String] = []
        let (address, section) = try split(Array(text.utf8))
        var items = try section.map { (bytes) throws(BindingError) in try optionItems(bytes) } ?? []
        // A transport that is named as an option decides what an endpoint may be, so it goes first.
        if let index = items.firstIndex(where: { $0.name == "transport" }) {
            items.insert(items.remove(at: index), at: 0)
        }
        for item in addressItems(address) + items {
            guard !seen.contains(item.name) else { throw .duplicate(item.name) }
            seen.append(item.name)
            try binding.setOption(item.name, item.value)
        }
        return binding
    }

    /// The binding as a string that `parse(from:)` reads back to an equal one.
    public var description: String {
        var text = object.map { $0.description + "@" } ?? ""
        if transport != .unknown { text += transport.name + ":" }
        text += host ?? ""
        var items: [String] = []
        for (name, flag) in BindingFlags.names where flags.contains(flag) { items.append(name) }
        if let name = targetHostnameToShow { items.append("target_hostname=" + name) }
        for name in ["target_principal", "assoc_group_id", "abstract_syntax"] {
            if let value = option(name) { items.append(name + "=" + value) }
        }
        for (name, value) in options where name != "target_principal" { items.append(name + "=" + value) }
        guard endpoint != nil || !items.isEmpty else { return text }
        return text + "[" + ([endpointText] + items).joined(separator: ",") + "]"
    }

    /// The endpoint, with its name where it would be read as an option otherwise.
    private var endpointText: String {
        guard let endpoint else { return "" }
        let plain = !endpoint.utf8.contains(UInt8(ascii: "=")) && !isFlagName(endpoint)
        return plain ? endpoint : "endpoint=" + endpoint
    }
}

private typealias Item = (name: String, value: String)

private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

private func isFlagName(_ name: String) -> Bool {
    BindingFlags(name: name) != nil || BindingFlags.isUnsupported(name)
}

/// What is before the options, and what is between their brackets.
private func split(_ bytes: [UInt8]) throws(BindingError) -> (address: ArraySlice<UInt8>, section: ArraySlice<UInt8>?) {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "[")) else { return (bytes[...], nil) }
    guard bytes.count >= open + 2, bytes.last == UInt8(ascii: "]") else { throw .syntax(text(bytes[open...])) }
    return (bytes[..<open], bytes[(open + 1)..<(bytes.count - 1)])
}

/// Object, protocol sequence and host.
private func addressItems(_ bytes: ArraySlice<UInt8>) -> [Item] {
    var rest = bytes
    var items: [Item] = []
    if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
        items.append(("object", text(rest[..<at])))
        rest = rest[(at + 1)...]
    }
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), !InternetAddress.isIPv6(text(rest)) {
        items.append(("transport", text(rest[..<colon])))
        rest = rest[(colon + 1)...]
    }
    if !rest.isEmpty { items.append(("host", text(rest))) }
    return items
}

/// The first item without a value and without the name of a flag is the endpoint.
private func optionItems(_ bytes: ArraySlice<UInt8>) throws(BindingError) -> [Item] {
    var items: [Item] = []
    for (index, part) in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).enumerated() {
        if index == 0, part.isEmpty { continue }
        if let equals = part.firstIndex(of: UInt8(ascii: "=")) {
            items.append((text(part[..<equals]), text(part[(equals + 1)...])))
        } else if index == 0, !isFlagName(text(part)) {
            items.append(("endpoint", text(part)))
        } else {
            let name = text(part)
            items.append((isFlagName(name) ? name.lowercased() : name, name))
        }
    }
    return items
}
