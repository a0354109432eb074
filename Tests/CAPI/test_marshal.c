/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Marshalling by hand (support_byhand.c): the same bytes as the described twin in every encoding, whole values without a
 * connection, and misuse.
 */
#include "support.h"
#include "ndr_byhand.h"
#include "support_byhand.h"

#define ENCODINGS 4
static const uint32_t encodings[ENCODINGS] = { 0, NDR_CODEC_NDR64, NDR_CODEC_BIG_ENDIAN,
					       NDR_CODEC_NDR64 | NDR_CODEC_BIG_ENDIAN };

#define assert_ndr(actual, expected)                                                                                   \
	assert_string_equal(ndr_map_error2string(actual), ndr_map_error2string(expected))
#define PUSH(T) ((ndr_push_flags_fn_t)(void (*)(void))ndr_push_##T)
#define PULL(T) ((ndr_pull_flags_fn_t)(void (*)(void))ndr_pull_##T)
#define PRINT(T) ((ndr_print_fn_t)(void (*)(void))ndr_print_##T)

static uint16_t numbers[] = { 1, 2, 0x1234, 4, 5 };
static struct m_packed packed[] = { { 3, numbers }, { 0, NULL }, { 5, numbers } };
static struct m_packed_twin twins[] = { { 3, numbers }, { 0, NULL }, { 5, numbers } };

static struct m_all all_value(uint32_t level)
{
	struct m_all r;

	memset(&r, 0, sizeof(r));
	r.before = 7;
	r.packed = packed[0];
	r.pushed.a = 0xdeadbeef;
	r.pushed.name = "gr\xc3\xbc\xc3\x9f" "e";
	r.pulled.a = 0x0102030405060708;
	r.pulled.b = 9;
	r.kind = M_TWO;
	r.level = level;
	if (level == 1) {
		r.choice.one = 0x11223344;
	} else {
		r.choice.two = packed[2];
	}
	r.behind = &packed[0];
	r.list = packed;
	r.count = 3;
	return r;
}

static struct m_twin twin_value(uint32_t level)
{
	struct m_twin r;

	memset(&r, 0, sizeof(r));
	r.before = 7;
	r.packed = twins[0];
	r.pushed.a = 0xdeadbeef;
	r.pushed.name = "gr\xc3\xbc\xc3\x9f" "e";
	r.pulled.a = 0x0102030405060708;
	r.pulled.b = 9;
	r.kind = M_TWIN_TWO;
	r.level = level;
	if (level == 1) {
		r.choice.one = 0x11223344;
	} else {
		r.choice.two = twins[2];
	}
	r.behind = &twins[0];
	r.list = twins;
	r.count = 3;
	return r;
}

static struct ndr_codec *codec_for(TALLOC_CTX *mem_ctx)
{
	struct ndr_codec *codec = NULL;

	assert_ok(ndr_codec_create(mem_ctx, &ndr_table_byhand, &codec));
	return codec;
}

static void assert_blobs(DATA_BLOB a, DATA_BLOB b)
{
	assert_int_equal(a.length, b.length);
	assert_memory_equal(a.data, b.data, a.length);
}

/* Hooks write what the engine writes for the described twin, and read it back. */
static void hooks_are_like_twins(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	uint32_t level;
	int i;

	for (level = 1; level <= 2; level++) {
		for (i = 0; i < ENCODINGS; i++) {
			struct m_all r = all_value(level);
			struct m_twin twin = twin_value(level);
			struct m_all back;
			DATA_BLOB a = { NULL, 0 }, b = { NULL, 0 };

			assert_ok(ndr_codec_push_type(codec, *state, "m_all", encodings[i], 0, &r, &a));
			assert_ok(ndr_codec_push_type(codec, *state, "m_twin", encodings[i], 0, &twin, &b));
			assert_blobs(a, b);
			memset(&back, 0xee, sizeof(back));
			assert_ok(ndr_codec_pull_type(codec, *state, "m_all", encodings[i], 0, a.data, a.length, &back));
			assert_int_equal(back.packed.count, 3);
			assert_memory_equal(back.packed.values, numbers, 6);
			assert_string_equal(back.pushed.name, r.pushed.name);
			assert_true(back.pulled.a == r.pulled.a);
			assert_int_equal(back.kind, M_TWO);
			assert_int_equal(back.list[2].values[4], 5);
			assert_null(back.list[1].values);
			if (level == 2) {
				assert_int_equal(back.choice.two.values[2], 0x1234);
			}
			assert_ok(ndr_codec_push_type(codec, *state, "m_all", encodings[i], 0, &back, &b));
			assert_blobs(a, b);
		}
	}
}

