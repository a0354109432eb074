/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Structures to bytes and back without a connection. The bytes are what NDR (C706 chapter 14) and NDR64 say.
 */
#include "support_echo.h"

static struct ndr_codec *codec_for(TALLOC_CTX *mem_ctx)
{
	struct ndr_codec *codec = NULL;

	assert_ok(ndr_codec_create(mem_ctx, &ndr_table_rpcecho, &codec));
	assert_ptr_equal(talloc_parent(codec), mem_ctx);
	return codec;
}

static void assert_bytes(DATA_BLOB blob, const char *hex)
{
	char text[512];
	size_t i;

	assert_true(blob.length * 2 < sizeof(text));
	for (i = 0; i < blob.length; i++) {
		snprintf(text + 2 * i, 3, "%02x", blob.data[i]);
	}
	text[2 * blob.length] = 0;
	assert_string_equal(text, hex);
}

static void integers(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	struct echo_AddOne r;
	uint32_t out = 0x01020304;
	DATA_BLOB blob = { NULL, 0 };

	memset(&r, 0, sizeof(r));
	r.in.in_data = 0xa1b2c3d4;
	r.out.out_data = &out;
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_IN, &r, &blob));
	assert_bytes(blob, "d4c3b2a1");
	assert_ptr_equal(talloc_parent(blob.data), *state);
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_IN | NDR_CODEC_BIG_ENDIAN, &r, &blob));
	assert_bytes(blob, "a1b2c3d4");
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_OUT | NDR_CODEC_NDR64, &r, &blob));
	assert_bytes(blob, "04030201");
	assert_string_equal(ndr_codec_error_string(codec), "");
}

static void arrays_and_strings(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	uint8_t data[] = { 1, 2, 3 };
	struct echo_SinkData sink;
	struct echo_TestCall call;
	DATA_BLOB blob;

	memset(&sink, 0, sizeof(sink));
	sink.in.len = 3;
	sink.in.data = data;
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_SINKDATA, NDR_CODEC_IN, &sink, &blob));
	assert_bytes(blob, "0300000003000000010203");
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_SINKDATA, NDR_CODEC_IN | NDR_CODEC_NDR64, &sink, &blob));
	assert_bytes(blob, "03000000000000000300000000000000010203");

	memset(&call, 0, sizeof(call));
	call.in.s1 = "h\xc3\xa9";
	assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_TESTCALL, NDR_CODEC_IN, &call, &blob));
	/* max_count, offset, actual_count, then the characters with their terminator */
	assert_bytes(blob, "0300000000000000030000006800e9000000");
}

static void there_and_back(void **state)
{
	static const uint32_t flags[] = { 0, NDR_CODEC_NDR64, NDR_CODEC_BIG_ENDIAN,
					  NDR_CODEC_NDR64 | NDR_CODEC_BIG_ENDIAN };
	struct ndr_codec *codec = codec_for(*state);
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		enum echo_Enum1 foo1 = ECHO_ENUM2;
		struct echo_Enum2 foo2 = { .e1 = ECHO_ENUM1, .e2 = ECHO_ENUM2_32 };
		union echo_Enum3 foo3 = { .e2 = { .e1 = ECHO_ENUM2, .e2 = ECHO_ENUM1_32 } };
		struct echo_TestEnum r, back;
		DATA_BLOB blob;

		memset(&r, 0, sizeof(r));
		memset(&back, 0, sizeof(back));
		r.in.foo1 = &foo1;
		r.in.foo2 = &foo2;
		r.in.foo3 = &foo3;
		assert_ok(ndr_codec_push_call(codec, *state, NDR_ECHO_TESTENUM, NDR_CODEC_IN | flags[i], &r, &blob));
		assert_ok(ndr_codec_pull_call(codec, *state, NDR_ECHO_TESTENUM, NDR_CODEC_IN | flags[i], blob.data,
					      blob.length, &back));
		assert_int_equal(*back.in.foo1, ECHO_ENUM2);
		assert_int_equal(back.in.foo2->e1, ECHO_ENUM1);
		assert_int_equal(back.in.foo2->e2, ECHO_ENUM2_32);
		assert_int_equal(back.in.foo3->e2.e1, ECHO_ENUM2);
		assert_int_equal(back.in.foo3->e2.e2, ECHO_ENUM1_32);
	}
}

