/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Everything may be freed at any time, in any order, by talloc_free().
 */
#include "support_echo.h"

static void a_request_half_way(void **state)
{
	struct pair *pair = echo_pair(*state);
	uint32_t answer = 7;
	unsigned called = 0;
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 30);

	tevent_req_set_callback(req, count_callback, &called);
	run_for(pair->ev, 10);
	assert_int_equal(pair->log.started, 1);
	talloc_free(req);
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS_IN_FLIGHT), 0);
	/* Its answer comes, or does not; either is ignored. */
	run_for(pair->ev, 60);
	assert_int_equal(called, 0);
	assert_int_equal(pair->log.finished + pair->log.abandoned, 1);
	assert_add_one_works(pair, pair->h);

	/* Before anything was sent. */
	req = dcerpc_echo_AddOne_send(pair, pair->ev, pair->h, 1, &answer);
	talloc_free(req);
	run_for(pair->ev, 20);
	assert_int_equal(answer, 7);
	assert_add_one_works(pair, pair->h);
}

static void a_request_in_the_middle_of_its_answer(void **state)
{
	enum { length = 2000000 };
	struct pair *pair = echo_pair(*state);
	uint8_t *data = talloc_zero_array(pair, uint8_t, length);
	uint8_t *answer = talloc_zero_array(pair, uint8_t, length);
	int turns;

	/* One, two, three ... turns of the loop into a call of many fragments. */
	for (turns = 1; turns <= 40; turns += 3) {
		struct tevent_req *req =
			dcerpc_echo_EchoData_send(pair, pair->ev, pair->h, length, data, answer);
		int i;

		for (i = 0; i < turns && tevent_req_is_in_progress(req); i++) {
			assert_int_equal(tevent_loop_once(pair->ev), 0);
		}
		talloc_free(req);
		assert_add_one_works(pair, pair->h);
	}
}

static void a_connect_half_way(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding *binding;
	int turns;

	assert_ok(dcerpc_parse_binding(pair, pair->where, &binding));
	for (turns = 0; turns < 8; turns++) {
		struct tevent_req *req = dcerpc_connect_send(pair, pair->ev, binding, &ndr_table_rpcecho);
		int i;

		for (i = 0; i < turns && tevent_req_is_in_progress(req); i++) {
			assert_int_equal(tevent_loop_once(pair->ev), 0);
		}
		talloc_free(req);
	}
	run_for(pair->ev, 50);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
}

/* --- The handle -------------------------------------------------------------------------------------------------- */

struct owner {
	struct pair *pair;
	struct dcerpc_binding_handle *h;
	unsigned ended;
	NTSTATUS last;
};

static void free_the_handle(struct tevent_req *req)
{
	struct owner *owner = tevent_req_callback_data_void(req);

	assert_ok(dcerpc_echo_AddOne_recv(req, owner->pair));
	owner->ended++;
	TALLOC_FREE(owner->h);
	talloc_free(req);
}

static void note_the_end(struct tevent_req *req)
{
	struct owner *owner = tevent_req_callback_data_void(req);
	uint32_t result;

	owner->last = dcerpc_echo_TestSleep_recv(req, owner->pair, &result);
	owner->ended++;
}

static void a_handle_in_the_callback_of_its_request(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct owner owner = { .pair = pair, .h = pair->h };
	uint32_t answer;
	struct tevent_req *sleeping = dcerpc_echo_TestSleep_send(pair, pair->ev, owner.h, 5000);
	struct tevent_req *adding = dcerpc_echo_AddOne_send(pair, pair->ev, owner.h, 1, &answer);

	tevent_req_set_callback(sleeping, note_the_end, &owner);
	tevent_req_set_callback(adding, free_the_handle, &owner);
	while (owner.ended < 2) {
		assert_int_equal(tevent_loop_once(pair->ev), 0);
	}
	assert_null(owner.h);
	assert_status(owner.last, NT_STATUS_LOCAL_DISCONNECT);
	/* The server notices and drops the call that it still runs. */
	run_for(pair->ev, 50);
	assert_int_equal(pair->log.abandoned, 1);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
}

static void a_handle_with_pending_calls(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct owner owner = { .pair = pair };
	int i;

	for (i = 0; i < 10; i++) {
		tevent_req_set_callback(dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5000), note_the_end,
					&owner);
	}
	run_for(pair->ev, 20);
	TALLOC_FREE(pair->h);
	assert_int_equal(owner.ended, 0); /* callbacks come from the loop */
	run_for(pair->ev, 20);
	assert_int_equal(owner.ended, 10);
	assert_status(owner.last, NT_STATUS_LOCAL_DISCONNECT);
}

