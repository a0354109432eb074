// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import NDR
internal import Wire

/// Stub data with pipes: all chunks are read into, or written from, the memory that the arguments' slots lead to.
extension RuntimeInterface {
    private func slot(_ opnum: Int, _ direction: Direction, _ pipe: Int) throws(NDRError) -> Int {
        Int(view.member(try codec.pipeMember(opnum, direction, pipe)).c_offset)
    }

    /// In a request pipes come last, in a response first.
    func pullCall(
        _ opnum: Int, _ direction: Direction, _ rules: Rules, _ stub: UnsafeRawBufferPointer,
        into value: UnsafeMutableRawPointer, _ arena: Arena, allowTrailing: Bool
    ) throws(NDRError) {
        let pipes = codec.pipeCount(opnum, direction)
        var position = 0
        let pointers = codec.usesFullPointers ? PointerTable() : nil
        if direction == .response { position = try pullPipes(opnum, direction, rules, stub, 0, value, arena) }
        let isLast = direction == .response || pipes == 0
        position += try codec.pull(
            opnum, direction, rules, options: PullOptions(refAlloc: true, allowTrailing: allowTrailing || !isLast),
            from: UnsafeRawBufferPointer(rebasing: stub[position...]), into: value, parent: arena.root,
            allocator: Arena.allocator, pointers: pointers, offset: position)
        if direction == .request { position = try pullPipes(opnum, direction, rules, stub, position, value, arena) }
        guard allowTrailing || position == stub.count else {
            throw NDRError(.unreadBytes, offset: position, path: codec.name(opnum))
        }
    }

    private func pullPipes(
        _ opnum: Int, _ direction: Direction, _ rules: Rules, _ stub: UnsafeRawBufferPointer, _ start: Int,
        _ value: UnsafeMutableRawPointer, _ arena: Arena
    ) throws(NDRError) -> Int {
        var position = start
        for pipe in 0..<codec.pipeCount(opnum, direction) {
            var chunks: [UnsafeMutableRawPointer] = []
            while true {
                let chunk = arena.make(InterfaceCodec.chunkSize)
                let rest = UnsafeRawBufferPointer(rebasing: stub[position...])
                position +=
                    try codec.pullChunk(
                        opnum, direction, pipe: pipe, rules, from: rest, offset: position, isLast: true, into: chunk,
                        parent: arena.root, allocator: Arena.allocator) ?? 0
                if chunk.load(as: UInt32.self) == 0 { break }
                chunks.append(chunk)
            }
            let all = arena.make(chunks.count * InterfaceCodec.chunkSize)
            for (i, chunk) in chunks.enumerated() {
                (all + i * InterfaceCodec.chunkSize).copyMemory(from: chunk, byteCount: InterfaceCodec.chunkSize)
            }
            let content = arena.make(MemoryLayout<PipeContent>.size)
            content.storeBytes(of: PipeContent(count: chunks.count, chunks: all), as: PipeContent.self)
            let offset = try slot(opnum, direction, pipe)
            (value + offset).storeBytes(of: content, as: UnsafeMutableRawPointer.self)
        }
        return position
    }

    func pushCall(_ opnum: Int, _ direction: Direction, _ rules: Rules, _ value: UnsafeRawPointer) throws(NDRError)
        -> [UInt8]
    {
        var writer = ByteWriter()
        if direction == .response { try pushPipes(opnum, direction, rules, value, &writer) }
        try codec.push(opnum, direction, rules, from: value, into: &writer, offset: writer.count)
        if direction == .request { try pushPipes(opnum, direction, rules, value, &writer) }
        return Array(writer.bytes)
    }

    private func pushPipes(
        _ opnum: Int, _ direction: Direction, _ rules: Rules, _ value: UnsafeRawPointer, _ writer: inout ByteWriter
    ) throws(NDRError) {
        let end = [UInt8](repeating: 0, count: InterfaceCodec.chunkSize)
        for pipe in 0..<codec.pipeCount(opnum, direction) {
            let bits = (value + (try slot(opnum, direction, pipe))).loadUnaligned(as: UInt.self)
            let content = UnsafeRawPointer(bitPattern: bits)?.load(as: PipeContent.self)
            for i in 0..<(content?.count ?? 0) {
                guard let chunks = content?.chunks else { break }
                try codec.pushChunk(
                    opnum, direction, pipe: pipe, rules, from: chunks + i * InterfaceCodec.chunkSize, into: &writer,
                    offset: writer.count)
            }
            let terminator = UnsafeMutableRawPointer.allocate(byteCount: end.count, alignment: 8)
            defer { terminator.deallocate() }
            terminator.copyMemory(from: end, byteCount: end.count)
            try codec.pushChunk(
                opnum, direction, pipe: pipe, rules, from: terminator, into: &writer, offset: writer.count)
        }
    }
}
