/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A structure with all that hand-written marshallers do: both phases, counts, a union, subcontexts, relative pointers,
 * charsets. What it prints has to be the same with both libraries.
 */
#include "both.h"

struct inner {
	uint16_t number;
	const char *name;
};

union value {
	uint32_t plain;
	struct inner named;
};

struct outer {
	uint8_t kind;
	uint32_t count;
	struct inner *items;
	union value value;
	DATA_BLOB rest;
	const char *path;
	const char *label;
	uint64_t big;
	struct GUID guid;
	const char *text;
};

static enum ndr_err_code ndr_push_inner(struct ndr_push *ndr, int ndr_flags, const struct inner *r)
{
	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 5));
		NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->number));
		NDR_CHECK(ndr_push_unique_ptr(ndr, r->name));
		NDR_CHECK(ndr_push_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->name != NULL) {
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, ndr_charset_length(r->name, CH_UTF16)));
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, 0));
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, ndr_charset_length(r->name, CH_UTF16)));
		NDR_CHECK(ndr_push_charset(ndr, NDR_SCALARS, r->name, ndr_charset_length(r->name, CH_UTF16),
					   sizeof(uint16_t), CH_UTF16));
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code ndr_pull_inner(struct ndr_pull *ndr, int ndr_flags, struct inner *r)
{
	uint32_t referent, size = 0, length = 0;
	TALLOC_CTX *saved;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_align(ndr, 5));
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->number));
		NDR_CHECK(ndr_pull_generic_ptr(ndr, &referent));
		if (referent != 0) {
			NDR_PULL_ALLOC(ndr, r->name);
		} else {
			r->name = NULL;
		}
		NDR_CHECK(ndr_pull_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) && r->name != NULL) {
		saved = NDR_PULL_GET_MEM_CTX(ndr);
		NDR_PULL_SET_MEM_CTX(ndr, r->name, 0);
		NDR_CHECK(ndr_pull_array_size(ndr, &r->name));
		NDR_CHECK(ndr_pull_array_length(ndr, &r->name));
		NDR_CHECK(ndr_steal_array_size(ndr, (void *)&r->name, &size));
		NDR_CHECK(ndr_steal_array_length(ndr, (void *)&r->name, &length));
		if (length > size) {
			return ndr_pull_error(ndr, NDR_ERR_ARRAY_SIZE, "Bad array size %u should exceed array length %u",
					      size, length);
		}
		NDR_CHECK(ndr_check_string_terminator(ndr, length, sizeof(uint16_t)));
		NDR_CHECK(ndr_pull_charset(ndr, NDR_SCALARS, &r->name, length, sizeof(uint16_t), CH_UTF16));
		NDR_PULL_SET_MEM_CTX(ndr, saved, 0);
	}
	return NDR_ERR_SUCCESS;
}

static void ndr_print_inner(struct ndr_print *ndr, const char *name, const struct inner *r)
{
	ndr_print_struct(ndr, name, "inner");
	if (r == NULL) {
		ndr_print_null(ndr);
		return;
	}
	print_set_depth(ndr, print_depth(ndr) + 1);
	ndr_print_uint16(ndr, "number", r->number);
	ndr_print_ptr(ndr, "name", r->name);
	print_set_depth(ndr, print_depth(ndr) + 1);
	if (r->name != NULL) {
		ndr_print_string(ndr, "name", r->name);
	}
	print_set_depth(ndr, print_depth(ndr) - 2);
}

