/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Where an object exporter listens, [MS-DCOM] 2.2.19: bindings one behind the other, up to a number that is 0. The counts before
 * them say no more. Read and shown only.
 */
#include "ndr_orpc.h"

static enum ndr_err_code pull_end(struct ndr_pull *ndr, int *is_end)
{
	uint32_t start = ndr_pull_get_offset(ndr);
	uint16_t number;

	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &number));
	*is_end = number == 0;
	return *is_end ? NDR_ERR_SUCCESS : ndr_pull_set_offset(ndr, start);
}

/* Counts the bindings, then has room for them and a NULL, and reads them again. */
#define BINDINGS(TYPE, NAME)                                                                                                   \
	static enum ndr_err_code NAME(struct ndr_pull *ndr, struct TYPE ***list)                                               \
	{                                                                                                                      \
		uint32_t start = ndr_pull_get_offset(ndr), count, i;                                                           \
		struct TYPE one;                                                                                               \
		int is_end;                                                                                                    \
                                                                                                                               \
		for (count = 0;; count++) {                                                                                    \
			NDR_CHECK(pull_end(ndr, &is_end));                                                                     \
			if (is_end) {                                                                                          \
				break;                                                                                         \
			}                                                                                                      \
			NDR_CHECK(ndr_pull_##TYPE(ndr, NDR_SCALARS | NDR_BUFFERS, &one));                                      \
		}                                                                                                              \
		NDR_CHECK(ndr_pull_set_offset(ndr, start));                                                                    \
		NDR_PULL_ALLOC_N(ndr, *list, count + 1);                                                                       \
		for (i = 0; i < count; i++) {                                                                                  \
			NDR_PULL_ALLOC(ndr, (*list)[i]);                                                                       \
			NDR_CHECK(ndr_pull_##TYPE(ndr, NDR_SCALARS | NDR_BUFFERS, (*list)[i]));                                \
		}                                                                                                              \
		(*list)[count] = NULL;                                                                                         \
		return pull_end(ndr, &is_end);                                                                                 \
	}                                                                                                                      \
                                                                                                                               \
	static void print_##NAME(struct ndr_print *ndr, struct TYPE *const *list)                                              \
	{                                                                                                                      \
		char name[16];                                                                                                 \
		uint32_t i;                                                                                                    \
                                                                                                                               \
		ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);                                                        \
		for (i = 0; list[i] != NULL; i++) {                                                                            \
			snprintf(name, sizeof(name), "[%u]", (unsigned int)i);                                                 \
			ndr_print_##TYPE(ndr, name, list[i]);                                                                  \
		}                                                                                                              \
		ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);                                                        \
	}

BINDINGS(STRINGBINDING, strings)
BINDINGS(SECURITYBINDING, securities)

enum ndr_err_code ndr_pull_STRINGARRAY(struct ndr_pull *ndr, int ndr_flags, struct STRINGARRAY *r)
{
	uint16_t entries;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &entries));
	return strings(ndr, &r->stringbindings);
}

void ndr_print_STRINGARRAY(struct ndr_print *ndr, const char *name, const struct STRINGARRAY *r)
{
	ndr_print_line(ndr, "%-25s: STRINGARRAY", name);
	print_strings(ndr, r->stringbindings);
}

enum ndr_err_code ndr_pull_DUALSTRINGARRAY(struct ndr_pull *ndr, int ndr_flags, struct DUALSTRINGARRAY *r)
{
	uint16_t entries, security_offset;
	uint32_t size;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &size));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &entries));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &security_offset));
	NDR_CHECK(strings(ndr, &r->stringbindings));
	return securities(ndr, &r->securitybindings);
}

void ndr_print_DUALSTRINGARRAY(struct ndr_print *ndr, const char *name, const struct DUALSTRINGARRAY *r)
{
	ndr_print_line(ndr, "%-25s: DUALSTRINGARRAY", name);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);
	ndr_print_line_text(ndr, "STRING BINDINGS");
	print_strings(ndr, r->stringbindings);
	ndr_print_line_text(ndr, "SECURITY BINDINGS");
	print_securities(ndr, r->securitybindings);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);
}
