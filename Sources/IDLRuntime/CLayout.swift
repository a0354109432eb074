// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import IDLEmit
public import IDLModel

/// sizeof, offsetof and alignment of the C types that an IDL file becomes, by the rules of this machine's C ABI: each
/// member at the next multiple of its alignment, the whole rounded up to the largest of them.
public struct CLayout {
    public struct Extent: Equatable, Sendable {
        public var size: Int
        public var alignment: Int
    }

    private struct Aggregate {
        var extent: Extent
        var fields: [String: (offset: Int, type: String)]
    }

    private enum Definition {
        case structure([(name: String, type: String)])
        case union([(name: String, type: String)])
    }

    private static let limit = 1 << 28
    private static let maxDepth = 100
    private var definitions: [String: Definition] = [:]
    private var enumerations: Set<String> = []
    private var aggregates: [String: Aggregate] = [:]
    private var depth = 0
    /// What the file itself defines with cpp_quote("#define NAME text").
    let macros: [String: String]

    public init(_ model: Model) {
        macros = Self.macros(of: model)
        func fields(_ elements: [Element]) -> [(name: String, type: String)] {
            elements.map { ($0.cName, TableSource.cType($0.type, in: model)) }
        }
        for type in model.types {
            switch type.body {
            case .structure(let elements): definitions[type.cName] = .structure(fields(elements))
            case .union(let union): definitions[type.cName] = .union(fields(union.arms.compactMap(\.element)))
            case .enumeration: enumerations.insert(type.cName)
            default: break
            }
        }
        for interface in model.interfaces {
            for function in interface.inherited + interface.functions {
                let name = "struct " + function.name
                var parts: [(name: String, type: String)] = []
                if function.hasIn {
                    definitions[name + ".in"] = .structure(fields(function.layout(isOut: false)))
                    parts.append(("in", name + ".in"))
                }
                if function.hasOut {
                    let result = function.result.map { [("result", TableSource.cType($0.type, in: model))] } ?? []
                    definitions[name + ".out"] = .structure(fields(function.layout(isOut: true)) + result)
                    parts.append(("out", name + ".out"))
                }
                definitions[name] = .structure(parts.isEmpty ? [("_dummy_element", "int")] : parts)
            }
        }
    }

    /// sizeof and alignment of a C type as text: "struct lsa_String", "const char **", "uint16_t [4][2]".
    public mutating func extent(of text: String) throws(RuntimeError) -> Extent {
        if text.hasSuffix("*") || text.utf8.contains(UInt8(ascii: "(")) {
            return Self.extent(of: UnsafeRawPointer?.self)
        }
        guard let bracket = text.firstIndex(of: "[") else { return try base(Self.trimmed(text[...])) }
        var result = try extent(of: Self.trimmed(text[..<bracket]))
        for bound in text[bracket...].split(separator: "[") {
            guard bound.hasSuffix("]"), let count = Int(bound.dropLast()), count >= 0 else {
                throw RuntimeError("the bounds of '\(text)' are known to a C compiler only")
            }
            let (size, overflow) = result.size.multipliedReportingOverflow(by: count)
            guard !overflow, size <= Self.limit else { throw RuntimeError("'\(text)' is too large") }
            result.size = size
        }
        return result
    }

    /// offsetof(container, "in.name.length").
    public mutating func offset(of path: String, in container: String) throws(RuntimeError) -> Int {
        var offset = 0
        var type = container
        for name in path.split(separator: ".") {
            if definitions[type] == nil, let known = Self.knownField(type, name) {
                offset += known
                type = ""
            } else if let field = try aggregate(type).fields[String(name)] {
                offset += field.offset
                type = field.type
            } else {
                throw RuntimeError("'\(type)' has no member '\(name)'")
            }
        }
        return offset
    }

    private static func macros(of model: Model) -> [String: String] {
        var result: [String: String] = [:]
        for case .quote(let line) in model.prologue {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[0] == "#define" else { continue }
            result[String(words[1])] = String(words[2])
        }
        return result
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.hasSuffix(" ") { text = text.dropLast() }
        if text.hasPrefix("const ") { text = text.dropFirst(6) }
        return String(text)
    }

    private mutating func base(_ name: String) throws(RuntimeError) -> Extent {
        if definitions[name] != nil { return try aggregate(name).extent }
        if enumerations.contains(name) { return Extent(size: 4, alignment: 4) }
        if let known = Self.known(name) { return known }
        throw RuntimeError("the layout of '\(name)' is known to C only; the IDL file says nothing about it")
    }

