/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Secure channels of netlogon, and Schannel: our client with our server.
 */
#include <nettle/hmac.h>

#include "support_echo.h"

#include "ndr_netlogon_c.h"

#include "../Support/netlogon_server.h"

/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
static const uint8_t password_hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					   0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

/* A server with rpcecho and netlogon, on pair->where. */
static struct pair *netlogon_server(TALLOC_CTX *mem_ctx, struct netlogon_state **out)
{
	struct netlogon_state *state = talloc_zero(mem_ctx, struct netlogon_state);
	struct pair *pair = talloc_zero(state, struct pair);
	struct dcerpc_server_manager *manager;

	echo_log_init(&pair->log);
	pair->ev = tevent_context_init(pair);
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_ok(dcerpc_server_register_manager(pair->server, &pair->log.vector, &pair->log, &manager));
	assert_ok(dcerpc_server_register_manager(pair->server, &netlogon_vector, state, &manager));
	assert_ok(dcerpc_server_enable_schannel(pair->server, "LAB", "lab.test", 0));
	state->server = pair->server;
	state->account = "WS$";
	memcpy(state->nt_hash, password_hash, 16);
	state->mask = UINT32_MAX;
	assert_ok(dcerpc_server_start(pair->server));
	*out = state;
	return pair;
}

static struct dcerpc_credentials *machine(TALLOC_CTX *mem_ctx, const char *password)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);

	assert_ok(dcerpc_credentials_set_domain(c, "LAB"));
	assert_ok(dcerpc_credentials_set_user(c, "WS$"));
	assert_ok(dcerpc_credentials_set_password(c, password));
	return c;
}

static NTSTATUS authenticate(struct pair *pair, TALLOC_CTX *mem_ctx, struct dcerpc_credentials *c, uint32_t flags,
			     const char *options, struct dcerpc_netlogon_creds **creds)
{
	struct dcerpc_binding_handle *h;
	struct tevent_req *req;
	NTSTATUS status;

	assert_ok(pair_connect(pair, mem_ctx, options, &ndr_table_netlogon, &h));
	req = dcerpc_netlogon_authenticate_send(mem_ctx, pair->ev, h, c, SEC_CHAN_WKSTA, flags);
	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_netlogon_authenticate_recv(req, mem_ctx, creds);
	talloc_free(req);
	talloc_free(h);
	return status;
}

static NTSTATUS schannel(struct pair *pair, TALLOC_CTX *mem_ctx, const char *options, struct dcerpc_credentials *c,
			 struct dcerpc_netlogon_creds *creds, const struct ndr_interface_table *table,
			 struct dcerpc_binding_handle **h)
{
	char *text = talloc_strndup(mem_ctx, pair->where, strlen(pair->where) - 1);
	struct dcerpc_binding *b;
	struct tevent_req *req;
	NTSTATUS status;

	text = talloc_asprintf_append(text, ",%s]", options);
	assert_ok(dcerpc_parse_binding(mem_ctx, text, &b));
	assert_ok(dcerpc_credentials_set_netlogon_creds(c, creds));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	req = dcerpc_connect_send(mem_ctx, pair->ev, b, table);
	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_connect_recv(req, mem_ctx, h);
	talloc_free(req);
	talloc_free(b);
	return status;
}

static NTSTATUS capabilities(struct pair *pair, TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h,
			     struct dcerpc_netlogon_creds *creds, struct netr_Authenticator *given)
{
	struct netr_Authenticator answer = { 0 };
	union netr_Capabilities found = { 0 };
	struct netr_LogonGetCapabilities r = { .in = { .server_name = "\\\\server", .query_level = 1 } };
	struct tevent_req *req;
	uint32_t now;

	if (given->timestamp == 0) {
		assert_ok(dcerpc_netlogon_creds_client_authenticator(creds, given->cred.data, &now));
		given->timestamp = now;
	}
	r.in.computer_name = dcerpc_netlogon_creds_computer_name(creds);
	r.in.credential = given;
	r.in.return_authenticator = &answer;
	r.out.return_authenticator = &answer;
	r.out.capabilities = &found;
	req = dcerpc_netr_LogonGetCapabilities_r_send(mem_ctx, pair->ev, h, &r);
	assert_non_null(req);
	finish(pair, req);
	assert_ok(dcerpc_netr_LogonGetCapabilities_r_recv(req, mem_ctx));
	talloc_free(req);
	if (NT_STATUS_IS_OK(r.out.result)) {
		assert_true(dcerpc_netlogon_creds_client_check(creds, answer.cred.data));
		assert_int_equal(found.server_capabilities, dcerpc_netlogon_creds_negotiate_flags(creds));
	}
	return r.out.result;
}

