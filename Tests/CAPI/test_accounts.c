/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Account databases of NTLM servers: in memory, and one that takes its time.
 */
#include "support_echo.h"

/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
static const uint8_t password_hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					   0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

static const struct dom_sid domain_sid = { .sid_rev_num = 1, .num_auths = 2, .id_auth = { 0, 0, 0, 0, 0, 5 },
					   .sub_auths = { 21, 7 } };

struct database {
	struct pair *pair;
	unsigned milliseconds; /* 0: the request is done when it is returned */
	bool out_of_memory, without_hash, frees_in_send, frees_in_recv, frees_request;
	NTSTATUS status;
	unsigned started, received, freed;
	char domain[32], account[32];
	/* what a call saw */
	uint32_t mechanism, num_sids, last_rid;
	char caller[32], caller_domain[32];
};

struct lookup_state {
	struct database *db;
};

static int lookup_freed(struct lookup_state *state)
{
	state->db->freed++;
	return 0;
}

static void lookup_due(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	struct tevent_req *req = private_data;

	(void)ev;
	(void)te;
	(void)now;
	tevent_req_done(req);
}

static struct tevent_req *lookup_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, void *private_data,
				      const char *domain, const char *account)
{
	struct database *db = private_data;
	struct lookup_state *state;
	struct tevent_req *req;

	db->started++;
	snprintf(db->domain, sizeof(db->domain), "%s", domain);
	snprintf(db->account, sizeof(db->account), "%s", account);
	if (db->frees_in_send) {
		TALLOC_FREE(db->pair->server);
	}
	req = db->out_of_memory ? NULL : tevent_req_create(mem_ctx, &state, struct lookup_state);
	if (req == NULL) {
		return NULL;
	}
	state->db = db;
	talloc_set_destructor(state, lookup_freed);
	if (db->milliseconds == 0) {
		tevent_req_done(req);
		return tevent_req_post(req, ev);
	}
	tevent_add_timer(ev, state, tevent_timeval_current_ofs(0, db->milliseconds * 1000), lookup_due, req);
	return req;
}

