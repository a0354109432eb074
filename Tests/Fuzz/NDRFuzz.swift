// SPDX-License-Identifier: LGPL-3.0-or-later
//
// The engine over every table: bytes become C structures; these become bytes, and these the same bytes again.
// Input: table, entry (two bytes), flags, option flags, level of a union, the stub. Of a conversation the stub starts
// with the length (two bytes) of the request.

import CDCERPC
import CNDRTestTables
import NDR
import Wire

private struct Flags: OptionSet {
    let rawValue: UInt8
    static let ndr64 = Flags(rawValue: 1)
    static let bigEndian = Flags(rawValue: 2)
    static let response = Flags(rawValue: 4)
    /// A named type instead of a function.
    static let type = Flags(rawValue: 8)
    /// A request, and then its response into the same structure.
    static let conversation = Flags(rawValue: 16)
}

/// One entry of one table, pulled and pushed under given rules.
private struct Subject {
    let interface: Interface
    let entry: Int
    let isType: Bool
    let direction: Direction
    let level: Int64
    let arena: Arena
    /// What a response's structure holds before the response is pulled into it.
    var request: [UInt8]?
    var requestRules = Rules.ndr32
    /// The referent ids of the call, where a response may use those of its request.
    var isLinked: Bool { request != nil && interface.codec.usesFullPointers }

    private var type: Interface.NamedType { interface.types[entry] }

    var typeName: String { isType ? type.name : interface.codec.name(entry) }
    var name: String { "\(String(cString: interface.table.pointee.name)).\(typeName) \(direction)" }

    func memory() throws -> (UnsafeMutableRawPointer, PointerTable) {
        let codec = interface.codec
        let memory = arena.make(isType ? try codec.size(ofType: type.name) : codec.structSize(entry))
        let pointers = PointerTable()
        if let request {
            try request.withUnsafeBytes { bytes in
                try codec.pull(
                    entry, .request, requestRules, from: bytes, into: memory, parent: arena.root,
                    allocator: Arena.allocator, pointers: PointerTable())
            }
            var sent = ByteWriter()
            try codec.push(entry, .request, requestRules, from: memory, into: &sent, pointers: pointers)
        }
        return (memory, pointers)
    }

    func pull(_ bytes: [UInt8], _ rules: Rules, _ options: PullOptions, isExact: Bool = false) throws
        -> UnsafeMutableRawPointer
    {
        let codec = isExact ? interface.exact : interface.codec
        let (value, pointers) = try memory()
        // Exactly these bytes, for AddressSanitizer to see a read past them.
        let stub = arena.make(array: bytes)
        let raw = UnsafeRawBufferPointer(start: stub, count: bytes.count)
        if isType {
            try codec.pull(
                type: type.name, rules, level: level, options: options, from: raw, into: value, parent: arena.root,
                allocator: Arena.allocator, pointers: pointers)
        } else {
            try codec.pull(
                entry, direction, rules, options: options, from: raw, into: value, parent: arena.root,
                allocator: Arena.allocator, pointers: pointers)
        }
        return value
    }

    func push(_ value: UnsafeRawPointer, _ rules: Rules) throws -> [UInt8] {
        var writer = ByteWriter()
        let pointers = PointerTable()
        if isType {
            try interface.codec.push(
                type: type.name, rules, level: level, from: value, into: &writer, pointers: pointers)
        } else {
            try interface.codec.push(entry, direction, rules, from: value, into: &writer, pointers: pointers)
        }
        return Array(writer.bytes)
    }

    func print(_ value: UnsafeRawPointer, setValues: Bool) throws -> String {
        if isType {
            return try interface.codec.print(
                type: type.name, name: "value", level: level, from: value, setValues: setValues)
        }
        return try interface.codec.print(entry, direction, from: value, setValues: setValues)
    }
}

func fuzz(_ bytes: UnsafeRawBufferPointer) {
    var input = Input(bytes)
    let interface = Interface.all[Int(input.byte()) % Interface.all.count]
    let entry = input.word()
    let flags = Flags(rawValue: input.byte())
    let options = input.byte()
    let level = Int64(input.byte())
    let isType = flags.contains(.type)
    let count = isType ? interface.types.count : interface.codec.callCount
    guard count > 0 else { return }
    let isConversation = !isType && flags.contains(.conversation)
    let rules = Rules(bits: flags.rawValue)
    var subject = Subject(
        interface: interface, entry: entry % count, isType: isType,
        direction: isConversation || flags.contains(.response) ? .response : .request, level: level, arena: Arena())
    if isConversation {
        subject.request = input.take(input.word())
        subject.requestRules = rules
    }
    let pullOptions = PullOptions(
        refAlloc: !isConversation || options & 4 != 0, allowTrailing: options & 1 != 0, padCheck: options & 2 != 0)
    let stub = Array(input.rest)
    if !isType, interface.codec.pipeCount(subject.entry, subject.direction) > 0 { chunks(subject, stub, rules, level) }
    if !pullOptions.padCheck { bothWays(subject, stub, rules, pullOptions) }
    try? exercise(subject, stub, rules, pullOptions)
}

/// A strict pull goes the interpreters' long way, others go their short ones: but for gaps both find the same. An exact
/// one, field by field, reads what they read.
private func bothWays(_ subject: Subject, _ stub: [UInt8], _ rules: Rules, _ options: PullOptions) {
    func failure(padCheck: Bool, isExact: Bool = false) -> NDRError? {
        var options = options
        options.padCheck = padCheck
        do {
            _ = try subject.pull(stub, rules, options, isExact: isExact)
            return nil
        } catch { return error as? NDRError }
    }
    let exact = failure(padCheck: false, isExact: true)
    let long = failure(padCheck: true)
    if long?.code == .validate { return }
    let short = failure(padCheck: false)
    if long != short {
        found("\(subject.name) \(rules): strictly \(long?.description ?? "good"), or \(short?.description ?? "good")")
    }
    // What a whole block misses, a field in it may contradict first: the same errors at other places.
    if (exact == nil) != (short == nil) {
        found("\(subject.name) \(rules): exactly \(exact?.description ?? "good"), or \(short?.description ?? "good")")
    }
}