static enum ndr_err_code ndr_push_value(struct ndr_push *ndr, int ndr_flags, const union value *r)
{
	uint32_t level;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		/* The level is the second phase's too. */
		NDR_CHECK(ndr_push_steal_switch_value(ndr, r, &level));
		NDR_CHECK(ndr_push_set_switch_value(ndr, r, level));
		NDR_CHECK(ndr_push_union_align(ndr, 5));
		NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, level));
		NDR_CHECK(ndr_push_union_align(ndr, 5));
		switch (level) {
		case 1: NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->plain)); break;
		case 2: NDR_CHECK(ndr_push_inner(ndr, NDR_SCALARS, &r->named)); break;
		default: return ndr_push_error(ndr, NDR_ERR_BAD_SWITCH, "Bad switch value %u", level);
		}
	}
	if (ndr_flags & NDR_BUFFERS) {
		NDR_CHECK(ndr_push_steal_switch_value(ndr, r, &level));
		if (level == 2) {
			NDR_CHECK(ndr_push_inner(ndr, NDR_BUFFERS, &r->named));
		}
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code ndr_pull_value(struct ndr_pull *ndr, int ndr_flags, union value *r)
{
	uint32_t level;
	uint16_t on_wire;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_pull_steal_switch_value(ndr, r, &level));
		NDR_CHECK(ndr_pull_set_switch_value(ndr, r, level));
		NDR_CHECK(ndr_pull_union_align(ndr, 5));
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &on_wire));
		if (on_wire != level) {
			return ndr_pull_error(ndr, NDR_ERR_BAD_SWITCH, "Bad switch value %u for r", on_wire);
		}
		NDR_CHECK(ndr_pull_union_align(ndr, 5));
		switch (level) {
		case 1: NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->plain)); break;
		case 2: NDR_CHECK(ndr_pull_inner(ndr, NDR_SCALARS, &r->named)); break;
		default: return ndr_pull_error(ndr, NDR_ERR_BAD_SWITCH, "Bad switch value %u", level);
		}
	}
	if (ndr_flags & NDR_BUFFERS) {
		NDR_CHECK(ndr_pull_steal_switch_value(ndr, r, &level));
		if (level == 2) {
			NDR_CHECK(ndr_pull_inner(ndr, NDR_BUFFERS, &r->named));
		}
	}
	return NDR_ERR_SUCCESS;
}

static void ndr_print_value(struct ndr_print *ndr, const char *name, const union value *r)
{
	uint32_t level = ndr_print_steal_switch_value(ndr, r);

	ndr_print_union(ndr, name, level, "value");
	switch (level) {
	case 1: ndr_print_uint32(ndr, "plain", r->plain); break;
	case 2: ndr_print_inner(ndr, "named", &r->named); break;
	default: ndr_print_bad_level(ndr, name, level);
	}
}

static enum ndr_err_code push_scalars(struct ndr_push *ndr, const struct outer *r)
{
	uint32_t saved = push_get_flags(ndr);
	struct ndr_push *sub;

	NDR_CHECK(ndr_push_align(ndr, 8));
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, r->kind));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->count));
	NDR_CHECK(ndr_push_unique_ptr(ndr, r->items));
	NDR_CHECK(ndr_push_set_switch_value(ndr, &r->value, r->kind));
	NDR_CHECK(ndr_push_value(ndr, NDR_SCALARS, &r->value));
	NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 4, -1));
	push_add_flags(sub, LIBNDR_FLAG_REMAINING);
	NDR_CHECK(ndr_push_DATA_BLOB(sub, NDR_SCALARS, r->rest));
	NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 4, -1));
	NDR_CHECK(ndr_push_relative_ptr1(ndr, r->path));
	NDR_CHECK(ndr_push_short_relative_ptr1(ndr, r->label));
	NDR_CHECK(ndr_push_hyper(ndr, NDR_SCALARS, r->big));
	push_add_flags(ndr, LIBNDR_FLAG_BIGENDIAN | LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, push_offset(ndr)));
	push_set_flags(ndr, saved);
	NDR_CHECK(ndr_push_GUID(ndr, NDR_SCALARS, &r->guid));
	push_add_flags(ndr, LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_UTF8);
	NDR_CHECK(ndr_push_string(ndr, NDR_SCALARS, r->text));
	push_set_flags(ndr, saved);
	return ndr_push_trailer_align(ndr, 8);
}

static enum ndr_err_code push_buffers(struct ndr_push *ndr, const struct outer *r)
{
	uint32_t saved = push_get_flags(ndr), i;
	struct ndr_push *sub;