/* The connection lives on for another handle, and so do answers to calls of the one that went. */
static void one_of_two_handles_with_a_pending_call(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct echo_TestSleep r = { .in = { .seconds = 50 } };
	struct dcerpc_binding_handle *other;
	struct tevent_req *req;
	unsigned turn;

	for (turn = 0; turn < 2; turn++) {
		req = dcerpc_secondary_context_send(pair, pair->ev, pair->h, &ndr_table_rpcecho);
		finish(pair, req);
		assert_ok(dcerpc_secondary_context_recv(req, pair, &other));
		talloc_free(req);
		req = dcerpc_echo_TestSleep_r_send(pair, pair->ev, other, &r);
		run_for(pair->ev, 10);
		talloc_free(other);
		assert_status(dcerpc_echo_TestSleep_r_recv(req, pair), NT_STATUS_LOCAL_DISCONNECT);
		talloc_free(req);
		if (turn == 0) {
			assert_add_one_works(pair, pair->h);
		}
		run_for(pair->ev, 100);
		assert_add_one_works(pair, pair->h);
	}
	talloc_free(pair);
}

static void a_disconnected_handle(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct owner owner = { .pair = pair };
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5000);

	tevent_req_set_callback(req, note_the_end, &owner);
	assert_true(dcerpc_binding_handle_is_connected(pair->h));
	assert_ok(dcerpc_binding_handle_disconnect(pair->h));
	assert_false(dcerpc_binding_handle_is_connected(pair->h));
	assert_int_equal(owner.ended, 0);
	run_for(pair->ev, 20);
	assert_int_equal(owner.ended, 1);
	assert_status(owner.last, NT_STATUS_LOCAL_DISCONNECT);
	assert_status(dcerpc_binding_handle_disconnect(pair->h), NT_STATUS_CONNECTION_DISCONNECTED);
	assert_int_equal(dcerpc_binding_handle_get_assoc_group_id(pair->h), 0);
}

static void a_parent_of_everything(void **state)
{
	struct pair *pair = echo_pair(*state);
	TALLOC_CTX *parent = talloc_new(pair);
	struct dcerpc_binding_handle *h;
	struct tevent_req *req;

	assert_ok(pair_connect(pair, parent, "", &ndr_table_rpcecho, &h));
	/* The request is a child of the handle's parent, then of the handle itself. */
	req = dcerpc_echo_TestSleep_send(parent, pair->ev, h, 5000);
	assert_non_null(req);
	req = dcerpc_echo_TestSleep_send(h, pair->ev, h, 5000);
	assert_non_null(req);
	run_for(pair->ev, 10);
	talloc_free(parent);
	run_for(pair->ev, 50);
	assert_int_equal(pair->log.abandoned, 2);
	assert_add_one_works(pair, pair->h);
}

/* --- The loop ---------------------------------------------------------------------------------------------------- */

static void a_loop_before_the_client(void **state)
{
	struct pair *pair = echo_server(*state);
	struct tevent_context *other = tevent_context_init(*state);
	struct dcerpc_binding *binding;
	struct dcerpc_binding_handle *h = NULL;
	struct tevent_req *req;
	uint32_t answer;

	/* The client's loop is not the server's: turn by turn. */
	assert_ok(dcerpc_parse_binding(pair, pair->where, &binding));
	req = dcerpc_connect_send(pair, other, binding, &ndr_table_rpcecho);
	while (tevent_req_is_in_progress(req)) {
		run_for(other, 1);
		run_for(pair->ev, 1);
	}
	assert_ok(dcerpc_connect_recv(req, *state, &h));
	talloc_free(req);

	req = dcerpc_echo_TestSleep_send(*state, other, h, 5000);
	assert_non_null(req);
	run_for(other, 5);
	talloc_free(other);
	assert_false(tevent_req_is_in_progress(req) && dcerpc_binding_handle_is_connected(h) &&
		     dcerpc_binding_handle_get_stat(h, DCERPC_STAT_CALLS_IN_FLIGHT) != 0);
	talloc_free(req);
	assert_true(dcerpc_binding_handle_get_stat(h, DCERPC_STAT_CALLS) > 0);
	(void)answer;
	talloc_free(h);
	run_for(pair->ev, 20);
}

