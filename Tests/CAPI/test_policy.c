/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What a server lets whom bind and call: levels, mechanisms, transports, callbacks.
 */
#include "support_echo.h"

#include "ndr_epmapper_c.h"

/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
static const uint8_t password_hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					   0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

struct fixture {
	struct pair *pair;
	struct dcerpc_server_manager *manager;
	struct dcerpc_server_object *object;
	struct echo_log object_log;
	/* the callbacks: what they answer, and what they saw */
	NTSTATUS bind_status, call_status;
	uint32_t fault;
	bool frees_server;
	unsigned binds, calls;
	uint32_t mechanism, negotiated, level, opnum;
	char account[16], peer[64];
};

static NTSTATUS lookup(void *private_data, const char *domain, const char *account, uint8_t nt_hash[16])
{
	(void)private_data;
	(void)domain;
	(void)account;
	memcpy(nt_hash, password_hash, 16);
	return NT_STATUS_OK;
}

static void note(struct fixture *f, struct dcerpc_call_handle *call)
{
	const char *account = dcerpc_call_handle_account(call), *peer = dcerpc_call_handle_peer(call);

	assert_ptr_equal(dcerpc_call_handle_server(call), f->pair->server);
	assert_ptr_equal(dcerpc_call_handle_private_data(call), &f->pair->log);
	assert_ptr_equal(dcerpc_call_handle_table(call), &ndr_table_rpcecho);
	assert_true(dcerpc_call_handle_connection_id(call) > 0);
	f->mechanism = dcerpc_call_handle_mechanism(call);
	f->negotiated = dcerpc_call_handle_negotiated_mechanism(call);
	f->level = dcerpc_call_handle_level(call);
	f->opnum = dcerpc_call_handle_opnum(call);
	snprintf(f->account, sizeof(f->account), "%s", account != NULL ? account : "nobody");
	snprintf(f->peer, sizeof(f->peer), "%s", peer != NULL ? peer : "");
	if (f->frees_server) {
		TALLOC_FREE(f->pair->server);
	}
}

static NTSTATUS bind_access(void *private_data, struct dcerpc_call_handle *call)
{
	struct fixture *f = private_data;

	f->binds++;
	note(f, call);
	return f->bind_status;
}

static NTSTATUS call_access(void *private_data, struct dcerpc_call_handle *call)
{
	struct fixture *f = private_data;

	f->calls++;
	note(f, call);
	if (f->fault != 0) {
		dcerpc_call_handle_set_fault(call, f->fault);
	}
	return f->call_status;
}

static const struct GUID object_uuid = { .time_low = 7 };

static struct fixture *fixture(TALLOC_CTX *mem_ctx)
{
	struct fixture *f = talloc_zero(mem_ctx, struct fixture);
	struct pair *pair = talloc_zero(f, struct pair);

	f->pair = pair;
	echo_log_init(&pair->log);
	echo_log_init(&f->object_log);
	pair->ev = tevent_context_init(pair);
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_ok(dcerpc_server_register_manager(pair->server, &pair->log.vector, &pair->log, &f->manager));
	assert_ok(dcerpc_server_register_object_manager(pair->server, &object_uuid, &f->object_log.vector,
							&f->object_log, &f->object));
	assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "SWIFT", lookup, NULL));
	assert_ok(dcerpc_server_start(pair->server));
	return f;
}

