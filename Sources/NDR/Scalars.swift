// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc

/// The sizes of a scalar: in C, on the wire and its wire alignment.
struct ScalarLayout {
    /// How the value moves.
    enum Form {
        /// The same bytes in both, in units of `unit` bytes.
        case bytes
        /// An integer that changes its size.
        case integer(signed: Bool)
        /// Needs code of its own.
        case special
        /// Not of fixed size on the wire.
        case variable
    }

    var form: Form
    var c: Int
    var wire: Int
    var align: Int

    private init(_ form: Form, _ c: Int, _ wire: Int, _ align: Int) {
        self.form = form
        self.c = c
        self.wire = wire
        self.align = align
    }

    /// nil: no such scalar.
    init?(_ code: UInt32, ndr64: Bool) {
        switch code {
        case NDR_T_UINT8, NDR_T_INT8: self.init(.bytes, 1, 1, 1)
        case NDR_T_UINT16, NDR_T_INT16: self.init(.bytes, 2, 2, 2)
        case NDR_T_UINT32, NDR_T_INT32, NDR_T_FLOAT, NDR_T_WERROR, NDR_T_NTSTATUS, NDR_T_HRESULT, NDR_T_ERROR_STATUS:
            self.init(.bytes, 4, 4, 4)
        case NDR_T_HYPER, NDR_T_INT64, NDR_T_DOUBLE, NDR_T_NTTIME_HYPER: self.init(.bytes, 8, 8, 8)
        case NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME: self.init(.special, 8, 8, 4)
        case NDR_T_UDLONGR: self.init(.special, 8, 8, 4)
        case NDR_T_UINT3264: self.init(ndr64 ? .integer(signed: false) : .bytes, 4, ndr64 ? 8 : 4, ndr64 ? 8 : 4)
        case NDR_T_INT3264: self.init(ndr64 ? .integer(signed: true) : .bytes, 4, ndr64 ? 8 : 4, ndr64 ? 8 : 4)
        case NDR_T_UINT1632: self.init(ndr64 ? .integer(signed: false) : .bytes, 2, ndr64 ? 4 : 2, ndr64 ? 4 : 2)
        case NDR_T_NTTIME_1SEC: self.init(.special, 8, 8, 8)
        case NDR_T_TIME_T: self.init(.integer(signed: false), MemoryLayout<time_t>.size, 4, 4)
        case NDR_T_TIMEVAL: self.init(.special, MemoryLayout<timeval>.size, 12, 8)
        case NDR_T_TIMESPEC: self.init(.special, MemoryLayout<timespec>.size, 12, 8)
        case NDR_T_GUID: self.init(.special, 16, 16, 4)
        case NDR_T_POLICY_HANDLE, NDR_T_SYNTAX_ID: self.init(.special, 20, 20, 4)
        case NDR_T_IPV4ADDRESS: self.init(.special, MemoryLayout<UnsafeRawPointer>.size, 4, 4)
        case NDR_T_IPV6ADDRESS: self.init(.special, MemoryLayout<UnsafeRawPointer>.size, 16, 1)
        case NDR_T_DOM_SID, NDR_T_DOM_SID28, NDR_T_DOM_SID0: self.init(.variable, MemoryLayout<dom_sid>.size, 0, 4)
        case NDR_T_DOM_SID2: self.init(.variable, MemoryLayout<dom_sid>.size, 0, ndr64 ? 8 : 4)
        case NDR_T_UID: self.init(.integer(signed: false), MemoryLayout<uid_t>.size, 8, 8)
        case NDR_T_GID: self.init(.integer(signed: false), MemoryLayout<gid_t>.size, 8, 8)
        case NDR_T_SECURITY_DESCRIPTOR: self.init(.variable, MemoryLayout<security_descriptor>.size, 0, 4)
        case NDR_T_SECURITY_ACL: self.init(.variable, MemoryLayout<security_acl>.size, 0, 4)
        case NDR_T_SECURITY_ACE: self.init(.variable, MemoryLayout<security_ace>.size, 0, 4)
        case NDR_T_POINTER: self.init(.variable, MemoryLayout<UnsafeRawPointer>.size, 0, 1)
        default: return nil
        }
    }

    /// Whether an enumeration or bitmap may be made of it.
    static func isInteger(_ code: UInt32) -> Bool {
        switch code {
        case NDR_T_UINT8, NDR_T_INT8, NDR_T_UINT16, NDR_T_INT16, NDR_T_UINT32, NDR_T_INT32, NDR_T_HYPER, NDR_T_INT64,
            NDR_T_UINT3264, NDR_T_INT3264, NDR_T_UINT1632, NDR_T_ERROR_STATUS, NDR_T_WERROR, NDR_T_NTSTATUS,
            NDR_T_HRESULT:
            true
        default: false
        }
    }

    /// How a [value()] of it is stored, in bits of `Op.kind`; nil: it has none.
    static func valueForm(_ code: UInt32) -> UInt8? {
        switch code {
        case NDR_T_DLONG, NDR_T_UDLONG, NDR_T_NTTIME: Op.lowWordFirst
        case NDR_T_UDLONGR: Op.highWordFirst
        case NDR_T_NTTIME_1SEC: Op.seconds
        case NDR_T_NTTIME_HYPER: 0
        default: isInteger(code) ? 0 : nil
        }
    }

    /// A security descriptor or a part of one.
    static func isSecurity(_ code: UInt32) -> Bool { (NDR_T_SECURITY_DESCRIPTOR...NDR_T_SECURITY_ACE).contains(code) }

    static func isSigned(_ code: UInt32) -> Bool {
        switch code {
        case NDR_T_INT8, NDR_T_INT16, NDR_T_INT32, NDR_T_INT64, NDR_T_INT3264: true
        default: false
        }
    }
}
