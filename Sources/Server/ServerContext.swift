// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import CShims
internal import CTalloc
internal import CTevent
public import PlugIns
public import Security
public import Transport
internal import Wire

/// A server on a caller's loop: where it listens, what it serves, who is connected.
///
/// Handles may be freed at any moment, also by an entry point that the server is just running, and the loop may be freed
/// before the server. Whatever comes first ends in `close()`, which leaves nothing behind in the loop.
public final class ServerContext: TallocObject {
    enum Phase {
        /// Endpoints are open; nobody is accepted yet.
        case prepared
        case serving
        /// Nobody is accepted any more, and connections end as their last call does.
        case draining
        case closed
    }

    public static var type: TallocType<ServerContext> { TallocType("struct dcerpc_server_context", magic: 0xdce_5e41) }

    /// nil once it is freed.
    private(set) var loop: OpaquePointer?
    /// The parent of everything that the server has in the loop.
    private(set) var memory: UnsafeMutableRawPointer?
    private var loopWatch: UnsafeMutableRawPointer?

    var phase = Phase.prepared
    public var limits = ServerLimits()
    /// nil: clients cannot authenticate.
    public var ntlm: NTLMService?
    public var ntlmPermissions: NTLMPermissions = []
    public var kerberos: KerberosService?
    public var schannel: SchannelService?
    private var setupError = HandleText()
    /// Mechanisms of the program's, each with its own auth_type.
    private(set) var plugIns: [PlugIn] = []
    /// The accounts of a server that has no database.
    public let accounts = AccountList()
    var counters = ServerCounters()
    private(set) var endpoints: [Endpoint] = []
    private(set) var interfaces: [Interface] = []
    private(set) var builtins: [Manager] = []
    private(set) var associations: [Association] = []
    var groups = AssociationGroups()
    var shutdowns: [ShutdownRequest] = []

    /// Counts the idle timer's turns, so that noting activity costs no clock.
    private(set) var tick: UInt64 = 0
    private var idleTimer: OpaquePointer?
    private var lastConnectionID: UInt64 = 0

    /// nil when out of memory.
    public static func create(_ parent: UnsafeRawPointer?, loop: OpaquePointer) -> ServerContext? {
        let server = ServerContext()
        guard let handle = type.make(parent, server) else { return nil }
        server.loop = loop
        server.memory = shim_talloc_new(nil)
        server.loopWatch = shim_object_create(
            UnsafeRawPointer(loop), "dcerpcswift: watches the loop", 1, Unmanaged.passUnretained(server).toOpaque(),
            loopFreed)
        guard server.memory != nil, server.loopWatch != nil else {
            tallocFree(UnsafeMutableRawPointer(handle))
            return nil
        }
        return server
    }

    /// The caller's loop; nil once the server or the loop is gone.
    public var eventLoop: OpaquePointer? { phase == .closed ? nil : loop }

    /// Why something that was asked for is not there; "": it is.
    public func report(_ reason: String) { setupError.set(reason, handle) }
    public var setupErrorCString: UnsafePointer<CChar>? { setupError.cString(handle) }

    override public func handleFreed() { close() }

    fileprivate func loopIsGone() {
        guard loopWatch != nil else { return }
        loopWatch = nil
        loop = nil
        close()
    }

    /// False where there is one with this auth_type.
    public func add(_ plugIn: PlugIn) -> Bool {
        guard !plugIns.contains(where: { $0.authType == plugIn.authType }) else { return false }
        plugIns.append(plugIn)
        return true
    }

