// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

// Relative pointers: 32 or 16 bits that say where the pointee is, counted from the start of the subcontext or from a
// structure in it. Pointees are written where buffers are, or backwards from the end of a subcontext of known size.

/// What a push knows of the relative pointers of the subcontext at work.
struct RelativeSpace {
    /// From where they count, from the start of the subcontext.
    var base = 0
    /// The size of the subcontext, -1: not known.
    private var size = -1
    // What stands at its end already: the last `count` bytes of `memory`.
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private(set) var count = 0

    /// A subcontext begins; what counts around it.
    mutating func enter(_ size: Int64) -> RelativeSpace {
        let outer = self
        self = RelativeSpace()
        if size > 0 { self.size = Int(size) }
        return outer
    }

    mutating func leave(_ outer: RelativeSpace) {
        deallocate()
        self = outer
    }

    mutating func deallocate() {
        free(memory)
        memory = nil
    }

    /// Puts `length` bytes before what stands at the end; where they will be, from the start of the subcontext. `front` is
    /// how much stands at its start.
    mutating func prepend(_ bytes: UnsafeRawPointer, _ length: Int, alignment: Int, front: Int)
        throws(NDRErrorCode) -> Int
    {
        guard size >= 0, length <= size - count else { throw .relative }
        let offset = (size - count - length) & ~(alignment - 1)
        guard offset >= front else { throw .relative }
        let taken = size - offset
        if taken > capacity { try grow(taken) }
        guard let memory else { throw .alloc }
        let target = memory + (capacity - taken)
        memset(target, 0, taken - count)
        memcpy(target, bytes, length)
        count = taken
        return offset
    }

    private mutating func grow(_ needed: Int) throws(NDRErrorCode) {
        let larger = max(256, needed * 2)
        guard let grown = malloc(larger) else { throw .alloc }
        if let memory { memcpy(grown + (larger - count), memory + (capacity - count), count) }
        free(memory)
        memory = grown
        capacity = larger
    }

    /// Copies what stands at the end so that it ends at `end`.
    func copyTail(to end: UnsafeMutableRawPointer) {
        if let memory, count > 0 { memcpy(end - count, memory + (capacity - count), count) }
    }
}

/// Between the two edges of a relative pointer's pointee.
struct RelativeEdge {
    /// Offset of the pointer in the writer; negative: there is none.
    var slot = -1
    /// Offset of the pointee in the writer.
    var begin = 0
}

extension Pusher {
    /// From the start of the stub or subcontext at work.
    var position: Int { cursor - writer.pointee.base - origin }

    mutating func pushRelative(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) throws(NDRErrorCode) {
        store(0, op.pointee.kind, target)
        guard (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self) != 0 else { return }
        try queue.push(UInt32(truncatingIfNeeded: target - writer.pointee.base))
    }

    mutating func startRelative(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) -> RelativeEdge {
        guard (base + Int(op.pointee.c)).loadUnaligned(as: UInt.self) != 0 else { return RelativeEdge() }
        var edge = RelativeEdge(slot: Int(try queue.pop()))
        if op.pointee.cSize == 0 {
            let mask = try alignment(op, base, environment) - 1
            let gap = (relative.base - position) & mask
            if gap > 0 {
                try ensure(gap)
                memset(cursor, 0, gap)
                cursor += gap
            }
            try settle(edge, position, op.pointee.kind)
        }
        edge.begin = cursor - writer.pointee.base
        return edge
    }

