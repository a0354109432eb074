// SPDX-License-Identifier: LGPL-3.0-or-later

public import CDCERPC
internal import Glibc

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
    /// `string`; NULL is "".
    public func push(string text: UnsafePointer<CChar>?) throws(NDRErrorCode) {
        try live().pointee.pushText(FlaggedText(libndr: flags), text)
    }

    /// `string_array`, which NULL ends.
    public func push(strings list: UnsafePointer<UnsafePointer<CChar>?>?) throws(NDRErrorCode) {
        try live().pointee.pushTexts(FlaggedText(libndr: flags), UnsafeRawPointer(list))
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

    public func push(blob: DATA_BLOB) throws(NDRErrorCode) {
        guard 0...Limits.stub ~= blob.length else { throw .length }
        var blob = blob
        try live().pointee.pushBlob(MarshalFlags.blobForm(flags), &blob)
    }
}

extension PullContext {
    /// `string` as a chunk of its own.
    public func pullString() throws(NDRErrorCode) -> UnsafePointer<CChar> {
        let text = try live().pointee.pullText(FlaggedText(libndr: flags), nil, parent)
        return UnsafePointer(text.assumingMemoryBound(to: CChar.self))
    }

    /// `string_array`: an array that NULL ends.
    public func pullStrings() throws(NDRErrorCode) -> UnsafeMutableRawPointer {
        try live().pointee.pullTexts(FlaggedText(libndr: flags), nil, parent)
    }

    /// `units` units of a character set as a chunk of its own; with `toNull` what follows a terminator is left out.
    public func pullCharset(units: Int, unit: Int, _ charset: UInt32, toNull: Bool) throws(NDRErrorCode)
        -> UnsafePointer<CChar>
    {
        guard let set = TextSet(charset, MarshalFlags.isBigEndian(flags)), set.unit == unit, units >= 0,
            units <= Limits.stub / 2
        else {
            throw .charcnv
        }
        let puller = try live()
        let source = try view(units * unit)
        let count = toNull ? puller.pointee.terminatorIndex(source, units, unit) : units
        let text = try puller.pointee.decode(
            source, count, unit == 2 ? .utf16(bigEndian: set.bigEndian) : .utf8, nil, parent)
        return UnsafePointer(text.assumingMemoryBound(to: CChar.self))
    }

    /// Whether the `count` units that follow end with a zero one; nothing is taken.
    public func checkTerminator(_ count: Int, unit: Int) throws(NDRErrorCode) {
        guard [1, 2, 4].contains(unit), count >= 0, count <= Limits.stub / 4 else { throw .flags }
        try need(count * unit)
        guard count > 0 else { return }
        let last = try live().pointee.cursor + (count - 1) * unit
        for i in 0..<unit where last.load(fromByteOffset: i, as: UInt8.self) != 0 { throw .arraySize }
    }

    /// DATA_BLOB: a length and bytes, or what the flags say.
    public func pullBlob() throws(NDRErrorCode) -> DATA_BLOB {
        var blob = DATA_BLOB()
        try live().pointee.pullBlob(MarshalFlags.blobForm(flags), &blob, parent)
        return blob
    }
}

extension MarshalFlags {
    /// NDR_BLOB_* of the flags; 0: a length and bytes.
    static func blobForm(_ flags: UInt32) -> UInt32 {
        if flags & remaining != 0 { return NDR_BLOB_REMAINING }
        if flags & align2 != 0 { return NDR_BLOB_ALIGN2 }
        if flags & align4 != 0 { return NDR_BLOB_ALIGN4 }
        if flags & align8 != 0 { return NDR_BLOB_ALIGN8 }
        return 0
    }
}

/// Units that a C string takes: bytes, or UTF-16's.
public func textUnits(_ text: UnsafeRawPointer, isWide: Bool) -> Int {
    let bytes = strlen(text.assumingMemoryBound(to: CChar.self))
    return isWide ? UTF16Text.units(text, bytes) : bytes
}
