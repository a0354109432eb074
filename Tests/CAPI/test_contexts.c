/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Several security contexts on one connection, and session keys: our client with our server.
 */
#include "support_echo.h"

/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
static const uint8_t password_hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					   0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

struct seen {
	uint32_t mechanism, level;
	uint64_t connection;
	char account[32];
	uint8_t key[16], transport_key[16];
	size_t key_length, transport_key_length;
	NTSTATUS key_status;
};

static NTSTATUS lookup(void *private_data, const char *domain, const char *account, uint8_t nt_hash[16])
{
	(void)private_data;
	(void)domain;
	if (strcmp(account, "alice") != 0 && strcmp(account, "bob") != 0) {
		return NT_STATUS_NOT_FOUND;
	}
	memcpy(nt_hash, password_hash, 16);
	return NT_STATUS_OK;
}

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct seen *seen = private_data;
	const char *account = dcerpc_call_handle_account(call);
	DATA_BLOB key = { NULL, 0 };

	memset(seen, 0, sizeof(*seen));
	seen->mechanism = dcerpc_call_handle_mechanism(call);
	seen->level = dcerpc_call_handle_level(call);
	seen->connection = dcerpc_call_handle_connection_id(call);
	snprintf(seen->account, sizeof(seen->account), "%s", account != NULL ? account : "nobody");
	assert_status(dcerpc_call_handle_auth_session_key(NULL, NULL, &key), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_call_handle_auth_session_key(call, NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_call_handle_transport_session_key(call, NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	seen->key_status = dcerpc_call_handle_auth_session_key(call, NULL, &key);
	if (NT_STATUS_IS_OK(seen->key_status)) {
		seen->key_length = key.length;
		memcpy(seen->key, key.data, key.length < 16 ? key.length : 16);
		talloc_free(key.data);
	}
	assert_ok(dcerpc_call_handle_transport_session_key(call, NULL, &key));
	seen->transport_key_length = key.length;
	memcpy(seen->transport_key, key.data, key.length < 16 ? key.length : 16);
	talloc_free(key.data);
}

static struct pair *server(TALLOC_CTX *mem_ctx, struct seen *seen)
{
	struct pair *pair = echo_server(mem_ctx);

	pair->log.on_sink = look;
	pair->log.on_sink_private = seen;
	assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "SWIFT", lookup, NULL));
	return pair;
}

/* A binding to the pair's server with options and credentials; no user: none. */
static struct dcerpc_binding *binding(struct pair *pair, TALLOC_CTX *mem_ctx, const char *options, const char *user,
				      const char *password)
{
	char *text = talloc_strndup(mem_ctx, pair->where, strlen(pair->where) - 1);
	struct dcerpc_binding *b;

	text = talloc_asprintf_append(text, "%s%s]", *options != '\0' ? "," : "", options);
	assert_ok(dcerpc_parse_binding(mem_ctx, text, &b));
	if (user != NULL) {
		struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);

		assert_ok(dcerpc_credentials_set_user(c, user));
		assert_ok(dcerpc_credentials_set_password(c, password));
		assert_ok(dcerpc_binding_set_credentials(b, c));
		talloc_free(c);
	}
	return b;
}

static struct dcerpc_binding_handle *connect_as(struct pair *pair, TALLOC_CTX *mem_ctx, const char *options,
						const char *user)
{
	struct dcerpc_binding *b = binding(pair, mem_ctx, options, user, "Password");
	struct tevent_req *req = dcerpc_connect_send(mem_ctx, pair->ev, b, &ndr_table_rpcecho);
	struct dcerpc_binding_handle *h;

	assert_non_null(req);
	finish(pair, req);
	assert_ok(dcerpc_connect_recv(req, mem_ctx, &h));
	talloc_free(req);
	talloc_free(b);
	return h;
}

static NTSTATUS join(struct pair *pair, struct dcerpc_binding_handle *h, struct dcerpc_binding *b,
		     struct dcerpc_binding_handle **second)
{
	struct tevent_req *req = dcerpc_secondary_auth_context_send(pair, pair->ev, h, b, &ndr_table_rpcecho);
	NTSTATUS status;

	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_secondary_auth_context_recv(req, pair, second);
	talloc_free(req);
	return status;
}

static NTSTATUS sink(struct pair *pair, struct dcerpc_binding_handle *h)
{
	uint8_t data[9000] = { 1, 2, 3 };
	struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
	struct tevent_req *req = dcerpc_echo_SinkData_r_send(pair, pair->ev, h, &r);
	NTSTATUS status;

	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_echo_SinkData_r_recv(req, pair);
	talloc_free(req);
	return status;
}

