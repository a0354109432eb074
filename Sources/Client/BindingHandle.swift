// SPDX-License-Identifier: LGPL-3.0-or-later

public import Binding
public import CDCERPC
internal import CShims
internal import CTalloc
internal import CTevent
internal import Connection
internal import NDR
public import Transport
public import Wire

/// What a C caller holds as struct dcerpc_binding_handle: one presentation context of a connection.
public final class BindingHandle: TallocObject {
    let connection: RPCConnection
    let codec: InterfaceCodec
    public let table: UnsafePointer<ndr_interface_table>
    public let binding: ServerBinding
    let contextID: UInt16
    /// The number of the security context that protects its calls; 0: none does.
    let security: Int
    public let transferSyntax: SyntaxID
    let rules: Rules
    let object: UUIDValue?
    let checksPadding: Bool
    private let prints: Bool
    private var log: (function: dcerpc_log_fn_t, data: UnsafeMutableRawPointer?)?

    public var timeout: UInt64 = 600_000_000
    public var allocatesReferences = false
    public internal(set) var lastFault: UInt32 = 0

    /// Calls that wait, oldest first: a list through their own memory.
    private var firstCall: ClientCall?
    private var lastCall: ClientCall?
    private var failure: CallFailure?
    /// The text that a C caller was given last, a child of the handle.
    private var text: UnsafeMutablePointer<CChar>?
    /// The binding as a C object, made when asked for; a child of the handle.
    public var bindingChunk: OpaquePointer?

    init(
        _ connection: RPCConnection, _ codec: InterfaceCodec, table: UnsafePointer<ndr_interface_table>,
        binding: ServerBinding, _ negotiation: Negotiation
    ) {
        self.connection = connection
        self.codec = codec
        self.table = table
        self.binding = binding
        contextID = negotiation.contextID
        security = negotiation.security
        transferSyntax = negotiation.transferSyntax
        rules = Rules(
            ndr64: negotiation.transferSyntax == .ndr64, bigEndian: connection.channel.core.bigEndian)
        object = binding.object
        prints = binding.flags.contains(.print)
        checksPadding = binding.flags.contains(.padCheck)
        super.init()
        connection.add(self)
    }

    override public func handleFreed() {
        if firstCall != nil {
            endAll(NTStatus.localDisconnect, waiting: true)
            if isConnected { connection.channel.flushSoon() }
        }
        connection.remove(self)
    }

    /// No loop drives the connection any more; the next asynchronous call brings its own.
    public func detachFromLoop() { connection.channel.detach() }

    // MARK: Questions

    public var isConnected: Bool { connection.isConnected }
    public var associationGroup: UInt32 { isConnected ? connection.channel.core.associationGroup : 0 }

    public func statistic(_ what: UInt32) -> UInt64 {
        let channel = connection.channel
        switch what {
        case 1: return UInt64(channel.core.maximumTransmit)
        case 2: return UInt64(channel.core.maximumReceive)
        case 3: return channel.bytesSent
        case 4: return channel.bytesReceived
        case 5: return connection.callsStarted
        case 6: return UInt64(channel.core.callsWanted)
        default: return 0
        }
    }

    public func disconnect() -> UInt32 {
        guard isConnected else { return NTStatus.connectionDisconnected }
        connection.disconnect()
        return NTStatus.ok
    }

    // MARK: The list of calls

    var hasLoopCalls: Bool {
        var next = firstCall
        while let call = next {
            if call.pointee.req != nil { return true }
            next = call.pointee.next
        }
        return false
    }

    func link(_ call: ClientCall) {
        call.pointee.handle = Unmanaged.passUnretained(self).toOpaque()
        call.pointee.prev = lastCall
        call.pointee.next = nil
        if let lastCall { lastCall.pointee.next = call } else { firstCall = call }
        lastCall = call
    }

    func unlink(_ call: ClientCall) {
        guard call.pointee.handle != nil else { return }
        call.pointee.handle = nil
        releasePointers(call)
        if let previous = call.pointee.prev {
            previous.pointee.next = call.pointee.next
        } else {
            firstCall = call.pointee.next
        }
        if let next = call.pointee.next {
            next.pointee.prev = call.pointee.prev
        } else {
            lastCall = call.pointee.prev
        }
        call.pointee.prev = nil
        call.pointee.next = nil
    }

