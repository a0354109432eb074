/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * member_server ADDRESS DC DOMAIN MACHINE PASSWORD [KEYTAB] - a member of a domain that serves rpcecho to whom its domain
 * controller DC knows: MACHINE's secure channel carries the logons, or KEYTAB opens the tickets. Prints "ready" with its binding, and for each
 * AddOne who called, with how many SIDs, the first of them; ends on SIGTERM.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#define DCERPC_IMPLEMENTS_echo_AddOne
#define DCERPC_IMPLEMENTS_echo_EchoData
#include "ndr_echo_s.h"
#include "ndr_netlogon_c.h"

static struct tevent_req *_echo_AddOne_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					    struct dcerpc_call_handle *call, struct echo_AddOne *r)
{
	uint32_t i, count = 0;
	const struct dom_sid *sids = dcerpc_call_handle_sids(call, &count);
	const char *domain = dcerpc_call_handle_domain(call), *account = dcerpc_call_handle_account(call);

	printf("caller %s\\%s level %u by %u/%u, %u SIDs", domain != NULL ? domain : "",
	       account != NULL ? account : "nobody", (unsigned)dcerpc_call_handle_level(call),
	       (unsigned)dcerpc_call_handle_mechanism(call), (unsigned)dcerpc_call_handle_negotiated_mechanism(call),
	       (unsigned)count);
	for (i = 0; count > 0 && i < (uint32_t)sids[0].num_auths; i++) {
		printf("%s%u", i == 0 ? ": S-1-5-" : "-", (unsigned)sids[0].sub_auths[i]);
	}
	printf("\n");
	fflush(stdout);
	*r->out.out_data = r->in.in_data + 1;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _echo_AddOne_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_echo_EchoData_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					      struct dcerpc_call_handle *call, struct echo_EchoData *r)
{
	(void)call;
	r->out.out_data = r->in.in_data;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _echo_EchoData_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		printf("member_server: %s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void terminate(struct tevent_context *ev, struct tevent_signal *se, int number, int count, void *info, void *ended)
{
	(void)ev, (void)se, (void)number, (void)count, (void)info;
	*(bool *)ended = true;
}

int main(int argc, char **argv)
{
	struct tevent_context *ev = tevent_context_init(NULL);
	struct dcerpc_credentials *machine = dcerpc_credentials_create(ev);
	struct dcerpc_server_context *server;
	struct dcerpc_server_endpoint *endpoint;
	struct dcerpc_netlogon_creds *creds;
	struct dcerpc_binding_handle *plain, *netlogon;
	struct dcerpc_binding *b;
	bool ended = false;
	char *computer;

	if (argc < 6) {
		fprintf(stderr, "usage: member_server ADDRESS DC DOMAIN MACHINE PASSWORD [KEYTAB]\n");
		return 2;
	}
	computer = talloc_strdup(ev, argv[4]);
	computer[strcspn(computer, "$")] = '\0';
	must(dcerpc_credentials_set_domain(machine, argv[3]), "domain");
	must(dcerpc_credentials_set_user(machine, argv[4]), "machine");
	must(dcerpc_credentials_set_password(machine, argv[5]), "password");
	must(dcerpc_parse_binding(ev, talloc_asprintf(ev, "ncacn_ip_tcp:%s", argv[2]), &b), "binding");
	must(dcerpc_connect(ev, b, &ndr_table_netlogon, &plain), "netlogon");
	must(dcerpc_netlogon_authenticate(ev, plain, machine, SEC_CHAN_WKSTA, 0, &creds), "secure channel");
	must(dcerpc_credentials_set_netlogon_creds(machine, creds), "credentials");
	must(dcerpc_binding_set_flags(b, DCERPC_BINDING_SCHANNEL | DCERPC_BINDING_SEAL, 0), "options");
	must(dcerpc_binding_set_credentials(b, machine), "credentials");
	must(dcerpc_connect(ev, b, &ndr_table_netlogon, &netlogon), "netlogon over Schannel");
	talloc_free(plain);

	must(dcerpc_server_context_create(ev, ev, &server), "server");
	must(dcerpc_server_add_endpoint(server, talloc_asprintf(ev, "ncacn_ip_tcp:%s[0]", argv[1]), &endpoint), "endpoint");
	must(dcerpc_server_register_manager(server, &rpcecho_vector, NULL, NULL), "rpcecho");
	must(dcerpc_server_enable_ntlm_pass_through(server, argv[3], computer, netlogon), "pass-through");
	if (argc > 6) {
		must(dcerpc_server_enable_kerberos(server, argv[6], NULL), "keytab");
	}
	must(dcerpc_server_start(server), "start");
	tevent_add_signal(ev, ev, SIGTERM, 0, terminate, &ended);
	printf("ready %s\n", dcerpc_server_endpoint_string(ev, endpoint));
	fflush(stdout);
	while (!ended && tevent_loop_once(ev) == 0) {
	}
	talloc_free(server);
	talloc_free(ev);
	return 0;
}
