// SPDX-License-Identifier: LGPL-3.0-or-later

/// Why marshalling failed, in libndr's words.
public enum NDRErrorCode: UInt8, Error, Equatable, Sendable {
    /// Counts contradict each other, the IDL or the caller's array; also a string without its terminator.
    case arraySize
    case badSwitch
    case charcnv
    case length
    /// The bytes end too early.
    case bufsize
    /// Out of memory, or over a limit of Limits.swift.
    case alloc
    case range
    case invalidPointer
    case unreadBytes
    case maxRecursionExceeded
    /// A varying array that does not start at its first element.
    case arrayOffset
    case ipv4Address
    case ipv6Address
    /// A NDR64 count or referent that does not fit 32 bits.
    case ndr64
    /// Padding that is not zero; an expression that cannot be evaluated.
    case validate
    /// A subcontext of a wrong size, or with a wrong header.
    case subcontext
    /// A relative pointer that cannot be: no room for what it leads to, or too far away.
    case relative
    /// What only hand-written marshallers say.
    case offset
    case compression
    case string
    case token
    case flags
    case incompleteBuffer
    case underflow
    /// The table was written by a newer dcerpc-idl.
    case newerFormat
    /// The table contradicts itself.
    case brokenTable
    /// No such function, type or direction; or a function that is declared but never marshalled.
    case noSuchType

    /// libndr's name.
    public var name: StaticString {
        switch self {
        case .arraySize: "NDR_ERR_ARRAY_SIZE"
        case .badSwitch: "NDR_ERR_BAD_SWITCH"
        case .charcnv: "NDR_ERR_CHARCNV"
        case .length: "NDR_ERR_LENGTH"
        case .bufsize: "NDR_ERR_BUFSIZE"
        case .alloc: "NDR_ERR_ALLOC"
        case .range: "NDR_ERR_RANGE"
        case .invalidPointer: "NDR_ERR_INVALID_POINTER"
        case .unreadBytes: "NDR_ERR_UNREAD_BYTES"
        case .maxRecursionExceeded: "NDR_ERR_MAX_RECURSION_EXCEEDED"
        case .arrayOffset: "NDR_ERR_ARRAY_OFFSET"
        case .ipv4Address: "NDR_ERR_IPV4ADDRESS"
        case .ipv6Address: "NDR_ERR_IPV6ADDRESS"
        case .ndr64: "NDR_ERR_NDR64"
        case .validate: "NDR_ERR_VALIDATE"
        case .subcontext: "NDR_ERR_SUBCONTEXT"
        case .offset: "NDR_ERR_OFFSET"
        case .relative: "NDR_ERR_RELATIVE"
        case .compression: "NDR_ERR_COMPRESSION"
        case .string: "NDR_ERR_STRING"
        case .token: "NDR_ERR_TOKEN"
        case .flags: "NDR_ERR_FLAGS"
        case .incompleteBuffer: "NDR_ERR_INCOMPLETE_BUFFER"
        case .underflow: "NDR_ERR_UNDERFLOW"
        case .newerFormat: "NDR_ERR_NEWER_FORMAT"
        case .brokenTable: "NDR_ERR_BROKEN_TABLE"
        case .noSuchType: "NDR_ERR_NO_SUCH_TYPE"
        }
    }

    /// libndr's words for it.
    public var text: StaticString {
        switch self {
        case .arraySize: "Bad Array Size"
        case .badSwitch: "Bad Switch"
        case .offset, .arrayOffset: "Offset Error"
        case .relative: "Relative Pointer Error"
        case .charcnv: "Character Conversion Error"
        case .length: "Length Error"
        case .subcontext: "Subcontext Error"
        case .compression: "Compression Error"
        case .string: "String Error"
        case .validate, .newerFormat, .brokenTable, .noSuchType: "Validate Error"
        case .bufsize: "Buffer Size Error"
        case .alloc: "Allocation Error"
        case .range: "Range Error"
        case .token: "Token Error"
        case .ipv4Address: "IPv4 Address Error"
        case .ipv6Address: "IPv6 Address Error"
        case .invalidPointer: "Invalid Pointer"
        case .unreadBytes: "Unread Bytes"
        case .ndr64: "NDR64 assertion error"
        case .flags: "Flags Error"
        case .incompleteBuffer: "Incomplete Buffer"
        case .maxRecursionExceeded: "Maximum Recursion Exceeded"
        case .underflow: "Underflow"
        }
    }
}

public struct NDRError: Error, Equatable, Sendable {
    public var code: NDRErrorCode
    /// Bytes from the start of the stub.
    public var offset: Int
    /// "echo_TestCall.in.s1"; empty where no field is at fault. For a broken table: what is wrong with it.
    public var path: String

    public init(_ code: NDRErrorCode, offset: Int = 0, path: String = "") {
        self.code = code
        self.offset = offset
        self.path = path
    }

    /// "NDR_ERR_BUFSIZE at byte 12 in echo_TestCall.in.s1".
    public var description: String {
        if code == .brokenTable || code == .newerFormat {
            return path.isEmpty ? "\(code.name)" : "\(code.name): \(path)"
        }
        return "\(code.name) at byte \(offset)" + (path.isEmpty ? "" : " in \(path)")
    }
}

extension NDRError: CustomStringConvertible {}