/* The same through functions of libndr's names, in one phase or two. */
static void blobs(void **state)
{
	struct m_all r = all_value(2), back;
	struct m_twin twin = twin_value(2);
	DATA_BLOB blob = { NULL, 0 }, other = { NULL, 0 }, longer;
	struct ndr_push *ndr;
	char *text, *expected;
	size_t length;

	assert_ndr(ndr_push_struct_blob(&blob, *state, &r, PUSH(m_all)), NDR_ERR_SUCCESS);
	assert_ptr_equal(talloc_parent(blob.data), *state);
	assert_ndr(ndr_push_struct_blob(&other, *state, &twin, PUSH(m_twin)), NDR_ERR_SUCCESS);
	assert_blobs(blob, other);
	assert_int_equal(ndr_size_struct(&r, 0, PUSH(m_all)), blob.length);

	ndr = ndr_push_init_ctx(*state);
	assert_ndr(ndr_push_m_all(ndr, NDR_SCALARS, &r), NDR_ERR_SUCCESS);
	assert_ndr(ndr_push_m_all(ndr, NDR_BUFFERS, &r), NDR_ERR_SUCCESS);
	assert_blobs(ndr_push_blob(ndr), blob);
	talloc_free(ndr);

	assert_ndr(ndr_pull_struct_blob_all(&blob, *state, &back, PULL(m_all)), NDR_ERR_SUCCESS);
	assert_int_equal(back.choice.two.values[4], 5);
	{
		struct ndr_pull *pull = ndr_pull_init_blob(&blob, *state);

		memset(&back, 0, sizeof(back));
		assert_ndr(ndr_pull_m_all(pull, NDR_SCALARS, &back), NDR_ERR_SUCCESS);
		assert_ndr(ndr_pull_m_all(pull, NDR_BUFFERS, &back), NDR_ERR_SUCCESS);
		assert_int_equal(ndr_pull_get_offset(pull), blob.length);
		assert_int_equal(back.choice.two.values[4], 5);
		talloc_free(pull);
	}

	/* Every shorter blob is an error, a longer one only with `_all`. */
	for (length = 0; length < blob.length; length++) {
		DATA_BLOB shorter = { blob.data, length };
		TALLOC_CTX *tmp = talloc_new(*state);

		assert_int_not_equal(ndr_pull_struct_blob(&shorter, tmp, &back, PULL(m_all)), NDR_ERR_SUCCESS);
		talloc_free(tmp);
	}
	longer.length = blob.length + 1;
	longer.data = talloc_zero_size(*state, longer.length);
	memcpy(longer.data, blob.data, blob.length);
	assert_ndr(ndr_pull_struct_blob(&longer, *state, &back, PULL(m_all)), NDR_ERR_SUCCESS);
	assert_ndr(ndr_pull_struct_blob_all(&longer, *state, &back, PULL(m_all)), NDR_ERR_UNREAD_BYTES);

	text = ndr_print_struct_string(*state, PRINT(m_all), "r", &r);
	expected = ndr_print_struct_string(*state, PRINT(m_twin), "r", &twin);
	assert_non_null(strstr(text, "kind                     : M_TWIN_TWO (2)"));
	assert_non_null(strstr(expected, "kind                     : M_TWIN_TWO (2)"));
	assert_non_null(strstr(text, "choice                   : union m_choice(case 2)\n        two: struct m_packed\n"));

	/* In memory of the caller's. */
	longer.length = blob.length;
	assert_ndr(ndr_push_struct_into_fixed_blob(&longer, &r, PUSH(m_all)), NDR_ERR_SUCCESS);
	assert_blobs(longer, blob);
	longer.length = blob.length - 1;
	assert_ndr(ndr_push_struct_into_fixed_blob(&longer, &r, PUSH(m_all)), NDR_ERR_BUFSIZE);
}

