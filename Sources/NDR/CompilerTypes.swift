// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// The two phases of each kind of type.
extension Compiler {
    // MARK: Scalars

    mutating func scalars(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        guard type.ndr_flags != 0, let outer = begin(type.ndr_flags) else { return try plainScalars(index, c, scope) }
        try plainScalars(index, c, scope)
        end(outer)
    }

    private mutating func plainScalars(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        switch type.kindCode {
        case NDR_KIND_SCALAR, NDR_KIND_ENUM, NDR_KIND_BITMAP: integer(type, c, scope.path, value: nil)
        case NDR_KIND_STRUCT: try structure(index, c, scope)
        case NDR_KIND_UNION: try union(index, c, scope)
        case NDR_KIND_POINTER:
            if type.wireCode == NDR_PTR_REF, type.has(NDR_F_TOP_LEVEL) {
                // The elements of an array argument: no referent id either (pidl's reading).
                return emit(Op(code: OpCode.mark, c: c, path: scope.path))
            }
            if type.isRelative {
                let size = type.relativeSize
                let w = place(size, size)
                return emit(Op(code: OpCode.relative, kind: UInt8(size), c: c, w: w, path: scope.path))
            }
            let w = place(rules.wordSize, rules.wordSize)
            emit(Op(code: OpCode.pointer, kind: type.wire, c: c, w: w, a: type.ref, path: scope.path))
        case NDR_KIND_ARRAY: try arrayInPlace(index, c, scope)
        case NDR_KIND_STRING:
            try inPlace(OpCode.string, index, c, scope)
        case NDR_KIND_BLOB:
            close()
            emit(Op(code: OpCode.blob, c: c, a: type.extra, path: scope.path))
            forget()
        case NDR_KIND_SUBCONTEXT:
            close()
            emit(Op(code: OpCode.subcontext, c: c, a: try subcontextRecord(type, scope), path: scope.path))
            forget()
        case NDR_KIND_HOOK:
            guard isHooked(type) else { return try scalars(type.ref, c, scope) }
            hook(type, c, UInt32(NDR_SCALARS), scope)
        default: throw .broken("kind \(type.kind)")
        }
    }

    /// Whether hand-written C does this.
    private func isHooked(_ type: ndr_type_record) -> Bool {
        let hook = table.hook(of: type)
        return isPush ? hook.push != nil : hook.pull != nil
    }

    private mutating func hook(_ type: ndr_type_record, _ c: UInt32, _ flags: UInt32, _ scope: Scope) {
        close()
        let isUnion = table.type(type.ref).kindCode == NDR_KIND_UNION
        emit(
            Op(
                code: OpCode.hook, kind: isUnion ? 1 : 0, c: c, w: MarshalFlags.inherited(rules), a: type.extra,
                b: flags,
                path: scope.path))
        forget()
        allocatesPerElement = true
    }

    private mutating func subcontextRecord(_ type: ndr_type_record, _ scope: Scope) throws(NDRError) -> UInt32 {
        let size = type.size_expr == 0 ? -1 : try expression(type.size_expr, scope)
        var inner = rules
        inner.ndr64 = false
        if type.wireCode == NDR_SUB_TYPE_2 { inner.bigEndian = false }
        let outer = change(to: inner)
        var record = SubcontextRecord(
            header: type.wire, hasBuffers: layout.hasBuffers(type.ref), usesEnvironment: scope.usesEnvironment,
            selfOffset: scope.offset, sizeExpr: size, block: block(type.ref, scope), otherBlock: 0,
            interface: table.syntax)
        if type.wireCode == NDR_SUB_TYPE_1 || type.wireCode == NDR_SUB_TYPE_2 {
            if type.wireCode == NDR_SUB_TYPE_1 { inner.bigEndian.toggle() } else { inner.ndr64 = true }
            _ = change(to: inner)
            record.otherBlock = block(type.ref, scope)
        }
        _ = change(to: outer)
        if type.count != 0 { record.alignment = UInt8(truncatingIfNeeded: type.count) }
        record.isStrict = type.ndr_flags & NDR_FLAG_NO_UNREAD_BYTES != 0
        if type.extra != 0 {
            record.algorithmExpr = try expression(type.extra, scope)
            record.plainSizeExpr = try expression(type.length_expr, scope)
        }
        subcontexts.append(record)
        return UInt32(subcontexts.count - 1)
    }

