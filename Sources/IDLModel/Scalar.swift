// SPDX-License-Identifier: LGPL-3.0-or-later

/// How a C field is read as a number: the suffix of NDR_X_U8 and NDR_X_AT_U8.
public enum CAccess: String, Sendable {
    case u8 = "U8"
    case u16 = "U16"
    case u32 = "U32"
    case u64 = "U64"
    case i8 = "I8"
    case i16 = "I16"
    case i32 = "I32"
    case i64 = "I64"
    case pointer = "PTR"
}

/// A type that the library knows by itself: its code in ndr_format.h and its C type.
public struct Scalar: Hashable, Sendable {
    public var name: String
    /// "UINT32" for NDR_T_UINT32.
    public var wire: String
    public var cType: String
    /// nil: no number.
    public var access: CAccess?
    /// Its values on the wire, for checking labels and enumerations; nil for no integer.
    public var bits: Int?

    public var isSigned: Bool {
        switch access {
        case .i8, .i16, .i32, .i64: return true
        default: return false
        }
    }

    /// A type that pidl knows by name and that C functions of the user's marshal.
    public var isHook: Bool { wire == "HOOK" }

    /// Of such a type, on the wire.
    public var hookAlignment: Int { name.hasPrefix("dnsp_") ? 1 : 4 }

    /// A security descriptor or a part of one.
    public var isSecurity: Bool { wire.hasPrefix("SECURITY_") }

    /// Whether a value of it is always as many bytes on the wire.
    var hasFixedSize: Bool { !isSecurity && !wire.hasPrefix("DOM_SID") && wire != "POINTER" && !isHook }

    public static func named(_ name: String) -> Scalar? {
        guard let row = byName[Substring(name)] else { return nil }
        return Scalar(name: name, wire: row.wire, cType: row.cType, access: row.access, bits: row.bits)
    }

    private struct Row {
        var names: [Substring]
        var wire: String
        var cType: String
        var access: CAccess?
        var bits: Int?
    }

    private static func row(
        _ names: String, _ wire: String, _ cType: String, _ access: CAccess? = nil, _ bits: Int? = nil
    ) -> Row {
        Row(names: names.split(separator: ","), wire: wire, cType: cType, access: access, bits: bits)
    }

    private static let rows: [Row] = [
        row(
            "uint8,char,unsigned char,unsigned small,unsigned __int8,boolean8,boolean,byte,BYTE,UCHAR,CHAR,BOOLEAN",
            "UINT8", "uint8_t",
            .u8, 8),
        row("int8,small,signed char,signed small,__int8", "INT8", "int8_t", .i8, 8),
        row("uint16,unsigned short,unsigned __int16,wchar_t,WORD,USHORT,WCHAR", "UINT16", "uint16_t", .u16, 16),
        row("int16,short,signed short,__int16,SHORT", "INT16", "int16_t", .i16, 16),
        row(
            "uint32,uint,unsigned int,unsigned long,unsigned,unsigned __int32,boolean32,libndr_flags,DWORD,ULONG,UINT,mode_t",
            "UINT32",
            "uint32_t", .u32, 32),
        row("int32,int,long,signed int,signed long,signed,__int32,LONG,INT,BOOL", "INT32", "int32_t", .i32, 32),
        row("hyper,HYPER_T,uint64,unsigned hyper,unsigned __int64,ULONGLONG", "HYPER", "uint64_t", .u64, 64),
        row("int64,signed hyper,__int64,signed __int64,LONGLONG", "INT64", "int64_t", .i64, 64),
        row("dlong", "DLONG", "int64_t", .i64, 64),
        row("udlong", "UDLONG", "uint64_t", .u64, 64),
        row("udlongr", "UDLONGR", "uint64_t", .u64, 64),
        row("uint3264,unsigned __int3264,ULONG_PTR,UINT_PTR,DWORD_PTR", "UINT3264", "uint32_t", .u32, 32),
        row("int3264,__int3264,LONG_PTR,INT_PTR", "INT3264", "int32_t", .i32, 32),
        row("uint1632", "UINT1632", "uint16_t", .u16, 16),
        row("float", "FLOAT", "float"),
        row("double", "DOUBLE", "double"),
        row("NTTIME", "NTTIME", "NTTIME", .u64, 64),
        row("NTTIME_hyper", "NTTIME_HYPER", "NTTIME", .u64, 64),
        row("NTTIME_1sec", "NTTIME_1SEC", "NTTIME", .u64, 64),
        row("time_t", "TIME_T", "time_t", .i64, 32),
        row("timeval", "TIMEVAL", "struct timeval"),
        row("timespec", "TIMESPEC", "struct timespec"),
        row("WERROR", "WERROR", "WERROR", .u32, 32),
        row("NTSTATUS", "NTSTATUS", "NTSTATUS", .u32, 32),
        row("HRESULT", "HRESULT", "HRESULT", .u32, 32),
        row("GUID", "GUID", "struct GUID"),
        row("policy_handle", "POLICY_HANDLE", "struct policy_handle"),
        row("ndr_syntax_id", "SYNTAX_ID", "struct ndr_syntax_id"),
        row("ipv4address", "IPV4ADDRESS", "const char *", .pointer),
        row("ipv6address", "IPV6ADDRESS", "const char *", .pointer),
        row("dom_sid", "DOM_SID", "struct dom_sid"),
        row("dom_sid2", "DOM_SID2", "struct dom_sid"),
        row("dom_sid28", "DOM_SID28", "struct dom_sid"),
        row("dom_sid0", "DOM_SID0", "struct dom_sid"),
        row("pointer", "POINTER", "void *", .pointer),
        row("uid_t", "UID", "uid_t", .u32, 32),
        row("gid_t", "GID", "gid_t", .u32, 32),
        row("security_descriptor", "SECURITY_DESCRIPTOR", "struct security_descriptor"),
        row("security_acl", "SECURITY_ACL", "struct security_acl"),
        row("security_ace", "SECURITY_ACE", "struct security_ace"),
        row("error_status_t", "ERROR_STATUS", "uint32_t", .u32, 32),
    ]

    private static let hookRows: [Row] = [
        row("nbt_string,dns_string,dnsp_name,dnsp_string", "HOOK", "const char *", .pointer),
        row("u16string", "HOOK", "const unsigned char *", .pointer),
        row("wrepl_nbt_name", "HOOK", "struct nbt_name *", .pointer),
    ]

    private static let byName: [Substring: Row] = (rows + hookRows).reduce(into: [:]) { table, row in
        for name in row.names where table[name] == nil { table[name] = row }
    }

    /// Types of pidl's library that have no counterpart yet, and what to call them.
    static let laterNames: [String: String] = [
        "COMRESULT": "the COMRESULT type"
    ]
}
