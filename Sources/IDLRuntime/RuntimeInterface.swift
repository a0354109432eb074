// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
public import IDLModel
public import NDR
internal import Wire

/// An interface of an IDL file, ready to marshal.
public final class RuntimeInterface {
    public let table: RuntimeTable
    let codec: InterfaceCodec
    let expressions: ExpressionAccess

    public init(_ interface: InterfaceModel, of model: Model) throws(RuntimeError) {
        table = try RuntimeTable(interface, of: model)
        do throws(NDRError) { codec = try InterfaceCodec(table.pointer, isExact: true) } catch {
            throw RuntimeError("interface \(interface.name): \(error)")
        }
        expressions = ExpressionAccess(codec)
    }

    // MARK: - What can be marshalled

    /// A function's opnum by its name or by the number itself, decimal or 0x.
    public func opnum(_ name: String) -> Int? {
        if let opnum = (0..<codec.callCount).first(where: { codec.name($0) == name }) { return opnum }
        let number = name.hasPrefix("0x") ? Int(name.dropFirst(2), radix: 16) : Int(name)
        guard let number, number >= 0, number < codec.callCount else { return nil }
        return number
    }

    public func name(_ opnum: Int) -> String { codec.name(opnum) }

    public var functions: [String] { (0..<codec.callCount).map { codec.name($0) } }

    public var typeNames: [String] {
        // A hook and what it stands for share a name.
        var seen: Set<String> = []
        return (0..<view.typeCount).map { view.string(view.type($0).name) }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    var view: TableView { TableView(table.pointer) }

    func type(_ name: String) -> UInt32? {
        (0..<view.typeCount).first { view.type($0).name != 0 && view.string(view.type($0).name) == name }
    }

    public func hasType(_ name: String) -> Bool { type(name) != nil }

    /// The C text of an expression that only a C compiler can read, where the subject needs one.
    public func foreignExpression(in subject: Subject) -> String? {
        guard !table.thunks.isEmpty else { return nil }
        var walk = ReachableCode(view)
        switch subject {
        case .call(let opnum, _):
            let call = view.call(opnum)
            walk.members(call.first_in, call.num_in)
            walk.members(call.first_out, call.num_out)
        case .type(let name, _): if let type = type(name) { walk.type(type) }
        }
        return walk.thunks.first.flatMap { $0 < table.thunks.count ? table.thunks[$0] : nil }
    }

    /// A type or function that only hand-written C can marshal, where the subject needs one.
    public func handMarshalled(in subject: Subject) -> String? {
        guard table.pointer.pointee.num_hooks > 0 else { return nil }
        var walk = ReachableCode(view)
        switch subject {
        case .call(let opnum, _):
            let call = view.call(opnum)
            if call.hook != 0 { return view.hookName(call.hook - 1) }
            walk.members(call.first_in, call.num_in)
            walk.members(call.first_out, call.num_out)
        case .type(let name, _): if let type = type(name) { walk.type(type) }
        }
        return walk.hooks.first
    }

    // MARK: - Bytes and values

    public enum Subject: Sendable {
        case call(Int, Direction)
        /// A type by its name; the level is a union's.
        case type(String, level: Int64)
    }

    /// A C structure of the subject, zeroed: of a call the structure of both directions.
    public func makeValue(_ subject: Subject, _ arena: Arena) throws(NDRError) -> UnsafeMutableRawPointer {
        switch subject {
        case .call(let opnum, _): return arena.make(codec.structSize(opnum))
        case .type(let name, _): return arena.make(try codec.size(ofType: name))
        }
    }

    public func pull(
        _ subject: Subject, _ rules: Rules, _ bytes: [UInt8], into value: UnsafeMutableRawPointer, _ arena: Arena,
        allowTrailing: Bool
    ) throws(NDRError) {
        // Typed errors do not cross closures of the standard library.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        let stub = UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])
        switch subject {
        case .call(let opnum, let direction):
            try pullCall(opnum, direction, rules, stub, into: value, arena, allowTrailing: allowTrailing)
        case .type(let name, let level):
            let options = PullOptions(refAlloc: true, allowTrailing: allowTrailing)
            try codec.pull(
                type: name, rules, level: level, options: options, from: stub, into: value, parent: arena.root,
                allocator: Arena.allocator)
        }
    }

    public func push(_ subject: Subject, _ rules: Rules, _ value: UnsafeRawPointer) throws(NDRError) -> [UInt8] {
        var writer = ByteWriter()
        switch subject {
        case .call(let opnum, let direction): return try pushCall(opnum, direction, rules, value)
        case .type(let name, let level): try codec.push(type: name, rules, level: level, from: value, into: &writer)
        }
        return Array(writer.bytes)
    }

    /// How many of the bytes the subject takes: the shortest beginning that pulls without anything left over.
    public func consumed(_ subject: Subject, _ rules: Rules, _ bytes: [UInt8]) -> Int {
        // The error for bytes left over says where they begin.
        let arena = Arena()
        do throws(NDRError) {
            try pull(subject, rules, bytes, into: try makeValue(subject, arena), arena, allowTrailing: false)
        } catch {
            if error.code == .unreadBytes { return min(error.offset, bytes.count) }
        }
        return bytes.count
    }

    /// In ndrdump's layout.
    public func text(_ subject: Subject, _ value: UnsafeRawPointer, setValues: Bool = false) throws(NDRError) -> String
    {
        switch subject {
        case .call(let opnum, let direction):
            return try codec.print(opnum, direction, from: value, setValues: setValues, depth: 1, pipes: true)
        case .type(let name, let level):
            return try codec.print(
                type: name, name: name, level: level, from: value, setValues: setValues, depth: 1)
        }
    }
}
