// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables
import NDR
import Testing
import Wire

/// Pipes, chunk by chunk, as a runtime sends and receives them.
@Suite struct PipeTests {
    private struct Stub: ~Copyable {
        var writer = ByteWriter()
        let bench: Bench
        let rules: Rules

        mutating func chunk<T>(_ opnum: Int, _ direction: Direction, _ pipe: Int, _ values: [T]) throws {
            let chunk = bench.arena.make(InterfaceCodec.chunkSize)
            chunk.storeBytes(of: UInt32(values.count), as: UInt32.self)
            (chunk + 8).storeBytes(
                of: values.isEmpty ? nil : UnsafeMutableRawPointer(bench.arena.make(array: values)),
                as: UnsafeMutableRawPointer?.self)
            try bench.codec.pushChunk(
                opnum, direction, pipe: pipe, rules, from: chunk, into: &writer, offset: writer.count)
        }

        /// Pushed into a writer that holds nothing of the stub, as behind a flushed fragment.
        func apart<T>(_ opnum: Int, _ direction: Direction, _ values: [T], offset: Int) throws -> [UInt8] {
            let chunk = bench.arena.make(InterfaceCodec.chunkSize)
            chunk.storeBytes(of: UInt32(values.count), as: UInt32.self)
            (chunk + 8).storeBytes(of: bench.arena.make(array: values), as: UnsafeMutablePointer<T>.self)
            var writer = ByteWriter()
            try bench.codec.pushChunk(opnum, direction, pipe: 0, rules, from: chunk, into: &writer, offset: offset)
            return Array(writer.bytes)
        }
    }

    private func request(_ bench: Bench, _ rules: Rules) throws -> [UInt8] {
        var stub = Stub(bench: bench, rules: rules)
        var call = p_Send()
        call.in.id = 7
        try bench.codec.push(0, .request, rules, from: bench.arena.make(call), into: &stub.writer)
        try stub.chunk(0, .request, 0, [UInt8(1), 2, 3])
        try stub.chunk(0, .request, 0, [UInt8(4)])
        try stub.chunk(0, .request, 0, [UInt8]())
        return Array(stub.writer.bytes)
    }

