/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

static struct dcerpc_binding *parse(TALLOC_CTX *mem_ctx, const char *text)
{
	struct dcerpc_binding *b = NULL;

	assert_ok(dcerpc_parse_binding(mem_ctx, text, &b));
	assert_non_null(b);
	assert_ptr_equal(talloc_parent(b), mem_ctx);
	return b;
}

static void assert_option(const struct dcerpc_binding *b, const char *name, const char *expected)
{
	const char *value = dcerpc_binding_get_string_option(b, name);

	if (expected == NULL) {
		assert_null(value);
	} else {
		assert_non_null(value);
		assert_string_equal(value, expected);
	}
}

static void parts_of_a_string(void **state)
{
	struct dcerpc_binding *b = parse(*state, "60a15ec5-4de8-11d7-a637-005056a20182@ncacn_ip_tcp:server.example.com"
						 "[49152,ndr64,padcheck]");
	struct GUID object = dcerpc_binding_get_object(b);

	assert_int_equal(dcerpc_binding_get_transport(b), DCERPC_TRANSPORT_NCACN_IP_TCP);
	assert_option(b, "transport", "ncacn_ip_tcp");
	assert_option(b, "host", "server.example.com");
	assert_option(b, "endpoint", "49152");
	assert_option(b, "ndr64", "ndr64");
	assert_option(b, "ndr32", NULL);
	assert_int_equal(dcerpc_binding_get_flags(b), DCERPC_BINDING_NDR64 | DCERPC_BINDING_PADCHECK);
	assert_string_equal(GUID_string(*state, &object), "60a15ec5-4de8-11d7-a637-005056a20182");
}

static void strings_come_back(void **state)
{
	static const char *const strings[] = {
		"ncacn_ip_tcp:192.0.2.1[135]",
		"ncacn_ip_tcp:192.0.2.1",
		"ncacn_ip_tcp:",
		"ncacn_ip_tcp:server.example.com[49152,ndr64]",
		"ncacn_ip_tcp:::1[135]",
		"ncacn_ip_tcp:fe80::1%eth0",
		"ncacn_ip_tcp:[0]",
		"ncacn_ip_tcp:127.0.0.1[49152,bigendian,padcheck]",
		"60a15ec5-4de8-11d7-a637-005056a20182@ncacn_ip_tcp:127.0.0.1[49152]",
		"ncacn_np:server[\\pipe\\echo]",
		"ncacn_ip_tcp:host[max_recv_frag=5840,max_xmit_frag=5840]",
	};
	size_t i;

	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		struct dcerpc_binding *b = parse(*state, strings[i]);
		char *first = dcerpc_binding_string(*state, b);
		struct dcerpc_binding *again;
		char *second;

		assert_non_null(first);
		assert_ptr_equal(talloc_parent(first), *state);
		again = parse(*state, first);
		second = dcerpc_binding_string(*state, again);
		assert_string_equal(first, second);
		assert_int_equal(dcerpc_binding_get_flags(b), dcerpc_binding_get_flags(again));
		assert_int_equal(dcerpc_binding_get_transport(b), dcerpc_binding_get_transport(again));
	}
}

static void wrong_strings(void **state)
{
	static const char *const wrong[] = {
		"nowhere:host",
		"ncacn_ip_tcp:host[135",
		"ncacn_ip_tcp:host[135,unheard_of]",
		"ncacn_ip_tcp:host[135,unheard_of=1]",
		"ncacn_ip_tcp:host]135[",
		"not-a-uuid@ncacn_ip_tcp:host",
		"ncacn_ip_tcp:host[135]trailing",
	};
	struct dcerpc_binding *b = (struct dcerpc_binding *)0x1;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		NTSTATUS status = dcerpc_parse_binding(*state, wrong[i], &b);

		if (!NT_STATUS_EQUAL(status, NT_STATUS_INVALID_PARAMETER)) {
			print_error("%s: %s\n", wrong[i], dcerpc_nt_errstr(status));
		}
		assert_status(status, NT_STATUS_INVALID_PARAMETER);
		assert_ptr_equal(b, (void *)0x1);
	}
	assert_status(dcerpc_parse_binding(*state, "ncacn_ip_tcp:host[135,endpoint=136]", &b),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_ptr_equal(b, (void *)0x1);
}

