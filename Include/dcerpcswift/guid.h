/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * guid.h - GUIDs (C706 appendix A), syntax identifiers and context handles.
 */
#ifndef DCERPCSWIFT_GUID_H
#define DCERPCSWIFT_GUID_H

#include <talloc.h>
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Text and bytes in the caller's memory. */
struct GUID_txt_buf {
	char buf[39];
};

struct GUID_ndr_buf {
	uint8_t buf[16];
};

struct ndr_syntax_id_buf {
	char buf[50];
};

/** Whether a handle is one: not NULL and not all zero. */
#define is_valid_policy_hnd(hnd) (!ndr_policy_handle_empty(hnd))

/**
 * Reads "6bffd098-a112-3610-9833-46c3f87e345a", in any case, with or without braces.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  NULL or not that form; *guid is unchanged
 */
NTSTATUS GUID_from_string(const char *s, struct GUID *guid);
/**
 * Reads a GUID from bytes, by their number: 16 as NDR writes it (little-endian), 32 hexadecimal digits of these bytes,
 * or 36 or 38 characters as in GUID_from_string(), which need no NUL.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  NULL or none of these; *guid is unchanged
 */
NTSTATUS GUID_from_data_blob(const DATA_BLOB *s, struct GUID *guid);
/**
 * Reads exactly 16 bytes, as NDR writes them little-endian.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_BUFFER_TOO_SMALL   fewer; *guid is unchanged
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or more of them
 */
NTSTATUS GUID_from_ndr_blob(const DATA_BLOB *b, struct GUID *guid);
/**
 * Writes these 16 bytes.
 * @param[out] b  data is a child of mem_ctx
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS GUID_to_ndr_blob(const struct GUID *guid, TALLOC_CTX *mem_ctx, DATA_BLOB *b);
/**
 * Writes these 16 bytes into the caller's memory.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 */
NTSTATUS GUID_to_ndr_buf(const struct GUID *guid, struct GUID_ndr_buf *buf);
/** The 36 characters in lower case; a child of mem_ctx, or NULL when out of memory or guid is NULL. */
char *GUID_string(TALLOC_CTX *mem_ctx, const struct GUID *guid);
/** The same in braces. */
char *GUID_string2(TALLOC_CTX *mem_ctx, const struct GUID *guid);
/** The 16 bytes of GUID_to_ndr_blob() as 32 hexadecimal digits in upper case; owned like GUID_string(). */
char *GUID_hexstring(TALLOC_CTX *mem_ctx, const struct GUID *guid);
/** The 36 characters in the caller's memory; returns dst->buf, or NULL when one of both is NULL. */
char *GUID_buf_string(const struct GUID *guid, struct GUID_txt_buf *dst);
/** Compares; NULL equals NULL only. */
bool GUID_equal(const struct GUID *u1, const struct GUID *u2);
/** Below, equal to or above 0 like memcmp(), field by field in the order of the structure; NULL is below all. */
int GUID_compare(const struct GUID *u1, const struct GUID *u2);
/** Whether all 128 bits are zero; NULL counts as zero. */
bool GUID_all_zero(const struct GUID *u);
/** The nil GUID. */
struct GUID GUID_zero(void);
/** A random one (RFC 4122 version 4), from the kernel; the nil GUID where the kernel has no randomness to give. */
struct GUID GUID_random(void);

/** Compares UUID and version; NULL equals NULL only. */
bool ndr_syntax_id_equal(const struct ndr_syntax_id *i1, const struct ndr_syntax_id *i2);
/** "UUID/0xVERSION", with eight digits of the version; a child of mem_ctx, or NULL when out of memory or id is NULL. */
char *ndr_syntax_id_to_string(TALLOC_CTX *mem_ctx, const struct ndr_syntax_id *id);
/** The same in the caller's memory; returns buf->buf, or NULL when one of both is NULL. */
char *ndr_syntax_id_buf_string(const struct ndr_syntax_id *id, struct ndr_syntax_id_buf *buf);
/** Reads that form, with one to eight digits of the version; false leaves *id as it is. */
bool ndr_syntax_id_from_string(const char *s, struct ndr_syntax_id *id);

/** Whether a context handle is the null handle (C706 6.1.6: all zero); NULL counts as one. */
bool ndr_policy_handle_empty(const struct policy_handle *h);
/** Compares all 20 bytes; NULL equals nothing. */
bool ndr_policy_handle_equal(const struct policy_handle *hnd1, const struct policy_handle *hnd2);

#ifdef __cplusplus
}
#endif

#endif
