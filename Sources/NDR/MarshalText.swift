// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import Glibc

/// How a string stands on the wire, by LIBNDR_FLAG_STR_*.
struct TextForm {
    var unit = 2
    var asciiOnly = false
    var hasSize = false
    var hasLength = false
    var hasShortSize = false
    var countsBytes = false
    var isTerminated = true
    /// Ends with its terminator, or where the data end.
    var isBare = false

    init(_ flags: UInt32) throws(NDRErrorCode) {
        if flags & UInt32(LIBNDR_FLAG_STR_ASCII | LIBNDR_FLAG_STR_UTF8 | LIBNDR_FLAG_STR_RAW8) != 0 { unit = 1 }
        hasSize = flags & UInt32(LIBNDR_FLAG_STR_SIZE4) != 0
        hasLength = flags & UInt32(LIBNDR_FLAG_STR_LEN4) != 0
        hasShortSize = flags & UInt32(LIBNDR_FLAG_STR_SIZE2) != 0
        countsBytes = flags & UInt32(LIBNDR_FLAG_STR_BYTESIZE) != 0
        isTerminated = flags & UInt32(LIBNDR_FLAG_STR_NOTERM) == 0
        isBare = !hasSize && !hasLength && !hasShortSize
        let isNullTerminated = flags & UInt32(LIBNDR_FLAG_STR_NULLTERM) != 0
        guard !hasShortSize || !(hasSize || hasLength), isNullTerminated ? isBare && isTerminated : true else {
            throw .string
        }
        if isBare, !isNullTerminated {
            // Without a terminator only the end of the data says where it ends.
            guard !isTerminated, flags & MarshalFlags.remaining != 0 else { throw .string }
        }
    }
}

/// A character set of charset_t.
struct TextSet {
    var unit: Int
    var bigEndian = false
    /// nil: none that is known.
    init?(_ number: UInt32, _ isBigEndian: Bool) {
        switch charset_t(rawValue: number) {
        case CH_UTF16LE:
            unit = 2
            bigEndian = isBigEndian
        case CH_UTF16BE:
            unit = 2
            bigEndian = true
        case CH_UTF8, CH_UNIX, CH_DOS: unit = 1
        default: return nil
        }
    }
}

extension PushContext {
    private static let empty: StaticString = ""

    /// `string`; NULL is "".
    public func push(string text: UnsafePointer<CChar>?) throws(NDRErrorCode) {
        let form = try TextForm(flags)
        let source = UnsafeRawPointer(text) ?? UnsafeRawPointer(Self.empty.utf8Start)
        let bytes = text.map { strlen($0) } ?? 0
        let natural = form.unit == 2 ? UTF16Text.units(source, bytes) : bytes
        let count = natural + (form.isTerminated ? 1 : 0)
        guard count <= Limits.stub / 2 else { throw .length }
        if form.hasSize { try push(word: UInt32(count)) }
        if form.hasLength {
            try push(word: 0)
            try push(word: UInt32(count))
        }
        if form.hasShortSize {
            let number = form.countsBytes ? count * form.unit : count
            guard number <= Int(UInt16.max) else { throw .length }
            try push(UInt64(number), size: 2)
        }
        try push(text: source, bytes, units: count, form.unit, bigEndian: MarshalFlags.isBigEndian(flags))
    }

    /// `units` units of a character set, zeros behind the text.
    public func push(
        charset text: UnsafePointer<CChar>?, units: Int, unit: Int, _ charset: UInt32
    ) throws(NDRErrorCode) {
        guard let set = TextSet(charset, MarshalFlags.isBigEndian(flags)) else { throw .charcnv }
        guard set.unit == unit, units >= 0, units <= Limits.stub / 2 else { throw .charcnv }
        if units == 0 { return }
        guard let text else { throw .invalidPointer }
        try push(text: UnsafeRawPointer(text), strlen(text), units: units, unit, bigEndian: set.bigEndian)
    }

