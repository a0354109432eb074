// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import Wire

/// An interface (UUID and major version) and the managers that serve it.
///
/// It lives as long as its server, managers or not: presentation contexts refer to it by address.
final class Interface {
    let uuid: UUIDValue
    let majorVersion: UInt16
    private(set) var manager: Manager?
    private(set) var objectManagers: [(object: UUIDValue, manager: Manager)] = []
    /// Whether its policy has something to say about calls.
    private(set) var restrictsCalls = false

    init(uuid: UUIDValue, majorVersion: UInt16) {
        self.uuid = uuid
        self.majorVersion = majorVersion
    }

    /// What the connection core holds for a presentation context.
    var tag: UInt { UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }

    @inline(__always)
    static func from(tag: UInt) -> Interface? {
        guard let pointer = UnsafeRawPointer(bitPattern: tag) else { return nil }
        return Unmanaged<Interface>.fromOpaque(pointer).takeUnretainedValue()
    }

    var managers: [Manager] { (manager.map { [$0] } ?? []) + objectManagers.map(\.manager) }

    /// C706 6.1.2: a client's minor version is served by the same or a greater one.
    func accepts(minorVersion: UInt16) -> Bool { managers.contains { $0.syntax.minorVersion >= minorVersion } }

    /// The manager of a request's object, else the one without object (C706 2.1.4).
    @inline(__always)
    func manager(hasObject: Bool, object: UUIDValue) -> Manager? {
        if hasObject, !objectManagers.isEmpty, let found = objectManagers.first(where: { $0.object == object }) {
            return found.manager
        }
        return manager
    }

    func lookAtPolicies() { restrictsCalls = manager?.policy.restrictsCalls ?? false }

    /// Whether clients find it there.
    func isServed(over transport: ProtocolSequence) -> Bool { manager?.policy.allows(transport) ?? true }

    /// False when the place is taken.
    func add(_ added: Manager) -> Bool {
        defer { lookAtPolicies() }
        guard let object = added.object else {
            guard manager == nil else { return false }
            manager = added
            return true
        }
        guard !objectManagers.contains(where: { $0.object == object }) else { return false }
        objectManagers.append((object, added))
        return true
    }

    func remove(_ removed: Manager) {
        if manager === removed { manager = nil }
        objectManagers.removeAll { $0.manager === removed }
        lookAtPolicies()
    }
}