	if (r->items != NULL) {
		NDR_CHECK(ndr_push_uint3264(ndr, NDR_SCALARS, r->count));
		for (i = 0; i < r->count; i++) {
			NDR_CHECK(ndr_push_inner(ndr, NDR_SCALARS, &r->items[i]));
		}
		for (i = 0; i < r->count; i++) {
			NDR_CHECK(ndr_push_inner(ndr, NDR_BUFFERS, &r->items[i]));
		}
	}
	NDR_CHECK(ndr_push_value(ndr, NDR_BUFFERS, &r->value));
	if (r->path != NULL) {
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->path));
		push_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
		NDR_CHECK(ndr_push_string(ndr, NDR_SCALARS, r->path));
		push_set_flags(ndr, saved);
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->path));
	}
	if (r->label != NULL) {
		NDR_CHECK(ndr_push_short_relative_ptr2(ndr, r->label));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 0xFFFFFC01, -1));
		push_add_flags(sub, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII);
		NDR_CHECK(ndr_push_string(sub, NDR_SCALARS, r->label));
		NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 0xFFFFFC01, -1));
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code ndr_push_outer(struct ndr_push *ndr, int ndr_flags, const struct outer *r)
{
	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(push_scalars(ndr, r));
	}
	if (ndr_flags & NDR_BUFFERS) {
		NDR_CHECK(push_buffers(ndr, r));
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code pull_scalars(struct ndr_pull *ndr, struct outer *r)
{
	uint32_t saved = pull_get_flags(ndr), referent, offset;
	uint16_t short_offset;
	struct ndr_pull *sub;

	NDR_CHECK(ndr_pull_align(ndr, 8));
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &r->kind));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->count));
	NDR_CHECK(ndr_pull_generic_ptr(ndr, &referent));
	r->items = NULL;
	if (referent != 0) {
		NDR_PULL_ALLOC(ndr, r->items);
	}
	NDR_CHECK(ndr_pull_set_switch_value(ndr, &r->value, r->kind));
	NDR_CHECK(ndr_pull_value(ndr, NDR_SCALARS, &r->value));
	NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 4, -1));
	pull_add_flags(sub, LIBNDR_FLAG_REMAINING);
	NDR_CHECK(ndr_pull_DATA_BLOB(sub, NDR_SCALARS, &r->rest));
	NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 4, -1));
	NDR_CHECK(ndr_pull_generic_ptr(ndr, &referent));
	r->path = NULL;
	if (referent != 0) {
		NDR_PULL_ALLOC(ndr, r->path);
		NDR_CHECK(ndr_pull_relative_ptr1(ndr, r->path, referent));
	}
	NDR_CHECK(ndr_pull_relative_ptr_short(ndr, &short_offset));
	r->label = NULL;
	if (short_offset != 0) {
		NDR_PULL_ALLOC(ndr, r->label);
		NDR_CHECK(ndr_pull_relative_ptr1(ndr, r->label, short_offset));
	}
	NDR_CHECK(ndr_pull_hyper(ndr, NDR_SCALARS, &r->big));
	pull_add_flags(ndr, LIBNDR_FLAG_BIGENDIAN | LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &offset));
	if (offset != pull_offset(ndr) - 4) {
		return ndr_pull_error(ndr, NDR_ERR_VALIDATE, "offset %u", offset);
	}
	pull_set_flags(ndr, saved);
	NDR_CHECK(ndr_pull_GUID(ndr, NDR_SCALARS, &r->guid));
	pull_add_flags(ndr, LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_UTF8);
	NDR_CHECK(ndr_pull_string(ndr, NDR_SCALARS, &r->text));
	pull_set_flags(ndr, saved);
	return ndr_pull_trailer_align(ndr, 8);
}

static enum ndr_err_code pull_items(struct ndr_pull *ndr, struct outer *r)
{
	uint32_t size = 0, i;
	TALLOC_CTX *saved = NDR_PULL_GET_MEM_CTX(ndr);

	NDR_PULL_SET_MEM_CTX(ndr, r->items, 0);
	NDR_CHECK(ndr_pull_array_size(ndr, &r->items));
	NDR_CHECK(ndr_get_array_size(ndr, (void *)&r->items, &size));
	NDR_CHECK(ndr_check_array_size(ndr, (void *)&r->items, r->count));
	NDR_PULL_NEED_BYTES(ndr, size);
	NDR_PULL_ALLOC_N(ndr, r->items, size);
	NDR_PULL_SET_MEM_CTX(ndr, r->items, 0);
	for (i = 0; i < size; i++) {
		NDR_CHECK(ndr_pull_inner(ndr, NDR_SCALARS, &r->items[i]));
	}
	for (i = 0; i < size; i++) {
		NDR_CHECK(ndr_pull_inner(ndr, NDR_BUFFERS, &r->items[i]));
	}
	NDR_PULL_SET_MEM_CTX(ndr, saved, 0);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code pull_buffers(struct ndr_pull *ndr, struct outer *r)
{
	uint32_t saved = pull_get_flags(ndr), offset;
	struct ndr_pull *sub;

	if (r->items != NULL) {
		NDR_CHECK(pull_items(ndr, r));
	}
	NDR_CHECK(ndr_pull_value(ndr, NDR_BUFFERS, &r->value));
	if (r->path != NULL) {
		offset = pull_offset(ndr);
		NDR_CHECK(ndr_pull_relative_ptr2(ndr, r->path));
		pull_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
		NDR_CHECK(ndr_pull_string(ndr, NDR_SCALARS, &r->path));
		pull_set_flags(ndr, saved);
		if (r->label == NULL) {
			offset = pull_offset(ndr);
		}
		pull_set_offset(ndr, offset);
	}
	if (r->label != NULL) {
		NDR_CHECK(ndr_pull_relative_ptr2(ndr, r->label));
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0xFFFFFC01, -1));
		pull_add_flags(sub, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII);
		NDR_CHECK(ndr_pull_string(sub, NDR_SCALARS, &r->label));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0xFFFFFC01, -1));
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code ndr_pull_outer(struct ndr_pull *ndr, int ndr_flags, struct outer *r)
{
	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	NDR_RECURSION_CHECK(ndr, 3);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(pull_scalars(ndr, r));
	}
	if (ndr_flags & NDR_BUFFERS) {
		NDR_CHECK(pull_buffers(ndr, r));
	}
	NDR_RECURSION_UNWIND(ndr);
	return NDR_ERR_SUCCESS;
}

