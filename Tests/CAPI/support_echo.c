/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "support_echo.h"

static struct tevent_req *add_one_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
				       struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_AddOne *r = arguments;

	(void)call;
	*r->out.out_data = r->in.in_data + 1;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static struct tevent_req *echo_data_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_EchoData *r = arguments;

	(void)call;
	r->out.out_data = r->in.in_data;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static struct tevent_req *sink_data_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_log *log = dcerpc_call_handle_private_data(call);
	NTSTATUS status = log->sink_status;

	(void)arguments;
	if (log->fault_code != 0) {
		dcerpc_call_handle_set_fault(call, log->fault_code);
	}
	if (log->on_sink != NULL) {
		log->on_sink(call, log->on_sink_private);
	}
	return dcerpc_call_done(mem_ctx, ev, status);
}

/* Out of memory: the answer is a fault. */
static struct tevent_req *source_data_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					   struct dcerpc_call_handle *call, void *arguments)
{
	(void)mem_ctx, (void)ev, (void)call, (void)arguments;
	return NULL;
}

static struct tevent_req *test_call_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_TestCall *r = arguments;

	(void)call;
	*r->out.s2 = talloc_asprintf(mem_ctx, "%s!", r->in.s1);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static struct tevent_req *test_call2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					  struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_TestCall2 *r = arguments;

	(void)call;
	r->out.result = NT_STATUS_OK;
	switch (r->in.level) {
	case 1:
		r->out.info->info1.v = 10;
		break;
	case 2:
		r->out.info->info2.v = 20;
		break;
	case 3:
		r->out.info->info3.v = 30;
		break;
	case 4:
		r->out.info->info4.v = 0x4000000040ull;
		break;
	case 5:
		r->out.info->info5.v1 = 50;
		r->out.info->info5.v2 = 0x5000000060ull;
		break;
	case 6:
		r->out.info->info6.v1 = 70;
		r->out.info->info6.info1.v = 80;
		break;
	case 7:
		r->out.info->info7.v1 = 90;
		r->out.info->info7.info4.v = 0x9000000100ull;
		break;
	default:
		r->out.result = NT_STATUS_INVALID_INFO_CLASS;
		break;
	}
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static struct tevent_req *echo_back_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	(void)call, (void)arguments; /* [in,out] arguments: the answer is the question */
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

struct sleep_state {
	struct echo_TestSleep *r;
	struct echo_log *log;
	bool answered;
};

static int sleep_destructor(struct sleep_state *state)
{
	if (!state->answered) {
		state->log->abandoned++;
	}
	return 0;
}

static void sleep_done(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq, struct tevent_req);
	struct sleep_state *state = tevent_req_data(req, struct sleep_state);

	tevent_wakeup_recv(subreq);
	TALLOC_FREE(subreq);
	state->r->out.result = state->r->in.seconds;
	state->answered = true;
	state->log->finished++;
	tevent_req_done(req);
}

static struct tevent_req *sleep_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				     void *arguments)
{
	struct sleep_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct sleep_state);
	struct tevent_req *subreq;
	uint32_t milliseconds;

	if (req == NULL) {
		return NULL;
	}
	state->r = arguments;
	state->log = dcerpc_call_handle_private_data(call);
	state->log->started++;
	talloc_set_destructor(state, sleep_destructor);
	milliseconds = state->r->in.seconds;
	subreq = tevent_wakeup_send(
		state, ev, tevent_timeval_current_ofs(milliseconds / 1000, milliseconds % 1000 * 1000));
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, sleep_done, req);
	return req;
}

void echo_log_init(struct echo_log *log)
{
	memset(log, 0, sizeof(*log));
	log->fns[NDR_ECHO_ADDONE].fn_send = add_one_send;
	log->fns[NDR_ECHO_ECHODATA].fn_send = echo_data_send;
	log->fns[NDR_ECHO_SINKDATA].fn_send = sink_data_send;
	log->fns[NDR_ECHO_SOURCEDATA].fn_send = source_data_send;
	log->fns[NDR_ECHO_TESTCALL].fn_send = test_call_send;
	log->fns[NDR_ECHO_TESTCALL2].fn_send = test_call2_send;
	log->fns[NDR_ECHO_TESTSLEEP].fn_send = sleep_send;
	log->fns[NDR_ECHO_TESTENUM].fn_send = echo_back_send;
	log->fns[NDR_ECHO_TESTSURROUNDING].fn_send = echo_back_send;
	for (size_t i = 0; i < sizeof(log->fns) / sizeof(log->fns[0]); i++) {
		log->fns[i].fn_recv = log->fns[i].fn_send != NULL ? dcerpc_call_simple_recv : NULL;
	}
	log->vector.name = "rpcecho";
	log->vector.table = &ndr_table_rpcecho;
	log->vector.num_fns = NDR_ECHO_TESTDOUBLEPOINTER + 1;
	log->vector.fns = log->fns;
}

struct pair *echo_server(TALLOC_CTX *mem_ctx)
{
	struct pair *pair = talloc_zero(mem_ctx, struct pair);

	assert_non_null(pair);
	echo_log_init(&pair->log);
	pair->ev = tevent_context_init(pair);
	assert_non_null(pair->ev);
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ptr_equal(talloc_parent(pair->server), pair);
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	assert_ok(dcerpc_server_register_manager(pair->server, &pair->log.vector, &pair->log, NULL));
	assert_ok(dcerpc_server_start(pair->server));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_non_null(pair->where);
	return pair;
}

struct pair *echo_pair(TALLOC_CTX *mem_ctx)
{
	struct pair *pair = echo_server(mem_ctx);

	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	return pair;
}

void finish(struct pair *pair, struct tevent_req *req)
{
	assert_non_null(req);
	assert_true(tevent_req_poll(req, pair->ev));
}

NTSTATUS pair_connect(struct pair *pair, TALLOC_CTX *mem_ctx, const char *options,
		      const struct ndr_interface_table *table, struct dcerpc_binding_handle **h)
{
	char *text = talloc_asprintf(pair, "%.*s%s]", (int)strlen(pair->where) - 1, pair->where, options);
	struct dcerpc_binding *binding;
	struct tevent_req *req;
	NTSTATUS status;

	assert_ok(dcerpc_parse_binding(pair, text, &binding));
	req = dcerpc_connect_send(pair, pair->ev, binding, table);
	finish(pair, req);
	status = dcerpc_connect_recv(req, mem_ctx, h);
	talloc_free(req);
	talloc_free(binding);
	talloc_free(text);
	return status;
}

static void stop_waiting(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	(void)ev, (void)te, (void)now;
	*(bool *)private_data = true;
}

void run_for(struct tevent_context *ev, unsigned milliseconds)
{
	bool over = false;

	assert_non_null(tevent_add_timer(
		ev, ev, tevent_timeval_current_ofs(milliseconds / 1000, milliseconds % 1000 * 1000), stop_waiting, &over));
	while (!over) {
		assert_int_equal(tevent_loop_once(ev), 0);
	}
}

void assert_add_one_works(struct pair *pair, struct dcerpc_binding_handle *h)
{
	uint32_t answer = 0;
	struct tevent_req *req = dcerpc_echo_AddOne_send(pair, pair->ev, h, 41, &answer);

	finish(pair, req);
	assert_ok(dcerpc_echo_AddOne_recv(req, pair));
	assert_int_equal(answer, 42);
	talloc_free(req);
}

void count_callback(struct tevent_req *req)
{
	unsigned *count = tevent_req_callback_data_void(req);

	(*count)++;
}
