// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// What a type is on the wire under one set of rules, computed from the tree and remembered.
struct WireLayout {
    let table: Table
    let rules: Rules
    let isPush: Bool
    private var alignments: [UInt8]
    private var minima: [Int]
    private var buffers: [UInt8]
    private var units: [UInt8]

    private static let unknown: UInt8 = 255

    init(table: Table, rules: Rules, isPush: Bool) {
        self.table = table
        self.rules = rules
        self.isPush = isPush
        alignments = Array(repeating: 0, count: table.types.count)
        minima = Array(repeating: -1, count: table.types.count)
        buffers = Array(repeating: WireLayout.unknown, count: table.types.count)
        units = Array(repeating: WireLayout.unknown, count: table.types.count)
    }

    // MARK: Alignment (C706 14.2.2, 14.3.7.1; [MS-RPCE] 2.2.5.3.4)

    mutating func alignment(_ index: UInt32) -> Int {
        let known = alignments[Int(index)]
        if known != 0 { return Int(known) }
        let type = table.type(index)
        var result = 1
        switch type.kindCode {
        case NDR_KIND_SCALAR, NDR_KIND_ENUM, NDR_KIND_BITMAP:
            result = ScalarLayout(type.wireCode, ndr64: rules.ndr64)?.align ?? 1
        case NDR_KIND_STRUCT: result = largestMember(type)
        case NDR_KIND_UNION where type.has(NDR_F_NO_DISCRIMINANT): result = largestMember(type)
        case NDR_KIND_UNION:
            result = max(ScalarLayout(type.wireCode, ndr64: rules.ndr64)?.align ?? 1, largestMember(type))
        case NDR_KIND_BLOB where type.extra != 0: result = 1
        case NDR_KIND_POINTER where type.isRelative: result = type.relativeSize
        case NDR_KIND_POINTER, NDR_KIND_BLOB: result = rules.wordSize
        case NDR_KIND_ARRAY: result = alignment(type.ref)
        case NDR_KIND_HOOK: result = type.ref == index ? Int(type.wire) : alignment(type.ref)
        case NDR_KIND_STRING where type.has(NDR_F_STRING_TYPE): result = 4
        case NDR_KIND_STRING: result = type.wireCode == NDR_CHARSET_UTF16 ? 2 : 1
        default: break
        }
        alignments[Int(index)] = UInt8(result)
        return result
    }

    /// What a structure is aligned to where it starts. One that stands for an encapsulated union or a pipe's chunk is in
    /// NDR32 what its members are, one behind the other.
    mutating func start(of type: ndr_type_record) -> Int {
        type.has(NDR_F_ENCAPSULATED) && !rules.ndr64 ? 1 : largestMember(type)
    }

    mutating func largestMember(_ type: ndr_type_record) -> Int {
        var result = 1
        for m in type.first..<type.first + type.count where !table.member(m).isOffWire {
            result = max(result, alignment(table.member(m).type))
        }
        return result
    }

    // MARK: The least number of bytes, gaps not counted

    mutating func minimum(_ index: UInt32) -> Int {
        let known = minima[Int(index)]
        if known >= 0 { return known }
        let type = table.type(index)
        let word = rules.wordSize
        var result = 0
        switch type.kindCode {
        case NDR_KIND_SCALAR: result = minimumOfScalar(type.wireCode)
        case NDR_KIND_ENUM, NDR_KIND_BITMAP: result = minimumOfScalar(type.wireCode)
        case NDR_KIND_STRUCT:
            for m in type.first..<type.first + type.count where !table.member(m).isOffWire {
                result += minimum(table.member(m).type)
            }
        case NDR_KIND_UNION: result = minimumOfUnion(type)
        case NDR_KIND_POINTER where type.isRelative: result = type.relativeSize
        case NDR_KIND_POINTER:
            result = type.wireCode == NDR_PTR_REF && type.has(NDR_F_TOP_LEVEL) ? 0 : word
        case NDR_KIND_BLOB: result = type.extra == 0 ? word : 0
        case NDR_KIND_HOOK: result = type.ref == index ? 1 : min(1, minimum(type.ref))
        case NDR_KIND_SUBCONTEXT:
            if TypeSerialisation.unit(type.wireCode) > 1 {
                result = TypeSerialisation.headerSize(type.wireCode)
            } else {
                result = type.wireCode == NDR_SUB_UINT32 ? word : Int(type.wire)
            }
        case NDR_KIND_ARRAY, NDR_KIND_STRING:
            if type.has(NDR_F_CONFORMANT) { result += word }
            if type.has(NDR_F_VARYING) { result += 2 * word }
            if type.has(NDR_F_FIXED), !type.has(NDR_F_VARYING) {
                let element =
                    type.kindCode == NDR_KIND_STRING
                    ? (type.wireCode == NDR_CHARSET_UTF16 ? 2 : 1) : minimum(type.ref)
                result = element * Int(type.count)
            }
        default: break
        }
        // Other rules may hold inside.
        if type.ndr_flags != 0 { result = min(result, 1) }
        // Enough to compare with any stub, small enough never to overflow.
        result = min(result, Limits.stub)
        minima[Int(index)] = result
        return result
    }