    private mutating func arrayInPlace(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        let unit = layout.copyUnit(index)
        if unit != 0 {
            align(layout.alignment(index))
            let w = place(Int(type.c_size), 1)
            return copy(c, w, Int(type.c_size), unit, scope.path)
        }
        if isPlain(type) {
            let record = try arrayRecord(index, c, scope, pointer: 0, topLevel: false)
            close()
            emit(Op(code: OpCode.loopScalars, c: c, a: record, path: scope.path))
            return forget()
        }
        try inPlace(OpCode.array, index, c, scope)
    }

    private mutating func inPlace(_ code: UInt8, _ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        close()
        if table.type(index).has(NDR_F_CONFORMANT), let record = takeHoisted(c) {
            emit(Op(code: code, kind: 1, c: c, a: record, path: scope.path))
        } else {
            let record = try arrayRecord(index, c, scope, pointer: 0, topLevel: false)
            emit(Op(code: code, c: c, a: record, path: scope.path))
        }
        forget()
    }

    /// A fixed number of elements in the structure itself, and no counts on the wire.
    private func isPlain(_ type: ndr_type_record) -> Bool {
        type.has(NDR_F_FIXED) && type.has(NDR_F_INLINE) && !type.has(NDR_F_VARYING)
    }

    // MARK: Structures

    private mutating func structure(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        let hoists = hoistIsPending || isConformant(index)
        if layout.hasBuffers(index), isBased(type) {
            guard !hoists else { throw .broken("relative_base of a conformant structure") }
            close()
            emit(
                Op(
                    code: OpCode.basedScalars, kind: UInt8(layout.largestMember(type)), c: c,
                    a: block(index, scope, isBased: true), path: scope.path))
            return forget()
        }
        if !hoists, isTooLong {
            close()
            emit(Op(code: OpCode.callScalars, c: c, a: block(index, scope), path: scope.path))
            return forget()
        }
        if hoists, !hoistIsPending { try hoist(index, c, scope) }
        let alignment = layout.start(of: type)
        align(alignment)
        var reached: UInt32 = 0
        for m in type.first..<type.first + type.count {
            let member = table.member(m)
            let inner = inside(type, c, m, scope)
            if member.c_offset < reached { isOrdered = false }
            reached = member.c_offset
            if member.has(NDR_M_SKIP) {
                joinsFrom = ops.count
                if !isPush, !member.has(NDR_M_NO_INIT) {
                    emit(Op(code: OpCode.zero, c: c + member.c_offset, a: table.type(member.type).c_size))
                }
                continue
            }
            if layout.hasUnionInPlace(member.type) { try level(member, inner, of: m) }
            if m + 1 < type.first + type.count, isStructure(member.type), isConformant(member.type) {
                // Its maximum count stands where it begins; a run of its own keeps it apart from ours.
                close()
                emit(
                    Op(
                        code: OpCode.callScalars, c: c + member.c_offset, a: block(member.type, inner),
                        path: inner.path))
                forget()
                continue
            }
            try memberScalars(member, c + member.c_offset, inner)
        }
        // An encapsulated union is a union, which has no trailing gap.
        if rules.ndr64, !type.has(NDR_F_ENCAPSULATED) { align(alignment) }
    }

    private func isStructure(_ index: UInt32) -> Bool { table.type(index).kindCode == NDR_KIND_STRUCT }

    /// The scope of member `m` of a structure at `c`.
    private mutating func inside(_ type: ndr_type_record, _ c: UInt32, _ m: UInt32, _ scope: Scope) -> Scope {
        Scope(
            usesEnvironment: false, offset: c, first: type.first, count: type.count,
            known: Int(table.member(m).c_offset), path: path(scope.path, m))
    }

    /// Writes the max_count of the array that ends the structure, before the structure is aligned (C706 14.3.7.2).
    private mutating func hoist(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        var structure = table.type(index)
        var offset = c
        var inner = scope
        for _ in 0..<Limits.nesting {
            guard structure.count > 0 else { break }
            let m = structure.first + structure.count - 1
            let member = table.member(m)
            inner = inside(structure, offset, m, inner)
            let type = table.type(member.type)
            if type.kindCode == NDR_KIND_STRUCT {
                structure = type
                offset += member.c_offset
                continue
            }
            let record = try arrayRecord(
                member.type, offset + member.c_offset, inner, pointer: 0, topLevel: false)
            let w = place(rules.wordSize, rules.wordSize)
            emit(Op(code: OpCode.hoist, c: offset + member.c_offset, w: w, a: record, path: inner.path))
            setHoisted(record, offset + member.c_offset)
            return
        }
        throw .broken("conformant structure")
    }

