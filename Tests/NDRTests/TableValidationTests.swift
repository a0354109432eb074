// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

/// A copy of a generated table in writable memory.
final class TableCopy {
    let pointer: UnsafeMutablePointer<ndr_interface_table>
    let types: UnsafeMutableBufferPointer<ndr_type_record>
    let members: UnsafeMutableBufferPointer<ndr_member_record>
    let code: UnsafeMutableBufferPointer<UInt32>
    let calls: UnsafeMutableBufferPointer<ndr_interface_call>
    let strings: UnsafeMutableBufferPointer<CChar>

    init(_ table: ndr_interface_table) {
        func copy<T>(_ from: UnsafePointer<T>?, _ count: UInt32) -> UnsafeMutableBufferPointer<T> {
            let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: max(Int(count), 1))
            if let from { _ = memory.initialize(from: UnsafeBufferPointer(start: from, count: Int(count))) }
            return memory
        }
        types = copy(table.types, table.num_types)
        members = copy(table.members, table.num_members)
        code = copy(table.code, table.code_words)
        strings = copy(table.strings, table.strings_size)
        calls = copy(table.calls, table.num_calls)
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: table)
        pointer.pointee.types = UnsafePointer(types.baseAddress)
        pointer.pointee.members = UnsafePointer(members.baseAddress)
        pointer.pointee.code = UnsafePointer(code.baseAddress)
        pointer.pointee.strings = UnsafePointer(strings.baseAddress)
        pointer.pointee.calls = UnsafePointer(calls.baseAddress)
    }

    deinit {
        types.deallocate()
        members.deallocate()
        code.deallocate()
        strings.deallocate()
        calls.deallocate()
        pointer.deallocate()
    }

    func code(of change: (TableCopy) -> Void) -> NDRErrorCode? {
        change(self)
        do {
            _ = try InterfaceCodec(pointer)
            return nil
        } catch {
            return error.code
        }
    }
}

@Suite struct TableValidationTests {
    @Test func newerFormatIsRefusedPolitely() {
        #expect(TableCopy(ndr_table_rpcecho).code { $0.pointer.pointee.format = 2 } == .newerFormat)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.pointer.pointee.format = 0 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.pointer.pointee.pointer_size = 4 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.pointer.pointee.types = nil } == .brokenTable)
    }

    @Test func contradictions() {
        #expect(TableCopy(ndr_table_rpcecho).code { $0.types[18].ref = 999 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.types[0].kind = 77 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.types[0].name = 1 << 20 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.members[0].c_offset = 4000 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.strings[$0.strings.count - 1] = 65 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.calls[0].struct_size = .min } == .brokenTable)
        // A structure that contains itself.
        #expect(TableCopy(ndr_table_rpcecho).code { $0.members[7].type = 9 } == .brokenTable)
        // Two members in one place: one would be read as the other.
        #expect(TableCopy(ndr_table_rpcecho).code { $0.members[5].c_offset = 0 } == .brokenTable)
        // An expression that falls off its end, and one that dereferences a number.
        #expect(TableCopy(ndr_table_rpcecho).code { $0.code[$0.code.count - 1] = 1 } == .brokenTable)
        #expect(TableCopy(ndr_table_rpcecho).code { $0.code[1] = 14 } == .brokenTable)
    }

    /// Whatever a table says, loading, compiling and pulling stay inside the memory that it describes.
    @Test func changedTables() throws {
        var dice = Dice(1)
        for table in [
            ndr_table_rpcecho, ndr_table_t_arrays, ndr_table_t_unions, ndr_table_t_strings, ndr_table_t_pointers,
        ] {
            for _ in 0..<300 {
                let copy = TableCopy(table)
                for _ in 0...dice.upTo(2) {
                    let bytes = [
                        UnsafeMutableRawBufferPointer(copy.types), UnsafeMutableRawBufferPointer(copy.members),
                        UnsafeMutableRawBufferPointer(copy.code),
                    ][dice.upTo(2)]
                    let small = dice.chance()
                    bytes[dice.upTo(bytes.count - 1)] = small ? UInt8(dice.upTo(20)) : dice.number()
                }
                guard let codec = try? InterfaceCodec(copy.pointer) else { continue }
                for opnum in 0..<codec.callCount { exercise(codec, opnum, &dice) }
            }
        }
    }

    private func exercise(_ codec: InterfaceCodec, _ opnum: Int, _ dice: inout Dice) {
        let size = codec.structSize(opnum)
        guard size < 4096 else { return }
        let arena = Arena()
        let r = arena.make(size)
        let bytes: [UInt8] = (0..<dice.upTo(64)).map { _ in dice.number() & 3 }
        for rules in [Rules.ndr32, Rules.ndr64] {
            _ = try? codec.prepare(opnum, .response, rules)
            bytes.withUnsafeBytes {
                _ = try? codec.pull(
                    opnum, .request, rules, from: $0, into: r, parent: arena.root, allocator: Arena.allocator)
            }
        }
    }
}
