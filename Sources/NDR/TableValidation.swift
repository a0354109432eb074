// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Checks a whole table once, so that the compiler and the interpreters may trust every index, flag and expression.
struct TableValidation {
    let table: Table
    /// By-value nesting of each type; 0: not visited, -1: being visited.
    private var nesting: [Int32]

    private init(_ table: Table) {
        self.table = table
        nesting = Array(repeating: 0, count: table.types.count)
    }

    static func run(_ table: Table) throws(NDRError) {
        var validation = TableValidation(table)
        try validation.checkStrings()
        for range in table.ranges where range.min > range.max { throw .broken("range min over max") }
        for value in table.values { try validation.string(value.name, "value name") }
        for member in table.members { try validation.check(member) }
        for index in table.types.indices { try validation.checkType(UInt32(index)) }
        for index in table.types.indices { _ = try validation.nest(UInt32(index), 0) }
        for index in table.types.indices { try validation.checkMembers(UInt32(index)) }
        for call in table.calls { try validation.check(call) }
        try validation.checkOrder()
    }

    private func checkStrings() throws(NDRError) {
        guard table.strings.count > 0 else { throw .broken("no strings") }
        guard table.strings[0] == 0, table.strings[table.strings.count - 1] == 0 else {
            throw .broken("strings not terminated")
        }
    }

    private func string(_ offset: UInt32, _ what: StaticString) throws(NDRError) {
        guard Int(offset) < table.strings.count else { throw .broken("\(what) outside strings") }
    }

    private func slice(_ first: UInt32, _ count: UInt32, _ limit: Int, _ what: StaticString) throws(NDRError) {
        guard Int(first) <= limit, Int(count) <= limit - Int(first) else { throw .broken("\(what) out of bounds") }
    }

    private func check(_ member: ndr_member_record) throws(NDRError) {
        try string(member.name, "member name")
        let known =
            NDR_M_DEFAULT | NDR_M_EMPTY | NDR_M_NO_PRINT | NDR_M_SKIP | NDR_M_RESULT | NDR_M_CONTEXT_HANDLE
            | NDR_M_SECRET | NDR_M_NO_INIT
        guard member.flags & ~known == 0 else { throw .broken("unknown member flag") }
        guard member.has(NDR_M_EMPTY) || Int(member.type) < table.types.count else { throw .broken("member type") }
        guard Int(member.peer) <= table.members.count else { throw .broken("member peer") }
    }

    // MARK: Types by themselves

    private func checkType(_ index: UInt32) throws(NDRError) {
        let type = table.type(index)
        try string(type.name, "type name")
        try string(type.c_name, "C type name")
        guard Int(type.c_size) <= Limits.structure else { throw .broken("C size") }
        let known =
            NDR_FLAG_LITTLE_ENDIAN | NDR_FLAG_BIG_ENDIAN | NDR_FLAG_NO_ALIGN | NDR_FLAG_ALIGN2 | NDR_FLAG_ALIGN4
            | NDR_FLAG_ALIGN8 | NDR_FLAG_RELATIVE_REVERSE | NDR_FLAG_RELATIVE_BASE | NDR_FLAG_NO_UNREAD_BYTES
            | NDR_FLAG_NO_COMPRESSION
        guard type.ndr_flags & ~known == 0 else { throw .broken("ndr_flags") }
        guard Int(type.range) <= table.ranges.count else { throw .broken("range index") }
        switch type.kindCode {
        case NDR_KIND_SCALAR: try checkScalar(type)
        case NDR_KIND_ENUM, NDR_KIND_BITMAP: try checkValues(type)
        case NDR_KIND_STRUCT: try slice(type.first, type.count, table.members.count, "structure members")
        case NDR_KIND_UNION: try checkUnion(type)
        case NDR_KIND_POINTER: try checkPointer(type)
        case NDR_KIND_ARRAY: try checkArray(type)
        case NDR_KIND_STRING: try checkString(type)
        case NDR_KIND_SUBCONTEXT: try checkSubcontext(type)
        case NDR_KIND_PIPE: try checkPipe(type)
        case NDR_KIND_HOOK: try checkHook(index, type)
        case NDR_KIND_BLOB:
            guard Int(type.c_size) == MemoryLayout<DATA_BLOB>.size else { throw .broken("C size of a blob") }
            let forms = [0, NDR_BLOB_REMAINING, NDR_BLOB_ALIGN2, NDR_BLOB_ALIGN4, NDR_BLOB_ALIGN8]
            guard forms.contains(type.extra) else { throw .broken("form of a blob") }
        default: throw .broken("kind \(type.kind)")
        }
    }

