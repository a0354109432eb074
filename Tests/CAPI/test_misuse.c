/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What a C program can get wrong: an error or an abort by talloc, never silent damage.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support_echo.h"

#include "ndr_second_c.h"

/* --- NULL -------------------------------------------------------------------------------------------------------- */

static void null_connections(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_binding *binding;
	struct dcerpc_binding_handle *h = (void *)0x1;
	struct tevent_req *req;

	assert_ok(dcerpc_parse_binding(*state, "ncacn_ip_tcp:127.0.0.1[1]", &binding));
	assert_status(dcerpc_connect(*state, NULL, &ndr_table_rpcecho, &h), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_connect(*state, binding, NULL, &h), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_connect(*state, binding, &ndr_table_rpcecho, NULL), NT_STATUS_INVALID_PARAMETER);

	req = dcerpc_connect_send(*state, ev, NULL, &ndr_table_rpcecho);
	assert_non_null(req);
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_INVALID_PARAMETER);
	req = dcerpc_connect_send(*state, ev, binding, NULL);
	assert_non_null(req);
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(h, (void *)0x1);
}

static void null_handles(void **state)
{
	struct ndr_syntax_id syntax;
	struct echo_AddOne r;
	uint8_t *out = (void *)0x1;
	size_t length = 4711;
	uint32_t flags = 0;

	memset(&r, 0, sizeof(r));
	assert_false(dcerpc_binding_handle_is_connected(NULL));
	assert_int_equal(dcerpc_binding_handle_set_timeout(NULL, 5), 0);
	assert_false(NT_STATUS_IS_OK(dcerpc_binding_handle_disconnect(NULL)));
	assert_int_equal(dcerpc_binding_handle_last_fault(NULL), 0);
	assert_int_equal(dcerpc_binding_handle_get_assoc_group_id(NULL), 0);
	syntax = dcerpc_binding_handle_get_transfer_syntax(NULL);
	assert_true(GUID_all_zero(&syntax.uuid));
	assert_null(dcerpc_binding_handle_get_binding(NULL));
	assert_non_null(dcerpc_binding_handle_error_string(NULL));
	assert_int_equal(dcerpc_binding_handle_get_stat(NULL, DCERPC_STAT_CALLS), 0);
	assert_status(dcerpc_binding_handle_set_flags(NULL, 0, 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_handle_call(NULL, NULL, &ndr_table_rpcecho, 0, *state, &r),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_handle_raw_call(NULL, NULL, 0, 0, NULL, 0, *state, &out, &length, &flags),
		      NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(out, (void *)0x1);
	assert_int_equal(length, 4711);
	assert_status(dcerpc_echo_AddOne(NULL, *state, 1, &flags), NT_STATUS_INVALID_PARAMETER);
}

static NTSTATUS call(struct pair *pair, struct dcerpc_binding_handle *h, const struct ndr_interface_table *table,
		     uint32_t opnum, void *r)
{
	struct tevent_req *req = dcerpc_binding_handle_call_send(pair, pair->ev, h, NULL, table, opnum, pair, r);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_binding_handle_call_recv(req);
	talloc_free(req);
	return status;
}

static void null_calls(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct echo_AddOne r;
	struct echo_TestCall text;
	struct tevent_req *req;
	const char *answer = NULL;

	memset(&r, 0, sizeof(r));
	memset(&text, 0, sizeof(text));
	assert_status(call(pair, NULL, &ndr_table_rpcecho, 0, &r), NT_STATUS_INVALID_PARAMETER);
	assert_status(call(pair, pair->h, NULL, 0, &r), NT_STATUS_INVALID_PARAMETER);
	assert_status(call(pair, pair->h, &ndr_table_rpcecho, 0, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(call(pair, pair->h, &ndr_table_rpcecho, 999, &r), NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	assert_status(call(pair, pair->h, &ndr_table_second, 0, &r), NT_STATUS_INVALID_PARAMETER_MIX);
	/* A [ref] that is NULL, in the structure and as an argument: nothing is sent. */
	assert_status(call(pair, pair->h, &ndr_table_rpcecho, NDR_ECHO_TESTCALL, &text), NT_STATUS_INVALID_PARAMETER);
	req = dcerpc_echo_TestCall_send(pair, pair->ev, pair->h, NULL, &answer);
	finish(pair, req);
	assert_status(dcerpc_echo_TestCall_recv(req, pair), NT_STATUS_INVALID_PARAMETER);
	talloc_free(req);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CALLS), 0);
	assert_add_one_works(pair, pair->h);
}

static void missing_out_references(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct echo_AddOne r;
	NTSTATUS status;

	/* Without DCERPC_HANDLE_REF_ALLOC there is nowhere to write the answer: no crash, no write. */
	memset(&r, 0, sizeof(r));
	r.in.in_data = 1;
	status = call(pair, pair->h, &ndr_table_rpcecho, NDR_ECHO_ADDONE, &r);
	assert_status(status, NT_STATUS_INVALID_PARAMETER);
	assert_null(r.out.out_data);

	assert_ok(dcerpc_binding_handle_set_flags(pair->h, DCERPC_HANDLE_REF_ALLOC, 0));
	assert_ok(call(pair, pair->h, &ndr_table_rpcecho, NDR_ECHO_ADDONE, &r));
	assert_non_null(r.out.out_data);
	assert_int_equal(*r.out.out_data, 2);
	assert_status(dcerpc_binding_handle_set_flags(pair->h, 0x80000000u, 0), NT_STATUS_INVALID_PARAMETER);
}

static void null_servers(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_server_context *server = (void *)0x1;
	struct echo_log log;

	echo_log_init(&log);
	assert_status(dcerpc_server_context_create(*state, NULL, &server), NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(server, (void *)0x1);
	assert_status(dcerpc_server_context_create(*state, ev, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_endpoint(NULL, "ncacn_ip_tcp:127.0.0.1[0]", NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_register_manager(NULL, &log.vector, NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_epmapper(NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_mgmt(NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_start(NULL), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_server_endpoint_string(*state, NULL));
	assert_int_equal(dcerpc_server_get_stat(NULL, DCERPC_SERVER_STAT_CALLS), 0);

	assert_ok(dcerpc_server_context_create(*state, ev, &server));
	assert_status(dcerpc_server_add_endpoint(server, NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_register_manager(server, NULL, NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_register_object_manager(server, NULL, &log.vector, NULL, NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_start(server), NT_STATUS_INVALID_PARAMETER); /* no endpoint */
}

static void null_call_handles(void **state)
{
	struct GUID object = dcerpc_call_handle_object(NULL);
	NTSTATUS status = NT_STATUS_OK;

	(void)state;
	assert_true(GUID_all_zero(&object));
	assert_int_equal(dcerpc_call_handle_opnum(NULL), 0);
	assert_null(dcerpc_call_handle_table(NULL));
	assert_null(dcerpc_call_handle_private_data(NULL));
	assert_null(dcerpc_call_handle_server(NULL));
	dcerpc_call_handle_peer(NULL);
	dcerpc_call_handle_local(NULL);
	dcerpc_call_handle_set_fault(NULL, 1);
	(void)status;
}

/* --- The wrong object -------------------------------------------------------------------------------------------- */

/* Runs something in a child: it may return an error (SIGKILL), or be aborted; it may not crash otherwise or succeed. */
static void assert_refused(bool (*attempt)(void), const char *what)
{
	pid_t child;
	int status = 0;

	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		freopen("/dev/null", "w", stderr);
		if (attempt()) {
			/* No exit that valgrind would look for leaks at. */
			kill(getpid(), SIGKILL);
		}
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || (WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGABRT)) {
		print_error("%s: wait status %#x\n", what, (unsigned)status);
		fail();
	}
}

static bool call_on_something_else(void)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding_handle *h = (void *)talloc_zero_array(mem_ctx, uint64_t, 64);
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	uint32_t out;
	struct tevent_req *req = dcerpc_echo_AddOne_send(mem_ctx, ev, h, 1, &out);

	return req == NULL ||
	       (tevent_req_poll(req, ev) && !NT_STATUS_IS_OK(dcerpc_echo_AddOne_recv(req, mem_ctx)));
}

static bool serve_on_something_else(void)
{
	struct dcerpc_server_context *server = (void *)talloc_strdup(NULL, "not a server, but long enough to be read");

	return !NT_STATUS_IS_OK(dcerpc_server_start(server));
}

static bool connect_with_something_else(void)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding *binding = (void *)talloc_zero_array(mem_ctx, uint64_t, 64);
	struct dcerpc_binding_handle *h;

	return !NT_STATUS_IS_OK(dcerpc_connect(mem_ctx, binding, &ndr_table_rpcecho, &h));
}

static bool push_with_something_else(void)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct ndr_codec *codec = (void *)talloc_zero_array(mem_ctx, uint64_t, 64);
	struct echo_AddOne r;
	DATA_BLOB blob;

	memset(&r, 0, sizeof(r));
	return !NT_STATUS_IS_OK(ndr_codec_push_call(codec, mem_ctx, NDR_ECHO_ADDONE, NDR_CODEC_IN, &r, &blob));
}

static bool receive_something_else(void)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	struct tevent_req *req = tevent_wakeup_send(mem_ctx, ev, tevent_timeval_current());

	return !NT_STATUS_IS_OK(dcerpc_binding_handle_call_recv(req));
}

static void wrong_objects(void **state)
{
	(void)state;
	assert_refused(call_on_something_else, "a call on something else");
	assert_refused(serve_on_something_else, "a server that is something else");
	assert_refused(connect_with_something_else, "a binding that is something else");
	assert_refused(push_with_something_else, "a codec that is something else");
	assert_refused(receive_something_else, "the result of another request");
}

static void a_receive_too_early(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 50);
	uint32_t result = 4711;

	assert_false(NT_STATUS_IS_OK(dcerpc_echo_TestSleep_recv(req, pair, &result)));
	assert_int_equal(result, 4711);
	talloc_free(req);
	assert_add_one_works(pair, pair->h);
}

/* --- The wrong loop, the wrong table ----------------------------------------------------------------------------- */

static void another_loop(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_context *other = tevent_context_init(pair);
	struct tevent_req *pending = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 50);
	struct tevent_req *req;
	uint32_t out = 0, result = 0;

	run_for(pair->ev, 5);
	req = dcerpc_echo_AddOne_send(pair, other, pair->h, 1, &out);
	assert_non_null(req);
	assert_true(tevent_req_poll(req, other));
	assert_status(dcerpc_echo_AddOne_recv(req, pair), NT_STATUS_INVALID_PARAMETER_MIX);
	talloc_free(req);
	finish(pair, pending);
	assert_ok(dcerpc_echo_TestSleep_recv(pending, pair, &result));
	assert_add_one_works(pair, pair->h);
}

static NTSTATUS connect_with_table(struct pair *pair, const struct ndr_interface_table *table)
{
	struct dcerpc_binding_handle *h = (void *)0x1;
	NTSTATUS status = pair_connect(pair, pair, "", table, &h);

	assert_ptr_equal(h, (void *)0x1);
	return status;
}

static void other_tables(void **state)
{
	struct pair *pair = echo_server(*state);
	struct ndr_interface_table table = ndr_table_rpcecho;

	table.format = dcerpcswift_table_format() + 1;
	assert_status(connect_with_table(pair, &table), NT_STATUS_REVISION_MISMATCH);
	table = ndr_table_rpcecho;
	table.num_types = 1;
	assert_status(connect_with_table(pair, &table), NT_STATUS_INVALID_PARAMETER);
	table = ndr_table_rpcecho;
	table.calls = NULL;
	assert_status(connect_with_table(pair, &table), NT_STATUS_INVALID_PARAMETER);
	table = ndr_table_rpcecho;
	table.syntax_id.uuid.time_low++;
	assert_status(connect_with_table(pair, &table), NT_STATUS_RPC_UNKNOWN_IF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(null_connections),
		TALLOC_TEST(null_handles),
		TALLOC_TEST(null_calls),
		TALLOC_TEST(missing_out_references),
		TALLOC_TEST(null_servers),
		TALLOC_TEST(null_call_handles),
		TALLOC_TEST(wrong_objects),
		TALLOC_TEST(a_receive_too_early),
		TALLOC_TEST(another_loop),
		TALLOC_TEST(other_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
