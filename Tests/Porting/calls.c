/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The functions one by one: strings with every set of flags, scalars, charsets, counts, printing, errors. What it prints
 * has to be the same with both libraries.
 */
#include "both.h"

static TALLOC_CTX *all;

static DATA_BLOB bytes_of(struct ndr_push *ndr)
{
	return ndr_push_blob(ndr);
}

static void strings(void)
{
	/* Samba writes STR_BYTESIZE with a terminator, and does not read it. */
	static const uint32_t flags[] = {
		0,
		LIBNDR_FLAG_STR_NULLTERM,
		LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_UTF8,
		LIBNDR_FLAG_STR_SIZE4,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_NOTERM,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_UTF8,
		LIBNDR_FLAG_STR_LEN4,
		LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_NOTERM,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_NOTERM,
		LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_SIZE2,
		LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM,
		LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_BYTESIZE,
		LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_ASCII,
		LIBNDR_FLAG_STR_CONFORMANT,
		LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_REMAINING,
		LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_REMAINING | LIBNDR_FLAG_STR_UTF8,
		LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_ASCII,
	};
	static const char *const texts[] = {"", "a", "hello", "dr\303\274ben"};
	size_t f, t, order;

	for (f = 0; f < sizeof(flags) / sizeof(flags[0]); f++) {
		for (t = 0; t < 4; t++) {
			/* STR_ASCII is Samba's "dos charset" with other characters. */
			if (t == 3 && (flags[f] & LIBNDR_FLAG_STR_ASCII)) {
				continue;
			}
			for (order = 0; order < 2; order++) {
				struct ndr_push *push = ndr_push_init_ctx(all);
				struct ndr_pull *pull;
				const char *back = "?";
				DATA_BLOB blob;
				enum ndr_err_code code;

				push_add_flags(push, order ? flags[f] | LIBNDR_FLAG_BIGENDIAN : flags[f]);
				printf("string 0x%x '%s'\n", push_get_flags(push), texts[t]);
				show_code("push", ndr_push_uint8(push, NDR_SCALARS, 9));
				code = ndr_push_string(push, NDR_SCALARS, texts[t]);
				show_code("push", code);
				if (code != NDR_ERR_SUCCESS) {
					continue;
				}
				blob = bytes_of(push);
				show_bytes("bytes", blob);
				pull = ndr_pull_init_blob(&blob, all);
				pull_add_flags(pull, order ? flags[f] | LIBNDR_FLAG_BIGENDIAN : flags[f]);
				show_code("pull", ndr_pull_advance(pull, 1));
				code = ndr_pull_string(pull, NDR_SCALARS, &back);
				show_code("pull", code);
				if (code == NDR_ERR_SUCCESS) {
					printf("'%s' to %u\n", back, pull_offset(pull));
				}
				printf("size %u\n", (unsigned int)ndr_size_string(3, &texts[t], (int)flags[f]));
			}
		}
	}
}

