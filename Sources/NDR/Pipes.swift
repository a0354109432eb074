// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
public import Wire

// Pipes (C706 14.3.10, [MS-RPCE] 2.2.5.3.4.5) travel in chunks: a count, then so many elements; a count of 0 ends the
// pipe. In NDR64 the negative of the count follows each chunk, the last one too. In a request the pipes stand behind
// the other arguments, in a response before them; alignment goes on over the whole stub.

/// All of a pipe in memory, where a tool reads or writes a whole stub: what the slot of the argument leads to then.
public struct PipeContent {
    public var count: Int
    /// Chunk structures one after another.
    public var chunks: UnsafeMutableRawPointer?

    public init(count: Int, chunks: UnsafeMutableRawPointer?) {
        self.count = count
        self.chunks = chunks
    }
}

extension InterfaceCodec {
    /// How many arguments of a direction are pipes.
    public func pipeCount(_ opnum: Int, _ direction: Direction) -> Int {
        guard opnum >= 0, opnum < callCount else { return 0 }
        let call = table.calls[opnum]
        return Int(direction == .request ? call.in_pipes : call.out_pipes)
    }

    /// sizeof the chunk structure of any pipe: uint32_t count; T *array.
    public static let chunkSize = MemoryLayout<UInt>.size + MemoryLayout<UnsafeRawPointer>.size

    /// The argument that is the pipe of this number in the direction.
    public func pipeMember(_ opnum: Int, _ direction: Direction, _ pipe: Int) throws(NDRError) -> UInt32 {
        guard pipe >= 0, pipe < pipeCount(opnum, direction) else { throw NDRError(.noSuchType, path: "pipe \(pipe)") }
        let call = table.calls[opnum]
        let first = direction == .request ? call.first_in : call.first_out
        var left = pipe
        for m in first..<first + (direction == .request ? call.num_in : call.num_out)
        where table.type(table.member(m).type).kindCode == NDR_KIND_PIPE {
            if left == 0 { return m }
            left -= 1
        }
        throw NDRError(.noSuchType, path: "pipe \(pipe)")
    }

    private func chunk(_ opnum: Int, _ direction: Direction, _ pipe: Int) throws(NDRError) -> (UInt32, name: String) {
        let member = table.member(try pipeMember(opnum, direction, pipe))
        return (table.type(member.type).ref, name(opnum) + "." + table.string(member.name))
    }

    /// Writes one chunk behind what the writer holds; with count 0 it ends the pipe. `offset` is how much of the stub
    /// comes before it: alignment counts from its start.
    public func pushChunk(
        _ opnum: Int, _ direction: Direction, pipe: Int, _ rules: Rules, from chunk: UnsafeRawPointer,
        into writer: inout ByteWriter, offset: Int
    ) throws(NDRError) {
        let (type, path) = try self.chunk(opnum, direction, pipe)
        let count = chunk.loadUnaligned(as: UInt32.self)
        guard count <= Int32.max else { throw NDRError(.arraySize, offset: offset, path: path + ".count") }
        let program = try program(type, rules, isPush: true, isAligned: false)
        let start = writer.count
        if let failure = Session.push(program.view, rules, chunk, &writer, 0, nil, offset: offset) {
            throw error(failure, program, path)
        }
        guard rules.ndr64 else { return }
        let gap = -(offset + writer.count - start) & 7
        let negative = 0 &- UInt64(count)
        do {
            try writer.appendZeros(gap)
            try writer.append(negative, bigEndian: rules.bigEndian)
        } catch {
            writer.truncate(to: start)
            throw NDRError(.alloc, offset: offset, path: path)
        }
    }

    /// Reads one chunk; how many bytes it took, or nil when it is not all there yet and `isLast` does not say that
    /// nothing will follow. What was allocated before more bytes were found to be missing stays with `parent`.
    public func pullChunk(
        _ opnum: Int, _ direction: Direction, pipe: Int, _ rules: Rules, from bytes: UnsafeRawBufferPointer,
        offset: Int, isLast: Bool, into chunk: UnsafeMutableRawPointer, parent: UnsafeMutableRawPointer?,
        allocator: Allocator
    ) throws(NDRError) -> Int? {
        let (type, path) = try self.chunk(opnum, direction, pipe)
        let program = try program(type, rules, isPush: false, isAligned: false)
        var consumed = 0
        let options = PullOptions(allowTrailing: true)
        if let failure = Session.pull(
            program.view, rules, options, .response, bytes, chunk, 0, parent, allocator, nil, offset: offset,
            consumed: &consumed)
        {
            if failure.code == .bufsize, !isLast { return nil }
            throw error(failure, program, path)
        }
        let count = chunk.loadUnaligned(as: UInt32.self)
        guard count <= Int32.max else { throw NDRError(.arraySize, offset: offset, path: path + ".count") }
        guard rules.ndr64 else { return consumed }
        let gap = -(offset + consumed) & 7
        guard bytes.count - consumed >= gap + 8 else {
            // Some peers end a pipe with the count alone.
            if isLast, count == 0, consumed == bytes.count { return consumed }
            if !isLast { return nil }
            throw NDRError(.bufsize, offset: offset + consumed, path: path)
        }
        let found = bytes.loadUnaligned(fromByteOffset: consumed + gap, as: UInt64.self)
        let value = rules.bigEndian ? UInt64(bigEndian: found) : UInt64(littleEndian: found)
        guard value == 0 &- UInt64(count) else {
            throw NDRError(.arraySize, offset: offset + consumed + gap, path: path + ".count")
        }
        return consumed + gap + 8
    }
}
