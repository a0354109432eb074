/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * samba_client BINDING OP SIZE INFLIGHT SECONDS SERVER_PID - Samba's C client (libdcerpc): anonymous, or
 * the BENCH_USER, BENCH_PASSWORD, BENCH_DOMAIN and BENCH_REALM of the environment.
 *
 * OP is addone, echo or mgmt. INFLIGHT 0 makes synchronous calls, else so many are kept outstanding.
 */
#include "measure.h"

#include <talloc.h>
#include <tevent.h>

#include <util/data_blob.h>
#include <util/time.h>
#include <core/ntstatus.h>
#include <core/werror.h>
#include <ndr.h>
#include <param.h>
#include <credentials.h>
#include <dcerpc.h>
#include "echo.h"
#include "mgmt.h"

/* Exported by libndr-standard and libsamba-errors, in no installed header. */
extern const struct ndr_interface_table ndr_table_rpcecho, ndr_table_mgmt;
const char *nt_errstr(NTSTATUS status);
/* tevent.h declares it as deprecated. */
void tevent_loop_allow_nesting(struct tevent_context *ev);

enum { OPNUM_ADDONE = 0, OPNUM_ECHODATA = 1, OPNUM_IS_SERVER_LISTENING = 2 };

struct arguments {
	struct echo_AddOne add_one;
	struct echo_EchoData echo_data;
	struct mgmt_is_server_listening listening;
	uint32_t out;
};

static struct measure m;
static struct measure_plan plan;
static const struct ndr_interface_table *table;
static const char *op;
static uint8_t *payload;
static struct dcerpc_binding_handle *handle;
static struct tevent_context *ev;
static uint32_t outstanding;

static void require(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "samba_client: %s: %s\n", what, nt_errstr(status));
		exit(1);
	}
}

static void log_on(struct cli_credentials *credentials)
{
	if (getenv("BENCH_USER") == NULL) {
		cli_credentials_set_anonymous(credentials);
		return;
	}
	cli_credentials_set_username(credentials, getenv("BENCH_USER"), CRED_SPECIFIED);
	cli_credentials_set_domain(credentials, getenv("BENCH_DOMAIN"), CRED_SPECIFIED);
	cli_credentials_set_realm(credentials, getenv("BENCH_REALM"), CRED_SPECIFIED);
	cli_credentials_set_password(credentials, getenv("BENCH_PASSWORD"), CRED_SPECIFIED);
	tevent_loop_allow_nesting(ev); /* its Kerberos does */
}

/* Fills the call's structure; which function and where it stands. */
static uint32_t prepare(struct arguments *a, void **r)
{
	if (op[0] == 'a') {
		a->add_one.in.in_data = 1;
		a->add_one.out.out_data = &a->out;
		*r = &a->add_one;
		return OPNUM_ADDONE;
	}
	if (op[0] == 'e') {
		a->echo_data.in.len = plan.size;
		a->echo_data.in.in_data = payload;
		a->echo_data.out.out_data = NULL;
		*r = &a->echo_data;
		return OPNUM_ECHODATA;
	}
	a->listening.out.status = &a->out;
	*r = &a->listening;
	return OPNUM_IS_SERVER_LISTENING;
}

static void run_sync(TALLOC_CTX *mem)
{
	bool more = true;
	while (more) {
		struct arguments a;
		void *r;
		TALLOC_CTX *frame = talloc_new(mem);
		uint32_t opnum = prepare(&a, &r);
		require(dcerpc_binding_handle_call(handle, NULL, table, opnum, frame, r), op);
		talloc_free(frame);
		more = measure_call(&m);
	}
}

static void start_call(void);

static void call_done(struct tevent_req *req)
{
	struct arguments *a = tevent_req_callback_data_void(req);
	require(dcerpc_binding_handle_call_recv(req), op);
	talloc_free(a);
	outstanding--;
	if (measure_call(&m)) {
		start_call();
	}
}

static void start_call(void)
{
	struct arguments *a = talloc(NULL, struct arguments);
	void *r;
	uint32_t opnum = prepare(a, &r);
	struct tevent_req *req = dcerpc_binding_handle_call_send(a, ev, handle, NULL, table, opnum, a, r);
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
		fprintf(stderr, "usage: samba_client BINDING addone|echo|mgmt SIZE INFLIGHT SECONDS SERVER_PID\n");
		return 2;
	}
	op = argv[2];
	plan = measure_plan(argv + 3);
	table = op[0] == 'm' ? &ndr_table_mgmt : &ndr_table_rpcecho;
	TALLOC_CTX *mem = talloc_new(NULL);
	struct loadparm_context *lp = loadparm_init_global(false);
	if (getenv("SMB_CONF_PATH") == NULL || !lpcfg_load(lp, getenv("SMB_CONF_PATH"))) {
		fprintf(stderr, "samba_client: SMB_CONF_PATH cannot be read\n");
		return 1;
	}
	ev = tevent_context_init(mem);
	require(dcerpc_init(), "dcerpc_init");
	struct cli_credentials *credentials = cli_credentials_init(mem);
	cli_credentials_guess(credentials, lp);
	log_on(credentials);
	struct dcerpc_pipe *pipe = NULL;
	require(dcerpc_pipe_connect(mem, &pipe, argv[1], table, credentials, ev, lp), argv[1]);
	handle = pipe->binding_handle;
	payload = talloc_array(mem, uint8_t, plan.size + 1);
	memset(payload, 7, plan.size + 1);
	struct measure_plan warm = measure_warm_up(&plan);
	run(mem, &warm);
	run(mem, &plan);
	measure_report(&m, &plan);
	return 0;
}
