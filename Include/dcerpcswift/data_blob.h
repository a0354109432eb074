/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * data_blob.h - DATA_BLOB, bytes and their number, with the functions that Samba's users know; bytes as text.
 *
 * Where Samba's util/data_blob.h was included before, its declarations stand, which are the same.
 */
#ifndef DCERPCSWIFT_DATA_BLOB_H
#define DCERPCSWIFT_DATA_BLOB_H

#include <talloc.h>
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef DCERPCSWIFT_DATA_BLOB

/* Named after where they are called. */
#define data_blob(ptr, size) data_blob_named(ptr, size, "DATA_BLOB: " __location__)
#define data_blob_talloc(ctx, ptr, size) data_blob_talloc_named(ctx, ptr, size, "DATA_BLOB: " __location__)
#define data_blob_dup_talloc(ctx, blob) data_blob_talloc_named(ctx, (blob).data, (blob).length, "DATA_BLOB: " __location__)
#define data_blob_null data_blob_const(NULL, 0)

/**
 * Copies `length` bytes; where p is NULL they are not initialised, and NULL with 0 makes the empty blob.
 *
 * @param name  talloc's name of the copy; it has to live as long
 * @return data is a child of mem_ctx; of data_blob_named() it has no parent: data_blob_free(). {NULL, 0} when out of
 *         memory
 */
DATA_BLOB data_blob_talloc_named(TALLOC_CTX *mem_ctx, const void *p, size_t length, const char *name);
DATA_BLOB data_blob_named(const void *p, size_t length, const char *name);
/** `length` zero bytes; {NULL, 0} when out of memory. */
DATA_BLOB data_blob_talloc_zero(TALLOC_CTX *mem_ctx, size_t length);
/** The caller's own bytes: nothing is copied, and they may not be changed or freed through the blob. */
DATA_BLOB data_blob_const(const void *p, size_t length);
/** The caller's own string, without its NUL; NULL has 0 bytes. */
DATA_BLOB data_blob_string_const(const char *str);
/** The caller's own string, with its NUL; NULL has 0 bytes. */
DATA_BLOB data_blob_string_const_null(const char *str);
/** Frees the bytes and empties the blob; NULL is no error. */
void data_blob_free(DATA_BLOB *d);
/** Zeroes the bytes, in a way that no compiler leaves out. */
void data_blob_clear(DATA_BLOB *d);
/** Both: for secrets. */
void data_blob_clear_free(DATA_BLOB *d);
/**
 * Makes the blob longer or shorter. New bytes are not initialised.
 *
 * @param mem_ctx  parent of the bytes where there were none; where there were, they keep theirs
 * @return false when out of memory or for NULL; the blob is unchanged
 */
bool data_blob_realloc(TALLOC_CTX *mem_ctx, DATA_BLOB *blob, size_t length);
/** Adds a copy of `length` bytes at the end, which may be bytes of the blob itself; as data_blob_realloc(). */
bool data_blob_append(TALLOC_CTX *mem_ctx, DATA_BLOB *blob, const void *p, size_t length);
/** Below, equal to or above 0 like memcmp(), then by length; NULL and NULL data are below all. */
int data_blob_cmp(const DATA_BLOB *d1, const DATA_BLOB *d2);
/** Compares secrets: its time depends on the lengths alone. NULL equals NULL and the empty blob. */
bool data_blob_equal_const_time(const DATA_BLOB *d1, const DATA_BLOB *d2);
/** Two hexadecimal digits a byte; a child of mem_ctx, or NULL when out of memory or blob is NULL. */
char *data_blob_hex_string_lower(TALLOC_CTX *mem_ctx, const DATA_BLOB *blob);
/** The same in upper case. */
char *data_blob_hex_string_upper(TALLOC_CTX *mem_ctx, const DATA_BLOB *blob);

#endif

/**
 * Bytes as text, sixteen a line: offset, hexadecimal digits, characters.
 *
 * @param omit_zero_bytes  one line instead of all lines of zeros between the first and the last
 * @param cb               gets each line with its newline; NULL: nothing happens
 */
void dump_data_cb(const uint8_t *buf, int len, bool omit_zero_bytes, void (*cb)(const char *buf, void *private_data),
		  void *private_data);
/** All these lines; a child of mem_ctx, or NULL when out of memory. buf may be NULL when there are no bytes. */
char *dcerpc_dump_data(TALLOC_CTX *mem_ctx, const uint8_t *buf, size_t len, bool omit_zero_bytes);

#ifdef __cplusplus
}
#endif

#endif