    @Test func bytes() throws {
        let bench = try Bench(ndr_table_t_pipes)
        #expect(
            try request(bench, .ndr32)
                == hex("07 00 00 00 03 00 00 00 01 02 03 00 01 00 00 00 04 00 00 00 00 00 00 00"))
        #expect(
            try request(bench, .ndr64)
                == hex(
                    """
                    07 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00 01 02 03 00 00 00 00 00 fd ff ff ff ff ff ff ff \
                    01 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 00 \
                    00 00 00 00 00 00 00 00
                    """))
        #expect(
            try request(bench, Rules(bigEndian: true))
                == hex("00 07 00 00 00 00 00 03 01 02 03 00 00 00 00 01 04 00 00 00 00 00 00 00"))
    }

    /// Elements that are aligned wider than counts, two pipes, a structure; NDR32 aligns nothing as a whole.
    @Test func alignmentGoesOn() throws {
        let bench = try Bench(ndr_table_t_pipes)
        var stub = Stub(bench: bench, rules: .ndr32)
        var call = p_Both()
        call.in.middle = 5
        try bench.codec.push(2, .request, .ndr32, from: bench.arena.make(call), into: &stub.writer)
        try stub.chunk(2, .request, 0, [UInt64(1), 2])
        try stub.chunk(2, .request, 0, [UInt64]())
        try stub.chunk(2, .request, 1, [p_pair(a: 3, b: (4, 5))])
        try stub.chunk(2, .request, 1, [p_pair]())
        #expect(
            Array(stub.writer.bytes)
                == hex(
                    """
                    05 00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00 \
                    03 00 00 00 04 00 00 00 05 00 00 00 00 00 00 00
                    """))
        // The same bytes when what comes before has left the writer.
        #expect(
            try stub.apart(2, .request, [UInt64(1), 2], offset: 1)
                == hex("00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00"))
    }

    private func pullAll<T>(
        _ bench: Bench, _ opnum: Int, _ direction: Direction, _ pipe: Int, _ rules: Rules, _ bytes: [UInt8],
        _ position: inout Int, as _: T.Type
    ) throws -> [[T]] {
        var result: [[T]] = []
        while true {
            let chunk = bench.arena.make(InterfaceCodec.chunkSize)
            // A byte more at a time, until the chunk is whole.
            var end = position
            while true {
                let part = Array(bytes[position..<end])
                let taken = try part.withUnsafeBytes { part in
                    try bench.codec.pullChunk(
                        opnum, direction, pipe: pipe, rules, from: part, offset: position, isLast: end == bytes.count,
                        into: chunk, parent: bench.arena.root, allocator: Arena.allocator)
                }
                if let taken {
                    #expect(taken == end - position)
                    position = end
                    break
                }
                end += 1
            }
            let count = Int(chunk.load(as: UInt32.self))
            if count == 0 { return result }
            let array = (chunk + 8).load(as: UnsafeMutablePointer<T>.self)
            result.append(Array(UnsafeBufferPointer(start: array, count: count)))
        }
    }

    @Test func piecewise() throws {
        let bench = try Bench(ndr_table_t_pipes)
        for rules in allRules {
            let bytes = try request(bench, rules)
            let r = bench.arena.make(p_Send())
            var position = try bytes.withUnsafeBytes { bytes in
                try bench.codec.pull(
                    0, .request, rules, options: PullOptions(allowTrailing: true), from: bytes, into: r,
                    parent: bench.arena.root, allocator: Arena.allocator)
            }
            #expect(position == 2 && r.pointee.in.id == 7 && r.pointee.out.count != nil)
            let chunks = try pullAll(bench, 0, .request, 0, rules, bytes, &position, as: UInt8.self)
            #expect(chunks == [[1, 2, 3], [4]] && position == bytes.count)
        }
    }

    /// Pipes first, then the other outputs, aligned from the start of the stub.
    @Test func response() throws {
        let bench = try Bench(ndr_table_t_pipes)
        for rules in allRules {
            var stub = Stub(bench: bench, rules: rules)
            try stub.chunk(1, .response, 0, [UInt8(0xaa), 0xbb])
            try stub.chunk(1, .response, 0, [UInt8]())
            var call = p_Receive()
            call.out.last = bench.arena.make(UInt64(9))
            call.out.result = 3
            let offset = stub.writer.count
            try bench.codec.push(
                1, .response, rules, from: bench.arena.make(call), into: &stub.writer, offset: offset)
            let bytes = Array(stub.writer.bytes)
            if rules == .ndr32 {
                #expect(
                    bytes
                        == hex("02 00 00 00 aa bb 00 00 00 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00 03 00 00 00"))
            }
            var position = 0
            let chunks = try pullAll(bench, 1, .response, 0, rules, bytes, &position, as: UInt8.self)
            #expect(chunks == [[0xaa, 0xbb]] && position == offset)
            let r = bench.arena.make(p_Receive())
            let rest = Array(bytes[position...])
            _ = try rest.withUnsafeBytes { rest in
                try bench.codec.pull(
                    1, .response, rules, options: PullOptions(refAlloc: true), from: rest, into: r,
                    parent: bench.arena.root, allocator: Arena.allocator, offset: position)
            }
            #expect(r.pointee.out.last.pointee == 9 && r.pointee.out.result == 3)
        }
    }

    private func pull(_ bench: Bench, _ bytes: [UInt8], _ rules: Rules, isLast: Bool = true) throws -> Int? {
        let chunk = bench.arena.make(InterfaceCodec.chunkSize)
        return try bytes.withUnsafeBytes { bytes in
            try bench.codec.pullChunk(
                0, .request, pipe: 0, rules, from: bytes, offset: 0, isLast: isLast, into: chunk,
                parent: bench.arena.root, allocator: Arena.allocator)
        }
    }

    @Test func wrongBytes() throws {
        let bench = try Bench(ndr_table_t_pipes)
        // More elements than bytes, and more than a chunk may have.
        #expect(throws: NDRError(.bufsize, offset: 4, path: "p_Send.bytes.array")) {
            _ = try pull(bench, hex("05 00 00 00 01 02"), .ndr32)
        }
        #expect(try pull(bench, hex("05 00 00 00 01 02"), .ndr32, isLast: false) == nil)
        #expect(throws: NDRError.self) { _ = try pull(bench, hex("ff ff ff ff 01 02"), .ndr32) }
        // NDR64: a trailer that is not the negative count; one that is missing where nothing follows.
        let wrong = hex("01 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 fe ff ff ff ff ff ff ff")
        #expect(throws: NDRError(.arraySize, offset: 16, path: "p_Send.bytes.count")) {
            _ = try pull(bench, wrong, .ndr64)
        }
        #expect(throws: NDRError(.ndr64, offset: 8, path: "p_Send.bytes.count")) {
            _ = try pull(bench, hex("01 00 00 00 01 00 00 00 04"), .ndr64)
        }
        #expect(try pull(bench, hex("00 00 00 00 00 00 00 00"), .ndr64) == 8)
        #expect(try pull(bench, hex("00 00 00 00 00 00 00 00"), .ndr64, isLast: false) == nil)
        #expect(throws: NDRError.self) { _ = try pull(bench, Array(wrong.prefix(20)), .ndr64) }
        #expect(bench.codec.pipeCount(0, .request) == 1 && bench.codec.pipeCount(3, .request) == 0)
        #expect(throws: NDRError.self) { _ = try bench.codec.pipeMember(3, .request, 0) }
    }
}
