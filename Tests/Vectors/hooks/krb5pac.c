/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * PAC_INFO_BUFFER, [MS-PAC] 2.4: a type, a size, and an offset of 64 bits from the start of the PAC, at which the buffer lies
 * at a multiple of 8. The buffers that are NDR are themselves a multiple of 8.
 */
#include "ndr_krb5pac.h"
#include "krb5pac.h"

size_t _ndr_size_PAC_INFO(const union PAC_INFO *r, uint32_t level, int flags)
{
	size_t size = ndr_size_PAC_INFO(r, level, flags);

	return level == PAC_TYPE_LOGON_INFO || level == PAC_TYPE_UPN_DNS_INFO ? NDR_ROUND(size, 8) : size;
}

enum ndr_err_code ndr_push_PAC_BUFFER(struct ndr_push *ndr, int ndr_flags, const struct PAC_BUFFER *r)
{
	uint32_t size = (uint32_t)_ndr_size_PAC_INFO(r->info, r->type, (int)LIBNDR_FLAG_ALIGN8);
	uint32_t saved = ndr_push_get_flags(ndr);
	struct ndr_push *padded, *sub;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 4));
		NDR_CHECK(ndr_push_PAC_TYPE(ndr, NDR_SCALARS, r->type));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, size));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->info));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, 0));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->info != NULL) {
		ndr_push_add_flags(ndr, LIBNDR_FLAG_ALIGN8);
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->info));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &padded, 0, NDR_ROUND(size, 8)));
		NDR_CHECK(ndr_push_subcontext_start(padded, &sub, 0, size));
		NDR_CHECK(ndr_push_set_switch_value(sub, r->info, r->type));
		NDR_CHECK(ndr_push_PAC_INFO(sub, NDR_SCALARS | NDR_BUFFERS, r->info));
		NDR_CHECK(ndr_push_subcontext_end(padded, sub, 0, size));
		NDR_CHECK(ndr_push_subcontext_end(ndr, padded, 0, NDR_ROUND(size, 8)));
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->info));
		ndr_push_set_flags(ndr, saved);
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_PAC_BUFFER(struct ndr_pull *ndr, int ndr_flags, struct PAC_BUFFER *r)
{
	uint32_t offset, back = ndr_pull_get_offset(ndr);
	struct ndr_pull *padded, *sub;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_align(ndr, 4));
		NDR_CHECK(ndr_pull_PAC_TYPE(ndr, NDR_SCALARS, &r->type));
		NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->_ndr_size));
		NDR_CHECK(ndr_pull_generic_ptr(ndr, &offset));
		r->info = NULL;
		if (offset != 0) {
			NDR_PULL_ALLOC(ndr, r->info);
			NDR_CHECK(ndr_pull_relative_ptr1(ndr, r->info, offset));
		}
		NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->_pad));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->info != NULL) {
		uint32_t round = NDR_ROUND(r->_ndr_size, 8);

		NDR_CHECK(ndr_pull_relative_ptr2(ndr, r->info));
		if (round < r->_ndr_size) {
			return ndr_pull_error(ndr, NDR_ERR_SUBCONTEXT, "a buffer of %u bytes", (unsigned int)r->_ndr_size);
		}
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &padded, 0, round));
		NDR_CHECK(ndr_pull_subcontext_start(padded, &sub, 0, r->_ndr_size));
		NDR_CHECK(ndr_pull_set_switch_value(sub, r->info, r->type));
		NDR_CHECK(ndr_pull_PAC_INFO(sub, NDR_SCALARS | NDR_BUFFERS, r->info));
		NDR_CHECK(ndr_pull_subcontext_end(padded, sub, 0, r->_ndr_size));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, padded, 0, round));
		if (ndr_pull_get_offset(ndr) > ndr_pull_get_relative_highest_offset(ndr)) {
			ndr_pull_set_relative_highest_offset(ndr, ndr_pull_get_offset(ndr));
		}
		NDR_CHECK(ndr_pull_set_offset(ndr, back));
	}
	return NDR_ERR_SUCCESS;
}
