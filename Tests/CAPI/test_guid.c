/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

static const char echo[] = "60a15ec5-4de8-11d7-a637-005056a20182";

static void text_and_back(void **state)
{
	struct GUID guid;
	char *text;

	assert_ok(GUID_from_string(echo, &guid));
	assert_int_equal(guid.time_low, 0x60a15ec5);
	assert_int_equal(guid.time_mid, 0x4de8);
	assert_int_equal(guid.time_hi_and_version, 0x11d7);
	assert_int_equal(guid.clock_seq[0], 0xa6);
	assert_int_equal(guid.clock_seq[1], 0x37);
	assert_int_equal(guid.node[0], 0x00);
	assert_int_equal(guid.node[5], 0x82);

	text = GUID_string(*state, &guid);
	assert_string_equal(text, echo);
	assert_ptr_equal(talloc_parent(text), *state);
}

static void other_spellings(void **state)
{
	struct GUID lower, other;

	(void)state;
	assert_ok(GUID_from_string(echo, &lower));
	assert_ok(GUID_from_string("60A15EC5-4DE8-11D7-A637-005056A20182", &other));
	assert_true(GUID_equal(&lower, &other));
	assert_ok(GUID_from_string("{60a15ec5-4de8-11d7-a637-005056a20182}", &other));
	assert_true(GUID_equal(&lower, &other));
}