static NTSTATUS lookup_recv(struct tevent_req *req, struct dcerpc_account *account)
{
	struct lookup_state *state = tevent_req_data(req, struct lookup_state);
	struct database *db = state->db;
	struct dom_sid sid = domain_sid, bad = domain_sid;
	uint32_t i;

	db->received++;
	if (db->frees_in_recv) {
		TALLOC_FREE(db->pair->server);
	}
	if (!db->without_hash) {
		assert_ok(dcerpc_account_set_nt_hash(account, password_hash));
	}
	assert_ok(dcerpc_account_set_name(account, "LAB", "Alice"));
	for (i = 0; i < 3; i++) {
		sid.sub_auths[1] = 500 + i;
		assert_ok(dcerpc_account_add_sid(account, &sid));
	}
	bad.num_auths = 16;
	assert_status(dcerpc_account_add_sid(account, &bad), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_account_add_sid(account, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_account_add_sid(NULL, &sid), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_account_set_nt_hash(account, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_account_set_name(account, NULL, "x"), NT_STATUS_INVALID_PARAMETER);
	return db->status;
}

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct database *db = private_data;
	const char *account = dcerpc_call_handle_account(call), *domain = dcerpc_call_handle_domain(call);
	const struct dom_sid *sids = dcerpc_call_handle_sids(call, &db->num_sids);

	db->mechanism = dcerpc_call_handle_mechanism(call);
	db->last_rid = db->num_sids > 0 ? sids[db->num_sids - 1].sub_auths[1] : 0;
	snprintf(db->caller, sizeof(db->caller), "%s", account != NULL ? account : "nobody");
	snprintf(db->caller_domain, sizeof(db->caller_domain), "%s", domain != NULL ? domain : "nowhere");
}

static struct database *database(TALLOC_CTX *mem_ctx)
{
	struct database *db = talloc_zero(mem_ctx, struct database);

	db->pair = echo_server(db);
	db->pair->log.on_sink = look;
	db->pair->log.on_sink_private = db;
	return db;
}

static struct database *slow_database(TALLOC_CTX *mem_ctx, unsigned milliseconds)
{
	struct database *db = database(mem_ctx);
	struct dcerpc_server_context *server = db->pair->server;

	db->milliseconds = milliseconds;
	assert_status(dcerpc_server_enable_ntlm_accounts(server, "LAB", "SWIFT", NULL, lookup_recv, db),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_ntlm_accounts(server, "LAB", NULL, lookup_send, lookup_recv, db),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_ntlm_accounts(NULL, "LAB", "SWIFT", lookup_send, lookup_recv, db),
		      NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_enable_ntlm_accounts(server, "LAB", "SWIFT", lookup_send, lookup_recv, db));
	return db;
}

static struct tevent_req *connect_send(struct database *db, const char *options, const char *domain, const char *user,
				       const char *password)
{
	char *text = talloc_strndup(db, db->pair->where, strlen(db->pair->where) - 1);
	struct dcerpc_credentials *c = dcerpc_credentials_create(db);
	struct dcerpc_binding *b;

	assert_ok(dcerpc_credentials_set_domain(c, domain));
	assert_ok(dcerpc_credentials_set_user(c, user));
	assert_ok(dcerpc_credentials_set_password(c, password));
	assert_ok(dcerpc_parse_binding(db, talloc_asprintf(db, "%s,%s]", text, options), &b));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	return dcerpc_connect_send(db, db->pair->ev, b, &ndr_table_rpcecho);
}

static NTSTATUS sink(struct database *db, struct dcerpc_binding_handle *h)
{
	uint8_t data[100] = { 1 };
	struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
	struct tevent_req *req = dcerpc_echo_SinkData_r_send(db, db->pair->ev, h, &r);
	NTSTATUS status;

	assert_non_null(req);
	finish(db->pair, req);
	status = dcerpc_echo_SinkData_r_recv(req, db);
	talloc_free(req);
	return status;
}

/* Connects and calls: the first failure. */
static NTSTATUS logon(struct database *db, const char *options, const char *domain, const char *user, const char *password)
{
	struct tevent_req *req = connect_send(db, options, domain, user, password);
	struct dcerpc_binding_handle *h;
	NTSTATUS status;

	assert_non_null(req);
	finish(db->pair, req);
	status = dcerpc_connect_recv(req, db, &h);
	talloc_free(req);
	if (NT_STATUS_IS_OK(status)) {
		status = sink(db, h);
		talloc_free(h);
	}
	return status;
}

static const char *const options[] = { "seal,ntlm", "seal,spnego", "connect,spnego" };

static void lookups_take_their_time(void **state)
{
	static const unsigned delays[] = { 0, 10 };
	size_t i, k;

	for (k = 0; k < 2; k++) {
		struct database *db = slow_database(*state, delays[k]);

		for (i = 0; i < 3; i++) {
			assert_ok(logon(db, options[i], "elsewhere", "alice", "Password"));
			assert_string_equal(db->domain, "elsewhere");
			assert_string_equal(db->account, "alice");
			assert_string_equal(db->caller, "Alice");
			assert_string_equal(db->caller_domain, "LAB");
			assert_int_equal(db->num_sids, 3);
			assert_int_equal(db->last_rid, 502);
			assert_status(logon(db, options[i], "", "alice", "password"), NT_STATUS_LOGON_FAILURE);
			db->status = NT_STATUS_ACCOUNT_DISABLED;
			assert_status(logon(db, options[i], "", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
			db->status = NT_STATUS_OK;
			db->without_hash = true;
			assert_status(logon(db, options[i], "", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
			db->without_hash = false;
			db->out_of_memory = true;
			assert_status(logon(db, options[i], "", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
			db->out_of_memory = false;
		}
		assert_int_equal(db->started, 15);
		assert_int_equal(db->received, 12);
		assert_int_equal(db->freed, 12);
		talloc_free(db);
	}
}

static void everybody_else_is_served_meanwhile(void **state)
{
	struct database *db = slow_database(*state, 100);
	struct tevent_req *req[4];
	struct dcerpc_binding_handle *plain, *h;
	size_t i;

	assert_ok(pair_connect(db->pair, db, "", &ndr_table_rpcecho, &plain));
	for (i = 0; i < 4; i++) {
		req[i] = connect_send(db, "seal,spnego", "", "alice", i == 2 ? "password" : "Password");
	}
	while (db->started < 4) {
		run_for(db->pair->ev, 1);
	}
	assert_ok(sink(db, plain));
	assert_int_equal(db->received, 0);
	for (i = 0; i < 4; i++) {
		finish(db->pair, req[i]);
		assert_status(dcerpc_connect_recv(req[i], db, &h), i == 2 ? NT_STATUS_LOGON_FAILURE : NT_STATUS_OK);
		talloc_free(req[i]);
	}
	talloc_free(db);
}

static void everything_may_go_meanwhile(void **state)
{
	unsigned what;

	for (what = 0; what < 5; what++) {
		size_t i;

		for (i = 0; i < 3; i++) {
			struct database *db = slow_database(*state, 20);
			struct tevent_req *req;

			db->frees_in_send = what == 2;
			db->frees_in_recv = what == 3;
			if (what == 4) {
				db->milliseconds = 0;
				db->frees_in_recv = true;
			}
			req = connect_send(db, options[i], "", "alice", "Password");
			while (db->started == 0) {
				run_for(db->pair->ev, 1);
			}
			switch (what) {
			case 0: /* the client */
				if (tevent_req_is_in_progress(req)) {
					talloc_free(req);
				} else {
					struct dcerpc_binding_handle *h;

					assert_ok(dcerpc_connect_recv(req, db, &h));
					talloc_free(h);
				}
				break;
			case 1: /* the server */
				TALLOC_FREE(db->pair->server);
				break;
			default: break;
			}
			run_for(db->pair->ev, 50);
			assert_int_equal(db->freed, db->started);
			talloc_free(db);
		}
	}
}

static void accounts_in_memory(void **state)
{
	struct database *db = database(*state);
	struct dcerpc_server_context *server = db->pair->server;
	struct dcerpc_credentials *c = dcerpc_credentials_create(db);
	struct dom_sid sids[2] = { domain_sid, domain_sid };
	size_t i;

	sids[1].sub_auths[1] = 513;
	assert_ok(dcerpc_server_enable_ntlm(server, "LAB", "SWIFT", NULL, NULL));
	assert_status(logon(db, "seal,ntlm", "LAB", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
	assert_status(dcerpc_server_add_account(server, c, NULL, 0), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_user(c, "Alice"));
	assert_status(dcerpc_server_add_account(server, c, NULL, 0), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_password(c, "Password"));
	assert_ok(dcerpc_credentials_set_domain(c, "Lab"));
	assert_status(dcerpc_server_add_account(server, NULL, NULL, 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_account(NULL, c, NULL, 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_account(server, c, NULL, 1), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_account(server, c, sids, 1025), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_add_account(server, c, sids, 2));
	assert_ok(dcerpc_credentials_set_user(c, "bob"));
	assert_ok(dcerpc_credentials_set_domain(c, ""));
	assert_ok(dcerpc_credentials_set_nt_hash(c, password_hash));
	assert_ok(dcerpc_server_add_account(server, c, NULL, 0));
	for (i = 0; i < 3; i++) {
		assert_ok(logon(db, options[i], "LAB", "ALICE", "Password"));
		assert_string_equal(db->caller, "Alice");
		assert_string_equal(db->caller_domain, "Lab");
		assert_int_equal(db->num_sids, 2);
		assert_int_equal(db->last_rid, 513);
		assert_ok(logon(db, options[i], "", "alice", "Password"));
		assert_status(logon(db, options[i], "OTHER", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
		assert_status(logon(db, options[i], "LAB", "alice", "password"), NT_STATUS_LOGON_FAILURE);
		assert_ok(logon(db, options[i], "OTHER", "bob", "Password"));
		assert_string_equal(db->caller, "bob");
		assert_string_equal(db->caller_domain, "OTHER");
		assert_int_equal(db->num_sids, 0);
	}
	assert_status(dcerpc_server_remove_account(server, "LAB", NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_remove_account(NULL, "LAB", "alice"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_remove_account(server, "LAB", "bob"), NT_STATUS_NOT_FOUND);
	assert_ok(dcerpc_server_remove_account(server, "lab", "alice"));
	assert_status(logon(db, "seal,ntlm", "LAB", "alice", "Password"), NT_STATUS_LOGON_FAILURE);
	talloc_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(lookups_take_their_time),
		TALLOC_TEST(everybody_else_is_served_meanwhile),
		TALLOC_TEST(everything_may_go_meanwhile),
		TALLOC_TEST(accounts_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
