// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Damaged tables: refused, or harmless. Input: table, number of changes, the changes (section, place, value), rules,
// the stub that every function pulls.

import CDCERPC
import NDR
import Wire

/// A copy of a table in memory of its own, each section exactly as long as it is.
private final class TableCopy {
    let pointer: UnsafeMutablePointer<ndr_interface_table>
    private var sections: [UnsafeMutableRawBufferPointer] = []

    init(_ table: ndr_interface_table) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: table)
        pointer.pointee.types = copy(table.types, table.num_types)
        pointer.pointee.members = copy(table.members, table.num_members)
        pointer.pointee.values = copy(table.values, table.num_values)
        pointer.pointee.ranges = copy(table.ranges, table.num_ranges)
        pointer.pointee.code = copy(table.code, table.code_words)
        pointer.pointee.strings = copy(table.strings, table.strings_size)
        pointer.pointee.calls = copy(table.calls, table.num_calls)
    }

    deinit {
        for section in sections { section.deallocate() }
        pointer.deallocate()
    }

    private func copy<T>(_ from: UnsafePointer<T>?, _ count: UInt32) -> UnsafePointer<T>? {
        let bytes = Int(count) * MemoryLayout<T>.stride
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
        sections.append(memory)
        guard let from else { return nil }
        memory.copyMemory(from: UnsafeRawBufferPointer(start: from, count: bytes))
        return UnsafePointer(memory.baseAddress?.assumingMemoryBound(to: T.self))
    }

    /// Counts only shrink, and no pointer changes: what a table says of memory outside itself cannot be judged.
    func change(_ input: inout Input) {
        let section = Int(input.byte()) % (sections.count + 1)
        let place = input.word()
        let value = input.byte()
        guard section < sections.count else { return shrink(place, value) }
        let bytes = sections[section]
        guard bytes.count > 0 else { return }
        let at = place % bytes.count
        if section == sections.count - 1, at % MemoryLayout<ndr_interface_call>.stride < 8 { return }
        bytes[at] = value
    }

    private func shrink(_ place: Int, _ by: UInt8) {
        let counts: [WritableKeyPath<ndr_interface_table, UInt32>] = [
            \.num_types, \.num_members, \.num_values, \.num_ranges, \.code_words, \.strings_size, \.num_calls,
            \.num_thunks,
        ]
        let count = counts[place % counts.count]
        pointer.pointee[keyPath: count] -= min(UInt32(by), pointer.pointee[keyPath: count])
    }
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let copy = TableCopy(Interface.all[Int(input.byte()) % Interface.all.count].table.pointee)
    for _ in 0..<(input.byte() & 7) { copy.change(&input) }
    let rules = Rules(bits: input.byte())
    let stub = Array(input.rest)
    guard let codec = try? InterfaceCodec(copy.pointer) else { return }
    for opnum in 0..<min(codec.callCount, 32) {
        // The caller brings the structure; a table that says it is huge is believed.
        guard codec.structSize(opnum) <= 1 << 16 else { continue }
        for direction in [Direction.request, .response] { try? exercise(codec, opnum, direction, rules, stub) }
    }
}

private func exercise(
    _ codec: InterfaceCodec, _ opnum: Int, _ direction: Direction, _ rules: Rules, _ stub: [UInt8]
) throws {
    try codec.prepare(opnum, direction, rules)
    let arena = Arena()
    let value = arena.make(codec.structSize(opnum))
    try stub.withUnsafeBytes { raw in
        try codec.pull(
            opnum, direction, rules, options: PullOptions(refAlloc: true, allowTrailing: true), from: raw, into: value,
            parent: arena.root, allocator: Arena.allocator, pointers: PointerTable())
    }
    _ = try codec.print(opnum, direction, from: value)
    var writer = ByteWriter()
    try codec.push(opnum, direction, rules, from: value, into: &writer, pointers: PointerTable())
}

/// Every table, undamaged and with one change in each section.
func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for table in Interface.all.indices {
        let stub = (0..<48).map { UInt8($0 % 4 == 0 ? 1 : 0) }
        seeds.append([UInt8(table), 0, 0] + stub)
        for section in 0..<8 as Range<UInt8> { seeds.append([UInt8(table), 1, section, 40, 0, 1, 0] + stub) }
    }
    return seeds
}
