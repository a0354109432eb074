// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLModel

/// A type or a function whose marshallers have names in C: ndr_push_X(), ndr_pull_X(), ndr_print_X().
struct Marshalled {
    enum Form {
        /// Handed over by address: a structure or a union.
        case reference
        /// Handed over as it is, but to pull.
        case value
        case function
    }

    var name: String
    /// "struct X"
    var cType: String
    var form: Form
    var hooks = Hooks()

    init(_ type: TypeModel) {
        name = type.name
        cType = type.cName
        switch type.body {
        case .enumeration, .bitmap: form = .value
        default: form = .reference
        }
    }

    init(_ function: FunctionModel) {
        name = function.name
        cType = "struct " + function.name
        form = .function
    }

    init(_ scalar: Scalar) {
        name = scalar.name
        cType = scalar.cType
        form = .value
    }

    // MARK: - Prototypes

    private var flags: String { form == .function ? "flags" : "ndr_flags" }

    /// As an input, with its space: "const struct X *", "uint32_t ".
    private var input: String {
        if form != .value { return "const \(cType) *" }
        if cType.hasSuffix("*") { return cType.hasPrefix("const") ? cType : "const " + cType }
        return cType + " "
    }

    var push: String { "enum ndr_err_code ndr_push_\(name)(struct ndr_push *ndr, int \(flags), \(input)r)" }

    var pull: String {
        let space = cType.hasSuffix("*") ? "" : " "
        return "enum ndr_err_code ndr_pull_\(name)(struct ndr_pull *ndr, int \(flags), \(cType)\(space)*r)"
    }

    var print: String {
        let direction = form == .function ? "int flags, " : ""
        return "void ndr_print_\(name)(struct ndr_print *ndr, const char *name, \(direction)\(input)r)"
    }

    // MARK: - What a hook calls with a pointer of no type

    private var passed: String {
        let type = cType.hasSuffix("*") ? cType + " " : cType + " "
        return form == .value ? "*(\(type)const *)r" : "(const \(cType) *)r"
    }

    var pushCall: String { "ndr_push_\(name)(ndr, ndr_flags, \(passed))" }
    var pullCall: String { "ndr_pull_\(name)(ndr, ndr_flags, (\(cType) *)r)" }
    var printCall: String { "ndr_print_\(name)(ndr, name, \(form == .function ? "ndr_flags, " : "")\(passed))" }
}
