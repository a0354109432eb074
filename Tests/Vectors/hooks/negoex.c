/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * [MS-NEGOEX] 2.2: messages one behind the other; vectors are an offset from the start of their message and a count.
 */
#include "ndr_negoex.h"
#include "negoex.h"

#define HEADER 40 /* 2.2.6.2 */
#define LENGTH_AT 20

size_t ndr_negoex_MESSAGE_header_length(const struct negoex_MESSAGE *r)
{
	switch (r->type) {
	case NEGOEX_MESSAGE_TYPE_INITIATOR_NEGO:
	case NEGOEX_MESSAGE_TYPE_ACCEPTOR_NEGO: return HEADER + 32 + 8 + 8 + 8; /* random, version, two vectors */
	case NEGOEX_MESSAGE_TYPE_INITIATOR_META_DATA:
	case NEGOEX_MESSAGE_TYPE_ACCEPTOR_META_DATA:
	case NEGOEX_MESSAGE_TYPE_CHALLENGE:
	case NEGOEX_MESSAGE_TYPE_AP_REQUEST: return HEADER + 16 + 8; /* scheme, vector */
	case NEGOEX_MESSAGE_TYPE_VERIFY: return HEADER + 16 + 12 + 8; /* scheme, a checksum's numbers and vector */
	case NEGOEX_MESSAGE_TYPE_ALERT: return HEADER + 16 + 4 + 8; /* scheme, status, vector */
	}
	return HEADER;
}

/* --- Vectors ------------------------------------------------------------------------------------------------------------------ */

/* Reads offset and count, and goes to where the elements are; `back` is where to go on. */
static enum ndr_err_code pull_vector(struct ndr_pull *ndr, uint32_t *offset, uint32_t *count, uint32_t *back)
{
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, offset));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, count));
	*back = ndr_pull_get_offset(ndr);
	return *offset == 0 ? NDR_ERR_SUCCESS : ndr_pull_set_offset(ndr, *offset);
}

static enum ndr_err_code push_vector(struct ndr_push *ndr, const void *elements, uint32_t count)
{
	NDR_CHECK(ndr_push_relative_ptr1(ndr, elements));
	return ndr_push_uint32(ndr, NDR_SCALARS, count);
}

enum ndr_err_code ndr_push_negoex_BYTE_VECTOR(struct ndr_push *ndr, int ndr_flags, const struct negoex_BYTE_VECTOR *r)
{
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(push_vector(ndr, r->blob.data, (uint32_t)r->blob.length));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->blob.data != NULL) {
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->blob.data));
		NDR_CHECK(ndr_push_bytes(ndr, r->blob.data, (uint32_t)r->blob.length));
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->blob.data));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_negoex_BYTE_VECTOR(struct ndr_pull *ndr, int ndr_flags, struct negoex_BYTE_VECTOR *r)
{
	uint32_t offset, count, back;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	memset(r, 0, sizeof(*r));
	NDR_CHECK(pull_vector(ndr, &offset, &count, &back));
	if (offset != 0) {
		NDR_PULL_NEED_BYTES(ndr, count);
		NDR_PULL_ALLOC_N(ndr, r->blob.data, count);
		NDR_CHECK(ndr_pull_bytes(ndr, r->blob.data, count));
		r->blob.length = count;
	}
	return ndr_pull_set_offset(ndr, back);
}

void ndr_print_negoex_BYTE_VECTOR(struct ndr_print *ndr, const char *name, const struct negoex_BYTE_VECTOR *r)
{
	ndr_print_struct(ndr, name, "negoex_BYTE_VECTOR");
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);
	ndr_print_DATA_BLOB(ndr, "blob", r->blob);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);
}

