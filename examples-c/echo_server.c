/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * echo_server [BINDING...] - serves the interface rpcecho (echo.idl), the endpoint mapper and mgmt.
 *
 *   echo_server                                 a free port on 127.0.0.1
 *   echo_server 'ncacn_ip_tcp:[4000]'           every address, port 4000
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo.h"

/* A function that can answer at once: fill in the [out] part and say that it is done. */
static struct tevent_req *add_one_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
				       struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_AddOne *r = arguments;

	(void)call;
	*r->out.out_data = r->in.in_data + 1;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

/* What the answer needs is allocated on mem_ctx; it may also simply point into the request. */
static struct tevent_req *echo_data_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_EchoData *r = arguments;

	(void)call;
	r->out.out_data = r->in.in_data;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

/* A function that takes time: any tevent_req will do, and the answer leaves when it is done. Many run at once. */
struct sleep_state {
	struct echo_TestSleep *r;
};

static void sleep_done(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq, struct tevent_req);
	struct sleep_state *state = tevent_req_data(req, struct sleep_state);

	tevent_wakeup_recv(subreq);
	TALLOC_FREE(subreq);
	state->r->out.result = state->r->in.seconds;
	tevent_req_done(req);
}

static struct tevent_req *sleep_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				     void *arguments)
{
	struct sleep_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct sleep_state);
	struct tevent_req *subreq;

	(void)call;
	if (req == NULL) {
		return NULL;
	}
	state->r = arguments;
	subreq = tevent_wakeup_send(state, ev, tevent_timeval_current_ofs(state->r->in.seconds, 0));
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, sleep_done, req);
	return req;
}

/* The functions by number. One that is missing answers nca_s_op_rng_error. */
static const struct dcerpc_call_entry_point_fns echo_fns[] = {
	[NDR_ECHO_ADDONE] = { add_one_send, dcerpc_call_simple_recv },
	[NDR_ECHO_ECHODATA] = { echo_data_send, dcerpc_call_simple_recv },
	[NDR_ECHO_TESTSLEEP] = { sleep_send, dcerpc_call_simple_recv },
};

static const struct dcerpc_call_entry_point_vector echo_vector = {
	.name = "rpcecho",
	.table = &ndr_table_rpcecho,
	.num_fns = sizeof(echo_fns) / sizeof(echo_fns[0]),
	.fns = echo_fns,
};

static void check(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void listen_at(struct dcerpc_server_context *server, const char *binding)
{
	struct dcerpc_server_endpoint *endpoint;
	char *where;

	check(dcerpc_server_add_endpoint(server, binding, &endpoint), binding);
	where = dcerpc_server_endpoint_string(server, endpoint);
	printf("listening at %s\n", where);
	talloc_free(where);
}

static void stop(struct tevent_context *ev, struct tevent_signal *se, int signum, int count, void *siginfo,
		 void *private_data)
{
	(void)ev, (void)se, (void)signum, (void)count, (void)siginfo;
	*(bool *)private_data = true;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	struct dcerpc_server_context *server;
	bool stopped = false;
	int i;

	check(dcerpc_server_context_create(mem_ctx, ev, &server), "server");
	for (i = 1; i < argc; i++) {
		listen_at(server, argv[i]);
	}
	if (argc == 1) {
		listen_at(server, "ncacn_ip_tcp:127.0.0.1[0]");
	}
	check(dcerpc_server_register_manager(server, &echo_vector, NULL, NULL), "rpcecho");
	check(dcerpc_server_enable_epmapper(server), "endpoint mapper");
	check(dcerpc_server_enable_mgmt(server), "mgmt");
	check(dcerpc_server_start(server), "start");
	fflush(stdout);

	tevent_add_signal(ev, mem_ctx, SIGTERM, 0, stop, &stopped);
	tevent_add_signal(ev, mem_ctx, SIGINT, 0, stop, &stopped);
	while (!stopped && tevent_loop_once(ev) == 0) {
	}
	printf("%llu calls served, %llu faults\n",
	       (unsigned long long)dcerpc_server_get_stat(server, DCERPC_SERVER_STAT_CALLS),
	       (unsigned long long)dcerpc_server_get_stat(server, DCERPC_SERVER_STAT_FAULTS));
	talloc_free(mem_ctx);
	return 0;
}