static void a_loop_before_the_server(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_server_context *server = talloc_steal(*state, pair->server);
	struct tevent_req *req = dcerpc_echo_TestSleep_send(*state, pair->ev, pair->h, 5000);

	run_for(pair->ev, 10);
	TALLOC_FREE(pair->ev);
	assert_false(tevent_req_is_in_progress(req) &&
		     dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS_IN_FLIGHT) != 0);
	talloc_free(req);
	talloc_free(server);
	assert_false(NT_STATUS_IS_OK(dcerpc_server_context_create(*state, NULL, &server)));
}

static void a_loop_first_and_the_handle_last(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h = talloc_steal(*state, pair->h);

	/* Frees the server, then the loop. */
	talloc_free(pair);
	dcerpc_binding_handle_is_connected(h);
	dcerpc_binding_handle_get_stat(h, DCERPC_STAT_BYTES_SENT);
	talloc_free(h);
}

/* --- The server -------------------------------------------------------------------------------------------------- */

static void a_server_with_running_calls(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct owner owner = { .pair = pair };
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5000);

	tevent_req_set_callback(req, note_the_end, &owner);
	run_for(pair->ev, 20);
	assert_int_equal(pair->log.started, 1);
	TALLOC_FREE(pair->server);
	assert_int_equal(pair->log.abandoned, 1);
	run_for(pair->ev, 20);
	assert_int_equal(owner.ended, 1);
	assert_status(owner.last, NT_STATUS_CONNECTION_DISCONNECTED);
	assert_false(dcerpc_binding_handle_is_connected(pair->h));
}

static void free_something(struct dcerpc_call_handle *call, void *private_data)
{
	void **something = private_data;

	assert_non_null(call);
	TALLOC_FREE(*something);
}

static NTSTATUS sink(struct pair *pair)
{
	uint8_t data[] = { 1, 2, 3 };
	struct tevent_req *req = dcerpc_echo_SinkData_send(pair, pair->ev, pair->h, sizeof(data), data);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_echo_SinkData_recv(req, pair);
	talloc_free(req);
	return status;
}

static void an_endpoint_in_its_own_call(void **state)
{
	struct pair *pair = echo_pair(*state);
	void *something = pair->endpoint;

	pair->log.on_sink = free_something;
	pair->log.on_sink_private = &something;
	assert_status(sink(pair), NT_STATUS_CONNECTION_DISCONNECTED);
}

static void a_manager_in_its_own_call(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_server_manager *manager;
	struct echo_log log;
	struct GUID object;
	void *something;

	/* The manager of echo_server() was not kept: serve another version of the interface by a second server. */
	TALLOC_FREE(pair->server);
	echo_log_init(&log);
	assert_ok(GUID_from_string("5c1f0a6e-1111-4222-8333-944455566677", &object));
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	assert_ok(dcerpc_server_register_manager(pair->server, &log.vector, &log, &manager));
	assert_ok(dcerpc_server_start(pair->server));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));

	something = manager;
	log.on_sink = free_something;
	log.on_sink_private = &something;
	assert_ok(sink(pair)); /* calls that run are finished */
	assert_false(NT_STATUS_IS_OK(sink(pair)));
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_NCA_S_UNKNOWN_IF);
}

static void an_endpoint(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h;
	uint32_t answer;
	struct tevent_req *req;

	TALLOC_FREE(pair->endpoint);
	req = dcerpc_echo_AddOne_send(pair, pair->ev, pair->h, 1, &answer);
	finish(pair, req);
	assert_status(dcerpc_echo_AddOne_recv(req, pair), NT_STATUS_CONNECTION_DISCONNECTED);
	assert_status(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h), NT_STATUS_CONNECTION_REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(a_request_half_way),
		TALLOC_TEST(a_request_in_the_middle_of_its_answer),
		TALLOC_TEST(a_connect_half_way),
		TALLOC_TEST(a_handle_in_the_callback_of_its_request),
		TALLOC_TEST(a_handle_with_pending_calls),
		TALLOC_TEST(one_of_two_handles_with_a_pending_call),
		TALLOC_TEST(a_disconnected_handle),
		TALLOC_TEST(a_parent_of_everything),
		TALLOC_TEST(a_loop_before_the_client),
		TALLOC_TEST(a_loop_before_the_server),
		TALLOC_TEST(a_loop_first_and_the_handle_last),
		TALLOC_TEST(a_server_with_running_calls),
		TALLOC_TEST(an_endpoint_in_its_own_call),
		TALLOC_TEST(a_manager_in_its_own_call),
		TALLOC_TEST(an_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
