// SPDX-License-Identifier: LGPL-3.0-or-later

/// Every bound of the engine, and why it is what it is.
public enum Limits {
    /// Room that a push makes in advance because the one before took so much.
    static let roomAhead = 1 << 20
    /// Sixteenths of a byte that a pool has at the most for each byte of stub: structures of four bytes behind pointers of
    /// four take 14 times what they are on the wire.
    static let poolRatio = 16 * 24
    /// Pointers below pointers. No protocol that we know nests its types deeper than 30; each level costs about half
    /// a kilobyte of stack.
    public static let depth = 100
    /// [max_recursion(n)] may raise the depth to this. 1000 levels fit the 512 KB stack of a small thread.
    public static let deepest = 1000
    /// C memory that one pull may allocate: this many times the stub's bytes ...
    ///
    /// The worst honest ratio is an array of unions: 8 bytes of wire select an arm of some hundred bytes of C.
    public static let allocationFactor = 128
    /// ... and this much besides: a client may ask for room (max_count) that it does not fill (actual_count 0).
    public static let allocationBase = 16 << 20
    /// What a request may make its [out] arrays take (size_is of an [in] number): they are paid before the manager
    /// has seen the call.
    public static let outAllocation = 16 << 20
    /// Elements of an array whose elements take no bytes on the wire.
    public static let emptyElements = 4096
    /// Bytes of one stub that are pulled; counts stay far below 32 bits.
    public static let stub = 1 << 30

    /// Nesting of by-value types in a table; real ones stay below 12.
    static let nesting = 64
    /// Instructions that one function may compile to, in one direction.
    static let program = 1 << 20
    /// Instructions that are copied into the enclosing program instead of called.
    static let inlined = 4096
    /// [out] arrays of one function in memory of the caller; no protocol has more than a few.
    static let capacities = 24
    /// From the lowest to the highest label of a union whose arms are found by index.
    static let selections = 256
    /// Operations of one expression; real ones stay below 30.
    static let expression = 1024
    /// [value()] expressions that refer to further ones.
    static let valueNesting = 2
    /// Sizes within sizes, which double the work each: Samba's deepest are three. A structure that asks for its own ends here.
    static let sizing = 5
    /// Size of one C structure of a table.
    static let structure = 1 << 28
}
