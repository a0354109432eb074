// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import IDLEmit
internal import IDLModel

/// The initialisers of a table as records in memory.
struct Records {
    private let source: TableSource

    init(_ source: TableSource) { self.source = source }

    func fill(_ table: inout ndr_interface_table, _ memory: inout TableMemory, _ layout: inout CLayout)
        throws(RuntimeError)
    {
        func field<T: FixedWidthInteger>(_ row: [Int64], _ index: Int) throws(RuntimeError) -> T {
            guard index < row.count, let value = T(exactly: row[index]) else {
                throw RuntimeError("a record of the table does not fit its format")
            }
            return value
        }
        var types: [ndr_type_record] = []
        for text in source.types {
            let row = try Initialiser.numbers(text, &layout)
            types.append(
                ndr_type_record(
                    kind: try field(row, 0), wire: try field(row, 1), flags: try field(row, 2), name: try field(row, 3),
                    c_name: try field(row, 4), c_size: try field(row, 5), first: try field(row, 6),
                    count: try field(row, 7), ref: try field(row, 8), size_expr: try field(row, 9),
                    length_expr: try field(row, 10), range: try field(row, 11), extra: try field(row, 12),
                    ndr_flags: try field(row, 13)))
        }
        var members: [ndr_member_record] = []
        for text in source.members {
            let row = try Initialiser.numbers(text, &layout)
            members.append(
                ndr_member_record(
                    name: try field(row, 0), type: try field(row, 1), c_offset: try field(row, 2),
                    flags: try field(row, 3), switch_expr: try field(row, 4), value_expr: try field(row, 5),
                    peer: try field(row, 6), reserved: try field(row, 7), label: try field(row, 8)))
        }
        var values: [ndr_value_record] = []
        for text in source.values {
            let row = try Initialiser.numbers(text, &layout)
            values.append(
                ndr_value_record(name: try field(row, 0), reserved: try field(row, 1), value: try field(row, 2)))
        }
        var ranges: [ndr_range_record] = []
        for text in source.ranges {
            let row = try Initialiser.numbers(text, &layout)
            ranges.append(ndr_range_record(min: try field(row, 0), max: try field(row, 1)))
        }
        var code: [UInt32] = []
        for text in source.code { code.append(try field(try Initialiser.numbers(text, &layout), 0)) }
        let strings = source.strings.flatMap { Array($0.utf8CString) }
        // An expression without a value here still needs a place in the table; RuntimeInterface refuses its users.
        let thunks = [ndr_expression_fn?](repeating: { _ in 0 }, count: source.thunks.count)

        table.num_types = UInt32(types.count)
        table.types = UnsafePointer(memory.array(types))
        table.num_members = UInt32(members.count)
        table.members = UnsafePointer(memory.array(members))
        table.num_values = UInt32(values.count)
        table.values = UnsafePointer(memory.array(values))
        table.num_ranges = UInt32(ranges.count)
        table.ranges = UnsafePointer(memory.array(ranges))
        table.code_words = UInt32(code.count)
        table.code = UnsafePointer(memory.array(code))
        table.strings_size = UInt32(strings.count)
        table.strings = UnsafePointer(memory.array(strings))
        table.num_thunks = UInt32(thunks.count)
        table.thunks = UnsafePointer(memory.array(thunks))
        // What hand-written C marshals cannot be marshalled here: RuntimeInterface says so before anybody tries.
        let hooks = source.hooks.map { hook in
            ndr_type_hook(
                name: memory.string(hook.name),
                push: hook.hooks.push ? { _, _, _ in Int32(bitPattern: NDR_ERR_VALIDATE.rawValue) } : nil,
                pull: hook.hooks.pull ? { _, _, _ in Int32(bitPattern: NDR_ERR_VALIDATE.rawValue) } : nil,
                print: hook.hooks.print ? { _, _, _, _ in } : nil)
        }
        table.num_hooks = UInt32(hooks.count)
        table.hooks = UnsafePointer(memory.array(hooks))
        let calls = try self.calls(&memory, &layout)
        table.num_calls = UInt32(calls.count)
        table.calls = UnsafePointer(memory.array(calls))
    }

    private func calls(_ memory: inout TableMemory, _ layout: inout CLayout) throws(RuntimeError)
        -> [ndr_interface_call]
    {
        var result: [ndr_interface_call] = []
        for text in source.calls {
            let row = try Initialiser.values(text, &layout)
            guard case .text(let name)? = row.first else { throw RuntimeError("a function without name") }
            var numbers: [UInt32] = []
            for case .number(let number) in row.dropFirst() {
                guard let number = UInt32(exactly: number) else { throw RuntimeError("'\(name)' is too large") }
                numbers.append(number)
            }
            guard numbers.count == 9 else { throw RuntimeError("the record of '\(name)' does not fit its format") }
            result.append(
                ndr_interface_call(
                    name: memory.string(name), struct_size: Int(numbers[0]), flags: numbers[1], first_in: numbers[2],
                    num_in: numbers[3], first_out: numbers[4], num_out: numbers[5], in_pipes: numbers[6],
                    out_pipes: numbers[7], hook: numbers[8]))
        }
        return result
    }
}
