// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
public import Transport
internal import Wire

/// One place to listen: an address, or all of them, and a port.
public final class Endpoint: TallocObject {
    public static var type: TallocType<Endpoint> { TallocType("struct dcerpc_server_endpoint", magic: 0xdce_5e42) }

    /// nil: every address of the machine.
    let host: String?
    let port: UInt16
    let transport = ProtocolSequence.ncacnIPTCP
    private var listeners: [Listener] = []
    private var server: ServerContext?

    private init(server: ServerContext, host: String?, port: UInt16, sockets: [Socket]) {
        self.server = server
        self.host = host
        self.port = port
        super.init()
        listeners = sockets.map { Listener(socket: $0, endpoint: self, server: server) }
    }

    /// Listens, without accepting yet. The error is an NTSTATUS.
    public static func open(_ server: ServerContext, binding text: String) -> Result<Endpoint, StatusError> {
        guard server.isOpen, let parent = server.handle else {
            return .failure(StatusError(ServerStatus.invalidParameter))
        }
        let place: (host: String?, port: UInt16)
        switch read(text) {
        case .success(let found): place = found
        case .failure(let error): return .failure(error)
        }
        switch place.host.map({ openSockets(at: $0, place.port) }) ?? openEverywhere(place.port) {
        case .failure(let error): return .failure(StatusError(status(of: error)))
        case .success(let sockets):
            let port = sockets.first?.localAddress()?.port ?? place.port
            let endpoint = Endpoint(server: server, host: place.host, port: port, sockets: sockets)
            guard type.make(UnsafeRawPointer(parent), endpoint) != nil else {
                endpoint.close()
                return .failure(StatusError(ServerStatus.noMemory))
            }
            server.add(endpoint)
            return .success(endpoint)
        }
    }

    /// The binding string, port included.
    public var string: String { "\(transport.name):\(host ?? "")[\(port)]" }

    func start() { for listener in listeners { listener.start() } }

    /// Stops to listen; its connections go on.
    func stop() { for listener in listeners { listener.close() } }

    /// Stops to listen and ends its connections.
    func close() {
        stop()
        listeners.removeAll()
        let server = server
        self.server = nil
        server?.remove(self)
    }

    override public func handleFreed() { close() }

    // MARK: Opening

    private static func read(_ text: String) -> Result<(host: String?, port: UInt16), StatusError> {
        let binding: ServerBinding
        do { binding = try ServerBinding.parse(from: text) } catch {
            guard case .notSupported = error else { return .failure(StatusError(ServerStatus.invalidParameter)) }
            return .failure(StatusError(ServerStatus.notSupported))
        }
        switch binding.transport {
        case .ncacnIPTCP: return .success((binding.host, binding.port ?? 0))
        case .unknown: return .failure(StatusError(ServerStatus.invalidParameter))
        case .ncacnNP, .ncadgIPUDP, .ncalrpc, .ncacnUnixStream, .ncacnHTTP:
            return .failure(StatusError(ServerStatus.notSupported))
        }
    }

    private static func openSockets(at host: String, _ port: UInt16) -> Result<[Socket], SocketError> {
        guard let address = SocketAddress(numeric: host, port: port) else { return .failure(.notAnAddress) }
        return Socket.listen(at: address).map { [$0] }
    }

    /// Both families, with the same port.
    private static func openEverywhere(_ port: UInt16) -> Result<[Socket], SocketError> {
        var result = openBoth(port)
        var attempts = 16
        // A free port of the one family may be taken in the other.
        while port == 0, attempts > 0, case .failure(let error) = result, error.isAddressInUse {
            result = openBoth(port)
            attempts -= 1
        }
        return result
    }

    private static func openBoth(_ port: UInt16) -> Result<[Socket], SocketError> {
        let first: Socket
        switch openSockets(at: "0.0.0.0", port) {
        case .success(let sockets): first = sockets[0]
        case .failure(let error):
            return error.isFamilyMissing ? openSockets(at: "::", port) : .failure(error)
        }
        switch openSockets(at: "::", first.localAddress()?.port ?? port) {
        case .success(let sockets): return .success([first] + sockets)
        case .failure(let error):
            if error.isFamilyMissing { return .success([first]) }
            first.close()
            return .failure(error)
        }
    }

    private static func status(of error: SocketError) -> UInt32 {
        if error.code == SocketError.notAnAddress.code { return ServerStatus.invalidParameter }
        if error.isAddressInUse { return ServerStatus.addressAlreadyExists }
        return error.isPermission ? ServerStatus.accessDenied : ServerStatus.unexpectedNetworkError
    }
}

/// An NTSTATUS as an error.
public struct StatusError: Error {
    public let status: UInt32
    init(_ status: UInt32) { self.status = status }
}