/* user: NULL for no credentials, "" for those of nobody. */
static NTSTATUS connect_as(struct fixture *f, const char *options, const char *user, struct dcerpc_binding_handle **h)
{
	char *text = talloc_strndup(f, f->pair->where, strlen(f->pair->where) - 1);
	struct dcerpc_binding *b;
	struct tevent_req *req;
	NTSTATUS status;

	text = talloc_asprintf_append(text, "%s%s]", *options != '\0' ? "," : "", options);
	assert_ok(dcerpc_parse_binding(f, text, &b));
	if (user != NULL) {
		struct dcerpc_credentials *c = dcerpc_credentials_create(f);

		if (*user != '\0') {
			assert_ok(dcerpc_credentials_set_user(c, user));
			assert_ok(dcerpc_credentials_set_password(c, "Password"));
		}
		assert_ok(dcerpc_binding_set_credentials(b, c));
	}
	req = dcerpc_connect_send(f, f->pair->ev, b, &ndr_table_rpcecho);
	assert_non_null(req);
	finish(f->pair, req);
	status = dcerpc_connect_recv(req, f, h);
	talloc_free(req);
	return status;
}

static NTSTATUS sink_object(struct fixture *f, struct dcerpc_binding_handle *h, const struct GUID *object)
{
	uint8_t data[9000] = { 1, 2, 3 };
	struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
	struct tevent_req *req = dcerpc_binding_handle_call_send(f, f->pair->ev, h, object, &ndr_table_rpcecho,
								 NDR_ECHO_SINKDATA, f, &r);
	NTSTATUS status;

	assert_non_null(req);
	finish(f->pair, req);
	status = dcerpc_binding_handle_call_recv(req);
	talloc_free(req);
	return status;
}

static NTSTATUS sink(struct fixture *f, struct dcerpc_binding_handle *h)
{
	return sink_object(f, h, NULL);
}

static void mechanisms(void **state)
{
	static const uint32_t spnego[] = { DCERPC_MECHANISM_SPNEGO }, bad[] = { 300 };
	static const uint32_t ntlm_or_nobody[] = { DCERPC_MECHANISM_NTLM, DCERPC_MECHANISM_NONE };
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *plain, *ntlm, *negotiated;

	assert_ok(connect_as(f, "", NULL, &plain));
	assert_ok(connect_as(f, "seal,ntlm", "alice", &ntlm));
	assert_ok(connect_as(f, "seal,spnego", "alice", &negotiated));
	assert_status(dcerpc_server_manager_set_mechanisms(NULL, spnego, 1), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_mechanisms(f->manager, NULL, 1), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_mechanisms(f->manager, bad, 1), NT_STATUS_INVALID_PARAMETER);
	assert_ok(sink(f, plain));

	assert_ok(dcerpc_server_manager_set_mechanisms(f->manager, spnego, 1));
	assert_status(sink(f, plain), NT_STATUS_ACCESS_DENIED);
	assert_status(sink(f, ntlm), NT_STATUS_ACCESS_DENIED);
	assert_ok(sink(f, negotiated));
	/* Not around it by an object. */
	assert_status(sink_object(f, plain, &object_uuid), NT_STATUS_ACCESS_DENIED);
	assert_ok(sink_object(f, negotiated, &object_uuid));

	assert_ok(dcerpc_server_manager_set_mechanisms(f->manager, ntlm_or_nobody, 2));
	assert_ok(sink(f, plain));
	assert_ok(sink(f, ntlm));
	assert_status(sink(f, negotiated), NT_STATUS_ACCESS_DENIED);
	assert_ok(dcerpc_server_manager_set_min_level(f->manager, DCERPC_LEVEL_PRIVACY));
	assert_status(sink(f, plain), NT_STATUS_ACCESS_DENIED);
	assert_status(sink_object(f, plain, &object_uuid), NT_STATUS_ACCESS_DENIED);
	assert_ok(sink(f, ntlm));

	assert_ok(dcerpc_server_manager_set_mechanisms(f->manager, NULL, 0));
	assert_ok(dcerpc_server_manager_set_min_level(f->manager, DCERPC_LEVEL_NONE));
	assert_ok(sink(f, plain));
	assert_ok(sink(f, negotiated));
	talloc_free(f);
}