    private func checkHook(_ index: UInt32, _ type: ndr_type_record) throws(NDRError) {
        guard Int(type.extra) < table.hooks.count, Int(type.ref) < table.types.count else { throw .broken("hook") }
        guard type.ref == index else {
            let described = table.type(type.ref)
            let isOwn = [NDR_KIND_STRUCT, NDR_KIND_UNION, NDR_KIND_ENUM, NDR_KIND_BITMAP].contains(described.kindCode)
            guard isOwn, described.c_size == type.c_size else { throw .broken("what a hook stands for") }
            return
        }
        let hook = table.hook(of: type)
        guard [1, 2, 4, 8].contains(type.wire), type.c_size > 0, hook.push != nil, hook.pull != nil, hook.print != nil
        else { throw .broken("hook of a type without a description") }
    }

    private func checkScalar(_ type: ndr_type_record) throws(NDRError) {
        guard let layout = ScalarLayout(type.wireCode, ndr64: false) else { throw .broken("scalar \(type.wire)") }
        guard layout.c == Int(type.c_size) else { throw .broken("C size of scalar \(type.wire)") }
        if ScalarLayout.isSecurity(type.wireCode), Int(type.extra) != MemoryLayout<security_ace>.size {
            throw .broken("struct security_ace of another version")
        }
        guard type.range == 0 || ScalarLayout.isInteger(type.wireCode) else { throw .broken("range of a non-integer") }
    }

    private func checkSubcontext(_ type: ndr_type_record) throws(NDRError) {
        guard Int(type.ref) < table.types.count else { throw .broken("content of a subcontext") }
        let headers = [NDR_SUB_NONE, NDR_SUB_UINT16, NDR_SUB_UINT32, NDR_SUB_TYPE_1, NDR_SUB_TYPE_2]
        guard headers.contains(type.wireCode) else {
            throw .broken("header of a subcontext")
        }
        guard type.extra == 0 || type.length_expr != 0 else { throw .broken("compression of a subcontext") }
        guard [0, 2, 4, 8].contains(type.count) else { throw .broken("alignment of a subcontext") }
        let content = table.type(type.ref)
        let isText =
            content.kindCode == NDR_KIND_STRING && !content.has(NDR_F_INLINE)
            && (!content.has(NDR_F_CONFORMANT) || content.has(NDR_F_STRING_TYPE))
        guard type.c_size == content.c_size, isText || !content.isArrayOrString,
            content.kindCode != NDR_KIND_POINTER
        else {
            throw .broken("content of a subcontext")
        }
    }

    /// A pipe leads to the structure of its chunks: a count and an array of so many elements of fixed size.
    private func checkPipe(_ type: ndr_type_record) throws(NDRError) {
        guard Int(type.ref) < table.types.count, Int(type.c_size) == MemoryLayout<UnsafeRawPointer>.size else {
            throw .broken("chunk of a pipe")
        }
        let chunk = table.type(type.ref)
        guard chunk.kindCode == NDR_KIND_STRUCT, chunk.count == 2, Int(chunk.c_size) == InterfaceCodec.chunkSize,
            chunk.has(NDR_F_ENCAPSULATED), Int(chunk.first) + 2 <= table.members.count
        else { throw .broken("chunk of a pipe") }
        let count = table.member(chunk.first)
        let elements = table.member(chunk.first + 1)
        guard Int(count.type) < table.types.count, Int(elements.type) < table.types.count,
            count.c_offset == 0, Int(elements.c_offset) == MemoryLayout<UInt>.size,
            table.type(count.type).wireCode == NDR_T_UINT3264
        else { throw .broken("chunk of a pipe") }
        let array = table.type(elements.type)
        guard array.kindCode == NDR_KIND_ARRAY, array.size_expr != 0,
            !array.has(NDR_F_INLINE | NDR_F_CONFORMANT | NDR_F_VARYING | NDR_F_TERMINATED)
        else { throw .broken("elements of a pipe") }
    }

