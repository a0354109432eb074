// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CShims
internal import CTevent
internal import Connection
internal import Security
internal import Transport
internal import Wire

typealias ClientCall = UnsafeMutablePointer<dcerpc_client_call>

/// Somebody who waits for a presentation context.
final class ContextRequest {
    let completed: (ContextRequest) -> Void
    var result: Result<Negotiation, ConnectionFailure>?

    init(_ completed: @escaping (ContextRequest) -> Void) { self.completed = completed }
}

/// What shall protect the calls of a presentation context.
enum Protection {
    /// The security context with this number; 0: nothing.
    case existing(Int)
    /// A context that is to be established, and its first token.
    case new(SecurityContext, token: [UInt8])
}

struct ConnectionFailure: Error {
    var status: UInt32
}

/// One connection and the binding handles that share it; it lives as long as one of them.
final class RPCConnection: ClientChannelDelegate {
    let channel: ClientChannel
    private var handles: [Unmanaged<BindingHandle>] = []
    private var contextRequests: [ContextRequest] = []
    var callsStarted: UInt64 = 0

    init(socket: Socket, binding: ServerBinding) {
        var limits = Limits()
        let asked = min(binding.maxTransmitFragment ?? .max, binding.maxReceiveFragment ?? .max)
        limits.maximumFragment = min(limits.maximumFragment, max(limits.minimumFragment, Int(asked)))
        channel = ClientChannel(
            socket: socket,
            core: ClientConnection(
                limits: limits, bigEndian: binding.flags.contains(.pushBigEndian),
                offersMultiplexing: !binding.flags.contains(.noMultiplex)))
        channel.delegate = self
    }

    deinit {
        channel.delegate = nil
        channel.close()
    }

    var isConnected: Bool { channel.isOpen }

    // MARK: Handles

    func add(_ handle: BindingHandle) { handles.append(Unmanaged.passUnretained(handle)) }

    func remove(_ handle: BindingHandle) {
        handles.removeAll { $0.toOpaque() == Unmanaged.passUnretained(handle).toOpaque() }
        guard handles.isEmpty else { return }
        withExtendedLifetime(self) {
            end(takeContextRequests(), NTStatus.localDisconnect)
            channel.close()
        }
    }

    /// Handles that stay alive while calls of theirs end, whatever the callbacks free.
    private var retainedHandles: [BindingHandle] { handles.map { $0.takeUnretainedValue() } }

    var hasLoopCalls: Bool { handles.contains { $0.takeUnretainedValue().hasLoopCalls } }

    // MARK: Loops

    /// Lets `loop` drive the connection. False where calls still wait on another one, or memory is short.
    func use(_ loop: OpaquePointer) -> UInt32 {
        if channel.loop == loop { return NTStatus.ok }
        guard !hasLoopCalls else { return NTStatus.invalidParameterMix }
        return channel.attach(loop) ? NTStatus.ok : NTStatus.noMemory
    }

    func channelLostLoop() {
        withExtendedLifetime(self) {
            for handle in retainedHandles { handle.loopLost() }
        }
    }

    func channelTimer() {
        withExtendedLifetime(self) {
            let now = monotonicMicroseconds()
            for handle in retainedHandles { handle.expire(now) }
            let next = handles.reduce(UInt64.max) { min($0, $1.takeUnretainedValue().nextDeadline) }
            if next != .max { channel.wake(at: next) }
        }
    }

    // MARK: Presentation contexts

    func requestContext(
        _ abstractSyntax: SyntaxID, offering syntaxes: [SyntaxID], group: UInt32, protection: Protection? = nil,
        completed: @escaping (ContextRequest) -> Void
    ) -> Result<ContextRequest, ConnectionFailure> {
        guard isConnected else { return .failure(ConnectionFailure(status: NTStatus.connectionDisconnected)) }
        let request = ContextRequest(completed)
        let tag = UInt(bitPattern: Unmanaged.passUnretained(request).toOpaque())
        do throws(WireError) {
            switch protection {
            case nil: try channel.core.negotiate(abstractSyntax, transferSyntaxes: syntaxes, group: group, tag: tag)
            case .existing(let number):
                try channel.core.negotiate(
                    abstractSyntax, transferSyntaxes: syntaxes, group: group, tag: tag, number: number)
            case .new(let context, let token):
                try channel.core.negotiate(
                    abstractSyntax, transferSyntaxes: syntaxes, group: group, tag: tag, security: context, token: token)
            }
        } catch { return .failure(ConnectionFailure(status: NTStatus.noMemory)) }
        contextRequests.append(request)
        return .success(request)
    }

    /// Nobody waits for the context any more; if it comes, it stays unused.
    func forget(_ request: ContextRequest) { contextRequests.removeAll { $0 === request } }

    func channel(negotiated negotiation: Negotiation, waiting: Bool) {
        let found = contextRequests.firstIndex {
            UInt(bitPattern: Unmanaged.passUnretained($0).toOpaque()) == negotiation.tag
        }
        guard let found else { return }
        let request = contextRequests.remove(at: found)
        request.result = .success(negotiation)
        withExtendedLifetime(self) { request.completed(request) }
    }

    // MARK: Calls

    func channel(answered answer: Answer, waiting: Bool) {
        guard let call = ClientCall(bitPattern: answer.tag), let owner = call.pointee.handle else { return }
        let handle = Unmanaged<BindingHandle>.fromOpaque(owner)
        handle._withUnsafeGuaranteedRef { $0.deliver(answer, to: call, waiting: waiting) }
    }

    func channel(closed reason: CloseReason, waiting: Bool) {
        let status = NTStatus.of(closing: reason)
        withExtendedLifetime(self) {
            let waiters = takeContextRequests()
            for handle in retainedHandles { handle.endAll(status, waiting: waiting) }
            end(waiters, status)
        }
    }

    private func takeContextRequests() -> [ContextRequest] {
        defer { contextRequests = [] }
        return contextRequests
    }

    private func end(_ waiters: [ContextRequest], _ status: UInt32) {
        for request in waiters {
            request.result = .failure(ConnectionFailure(status: status))
            request.completed(request)
        }
    }

    /// Closes for every handle; calls end from their loops.
    func disconnect() {
        withExtendedLifetime(self) {
            channel.core.disconnected(.local)
            channel(closed: .local, waiting: true)
            channel.close()
        }
    }
}
