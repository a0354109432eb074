// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// One instruction of a compiled program. The same codes serve push and pull.
///
/// `c` is an offset in the C structure at the current base; `w` an offset in the current wire block.
struct Op {
    var code: UInt8
    /// A detail of the code: an alignment, a scalar kind, flags.
    var kind: UInt8 = 0
    var cSize: UInt8 = 0
    var wSize: UInt8 = 0
    var c: UInt32 = 0
    var w: UInt32 = 0
    var a: UInt32 = 0
    var b: UInt32 = 0
    /// Index of the path node that names the field in errors.
    var path: UInt32 = 0

    /// In the `kind` of a value: 8 bytes as two words, the low one first in either byte order.
    static let lowWordFirst: UInt8 = 2
    static let highWordFirst: UInt8 = 4
    static let seconds: UInt8 = 8
}

enum OpCode {
    static let end: UInt8 = 0
    /// Aligns to `kind`, takes `a` bytes; what follows stores relative to them.
    static let block: UInt8 = 1
    static let copy1: UInt8 = 2
    static let copy2: UInt8 = 3
    static let copy4: UInt8 = 4
    static let copy8: UInt8 = 5
    /// `a` bytes, the same in C and on the wire.
    static let copy: UInt8 = 6
    /// `a` units of 2, 4, 8 bytes in the other byte order.
    static let swap2: UInt8 = 7
    static let swap4: UInt8 = 8
    static let swap8: UInt8 = 9
    /// An integer whose C size and wire size differ; kind 1: signed.
    static let convert: UInt8 = 10
    /// A scalar with rules of its own, `kind` = NDR_T_*.
    static let scalar: UInt8 = 11
    /// `a` bytes of padding.
    static let gap: UInt8 = 12
    /// The referent id of a pointer, `kind` = NDR_PTR_*, `a` = type of the pointee.
    static let pointer: UInt8 = 13
    /// Checks an integer of `cSize` bytes (kind 1: signed) against range `a`.
    static let range: UInt8 = 14
    /// Push: expression `a` instead of a C field, `wSize` bytes.
    static let value: UInt8 = 15
    /// Expression `a` becomes the level of the unions that follow. Pull, kind 1: what it reads comes later; the tag on
    /// the wire selects the arm, and the two are compared at the end.
    static let level: UInt8 = 16
    /// A union in place; `a` = its record.
    static let union: UInt8 = 17
    static let unionBuffers: UInt8 = 18
    /// Runs block `a` on base + c.
    static let callScalars: UInt8 = 19
    static let callBuffers: UInt8 = 20
    /// The elements of array `a`, a fixed number of them without counts.
    static let loopScalars: UInt8 = 21
    static let loopBuffers: UInt8 = 22
    /// max_count of the conformant array `a` that ends the structure.
    static let hoist: UInt8 = 23
    /// An array or string in place; `a` = its record; kind 1: its max_count was hoisted.
    static let array: UInt8 = 24
    static let arrayBuffers: UInt8 = 25
    static let string: UInt8 = 26
    static let blob: UInt8 = 27
    /// dom_sid in one of its forms, `kind` = NDR_T_DOM_SID*.
    static let sid: UInt8 = 28
    /// What a pointer leads to; `a` = record of the pointer or of the array.
    static let deferPointer: UInt8 = 29
    static let deferArray: UInt8 = 30
    static let deferString: UInt8 = 31
    /// A [ref] argument: the base becomes what it leads to, until `leave`. `a` = record of the pointer.
    static let enter: UInt8 = 32
    static let leave: UInt8 = 33
    /// Pull: `a` bytes of C become zero.
    static let zero: UInt8 = 34
    /// Pull: the comparisons of counts that had to wait.
    static let checks: UInt8 = 35
    /// Request pull: allocates an [out] reference; `a` = pointer record, `b` = 1 + c offset of the [in] peer.
    static let outPointer: UInt8 = 36
    static let outArray: UInt8 = 37
    /// A [ref] pointer without referent id whose pointee follows among the buffers.
    static let mark: UInt8 = 38
    /// A security descriptor, ACL or ACE, `kind` = NDR_T_SECURITY_*.
    static let security: UInt8 = 39
    /// A subcontext; `a` = its record.
    static let subcontext: UInt8 = 40
    /// What follows goes by the rules of index `kind`.
    static let rules: UInt8 = 41
    /// C functions marshal what is at the base; `a` = hook, `b` = flags for them, kind 1: it is a union, which needs the level.
    static let hook: UInt8 = 70
    /// Request pull: `a` bytes of the [in] peer, `b` = 1 + its c offset, are what the [out] argument starts with.
    static let copyOut: UInt8 = 80
    /// Push: expression `b` is where the characters or bytes of array `a` are.
    static let text: UInt8 = 81
}