static void keys_of_both_sides_are_the_same(void **state)
{
	static const char *const options[] = { "connect", "sign", "seal", "seal,ntlm" };
	uint8_t before[16] = { 0 };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct seen seen;
		struct pair *pair = server(*state, &seen);
		struct dcerpc_binding_handle *h = connect_as(pair, pair, options[i], "alice");
		DATA_BLOB key = { NULL, 0 }, transport_key = { NULL, 0 };

		assert_ok(dcerpc_binding_handle_auth_session_key(h, pair, &key));
		assert_int_equal(key.length, 16);
		assert_ptr_equal(talloc_parent(key.data), pair);
		assert_memory_not_equal(key.data, before, 16);
		memcpy(before, key.data, 16);
		assert_ok(dcerpc_binding_handle_transport_session_key(h, pair, &transport_key));
		assert_int_equal(transport_key.length, 16);
		assert_memory_equal(transport_key.data, "SystemLibraryDTC", 16);
		assert_ok(sink(pair, h));
		assert_ok(seen.key_status);
		assert_int_equal(seen.key_length, 16);
		assert_memory_equal(seen.key, key.data, 16);
		assert_int_equal(seen.transport_key_length, 16);
		assert_memory_equal(seen.transport_key, transport_key.data, 16);

		assert_status(dcerpc_binding_handle_auth_session_key(h, pair, NULL), NT_STATUS_INVALID_PARAMETER);
		assert_status(dcerpc_binding_handle_auth_session_key(NULL, pair, &key), NT_STATUS_INVALID_PARAMETER);
		assert_status(dcerpc_binding_handle_transport_session_key(h, pair, NULL), NT_STATUS_INVALID_PARAMETER);
		assert_ok(dcerpc_binding_handle_disconnect(h));
		assert_status(dcerpc_binding_handle_auth_session_key(h, pair, &key), NT_STATUS_CONNECTION_DISCONNECTED);
		assert_status(dcerpc_binding_handle_transport_session_key(h, pair, &key),
			      NT_STATUS_CONNECTION_DISCONNECTED);
		talloc_free(pair);
	}
}

static void nobody_has_no_session_key(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h = connect_as(pair, pair, "", NULL);
	DATA_BLOB key = { NULL, 0 };

	assert_status(dcerpc_binding_handle_auth_session_key(h, pair, &key), NT_STATUS_NO_USER_SESSION_KEY);
	assert_null(key.data);
	assert_ok(dcerpc_binding_handle_transport_session_key(h, pair, &key));
	assert_memory_equal(key.data, "SystemLibraryDTC", 16);
	assert_ok(sink(pair, h));
	assert_status(seen.key_status, NT_STATUS_NO_USER_SESSION_KEY);
	assert_memory_equal(seen.transport_key, "SystemLibraryDTC", 16);
	talloc_free(pair);
}

/* Nobody, alice and bob on one connection; each handle is somebody, at its own level. */
static void each_call_chooses_its_own(void **state)
{
	static const char *const options[][3] = {
		{ "", "sign", "seal" }, { "", "seal,spnego", "packet" }, { "ndr64", "packet", "seal,spnego,noheadersigning" }
	};
	size_t i, k;

	for (i = 0; i < 3; i++) {
		struct seen seen;
		struct pair *pair = server(*state, &seen);
		struct dcerpc_binding_handle *h[4];
		DATA_BLOB key[3] = { { NULL, 0 } };
		uint64_t connection;

		h[0] = connect_as(pair, pair, options[i][0], NULL);
		assert_ok(join(pair, h[0], binding(pair, pair, options[i][1], "alice", "Password"), &h[1]));
		assert_ok(join(pair, h[1], binding(pair, pair, options[i][2], "bob", "Password"), &h[2]));
		/* The context of an interface goes with its handle. */
		{
			struct tevent_req *req = dcerpc_secondary_context_send(pair, pair->ev, h[1], &ndr_table_rpcecho);

			finish(pair, req);
			assert_ok(dcerpc_secondary_context_recv(req, pair, &h[3]));
			talloc_free(req);
		}
		assert_ok(sink(pair, h[0]));
		connection = seen.connection;
		for (k = 0; k < 12; k++) {
			assert_ok(sink(pair, h[k % 4]));
			assert_int_equal(seen.connection, connection);
			assert_string_equal(seen.account, k % 4 == 0 ? "nobody" : k % 4 == 2 ? "bob" : "alice");
			if (k % 4 == 0) {
				assert_status(seen.key_status, NT_STATUS_NO_USER_SESSION_KEY);
			} else {
				DATA_BLOB *mine = &key[k % 4 == 2 ? 2 : 1];

				assert_ok(dcerpc_binding_handle_auth_session_key(h[k % 4], pair, mine));
				assert_memory_equal(seen.key, mine->data, 16);
			}
		}
		assert_memory_not_equal(key[1].data, key[2].data, 16);
		assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 1);

		/* The first handle may go. */
		talloc_free(h[0]);
		talloc_free(h[1]);
		assert_ok(sink(pair, h[2]));
		assert_string_equal(seen.account, "bob");
		assert_ok(sink(pair, h[3]));
		assert_string_equal(seen.account, "alice");
		talloc_free(pair);
	}
}

