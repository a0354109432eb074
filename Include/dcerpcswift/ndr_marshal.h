/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_marshal.h - marshalling by hand, and whole structures to bytes and back without any connection, with the names
 * of Samba's libndr. Types that IDL marks nopush, nopull or noprint are pushed, pulled and printed by C functions that
 * use these; every described type can be called back through ndr_push_T(), ndr_pull_T() and ndr_print_T(), which
 * `dcerpc-idl --ndr-functions` writes. docs/porting-from-libndr.md says what differs.
 *
 * The contexts are opaque talloc chunks: what libndr's users read from their fields has functions here. Within a hook a
 * context stands for the run that called it; it must not be used after the hook returned. A context that stands alone
 * comes from ndr_push_init_ctx() or ndr_pull_init_blob(). NULL, a freed context, or what is none gives
 * NDR_ERR_INVALID_POINTER; misuse is an error, never a trap.
 */
#ifndef DCERPCSWIFT_NDR_MARSHAL_H
#define DCERPCSWIFT_NDR_MARSHAL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <talloc.h>
#include <time.h>

#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How marshalling ends. */
enum ndr_err_code {
	NDR_ERR_SUCCESS = 0,
	NDR_ERR_ARRAY_SIZE, /**< counts contradict each other, the IDL or the caller */
	NDR_ERR_BAD_SWITCH, /**< a union without an arm for its level */
	NDR_ERR_OFFSET,
	NDR_ERR_RELATIVE,   /**< a relative pointer that cannot be */
	NDR_ERR_CHARCNV,    /**< text that its character set does not have */
	NDR_ERR_LENGTH,
	NDR_ERR_SUBCONTEXT, /**< a subcontext of a wrong size, or with a wrong header */
	NDR_ERR_COMPRESSION,
	NDR_ERR_STRING,     /**< LIBNDR_FLAG_STR_* that make no string */
	NDR_ERR_VALIDATE,   /**< anything else that is wrong */
	NDR_ERR_BUFSIZE,    /**< the bytes end too early */
	NDR_ERR_ALLOC,      /**< out of memory, or over the limit of what the bytes may make a pull allocate */
	NDR_ERR_RANGE,
	NDR_ERR_TOKEN,      /**< nothing was stored for this address */
	NDR_ERR_IPV4ADDRESS,
	NDR_ERR_IPV6ADDRESS,
	NDR_ERR_INVALID_POINTER, /**< NULL where there must be something */
	NDR_ERR_UNREAD_BYTES,
	NDR_ERR_NDR64,      /**< a number of NDR64 that does not fit 32 bits */
	NDR_ERR_FLAGS,      /**< flags that nobody knows, or a context outside its hook */
	NDR_ERR_INCOMPLETE_BUFFER,
	NDR_ERR_MAX_RECURSION_EXCEEDED,
	NDR_ERR_UNDERFLOW
};

#define NDR_ERR_CODE_IS_SUCCESS(x) ((x) == NDR_ERR_SUCCESS)

/* ndr_flags: which half of a type. */
#define NDR_SCALARS 0x100 /* what stands in place */
#define NDR_BUFFERS 0x200 /* what its pointers lead to */

/* flags of a function. */
#define NDR_IN 0x10
#define NDR_OUT 0x20
#define NDR_BOTH 0x30
#define NDR_SET_VALUES 0x40 /* print: computed values instead of the C fields */

/* Flags of a context. */
#define LIBNDR_FLAG_BIGENDIAN (1U << 0)
#define LIBNDR_FLAG_NOALIGN (1U << 1)
#define LIBNDR_FLAG_STR_ASCII (1U << 2)
#define LIBNDR_FLAG_STR_LEN4 (1U << 3)
#define LIBNDR_FLAG_STR_SIZE4 (1U << 4)
#define LIBNDR_FLAG_STR_NOTERM (1U << 5)
#define LIBNDR_FLAG_STR_NULLTERM (1U << 6)
#define LIBNDR_FLAG_STR_SIZE2 (1U << 7)
#define LIBNDR_FLAG_STR_BYTESIZE (1U << 8)
#define LIBNDR_FLAG_STR_NO_EMBEDDED_NUL (1U << 9)
#define LIBNDR_FLAG_STR_CONFORMANT (1U << 10)
#define LIBNDR_FLAG_STR_CHARLEN (1U << 11)
#define LIBNDR_FLAG_STR_UTF8 (1U << 12)
#define LIBNDR_FLAG_STR_RAW8 (1U << 13)
#define LIBNDR_STRING_FLAGS                                                                                            \
	(LIBNDR_FLAG_STR_ASCII | LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_NOTERM |               \
	 LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_BYTESIZE | LIBNDR_FLAG_STR_CONFORMANT |    \
	 LIBNDR_FLAG_STR_CHARLEN | LIBNDR_FLAG_STR_UTF8 | LIBNDR_FLAG_STR_RAW8 |                                      \
	 LIBNDR_FLAG_STR_NO_EMBEDDED_NUL)
#define LIBNDR_FLAG_IS_SECRET (1U << 14)
#define LIBNDR_FLAG_NO_COMPRESSION (1U << 15)
#define LIBNDR_FLAG_INCOMPLETE_BUFFER (1U << 16)
#define LIBNDR_FLAG_SUBCONTEXT_NO_UNREAD_BYTES (1U << 17)
#define LIBNDR_FLAG_NO_RELATIVE_REVERSE (1U << 18)
#define LIBNDR_FLAG_RELATIVE_REVERSE (1U << 19)
#define LIBNDR_FLAG_REF_ALLOC (1U << 20)
#define LIBNDR_FLAG_REMAINING (1U << 21)
#define LIBNDR_FLAG_ALIGN2 (1U << 22)
#define LIBNDR_FLAG_ALIGN4 (1U << 23)
#define LIBNDR_FLAG_ALIGN8 (1U << 24)
#define LIBNDR_ALIGN_FLAGS                                                                                             \
	(LIBNDR_FLAG_NOALIGN | LIBNDR_FLAG_REMAINING | LIBNDR_FLAG_ALIGN2 | LIBNDR_FLAG_ALIGN4 | LIBNDR_FLAG_ALIGN8)
#define LIBNDR_PRINT_ARRAY_HEX (1U << 25)
#define LIBNDR_PRINT_SET_VALUES (1U << 26)
#define LIBNDR_FLAG_LITTLE_ENDIAN (1U << 27)
#define LIBNDR_FLAG_PAD_CHECK (1U << 28)
#define LIBNDR_FLAG_NDR64 (1U << 29)
#define LIBNDR_FLAG_OBJECT_PRESENT (1U << 30)
#define LIBNDR_FLAG_NO_NDR_SIZE (1U << 31)

/** Character sets; the names of both byte orders mean the byte order of the context but for CH_UTF16BE. */
#ifndef __CHARSET_H__
typedef enum { CH_UTF16LE = 0, CH_UTF16 = 0, CH_UNIX, CH_DOS, CH_UTF8, CH_UTF16BE, CH_UTF16MUNGED } charset_t;
#endif

struct timespec;
struct timeval;

/* Functions as arguments. Those of a type of your own are cast to these, as with libndr. */
typedef enum ndr_err_code (*ndr_push_flags_fn_t)(struct ndr_push *ndr, int ndr_flags, const void *r);
typedef enum ndr_err_code (*ndr_pull_flags_fn_t)(struct ndr_pull *ndr, int ndr_flags, void *r);
typedef void (*ndr_print_fn_t)(struct ndr_print *ndr, const char *name, const void *r);
typedef void (*ndr_print_function_t)(struct ndr_print *ndr, const char *name, int flags, const void *r);

/* --- Whole values ------------------------------------------------------------------------------------------------ */

/**
 * Bytes of one value, in NDR32 and little-endian. A union needs its level.
 * @param[out] blob  data is a child of mem_ctx, NULL without bytes; unchanged on an error
 * @param fn  (ndr_push_flags_fn_t)ndr_push_T
 */