static void what_is_pulled_is_tallocs(void **state)
{
	static const char bytes[] = "\x03\0\0\0\0\0\0\0\x03\0\0\0h\0i\0\0";
	struct ndr_codec *codec = codec_for(*state);
	TALLOC_CTX *mem_ctx = talloc_new(*state);
	struct echo_TestCall r;
	char *kept;

	memset(&r, 0, sizeof(r));
	assert_ok(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_TESTCALL, NDR_CODEC_IN, (const uint8_t *)bytes, 18,
				      &r));
	assert_string_equal(r.in.s1, "hi");
	assert_non_null(r.out.s2); /* allocated for the function to fill in */
	assert_null(*r.out.s2);
	kept = (char *)(uintptr_t)talloc_steal(*state, r.in.s1);
	talloc_free(mem_ctx);
	assert_string_equal(kept, "hi");
	talloc_free(codec);
	assert_string_equal(kept, "hi");
}

static void bytes_that_are_wrong(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	TALLOC_CTX *mem_ctx = talloc_new(*state);
	/* claims four thousand million elements, has three */
	static const uint8_t greedy[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3 };
	static const uint8_t unequal[] = { 3, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4 };
	static const uint8_t unterminated[] = { 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 'h', 0, 'i', 0 };
	static const uint8_t shifted[] = { 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0 };
	static const uint8_t addone[] = { 1, 0, 0, 0, 9 };
	struct echo_SinkData sink;
	struct echo_TestCall call;
	struct echo_AddOne add;
	size_t length;

	memset(&sink, 0, sizeof(sink));
	memset(&call, 0, sizeof(call));
	memset(&add, 0, sizeof(add));
	assert_false(NT_STATUS_IS_OK(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_SINKDATA, NDR_CODEC_IN, greedy,
							 sizeof(greedy), &sink)));
	assert_string_not_equal(ndr_codec_error_string(codec), "");
	assert_status(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_SINKDATA, NDR_CODEC_IN, unequal, sizeof(unequal),
					  &sink),
		      NT_STATUS_ARRAY_BOUNDS_EXCEEDED);
	/* The count that disagrees stands there. */
	assert_string_equal(ndr_codec_error_string(codec), "NDR_ERR_ARRAY_SIZE at byte 4 in echo_SinkData.in.data");
	assert_false(NT_STATUS_IS_OK(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_TESTCALL, NDR_CODEC_IN, unterminated,
							 sizeof(unterminated), &call)));
	assert_false(NT_STATUS_IS_OK(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_TESTCALL, NDR_CODEC_IN, shifted,
							 sizeof(shifted), &call)));
	for (length = 0; length < 4; length++) {
		assert_status(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_ADDONE, NDR_CODEC_IN, addone, length, &add),
			      NT_STATUS_BUFFER_TOO_SMALL);
		assert_string_equal(ndr_codec_error_string(codec), "NDR_ERR_BUFSIZE at byte 0 in echo_AddOne.in.in_data");
	}
	assert_false(NT_STATUS_IS_OK(
		ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_ADDONE, NDR_CODEC_IN, addone, 5, &add)));
	/* Nothing stays allocated after an error. */
	assert_int_equal(talloc_total_blocks(mem_ctx), 1);
	assert_ok(ndr_codec_pull_call(codec, mem_ctx, NDR_ECHO_ADDONE, NDR_CODEC_IN | NDR_CODEC_ALLOW_TRAILING, addone,
				      5, &add));
	assert_int_equal(add.in.in_data, 1);
	assert_string_equal(ndr_codec_error_string(codec), "");
}

