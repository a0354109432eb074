/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * secure_server USER PASSWORD [USER PASSWORD...] - serves echo_TestCall of rpcecho (echo.idl) to these users of the domain
 * EXAMPLE, who log on with NTLM, and only sealed. It answers who the caller is.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo.h"

static void check(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static struct tevent_req *test_call_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					 struct dcerpc_call_handle *call, void *arguments)
{
	struct echo_TestCall *r = arguments;

	/* What the library knows of the caller has been proved by him. */
	*r->out.s2 = talloc_asprintf(mem_ctx, "%s of %s, mechanism %u, level %u", dcerpc_call_handle_account(call),
				     dcerpc_call_handle_domain(call), dcerpc_call_handle_mechanism(call),
				     dcerpc_call_handle_level(call));
	return dcerpc_call_done(mem_ctx, ev, *r->out.s2 != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY);
}

static const struct dcerpc_call_entry_point_fns fns[] = {
	[NDR_ECHO_TESTCALL] = { test_call_send, dcerpc_call_simple_recv },
};

static const struct dcerpc_call_entry_point_vector vector = {
	.name = "rpcecho",
	.table = &ndr_table_rpcecho,
	.num_fns = sizeof(fns) / sizeof(fns[0]),
	.fns = fns,
};

/* Asked before each call, when the caller is known and his arguments have not been read. */
static NTSTATUS may_call(void *private_data, struct dcerpc_call_handle *call)
{
	(void)private_data;
	printf("call %u from %s\n", dcerpc_call_handle_opnum(call), dcerpc_call_handle_peer(call));
	fflush(stdout);
	return NT_STATUS_OK;
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
	struct dcerpc_server_endpoint *endpoint;
	struct dcerpc_server_manager *manager;
	bool stopped = false;
	char *where;
	int i;

	check(dcerpc_server_context_create(mem_ctx, ev, &server), "server");
	check(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:127.0.0.1[0]", &endpoint), "endpoint");
	check(dcerpc_server_register_manager(server, &vector, NULL, &manager), "rpcecho");

	/* Accounts in the server's memory. dcerpc_server_enable_ntlm() can ask a function instead, _accounts() a request. */
	check(dcerpc_server_enable_ntlm(server, "EXAMPLE", "SERVER", NULL, NULL), "ntlm");
	for (i = 1; i + 1 < argc; i += 2) {
		struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);

		check(dcerpc_credentials_set_domain(c, "EXAMPLE"), "domain");
		check(dcerpc_credentials_set_user(c, argv[i]), "user");
		check(dcerpc_credentials_set_password(c, argv[i + 1]), "password");
		check(dcerpc_server_add_account(server, c, NULL, 0), "account");
		talloc_free(c);
	}

	/* Who may call: whoever has logged on and encrypts, and then whom the function lets. */
	check(dcerpc_server_manager_set_min_level(manager, DCERPC_LEVEL_PRIVACY), "level");
	check(dcerpc_server_manager_set_access(manager, NULL, may_call, NULL), "access");

	check(dcerpc_server_start(server), "start");
	where = dcerpc_server_endpoint_string(mem_ctx, endpoint);
	printf("listening at %s\n", where);
	fflush(stdout);
	tevent_add_signal(ev, mem_ctx, SIGTERM, 0, stop, &stopped);
	tevent_add_signal(ev, mem_ctx, SIGINT, 0, stop, &stopped);
	while (!stopped && tevent_loop_once(ev) == 0) {
	}
	talloc_free(mem_ctx);
	return 0;
}