static void union_blobs(void **state)
{
	union m_union u = { .text = "abc" }, back;
	DATA_BLOB blob = { NULL, 0 };
	char *text;

	assert_ndr(ndr_push_union_blob(&blob, *state, &u, 2, PUSH(m_union)), NDR_ERR_SUCCESS);
	assert_int_equal(blob.length, 28);
	assert_int_equal(ndr_size_m_union(&u, 2, 0), 28);
	assert_int_equal(ndr_size_union(&u, 0, 2, PUSH(m_union)), 28);
	assert_int_equal(ndr_size_union(&u, (int)LIBNDR_FLAG_NO_NDR_SIZE, 2, PUSH(m_union)), 0);
	assert_ndr(ndr_pull_union_blob_all(&blob, *state, &back, 2, PULL(m_union)), NDR_ERR_SUCCESS);
	assert_string_equal(back.text, "abc");
	assert_ndr(ndr_pull_union_blob_all(&blob, *state, &back, 1, PULL(m_union)), NDR_ERR_BAD_SWITCH);
	/* Without a level nobody knows the arm. */
	assert_ndr(ndr_push_struct_blob(&blob, *state, &u, PUSH(m_union)), NDR_ERR_TOKEN);
	text = ndr_print_union_string(*state, PRINT(m_union), "u", 2, &u);
	assert_non_null(strstr(text, "union m_union(case 2)"));
	assert_non_null(strstr(text, "'abc'"));
}

/* Subcontexts, compression and a relative pointer by hand. */
static void wrapped(void **state)
{
	struct m_wrapped r, back;
	uint8_t bytes[3000];
	DATA_BLOB blob = { NULL, 0 }, again = { NULL, 0 };
	size_t length;

	memset(&r, 0, sizeof(r));
	memset(bytes, 'x', sizeof(bytes));
	r.content = twin_value(1);
	r.rest.data = bytes;
	r.rest.length = sizeof(bytes);
	r.far = "far away";
	assert_ndr(ndr_push_struct_blob(&blob, *state, &r, PUSH(m_wrapped)), NDR_ERR_SUCCESS);
	assert_true(blob.length < 1000);
	assert_ndr(ndr_pull_struct_blob_all(&blob, *state, &back, PULL(m_wrapped)), NDR_ERR_SUCCESS);
	assert_string_equal(back.far, "far away");
	assert_int_equal(back.rest.length, sizeof(bytes));
	assert_memory_equal(back.rest.data, bytes, sizeof(bytes));
	assert_string_equal(back.content.pushed.name, r.content.pushed.name);
	assert_ndr(ndr_push_struct_blob(&again, *state, &back, PUSH(m_wrapped)), NDR_ERR_SUCCESS);
	assert_blobs(again, blob);
	assert_non_null(strstr(ndr_print_struct_string(*state, PRINT(m_wrapped), "w", &r), "far                      : *"));
	for (length = 0; length < blob.length; length++) {
		DATA_BLOB shorter = { blob.data, length };
		TALLOC_CTX *tmp = talloc_new(*state);
		enum ndr_err_code code = ndr_pull_struct_blob(&shorter, tmp, &back, PULL(m_wrapped));

		/* The string at the end may end without its terminator, as in libndr. */
		if (length < blob.length - 2 * sizeof("far away") + 2) {
			assert_int_not_equal(code, NDR_ERR_SUCCESS);
		} else {
			assert_ndr(code, NDR_ERR_SUCCESS);
			assert_int_equal(strlen(back.far), (length - (blob.length - 2 * sizeof("far away"))) / 2);
		}
		talloc_free(tmp);
	}
	for (length = 0; length < blob.length; length++) {
		uint8_t saved = blob.data[length];
		TALLOC_CTX *tmp = talloc_new(*state);

		blob.data[length] = (uint8_t)~saved;
		(void)ndr_pull_struct_blob(&blob, tmp, &back, PULL(m_wrapped));
		blob.data[length] = saved;
		talloc_free(tmp);
	}
}

