// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
public import CDCERPC
internal import CShims
internal import CTevent
internal import Connection
internal import Marshalling
internal import NDR
internal import Security
internal import Transport
internal import Wire

/// Who makes the calls of a further presentation context, and how they are protected.
public struct SecondaryIdentity {
    /// Whose options count.
    let binding: ServerBinding
    let credentials: ClientCredentials
    /// Where the reason of a failure goes.
    let report: (String) -> Void

    /// nil without credentials.
    public init?(_ object: BindingObject) {
        guard let credentials = object.credentials else {
            object.report("the binding has no credentials")
            return nil
        }
        binding = object.binding
        self.credentials = credentials
        report = object.report
    }
}

/// Another interface on the connection of a handle, or the same as somebody else: alter_context (C706 12.6.4.1).
public final class SecondaryContext {
    private let connection: RPCConnection
    private let base: BindingHandle
    private let table: UnsafePointer<ndr_interface_table>
    private let codec: InterfaceCodec
    /// nil: that of `base`.
    private let identity: SecondaryIdentity?
    private var setup: MechanismSetup?
    private var asked: ContextRequest?
    private var request: OpaquePointer?
    private var loop: OpaquePointer?
    private var handle: BindingHandle?
    private var status: UInt32 = NTStatus.pending

    private init(
        _ base: BindingHandle, table: UnsafePointer<ndr_interface_table>, _ identity: SecondaryIdentity?
    ) throws(NDRError) {
        self.base = base
        self.identity = identity
        connection = base.connection
        self.table = table
        codec = try InterfaceCodec(table, environment: tallocMarshalling)
    }

    /// The binding of the new handle.
    private var binding: ServerBinding {
        identity.map { base.binding.protected(as: $0.binding) } ?? base.binding
    }

    // MARK: Steps

    /// What does not take its time fails before this returns.
    private func begin(_ loop: OpaquePointer) {
        guard let identity else { return ask(.existing(base.security)) }
        guard connection.channel.core.multiplexesSecurity else {
            return finish(NTStatus.notSupported, "the server has one security context a connection")
        }
        let setup = MechanismSetup(loop: loop, binding: binding, credentials: identity.credentials) {
            [unowned self] in prepared($0)
        }
        self.setup = setup
        setup.start()
    }

    private func prepared(_ result: Result<any SecurityMechanism, SetupFailure>) {
        setup = nil
        switch result {
        case .failure(let failure): finish(failure.status, failure.text)
        case .success(let mechanism):
            switch protection(mechanism) {
            case .failure(let failure): finish(failure.status)
            case .success(let protection): ask(protection)
            }
        }
    }

    private func protection(_ mechanism: any SecurityMechanism) -> Result<Protection, ConnectionFailure> {
        let core = connection.channel.core
        guard connection.isConnected else {
            return .failure(ConnectionFailure(status: NTStatus.connectionDisconnected))
        }
        guard let id = core.freeSecurityID else {
            return .failure(ConnectionFailure(status: NTStatus.insufficientResources))
        }
        let context = connection.securityContext(mechanism, binding, id: id)
        // One number for both directions, and calls under way together, go ill together.
        // Servers take what carries no trailer for the context at level connect: nobody's calls too.
        guard !context.mechanism.alternates || !core.multiplexing,
            context.level != .connect || !core.isBoundByNobody
        else {
            return .failure(ConnectionFailure(status: NTStatus.invalidParameterMix))
        }
        return connection.firstToken(of: context).map { .new(context, token: $0) }
    }

    private func ask(_ protection: Protection) {
        let result = connection.requestContext(
            SyntaxID(table.pointee.syntax_id), offering: base.binding.offeredSyntaxes, group: 0, protection: protection
        ) { [unowned self] in answered($0) }
        switch result {
        case .failure(let failure): finish(failure.status)
        case .success(let asked):
            self.asked = asked
            if request != nil { connection.channel.flushSoon() }
        }
    }

    private func finish(_ status: UInt32, _ reason: String = "") {
        identity?.report(reason)
        self.status = status
        guard let request else { return }
        // A synchronous call may be waiting here: the callback belongs to the loop.
        if let loop { tevent_req_defer_callback(request, loop) }
        shim_req_finish(request, status)
    }

    private func answered(_ asked: ContextRequest) {
        self.asked = nil
        switch asked.result {
        case .failure(let failure): finish(failure.status, "the connection has ended during the exchange")
        case .success(let negotiation):
            let status = NTStatus.of(negotiation.outcome)
            if status == NTStatus.ok {
                handle = BindingHandle(connection, codec, table: table, binding: binding, negotiation)
            }
            finish(status, negotiation.outcome.reason)
        case nil: finish(NTStatus.internalError)
        }
    }

