// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

@Suite struct PointerTests {
    @Test func whatHangsBelowAPointerIsItsChild() throws {
        let bench = try Bench(ndr_table_t_arrays)
        let arena = bench.arena
        let entry = t_entry(id: 1, name: arena.string("one"))
        let value = t_pointed(
            count: 1, entries: arena.make(entry), pointers: arena.make(Optional(arena.make(entry))), inner: nil,
            both: nil)
        let pulled = try bench.pull(type: "t_pointed", try bench.push(type: "t_pointed", value), as: t_pointed.self)
        #expect(test_arena_parent(pulled.entries) == arena.root)
        #expect(test_arena_parent(pulled.entries[0].name) == UnsafeMutableRawPointer(pulled.entries))
        let second = try #require(pulled.pointers[0])
        #expect(test_arena_parent(second) == UnsafeMutableRawPointer(pulled.pointers))
        #expect(test_arena_parent(second.pointee.name) == UnsafeMutableRawPointer(second))
        #expect(text(test_arena_name(second)) == "struct t_entry")
        #expect(text(test_arena_name(pulled.entries)) == "struct t_entry")
    }

    @Test func fullPointersShareTheirPointee() throws {
        let bench = try Bench(ndr_table_t_pointers)
        let shared = bench.arena.make(t_node(value: 5, next: nil, tree: nil))
        let tree = bench.arena.make(t_tree(left: shared, right: shared, later: nil))
        var writer = ByteWriter()
        try bench.codec.push(
            type: "t_tree", .ndr32, from: tree, into: &writer, pointers: PointerTable())
        // Two ids that are the same, no `later`, one node.
        #expect(Array(writer.bytes) == hex("01 00 00 00 01 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00"))
        let target = bench.arena.make(t_tree())
        try bench.codec.pull(
            type: "t_tree", .ndr32, from: writer.bytes, into: target, parent: bench.arena.root,
            allocator: Arena.allocator, pointers: PointerTable())
        #expect(target.pointee.left == target.pointee.right)
        #expect(target.pointee.left.pointee.value == 5)
    }

    /// Each level has two pointers to the next one: text for each once, and no more than the wire has.
    @Test func sharedPointeesArePrintedOnce() throws {
        let bench = try Bench(ndr_table_t_pointers)
        var tree = bench.arena.make(t_tree())
        var r = t_Lists()
        for level in 0..<30 {
            // As deep as pushing goes.
            if level == 7 { r.in.list = bench.arena.make(t_node(value: 1, next: nil, tree: tree)) }
            let node = bench.arena.make(t_node(value: UInt32(level), next: nil, tree: tree))
            tree = bench.arena.make(t_tree(left: node, right: node, later: nil))
        }
        let text = try bench.codec.print(type: "t_tree", name: "tree", from: tree)
        #expect(text.utf8.split(separator: UInt8(ascii: "\n")).count < 300)
        #expect(text.contains("0x0000001d (29)") && text.contains("..."))
        let bytes = bench.arena.make(r)
        #expect(try bench.codec.size(1, .request, .ndr32, of: bytes) < 500)
    }

    /// The id of a pointee stands first in `right`, but what hangs below `left` is written, and read, before it.
    @Test func aFullPointeeFollowsWhereItIsReadFirst() throws {
        let bench = try Bench(ndr_table_t_pointers)
        let shared = bench.arena.make(t_node(value: 5, next: nil, tree: nil))
        let below = bench.arena.make(t_tree(left: nil, right: shared, later: nil))
        let left = bench.arena.make(t_node(value: 6, next: nil, tree: below))
        var writer = ByteWriter()
        try bench.codec.push(
            type: "t_tree", .ndr32, from: bench.arena.make(t_tree(left: left, right: shared, later: nil)),
            into: &writer, pointers: PointerTable())
        let target = bench.arena.make(t_tree())
        try bench.codec.pull(
            type: "t_tree", .ndr32, from: writer.bytes, into: target, parent: bench.arena.root,
            allocator: Arena.allocator, pointers: PointerTable())
        let right = try #require(target.pointee.right)
        #expect(right.pointee.value == 5)
        #expect(target.pointee.left.pointee.tree.pointee.right == right)
    }

    /// An id that stands for a number cannot stand for a structure.
    @Test func fullPointersKeepTheirType() throws {
        let bench = try Bench(ndr_table_t_pointers)
        let pointers = PointerTable()
        // t_kinds: by_default 1, reference 2, unique 0, full 0, unique_to_full 0, deep 3 -> 0.
        let kinds = hex(
            "01 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00 00 07 00 00 00 08 00 00 00 00 00 00 00"
        )
        let first = bench.arena.make(t_kinds())
        try kinds.withUnsafeBytes {
            try bench.codec.pull(
                type: "t_kinds", .ndr32, from: $0, into: first, parent: bench.arena.root,
                allocator: Arena.allocator, pointers: pointers)
        }
        #expect(first.pointee.by_default.pointee == 7)
        let tree = hex("01 00 00 00 00 00 00 00 00 00 00 00")
        let second = bench.arena.make(t_tree())
        #expect(throws: NDRError(.invalidPointer, offset: 12, path: "t_tree.left")) {
            try tree.withUnsafeBytes {
                try bench.codec.pull(
                    type: "t_tree", .ndr32, from: $0, into: second, parent: bench.arena.root,
                    allocator: Arena.allocator, pointers: pointers)
            }
        }
    }

    @Test func referentsCountAsLibndrDoes() throws {
        let bench = try Bench(ndr_table_t_strings)
        let value = t_terminated(
            wide: bench.arena.string(""), dos: nil, utf8: bench.arena.string(""), limited: nil)
        let bytes = try bench.push(type: "t_terminated", value)
        #expect(bytes.prefix(16) == hex("00 00 02 00 00 00 00 00 04 00 02 00 00 00 00 00")[...])
    }

    @Test func inOutValuesAreCopied() throws {
        let bench = try Bench(ndr_table_rpcecho)
        // echo_TestEnum: foo1 = 1, foo2 = {1, 1}, foo3 = union 1 of 1.
        let bytes = hex("01 00 00 00 01 00 00 00 01 00 00 00 01 00 01 00")
        let r = try bench.pull(7, .request, bytes, echo_TestEnum())
        #expect(r.out.foo1 != nil && r.out.foo1 != r.in.foo1)
        #expect(r.out.foo1.pointee == ECHO_ENUM1)
        #expect(r.out.foo2.pointee.e2 == ECHO_ENUM1_32)
    }
}
