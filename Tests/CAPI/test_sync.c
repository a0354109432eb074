/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Synchronous calls: they wait without running any loop. The server is a child process.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support_echo.h"

#include "ndr_second_c.h"

struct remote {
	pid_t pid;
	char where[128];
	struct dcerpc_binding_handle *h;
};

static int stop_remote(struct remote *remote)
{
	int status = 0;

	kill(remote->pid, SIGTERM);
	waitpid(remote->pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	return 0;
}

static void stop(struct tevent_context *ev, struct tevent_signal *se, int signum, int count, void *info, void *flag)
{
	(void)ev, (void)se, (void)signum, (void)count, (void)info;
	*(bool *)flag = true;
}

static void serve(int fd)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct pair *pair = echo_server(mem_ctx);
	bool stopped = false;

	tevent_add_signal(pair->ev, pair, SIGTERM, 0, stop, &stopped);
	if (write(fd, pair->where, strlen(pair->where)) < 0) {
		_exit(1);
	}
	close(fd);
	while (!stopped) {
		tevent_loop_once(pair->ev);
	}
	talloc_free(mem_ctx);
	_exit(0);
}

static struct remote *remote_server(TALLOC_CTX *mem_ctx)
{
	struct remote *remote = talloc_zero(mem_ctx, struct remote);
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	remote->pid = fork();
	assert_true(remote->pid >= 0);
	if (remote->pid == 0) {
		close(fds[0]);
		/* A test that dies must not leave a server behind that holds its output open. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fds[1]);
	}
	close(fds[1]);
	assert_true(read(fds[0], remote->where, sizeof(remote->where) - 1) > 0);
	close(fds[0]);
	talloc_set_destructor(remote, stop_remote);
	return remote;
}

static struct remote *remote_pair(TALLOC_CTX *mem_ctx)
{
	struct remote *remote = remote_server(mem_ctx);
	struct dcerpc_binding *binding;

	assert_ok(dcerpc_parse_binding(mem_ctx, remote->where, &binding));
	assert_ok(dcerpc_connect(mem_ctx, binding, &ndr_table_rpcecho, &remote->h));
	assert_ptr_equal(talloc_parent(remote->h), mem_ctx);
	assert_true(dcerpc_binding_handle_is_connected(remote->h));
	return remote;
}

static void calls_without_any_loop(void **state)
{
	enum { length = 1 << 20 };
	struct remote *remote = remote_pair(*state);
	uint8_t *data = talloc_array(*state, uint8_t, length), *answer = talloc_array(*state, uint8_t, length);
	struct echo_AddOne r;
	uint32_t out = 0, i;
	const char *text = NULL;

	for (i = 0; i < 100; i++) {
		assert_ok(dcerpc_echo_AddOne(remote->h, *state, i, &out));
		assert_int_equal(out, i + 1);
	}
	memset(&r, 0, sizeof(r));
	r.in.in_data = 41;
	r.out.out_data = &out;
	assert_ok(dcerpc_echo_AddOne_r(remote->h, *state, &r));
	assert_int_equal(out, 42);
	for (i = 0; i < length; i++) {
		data[i] = (uint8_t)(i * 13);
	}
	assert_ok(dcerpc_echo_EchoData(remote->h, *state, length, data, answer));
	assert_memory_equal(answer, data, length);
	assert_ok(dcerpc_echo_TestCall(remote->h, *state, "hello", &text));
	assert_string_equal(text, "hello!");
	assert_ok(dcerpc_binding_handle_disconnect(remote->h));
	assert_false(NT_STATUS_IS_OK(dcerpc_echo_AddOne(remote->h, *state, 1, &out)));
}

static void raw_bytes(void **state)
{
	static const uint8_t five[] = { 5, 0, 0, 0 };
	struct remote *remote = remote_pair(*state);
	uint8_t *out = NULL;
	size_t length = 0;
	uint32_t flags = 4711;

	assert_ok(dcerpc_binding_handle_raw_call(remote->h, NULL, NDR_ECHO_ADDONE, 0, five, sizeof(five), *state, &out,
						 &length, &flags));
	assert_int_equal(length, 4);
	assert_int_equal(out[0], 6);
	assert_int_equal(flags, 0);
	assert_ptr_equal(talloc_parent(out), *state);
}

static void timer_fired(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	(void)ev, (void)te, (void)now;
	(*(unsigned *)private_data)++;
}

static void a_sync_call_runs_no_loop(void **state)
{
	struct remote *remote = remote_pair(*state);
	struct tevent_context *ev = tevent_context_init(*state);
	unsigned fired = 0, answered = 0;
	uint32_t out = 0, slept = 0;
	struct tevent_req *req;

	/* No nesting, as tevent demands of well-behaved programs. */
	tevent_add_timer(ev, ev, tevent_timeval_current_ofs(0, 1000), timer_fired, &fired);
	req = dcerpc_echo_TestSleep_send(*state, ev, remote->h, 30);
	assert_non_null(req);
	tevent_req_set_callback(req, count_callback, &answered);

	/* A second on the same connection: the pending answer arrives meanwhile, and waits for its loop. */
	assert_ok(dcerpc_echo_TestSleep(remote->h, *state, 120, &slept));
	assert_int_equal(slept, 120);
	assert_int_equal(fired, 0);
	assert_int_equal(answered, 0);

	while (answered == 0) {
		assert_int_equal(tevent_loop_once(ev), 0);
	}
	assert_int_equal(answered, 1);
	assert_ok(dcerpc_echo_TestSleep_recv(req, *state, &slept));
	assert_int_equal(slept, 30);
	talloc_free(req);
	assert_ok(dcerpc_echo_AddOne(remote->h, *state, 1, &out));
	assert_int_equal(out, 2);
}

struct nested {
	struct remote *remote;
	TALLOC_CTX *mem_ctx;
	bool done;
};

static void call_again(struct tevent_req *req)
{
	struct nested *nested = tevent_req_callback_data_void(req);
	uint32_t out = 0;

	assert_ok(dcerpc_echo_AddOne_recv(req, nested->mem_ctx));
	/* Synchronous calls are fine in callbacks: no loop is entered. */
	assert_ok(dcerpc_echo_AddOne(nested->remote->h, nested->mem_ctx, 7, &out));
	assert_int_equal(out, 8);
	nested->done = true;
}

static void a_sync_call_in_a_callback(void **state)
{
	struct nested nested = { .remote = remote_pair(*state), .mem_ctx = *state };
	struct tevent_context *ev = tevent_context_init(*state);
	uint32_t out = 0;
	struct tevent_req *req = dcerpc_echo_AddOne_send(*state, ev, nested.remote->h, 1, &out);

	tevent_req_set_callback(req, call_again, &nested);
	while (!nested.done) {
		assert_int_equal(tevent_loop_once(ev), 0);
	}
	assert_int_equal(out, 2);
}

static void sync_timeouts_and_faults(void **state)
{
	struct remote *remote = remote_pair(*state);
	uint16_t value = 1, *p1 = &value, **p2 = &p1, ***p3 = &p2, result;
	uint32_t slept = 0, out = 0;

	dcerpc_binding_handle_set_timeout(remote->h, 1);
	assert_status(dcerpc_echo_TestSleep(remote->h, *state, 1500, &slept), NT_STATUS_IO_TIMEOUT);
	assert_ok(dcerpc_echo_AddOne(remote->h, *state, 1, &out));
	assert_status(dcerpc_echo_TestDoublePointer(remote->h, *state, p3, &result),
		      NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	assert_int_equal(dcerpc_binding_handle_last_fault(remote->h), DCERPC_NCA_S_OP_RNG_ERROR);
	assert_ok(dcerpc_echo_AddOne(remote->h, *state, 1, &out));
}

static void other_interfaces(void **state)
{
	struct remote *remote = remote_pair(*state);
	struct dcerpc_binding_handle *h2 = (void *)0x1;
	uint32_t out = 0;

	assert_status(dcerpc_secondary_context(*state, remote->h, &ndr_table_second, &h2), NT_STATUS_RPC_UNKNOWN_IF);
	assert_ptr_equal(h2, (void *)0x1);
	assert_ok(dcerpc_secondary_context(*state, remote->h, &ndr_table_rpcecho, &h2));
	assert_ok(dcerpc_echo_AddOne(h2, *state, 1, &out));
	assert_ok(dcerpc_echo_AddOne(remote->h, *state, 1, &out));
}

static void a_server_that_dies(void **state)
{
	struct remote *remote = remote_pair(*state);
	struct dcerpc_binding *binding;
	struct dcerpc_binding_handle *h;
	uint32_t out = 7;

	assert_ok(dcerpc_parse_binding(*state, remote->where, &binding));
	talloc_set_destructor(remote, NULL);
	kill(remote->pid, SIGKILL);
	waitpid(remote->pid, NULL, 0);
	assert_status(dcerpc_echo_AddOne(remote->h, *state, 1, &out), NT_STATUS_CONNECTION_DISCONNECTED);
	assert_int_equal(out, 7);
	assert_false(dcerpc_binding_handle_is_connected(remote->h));
	assert_status(dcerpc_connect(*state, binding, &ndr_table_rpcecho, &h), NT_STATUS_CONNECTION_REFUSED);
}

static void a_child_after_fork(void **state)
{
	struct remote *remote = remote_pair(*state);
	uint32_t out = 0;
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		/* The child may only free what it inherited; that does not hang up for the parent. */
		talloc_free(remote->h);
		/* No exit that valgrind would look for leaks at: the rest is the parent's. */
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_ok(dcerpc_echo_AddOne(remote->h, *state, 1, &out));
	assert_int_equal(out, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(calls_without_any_loop),
		TALLOC_TEST(raw_bytes),
		TALLOC_TEST(a_sync_call_runs_no_loop),
		TALLOC_TEST(a_sync_call_in_a_callback),
		TALLOC_TEST(sync_timeouts_and_faults),
		TALLOC_TEST(other_interfaces),
		TALLOC_TEST(a_server_that_dies),
		TALLOC_TEST(a_child_after_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
