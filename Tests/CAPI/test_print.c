/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Structures as text, in the layout of ndrdump.
 */
#include "support_echo.h"

static void a_call(void **state)
{
	struct ndr_codec *codec = NULL;
	struct echo_AddOne r;
	uint32_t out = 42;
	char *in_text, *out_text;

	assert_ok(ndr_codec_create(*state, &ndr_table_rpcecho, &codec));
	memset(&r, 0, sizeof(r));
	r.in.in_data = 41;
	r.out.out_data = &out;
	in_text = ndr_codec_print_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_IN, &r);
	assert_non_null(in_text);
	assert_non_null(strstr(in_text, "echo_AddOne"));
	assert_non_null(strstr(in_text, "in_data"));
	assert_non_null(strstr(in_text, "0x00000029 (41)"));
	out_text = ndr_codec_print_call(codec, *state, NDR_ECHO_ADDONE, NDR_CODEC_OUT, &r);
	assert_non_null(out_text);
	assert_non_null(strstr(out_text, "0x0000002a (42)"));
	assert_null(ndr_codec_print_call(codec, *state, 999, NDR_CODEC_IN, &r));
}

static void a_type(void **state)
{
	struct ndr_codec *codec = NULL;
	struct echo_info5 five = { .v1 = 5, .v2 = 0x1122334455667788ull };
	char *text;

	assert_ok(ndr_codec_create(*state, &ndr_table_rpcecho, &codec));
	text = ndr_codec_print_type(codec, *state, "echo_info5", "five", 0, 0, &five);
	assert_non_null(text);
	assert_non_null(strstr(text, "five: struct echo_info5"));
	assert_non_null(strstr(text, "0x1122334455667788"));
	assert_null(ndr_codec_print_type(codec, *state, "no_such_type", "five", 0, 0, &five));
}

int main(void)
{
	const struct CMUnitTest tests[] = { TALLOC_TEST(a_call), TALLOC_TEST(a_type) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