    /// Ends everything at once.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        let watch = loopWatch
        loopWatch = nil
        tallocFree(watch)
        while let endpoint = endpoints.last { endpoint.close() }
        while let association = associations.last { association.close() }
        for interface in interfaces { for manager in interface.managers { manager.withdraw() } }
        builtins.removeAll()
        finishShutdowns()
        loop = nil
        let memory = memory
        self.memory = nil
        tallocFree(memory)
    }

    // MARK: Endpoints

    /// Whether anything may be added.
    var isOpen: Bool { phase == .prepared || phase == .serving }

    func add(_ endpoint: Endpoint) {
        endpoints.append(endpoint)
        if phase == .serving { endpoint.start() }
    }

    func remove(_ endpoint: Endpoint) {
        endpoints.removeAll { $0 === endpoint }
        let orphans = associations.filter { $0.endpoint === endpoint }
        for association in orphans { association.close() }
    }

    /// Accepts connections from now on; false without an endpoint.
    public func start() -> Bool {
        guard isOpen, !endpoints.isEmpty else { return false }
        phase = .serving
        for endpoint in endpoints { endpoint.start() }
        return true
    }

    // MARK: Interfaces

    /// The interface that serves `syntax`; nil where none does, or only an older minor version.
    func interface(serving syntax: SyntaxID) -> Interface? {
        guard let found = interface(syntax), found.accepts(minorVersion: syntax.minorVersion) else { return nil }
        return found
    }

    private func interface(_ syntax: SyntaxID) -> Interface? {
        interfaces.first { $0.uuid == syntax.uuid && $0.majorVersion == syntax.majorVersion }
    }

    /// False when the interface has such a manager.
    func register(_ manager: Manager) -> Bool {
        let known = interface(manager.syntax)
        let target = known ?? Interface(uuid: manager.syntax.uuid, majorVersion: manager.syntax.majorVersion)
        guard target.add(manager) else { return false }
        if known == nil { interfaces.append(target) }
        if manager.builtin != nil { builtins.append(manager) }
        manager.registered(as: target)
        return true
    }

    // MARK: Connections

    func admit(_ socket: Socket, at endpoint: Endpoint) {
        guard phase == .serving, let loop, let memory, associations.count < limits.connections else {
            socket.close()
            return
        }
        lastConnectionID += 1
        let association = Association(server: self, endpoint: endpoint, socket: socket, id: lastConnectionID)
        association.index = associations.count
        associations.append(association)
        guard association.open(loop: loop, memory: memory) else {
            association.close()
            return
        }
        armIdleTimer()
    }

    func remove(_ association: Association) {
        let index = association.index
        guard index < associations.count, associations[index] === association else { return }
        counters.add(association.core)
        associations.swapAt(index, associations.count - 1)
        associations.removeLast()
        if index < associations.count { associations[index].index = index }
        if phase == .draining, associations.isEmpty { finishShutdowns() }
    }

    // MARK: Idle connections

    /// Microseconds between two looks at the connections: often enough for a limit of a few seconds.
    private var idlePeriod: UInt64 { min(5_000_000, max(1, limits.idleSeconds) * 1_000_000 / 4) }

    private func ticks(_ seconds: UInt64) -> UInt64 { max(1, seconds * 1_000_000 / idlePeriod) }

    private func armIdleTimer() {
        guard idleTimer == nil, !associations.isEmpty, let loop, let memory else { return }
        idleTimer = shim_add_timer(
            loop, memory, idlePeriod, idleTimerFired, Unmanaged.passUnretained(self).toOpaque())
    }

    fileprivate func lookForIdleConnections() {
        idleTimer = nil
        tick += 1
        let idle = ticks(limits.idleSeconds)
        let unbound = min(idle, ticks(ServerLimits.bindSeconds))
        for association in associations where association.isOver(tick, idle: idle, unbound: unbound) {
            association.close()
        }
        armIdleTimer()
    }
}

private func loopFreed(_ object: UnsafeMutableRawPointer?) {
    guard let object else { return }
    let server = Unmanaged<ServerContext>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(server) { server.loopIsGone() }
}

private func idleTimerFired(
    _ loop: OpaquePointer?, _ timer: OpaquePointer?, _ now: timeval, _ object: UnsafeMutableRawPointer?
) {
    guard let object else { return }
    let server = Unmanaged<ServerContext>.fromOpaque(object).takeUnretainedValue()
    withExtendedLifetime(server) { server.lookForIdleConnections() }
}