/* How many entries the server's endpoint mapper lists. */
static uint32_t entries(struct fixture *f)
{
	struct dcerpc_binding_handle *h;
	struct policy_handle handle = { 0 };
	uint32_t count = 0;
	struct epm_Lookup r = {
		.in = { .inquiry_type = RPC_C_EP_ALL_ELTS, .vers_option = RPC_C_VERS_ALL, .entry_handle = &handle,
			.max_ents = 50 },
		.out = { .entry_handle = &handle, .num_ents = &count,
			 .entries = talloc_zero_array(f, struct epm_entry_t, 50) },
	};
	struct tevent_req *req;

	assert_ok(pair_connect(f->pair, f, "", &ndr_table_epmapper, &h));
	req = dcerpc_epm_Lookup_r_send(f, f->pair->ev, h, &r);
	finish(f->pair, req);
	assert_ok(dcerpc_epm_Lookup_r_recv(req, f));
	talloc_free(req);
	talloc_free(h);
	return count;
}

/* Who has logged on as nobody has not authenticated with NTLM. */
static void nobody_has_no_mechanism(void **state)
{
	const uint32_t ntlm = DCERPC_MECHANISM_NTLM, none = DCERPC_MECHANISM_NONE;
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *nobody, *alice;

	talloc_free(f->object);
	assert_ok(dcerpc_server_allow_anonymous(f->pair->server, true));
	assert_ok(connect_as(f, "seal,ntlm", "", &nobody));
	assert_ok(connect_as(f, "seal,ntlm", "alice", &alice));
	assert_ok(dcerpc_server_manager_set_mechanisms(f->manager, &ntlm, 1));
	assert_status(sink(f, nobody), NT_STATUS_ACCESS_DENIED);
	assert_ok(sink(f, alice));
	assert_ok(dcerpc_server_manager_set_mechanisms(f->manager, &none, 1));
	assert_ok(sink(f, nobody));
	assert_status(sink(f, alice), NT_STATUS_ACCESS_DENIED);
	talloc_free(f);
}

static void transports(void **state)
{
	static const char *const pipe_only[] = { "ncacn_np" }, *const both[] = { "ncalrpc", "NCACN_ip_tcp" };
	static const char *const bad[] = { "ncacn_ip_tcp", "ncacn_fax" }, *const none[] = { NULL };
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h, *h2;

	assert_ok(connect_as(f, "", NULL, &h));
	assert_status(dcerpc_server_manager_set_transports(NULL, both, 2), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_transports(f->manager, NULL, 2), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_transports(f->manager, bad, 2), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_transports(f->manager, none, 1), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_manager_set_transports(f->manager, both, 2));
	assert_ok(sink(f, h));
	assert_ok(dcerpc_server_enable_epmapper(f->pair->server));
	assert_int_equal(entries(f), 2);

	assert_ok(dcerpc_server_manager_set_transports(f->manager, pipe_only, 1));
	assert_int_not_equal(sink(f, h), NT_STATUS_OK);
	assert_int_equal(dcerpc_binding_handle_last_fault(h), DCERPC_NCA_S_UNKNOWN_IF);
	assert_int_equal(entries(f), 0);
	/* Its manager for an object is no way around. */
	assert_int_not_equal(sink_object(f, h, &object_uuid), NT_STATUS_OK);
	assert_int_equal(dcerpc_binding_handle_last_fault(h), DCERPC_NCA_S_UNKNOWN_IF);
	assert_status(connect_as(f, "", NULL, &h2), NT_STATUS_RPC_UNKNOWN_IF);

	assert_ok(dcerpc_server_manager_set_transports(f->manager, NULL, 0));
	assert_ok(connect_as(f, "", NULL, &h2));
	assert_ok(sink(f, h2));
	/* echo.idl names ncacn_np, ncacn_ip_tcp and ncalrpc. */
	assert_ok(dcerpc_server_manager_set_transports_from_idl(f->manager));
	assert_ok(sink(f, h2));
	assert_status(dcerpc_server_manager_set_transports_from_idl(NULL), NT_STATUS_INVALID_PARAMETER);
	talloc_free(f);
}

