// SPDX-License-Identifier: LGPL-3.0-or-later

/// UTF-16 on the wire, UTF-8 in C.
///
/// Text that is ASCII goes sixteen bytes at a time. Lone surrogates and malformed UTF-8 are refused, as Samba's
/// iconv does: a name that changes on its way is worse than an error.
enum UTF16Text {
    /// UTF-16 units of `n` bytes of UTF-8; malformed bytes count as something.
    @inline(__always)
    static func units(_ source: UnsafeRawPointer, _ n: Int) -> Int {
        if n >= 16 {
            var seen = (source + (n &- 16)).loadUnaligned(as: SIMD16<UInt8>.self)
            var i = 0
            while i <= n &- 16 {
                seen |= (source + i).loadUnaligned(as: SIMD16<UInt8>.self)
                i &+= 16
            }
            if isASCII(seen) { return n }
        } else if n >= 8 {
            let words =
                source.loadUnaligned(as: UInt64.self) | (source + (n &- 8)).loadUnaligned(as: UInt64.self)
            if words & 0x8080_8080_8080_8080 == 0 { return n }
        } else if n >= 4 {
            let words = source.loadUnaligned(as: UInt32.self) | (source + (n &- 4)).loadUnaligned(as: UInt32.self)
            if words & 0x8080_8080 == 0 { return n }
        }
        return unitsOneByOne(source, n)
    }

    @inline(never)
    private static func unitsOneByOne(_ source: UnsafeRawPointer, _ n: Int) -> Int {
        var count = 0
        for i in 0..<n {
            let byte = source.load(fromByteOffset: i, as: UInt8.self)
            if byte & 0xc0 != 0x80 { count &+= 1 }
            if byte >= 0xf0 { count &+= 1 }
        }
        return count
    }

    // MARK: ASCII

    /// Writes `n` bytes as `n` units; false: one of them is not ASCII, and what was written is worthless.
    @inline(__always)
    static func widen(_ source: UnsafeRawPointer, _ n: Int, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool)
        -> Bool
    {
        if n >= 16 {
            var seen = SIMD16<UInt8>.zero
            var i = 0
            while i <= n &- 16 {
                seen |= widen16(source + i, target + 2 &* i, bigEndian)
                i &+= 16
            }
            if i != n { seen |= widen16(source + (n &- 16), target + 2 &* (n &- 16), bigEndian) }
            return isASCII(seen)
        }
        if n >= 8 {
            let seen = widen8(source, target, bigEndian) | widen8(source + (n &- 8), target + 2 &* (n &- 8), bigEndian)
            return unsafeBitCast(seen, to: UInt64.self) & 0x8080_8080_8080_8080 == 0
        }
        if n >= 4 {
            let seen = widen4(source, target, bigEndian) | widen4(source + (n &- 4), target + 2 &* (n &- 4), bigEndian)
            return seen & 0x8080_8080 == 0
        }
        var seen: UInt8 = 0
        for i in 0..<n {
            let byte = source.load(fromByteOffset: i, as: UInt8.self)
            seen |= byte
            let unit = bigEndian ? UInt16(byte).bigEndian : UInt16(byte).littleEndian
            (target + 2 &* i).storeBytes(of: unit, as: UInt16.self)
        }
        return seen < 0x80
    }

    @inline(__always)
    private static func widen16(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool)
        -> SIMD16<UInt8>
    {
        let bytes = source.loadUnaligned(as: SIMD16<UInt8>.self)
        store8(bytes.lowHalf, target, bigEndian)
        store8(bytes.highHalf, target + 16, bigEndian)
        return bytes
    }

    @inline(__always)
    private static func widen8(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool)
        -> SIMD8<UInt8>
    {
        let bytes = source.loadUnaligned(as: SIMD8<UInt8>.self)
        store8(bytes, target, bigEndian)
        return bytes
    }

    @inline(__always)
    private static func store8(_ bytes: SIMD8<UInt8>, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool) {
        var wide = SIMD16<UInt8>.zero
        if bigEndian { wide.oddHalf = bytes } else { wide.evenHalf = bytes }
        target.storeBytes(of: wide, as: SIMD16<UInt8>.self)
    }

