/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * [MS-NLMP]: strings are UTF-16 or OEM characters as was negotiated (2.2.2.5), and AV_PAIRs follow each other up to
 * MsvAvEOL (2.2.2.1).
 */
#include "ndr_ntlmssp.h"
#include "ntlmssp.h"

uint32_t ndr_ntlmssp_string_length(uint32_t negotiate_flags, const char *s)
{
	uint32_t unicode = negotiate_flags & NTLMSSP_NEGOTIATE_UNICODE;

	return s == NULL ? 0 : unicode ? 2 * (ndr_charset_length(s, CH_UTF16) - 1) : (uint32_t)strlen(s);
}

uint32_t ndr_ntlmssp_negotiated_string_flags(uint32_t negotiate_flags)
{
	return LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_CHARLEN | LIBNDR_FLAG_REMAINING |
	       (negotiate_flags & NTLMSSP_NEGOTIATE_UNICODE ? 0 : LIBNDR_FLAG_STR_ASCII);
}

void ndr_print_ntlmssp_Version(struct ndr_print *ndr, const char *name, const union ntlmssp_Version *r)
{
	if (ndr_print_steal_switch_value(ndr, r) == NTLMSSP_NEGOTIATE_VERSION) {
		ndr_print_ntlmssp_VERSION(ndr, name, &r->version);
	}
}

enum ndr_err_code ndr_push_AV_PAIR_LIST(struct ndr_push *ndr, int ndr_flags, const struct AV_PAIR_LIST *r)
{
	uint32_t saved = ndr_push_get_flags(ndr), i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	ndr_push_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	for (i = 0; (ndr_flags & NDR_SCALARS) && i < r->count; i++) {
		NDR_CHECK(ndr_push_AV_PAIR(ndr, NDR_SCALARS | NDR_BUFFERS, &r->pair[i]));
	}
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

/* How many pairs there are, the last one included: a type, a length and so many bytes each. */
static enum ndr_err_code count_pairs(struct ndr_pull *ndr, uint32_t *count)
{
	uint32_t start = ndr_pull_get_offset(ndr);
	uint16_t type, length;

	*count = 0;
	do {
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &type));
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &length));
		NDR_CHECK(ndr_pull_advance(ndr, length));
		++*count;
	} while (type != MsvAvEOL && ndr_pull_get_offset(ndr) < ndr_pull_get_data_size(ndr));
	return ndr_pull_set_offset(ndr, start);
}

enum ndr_err_code ndr_pull_AV_PAIR_LIST(struct ndr_pull *ndr, int ndr_flags, struct AV_PAIR_LIST *r)
{
	uint32_t saved = ndr_pull_get_flags(ndr), i;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	r->count = 0;
	r->pair = NULL;
	if (ndr_pull_get_offset(ndr) < ndr_pull_get_data_size(ndr)) {
		NDR_CHECK(count_pairs(ndr, &r->count));
		NDR_PULL_ALLOC_N(ndr, r->pair, r->count);
	}
	for (i = 0; i < r->count; i++) {
		NDR_CHECK(ndr_pull_AV_PAIR(ndr, NDR_SCALARS | NDR_BUFFERS, &r->pair[i]));
	}
	ndr_pull_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}