    private mutating func aggregate(_ name: String) throws(RuntimeError) -> Aggregate {
        if let done = aggregates[name] { return done }
        guard let definition = definitions[name] else { throw RuntimeError("'\(name)' is no structure") }
        guard depth < Self.maxDepth else { throw RuntimeError("'\(name)' is nested too deeply") }
        depth += 1
        defer { depth -= 1 }
        var extent = Extent(size: 0, alignment: 1)
        var fields: [String: (offset: Int, type: String)] = [:]
        switch definition {
        case .structure(let members):
            for member in members {
                let part = try self.extent(of: member.type)
                let offset = Self.rounded(extent.size, part.alignment)
                fields[member.name] = (offset, member.type)
                extent.size = offset + part.size
                extent.alignment = max(extent.alignment, part.alignment)
                guard extent.size <= Self.limit else { throw RuntimeError("'\(name)' is too large") }
            }
            // char _empty_: C has no empty structure.
            if members.isEmpty { extent.size = 1 }
        case .union(let members):
            for member in members {
                let part = try self.extent(of: member.type)
                fields[member.name] = (0, member.type)
                extent.size = max(extent.size, part.size)
                extent.alignment = max(extent.alignment, part.alignment)
            }
            if members.isEmpty { extent = Extent(size: 4, alignment: 4) }
        }
        extent.size = Self.rounded(extent.size, extent.alignment)
        let result = Aggregate(extent: extent, fields: fields)
        aggregates[name] = result
        return result
    }

    private static func rounded(_ size: Int, _ alignment: Int) -> Int {
        (size + alignment - 1) / alignment * alignment
    }

    private static func extent<T>(of type: T.Type) -> Extent {
        Extent(size: MemoryLayout<T>.stride, alignment: MemoryLayout<T>.alignment)
    }

    /// Members of types.h's structures that expressions name.
    private static func knownField(_ type: String, _ name: Substring) -> Int? {
        switch (type, name) {
        case ("DATA_BLOB", "data"): return MemoryLayout<DATA_BLOB>.offset(of: \.data)
        case ("DATA_BLOB", "length"): return MemoryLayout<DATA_BLOB>.offset(of: \.length)
        case ("struct dom_sid", "sid_rev_num"): return MemoryLayout<dom_sid>.offset(of: \.sid_rev_num)
        case ("struct dom_sid", "num_auths"): return MemoryLayout<dom_sid>.offset(of: \.num_auths)
        case ("struct policy_handle", "handle_type"): return MemoryLayout<policy_handle>.offset(of: \.handle_type)
        case ("struct ndr_syntax_id", "if_version"): return MemoryLayout<ndr_syntax_id>.offset(of: \.if_version)
        case ("struct sec_desc_buf", "sd_size"): return MemoryLayout<sec_desc_buf>.offset(of: \.sd_size)
        case ("struct sec_desc_buf", "sd"): return MemoryLayout<sec_desc_buf>.offset(of: \.sd)
        default: return nil
        }
    }

    /// The types of stdint.h and types.h. Their layouts are those of the imported C declarations.
    private static func known(_ name: String) -> Extent? {
        switch name {
        case "char", "uint8_t", "int8_t": return extent(of: UInt8.self)
        case "uint16_t", "int16_t": return extent(of: UInt16.self)
        case "int", "uint32_t", "int32_t": return extent(of: UInt32.self)
        case "uint64_t", "int64_t": return extent(of: UInt64.self)
        case "float": return extent(of: Float.self)
        case "double": return extent(of: Double.self)
        case "NTTIME": return extent(of: NTTIME.self)
        case "time_t": return extent(of: time_t.self)
        case "struct timeval": return extent(of: timeval.self)
        case "struct timespec": return extent(of: timespec.self)
        case "WERROR": return extent(of: WERROR.self)
        case "NTSTATUS": return extent(of: NTSTATUS.self)
        case "HRESULT": return extent(of: HRESULT.self)
        case "DATA_BLOB": return extent(of: DATA_BLOB.self)
        case "struct GUID": return extent(of: CDCERPC.GUID.self)
        case "struct policy_handle": return extent(of: policy_handle.self)
        case "struct ndr_syntax_id": return extent(of: ndr_syntax_id.self)
        case "struct dom_sid": return extent(of: dom_sid.self)
        case "uid_t", "gid_t": return extent(of: UInt32.self)
        case "struct security_ace": return extent(of: security_ace.self)
        case "struct security_acl": return extent(of: security_acl.self)
        case "struct security_descriptor": return extent(of: security_descriptor.self)
        case "struct sec_desc_buf": return extent(of: sec_desc_buf.self)
        default: return nil
        }
    }
}