    private func checkValues(_ type: ndr_type_record) throws(NDRError) {
        guard ScalarLayout.isInteger(type.wireCode) else { throw .broken("scalar of an enumeration") }
        guard [1, 2, 4, 8].contains(type.c_size) else { throw .broken("C size of an enumeration") }
        try slice(type.first, type.count, table.values.count, "values")
    }

    private func checkUnion(_ type: ndr_type_record) throws(NDRError) {
        try slice(type.first, type.count, table.members.count, "union arms")
        guard ScalarLayout.isInteger(type.wireCode) else { throw .broken("union tag") }
        guard !type.has(NDR_F_ENCAPSULATED) else { throw .broken("union flags") }
        var defaults = 0
        for index in type.first..<type.first + type.count where table.member(index).has(NDR_M_DEFAULT) { defaults += 1 }
        guard defaults == (type.has(NDR_F_HAS_DEFAULT) ? 1 : 0) else { throw .broken("default arm") }
    }

    private func checkPointer(_ type: ndr_type_record) throws(NDRError) {
        guard Int(type.ref) < table.types.count else { throw .broken("pointee") }
        guard (NDR_PTR_REF...NDR_PTR_RELATIVE_SHORT).contains(type.wireCode) else { throw .broken("pointer kind") }
        guard !type.isRelative || !type.has(NDR_F_TOP_LEVEL) else { throw .broken("relative argument") }
        guard type.isRelative || type.extra == 0 else { throw .broken("alignment of a pointee") }
        guard type.c_size == MemoryLayout<UnsafeRawPointer>.size else { throw .broken("C size of a pointer") }
        let pointee = table.type(type.ref)
        let shares = pointee.isArrayOrString && !pointee.has(NDR_F_INLINE)
        let mayShare =
            pointee.kindCode == NDR_KIND_HOOK
            || pointee.kindCode == NDR_KIND_SCALAR && [NDR_T_IPV4ADDRESS, NDR_T_IPV6ADDRESS].contains(pointee.wireCode)
            || pointee.kindCode == NDR_KIND_SUBCONTEXT && isTextInC(pointee.ref)
        guard shares == type.has(NDR_F_SHARES_SLOT) || mayShare && pointee.c_size == type.c_size else {
            throw .broken("NDR_F_SHARES_SLOT")
        }
    }

    /// A `const char *`, whatever is around it on the wire.
    private func isTextInC(_ index: UInt32) -> Bool {
        guard Int(index) < table.types.count else { return false }
        let type = table.type(index)
        return type.kindCode == NDR_KIND_STRING && !type.has(NDR_F_INLINE)
    }

    private func checkArray(_ type: ndr_type_record) throws(NDRError) {
        guard Int(type.ref) < table.types.count else { throw .broken("array element") }
        try checkCounted(type, elementSize: Int(table.type(type.ref).c_size))
        if type.has(NDR_F_TERMINATED) {
            let element = table.type(type.ref)
            let plain = [NDR_KIND_SCALAR, NDR_KIND_ENUM, NDR_KIND_BITMAP].contains(element.kindCode)
            guard plain, [1, 2, 4, 8].contains(element.c_size), !type.has(NDR_F_FIXED) else {
                throw .broken("terminated array")
            }
        }
    }

    private func checkString(_ type: ndr_type_record) throws(NDRError) {
        guard (NDR_CHARSET_UTF16...NDR_CHARSET_ASCII).contains(type.wireCode) else { throw .broken("charset") }
        try checkCounted(type, elementSize: 1)
        if type.has(NDR_F_BYTE_COUNTS) {
            guard !type.has(NDR_F_CONFORMANT | NDR_F_VARYING | NDR_F_INLINE | NDR_F_STRING_TYPE), type.count & 1 == 0
            else { throw .broken("string that counts bytes") }
        }
    }

