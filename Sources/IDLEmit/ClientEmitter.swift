// SPDX-License-Identifier: LGPL-3.0-or-later

public import IDLModel

/// ndr_X_c.h and ndr_X_c.c: structure based and argument based stubs, thin over <dcerpcswift/stub.h>.
public struct ClientEmitter {
    private let model: Model
    private let types: CTypes

    public init(_ model: Model) {
        self.model = model
        types = CTypes(model: model)
    }

    private var functions: [(InterfaceModel, FunctionModel)] {
        var done: Set<String> = []
        return model.interfaces.flatMap { interface in
            interface.functions
                .filter { $0.opnum != nil && !$0.isTodo && done.insert($0.name).inserted }
                .map { (interface, $0) }
        }
    }

    // MARK: - The header

    public func header(file: String, tables: String) -> String {
        var writer = CWriter()
        let guardName = Banner.guardName(file)
        writer.line("#ifndef \(guardName)")
        writer.line("#define \(guardName)")
        writer.line()
        writer.line("#include <dcerpcswift/stub.h>")
        writer.line("#include \"\(tables)\"")
        writer.line()
        writer.line("#ifdef __cplusplus")
        writer.line("extern \"C\" {")
        writer.line("#endif")
        writer.line()
        writer.line("DCERPC_STUBS_BEGIN")
        writer.line()
        for (_, function) in functions {
            if function.hasPipes {
                writer.line("/* \(function.name) has no stubs yet: its pipes travel while the call runs */")
                writer.line()
                continue
            }
            for prototype in structurePrototypes(function) { writer.line(prototype + ";") }
            switch outputs(of: function) {
            case .success(_):
                for prototype in argumentPrototypes(function) { writer.line(prototype + ";") }
            case .failure(let reason):
                writer.line("/* \(function.name) has no argument based stubs: \(reason.text) */")
            }
            writer.line()
        }
        writer.line("DCERPC_STUBS_END")
        writer.line()
        writer.line("#ifdef __cplusplus")
        writer.line("}")
        writer.line("#endif")
        writer.line()
        writer.line("#endif")
        return Banner.text(model.baseName, "Client stubs of \(model.baseName)") + writer.text
    }

    // MARK: - The source

    public func source(header: String) -> String {
        var writer = CWriter()
        writer.line("#include <stddef.h>")
        writer.line("#include <stdint.h>")
        writer.line("#include <string.h>")
        writer.line("#include \"\(header)\"")
        writer.line()
        for (interface, function) in functions where !function.hasPipes {
            structureStubs(interface, function, &writer)
            if case .success(let outputs) = outputs(of: function) {
                argumentStubs(interface, function, outputs, &writer)
            }
        }
        return Banner.text(model.baseName, "Client stubs of \(model.baseName)") + writer.text
    }

    private func target(_ interface: InterfaceModel, _ function: FunctionModel) -> String {
        "&ndr_table_\(interface.name), NDR_\(function.name.macroName)"
    }

    // MARK: - Structure based

    private func structurePrototypes(_ function: FunctionModel) -> [String] {
        let name = function.name
        return [
            "struct tevent_req *dcerpc_\(name)_r_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,\n"
                + "\tstruct dcerpc_binding_handle *h, struct \(name) *r)",
            "NTSTATUS dcerpc_\(name)_r_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx)",
            "NTSTATUS dcerpc_\(name)_r(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx, struct \(name) *r)",
        ]
    }

    private func structureStubs(
        _ interface: InterfaceModel, _ function: FunctionModel, _ writer: inout CWriter
    ) {
        let prototypes = structurePrototypes(function)
        let target = self.target(interface, function)
        let bodies = [
            "return dcerpc_stub_r_send(mem_ctx, ev, h, \(target), r);",
            "return dcerpc_stub_r_recv(req, mem_ctx);",
            "return dcerpc_binding_handle_call(h, NULL, \(target), mem_ctx, r);",
        ]
        for (prototype, body) in zip(prototypes, bodies) {
            writer.line(prototype)
            writer.block("{") { $0.line(body) }
            writer.line()
        }
    }

    // MARK: - Argument based

    private func direction(_ element: Element) -> String {
        let words = element.isIn && element.isOut ? "[in,out]" : element.isIn ? "[in]" : "[out]"
        return "/* \(words)\(element.comment.isEmpty ? "" : " " + element.comment.inComment) */"
    }

    private func argumentPrototypes(_ function: FunctionModel) -> [String] {
        let name = function.name
        let arguments = function.arguments.map { ",\n\t" + parameter($0) + " " + direction($0) }.joined()
        let result = function.result.map { ",\n\t" + types.declaration($0.type, "*result") } ?? ""
        return [
            "struct tevent_req *dcerpc_\(name)_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,\n"
                + "\tstruct dcerpc_binding_handle *h\(arguments))",
            "NTSTATUS dcerpc_\(name)_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx\(result))",
            "NTSTATUS dcerpc_\(name)(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx\(arguments)\(result))",
        ]
    }

