/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * RESP_ASYNC_NOTIFY, [MS-SWN] 2.2.2.4: a type, the length of what follows in bytes, the number of messages, and a pointer to
 * the bytes in which they stand one after the other.
 */
#include "ndr_witness.h"

static enum ndr_err_code messages(struct ndr_push *ndr, const struct witness_notifyResponse *r, DATA_BLOB *blob)
{
	struct ndr_push *sub = ndr_push_init_ctx(ndr);
	uint32_t i;

	NDR_ERR_HAVE_NO_MEMORY(sub);
	for (i = 0; i < r->num; i++) {
		NDR_CHECK(ndr_push_set_switch_value(sub, &r->messages[i], r->type));
		NDR_CHECK(ndr_push_witness_notifyResponse_message(sub, NDR_SCALARS | NDR_BUFFERS, &r->messages[i]));
	}
	*blob = ndr_push_blob(sub);
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_witness_notifyResponse(struct ndr_push *ndr, int ndr_flags, const struct witness_notifyResponse *r)
{
	DATA_BLOB blob = { NULL, 0 };

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (r->messages != NULL) {
		NDR_CHECK(messages(ndr, r, &blob));
	}
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 5));
		NDR_CHECK(ndr_push_witness_notifyResponse_type(ndr, NDR_SCALARS, r->type));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, (uint32_t)blob.length));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->num));
		NDR_CHECK(ndr_push_unique_ptr(ndr, r->messages));
		NDR_CHECK(ndr_push_trailer_align(ndr, 5));
	}
	if (ndr_flags & NDR_BUFFERS && r->messages != NULL) {
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, (uint32_t)blob.length));
		NDR_CHECK(ndr_push_bytes(ndr, blob.data, (uint32_t)blob.length));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_witness_notifyResponse(struct ndr_pull *ndr, int ndr_flags, struct witness_notifyResponse *r)
{
	struct ndr_pull *sub;
	uint32_t i, there;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_align(ndr, 5));
		NDR_CHECK(ndr_pull_witness_notifyResponse_type(ndr, NDR_SCALARS, &r->type));
		NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->length));
		NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->num));
		NDR_CHECK(ndr_pull_generic_ptr(ndr, &there));
		r->messages = NULL;
		if (there != 0) {
			NDR_PULL_ALLOC_N(ndr, r->messages, r->num);
		}
		NDR_CHECK(ndr_pull_trailer_align(ndr, 5));
	}
	if (ndr_flags & NDR_BUFFERS && r->messages != NULL) {
		NDR_CHECK(ndr_pull_array_size(ndr, &r->messages));
		NDR_CHECK(ndr_check_steal_array_size(ndr, &r->messages, r->length));
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, r->length));
		for (i = 0; i < r->num; i++) {
			NDR_CHECK(ndr_pull_set_switch_value(sub, &r->messages[i], r->type));
			NDR_CHECK(ndr_pull_witness_notifyResponse_message(sub, NDR_SCALARS | NDR_BUFFERS, &r->messages[i]));
		}
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0, r->length));
	}
	return NDR_ERR_SUCCESS;
}