    /// What arrays and strings share: `count` and the C slot.
    private func checkCounted(_ type: ndr_type_record, elementSize: Int) throws(NDRError) {
        if type.kindCode == NDR_KIND_STRING, type.has(NDR_F_STRING_TYPE) {
            guard !type.has(NDR_F_INLINE), !type.has(NDR_F_FIXED) else { throw .broken("string") }
            if type.isText { try checkText(type) }
        }
        if type.has(NDR_F_FIXED) {
            guard !type.has(NDR_F_CONFORMANT) else { throw .broken("fixed and conformant") }
        }
        if type.has(NDR_F_INLINE) {
            let (size, overflow) = elementSize.multipliedReportingOverflow(by: Int(type.count))
            guard !overflow, type.count > 0, size == Int(type.c_size), !type.has(NDR_F_CONFORMANT) else {
                throw .broken("inline array")
            }
        } else {
            guard type.c_size == MemoryLayout<UnsafeRawPointer>.size else { throw .broken("C size of an array") }
        }
    }

    private func checkText(_ type: ndr_type_record) throws(NDRError) {
        guard type.extra & ~(FlaggedText.known | NDR_TEXT_ARRAY) == 0, type.length_expr == 0, type.range == 0,
            !type.has(NDR_F_CONFORMANT | NDR_F_VARYING | NDR_F_TO_NULL)
        else { throw .broken("form of a string") }
    }

    // MARK: By-value recursion

    private mutating func nest(_ index: UInt32, _ depth: Int) throws(NDRError) -> Int32 {
        let known = nesting[Int(index)]
        guard known >= 0 else { throw .broken("a type contains itself") }
        if known > 0 {
            guard depth + Int(known) <= Limits.nesting else { throw .broken("types nest too deep") }
            return known
        }
        guard depth < Limits.nesting else { throw .broken("types nest too deep") }
        nesting[Int(index)] = -1
        let type = table.type(index)
        var deepest: Int32 = 0
        switch type.kindCode {
        case NDR_KIND_STRUCT, NDR_KIND_UNION:
            for m in type.first..<type.first + type.count where !table.member(m).isOffWire {
                deepest = max(deepest, try nest(table.member(m).type, depth + 1))
            }
        case NDR_KIND_ARRAY, NDR_KIND_SUBCONTEXT: deepest = try nest(type.ref, depth + 1)
        case NDR_KIND_HOOK where type.ref != index: deepest = try nest(type.ref, depth + 1)
        default: break
        }
        nesting[Int(index)] = deepest + 1
        return deepest + 1
    }

    // MARK: Members in their structure

    private func checkMembers(_ index: UInt32) throws(NDRError) {
        let type = table.type(index)
        guard type.kindCode == NDR_KIND_STRUCT || type.kindCode == NDR_KIND_UNION else { return }
        let isUnion = type.kindCode == NDR_KIND_UNION
        let members = [type.first..<type.first + type.count]
        if !isUnion { try checkOverlap(members) }
        let place = Place(size: Int(type.c_size), members: members)
        for m in type.first..<type.first + type.count {
            let member = table.member(m)
            if isUnion {
                guard member.c_offset == 0, member.switch_expr == 0, member.value_expr == 0 else {
                    throw .broken("union arm")
                }
            } else {
                guard !member.has(NDR_M_EMPTY), !member.has(NDR_M_DEFAULT) else { throw .broken("member flags") }
            }
            guard member.peer == 0 else { throw .broken("peer outside a function") }
            try check(member, place, function: false)
        }
    }

    /// Members stand in C one behind the other: nothing is read as one thing that was written as another.
    private func checkOverlap(_ members: [Range<UInt32>]) throws(NDRError) {
        // Most stand in the order of the table; [out] arguments need not.
        var end = 0
        var overlap: UInt32?
        for range in members {
            for m in range where !follows(m, &end) { overlap = m }
        }
        if overlap == nil { return }
        end = 0
        for m in members.joined().sorted(by: { table.member($0).c_offset < table.member($1).c_offset })
        where !follows(m, &end) {
            throw .broken("\(name(table.member(m))) overlaps another member")
        }
    }

    /// Whether a member starts at `end` or behind it, which becomes its own end.
    private func follows(_ index: UInt32, _ end: inout Int) -> Bool {
        let member = table.member(index)
        if member.has(NDR_M_EMPTY) { return true }
        defer { end = Int(member.c_offset) + Int(table.type(member.type).c_size) }
        return Int(member.c_offset) >= end
    }

    /// Where the expressions of members look: C's size of the structure and its members.
    private struct Place {
        var size: Int
        var members: [Range<UInt32>]
    }

