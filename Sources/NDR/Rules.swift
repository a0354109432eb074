// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// The transfer syntax and the byte order of stub data.
public struct Rules: Equatable, Sendable {
    public var ndr64: Bool
    public var bigEndian: Bool
    /// Nothing is aligned: inside what carries NDR_FLAG_NO_ALIGN.
    var noAlign = false
    /// Of what relative pointers lead to: its alignment as a power of two, and whether it stands at the end.
    var relativeAlignment: UInt8 = 0
    var isReverse = false
    /// Hooks write domain names in full.
    var hasPlainNames = false

    public init(ndr64: Bool = false, bigEndian: Bool = false) {
        self.ndr64 = ndr64
        self.bigEndian = bigEndian
    }

    public static let ndr32 = Rules()
    public static let ndr64 = Rules(ndr64: true)

    /// 0 ... 3 outside flagged types, to index tables of programs.
    @inline(__always)
    var index: Int {
        (hasPlainNames ? 64 : 0) + (isReverse ? 32 : 0) + Int(relativeAlignment) * 8 + (noAlign ? 4 : 0)
            + (ndr64 ? 2 : 0)
            + (bigEndian ? 1 : 0)
    }

    init(index: Int) {
        self.init(ndr64: index & 2 != 0, bigEndian: index & 1 != 0)
        noAlign = index & 4 != 0
        relativeAlignment = UInt8(index >> 3 & 3)
        isReverse = index & 32 != 0
        hasPlainNames = index & 64 != 0
    }

    /// With NDR_FLAG_*.
    func applying(_ flags: UInt32) -> Rules {
        guard flags != 0 else { return self }
        var result = self
        if flags & (NDR_FLAG_LITTLE_ENDIAN | NDR_FLAG_BIG_ENDIAN) != 0 {
            result.bigEndian = flags & NDR_FLAG_BIG_ENDIAN != 0
            result.ndr64 = false
        }
        let alignments = [NDR_FLAG_ALIGN2, NDR_FLAG_ALIGN4, NDR_FLAG_ALIGN8]
        // The innermost word about alignment counts.
        if flags & alignments.reduce(NDR_FLAG_NO_ALIGN, |) != 0 {
            result.noAlign = flags & NDR_FLAG_NO_ALIGN != 0
            result.relativeAlignment = UInt8((alignments.firstIndex { flags & $0 != 0 } ?? -1) + 1)
            if result.noAlign { result.relativeAlignment = 0 }
        }
        if flags & NDR_FLAG_RELATIVE_REVERSE != 0 { result.isReverse = true }
        if flags & NDR_FLAG_NO_COMPRESSION != 0 { result.hasPlainNames = true }
        return result
    }

    /// What a referent id, a count and a uint3264 take on the wire.
    var wordSize: Int { ndr64 ? 8 : 4 }
}

/// Whose arguments: those of a request ([in]) or those of a response ([out]).
public enum Direction: Sendable {
    case request
    case response
}

public struct PullOptions: Sendable {
    /// Response: allocate [out] references instead of writing through those that stand in the structure.
    public var refAlloc = false
    /// Bytes left over are no error.
    public var allowTrailing = false
    /// Alignment gaps must be zero.
    public var padCheck = false

    public init(refAlloc: Bool = false, allowTrailing: Bool = false, padCheck: Bool = false) {
        self.refAlloc = refAlloc
        self.allowTrailing = allowTrailing
        self.padCheck = padCheck
    }
}