static void every_level_and_size(void **context)
{
	static const struct {
		const char *options;
		uint32_t level;
	} cases[] = { { "schannel", DCERPC_LEVEL_INTEGRITY },
		      { "schannel,packet", DCERPC_LEVEL_PACKET },
		      { "schannel,sign,noheadersigning", DCERPC_LEVEL_INTEGRITY },
		      { "schannel,seal", DCERPC_LEVEL_PRIVACY },
		      { "schannel,seal,ndr64", DCERPC_LEVEL_PRIVACY },
		      { "schannel,seal,bigendian,noheadersigning", DCERPC_LEVEL_PRIVACY } };
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	struct dcerpc_netlogon_creds *creds;
	uint8_t data[20000] = { 1, 2, 3 };
	size_t i;

	assert_ok(authenticate(pair, pair, c, 0, "", &creds));
	assert_int_equal(dcerpc_netlogon_creds_channel_type(creds), SEC_CHAN_WKSTA);
	assert_string_equal(dcerpc_netlogon_creds_account_name(creds), "WS$");
	assert_string_equal(dcerpc_netlogon_creds_computer_name(creds), "WS");
	assert_int_equal(state->channels, 1);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct netr_Authenticator next = { 0 }, replayed;
		struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
		struct dcerpc_binding_handle *h, *netlogon;
		struct tevent_req *req[5];
		unsigned k;

		assert_ok(schannel(pair, pair, cases[i].options, c, creds, &ndr_table_netlogon, &netlogon));
		assert_ok(capabilities(pair, pair, netlogon, creds, &next));
		assert_int_equal(state->level, cases[i].level);
		assert_int_equal(state->mechanism, DCERPC_MECHANISM_SCHANNEL);
		assert_string_equal(state->caller, "WS$");
		replayed = next;
		assert_status(capabilities(pair, pair, netlogon, creds, &replayed), NT_STATUS_ACCESS_DENIED);
		talloc_free(netlogon);

		/* Several at a time wait for each other: one number counts both directions. */
		assert_ok(schannel(pair, pair, cases[i].options, c, creds, &ndr_table_rpcecho, &h));
		for (k = 0; k < 5; k++) {
			req[k] = dcerpc_echo_SinkData_r_send(pair, pair->ev, h, &r);
		}
		for (k = 0; k < 5; k++) {
			finish(pair, req[k]);
			assert_ok(dcerpc_echo_SinkData_r_recv(req[k], pair));
			talloc_free(req[k]);
		}
		assert_add_one_works(pair, h);
		talloc_free(h);
	}
	talloc_free(state);
}

/* Schannel as a further security context, where calls take turns from the beginning. */
static void schannel_beside_nobody(void **context)
{
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	struct netr_Authenticator next = { 0 };
	struct dcerpc_binding_handle *plain, *netlogon;
	struct dcerpc_netlogon_creds *creds;
	struct dcerpc_binding *b;
	struct tevent_req *req;
	DATA_BLOB key = { NULL, 0 };

	assert_ok(authenticate(pair, pair, c, 0, "", &creds));
	assert_ok(pair_connect(pair, pair, ",nomultiplex", &ndr_table_rpcecho, &plain));
	assert_ok(dcerpc_credentials_set_netlogon_creds(c, creds));
	assert_ok(dcerpc_parse_binding(pair, "ncacn_ip_tcp:127.0.0.1[schannel,seal]", &b));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	req = dcerpc_secondary_auth_context_send(pair, pair->ev, plain, b, &ndr_table_netlogon);
	finish(pair, req);
	assert_ok(dcerpc_secondary_auth_context_recv(req, pair, &netlogon));
	talloc_free(req);
	assert_ok(capabilities(pair, pair, netlogon, creds, &next));
	assert_int_equal(state->level, DCERPC_LEVEL_PRIVACY);
	assert_int_equal(state->mechanism, DCERPC_MECHANISM_SCHANNEL);
	assert_add_one_works(pair, plain);
	memset(&next, 0, sizeof(next));
	assert_ok(capabilities(pair, pair, netlogon, creds, &next));
	assert_status(dcerpc_binding_handle_auth_session_key(netlogon, pair, &key), NT_STATUS_NO_USER_SESSION_KEY);
	/* Its calls take turns, which those of a connection with concurrent calls do not. */
	{
		struct dcerpc_binding_handle *concurrent, *none = NULL;

		assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &concurrent));
		req = dcerpc_secondary_auth_context_send(pair, pair->ev, concurrent, b, &ndr_table_netlogon);
		finish(pair, req);
		assert_status(dcerpc_secondary_auth_context_recv(req, pair, &none), NT_STATUS_INVALID_PARAMETER_MIX);
		talloc_free(req);
		assert_add_one_works(pair, concurrent);
		talloc_free(concurrent);
	}
	/* The handle that Schannel protects checks logons, the other one on the same connection does not. */
	assert_ok(dcerpc_server_enable_ntlm_pass_through(pair->server, "LAB", "WS", netlogon));
	assert_status(dcerpc_server_enable_ntlm_pass_through(pair->server, "LAB", "WS", plain),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	talloc_free(state);
}

