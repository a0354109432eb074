/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr.h - Network Data Representation without a connection: structures of generated headers to bytes and back, and
 * to text. Transfer syntaxes: NDR (C706 chapter 14) and NDR64 ([MS-RPCE] 2.2.5).
 */
#ifndef DCERPCSWIFT_NDR_H
#define DCERPCSWIFT_NDR_H

#include <talloc.h>
#include "guid.h"
#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Directions of a function's arguments. */
#define NDR_CODEC_IN 0x0001u
#define NDR_CODEC_OUT 0x0002u

/* How bytes are written and read. */
#define NDR_CODEC_NDR64 0x0100u         /**< NDR64 instead of NDR */
#define NDR_CODEC_BIG_ENDIAN 0x0200u    /**< integers big-endian (the drep of C706 14.2.5) */
#define NDR_CODEC_REF_ALLOC 0x0400u     /**< pull: allocate [out] references, whatever the structure holds */
#define NDR_CODEC_ALLOW_TRAILING 0x0800u /**< pull: bytes left over are no error */
#define NDR_CODEC_SET_VALUES 0x1000u    /**< print: show computed values ([value()]) instead of the C fields */

/** A checked interface table, ready to marshal. Opaque. */
struct ndr_codec;

/**
 * Checks a table and makes it ready.
 *
 * @param[out] codec  child of mem_ctx; it refers to the table, which must outlive it (generated tables are static)
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_REVISION_MISMATCH   the table's format is newer than this library (dcerpcswift_table_format())
 * @retval NT_STATUS_INVALID_PARAMETER   NULL, or a table that contradicts itself
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS ndr_codec_create(TALLOC_CTX *mem_ctx, const struct ndr_interface_table *table, struct ndr_codec **codec);

/**
 * Writes the arguments of function `opnum` in one direction.
 *
 * @param flags  NDR_CODEC_IN or NDR_CODEC_OUT, with NDR_CODEC_NDR64 or NDR_CODEC_BIG_ENDIAN
 * @param r      the function's structure, struct echo_AddOne
 * @param[out] blob  data is a child of mem_ctx (NULL when there are no bytes)
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  unknown flag, opnum out of range, or r contradicts the IDL (a NULL [ref], a
 *         value outside its [range], a string that is not UTF-8); ndr_codec_error_string() says which field
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS ndr_codec_push_call(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, uint32_t opnum, uint32_t flags,
			     const void *r, DATA_BLOB *blob);

/**
 * Reads the arguments of function `opnum` in one direction into `r`.
 *
 * What is allocated is a child of mem_ctx, named after its C type; every pointer of a pulled structure can be
 * given to talloc_steal(). Memory stays below a fixed multiple of the bytes. On an error `r` may be partly written
 * and everything allocated is freed.
 *
 * @param flags  as above, and NDR_CODEC_REF_ALLOC, NDR_CODEC_ALLOW_TRAILING. NDR_CODEC_IN zeroes r->out and
 *               allocates its references
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_BUFFER_TOO_SMALL   the bytes end too early (libndr: NDR_ERR_BUFSIZE)
 * @retval NT_STATUS_ARRAY_BOUNDS_EXCEEDED  counts contradict each other or the IDL (NDR_ERR_ARRAY_SIZE)
 * @retval NT_STATUS_RANGE_NOT_FOUND    a value outside its [range] (NDR_ERR_RANGE)
 * @retval NT_STATUS_INVALID_PARAMETER  anything else; ndr_codec_error_string() has offset, field and reason
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS ndr_codec_pull_call(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, uint32_t opnum, uint32_t flags,
			     const uint8_t *data, size_t length, void *r);

/**
 * The arguments of function `opnum` as text, in the layout of Samba's ndrdump.
 *
 * @param flags  NDR_CODEC_IN or NDR_CODEC_OUT, and NDR_CODEC_SET_VALUES
 * @return a child of mem_ctx, or NULL when out of memory or for a wrong opnum
 */
char *ndr_codec_print_call(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, uint32_t opnum, uint32_t flags,
			   const void *r);

/**
 * Writes, reads and prints a single type by its IDL name ("srvsvc_NetShareInfo1"): scalars and buffers, without a
 * function around it. A union needs `level`, the value that selects its arm; other types ignore it.
 * Statuses and ownership as above; NT_STATUS_NOT_FOUND when the table has no such type.
 */
NTSTATUS ndr_codec_push_type(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, const char *type, uint32_t flags,
			     int64_t level, const void *value, DATA_BLOB *blob);
NTSTATUS ndr_codec_pull_type(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, const char *type, uint32_t flags,
			     int64_t level, const uint8_t *data, size_t length, void *value);
char *ndr_codec_print_type(struct ndr_codec *codec, TALLOC_CTX *mem_ctx, const char *type, const char *name,
			   uint32_t flags, int64_t level, const void *value);

/**
 * Why the last function on this codec failed: NDR_ERR_* name, byte offset and field path, as
 * "NDR_ERR_BUFSIZE at byte 12 in echo_TestCall.in.s1". The place is where the field starts that is missing or wrong; of
 * interfaces with hand-written marshallers, and of responses into the caller's references, it may be the fixed part of
 * a structure that the field is in. Belongs to the codec; valid until its next call; "" after success.
 */
const char *ndr_codec_error_string(struct ndr_codec *codec);

#ifdef __cplusplus
}
#endif

#endif
