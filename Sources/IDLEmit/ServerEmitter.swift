// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLModel

/// ndr_X_s.h: the entry point vector over the `_F_send` and `_F_recv` functions of the file that includes it.
public struct ServerEmitter {
    private let model: Model

    public init(_ model: Model) {
        self.model = model
    }

    // MARK: - The vector

    public func header(file: String, tables: String) -> String {
        var writer = CWriter()
        let guardName = Banner.guardName(file)
        writer.line("#ifndef \(guardName)")
        writer.line("#define \(guardName)")
        writer.line()
        writer.line(
            "/* Include this in the one source file that serves the interface, after a line for each function F that it"
        )
        writer.line(" * implements:")
        writer.line(" *")
        writer.line(" *   #define DCERPC_IMPLEMENTS_F")
        writer.line(" *")
        writer.line(
            " * and define there, as static functions, _F_send() and _F_recv() as declared below. What is not implemented"
        )
        writer.line(" * answers the fault nca_s_op_rng_error. `dcerpc-idl --server-template` writes such a file. */")
        writer.line()
        writer.line("#include <dcerpcswift/server.h>")
        writer.line("#include \"\(tables)\"")
        writer.line()
        // An interface that inherits from another of the file serves the same functions.
        var done: Set<String> = []
        for interface in model.interfaces { vector(of: interface, &done, &writer) }
        writer.line("#endif")
        return Banner.text(model.baseName, "Server entry points of \(model.baseName)") + writer.text
    }

    private func served(_ interface: InterfaceModel) -> [FunctionModel] {
        (interface.inherited + interface.functions).filter { $0.opnum != nil }
    }

    private func vector(of interface: InterfaceModel, _ done: inout Set<String>, _ writer: inout CWriter) {
        let functions = served(interface)
        if functions.isEmpty { return }
        for function in functions where isServed(function) && done.insert(function.name).inserted {
            entry(function, &writer)
        }
        writer.block("static const struct dcerpc_call_entry_point_fns \(interface.name)_fns[] = {", "};") { writer in
            for function in functions {
                let note = function.hasPipes ? ": its pipes cannot be served yet" : ""
                writer.line(
                    isServed(function)
                        ? "DCERPC_ENTRY_\(function.name)," : "{ NULL, NULL }, /* \(function.name)\(note) */")
            }
        }
        writer.line()
        writer.block("static const struct dcerpc_call_entry_point_vector \(interface.name)_vector = {", "};") {
            writer in
            writer.line("\"\(interface.name)\",")
            writer.line("&ndr_table_\(interface.name),")
            writer.line("\(functions.count),")
            writer.line("\(interface.name)_fns")
        }
        writer.line()
    }

    private func isServed(_ function: FunctionModel) -> Bool { !function.isTodo && !function.hasPipes }

    private func entry(_ function: FunctionModel, _ writer: inout CWriter) {
        let name = function.name
        writer.line("#ifdef DCERPC_IMPLEMENTS_\(name)")
        writer.line("static struct tevent_req *_\(name)_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,")
        writer.line("\tstruct dcerpc_call_handle *call, struct \(name) *r);")
        writer.line("static NTSTATUS _\(name)_recv(struct tevent_req *req);")
        writer.line("static struct tevent_req *\(name)_entry_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,")
        writer.line("\tstruct dcerpc_call_handle *call, void *r)")
        writer.block("{") { $0.line("return _\(name)_send(mem_ctx, ev, call, (struct \(name) *)r);") }
        writer.line("#define DCERPC_ENTRY_\(name) { \(name)_entry_send, _\(name)_recv }")
        writer.line("#else")
        writer.line("#define DCERPC_ENTRY_\(name) { NULL, NULL }")
        writer.line("#endif")
        writer.line()
    }

    // MARK: - The template

    /// A file that compiles and answers every call with nca_s_op_rng_error, to be filled in.
    public func template(serverHeader: String) -> String {
        var writer = CWriter()
        writer.line(
            "/* A server of \(model.baseName): a start, written once by dcerpc-idl --server-template. It is yours to edit. */"
        )
        writer.line()
        var defined: Set<String> = []
        for interface in model.interfaces {
            for function in served(interface) where isServed(function) && defined.insert(function.name).inserted {
                writer.line("#define DCERPC_IMPLEMENTS_\(function.name)")
            }
        }
        writer.line("#include <stddef.h>")
        writer.line("#include <dcerpcswift/dcerpc.h>")
        writer.line("#include \"\(serverHeader)\"")
        writer.line()
        var written: Set<String> = []
        for interface in model.interfaces {
            for function in served(interface) where isServed(function) && written.insert(function.name).inserted {
                skeleton(function, &writer)
            }
            if !served(interface).isEmpty { registration(interface, &writer) }
        }
        return writer.text
    }

    private func skeleton(_ function: FunctionModel, _ writer: inout CWriter) {
        let name = function.name
        writer.line("static struct tevent_req *_\(name)_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,")
        writer.line("\tstruct dcerpc_call_handle *call, struct \(name) *r)")
        writer.block("{") { writer in
            writer.line("(void)r;")
            writer.line("dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);")
            writer.line("return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);")
        }
        writer.line()
        writer.line("static NTSTATUS _\(name)_recv(struct tevent_req *req)")
        writer.block("{") { $0.line("return dcerpc_call_simple_recv(req);") }
        writer.line()
    }

    private func registration(_ interface: InterfaceModel, _ writer: inout CWriter) {
        let name = interface.name
        writer.line("NTSTATUS \(name)_register(struct dcerpc_server_context *server, void *private_data);")
        writer.line()
        writer.line("NTSTATUS \(name)_register(struct dcerpc_server_context *server, void *private_data)")
        writer.block("{") {
            $0.line("return dcerpc_server_register_manager(server, &\(name)_vector, private_data, NULL);")
        }
        writer.line()
    }
}