    @inline(__always)
    private static func widen4(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool)
        -> UInt32
    {
        let bytes = UInt32(littleEndian: source.loadUnaligned(as: UInt32.self))
        let x = UInt64(bytes)
        let pairs = (x | x << 16) & 0x0000_ffff_0000_ffff
        let wide = (pairs | pairs << 8) & 0x00ff_00ff_00ff_00ff
        target.storeBytes(of: (bigEndian ? wide << 8 : wide).littleEndian, as: UInt64.self)
        return bytes
    }

    @inline(__always)
    private static func isASCII(_ bytes: SIMD16<UInt8>) -> Bool {
        let words = unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
        return (words[0] | words[1]) & 0x8080_8080_8080_8080 == 0
    }

    /// Whether all `n` units are ASCII.
    @inline(__always)
    static func isASCII(_ source: UnsafeRawPointer, _ n: Int, _ bigEndian: Bool) -> Bool {
        let mask: UInt64 = bigEndian ? 0x80ff_80ff_80ff_80ff : 0xff80_ff80_ff80_ff80
        var seen: UInt64 = 0
        if n >= 8 {
            var vector = SIMD16<UInt8>.zero
            var i = 0
            while i <= n &- 8 {
                vector |= (source + 2 &* i).loadUnaligned(as: SIMD16<UInt8>.self)
                i &+= 8
            }
            vector |= (source + 2 &* (n &- 8)).loadUnaligned(as: SIMD16<UInt8>.self)
            let words = unsafeBitCast(vector, to: SIMD2<UInt64>.self)
            seen = words[0] | words[1]
        } else if n >= 4 {
            seen = source.loadUnaligned(as: UInt64.self) | (source + 2 &* (n &- 4)).loadUnaligned(as: UInt64.self)
        } else {
            for i in 0..<n { seen |= UInt64((source + 2 &* i).loadUnaligned(as: UInt16.self)) }
        }
        return UInt64(littleEndian: seen) & mask == 0
    }

    /// Writes `n` units, all of them ASCII, as `n` bytes.
    @inline(__always)
    static func narrow(_ source: UnsafeRawPointer, _ n: Int, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool) {
        if n >= 8 {
            var i = 0
            while i <= n &- 8 {
                narrow8(source + 2 &* i, target + i, bigEndian)
                i &+= 8
            }
            if i != n { narrow8(source + 2 &* (n &- 8), target + (n &- 8), bigEndian) }
            return
        }
        if n >= 4 {
            narrow4(source, target, bigEndian)
            return narrow4(source + 2 &* (n &- 4), target + (n &- 4), bigEndian)
        }
        for i in 0..<n {
            let unit = (source + 2 &* i).loadUnaligned(as: UInt16.self)
            let value = bigEndian ? UInt16(bigEndian: unit) : UInt16(littleEndian: unit)
            (target + i).storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
        }
    }

    @inline(__always)
    private static func narrow8(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool) {
        let units = source.loadUnaligned(as: SIMD16<UInt8>.self)
        target.storeBytes(of: bigEndian ? units.oddHalf : units.evenHalf, as: SIMD8<UInt8>.self)
    }

    @inline(__always)
    private static func narrow4(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool) {
        let units = UInt64(littleEndian: source.loadUnaligned(as: UInt64.self))
        let wide = (bigEndian ? units >> 8 : units) & 0x00ff_00ff_00ff_00ff
        let pairs = (wide | wide >> 8) & 0x0000_ffff_0000_ffff
        let bytes = UInt32(truncatingIfNeeded: pairs | pairs >> 16)
        target.storeBytes(of: bytes.littleEndian, as: UInt32.self)
    }

    // MARK: Everything else

    /// Writes UTF-8 as UTF-16 into room for `capacity` units; nil: malformed, or no room.
    @inline(never)
    static func encode(
        _ source: UnsafeRawPointer, _ n: Int, _ target: UnsafeMutableRawPointer, _ capacity: Int, _ bigEndian: Bool
    ) -> Int? {
        var i = 0
        var count = 0
        while i < n {
            guard let (scalar, length) = decodeUTF8(source + i, n - i) else { return nil }
            i += length
            if scalar < 0x10000 {
                guard count < capacity else { return nil }
                store(UInt16(truncatingIfNeeded: scalar), target, count, bigEndian)
                count += 1
            } else {
                guard count + 1 < capacity else { return nil }
                let rest = scalar &- 0x10000
                store(0xd800 | UInt16(truncatingIfNeeded: rest >> 10), target, count, bigEndian)
                store(0xdc00 | UInt16(truncatingIfNeeded: rest & 0x3ff), target, count + 1, bigEndian)
                count += 2
            }
        }
        return count
    }