/// The stub as chunks of the function's first pipe, somewhere in a stub; what was read is written and read again.
private func chunks(_ subject: Subject, _ stub: [UInt8], _ rules: Rules, _ offset: Int64) {
    let codec = subject.interface.codec
    var position = 0
    func pull(_ bytes: [UInt8], _ offset: Int) throws -> (taken: Int, chunk: UnsafeMutableRawPointer)? {
        let chunk = subject.arena.make(InterfaceCodec.chunkSize)
        let copy = subject.arena.make(array: bytes)
        let taken = try codec.pullChunk(
            subject.entry, subject.direction, pipe: 0, rules,
            from: UnsafeRawBufferPointer(start: copy, count: bytes.count), offset: offset, isLast: false, into: chunk,
            parent: subject.arena.root, allocator: Arena.allocator)
        return taken.map { ($0, chunk) }
    }
    func push(_ chunk: UnsafeRawPointer, _ offset: Int) throws -> [UInt8] {
        var writer = ByteWriter()
        try codec.pushChunk(
            subject.entry, subject.direction, pipe: 0, rules, from: chunk, into: &writer, offset: offset)
        return Array(writer.bytes)
    }
    for _ in 0..<16 {
        let start = Int(offset) + position
        guard let (taken, chunk) = try? pull(Array(stub[position...]), start) else { return }
        require(taken > 0 && taken <= stub.count - position, "a chunk of \(taken) bytes")
        do {
            let bytes = try push(chunk, start)
            guard let (again, copy) = try pull(bytes, start), again == bytes.count, try push(copy, start) == bytes
            else {
                found("\(subject.name) \(rules): a chunk of other bytes")
            }
        } catch { found("\(subject.name) \(rules): a chunk, then \(error)") }
        position += taken
    }
}

private func exercise(_ subject: Subject, _ stub: [UInt8], _ rules: Rules, _ options: PullOptions) throws {
    let before = Arena.total
    let limit = Limits.allocationBase + Limits.outAllocation + Limits.allocationFactor * (stub.count + 64)
    defer {
        let requests = subject.request.map { 4 * Limits.allocationFactor * $0.count + 4 * limit } ?? 0
        require(Arena.total - before <= 16 * limit + requests, "\(subject.name): \(Arena.total) bytes")
    }
    let value = try subject.pull(stub, rules, options)
    if subject.request == nil {
        require(Arena.total - before <= limit + (1 << 16), "\(subject.name): \(Arena.total) bytes for \(stub.count)")
    }
    _ = try subject.print(value, setValues: false)
    _ = try subject.print(value, setValues: true)
    let first = try subject.push(value, rules)
    if subject.isLinked { return }
    sameAgain(subject, first, rules, options)
    for other in Rules.all where other != rules {
        guard let there = try? subject.push(value, other) else { continue }
        sameAgain(subject, there, other, options)
    }
}

/// A dom_sid0 that is absent leaves nothing, which can be told at the end of the data only: there it may stand, but
/// these have something behind it. And relative pointers of an argument that no subcontext encloses: push goes on behind
/// what they lead to, pull behind the argument's scalars.
private let ambiguous: Set<String> = ["t_sids", "t_Scalars", "t_rel_Call"]

/// What was pushed must be pulled, and pushed again to the same bytes.
private func sameAgain(_ subject: Subject, _ bytes: [UInt8], _ rules: Rules, _ options: PullOptions) {
    if ambiguous.contains(subject.typeName) { return }
    Arena.fill = 0x5a
    defer { Arena.fill = 0xa5 }
    do {
        let value = try subject.pull(bytes, rules, options)
        let again = try subject.push(value, rules)
        if again == bytes { return }
        let text = try subject.print(value, setValues: false)
        found("\(subject.name) \(rules): pushed \(bytes), then \(again)\n\(text)")
    } catch {
        found("\(subject.name) \(rules): pushed \(bytes), then \(error)")
    }
}

/// A few values of each type that the property tests have, in each encoding, and silence for each function.
func seeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for sample in Sample.all {
        let name = String(cString: sample.table.name)
        guard let place = Interface.all.firstIndex(where: { String(cString: $0.table.pointee.name) == name }),
            let entry = Interface.all[place].types.firstIndex(where: { $0.name == sample.type })
        else { continue }
        var dice = Dice(42)
        for bits in 0..<4 as Range<UInt8> {
            let arena = Arena()
            var writer = ByteWriter()
            let value = sample.make(arena, &dice)
            do {
                try Interface.all[place].codec.push(
                    type: sample.type, Rules(bits: bits), from: value, into: &writer, pointers: PointerTable())
            } catch { found("the sample \(sample.type) cannot be pushed: \(error)") }
            seeds.append([UInt8(place), UInt8(entry), 0, bits | 8, 0, 0] + Array(writer.bytes))
        }
    }
    for place in Interface.all.indices {
        for entry in 0..<Interface.all[place].codec.callCount {
            let head = [UInt8(place), UInt8(entry), 0]
            seeds.append(head + [0, 1, 0] + [UInt8](repeating: 0, count: 64))
            seeds.append(head + [4, 1, 0] + [UInt8](repeating: 0, count: 64))
            seeds.append(head + [16, 1, 0, 16, 0] + [UInt8](repeating: 0, count: 80))
        }
    }
    return seeds
}