static void ndr_print_outer(struct ndr_print *ndr, const char *name, const struct outer *r)
{
	uint32_t i;

	ndr_print_struct(ndr, name, "outer");
	print_set_depth(ndr, print_depth(ndr) + 1);
	ndr_print_uint8(ndr, "kind", r->kind);
	print_line(ndr, "%s: ARRAY(%d)", "items", (int)r->count);
	print_set_depth(ndr, print_depth(ndr) + 1);
	for (i = 0; i < r->count && r->items != NULL; i++) {
		ndr_print_inner(ndr, "items", &r->items[i]);
	}
	print_set_depth(ndr, print_depth(ndr) - 1);
	ndr_print_set_switch_value(ndr, &r->value, r->kind);
	ndr_print_value(ndr, "value", &r->value);
	ndr_print_DATA_BLOB(ndr, "rest", r->rest);
	ndr_print_string(ndr, "path", r->path);
	ndr_print_string(ndr, "label", r->label);
	ndr_print_hyper(ndr, "big", r->big);
	ndr_print_GUID(ndr, "guid", &r->guid);
	ndr_print_string(ndr, "text", r->text);
	print_set_depth(ndr, print_depth(ndr) - 1);
}

static struct inner items[] = {{1, "one"}, {2, NULL}, {3, "dr\303\274ben \360\237\230\200"}};
static uint8_t rest[] = {1, 2, 3, 4, 5, 6, 7};

static struct outer sample(uint8_t kind)
{
	struct outer r;

	memset(&r, 0, sizeof(r));
	r.kind = kind;
	if (kind == 1) {
		r.value.plain = 0x11223344;
	} else {
		r.value.named.number = 0x5566;
		r.value.named.name = "arm";
		r.count = 3;
		r.items = items;
		r.rest.data = rest;
		r.rest.length = sizeof(rest);
		r.path = "C:\\path";
		r.label = "label";
	}
	r.big = 0x0102030405060708ULL;
	GUID_from_string("60a15ec5-4de8-11d7-a637-005056a20182", &r.guid);
	r.text = "t\303\244xt";
	return r;
}

static enum ndr_err_code push(TALLOC_CTX *mem_ctx, uint32_t flags, const struct outer *r, DATA_BLOB *blob)
{
	struct ndr_push *ndr = ndr_push_init_ctx(mem_ctx);