static void callbacks_decide_about_binds(void **state)
{
	static const struct {
		NTSTATUS answer, seen;
	} cases[] = { { NT_STATUS_ACCESS_DENIED, NT_STATUS_ACCESS_DENIED },
		      { NT_STATUS_WRONG_PASSWORD, NT_STATUS_ACCESS_DENIED },
		      { NT_STATUS_RPC_UNKNOWN_IF, NT_STATUS_RPC_UNKNOWN_IF },
		      { NT_STATUS_RPC_SERVER_TOO_BUSY, NT_STATUS_RPC_SERVER_TOO_BUSY } };
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h, *h2;
	size_t i;

	talloc_free(f->object);
	assert_status(dcerpc_server_manager_set_access(NULL, bind_access, NULL, f), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_manager_set_access(f->manager, bind_access, NULL, f));
	assert_ok(connect_as(f, "", NULL, &h));
	assert_int_equal(f->binds, 1);
	assert_int_equal(f->mechanism, DCERPC_MECHANISM_NONE);
	assert_int_equal(f->negotiated, DCERPC_MECHANISM_NONE);
	assert_int_equal(f->level, DCERPC_LEVEL_NONE);
	assert_string_equal(f->account, "nobody");
	assert_memory_equal(f->peer, "ncacn_ip_tcp:127.0.0.1[", 23);
	assert_ok(connect_as(f, "sign,spnego", "alice", &h2));
	assert_int_equal(f->mechanism, DCERPC_MECHANISM_SPNEGO);
	assert_int_equal(f->negotiated, DCERPC_MECHANISM_NTLM);
	assert_int_equal(f->level, DCERPC_LEVEL_INTEGRITY);
	assert_ok(sink(f, h2));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned binds = f->binds;

		f->bind_status = cases[i].answer;
		assert_status(connect_as(f, "", NULL, &h2), cases[i].seen);
		assert_status(connect_as(f, "seal,ntlm", "alice", &h2), cases[i].seen);
		assert_int_equal(f->binds, binds + 2);
		/* What is bound stays, and the refused context costs nothing but itself. */
		assert_status(dcerpc_secondary_context(f, h, &ndr_table_rpcecho, NULL), NT_STATUS_INVALID_PARAMETER);
		{
			struct tevent_req *req = dcerpc_secondary_context_send(f, f->pair->ev, h, &ndr_table_rpcecho);

			finish(f->pair, req);
			assert_status(dcerpc_secondary_context_recv(req, f, &h2), cases[i].seen);
			talloc_free(req);
		}
		assert_ok(sink(f, h));
	}
	talloc_free(f);
}

