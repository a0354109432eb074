// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// rpc_sec_verification_trailer ([MS-RPCE] 2.2.2.13): what a client has meant, repeated behind the stub data, where its
/// signature covers it though the header's is not covered. All of it is little-endian.
public struct VerificationTrailer: Equatable, Sendable {
    /// [MS-RPCE] 2.2.2.13.4: what of the request's header nobody may have changed.
    public struct Header: Equatable, Sendable {
        public var bigEndian: Bool
        public var callID: UInt32
        public var contextID: UInt16
        public var opnum: UInt16

        public init(bigEndian: Bool, callID: UInt32, contextID: UInt16, opnum: UInt16) {
            self.bigEndian = bigEndian
            self.callID = callID
            self.contextID = contextID
            self.opnum = opnum
        }
    }

    /// CLIENT_SUPPORT_HEADER_SIGNING of bitmask1.
    public static var clientSignsHeaders: UInt32 { 1 }

    public var bitmask: UInt32?
    public var syntaxes: (abstract: SyntaxID, transfer: SyntaxID)?
    public var header: Header?
    /// A command that this side does not know and must not ignore, or a header that no request has.
    public var isUnacceptable = false
    /// Where it starts in the stub data.
    public var offset = 0

    public init() {}

    public var isEmpty: Bool { bitmask == nil && syntaxes == nil && header == nil }

    public static func == (a: VerificationTrailer, b: VerificationTrailer) -> Bool {
        a.bitmask == b.bitmask && a.syntaxes?.abstract == b.syntaxes?.abstract
            && a.syntaxes?.transfer == b.syntaxes?.transfer && a.header == b.header
            && a.isUnacceptable == b.isUnacceptable && a.offset == b.offset
    }

    // MARK: Writing

    /// The most bytes that `write` appends, alignment included.
    public static var largestSize: Int { 3 + 8 + 8 + 44 + 20 }

    /// Appends it to the stub data that began at `start`.
    public func write(to writer: inout ByteWriter, stubStart start: Int) throws(WireError) {
        try writer.reserve(VerificationTrailer.largestSize)
        try writer.align(4, from: start)
        for byte in VerificationTrailer.magic { try writer.append(byte) }
        var left = (bitmask == nil ? 0 : 1) + (syntaxes == nil ? 0 : 1) + (header == nil ? 0 : 1)
        if let bitmask {
            try writeCommand(.bitmask, 4, &left, &writer)
            try writer.append(bitmask)
        }
        if let syntaxes {
            try writeCommand(.syntaxes, 40, &left, &writer)
            try syntaxes.abstract.write(to: &writer, bigEndian: false)
            try syntaxes.transfer.write(to: &writer, bigEndian: false)
        }
        if let header {
            try writeCommand(.header, 16, &left, &writer)
            try writer.append(UInt32(0))
            try writer.append(UInt32(header.bigEndian ? 0 : 0x10))
            try writer.append(header.callID)
            try writer.append(header.contextID)
            try writer.append(header.opnum)
        }
    }

    private func writeCommand(
        _ command: Command, _ length: UInt16, _ left: inout Int, _ writer: inout ByteWriter
    ) throws(WireError) {
        left -= 1
        try writer.append(command.rawValue | (left == 0 ? VerificationTrailer.end : 0))
        try writer.append(length)
    }

    // MARK: Reading

    /// The trailer of stub data; nil where it has none. Only the last kilobyte is searched, from its end, and what does
    /// not end like one is none: stub data may hold the eight bytes by chance.
    public init?(_ stub: UnsafeRawBufferPointer) {
        guard stub.count >= 12 else { return nil }
        var offset = (stub.count - 8) & ~3
        let first = max(0, offset - VerificationTrailer.searched)
        while !VerificationTrailer.hasMagic(stub, at: offset) {
            guard offset > first else { return nil }
            offset -= 4
        }
        self.offset = offset
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: stub[(offset + 8)...]))
        do throws(WireError) { try readCommands(&reader) } catch { return nil }
        guard reader.remaining <= 16 else { return nil }
    }

    private mutating func readCommands(_ reader: inout ByteReader) throws(WireError) {
        while true {
            let command = try reader.read(UInt16.self)
            let length = Int(try reader.read(UInt16.self))
            switch (Command(rawValue: command & 0x3fff), length) {
            case (.bitmask, 4) where bitmask == nil: bitmask = try reader.read(UInt32.self)
            case (.syntaxes, 40) where syntaxes == nil:
                syntaxes = (try SyntaxID(from: &reader), try SyntaxID(from: &reader))
            case (.header, 16) where header == nil: try readHeader(&reader)
            case (nil, _):
                try reader.skip(length)
                if command & VerificationTrailer.mustProcess != 0 { isUnacceptable = true }
            case (.bitmask, _), (.syntaxes, _), (.header, _):
                try reader.skip(length)
                isUnacceptable = true
            }
            if command & VerificationTrailer.end != 0 { return }
        }
    }

    private mutating func readHeader(_ reader: inout ByteReader) throws(WireError) {
        let start = try reader.read(UInt32.self)
        let representation = try reader.read(UInt32.self)
        header = Header(
            bigEndian: representation & 0x10 == 0, callID: try reader.read(UInt32.self),
            contextID: try reader.read(UInt16.self), opnum: try reader.read(UInt16.self))
        if start & 0xff != 0 || representation & ~0x10 != 0 { isUnacceptable = true }
    }

    // MARK: The parts

    private enum Command: UInt16 {
        case bitmask = 1
        case syntaxes = 2
        case header = 3
    }

    private static var end: UInt16 { 0x4000 }
    private static var mustProcess: UInt16 { 0x8000 }
    private static var searched: Int { 1024 }
    private static var magic: [UInt8] { [0x8a, 0xe3, 0x13, 0x71, 0x02, 0xf4, 0x36, 0x71] }

    @inline(__always)
    private static func hasMagic(_ stub: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        stub.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            == UInt64(littleEndian: 0x7136_f402_7113_e38a)
    }
}
