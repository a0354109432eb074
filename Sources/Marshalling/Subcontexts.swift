// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
public import NDR

/// What stands before a subcontext, by pidl's number.
enum SubcontextHeader: Int {
    case none = 0
    case short = 2
    case long = 4
    /// Type serialisation version 1 ([MS-RPCE] 2.2.6).
    case typeSerialisation = 0xffff_fc01
}

private let wide: UInt32 = 1 << 29
private let bigEndian: UInt32 = 1 << 0
private let littleEndian: UInt32 = 1 << 27
private let relativeOrder: UInt32 = 1 << 18 | 1 << 19

extension PushContext {
    /// A context for the content, a child of `parent`.
    public func startSubcontext(_ header: Int, size: Int) throws(NDRErrorCode) -> OpaquePointer {
        guard SubcontextHeader(rawValue: header) != nil else { throw .subcontext }
        guard let content = PushContext(tallocMarshalling, flags: flags & ~(wide | relativeOrder), within: self),
            let handle, let result = PushHandle.make(UnsafeRawPointer(handle), content)
        else { throw .alloc }
        if size >= 0 { content.enterSubcontext(size: size) }
        return result
    }

    public func endSubcontext(_ content: PushContext, _ header: Int, size: Int) throws(NDRErrorCode) {
        guard content !== self, let header = SubcontextHeader(rawValue: header) else { throw .subcontext }
        if size >= 0 { try content.fill(to: size) }
        switch header {
        case .none: break
        case .short:
            guard content.offset <= Int(UInt16.max) else { throw .subcontext }
            try push(UInt64(content.offset), size: 2)
        case .long: try push(word: UInt32(truncatingIfNeeded: content.offset))
        case .typeSerialisation:
            try content.push(zeros: -content.offset & 7)
            try push(1, size: 1)
            try push(flags & (bigEndian | littleEndian) == bigEndian ? 0 : 0x10, size: 1)
            try push(8, size: 2)
            try push(0xcccc_cccc, size: 4)
            try push(UInt64(content.offset), size: 4)
            try push(0, size: 4)
        }
        let bytes = content.bytes
        try push(bytes: bytes.baseAddress, bytes.count)
    }
}

extension PullContext {
    /// A context over the content, which stays where it is until the end.
    public func startSubcontext(_ header: Int, size: Int) throws(NDRErrorCode) -> OpaquePointer {
        guard let header = SubcontextHeader(rawValue: header) else { throw .subcontext }
        var flags = self.flags & ~(wide | relativeOrder)
        var length = size >= 0 ? size : remaining
        switch header {
        case .none: break
        case .short: length = Int(try pull(size: 2))
        case .long: length = Int(try pullWord())
        case .typeSerialisation:
            guard try pull(size: 1) == 1 else { throw .subcontext }
            let order = try pull(size: 1)
            guard order == 0x10 || order == 0 else { throw .subcontext }
            flags &= ~(bigEndian | littleEndian)
            flags |= order == 0 ? bigEndian : littleEndian
            let outer = self.flags
            set(flags: order == 0 ? bigEndian : littleEndian)
            defer { replace(flags: outer) }
            guard try pull(size: 2) == 8 else { throw .subcontext }
            _ = try pull(size: 4)
            length = Int(try pull(size: 4))
            guard length % 8 == 0 else { throw .subcontext }
            _ = try pull(size: 4)
        }
        guard header == .none || size < 0 || length == size else { throw .subcontext }
        try need(length)
        guard let data else { throw .bufsize }
        let content = PullContext(
            tallocMarshalling, UnsafeRawBufferPointer(start: data + offset, count: length), flags: flags, within: self)
        guard let handle, let result = PullHandle.make(UnsafeRawPointer(handle), content) else { throw .alloc }
        return result
    }

    public func endSubcontext(_ content: PullContext, _ header: Int, size: Int) throws(NDRErrorCode) {
        guard content !== self, let header = SubcontextHeader(rawValue: header) else { throw .subcontext }
        budget = min(budget, content.budget)
        let used = max(content.offset, Int(content.relativeHighest))
        let length = size >= 0 ? size : header == .none ? content.offset : content.size
        if flags & (1 << 17) != 0, used < content.size { throw .unreadBytes }
        try advance(length)
    }
}

extension PullContext {
    /// A context over bytes that were unpacked, a child of `parent`.
    public func startContext(over bytes: UnsafeRawBufferPointer, _ parent: OpaquePointer) throws(NDRErrorCode)
        -> OpaquePointer
    {
        let content = PullContext(tallocMarshalling, bytes, flags: flags, within: self)
        guard let result = PullHandle.make(UnsafeRawPointer(parent), content) else { throw .alloc }
        return result
    }
}
