/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Time that runs out, cancelled calls, servers that do not answer.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support_echo.h"

static double seconds_since(struct timeval begin)
{
	struct timeval end = tevent_timeval_current(), span = tevent_timeval_until(&begin, &end);

	return (double)span.tv_sec + (double)span.tv_usec / 1e6;
}

static NTSTATUS nap(struct pair *pair, struct dcerpc_binding_handle *h, uint32_t milliseconds)
{
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, h, milliseconds);
	uint32_t result = 0;
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_echo_TestSleep_recv(req, pair, &result);
	talloc_free(req);
	return status;
}

static void a_slow_call_keeps_the_connection(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct timeval begin = tevent_timeval_current();

	assert_int_equal(dcerpc_binding_handle_set_timeout(pair->h, 1), 600);
	assert_status(nap(pair, pair->h, 1400), NT_STATUS_IO_TIMEOUT);
	assert_true(seconds_since(begin) > 0.9 && seconds_since(begin) < 1.35);
	assert_true(dcerpc_binding_handle_is_connected(pair->h));
	assert_add_one_works(pair, pair->h);
	run_for(pair->ev, 600); /* the late answer, if any, is ignored */
	assert_add_one_works(pair, pair->h);
	assert_int_equal(dcerpc_binding_handle_set_timeout(pair->h, 0), 1);
	assert_ok(nap(pair, pair->h, 10));
}

static void an_end_time_of_the_callers_own(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5000);
	uint32_t result = 0;

	assert_true(tevent_req_set_endtime(req, pair->ev, tevent_timeval_current_ofs(0, 50000)));
	finish(pair, req);
	assert_status(dcerpc_echo_TestSleep_recv(req, pair, &result), NT_STATUS_IO_TIMEOUT);
	talloc_free(req);
	assert_add_one_works(pair, pair->h);
}

static void a_cancelled_call(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct timeval begin = tevent_timeval_current();
	struct tevent_req *req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 500);
	uint32_t result = 0;

	run_for(pair->ev, 10);
	(void)tevent_req_cancel(req);
	/* Cancelled, or answered all the same: it ends, and the connection is as good as before. */
	finish(pair, req);
	(void)dcerpc_echo_TestSleep_recv(req, pair, &result);
	assert_true(seconds_since(begin) < 2);
	talloc_free(req);
	assert_true(dcerpc_binding_handle_is_connected(pair->h));
	assert_add_one_works(pair, pair->h);
}

/* A socket that takes connections and never says a word. */
static char *silent_server(TALLOC_CTX *mem_ctx, int *fd)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(*fd >= 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(*fd, 5), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &length), 0);
	return talloc_asprintf(mem_ctx, "ncacn_ip_tcp:127.0.0.1[%u]", ntohs(address.sin_port));
}

static struct tevent_req *connect_to(TALLOC_CTX *mem_ctx, struct tevent_context *ev, const char *where)
{
	struct dcerpc_binding *binding;

	assert_ok(dcerpc_parse_binding(mem_ctx, where, &binding));
	return dcerpc_connect_send(mem_ctx, ev, binding, &ndr_table_rpcecho);
}

static void a_server_that_is_silent(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_binding_handle *h = (void *)0x1;
	int fd;
	char *where = silent_server(*state, &fd);
	struct tevent_req *req = connect_to(*state, ev, where);

	assert_true(tevent_req_set_endtime(req, ev, tevent_timeval_current_ofs(0, 100000)));
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_IO_TIMEOUT);
	assert_ptr_equal(h, (void *)0x1);
	close(fd);
}

static void a_server_that_hangs_up(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_binding_handle *h = (void *)0x1;
	int fd, peer;
	char *where = silent_server(*state, &fd);
	struct tevent_req *req = connect_to(*state, ev, where);

	run_for(ev, 20);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	close(peer);
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_CONNECTION_DISCONNECTED);
	assert_ptr_equal(h, (void *)0x1);
	close(fd);
}

static void a_server_that_talks_nonsense(void **state)
{
	static const char nonsense[] = "HTTP/1.0 400 Bad Request\r\n\r\n<html>this is not DCE/RPC at all</html>";
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_binding_handle *h = (void *)0x1;
	int fd, peer;
	char *where = silent_server(*state, &fd);
	struct tevent_req *req = connect_to(*state, ev, where);

	run_for(ev, 20);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);
	assert_int_equal(write(peer, nonsense, sizeof(nonsense)), sizeof(nonsense));
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_RPC_PROTOCOL_ERROR);
	assert_ptr_equal(h, (void *)0x1);
	close(peer);
	close(fd);
}

static void nobody_there(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_binding_handle *h = (void *)0x1;
	int fd;
	char *where = silent_server(*state, &fd);
	struct tevent_req *req;

	close(fd);
	req = connect_to(*state, ev, where);
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_CONNECTION_REFUSED);

	req = connect_to(*state, ev, "ncacn_ip_tcp:no-such-host.invalid[135]");
	assert_true(tevent_req_poll(req, ev));
	assert_status(dcerpc_connect_recv(req, *state, &h), NT_STATUS_BAD_NETWORK_PATH);
	assert_ptr_equal(h, (void *)0x1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(a_slow_call_keeps_the_connection),
		TALLOC_TEST(an_end_time_of_the_callers_own),
		TALLOC_TEST(a_cancelled_call),
		TALLOC_TEST(a_server_that_is_silent),
		TALLOC_TEST(a_server_that_hangs_up),
		TALLOC_TEST(a_server_that_talks_nonsense),
		TALLOC_TEST(nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