    /// Bytes that `n` units take in UTF-8; nil: a lone surrogate.
    @inline(never)
    static func decodedSize(_ source: UnsafeRawPointer, _ n: Int, _ bigEndian: Bool) -> Int? {
        var size = 0
        var i = 0
        while i < n {
            guard let (scalar, length) = decodeUTF16(source, i, n, bigEndian) else { return nil }
            i += length
            size += scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
        }
        return size
    }

    /// Writes what `decodedSize` counted.
    @inline(never)
    static func decode(_ source: UnsafeRawPointer, _ n: Int, _ target: UnsafeMutableRawPointer, _ bigEndian: Bool) {
        var out = target
        var i = 0
        while i < n {
            guard let (scalar, length) = decodeUTF16(source, i, n, bigEndian) else { return }
            i += length
            out += encodeUTF8(scalar, out)
        }
    }

    private static func store(_ unit: UInt16, _ target: UnsafeMutableRawPointer, _ index: Int, _ bigEndian: Bool) {
        (target + 2 * index).storeBytes(of: bigEndian ? unit.bigEndian : unit.littleEndian, as: UInt16.self)
    }

    private static func decodeUTF16(_ source: UnsafeRawPointer, _ i: Int, _ n: Int, _ bigEndian: Bool)
        -> (UInt32, Int)?
    {
        func unit(_ index: Int) -> UInt32 {
            let raw = (source + 2 * index).loadUnaligned(as: UInt16.self)
            return UInt32(bigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw))
        }
        let first = unit(i)
        guard first & 0xf800 == 0xd800 else { return (first, 1) }
        guard first < 0xdc00, i + 1 < n else { return nil }
        let second = unit(i + 1)
        guard second & 0xfc00 == 0xdc00 else { return nil }
        return (0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff), 2)
    }

    /// One scalar of well-formed UTF-8 (RFC 3629).
    static func decodeUTF8(_ source: UnsafeRawPointer, _ n: Int) -> (UInt32, Int)? {
        func byte(_ i: Int) -> UInt32 { UInt32(source.load(fromByteOffset: i, as: UInt8.self)) }
        let first = byte(0)
        if first < 0x80 { return (first, 1) }
        let length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
        guard length > 0, n >= length else { return nil }
        var scalar = first & (0x7f >> UInt32(length))
        for i in 1..<length {
            let next = byte(i)
            guard next & 0xc0 == 0x80 else { return nil }
            scalar = scalar << 6 | next & 0x3f
        }
        if length == 3, scalar < 0x800 || scalar & 0xf800 == 0xd800 { return nil }
        if length == 4, scalar < 0x10000 || scalar > 0x10ffff { return nil }
        return (scalar, length)
    }

    private static func encodeUTF8(_ scalar: UInt32, _ out: UnsafeMutableRawPointer) -> Int {
        func put(_ i: Int, _ value: UInt32) {
            out.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: i, as: UInt8.self)
        }
        if scalar < 0x80 {
            put(0, scalar)
            return 1
        }
        if scalar < 0x800 {
            put(0, 0xc0 | scalar >> 6)
            put(1, 0x80 | scalar & 0x3f)
            return 2
        }
        if scalar < 0x10000 {
            put(0, 0xe0 | scalar >> 12)
            put(1, 0x80 | scalar >> 6 & 0x3f)
            put(2, 0x80 | scalar & 0x3f)
            return 3
        }
        put(0, 0xf0 | scalar >> 18)
        put(1, 0x80 | scalar >> 12 & 0x3f)
        put(2, 0x80 | scalar >> 6 & 0x3f)
        put(3, 0x80 | scalar & 0x3f)
        return 4
    }

    /// Whether `n` bytes are well-formed UTF-8; `asciiOnly` narrows that.
    static func isValidUTF8(_ source: UnsafeRawPointer, _ n: Int, asciiOnly: Bool) -> Bool {
        var i = 0
        while i < n {
            guard let (scalar, length) = decodeUTF8(source + i, n - i) else { return false }
            if asciiOnly, scalar > 0x7f { return false }
            i += length
        }
        return true
    }
}
