/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A handle is a talloc object like any other, and anything else is recognised as no handle.
 */
#include "support.h"

static struct dcerpc_binding *parse(TALLOC_CTX *mem_ctx, const char *text)
{
	struct dcerpc_binding *b = NULL;

	assert_ok(dcerpc_parse_binding(mem_ctx, text, &b));
	return b;
}

static void ends_with_its_parent(void **state)
{
	TALLOC_CTX *parent = talloc_new(*state);
	size_t before = talloc_total_blocks(*state);
	int i;

	for (i = 0; i < 100; i++) {
		struct dcerpc_binding *b = parse(parent, "ncacn_ip_tcp:host[135,max_recv_frag=5840]");

		assert_string_equal(talloc_get_name(b), "struct dcerpc_binding");
		assert_non_null(dcerpc_binding_get_string_option(b, "host"));
		assert_non_null(dcerpc_binding_get_string_option(b, "max_recv_frag"));
	}
	talloc_free_children(parent);
	assert_int_equal(talloc_total_blocks(*state), before);
}

static void can_be_given_away(void **state)
{
	TALLOC_CTX *parent = talloc_new(*state);
	struct dcerpc_binding *b = parse(parent, "ncalrpc:[IDENTIFIER]");

	assert_ptr_equal(talloc_steal(*state, b), b);
	talloc_free(parent);
	assert_string_equal(dcerpc_binding_string(*state, b), "ncalrpc:[IDENTIFIER]");
}

static void without_a_parent(void **state)
{
	struct dcerpc_binding *b = parse(NULL, "ncalrpc:");

	(void)state;
	assert_int_equal(talloc_free(b), 0);
}

static void anything_else_is_no_handle(void **state)
{
	TALLOC_CTX *empty = talloc_new(*state);
	struct dcerpc_binding *none = (struct dcerpc_binding *)empty;
	char *text = talloc_strdup(*state, "a string that is longer than a handle");

	assert_int_equal(dcerpc_binding_get_transport(none), DCERPC_TRANSPORT_UNKNOWN);
	assert_null(dcerpc_binding_string(*state, none));
	assert_status(dcerpc_binding_set_string_option(none, "host", "x"), NT_STATUS_INVALID_PARAMETER);
	none = (struct dcerpc_binding *)text;
	assert_null(dcerpc_binding_get_string_option(none, "host"));
	assert_null(dcerpc_binding_dup(*state, none));
	assert_string_equal(text, "a string that is longer than a handle");
}

/* What an option's text is must last until the option changes, whatever else is asked in between. */
static void option_texts_last(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host[135,ndr64]");
	const char *host = dcerpc_binding_get_string_option(b, "host");
	const char *endpoint = dcerpc_binding_get_string_option(b, "endpoint");

	assert_non_null(dcerpc_binding_get_string_option(b, "transport"));
	assert_non_null(dcerpc_binding_get_string_option(b, "ndr64"));
	assert_non_null(dcerpc_binding_get_string_option(b, "target_hostname"));
	assert_ok(dcerpc_binding_set_string_option(b, "endpoint", "136"));
	assert_string_equal(dcerpc_binding_get_string_option(b, "endpoint"), "136");
	(void)endpoint;
	assert_string_equal(host, "host");
	assert_ptr_equal(dcerpc_binding_get_string_option(b, "host"), host);
	assert_ptr_equal(talloc_parent(host), b);
}

static void protection_is_never_dropped(void **state)
{
	static const char *const names[] = { "smb1", "smb2" };
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host");
	struct dcerpc_binding *refused = NULL;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *text = talloc_asprintf(*state, "ncacn_ip_tcp:host[135,%s]", names[i]);

		assert_status(dcerpc_parse_binding(*state, text, &refused), NT_STATUS_NOT_SUPPORTED);
		assert_null(refused);
		assert_status(dcerpc_binding_set_string_option(b, names[i], names[i]), NT_STATUS_NOT_SUPPORTED);
	}
	assert_string_equal(dcerpc_binding_string(*state, b), "ncacn_ip_tcp:host");
}

static void text_that_is_not_utf8(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host");
	struct dcerpc_binding *refused = NULL;

	assert_status(dcerpc_parse_binding(*state, "ncacn_ip_tcp:h\xffst", &refused), NT_STATUS_INVALID_PARAMETER);
	assert_null(refused);
	assert_status(dcerpc_binding_set_string_option(b, "host", "h\xffst"), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_binding_get_string_option(b, "\xff"));
	assert_string_equal(dcerpc_binding_get_string_option(b, "host"), "host");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(ends_with_its_parent),  TALLOC_TEST(can_be_given_away),
		TALLOC_TEST(without_a_parent),	    TALLOC_TEST(anything_else_is_no_handle),
		TALLOC_TEST(option_texts_last),	    TALLOC_TEST(protection_is_never_dropped),
		TALLOC_TEST(text_that_is_not_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