/* Vectors of what has vectors itself: all elements, then what they lead to. */
#define VECTOR(ELEMENT)                                                                                                        \
	enum ndr_err_code ndr_push_##ELEMENT##_VECTOR(struct ndr_push *ndr, int ndr_flags,                                     \
						      const struct ELEMENT##_VECTOR *r)                                        \
	{                                                                                                                      \
		uint32_t i;                                                                                                    \
                                                                                                                               \
		if (ndr_flags & NDR_SCALARS) {                                                                                 \
			NDR_CHECK(push_vector(ndr, r->array, r->count));                                                       \
		}                                                                                                              \
		if ((ndr_flags & NDR_BUFFERS) == 0 || r->array == NULL) {                                                      \
			return NDR_ERR_SUCCESS;                                                                                \
		}                                                                                                              \
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->array));                                                        \
		for (i = 0; i < r->count; i++) {                                                                               \
			NDR_CHECK(ndr_push_##ELEMENT(ndr, NDR_SCALARS, &r->array[i]));                                         \
		}                                                                                                              \
		for (i = 0; i < r->count; i++) {                                                                               \
			NDR_CHECK(ndr_push_##ELEMENT(ndr, NDR_BUFFERS, &r->array[i]));                                         \
		}                                                                                                              \
		return ndr_push_relative_ptr2_end(ndr, r->array);                                                              \
	}                                                                                                                      \
                                                                                                                               \
	enum ndr_err_code ndr_pull_##ELEMENT##_VECTOR(struct ndr_pull *ndr, int ndr_flags, struct ELEMENT##_VECTOR *r)         \
	{                                                                                                                      \
		uint32_t offset, back, i;                                                                                      \
                                                                                                                               \
		if ((ndr_flags & NDR_SCALARS) == 0) {                                                                          \
			return NDR_ERR_SUCCESS;                                                                                \
		}                                                                                                              \
		r->array = NULL;                                                                                               \
		NDR_CHECK(pull_vector(ndr, &offset, &r->count, &back));                                                        \
		if (offset != 0) {                                                                                             \
			NDR_PULL_NEED_BYTES(ndr, r->count);                                                                    \
			NDR_PULL_ALLOC_N(ndr, r->array, r->count);                                                             \
		}                                                                                                              \
		for (i = 0; offset != 0 && i < r->count; i++) {                                                                \
			NDR_CHECK(ndr_pull_##ELEMENT(ndr, NDR_SCALARS | NDR_BUFFERS, &r->array[i]));                           \
		}                                                                                                              \
		return ndr_pull_set_offset(ndr, back);                                                                         \
	}

VECTOR(negoex_AUTH_SCHEME)
VECTOR(negoex_EXTENSION)
VECTOR(negoex_ALERT)

/* --- Messages ----------------------------------------------------------------------------------------------------------------- */

static enum ndr_err_code pull_content(struct ndr_pull *ndr, struct negoex_MESSAGE *r)
{
	NDR_CHECK(ndr_pull_charset(ndr, NDR_SCALARS, &r->signature, 8, 1, CH_DOS));
	NDR_CHECK(ndr_pull_negoex_MESSAGE_TYPE(ndr, NDR_SCALARS, &r->type));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->sequence_number));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->header_length));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->message_length));
	NDR_CHECK(ndr_pull_GUID(ndr, NDR_SCALARS, &r->conversation_id));
	NDR_CHECK(ndr_pull_set_switch_value(ndr, &r->p, r->type));
	return ndr_pull_negoex_PAYLOAD(ndr, NDR_SCALARS | NDR_BUFFERS, &r->p);
}

/* Takes all of a message at once: a part with offsets of its own. */
enum ndr_err_code ndr_pull_negoex_MESSAGE(struct ndr_pull *ndr, int ndr_flags, struct negoex_MESSAGE *r)
{
	uint32_t start = ndr_pull_get_offset(ndr), length;
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_PULL_NEED_BYTES(ndr, HEADER);
	NDR_CHECK(ndr_pull_advance(ndr, LENGTH_AT));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &length));
	NDR_CHECK(ndr_pull_set_offset(ndr, start));
	if (length < HEADER) {
		return ndr_pull_error(ndr, NDR_ERR_LENGTH, "a message of %u bytes", (unsigned int)length);
	}
	NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, length));
	NDR_CHECK(pull_content(sub, r));
	return ndr_pull_subcontext_end(ndr, sub, 0, length);
}

enum ndr_err_code ndr_push_negoex_MESSAGE_ARRAY(struct ndr_push *ndr, int ndr_flags, const struct negoex_MESSAGE_ARRAY *r)
{
	uint32_t i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	ndr_push_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	for (i = 0; (ndr_flags & NDR_SCALARS) && i < r->count; i++) {
		NDR_CHECK(ndr_push_negoex_MESSAGE(ndr, NDR_SCALARS | NDR_BUFFERS, &r->messages[i]));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_negoex_MESSAGE_ARRAY(struct ndr_pull *ndr, int ndr_flags, struct negoex_MESSAGE_ARRAY *r)
{
	/* No message is shorter than its header. */
	uint32_t most = (ndr_pull_get_data_size(ndr) - ndr_pull_get_offset(ndr)) / HEADER + 1;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	NDR_PULL_ALLOC_N(ndr, r->messages, most);
	for (r->count = 0; ndr_pull_get_offset(ndr) < ndr_pull_get_data_size(ndr); r->count++) {
		NDR_CHECK(ndr_pull_negoex_MESSAGE(ndr, NDR_SCALARS, &r->messages[r->count]));
	}
	return NDR_ERR_SUCCESS;
}
