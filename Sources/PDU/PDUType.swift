// SPDX-License-Identifier: LGPL-3.0-or-later

/// What a PDU is (C706 12.6.1; [MS-RPCE] 2.2.2.1 and [MS-RPCH] 2.2.3 add auth3 and rts).
public enum PDUType: UInt8, Sendable, CaseIterable {
    case request = 0
    case ping
    case response
    case fault
    case working
    case nocall
    case reject
    case ack
    case clCancel
    case fack
    case cancelAck
    case bind
    case bindAck
    case bindNak
    case alterContext
    case alterContextResponse
    case auth3
    case shutdown
    case coCancel
    case orphaned
    case rts

    /// The bytes that every PDU of the type has before anything of variable length, header included.
    public var fixedSize: Int {
        switch self {
        case .request: return RequestHeader.baseSize
        case .response: return ResponseHeader.size
        case .fault: return FaultPDU.fixedSize
        case .bind, .alterContext: return 28
        case .bindAck, .alterContextResponse: return 26
        case .bindNak: return 18
        case .auth3: return 20
        case .rts: return 20
        case .shutdown, .coCancel, .orphaned: return PDUHeader.size
        case .ping, .working, .nocall, .reject, .ack, .clCancel, .fack, .cancelAck: return PDUHeader.size
        }
    }
}

/// pfc_flags (C706 12.6.3.1).
public struct PFCFlags: OptionSet, Sendable {
    public let rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable public static var firstFragment: PFCFlags { PFCFlags(rawValue: 0x01) }
    @inlinable public static var lastFragment: PFCFlags { PFCFlags(rawValue: 0x02) }
    @inlinable public static var pendingCancel: PFCFlags { PFCFlags(rawValue: 0x04) }
    /// The same bit in bind, alter_context and their answers ([MS-RPCE] 2.2.2.3).
    @inlinable public static var supportHeaderSign: PFCFlags { PFCFlags(rawValue: 0x04) }
    @inlinable public static var reserved: PFCFlags { PFCFlags(rawValue: 0x08) }
    @inlinable public static var concurrentMultiplexing: PFCFlags { PFCFlags(rawValue: 0x10) }
    @inlinable public static var didNotExecute: PFCFlags { PFCFlags(rawValue: 0x20) }
    @inlinable public static var maybe: PFCFlags { PFCFlags(rawValue: 0x40) }
    @inlinable public static var objectUUID: PFCFlags { PFCFlags(rawValue: 0x80) }
    @inlinable public static var onlyFragment: PFCFlags { PFCFlags(rawValue: 0x03) }
}