    private func push(text: UnsafeRawPointer, _ bytes: Int, units: Int, _ unit: Int, bigEndian: Bool)
        throws(NDRErrorCode)
    {
        try push(zeros: units * unit)
        let target = try live().pointee.cursor - units * unit
        if unit == 2 {
            if UTF16Text.encode(text, bytes, target, units, bigEndian) != nil { return }
        } else if bytes <= units, UTF16Text.isValidUTF8(text, bytes, asciiOnly: false) {
            memcpy(target, text, bytes)
            return
        }
        try live().pointee.cursor = target
        throw .charcnv
    }

    /// Strings one after another; an empty one ends them where the flags say that strings end with a terminator.
    public func push(strings list: UnsafePointer<UnsafePointer<CChar>?>?) throws(NDRErrorCode) {
        let outer = flags
        defer { replace(flags: outer) }
        var index = 0
        let isTerminated = flags & UInt32(LIBNDR_FLAG_STR_NULLTERM) != 0
        if !isTerminated { replace(flags: flags & ~UInt32(LIBNDR_FLAG_STR_NOTERM) | UInt32(LIBNDR_FLAG_STR_NULLTERM)) }
        while let text = list?[index] {
            try push(string: text)
            index += 1
        }
        if isTerminated { try push(string: nil) }
    }
}

extension PullContext {
    private var isBigEndian: Bool { MarshalFlags.isBigEndian(flags) }

    /// `string` as a chunk of its own.
    public func pullString() throws(NDRErrorCode) -> UnsafePointer<CChar> {
        let form = try TextForm(flags)
        var count = 0
        if form.isBare, !form.isTerminated {
            count = remaining / form.unit
        } else if form.isBare {
            count = try terminated(form.unit)
        }
        if form.hasSize { count = Int(try pullWord()) }
        if form.hasLength {
            guard try pullWord() == 0 else { throw .arraySize }
            let length = Int(try pullWord())
            guard !form.hasSize || length <= count else { throw .arraySize }
            count = length
        }
        if form.hasShortSize {
            count = Int(try pull(size: 2))
            if form.countsBytes { count /= form.unit }
        }
        return try text(units: count, form.unit, bigEndian: isBigEndian)
    }

    /// Units up to the terminator, which counts.
    private func terminated(_ unit: Int) throws(NDRErrorCode) -> Int {
        let puller = try live()
        var count = 0
        while (count + 1) * unit <= puller.pointee.remaining {
            let place = puller.pointee.cursor + count * unit
            let value = unit == 2 ? place.loadUnaligned(as: UInt16.self) : UInt16(place.load(as: UInt8.self))
            count += 1
            if value == 0 { return count }
        }
        throw .bufsize
    }

    /// `units` units of a character set as a chunk of its own; with `toNull` what follows a terminator is left out.
    public func pullCharset(units: Int, unit: Int, _ charset: UInt32, toNull: Bool) throws(NDRErrorCode)
        -> UnsafePointer<CChar>
    {
        guard let set = TextSet(charset, isBigEndian), set.unit == unit, units >= 0, units <= Limits.stub / 2 else {
            throw .charcnv
        }
        return try text(units: units, unit, bigEndian: set.bigEndian, toNull: toNull)
    }

    private func text(units: Int, _ unit: Int, bigEndian: Bool, toNull: Bool = false) throws(NDRErrorCode)
        -> UnsafePointer<CChar>
    {
        guard units <= Limits.stub / 2 else { throw .bufsize }
        let source = try view(units * unit)
        var count = units
        if toNull { count = length(source, units, unit) }
        if unit == 1 {
            // A terminator that counts need not be copied twice.
            guard UTF16Text.isValidUTF8(source, count, asciiOnly: false) else { throw .charcnv }
            guard let target = allocate(1, count + 1, nil) else { throw .alloc }
            memcpy(target, source, count)
            target.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
            return UnsafePointer(target.assumingMemoryBound(to: CChar.self))
        }
        guard let size = UTF16Text.decodedSize(source, count, bigEndian) else { throw .charcnv }
        guard let target = allocate(1, size + 1, nil) else { throw .alloc }
        UTF16Text.decode(source, count, target, bigEndian)
        target.storeBytes(of: 0, toByteOffset: size, as: UInt8.self)
        return UnsafePointer(target.assumingMemoryBound(to: CChar.self))
    }

