// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// What a room above gives, so that C functions can marshal: handles for the contexts that they are called with.
public struct MarshalEnvironment: Sendable {
    /// The C handle of a context; nil when out of memory. Letting go of the handle takes it out of the context.
    public var pushHandle: @Sendable (PushContext) -> OpaquePointer?
    public var pullHandle: @Sendable (PullContext) -> OpaquePointer?
    public var printHandle: @Sendable (PrintContext) -> OpaquePointer?
    public var free: @Sendable (OpaquePointer) -> Void
    public var allocator: Allocator

    public init(
        pushHandle: @escaping @Sendable (PushContext) -> OpaquePointer?,
        pullHandle: @escaping @Sendable (PullContext) -> OpaquePointer?,
        printHandle: @escaping @Sendable (PrintContext) -> OpaquePointer?,
        free: @escaping @Sendable (OpaquePointer) -> Void, allocator: Allocator
    ) {
        self.pushHandle = pushHandle
        self.pullHandle = pullHandle
        self.printHandle = printHandle
        self.free = free
        self.allocator = allocator
    }
}

/// One of the two halves of a type, or both one after the other.
enum Phase: UInt8 {
    case scalars
    case buffers
    case both

    /// NDR_SCALARS, NDR_BUFFERS or both; nil: nothing to do.
    init?(_ flags: Int32) throws(NDRErrorCode) {
        switch flags {
        case 0: return nil
        case NDR_SCALARS: self = .scalars
        case NDR_BUFFERS: self = .buffers
        case NDR_SCALARS | NDR_BUFFERS: self = .both
        default: throw .flags
        }
    }
}

/// What the hooks of one codec share: the environment, and codecs of the tables that they call back into.
final class HookHost {
    let environment: MarshalEnvironment
    /// The table whose codec this belongs to; nil for a context that stands alone.
    var owner: UnsafeRawPointer?
    var codec: Unmanaged<InterfaceCodec>?
    private var others: [UnsafeRawPointer: InterfaceCodec] = [:]

    init(_ environment: MarshalEnvironment) { self.environment = environment }

    func codec(of table: UnsafePointer<ndr_interface_table>) throws(NDRErrorCode) -> InterfaceCodec {
        let key = UnsafeRawPointer(table)
        if key == owner, let codec { return codec.takeUnretainedValue() }
        if let known = others[key] { return known }
        do throws(NDRError) {
            let codec = try InterfaceCodec(table, environment: environment)
            others[key] = codec
            return codec
        } catch { throw error.code }
    }
}

/// Numbers that one phase of a marshaller leaves for another, by the address of what they belong to.
public struct Tokens {
    private var entries: [(key: UInt, value: UInt32)] = []

    /// More than a hook can need; each costs 16 bytes.
    private static let limit = 1 << 16

    public init() {}

    var isEmpty: Bool { entries.isEmpty }

    public mutating func store(_ key: UnsafeRawPointer?, _ value: UInt32) throws(NDRErrorCode) {
        guard entries.count < Tokens.limit else { throw .range }
        entries.append((UInt(bitPattern: key), value))
    }

    private func index(_ key: UnsafeRawPointer?) -> Int? {
        entries.lastIndex { $0.key == UInt(bitPattern: key) }
    }

    public func peek(_ key: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 {
        guard let index = index(key) else { throw .token }
        return entries[index].value
    }

    public mutating func take(_ key: UnsafeRawPointer?) throws(NDRErrorCode) -> UInt32 {
        guard let index = index(key) else { throw .token }
        return entries.remove(at: index).value
    }

    public mutating func drop(_ key: UnsafeRawPointer?) { entries.removeAll { $0.key == UInt(bitPattern: key) } }
}

/// Which half of which value waits for its other half.
struct PhaseKey: Hashable {
    var value: UnsafeRawPointer
    var table: UnsafeRawPointer
    var type: UInt32
}

extension NDRErrorCode {
    /// enum ndr_err_code
    public var number: UInt32 {
        let code: ndr_err_code =
            switch self {
            case .arraySize: NDR_ERR_ARRAY_SIZE
            case .badSwitch: NDR_ERR_BAD_SWITCH
            case .charcnv: NDR_ERR_CHARCNV
            case .length: NDR_ERR_LENGTH
            case .bufsize: NDR_ERR_BUFSIZE
            case .alloc: NDR_ERR_ALLOC
            case .range: NDR_ERR_RANGE
            case .invalidPointer: NDR_ERR_INVALID_POINTER
            case .unreadBytes: NDR_ERR_UNREAD_BYTES
            case .maxRecursionExceeded: NDR_ERR_MAX_RECURSION_EXCEEDED
            case .arrayOffset: NDR_ERR_OFFSET
            case .ipv4Address: NDR_ERR_IPV4ADDRESS
            case .ipv6Address: NDR_ERR_IPV6ADDRESS
            case .ndr64: NDR_ERR_NDR64
            case .validate, .newerFormat, .brokenTable, .noSuchType: NDR_ERR_VALIDATE
            case .subcontext: NDR_ERR_SUBCONTEXT
            case .offset: NDR_ERR_OFFSET
            case .relative: NDR_ERR_RELATIVE
            case .compression: NDR_ERR_COMPRESSION
            case .string: NDR_ERR_STRING
            case .token: NDR_ERR_TOKEN
            case .flags: NDR_ERR_FLAGS
            case .incompleteBuffer: NDR_ERR_INCOMPLETE_BUFFER
            case .underflow: NDR_ERR_UNDERFLOW
            }
        return code.rawValue
    }

    /// What a C function returned; a number that is none counts as NDR_ERR_VALIDATE.
    public init(number: UInt32) {
        switch ndr_err_code(rawValue: number) {
        case NDR_ERR_ARRAY_SIZE: self = .arraySize
        case NDR_ERR_BAD_SWITCH: self = .badSwitch
        case NDR_ERR_OFFSET: self = .offset
        case NDR_ERR_RELATIVE: self = .relative
        case NDR_ERR_CHARCNV: self = .charcnv
        case NDR_ERR_LENGTH: self = .length
        case NDR_ERR_SUBCONTEXT: self = .subcontext
        case NDR_ERR_COMPRESSION: self = .compression
        case NDR_ERR_STRING: self = .string
        case NDR_ERR_BUFSIZE: self = .bufsize
        case NDR_ERR_ALLOC: self = .alloc
        case NDR_ERR_RANGE: self = .range
        case NDR_ERR_TOKEN: self = .token
        case NDR_ERR_IPV4ADDRESS: self = .ipv4Address
        case NDR_ERR_IPV6ADDRESS: self = .ipv6Address
        case NDR_ERR_INVALID_POINTER: self = .invalidPointer
        case NDR_ERR_UNREAD_BYTES: self = .unreadBytes
        case NDR_ERR_NDR64: self = .ndr64
        case NDR_ERR_FLAGS: self = .flags
        case NDR_ERR_INCOMPLETE_BUFFER: self = .incompleteBuffer
        case NDR_ERR_MAX_RECURSION_EXCEEDED: self = .maxRecursionExceeded
        case NDR_ERR_UNDERFLOW: self = .underflow
        default: self = .validate
        }
    }
}