    private func argumentStubs(
        _ interface: InterfaceModel, _ function: FunctionModel, _ outputs: [OutputArgument], _ writer: inout CWriter
    ) {
        let name = function.name
        let state = "struct dcerpc_\(name)_state"
        let prototypes = argumentPrototypes(function)
        writer.block(state + " {", "};") { writer in
            writer.line("struct \(name) r;")
            for output in outputs { writer.line(output.pointer + ";") }
        }
        writer.line()
        let hasCopy = !outputs.isEmpty || function.result != nil
        if hasCopy { copyFunction(function, outputs, &writer) }

        writer.line(prototypes[0])
        writer.block("{") { writer in
            writer.line("\(state) *state = NULL;")
            writer.line(
                "struct tevent_req *req = dcerpc_stub_create(mem_ctx, sizeof(*state), \"\(state)\", &state);")
            writer.line()
            writer.block("if (req == NULL) {") { $0.line("return NULL;") }
            for element in function.arguments where element.isIn { assign(element, "state->r.in.", &writer) }
            for output in outputs { writer.line("state->_\(output.name) = _\(output.name);") }
            writer.line(
                "return dcerpc_stub_submit(req, ev, h, \(target(interface, function)), &state->r);")
        }
        writer.line()

        writer.line(prototypes[1])
        writer.block("{") { writer in
            writer.line("\(state) *state = NULL;")
            writer.line("NTSTATUS status = dcerpc_stub_recv(req, mem_ctx, &state);")
            writer.line()
            if hasCopy {
                writer.block("if (NT_STATUS_IS_OK(status)) {") { writer in
                    let arguments = outputs.map { ", state->_" + $0.name }.joined()
                    writer.line(
                        "status = dcerpc_\(name)_outputs(&state->r\(arguments)\(function.result == nil ? "" : ", result"));"
                    )
                }
            }
            writer.line("dcerpc_stub_received(req);")
            writer.line("return status;")
        }
        writer.line()

        writer.line(prototypes[2])
        writer.block("{") { writer in
            writer.line("struct \(name) r;")
            writer.line("NTSTATUS status;")
            writer.line()
            writer.line("memset(&r, 0, sizeof(r));")
            for element in function.arguments where element.isIn { assign(element, "r.in.", &writer) }
            writer.line(
                "status = dcerpc_stub_call(h, mem_ctx, \(target(interface, function)), &r);")
            if hasCopy {
                writer.block("if (NT_STATUS_IS_OK(status)) {") { writer in
                    let arguments = outputs.map { ", _" + $0.name }.joined()
                    writer.line(
                        "status = dcerpc_\(name)_outputs(&r\(arguments)\(function.result == nil ? "" : ", result"));")
                }
            }
            writer.line("return status;")
        }
        writer.line()
    }

    /// An output by value is written through a pointer.
    private func parameter(_ element: Element) -> String {
        types.declaration(element.type, (isValueOutput(element) ? "*_" : "_") + element.name)
    }

    private func isValueOutput(_ element: Element) -> Bool {
        guard element.isOut else { return false }
        switch element.type.content {
        case .pointer, .array: return false
        case .string(_, let level, _): return level.isStringType || (level.isTerminated && !level.isConformant)
        default: return true
        }
    }

    private func assign(_ element: Element, _ prefix: String, _ writer: inout CWriter) {
        if isValueOutput(element) {
            return writer.line("\(prefix)\(element.cName) = *_\(element.name);")
        }
        if case .array(let level, _) = element.type, level.isInline {
            writer.line("memcpy(\(prefix)\(element.cName), _\(element.name), sizeof(\(prefix)\(element.cName)));")
        } else {
            writer.line("\(prefix)\(element.cName) = _\(element.name);")
        }
    }

    /// Checks every output before it writes the first one.
    private func copyFunction(_ function: FunctionModel, _ outputs: [OutputArgument], _ writer: inout CWriter) {
        let parameters = outputs.map { ", " + $0.pointer }.joined()
        let result = function.result.map { ", " + types.declaration($0.type, "*result") } ?? ""
        writer.line(
            "static NTSTATUS dcerpc_\(function.name)_outputs(const struct \(function.name) *r\(parameters)\(result))")
        writer.block("{") { writer in
            for output in outputs {
                guard let check = output.check else { continue }
                writer.block("if (_\(output.name) != NULL && r->out.\(output.cName) != NULL && \(check)) {") {
                    $0.line("return NT_STATUS_INVALID_NETWORK_RESPONSE;")
                }
            }
            for output in outputs {
                writer.block("if (_\(output.name) != NULL\(output.guardText)) {") { $0.line(output.copy) }
            }
            if function.result != nil {
                writer.block("if (result != NULL) {") { $0.line("*result = r->out.result;") }
            }
            writer.line("return NT_STATUS_OK;")
        }
        writer.line()
    }