static void expressions(void **state)
{
	uint8_t bytes[3] = { 1, 2, 3 };
	struct m_outer r = { { 3, numbers }, bytes, numbers }, back;
	DATA_BLOB blob = { NULL, 0 };

	assert_ndr(ndr_push_struct_blob(&blob, *state, &r, PUSH(m_outer)), NDR_ERR_SUCCESS);
	assert_ndr(ndr_pull_struct_blob_all(&blob, *state, &back, PULL(m_outer)), NDR_ERR_SUCCESS);
	assert_memory_equal(back.counted, bytes, 3);
	assert_int_equal(back.pointed[0], 1);
	/* Another count than the one by hand. */
	blob.data[0] = 2;
	assert_ndr(ndr_pull_struct_blob_all(&blob, *state, &back, PULL(m_outer)), NDR_ERR_ARRAY_SIZE);
}

static void functions(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	struct m_function r, back;
	struct m_record record = { "label", 60 }, got;
	uint32_t value = 77;
	DATA_BLOB blob = { NULL, 0 };

	memset(&r, 0, sizeof(r));
	memset(&back, 0, sizeof(back));
	r.in.level = 0x01020304;
	r.out.value = &value;
	r.out.result = 5;
	assert_int_equal(ndr_table_byhand.num_calls, 3);
	assert_ok(ndr_codec_push_call(codec, *state, NDR_M_FUNCTION, NDR_CODEC_IN, &r, &blob));
	assert_int_equal(blob.length, 4);
	assert_memory_equal(blob.data, "\xa1\xa6\xa7\xa4", 4);
	assert_ok(ndr_codec_pull_call(codec, *state, NDR_M_FUNCTION, NDR_CODEC_IN, blob.data, blob.length, &back));
	assert_int_equal(back.in.level, 0x01020304);
	assert_non_null(back.out.value);
	assert_ok(ndr_codec_push_call(codec, *state, NDR_M_FUNCTION, NDR_CODEC_OUT, &r, &blob));
	assert_int_equal(blob.length, 8);
	assert_ok(ndr_codec_pull_call(codec, *state, NDR_M_FUNCTION, NDR_CODEC_OUT, blob.data, blob.length, &back));
	assert_int_equal(*back.out.value, 77);
	assert_int_equal(back.out.result, 5);
	/* One without an opnum is nobody's to call. */
	assert_status(ndr_codec_push_call(codec, *state, 2, NDR_CODEC_IN, &r, &blob), NT_STATUS_INVALID_PARAMETER);
	assert_non_null(strstr(ndr_print_function_string(*state, (ndr_print_function_t)(void (*)(void))ndr_print_m_function,
							 "m_function", NDR_BOTH, &r),
			       "value                    : 0x0000004d (77)"));

	/* A scalar of the user's. */
	assert_ndr(ndr_push_struct_blob(&blob, *state, &record, PUSH(m_record)), NDR_ERR_SUCCESS);
	assert_int_equal(blob.length, 12);
	assert_ndr(ndr_pull_struct_blob_all(&blob, *state, &got, PULL(m_record)), NDR_ERR_SUCCESS);
	assert_string_equal(got.name, "label");
	assert_string_equal(ndr_print_struct_string(*state, PRINT(m_record), "r", &record),
			    "    r: struct m_record\n        name                     : 'label'\n"
			    "        ttl                      : 0x0000003c (60)\n");
}

