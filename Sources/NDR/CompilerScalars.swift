// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// Fields of fixed size, arrays' records and expressions.
extension Compiler {
    // MARK: Copies

    /// `size` bytes at `c` that are `w` on the wire; joined with a neighbour where both sides go on.
    mutating func copy(_ c: UInt32, _ w: UInt32, _ size: Int, _ unit: Int, _ path: UInt32) {
        let code: UInt8 =
            switch unit {
            case 2: OpCode.swap2
            case 4: OpCode.swap4
            case 8: OpCode.swap8
            default: OpCode.copy
            }
        let amount = UInt32(size / unit)
        if code == OpCode.copy, joinAcrossGap(c, w, amount) { return }
        if !isExact, let last = ops.last, last.code == code {
            let length = last.a * UInt32(unit)
            if last.c + length == c, last.w + length == w {
                ops[ops.count - 1].a += amount
                return
            }
        }
        emit(Op(code: code, c: c, w: w, a: amount, path: path))
    }

    /// On pull a copy may go on across a gap that is as wide in C as on the wire; the gaps themselves stay for strict pulls.
    private mutating func joinAcrossGap(_ c: UInt32, _ w: UInt32, _ size: UInt32) -> Bool {
        guard !isPush, !isExact, isOrdered else { return false }
        var at = ops.count - 1
        while at >= joinsFrom, ops[at].code == OpCode.gap { at -= 1 }
        guard at >= joinsFrom, at < ops.count - 1, ops[at].code == OpCode.copy else { return false }
        let before = ops[at]
        guard c >= before.c + before.a, c - before.c == w - before.w else { return false }
        ops[at].a = c - before.c + size
        return true
    }

    /// A scalar, enumeration or bitmap; `value` replaces the C field.
    mutating func integer(_ type: ndr_type_record, _ c: UInt32, _ path: UInt32, value: Int32?) {
        guard let scalar = ScalarLayout(type.wireCode, ndr64: rules.ndr64) else { return }
        let signed: UInt8 = ScalarLayout.isSigned(type.wireCode) ? 1 : 0
        let cSize = UInt8(truncatingIfNeeded: type.c_size)
        let wSize = UInt8(scalar.wire)
        if case .variable = scalar.form { return variable(type, c, path) }
        if let value {
            let w = place(scalar.wire, scalar.align)
            let form = ScalarLayout.valueForm(type.wireCode) ?? 0
            return emit(
                Op(
                    code: OpCode.value, kind: signed | form, cSize: cSize, wSize: wSize, c: c, w: w, a: UInt32(value),
                    b: type.range, path: path))
        }
        let range = Op(
            code: OpCode.range, kind: signed, cSize: cSize, c: c, a: type.range &- 1, path: path)
        let w = place(scalar.wire, scalar.align)
        if type.range != 0, isPush { emit(range) }
        let unit = unitOf(type, scalar)
        if unit != 0 {
            copy(c, w, scalar.wire, unit, path)
        } else if case .special = scalar.form {
            emit(Op(code: OpCode.scalar, kind: type.wire, c: c, w: w, path: path))
        } else {
            emit(Op(code: OpCode.convert, kind: signed, cSize: cSize, wSize: wSize, c: c, w: w, path: path))
        }
        if type.range != 0, !isPush { emit(range) }
    }

    /// As `WireLayout.copyUnit`, whatever the range.
    private func unitOf(_ type: ndr_type_record, _ scalar: ScalarLayout) -> Int {
        guard scalar.wire == Int(type.c_size) else { return 0 }
        if case .bytes = scalar.form { return rules.bigEndian ? scalar.wire : 1 }
        switch type.wireCode {
        case NDR_T_GUID, NDR_T_POLICY_HANDLE, NDR_T_SYNTAX_ID, NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME:
            return rules.bigEndian ? 0 : 1
        default: return 0
        }
    }

    private mutating func variable(_ type: ndr_type_record, _ c: UInt32, _ path: UInt32) {
        if type.wireCode == NDR_T_POINTER {
            if !isPush { emit(Op(code: OpCode.zero, c: c, a: type.c_size)) }
            return
        }
        close()
        let code = ScalarLayout.isSecurity(type.wireCode) ? OpCode.security : OpCode.sid
        emit(Op(code: code, kind: type.wire, c: c, path: path))
        forget()
    }

    // MARK: Arrays and strings