    func isConformant(_ index: UInt32) -> Bool {
        var type = table.type(index)
        for _ in 0..<Limits.nesting {
            switch type.kindCode {
            case NDR_KIND_ARRAY: return type.has(NDR_F_CONFORMANT)
            case NDR_KIND_STRING: return type.has(NDR_F_CONFORMANT) && !type.has(NDR_F_STRING_TYPE)
            case NDR_KIND_STRUCT:
                guard type.count > 0 else { return false }
                let last = table.member(type.first + type.count - 1)
                guard !last.isOffWire else { return false }
                type = table.type(last.type)
            default: return false
            }
        }
        return false
    }

    // MARK: Unions

    private mutating func union(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let record = try unionRecord(index, scope)
        close()
        emit(Op(code: OpCode.union, c: c, a: record, path: scope.path))
        forget()
    }

    private mutating func unionRecord(_ index: UInt32, _ scope: Scope) throws(NDRError) -> UInt32 {
        let key = BlockKey(type: index, first: 0, count: 0, rules: rules.index)
        if let known = unionOf[key] { return known }
        let type = table.type(index)
        guard let tag = ScalarLayout(type.wireCode, ndr64: rules.ndr64) else { throw .broken("union tag") }
        let armAlignment = layout.largestMember(type)
        let whole = layout.alignment(index)
        var record = UnionRecord(
            tagSize: type.has(NDR_F_NO_DISCRIMINANT) ? 0 : UInt8(tag.wire), tagAlign: UInt8(tag.align),
            tagSigned: ScalarLayout.isSigned(type.wireCode),
            hasBuffers: layout.hasBuffers(index), alignTag: rules.ndr64 ? UInt8(whole) : 1,
            alignArm: rules.ndr64 ? UInt8(whole) : type.has(NDR_F_MS_UNION) ? UInt8(armAlignment) : 1,
            isBased: type.ndr_flags & NDR_FLAG_RELATIVE_BASE != 0, cSize: type.c_size, first: UInt32(labels.count),
            count: 0, otherwise: -1)
        var own: [UnionLabel] = []
        for m in type.first..<type.first + type.count {
            let member = table.member(m)
            let arm = Int32(arms.count)
            let off = member.isOffWire
            let armScope = Scope(
                usesEnvironment: true, offset: 0, first: m, count: 1, known: .max, path: 0)
            arms.append(
                UnionArm(
                    block: off ? -1 : Int32(block(member.type, armScope)), path: path(0, m),
                    alignment: off ? 1 : UInt8(layout.alignment(member.type))))
            if member.has(NDR_M_DEFAULT) {
                record.otherwise = arm
            } else {
                own.append(UnionLabel(label: member.label, arm: arm))
            }
        }
        own.sort { $0.label < $1.label }
        for i in own.indices.dropFirst() where own[i].label == own[i - 1].label {
            throw .broken("two arms with one label in \(table.string(type.name))")
        }
        record.count = UInt32(own.count)
        record.isSimple = record.tagSize > 0 && record.alignTag <= 1 && record.alignArm <= 1 && !record.isBased
        if record.tagSize > 0, record.tagSize < 8 {
            record.tagLeast = -(1 << (Int64(record.tagSize) * 8 - 1))
            record.tagMost = 1 << (Int64(record.tagSize) * 8) - 1
        }
        select(&record, own)
        labels += own
        unions.append(record)
        let number = UInt32(unions.count - 1)
        unionOf[key] = number
        return number
    }

    /// Labels that lie close together become a table.
    private mutating func select(_ record: inout UnionRecord, _ own: [UnionLabel]) {
        guard let first = own.first, let last = own.last else { return }
        let (width, overflow) = last.label.subtractingReportingOverflow(first.label)
        guard !overflow, width < Limits.selections else { return }
        record.lowest = first.label
        record.span = UInt32(width) + 1
        record.selection = UInt32(selections.count)
        selections += Array(repeating: record.otherwise, count: Int(width) + 1)
        for one in own { selections[Int(record.selection) + Int(one.label - first.label)] = one.arm }
    }

    // MARK: Buffers

    mutating func buffers(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        guard layout.hasBuffers(index) else { return }
        let flags = table.type(index).ndr_flags
        guard flags != 0, let outer = begin(flags) else { return try plainBuffers(index, c, scope) }
        try plainBuffers(index, c, scope)
        end(outer)
    }