    /// Ends every call. The callbacks of one may free others: the list is asked anew each time.
    /// On a connection that lives on for other handles, late answers must find nothing.
    func endAll(_ status: UInt32, waiting: Bool) {
        while let call = firstCall {
            connection.channel.core.abandon(callID: call.pointee.call_id)
            end(call, status, waiting: waiting)
        }
    }

    /// The loop that would have called back is gone: the calls end, and nobody hears it but `_recv`.
    func loopLost() {
        var next = firstCall
        while let call = next {
            next = call.pointee.next
            guard call.pointee.req != nil else { continue }
            connection.channel.core.abandon(callID: call.pointee.call_id)
            unlink(call)
            call.pointee.status = NTStatus.localDisconnect
            call.pointee.ended = true
        }
    }

    // MARK: Deadlines

    var nextDeadline: UInt64 {
        var earliest = UInt64.max
        var next = firstCall
        while let call = next {
            if call.pointee.req != nil { earliest = min(earliest, call.pointee.deadline) }
            next = call.pointee.next
        }
        return earliest
    }

    func expire(_ now: UInt64) {
        while let call = expired(now) {
            connection.channel.core.abandon(callID: call.pointee.call_id)
            connection.channel.flushSoon()
            record(.timeout, opnum: call.pointee.opnum)
            end(call, NTStatus.ioTimeout, waiting: false)
        }
    }

    private func expired(_ now: UInt64) -> ClientCall? {
        var next = firstCall
        while let call = next {
            if call.pointee.req != nil, call.pointee.deadline <= now { return call }
            next = call.pointee.next
        }
        return nil
    }

    /// Whether `r` has the memory that the answer of a call will be written to: the [out] references of its arguments.
    func hasRoomForAnswer(_ opnum: Int, _ r: UnsafeRawPointer) -> Bool {
        let call = table.pointee.calls[opnum]
        let flags = UInt16(NDR_F_TOP_LEVEL | NDR_F_SHARES_SLOT)
        for index in Int(call.first_out)..<Int(call.first_out &+ call.num_out) {
            let member = table.pointee.members[index]
            let type = table.pointee.types[Int(member.type)]
            guard type.kind == UInt8(NDR_KIND_POINTER), type.wire == UInt8(NDR_PTR_REF),
                type.flags & flags == UInt16(NDR_F_TOP_LEVEL)
            else { continue }
            if r.loadUnaligned(fromByteOffset: Int(member.c_offset), as: UInt.self) == 0 { return false }
        }
        return true
    }

    // MARK: Text

    public func setLog(_ log: (function: dcerpc_log_fn_t, data: UnsafeMutableRawPointer?)?) { self.log = log }

    /// Prints one direction of a call where the binding and the caller want it.
    @inline(__always)
    func printArguments(_ opnum: Int, _ direction: Direction, _ r: UnsafeRawPointer) {
        if prints, log != nil { printNow(opnum, direction, r) }
    }

    @inline(never)
    private func printNow(_ opnum: Int, _ direction: Direction, _ r: UnsafeRawPointer) {
        guard let log, let text = try? codec.print(opnum, direction, from: r) else { return }
        text.withCString { log.function(log.data, $0) }
    }

    // MARK: What went wrong

    func record(_ reason: CallFailure.Reason, opnum: UInt32) {
        failure = CallFailure(reason: reason, opnum: opnum)
    }

    func recordSuccess() { if failure != nil { failure = nil } }

    /// `text` as a C string that lives until the next one.
    public func keepText(_ text: String) -> UnsafePointer<CChar>? {
        tallocFree(self.text)
        self.text = tallocString(handle.map { UnsafeRawPointer($0) }, text)
        return UnsafePointer(self.text)
    }

    /// One line about the last failure.
    public func failureText() -> String {
        guard let failure else { return "" }
        return failure.text(table: table, codec: codec)
    }
}
