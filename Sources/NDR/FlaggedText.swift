// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

// The `string` and `string_array` types in all the forms that libndr's flags have: sizes of 16 bits, of bytes, without the
// terminator, up to the end of the data, and flags that are only known when something is marshalled.

/// What NDR_TEXT_* say about one string.
struct FlaggedText {
    static let known: UInt32 = [
        NDR_TEXT_ASCII, NDR_TEXT_LEN4, NDR_TEXT_SIZE4, NDR_TEXT_NOTERM, NDR_TEXT_NULLTERM, NDR_TEXT_SIZE2,
        NDR_TEXT_BYTESIZE, NDR_TEXT_NO_NUL, NDR_TEXT_CONFORMANT, NDR_TEXT_CHARLEN, NDR_TEXT_UTF8, NDR_TEXT_RAW8,
        NDR_TEXT_REMAINING,
    ].reduce(0, |)

    var flags: UInt32

    /// Of LIBNDR_FLAG_*, whose flags for strings are the same bits.
    init(libndr flags: UInt32) { self.flags = flags & FlaggedText.known }

    init(flags: UInt32) { self.flags = flags }

    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

    /// Bytes a unit.
    var unit: Int { has(NDR_TEXT_ASCII | NDR_TEXT_UTF8 | NDR_TEXT_RAW8) ? 1 : 2 }
    var isTerminated: Bool { !has(NDR_TEXT_NOTERM) }

    enum Header {
        case none
        case size2
        case size4
        case length4
        case both4
    }

    /// What stands before the characters; nil: flags that contradict each other or say nothing.
    var header: Header? {
        switch flags & (NDR_TEXT_LEN4 | NDR_TEXT_SIZE4 | NDR_TEXT_SIZE2 | NDR_TEXT_NULLTERM) {
        case NDR_TEXT_LEN4 | NDR_TEXT_SIZE4: return .both4
        case NDR_TEXT_LEN4: return .length4
        case NDR_TEXT_SIZE4: return .size4
        case NDR_TEXT_SIZE2: return .size2
        case NDR_TEXT_NULLTERM: return isTerminated ? Header.none : nil
        case 0: return has(NDR_TEXT_NOTERM) && has(NDR_TEXT_REMAINING) ? Header.none : nil
        default: return nil
        }
    }

    /// The C strings of a `string_array`.
    static func strings(_ content: UnsafeRawPointer) -> [UnsafePointer<CChar>] {
        var result: [UnsafePointer<CChar>] = []
        var slot = content
        while let text = UnsafePointer<CChar>(bitPattern: slot.loadUnaligned(as: UInt.self)) {
            result.append(text)
            slot += MemoryLayout<UInt>.size
        }
        return result
    }
}

extension Evaluator {
    /// The flags of a record, with what its expression adds.
    func text(_ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer)
        throws(NDRErrorCode) -> FlaggedText
    {
        var flags = array.pointee.text & ~NDR_TEXT_ARRAY
        if array.pointee.sizeExpr >= 0 {
            let more = try evaluate(array.pointee.sizeExpr, base, environment)
            flags |= UInt32(truncatingIfNeeded: more) & FlaggedText.known
        }
        return FlaggedText(flags: flags)
    }
}

extension Pusher {
    @inline(never)
    mutating func pushText(
        _ array: UnsafePointer<ArrayRecord>, _ content: UnsafeRawPointer?, _ base: UnsafeRawPointer,
        _ environment: UnsafeRawPointer
    ) throws(NDRErrorCode) {
        let text = try evaluator.text(array, base, environment)
        guard array.pointee.text & NDR_TEXT_ARRAY == 0 else { return try pushTexts(text, content) }
        try pushText(text, content?.assumingMemoryBound(to: CChar.self))
    }

