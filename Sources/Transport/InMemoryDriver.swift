// SPDX-License-Identifier: LGPL-3.0-or-later

public import Connection
public import PDU
public import Security
public import Wire

/// Wires a client's core and a server's core together without a transport: for tests and for fault injection.
///
/// `run` moves bytes and executes actions until nothing happens any more. Requests that arrive are kept in `calls`
/// until somebody answers them, in any order; what the client learns is kept in `replies` and `negotiations`.
public final class InMemoryDriver {
    public enum Direction: Sendable {
        case toServer
        case toClient
    }

    /// A request that reached the server.
    public struct Call {
        public var callID: UInt32
        public var contextID: UInt16
        public var opnum: UInt16
        public var bigEndian: Bool
        public var ndr64: Bool
        public var maybe: Bool
        public var object: UUIDValue?
        public var interface: UInt
        public var security: Int
        public var stub: [UInt8]
    }

    /// An answer that reached the client.
    public struct Reply {
        public var tag: UInt
        /// nil: a response
        public var fault: UInt32?
        public var didNotExecute: Bool
        public var refusesLogon: Bool
        public var bigEndian: Bool
        public var stub: [UInt8]
    }

    public let client: ClientConnection
    public let server: ServerConnection
    /// What the server serves; an interface's number is its place here.
    public var interfaces: [SyntaxID]
    /// The association group that the server hands out; nil: every bind is refused.
    /// Interfaces that are not for this client.
    public var refusals: [(syntax: SyntaxID, result: PresentationResult)] = []
    public var group: UInt32? = 0x1234
    public var secondaryAddress: [UInt8] = Array("135".utf8)
    /// The most bytes that move in one step: 1 shows whether a state machine cares how the stream is cut.
    public var chunk = Int.max
    /// Sees, and may change, every run of bytes on its way.
    public var tamper: ((Direction, inout [UInt8]) -> Void)?
    /// Whether the peer's end of the line is read at all; false lets output pile up.
    public var delivers: (Direction) -> Bool = { _ in true }

    /// The server's side of the security exchange; nil: it refuses any.
    public var acceptor: ((AuthenticationRequest) -> (any SecurityMechanism)?)?

    public var calls: [Call] = []
    public private(set) var cancelled: [UInt32] = []
    public private(set) var orphaned: [UInt32] = []
    public var replies: [Reply] = []
    public private(set) var negotiations: [Negotiation] = []
    public private(set) var clientEnd: CloseReason?
    public private(set) var serverEnd: CloseReason?

    public init(
        client: ClientConnection = ClientConnection(), server: ServerConnection = ServerConnection(),
        interfaces: [SyntaxID] = []
    ) {
        self.client = client
        self.server = server
        self.interfaces = interfaces
    }

    // MARK: Running

    /// Moves bytes both ways until nothing moves any more.
    public func run() {
        while step() {}
    }

    /// One run of bytes each way, at most; false when nothing happened.
    @discardableResult
    public func step() -> Bool {
        let forth = moveToServer()
        let events = clientEnd == nil && serverEnd == nil
        runServer()
        let back = moveToClient()
        runClient()
        closeTogether()
        return forth || back || (events && (clientEnd != nil || serverEnd != nil))
    }

    private func moveToServer() -> Bool {
        guard delivers(.toServer), server.wantsInput else { return false }
        let bytes = take(client.outbox.pending, .toServer)
        guard !bytes.isEmpty else { return false }
        client.written(min(chunk, client.outbox.pending.count))
        deliver(bytes, to: server.inputSpace, server.received, then: runServer)
        return true
    }

    private func moveToClient() -> Bool {
        guard delivers(.toClient) else { return false }
        let bytes = take(server.outbox.pending, .toClient)
        guard !bytes.isEmpty else { return false }
        server.written(min(chunk, server.outbox.pending.count))
        deliver(bytes, to: client.inputSpace, client.received, then: runClient)
        return true
    }

    private func take(_ pending: UnsafeRawBufferPointer, _ direction: Direction) -> [UInt8] {
        var bytes = Array(pending.prefix(chunk))
        if !bytes.isEmpty { tamper?(direction, &bytes) }
        return bytes
    }