    mutating func arrayRecord(
        _ index: UInt32, _ c: UInt32, _ scope: Scope, pointer: UInt32, topLevel: Bool
    ) throws(NDRError) -> UInt32 {
        let type = table.type(index)
        var record = ArrayRecord()
        record.type = index
        record.flags = UInt32(type.flags)
        record.count = type.count
        record.pointer = UInt8(pointer)
        record.isInline = type.has(NDR_F_INLINE)
        record.topLevel = topLevel
        record.usesEnvironment = scope.usesEnvironment
        record.selfOffset = scope.offset
        record.name = table.cString(type.c_name)
        if let range = table.range(of: type) {
            record.hasRange = true
            record.rangeMin = range.min
            record.rangeMax = range.max
        }
        if type.size_expr != 0 {
            record.sizeExpr = try expression(type.size_expr, scope)
            record.sizeCheck = checkMode(type, type.size_expr, scope)
        }
        if type.length_expr != 0 {
            record.lengthExpr = try expression(type.length_expr, scope)
            record.lengthCheck = checkMode(type, type.length_expr, scope)
        }
        if type.kindCode == NDR_KIND_STRING {
            record.charset = type.wire
            record.unit = type.wireCode == NDR_CHARSET_UTF16 ? 2 : 1
            let isType = type.has(NDR_F_STRING_TYPE)
            record.elementAlign = isType || type.has(NDR_F_BYTE_COUNTS) ? 1 : record.unit
            if type.has(NDR_F_BYTE_COUNTS) { record.count = type.count / UInt32(record.unit) }
            record.minWire = UInt32(record.unit)
            record.cSize = 1
            let usual = NDR_F_CONFORMANT | NDR_F_VARYING | NDR_F_TERMINATED
            record.isUsual =
                UInt32(type.flags) & (usual | NDR_F_INLINE | NDR_F_TO_NULL | NDR_F_STRING_TYPE) == usual
                && record.unit == 2
                && !record.hasRange && type.size_expr == 0 && type.length_expr == 0
            noteOwnLength(&record, c, usual & ~NDR_F_TERMINATED)
            record.isCounted =
                !isPush && record.flags == usual & ~NDR_F_TERMINATED && record.unit == 2 && !record.hasRange
                && record.sizeCheck == 1 && record.lengthCheck == 1
        } else {
            if type.extra != 0 {
                record.firstExpr = try expression(type.extra, scope)
                record.firstCheck = checkMode(type, type.extra, scope)
            }
            let element = table.type(type.ref)
            record.copyUnit = UInt8(layout.copyUnit(type.ref))
            record.elementAlign = UInt8(layout.alignment(type.ref))
            record.minWire = UInt32(layout.minimum(type.ref))
            record.cSize = element.c_size
            record.maxDepth = depth(element)
            record.hasBuffers = layout.hasBuffers(type.ref)
            record.name = table.cString(element.c_name)
            if record.copyUnit == 0 { record.block = block(type.ref, scope) }
        }
        if type.isText {
            record.text = type.extra
            record.sizeCheck = 0
            record.minWire = 0
            record.isUsual = false
            record.isOwnLength = false
            record.isCounted = false
        }
        arrays.append(record)
        return UInt32(arrays.count - 1)
    }

    /// [size_is(size / 2), length_is(length / 2)] where these fields are the length of the string at `c` themselves.
    private func noteOwnLength(_ record: inout ArrayRecord, _ c: UInt32, _ flags: UInt32) {
        guard isPush, record.flags == flags, record.unit == 2, !record.hasRange, record.sizeExpr >= 0,
            record.lengthExpr >= 0
        else { return }
        func extra(_ index: Int32) -> UInt8? {
            let expression = expressions[Int(index)]
            guard expression.kind == Expression.stringLength, !expression.isScaled, !expression.usesEnvironment,
                expression.selfOffset + expression.offset == c
            else { return nil }
            switch UInt32(expression.load) {
            case NDR_X_STRLEN_M: return 0
            case NDR_X_STRLEN_M_TERM: return 1
            default: return nil
            }
        }
        guard let size = extra(record.sizeExpr), extra(record.lengthExpr) == 0 else { return }
        record.isOwnLength = true
        record.sizeExtra = size
    }

    /// When pull may compare a count with its expression.
    private func checkMode(_ type: ndr_type_record, _ start: UInt32, _ scope: Scope) -> UInt8 {
        if type.has(NDR_F_NO_SIZE_CHECK) || isPush { return 0 }
        if scope.usesEnvironment { return 2 }
        var pc = Int(start)
        while true {
            let word = table.code[pc]
            let op = word & 0xff
            switch op {
            case NDR_X_END: return 1
            case NDR_X_CONST64: pc += 3
            case NDR_X_U8...NDR_X_I64:
                guard Int(word >> 8) < scope.known else { return 2 }
                pc += 1
            case NDR_X_PTR...NDR_X_AT_PTR, NDR_X_STRLEN...NDR_X_THUNK: return 2
            default: pc += 1
            }
        }
    }
}
