// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// COM interfaces: [MS-DCOM] over DCE/RPC.
extension Resolver {
    /// Their types and their root, unless the files bring them.
    func declareObjectTypes() {
        guard interfaces.values.contains(where: { $0.syntax.attributes.contains("object") }) else { return }
        if names["ORPCTHIS"] == nil || names["MInterfacePointer"] == nil {
            for file in Prelude.objectTypes { declare(file, isLocal: false) }
        }
        if interfaces["IUnknown"] == nil {
            for file in Prelude.unknownInterface { declare(file, isLocal: false) }
        }
    }

    func declareWindowsTypes() {
        for interface in Prelude.windowsTypes {
            let context = self.context(of: interface, file: interface.position.file, isLocal: false)
            for case .typedef(let typedef) in interface.definitions where names[typedef.name] == nil {
                declare(.typedef(typedef), context)
            }
        }
    }

    /// Function names of COM interfaces repeat from one to the next; C gets them with the interface's.
    static func functionName(_ function: FunctionSyntax, in interface: InterfaceSyntax) -> String {
        var name = function.name
        if function.attributes.contains("propget") { name = "get_" + name }
        if function.attributes.contains("propput") { name = "put_" + name }
        if function.attributes.contains("propputref") { name = "putref_" + name }
        guard interface.attributes.contains("object"), !name.hasPrefix(interface.name + "_") else { return name }
        return interface.name + "_" + name
    }

    /// What stands before the arguments of every call of an object ([MS-DCOM] 2.2.13.3, 2.2.13.4).
    static func objectArguments(at position: SourcePosition) -> [ElementSyntax] {
        func attribute(_ name: String) -> Attribute { Attribute(name: name, arguments: nil, position: position) }
        return [
            ElementSyntax(
                attributes: [attribute("in")], type: .name("ORPCTHIS", position), pointers: 0, name: "ORPCthis",
                dimensions: [], position: position),
            ElementSyntax(
                attributes: [attribute("out"), attribute("ref")], type: .name("ORPCTHAT", position), pointers: 1,
                name: "ORPCthat", dimensions: [], position: position),
        ]
    }

    /// The number of each function; nil for one that is never called from afar.
    ///
    /// In a COM interface a [local] function keeps its place in the table of methods, and the function that is
    /// [call_as] it takes that place. Elsewhere [local] functions have none.
    func opnums(of functions: [FunctionSyntax], in interface: InterfaceSyntax, from first: Int) -> [Int?] {
        let isObject = interface.attributes.contains("object")
        let isLocal = { (function: FunctionSyntax) in
            interface.attributes.contains("local") || function.attributes.contains("local")
        }
        var places: [String: Int] = [:]
        var next = first
        var result: [Int?] = []
        let locals = Set(functions.filter(isLocal).map(\.name))
        for function in functions {
            let replaced = function.attributes.named("call_as")?.arguments?.first?.first?.text
            if function.attributes.contains("noopnum") || function.attributes.contains("callback")
                || (isLocal(function) && !isObject)
                || (isObject && replaced.map { locals.contains($0) } ?? false)
            {
                result.append(nil)
                continue
            }
            places[function.name] = next
            result.append(next)
            next += 1
        }
        guard isObject else { return result }
        for (index, function) in functions.enumerated() {
            guard let replaced = function.attributes.named("call_as")?.arguments?.first?.first?.text,
                locals.contains(replaced), let place = places[replaced]
            else { continue }
            result[index] = place
            if let old = functions.indices.first(where: { $0 != index && result[$0] == place }) { result[old] = nil }
        }
        return result
    }
}
