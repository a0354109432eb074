/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Marshallers by hand as somebody writes them for libndr; byhand.idl has described twins of the types.
 */
#include <string.h>

#include <dcerpcswift/dcerpc.h>
#include "ndr_byhand.h"
#include "support_byhand.h"

int support_byhand_error;

enum ndr_err_code ndr_push_m_packed(struct ndr_push *ndr, int ndr_flags, const struct m_packed *r)
{
	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (support_byhand_error != 0) {
		return ndr_push_error(ndr, (enum ndr_err_code)support_byhand_error, "error %d of the test",
				      support_byhand_error);
	}
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 5));
		NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, r->count));
		NDR_CHECK(ndr_push_unique_ptr(ndr, r->values));
		NDR_CHECK(ndr_push_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->values != NULL) {
		uint32_t i;

		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, r->count));
		for (i = 0; i < r->count; i++) {
			NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->values[i]));
		}
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_packed(struct ndr_pull *ndr, int ndr_flags, struct m_packed *r)
{
	uint32_t pointer;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_align(ndr, 5));
		NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &r->count));
		NDR_CHECK(ndr_pull_generic_ptr(ndr, &pointer));
		if (pointer != 0) {
			NDR_PULL_ALLOC(ndr, r->values);
		} else {
			r->values = NULL;
		}
		NDR_CHECK(ndr_pull_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->values != NULL) {
		TALLOC_CTX *saved = NDR_PULL_GET_MEM_CTX(ndr);
		uint32_t i, count;

		NDR_PULL_SET_MEM_CTX(ndr, r->values, 0);
		NDR_CHECK(ndr_pull_array_size(ndr, &r->values));
		NDR_CHECK(ndr_get_array_size(ndr, &r->values, &count));
		NDR_PULL_ALLOC_N(ndr, r->values, count);
		for (i = 0; i < count; i++) {
			NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->values[i]));
		}
		NDR_PULL_SET_MEM_CTX(ndr, saved, 0);
		NDR_CHECK(ndr_check_steal_array_size(ndr, &r->values, r->count));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_m_pushed(struct ndr_push *ndr, int ndr_flags, const struct m_pushed *r)
{
	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 5));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->a));
		NDR_CHECK(ndr_push_unique_ptr(ndr, r->name));
		NDR_CHECK(ndr_push_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->name != NULL) {
		uint32_t length = ndr_charset_length(r->name, CH_UTF16);

		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, length));
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, 0));
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, length));
		NDR_CHECK(ndr_push_charset(ndr, NDR_SCALARS, r->name, length, sizeof(uint16_t), CH_UTF16));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_pulled(struct ndr_pull *ndr, int ndr_flags, struct m_pulled *r)
{
	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_align(ndr, 8));
		NDR_CHECK(ndr_pull_hyper(ndr, NDR_SCALARS, &r->a));
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->b));
		NDR_CHECK(ndr_pull_trailer_align(ndr, 8));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_m_kind(struct ndr_push *ndr, int ndr_flags, enum m_kind r)
{
	NDR_CHECK(ndr_push_enum_uint8(ndr, ndr_flags, (uint8_t)r));
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_kind(struct ndr_pull *ndr, int ndr_flags, enum m_kind *r)
{
	uint8_t v;

	NDR_CHECK(ndr_pull_enum_uint8(ndr, ndr_flags, &v));
	*r = (enum m_kind)v;
	return NDR_ERR_SUCCESS;
}

void ndr_print_m_kind(struct ndr_print *ndr, const char *name, enum m_kind r)
{
	ndr_print_enum(ndr, name, "ENUM", r == M_ONE ? "M_TWIN_ONE" : r == M_TWO ? "M_TWIN_TWO" : NULL, r);
}

enum ndr_err_code ndr_push_m_choice(struct ndr_push *ndr, int ndr_flags, const union m_choice *r)
{
	uint32_t level;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	NDR_CHECK(ndr_push_steal_switch_value(ndr, r, &level));
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_union_align(ndr, 5));
		if (level == 1) {
			NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->one));
		} else if (level == 2) {
			NDR_CHECK(ndr_push_m_packed(ndr, NDR_SCALARS, &r->two));
		} else {
			return ndr_push_error(ndr, NDR_ERR_BAD_SWITCH, "Bad switch value %u", level);
		}
	}
	if ((ndr_flags & NDR_BUFFERS) && level == 2) {
		NDR_CHECK(ndr_push_m_packed(ndr, NDR_BUFFERS, &r->two));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_choice(struct ndr_pull *ndr, int ndr_flags, union m_choice *r)
{
	uint32_t level;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	NDR_CHECK(ndr_pull_steal_switch_value(ndr, r, &level));
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_union_align(ndr, 5));
		if (level == 1) {
			NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->one));
		} else if (level == 2) {
			NDR_CHECK(ndr_pull_m_packed(ndr, NDR_SCALARS, &r->two));
		} else {
			return ndr_pull_error(ndr, NDR_ERR_BAD_SWITCH, "Bad switch value %u", level);
		}
	}
	if ((ndr_flags & NDR_BUFFERS) && level == 2) {
		NDR_CHECK(ndr_pull_m_packed(ndr, NDR_BUFFERS, &r->two));
	}
	return NDR_ERR_SUCCESS;
}

