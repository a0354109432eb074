// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import CShims
internal import Glibc
public import Security
internal import Transport
internal import Wire

/// One side of one security context, by functions of a C program. What they answer is looked at before it is believed.
public final class PlugInMechanism: SecurityMechanism {
    private enum State {
        case exchanging
        /// The program's code runs, or has promised an outcome.
        case stepping
        case established
        /// A function has failed: nothing that it says counts any more.
        case failed
    }

    private let plugIn: PlugIn
    private let isServer: Bool
    /// Parent of what the program allocates for the context.
    private let memory: UnsafeMutableRawPointer
    private let context: UnsafeMutableRawPointer?
    /// Parent of the steps, which outlive what is in the program's.
    private let steps: UnsafeMutableRawPointer
    private var current: PlugInStep?
    /// Where its steps may wait for something.
    public var loop: () -> OpaquePointer?
    /// What a client's exchange begins with, where it has begun before there is a connection.
    public var firstToken: [UInt8]?
    private var state = State.exchanging
    public private(set) var signatureSize = 0
    public private(set) var peer: SecurityPeer?

    init(
        _ plugIn: PlugIn, isServer: Bool, memory: UnsafeMutableRawPointer, steps: UnsafeMutableRawPointer,
        state: UnsafeMutableRawPointer?, loop: @escaping () -> OpaquePointer?
    ) {
        self.plugIn = plugIn
        self.isServer = isServer
        self.memory = memory
        self.steps = steps
        context = state
        self.loop = loop
    }

    deinit {
        current?.end()
        tallocFree(memory)
        tallocFree(steps)
    }

    public var authType: UInt8 { plugIn.authType }
    public var signsHeaders: Bool { plugIn.has(DCERPC_MECHANISM_SIGNS_HEADERS) }
    public var alternates: Bool { plugIn.has(DCERPC_MECHANISM_TAKES_TURNS) }

    // MARK: The exchange

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard case .exchanging = state, let function = plugIn.operations.step else { throw .unexpectedToken }
        state = .stepping
        let object = PlugInStep(self)
        guard let handle = PlugInStep.type.make(steps, object) else { throw fail(NTStatus.noMemory) }
        current = object
        let bytes = token.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let status = function(context, handle, bytes, token.count)
        if status == NTStatus.pending, let pending = object.wait() { return SecurityStep(pending) }
        // It was pending, and is over already.
        let outcome = status == NTStatus.pending ? object.outcome : conclude(status, object)
        object.end()
        return try outcome.get()
    }

    /// What a step's status and token mean.
    func conclude(_ status: UInt32, _ step: PlugInStep) -> PendingStep.Outcome {
        // It was done before its function returned, which says something else.
        guard case .stepping = state else { return .failure(fail(NTStatus.internalError)) }
        guard !step.isBroken else { return .failure(fail(NTStatus.invalidParameter)) }
        switch status {
        case NTStatus.ok:
            guard finish() else { return .failure(fail(NTStatus.internalError)) }
            return .success(SecurityStep(token: step.token, finished: true))
        case NTStatus.moreProcessingRequired:
            guard let token = step.token else { return .failure(fail(NTStatus.internalError)) }
            state = .exchanging
            return .success(SecurityStep(token: token, finished: false))
        case NTStatus.pending: return .failure(fail(NTStatus.internalError))
        default: return .failure(fail(status))
        }
    }

    private func finish() -> Bool {
        guard let size = plugIn.operations.signature_size?(context),
            (1...Int(DCERPC_MECHANISM_MAX_SIGNATURE)).contains(size)
        else { return false }
        signatureSize = size
        if isServer { peer = whoTheClientIs() }
        state = .established
        return true
    }

    private func whoTheClientIs() -> SecurityPeer? {
        guard let ask = plugIn.operations.peer,
            let handle = AccountObject.type.make(memory, AccountObject())
        else { return nil }
        defer { tallocFree(UnsafeMutableRawPointer(handle)) }
        ask(context, handle)
        guard let account = AccountObject.type.object(of: handle) else { return nil }
        return SecurityPeer(domain: account.domain, account: account.account, workstation: "", sids: account.sids)
    }

    private func fail(_ status: UInt32) -> SecurityError {
        state = .failed
        peer = nil
        return .refused(status: status)
    }

    // MARK: Messages

    private var isUsable: Bool {
        if case .established = state { return true }
        return false
    }

    private func octets(_ bytes: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    /// Nothing of what could not be protected may leave.
    private func spoil(_ message: ProtectedMessage, _ signature: UnsafeMutableRawPointer) {
        state = .failed
        if let base = message.sealedBytes.baseAddress { memset(base, 0, message.sealedBytes.count) }
        memset(signature, 0, signatureSize)
    }

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        let data = UnsafeRawBufferPointer(message.sealedBytes)
        let whole = message.signedBytes
        guard isUsable, let function = plugIn.operations.sign,
            function(
                context, octets(data), data.count, octets(whole), whole.count,
                signature.assumingMemoryBound(to: UInt8.self), signatureSize) == NTStatus.ok
        else { return spoil(message, signature) }
    }

    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        let data = message.sealedBytes
        let whole = message.signedBytes
        guard isUsable, let function = plugIn.operations.seal,
            function(
                context, data.baseAddress?.assumingMemoryBound(to: UInt8.self), data.count, octets(whole), whole.count,
                signature.assumingMemoryBound(to: UInt8.self), signatureSize) == NTStatus.ok
        else { return spoil(message, signature) }
    }

    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        let data = UnsafeRawBufferPointer(message.sealedBytes)
        let whole = message.signedBytes
        guard isUsable, let function = plugIn.operations.verify else { return false }
        return function(
            context, octets(data), data.count, octets(whole), whole.count, octets(signature), signature.count)
            == NTStatus.ok
    }

    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        let data = message.sealedBytes
        let whole = message.signedBytes
        guard isUsable, let function = plugIn.operations.unseal else { return false }
        return function(
            context, data.baseAddress?.assumingMemoryBound(to: UInt8.self), data.count, octets(whole), whole.count,
            octets(signature), signature.count) == NTStatus.ok
    }

    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) {
        let key = Secret(count: Int(DCERPC_MECHANISM_MAX_KEY))
        var size = 0
        if isUsable, let function = plugIn.operations.session_key {
            size = function(context, key.mutableBytes.baseAddress?.assumingMemoryBound(to: UInt8.self), key.count)
        }
        body(UnsafeRawBufferPointer(rebasing: key.bytes[..<((0...key.count).contains(size) ? size : 0)]))
    }
}
