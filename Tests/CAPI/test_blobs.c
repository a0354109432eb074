/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

static void copies_have_a_parent(void **state)
{
	DATA_BLOB copy = data_blob_talloc(*state, "abc", 3);
	DATA_BLOB again = data_blob_dup_talloc(*state, copy);
	DATA_BLOB alone = data_blob("abc", 3);
	DATA_BLOB zero = data_blob_talloc_zero(*state, 4);

	assert_int_equal(copy.length, 3);
	assert_memory_equal(copy.data, "abc", 3);
	assert_ptr_equal(talloc_parent(copy.data), *state);
	assert_non_null(strstr(talloc_get_name(copy.data), "DATA_BLOB: "));
	assert_ptr_not_equal(copy.data, again.data);
	assert_int_equal(data_blob_cmp(&copy, &again), 0);
	data_blob_free(&alone);
	assert_null(alone.data);
	assert_int_equal(alone.length, 0);
	assert_memory_equal(zero.data, "\0\0\0\0", 4);
}

static void empty_blobs(void **state)
{
	DATA_BLOB none = data_blob_null, nothing = data_blob_talloc(*state, NULL, 0);
	DATA_BLOB text = data_blob_string_const("ab"), closed = data_blob_string_const_null("ab");

	assert_null(none.data);
	assert_null(nothing.data);
	assert_null(data_blob_talloc_zero(*state, 0).data);
	assert_int_equal(data_blob_talloc(*state, "", 0).length, 0);
	assert_int_equal(data_blob_talloc(*state, NULL, 7).length, 7);
	assert_null(data_blob_talloc(*state, "x", SIZE_MAX).data);
	assert_null(data_blob_talloc_zero(*state, SIZE_MAX).data);
	assert_int_equal(text.length, 2);
	assert_int_equal(closed.length, 3);
	assert_int_equal(data_blob_string_const(NULL).length, 0);
	assert_int_equal(data_blob_string_const_null(NULL).length, 0);
	data_blob_free(&none);
	data_blob_clear(&none);
	data_blob_free(NULL);
	data_blob_clear_free(NULL);
}

static void growing(void **state)
{
	DATA_BLOB blob = data_blob_null;

	assert_true(data_blob_append(*state, &blob, "abc", 3));
	assert_true(data_blob_append(NULL, &blob, "def", 3));
	assert_ptr_equal(talloc_parent(blob.data), *state);
	assert_memory_equal(blob.data, "abcdef", 6);
	/* Its own bytes, which move. */
	assert_true(data_blob_append(NULL, &blob, blob.data + 1, 4));
	assert_int_equal(blob.length, 10);
	assert_memory_equal(blob.data, "abcdefbcde", 10);
	assert_true(data_blob_append(NULL, &blob, NULL, 0));
	assert_false(data_blob_append(NULL, &blob, NULL, 1));
	assert_false(data_blob_append(NULL, &blob, "x", SIZE_MAX));
	assert_false(data_blob_append(NULL, &blob, "x", SIZE_MAX / 2));
	assert_int_equal(blob.length, 10);
	assert_memory_equal(blob.data, "abcdefbcde", 10);
	assert_true(data_blob_realloc(NULL, &blob, 2));
	assert_int_equal(blob.length, 2);
	assert_true(data_blob_realloc(NULL, &blob, 0));
	assert_int_equal(blob.length, 0);
	assert_true(data_blob_append(NULL, &blob, "z", 1));
	assert_memory_equal(blob.data, "z", 1);
	assert_false(data_blob_realloc(NULL, NULL, 1));
	assert_false(data_blob_append(NULL, NULL, "x", 1));
	data_blob_clear(&blob);
	assert_memory_equal(blob.data, "\0", 1);
	data_blob_clear_free(&blob);
	assert_null(blob.data);
}

static void comparing(void **state)
{
	DATA_BLOB a = data_blob_string_const("ab"), b = data_blob_string_const("abc"), c = data_blob_string_const("b");
	DATA_BLOB high = data_blob_string_const("\xff"), none = data_blob_null, same = data_blob_talloc(*state, "ab", 2);

	assert_int_equal(data_blob_cmp(&a, &same), 0);
	assert_true(data_blob_cmp(&a, &b) < 0);
	assert_true(data_blob_cmp(&b, &a) > 0);
	assert_true(data_blob_cmp(&b, &c) < 0);
	assert_true(data_blob_cmp(&high, &c) > 0);
	assert_true(data_blob_cmp(&none, &a) < 0);
	assert_true(data_blob_cmp(&a, NULL) > 0);
	assert_int_equal(data_blob_cmp(&none, NULL), 0);
	assert_true(data_blob_equal_const_time(&a, &same));
	assert_false(data_blob_equal_const_time(&a, &b));
	assert_false(data_blob_equal_const_time(&a, &none));
	assert_true(data_blob_equal_const_time(&none, NULL));
}

static void hexadecimal(void **state)
{
	DATA_BLOB blob = data_blob_const("\x01\xaf\x90", 3), none = data_blob_null;

	assert_string_equal(data_blob_hex_string_lower(*state, &blob), "01af90");
	assert_string_equal(data_blob_hex_string_upper(*state, &blob), "01AF90");
	assert_string_equal(data_blob_hex_string_upper(*state, &none), "");
	assert_null(data_blob_hex_string_lower(*state, NULL));
}

static void count_lines(const char *line, void *private_data)
{
	assert_int_equal(line[strlen(line) - 1], '\n');
	++*(int *)private_data;
}

static void dumps(void **state)
{
	uint8_t bytes[80] = "0123456789abcdef\x7f\n ";
	int lines = 0;

	bytes[79] = 0xff;
	assert_string_equal(
		dcerpc_dump_data(*state, bytes, 19, false),
		"[0000] 30 31 32 33 34 35 36 37   38 39 61 62 63 64 65 66   01234567 89abcdef\n"
		"[0010] 7F 0A 20                                            .. \n");
	assert_string_equal(
		dcerpc_dump_data(*state, bytes + 32, 48, true),
		"[0000] 00 00 00 00 00 00 00 00   00 00 00 00 00 00 00 00   ........ ........\n"
		"skipping zero buffer bytes\n"
		"[0020] 00 00 00 00 00 00 00 00   00 00 00 00 00 00 00 FF   ........ ........\n");
	assert_string_equal(dcerpc_dump_data(*state, NULL, 0, true), "");
	assert_null(dcerpc_dump_data(*state, NULL, 1, true));
	dump_data_cb(bytes, sizeof(bytes), false, count_lines, &lines);
	assert_int_equal(lines, 5);
	dump_data_cb(bytes, sizeof(bytes), true, count_lines, &lines);
	assert_int_equal(lines, 9);
	dump_data_cb(bytes, 0, true, count_lines, &lines);
	dump_data_cb(bytes, -1, true, count_lines, &lines);
	dump_data_cb(NULL, 1, true, count_lines, &lines);
	dump_data_cb(bytes, 16, true, NULL, NULL);
	assert_int_equal(lines, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(copies_have_a_parent), TALLOC_TEST(empty_blobs), TALLOC_TEST(growing),
		TALLOC_TEST(comparing),		   TALLOC_TEST(hexadecimal), TALLOC_TEST(dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
