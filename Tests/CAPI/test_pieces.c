/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Contexts that stand alone: bytes that arrive in pieces, the forms of strings that depend on the transfer syntax, values
 * printed where the program wants them.
 */
static char shown[4096];
#define NDR_DEBUG(level, text) (void)snprintf(shown, sizeof(shown), "%d %s", level, text)

#include "support.h"
#include "ndr_svcctl.h"

static DATA_BLOB bytes(const void *data, size_t length)
{
	DATA_BLOB blob = { .data = (uint8_t *)(uintptr_t)data, .length = length };

	return blob;
}

/* 1 byte, a number at 4, and a string of two characters. */
static const uint8_t stream[] = { 7, 0, 0, 0, 0x44, 0x33, 0x22, 0x11, 2, 0, 'h', 'i' };

static enum ndr_err_code read_message(struct ndr_pull *ndr, uint8_t *a, uint32_t *b, const char **c)
{
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, a));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, b));
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_STR_SIZE2 | LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_UTF8);
	return ndr_pull_string(ndr, NDR_SCALARS, c);
}

static void byte_by_byte(void **state)
{
	DATA_BLOB first = bytes(stream, 1);
	struct ndr_pull *pull = ndr_pull_init_blob(&first, *state);
	size_t i, messages = 0;

	ndr_pull_add_flags(pull, LIBNDR_FLAG_INCOMPLETE_BUFFER);
	for (i = 1; i < 100 * sizeof(stream); i++) {
		DATA_BLOB next = bytes(&stream[i % sizeof(stream)], 1);
		uint32_t start = ndr_pull_get_offset(pull), b = 0;
		uint8_t a = 0;
		const char *c = NULL;
		enum ndr_err_code code = read_message(pull, &a, &b, &c);

		if (i % sizeof(stream) != 0) {
			assert_int_equal(code, NDR_ERR_INCOMPLETE_BUFFER);
			assert_int_equal(ndr_pull_set_offset(pull, start), NDR_ERR_SUCCESS);
		} else {
			assert_int_equal(code, NDR_ERR_SUCCESS);
			assert_int_equal(a, 7);
			assert_int_equal(b, 0x11223344);
			assert_string_equal(c, "hi");
			messages++;
			assert_int_equal(ndr_pull_pop(pull), NDR_ERR_SUCCESS);
			/* The rest of a multiple of 8 stays. */
			assert_int_equal(ndr_pull_get_offset(pull), ndr_pull_get_data_size(pull));
			assert_true(ndr_pull_get_offset(pull) < 8);
			assert_int_equal(ndr_pull_align(pull, 8), ndr_pull_get_offset(pull) % 8 ? NDR_ERR_INCOMPLETE_BUFFER
											 : NDR_ERR_SUCCESS);
			talloc_free((void *)(uintptr_t)c);
			/* A message starts at a multiple of 4, as it was written. */
			assert_int_equal(ndr_pull_get_offset(pull) % 4, 0);
		}
		assert_int_equal(ndr_pull_append(pull, &next), NDR_ERR_SUCCESS);
	}
	assert_int_equal(messages, 99);
	talloc_free(pull);
}

static void pieces_misused(void **state)
{
	DATA_BLOB none = bytes(NULL, 0), broken = bytes(NULL, 5), all = bytes(stream, sizeof(stream)), huge;
	struct ndr_pull *pull = ndr_pull_init_blob(&none, *state);
	uint32_t v;

	assert_int_equal(ndr_pull_append(NULL, &all), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_pull_append(pull, NULL), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_pull_append(pull, &broken), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_pull_append(pull, &none), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_get_data_size(pull), 0);
	huge = bytes(stream, SIZE_MAX / 2);
	assert_int_equal(ndr_pull_append(pull, &huge), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_uint32(pull, NDR_SCALARS, &v), NDR_ERR_BUFSIZE);
	assert_int_equal(ndr_pull_append(pull, &all), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_pop(NULL), NDR_ERR_INVALID_POINTER);
	assert_int_equal(ndr_pull_pop(pull), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_get_data_size(pull), sizeof(stream));
	assert_int_equal(ndr_pull_relative_ptr1(pull, &v, 4), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_pop(pull), NDR_ERR_RELATIVE);
	assert_int_equal(ndr_pull_relative_ptr2(pull, &v), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_uint32(pull, NDR_SCALARS, &v), NDR_ERR_SUCCESS);
	assert_int_equal(v, 0x11223344);
	assert_int_equal(ndr_pull_pop(pull), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_pull_get_data_size(pull), 4);
	talloc_free(pull);
}

