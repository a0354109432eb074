/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Several interfaces on a connection, several connections in a group: client and server in one process on one loop.
 */
#include "support_echo.h"

#include "ndr_second_c.h"

/* --- Several interfaces on one connection ------------------------------------------------------------------------ */

static struct tevent_req *double_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				      void *arguments)
{
	struct second_Double *r = arguments;

	assert_int_equal(dcerpc_call_handle_opnum(call), NDR_SECOND_DOUBLE);
	assert_ptr_equal(dcerpc_call_handle_table(call), &ndr_table_second);
	r->out.result = r->in.value * 2;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static const struct dcerpc_call_entry_point_fns second_fns[] = { { double_send, dcerpc_call_simple_recv } };
static const struct dcerpc_call_entry_point_vector second_vector = { "second", &ndr_table_second, 1, second_fns };

static void assert_double_works(struct pair *pair, struct dcerpc_binding_handle *h)
{
	struct tevent_req *req = dcerpc_second_Double_send(pair, pair->ev, h, 21);
	uint32_t result = 0;

	finish(pair, req);
	assert_ok(dcerpc_second_Double_recv(req, pair, &result));
	assert_int_equal(result, 42);
	talloc_free(req);
}

static NTSTATUS alter(struct pair *pair, struct dcerpc_binding_handle **h2)
{
	struct tevent_req *req = dcerpc_secondary_context_send(pair, pair->ev, pair->h, &ndr_table_second);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_secondary_context_recv(req, pair, h2);
	talloc_free(req);
	return status;
}

static void two_interfaces_one_connection(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h2 = NULL;

	assert_ok(dcerpc_server_register_manager(pair->server, &second_vector, NULL, NULL));
	assert_ok(alter(pair, &h2));
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 1);
	assert_double_works(pair, h2);
	assert_add_one_works(pair, pair->h);
	assert_int_equal(dcerpc_binding_handle_get_assoc_group_id(h2),
			 dcerpc_binding_handle_get_assoc_group_id(pair->h));
	assert_int_not_equal(dcerpc_binding_handle_get_assoc_group_id(h2), 0);

	/* The connection lives as long as one of its handles. */
	TALLOC_FREE(pair->h);
	run_for(pair->ev, 20);
	assert_double_works(pair, h2);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 1);
	talloc_free(h2);
	run_for(pair->ev, 50);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
}

static void an_interface_that_is_not_served(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h2 = (void *)0x1;

	assert_status(alter(pair, &h2), NT_STATUS_RPC_UNKNOWN_IF);
	assert_ptr_equal(h2, (void *)0x1);
	assert_add_one_works(pair, pair->h);
	assert_status(pair_connect(pair, pair, "", &ndr_table_second, &h2), NT_STATUS_RPC_UNKNOWN_IF);
	assert_ptr_equal(h2, (void *)0x1);
}

static void a_group_of_connections(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h2;
	uint32_t group = dcerpc_binding_handle_get_assoc_group_id(pair->h);
	char *options = talloc_asprintf(pair, ",assoc_group_id=0x%08x", group);

	assert_int_not_equal(group, 0);
	assert_ok(pair_connect(pair, pair, options, &ndr_table_rpcecho, &h2));
	assert_int_equal(dcerpc_binding_handle_get_assoc_group_id(h2), group);
	assert_add_one_works(pair, h2);
}

/* --- What is freed meanwhile -------------------------------------------------------------------------------------- */

static NTSTATUS password_of_everybody(void *private_data, const char *domain, const char *account, uint8_t nt_hash[16])
{
	/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
	static const uint8_t hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					  0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

	(void)private_data, (void)domain, (void)account;
	memcpy(nt_hash, hash, sizeof(hash));
	return NT_STATUS_OK;
}

static struct dcerpc_binding *somebody(TALLOC_CTX *mem_ctx, const char *options)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding *b;

	assert_ok(dcerpc_credentials_set_user(c, "alice"));
	assert_ok(dcerpc_credentials_set_password(c, "Password"));
	assert_ok(dcerpc_parse_binding(mem_ctx, options, &b));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	return b;
}

/* A request for a further context ends when the handle that it was made with, and so the connection, has gone. */
static void the_handle_goes_first(void **state)
{
	static const char *const options[] = { NULL, "ncacn_ip_tcp:[seal,ntlm]", "ncacn_ip_tcp:[sign,spnego]" };
	unsigned o, turns, i;

	for (o = 0; o < 3; o++) {
		bool ended = false;

		for (turns = 0; turns < 20 && !ended; turns++) {
			struct pair *pair = echo_server(*state);
			struct dcerpc_binding_handle *h2 = NULL;
			struct tevent_req *req;
			NTSTATUS status;

			assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "S", password_of_everybody, NULL));
			assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
			req = options[o] == NULL
				      ? dcerpc_secondary_context_send(pair, pair->ev, pair->h, &ndr_table_rpcecho)
				      : dcerpc_secondary_auth_context_send(pair, pair->ev, pair->h,
									   somebody(pair, options[o]),
									   &ndr_table_rpcecho);
			for (i = 0; i < turns && tevent_req_is_in_progress(req); i++) {
				tevent_loop_once(pair->ev);
			}
			ended = !tevent_req_is_in_progress(req);
			TALLOC_FREE(pair->h);
			for (i = 0; i < 50 && tevent_req_is_in_progress(req); i++) {
				run_for(pair->ev, 2);
			}
			assert_false(tevent_req_is_in_progress(req));
			status = dcerpc_secondary_context_recv(req, pair, &h2);
			assert_status(status, ended ? NT_STATUS_OK : NT_STATUS_LOCAL_DISCONNECT);
			talloc_free(req);
			talloc_free(pair);
		}
		assert_true(ended);
	}
}

/* Level connect beside calls of nobody, which servers cannot tell from each other, is refused before anything is sent. */
static void connect_beside_nobody(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h2 = NULL;
	struct dcerpc_binding *b = somebody(pair, "ncacn_ip_tcp:[connect,ntlm]");
	struct tevent_req *req;
	uint64_t pdus;

	assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "S", password_of_everybody, NULL));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	pdus = dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_PDUS_IN);
	req = dcerpc_secondary_auth_context_send(pair, pair->ev, pair->h, b, &ndr_table_rpcecho);
	finish(pair, req);
	assert_status(dcerpc_secondary_auth_context_recv(req, pair, &h2), NT_STATUS_INVALID_PARAMETER_MIX);
	talloc_free(req);
	run_for(pair->ev, 20);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_PDUS_IN), pdus);
	assert_add_one_works(pair, pair->h);
	talloc_free(pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(two_interfaces_one_connection),
		TALLOC_TEST(an_interface_that_is_not_served),
		TALLOC_TEST(a_group_of_connections),
		TALLOC_TEST(the_handle_goes_first),
		TALLOC_TEST(connect_beside_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
