// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CBuiltinTables
internal import CDCERPC
internal import CShims
internal import CTalloc
internal import CTevent
internal import Connection
internal import Marshalling
internal import NDR
internal import Transport
internal import Wire

/// Asks a server's endpoint mapper for the TCP port of an interface: ept_map (C706 appendix O) on TCP 135.
final class EndpointMapping {
    private let loop: OpaquePointer
    private let addresses: [SocketAddress]
    private let syntax: SyntaxID
    private let object: UUIDValue?
    private var completed: ((Result<UInt16, ConnectionFailure>) -> Void)?
    private var connector: Connector?
    private var connection: RPCConnection?
    private var contextRequest: ContextRequest?
    private var mapper: BindingHandle?
    /// The arguments and the request of ept_map.
    private var memory: UnsafeMutableRawPointer?
    private var arguments: UnsafeMutablePointer<epm_Map>?

    init(
        loop: OpaquePointer, addresses: [SocketAddress], syntax: SyntaxID, object: UUIDValue?,
        completed: @escaping (Result<UInt16, ConnectionFailure>) -> Void
    ) {
        self.loop = loop
        self.addresses = addresses
        self.syntax = syntax
        self.object = object
        self.completed = completed
    }

    func start() {
        let targets = addresses.map { address in
            var address = address
            address.port = 135
            return address
        }
        let connector = Connector(loop: loop, addresses: targets) { [unowned self] in connected($0) }
        self.connector = connector
        connector.start()
    }

    func cancel() {
        completed = nil
        connector?.cancel()
        connector = nil
        tallocFree(memory)
        memory = nil
        if let contextRequest { connection?.forget(contextRequest) }
        contextRequest = nil
        mapper?.handleFreed()
        mapper = nil
        connection?.channel.close()
        connection = nil
    }

    private func finish(_ result: Result<UInt16, ConnectionFailure>) {
        let completed = self.completed
        withExtendedLifetime(self) {
            cancel()
            completed?(result)
        }
    }

    private func fail(_ status: UInt32) { finish(.failure(ConnectionFailure(status: status))) }

    // MARK: Steps

    private func connected(_ result: Result<Socket, SocketError>) {
        connector = nil
        switch result {
        case .failure(let error): fail(NTStatus.of(errno: error.code))
        case .success(let socket):
            let connection = RPCConnection(socket: socket, binding: ServerBinding())
            self.connection = connection
            guard connection.channel.attach(loop) else { return fail(NTStatus.noMemory) }
            let requested = connection.requestContext(
                SyntaxID(ndr_table_epmapper.syntax_id), offering: [.ndr], group: 0
            ) { [unowned self] in bound($0) }
            guard case .success(let request) = requested else { return fail(NTStatus.noMemory) }
            contextRequest = request
            connection.channel.flushSoon()
        }
    }

    private func bound(_ request: ContextRequest) {
        contextRequest = nil
        guard let connection, let result = request.result else { return }
        switch result {
        case .failure(let failure): fail(failure.status)
        case .success(let negotiation):
            let status = NTStatus.of(negotiation.outcome)
            guard status == NTStatus.ok else { return fail(status) }
            guard let table = builtin_table_epmapper(),
                let codec = try? InterfaceCodec(table, environment: tallocMarshalling)
            else {
                return fail(NTStatus.internalError)
            }
            mapper = BindingHandle(connection, codec, table: table, binding: ServerBinding(), negotiation)
            ask()
        }
    }

    private func ask() {
        guard let mapper, let memory = shim_talloc_new(nil) else { return fail(NTStatus.noMemory) }
        self.memory = memory
        guard let arguments = mapArguments(memory),
            let request = mapper.send(
                memory, loop: loop, object: nil, opnum: UInt32(NDR_EPM_MAP), input: .arguments(arguments),
                outputs: memory, allocatesReferences: true)
        else { return fail(NTStatus.noMemory) }
        self.arguments = arguments
        tevent_req_set_callback(
            request,
            { request in
                guard let me = shim_req_callback_data(request) else { return }
                Unmanaged<EndpointMapping>.fromOpaque(me).takeUnretainedValue().answered(request)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// The tower asks for any host and port over which the interface speaks NDR.
    private func mapArguments(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<epm_Map>? {
        var wanted = ServerBinding()
        wanted.setTransport(.ncacnIPTCP)
        wanted.setAbstractSyntax(syntax)
        var bytes = ByteWriter()
        guard let tower = wanted.tower(), (try? tower.write(to: &bytes)) != nil,
            let octets = shim_talloc_memdup(memory, bytes.base, bytes.count),
            let map: UnsafeMutablePointer<epm_Map> = zeroed(memory),
            let twr: UnsafeMutablePointer<twr_t> = zeroed(memory),
            let handle: UnsafeMutablePointer<policy_handle> = zeroed(memory),
            let guid: UnsafeMutablePointer<CDCERPC.GUID> = zeroed(memory)
        else { return nil }
        twr.pointee.tower_length = UInt32(truncatingIfNeeded: bytes.count)
        twr.pointee.tower_octet_string = octets.assumingMemoryBound(to: UInt8.self)
        guid.pointee = CDCERPC.GUID(object ?? .zero)
        map.pointee.in.object = guid
        map.pointee.in.map_tower = twr
        map.pointee.in.entry_handle = handle
        map.pointee.in.max_towers = 4
        return map
    }

    private func zeroed<T>(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<T>? {
        let size = MemoryLayout<T>.size
        guard let chunk = shim_talloc_size(memory, size, nil) else { return nil }
        chunk.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        return chunk.assumingMemoryBound(to: T.self)
    }

    private func answered(_ request: OpaquePointer?) {
        let status = BindingHandle.outcome(of: request)
        guard status == NTStatus.ok, let arguments else { return fail(status) }
        guard let port = port(in: arguments.pointee) else { return fail(NTStatus.rpcNoEndpointFound) }
        finish(.success(port))
    }

    /// The port of the first tower that leads over TCP.
    private func port(in map: epm_Map) -> UInt16? {
        guard map.out.result == 0, let count = map.out.num_towers?.pointee, let towers = map.out.towers else {
            return nil
        }
        for index in 0..<Int(min(count, map.in.max_towers)) {
            guard let twr = towers[index].twr, let octets = twr.pointee.tower_octet_string else { continue }
            let bytes = UnsafeRawBufferPointer(start: octets, count: Int(twr.pointee.tower_length))
            guard let tower = try? ProtocolTower(bytes), tower.transport == .ncacnIPTCP,
                let port = tower.endpoint.flatMap({ UInt16($0) }), port != 0
            else { continue }
            return port
        }
        return nil
    }
}