    /// The strings of an array that a NULL ends; nil is an empty one.
    mutating func pushTexts(_ text: FlaggedText, _ content: UnsafeRawPointer?) throws(NDRErrorCode) {
        guard text.has(NDR_TEXT_NULLTERM | NDR_TEXT_NOTERM), text.header == FlaggedText.Header.none else {
            throw .string
        }
        guard var slot = content else { return try endTexts(text) }
        let separated = FlaggedText(flags: text.flags & ~(NDR_TEXT_NOTERM | NDR_TEXT_REMAINING) | NDR_TEXT_NULLTERM)
        var isFirst = true
        while let string = UnsafePointer<CChar>(bitPattern: slot.loadUnaligned(as: UInt.self)) {
            if text.has(NDR_TEXT_NOTERM), !isFirst { try pushText(separated, nil) }
            try pushText(text, string)
            isFirst = false
            slot += MemoryLayout<UInt>.size
        }
        try endTexts(text)
    }

    private mutating func endTexts(_ text: FlaggedText) throws(NDRErrorCode) {
        if text.has(NDR_TEXT_NULLTERM), !text.has(NDR_TEXT_REMAINING) { try pushText(text, nil) }
    }

    /// One string; nil counts as "".
    mutating func pushText(_ text: FlaggedText, _ string: UnsafePointer<CChar>?) throws(NDRErrorCode) {
        guard let header = text.header else { throw .string }
        let bytes = string.map { strlen($0) } ?? 0
        let terminator = text.isTerminated ? 1 : 0
        // A byte of UTF-8 never becomes more than one unit.
        try align(header == .size2 ? 2 : header == .none ? 1 : 4, 12 + text.unit * (bytes + terminator))
        let start = cursor
        cursor += header == .none ? 0 : header == .size2 ? 2 : header == .size4 ? 4 : header == .length4 ? 8 : 12
        var units = bytes
        if let string {
            let source = UnsafeRawPointer(string)
            if text.unit == 2 {
                guard let count = UTF16Text.encode(source, bytes, cursor, bytes, bigEndian) else { throw .charcnv }
                units = count
            } else {
                guard text.has(NDR_TEXT_RAW8) || UTF16Text.isValidUTF8(source, bytes, asciiOnly: false) else {
                    throw .charcnv
                }
                memcpy(cursor, source, bytes)
            }
        }
        units += terminator
        memset(cursor + text.unit * (units - terminator), 0, text.unit * terminator)
        cursor += text.unit * units
        var count = text.has(NDR_TEXT_BYTESIZE) ? units * text.unit : units
        if text.has(NDR_TEXT_CHARLEN) { count = max(0, count - 1) }
        try storeHeader(header, count, start)
    }

    private mutating func storeHeader(_ header: FlaggedText.Header, _ count: Int, _ target: UnsafeMutableRawPointer)
        throws(NDRErrorCode)
    {
        guard count <= Int(header == .size2 ? UInt32(UInt16.max) : UInt32.max) else { throw .length }
        let value = UInt64(count)
        switch header {
        case .none: break
        case .size2: store(value, 2, target)
        case .size4: store(value, 4, target)
        case .length4:
            store(0, 4, target)
            store(value, 4, target + 4)
        case .both4:
            store(value, 4, target)
            store(0, 4, target + 4)
            store(value, 4, target + 8)
        }
    }
}

extension Puller {
    @inline(never)
    mutating func pullText(
        _ array: UnsafePointer<ArrayRecord>, _ base: UnsafeRawPointer, _ environment: UnsafeRawPointer,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let text = try evaluator.text(array, base, environment)
        guard array.pointee.text & NDR_TEXT_ARRAY == 0 else { return try pullTexts(text, array.pointee.name, parent) }
        return try pullText(text, array.pointee.name, parent)
    }

    /// Strings up to an empty one, or to the end of the data.
    mutating func pullTexts(
        _ text: FlaggedText, _ name: UnsafePointer<CChar>?, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        guard text.header == FlaggedText.Header.none else { throw .string }
        let each = FlaggedText(flags: text.flags & ~(NDR_TEXT_NOTERM | NDR_TEXT_REMAINING) | NDR_TEXT_NULLTERM)
        let separated = text.has(NDR_TEXT_NOTERM)
        let start = cursor
        // Counted first, so that their array is made once.
        var count = 0
        while !separated || remaining > 0 {
            let (_, length) = try takeText(each)
            if !separated, length == 0 { break }
            count += 1
            if !separated, text.has(NDR_TEXT_REMAINING), remaining == 0 { break }
        }
        let end = cursor
        cursor = start
        let word = MemoryLayout<UInt>.size
        let content = try allocate(parent, (count + 1) * word, name)
        for index in 0..<count {
            let string = try pullText(each, name, content)
            content.storeBytes(of: string, toByteOffset: index * word, as: UnsafeMutableRawPointer.self)
        }
        content.storeBytes(of: 0, toByteOffset: count * word, as: UInt.self)
        cursor = end
        return content
    }