static void two_at_level_connect(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h[2];
	unsigned k;

	h[0] = connect_as(pair, pair, "connect,ntlm", "alice");
	assert_ok(sink(pair, h[0]));
	assert_string_equal(seen.account, "alice");
	assert_ok(join(pair, h[0], binding(pair, pair, "connect,spnego", "bob", "Password"), &h[1]));
	for (k = 0; k < 6; k++) {
		assert_ok(sink(pair, h[k % 2]));
		assert_string_equal(seen.account, k % 2 == 0 ? "alice" : "bob");
		assert_int_equal(seen.mechanism, k % 2 == 0 ? DCERPC_MECHANISM_NTLM : DCERPC_MECHANISM_SPNEGO);
	}
	talloc_free(pair);
}

static void calls_of_two_users_at_once(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h[2];
	struct tevent_req *req[20];
	struct echo_AddOne r[20];
	uint32_t out[20] = { 0 };
	unsigned i;

	h[0] = connect_as(pair, pair, "seal", "alice");
	assert_ok(join(pair, h[0], binding(pair, pair, "sign", "bob", "Password"), &h[1]));
	for (i = 0; i < 20; i++) {
		r[i] = (struct echo_AddOne){ .in = { .in_data = i }, .out = { .out_data = &out[i] } };
		req[i] = dcerpc_echo_AddOne_r_send(pair, pair->ev, h[i % 2], &r[i]);
	}
	for (i = 0; i < 20; i++) {
		finish(pair, req[i]);
		assert_ok(dcerpc_echo_AddOne_r_recv(req[i], pair));
		assert_int_equal(out[i], i + 1);
		talloc_free(req[i]);
	}
	talloc_free(pair);
}

static void what_a_second_context_refuses(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h = connect_as(pair, pair, "seal", "alice"), *second = NULL;
	struct dcerpc_binding *bob = binding(pair, pair, "sign", "bob", "Password");
	struct tevent_req *req;
	unsigned i;

	assert_status(join(pair, NULL, bob, &second), NT_STATUS_INVALID_PARAMETER);
	assert_status(join(pair, h, NULL, &second), NT_STATUS_INVALID_PARAMETER);
	assert_status(join(pair, h, binding(pair, pair, "sign", NULL, NULL), &second), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(join(pair, h, binding(pair, pair, "schannel", "bob", "Password"), &second),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(dcerpc_secondary_auth_context(pair, h, bob, &ndr_table_rpcecho, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_secondary_auth_context(pair, NULL, bob, &ndr_table_rpcecho, &second),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_secondary_auth_context(pair, h, NULL, &ndr_table_rpcecho, &second),
		      NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_secondary_auth_context_send(pair, NULL, h, bob, &ndr_table_rpcecho));
	assert_ok(sink(pair, h));
	second = connect_as(pair, pair, "", NULL);
	assert_status(join(pair, second, binding(pair, pair, "connect", "bob", "Password"), &second),
		      NT_STATUS_INVALID_PARAMETER_MIX);

	/* Requests that are freed half-way leave the connection usable. */
	for (i = 0; i < 6; i++) {
		unsigned turns;

		req = dcerpc_secondary_auth_context_send(pair, pair->ev, h, bob, &ndr_table_rpcecho);
		for (turns = 0; turns < i; turns++) {
			tevent_loop_once(pair->ev);
		}
		talloc_free(req);
		assert_ok(sink(pair, h));
	}
	talloc_free(pair);
}

static void a_wrong_password_costs_the_connection(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h = connect_as(pair, pair, "seal", "alice"), *second = NULL;

	/* NTLM has no answer to its last token: it shows in the first call. */
	assert_ok(join(pair, h, binding(pair, pair, "sign,ntlm", "bob", "password"), &second));
	assert_ok(sink(pair, h));
	assert_status(sink(pair, second), NT_STATUS_LOGON_FAILURE);
	run_for(pair->ev, 20);
	assert_false(dcerpc_binding_handle_is_connected(h));
	talloc_free(second);

	h = connect_as(pair, pair, "seal", "alice");
	assert_status(join(pair, h, binding(pair, pair, "sign", "bob", "password"), &second), NT_STATUS_LOGON_FAILURE);
	talloc_free(pair);
}

static void contexts_are_limited(void **state)
{
	struct seen seen;
	struct pair *pair = server(*state, &seen);
	struct dcerpc_binding_handle *h = connect_as(pair, pair, "seal", "alice"), *second;
	struct dcerpc_binding *bob = binding(pair, pair, "sign", "bob", "Password");
	unsigned i;

	for (i = 1; i < 64; i++) {
		assert_ok(join(pair, h, bob, &second));
	}
	assert_ok(sink(pair, second));
	assert_status(join(pair, h, bob, &second), NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_ok(sink(pair, h));
	talloc_free(pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(keys_of_both_sides_are_the_same),
		TALLOC_TEST(nobody_has_no_session_key),
		TALLOC_TEST(each_call_chooses_its_own),
		TALLOC_TEST(two_at_level_connect),
		TALLOC_TEST(calls_of_two_users_at_once),
		TALLOC_TEST(what_a_second_context_refuses),
		TALLOC_TEST(a_wrong_password_costs_the_connection),
		TALLOC_TEST(contexts_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
