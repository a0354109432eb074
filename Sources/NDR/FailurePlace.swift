// SPDX-License-Identifier: LGPL-3.0-or-later

/// Where a pull failed. Of an exact program that is the field itself: where its bytes start, or would have to.
extension Puller {
    /// Bytes from the start of the stub, and the path of the field in its run.
    var place: (offset: Int, path: UInt32) {
        let op = failing
        guard view.pointee.isExact else { return (offset, op.pointee.path) }
        if op.pointee.code == OpCode.block { return missing(op) }
        guard OpCode.isInBlock(op.pointee.code) else { return (offset, op.pointee.path) }
        let (block, gaps) = blockAround(op)
        return (offset - Int(block.pointee.a) + gaps, op.pointee.path)
    }

    /// The bytes of a block were not there: those of the field behind its gaps.
    private func missing(_ block: UnsafePointer<Op>) -> (offset: Int, path: UInt32) {
        let alignment = UInt(block.pointee.kind)
        var gaps = Int(bitPattern: (bias &- UInt(bitPattern: cursor)) & (alignment &- 1) & alignMask)
        var op = block + 1
        while op.pointee.code == OpCode.gap {
            gaps += Int(op.pointee.a)
            op += 1
        }
        return (offset + gaps, OpCode.isInBlock(op.pointee.code) ? op.pointee.path : 0)
    }

    /// The block in which an operation works, and the gaps at its start.
    private func blockAround(_ op: UnsafePointer<Op>) -> (UnsafePointer<Op>, gaps: Int) {
        var block = op
        var gaps = 0
        while block > view.pointee.ops, block.pointee.code != OpCode.block {
            if block.pointee.code == OpCode.gap { gaps += Int(block.pointee.a) }
            block -= 1
        }
        return (block, gaps)
    }

    /// Counts that are compared late are at fault where they stood.
    @inline(never)
    mutating func runChecks() throws(NDRErrorCode) {
        do throws(NDRErrorCode) { try checks.run(evaluator) } catch {
            if let (op, here) = checks.failed {
                cursor = here
                // Of a hook's run it may be another program's.
                let index = op - view.pointee.ops
                if index >= 0, index < view.pointee.opCount { failing = op }
            }
            throw error
        }
    }
}