/* Every type has an ndr_print_T(), as with pidl; one that is not public has nothing else. */
static void printing_what_is_not_public(void **state)
{
	struct ndr_print *ndr = ndr_print_create(*state);

	ndr_print_m_kind_twin(ndr, "kind", M_TWIN_TWO);
	assert_string_equal(ndr_print_text(ndr, *state), "kind                     : M_TWIN_TWO (2)\n");
}

static void impossible_blobs(void **state)
{
	static const uint32_t flags[] = { 0, LIBNDR_FLAG_REMAINING, LIBNDR_FLAG_ALIGN4 };
	DATA_BLOB blob = { (uint8_t *)(size_t)"x", SIZE_MAX };
	struct m_record record;
	size_t i;

	for (i = 0; i < 3; i++) {
		struct ndr_push *ndr = ndr_push_init_ctx(*state);

		ndr_push_set_flags(ndr, flags[i]);
		assert_ndr(ndr_push_uint8(ndr, NDR_SCALARS, 1), NDR_ERR_SUCCESS);
		assert_ndr(ndr_push_DATA_BLOB(ndr, NDR_SCALARS, blob), NDR_ERR_LENGTH);
		assert_int_equal(ndr_push_get_offset(ndr), 1);
	}
	assert_null(ndr_pull_init_blob(&blob, *state));
	assert_ndr(ndr_pull_struct_blob(&blob, *state, &record, PULL(m_record)), NDR_ERR_INVALID_POINTER);
}

static void errors(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	struct m_all r = all_value(1);
	struct ndr_push *ndr = ndr_push_init_ctx(*state);
	DATA_BLOB blob = { NULL, 0 };
	int error;

	for (error = 1; error <= NDR_ERR_UNDERFLOW; error++) {
		support_byhand_error = error;
		assert_int_equal(ndr_push_m_all(ndr, NDR_SCALARS | NDR_BUFFERS, &r), error == NDR_ERR_OFFSET ? NDR_ERR_OFFSET : (enum ndr_err_code)error);
		assert_status(ndr_codec_push_type(codec, *state, "m_all", 0, 0, &r, &blob),
			      error == NDR_ERR_ALLOC ? NT_STATUS_NO_MEMORY : NT_STATUS_INVALID_PARAMETER);
	}
	assert_string_equal(ndr_push_error_string(ndr), "error 23 of the test");
	/* A number that is no error code. */
	support_byhand_error = 4711;
	assert_ndr(ndr_push_m_all(ndr, NDR_SCALARS, &r), NDR_ERR_VALIDATE);
	support_byhand_error = 0;
	assert_non_null(strstr(ndr_codec_error_string(codec), "m_all.packed"));
	talloc_free(ndr);
	assert_int_equal(ndr_map_error2ntstatus(NDR_ERR_SUCCESS), NT_STATUS_OK);
	assert_status(ndr_map_error2ntstatus(NDR_ERR_BUFSIZE), NT_STATUS_BUFFER_TOO_SMALL);
}

