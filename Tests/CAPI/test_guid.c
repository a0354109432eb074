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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(text_and_back),	    TALLOC_TEST(other_spellings),
		TALLOC_TEST(wrong_texts_change_nothing), TALLOC_TEST(comparisons),
		TALLOC_TEST(every_field_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