extension OpCode {
    /// What works on bytes that a block before it has taken.
    static func isInBlock(_ code: UInt8) -> Bool {
        switch code {
        case copy, copy1, copy2, copy4, copy8, swap2, swap4, swap8, convert, scalar, gap, pointer, range, hoist,
            relative:
            true
        default: false
        }
    }

    /// What a pointer leads to that shares its slot and is a pointer by itself; `a` = record of the pointer.
    static let deferShared: UInt8 = 55
    /// A relative pointer of `kind` bytes.
    static let relative: UInt8 = 50
    /// Around the operation that writes or reads what it leads to: `kind` as above, `wSize` its alignment as a power of
    /// two, `cSize` 1: at the end of the subcontext.
    static let relativeStart: UInt8 = 51
    static let relativeEnd: UInt8 = 52
    /// A structure of its own, `a` = block, from which relative pointers count; `kind` its alignment.
    static let basedScalars: UInt8 = 53
    static let basedBuffers: UInt8 = 54

    /// As `deferPointer`, for a pointee that is one copy, without anything in its buffers.
    static let deferCopy: UInt8 = 90
    /// The same for a pointee that is a dom_sid, `kind` = NDR_T_DOM_SID*.
    static let deferSID: UInt8 = 91
    /// As `deferString`, for a string that is `isCounted`.
    static let deferCounted: UInt8 = 92
    /// As `level`, with the `union` or `unionBuffers` that follows at once. Without a level that comes late.
    static let levelUnion: UInt8 = 93
    static let levelBuffers: UInt8 = 94
    /// Push: instead of a C field `b` times the UTF-16 units of the string in the slot at `c`, `wSize` bytes, which have to
    /// fit `cSize` bytes too.
    static let textLength: UInt8 = 95
}

/// An array or a string, as the interpreters need it.
struct ArrayRecord {
    /// 0: element by element; else the unit in which it is copied: 1 the same bytes, 2, 4, 8 swapped.
    var copyUnit: UInt8 = 0
    var charset: UInt8 = 0
    /// 1 or 2 bytes a unit of a string.
    var unit: UInt8 = 1
    var elementAlign: UInt8 = 1
    var flags: UInt32 = 0
    var type: UInt32 = 0
    /// Block of the element.
    var block: UInt32 = 0
    var cSize: UInt32 = 0
    var maxDepth: UInt32 = 0
    /// At least so many bytes on the wire each.
    var minWire: UInt32 = 0
    var count: UInt32 = 0
    var sizeExpr: Int32 = -1
    var lengthExpr: Int32 = -1
    /// The first element that travels, where that need not be 0.
    var firstExpr: Int32 = -1
    var firstCheck: UInt8 = 0
    var rangeMin: Int64 = 0
    var rangeMax: Int64 = 0
    /// Pull: NDR_PTR_* of the pointer whose slot this shares, 0 if none.
    var pointer: UInt8 = 0
    /// How counts and expressions are compared on pull: 0 not, 1 at once, 2 at the end.
    var sizeCheck: UInt8 = 0
    var lengthCheck: UInt8 = 0
    var hasRange = false
    var hasBuffers = false
    var isInline = false
    var topLevel = false
    /// Index of the caller's capacity, or -1.
    var capacity: Int32 = -1
    /// The environment of the elements: the current one, or base + selfOffset.
    var usesEnvironment = true
    var selfOffset: UInt32 = 0
    /// NDR_TEXT_* of a string that these say all of; `sizeExpr` then computes more of them.
    var text: UInt32 = 0
    /// A terminated conformant varying UTF-16 string without expressions or range.
    var isUsual = false
    /// Push: the counts of such a string without terminator are its own length; max_count is that and `sizeExtra`.
    var isOwnLength = false
    var sizeExtra: UInt8 = 0
    /// Pull: a UTF-16 string without terminator, whose counts are compared at once with fields of its structure.
    var isCounted = false
    /// talloc name.
    var name: UnsafePointer<CChar>?
}

/// A pointer with a slot of its own.
struct PointerRecord {
    /// Of the pointee.
    var type: UInt32
    var kind: UInt8
    var hasBuffers: Bool
    var size: UInt32
    var maxDepth: UInt32
    var block: UInt32
    var usesEnvironment: Bool
    var selfOffset: UInt32
    var name: UnsafePointer<CChar>?
}