static void options_one_by_one(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host");

	assert_option(b, "endpoint", NULL);
	assert_ok(dcerpc_binding_set_string_option(b, "endpoint", "1024"));
	assert_option(b, "endpoint", "1024");
	assert_status(dcerpc_binding_set_string_option(b, "endpoint", "65536"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_set_string_option(b, "endpoint", "http"), NT_STATUS_INVALID_PARAMETER);
	assert_option(b, "endpoint", "1024");
	assert_ok(dcerpc_binding_set_string_option(b, "endpoint", NULL));
	assert_option(b, "endpoint", NULL);

	assert_ok(dcerpc_binding_set_string_option(b, "host", "::1"));
	assert_option(b, "host", "::1");
	assert_ok(dcerpc_binding_set_string_option(b, "target_hostname", "server.example.com"));
	assert_option(b, "target_hostname", "server.example.com");
	assert_option(b, "unheard_of", NULL);
	assert_status(dcerpc_binding_set_string_option(b, "unheard_of", "1"), NT_STATUS_INVALID_PARAMETER);
}

static void flags_and_names_agree(void **state)
{
	static const struct {
		const char *name;
		uint32_t flag;
	} flags[] = {
		{ "bigendian", DCERPC_BINDING_PUSH_BIGENDIAN }, { "ndr64", DCERPC_BINDING_NDR64 },
		{ "padcheck", DCERPC_BINDING_PADCHECK },	{ "print", DCERPC_BINDING_PRINT },
		{ "ndr32", DCERPC_BINDING_NDR32 },		{ "nomultiplex", DCERPC_BINDING_NO_MULTIPLEX },
	};
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host");
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		assert_ok(dcerpc_binding_set_flags(b, flags[i].flag, 0));
		assert_int_equal(dcerpc_binding_get_flags(b), flags[i].flag);
		assert_option(b, flags[i].name, flags[i].name);
		assert_ok(dcerpc_binding_set_flags(b, 0, flags[i].flag));
		assert_option(b, flags[i].name, NULL);
	}
	assert_status(dcerpc_binding_set_flags(b, 0x80000000u, 0), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(dcerpc_binding_get_flags(b), 0);
}

static void a_copy_is_its_own(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host[1024]");
	struct dcerpc_binding *copy = dcerpc_binding_dup(*state, b);

	assert_non_null(copy);
	assert_ok(dcerpc_binding_set_string_option(b, "host", "elsewhere"));
	assert_option(copy, "host", "host");
	talloc_free(b);
	assert_option(copy, "endpoint", "1024");
}

static void numbers_and_ids(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host[assoc_group_id=0x0000abcd]");
	struct ndr_syntax_id syntax, unset, nil;
	struct GUID object;

	memset(&nil, 0, sizeof(nil));
	assert_int_equal(dcerpc_binding_get_assoc_group_id(b), 0xabcd);
	assert_ok(dcerpc_binding_set_assoc_group_id(b, 0x12345678));
	assert_int_equal(dcerpc_binding_get_assoc_group_id(b), 0x12345678);

	unset = dcerpc_binding_get_abstract_syntax(b);
	assert_true(ndr_syntax_id_equal(&unset, &nil));
	memset(&syntax, 0, sizeof(syntax));
	assert_ok(GUID_from_string("60a15ec5-4de8-11d7-a637-005056a20182", &syntax.uuid));
	syntax.if_version = 1;
	assert_ok(dcerpc_binding_set_abstract_syntax(b, &syntax));
	unset = dcerpc_binding_get_abstract_syntax(b);
	assert_true(ndr_syntax_id_equal(&unset, &syntax));

	object = dcerpc_binding_get_object(b);
	assert_true(GUID_all_zero(&object));
	assert_ok(dcerpc_binding_set_object(b, syntax.uuid));
	object = dcerpc_binding_get_object(b);
	assert_true(GUID_equal(&object, &syntax.uuid));
	assert_ok(dcerpc_binding_set_object(b, GUID_zero()));
	object = dcerpc_binding_get_object(b);
	assert_true(GUID_all_zero(&object));

	assert_ok(dcerpc_binding_set_transport(b, DCERPC_TRANSPORT_NCACN_NP));
	assert_int_equal(dcerpc_binding_get_transport(b), DCERPC_TRANSPORT_NCACN_NP);
	assert_status(dcerpc_binding_set_transport(b, 77), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(dcerpc_binding_get_transport(b), DCERPC_TRANSPORT_NCACN_NP);
}

static void null_everywhere(void **state)
{
	struct dcerpc_binding *b = parse(*state, "ncacn_ip_tcp:host");
	struct ndr_syntax_id syntax;
	struct GUID guid;

	memset(&syntax, 0, sizeof(syntax));
	assert_status(dcerpc_parse_binding(*state, NULL, &b), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_parse_binding(*state, "ncacn_ip_tcp:host", NULL), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_binding_string(*state, NULL));
	assert_null(dcerpc_binding_dup(*state, NULL));
	assert_int_equal(dcerpc_binding_get_transport(NULL), DCERPC_TRANSPORT_UNKNOWN);
	assert_status(dcerpc_binding_set_transport(NULL, DCERPC_TRANSPORT_NCACN_IP_TCP), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(dcerpc_binding_get_flags(NULL), 0);
	assert_status(dcerpc_binding_set_flags(NULL, 0, 0), NT_STATUS_INVALID_PARAMETER);
	guid = dcerpc_binding_get_object(NULL);
	assert_true(GUID_all_zero(&guid));
	assert_status(dcerpc_binding_set_object(NULL, guid), NT_STATUS_INVALID_PARAMETER);
	syntax = dcerpc_binding_get_abstract_syntax(NULL);
	assert_true(GUID_all_zero(&syntax.uuid));
	assert_status(dcerpc_binding_set_abstract_syntax(NULL, &syntax), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_set_abstract_syntax(b, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(dcerpc_binding_get_assoc_group_id(NULL), 0);
	assert_status(dcerpc_binding_set_assoc_group_id(NULL, 1), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_binding_get_string_option(NULL, "host"));
	assert_null(dcerpc_binding_get_string_option(b, NULL));
	assert_status(dcerpc_binding_set_string_option(NULL, "host", "x"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_set_string_option(b, NULL, "x"), NT_STATUS_INVALID_PARAMETER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(parts_of_a_string),	    TALLOC_TEST(strings_come_back),
		TALLOC_TEST(wrong_strings),	    TALLOC_TEST(options_one_by_one),
		TALLOC_TEST(flags_and_names_agree), TALLOC_TEST(a_copy_is_its_own),
		TALLOC_TEST(numbers_and_ids),	    TALLOC_TEST(null_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