static void wrong_texts_change_nothing(void **state)
{
	static const char *const wrong[] = {
		"",
		"60a15ec5",
		"60a15ec5-4de8-11d7-a637-005056a2018",
		"60a15ec5-4de8-11d7-a637-005056a201820",
		"60a15ec5-4de8-11d7-a637-005056a2018g",
		"60a15ec54de811d7a637005056a20182",
		"60a15ec5-4de8-11d7-a637_005056a20182",
		"{60a15ec5-4de8-11d7-a637-005056a20182",
		"60a15ec5-4de8-11d7-a637-005056a20182}",
		" 60a15ec5-4de8-11d7-a637-005056a20182",
		"+0a15ec5-4de8-11d7-a637-005056a20182",
	};
	struct GUID guid, before;
	size_t i;

	(void)state;
	memset(&guid, 0x5a, sizeof(guid));
	before = guid;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_status(GUID_from_string(wrong[i], &guid), NT_STATUS_INVALID_PARAMETER);
		assert_memory_equal(&guid, &before, sizeof(guid));
	}
	assert_status(GUID_from_string(NULL, &guid), NT_STATUS_INVALID_PARAMETER);
	assert_memory_equal(&guid, &before, sizeof(guid));
	assert_status(GUID_from_string(echo, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_null(GUID_string(*state, NULL));
}

static void comparisons(void **state)
{
	struct ndr_syntax_id a, b;
	struct GUID zero = GUID_zero();

	(void)state;
	memset(&a, 0, sizeof(a));
	assert_true(GUID_all_zero(&zero));
	assert_true(GUID_all_zero(NULL));
	assert_ok(GUID_from_string(echo, &a.uuid));
	assert_false(GUID_all_zero(&a.uuid));
	assert_false(GUID_equal(&a.uuid, &zero));
	assert_false(GUID_equal(&a.uuid, NULL));
	assert_false(GUID_equal(NULL, &a.uuid));
	assert_true(GUID_equal(NULL, NULL));

	a.if_version = 1;
	b = a;
	assert_true(ndr_syntax_id_equal(&a, &b));
	b.if_version = 0x10001;
	assert_false(ndr_syntax_id_equal(&a, &b));
	assert_false(ndr_syntax_id_equal(&a, NULL));
	assert_true(ndr_syntax_id_equal(NULL, NULL));
}

static void every_field_counts(void **state)
{
	struct GUID a, b;
	size_t i;

	(void)state;
	memset(&a, 0x11, sizeof(a));
	for (i = 0; i < sizeof(a); i++) {
		b = a;
		((uint8_t *)&b)[i] ^= 0x80;
		assert_false(GUID_equal(&a, &b));
	}
}

static const uint8_t echo_bytes[16] = {0xc5, 0x5e, 0xa1, 0x60, 0xe8, 0x4d, 0xd7, 0x11,
				       0xa6, 0x37, 0x00, 0x50, 0x56, 0xa2, 0x01, 0x82};
static const char echo_hex[] = "C55EA160E84DD711A637005056A20182";

static void bytes_and_back(void **state)
{
	DATA_BLOB blob = {NULL, 0}, wrong = {(uint8_t *)echo_bytes, 16};
	struct GUID guid, again;
	struct GUID_ndr_buf buf;
	struct GUID_txt_buf text;

	assert_ok(GUID_from_string(echo, &guid));
	assert_ok(GUID_to_ndr_blob(&guid, *state, &blob));
	assert_ptr_equal(talloc_parent(blob.data), *state);
	assert_int_equal(blob.length, 16);
	assert_memory_equal(blob.data, echo_bytes, 16);
	assert_ok(GUID_to_ndr_buf(&guid, &buf));
	assert_memory_equal(buf.buf, echo_bytes, 16);
	assert_ok(GUID_from_ndr_blob(&blob, &again));
	assert_true(GUID_equal(&guid, &again));
	assert_string_equal(GUID_hexstring(*state, &guid), echo_hex);
	assert_string_equal(GUID_string2(*state, &guid), "{60a15ec5-4de8-11d7-a637-005056a20182}");
	assert_ptr_equal(GUID_buf_string(&guid, &text), text.buf);
	assert_string_equal(text.buf, echo);

	again = GUID_zero();
	wrong.length = 15;
	assert_status(GUID_from_ndr_blob(&wrong, &again), NT_STATUS_BUFFER_TOO_SMALL);
	wrong.length = 17;
	assert_status(GUID_from_ndr_blob(&wrong, &again), NT_STATUS_INVALID_PARAMETER);
	assert_status(GUID_from_ndr_blob(NULL, &again), NT_STATUS_INVALID_PARAMETER);
	assert_status(GUID_from_ndr_blob(&blob, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(GUID_to_ndr_blob(NULL, *state, &blob), NT_STATUS_INVALID_PARAMETER);
	assert_status(GUID_to_ndr_blob(&guid, *state, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(GUID_to_ndr_buf(&guid, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_true(GUID_all_zero(&again));
	assert_null(GUID_hexstring(*state, NULL));
	assert_null(GUID_string2(*state, NULL));
	assert_null(GUID_buf_string(NULL, &text));
	assert_null(GUID_buf_string(&guid, NULL));
}

static void any_blob(void **state)
{
	static const char braces[] = "{60a15ec5-4de8-11d7-a637-005056a20182}";
	DATA_BLOB blobs[] = {
		{(uint8_t *)echo_bytes, 16}, {(uint8_t *)echo_hex, 32}, {(uint8_t *)echo, 36}, {(uint8_t *)braces, 38},
	};
	DATA_BLOB wrong[] = {
		{(uint8_t *)echo_hex, 31}, {(uint8_t *)echo, 32}, {(uint8_t *)echo, 35}, {(uint8_t *)braces, 36}, {NULL, 16},
		{(uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
			    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 36},
	};
	struct GUID guid, expected;
	size_t i;

	(void)state;
	assert_ok(GUID_from_string(echo, &expected));
	for (i = 0; i < 4; i++) {
		guid = GUID_zero();
		assert_ok(GUID_from_data_blob(&blobs[i], &guid));
		assert_true(GUID_equal(&guid, &expected));
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_status(GUID_from_data_blob(&wrong[i], &guid), NT_STATUS_INVALID_PARAMETER);
	}
	assert_status(GUID_from_data_blob(NULL, &guid), NT_STATUS_INVALID_PARAMETER);
	assert_true(GUID_equal(&guid, &expected));
}

static void order(void **state)
{
	/* Each below the next. */
	static const char *const texts[] = {
		"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001",
		"00000000-0000-0000-00ff-000000000000", "00000000-0000-0000-8000-000000000000",
		"00000000-0000-0001-0000-000000000000", "00000000-0100-0000-0000-000000000000",
		"80000000-0000-0000-0000-000000000000",
	};
	struct GUID a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < 7; i++) {
		for (j = 0; j < 7; j++) {
			int result;

			assert_ok(GUID_from_string(texts[i], &a));
			assert_ok(GUID_from_string(texts[j], &b));
			result = GUID_compare(&a, &b);
			assert_true(i < j ? result < 0 : i > j ? result > 0 : result == 0);
		}
	}
	assert_true(GUID_compare(NULL, &a) < 0);
	assert_true(GUID_compare(&a, NULL) > 0);
	assert_int_equal(GUID_compare(NULL, NULL), 0);
}

static void random_ones(void **state)
{
	struct GUID a = GUID_random(), b = GUID_random();

	(void)state;
	assert_false(GUID_equal(&a, &b));
	assert_int_equal(a.time_hi_and_version >> 12, 4);
	assert_int_equal(a.clock_seq[0] >> 6, 2);
}

static void syntaxes(void **state)
{
	static const char text[] = "60a15ec5-4de8-11d7-a637-005056a20182/0x00010002";
	static const char *const wrong[] = {
		"", "60a15ec5-4de8-11d7-a637-005056a20182", "60a15ec5-4de8-11d7-a637-005056a20182/",
		"60a15ec5-4de8-11d7-a637-005056a20182/0x", "60a15ec5-4de8-11d7-a637-005056a20182/1",
		"60a15ec5-4de8-11d7-a637-005056a20182/0x100000000", "60a15ec5-4de8-11d7-a637-005056a20182/0x+1",
		"60a15ec5-4de8-11d7-a637-005056a20182/0x-1", "60a15ec5-4de8-11d7-a637-005056a20182/0x1/",
		"{60a15ec5-4de8-11d7-a637-005056a20182}/0x1",
	};
	struct ndr_syntax_id id, before;
	struct ndr_syntax_id_buf buf;
	size_t i;

	assert_true(ndr_syntax_id_from_string(text, &id));
	assert_int_equal(id.if_version, 0x10002);
	assert_int_equal(id.uuid.time_low, 0x60a15ec5);
	assert_string_equal(ndr_syntax_id_to_string(*state, &id), text);
	assert_ptr_equal(ndr_syntax_id_buf_string(&id, &buf), buf.buf);
	assert_string_equal(buf.buf, text);
	before = id;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(ndr_syntax_id_from_string(wrong[i], &id));
	}
	assert_false(ndr_syntax_id_from_string(NULL, &id));
	assert_false(ndr_syntax_id_from_string(text, NULL));
	assert_true(ndr_syntax_id_equal(&id, &before));
	assert_null(ndr_syntax_id_to_string(*state, NULL));
	assert_null(ndr_syntax_id_buf_string(NULL, &buf));
	assert_null(ndr_syntax_id_buf_string(&id, NULL));
}

static void context_handles(void **state)
{
	struct policy_handle a, b;

	(void)state;
	memset(&a, 0, sizeof(a));
	b = a;
	assert_true(ndr_policy_handle_empty(&a));
	assert_true(ndr_policy_handle_empty(NULL));
	assert_true(ndr_policy_handle_equal(&a, &b));
	assert_false(ndr_policy_handle_equal(&a, NULL));
	assert_false(ndr_policy_handle_equal(NULL, NULL));
	b.handle_type = 1;
	assert_false(ndr_policy_handle_equal(&a, &b));
	assert_true(is_valid_policy_hnd(&b));
	b = a;
	b.uuid.node[5] = 1;
	assert_false(ndr_policy_handle_equal(&a, &b));
	assert_false(ndr_policy_handle_empty(&b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(text_and_back),	    TALLOC_TEST(other_spellings),
		TALLOC_TEST(wrong_texts_change_nothing), TALLOC_TEST(comparisons),
		TALLOC_TEST(every_field_counts),     TALLOC_TEST(bytes_and_back),
		TALLOC_TEST(any_blob),		     TALLOC_TEST(order),
		TALLOC_TEST(random_ones),	     TALLOC_TEST(syntaxes),
		TALLOC_TEST(context_handles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