    /// Of the pointee; where a computation says none, the one that holds anyhow.
    @inline(__always)
    private mutating func alignment(_ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        throws(NDRErrorCode) -> Int
    {
        let known = 1 << Int(op.pointee.wSize)
        guard op.pointee.b != 0 else { return known }
        let flags = try evaluator.evaluate(Int32(bitPattern: op.pointee.b) - 1, base, environment)
        if flags & Int64(NDR_ALIGN_2) != 0 { return 2 }
        if flags & Int64(NDR_ALIGN_4) != 0 { return 4 }
        return flags & Int64(NDR_ALIGN_8) != 0 ? 8 : known
    }

    mutating func endRelative(
        _ op: UnsafePointer<Op>, _ edge: RelativeEdge, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        guard edge.slot >= 0, op.pointee.cSize != 0 else { return }
        // A size says rather too much than too little.
        if evaluator.isSizing { return try align(8, 0) }
        let begin = writer.pointee.base + edge.begin
        let length = cursor - begin
        let offset = try relative.prepend(
            begin, length, alignment: try alignment(op, base, environment), front: edge.begin - origin)
        cursor = begin
        try settle(edge, offset, op.pointee.kind)
    }

    /// Says where the pointee is.
    @inline(__always)
    private mutating func settle(_ edge: RelativeEdge, _ position: Int, _ size: UInt8) throws(NDRErrorCode) {
        let value = position - relative.base
        guard value >= 0, value <= (size == 2 ? Int(UInt16.max) : Int(UInt32.max)) else { throw .relative }
        store(UInt64(value), size, writer.pointee.base + edge.slot)
    }

    /// A phase of a structure from which relative pointers count.
    mutating func pushBased(
        _ op: UnsafePointer<Op>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer, _ level: Int64
    ) throws(NDRErrorCode) {
        let block = view.pointee.blocks + Int(op.pointee.a)
        let isScalars = op.pointee.code == OpCode.basedScalars
        let outer = relative.base
        defer { relative.base = outer }
        if isScalars {
            try align(UInt(op.pointee.kind), 0)
            relative.base = position
            try queue.push(UInt32(truncatingIfNeeded: position))
        } else {
            relative.base = Int(try queue.pop())
        }
        let code = isScalars ? block.pointee.scalars : block.pointee.buffers
        try nest(op, code, base + Int(op.pointee.c), 1, 0, environment, level)
    }
}

extension Puller {
    /// The start of the stub or subcontext at work.
    private var originPointer: UnsafeRawPointer { UnsafeRawPointer(bitPattern: bias) ?? start }
    var position: Int { cursor - originPointer }

    mutating func pullRelative(_ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ source: UnsafeRawPointer) {
        let value = UInt(truncatingIfNeeded: load(op.pointee.kind, source))
        (base + Int(op.pointee.c)).storeBytes(of: value == 0 ? 0 : Pending.mark | value, as: UInt.self)
    }

    /// Goes to what the pointer in `slot` leads to; where to go on afterwards, nil: it leads nowhere.
    @inline(__always)
    mutating func startRelative(_ slot: UnsafeMutableRawPointer) throws(NDRErrorCode) -> UnsafeRawPointer? {
        let bits = slot.loadUnaligned(as: UInt.self)
        guard bits != 0 else { return nil }
        guard Pending.isPending(bits) else { throw .validate }
        let place = cursor
        let offset = relativeBase + Int(bits & 0xffff_ffff)
        guard offset <= end - originPointer, originPointer + offset >= start else { throw .bufsize }
        cursor = originPointer + offset
        return place
    }

    mutating func endRelative(_ place: UnsafeRawPointer?) {
        guard let place else { return }
        highest = max(highest, cursor)
        cursor = place
    }

    /// A phase of a structure from which relative pointers count.
    mutating func pullBased(
        _ op: UnsafePointer<Op>, _ base: UnsafeMutableRawPointer, _ environment: UnsafeRawPointer, _ level: Int64,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) {
        let block = view.pointee.blocks + Int(op.pointee.a)
        let isScalars = op.pointee.code == OpCode.basedScalars
        let outer = relativeBase
        defer { relativeBase = outer }
        if isScalars {
            _ = try take(0, UInt(op.pointee.kind))
            relativeBase = position
            try queue.push(UInt32(truncatingIfNeeded: position))
        } else {
            relativeBase = Int(try queue.pop())
        }
        let code = isScalars ? block.pointee.scalars : block.pointee.buffers
        try nest(op, code, base + Int(op.pointee.c), 1, 0, environment, level, parent)
    }
}
