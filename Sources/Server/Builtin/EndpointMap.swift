// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CDCERPC
internal import Wire

/// An interface at an endpoint.
struct EndpointMapEntry: Equatable {
    var syntax: SyntaxID
    /// The nil UUID: for every object.
    var object: UUIDValue
    var transport: ProtocolSequence
    /// An IPv4 address; nil where the endpoint has none that a tower could say.
    var host: String?
    var endpoint: String
    var annotation: String

    /// The octets of its tower (C706 appendix L).
    func tower(transferSyntax: SyntaxID = .ndr) -> [UInt8]? {
        guard
            let tower = ProtocolTower(
                abstractSyntax: syntax, transferSyntax: transferSyntax, transport: transport, endpoint: endpoint,
                host: host)
        else { return nil }
        var writer = ByteWriter(limit: 0x1_0000)
        guard (try? tower.write(to: &writer)) != nil else { return nil }
        return Array(writer.bytes)
    }
}

/// How versions are compared (C706 appendix O, rpc_c_vers_*).
enum VersionOption: UInt32 {
    case all = 1
    case compatible = 2
    case exact = 3
    case majorOnly = 4
    case upTo = 5

    func matches(_ offered: SyntaxID, _ asked: SyntaxID) -> Bool {
        guard offered.uuid == asked.uuid else { return false }
        let sameMajor = offered.majorVersion == asked.majorVersion
        switch self {
        case .all: return true
        case .compatible: return sameMajor && offered.minorVersion >= asked.minorVersion
        case .exact: return offered.version == asked.version
        case .majorOnly: return sameMajor
        case .upTo:
            return sameMajor
                ? offered.minorVersion <= asked.minorVersion : offered.majorVersion < asked.majorVersion
        }
    }
}

/// What an ept_lookup asks for.
enum EndpointInquiry {
    case all
    case interface(SyntaxID, VersionOption)
    case object(UUIDValue)
    case both(SyntaxID, VersionOption, UUIDValue)

    func matches(_ entry: EndpointMapEntry) -> Bool {
        switch self {
        case .all: return true
        case .interface(let syntax, let option): return option.matches(entry.syntax, syntax)
        case .object(let object): return entry.object == object
        case .both(let syntax, let option, let object):
            return entry.object == object && option.matches(entry.syntax, syntax)
        }
    }
}

/// The endpoint map, as one client sees it.
struct EndpointMap {
    var entries: [EndpointMapEntry]

    func lookup(_ inquiry: EndpointInquiry) -> [EndpointMapEntry] { entries.filter(inquiry.matches) }

    /// The towers that serve what `asked` asks for, those that the client reaches at the address that it already
    /// talks to first.
    func map(_ asked: ProtocolTower, object: UUIDValue, preferring local: String?) -> [[UInt8]] {
        guard let syntax = asked.abstractSyntax, let transfer = asked.transferSyntax,
            transfer == .ndr || transfer == .ndr64
        else { return [] }
        let transport = asked.transport
        let found = entries.filter {
            $0.transport == transport && VersionOption.compatible.matches($0.syntax, syntax)
                && ($0.object == object || $0.object == .zero)
        }
        let ranks = [0, 1, 2].flatMap { rank in found.filter { EndpointMap.rank($0.host, local) == rank } }
        return ranks.compactMap { $0.tower(transferSyntax: transfer) }
    }

    private static func rank(_ host: String?, _ local: String?) -> Int {
        guard let host else { return 2 }
        return host == local ? 0 : 1
    }
}

extension ServerContext {
    /// Every caller's interface at every endpoint. The endpoint mapper and mgmt are not listed, as in Windows: the
    /// one is at a port that everybody knows, the other at every endpoint.
    func endpointMap(seenFrom local: String?) -> EndpointMap {
        var entries: [EndpointMapEntry] = []
        for interface in interfaces {
            for manager in interface.managers where manager.builtin == nil {
                for endpoint in endpoints where interface.isServed(over: endpoint.transport) {
                    entries.append(
                        EndpointMapEntry(
                            syntax: manager.syntax, object: manager.object ?? .zero, transport: endpoint.transport,
                            host: endpoint.towerHost(local), endpoint: String(endpoint.port),
                            annotation: manager.annotation))
                }
            }
        }
        return EndpointMap(entries: entries)
    }
}

extension Endpoint {
    /// The address for a tower; an endpoint at every address has the one that the client is talking to.
    fileprivate func towerHost(_ local: String?) -> String? {
        guard let host, host != "0.0.0.0", host != "::" else { return ipv4(local) }
        return ipv4(host)
    }

    private func ipv4(_ host: String?) -> String? {
        guard let host, !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        return host
    }
}

extension Manager {
    /// The interface's help string, as far as the endpoint mapper's 63 characters go.
    var annotation: String {
        guard let help = table.pointee.helpstring else { return name }
        let text = String(cString: help).utf8.prefix(63).filter { $0 >= 0x20 && $0 < 0x7f }
        return text.isEmpty ? name : String(decoding: text, as: UTF8.self)
    }
}