static void callbacks_decide_about_calls(void **state)
{
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h;
	unsigned finished;

	assert_ok(dcerpc_server_manager_set_access(f->manager, NULL, call_access, f));
	talloc_free(f->object);
	assert_ok(connect_as(f, "seal,ntlm", "alice", &h));
	assert_ok(sink(f, h));
	assert_int_equal(f->calls, 1);
	assert_int_equal(f->binds, 0);
	assert_int_equal(f->mechanism, DCERPC_MECHANISM_NTLM);
	assert_int_equal(f->negotiated, DCERPC_MECHANISM_NTLM);
	assert_int_equal(f->level, DCERPC_LEVEL_PRIVACY);
	assert_int_equal(f->opnum, NDR_ECHO_SINKDATA);
	assert_string_equal(f->account, "alice");

	finished = f->pair->log.finished;
	f->call_status = NT_STATUS_ACCESS_DENIED;
	assert_status(sink(f, h), NT_STATUS_ACCESS_DENIED);
	f->call_status = NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE;
	assert_status(sink(f, h), NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	f->call_status = NT_STATUS_NOT_SUPPORTED;
	f->fault = 0x1234;
	assert_int_not_equal(sink(f, h), NT_STATUS_OK);
	assert_int_equal(dcerpc_binding_handle_last_fault(h), 0x1234);
	assert_int_equal(f->pair->log.finished, finished);
	/* A fault that is chosen for nothing changes nothing. */
	f->call_status = NT_STATUS_OK;
	assert_ok(sink(f, h));
	assert_int_equal(f->calls, 5);
	assert_ok(dcerpc_server_manager_set_access(f->manager, NULL, NULL, NULL));
	assert_ok(sink(f, h));
	assert_int_equal(f->calls, 5);
	talloc_free(f);
}

/* Whoever sends an object UUID gets around nothing. */
/* What refuses the first call of a connection is no refused logon, whatever the client cannot know yet. */
static void the_first_call_may_be_refused(void **state)
{
	static const char *const options[] = { "ntlm", "seal,ntlm", "spnego", "connect,ntlm" };
	static const uint32_t codes[] = { 0, 5, 0x721, DCERPC_NCA_S_PROTO_ERROR, 0x1234 };
	size_t o, c;

	for (o = 0; o < sizeof(options) / sizeof(options[0]); o++) {
		for (c = 0; c < sizeof(codes) / sizeof(codes[0]); c++) {
			struct fixture *f = fixture(*state);
			struct dcerpc_binding_handle *h;
			NTSTATUS status;

			assert_ok(dcerpc_server_manager_set_access(f->manager, NULL, call_access, f));
			talloc_free(f->object);
			assert_ok(connect_as(f, options[o], "alice", &h));
			f->call_status = NT_STATUS_ACCESS_DENIED;
			f->fault = codes[c];
			status = sink(f, h);
			assert_int_not_equal(status, NT_STATUS_LOGON_FAILURE);
			if (codes[c] == 0 || codes[c] == 5) {
				assert_status(status, NT_STATUS_ACCESS_DENIED);
			}
			assert_int_equal(dcerpc_binding_handle_last_fault(h), codes[c] == 0 ? 5 : codes[c]);
			f->call_status = NT_STATUS_OK;
			assert_ok(sink(f, h));
			talloc_free(f);
		}
	}
}

static void policies_hold_for_objects(void **state)
{
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h;

	assert_ok(connect_as(f, "", NULL, &h));
	assert_ok(sink_object(f, h, &object_uuid));
	assert_ok(dcerpc_server_manager_set_min_level(f->manager, DCERPC_LEVEL_CONNECT));
	assert_status(sink_object(f, h, &object_uuid), NT_STATUS_ACCESS_DENIED);
	talloc_free(f);
}

static void callbacks_may_free_the_server(void **state)
{
	unsigned i;

	for (i = 0; i < 2; i++) {
		struct fixture *f = fixture(*state);
		struct dcerpc_binding_handle *h = NULL;

		talloc_free(f->object);
		assert_ok(dcerpc_server_manager_set_access(f->manager, i == 0 ? bind_access : NULL,
							   i == 1 ? call_access : NULL, f));
		if (i == 0) {
			f->frees_server = true;
			assert_int_not_equal(connect_as(f, "seal,ntlm", "alice", &h), NT_STATUS_OK);
		} else {
			assert_ok(connect_as(f, "seal,ntlm", "alice", &h));
			f->frees_server = true;
			assert_int_not_equal(sink(f, h), NT_STATUS_OK);
		}
		assert_null(f->pair->server);
		talloc_free(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(mechanisms),
		TALLOC_TEST(nobody_has_no_mechanism),
		TALLOC_TEST(transports),
		TALLOC_TEST(callbacks_decide_about_binds),
		TALLOC_TEST(callbacks_decide_about_calls),
		TALLOC_TEST(the_first_call_may_be_refused),
		TALLOC_TEST(policies_hold_for_objects),
		TALLOC_TEST(callbacks_may_free_the_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
