// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import IDLEmit
public import IDLModel

/// The table of one interface in memory, equal to the one that a C compiler makes of what dcerpc-idl writes; only
/// expressions that call C functions have no value here. The memory is the object's.
public final class RuntimeTable {
    public let pointer: UnsafePointer<ndr_interface_table>
    public let name: String
    /// The C text of each expression that only a C compiler can read.
    public let thunks: [String]
    private var owned: [UnsafeMutableRawPointer] = []

    public init(_ interface: InterfaceModel, of model: Model) throws(RuntimeError) {
        let source = TableSource(interface, of: model)
        var layout = CLayout(model)
        var memory = TableMemory()
        name = interface.name
        thunks = source.thunks
        do throws(RuntimeError) {
            var table = ndr_interface_table()
            table.format = UInt32(NDR_TABLE_FORMAT)
            table.table_size = UInt32(MemoryLayout<ndr_interface_table>.size)
            table.name = memory.string(interface.name)
            table.syntax_id = Self.syntax(interface)
            table.helpstring =
                interface.uuid == nil ? nil : interface.helpstring.map { memory.string(Self.literal($0)) }
            table.pointer_size = UInt32(MemoryLayout<UnsafeRawPointer>.size)
            table.endpoints = memory.names(interface.endpoints.map(Self.literal))
            table.authservices = memory.names(interface.authservices.map(Self.literal))
            try Records(source).fill(&table, &memory, &layout)
            pointer = UnsafePointer(memory.array([table]))
        } catch {
            memory.free()
            throw error
        }
        owned = memory.owned
    }

    /// Every record of it, one a line.
    public var text: String { withExtendedLifetime(self) { TableText.text(pointer) } }

    deinit {
        for chunk in owned { chunk.deallocate() }
    }

    private static func syntax(_ interface: InterfaceModel) -> ndr_syntax_id {
        var result = ndr_syntax_id()
        guard let uuid = interface.uuid, uuid.count == 16 else { return result }
        func number<T: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> T { bytes.reduce(0) { $0 << 8 | T($1) } }
        result.uuid.time_low = number(uuid[0..<4])
        result.uuid.time_mid = number(uuid[4..<6])
        result.uuid.time_hi_and_version = number(uuid[6..<8])
        withUnsafeMutableBytes(of: &result.uuid.clock_seq) { $0.copyBytes(from: uuid[8..<10]) }
        withUnsafeMutableBytes(of: &result.uuid.node) { $0.copyBytes(from: uuid[10..<16]) }
        result.if_version = UInt32(truncatingIfNeeded: interface.version)
        return result
    }

    /// What C string literals, one after another, stand for.
    private static func literal(_ text: String) -> String {
        guard text.hasPrefix("\"") else { return text }
        var result = ""
        var isInside = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                result.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
                isEscaped = false
            } else if character == "\"" {
                isInside.toggle()
            } else if isInside && character == "\\" {
                isEscaped = true
            } else if isInside {
                result.append(character)
            }
        }
        return result
    }
}

/// Memory of one table.
struct TableMemory {
    private(set) var owned: [UnsafeMutableRawPointer] = []

    mutating func array<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
        let memory = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
        memory.initialize(from: values, count: values.count)
        owned.append(UnsafeMutableRawPointer(memory))
        return memory
    }

    mutating func string(_ text: String) -> UnsafePointer<CChar> { UnsafePointer(array(Array(text.utf8CString))) }

    mutating func names(_ texts: [String]) -> UnsafePointer<ndr_interface_string_array> {
        let names: [UnsafePointer<CChar>?] = texts.map { string($0) }
        let list = ndr_interface_string_array(count: UInt32(names.count), names: UnsafePointer(array(names)))
        return UnsafePointer(array([list]))
    }

    func free() {
        for chunk in owned { chunk.deallocate() }
    }
}
