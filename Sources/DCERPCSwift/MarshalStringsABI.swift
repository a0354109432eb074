// SPDX-License-Identifier: LGPL-3.0-or-later
// ndr_marshal.h: strings

public import CDCERPC
internal import NDR

@c @implementation
public func ndr_push_string(_ ndr: OpaquePointer?, _ ndr_flags: Int32, _ s: UnsafePointer<CChar>?) -> ndr_err_code {
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(string: s)
    }
}

@c @implementation
public func ndr_pull_string(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ s: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> ndr_err_code {
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        guard let s else { throw .invalidPointer }
        s.pointee = try context.pullString()
    }
}

@c @implementation
public func ndr_push_string_array(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ a: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> ndr_err_code {
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(strings: UnsafePointer(a))
    }
}

@c @implementation
public func ndr_pull_string_array(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ a: UnsafeMutablePointer<UnsafeMutablePointer<UnsafePointer<CChar>?>?>?
) -> ndr_err_code {
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        guard let a else { throw .invalidPointer }
        a.pointee = try context.pullStrings().assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }
}

@c @implementation
public func ndr_push_charset(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ text: UnsafePointer<CChar>?, _ length: UInt32, _ byte_mul: UInt8,
    _ chset: charset_t
) -> ndr_err_code {
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(charset: text, units: Int(length), unit: Int(byte_mul), chset.rawValue)
    }
}

@c @implementation
public func ndr_pull_charset(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ length: UInt32,
    _ byte_mul: UInt8, _ chset: charset_t
) -> ndr_err_code {
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        guard let text else { throw .invalidPointer }
        text.pointee = try context.pullCharset(
            units: Int(length), unit: Int(byte_mul), chset.rawValue, toNull: false)
    }
}

@c @implementation
public func ndr_push_charset_to_null(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ text: UnsafePointer<CChar>?, _ length: UInt32, _ byte_mul: UInt8,
    _ chset: charset_t
) -> ndr_err_code {
    pushingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        try context.push(charset: text, units: Int(length), unit: Int(byte_mul), chset.rawValue)
    }
}

@c @implementation
public func ndr_pull_charset_to_null(
    _ ndr: OpaquePointer?, _ ndr_flags: Int32, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ length: UInt32,
    _ byte_mul: UInt8, _ chset: charset_t
) -> ndr_err_code {
    pullingScalars(ndr, ndr_flags) { (context) throws(NDRErrorCode) in
        guard let text else { throw .invalidPointer }
        text.pointee = try context.pullCharset(
            units: Int(length), unit: Int(byte_mul), chset.rawValue, toNull: true)
    }
}

@c @implementation
public func ndr_check_string_terminator(_ ndr: OpaquePointer?, _ count: UInt32, _ element_size: UInt32) -> ndr_err_code
{
    pulling(ndr) { (context) throws(NDRErrorCode) in
        try context.checkTerminator(Int(count), unit: Int(element_size))
    }
}

@c @implementation
public func ndr_charset_length(_ text: UnsafeRawPointer?, _ chset: charset_t) -> UInt32 {
    guard let text else { return 0 }
    return UInt32(truncatingIfNeeded: textUnits(text, isWide: chset == CH_UTF16LE || chset == CH_UTF16BE) + 1)
}

@c @implementation
public func ndr_string_length(_ text: UnsafeRawPointer?, _ element_size: UInt32) -> UInt32 {
    guard let text, element_size > 0 else { return 0 }
    let size = Int(element_size)
    var count = 0
    while (0..<size).contains(where: { text.load(fromByteOffset: count * size + $0, as: UInt8.self) != 0 }) {
        count += 1
    }
    return UInt32(truncatingIfNeeded: count + 1)
}

@c @implementation
public func ndr_size_string(_ ret: Int32, _ string: UnsafePointer<UnsafePointer<CChar>?>?, _ flags: Int32) -> UInt32 {
    guard let text = string?.pointee else { return UInt32(bitPattern: ret) }
    return UInt32(bitPattern: ret) &+ UInt32(truncatingIfNeeded: textUnits(text, isWide: false) + 1)
}
