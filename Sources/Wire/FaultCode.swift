// SPDX-License-Identifier: LGPL-3.0-or-later

/// Status codes of fault PDUs (C706 appendix E, [MS-ERREF] 2.2), as ntstatus.h names them.
public enum FaultCode {
    @inlinable public static var accessDenied: UInt32 { 0x0000_0005 }
    @inlinable public static var noCallActive: UInt32 { 0x0000_06bd }
    @inlinable public static var cantPerform: UInt32 { 0x0000_06d8 }
    @inlinable public static var ndr: UInt32 { 0x0000_06f7 }
    @inlinable public static var secPkgError: UInt32 { 0x0000_0721 }
    @inlinable public static var ncaFaultIntDivByZero: UInt32 { 0x1c00_0001 }
    @inlinable public static var ncaFaultAddrError: UInt32 { 0x1c00_0002 }
    @inlinable public static var ncaFaultInvalidTag: UInt32 { 0x1c00_0006 }
    @inlinable public static var ncaFaultInvalidBound: UInt32 { 0x1c00_0007 }
    @inlinable public static var ncaFaultRpcVersionMismatch: UInt32 { 0x1c00_0008 }
    @inlinable public static var ncaFaultUnspecReject: UInt32 { 0x1c00_0009 }
    @inlinable public static var ncaFaultBadActid: UInt32 { 0x1c00_000a }
    @inlinable public static var ncaFaultCancel: UInt32 { 0x1c00_000d }
    @inlinable public static var ncaFaultIllInst: UInt32 { 0x1c00_000e }
    @inlinable public static var ncaFaultUnspec: UInt32 { 0x1c00_0012 }
    @inlinable public static var ncaFaultRemoteCommFailure: UInt32 { 0x1c00_0013 }
    @inlinable public static var ncaFaultPipeEmpty: UInt32 { 0x1c00_0014 }
    @inlinable public static var ncaFaultPipeClosed: UInt32 { 0x1c00_0015 }
    @inlinable public static var ncaFaultPipeOrder: UInt32 { 0x1c00_0016 }
    @inlinable public static var ncaFaultPipeDiscipline: UInt32 { 0x1c00_0017 }
    @inlinable public static var ncaFaultPipeCommError: UInt32 { 0x1c00_0018 }
    @inlinable public static var ncaFaultPipeMemory: UInt32 { 0x1c00_0019 }
    @inlinable public static var ncaFaultContextMismatch: UInt32 { 0x1c00_001a }
    @inlinable public static var ncaFaultRemoteNoMemory: UInt32 { 0x1c00_001b }
    @inlinable public static var ncaFaultTxOpenFailed: UInt32 { 0x1c00_0022 }
    @inlinable public static var ncaCommFailure: UInt32 { 0x1c01_0001 }
    @inlinable public static var ncaOpRngError: UInt32 { 0x1c01_0002 }
    @inlinable public static var ncaUnknownIf: UInt32 { 0x1c01_0003 }
    @inlinable public static var ncaWrongBootTime: UInt32 { 0x1c01_0006 }
    @inlinable public static var ncaYouCrashed: UInt32 { 0x1c01_0009 }
    @inlinable public static var ncaProtoError: UInt32 { 0x1c01_000b }
    @inlinable public static var ncaOutArgsTooBig: UInt32 { 0x1c01_0013 }
    @inlinable public static var ncaServerTooBusy: UInt32 { 0x1c01_0014 }
    @inlinable public static var ncaFaultStringTooLong: UInt32 { 0x1c01_0015 }
    @inlinable public static var ncaUnsupportedType: UInt32 { 0x1c01_0017 }

    /// Whether a client takes the code for a refused logon, when the first call in a security context is answered with it
    /// and "did not execute": auth3 has no answer of its own. Windows says access_denied then, Samba nca_s_proto_error.
    @inlinable public static func meansRefusedLogon(_ code: UInt32) -> Bool {
        code == accessDenied || code == secPkgError || code == ncaProtoError
    }
}
