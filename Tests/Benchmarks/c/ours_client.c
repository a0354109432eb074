/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ours_client BINDING OP SIZE INFLIGHT SECONDS SERVER_PID - our C client through generated stubs.
 *
 * OP is addone, echo or mgmt. INFLIGHT 0 makes synchronous calls, else so many are kept outstanding from a tevent loop.
 * The environment's BENCH_USER, BENCH_PASSWORD, BENCH_DOMAIN and BENCH_REALM log on.
 */
#include "measure.h"

#include <talloc.h>
#include <tevent.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_echo_c.h"
#include "ndr_mgmt_c.h"

struct arguments {
	struct echo_AddOne add_one;
	struct echo_EchoData echo_data;
	struct mgmt_is_server_listening listening;
	uint32_t out;
};

static struct measure m;
static struct measure_plan plan;
static char op;
static uint8_t *payload;
static struct dcerpc_binding_handle *handle;
static struct tevent_context *ev;
static uint32_t outstanding;

static void require(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "ours_client: %s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void log_on(struct dcerpc_binding *binding)
{
	if (getenv("BENCH_USER") == NULL) {
		return;
	}
	struct dcerpc_credentials *c = dcerpc_credentials_create(binding);
	require(dcerpc_credentials_set_user(c, getenv("BENCH_USER")), "user");
	require(dcerpc_credentials_set_domain(c, getenv("BENCH_DOMAIN")), "domain");
	require(dcerpc_credentials_set_password(c, getenv("BENCH_PASSWORD")), "password");
	require(dcerpc_credentials_set_realm(c, getenv("BENCH_REALM")), "realm");
	require(dcerpc_binding_set_credentials(binding, c), "credentials");
	talloc_free(c);
}

static void prepare(struct arguments *a)
{
	a->add_one.in.in_data = 1;
	a->add_one.out.out_data = &a->out;
	a->echo_data.in.len = plan.size;
	a->echo_data.in.in_data = payload;
	a->echo_data.out.out_data = NULL; /* DCERPC_HANDLE_REF_ALLOC */
	a->listening.out.status = &a->out;
}

static void run_sync(TALLOC_CTX *mem)
{
	bool more = true;
	while (more) {
		struct arguments a;
		TALLOC_CTX *frame = talloc_new(mem);
		prepare(&a);
		if (op == 'a') {
			require(dcerpc_echo_AddOne_r(handle, frame, &a.add_one), "AddOne");
		} else if (op == 'e') {
			require(dcerpc_echo_EchoData_r(handle, frame, &a.echo_data), "EchoData");
		} else {
			require(dcerpc_mgmt_is_server_listening_r(handle, frame, &a.listening), "mgmt");
		}
		talloc_free(frame);
		more = measure_call(&m);
	}
}

static void start_call(void);

static void call_done(struct tevent_req *req)
{
	struct arguments *a = tevent_req_callback_data_void(req);
	require(dcerpc_stub_r_recv(req, a), "call");
	talloc_free(a);
	outstanding--;
	if (measure_call(&m)) {
		start_call();
	}
}

static void start_call(void)
{
	struct arguments *a = talloc(NULL, struct arguments);
	struct tevent_req *req;
	prepare(a);
	if (op == 'a') {
		req = dcerpc_echo_AddOne_r_send(a, ev, handle, &a->add_one);
	} else if (op == 'e') {
		req = dcerpc_echo_EchoData_r_send(a, ev, handle, &a->echo_data);
	} else {
		req = dcerpc_mgmt_is_server_listening_r_send(a, ev, handle, &a->listening);
	}
	if (req == NULL) {
		require(NT_STATUS_NO_MEMORY, "call");
	}
	tevent_req_set_callback(req, call_done, a);
	outstanding++;
}

static void run(TALLOC_CTX *mem, const struct measure_plan *what)
{
	measure_start(&m, what);
	if (plan.inflight == 0) {
		run_sync(mem);
		return;
	}
	for (uint32_t i = 0; i < plan.inflight; i++) {
		start_call();
	}
	while (outstanding > 0) {
		tevent_loop_once(ev);
	}
}

int main(int argc, char **argv)
{
	if (argc != 7 || strchr("aem", argv[2][0]) == NULL) {
		fprintf(stderr, "usage: ours_client BINDING addone|echo|mgmt SIZE INFLIGHT SECONDS SERVER_PID\n");
		return 2;
	}
	op = argv[2][0];
	plan = measure_plan(argv + 3);
	TALLOC_CTX *mem = talloc_new(NULL);
	const struct ndr_interface_table *table = op == 'm' ? &ndr_table_mgmt : &ndr_table_rpcecho;
	struct dcerpc_binding *binding = NULL;
	ev = tevent_context_init(mem);
	require(dcerpc_parse_binding(mem, argv[1], &binding), argv[1]);
	log_on(binding);
	require(dcerpc_connect(mem, binding, table, &handle), argv[1]);
	require(dcerpc_binding_handle_set_flags(handle, DCERPC_HANDLE_REF_ALLOC, 0), "flags");
	payload = talloc_array(mem, uint8_t, plan.size + 1);
	memset(payload, 7, plan.size + 1);
	struct measure_plan warm = measure_warm_up(&plan);
	run(mem, &warm);
	run(mem, &plan);
	measure_report(&m, &plan);
	return 0;
}
