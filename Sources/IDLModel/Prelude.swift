// SPDX-License-Identifier: LGPL-3.0-or-later

internal import IDLSyntax

/// Types that every file knows without an import and that dcerpcswift/types.h defines for C ([MS-DTYP] 2.4). What
/// they are made of are scalars of the library, see Scalar.
enum Prelude {
    static let files = parsed(text)

    /// What COM interfaces need where no imported file defines it ([MS-DCOM] 2.2.11, 2.2.13, 2.2.14).
    static let objectTypes = parsed(objectText)
    static let unknownInterface = parsed(unknownText)

    private static func parsed(_ text: String) -> [SyntaxFile] {
        let search = FileSearch(directories: []) { $0 == name ? Array(text.utf8) : nil }
        return SourceLoader.load(name, search: search, diagnostics: Diagnostics()) ?? []
    }

    private static let name = "dcerpcswift-prelude.idl"

    /// Names that MIDL's users take from wtypes.idl and its kin. They stand in where a file uses one and nothing
    /// defines it.
    static let windowsTypes: [InterfaceSyntax] = parsed(windowsText).flatMap { file in
        file.items.compactMap { item in
            if case .interface(let interface) = item { return interface }
            return nil
        }
    }

    private static let windowsText = """
        [pointer_default(unique)] interface dcerpcswift_windows
        {
            typedef [string] wchar_t *LPWSTR, *LPCWSTR, *PWSTR, *PCWSTR, *LMSTR, *LPOLESTR, *LPCOLESTR;
            typedef [string,charset(DOS)] uint8 *LPSTR, *LPCSTR, *PSTR, *PCSTR;
            typedef uint32 *LPDWORD, *PDWORD, *PULONG, *LPULONG;
            typedef uint16 *LPWORD, *PWORD, *PUSHORT;
            typedef uint8 *LPBYTE, *PBYTE, *PUCHAR;
            typedef int32 *LPLONG, *PLONG, *LPINT, *LPBOOL, *PBOOL;
            typedef hyper DWORDLONG, ULONG64, UINT64, DWORD64;
            typedef int64 LONG64, INT64;
            typedef uint8 OCTET, UINT8;
            typedef int8 INT8;
            typedef uint16 UINT16, OLECHAR, VARTYPE;
            typedef uint32 ULONG32, UINT32, DWORD32, LCID, COLORREF, ACCESS_MASK;
            typedef int32 LONG32, INT32, SCODE, DISPID;
            typedef GUID UUID, IID, CLSID;
            typedef GUID *LPGUID, *PGUID, *REFIID, *REFGUID, *REFCLSID;
        }
        """

    private static let unknownText = """
        [object, uuid(00000000-0000-0000-C000-000000000046), pointer_default(unique)] interface IUnknown
        {
            [local] HRESULT QueryInterface();
            [local] uint32 AddRef();
            [local] uint32 Release();
        }
        """

    private static let objectText = """
        [pointer_default(unique)] interface dcerpcswift_objects
        {
            typedef [public] struct { uint16 MajorVersion; uint16 MinorVersion; } COMVERSION;
            typedef [public] struct { GUID id; uint32 size; [size_is((size + 7) & ~7)] uint8 data[]; } ORPC_EXTENT;
            typedef [public] struct {
                uint32 size;
                uint32 reserved;
                [size_is((size + 1) & ~1)] ORPC_EXTENT **extent;
            } ORPC_EXTENT_ARRAY;
            typedef [public] struct {
                COMVERSION version;
                uint32 flags;
                uint32 reserved1;
                GUID cid;
                ORPC_EXTENT_ARRAY *extensions;
            } ORPCTHIS;
            typedef [public] struct { uint32 flags; ORPC_EXTENT_ARRAY *extensions; } ORPCTHAT;
            typedef [public] struct { uint32 ulCntData; [size_is(ulCntData)] uint8 abData[]; } MInterfacePointer;
        }
        """

