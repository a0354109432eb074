// SPDX-License-Identifier: LGPL-3.0-or-later

public import Binding
public import CDCERPC
internal import CShims
internal import CTevent
internal import Connection
internal import Marshalling
internal import NDR
internal import Security
internal import Transport
internal import Wire

/// From a binding to a bound handle: name, endpoint mapper where the binding has no endpoint, TCP, bind.
///
/// It belongs to a tevent_req and goes with it; freeing the request at any moment closes whatever is open.
public final class ConnectOperation {
    let request: OpaquePointer
    let loop: OpaquePointer
    let table: UnsafePointer<ndr_interface_table>
    var binding: ServerBinding
    private let codec: InterfaceCodec
    private let credentials: ClientCredentials?
    /// Where the reason of a failure goes.
    private let report: (String) -> Void
    private var setup: MechanismSetup?
    private var mechanism: (any SecurityMechanism)?
    private var addresses: [SocketAddress] = []
    private var resolver: Resolver?
    private var connector: Connector?
    private var connection: RPCConnection?
    private var contextRequest: ContextRequest?
    private var mapping: EndpointMapping?
    /// The outcome, until `_recv` takes it.
    public private(set) var handle: BindingHandle?
    private var finished = false

    private init(
        request: OpaquePointer, loop: OpaquePointer, table: UnsafePointer<ndr_interface_table>,
        binding: ServerBinding, codec: InterfaceCodec, credentials: ClientCredentials?,
        report: @escaping (String) -> Void
    ) {
        self.request = request
        self.loop = loop
        self.table = table
        self.binding = binding
        self.codec = codec
        self.credentials = credentials
        self.report = report
    }

    // MARK: The request

    /// A request that connects; nil when out of memory. Every other failure is the request's.
    public static func send(
        _ parent: UnsafeMutableRawPointer?, loop: OpaquePointer, binding: ServerBinding?,
        table: UnsafePointer<ndr_interface_table>?, credentials: ClientCredentials? = nil, timeout: UInt32 = 60,
        report: @escaping (String) -> Void = { _ in }
    ) -> OpaquePointer? {
        guard let request = shim_request_create(parent, nil, released) else { return nil }
        guard let binding, let table else {
            report("")
            return failed(request, NTStatus.invalidParameter, loop)
        }
        let codec: InterfaceCodec
        do throws(NDRError) { codec = try InterfaceCodec(table, environment: tallocMarshalling) } catch {
            report("the interface's table cannot be used")
            return failed(request, NTStatus.of(table: error), loop)
        }
        let operation = ConnectOperation(
            request: request, loop: loop, table: table, binding: binding, codec: codec, credentials: credentials,
            report: report)
        shim_request_set_object(request, Unmanaged.passRetained(operation).toOpaque())
        shim_request_on_expiry(request, expired)
        _ = tevent_req_set_endtime(request, loop, tevent_timeval_current_ofs(timeout, 0))
        operation.start()
        if !tevent_req_is_in_progress(request) { return tevent_req_post(request, loop) }
        return request
    }

    static func failed(_ request: OpaquePointer, _ status: UInt32, _ loop: OpaquePointer) -> OpaquePointer? {
        shim_req_finish(request, status)
        return tevent_req_post(request, loop)
    }