    private func check(expression: UInt32, _ place: Place) throws(NDRError) {
        try ExpressionValidation(table: table, size: place.size, members: place.members).check(expression)
    }

    /// For what is said of it.
    private func name(_ member: ndr_member_record) -> String { table.string(member.name) }

    private func check(_ member: ndr_member_record, _ place: Place, function: Bool) throws(NDRError) {
        if member.has(NDR_M_EMPTY) { return }
        let type = table.type(member.type)
        guard Int(member.c_offset) + Int(type.c_size) <= place.size else {
            throw .broken("\(name(member)) outside its structure")
        }
        if member.switch_expr != 0 { try check(expression: member.switch_expr, place) }
        if member.value_expr != 0 {
            if type.isArrayOrString { return try checkText(member, type, place) }
            try check(expression: member.value_expr, place)
            if type.kindCode == NDR_KIND_POINTER {
                // NULL is the only value of a pointer.
                let start = Int(member.value_expr)
                guard type.wireCode == NDR_PTR_UNIQUE, !function, table.code[start] == NDR_X_CONST,
                    table.code[start + 1] & 0xff == NDR_X_END
                else { throw .broken("value of \(name(member))") }
                return try checkLevels(member, place)
            }
            guard [NDR_KIND_SCALAR, NDR_KIND_ENUM, NDR_KIND_BITMAP].contains(type.kindCode),
                ScalarLayout.valueForm(type.wireCode) != nil
            else { throw .broken("value of \(name(member))") }
        }
        try checkLevels(member, place)
        if function {
            if type.kindCode == NDR_KIND_PIPE { return }
            return
        }
        guard !type.has(NDR_F_TOP_LEVEL) || !(type.kindCode == NDR_KIND_POINTER), type.kindCode != NDR_KIND_PIPE else {
            throw .broken("\(name(member)) is no argument")
        }
    }

    /// The [value()] of characters or bytes: a string of the table, or what a generated function says.
    private func checkText(
        _ member: ndr_member_record, _ type: ndr_type_record, _ place: Place
    ) throws(NDRError) {
        let start = Int(member.value_expr)
        guard start + 1 < table.code.count, table.code[start + 1] & 0xff == NDR_X_END else {
            throw .broken("value of \(name(member))")
        }
        let word = table.code[start]
        if type.kindCode == NDR_KIND_STRING {
            guard word & 0xff == NDR_X_TEXT, word >> 8 != 0, Int(word >> 8) < table.strings.count,
                !type.has(NDR_F_INLINE | NDR_F_CONFORMANT)
            else { throw .broken("value of \(name(member))") }
        } else {
            let element = table.type(type.ref)
            guard word & 0xff == NDR_X_THUNK, type.has(NDR_F_INLINE), type.has(NDR_F_FIXED),
                element.kindCode == NDR_KIND_SCALAR, element.wireCode == NDR_T_UINT8
            else { throw .broken("value of \(name(member))") }
            try check(expression: member.value_expr, place)
        }
        try checkLevels(member, place)
    }

    /// The levels of a member: pointers and arrays down to a type of its own.
    private func checkLevels(_ member: ndr_member_record, _ place: Place) throws(NDRError) {
        var index = member.type
        for _ in 0..<Limits.nesting {
            let type = table.type(index)
            if type.isArrayOrString {
                if type.size_expr != 0 { try check(expression: type.size_expr, place) }
                if type.length_expr != 0 { try check(expression: type.length_expr, place) }
                if type.kindCode == NDR_KIND_ARRAY, type.extra != 0 {
                    guard type.has(NDR_F_VARYING), !type.has(NDR_F_TERMINATED) else {
                        throw .broken("first element of \(name(member))")
                    }
                    try check(expression: type.extra, place)
                }
                let counted = type.isText || type.size_expr != 0 || type.has(NDR_F_TERMINATED) || type.count > 0
                let lengthOnly = type.kindCode == NDR_KIND_STRING || type.length_expr != 0
                guard counted || lengthOnly else { throw .broken("\(name(member)) has no count") }
            }
            if type.kindCode == NDR_KIND_SUBCONTEXT, type.size_expr != 0 {
                try check(expression: type.size_expr, place)
            }
            if type.kindCode == NDR_KIND_SUBCONTEXT, type.extra != 0 {
                try check(expression: type.extra, place)
                try check(expression: type.length_expr, place)
            }
            if type.kindCode == NDR_KIND_POINTER, type.extra != 0 { try check(expression: type.extra, place) }
            switch type.kindCode {
            case NDR_KIND_POINTER, NDR_KIND_ARRAY, NDR_KIND_SUBCONTEXT:
                index = type.ref
                if table.type(index).kindCode == NDR_KIND_PIPE { throw .broken("\(name(member)) leads to a pipe") }
            case NDR_KIND_UNION:
                guard member.switch_expr != 0 else { throw .broken("\(name(member)) has no switch_is") }
                return
            case NDR_KIND_HOOK where type.ref != index: index = type.ref
            default: return
            }
        }
        throw .broken("\(name(member)) has too many levels")
    }