	push_add_flags(ndr, flags);
	NDR_CHECK(ndr_push_outer(ndr, NDR_SCALARS | NDR_BUFFERS, r));
	*blob = ndr_push_blob(ndr);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code pull(TALLOC_CTX *mem_ctx, uint32_t flags, DATA_BLOB blob, struct outer *r)
{
	struct ndr_pull *ndr = ndr_pull_init_blob(&blob, mem_ctx);

	memset(r, 0, sizeof(*r));
	pull_add_flags(ndr, flags);
	return ndr_pull_outer(ndr, NDR_SCALARS | NDR_BUFFERS, r);
}

static void there_and_back(TALLOC_CTX *mem_ctx, const char *name, uint32_t flags, uint8_t kind)
{
	struct outer r = sample(kind), back;
	DATA_BLOB blob = {NULL, 0}, again = {NULL, 0}, part;
	enum ndr_err_code code;
	size_t i;

	printf("%s %u\n", name, kind);
	show_code("push", push(mem_ctx, flags, &r, &blob));
	show_bytes("bytes", blob);
	code = pull(mem_ctx, flags, blob, &back);
	show_code("pull", code);
	if (code == NDR_ERR_SUCCESS) {
		printf("%s", NDR_PRINT_STRUCT_STRING(mem_ctx, outer, &back));
		show_code("push again", push(mem_ctx, flags, &back, &again));
		printf("%s\n", data_blob_cmp(&blob, &again) == 0 ? "the same" : "other bytes");
	}
	printf("cut:");
	for (i = 0; i < blob.length; i++) {
		part.data = talloc_memdup(mem_ctx, blob.data, i);
		part.length = i;
		printf(" %d", (int)pull(mem_ctx, flags, part, &back));
	}
	printf("\n");
}

int main(void)
{
	static const struct {
		const char *name;
		uint32_t flags;
	} encodings[] = {
		{"little-endian", 0},
		{"big-endian", LIBNDR_FLAG_BIGENDIAN},
		{"without alignment", LIBNDR_FLAG_NOALIGN},
		{"ndr64", LIBNDR_FLAG_NDR64},
	};
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	union value value;
	struct outer r = sample(2), back;
	DATA_BLOB blob = {NULL, 0}, fixed;
	uint8_t space[300];
	size_t i;

	for (i = 0; i < 4; i++) {
		there_and_back(mem_ctx, encodings[i].name, encodings[i].flags, 1);
		there_and_back(mem_ctx, encodings[i].name, encodings[i].flags, 2);
		there_and_back(mem_ctx, encodings[i].name, encodings[i].flags, 3);
	}

	show_code("struct blob", ndr_push_struct_blob(&blob, mem_ctx, &r, (ndr_push_flags_fn_t)ndr_push_outer));
	show_bytes("bytes", blob);
	printf("size %u\n", (unsigned int)ndr_size_struct(&r, 0, (ndr_push_flags_fn_t)ndr_push_outer));
	show_code("pull", ndr_pull_struct_blob(&blob, mem_ctx, &back, (ndr_pull_flags_fn_t)ndr_pull_outer));
	/* Samba's cannot do relative pointers there. */
	show_code("inner", ndr_push_struct_blob(&blob, mem_ctx, &items[2], (ndr_push_flags_fn_t)ndr_push_inner));
	fixed.data = space;
	for (i = 0; i < 2; i++) {
		fixed.length = blob.length - i;
		show_code("fixed", ndr_push_struct_into_fixed_blob(&fixed, &items[2], (ndr_push_flags_fn_t)ndr_push_inner));
	}

	value.named = items[0];
	show_code("union", ndr_push_union_blob(&blob, mem_ctx, &value, 2, (ndr_push_flags_fn_t)ndr_push_value));
	show_bytes("bytes", blob);
	printf("size %u\n", (unsigned int)ndr_size_union(&value, 0, 2, (ndr_push_flags_fn_t)ndr_push_value));
	memset(&value, 0, sizeof(value));
	show_code("pull", ndr_pull_union_blob(&blob, mem_ctx, &value, 2, (ndr_pull_flags_fn_t)ndr_pull_value));
	printf("%s", NDR_PRINT_UNION_STRING(mem_ctx, value, 2, &value));
	show_code("all", ndr_pull_union_blob_all(&blob, mem_ctx, &value, 2, (ndr_pull_flags_fn_t)ndr_pull_value));
	show_code("other level", ndr_pull_union_blob(&blob, mem_ctx, &value, 1, (ndr_pull_flags_fn_t)ndr_pull_value));
	show_code("no level", ndr_push_union_blob(&blob, mem_ctx, &value, 9, (ndr_push_flags_fn_t)ndr_push_value));
	blob.data = talloc_realloc(mem_ctx, blob.data, uint8_t, blob.length + 1);
	blob.data[blob.length++] = 0;
	show_code("one more", ndr_pull_union_blob(&blob, mem_ctx, &value, 2, (ndr_pull_flags_fn_t)ndr_pull_value));
	show_code("all of them", ndr_pull_union_blob_all(&blob, mem_ctx, &value, 2, (ndr_pull_flags_fn_t)ndr_pull_value));
	talloc_free(mem_ctx);
	return 0;
}
