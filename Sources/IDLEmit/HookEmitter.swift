// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLModel

/// Hooks of a table, and functions with libndr's names for what it describes.
struct HookEmitter {
    private let model: Model
    private let functions: Bool

    init(_ model: Model, functions: Bool) {
        self.model = model
        self.functions = functions
    }

    /// What the file itself defines and hand-written C marshals.
    private func hooked(_ interface: InterfaceModel) -> [Marshalled] {
        var result: [Marshalled] = []
        for id in interface.types where !model.types[id].isImported && !model.types[id].hooks.isEmpty {
            var marshalled = Marshalled(model.types[id])
            marshalled.hooks = model.types[id].hooks
            result.append(marshalled)
        }
        for function in interface.functions where !function.isTodo && !function.hooks.isEmpty {
            var marshalled = Marshalled(function)
            marshalled.hooks = function.hooks
            result.append(marshalled)
        }
        return result
    }

    var needsMarshalHeader: Bool {
        functions || model.interfaces.contains { !TableBuilder($0, of: model).hooks.isEmpty || !hooked($0).isEmpty }
    }

    // MARK: - Hooks

    private func prototypes(_ hook: Marshalled) -> [String] {
        var lines: [String] = []
        if hook.hooks.push { lines.append(hook.push + ";") }
        if hook.hooks.pull { lines.append(hook.pull + ";") }
        if hook.hooks.print { lines.append(hook.print + ";") }
        return lines
    }

    /// Prototypes of what the user writes.
    func declare(_ interface: InterfaceModel, _ writer: inout CWriter) {
        let hooks = hooked(interface)
        guard !hooks.isEmpty else { return }
        writer.line("/* Written by hand. */")
        for hook in hooks { for line in prototypes(hook) { writer.line(line) } }
        writer.line()
    }

    /// The hooks of a table: functions of one type that call those with the types of the interface.
    func define(_ hooks: [Marshalled], _ name: String, _ writer: inout CWriter) {
        if hooks.isEmpty { return }
        for hook in hooks { for line in prototypes(hook) { writer.line(line) } }
        writer.line()
        var rows: [String] = []
        for (index, hook) in hooks.enumerated() {
            let prefix = "\(name)_hook\(index)"
            if hook.hooks.push {
                body(
                    "static int \(prefix)_push(struct ndr_push *ndr, int ndr_flags, const void *r)",
                    ["return (int)\(hook.pushCall);"], &writer)
            }
            if hook.hooks.pull {
                body(
                    "static int \(prefix)_pull(struct ndr_pull *ndr, int ndr_flags, void *r)",
                    ["return (int)\(hook.pullCall);"], &writer)
            }
            if hook.hooks.print {
                body(
                    "static void \(prefix)_print(struct ndr_print *ndr, const char *name, int ndr_flags, const void *r)",
                    (hook.form == .function ? [] : ["(void)ndr_flags;"]) + ["\(hook.printCall);"], &writer)
            }
            rows.append(
                "{ \"\(hook.name)\", \(hook.hooks.push ? prefix + "_push" : "NULL"), "
                    + "\(hook.hooks.pull ? prefix + "_pull" : "NULL"), "
                    + "\(hook.hooks.print ? prefix + "_print" : "NULL") },")
        }
        writer.block("static const struct ndr_type_hook \(name)_hooks[] = {", "};") { writer in
            for row in rows { writer.line(row) }
        }
        writer.line()
    }

    private func body(_ head: String, _ lines: [String], _ writer: inout CWriter) {
        writer.line(head)
        writer.block("{") { writer in for line in lines { writer.line(line) } }
        writer.line()
    }

    // MARK: - Functions with libndr's names

    /// As with pidl, everything can be printed and sized; what else there is belongs to public types.
    private func described(_ interface: InterfaceModel) -> [(id: Int, type: TypeModel)] {
        interface.types.map { ($0, model.types[$0]) }.filter { pair in
            if case .pipe = pair.1.body { return false }
            if case .none = pair.1.body { return false }
            // The library has those of its own scalars.
            return !pair.1.isImported && Scalar.named(pair.1.name) == nil
        }
    }

    private func sizeHead(_ type: TypeModel) -> String {
        if case .union = type.body {
            return "size_t ndr_size_\(type.name)(const \(type.cName) *r, uint32_t level, int flags)"
        }
        return "size_t ndr_size_\(type.name)(const \(type.cName) *r, int flags)"
    }

    func declareFunctions(_ interface: InterfaceModel, _ writer: inout CWriter) {
        for (_, type) in described(interface) {
            let names = Marshalled(type)
            if type.isPublic, !type.hooks.push { writer.line(names.push + ";") }
            if type.isPublic, !type.hooks.pull { writer.line(names.pull + ";") }
            if !type.hooks.print { writer.line(names.print + ";") }
            if type.hasSize { writer.line(sizeHead(type) + ";") }
        }
        for function in interface.functions where !function.isTodo && !function.hasPipes {
            let names = Marshalled(function)
            if !function.hooks.push { writer.line(names.push + ";") }
            if !function.hooks.pull { writer.line(names.pull + ";") }
            if !function.hooks.print { writer.line(names.print + ";") }
        }
        writer.line()
    }

    func defineFunctions(_ interface: InterfaceModel, _ builder: TableBuilder, _ writer: inout CWriter) {
        for (id, type) in described(interface) {
            guard let index = builder.index(ofType: id) else { continue }
            let names = Marshalled(type)
            let table = "&ndr_table_\(interface.name), \(index)"
            let address = names.form == .value ? "&r" : "r"
            if type.isPublic, !type.hooks.push {
                body(names.push, ["return ndr_push_type(ndr, ndr_flags, \(table), \(address));"], &writer)
            }
            if type.isPublic, !type.hooks.pull {
                body(names.pull, ["return ndr_pull_type(ndr, ndr_flags, \(table), r);"], &writer)
            }
            if !type.hooks.print {
                body(names.print, ["ndr_print_type(ndr, name, \(table), \(address));"], &writer)
            }
            if type.hasSize {
                var level = "0"
                if case .union = type.body { level = "level" }
                body(sizeHead(type), ["return ndr_size_type(r, flags, \(level), \(table));"], &writer)
            }
        }
        for (index, function) in builder.functionOrder.enumerated()
        where !function.isTodo && !function.hasPipes
            && interface.functions.contains(where: { $0.name == function.name })
        {
            let names = Marshalled(function)
            let table = "&ndr_table_\(interface.name), \(index)"
            if !function.hooks.push {
                body(names.push, ["return ndr_push_function(ndr, flags, \(table), r);"], &writer)
            }
            if !function.hooks.pull {
                body(names.pull, ["return ndr_pull_function(ndr, flags, \(table), r);"], &writer)
            }
            if !function.hooks.print {
                body(names.print, ["ndr_print_function(ndr, name, flags, \(table), r);"], &writer)
            }
        }
    }
}