    // MARK: - Outputs

    private struct OutputArgument {
        var name: String
        var cName: String
        /// The caller's pointer, as parameter and in the state.
        var pointer: String
        /// C condition: what came is more than the caller has room for.
        var check: String?
        var guardText: String
        var copy: String
    }

    private struct Reason: Error {
        var text: String
    }

    private func outputs(of function: FunctionModel) -> Result<[OutputArgument], Reason> {
        var result: [OutputArgument] = []
        for element in function.arguments where element.isOut {
            switch output(element) {
            case .success(let output): result.append(output)
            case .failure(let reason): return .failure(reason)
            }
        }
        return .success(result)
    }

    private func output(_ element: Element) -> Result<OutputArgument, Reason> {
        var type = element.type
        if isValueOutput(element) {
            return .success(
                OutputArgument(
                    name: element.name, cName: element.cName, pointer: parameter(element), check: nil, guardText: "",
                    copy: "*_\(element.name) = r->out.\(element.cName);"))
        }
        if case .pointer(_, _, let target) = type {
            guard target.sharesSlotWithPointer else {
                return .success(
                    OutputArgument(
                        name: element.name, cName: element.cName,
                        pointer: types.declaration(element.type, "_" + element.name), check: nil,
                        guardText: " && r->out.\(element.cName) != NULL",
                        copy: "*_\(element.name) = *r->out.\(element.cName);"))
            }
            type = target
        }
        switch type {
        case .array(let level, let inner) where level.isInline:
            let text = "memcpy(_\(element.name), r->out.\(element.cName), sizeof(r->out.\(element.cName)));"
            let parameter = level.isInline ? types.declaration(inner, "*_" + element.name) : ""
            return .success(
                OutputArgument(
                    name: element.name, cName: element.cName, pointer: parameter, check: nil, guardText: "",
                    copy: text))
        case .array(let level, _): return arrayOutput(element, level)
        case .string(_, let level, _): return stringOutput(element, level)
        default: return .failure(Reason(text: "[out] \(element.name) is neither a pointer nor an array"))
        }
    }

    private func arrayOutput(_ element: Element, _ level: ArrayLevel) -> Result<OutputArgument, Reason> {
        if level.first != nil { return .failure(Reason(text: "[out] \(element.name) is a part of an array")) }
        guard let room = level.size?.input, let size = level.size?.output, CExpressions.isExpressible(room),
            CExpressions.isExpressible(size), let count = (level.isVarying ? level.length : level.size)?.output,
            CExpressions.isExpressible(count)
        else {
            return .failure(Reason(text: "the request does not say how much room [out] \(element.name) has"))
        }
        let capacity = "(uint64_t)\(CExpressions.text(room))"
        let name = element.name
        var checks = ["(uint64_t)\(CExpressions.text(count)) > \(capacity)"]
        if size != room && size != count { checks.insert("(uint64_t)\(CExpressions.text(size)) > \(capacity)", at: 0) }
        let check = checks.count == 1 ? checks[0] : "(" + checks.joined(separator: " || ") + ")"
        return .success(
            OutputArgument(
                name: name, cName: element.cName, pointer: types.declaration(element.type, "_" + name),
                check: count == room && size == room ? nil : check,
                guardText: " && r->out.\(element.cName) != NULL",
                copy: "memcpy(_\(name), r->out.\(element.cName), "
                    + "(size_t)\(CExpressions.text(count)) * sizeof(*_\(name)));"))
    }

    /// A string that the caller has room for: its bytes with the terminator must fit into size_is.
    private func stringOutput(_ element: Element, _ level: ArrayLevel) -> Result<OutputArgument, Reason> {
        guard let room = level.size?.input, CExpressions.isExpressible(room) else {
            return .failure(Reason(text: "the request does not say how much room [out] \(element.name) has"))
        }
        let name = element.name
        let length = "strlen(r->out.\(element.cName)) + 1"
        return .success(
            OutputArgument(
                name: name, cName: element.cName, pointer: types.declaration(element.type, "_" + name),
                check: "\(length) > (uint64_t)\(CExpressions.text(room))",
                guardText: " && r->out.\(element.cName) != NULL",
                copy: "memcpy((char *)(uintptr_t)_\(name), r->out.\(element.cName), \(length));"))
    }
}