    private func minimumOfScalar(_ code: UInt32) -> Int {
        switch code {
        case NDR_T_DOM_SID: 8
        case NDR_T_DOM_SID2: 8 + rules.wordSize
        case NDR_T_DOM_SID28: 28
        case NDR_T_SECURITY_DESCRIPTOR: 20
        case NDR_T_SECURITY_ACL: 8
        case NDR_T_SECURITY_ACE: 16
        default: ScalarLayout(code, ndr64: rules.ndr64)?.wire ?? 0
        }
    }

    private mutating func minimumOfUnion(_ type: ndr_type_record) -> Int {
        var least = Limits.stub
        for m in type.first..<type.first + type.count {
            least = min(least, table.member(m).isOffWire ? 0 : minimum(table.member(m).type))
        }
        if type.count == 0 { least = 0 }
        if type.has(NDR_F_NO_DISCRIMINANT) { return least }
        return least + (ScalarLayout(type.wireCode, ndr64: rules.ndr64)?.wire ?? 0)
    }

    // MARK: Deferred pointees

    mutating func hasBuffers(_ index: UInt32) -> Bool {
        let known = buffers[Int(index)]
        if known != WireLayout.unknown { return known == 1 }
        let type = table.type(index)
        var result = false
        switch type.kindCode {
        case NDR_KIND_POINTER: result = true
        case NDR_KIND_ARRAY: result = hasBuffers(type.ref)
        case NDR_KIND_HOOK: result = type.ref != index && hasBuffers(type.ref)
        case NDR_KIND_STRUCT, NDR_KIND_UNION:
            for m in type.first..<type.first + type.count where !table.member(m).isOffWire {
                if hasBuffers(table.member(m).type) { result = true }
            }
        default: break
        }
        buffers[Int(index)] = result ? 1 : 0
        return result
    }

    /// Whether a union stands in the value itself, so that its scalars need a level.
    func hasUnionInPlace(_ index: UInt32) -> Bool {
        var type = table.type(index)
        for _ in 0..<Limits.nesting {
            if type.kindCode == NDR_KIND_UNION { return true }
            guard [NDR_KIND_ARRAY, NDR_KIND_SUBCONTEXT, NDR_KIND_HOOK].contains(type.kindCode) else { return false }
            type = table.type(type.ref)
        }
        return false
    }

    /// Whether the chain of levels ends in a union.
    func leadsToUnion(_ index: UInt32) -> Bool {
        var type = table.type(index)
        for _ in 0..<Limits.nesting {
            if type.kindCode == NDR_KIND_UNION { return true }
            switch type.kindCode {
            case NDR_KIND_ARRAY, NDR_KIND_POINTER, NDR_KIND_SUBCONTEXT, NDR_KIND_HOOK: type = table.type(type.ref)
            default: return false
            }
        }
        return false
    }

    // MARK: C and wire alike

    /// 1: the value is the same bytes in C and on the wire; 2, 4, 8: so it is after swapping units of this size;
    /// 0: neither. Then c_size is its wire size too, and a multiple of its alignment.
    mutating func copyUnit(_ index: UInt32) -> Int {
        let known = units[Int(index)]
        if known != WireLayout.unknown { return Int(known) }
        let type = table.type(index)
        var result = 0
        switch type.kindCode {
        case _ where type.ndr_flags != 0: break
        case NDR_KIND_SCALAR, NDR_KIND_ENUM, NDR_KIND_BITMAP: result = copyUnitOfScalar(type)
        case NDR_KIND_STRUCT: result = copyUnitOfStructure(type)
        case NDR_KIND_ARRAY:
            if type.has(NDR_F_FIXED), type.has(NDR_F_INLINE), !type.has(NDR_F_VARYING), !type.has(NDR_F_TERMINATED),
                type.range == 0
            {
                result = copyUnit(type.ref)
            }
        default: break
        }
        units[Int(index)] = UInt8(result)
        return result
    }

    private func copyUnitOfScalar(_ type: ndr_type_record) -> Int {
        guard type.range == 0, let layout = ScalarLayout(type.wireCode, ndr64: rules.ndr64) else { return 0 }
        guard layout.wire == Int(type.c_size), layout.wire > 0 else { return 0 }
        if layout.wire == 1 { return 1 }
        switch type.wireCode {
        case NDR_T_NTTIME_1SEC, NDR_T_UDLONGR, NDR_T_IPV6ADDRESS, NDR_T_IPV4ADDRESS: return 0
        case NDR_T_GUID, NDR_T_POLICY_HANDLE, NDR_T_SYNTAX_ID, NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME:
            return rules.bigEndian ? 0 : 1
        default: return rules.bigEndian ? layout.wire : 1
        }
    }

    private mutating func copyUnitOfStructure(_ type: ndr_type_record) -> Int {
        var unit = 0
        var offset = 0
        for m in type.first..<type.first + type.count {
            let member = table.member(m)
            guard !member.isOffWire, member.value_expr == 0 || !isPush else { return 0 }
            let memberUnit = copyUnit(member.type)
            guard memberUnit != 0, unit == 0 || unit == memberUnit else { return 0 }
            unit = memberUnit
            let align = alignment(member.type)
            guard offset & (align - 1) == 0, Int(member.c_offset) == offset else { return 0 }
            offset += Int(table.type(member.type).c_size)
        }
        guard unit != 0, offset == Int(type.c_size), offset & (largestMember(type) - 1) == 0 else { return 0 }
        if type.has(NDR_F_ENCAPSULATED) { return 0 }
        return unit
    }
}