static void misuse(void **state)
{
	uint8_t data[16] = { 0xff, 0xff, 0xff, 0xff };
	DATA_BLOB blob = { data, sizeof(data) }, none = { NULL, 0 };
	struct ndr_push *push = ndr_push_init_ctx(*state);
	struct ndr_pull *pull = ndr_pull_init_blob(&blob, *state), *sub;
	struct m_packed r = { 1, NULL };
	union m_union u = { .number = 1 };
	uint32_t v;
	const char *s;
	int i;

	assert_int_equal(ndr_push_uint32(NULL, NDR_SCALARS, 1), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_push_uint32((struct ndr_push *)pull, NDR_SCALARS, 1), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_pull_uint32(pull, NDR_SCALARS, NULL), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_push_uint32(push, 1, 1), NDR_ERR_FLAGS);
	assert_int_equal(ndr_push_uint32(push, NDR_BUFFERS, 1), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_push_get_offset(push), 0);
	assert_int_equal(ndr_push_align(push, 16), NDR_ERR_FLAGS);
	assert_int_equal(ndr_push_align(push, (size_t)-1), NDR_ERR_FLAGS);
	assert_int_equal(ndr_push_set_offset(push, 1), NDR_ERR_OFFSET);
	assert_int_equal(ndr_push_zero(push, UINT32_MAX), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_push_bytes(push, NULL, 5), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_push_get_offset(push), 0);
	assert_int_equal(ndr_push_relative_ptr2_start(push, data), NDR_ERR_TOKEN);
	assert_int_equal(ndr_push_string(push, NDR_SCALARS, "x"), NDR_ERR_STRING);
	assert_int_equal(ndr_push_charset(push, NDR_SCALARS, "abc", 2, 1, CH_DOS), NDR_ERR_CHARCNV);
	assert_int_equal(ndr_push_charset(push, NDR_SCALARS, "abc", 2, 3, CH_UTF16), NDR_ERR_CHARCNV);
	assert_int_equal(ndr_push_steal_switch_value(push, &u, &v), NDR_ERR_TOKEN);
	assert_int_equal(ndr_push_type(push, NDR_SCALARS, &ndr_table_byhand, 4711, &r), NDR_ERR_VALIDATE);
	assert_int_equal(ndr_push_type(push, NDR_SCALARS, NULL, 0, &r), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_push_function(push, NDR_IN, &ndr_table_byhand, 4711, &r), NDR_ERR_VALIDATE);
	assert_int_equal(ndr_push_function(push, 1, &ndr_table_byhand, 0, &r), NDR_ERR_FLAGS);
	assert_int_equal(ndr_push_subcontext_end(push, push, 4, -1), NDR_ERR_SUBCONTEXT);
	assert_int_equal(ndr_push_subcontext_end(push, NULL, 4, -1), NDR_ERR_INVALID_POINTER);
	assert_null(ndr_push_blob(push).data);
	assert_int_equal(ndr_pull_subcontext_start(pull, &sub, 3, -1), NDR_ERR_SUBCONTEXT);
	assert_int_equal(ndr_pull_subcontext_start(pull, &sub, 4, -1), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_advance(pull, UINT32_MAX), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_set_offset(pull, 17), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_set_offset(pull, 0), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_relative_ptr1(pull, data, UINT32_MAX), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_check_array_size(pull, data, 1), NDR_ERR_TOKEN);
	assert_null(ndr_pull_alloc(pull, SIZE_MAX / 2, 4, "too much"));
	assert_null(ndr_pull_alloc(pull, 1, 64 << 20, "too much"));
	assert_int_equal(ndr_pull_charset(pull, NDR_SCALARS, &s, UINT32_MAX, 2, CH_UTF16), NDR_ERR_CHARCNV);
	assert_int_equal(ndr_pull_charset(pull, NDR_SCALARS, &s, 100, 2, CH_UTF16), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_unwind(pull), NDR_ERR_UNDERFLOW);
	for (i = 0; i < 5; i++) {
		assert_int_equal(ndr_pull_recurse(pull, 5), NDR_ERR_SUCCESS);
	}
	assert_int_equal(ndr_pull_recurse(pull, 5), NDR_ERR_MAX_RECURSION_EXCEEDED);
	assert_null(ndr_pull_init_blob(NULL, *state));
	assert_int_equal(ndr_pull_struct_blob(&none, *state, &r, PULL(m_packed)), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_struct_blob(NULL, *state, &r, PULL(m_packed)), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_push_struct_blob(&none, *state, NULL, PUSH(m_packed)), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_size_struct(NULL, 0, PUSH(m_packed)), 0);
	ndr_print_uint32(NULL, "x", 1);
	assert_string_equal(ndr_pull_error_string(NULL), "");
	talloc_free(push);
	talloc_free(pull);
}