    private static let text = """
        [pointer_default(unique)] interface dcerpcswift_prelude
        {
            typedef [public,bitmap8bit] bitmap {
                SEC_ACE_FLAG_OBJECT_INHERIT = 0x01,
                SEC_ACE_FLAG_CONTAINER_INHERIT = 0x02,
                SEC_ACE_FLAG_NO_PROPAGATE_INHERIT = 0x04,
                SEC_ACE_FLAG_INHERIT_ONLY = 0x08,
                SEC_ACE_FLAG_INHERITED_ACE = 0x10,
                SEC_ACE_FLAG_VALID_INHERIT = 0x0f,
                SEC_ACE_FLAG_SUCCESSFUL_ACCESS = 0x40,
                SEC_ACE_FLAG_FAILED_ACCESS = 0x80
            } security_ace_flags;

            typedef [public,enum8bit] enum {
                SEC_ACE_TYPE_ACCESS_ALLOWED = 0,
                SEC_ACE_TYPE_ACCESS_DENIED = 1,
                SEC_ACE_TYPE_SYSTEM_AUDIT = 2,
                SEC_ACE_TYPE_SYSTEM_ALARM = 3,
                SEC_ACE_TYPE_ALLOWED_COMPOUND = 4,
                SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT = 5,
                SEC_ACE_TYPE_ACCESS_DENIED_OBJECT = 6,
                SEC_ACE_TYPE_SYSTEM_AUDIT_OBJECT = 7,
                SEC_ACE_TYPE_SYSTEM_ALARM_OBJECT = 8
            } security_ace_type;

            typedef [bitmap32bit] bitmap {
                SEC_ACE_OBJECT_TYPE_PRESENT = 0x00000001,
                SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT = 0x00000002
            } security_ace_object_flags;

            typedef [nodiscriminant] union {
                [case(SEC_ACE_OBJECT_TYPE_PRESENT)] GUID type;
                [default];
            } security_ace_object_type;

            typedef [nodiscriminant] union {
                [case(SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT)] GUID inherited_type;
                [default];
            } security_ace_object_inherited_type;

            typedef struct {
                security_ace_object_flags flags;
                [switch_is(flags & SEC_ACE_OBJECT_TYPE_PRESENT)] security_ace_object_type type;
                [switch_is(flags & SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT)]
                security_ace_object_inherited_type inherited_type;
            } security_ace_object;

            typedef [public,nodiscriminant] union {
                [case(SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT)] security_ace_object object;
                [case(SEC_ACE_TYPE_ACCESS_DENIED_OBJECT)] security_ace_object object;
                [case(SEC_ACE_TYPE_SYSTEM_AUDIT_OBJECT)] security_ace_object object;
                [case(SEC_ACE_TYPE_SYSTEM_ALARM_OBJECT)] security_ace_object object;
                [default];
            } security_ace_object_ctr;

            typedef enum {
                SECURITY_ACL_REVISION_NT4 = 2,
                SECURITY_ACL_REVISION_ADS = 4
            } security_acl_revision;

            typedef [public,enum8bit] enum { SECURITY_DESCRIPTOR_REVISION_1 = 1 } security_descriptor_revision;

            typedef [public,bitmap16bit] bitmap {
                SEC_DESC_OWNER_DEFAULTED = 0x0001,
                SEC_DESC_GROUP_DEFAULTED = 0x0002,
                SEC_DESC_DACL_PRESENT = 0x0004,
                SEC_DESC_DACL_DEFAULTED = 0x0008,
                SEC_DESC_SACL_PRESENT = 0x0010,
                SEC_DESC_SACL_DEFAULTED = 0x0020,
                SEC_DESC_DACL_TRUSTED = 0x0040,
                SEC_DESC_SERVER_SECURITY = 0x0080,
                SEC_DESC_DACL_AUTO_INHERIT_REQ = 0x0100,
                SEC_DESC_SACL_AUTO_INHERIT_REQ = 0x0200,
                SEC_DESC_DACL_AUTO_INHERITED = 0x0400,
                SEC_DESC_SACL_AUTO_INHERITED = 0x0800,
                SEC_DESC_DACL_PROTECTED = 0x1000,
                SEC_DESC_SACL_PROTECTED = 0x2000,
                SEC_DESC_RM_CONTROL_VALID = 0x4000,
                SEC_DESC_SELF_RELATIVE = 0x8000
            } security_descriptor_type;

            typedef [public] struct {
                [range(0,0x40000),value(ndr_size_security_descriptor(sd,ndr->flags))] uint32 sd_size;
                [subcontext(4)] security_descriptor *sd;
            } sec_desc_buf;
        }
        """
}
