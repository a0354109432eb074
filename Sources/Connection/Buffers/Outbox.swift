// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Security
public import Wire

/// Bytes on their way to the peer: stub data is pushed straight behind the room for its header, and `seal` turns the
/// run into fragments in place.
public struct Outbox: ~Copyable {
    public var writer: ByteWriter
    /// Bytes at the front that are sent already.
    public private(set) var sent = 0

    /// Memory that stays when everything is sent.
    private let kept: Int

    init(limit: Int, kept: Int) {
        writer = ByteWriter(limit: limit)
        self.kept = kept
    }

    /// Where the message starts that is being written, if one is. User code may run meanwhile (a marshaller of its
    /// own), so whatever it asks of the connection must leave the message alone.
    private var openAt = Int.max

    /// The end of the newest message, where it is not protected yet: that is done while the peer has the start of it.
    private var late: LateProtection?

    /// What the driver may write; the rest comes when this is written.
    public var pending: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: UnsafeRawPointer(writer.base) + sent, count: ready)
    }

    private var ready: Int { late.map { $0.fragments.next - sent } ?? unsent }
    public var unsent: Int { min(writer.count, openAt) - sent }
    public var isEmpty: Bool { unsent == 0 }
    var isBusy: Bool { openAt != Int.max }

    /// Starts a message with room for its header.
    mutating func open(headerSize: Int) throws(WireError) -> Int {
        guard !isBusy else { throw .limitExceeded }
        try writer.reserve(headerSize + 64)
        openAt = writer.count
        writer.count += headerSize
        return openAt
    }

    /// Ends the message that was opened at `start`, with or without what was written since.
    mutating func close(_ start: Int, keeping: Bool) {
        guard start == openAt else { return }
        openAt = Int.max
        if !keeping { writer.truncate(to: start) }
    }

    mutating func written(_ n: Int) {
        sent += min(max(0, n), ready)
        if late != nil, ready == 0 { protectLate(atMost: Outbox.fragmentsAtOnce) }
        guard !isBusy else { return }
        if sent == writer.count {
            writer.removeAll()
            sent = 0
            writer.shrinkWhenEmpty(to: kept)
        } else if sent > 0x1_0000, sent > writer.count / 2 {
            writer.removeFirst(sent)
            late?.moveToFront(by: sent)
            sent = 0
        }
    }

    /// Nothing leaves any more.
    mutating func drop() {
        late = nil
        if isBusy {
            sent = openAt
        } else {
            writer.removeAll()
            sent = 0
        }
    }
}

// MARK: Protected messages

/// What of a message waits for its protection.
private struct LateProtection {
    var fragments: UnprotectedFragments
    let security: SecurityContext

    mutating func moveToFront(by distance: Int) {
        fragments.next -= distance
        fragments.end -= distance
    }
}

extension Outbox {
    /// About 64 KB. Fewer cost more system calls, more let the peer wait.
    private static var fragmentsAtOnce: Int { 11 }

    /// Makes signed or sealed fragments of everything from `start`, as `ByteWriter.seal` does plain ones.
    mutating func sealProtected(
        from start: Int, _ header: FragmentHeader, maximumFragment: Int, _ security: SecurityContext
    ) throws(WireError) -> Int {
        // Messages are numbered.
        if late != nil { protectLate(atMost: Int.max) }
        var fragments = try writer.layOut(from: start, header, maximumFragment: maximumFragment, security)
        let many = fragments.count > Outbox.fragmentsAtOnce && security.mechanism.protectsLate
        writer.protect(&fragments, atMost: many ? Outbox.fragmentsAtOnce : Int.max, security)
        if many { late = LateProtection(fragments: fragments, security: security) }
        return fragments.count
    }

    @inline(never)
    private mutating func protectLate(atMost limit: Int) {
        guard var waiting = late else { return }
        writer.protect(&waiting.fragments, atMost: limit, waiting.security)
        late = waiting.fragments.next < waiting.fragments.end ? waiting : nil
    }
}

/// What the header of a request, response or fault carries besides lengths.
struct FragmentHeader {
    var type: UInt8
    var flags: UInt8
    var bigEndian: Bool
    var callID: UInt32
    var contextID: UInt16
    /// Bytes 22 and 23: the opnum of a request; cancel count and a reserved byte of a response.
    var tail: UInt16
    var object: UUIDValue?

    var size: Int { object == nil ? 24 : 40 }
}

extension ByteWriter {
    /// Makes fragments of everything from `start`, where `header.size` bytes were left free for the first header.
    ///
    /// The last fragment is moved first, so that each byte of stub data moves at most once. Fragments but the last
    /// carry a multiple of eight bytes, which keeps every one aligned ([MS-RPCE] 2.2.2.11 allows no more).
    /// Returns how many they are.
    @discardableResult
    mutating func seal(from start: Int, _ header: FragmentHeader, maximumFragment: Int) throws(WireError) -> Int {
        let headerSize = header.size
        let stub = count - start - headerSize
        let payload = max(8, (maximumFragment - headerSize) & ~7)
        if stub <= maximumFragment - headerSize {
            writeHeader(header, at: start, flags: header.flags | 3, payload: stub, hint: stub)
            return 1
        }
        let fragments = (stub + payload - 1) / payload
        try reserve((fragments - 1) * headerSize)
        count += (fragments - 1) * headerSize
        var index = fragments - 1
        while index >= 0 {
            let from = start + headerSize + index * payload
            let to = start + headerSize + index * (payload + headerSize)
            let size = index == fragments - 1 ? stub - index * payload : payload
            if index > 0 { (base + to).copyMemory(from: base + from, byteCount: size) }
            let position: UInt8 = (index == 0 ? 1 : 0) | (index == fragments - 1 ? 2 : 0)
            writeHeader(
                header, at: to - headerSize, flags: header.flags | position, payload: size, hint: stub - index * payload
            )
            index -= 1
        }
        return fragments
    }

    mutating func writeHeader(
        _ header: FragmentHeader, at offset: Int, flags: UInt8, payload: Int, authLength: Int = 0, hint: Int
    ) {
        let big = header.bigEndian
        let length = UInt16(truncatingIfNeeded: header.size + payload)
        patch(UInt32(5) | UInt32(header.type) << 16 | UInt32(flags) << 24, at: offset)
        patch(UInt32(big ? 0 : 0x10), at: offset + 4)
        patch(length, at: offset + 8, bigEndian: big)
        patch(UInt16(truncatingIfNeeded: authLength), at: offset + 10, bigEndian: big)
        patch(header.callID, at: offset + 12, bigEndian: big)
        patch(UInt32(truncatingIfNeeded: hint), at: offset + 16, bigEndian: big)
        patch(header.contextID, at: offset + 20, bigEndian: big)
        patch(header.tail, at: offset + 22, bigEndian: header.type == 0 ? big : false)
        guard let object = header.object else { return }
        patch(object.timeLow, at: offset + 24, bigEndian: big)
        patch(object.timeMid, at: offset + 28, bigEndian: big)
        patch(object.timeHighAndVersion, at: offset + 30, bigEndian: big)
        patch(object.tail, at: offset + 32, bigEndian: true)
    }
}