enum ndr_err_code ndr_push_struct_blob(DATA_BLOB *blob, TALLOC_CTX *mem_ctx, const void *p, ndr_push_flags_fn_t fn);
enum ndr_err_code ndr_push_union_blob(DATA_BLOB *blob, TALLOC_CTX *mem_ctx, void *p, uint32_t level,
				      ndr_push_flags_fn_t fn);

/**
 * The same into memory of the caller: blob->length bytes at blob->data.
 * @retval NDR_ERR_BUFSIZE  it takes more
 */
enum ndr_err_code ndr_push_struct_into_fixed_blob(DATA_BLOB *blob, const void *p, ndr_push_flags_fn_t fn);

/**
 * Reads one value. What is allocated are children of mem_ctx; those with `_all` want every byte to belong to it.
 * @retval NDR_ERR_UNREAD_BYTES  of `_all`
 */
enum ndr_err_code ndr_pull_struct_blob(const DATA_BLOB *blob, TALLOC_CTX *mem_ctx, void *p, ndr_pull_flags_fn_t fn);
enum ndr_err_code ndr_pull_struct_blob_all(const DATA_BLOB *blob, TALLOC_CTX *mem_ctx, void *p,
					   ndr_pull_flags_fn_t fn);
enum ndr_err_code ndr_pull_union_blob(const DATA_BLOB *blob, TALLOC_CTX *mem_ctx, void *p, uint32_t level,
				      ndr_pull_flags_fn_t fn);
enum ndr_err_code ndr_pull_union_blob_all(const DATA_BLOB *blob, TALLOC_CTX *mem_ctx, void *p, uint32_t level,
					  ndr_pull_flags_fn_t fn);

/** Bytes that a push takes with these LIBNDR_FLAG_*; 0 for NULL, for an error, or with LIBNDR_FLAG_NO_NDR_SIZE. */
size_t ndr_size_struct(const void *p, int flags, ndr_push_flags_fn_t push);
size_t ndr_size_union(const void *p, int flags, uint32_t level, ndr_push_flags_fn_t push);

/** A value as text, four spaces before each line, as with libndr; a child of mem_ctx, or NULL when out of memory. */
char *ndr_print_struct_string(TALLOC_CTX *mem_ctx, ndr_print_fn_t fn, const char *name, void *ptr);
char *ndr_print_union_string(TALLOC_CTX *mem_ctx, ndr_print_fn_t fn, const char *name, uint32_t level, void *ptr);
char *ndr_print_function_string(TALLOC_CTX *mem_ctx, ndr_print_function_t fn, const char *name, int flags, void *ptr);

