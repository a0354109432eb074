// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Binding
internal import Wire

/// The connections of one client that share context handles (C706 9.3.1, [MS-RPCE] 3.3.1.5.6).
final class AssociationGroup {
    let id: UInt32
    let transport: ProtocolSequence
    fileprivate(set) var members = 0
    /// The endpoint mapper's open lookups.
    var lookups = LookupHandles()

    init(id: UInt32, transport: ProtocolSequence) {
        self.id = id
        self.transport = transport
    }
}

/// The association groups of a server. Ids are random, so that nobody joins a group by guessing.
struct AssociationGroups {
    private var groups: [UInt32: AssociationGroup] = [:]

    var count: Int { groups.count }

    /// A new group for `requested` 0; else the one that is asked for, nil where it does not exist on that transport.
    mutating func join(_ requested: UInt32, transport: ProtocolSequence) -> AssociationGroup? {
        if requested != 0 {
            guard let group = groups[requested], group.transport == transport else { return nil }
            group.members += 1
            return group
        }
        var id = UInt32.random(in: 1...UInt32.max)
        while groups[id] != nil { id = UInt32.random(in: 1...UInt32.max) }
        let group = AssociationGroup(id: id, transport: transport)
        group.members = 1
        groups[id] = group
        return group
    }

    /// The last member takes the group with it.
    mutating func leave(_ group: AssociationGroup) {
        group.members -= 1
        if group.members <= 0 { groups[group.id] = nil }
    }

    mutating func removeAll() { groups.removeAll() }
}