static void strings(void **state)
{
	static const struct {
		uint32_t flags;
		const char *bytes;
		size_t length;
	} forms[] = {
		{ LIBNDR_FLAG_STR_NULLTERM, "h\0i\0\0\0", 6 },
		{ LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII, "hi\0", 3 },
		{ LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4, "\3\0\0\0\0\0\0\0\3\0\0\0h\0i\0\0\0", 18 },
		{ LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_ASCII, "\0\0\0\0\3\0\0\0hi\0", 11 },
		{ LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_UTF8, "\2\0\0\0hi", 6 },
		{ LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM, "\2\0h\0i\0", 6 },
		{ LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_BYTESIZE, "\4\0h\0i\0", 6 },
		{ LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_REMAINING | LIBNDR_FLAG_STR_ASCII, "hi", 2 },
	};
	const char *list[] = { "a", "bc", NULL };
	const char **back;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct ndr_push *push = ndr_push_init_ctx(*state);
		struct ndr_pull *pull;
		DATA_BLOB blob;
		const char *s = NULL;

		ndr_push_add_flags(push, forms[i].flags);
		assert_ndr(ndr_push_string(push, NDR_SCALARS, "hi"), NDR_ERR_SUCCESS);
		blob = ndr_push_blob(push);
		assert_int_equal(blob.length, forms[i].length);
		assert_memory_equal(blob.data, forms[i].bytes, blob.length);
		pull = ndr_pull_init_blob(&blob, push);
		ndr_pull_add_flags(pull, forms[i].flags);
		assert_ndr(ndr_pull_string(pull, NDR_SCALARS, &s), NDR_ERR_SUCCESS);
		assert_string_equal(s, "hi");
		assert_int_equal(ndr_pull_get_offset(pull), blob.length);
		talloc_free(push);
	}
	{
		struct ndr_push *push = ndr_push_init_ctx(*state);
		struct ndr_pull *pull;
		DATA_BLOB blob;

		ndr_push_add_flags(push, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII);
		assert_ndr(ndr_push_string_array(push, NDR_SCALARS, list), NDR_ERR_SUCCESS);
		blob = ndr_push_blob(push);
		assert_int_equal(blob.length, 6);
		pull = ndr_pull_init_blob(&blob, push);
		ndr_pull_add_flags(pull, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII);
		assert_ndr(ndr_pull_string_array(pull, NDR_SCALARS, &back), NDR_ERR_SUCCESS);
		assert_string_equal(back[1], "bc");
		assert_null(back[2]);
		talloc_free(push);
	}
}