/// A part of the stub with alignment and rules of its own.
struct SubcontextRecord {
    /// NDR_SUB_*.
    var header: UInt8
    var hasBuffers: Bool
    var usesEnvironment: Bool
    var selfOffset: UInt32
    var sizeExpr: Int32
    /// The content in the byte order around it, and in the other one; NDR_SUB_TYPE_2: in NDR32 and in NDR64.
    var block: UInt32
    var otherBlock: UInt32
    /// NDR_COMPRESSION_* of the content and its own size; -1: it is not compressed.
    var algorithmExpr: Int32 = -1
    var plainSizeExpr: Int32 = -1
    /// Bytes that nobody reads are an error.
    var isStrict = false
    /// Behind it zeros, as if its size were a multiple of this, which is a power of two.
    var alignment: UInt8 = 1
    /// Of the table, for the header of NDR_SUB_TYPE_2.
    var interface: ndr_syntax_id
}

struct UnionRecord {
    var tagSize: UInt8
    var tagAlign: UInt8
    var tagSigned: Bool
    var hasBuffers: Bool
    /// Before the tag and before the arm; 1: none.
    var alignTag: UInt8
    var alignArm: UInt8
    /// Relative pointers in it count from where its arm starts.
    var isBased = false
    /// A tag, nothing to align but that, and not `isBased`.
    var isSimple = false
    /// What the tag may hold, however C extends it.
    var tagLeast = Int64.min
    var tagMost = Int64.max
    /// The arms of the levels from `lowest` on are `selections[selection ..< selection + span]`, those of no other level in
    /// labels; span 0: the labels lie too far apart.
    var lowest: Int64 = 0
    var selection: UInt32 = 0
    var span: UInt32 = 0
    var cSize: UInt32
    /// Labels, sorted, in `labels[first ..< first + count]`.
    var first: UInt32
    var count: UInt32
    /// The arm of other labels, or -1: none (an error).
    var otherwise: Int32
}

struct UnionLabel {
    var label: Int64
    /// Index into arms.
    var arm: Int32
}

/// An arm: -1 block for one without content.
struct UnionArm {
    var block: Int32
    var path: UInt32
    var alignment: UInt8 = 1
    /// Something is in the buffers of its block.
    var hasBuffers = false
    /// The block is one copy from the start of the C union: its bytes, 0 elsewhere, and its alignment.
    var copySize: UInt8 = 0
    var copyAlign: UInt8 = 1
}

/// Where the code of a type's two phases starts.
struct Block {
    var scalars: Int32
    var buffers: Int32
    /// Where the scalars are one block of plain fields: its size on the wire, 0 elsewhere, and its alignment.
    var flatSize: UInt32 = 0
    var flatAlign: UInt8 = 1
    /// They are one copy from this offset of the C structure; negative elsewhere.
    var copyOffset: Int32 = -1
    /// They are so many pointers in a row, from `pointerOffset` on.
    var pointerCount: UInt8 = 0
    var pointerOffset: UInt32 = 0
    /// Operations of the scalars that do something, where they are flat.
    var flatCount: UInt16 = 0
    /// Bytes of the C structure that these fill on pull.
    var filled: UInt32 = 0
    /// On push they leave something in the queue.
    var usesQueue = false
    /// Something is in the buffers.
    var hasBuffers = false
    /// They are plain pointees and nothing else (`PlainBuffers`).
    var hasPlainBuffers = false
    /// They are terminated UTF-16 strings and nothing else.
    var hasOnlyStrings = false
    /// Below this depth none of these pointees is too deep.
    var leastDepth: UInt32 = 0
}

/// A compiled expression.
struct Expression {
    static let constant: UInt8 = 0
    static let field: UInt8 = 1
    static let dereference: UInt8 = 2
    static let general: UInt8 = 3
    /// The length of the string that the pointer at `offset` leads to; `load` = NDR_X_STRLEN*.
    static let stringLength: UInt8 = 4

    var kind: UInt8
    /// NDR_X_U8 ... NDR_X_I64.
    var load: UInt8
    /// `self` is the environment (the structure above a chain of levels), not the current base.
    var usesEnvironment: Bool
    var selfOffset: UInt32
    var offset: UInt32
    var offset2: UInt32
    /// Of `constant`; else what is added in the end.
    var constantValue: Int64
    /// The loaded value times `factor`, divided by `divisor`, plus `constantValue`.
    var isScaled = false
    var factor: Int64 = 1
    var divisor: Int64 = 1
    /// Where the divisor is a power of two, which one. A field that is not `isScaled` is shifted by it.
    var shift: Int8 = 0
}

struct PathNode {
    var parent: UInt32
    /// 1 + index of the member, 0 for the root.
    var member: UInt32
}
