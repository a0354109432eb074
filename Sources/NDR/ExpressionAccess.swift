// SPDX-License-Identifier: LGPL-3.0-or-later

/// The expressions of a codec's table for those who walk C structures themselves.
public final class ExpressionAccess {
    private let table: Table
    private var programs: [Key: Program] = [:]

    private struct Key: Hashable {
        var code: UInt32
        var first: UInt32
        var isPush: Bool
    }

    public init(_ codec: InterfaceCodec) { table = codec.table }

    /// The value of the expression at `code` on the structure at `owner`, whose members are first..<first + count; nil
    /// when it has none, because a pointer on the way is NULL. On push, fields with [value()] are what will be pushed.
    public func value(_ code: UInt32, first: UInt32, count: UInt32, owner: UnsafeRawPointer, isPush: Bool) -> Int64? {
        let key = Key(code: code, first: first, isPush: isPush)
        if programs[key] == nil {
            programs[key] = try? Compiler.expression(table, code, first: first, count: count, isPush: isPush)
        }
        guard let program = programs[key] else { return nil }
        var scratch = [Int64](repeating: 0, count: Evaluator.scratchWords)
        return scratch.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let last = Int32(truncatingIfNeeded: program.expressionCount - 1)
            return try? Evaluator(program.view, scratch: base).evaluate(last, owner, owner)
        }
    }
}
