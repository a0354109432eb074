/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What a server's own functions may do to it, to their requests and to the loop.
 */
#include "support_echo.h"

static struct pair *pair;

static NTSTATUS sink(void)
{
	uint8_t data[] = { 1, 2, 3 };
	struct tevent_req *req = dcerpc_echo_SinkData_send(pair, pair->ev, pair->h, sizeof(data), data);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_echo_SinkData_recv(req, pair);
	talloc_free(req);
	return status;
}

static void free_the_server(struct dcerpc_call_handle *call, void *private_data)
{
	void *memory;

	(void)private_data;
	TALLOC_FREE(pair->server);
	/* The call is still there, and says what it can. */
	assert_int_equal(dcerpc_call_handle_opnum(call), NDR_ECHO_SINKDATA);
	assert_ptr_equal(dcerpc_call_handle_table(call), &ndr_table_rpcecho);
	assert_ptr_equal(dcerpc_call_handle_private_data(call), &pair->log);
	assert_null(dcerpc_call_handle_server(call));
	assert_null(dcerpc_call_handle_peer(call));
	assert_int_equal(dcerpc_call_handle_assoc_group_id(call), 0);
	memory = talloc_size(call, 100);
	assert_non_null(memory);
}

static void a_server_in_a_send_function(void **state)
{
	pair = echo_pair(*state);
	pair->log.on_sink = free_the_server;
	assert_status(sink(), NT_STATUS_CONNECTION_DISCONNECTED);
}

static NTSTATUS recv_that_frees(struct tevent_req *req)
{
	TALLOC_FREE(pair->server);
	return dcerpc_call_simple_recv(req);
}

static void a_server_in_a_recv_function(void **state)
{
	pair = echo_pair(*state);
	pair->log.fns[NDR_ECHO_SINKDATA].fn_recv = recv_that_frees;
	assert_status(sink(), NT_STATUS_CONNECTION_DISCONNECTED);
}

static void a_server_in_the_recv_function_of_a_running_call(void **state)
{
	struct tevent_req *req;
	uint32_t result;

	pair = echo_pair(*state);
	pair->log.fns[NDR_ECHO_TESTSLEEP].fn_recv = recv_that_frees;
	req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5);
	finish(pair, req);
	assert_status(dcerpc_echo_TestSleep_recv(req, pair, &result), NT_STATUS_CONNECTION_DISCONNECTED);
}

struct short_lived {
	struct tevent_req *req;
	unsigned cancelled;
};

static void free_it(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	struct tevent_req *req = private_data;

	(void)ev, (void)te, (void)now;
	talloc_free(req);
}

static struct tevent_req *send_that_dies(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct short_lived *lived;
	struct tevent_req *req = tevent_req_create(mem_ctx, &lived, struct short_lived);

	(void)call, (void)arguments;
	assert_non_null(req);
	assert_non_null(tevent_add_timer(ev, lived, tevent_timeval_current_ofs(0, 5000), free_it, req));
	return req;
}

static void a_request_of_a_manager(void **state)
{
	pair = echo_pair(*state);
	pair->log.fns[NDR_ECHO_SINKDATA].fn_send = send_that_dies;
	assert_false(NT_STATUS_IS_OK(sink()));
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_NCA_S_FAULT_UNSPEC);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CALLS_RUNNING), 0);
	assert_add_one_works(pair, pair->h);
}

static struct tevent_req *send_with_a_time_limit(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						 struct dcerpc_call_handle *call, void *arguments)
{
	struct short_lived *lived;
	struct tevent_req *req = tevent_req_create(mem_ctx, &lived, struct short_lived);

	(void)call, (void)arguments;
	assert_non_null(req);
	assert_true(tevent_req_set_endtime(req, ev, tevent_timeval_current_ofs(0, 5000)));
	return req;
}

static void a_request_that_times_out(void **state)
{
	pair = echo_pair(*state);
	pair->log.fns[NDR_ECHO_SINKDATA].fn_send = send_with_a_time_limit;
	assert_false(NT_STATUS_IS_OK(sink()));
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), 1460 /* ERROR_TIMEOUT */);
	assert_add_one_works(pair, pair->h);
}

/* --- Shutdown ---------------------------------------------------------------------------------------------------- */

static void a_shutdown_request_half_way(void **state)
{
	struct tevent_req *call, *req;
	uint32_t result;

	pair = echo_pair(*state);
	call = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 60);
	run_for(pair->ev, 20);
	req = dcerpc_server_shutdown_send(pair, pair->ev, pair->server);
	assert_non_null(req);
	talloc_free(req);

	/* It goes on, and a second one waits for the same end. */
	req = dcerpc_server_shutdown_send(pair, pair->ev, pair->server);
	assert_non_null(req);
	finish(pair, call);
	assert_ok(dcerpc_echo_TestSleep_recv(call, pair, &result));
	finish(pair, req);
	assert_ok(dcerpc_server_shutdown_recv(req));
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
}

static void shut_down(struct dcerpc_call_handle *call, void *private_data)
{
	struct tevent_req **req = private_data;

	*req = dcerpc_server_shutdown_send(pair, pair->ev, dcerpc_call_handle_server(call));
	assert_non_null(*req);
}

static void a_shutdown_in_a_call(void **state)
{
	struct tevent_req *req = NULL;

	pair = echo_pair(*state);
	pair->log.on_sink = shut_down;
	pair->log.on_sink_private = &req;
	/* The call that asked for it is answered. */
	assert_ok(sink());
	assert_non_null(req);
	finish(pair, req);
	assert_ok(dcerpc_server_shutdown_recv(req));
	assert_status(dcerpc_server_start(pair->server), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", NULL),
		      NT_STATUS_INVALID_PARAMETER);
}

static void a_loop_during_shutdown(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_server_context *server;
	struct tevent_req *req;

	assert_ok(dcerpc_server_context_create(*state, ev, &server));
	assert_ok(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:127.0.0.1[0]", NULL));
	assert_ok(dcerpc_server_start(server));
	req = dcerpc_server_shutdown_send(*state, ev, server);
	assert_non_null(req);
	talloc_free(ev);
	/* A server without its loop is over. */
	assert_status(dcerpc_server_start(server), NT_STATUS_INVALID_PARAMETER);
	talloc_free(server);
	talloc_free(req);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(a_server_in_a_send_function),
		TALLOC_TEST(a_server_in_a_recv_function),
		TALLOC_TEST(a_server_in_the_recv_function_of_a_running_call),
		TALLOC_TEST(a_request_of_a_manager),
		TALLOC_TEST(a_request_that_times_out),
		TALLOC_TEST(a_shutdown_request_half_way),
		TALLOC_TEST(a_shutdown_in_a_call),
		TALLOC_TEST(a_loop_during_shutdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
