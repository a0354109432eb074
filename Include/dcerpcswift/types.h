/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * types.h - the plain C types that IDL types become, with the names and layouts that Samba's users know.
 *
 * They stand beside Samba's own headers in one source file, in either order: a type that is already there is taken
 * as it is.
 */
#ifndef DCERPCSWIFT_TYPES_H
#define DCERPCSWIFT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>

#include "ntstatus.h"

#ifdef DCERPCSWIFT_SAMBA_TYPES
#include <core/hresult.h>
#include <core/werror.h>
#include <util/data_blob.h>
#include <gen_ndr/misc.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Samba's core/werror.h, core/hresult.h, util/data_blob.h, util/time.h and gen_ndr/misc.h define these too. Without
 * Samba's compiler flags, whoever needs more of the last two than stands here includes them first. */
#ifndef _WERROR_H_
/** A Windows error code, as functions of the administrative interfaces return. */
typedef uint32_t WERROR;
#define W_ERROR(x) (x)
#define W_ERROR_V(x) (x)
#define W_ERROR_IS_OK(x) (W_ERROR_V(x) == 0)
#define W_ERROR_EQUAL(x, y) (W_ERROR_V(x) == W_ERROR_V(y))
#define WERR_OK W_ERROR(0x00000000)
#endif

#ifndef _HRESULT_H_
typedef uint32_t HRESULT;
#endif

#ifndef _SAMBA_DATABLOB_H_
#define _SAMBA_DATABLOB_H_
#define DCERPCSWIFT_DATA_BLOB /* data_blob.h declares its functions, as Samba's header will not */
/** Bytes and their number. */
typedef struct datablob {
	uint8_t *data;
	size_t length;
} DATA_BLOB;
#endif

#ifndef _SAMBA_TIME_H_
/** 100 ns intervals since 1601-01-01 UTC. */
typedef uint64_t NTTIME;
#endif

#ifndef _HEADER_misc
#define _HEADER_misc
/** A UUID in the field order of C706 appendix A. */
struct GUID {
	uint32_t time_low;
	uint16_t time_mid;
	uint16_t time_hi_and_version;
	uint8_t clock_seq[2];
	uint8_t node[6];
};

/** An abstract or transfer syntax: version = minor << 16 | major. */
struct ndr_syntax_id {
	struct GUID uuid;
	uint32_t if_version;
};

/** The wire form of a context handle (C706 appendix N, ndr_context_handle). */
struct policy_handle {
	uint32_t handle_type;
	struct GUID uuid;
};
#endif

#ifndef _HEADER_security
#ifndef DCERPCSWIFT_NO_DOM_SID
/** A security identifier ([MS-DTYP] 2.4.2). */
struct dom_sid {
	uint8_t sid_rev_num;
	int8_t num_auths; /* at most 15 */
	uint8_t id_auth[6];
	uint32_t sub_auths[15];
};

enum security_ace_type {
	SEC_ACE_TYPE_ACCESS_ALLOWED = 0,
	SEC_ACE_TYPE_ACCESS_DENIED = 1,
	SEC_ACE_TYPE_SYSTEM_AUDIT = 2,
	SEC_ACE_TYPE_SYSTEM_ALARM = 3,
	SEC_ACE_TYPE_ALLOWED_COMPOUND = 4,
	SEC_ACE_TYPE_ACCESS_ALLOWED_OBJECT = 5,
	SEC_ACE_TYPE_ACCESS_DENIED_OBJECT = 6,
	SEC_ACE_TYPE_SYSTEM_AUDIT_OBJECT = 7,
	SEC_ACE_TYPE_SYSTEM_ALARM_OBJECT = 8
};

/* struct security_ace, flags */
#define SEC_ACE_FLAG_OBJECT_INHERIT 0x01
#define SEC_ACE_FLAG_CONTAINER_INHERIT 0x02
#define SEC_ACE_FLAG_NO_PROPAGATE_INHERIT 0x04
#define SEC_ACE_FLAG_INHERIT_ONLY 0x08
#define SEC_ACE_FLAG_INHERITED_ACE 0x10
#define SEC_ACE_FLAG_VALID_INHERIT 0x0f
#define SEC_ACE_FLAG_SUCCESSFUL_ACCESS 0x40
#define SEC_ACE_FLAG_FAILED_ACCESS 0x80

/* struct security_ace_object, flags: which of the two GUIDs are there */
#define SEC_ACE_OBJECT_TYPE_PRESENT 0x00000001
#define SEC_ACE_INHERITED_OBJECT_TYPE_PRESENT 0x00000002

union security_ace_object_type {
	struct GUID type;
};

union security_ace_object_inherited_type {
	struct GUID inherited_type;
};

struct security_ace_object {
	uint32_t flags;
	union security_ace_object_type type;
	union security_ace_object_inherited_type inherited_type;
};

union security_ace_object_ctr {
	struct security_ace_object object; /* of the four _OBJECT types */
};

/** An entry of an access control list ([MS-DTYP] 2.4.4). */
struct security_ace {
	enum security_ace_type type;
	uint8_t flags;
	uint16_t size; /* computed when it is written */
	uint32_t access_mask;
	union security_ace_object_ctr object;
	struct dom_sid trustee;
};

enum security_acl_revision {
	SECURITY_ACL_REVISION_NT4 = 2,
	SECURITY_ACL_REVISION_ADS = 4
};

/** An access control list ([MS-DTYP] 2.4.5). */
struct security_acl {
	enum security_acl_revision revision;
	uint16_t size; /* computed when it is written */
	uint32_t num_aces; /* at most 2000 */
	struct security_ace *aces;
};

enum security_descriptor_revision {
	SECURITY_DESCRIPTOR_REVISION_1 = 1
};

/* struct security_descriptor, type */
#define SEC_DESC_OWNER_DEFAULTED 0x0001
#define SEC_DESC_GROUP_DEFAULTED 0x0002
#define SEC_DESC_DACL_PRESENT 0x0004
#define SEC_DESC_DACL_DEFAULTED 0x0008
#define SEC_DESC_SACL_PRESENT 0x0010
#define SEC_DESC_SACL_DEFAULTED 0x0020
#define SEC_DESC_DACL_TRUSTED 0x0040
#define SEC_DESC_SERVER_SECURITY 0x0080
#define SEC_DESC_DACL_AUTO_INHERIT_REQ 0x0100
#define SEC_DESC_SACL_AUTO_INHERIT_REQ 0x0200
#define SEC_DESC_DACL_AUTO_INHERITED 0x0400
#define SEC_DESC_SACL_AUTO_INHERITED 0x0800
#define SEC_DESC_DACL_PROTECTED 0x1000
#define SEC_DESC_SACL_PROTECTED 0x2000
#define SEC_DESC_RM_CONTROL_VALID 0x4000
#define SEC_DESC_SELF_RELATIVE 0x8000

/** A security descriptor ([MS-DTYP] 2.4.6); what is absent is NULL. */
struct security_descriptor {
	enum security_descriptor_revision revision;
	uint16_t type;
	struct dom_sid *owner_sid;
	struct dom_sid *group_sid;
	struct security_acl *sacl;
	struct security_acl *dacl;
};

/** A security descriptor as functions carry it: in a subcontext of its own. */
struct sec_desc_buf {
	uint32_t sd_size; /* computed when it is written */
	struct security_descriptor *sd;
};
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