    private func length(_ source: UnsafeRawPointer, _ units: Int, _ unit: Int) -> Int {
        for i in 0..<units {
            let place = source + i * unit
            if (unit == 2 ? place.loadUnaligned(as: UInt16.self) : UInt16(place.load(as: UInt8.self))) == 0 { return i }
        }
        return units
    }

    /// Whether the `count` units that follow end with a zero one; nothing is taken.
    public func checkTerminator(_ count: Int, unit: Int) throws(NDRErrorCode) {
        guard [1, 2, 4].contains(unit), count >= 0, count <= Limits.stub / 4 else { throw .flags }
        try need(count * unit)
        guard count > 0 else { return }
        let last = try live().pointee.cursor + (count - 1) * unit
        for i in 0..<unit where last.load(fromByteOffset: i, as: UInt8.self) != 0 { throw .arraySize }
    }

    /// Strings up to an empty one, or up to the end of the data; an array that NULL ends.
    public func pullStrings() throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        let outer = flags
        defer { replace(flags: outer) }
        let endsAtEmpty = flags & UInt32(LIBNDR_FLAG_STR_NULLTERM) != 0
        if !endsAtEmpty {
            replace(flags: flags & ~UInt32(LIBNDR_FLAG_STR_NOTERM) | UInt32(LIBNDR_FLAG_STR_NULLTERM))
        }
        var found: [UnsafePointer<CChar>] = []
        while endsAtEmpty || remaining > 0 {
            let text = try pullString()
            if endsAtEmpty, text.pointee == 0 { break }
            found.append(text)
        }
        let width = MemoryLayout<UnsafeRawPointer>.size
        guard let list = allocate(width, found.count + 1, nil) else { throw .alloc }
        for (index, text) in found.enumerated() {
            list.storeBytes(of: text, toByteOffset: index * width, as: UnsafePointer<CChar>.self)
        }
        list.storeBytes(of: 0, toByteOffset: found.count * width, as: UInt.self)
        return list
    }

    /// DATA_BLOB: a length and bytes, or what the flags say.
    public func pullBlob() throws(NDRErrorCode) -> DATA_BLOB {
        let puller = try live()
        var form: UInt32 = 0
        if flags & MarshalFlags.remaining != 0 { form = NDR_BLOB_REMAINING }
        if flags & MarshalFlags.align2 != 0 { form = NDR_BLOB_ALIGN2 }
        if flags & MarshalFlags.align4 != 0 { form = NDR_BLOB_ALIGN4 }
        if flags & MarshalFlags.align8 != 0 { form = NDR_BLOB_ALIGN8 }
        var blob = DATA_BLOB()
        try puller.pointee.pullBlob(form, &blob, parent)
        return blob
    }
}

extension PushContext {
    public func push(blob: DATA_BLOB) throws(NDRErrorCode) {
        guard 0...Limits.stub ~= blob.length else { throw .length }
        if flags & MarshalFlags.remaining != 0 { return try push(bytes: blob.data, blob.length) }
        for (flag, size) in [(MarshalFlags.align2, 2), (MarshalFlags.align4, 4), (MarshalFlags.align8, 8)]
        where flags & flag != 0 {
            // As of a described blob: its bytes as far as the boundary, then zeros.
            let gap = -offset & (size - 1)
            let used = blob.data == nil ? 0 : min(gap, blob.length)
            try push(bytes: blob.data, used)
            return try push(zeros: gap - used)
        }
        try push(word: UInt32(blob.length))
        try push(bytes: blob.data, blob.length)
    }
}

/// Units that a C string takes: bytes, or UTF-16's.
public func textUnits(_ text: UnsafeRawPointer, isWide: Bool) -> Int {
    let bytes = strlen(text.assumingMemoryBound(to: CChar.self))
    return isWide ? UTF16Text.units(text, bytes) : bytes
}