    private func deliver(
        _ bytes: [UInt8], to space: () -> UnsafeMutableRawBufferPointer?, _ received: (Int) -> Void,
        then act: () -> Void
    ) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let room = space() else { return }
            let n = min(room.count, rest.count)
            room.copyBytes(from: rest.prefix(n))
            received(n)
            rest = rest.dropFirst(n)
            act()
        }
    }

    /// A side that is done closes the line, once what it still had to say is said.
    private func closeTogether() {
        if serverEnd != nil, server.outbox.isEmpty || !delivers(.toClient) {
            client.disconnected(.peerClosed)
            runClient()
        }
        if clientEnd != nil {
            server.disconnected(.peerClosed)
            runServer()
        }
    }

    // MARK: Actions

    private func runServer() {
        while true {
            switch server.nextAction() {
            case .none: return
            case .negotiate:
                authenticate()
            case .authenticate(let context, let token):
                take(context.step(token)) { $0.server.completeAuthentication($1) }
            case .dispatch(let call): calls.append(Call(call))
            case .cancel(let callID): cancelled.append(callID)
            case .orphan(let callID): orphaned.append(callID)
            case .closed(let reason): serverEnd = reason
            }
        }
    }

    private func authenticate() {
        guard let request = server.authenticationRequest else { return answer(.none) }
        let context: SecurityContext
        if let known = server.continuedContext {
            context = known
        } else {
            guard let mechanism = acceptor?(request) else { return answer(.refused) }
            context = SecurityContext(mechanism, level: request.level, contextID: request.contextID)
        }
        take(context.step(request.token)) { driver, outcome in
            guard case .success(let step) = outcome else { return driver.answer(.failed) }
            driver.answer(.step(context, step))
        }
    }

    private func answer(_ authentication: AuthenticationAnswer) {
        let offered = server.proposals.map { proposal -> ProposalAnswer in
            if let refusal = refusals.first(where: { $0.syntax == proposal.abstractSyntax }) {
                return .refused(refusal.result)
            }
            return interfaces.firstIndex(of: proposal.abstractSyntax).map { .served(UInt($0)) } ?? .unknown
        }
        server.answerNegotiation(
            offered, group: group, secondaryAddress: secondaryAddress, authentication: authentication)
    }

    private func take(
        _ outcome: PendingStep.Outcome, then: @escaping (InMemoryDriver, PendingStep.Outcome) -> Void
    ) {
        guard case .success(let step) = outcome, let pending = step.pending else { return then(self, outcome) }
        pending.whenDone { [weak self] outcome in
            guard let self else { return }
            take(outcome, then: then)
            run()
        }
    }

    private func runClient() {
        while true {
            switch client.nextAction() {
            case .none: return
            case .negotiated(let negotiation): negotiations.append(negotiation)
            case .authenticate(let context, let token):
                take(context.step(token)) { $0.client.completeAuthentication($1) }
            case .answered(let answer): replies.append(Reply(answer))
            case .closed(let reason): clientEnd = reason
            }
        }
    }

    // MARK: Calls

    /// Sends a request; the call id that it got.
    @discardableResult
    public func request(
        _ stub: [UInt8], contextID: UInt16 = 0, opnum: UInt16 = 0, object: UUIDValue? = nil, tag: UInt = 0,
        security: Int? = nil
    ) throws(WireError) -> UInt32 {
        let start = try client.openRequest(object: object)
        try append(stub, to: &client.outbox.writer)
        return try client.sealRequest(
            start, contextID: contextID, opnum: opnum, object: object, tag: tag,
            security: security ?? (client.securityContext == nil ? 0 : 1))
    }

    public func respond(_ call: Call, _ stub: [UInt8]) throws(WireError) {
        let start = try server.openResponse()
        try append(stub, to: &server.outbox.writer)
        try server.sealResponse(
            start, callID: call.callID, contextID: call.contextID, bigEndian: call.bigEndian, security: call.security)
    }

    public func fault(_ call: Call, _ status: UInt32, didNotExecute: Bool = false) {
        server.sendFault(callID: call.callID, contextID: call.contextID, status: status, didNotExecute: didNotExecute)
    }
}

private func append(_ stub: [UInt8], to writer: inout ByteWriter) throws(WireError) {
    try writer.reserve(stub.count)
    stub.withUnsafeBytes { bytes in
        guard let source = bytes.baseAddress else { return }
        writer.base.advanced(by: writer.count).copyMemory(from: source, byteCount: bytes.count)
    }
    writer.count += stub.count
}

extension InMemoryDriver.Call {
    public init(_ call: IncomingCall) {
        self.init(
            callID: call.callID, contextID: call.contextID, opnum: call.opnum, bigEndian: call.bigEndian,
            ndr64: call.ndr64, maybe: call.maybe, object: call.hasObject ? call.object : nil,
            interface: call.interface, security: call.security, stub: Array(call.stub))
    }
}

extension InMemoryDriver.Reply {
    public init(_ answer: Answer) {
        self.init(
            tag: answer.tag, fault: answer.isFault ? answer.fault : nil, didNotExecute: answer.didNotExecute,
            refusesLogon: answer.refusesLogon,
            bigEndian: answer.bigEndian, stub: Array(answer.stub))
    }
}
