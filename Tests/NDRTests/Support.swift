// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

let allRules = [
    Rules(ndr64: false, bigEndian: false), Rules(ndr64: false, bigEndian: true),
    Rules(ndr64: true, bigEndian: false), Rules(ndr64: true, bigEndian: true),
]

/// Memory of one test, guarded; `close` says whether anything was written beyond its end.
final class Arena {
    let root: UnsafeMutableRawPointer

    init() {
        guard let root = test_arena_create() else { fatalError("no memory") }
        self.root = root
    }

    deinit {
        let broken = test_arena_free(root)
        if broken > 0 { Issue.record("\(broken) chunks were written beyond their end") }
    }

    static let allocator = Allocator(allocate: { parent, size, name in test_arena_allocate(parent, size, name) })

    var count: Int { test_arena_count(root) }
    var total: Int { test_arena_total(root) }

    func make(_ size: Int) -> UnsafeMutableRawPointer {
        guard let memory = test_arena_allocate(root, size, "test") else { fatalError("no memory") }
        memset(memory, 0, size)
        return memory
    }

    func make<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let memory = make(MemoryLayout<T>.size).bindMemory(to: T.self, capacity: 1)
        memory.initialize(to: value)
        return memory
    }

    func make<T>(array: [T]) -> UnsafeMutablePointer<T> {
        let memory = make(MemoryLayout<T>.stride * array.count).bindMemory(to: T.self, capacity: array.count)
        memory.initialize(from: array, count: array.count)
        return memory
    }

    func string(_ text: String) -> UnsafePointer<CChar> {
        UnsafePointer(make(array: text.utf8CString.map { $0 }))
    }
}

func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

/// A codec and its calls in the words of tests.
struct Bench {
    let codec: InterfaceCodec
    let arena = Arena()

    init(_ table: ndr_interface_table, isExact: Bool = false) throws {
        let copy = UnsafeMutablePointer<ndr_interface_table>.allocate(capacity: 1)
        copy.initialize(to: table)
        // Lives as long as the process, as generated tables do.
        codec = try InterfaceCodec(copy, isExact: isExact)
    }

    init(codec: InterfaceCodec) { self.codec = codec }

    func push<T>(_ opnum: Int, _ direction: Direction, _ value: T, _ rules: Rules = .ndr32) throws -> [UInt8] {
        var writer = ByteWriter()
        let memory = arena.make(value)
        try codec.push(opnum, direction, rules, from: memory, into: &writer)
        return Array(writer.bytes)
    }

    func pull<T>(
        _ opnum: Int, _ direction: Direction, _ bytes: [UInt8], _ value: T, _ rules: Rules = .ndr32,
        options: PullOptions = PullOptions()
    ) throws -> T {
        let memory = arena.make(value)
        _ = try bytes.withUnsafeBytes {
            try codec.pull(
                opnum, direction, rules, options: options, from: $0, into: memory, parent: arena.root,
                allocator: Arena.allocator)
        }
        return memory.pointee
    }

    func push<T>(type: String, _ value: T, _ rules: Rules = .ndr32, level: Int64 = 0) throws -> [UInt8] {
        var writer = ByteWriter()
        try codec.push(type: type, rules, level: level, from: arena.make(value), into: &writer)
        return Array(writer.bytes)
    }

    func pull<T>(type: String, _ bytes: [UInt8], as _: T.Type, _ rules: Rules = .ndr32, level: Int64 = 0) throws -> T {
        let memory = arena.make(MemoryLayout<T>.size).bindMemory(to: T.self, capacity: 1)
        try bytes.withUnsafeBytes {
            try codec.pull(
                type: type, rules, level: level, from: $0, into: memory, parent: arena.root,
                allocator: Arena.allocator)
        }
        return memory.pointee
    }
}

/// "01 02 ff" as bytes.
func hex(_ text: String) -> [UInt8] {
    text.split(separator: " ").map { UInt8($0, radix: 16) ?? 0 }
}
