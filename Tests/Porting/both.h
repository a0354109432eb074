/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The includes of a program that uses libndr, of ours or (WITH_SAMBA) of Samba's, and the fields that are functions here.
 */
#ifndef PORTING_BOTH_H
#define PORTING_BOTH_H

#ifdef WITH_SAMBA
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <talloc.h>
#include <util/data_blob.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <charset.h>
#include <ndr.h>
#include <gen_ndr/ndr_misc.h>

#define push_get_flags(ndr) ((ndr)->flags)
#define push_set_flags(ndr, v) ((ndr)->flags = (v))
#define push_add_flags(ndr, v) ndr_set_flags(&(ndr)->flags, v)
#define push_offset(ndr) ((ndr)->offset)
#define pull_get_flags(ndr) ((ndr)->flags)
#define pull_set_flags(ndr, v) ((ndr)->flags = (v))
#define pull_add_flags(ndr, v) ndr_set_flags(&(ndr)->flags, v)
#define pull_offset(ndr) ((ndr)->offset)
#define pull_set_offset(ndr, v) ((ndr)->offset = (v))
#define print_depth(ndr) ((ndr)->depth)
#define print_set_depth(ndr, v) ((ndr)->depth = (v))
#define print_line(ndr, ...) (ndr)->print(ndr, __VA_ARGS__)
#else
#include <stdio.h>
#include <dcerpcswift/dcerpc.h>

#define push_get_flags(ndr) ndr_push_get_flags(ndr)
#define push_set_flags(ndr, v) ndr_push_set_flags(ndr, v)
#define push_add_flags(ndr, v) ndr_push_add_flags(ndr, v)
#define push_offset(ndr) ndr_push_get_offset(ndr)
#define pull_get_flags(ndr) ndr_pull_get_flags(ndr)
#define pull_set_flags(ndr, v) ndr_pull_set_flags(ndr, v)
#define pull_add_flags(ndr, v) ndr_pull_add_flags(ndr, v)
#define pull_offset(ndr) ndr_pull_get_offset(ndr)
#define pull_set_offset(ndr, v) (void)ndr_pull_set_offset(ndr, v)
#define print_depth(ndr) ndr_print_get_depth(ndr)
#define print_set_depth(ndr, v) ndr_print_set_depth(ndr, v)
#define print_line(ndr, ...) ndr_print_line(ndr, __VA_ARGS__)
#endif

/* One line of hexadecimal digits on standard output. */
static inline void show_bytes(const char *what, DATA_BLOB blob)
{
	size_t i;

	printf("%s (%u):", what, (unsigned int)blob.length);
	for (i = 0; i < blob.length; i++) {
		printf("%s%02x", i % 4 == 0 ? " " : "", blob.data[i]);
	}
	printf("\n");
}

static inline void show_code(const char *what, enum ndr_err_code code)
{
	printf("%s: %d\n", what, (int)code);
}

#endif