void ndr_print_m_choice(struct ndr_print *ndr, const char *name, const union m_choice *r)
{
	uint32_t level = ndr_print_steal_switch_value(ndr, r);

	ndr_print_union(ndr, name, (int)level, "m_choice");
	if (level == 1) {
		ndr_print_uint32(ndr, "one", r->one);
	} else if (level == 2) {
		ndr_print_m_packed(ndr, "two", &r->two);
	} else {
		ndr_print_bad_level(ndr, name, (uint16_t)level);
	}
}

enum ndr_err_code ndr_push_m_wrapped(struct ndr_push *ndr, int ndr_flags, const struct m_wrapped *r)
{
	uint32_t saved = ndr_push_get_flags(ndr);

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		struct ndr_push *sub, *plain;

		NDR_CHECK(ndr_push_align(ndr, 4));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->far));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 4, -1));
		NDR_CHECK(ndr_push_m_twin(sub, NDR_SCALARS | NDR_BUFFERS, &r->content));
		NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 4, -1));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 0xFFFFFC01, -1));
		NDR_CHECK(ndr_push_uint32(sub, NDR_SCALARS, (uint32_t)r->rest.length));
		NDR_CHECK(ndr_push_compression_start(sub, &plain, NDR_COMPRESSION_MSZIP, -1));
		ndr_push_add_flags(plain, LIBNDR_FLAG_REMAINING);
		NDR_CHECK(ndr_push_DATA_BLOB(plain, NDR_SCALARS, r->rest));
		NDR_CHECK(ndr_push_compression_end(sub, plain, NDR_COMPRESSION_MSZIP, -1));
		NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 0xFFFFFC01, -1));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->far != NULL) {
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->far));
		ndr_push_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
		NDR_CHECK(ndr_push_string(ndr, NDR_SCALARS, r->far));
		ndr_push_set_flags(ndr, saved);
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->far));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_wrapped(struct ndr_pull *ndr, int ndr_flags, struct m_wrapped *r)
{
	uint32_t saved = ndr_pull_get_flags(ndr);

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		struct ndr_pull *sub, *plain;
		uint32_t far, length;

		NDR_CHECK(ndr_pull_align(ndr, 4));
		NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &far));
		r->far = NULL;
		if (far != 0) {
			NDR_CHECK(ndr_pull_relative_ptr1(ndr, &r->far, far));
		}
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 4, -1));
		NDR_CHECK(ndr_pull_m_twin(sub, NDR_SCALARS | NDR_BUFFERS, &r->content));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 4, -1));
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0xFFFFFC01, -1));
		NDR_CHECK(ndr_pull_uint32(sub, NDR_SCALARS, &length));
		NDR_CHECK(ndr_pull_compression_start(sub, &plain, NDR_COMPRESSION_MSZIP, length, -1));
		ndr_pull_add_flags(plain, LIBNDR_FLAG_REMAINING);
		NDR_CHECK(ndr_pull_DATA_BLOB(plain, NDR_SCALARS, &r->rest));
		NDR_CHECK(ndr_pull_compression_end(sub, plain, NDR_COMPRESSION_MSZIP, length));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0xFFFFFC01, -1));
	}
	if (ndr_flags & NDR_BUFFERS) {
		uint32_t place = ndr_pull_get_offset(ndr);

		if (ndr_pull_relative_ptr2(ndr, &r->far) == NDR_ERR_TOKEN) {
			return NDR_ERR_SUCCESS;
		}
		ndr_pull_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
		NDR_CHECK(ndr_pull_string(ndr, NDR_SCALARS, &r->far));
		ndr_pull_set_flags(ndr, saved);
		if (ndr_pull_get_offset(ndr) > ndr_pull_get_relative_highest_offset(ndr)) {
			ndr_pull_set_relative_highest_offset(ndr, ndr_pull_get_offset(ndr));
		}
		NDR_CHECK(ndr_pull_set_offset(ndr, place));
	}
	return NDR_ERR_SUCCESS;
}

