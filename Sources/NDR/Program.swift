// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// A compiled function or type in one direction under one set of rules: flat arrays in memory of their own, so that
/// the interpreters touch no Swift array, no reference count and no exclusivity check.
final class Program {
    let view: UnsafePointer<ProgramView>
    let paths: [PathNode]
    let expressionCount: Int

    init(_ compiler: Compiler) {
        let flat = ProgramView(
            ops: Program.copy(compiler.ops), blocks: Program.copy(compiler.blocks),
            arrays: Program.copy(compiler.arrays), pointers: Program.copy(compiler.pointers),
            unions: Program.copy(compiler.unions), subcontexts: Program.copy(compiler.subcontexts),
            labels: Program.copy(compiler.labels),
            arms: Program.copy(compiler.arms), selections: Program.copy(compiler.selections),
            expressions: Program.copy(compiler.expressions),
            code: Program.copy(compiler.code), ranges: compiler.table.ranges.baseAddress,
            thunks: compiler.table.thunks.baseAddress, hooks: compiler.table.hooks.baseAddress,
            host: compiler.table.host, opCount: compiler.ops.count,
            arrayCount: compiler.arrays.count, capacities: compiler.capacities,
            allocatesPerElement: compiler.allocatesPerElement, isExact: compiler.isExact)
        let memory = UnsafeMutablePointer<ProgramView>.allocate(capacity: 1)
        memory.initialize(to: flat)
        view = UnsafePointer(memory)
        paths = compiler.paths
        expressionCount = compiler.expressions.count
    }

    deinit {
        let view = self.view.pointee
        view.ops.deallocate()
        view.blocks.deallocate()
        view.arrays.deallocate()
        view.pointers.deallocate()
        view.unions.deallocate()
        view.subcontexts.deallocate()
        view.labels.deallocate()
        view.arms.deallocate()
        view.selections.deallocate()
        view.expressions.deallocate()
        view.code.deallocate()
        self.view.deallocate()
    }

    private static func copy<T: BitwiseCopyable>(_ array: [T]) -> UnsafePointer<T> {
        let memory = UnsafeMutablePointer<T>.allocate(capacity: max(array.count, 1))
        memory.initialize(from: array, count: array.count)
        return UnsafePointer(memory)
    }
}

/// The same as plain pointers; valid while its program lives.
struct ProgramView {
    let ops: UnsafePointer<Op>
    let blocks: UnsafePointer<Block>
    let arrays: UnsafePointer<ArrayRecord>
    let pointers: UnsafePointer<PointerRecord>
    let unions: UnsafePointer<UnionRecord>
    let subcontexts: UnsafePointer<SubcontextRecord>
    let labels: UnsafePointer<UnionLabel>
    let arms: UnsafePointer<UnionArm>
    let selections: UnsafePointer<Int32>
    let expressions: UnsafePointer<Expression>
    let code: UnsafePointer<UInt32>
    let ranges: UnsafePointer<ndr_range_record>?
    let thunks: UnsafePointer<ndr_expression_fn?>?
    let hooks: UnsafePointer<ndr_type_hook>?
    /// Lives as long as the codec.
    let host: Unmanaged<HookHost>?
    let opCount: Int
    let arrayCount: Int
    let capacities: Int
    /// Whether allocations may grow with the stub.
    let allocatesPerElement: Bool
    /// Each block is one field.
    let isExact: Bool

    /// The arm that `level` selects, or -1.
    @inline(__always)
    func arm(_ union: UnsafePointer<UnionRecord>, _ level: Int64) -> Int32 {
        let index = UInt64(bitPattern: level &- union.pointee.lowest)
        if index < UInt64(union.pointee.span) {
            return selections[Int(union.pointee.selection) &+ Int(truncatingIfNeeded: index)]
        }
        if union.pointee.span > 0 { return union.pointee.otherwise }
        return ProgramView.labelled(labels, union, level) ?? union.pointee.otherwise
    }

    /// The arm that has `level` as a label. Not a method: it would be called on a copy of all this.
    @inline(never)
    static func labelled(
        _ labels: UnsafePointer<UnionLabel>, _ union: UnsafePointer<UnionRecord>, _ level: Int64
    ) -> Int32? {
        var low = Int(union.pointee.first)
        var high = low + Int(union.pointee.count)
        while low < high {
            let middle = (low + high) >> 1
            let label = labels[middle].label
            if label == level { return labels[middle].arm }
            if label < level { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
