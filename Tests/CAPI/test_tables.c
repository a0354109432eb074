/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support.h"

#include <ndr_echo.h>
#include <ndr_second.h>

static void by_name_and_uuid(void **state)
{
	struct ndr_table_registry *registry = ndr_table_registry_create(*state);
	struct ndr_syntax_id syntax = ndr_table_rpcecho.syntax_id;

	assert_string_equal(talloc_get_name(registry), "struct ndr_table_registry");
	assert_null(ndr_table_list(registry));
	assert_null(ndr_table_by_name(registry, "rpcecho"));
	assert_ok(ndr_table_register(registry, &ndr_table_rpcecho));
	assert_ok(ndr_table_register(registry, &ndr_table_second));
	assert_ptr_equal(ndr_table_by_name(registry, "rpcecho"), &ndr_table_rpcecho);
	assert_ptr_equal(ndr_table_by_name(registry, "Second"), &ndr_table_second);
	assert_null(ndr_table_by_name(registry, "rpcech"));
	assert_ptr_equal(ndr_table_by_uuid(registry, &syntax.uuid), &ndr_table_rpcecho);
	assert_ptr_equal(ndr_table_by_syntax(registry, &syntax), &ndr_table_rpcecho);
	assert_string_equal(ndr_interface_name(registry, &syntax.uuid, syntax.if_version), "rpcecho");
	assert_int_equal(ndr_interface_num_calls(registry, &syntax.uuid, syntax.if_version), ndr_table_rpcecho.num_calls);
	syntax.if_version++;
	assert_null(ndr_table_by_syntax(registry, &syntax));
	assert_string_equal(ndr_interface_name(registry, &syntax.uuid, syntax.if_version), "UNKNOWN");
	assert_int_equal(ndr_interface_num_calls(registry, &syntax.uuid, syntax.if_version), -1);
	syntax.uuid.node[5] ^= 1;
	assert_null(ndr_table_by_uuid(registry, &syntax.uuid));
}

static void the_list(void **state)
{
	struct ndr_table_registry *registry = ndr_table_registry_create(*state);
	const struct ndr_interface_list *list;

	assert_ok(ndr_table_register(registry, &ndr_table_second));
	assert_ok(ndr_table_register(registry, &ndr_table_rpcecho));
	assert_ok(ndr_table_register(registry, &ndr_table_second));
	list = ndr_table_list(registry);
	assert_ptr_equal(list->table, &ndr_table_second);
	assert_null(list->prev);
	assert_ptr_equal(list->next->table, &ndr_table_rpcecho);
	assert_ptr_equal(list->next->prev, list);
	assert_null(list->next->next);
}

static void versions_and_collisions(void **state)
{
	struct ndr_table_registry *registry = ndr_table_registry_create(*state);
	struct ndr_interface_table newer = ndr_table_rpcecho, older = ndr_table_rpcecho, same = ndr_table_rpcecho;
	struct ndr_interface_table local = ndr_table_second, other = ndr_table_second;

	/* 1.2 is below 2.1, although its number is higher. */
	older.syntax_id.if_version = 2u << 16 | 1;
	newer.syntax_id.if_version = 1u << 16 | 2;
	assert_ok(ndr_table_register(registry, &newer));
	assert_ok(ndr_table_register(registry, &older));
	assert_ok(ndr_table_register(registry, &ndr_table_rpcecho));
	assert_ptr_equal(ndr_table_by_uuid(registry, &same.syntax_id.uuid), &newer);
	assert_status(ndr_table_register(registry, &same), NT_STATUS_OBJECT_NAME_COLLISION);

	local.syntax_id.uuid = other.syntax_id.uuid = GUID_zero();
	assert_ok(ndr_table_register(registry, &local));
	assert_status(ndr_table_register(registry, &other), NT_STATUS_OBJECT_NAME_COLLISION);
	other.name = "other";
	assert_ok(ndr_table_register(registry, &other));
	assert_ptr_equal(ndr_table_by_name(registry, "OTHER"), &other);
}

static void wrong_tables(void **state)
{
	struct ndr_table_registry *registry = ndr_table_registry_create(*state);
	struct ndr_interface_table table = ndr_table_rpcecho;

	table.format++;
	assert_status(ndr_table_register(registry, &table), NT_STATUS_REVISION_MISMATCH);
	table = ndr_table_rpcecho;
	table.members = NULL;
	assert_status(ndr_table_register(registry, &table), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_table_register(registry, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_table_register(NULL, &ndr_table_rpcecho), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_table_register(*state, &ndr_table_rpcecho), NT_STATUS_INVALID_PARAMETER);
	assert_null(ndr_table_list(registry));
	assert_null(ndr_table_list(NULL));
	assert_null(ndr_table_by_name(NULL, "rpcecho"));
	assert_null(ndr_table_by_name(registry, NULL));
	assert_null(ndr_table_by_uuid(registry, NULL));
	assert_null(ndr_table_by_syntax(registry, NULL));
	assert_string_equal(ndr_interface_name(registry, NULL, 0), "UNKNOWN");
	assert_int_equal(ndr_interface_num_calls(NULL, &table.syntax_id.uuid, 1), -1);
}

static void functions(void **state)
{
	uint32_t opnum = 77;

	(void)state;
	assert_string_equal(ndr_table_call(&ndr_table_rpcecho, 0)->name, "echo_AddOne");
	assert_int_equal(ndr_table_call(&ndr_table_rpcecho, 0)->struct_size, sizeof(struct echo_AddOne));
	assert_null(ndr_table_call(&ndr_table_rpcecho, ndr_table_rpcecho.num_calls));
	assert_null(ndr_table_call(NULL, 0));
	assert_ok(ndr_table_opnum(&ndr_table_rpcecho, "echo_TestSleep", &opnum));
	assert_int_equal(opnum, NDR_ECHO_TESTSLEEP);
	assert_status(ndr_table_opnum(&ndr_table_rpcecho, "echo_testsleep", &opnum), NT_STATUS_NOT_FOUND);
	assert_status(ndr_table_opnum(NULL, "echo_AddOne", &opnum), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_table_opnum(&ndr_table_rpcecho, NULL, &opnum), NT_STATUS_INVALID_PARAMETER);
	assert_status(ndr_table_opnum(&ndr_table_rpcecho, "echo_AddOne", NULL), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(opnum, NDR_ECHO_TESTSLEEP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(by_name_and_uuid), TALLOC_TEST(the_list),  TALLOC_TEST(versions_and_collisions),
		TALLOC_TEST(wrong_tables),     TALLOC_TEST(functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