void ndr_print_m_wrapped(struct ndr_print *ndr, const char *name, const struct m_wrapped *r)
{
	ndr_print_struct(ndr, name, "m_wrapped");
	if (r == NULL) {
		ndr_print_null(ndr);
		return;
	}
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);
	ndr_print_m_twin(ndr, "content", &r->content);
	ndr_print_DATA_BLOB(ndr, "rest", r->rest);
	ndr_print_ptr(ndr, "far", r->far);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);
}

/* A length and bytes. */
enum ndr_err_code ndr_push_dns_string(struct ndr_push *ndr, int ndr_flags, const char *r)
{
	size_t length = r != NULL ? strlen(r) : 0;

	if (!(ndr_flags & NDR_SCALARS)) {
		return NDR_ERR_SUCCESS;
	}
	if (length > 63) {
		return ndr_push_error(ndr, NDR_ERR_STRING, "label of %u bytes", (unsigned int)length);
	}
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)length));
	return ndr_push_bytes(ndr, (const uint8_t *)r, (uint32_t)length);
}

enum ndr_err_code ndr_pull_dns_string(struct ndr_pull *ndr, int ndr_flags, const char **r)
{
	uint8_t length;

	if (!(ndr_flags & NDR_SCALARS)) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
	return ndr_pull_charset(ndr, NDR_SCALARS, r, length, 1, CH_DOS);
}

void ndr_print_dns_string(struct ndr_print *ndr, const char *name, const char *r)
{
	ndr_print_string(ndr, name, r);
}

enum ndr_err_code ndr_push_m_function(struct ndr_push *ndr, int flags, const struct m_function *r)
{
	NDR_PUSH_CHECK_FN_FLAGS(ndr, flags);
	if (flags & NDR_IN) {
		struct m_inner inner = { .in = { .level = r->in.level ^ 0xa5a5a5a5 } };

		NDR_CHECK(ndr_push_m_inner(ndr, NDR_IN, &inner));
	}
	if (flags & NDR_OUT) {
		struct m_inner inner = { .out = { .value = *r->out.value } };

		NDR_CHECK(ndr_push_m_inner(ndr, NDR_OUT, &inner));
		NDR_CHECK(ndr_push_WERROR(ndr, NDR_SCALARS, r->out.result));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_m_function(struct ndr_pull *ndr, int flags, struct m_function *r)
{
	struct m_inner inner;

	NDR_PULL_CHECK_FN_FLAGS(ndr, flags);
	if (flags & NDR_IN) {
		NDR_ZERO_STRUCT(r->out);
		NDR_CHECK(ndr_pull_m_inner(ndr, NDR_IN, &inner));
		r->in.level = inner.in.level ^ 0xa5a5a5a5;
		NDR_PULL_ALLOC(ndr, r->out.value);
		NDR_ZERO_STRUCTP(r->out.value);
	}
	if (flags & NDR_OUT) {
		NDR_PULL_ALLOC(ndr, r->out.value);
		NDR_CHECK(ndr_pull_m_inner(ndr, NDR_OUT, &inner));
		*r->out.value = inner.out.value;
		NDR_CHECK(ndr_pull_WERROR(ndr, NDR_SCALARS, &r->out.result));
	}
	return NDR_ERR_SUCCESS;
}
