// SPDX-License-Identifier: LGPL-3.0-or-later

extension NTStatus {
    /// The status that a call with this fault code returns. A fault with code 0 is a broken peer; a code that says
    /// nothing more than that the call failed, or an unknown one, is `rpcCallFailed`.
    public static func fromFault(_ code: UInt32) -> UInt32 {
        switch code {
        case 0: return rpcProtocolError
        case FaultCode.accessDenied: return accessDenied
        case FaultCode.ndr: return rpcBadStubData
        case FaultCode.secPkgError: return rpcSecPkgError
        case 0x0000_06ba: return rpcServerUnavailable
        case FaultCode.ncaCommFailure: return rpcCommFailure
        case FaultCode.ncaOpRngError: return rpcProcnumOutOfRange
        case FaultCode.ncaUnknownIf: return rpcUnknownIf
        case FaultCode.ncaProtoError, FaultCode.ncaFaultRpcVersionMismatch: return rpcProtocolError
        case FaultCode.ncaServerTooBusy: return rpcServerTooBusy
        case FaultCode.ncaUnsupportedType: return rpcUnsupportedType
        // Of the two statuses that fit, the one that callers of Samba's library look for.
        case FaultCode.ncaFaultInvalidTag: return rpcEnumValueOutOfRange
        case FaultCode.ncaFaultCancel: return rpcCallCancelled
        case FaultCode.ncaFaultPipeEmpty: return rpcPipeEmpty
        case FaultCode.ncaFaultContextMismatch: return rpcSsContextMismatch
        // nca_s_unsupported_authn_level
        case 0x1c00_001d: return rpcUnsupportedAuthnLevel
        default: return rpcCallFailed
        }
    }
}