    /// One string as a chunk of its own.
    mutating func pullText(
        _ text: FlaggedText, _ name: UnsafePointer<CChar>?, _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let (source, count) = try takeText(text)
        let form: TextBytes = text.unit == 2 ? .utf16(bigEndian: bigEndian) : text.has(NDR_TEXT_RAW8) ? .raw : .utf8
        return try decode(source, count, form, name, parent)
    }

    enum TextBytes {
        case utf16(bigEndian: Bool)
        case utf8
        case raw
    }

    /// `count` units as a C string.
    mutating func decode(
        _ source: UnsafeRawPointer, _ count: Int, _ form: TextBytes, _ name: UnsafePointer<CChar>?,
        _ parent: UnsafeMutableRawPointer?
    ) throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        var size = count
        if case .utf16(let bigEndian) = form {
            guard let decoded = UTF16Text.decodedSize(source, count, bigEndian) else { throw .charcnv }
            size = decoded
        } else if case .utf8 = form {
            guard UTF16Text.isValidUTF8(source, count, asciiOnly: false) else { throw .charcnv }
        }
        let result = try allocate(parent, size + 1, name)
        if case .utf16(let bigEndian) = form {
            UTF16Text.decode(source, count, result, bigEndian)
        } else {
            memcpy(result, source, count)
        }
        result.storeBytes(of: 0, toByteOffset: size, as: UInt8.self)
        return result
    }

    /// Takes a string: where its characters are, and how many there are before a terminator.
    private mutating func takeText(_ text: FlaggedText) throws(NDRErrorCode) -> (UnsafeRawPointer, Int) {
        let unit = text.unit
        var length: Int
        switch text.header {
        case nil: throw .string
        case FlaggedText.Header.none? where text.has(NDR_TEXT_NULLTERM):
            guard remaining >= unit else { throw .bufsize }
            let count = terminatorIndex(cursor, remaining / unit, unit)
            length = min(count + 1, remaining / unit) * unit
        case FlaggedText.Header.none?: length = remaining
        case .size2?: length = try bytes(Int(load(2, try take(2, 2))), text)
        case .size4?: length = try bytes(Int(load(4, try take(4, 4))), text)
        case .length4?:
            let header = try take(8, 4)
            guard load(4, header) == 0 else { throw .string }
            length = try bytes(Int(load(4, header + 4)), text)
        case .both4?:
            let header = try take(12, 4)
            guard load(4, header + 4) == 0 else { throw .string }
            guard load(4, header + 8) <= load(4, header) else { throw .string }
            length = try bytes(Int(load(4, header + 8)), text)
        }
        let source = try take(length, 1)
        length /= unit
        let end = terminatorIndex(source, length, unit)
        guard !text.has(NDR_TEXT_NO_NUL) || end >= length - (text.isTerminated ? 1 : 0) else { throw .charcnv }
        return (source, end)
    }

    /// Bytes of a string of which `count` is said.
    private mutating func bytes(_ count: Int, _ text: FlaggedText) throws(NDRErrorCode) -> Int {
        if text.has(NDR_TEXT_BYTESIZE) { return count }
        return (count + (text.has(NDR_TEXT_CHARLEN) ? 1 : 0)) * text.unit
    }

    mutating func terminatorIndex(_ source: UnsafeRawPointer, _ count: Int, _ unit: Int) -> Int {
        var index = 0
        while index < count, load(UInt8(unit), source + index * unit) != 0 { index += 1 }
        return index
    }
}