static void structures_that_are_wrong(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	DATA_BLOB blob = { (uint8_t *)0x1, 4711 };
	struct echo_TestCall call;
	struct echo_TestEnum enums;
	struct echo_AddOne add;

	memset(&call, 0, sizeof(call));
	memset(&enums, 0, sizeof(enums));
	memset(&add, 0, sizeof(add));
	assert_status(ndr_codec_push_call(codec, *state, NDR_ECHO_TESTCALL, NDR_CODEC_IN, &call, &blob),
		      NT_STATUS_INVALID_PARAMETER);
	assert_string_not_equal(ndr_codec_error_string(codec), "");
	assert_status(ndr_codec_push_call(codec, *state, NDR_ECHO_TESTENUM, NDR_CODEC_IN, &enums, &blob),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_codec_push_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_OUT, &add, &blob),
		      NT_STATUS_INVALID_PARAMETER);
	call.in.s1 = "\xff\xfe";
	assert_status(ndr_codec_push_call(codec, *state, NDR_ECHO_TESTCALL, NDR_CODEC_IN, &call, &blob),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_codec_push_call(codec, *state, 999, NDR_CODEC_IN, &add, &blob), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_codec_push_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_IN | 0x80000000u, &add, &blob),
		      NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(blob.data, (void *)0x1);
	assert_int_equal(blob.length, 4711);
}

static void single_types(void **state)
{
	struct ndr_codec *codec = codec_for(*state);
	struct echo_info5 five = { .v1 = 5, .v2 = 0x1122334455667788ull }, back;
	union echo_Info u;
	DATA_BLOB blob;

	memset(&back, 0, sizeof(back));
	memset(&u, 0, sizeof(u));
	assert_ok(ndr_codec_push_type(codec, *state, "echo_info5", 0, 0, &five, &blob));
	assert_bytes(blob, "05000000000000008877665544332211");
	assert_ok(ndr_codec_pull_type(codec, *state, "echo_info5", 0, 0, blob.data, blob.length, &back));
	assert_int_equal(back.v1, 5);
	assert_true(back.v2 == 0x1122334455667788ull);
	assert_status(ndr_codec_push_type(codec, *state, "no_such_type", 0, 0, &five, &blob), NT_STATUS_NOT_FOUND);

	u.info3.v = 0xdeadbeef;
	assert_ok(ndr_codec_push_type(codec, *state, "echo_Info", 0, 3, &u, &blob));
	assert_int_equal(blob.length % 4, 0);
	memset(&u, 0, sizeof(u));
	assert_ok(ndr_codec_pull_type(codec, *state, "echo_Info", 0, 3, blob.data, blob.length, &u));
	assert_int_equal(u.info3.v, 0xdeadbeef);
}

static void tables_that_are_wrong(void **state)
{
	struct ndr_interface_table table = ndr_table_rpcecho;
	struct ndr_codec *codec = (void *)0x1;

	assert_status(ndr_codec_create(*state, NULL, &codec), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_codec_create(*state, &ndr_table_rpcecho, NULL), NT_STATUS_INVALID_PARAMETER);
	table.format = dcerpcswift_table_format() + 1;
	assert_status(ndr_codec_create(*state, &table, &codec), NT_STATUS_REVISION_MISMATCH);
	table = ndr_table_rpcecho;
	table.pointer_size = 2;
	assert_status(ndr_codec_create(*state, &table, &codec), NT_STATUS_INVALID_PARAMETER);
	table = ndr_table_rpcecho;
	table.num_members = 1;
	assert_status(ndr_codec_create(*state, &table, &codec), NT_STATUS_INVALID_PARAMETER);
	table = ndr_table_rpcecho;
	table.types = NULL;
	assert_status(ndr_codec_create(*state, &table, &codec), NT_STATUS_INVALID_PARAMETER);
	table = ndr_table_rpcecho;
	table.strings_size = 1;
	assert_status(ndr_codec_create(*state, &table, &codec), NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(codec, (void *)0x1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(integers),
		TALLOC_TEST(arrays_and_strings),
		TALLOC_TEST(there_and_back),
		TALLOC_TEST(what_is_pulled_is_tallocs),
		TALLOC_TEST(bytes_that_are_wrong),
		TALLOC_TEST(structures_that_are_wrong),
		TALLOC_TEST(single_types),
		TALLOC_TEST(tables_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