    /// The operation behind a request; nil for any other request.
    public static func of(_ request: OpaquePointer?) -> ConnectOperation? {
        shim_request_object(request, released).map {
            Unmanaged<ConnectOperation>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// The handle, once.
    public func takeHandle() -> BindingHandle? {
        defer { handle = nil }
        return handle
    }

    fileprivate func requestFreed() {
        finished = true
        dropEverything()
        handle = nil
    }

    private func dropEverything() {
        resolver?.cancel()
        resolver = nil
        connector?.cancel()
        connector = nil
        mapping?.cancel()
        mapping = nil
        setup?.cancel()
        setup = nil
        if let contextRequest { connection?.forget(contextRequest) }
        contextRequest = nil
        if handle == nil, let connection { connection.channel.close() }
        connection = nil
    }

    /// The request's time is over; what it waited for is the reason.
    fileprivate func expire() {
        guard !finished else { return }
        finished = true
        report(waiting)
        withExtendedLifetime(self) { dropEverything() }
    }

    private var waiting: String {
        if resolver != nil { return "the name \(binding.host ?? "") has not been resolved in time" }
        if mapping != nil { return "the endpoint mapper has not answered in time" }
        if setup != nil { return "what the connection authenticates with has not been there in time" }
        if connector != nil { return "no address has taken the connection in time" }
        return "the server has not answered the bind in time"
    }

    private func finish(_ status: UInt32, _ reason: String = "") {
        guard !finished else { return }
        finished = true
        report(reason)
        withExtendedLifetime(self) {
            dropEverything()
            if tevent_req_is_in_progress(request) { shim_req_finish(request, status) }
        }
    }

    // MARK: Steps

    private func start() {
        guard binding.transport == .ncacnIPTCP else {
            return finish(NTStatus.notSupported, "there is no such transport yet")
        }
        guard credentials != nil || !binding.asksForSecurity else {
            return finish(
                NTStatus.invalidParameterMix, "the options ask for security, and the binding has no credentials")
        }
        guard let host = binding.host, !host.isEmpty else {
            return finish(NTStatus.invalidParameter, "the binding has no host")
        }
        if let address = SocketAddress(numeric: host, port: 0) { return resolved([address]) }
        let resolver = Resolver(loop: loop, port: 0) { [unowned self] in resolved($0) }
        self.resolver = resolver
        if !resolver.start(host) { finish(NTStatus.noMemory) }
    }

    private func resolved(_ found: [SocketAddress]) {
        guard !finished else { return }
        guard !found.isEmpty else {
            return finish(NTStatus.badNetworkPath, "the name \(binding.host ?? "") has no address")
        }
        addresses = found
        if let port = binding.port, port != 0 { return prepare(port) }
        guard binding.endpoint == nil || binding.port == 0 else {
            return finish(NTStatus.invalidParameter, "the endpoint is no port")
        }
        let mapping = EndpointMapping(
            loop: loop, addresses: addresses, syntax: SyntaxID(table.pointee.syntax_id), object: binding.object
        ) { [unowned self] in mapped($0) }
        self.mapping = mapping
        mapping.start()
    }

    private func mapped(_ result: Result<UInt16, ConnectionFailure>) {
        guard !finished else { return }
        mapping = nil
        switch result {
        case .failure(let failure): finish(failure.status, "the endpoint mapper has given no endpoint")
        case .success(let port):
            guard (try? binding.setEndpoint(String(port))) != nil else { return finish(NTStatus.internalError) }
            prepare(port)
        }
    }

    /// Tickets come before the connection: servers do not wait long for a bind.
    private func prepare(_ port: UInt16) {
        guard let credentials else { return connect(port) }
        let setup = MechanismSetup(loop: loop, binding: binding, credentials: credentials) { [unowned self] result in
            guard !finished else { return }
            self.setup = nil
            switch result {
            case .failure(let failure): finish(failure.status, failure.text)
            case .success(let made):
                mechanism = made
                connect(port)
            }
        }
        self.setup = setup
        setup.start()
    }

    private func connect(_ port: UInt16) {
        let targets = addresses.map { address in
            var address = address
            address.port = port
            return address
        }
        let connector = Connector(loop: loop, addresses: targets) { [unowned self] in connected($0) }
        self.connector = connector
        connector.start()
    }

    private func connected(_ result: Result<Socket, SocketError>) {
        guard !finished else {
            if case .success(let socket) = result { socket.close() }
            return
        }
        connector = nil
        switch result {
        case .failure(let error): finish(NTStatus.of(errno: error.code), "no address takes the connection")
        case .success(let socket): bind(socket)
        }
    }

    private func bind(_ socket: Socket) {
        let connection = RPCConnection(socket: socket, binding: binding)
        self.connection = connection
        guard connection.channel.attach(loop) else { return finish(NTStatus.noMemory) }
        if let mechanism {
            self.mechanism = nil
            let status = connection.authenticate(mechanism, binding)
            guard status == NTStatus.ok else { return finish(status, "the mechanism does not have the level") }
        }
        let requested = connection.requestContext(
            SyntaxID(table.pointee.syntax_id), offering: binding.offeredSyntaxes, group: binding.associationGroup
        ) { [unowned self] in bound($0) }
        switch requested {
        case .failure(let failure): finish(failure.status)
        case .success(let request):
            contextRequest = request
            connection.channel.flushSoon()
        }
    }

    private func bound(_ request: ContextRequest) {
        guard !finished, let connection, let result = request.result else { return }
        contextRequest = nil
        switch result {
        case .failure(let failure): finish(failure.status, "the connection has ended during the bind")
        case .success(let negotiation):
            let status = NTStatus.of(negotiation.outcome)
            guard status == NTStatus.ok else { return finish(status, negotiation.outcome.reason) }
            handle = BindingHandle(connection, codec, table: table, binding: binding, negotiation)
            finish(NTStatus.ok)
        }
    }
}

private func expired(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    Unmanaged<ConnectOperation>.fromOpaque(pointer).takeUnretainedValue().expire()
}

private func released(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    Unmanaged<ConnectOperation>.fromOpaque(pointer).takeRetainedValue().requestFreed()
}

extension ServerBinding {
    /// The transfer syntaxes that a bind offers, the preferred one first.
    var offeredSyntaxes: [SyntaxID] {
        if flags.contains(.ndr64) { return [.ndr64] }
        if flags.contains(.ndr32) { return [.ndr] }
        return [.ndr, .ndr64]
    }
}