#define NDR_PRINT_STRUCT_STRING(ctx, type, p) ndr_print_struct_string(ctx, (ndr_print_fn_t)ndr_print_##type, #p, p)
#define NDR_PRINT_UNION_STRING(ctx, type, level, p)                                                                    \
	ndr_print_union_string(ctx, (ndr_print_fn_t)ndr_print_##type, #p, level, p)
#define NDR_PRINT_FUNCTION_STRING(ctx, type, flags, p)                                                                 \
	ndr_print_function_string(ctx, (ndr_print_function_t)ndr_print_##type, #type, flags, p)

/** The NTSTATUS of an error, as Samba maps it; NT_STATUS_INVALID_PARAMETER for what has no other. */
NTSTATUS ndr_map_error2ntstatus(enum ndr_err_code ndr_err);
/** "Buffer Size Error" and its like, Samba's text; static. */
const char *ndr_map_error2string(enum ndr_err_code ndr_err);
#define ndr_errstr ndr_map_error2string

/* --- Described types, for generated code -------------------------------------------------------------------------- */

/**
 * What ndr_push_T() and its like of `dcerpc-idl --ndr-functions` call: type or function `index` of a table, in the
 * context's byte order and transfer syntax. A union takes its level from ndr_push_set_switch_value().
 */
enum ndr_err_code ndr_push_type(struct ndr_push *ndr, int ndr_flags, const struct ndr_interface_table *table,
				uint32_t index, const void *r);
enum ndr_err_code ndr_pull_type(struct ndr_pull *ndr, int ndr_flags, const struct ndr_interface_table *table,
				uint32_t index, void *r);
void ndr_print_type(struct ndr_print *ndr, const char *name, const struct ndr_interface_table *table, uint32_t index,
		    const void *r);
size_t ndr_size_type(const void *r, int flags, uint32_t level, const struct ndr_interface_table *table, uint32_t index);
enum ndr_err_code ndr_push_function(struct ndr_push *ndr, int flags, const struct ndr_interface_table *table,
				    uint32_t index, const void *r);
enum ndr_err_code ndr_pull_function(struct ndr_pull *ndr, int flags, const struct ndr_interface_table *table,
				    uint32_t index, void *r);
void ndr_print_function(struct ndr_print *ndr, const char *name, int flags, const struct ndr_interface_table *table,
			uint32_t index, const void *r);

/* --- Contexts ----------------------------------------------------------------------------------------------------- */

/** A context of its own, a child of mem_ctx, or NULL when out of memory. Little-endian NDR32 until its flags say more. */
struct ndr_push *ndr_push_init_ctx(TALLOC_CTX *mem_ctx);
/** The bytes so far, in a chunk of their own that is a child of the context: talloc_steal() keeps it. */
DATA_BLOB ndr_push_blob(struct ndr_push *ndr);
/** Makes room for so many more bytes; pushing does so by itself. */
enum ndr_err_code ndr_push_expand(struct ndr_push *ndr, uint32_t extra_size);

/**
 * A context over bytes that have to outlive it, a child of mem_ctx, or NULL when out of memory or blob is NULL. What it
 * pulls becomes children of mem_ctx.
 */
struct ndr_pull *ndr_pull_init_blob(const DATA_BLOB *blob, TALLOC_CTX *mem_ctx);
/**
 * For bytes that arrive in pieces: puts more behind those that are there, which the context copies, and lets go of those
 * that were read but for up to 7, from which alignment counts. With LIBNDR_FLAG_INCOMPLETE_BUFFER what ends too early is
 * NDR_ERR_INCOMPLETE_BUFFER: set the offset back, append and pull again. Pointers from ndr_pull_get_data() end here.
 * @retval NDR_ERR_FLAGS     of a context within a hook
 * @retval NDR_ERR_RELATIVE  of pop: relative pointers were read, or the second half of a value waits
 * @retval NDR_ERR_BUFSIZE   of append: more than a stub may have
 */
enum ndr_err_code ndr_pull_append(struct ndr_pull *ndr, const DATA_BLOB *blob);
enum ndr_err_code ndr_pull_pop(struct ndr_pull *ndr);
/** Skips bytes. */
enum ndr_err_code ndr_pull_advance(struct ndr_pull *ndr, uint32_t size);
/** NDR_ERR_BUFSIZE when fewer bytes than these are left. */
enum ndr_err_code ndr_pull_need_bytes(struct ndr_pull *ndr, uint32_t size);

/**
 * Flags, LIBNDR_FLAG_*: libndr's ndr->flags. `set` replaces them (as when a saved value comes back), `add` is
 * ndr_set_flags(&ndr->flags, flags): a flag for strings, alignment or byte order takes the place of others of its kind.
 * Flags that a hook changes are those of before when it returns.
 */
uint32_t ndr_push_get_flags(struct ndr_push *ndr);
void ndr_push_set_flags(struct ndr_push *ndr, uint32_t flags);
void ndr_push_add_flags(struct ndr_push *ndr, uint32_t flags);
uint32_t ndr_pull_get_flags(struct ndr_pull *ndr);
void ndr_pull_set_flags(struct ndr_pull *ndr, uint32_t flags);
void ndr_pull_add_flags(struct ndr_pull *ndr, uint32_t flags);

/** The same on a variable. */
void ndr_set_flags(uint32_t *pflags, uint32_t new_flags);

/**
 * Bytes from the start of the data, or of the subcontext, to where the context is: ndr->offset. Setting it goes back, or
 * forth to where it has been.
 * @retval NDR_ERR_OFFSET, NDR_ERR_BUFSIZE  nothing is there
 */
uint32_t ndr_push_get_offset(struct ndr_push *ndr);
enum ndr_err_code ndr_push_set_offset(struct ndr_push *ndr, uint32_t offset);
uint32_t ndr_pull_get_offset(struct ndr_pull *ndr);
enum ndr_err_code ndr_pull_set_offset(struct ndr_pull *ndr, uint32_t offset);

/** The first byte, from which offsets count: ndr->data. Of a push it is valid until the next push, and NULL before the first. */
uint8_t *ndr_push_get_data(struct ndr_push *ndr);
const uint8_t *ndr_pull_get_data(struct ndr_pull *ndr);
/** ndr->data_size. */
uint32_t ndr_pull_get_data_size(struct ndr_pull *ndr);

/** What allocations are children of: ndr->current_mem_ctx. */
TALLOC_CTX *ndr_pull_get_mem_ctx(struct ndr_pull *ndr);
void ndr_pull_set_mem_ctx(struct ndr_pull *ndr, TALLOC_CTX *mem_ctx);

/**
 * Memory for what is pulled: `count` times `size` bytes, not zeroed. It counts against what the bytes may make a pull
 * allocate (16 MiB and 128 times their number). NULL: no memory, or over that limit. `name` is static.
 */
void *ndr_pull_alloc(struct ndr_pull *ndr, size_t size, size_t count, const char *name);

/**
 * Counts a level of recursion of hand-written code, and takes it back: NDR_RECURSION_CHECK and NDR_RECURSION_UNWIND.
 * @retval NDR_ERR_MAX_RECURSION_EXCEEDED  more than max
 * @retval NDR_ERR_UNDERFLOW               there was none
 */
enum ndr_err_code ndr_pull_recurse(struct ndr_pull *ndr, uint32_t max);
enum ndr_err_code ndr_pull_unwind(struct ndr_pull *ndr);

/**
 * Says what is wrong and returns ndr_err. The text of the last error of a context; "" without one. It belongs to the
 * context and is valid until its next error. ndr_push_error() and ndr_pull_error() make it like printf().
 */
enum ndr_err_code ndr_push_error_text(struct ndr_push *ndr, enum ndr_err_code ndr_err, const char *text);
enum ndr_err_code ndr_pull_error_text(struct ndr_pull *ndr, enum ndr_err_code ndr_err, const char *text);
const char *ndr_push_error_string(struct ndr_push *ndr);
const char *ndr_pull_error_string(struct ndr_pull *ndr);

/* --- Scalars ------------------------------------------------------------------------------------------------------ */

/** Scalars by value, aligned. Without NDR_SCALARS nothing happens. int64, float, enum_*: as in ndr_format.h. */
enum ndr_err_code ndr_push_uint8(struct ndr_push *ndr, int ndr_flags, uint8_t v);
enum ndr_err_code ndr_pull_uint8(struct ndr_pull *ndr, int ndr_flags, uint8_t *v);
void ndr_print_uint8(struct ndr_print *ndr, const char *name, uint8_t v);
enum ndr_err_code ndr_push_int8(struct ndr_push *ndr, int ndr_flags, int8_t v);
enum ndr_err_code ndr_pull_int8(struct ndr_pull *ndr, int ndr_flags, int8_t *v);
void ndr_print_int8(struct ndr_print *ndr, const char *name, int8_t v);
enum ndr_err_code ndr_push_uint16(struct ndr_push *ndr, int ndr_flags, uint16_t v);
enum ndr_err_code ndr_pull_uint16(struct ndr_pull *ndr, int ndr_flags, uint16_t *v);
void ndr_print_uint16(struct ndr_print *ndr, const char *name, uint16_t v);
enum ndr_err_code ndr_push_int16(struct ndr_push *ndr, int ndr_flags, int16_t v);
enum ndr_err_code ndr_pull_int16(struct ndr_pull *ndr, int ndr_flags, int16_t *v);
void ndr_print_int16(struct ndr_print *ndr, const char *name, int16_t v);
enum ndr_err_code ndr_push_uint1632(struct ndr_push *ndr, int ndr_flags, uint16_t v);
enum ndr_err_code ndr_pull_uint1632(struct ndr_pull *ndr, int ndr_flags, uint16_t *v);
void ndr_print_uint1632(struct ndr_print *ndr, const char *name, uint16_t v);
enum ndr_err_code ndr_push_uint32(struct ndr_push *ndr, int ndr_flags, uint32_t v);
enum ndr_err_code ndr_pull_uint32(struct ndr_pull *ndr, int ndr_flags, uint32_t *v);
void ndr_print_uint32(struct ndr_print *ndr, const char *name, uint32_t v);
enum ndr_err_code ndr_push_int32(struct ndr_push *ndr, int ndr_flags, int32_t v);
enum ndr_err_code ndr_pull_int32(struct ndr_pull *ndr, int ndr_flags, int32_t *v);
void ndr_print_int32(struct ndr_print *ndr, const char *name, int32_t v);
enum ndr_err_code ndr_push_uint3264(struct ndr_push *ndr, int ndr_flags, uint32_t v);
enum ndr_err_code ndr_pull_uint3264(struct ndr_pull *ndr, int ndr_flags, uint32_t *v);
void ndr_print_uint3264(struct ndr_print *ndr, const char *name, uint32_t v);
enum ndr_err_code ndr_push_int3264(struct ndr_push *ndr, int ndr_flags, int32_t v);
enum ndr_err_code ndr_pull_int3264(struct ndr_pull *ndr, int ndr_flags, int32_t *v);
void ndr_print_int3264(struct ndr_print *ndr, const char *name, int32_t v);
enum ndr_err_code ndr_push_hyper(struct ndr_push *ndr, int ndr_flags, uint64_t v);
enum ndr_err_code ndr_pull_hyper(struct ndr_pull *ndr, int ndr_flags, uint64_t *v);
void ndr_print_hyper(struct ndr_print *ndr, const char *name, uint64_t v);
enum ndr_err_code ndr_push_int64(struct ndr_push *ndr, int ndr_flags, int64_t v);
enum ndr_err_code ndr_pull_int64(struct ndr_pull *ndr, int ndr_flags, int64_t *v);
void ndr_print_int64(struct ndr_print *ndr, const char *name, int64_t v);
enum ndr_err_code ndr_push_dlong(struct ndr_push *ndr, int ndr_flags, int64_t v);
enum ndr_err_code ndr_pull_dlong(struct ndr_pull *ndr, int ndr_flags, int64_t *v);
void ndr_print_dlong(struct ndr_print *ndr, const char *name, int64_t v);
enum ndr_err_code ndr_push_udlong(struct ndr_push *ndr, int ndr_flags, uint64_t v);
enum ndr_err_code ndr_pull_udlong(struct ndr_pull *ndr, int ndr_flags, uint64_t *v);
void ndr_print_udlong(struct ndr_print *ndr, const char *name, uint64_t v);
enum ndr_err_code ndr_push_udlongr(struct ndr_push *ndr, int ndr_flags, uint64_t v);
enum ndr_err_code ndr_pull_udlongr(struct ndr_pull *ndr, int ndr_flags, uint64_t *v);
void ndr_print_udlongr(struct ndr_print *ndr, const char *name, uint64_t v);
enum ndr_err_code ndr_push_float(struct ndr_push *ndr, int ndr_flags, float v);
enum ndr_err_code ndr_pull_float(struct ndr_pull *ndr, int ndr_flags, float *v);
void ndr_print_float(struct ndr_print *ndr, const char *name, float v);
enum ndr_err_code ndr_push_double(struct ndr_push *ndr, int ndr_flags, double v);
enum ndr_err_code ndr_pull_double(struct ndr_pull *ndr, int ndr_flags, double *v);
void ndr_print_double(struct ndr_print *ndr, const char *name, double v);

/** Times, ids and statuses. */
enum ndr_err_code ndr_push_NTTIME(struct ndr_push *ndr, int ndr_flags, NTTIME v);
enum ndr_err_code ndr_pull_NTTIME(struct ndr_pull *ndr, int ndr_flags, NTTIME *v);
void ndr_print_NTTIME(struct ndr_print *ndr, const char *name, NTTIME v);
enum ndr_err_code ndr_push_NTTIME_1sec(struct ndr_push *ndr, int ndr_flags, NTTIME v);
enum ndr_err_code ndr_pull_NTTIME_1sec(struct ndr_pull *ndr, int ndr_flags, NTTIME *v);
void ndr_print_NTTIME_1sec(struct ndr_print *ndr, const char *name, NTTIME v);
enum ndr_err_code ndr_push_NTTIME_hyper(struct ndr_push *ndr, int ndr_flags, NTTIME v);
enum ndr_err_code ndr_pull_NTTIME_hyper(struct ndr_pull *ndr, int ndr_flags, NTTIME *v);
void ndr_print_NTTIME_hyper(struct ndr_print *ndr, const char *name, NTTIME v);
enum ndr_err_code ndr_push_time_t(struct ndr_push *ndr, int ndr_flags, time_t v);
enum ndr_err_code ndr_pull_time_t(struct ndr_pull *ndr, int ndr_flags, time_t *v);
void ndr_print_time_t(struct ndr_print *ndr, const char *name, time_t v);
enum ndr_err_code ndr_push_uid_t(struct ndr_push *ndr, int ndr_flags, uid_t v);
enum ndr_err_code ndr_pull_uid_t(struct ndr_pull *ndr, int ndr_flags, uid_t *v);
void ndr_print_uid_t(struct ndr_print *ndr, const char *name, uid_t v);
enum ndr_err_code ndr_push_gid_t(struct ndr_push *ndr, int ndr_flags, gid_t v);
enum ndr_err_code ndr_pull_gid_t(struct ndr_pull *ndr, int ndr_flags, gid_t *v);
void ndr_print_gid_t(struct ndr_print *ndr, const char *name, gid_t v);
enum ndr_err_code ndr_push_NTSTATUS(struct ndr_push *ndr, int ndr_flags, NTSTATUS v);
enum ndr_err_code ndr_pull_NTSTATUS(struct ndr_pull *ndr, int ndr_flags, NTSTATUS *v);
void ndr_print_NTSTATUS(struct ndr_print *ndr, const char *name, NTSTATUS v);
enum ndr_err_code ndr_push_WERROR(struct ndr_push *ndr, int ndr_flags, WERROR v);
enum ndr_err_code ndr_pull_WERROR(struct ndr_pull *ndr, int ndr_flags, WERROR *v);
void ndr_print_WERROR(struct ndr_print *ndr, const char *name, WERROR v);
enum ndr_err_code ndr_push_HRESULT(struct ndr_push *ndr, int ndr_flags, HRESULT v);
enum ndr_err_code ndr_pull_HRESULT(struct ndr_pull *ndr, int ndr_flags, HRESULT *v);
void ndr_print_HRESULT(struct ndr_print *ndr, const char *name, HRESULT v);

/** The wire form of an enumeration. */
enum ndr_err_code ndr_push_enum_uint8(struct ndr_push *ndr, int ndr_flags, uint8_t v);
enum ndr_err_code ndr_pull_enum_uint8(struct ndr_pull *ndr, int ndr_flags, uint8_t *v);
enum ndr_err_code ndr_push_enum_uint16(struct ndr_push *ndr, int ndr_flags, uint16_t v);
enum ndr_err_code ndr_pull_enum_uint16(struct ndr_pull *ndr, int ndr_flags, uint16_t *v);
enum ndr_err_code ndr_push_enum_uint32(struct ndr_push *ndr, int ndr_flags, uint32_t v);
enum ndr_err_code ndr_pull_enum_uint32(struct ndr_pull *ndr, int ndr_flags, uint32_t *v);
enum ndr_err_code ndr_push_enum_uint1632(struct ndr_push *ndr, int ndr_flags, uint16_t v);
enum ndr_err_code ndr_pull_enum_uint1632(struct ndr_pull *ndr, int ndr_flags, uint16_t *v);

/** Addresses as text, pulled into a chunk of its own; `pointer` is a unique pointer's referent id. */
enum ndr_err_code ndr_push_ipv4address(struct ndr_push *ndr, int ndr_flags, const char *v);
enum ndr_err_code ndr_pull_ipv4address(struct ndr_pull *ndr, int ndr_flags, const char **v);
void ndr_print_ipv4address(struct ndr_print *ndr, const char *name, const char *v);
enum ndr_err_code ndr_push_ipv6address(struct ndr_push *ndr, int ndr_flags, const char *v);
enum ndr_err_code ndr_pull_ipv6address(struct ndr_pull *ndr, int ndr_flags, const char **v);
void ndr_print_ipv6address(struct ndr_print *ndr, const char *name, const char *v);
enum ndr_err_code ndr_push_pointer(struct ndr_push *ndr, int ndr_flags, void *v);
enum ndr_err_code ndr_pull_pointer(struct ndr_pull *ndr, int ndr_flags, void **v);
void ndr_print_pointer(struct ndr_print *ndr, const char *name, void *v);

/** Structures of types.h that are of fixed size on the wire. */
enum ndr_err_code ndr_push_GUID(struct ndr_push *ndr, int ndr_flags, const struct GUID *v);
enum ndr_err_code ndr_pull_GUID(struct ndr_pull *ndr, int ndr_flags, struct GUID *v);
void ndr_print_GUID(struct ndr_print *ndr, const char *name, const struct GUID *v);
enum ndr_err_code ndr_push_policy_handle(struct ndr_push *ndr, int ndr_flags, const struct policy_handle *v);
enum ndr_err_code ndr_pull_policy_handle(struct ndr_pull *ndr, int ndr_flags, struct policy_handle *v);
void ndr_print_policy_handle(struct ndr_print *ndr, const char *name, const struct policy_handle *v);
enum ndr_err_code ndr_push_ndr_syntax_id(struct ndr_push *ndr, int ndr_flags, const struct ndr_syntax_id *v);
enum ndr_err_code ndr_pull_ndr_syntax_id(struct ndr_pull *ndr, int ndr_flags, struct ndr_syntax_id *v);
void ndr_print_ndr_syntax_id(struct ndr_print *ndr, const char *name, const struct ndr_syntax_id *v);
enum ndr_err_code ndr_push_timeval(struct ndr_push *ndr, int ndr_flags, const struct timeval *v);
enum ndr_err_code ndr_pull_timeval(struct ndr_pull *ndr, int ndr_flags, struct timeval *v);
void ndr_print_timeval(struct ndr_print *ndr, const char *name, const struct timeval *v);
enum ndr_err_code ndr_push_timespec(struct ndr_push *ndr, int ndr_flags, const struct timespec *v);
enum ndr_err_code ndr_pull_timespec(struct ndr_pull *ndr, int ndr_flags, struct timespec *v);
void ndr_print_timespec(struct ndr_print *ndr, const char *name, const struct timespec *v);

/** SIDs and security descriptors ([MS-DTYP] 2.4). */
enum ndr_err_code ndr_push_dom_sid(struct ndr_push *ndr, int ndr_flags, const struct dom_sid *v);
enum ndr_err_code ndr_pull_dom_sid(struct ndr_pull *ndr, int ndr_flags, struct dom_sid *v);
void ndr_print_dom_sid(struct ndr_print *ndr, const char *name, const struct dom_sid *v);
enum ndr_err_code ndr_push_dom_sid2(struct ndr_push *ndr, int ndr_flags, const struct dom_sid *v);
enum ndr_err_code ndr_pull_dom_sid2(struct ndr_pull *ndr, int ndr_flags, struct dom_sid *v);
void ndr_print_dom_sid2(struct ndr_print *ndr, const char *name, const struct dom_sid *v);
enum ndr_err_code ndr_push_dom_sid28(struct ndr_push *ndr, int ndr_flags, const struct dom_sid *v);
enum ndr_err_code ndr_pull_dom_sid28(struct ndr_pull *ndr, int ndr_flags, struct dom_sid *v);
void ndr_print_dom_sid28(struct ndr_print *ndr, const char *name, const struct dom_sid *v);
enum ndr_err_code ndr_push_dom_sid0(struct ndr_push *ndr, int ndr_flags, const struct dom_sid *v);
enum ndr_err_code ndr_pull_dom_sid0(struct ndr_pull *ndr, int ndr_flags, struct dom_sid *v);
void ndr_print_dom_sid0(struct ndr_print *ndr, const char *name, const struct dom_sid *v);
enum ndr_err_code ndr_push_security_descriptor(struct ndr_push *ndr, int ndr_flags, const struct security_descriptor *v);
enum ndr_err_code ndr_pull_security_descriptor(struct ndr_pull *ndr, int ndr_flags, struct security_descriptor *v);
void ndr_print_security_descriptor(struct ndr_print *ndr, const char *name, const struct security_descriptor *v);
enum ndr_err_code ndr_push_security_acl(struct ndr_push *ndr, int ndr_flags, const struct security_acl *v);
enum ndr_err_code ndr_pull_security_acl(struct ndr_pull *ndr, int ndr_flags, struct security_acl *v);
void ndr_print_security_acl(struct ndr_print *ndr, const char *name, const struct security_acl *v);
enum ndr_err_code ndr_push_security_ace(struct ndr_push *ndr, int ndr_flags, const struct security_ace *v);
enum ndr_err_code ndr_pull_security_ace(struct ndr_pull *ndr, int ndr_flags, struct security_ace *v);
void ndr_print_security_ace(struct ndr_print *ndr, const char *name, const struct security_ace *v);

/**
 * A length and bytes; with LIBNDR_FLAG_REMAINING all that is left, with LIBNDR_FLAG_ALIGN2, ALIGN4 or ALIGN8 the bytes up
 * to that boundary. Pulled into a chunk of its own.
 */
enum ndr_err_code ndr_push_DATA_BLOB(struct ndr_push *ndr, int ndr_flags, DATA_BLOB blob);
enum ndr_err_code ndr_pull_DATA_BLOB(struct ndr_pull *ndr, int ndr_flags, DATA_BLOB *blob);
void ndr_print_DATA_BLOB(struct ndr_print *ndr, const char *name, DATA_BLOB blob);
uint32_t ndr_size_DATA_BLOB(int ret, const DATA_BLOB *data, int flags);

/** Bytes as they are. ndr_push_zero() writes zeros. */
enum ndr_err_code ndr_push_bytes(struct ndr_push *ndr, const uint8_t *data, uint32_t n);
enum ndr_err_code ndr_pull_bytes(struct ndr_pull *ndr, uint8_t *data, uint32_t n);
enum ndr_err_code ndr_push_zero(struct ndr_push *ndr, uint32_t n);
enum ndr_err_code ndr_push_array_uint8(struct ndr_push *ndr, int ndr_flags, const uint8_t *data, uint32_t n);
enum ndr_err_code ndr_pull_array_uint8(struct ndr_pull *ndr, int ndr_flags, uint8_t *data, uint32_t n);
void ndr_print_array_uint8(struct ndr_print *ndr, const char *name, const uint8_t *data, uint32_t count);

/**
 * Alignment, unless LIBNDR_FLAG_NOALIGN is set. `size` is 1, 2, 4 or 8; 3 stands for 2 and 5 for 4, which NDR64 doubles.
 * The other two do something in NDR64 only: before a union, and behind a structure.
 */
enum ndr_err_code ndr_push_align(struct ndr_push *ndr, size_t size);
enum ndr_err_code ndr_pull_align(struct ndr_pull *ndr, size_t size);
enum ndr_err_code ndr_push_union_align(struct ndr_push *ndr, size_t size);
enum ndr_err_code ndr_pull_union_align(struct ndr_pull *ndr, size_t size);
enum ndr_err_code ndr_push_trailer_align(struct ndr_push *ndr, size_t size);
enum ndr_err_code ndr_pull_trailer_align(struct ndr_pull *ndr, size_t size);
/** `offset` rounded up: how many bytes are missing to a multiple of n. */
size_t ndr_align_size(uint32_t offset, size_t n);

/* --- Strings ------------------------------------------------------------------------------------------------------ */

/**
 * A `string` as the context's LIBNDR_FLAG_STR_* say: UTF-16, or bytes with STR_ASCII and STR_UTF8; STR_SIZE4, STR_LEN4,
 * STR_SIZE2 (of bytes with STR_BYTESIZE) before it; STR_NULLTERM; STR_NOTERM. In C it is UTF-8; pulled into a chunk.
 * @retval NDR_ERR_STRING  flags that leave open where it ends
 */
enum ndr_err_code ndr_push_string(struct ndr_push *ndr, int ndr_flags, const char *s);
enum ndr_err_code ndr_pull_string(struct ndr_pull *ndr, int ndr_flags, const char **s);
void ndr_print_string(struct ndr_print *ndr, const char *name, const char *s);
uint32_t ndr_size_string(int ret, const char *const *string, int flags);

/** Strings that follow each other, up to an empty one (STR_NULLTERM) or to the end of the data. NULL ends the array. */
enum ndr_err_code ndr_push_string_array(struct ndr_push *ndr, int ndr_flags, const char **a);
enum ndr_err_code ndr_pull_string_array(struct ndr_pull *ndr, int ndr_flags, const char ***a);
void ndr_print_string_array(struct ndr_print *ndr, const char *name, const char **a);

/**
 * `length` units of `byte_mul` bytes of a character set; zeros behind the text. `_to_null` ends at the first zero unit.
 * @retval NDR_ERR_CHARCNV  text that is malformed or does not fit, or a character set of another unit
 */
enum ndr_err_code ndr_push_charset(struct ndr_push *ndr, int ndr_flags, const char *var, uint32_t length,
				   uint8_t byte_mul, charset_t chset);
enum ndr_err_code ndr_pull_charset(struct ndr_pull *ndr, int ndr_flags, const char **var, uint32_t length,
				   uint8_t byte_mul, charset_t chset);
enum ndr_err_code ndr_push_charset_to_null(struct ndr_push *ndr, int ndr_flags, const char *var, uint32_t length,
					   uint8_t byte_mul, charset_t chset);
enum ndr_err_code ndr_pull_charset_to_null(struct ndr_pull *ndr, int ndr_flags, const char **var, uint32_t length,
					   uint8_t byte_mul, charset_t chset);
/** Units that a text takes in a character set, its terminator included; 0 for NULL. */
uint32_t ndr_charset_length(const void *var, charset_t chset);
/** Elements of `element_size` bytes up to the first that is zero, which counts. */
uint32_t ndr_string_length(const void *var, uint32_t element_size);
/** NDR_ERR_ARRAY_SIZE unless the last of the next `count` elements is zero; nothing is taken. */
enum ndr_err_code ndr_check_string_terminator(struct ndr_pull *ndr, uint32_t count, uint32_t element_size);

/* --- Pointers, counts, unions -------------------------------------------------------------------------------------- */

/** Referent ids. A full pointer is like a unique one here. */
enum ndr_err_code ndr_push_unique_ptr(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_full_ptr(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_ref_ptr(struct ndr_push *ndr);
enum ndr_err_code ndr_pull_generic_ptr(struct ndr_pull *ndr, uint32_t *v);
enum ndr_err_code ndr_pull_ref_ptr(struct ndr_pull *ndr, uint32_t *v);

/**
 * Relative pointers. ptr1 leaves room for the offset of p, with the scalars; ptr2_start fills it in where the pointee
 * begins, ptr2_end (LIBNDR_FLAG_RELATIVE_REVERSE) moves it to the end of its subcontext. Offsets count from the
 * relative base, which belongs to a structure p. On pull ptr1 stores where p's pointee is, ptr2 goes there.
 */
enum ndr_err_code ndr_push_relative_ptr1(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_short_relative_ptr1(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_relative_ptr2_start(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_relative_ptr2_end(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_push_short_relative_ptr2(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_pull_relative_ptr1(struct ndr_pull *ndr, const void *p, uint32_t rel_offset);
enum ndr_err_code ndr_pull_relative_ptr2(struct ndr_pull *ndr, const void *p);
enum ndr_err_code ndr_pull_relative_ptr_short(struct ndr_pull *ndr, uint16_t *v);
uint32_t ndr_push_get_relative_base_offset(struct ndr_push *ndr);
void ndr_push_restore_relative_base_offset(struct ndr_push *ndr, uint32_t offset);
enum ndr_err_code ndr_push_setup_relative_base_offset1(struct ndr_push *ndr, const void *p, uint32_t offset);
enum ndr_err_code ndr_push_setup_relative_base_offset2(struct ndr_push *ndr, const void *p);
uint32_t ndr_pull_get_relative_base_offset(struct ndr_pull *ndr);
void ndr_pull_restore_relative_base_offset(struct ndr_pull *ndr, uint32_t offset);
enum ndr_err_code ndr_pull_setup_relative_base_offset1(struct ndr_pull *ndr, const void *p, uint32_t offset);
enum ndr_err_code ndr_pull_setup_relative_base_offset2(struct ndr_pull *ndr, const void *p);

/** The end of what relative pointers led to: ndr->relative_highest_offset. */
uint32_t ndr_pull_get_relative_highest_offset(struct ndr_pull *ndr);
void ndr_pull_set_relative_highest_offset(struct ndr_pull *ndr, uint32_t offset);

/**
 * The count of a conformant or varying array, read and kept under the address p. `get` returns it, `steal` forgets it too,
 * `check` compares it.
 * @retval NDR_ERR_TOKEN       none was read for p
 * @retval NDR_ERR_ARRAY_SIZE  it is another one, or the array does not begin with its first element
 */
enum ndr_err_code ndr_pull_array_size(struct ndr_pull *ndr, const void *p);
enum ndr_err_code ndr_get_array_size(struct ndr_pull *ndr, const void *p, uint32_t *size);
enum ndr_err_code ndr_steal_array_size(struct ndr_pull *ndr, const void *p, uint32_t *size);
enum ndr_err_code ndr_check_array_size(struct ndr_pull *ndr, const void *p, uint32_t size);
enum ndr_err_code ndr_check_steal_array_size(struct ndr_pull *ndr, const void *p, uint32_t size);
enum ndr_err_code ndr_pull_array_length(struct ndr_pull *ndr, const void *p);
enum ndr_err_code ndr_get_array_length(struct ndr_pull *ndr, const void *p, uint32_t *length);
enum ndr_err_code ndr_steal_array_length(struct ndr_pull *ndr, const void *p, uint32_t *length);
enum ndr_err_code ndr_check_array_length(struct ndr_pull *ndr, const void *p, uint32_t length);
enum ndr_err_code ndr_check_steal_array_length(struct ndr_pull *ndr, const void *p, uint32_t length);

/**
 * The level of the union at p, for the ndr_push_U() or ndr_pull_U() that follows and takes it; a hook of a union finds
 * it set. `get` leaves it, and is 0 without one.
 */
enum ndr_err_code ndr_push_set_switch_value(struct ndr_push *ndr, const void *p, uint32_t val);
enum ndr_err_code ndr_push_steal_switch_value(struct ndr_push *ndr, const void *p, uint32_t *v);
uint32_t ndr_push_get_switch_value(struct ndr_push *ndr, const void *p);
enum ndr_err_code ndr_pull_set_switch_value(struct ndr_pull *ndr, const void *p, uint32_t val);
enum ndr_err_code ndr_pull_steal_switch_value(struct ndr_pull *ndr, const void *p, uint32_t *v);
uint32_t ndr_pull_get_switch_value(struct ndr_pull *ndr, const void *p);
enum ndr_err_code ndr_print_set_switch_value(struct ndr_print *ndr, const void *p, uint32_t val);
uint32_t ndr_print_steal_switch_value(struct ndr_print *ndr, const void *p);

/** Tokens: a list of the caller's own, numbers by address. The list is made with the first token, a child of mem_ctx. */
struct ndr_token_list;
enum ndr_err_code ndr_token_store(TALLOC_CTX *mem_ctx, struct ndr_token_list **list, const void *key, uint32_t value);
enum ndr_err_code ndr_token_retrieve(struct ndr_token_list **list, const void *key, uint32_t *v);
enum ndr_err_code ndr_token_peek(struct ndr_token_list **list, const void *key, uint32_t *v);

/* --- Subcontexts and compression ------------------------------------------------------------------------------------ */

/**
 * A part with alignment and offsets of its own, always NDR32: its content goes through *subndr, a child of ndr. header_size
 * is 0 for nothing before it, 2 or 4 for its size in so many bytes, 0xFFFFFC01 for type serialisation 1 ([MS-RPCE] 2.2.6);
 * size_is is its size, or -1. Both are the same at start and end.
 * @retval NDR_ERR_SUBCONTEXT  another header_size, a size that is not size_is, or content that is larger
 */
enum ndr_err_code ndr_push_subcontext_start(struct ndr_push *ndr, struct ndr_push **subndr, size_t header_size,
					    ssize_t size_is);
enum ndr_err_code ndr_push_subcontext_end(struct ndr_push *ndr, struct ndr_push *subndr, size_t header_size,
					  ssize_t size_is);
enum ndr_err_code ndr_pull_subcontext_start(struct ndr_pull *ndr, struct ndr_pull **subndr, size_t header_size,
					    ssize_t size_is);
enum ndr_err_code ndr_pull_subcontext_end(struct ndr_pull *ndr, struct ndr_pull *subndr, size_t header_size,
					  ssize_t size_is);

/**
 * Compressed content of a subcontext, NDR_COMPRESSION_* of ndr_format.h: what goes through *comndr is plain. Of a pull
 * decompressed_len is the plain size, at most 128 times the compressed one and 16 MiB, and compressed_len is -1 for all
 * that is left.
 * @retval NDR_ERR_COMPRESSION  an unknown algorithm, or bytes that are not of it
 */
enum ndr_err_code ndr_push_compression_start(struct ndr_push *subndr, struct ndr_push **comndr,
					     unsigned int compression_alg, ssize_t decompressed_len);
enum ndr_err_code ndr_push_compression_end(struct ndr_push *subndr, struct ndr_push *comndr,
					   unsigned int compression_alg, ssize_t decompressed_len);
enum ndr_err_code ndr_pull_compression_start(struct ndr_pull *subndr, struct ndr_pull **comndr,
					     unsigned int compression_alg, ssize_t decompressed_len,
					     ssize_t compressed_len);
enum ndr_err_code ndr_pull_compression_end(struct ndr_pull *subndr, struct ndr_pull *comndr,
					   unsigned int compression_alg, ssize_t decompressed_len);

/* --- Printing ----------------------------------------------------------------------------------------------------- */

/** A context of its own, a child of mem_ctx, or NULL when out of memory; what it printed, a child of mem_ctx. */
struct ndr_print *ndr_print_create(TALLOC_CTX *mem_ctx);
char *ndr_print_text(struct ndr_print *ndr, TALLOC_CTX *mem_ctx);

/** ndr->depth (four spaces each), ndr->flags, ndr->no_newline and ndr->print_secrets. */
uint32_t ndr_print_get_depth(struct ndr_print *ndr);
void ndr_print_set_depth(struct ndr_print *ndr, uint32_t depth);
uint32_t ndr_print_get_flags(struct ndr_print *ndr);
void ndr_print_set_flags(struct ndr_print *ndr, uint32_t flags);
bool ndr_print_get_no_newline(struct ndr_print *ndr);
void ndr_print_set_no_newline(struct ndr_print *ndr, bool no_newline);
bool ndr_print_get_secrets(struct ndr_print *ndr);
void ndr_print_set_secrets(struct ndr_print *ndr, bool print_secrets);

/** One line, indented; ndr_print_line() is ndr->print(), like printf(). */
void ndr_print_line_text(struct ndr_print *ndr, const char *text);

/** The lines of libndr's helpers of the same names. */
void ndr_print_struct(struct ndr_print *ndr, const char *name, const char *type);
void ndr_print_null(struct ndr_print *ndr);
void ndr_print_enum(struct ndr_print *ndr, const char *name, const char *type, const char *val, uint32_t value);
void ndr_print_bitmap_flag(struct ndr_print *ndr, size_t size, const char *flag_name, uint32_t flag, uint32_t value);
void ndr_print_ptr(struct ndr_print *ndr, const char *name, const void *p);
void ndr_print_union(struct ndr_print *ndr, const char *name, int level, const char *type);
void ndr_print_bad_level(struct ndr_print *ndr, const char *name, uint16_t level);
void ndr_print_bool(struct ndr_print *ndr, const char *name, const bool b);

/* --- Macros -------------------------------------------------------------------------------------------------------- */

static inline enum ndr_err_code _ndr_push_error(struct ndr_push *ndr, enum ndr_err_code ndr_err, const char *function,
						const char *location, const char *format, ...)
	__attribute__((format(printf, 5, 6), unused));
static inline enum ndr_err_code _ndr_pull_error(struct ndr_pull *ndr, enum ndr_err_code ndr_err, const char *function,
						const char *location, const char *format, ...)
	__attribute__((format(printf, 5, 6), unused));
static inline void ndr_print_line(struct ndr_print *ndr, const char *format, ...)
	__attribute__((format(printf, 2, 3), unused));

static inline enum ndr_err_code _ndr_push_error(struct ndr_push *ndr, enum ndr_err_code ndr_err, const char *function,
						const char *location, const char *format, ...)
{
	char text[512];
	va_list ap;

	(void)function;
	(void)location;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return ndr_push_error_text(ndr, ndr_err, text);
}

static inline enum ndr_err_code _ndr_pull_error(struct ndr_pull *ndr, enum ndr_err_code ndr_err, const char *function,
						const char *location, const char *format, ...)
{
	char text[512];
	va_list ap;

	(void)function;
	(void)location;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return ndr_pull_error_text(ndr, ndr_err, text);
}

static inline void ndr_print_line(struct ndr_print *ndr, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ndr_print_line_text(ndr, text);
}

/**
 * Reads one value that takes every byte and no memory of its own, such as a structure of numbers.
 * @retval NDR_ERR_UNREAD_BYTES
 * @retval NDR_ERR_ALLOC  it took memory, which is freed; *p points into it
 */
static inline enum ndr_err_code ndr_pull_struct_blob_all_noalloc(const DATA_BLOB *blob, void *p, ndr_pull_flags_fn_t fn)
	__attribute__((unused));

static inline enum ndr_err_code ndr_pull_struct_blob_all_noalloc(const DATA_BLOB *blob, void *p, ndr_pull_flags_fn_t fn)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	enum ndr_err_code ndr_err = NDR_ERR_ALLOC;

	if (frame != NULL) {
		ndr_err = ndr_pull_struct_blob_all(blob, frame, p, fn);
	}
	if (NDR_ERR_CODE_IS_SUCCESS(ndr_err) && talloc_total_blocks(frame) > 1) {
		ndr_err = NDR_ERR_ALLOC;
	}
	talloc_free(frame);
	return ndr_err;
}

/** The switch value that was noted for p, which stays noted; 0 without one. */
static inline uint32_t ndr_print_get_switch_value(struct ndr_print *ndr, const void *p) __attribute__((unused));

static inline uint32_t ndr_print_get_switch_value(struct ndr_print *ndr, const void *p)
{
	uint32_t level = ndr_print_steal_switch_value(ndr, p);

	(void)ndr_print_set_switch_value(ndr, p, level);
	return level;
}

/**
 * Bytes of a SID, of its forms in 28 bytes and in the rest of a blob, and of security descriptors and their parts, in
 * NDR32; 0 for NULL. Of dom_sid28 and dom_sid0 an empty SID takes none. `flags` are LIBNDR_FLAG_*.
 */
static inline size_t ndr_size_dom_sid(const struct dom_sid *sid, int flags) __attribute__((unused));
static inline size_t ndr_size_dom_sid28(const struct dom_sid *sid, int flags) __attribute__((unused));
static inline size_t ndr_size_dom_sid0(const struct dom_sid *sid, int flags) __attribute__((unused));
static inline size_t ndr_size_security_ace(const struct security_ace *ace, int flags) __attribute__((unused));
static inline size_t ndr_size_security_acl(const struct security_acl *acl, int flags) __attribute__((unused));
static inline size_t ndr_size_security_descriptor(const struct security_descriptor *sd, int flags)
	__attribute__((unused));

static inline size_t ndr_size_dom_sid(const struct dom_sid *sid, int flags)
{
	(void)flags;
	return sid == NULL || sid->num_auths < 0 ? 0 : 8 + 4 * (size_t)sid->num_auths;
}

static inline size_t ndr_size_dom_sid28(const struct dom_sid *sid, int flags)
{
	static const struct dom_sid none = { 0, 0, { 0 }, { 0 } };

	return sid == NULL || memcmp(sid, &none, sizeof(none)) == 0 ? 0 : ndr_size_dom_sid(sid, flags);
}

static inline size_t ndr_size_dom_sid0(const struct dom_sid *sid, int flags)
{
	return ndr_size_dom_sid28(sid, flags);
}

static inline size_t ndr_size_security_ace(const struct security_ace *ace, int flags)
{
	return ndr_size_struct(ace, flags, (ndr_push_flags_fn_t)ndr_push_security_ace);
}

static inline size_t ndr_size_security_acl(const struct security_acl *acl, int flags)
{
	return ndr_size_struct(acl, flags, (ndr_push_flags_fn_t)ndr_push_security_acl);
}

static inline size_t ndr_size_security_descriptor(const struct security_descriptor *sd, int flags)
{
	return ndr_size_struct(sd, flags, (ndr_push_flags_fn_t)ndr_push_security_descriptor);
}

/**
 * NDR_PRINT_DEBUG and its like. This library logs nothing, so they call the macro NDR_DEBUG(level, text), which a program
 * defines before it includes this header; without one everything goes to stderr. What is secret is not shown.
 */
#ifndef NDR_DEBUG
#define NDR_DEBUG(level, text) ((void)(level), (void)fputs(text, stderr))
#endif

static inline bool ndr_print_debug(int level, ndr_print_fn_t fn, const char *name, void *ptr, const char *location,
				   const char *function) __attribute__((unused));
static inline void ndr_print_union_debug(ndr_print_fn_t fn, const char *name, uint32_t level, void *ptr)
	__attribute__((unused));
static inline void ndr_print_function_debug(ndr_print_function_t fn, const char *name, int flags, void *ptr)
	__attribute__((unused));

static inline bool ndr_print_debug(int level, ndr_print_fn_t fn, const char *name, void *ptr, const char *location,
				   const char *function)
{
	char *text = ndr_print_struct_string(NULL, fn, name, ptr);

	(void)location;
	(void)function;
	if (text == NULL) {
		return false;
	}
	NDR_DEBUG(level, text);
	talloc_free(text);
	return true;
}

static inline void ndr_print_union_debug(ndr_print_fn_t fn, const char *name, uint32_t level, void *ptr)
{
	char *text = ndr_print_union_string(NULL, fn, name, level, ptr);

	if (text != NULL) {
		NDR_DEBUG(1, text);
		talloc_free(text);
	}
}

static inline void ndr_print_function_debug(ndr_print_function_t fn, const char *name, int flags, void *ptr)
{
	char *text = ndr_print_function_string(NULL, fn, name, flags, ptr);

	if (text != NULL) {
		NDR_DEBUG(1, text);
		talloc_free(text);
	}
}

#define NDR_PRINT_DEBUG(type, p) NDR_PRINT_DEBUG_LEVEL(1, type, p)
#define NDR_PRINT_DEBUG_LEVEL(l, type, p)                                                                              \
	((void)ndr_print_debug(l, (ndr_print_fn_t)ndr_print_##type, #p, p, __location__, __func__))
#define NDR_PRINT_UNION_DEBUG(type, level, p)                                                                          \
	ndr_print_union_debug((ndr_print_fn_t)ndr_print_##type, #p, level, p)
#define NDR_PRINT_FUNCTION_DEBUG(type, flags, p)                                                                       \
	ndr_print_function_debug((ndr_print_function_t)ndr_print_##type, #type, flags, p)
#define NDR_PRINT_BOTH_DEBUG(type, p) NDR_PRINT_FUNCTION_DEBUG(type, NDR_BOTH, p)
#define NDR_PRINT_OUT_DEBUG(type, p) NDR_PRINT_FUNCTION_DEBUG(type, NDR_OUT, p)
#define NDR_PRINT_IN_DEBUG(type, p) NDR_PRINT_FUNCTION_DEBUG(type, NDR_IN | NDR_SET_VALUES, p)
#define NDR_PRINT_BOTH_STRING(ctx, type, p) NDR_PRINT_FUNCTION_STRING(ctx, type, NDR_BOTH, p)
#define NDR_PRINT_OUT_STRING(ctx, type, p) NDR_PRINT_FUNCTION_STRING(ctx, type, NDR_OUT, p)
#define NDR_PRINT_IN_STRING(ctx, type, p) NDR_PRINT_FUNCTION_STRING(ctx, type, NDR_IN | NDR_SET_VALUES, p)

#define ndr_push_error(ndr, ndr_err, ...) _ndr_push_error(ndr, ndr_err, __func__, __location__, __VA_ARGS__)
#define ndr_pull_error(ndr, ndr_err, ...) _ndr_pull_error(ndr, ndr_err, __func__, __location__, __VA_ARGS__)

#define NDR_CHECK(call)                                                                                                \
	do {                                                                                                           \
		enum ndr_err_code _status;                                                                             \
		_status = call;                                                                                        \
		if (!NDR_ERR_CODE_IS_SUCCESS(_status)) {                                                               \
			return _status;                                                                                \
		}                                                                                                      \
	} while (0)

/* Frees `ndr` when the call fails. */
#define NDR_CHECK_FREE(call)                                                                                           \
	do {                                                                                                           \
		enum ndr_err_code _status;                                                                             \
		_status = call;                                                                                        \
		if (!NDR_ERR_CODE_IS_SUCCESS(_status)) {                                                               \
			talloc_free(ndr);                                                                              \
			return _status;                                                                                \
		}                                                                                                      \
	} while (0)

#define NDR_ERR_HAVE_NO_MEMORY(x)                                                                                      \
	do {                                                                                                           \
		if (NULL == (x)) {                                                                                     \
			return NDR_ERR_ALLOC;                                                                          \
		}                                                                                                      \
	} while (0)

#define NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags)                                                                           \
	do {                                                                                                           \
		if ((ndr_flags) & ~(NDR_SCALARS | NDR_BUFFERS)) {                                                      \
			return ndr_push_error(ndr, NDR_ERR_FLAGS, "Invalid push struct ndr_flags 0x%x",                \
					      (unsigned int)(ndr_flags));                                              \
		}                                                                                                      \
	} while (0)

#define NDR_PULL_CHECK_FLAGS(ndr, ndr_flags)                                                                           \
	do {                                                                                                           \
		if ((ndr_flags) & ~(NDR_SCALARS | NDR_BUFFERS)) {                                                      \
			return ndr_pull_error(ndr, NDR_ERR_FLAGS, "Invalid pull struct ndr_flags 0x%x",                \
					      (unsigned int)(ndr_flags));                                              \
		}                                                                                                      \
	} while (0)

#define NDR_PUSH_CHECK_FN_FLAGS(ndr, flags)                                                                            \
	do {                                                                                                           \
		if ((flags) & ~(NDR_BOTH | NDR_SET_VALUES)) {                                                          \
			return ndr_push_error(ndr, NDR_ERR_FLAGS, "Invalid fn push flags 0x%x",                        \
					      (unsigned int)(flags));                                                  \
		}                                                                                                      \
	} while (0)

#define NDR_PULL_CHECK_FN_FLAGS(ndr, flags)                                                                            \
	do {                                                                                                           \
		if ((flags) & ~(NDR_BOTH | NDR_SET_VALUES)) {                                                          \
			return ndr_pull_error(ndr, NDR_ERR_FLAGS, "Invalid fn pull flags 0x%x",                        \
					      (unsigned int)(flags));                                                  \
		}                                                                                                      \
	} while (0)

#define NDR_PULL_NEED_BYTES(ndr, n) NDR_CHECK(ndr_pull_need_bytes(ndr, n))
#define NDR_PUSH_NEED_BYTES(ndr, n) NDR_CHECK(ndr_push_expand(ndr, n))
#define NDR_PULL_ALIGN(ndr, n) NDR_CHECK(ndr_pull_align(ndr, n))
#define NDR_PUSH_ALIGN(ndr, n) NDR_CHECK(ndr_push_align(ndr, n))
#define NDR_ROUND(size, n) (((size) + ((n) - 1)) & ~((n) - 1))
#define NDR_RECURSION_CHECK(ndr, d) NDR_CHECK(ndr_pull_recurse(ndr, d))
#define NDR_RECURSION_UNWIND(ndr) NDR_CHECK(ndr_pull_unwind(ndr))

#define NDR_PULL_GET_MEM_CTX(ndr) ndr_pull_get_mem_ctx(ndr)

#define NDR_PULL_SET_MEM_CTX(ndr, mem_ctx, flgs)                                                                       \
	do {                                                                                                           \
		if ((flgs) == 0 || (ndr_pull_get_flags(ndr) & (flgs))) {                                               \
			const void *_mem_ctx = (mem_ctx);                                                              \
			if (_mem_ctx == NULL) {                                                                        \
				return ndr_pull_error(ndr, NDR_ERR_ALLOC, "NDR_PULL_SET_MEM_CTX(NULL): %s",            \
						      __location__);                                                   \
			}                                                                                              \
			ndr_pull_set_mem_ctx(ndr, (TALLOC_CTX *)(uintptr_t)_mem_ctx);                                  \
		}                                                                                                      \
	} while (0)

#define NDR_PULL_ALLOC_N(ndr, s, n)                                                                                    \
	do {                                                                                                           \
		(s) = (__typeof__(s))ndr_pull_alloc(ndr, sizeof(*(s)), n, #s);                                         \
		if ((s) == NULL) {                                                                                     \
			return ndr_pull_error(ndr, NDR_ERR_ALLOC, "Alloc %u * %s failed: %s", (unsigned int)(n), #s,   \
					      __location__);                                                           \
		}                                                                                                      \
	} while (0)

#define NDR_PULL_ALLOC(ndr, s) NDR_PULL_ALLOC_N(ndr, s, 1)

#define NDR_PUSH_ALLOC_SIZE(ndr, s, size)                                                                              \
	do {                                                                                                           \
		(s) = talloc_array(ndr, uint8_t, size);                                                                \
		if ((s) == NULL) {                                                                                     \
			return ndr_push_error(ndr, NDR_ERR_ALLOC, "push alloc %u failed: %s", (unsigned int)(size),    \
					      __location__);                                                           \
		}                                                                                                      \
	} while (0)

#define NDR_PUSH_ALLOC(ndr, s)                                                                                         \
	do {                                                                                                           \
		(s) = (__typeof__(s))talloc_named_const(ndr, sizeof(*(s)), #s);                                        \
		if ((s) == NULL) {                                                                                     \
			return ndr_push_error(ndr, NDR_ERR_ALLOC, "push alloc %s failed: %s", #s, __location__);       \
		}                                                                                                      \
	} while (0)

#define NDR_ZERO_STRUCT(x) memset(&(x), 0, sizeof(x))
#define NDR_ZERO_STRUCTP(x)                                                                                            \
	do {                                                                                                           \
		if ((x) != NULL) {                                                                                     \
			memset((x), 0, sizeof(*(x)));                                                                  \
		}                                                                                                      \
	} while (0)

#ifdef __cplusplus
}
#endif

#endif
