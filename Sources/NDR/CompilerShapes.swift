// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// What a finished program has of the usual shapes, for which the interpreters know short ways (`FlatElements`,
/// `PlainBuffers`).
extension Compiler {
    /// What has anything to do in the second phase: of every program.
    mutating func noteBuffers() {
        for i in blocks.indices { blocks[i].hasBuffers = ops[Int(blocks[i].buffers)].code != OpCode.end }
        for i in arms.indices where arms[i].block >= 0 { arms[i].hasBuffers = blocks[Int(arms[i].block)].hasBuffers }
    }

    mutating func noteShapes() {
        specialise()
        for i in blocks.indices { flatten(i) }
        for i in ops.indices { join(i) }
        for i in arms.indices where arms[i].block >= 0 { noteArm(i) }
        notePlainBuffers()
    }

    private mutating func specialise() {
        for i in ops.indices where ops[i].code == OpCode.value { specialiseValue(i) }
        for i in ops.indices where ops[i].code == OpCode.copy {
            switch ops[i].a {
            case 1: ops[i].code = OpCode.copy1
            case 2: ops[i].code = OpCode.copy2
            case 4: ops[i].code = OpCode.copy4
            case 8: ops[i].code = OpCode.copy8
            default: break
            }
        }
    }

    // MARK: Flat scalars

    /// Notes the blocks whose scalars are one block of plain fields.
    private mutating func flatten(_ index: Int) {
        let start = Int(blocks[index].scalars) + 1
        let first = ops[start - 1]
        guard first.code == OpCode.block, first.a > 0 else { return }
        var end = start
        while isFlat(ops[end]) { end += 1 }
        guard ops[end].code == OpCode.end, end > start else { return }
        // A pull has nothing to do in gaps; a strict one does not come here.
        if !isPush { moveGapsBehind(start, end) }
        let stop = isPush ? end : ops[start..<end].firstIndex { $0.code == OpCode.gap } ?? end
        guard let count = UInt16(exactly: stop - start), count > 0 else { return }
        blocks[index].flatSize = first.a
        blocks[index].flatAlign = first.kind
        blocks[index].flatCount = count
        blocks[index].filled = ops[start..<stop].reduce(0) { $0 + Compiler.cBytes($1) }
        blocks[index].usesQueue = ops[start..<stop].contains { $0.code == OpCode.relative }
        if end - start == 1 { noteCopy(index, ops[start], first.a) }
        if stop == end { notePointers(index, start, end) }
    }

    private func isFlat(_ op: Op) -> Bool {
        switch op.code {
        case OpCode.copy1, OpCode.copy2, OpCode.copy4, OpCode.copy8, OpCode.copy, OpCode.relative: true
        case OpCode.gap: op.a <= 8
        case OpCode.pointer: UInt32(op.kind) != NDR_PTR_FULL
        case OpCode.textLength, OpCode.convert, OpCode.range: true
        default: false
        }
    }

    /// The length of a string of the structure itself, as counted strings have it.
    private mutating func specialiseValue(_ index: Int) {
        let op = ops[index]
        let expression = expressions[Int(op.a)]
        guard op.code == OpCode.value, op.b == 0, op.kind <= 1, expression.kind == Expression.stringLength,
            UInt32(expression.load) == NDR_X_STRLEN_M, !expression.usesEnvironment, expression.divisor == 1,
            expression.constantValue == 0, (1...256).contains(expression.factor)
        else { return }
        ops[index].code = OpCode.textLength
        ops[index].c = expression.selfOffset + expression.offset
        ops[index].b = UInt32(expression.factor)
        ops[index].cSize = min(op.cSize, op.wSize)
    }

    private mutating func moveGapsBehind(_ start: Int, _ end: Int) {
        let gaps = ops[start..<end].filter { $0.code == OpCode.gap }
        guard !gaps.isEmpty else { return }
        let others = ops[start..<end].filter { $0.code != OpCode.gap }
        ops.replaceSubrange(start..<end, with: others + gaps)
    }

    /// How much of the C structure an operation of a flat block fills.
    private static func cBytes(_ op: Op) -> UInt32 {
        switch op.code {
        case OpCode.copy1: 1
        case OpCode.copy2: 2
        case OpCode.copy4: 4
        case OpCode.copy: op.a
        case OpCode.convert: UInt32(op.cSize)
        case OpCode.gap, OpCode.range: 0
        default: 8
        }
    }

    private mutating func noteCopy(_ index: Int, _ op: Op, _ size: UInt32) {
        let isCopy = (OpCode.copy1...OpCode.copy).contains(op.code)
        if isCopy, Compiler.cBytes(op) == size, op.w == 0 {
            blocks[index].copyOffset = Int32(truncatingIfNeeded: op.c)
        }
    }

