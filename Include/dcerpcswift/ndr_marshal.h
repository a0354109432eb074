/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_marshal.h - marshalling by hand: what C functions return and are told that push, pull and print types which IDL
 * does not describe (nopush, nopull, noprint), with the names of Samba's libndr.
 */
#ifndef DCERPCSWIFT_NDR_MARSHAL_H
#define DCERPCSWIFT_NDR_MARSHAL_H

#include "ndr_format.h"

/** How marshalling ends. */
enum ndr_err_code {
	NDR_ERR_SUCCESS = 0,
	NDR_ERR_ARRAY_SIZE,
	NDR_ERR_BAD_SWITCH,
	NDR_ERR_OFFSET,
	NDR_ERR_RELATIVE,
	NDR_ERR_CHARCNV,
	NDR_ERR_LENGTH,
	NDR_ERR_SUBCONTEXT,
	NDR_ERR_COMPRESSION,
	NDR_ERR_STRING,
	NDR_ERR_VALIDATE,
	NDR_ERR_BUFSIZE,
	NDR_ERR_ALLOC,
	NDR_ERR_RANGE,
	NDR_ERR_TOKEN,
	NDR_ERR_IPV4ADDRESS,
	NDR_ERR_IPV6ADDRESS,
	NDR_ERR_INVALID_POINTER,
	NDR_ERR_UNREAD_BYTES,
	NDR_ERR_NDR64,
	NDR_ERR_FLAGS,
	NDR_ERR_INCOMPLETE_BUFFER,
	NDR_ERR_MAX_RECURSION_EXCEEDED,
	NDR_ERR_UNDERFLOW
};

/* ndr_flags: which half of a type. */
#define NDR_SCALARS 0x100 /* what stands in place */
#define NDR_BUFFERS 0x200 /* what its pointers lead to */

/* flags of a function. */
#define NDR_IN 0x10
#define NDR_OUT 0x20
#define NDR_BOTH 0x30
#define NDR_SET_VALUES 0x40 /* print: computed values instead of the C fields */

#endif
