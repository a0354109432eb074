/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ours_server PORT - our rpcecho server: AddOne and EchoData, answered at once. Prints "ready" when it listens on
 * 127.0.0.1:PORT. With BENCH_USER, BENCH_PASSWORD and BENCH_DOMAIN in the environment there is that account for NTLM,
 * with BENCH_KEYTAB there is Kerberos.
 */
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>
#include <tevent.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_echo.h"

static struct tevent_req *add_one(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				  void *arguments)
{
	struct echo_AddOne *r = arguments;
	(void)call;
	*r->out.out_data = r->in.in_data + 1;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

/* The reply is a copy of the request, as in Samba's server. */
static struct tevent_req *echo_data(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				    void *arguments)
{
	struct echo_EchoData *r = arguments;
	(void)call;
	r->out.out_data = talloc_memdup(mem_ctx, r->in.in_data, r->in.len);
	return dcerpc_call_done(mem_ctx, ev, r->out.out_data != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY);
}

static const struct dcerpc_call_entry_point_fns functions[] = {
	{add_one, dcerpc_call_simple_recv},
	{echo_data, dcerpc_call_simple_recv},
};

static const struct dcerpc_call_entry_point_vector vector = {
	.name = "echo",
	.table = &ndr_table_rpcecho,
	.num_fns = sizeof(functions) / sizeof(functions[0]),
	.fns = functions,
};

static void require(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "ours_server: %s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void enable_mechanisms(struct dcerpc_server_context *server)
{
	const char *user = getenv("BENCH_USER"), *keytab = getenv("BENCH_KEYTAB");
	if (user != NULL) {
		const char *domain = getenv("BENCH_DOMAIN"), *password = getenv("BENCH_PASSWORD");
		struct dcerpc_credentials *account = dcerpc_credentials_create(server);
		require(dcerpc_credentials_set_user(account, user), "user");
		require(dcerpc_credentials_set_domain(account, domain), "domain");
		require(dcerpc_credentials_set_password(account, password), "password");
		require(dcerpc_server_enable_ntlm(server, domain, "BENCH", NULL, NULL), "NTLM");
		require(dcerpc_server_add_account(server, account, NULL, 0), "account");
		talloc_free(account);
	}
	if (keytab != NULL) {
		require(dcerpc_server_enable_kerberos(server, keytab, NULL), keytab);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: ours_server PORT\n");
		return 2;
	}
	struct tevent_context *ev = tevent_context_init(NULL);
	struct dcerpc_server_context *server = NULL;
	char *where = talloc_asprintf(ev, "ncacn_ip_tcp:127.0.0.1[%s]", argv[1]);
	require(dcerpc_server_context_create(ev, ev, &server), "context");
	require(dcerpc_server_add_endpoint(server, where, NULL), where);
	require(dcerpc_server_register_manager(server, &vector, NULL, NULL), "manager");
	require(dcerpc_server_enable_mgmt(server), "mgmt");
	enable_mechanisms(server);
	require(dcerpc_server_start(server), "start");
	printf("ready\n");
	fflush(stdout);
	return tevent_loop_wait(ev);
}
