// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// Where a server is and how to talk to it: what a binding string says (C706 appendix N, [MS-RPCE] 2.1).
public struct ServerBinding: Equatable, Sendable {
    public private(set) var transport = ProtocolSequence.unknown
    public private(set) var host: String?
    public private(set) var endpoint: String?
    /// The object UUID; nil and never the nil UUID when there is none.
    public private(set) var object: UUIDValue?
    public private(set) var flags: BindingFlags = []
    public var associationGroup: UInt32 = 0
    /// The interface that the binding is for.
    public private(set) var abstractSyntax: SyntaxID?
    private var givenTargetHostname: String?
    /// Every other option, each once, in the order of setting.
    private(set) var options: [(name: String, value: String)] = []

    public init() {}

    /// The order in which options were set says nothing.
    public static func == (one: ServerBinding, other: ServerBinding) -> Bool {
        one.transport == other.transport && one.host == other.host && one.endpoint == other.endpoint
            && one.object == other.object && one.flags == other.flags
            && one.associationGroup == other.associationGroup && one.abstractSyntax == other.abstractSyntax
            && one.givenTargetHostname == other.givenTargetHostname
            && one.options.count == other.options.count
            && one.options.allSatisfy { other.storedOption($0.name) == $0.value }
    }

    // MARK: What the other rooms read

    /// The name that the server is known by; the host unless another one is set.
    public var targetHostname: String? { givenTargetHostname ?? host }

    /// The endpoint of a protocol sequence that has ports.
    public var port: UInt16? {
        guard transport.usesPorts, let endpoint else { return nil }
        return UInt16(endpoint)
    }

    public var localAddress: String? { storedOption("localaddress") }
    public var targetPrincipal: String? { storedOption("target_principal") }
    public var maxTransmitFragment: UInt16? { storedOption("max_xmit_frag").flatMap { UInt16($0) } }
    public var maxReceiveFragment: UInt16? { storedOption("max_recv_frag").flatMap { UInt16($0) } }

    // MARK: Setting

    /// Another protocol sequence removes the endpoint and the association group: they belong to the old one.
    public mutating func setTransport(_ transport: ProtocolSequence) {
        guard transport != self.transport else { return }
        self.transport = transport
        endpoint = nil
        associationGroup = 0
    }

    public mutating func setObject(_ object: UUIDValue?) {
        self.object = object == .zero ? nil : object
    }

    public mutating func setAbstractSyntax(_ syntax: SyntaxID?) {
        abstractSyntax = syntax == .zero ? nil : syntax
    }

    /// Sets `added` after clearing `cleared`; nothing changes when that throws.
    public mutating func setFlags(_ added: BindingFlags, clearing cleared: BindingFlags = []) throws(BindingError) {
        let result = flags.subtracting(cleared).union(added)
        for group in BindingFlags.exclusive {
            let present = group.filter { result.contains($0.flag) }
            guard present.count <= 1 else { throw .contradiction(present[0].name, present[1].name) }
        }
        flags = result
    }

    /// The same with the options of `other` that say how calls are protected, and as whom the server is known.
    public func protected(as other: ServerBinding) -> ServerBinding {
        var result = self
        if let principal = other.storedOption("target_principal") {
            result.options.removeAll { $0.name == "target_principal" }
            result.options.append((name: "target_principal", value: principal))
        }
        result.flags = flags.subtracting(.protection).union(other.flags.intersection(.protection))
        return result
    }

    public mutating func setHost(_ host: String?) throws(BindingError) {
        if let host { try ServerBinding.checkHost(host, option: "host") }
        self.host = host
        if givenTargetHostname == host { givenTargetHostname = nil }
    }

    public mutating func setTargetHostname(_ name: String?) throws(BindingError) {
        if let name { try ServerBinding.checkHost(name, option: "target_hostname") }
        givenTargetHostname = name == host ? nil : name
    }

    public mutating func setEndpoint(_ endpoint: String?) throws(BindingError) {
        if let endpoint {
            try ServerBinding.checkText(endpoint, option: "endpoint")
            if transport.usesPorts {
                guard let value = InternetAddress.decimal(endpoint.utf8), value <= 0xffff else {
                    throw .badValue(option: "endpoint")
                }
            }
        }
        self.endpoint = endpoint
    }

    // MARK: The options without a field

    func storedOption(_ name: String) -> String? { options.first { $0.name == name }?.value }

    mutating func storeOption(_ name: String, _ value: String?) {
        let index = options.firstIndex { $0.name == name }
        switch (index, value) {
        case (let index?, let value?): options[index].value = value
        case (let index?, nil): options.remove(at: index)
        case (nil, let value?): options.append((name, value))
        case (nil, nil): break
        }
    }

    /// The target's name if it is not just the host's.
    var targetHostnameToShow: String? { givenTargetHostname }

    // MARK: Checks

    /// No value may hold what separates values in a binding string, or a control character.
    static func checkText(_ value: String, option: String) throws(BindingError) {
        let separators: [UInt8] = Array("[],".utf8)
        guard !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && !separators.contains($0) }) else {
            throw .badValue(option: option)
        }
    }

    /// A colon is part of an IPv6 address or a mistake ("host:port").
    private static func checkHost(_ host: String, option: String) throws(BindingError) {
        try checkText(host, option: option)
        let bytes = host.utf8
        guard !bytes.contains(UInt8(ascii: " ")), !bytes.contains(UInt8(ascii: "@")),
            !bytes.contains(UInt8(ascii: ":")) || InternetAddress.isIPv6(host)
        else { throw .badValue(option: option) }
    }
}
