// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLModel

/// One interface's table as the C initialisers that TableEmitter writes, one text a record: what a type becomes is said
/// once, whether a C compiler or a tool at run time reads it.
public struct TableSource: Sendable {
    public let types: [String]
    public let members: [String]
    public let values: [String]
    public let ranges: [String]
    public let code: [String]
    public let strings: [String]
    public let calls: [String]
    /// The C text of each expression that only a C compiler can read.
    public let thunks: [String]
    /// The name of each hook, and which of its functions are written by hand.
    public let hooks: [(name: String, hooks: Hooks)]

    public init(_ interface: InterfaceModel, of model: Model) {
        let builder = TableBuilder(interface, of: model)
        types = builder.types
        members = builder.members
        values = builder.values
        ranges = builder.ranges
        code = builder.code
        strings = builder.strings
        calls = builder.calls
        thunks = builder.thunks.map { $0.text }
        hooks = builder.hooks.map { ($0.name, $0.hooks) }
    }

    /// The C type of a field or argument: "const char *", "uint8_t [6]".
    public static func cType(_ type: NDRType, in model: Model) -> String { CTypes(model: model).name(of: type) }
}

extension TableBuilder {
    /// Everything of one interface; with `all` functions without an opnum too, behind the others.
    init(_ interface: InterfaceModel, of model: Model, all: Bool = false) {
        self.init(model)
        for id in interface.types { _ = type(.named(id, range: nil), isOut: false) }
        for function in interface.inherited + interface.functions where function.opnum != nil { add(function) }
        if all { for function in interface.functions where function.opnum == nil { add(function) } }
    }
}
