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
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