/* A zero before the end of a string is an error where the flag says so. */
static void embedded_zeros(void **state)
{
	const uint32_t size2 = LIBNDR_FLAG_STR_UTF8 | LIBNDR_FLAG_STR_SIZE2;
	const struct {
		uint32_t flags;
		const char *bytes;
		size_t length;
		enum ndr_err_code error;
	} cases[] = {
		{ size2 | LIBNDR_FLAG_STR_NOTERM, "\3\0a\0b", 5, NDR_ERR_SUCCESS },
		{ size2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\3\0a\0b", 5, NDR_ERR_CHARCNV },
		{ size2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\2\0ab", 4, NDR_ERR_SUCCESS },
		{ size2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\0\0", 2, NDR_ERR_SUCCESS },
		{ size2 | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\2\0a\0", 4, NDR_ERR_SUCCESS },
		{ size2 | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\3\0a\0\0", 5, NDR_ERR_CHARCNV },
		{ LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NO_EMBEDDED_NUL, "\3\0a\0\0\0b\0", 8, NDR_ERR_CHARCNV },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		DATA_BLOB blob = data_blob_const(cases[i].bytes, cases[i].length);
		struct ndr_pull *pull = ndr_pull_init_blob(&blob, *state);
		const char *text = NULL;

		ndr_pull_set_flags(pull, cases[i].flags);
		assert_ndr(ndr_pull_string(pull, NDR_SCALARS, &text), cases[i].error);
	}
}

static enum ndr_err_code pull_name(struct ndr_pull *ndr, int ndr_flags, void *r)
{
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII);
	return ndr_pull_string(ndr, ndr_flags, (const char **)r);
}

static void without_memory(void **state)
{
	DATA_BLOB guid = data_blob_const("\1\0\0\0\2\0\3\0\4\5\6\7\10\11\12\13", 16);
	DATA_BLOB name = data_blob_const("name", 5);
	struct GUID got;
	const char *text;

	(void)state;
	assert_ndr(ndr_pull_struct_blob_all_noalloc(&guid, &got, PULL(GUID)), NDR_ERR_SUCCESS);
	assert_int_equal(got.time_low, 1);
	guid.length = 15;
	assert_ndr(ndr_pull_struct_blob_all_noalloc(&guid, &got, PULL(GUID)), NDR_ERR_BUFSIZE);
	assert_ndr(ndr_pull_struct_blob_all_noalloc(&name, &text, pull_name), NDR_ERR_ALLOC);
}

/* The sizes are those of the bytes. */
static void sizes_of_security(void **state)
{
	struct dom_sid sid = { 1, 2, { 0, 0, 0, 0, 0, 5 }, { 32, 544 } }, none;
	struct security_ace ace;
	struct security_acl acl;
	struct security_descriptor sd;
	DATA_BLOB blob;

	memset(&none, 0, sizeof(none));
	memset(&ace, 0, sizeof(ace));
	memset(&acl, 0, sizeof(acl));
	memset(&sd, 0, sizeof(sd));
	ace.trustee = sid;
	acl.revision = SECURITY_ACL_REVISION_NT4;
	acl.num_aces = 1;
	acl.aces = &ace;
	sd.revision = SECURITY_DESCRIPTOR_REVISION_1;
	sd.type = SEC_DESC_SELF_RELATIVE | SEC_DESC_DACL_PRESENT;
	sd.owner_sid = &sid;
	sd.dacl = &acl;
	assert_ndr(ndr_push_struct_blob(&blob, *state, &sid, PUSH(dom_sid)), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_size_dom_sid(&sid, 0), blob.length);
	assert_int_equal(ndr_size_dom_sid(&none, 0), 8);
	assert_int_equal(ndr_size_dom_sid(NULL, 0), 0);
	assert_int_equal(ndr_size_dom_sid28(&sid, 0), 16);
	assert_int_equal(ndr_size_dom_sid28(&none, 0), 0);
	assert_int_equal(ndr_size_dom_sid0(&none, 0), 0);
	assert_ndr(ndr_push_struct_blob(&blob, *state, &acl, PUSH(security_acl)), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_size_security_acl(&acl, 0), blob.length);
	assert_int_equal(ndr_size_security_ace(&ace, 0), blob.length - 8);
	assert_ndr(ndr_push_struct_blob(&blob, *state, &sd, PUSH(security_descriptor)), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_size_security_descriptor(&sd, 0), blob.length);
	assert_int_equal(ndr_size_security_descriptor(NULL, 0), 0);
}

static void tokens(void **state)
{
	struct ndr_token_list *list = NULL;
	uint32_t v;

	assert_int_equal(ndr_token_retrieve(&list, state, &v), NDR_ERR_TOKEN);
	assert_int_equal(ndr_token_store(*state, &list, state, 5), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_token_peek(&list, state, &v), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_token_retrieve(&list, state, &v), NDR_ERR_SUCCESS);
	assert_int_equal(v, 5);
	assert_int_equal(ndr_token_retrieve(&list, state, &v), NDR_ERR_TOKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hooks_are_like_twins, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(blobs, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(union_blobs, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(wrapped, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(expressions, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(functions, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(errors, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(printing_what_is_not_public, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(impossible_blobs, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(misuse, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(strings, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(embedded_zeros, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(without_memory, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(sizes_of_security, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(tokens, setup_talloc, teardown_talloc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