    /// Whether max_count of the type is hoisted to the start of the structure that it ends.
    func isConformant(_ index: UInt32) -> Bool {
        let type = table.type(index)
        switch type.kindCode {
        case NDR_KIND_ARRAY: return type.has(NDR_F_CONFORMANT)
        case NDR_KIND_STRING: return type.has(NDR_F_CONFORMANT) && !type.has(NDR_F_STRING_TYPE)
        case NDR_KIND_STRUCT:
            guard type.count > 0 else { return false }
            let last = table.member(type.first + type.count - 1)
            return !last.isOffWire && isConformant(last.type)
        default: return false
        }
    }

    // MARK: Functions

    /// Functions without an opnum stand behind the others.
    private func checkOrder() throws(NDRError) {
        var isBehind = false
        for call in table.calls {
            let hasNumber = call.flags & NDR_CALL_NO_OPNUM == 0
            guard !(isBehind && hasNumber) else { throw .broken("order of functions") }
            isBehind = !hasNumber
        }
    }

    private func check(_ call: ndr_interface_call) throws(NDRError) {
        guard Int(call.hook) <= table.hooks.count else { throw .broken("hook of a function") }
        guard call.name != nil else { throw .broken("function without a name") }
        guard (0...Limits.structure).contains(call.struct_size) else { throw .broken("structure of a function") }
        try slice(call.first_in, call.num_in, table.members.count, "[in] arguments")
        try slice(call.first_out, call.num_out, table.members.count, "[out] arguments")
        let both = [
            call.first_in..<call.first_in + call.num_in, call.first_out..<call.first_out + call.num_out,
        ]
        try checkOverlap(both)
        let place = Place(size: Int(call.struct_size), members: both)
        for m in both[0] {
            let member = table.member(m)
            guard member.peer == 0, member.flags & (NDR_M_EMPTY | NDR_M_DEFAULT | NDR_M_RESULT) == 0 else {
                throw .broken("[in] argument")
            }
            try check(member, place, function: true)
        }
        for m in both[1] {
            let member = table.member(m)
            guard member.flags & (NDR_M_EMPTY | NDR_M_DEFAULT) == 0 else { throw .broken("[out] argument") }
            try check(member, place, function: true)
            if member.peer != 0 { try checkPeer(member, call) }
        }
        guard pipes(both[0]) == Int(call.in_pipes), pipes(both[1]) == Int(call.out_pipes) else {
            throw .broken("number of pipes")
        }
    }

    private func pipes(_ members: Range<UInt32>) -> Int {
        members.count { table.type(table.member($0).type).kindCode == NDR_KIND_PIPE }
    }

    /// What is copied from [in] to [out] must have one type, or types of one C layout.
    private func checkPeer(_ member: ndr_member_record, _ call: ndr_interface_call) throws(NDRError) {
        let peer = member.peer - 1
        guard peer >= call.first_in, peer < call.first_in + call.num_in else { throw .broken("peer") }
        var a = table.type(member.type)
        var b = table.type(table.member(peer).type)
        for _ in 0..<Limits.nesting {
            guard a.kind == b.kind, a.c_size == b.c_size, a.has(NDR_F_INLINE) == b.has(NDR_F_INLINE) else {
                throw .broken("peer of another type")
            }
            guard a.kindCode == NDR_KIND_POINTER || a.kindCode == NDR_KIND_ARRAY else { return }
            a = table.type(a.ref)
            b = table.type(b.ref)
        }
    }
}