    /// The time is over; what it waited for is the reason.
    fileprivate func expire() {
        identity?.report(
            setup != nil
                ? "what the calls authenticate with has not been there in time"
                : "the server has not answered the exchange in time")
        cancel()
    }

    private func cancel() {
        setup?.cancel()
        setup = nil
        if let asked { connection.forget(asked) }
        asked = nil
        request = nil
        handle?.handleFreed()
        handle = nil
    }

    // MARK: _send and _recv

    public static func send(
        _ parent: UnsafeMutableRawPointer?, loop: OpaquePointer, base: BindingHandle?,
        table: UnsafePointer<ndr_interface_table>?, identity: SecondaryIdentity? = nil, failure: UInt32 = 0
    ) -> OpaquePointer? {
        guard let request = shim_request_create(parent, nil, contextReleased) else { return nil }
        guard failure == NTStatus.ok else { return ConnectOperation.failed(request, failure, loop) }
        guard let base, let table else { return ConnectOperation.failed(request, NTStatus.invalidParameter, loop) }
        let operation: SecondaryContext
        do throws(NDRError) { operation = try SecondaryContext(base, table: table, identity) } catch {
            return ConnectOperation.failed(request, NTStatus.of(table: error), loop)
        }
        shim_request_set_object(request, Unmanaged.passRetained(operation).toOpaque())
        let status = base.isConnected ? base.connection.use(loop) : NTStatus.connectionDisconnected
        guard status == NTStatus.ok else { return ConnectOperation.failed(request, status, loop) }
        operation.request = request
        operation.loop = loop
        shim_request_on_expiry(request, contextExpired)
        if base.timeout != 0 {
            let seconds = UInt32(truncatingIfNeeded: base.timeout / 1_000_000)
            _ = tevent_req_set_endtime(request, loop, tevent_timeval_current_ofs(seconds, 0))
        }
        operation.begin(loop)
        return tevent_req_is_in_progress(request) ? request : tevent_req_post(request, loop)
    }

    public static func of(_ request: OpaquePointer?) -> SecondaryContext? {
        shim_request_object(request, contextReleased).map {
            Unmanaged<SecondaryContext>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// The handle, once.
    public func takeHandle() -> BindingHandle? {
        defer { handle = nil }
        return handle
    }

    // MARK: Synchronous

    public static func wait(
        base: BindingHandle, table: UnsafePointer<ndr_interface_table>, identity: SecondaryIdentity? = nil
    ) -> (status: UInt32, handle: BindingHandle?) {
        guard base.isConnected else { return (NTStatus.connectionDisconnected, nil) }
        let operation: SecondaryContext
        do throws(NDRError) { operation = try SecondaryContext(base, table: table, identity) } catch {
            return (NTStatus.of(table: error), nil)
        }
        let deadline = monotonicMicroseconds() &+ (base.timeout == 0 ? 600_000_000 : base.timeout)
        // KDCs are asked from a loop of our own, never the caller's.
        guard let loop = tevent_context_init(nil) else { return (NTStatus.noMemory, nil) }
        defer { tallocFree(UnsafeMutableRawPointer(loop)) }
        // Wakes the loop when the time is up, whatever it waits for.
        let timer = shim_add_timer(
            loop, UnsafeMutableRawPointer(loop), (base.timeout == 0 ? 600_000_000 : base.timeout) &+ 10_000,
            { _, _, _, _ in }, nil)
        guard timer != nil else { return (NTStatus.noMemory, nil) }
        operation.begin(loop)
        while operation.setup != nil, monotonicMicroseconds() < deadline, shim_loop_once(loop) == 0 {}
        guard operation.setup == nil else {
            operation.expire()
            return (NTStatus.ioTimeout, nil)
        }
        while operation.status == NTStatus.pending {
            let now = monotonicMicroseconds()
            guard now < deadline else {
                operation.expire()
                return (NTStatus.ioTimeout, nil)
            }
            let left = min((deadline - now) / 1000 + 1, 0x7fff_0000)
            _ = operation.connection.channel.wait(milliseconds: Int32(truncatingIfNeeded: left))
        }
        return (operation.status, operation.takeHandle())
    }

    fileprivate func requestFreed() { cancel() }
}

private func contextExpired(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    Unmanaged<SecondaryContext>.fromOpaque(pointer).takeUnretainedValue().expire()
}

private func contextReleased(_ pointer: UnsafeMutableRawPointer?) {
    guard let pointer else { return }
    Unmanaged<SecondaryContext>.fromOpaque(pointer).takeRetainedValue().requestFreed()
}