#define SCALAR(type, c, value)                                                                                         \
	do {                                                                                                           \
		c got = 0;                                                                                             \
		enum ndr_err_code pushed = ndr_push_##type(push, NDR_SCALARS, value);                                  \
		printf(#type " %d at %u\n", (int)pushed, push_offset(push));                                           \
		blob = bytes_of(push);                                                                                 \
		pull = ndr_pull_init_blob(&blob, all);                                                                 \
		pull_set_flags(pull, push_get_flags(push));                                                            \
		pull_set_offset(pull, before);                                                                         \
		show_code("pull", ndr_pull_##type(pull, NDR_SCALARS, &got));                                           \
		printf("%s at %u\n", got == (c)(value) ? "the same" : "another", pull_offset(pull));                   \
		before = push_offset(push);                                                                            \
	} while (0)

static void scalars(uint32_t flags)
{
	struct ndr_push *push = ndr_push_init_ctx(all);
	struct ndr_pull *pull;
	uint32_t before = 0;
	DATA_BLOB blob;

	push_add_flags(push, flags);
	SCALAR(uint8, uint8_t, 0x81);
	SCALAR(int8, int8_t, -3);
	SCALAR(uint8, uint8_t, 1);
	SCALAR(uint16, uint16_t, 0x8182);
	SCALAR(int16, int16_t, -3);
	SCALAR(uint8, uint8_t, 2);
	SCALAR(uint32, uint32_t, 0x81828384);
	SCALAR(int32, int32_t, -3);
	SCALAR(uint8, uint8_t, 3);
	SCALAR(uint1632, uint16_t, 0x8182);
	SCALAR(uint8, uint8_t, 4);
	SCALAR(uint3264, uint32_t, 0x81828384);
	SCALAR(uint8, uint8_t, 5);
	SCALAR(uint8, uint8_t, 6);
	SCALAR(hyper, uint64_t, 0x8182838485868788ULL);
	SCALAR(uint8, uint8_t, 7);
	SCALAR(udlong, uint64_t, 0x8182838485868788ULL);
	SCALAR(uint8, uint8_t, 8);
	SCALAR(udlongr, uint64_t, 0x8182838485868788ULL);
	SCALAR(dlong, int64_t, -3);
	SCALAR(uint8, uint8_t, 9);
	if (!(flags & LIBNDR_FLAG_BIGENDIAN)) {
		/* Samba never swaps it. */
		SCALAR(double, double, 1.5);
	}
	SCALAR(NTTIME, NTTIME, 0x01d0000000000000ULL);
	SCALAR(NTTIME_hyper, NTTIME, 0x01d0000000000000ULL);
	SCALAR(NTTIME_1sec, NTTIME, 10000000ULL * 77);
	SCALAR(time_t, time_t, 0x12345678);
	SCALAR(uid_t, uid_t, 1000);
	SCALAR(gid_t, gid_t, 1001);
	show_code("zero", ndr_push_zero(push, 3));
	show_code("bytes", ndr_push_bytes(push, (const uint8_t *)"abc", 3));
	show_code("array", ndr_push_array_uint8(push, NDR_SCALARS, (const uint8_t *)"def", 3));
	show_code("array", ndr_push_array_uint8(push, NDR_BUFFERS, (const uint8_t *)"ghi", 3));
	show_code("align", ndr_push_align(push, 8));
	show_bytes("bytes", bytes_of(push));
}

static void structures(uint32_t flags)
{
	struct ndr_push *push = ndr_push_init_ctx(all);
	struct policy_handle handle, back;
	struct ndr_pull *pull;
	struct GUID guid;
	DATA_BLOB blob;

	memset(&handle, 0, sizeof(handle));
	memset(&back, 0, sizeof(back));
	handle.handle_type = 0x01020304;
	GUID_from_string("60a15ec5-4de8-11d7-a637-005056a20182", &handle.uuid);
	push_add_flags(push, flags);
	show_code("policy_handle", ndr_push_policy_handle(push, NDR_SCALARS, &handle));
	show_code("GUID", ndr_push_GUID(push, NDR_SCALARS, &handle.uuid));
	blob = bytes_of(push);
	show_bytes("bytes", blob);
	pull = ndr_pull_init_blob(&blob, all);
	pull_add_flags(pull, flags);
	show_code("policy_handle", ndr_pull_policy_handle(pull, NDR_SCALARS, &back));
	show_code("GUID", ndr_pull_GUID(pull, NDR_SCALARS, &guid));
	printf("%s %s %s\n", back.handle_type == handle.handle_type ? "the same" : "another", GUID_string(all, &back.uuid),
	       GUID_string(all, &guid));
}

static void charsets(void)
{
	static const charset_t sets[] = {CH_UTF16, CH_DOS, CH_UNIX, CH_UTF8, CH_UTF16BE};
	static const char *const texts[] = {"", "abc", "\360\237\230\200"};
	size_t s, t;

	for (s = 0; s < 5; s++) {
		for (t = 0; t < 3; t++) {
			bool wide = sets[s] == CH_UTF16 || sets[s] == CH_UTF16BE;
			uint32_t length = ndr_charset_length(texts[t], sets[s]);
			struct ndr_push *push = ndr_push_init_ctx(all);
			enum ndr_err_code code;

			/* Samba's "dos charset" may have no such character. */
			if (t == 2 && sets[s] == CH_DOS) {
				continue;
			}
			printf("charset %d '%s' length %u\n", (int)sets[s], texts[t], length);
			code = ndr_push_charset(push, NDR_SCALARS, texts[t], length + 2, wide ? 2 : 1, sets[s]);
			show_code("push", code);
			if (code == NDR_ERR_SUCCESS) {
				DATA_BLOB blob = bytes_of(push);
				struct ndr_pull *pull = ndr_pull_init_blob(&blob, all);
				const char *back = NULL;

				show_bytes("bytes", blob);
				show_code("pull", ndr_pull_charset(pull, NDR_SCALARS, &back, length + 2, wide ? 2 : 1, sets[s]));
				printf("'%s' at %u\n", back == NULL ? "NULL" : back, pull_offset(pull));
			}
		}
	}
	printf("%u %u %u\n", ndr_string_length("abc", 1), ndr_string_length("a\0b\0\0\0", 2), ndr_string_length("", 1));
	printf("%u %u %u\n", (unsigned int)ndr_align_size(5, 4), (unsigned int)ndr_align_size(8, 4),
	       (unsigned int)ndr_align_size(1, 8));
}

static void counts(void)
{
	static const uint8_t bytes[] = {3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0};
	DATA_BLOB blob = data_blob_talloc(all, bytes, sizeof(bytes));
	struct ndr_pull *ndr = ndr_pull_init_blob(&blob, all);
	struct ndr_push *push = ndr_push_init_ctx(all);
	uint32_t value = 77;
	int key;

	show_code("get", ndr_get_array_size(ndr, &key, &value));
	show_code("size", ndr_pull_array_size(ndr, &key));
	show_code("get", ndr_get_array_size(ndr, &key, &value));
	printf("%u\n", value);
	show_code("check", ndr_check_array_size(ndr, &key, 3));
	show_code("check", ndr_check_array_size(ndr, &key, 4));
	show_code("steal", ndr_steal_array_size(ndr, &key, &value));
	show_code("steal", ndr_steal_array_size(ndr, &key, &value));
	show_code("check", ndr_check_steal_array_size(ndr, &key, 3));
	show_code("length", ndr_pull_array_length(ndr, &key));
	show_code("check", ndr_check_steal_array_length(ndr, &key, 2));
	show_code("check", ndr_check_steal_array_length(ndr, &key, 2));
	show_code("offset that is no zero", ndr_pull_array_length(ndr, &key));
	show_code("advance", ndr_pull_advance(ndr, 1000));
	show_code("steal", ndr_pull_steal_switch_value(ndr, &key, &value));
	show_code("set", ndr_pull_set_switch_value(ndr, &key, 5));
	show_code("steal", ndr_pull_steal_switch_value(ndr, &key, &value));
	show_code("steal", ndr_pull_steal_switch_value(ndr, &key, &value));
	show_code("steal", ndr_push_steal_switch_value(push, &key, &value));
	show_code("no pointer", ndr_push_ref_ptr(push));
	show_code("unique", ndr_push_unique_ptr(push, &key));
	show_code("null", ndr_push_unique_ptr(push, NULL));
	show_code("unique", ndr_push_unique_ptr(push, &value));
	show_bytes("bytes", bytes_of(push));
}

static void blobs(void)
{
	static const uint32_t flags[] = {0, LIBNDR_FLAG_REMAINING, LIBNDR_FLAG_ALIGN2, LIBNDR_FLAG_ALIGN4,
					 LIBNDR_FLAG_ALIGN8};
	static const uint8_t bytes[] = {4, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
	size_t i;

	for (i = 0; i < 5; i++) {
		struct ndr_push *push = ndr_push_init_ctx(all);
		DATA_BLOB blob = data_blob_talloc(all, bytes, sizeof(bytes)), got = {NULL, 0};
		struct ndr_pull *pull = ndr_pull_init_blob(&blob, all);

		push_add_flags(push, flags[i]);
		pull_add_flags(pull, flags[i]);
		if (i > 1) {
			ndr_pull_advance(pull, 5);
			show_code("push", ndr_push_bytes(push, bytes, 5));
		}
		printf("DATA_BLOB 0x%x\n", pull_get_flags(pull));
		show_code("pull", ndr_pull_DATA_BLOB(pull, NDR_SCALARS, &got));
		show_bytes("bytes", got);
		printf("at %u\n", pull_offset(pull));
		/* Up to a boundary Samba writes zeros, whatever the blob holds. */
		got.data = i > 1 ? NULL : (uint8_t *)(size_t)bytes;
		got.length = i > 1 ? 0 : 3;
		show_code("push", ndr_push_DATA_BLOB(push, NDR_SCALARS, got));
		show_bytes("bytes", bytes_of(push));
	}
}

static void ndr_print_everything(struct ndr_print *ndr, const char *name, const void *r)
{
	DATA_BLOB blob = {(uint8_t *)(size_t)"0123456789abcdef\001", 17};
	struct policy_handle handle;

	memset(&handle, 0, sizeof(handle));
	handle.handle_type = 2;
	ndr_print_struct(ndr, name, "everything");
	print_set_depth(ndr, print_depth(ndr) + 1);
	ndr_print_uint8(ndr, "uint8", 200);
	ndr_print_int8(ndr, "int8", -2);
	ndr_print_uint16(ndr, "uint16", 60000);
	ndr_print_int16(ndr, "int16", -2);
	ndr_print_uint32(ndr, "uint32", 4000000000u);
	ndr_print_int32(ndr, "int32", -2);
	ndr_print_uint3264(ndr, "uint3264", 7);
	ndr_print_hyper(ndr, "hyper", 1ULL << 63);
	ndr_print_udlong(ndr, "udlong", 7);
	ndr_print_dlong(ndr, "dlong", -7);
	ndr_print_double(ndr, "double", 0.25);
	ndr_print_bool(ndr, "bool", true);
	ndr_print_ptr(ndr, "pointer", r);
	ndr_print_ptr(ndr, "null pointer", NULL);
	ndr_print_null(ndr);
	ndr_print_string(ndr, "string", "text");
	ndr_print_string(ndr, "no string", NULL);
	ndr_print_enum(ndr, "enum", "ENUM", "VALUE", 3);
	ndr_print_enum(ndr, "enum", "ENUM", NULL, 4);
	ndr_print_bitmap_flag(ndr, 4, "FLAG", 0x10, 0x11);
	ndr_print_bitmap_flag(ndr, 4, "OTHER_FLAG", 0x20, 0x11);
	ndr_print_bitmap_flag(ndr, 2, "BITS", 0x0f00, 0x0300);
	ndr_print_union(ndr, "union", 7, "u");
	ndr_print_bad_level(ndr, "union", 7);
	ndr_print_NTSTATUS(ndr, "status", NT_STATUS_OK);
	ndr_print_NTTIME(ndr, "time", 0);
	ndr_print_NTTIME(ndr, "time", 0x01d0000000000000ULL);
	ndr_print_NTTIME(ndr, "half a second", 133000000005000000ULL);
	ndr_print_NTTIME(ndr, "more than half", 133000000005000001ULL);
	ndr_print_NTTIME(ndr, "no time", 0x8000000000000000ULL);
	ndr_print_NTTIME(ndr, "not set", 0xffffffffffffffffULL);
	ndr_print_NTTIME(ndr, "not set", 0xfffffffffffffffeULL);
	ndr_print_NTTIME(ndr, "no time", 0xfffffffffffffffdULL);
	ndr_print_time_t(ndr, "time", 1000000000);
	ndr_print_DATA_BLOB(ndr, "blob", blob);
	ndr_print_array_uint8(ndr, "bytes", blob.data, 3);
	ndr_print_array_uint8(ndr, "bytes", NULL, 3);
	ndr_print_policy_handle(ndr, "handle", &handle);
	print_line(ndr, "%s-%u", "line", 5u);
	print_set_depth(ndr, print_depth(ndr) - 1);
}

static void subcontexts(void)
{
	static const struct {
		size_t header;
		ssize_t size;
		uint32_t content;
	} cases[] = {{0, -1, 3}, {0, 8, 8}, {0, 8, 3}, {2, -1, 3}, {4, -1, 3}, {4, 3, 3}, {4, 5, 5}, {4, 5, 6},
		     {0xFFFFFC01, -1, 3}, {0xFFFFFC01, -1, 8}};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ndr_push *push = ndr_push_init_ctx(all), *sub;
		struct ndr_pull *pull, *part;
		enum ndr_err_code code;
		DATA_BLOB blob;

		printf("subcontext 0x%x %d %u\n", (unsigned int)cases[i].header, (int)cases[i].size, cases[i].content);
		show_code("push", ndr_push_uint8(push, NDR_SCALARS, 1));
		code = ndr_push_subcontext_start(push, &sub, cases[i].header, cases[i].size);
		show_code("start", code);
		if (code != NDR_ERR_SUCCESS) {
			continue;
		}
		show_code("content", ndr_push_zero(sub, cases[i].content));
		code = ndr_push_subcontext_end(push, sub, cases[i].header, cases[i].size);
		show_code("end", code);
		if (code != NDR_ERR_SUCCESS || cases[i].content > 1000) {
			continue;
		}
		show_code("push", ndr_push_uint8(push, NDR_SCALARS, 2));
		blob = bytes_of(push);
		show_bytes("bytes", blob);
		pull = ndr_pull_init_blob(&blob, all);
		ndr_pull_advance(pull, 1);
		code = ndr_pull_subcontext_start(pull, &part, cases[i].header, cases[i].size);
		show_code("start", code);
		if (code != NDR_ERR_SUCCESS) {
			continue;
		}
		show_code("content", ndr_pull_advance(part, 2));
		show_code("end", ndr_pull_subcontext_end(pull, part, cases[i].header, cases[i].size));
		printf("at %u\n", pull_offset(pull));
	}
}

static void errors(void)
{
	int i;

	for (i = 0; i <= NDR_ERR_UNDERFLOW; i++) {
		enum ndr_err_code code = (enum ndr_err_code)i;

		/* Samba 4.17 has no text for two of them. */
		printf("%d: 0x%08x %s\n", i, (unsigned int)NT_STATUS_V(ndr_map_error2ntstatus(code)),
		       i == NDR_ERR_IPV6ADDRESS || i == NDR_ERR_FLAGS ? "" : ndr_map_error2string(code));
	}
}

int main(void)
{
	all = talloc_new(NULL);
	strings();
	scalars(0);
	scalars(LIBNDR_FLAG_BIGENDIAN);
	scalars(LIBNDR_FLAG_NOALIGN);
	scalars(LIBNDR_FLAG_NDR64);
	structures(0);
	structures(LIBNDR_FLAG_BIGENDIAN);
	charsets();
	counts();
	blobs();
	subcontexts();
	printf("%s", NDR_PRINT_STRUCT_STRING(all, everything, all));
	errors();
	talloc_free(all);
	return 0;
}