/* Sizes of strings are 32 bits in NDR64 too, and the flags of an array say how it ends: both as in libndr. */
static void string_forms(void **state)
{
	static const struct {
		uint32_t flags;
		const char *bytes;
		size_t length;
	} arrays[] = {
		{ LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII, "a\0bc\0\0", 6 },
		{ LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII | LIBNDR_FLAG_REMAINING, "a\0bc\0", 5 },
		{ LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_ASCII | LIBNDR_FLAG_REMAINING, "a\0bc", 4 },
	};
	const char *list[] = { "a", "bc", NULL }, **back, *s;
	struct ndr_push *push = ndr_push_init_ctx(*state);
	DATA_BLOB blob;
	struct ndr_pull *pull;
	size_t i;

	ndr_push_add_flags(push, LIBNDR_FLAG_NDR64 | LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_UTF8);
	assert_int_equal(ndr_push_string(push, NDR_SCALARS, "hi"), NDR_ERR_SUCCESS);
	blob = ndr_push_blob(push);
	assert_int_equal(blob.length, 15);
	assert_memory_equal(blob.data, "\3\0\0\0\0\0\0\0\3\0\0\0hi\0", 15);
	blob.data[8] = 4;
	pull = ndr_pull_init_blob(&blob, push);
	ndr_pull_add_flags(pull, LIBNDR_FLAG_STR_SIZE4 | LIBNDR_FLAG_STR_LEN4 | LIBNDR_FLAG_STR_UTF8);
	assert_int_equal(ndr_pull_string(pull, NDR_SCALARS, &s), NDR_ERR_STRING);
	talloc_free(push);
	for (i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		push = ndr_push_init_ctx(*state);
		ndr_push_add_flags(push, arrays[i].flags & ~LIBNDR_FLAG_REMAINING);
		ndr_push_add_flags(push, arrays[i].flags & LIBNDR_FLAG_REMAINING);
		assert_int_equal(ndr_push_string_array(push, NDR_SCALARS, list), NDR_ERR_SUCCESS);
		blob = ndr_push_blob(push);
		assert_int_equal(blob.length, arrays[i].length);
		assert_memory_equal(blob.data, arrays[i].bytes, blob.length);
		pull = ndr_pull_init_blob(&blob, push);
		ndr_pull_set_flags(pull, arrays[i].flags);
		assert_int_equal(ndr_pull_string_array(pull, NDR_SCALARS, &back), NDR_ERR_SUCCESS);
		assert_string_equal(back[0], "a");
		assert_string_equal(back[1], "bc");
		assert_null(back[2]);
		assert_int_equal(ndr_pull_get_offset(pull), blob.length);
		talloc_free(push);
	}
	push = ndr_push_init_ctx(*state);
	ndr_push_add_flags(push, LIBNDR_FLAG_STR_NOTERM | LIBNDR_FLAG_STR_ASCII);
	assert_int_equal(ndr_push_string_array(push, NDR_SCALARS, list), NDR_ERR_STRING);
	talloc_free(push);
}

static void addresses(void **state)
{
	static const uint8_t wire[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	DATA_BLOB blob = bytes(wire, sizeof(wire)), back;
	struct ndr_pull *pull = ndr_pull_init_blob(&blob, *state);
	struct ndr_push *push = ndr_push_init_ctx(*state);
	const char *text = NULL;

	assert_int_equal(ndr_pull_ipv6address(pull, NDR_SCALARS, &text), NDR_ERR_SUCCESS);
	assert_string_equal(text, "2001:0db8:0000:0000:0000:0000:0000:0001");
	assert_int_equal(ndr_push_ipv6address(push, NDR_SCALARS, text), NDR_ERR_SUCCESS);
	assert_int_equal(ndr_push_ipv6address(push, NDR_SCALARS, "2001:db8::1"), NDR_ERR_SUCCESS);
	back = ndr_push_blob(push);
	assert_int_equal(back.length, 32);
	assert_memory_equal(back.data, wire, 16);
	assert_memory_equal(back.data + 16, wire, 16);
	talloc_free(push);
	talloc_free(pull);
}

/* The buffer of RpcEnumServicesStatusW: how many there are stands outside of it. */
static void services_in_a_buffer(void **state)
{
	struct ENUM_SERVICE_STATUSW services[] = { { .service_name = "spooler", .display_name = "Print Spooler" },
						   { .service_name = "lsass", .display_name = "" } };
	struct ENUM_SERVICE_STATUSW_array r = { .count = 2, .services = services }, back = { .count = 2 };
	struct ndr_codec *codec = NULL;
	DATA_BLOB blob, again;

	services[1].status.state = SVCCTL_RUNNING;
	assert_ok(ndr_codec_create(*state, &ndr_table_svcctl, &codec));
	assert_ok(ndr_codec_push_type(codec, *state, "ENUM_SERVICE_STATUSW_array", 0, 0, &r, &blob));
	/* Two times two offsets and seven numbers, then the strings. */
	assert_int_equal(blob.length, 2 * 36 + 2 * (8 + 14 + 6 + 1));
	assert_int_equal(blob.data[0], 72);
	assert_ok(ndr_codec_pull_type(codec, *state, "ENUM_SERVICE_STATUSW_array", 0, 0, blob.data, blob.length, &back));
	assert_int_equal(back.count, 2);
	assert_string_equal(back.services[0].display_name, "Print Spooler");
	assert_string_equal(back.services[1].service_name, "lsass");
	assert_int_equal(back.services[1].status.state, SVCCTL_RUNNING);
	assert_ok(ndr_codec_push_type(codec, *state, "ENUM_SERVICE_STATUSW_array", 0, 0, &back, &again));
	assert_int_equal(again.length, blob.length);
	assert_memory_equal(again.data, blob.data, blob.length);
	talloc_free(back.services);
	talloc_free(blob.data);
	talloc_free(again.data);
	talloc_free(codec);
}

static void debug_macros(void **state)
{
	struct GUID guid;
	struct GUID *p = &guid;

	(void)state;
	memset(&guid, 0, sizeof(guid));
	guid.time_low = 0x12345678;
	NDR_PRINT_DEBUG(GUID, p);
	assert_string_equal(shown, "1     p                        : 12345678-0000-0000-0000-000000000000\n");
	NDR_PRINT_DEBUG_LEVEL(5, GUID, p);
	assert_int_equal(shown[0], '5');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(byte_by_byte, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(pieces_misused, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(string_forms, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(addresses, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(services_in_a_buffer, setup_talloc, teardown_talloc),
		cmocka_unit_test_setup_teardown(debug_macros, setup_talloc, teardown_talloc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
