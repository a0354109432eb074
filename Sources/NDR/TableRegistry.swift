// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
public import Wire

/// Interface tables by name and by UUID. They have to outlive it.
public struct TableRegistry {
    public typealias Pointer = UnsafePointer<ndr_interface_table>

    private struct Entry {
        var table: Pointer
        var name: String
        var syntax: SyntaxID
    }

    public enum Outcome {
        case added
        case known
        case collision
    }

    private var entries: [Entry] = []

    public init() {}

    /// Checks the table and adds it; an interface without a UUID is told from others by its name.
    public mutating func register(_ table: Pointer) throws(NDRError) -> Outcome {
        if entries.contains(where: { $0.table == table }) { return .known }
        _ = try InterfaceCodec(table)
        let name = table.pointee.name.map { String(cString: $0) } ?? ""
        let entry = Entry(table: table, name: name, syntax: SyntaxID(table.pointee.syntax_id))
        let isTaken = entries.contains {
            entry.syntax.uuid == .zero
                ? $0.syntax.uuid == .zero && $0.name == name : $0.syntax == entry.syntax
        }
        if isTaken { return .collision }
        entries.append(entry)
        return .added
    }

    public func table(named name: String) -> Pointer? {
        let name = TableRegistry.folded(name)
        return entries.first { TableRegistry.folded($0.name) == name }?.table
    }

    /// The highest version.
    public func table(_ uuid: UUIDValue) -> Pointer? {
        entries.filter { $0.syntax.uuid == uuid }.max {
            ($0.syntax.majorVersion, $0.syntax.minorVersion) < ($1.syntax.majorVersion, $1.syntax.minorVersion)
        }?.table
    }

    public func table(_ syntax: SyntaxID) -> Pointer? { entries.first { $0.syntax == syntax }?.table }

    /// ASCII letters in lower case.
    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }
}