    private mutating func plainBuffers(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        switch type.kindCode {
        case NDR_KIND_STRUCT: try structureBuffers(index, c, scope)
        case NDR_KIND_UNION:
            forget()
            emit(Op(code: OpCode.unionBuffers, c: c, a: try unionRecord(index, scope), path: scope.path))
        case NDR_KIND_POINTER:
            guard type.isRelative else { return try pointee(type, c, scope, type.wireCode) }
            var edge = Op(
                code: OpCode.relativeStart, kind: UInt8(type.relativeSize), cSize: rules.isReverse ? 1 : 0,
                wSize: rules.relativeAlignment, c: c, path: scope.path)
            if type.extra != 0, isPush { edge.b = UInt32(try expression(type.extra, scope)) + 1 }
            forget()
            emit(edge)
            try pointee(type, c, scope, NDR_PTR_UNIQUE)
            var end = edge
            end.code = OpCode.relativeEnd
            emit(end)
        case NDR_KIND_ARRAY:
            forget()
            let record = try arrayRecord(index, c, scope, pointer: 0, topLevel: false)
            let code = isPlain(type) ? OpCode.loopBuffers : OpCode.arrayBuffers
            emit(Op(code: code, c: c, a: record, path: scope.path))
        case NDR_KIND_HOOK:
            guard isHooked(type) else { return try buffers(type.ref, c, scope) }
            hook(type, c, UInt32(NDR_BUFFERS), scope)
        default: break
        }
    }

    private mutating func pointee(_ type: ndr_type_record, _ c: UInt32, _ scope: Scope, _ kind: UInt32) throws(NDRError)
    {
        if type.has(NDR_F_SHARES_SLOT), table.type(type.ref).isArrayOrString {
            return try deferContent(type.ref, c, scope, pointer: kind, topLevel: false)
        }
        let record = pointerRecord(type, scope, needsBlock: true)
        forget()
        if type.has(NDR_F_SHARES_SLOT) {
            return emit(Op(code: OpCode.deferShared, c: c, a: record, path: scope.path))
        }
        emit(Op(code: OpCode.deferPointer, c: c, a: record, path: scope.path))
    }

    private mutating func structureBuffers(_ index: UInt32, _ c: UInt32, _ scope: Scope) throws(NDRError) {
        let type = table.type(index)
        if isBased(type) {
            forget()
            emit(
                Op(
                    code: OpCode.basedBuffers, c: c, a: block(index, scope, isBased: true), path: scope.path))
            return
        }
        if isTooLong {
            forget()
            emit(Op(code: OpCode.callBuffers, c: c, a: block(index, scope), path: scope.path))
            return
        }
        for m in type.first..<type.first + type.count {
            let member = table.member(m)
            if member.isOffWire || !layout.hasBuffers(member.type) { continue }
            if isPush, member.value_expr != 0 { continue }
            var inner = inside(type, c, m, scope)
            inner.known = .max
            if layout.leadsToUnion(member.type) { try level(member, inner) }
            try buffers(member.type, c + member.c_offset, inner)
        }
    }

    /// What a pointer that shares its slot leads to.
    mutating func deferContent(
        _ index: UInt32, _ c: UInt32, _ scope: Scope, pointer: UInt32, topLevel: Bool
    ) throws(NDRError) {
        let isString = table.type(index).kindCode == NDR_KIND_STRING
        let record = try arrayRecord(index, c, scope, pointer: pointer, topLevel: topLevel)
        forget()
        if topLevel, !isPush, !isString, direction == .response, table.type(index).size_expr != 0 {
            arrays[Int(record)].capacity = Int32(capacities)
            capacities += 1
            guard capacities <= Limits.capacities else { throw .broken("too many arrays") }
        }
        emit(
            Op(
                code: isString ? OpCode.deferString : OpCode.deferArray, kind: UInt8(pointer), c: c, a: record,
                path: scope.path))
        allocatesPerElement = allocatesPerElement || !topLevel
    }

    /// How deep pointers may nest where this one leads.
    func depth(_ pointee: ndr_type_record) -> UInt32 {
        let isAggregate = pointee.kindCode == NDR_KIND_STRUCT || pointee.kindCode == NDR_KIND_UNION
        let wanted = Int(pointee.extra)
        return UInt32(isAggregate && wanted > 0 ? min(wanted, Limits.deepest) : Limits.depth)
    }

    mutating func pointerRecord(_ type: ndr_type_record, _ scope: Scope, needsBlock: Bool) -> UInt32 {
        let pointee = table.type(type.ref)
        allocatesPerElement = allocatesPerElement || needsBlock
        pointers.append(
            PointerRecord(
                type: type.ref, kind: type.isRelative ? UInt8(NDR_PTR_UNIQUE) : type.wire,
                hasBuffers: layout.hasBuffers(type.ref), size: pointee.c_size,
                maxDepth: depth(pointee), block: needsBlock ? block(type.ref, scope) : 0,
                usesEnvironment: scope.usesEnvironment, selfOffset: scope.offset,
                name: table.cString(pointee.c_name)))
        return UInt32(pointers.count - 1)
    }
}