static void a_call_that_is_given_up_costs_nothing(void **context)
{
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	struct dcerpc_netlogon_creds *creds;
	struct dcerpc_binding_handle *h;
	struct echo_TestSleep r = { .in = { .seconds = 60 } };
	struct tevent_req *req;

	assert_ok(authenticate(pair, pair, c, 0, "", &creds));
	assert_ok(schannel(pair, pair, "schannel,seal", c, creds, &ndr_table_rpcecho, &h));
	req = dcerpc_echo_TestSleep_r_send(pair, pair->ev, h, &r);
	run_for(pair->ev, 10);
	talloc_free(req);
	assert_add_one_works(pair, h);
	talloc_free(state);
}

static void what_the_client_refuses(void **context)
{
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	struct dcerpc_netlogon_creds *creds;
	struct dcerpc_binding_handle *h;
	struct tevent_req *req;

	state->lies = true;
	assert_status(authenticate(pair, pair, c, 0, "", &creds), NT_STATUS_LOGON_FAILURE);
	state->lies = false;
	/* CVE-2022-38023: the server, or whoever is in between, says that it has no AES. */
	state->mask = ~DCERPC_NETLOGON_NEG_SUPPORTS_AES;
	state->flags = DCERPC_NETLOGON_ALLOW_MD5;
	assert_int_not_equal(authenticate(pair, pair, c, 0, "", &creds), NT_STATUS_OK);
	assert_ok(authenticate(pair, pair, c, DCERPC_NETLOGON_ALLOW_MD5, "", &creds));
	assert_int_equal(dcerpc_netlogon_creds_negotiate_flags(creds) & DCERPC_NETLOGON_NEG_SUPPORTS_AES, 0);
	/* ... and the server does not take such a channel for Schannel. */
	assert_int_not_equal(schannel(pair, pair, "schannel,seal", c, creds, &ndr_table_rpcecho, &h), NT_STATUS_OK);
	assert_ok(dcerpc_server_enable_schannel(pair->server, "LAB", "lab.test", DCERPC_NETLOGON_ALLOW_MD5));
	assert_ok(authenticate(pair, pair, c, DCERPC_NETLOGON_ALLOW_MD5, "", &creds));
	assert_ok(schannel(pair, pair, "schannel,seal", c, creds, &ndr_table_rpcecho, &h));
	assert_add_one_works(pair, h);
	assert_ok(schannel(pair, pair, "schannel,sign", c, creds, &ndr_table_rpcecho, &h));
	assert_add_one_works(pair, h);
	/* DES, never */
	state->mask &= ~DCERPC_NETLOGON_NEG_STRONG_KEYS;
	assert_int_not_equal(authenticate(pair, pair, c, DCERPC_NETLOGON_ALLOW_MD5, "", &creds), NT_STATUS_OK);

	/* CVE-2016-2111 */
	assert_status(schannel(pair, pair, "schannel,connect", c, creds, &ndr_table_rpcecho, &h),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(schannel(pair, pair, "schannel,seal", c, NULL, &ndr_table_rpcecho, &h),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h));
	assert_status(dcerpc_netlogon_authenticate(pair, h, c, 2, 0, &creds), NT_STATUS_INVALID_PARAMETER_MIX);
	req = dcerpc_netlogon_authenticate_send(pair, pair->ev, h, c, 2, 0);
	finish(pair, req);
	assert_status(dcerpc_netlogon_authenticate_recv(req, pair, &creds), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(dcerpc_netlogon_authenticate(pair, NULL, c, 2, 0, &creds), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_authenticate(pair, h, c, 2, 2, &creds), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_anonymous(c));
	assert_status(dcerpc_netlogon_authenticate(pair, h, c, 2, 0, &creds), NT_STATUS_INVALID_PARAMETER);
	talloc_free(state);
}

static void what_the_server_refuses(void **context)
{
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	struct dcerpc_netlogon_creds *creds, *other;
	struct dcerpc_binding_handle *h;
	uint8_t client[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, server[8] = { 8, 7, 6, 5, 4, 3, 2, 1 }, credential[8];

	/* Each has its own status. */
	assert_status(authenticate(pair, pair, machine(pair, "password"), 0, ",ndr64", &creds), NT_STATUS_ACCESS_DENIED);
	assert_ok(dcerpc_credentials_set_user(c, "NOBODY$"));
	assert_status(authenticate(pair, pair, c, 0, "", &creds), NT_STATUS_NO_TRUST_SAM_ACCOUNT);
	assert_int_equal(state->channels, 0);
	assert_int_equal(state->refused, 2);

	/* A key that the server never made. */
	assert_ok(dcerpc_netlogon_creds_client_init(pair, "WS$", "WS", 2, client, server, password_hash,
						    DCERPC_NETLOGON_NEG_DEFAULT, 0, credential, &other));
	assert_int_not_equal(schannel(pair, pair, "schannel,seal", c, other, &ndr_table_rpcecho, &h), NT_STATUS_OK);
	assert_ok(dcerpc_credentials_set_user(c, "WS$"));
	assert_ok(authenticate(pair, pair, c, 0, "", &creds));
	assert_ok(schannel(pair, pair, "schannel,seal", c, other, &ndr_table_rpcecho, &h));
	{
		struct echo_AddOne r = { .in = { .in_data = 1 } };
		uint32_t out = 0;
		struct tevent_req *req;

		r.out.out_data = &out;
		req = dcerpc_echo_AddOne_r_send(pair, pair->ev, h, &r);
		finish(pair, req);
		assert_int_not_equal(dcerpc_echo_AddOne_r_recv(req, pair), NT_STATUS_OK);
		talloc_free(req);
	}
	assert_ok(dcerpc_credentials_set_domain(c, "ELSEWHERE"));
	assert_int_not_equal(schannel(pair, pair, "schannel,seal", c, creds, &ndr_table_rpcecho, &h), NT_STATUS_OK);
	assert_ok(dcerpc_credentials_set_domain(c, "lab"));
	assert_ok(schannel(pair, pair, "schannel,seal", c, creds, &ndr_table_rpcecho, &h));
	assert_add_one_works(pair, h);
	talloc_free(state);
}

static void the_computation(void **context)
{
	uint8_t client[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t server[8] = { 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18 };
	uint8_t first[8], answer[8], next[8], key[16], key2[16], data[30] = { 9 };
	struct dcerpc_netlogon_creds *c, *s, *none = NULL;
	struct dcerpc_server_context *plain;
	struct pair *pair = echo_server(*context);
	uint32_t now, i;

	assert_ok(dcerpc_netlogon_creds_client_init(*context, "WS$", "WS", 2, client, server, password_hash,
						    DCERPC_NETLOGON_NEG_DEFAULT, 0, first, &c));
	assert_ok(dcerpc_netlogon_creds_server_init(*context, "WS$", "WS", 2, client, server, password_hash, first,
						    DCERPC_NETLOGON_NEG_DEFAULT, 0, answer, &s));
	assert_true(dcerpc_netlogon_creds_client_check(c, answer));
	assert_ok(dcerpc_netlogon_creds_session_key(c, key));
	assert_ok(dcerpc_netlogon_creds_session_key(s, key2));
	assert_memory_equal(key, key2, 16);
	for (i = 0; i < 3; i++) {
		assert_ok(dcerpc_netlogon_creds_client_authenticator(c, next, &now));
		assert_status(dcerpc_netlogon_creds_server_step_check(s, next, now + 1, answer), NT_STATUS_ACCESS_DENIED);
		assert_ok(dcerpc_netlogon_creds_server_step_check(s, next, now, answer));
		assert_true(dcerpc_netlogon_creds_client_check(c, answer));
		answer[i] ^= 1;
		assert_false(dcerpc_netlogon_creds_client_check(c, answer));
	}
	assert_ok(dcerpc_netlogon_creds_encrypt(c, data, sizeof(data)));
	assert_ok(dcerpc_netlogon_creds_decrypt(s, data, sizeof(data)));
	assert_int_equal(data[0], 9);

	/* CVE-2020-1472 and CVE-2022-38023 */
	memset(client, 0, sizeof(client));
	assert_false(dcerpc_netlogon_creds_is_random_challenge(client));
	memset(first, 0, sizeof(first));
	assert_status(dcerpc_netlogon_creds_server_init(*context, "WS$", "WS", 2, client, server, password_hash, first,
							DCERPC_NETLOGON_NEG_DEFAULT, 0, answer, &none),
		      NT_STATUS_ACCESS_DENIED);
	/* Not even with the right credential, or the right one for a guess would do. */
	assert_ok(dcerpc_netlogon_creds_client_init(*context, "WS$", "WS", 2, client, server, password_hash,
						    DCERPC_NETLOGON_NEG_DEFAULT, 0, first, &none));
	TALLOC_FREE(none);
	assert_status(dcerpc_netlogon_creds_server_init(*context, "WS$", "WS", 2, client, server, password_hash, first,
							DCERPC_NETLOGON_NEG_DEFAULT, 0, answer, &none),
		      NT_STATUS_ACCESS_DENIED);
	assert_null(none);
	assert_ok(dcerpc_netlogon_creds_random_challenge(client));
	assert_true(dcerpc_netlogon_creds_is_random_challenge(client));
	assert_status(dcerpc_netlogon_creds_client_init(*context, "WS$", "WS", 2, client, server, password_hash,
							DCERPC_NETLOGON_NEG_STRONG_KEYS | DCERPC_NETLOGON_NEG_ARCFOUR, 0,
							first, &none),
		      NT_STATUS_DOWNGRADE_DETECTED);
	assert_status(dcerpc_netlogon_creds_client_init(*context, "WS$", "WS", 2, client, server, password_hash, 0,
							DCERPC_NETLOGON_ALLOW_MD5, first, &none),
		      NT_STATUS_DOWNGRADE_DETECTED);
	assert_null(none);

	/* arguments */
	assert_status(dcerpc_netlogon_creds_random_challenge(NULL), NT_STATUS_INVALID_PARAMETER);
	assert_false(dcerpc_netlogon_creds_is_random_challenge(NULL));
	assert_false(dcerpc_netlogon_creds_client_check(NULL, answer));
	assert_status(dcerpc_netlogon_creds_client_init(*context, NULL, "WS", 2, client, server, password_hash, 0, 0,
							first, &none), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_creds_session_key(NULL, key), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_creds_client_authenticator(NULL, next, &now), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_creds_server_step_check(s, NULL, 0, next), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_creds_encrypt(NULL, data, 1), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_netlogon_creds_decrypt(c, NULL, 1), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(dcerpc_netlogon_creds_negotiate_flags(NULL), 0);
	assert_int_equal(dcerpc_netlogon_creds_channel_type(NULL), 0);
	assert_null(dcerpc_netlogon_creds_account_name(NULL));
	plain = pair->server;
	assert_status(dcerpc_server_store_netlogon_creds(plain, s), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_schannel(plain, NULL, "x", 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_schannel(plain, "LAB", "x", 2), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_enable_schannel(plain, "LAB", "lab.test", 0));
	assert_status(dcerpc_server_fetch_netlogon_creds(plain, "WS", *context, &none), NT_STATUS_NOT_FOUND);
	assert_ok(dcerpc_server_store_netlogon_creds(plain, s));
	assert_ok(dcerpc_server_fetch_netlogon_creds(plain, "ws", *context, &none));
	assert_status(dcerpc_server_store_netlogon_creds(plain, NULL), NT_STATUS_INVALID_PARAMETER);
	talloc_free(pair);
}

static void a_server_forgets_the_oldest(void **context)
{
	struct pair *pair = echo_server(*context);
	uint8_t client[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, first[8];
	unsigned i;

	assert_ok(dcerpc_server_enable_schannel(pair->server, "LAB", "lab.test", 0));
	for (i = 0; i < 3 * DCERPC_SERVER_MAX_NETLOGON_CREDS; i++) {
		struct dcerpc_netlogon_creds *creds;
		char name[16];

		/* WS0 comes again and again, the others once. */
		snprintf(name, sizeof(name), "WS%u", i % 3 == 0 ? 0 : i);
		assert_ok(dcerpc_netlogon_creds_client_init(pair, name, name, 2, client, client, password_hash,
							    DCERPC_NETLOGON_NEG_DEFAULT, 0, first, &creds));
		assert_ok(dcerpc_server_store_netlogon_creds(pair->server, creds));
		talloc_free(creds);
	}
	{
		struct dcerpc_netlogon_creds *creds;

		assert_ok(dcerpc_server_fetch_netlogon_creds(pair->server, "WS0", pair, &creds));
		assert_status(dcerpc_server_fetch_netlogon_creds(pair->server, "WS1", pair, &creds), NT_STATUS_NOT_FOUND);
		snprintf((char *)first, sizeof(first), "WS%u", i - 1);
		assert_ok(dcerpc_server_fetch_netlogon_creds(pair->server, (char *)first, pair, &creds));
	}
	talloc_free(pair);
}

static void requests_may_be_freed(void **context)
{
	struct netlogon_state *state;
	struct pair *pair = netlogon_server(*context, &state);
	struct dcerpc_credentials *c = machine(pair, "Password");
	unsigned turns;

	for (turns = 0; turns < 12; turns++) {
		struct dcerpc_binding_handle *h;
		struct tevent_req *req;
		unsigned i;

		assert_ok(pair_connect(pair, pair, "", &ndr_table_netlogon, &h));
		req = dcerpc_netlogon_authenticate_send(pair, pair->ev, h, c, SEC_CHAN_WKSTA, 0);
		for (i = 0; i < turns; i++) {
			tevent_loop_once(pair->ev);
			if (!tevent_req_is_in_progress(req)) {
				break;
			}
		}
		if (turns % 2 == 0) {
			talloc_free(h);
			talloc_free(req);
		} else {
			talloc_free(req);
			talloc_free(h);
		}
	}
	talloc_free(state);
}

/* A member server whose domain controller is `pair`: rpcecho, NTLM by pass-through. */
static struct pair *member_server(struct pair *dc, struct dcerpc_binding_handle **netlogon)
{
	struct pair *member = talloc_zero(dc, struct pair);
	struct dcerpc_credentials *c = machine(dc, "Password");
	struct dcerpc_server_manager *manager;
	struct dcerpc_netlogon_creds *creds;
	struct dcerpc_binding_handle *plain;

	assert_ok(authenticate(dc, dc, c, 0, "", &creds));
	assert_ok(schannel(dc, dc, "schannel,seal", c, creds, &ndr_table_netlogon, netlogon));
	echo_log_init(&member->log);
	member->ev = dc->ev;
	assert_ok(dcerpc_server_context_create(member, member->ev, &member->server));
	assert_ok(dcerpc_server_add_endpoint(member->server, "ncacn_ip_tcp:127.0.0.1[0]", &member->endpoint));
	member->where = dcerpc_server_endpoint_string(member, member->endpoint);
	assert_ok(dcerpc_server_register_manager(member->server, &member->log.vector, &member->log, &manager));
	assert_status(dcerpc_server_enable_ntlm_pass_through(member->server, "LAB", "WS", NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_ntlm_pass_through(member->server, NULL, "WS", *netlogon),
		      NT_STATUS_INVALID_PARAMETER);
	assert_ok(pair_connect(dc, dc, "", &ndr_table_netlogon, &plain));
	assert_status(dcerpc_server_enable_ntlm_pass_through(member->server, "LAB", "WS", plain),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_ok(dcerpc_server_enable_ntlm_pass_through(member->server, "LAB", "WS", *netlogon));
	assert_ok(dcerpc_server_start(member->server));
	return member;
}

static void hmac_md5(const uint8_t key[16], const void *one, size_t one_size, const void *two, size_t two_size,
		     uint8_t digest[16])
{
	struct hmac_md5_ctx ctx;

	hmac_md5_set_key(&ctx, 16, key);
	hmac_md5_update(&ctx, one_size, one);
	hmac_md5_update(&ctx, two_size, two);
	hmac_md5_digest(&ctx, 16, digest);
}

/* What a controller does that knows alice, whose password is "Password": [MS-NLMP] 3.3.2, [MS-NRPC] 2.2.1.4.13. */
static NTSTATUS controller(struct netlogon_state *state, TALLOC_CTX *mem_ctx, struct netr_LogonSamLogonEx *r)
{
	/* "ALICE" and "LAB" in UTF-16LE */
	static const uint8_t name[] = "A\0L\0I\0C\0E\0L\0A\0B";
	static const struct dom_sid domain_sid = { .sid_rev_num = 1, .num_auths = 2, .id_auth = { 0, 0, 0, 0, 0, 5 },
						   .sub_auths = { 21, 7 } };
	const struct netr_NetworkInfo *logon = r->in.logon->network;
	struct dcerpc_netlogon_creds *creds;
	struct netr_SamInfo3 *info;
	uint8_t key[16], proof[16];

	/* Nobody shall become a guest. */
	assert_true(logon->identity_info.parameter_control & MSV1_0_DONT_TRY_GUEST_ACCOUNT);
	hmac_md5(password_hash, name, sizeof(name), "", 0, key);
	hmac_md5(key, logon->challenge, 8, logon->nt.data + 16, logon->nt.length - 16, proof);
	if (memcmp(proof, logon->nt.data, 16) != 0) {
		return NT_STATUS_WRONG_PASSWORD;
	}
	info = talloc_zero(mem_ctx, struct netr_SamInfo3);
	info->base.account_name.string = "Alice";
	info->base.logon_domain.string = "LAB";
	info->base.rid = 1104;
	info->base.primary_gid = 513;
	info->base.domain_sid = talloc_memdup(mem_ctx, &domain_sid, sizeof(domain_sid));
	hmac_md5(key, proof, 16, "", 0, info->base.key.key);
	assert_ok(dcerpc_server_fetch_netlogon_creds(state->server, r->in.computer_name, mem_ctx, &creds));
	assert_ok(dcerpc_netlogon_creds_encrypt(creds, info->base.key.key, 16));
	r->out.validation->sam3 = info;
	return NT_STATUS_OK;
}

/* Windows' LOGON_GUEST: somebody that it does not know. */
static NTSTATUS hospitable_controller(struct netlogon_state *state, TALLOC_CTX *mem_ctx, struct netr_LogonSamLogonEx *r)
{
	NTSTATUS status = controller(state, mem_ctx, r);

	if (NT_STATUS_IS_OK(status)) {
		r->out.validation->sam3->base.user_flags = NETLOGON_GUEST;
	}
	return status;
}

struct granted {
	unsigned calls;
	uint32_t mechanism, level, num_sids, rid;
	char account[16], domain[16];
};

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct granted *granted = private_data;
	const struct dom_sid *sids = dcerpc_call_handle_sids(call, &granted->num_sids);
	const char *account = dcerpc_call_handle_account(call), *domain = dcerpc_call_handle_domain(call);

	granted->calls++;
	granted->mechanism = dcerpc_call_handle_mechanism(call);
	granted->level = dcerpc_call_handle_level(call);
	granted->rid = granted->num_sids > 0 ? sids[0].sub_auths[2] : 0;
	snprintf(granted->account, sizeof(granted->account), "%s", account != NULL ? account : "nobody");
	snprintf(granted->domain, sizeof(granted->domain), "%s", domain != NULL ? domain : "nowhere");
}

static NTSTATUS connect_as_alice(struct pair *member, const char *options, const char *password,
				 struct dcerpc_binding_handle **h)
{
	char *text = talloc_strndup(member, member->where, strlen(member->where) - 1);
	struct dcerpc_credentials *c = dcerpc_credentials_create(member);
	struct dcerpc_binding *b;
	struct tevent_req *req;
	NTSTATUS status;

	assert_ok(dcerpc_credentials_set_domain(c, "LAB"));
	assert_ok(dcerpc_credentials_set_user(c, "alice"));
	assert_ok(dcerpc_credentials_set_password(c, password));
	assert_ok(dcerpc_parse_binding(member, talloc_asprintf(member, "%s,%s]", text, options), &b));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	req = dcerpc_connect_send(member, member->ev, b, &ndr_table_rpcecho);
	finish(member, req);
	status = dcerpc_connect_recv(req, member, h);
	talloc_free(req);
	return status;
}

/* A client, a member server and a controller: NTLM alone, and in SPNEGO, whose last word waits for the controller. */
static void what_the_controller_grants(void **context)
{
	static const struct {
		const char *options;
		uint32_t level, mechanism;
	} cases[] = {
		{ "connect,ntlm", DCERPC_LEVEL_CONNECT, DCERPC_MECHANISM_NTLM },
		{ "seal,ntlm", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_NTLM },
		{ "connect,spnego", DCERPC_LEVEL_CONNECT, DCERPC_MECHANISM_SPNEGO },
		{ "sign,spnego", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_SPNEGO },
		{ "seal,spnego", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_SPNEGO },
		{ "seal,spnego,noheadersigning,bigendian", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_SPNEGO },
	};
	struct netlogon_state *state;
	struct pair *dc = netlogon_server(*context, &state);
	struct dcerpc_binding_handle *netlogon, *h;
	struct pair *member = member_server(dc, &netlogon);
	struct granted granted = { 0 };
	uint8_t data[9000] = { 1, 2, 3 };
	size_t i;

	member->log.on_sink = look;
	member->log.on_sink_private = &granted;
	state->check_logon = controller;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
		struct tevent_req *req;
		NTSTATUS status;

		state->logon_milliseconds = i % 2 == 0 ? 0 : 20;
		assert_ok(connect_as_alice(member, cases[i].options, "Password", &h));
		req = dcerpc_echo_SinkData_r_send(member, member->ev, h, &r);
		finish(member, req);
		assert_ok(dcerpc_echo_SinkData_r_recv(req, member));
		talloc_free(req);
		assert_int_equal(granted.calls, i + 1);
		assert_int_equal(granted.level, cases[i].level);
		assert_int_equal(granted.mechanism, cases[i].mechanism);
		assert_string_equal(granted.account, "Alice");
		assert_string_equal(granted.domain, "LAB");
		assert_int_equal(granted.num_sids, 2);
		assert_int_equal(granted.rid, 1104);

		status = connect_as_alice(member, cases[i].options, "password", &h);
		if (cases[i].mechanism == DCERPC_MECHANISM_SPNEGO) {
			assert_status(status, NT_STATUS_LOGON_FAILURE);
		} else {
			assert_ok(status);
		}
		run_for(member->ev, 40);
		assert_int_equal(state->logons, 2 * i + 2);
	}
	talloc_free(state);
}

/* A call of alice's at the member, sent. */
static struct tevent_req *call_as_alice(struct pair *member, struct echo_AddOne *r)
{
	static uint32_t out;
	char *text = talloc_strndup(member, member->where, strlen(member->where) - 1);
	struct dcerpc_credentials *c = dcerpc_credentials_create(member);
	struct dcerpc_binding_handle *h;
	struct dcerpc_binding *b;
	struct tevent_req *req;

	assert_ok(dcerpc_credentials_set_domain(c, "LAB"));
	assert_ok(dcerpc_credentials_set_user(c, "alice"));
	assert_ok(dcerpc_credentials_set_password(c, "secret"));
	assert_ok(dcerpc_parse_binding(member, talloc_asprintf(member, "%s,ntlm,seal]", text), &b));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	req = dcerpc_connect_send(member, member->ev, b, &ndr_table_rpcecho);
	finish(member, req);
	assert_ok(dcerpc_connect_recv(req, member, &h));
	talloc_free(req);
	r->out.out_data = &out;
	return dcerpc_echo_AddOne_r_send(h, member->ev, h, r);
}

static void what_the_controller_refuses(void **context)
{
	static const NTSTATUS statuses[] = { NT_STATUS_WRONG_PASSWORD, NT_STATUS_ACCOUNT_EXPIRED, NT_STATUS_OK };
	struct netlogon_state *state;
	struct pair *dc = netlogon_server(*context, &state);
	struct dcerpc_binding_handle *netlogon;
	struct pair *member = member_server(dc, &netlogon);
	struct echo_AddOne r = { .in = { .in_data = 1 } };
	struct dcerpc_binding_handle *guest;
	struct tevent_req *req;
	uint32_t out;
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		/* Without validation even success is none. */
		state->logon_status = statuses[i];
		state->logon_milliseconds = i == 0 ? 0 : 20;
		req = call_as_alice(member, &r);
		finish(member, req);
		assert_status(dcerpc_echo_AddOne_r_recv(req, member), NT_STATUS_LOGON_FAILURE);
		assert_int_equal(state->logons, i + 1);
		assert_int_equal(state->level, DCERPC_LEVEL_PRIVACY);
		assert_string_equal(state->user, "alice");
		assert_string_equal(state->logon_domain, "LAB");
	}
	/* A guest is nobody, though with a name. */
	state->logon_status = NT_STATUS_OK;
	state->check_logon = hospitable_controller;
	assert_ok(connect_as_alice(member, "ntlm,seal", "Password", &guest));
	req = dcerpc_echo_AddOne_send(guest, member->ev, guest, 1, &out);
	finish(member, req);
	assert_status(dcerpc_echo_AddOne_recv(req, member), NT_STATUS_LOGON_FAILURE);
	assert_int_equal(state->logons, i + 1);
	/* Without a controller nobody logs on. */
	dcerpc_binding_handle_disconnect(netlogon);
	req = call_as_alice(member, &r);
	finish(member, req);
	assert_status(dcerpc_echo_AddOne_r_recv(req, member), NT_STATUS_LOGON_FAILURE);
	talloc_free(state);
}

static void everything_may_go_while_the_controller_thinks(void **context)
{
	unsigned what, i;

	for (what = 0; what < 5; what++) {
		struct netlogon_state *state;
		struct pair *dc = netlogon_server(*context, &state);
		struct dcerpc_binding_handle *netlogon;
		struct pair *member = member_server(dc, &netlogon);
		struct echo_AddOne r = { .in = { .in_data = 1 } };
		struct tevent_req *req;

		state->logon_status = NT_STATUS_WRONG_PASSWORD;
		state->logon_milliseconds = 60;
		req = call_as_alice(member, &r);
		for (i = 0; i < 1000 && state->logons == 0; i++) {
			run_for(member->ev, 1);
		}
		assert_int_equal(state->logons, 1);
		assert_true(tevent_req_is_in_progress(req));
		switch (what) {
		case 0: /* the client */
			talloc_free(talloc_parent(req));
			run_for(member->ev, 100);
			break;
		case 1: /* the member */
			talloc_free(member->server);
			run_for(dc->ev, 100);
			break;
		case 2: /* the handle */
			talloc_free(netlogon);
			run_for(dc->ev, 100);
			break;
		case 3: /* the controller */
			talloc_free(dc->server);
			finish(member, req);
			assert_status(dcerpc_echo_AddOne_r_recv(req, member), NT_STATUS_LOGON_FAILURE);
			break;
		default: /* all of it */
			break;
		}
		talloc_free(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(every_level_and_size),
		TALLOC_TEST(schannel_beside_nobody),
		TALLOC_TEST(a_call_that_is_given_up_costs_nothing),
		TALLOC_TEST(what_the_client_refuses),
		TALLOC_TEST(what_the_server_refuses),
		TALLOC_TEST(the_computation),
		TALLOC_TEST(a_server_forgets_the_oldest),
		TALLOC_TEST(requests_may_be_freed),
		TALLOC_TEST(what_the_controller_grants),
		TALLOC_TEST(what_the_controller_refuses),
		TALLOC_TEST(everything_may_go_while_the_controller_thinks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