    private mutating func notePointers(_ index: Int, _ start: Int, _ end: Int) {
        let size = blocks[index].flatSize / UInt32(end - start)
        for pc in start..<end {
            let number = UInt32(pc - start)
            guard ops[pc].code == OpCode.pointer, UInt32(ops[pc].kind) == NDR_PTR_UNIQUE,
                ops[pc].c == ops[start].c + number * 8, ops[pc].w == number * size
            else { return }
        }
        blocks[index].pointerCount = UInt8(exactly: end - start) ?? 0
        blocks[index].pointerOffset = ops[start].c
    }

    private mutating func noteArm(_ index: Int) {
        let block = blocks[Int(arms[index].block)]
        if block.copyOffset == 0 {
            arms[index].copySize = UInt8(exactly: block.flatSize) ?? 0
            arms[index].copyAlign = block.flatAlign
        }
    }

    // MARK: Plain buffers

    /// What an operation needs of its records goes into itself.
    private mutating func join(_ index: Int) {
        switch ops[index].code {
        case OpCode.deferPointer: specialisePointee(index)
        case OpCode.deferString:
            let array = arrays[Int(ops[index].a)]
            ops[index].cSize = array.isUsual ? 1 : 0
            ops[index].wSize = array.sizeExtra
            if array.isCounted { ops[index].code = OpCode.deferCounted }
        case OpCode.level where ops[index].kind == 0:
            if ops[index + 1].code == OpCode.union { ops[index].code = OpCode.levelUnion }
            if ops[index + 1].code == OpCode.unionBuffers { ops[index].code = OpCode.levelBuffers }
        default: break
        }
    }

    /// A pointee that is one copy, or a SID.
    private mutating func specialisePointee(_ index: Int) {
        let record = pointers[Int(ops[index].a)]
        let block = blocks[Int(record.block)]
        ops[index].b = record.block
        guard !record.hasBuffers, UInt32(record.kind) != NDR_PTR_FULL else { return }
        if block.copyOffset >= 0 {
            ops[index].code = OpCode.deferCopy
            ops[index].kind = block.flatAlign - 1
            ops[index].w = UInt32(block.copyOffset)
            ops[index].b = block.flatSize
        }
        let scalars = Int(block.scalars)
        if ops[scalars].code == OpCode.sid, ops[scalars].c == 0, ops[scalars + 1].code == OpCode.end {
            ops[index].code = OpCode.deferSID
            ops[index].kind = ops[scalars].kind
        }
    }

    /// Finds the buffers that are nothing but plain pointees: first all that may be, then those fall out that lead to
    /// others. Types that contain themselves stay in.
    private mutating func notePlainBuffers() {
        for i in blocks.indices { blocks[i].hasPlainBuffers = blocks[i].hasBuffers }
        var isChanging = true
        while isChanging {
            isChanging = false
            for i in blocks.indices where blocks[i].hasPlainBuffers && !arePlain(Int(blocks[i].buffers)) {
                blocks[i].hasPlainBuffers = false
                isChanging = true
            }
        }
        for i in blocks.indices where blocks[i].hasPlainBuffers { noteDetails(i) }
    }

    private mutating func noteDetails(_ index: Int) {
        var least = UInt32.max
        blocks[index].hasOnlyStrings = true
        var pc = Int(blocks[index].buffers)
        while ops[pc].code != OpCode.end {
            if [OpCode.deferPointer, OpCode.deferCopy, OpCode.deferSID].contains(ops[pc].code) {
                least = min(least, pointers[Int(ops[pc].a)].maxDepth)
            }
            if ops[pc].code != OpCode.deferString || !arrays[Int(ops[pc].a)].isUsual {
                blocks[index].hasOnlyStrings = false
            }
            pc += 1
        }
        blocks[index].leastDepth = least
    }

    private func arePlain(_ start: Int) -> Bool {
        var pc = start
        while ops[pc].code != OpCode.end {
            if ops[pc].code == OpCode.relativeStart {
                // From the end of the subcontext, or aligned as an expression says.
                guard ops[pc].cSize == 0, ops[pc].b == 0, ops[pc + 2].code == OpCode.relativeEnd, isPlain(ops[pc + 1])
                else { return false }
                pc += 3
            } else if ops[pc].code == OpCode.levelBuffers {
                guard !isPush || !expressions[Int(ops[pc].a)].usesEnvironment else { return false }
                pc += 2
            } else {
                guard isPlain(ops[pc]) else { return false }
                pc += 1
            }
        }
        return true
    }

    private func isPlain(_ op: Op) -> Bool {
        switch op.code {
        case OpCode.deferCopy, OpCode.deferSID: return true
        case OpCode.deferString, OpCode.deferCounted:
            let array = arrays[Int(op.a)]
            return (array.isUsual || array.isOwnLength || array.isCounted) && !array.topLevel && op.kind != 0
                && UInt32(op.kind) != NDR_PTR_FULL
        case OpCode.deferPointer:
            let record = pointers[Int(op.a)]
            let block = blocks[Int(record.block)]
            return UInt32(record.kind) != NDR_PTR_FULL && block.hasBuffers == record.hasBuffers && block.flatSize > 0
                && !block.usesQueue
                && (!record.hasBuffers || block.hasPlainBuffers)
        default: return false
        }
    }
}
