/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * samba_server PORT - Samba's own rpcecho server, for the comparison.
 *
 * Debian's packages serve no rpcecho, but their libraries have everything for it: this program puts Samba's server
 * core and its single process model around Samba's own rpc_echo.c, compiled from the distribution's source package
 * when the benchmark is built. It prints "ready" when it listens on PORT of the interfaces that SMB_CONF_PATH names; with
 * a domain controller's configuration it has that one's accounts and keys.
 */
#include "samba_server.h"

/* Exported by Samba's libraries, declared in no installed header. */
NTSTATUS gensec_init(void);
NTSTATUS process_model_init(struct loadparm_context *lp);
const struct model_ops *process_model_startup(const char *model);
NTSTATUS dcesrv_gensec_prepare(TALLOC_CTX *mem_ctx, struct dcesrv_call_state *call, struct gensec_security **out,
			       void *private_data);
NTSTATUS dcesrv_assoc_group_find_s4(struct dcesrv_call_state *call, void *private_data);
/* In the object file of rpc_echo.c. */
NTSTATUS dcerpc_server_rpcecho_init(TALLOC_CTX *);

static void nothing_to_log(struct dcesrv_call_state *call, void *private_data)
{
	(void)call;
	(void)private_data;
}

static void stay_as_we_are(void)
{
}

static struct dcesrv_context_callbacks callbacks = {
	.log.successful_authz = nothing_to_log,
	.auth.gensec_prepare = dcesrv_gensec_prepare,
	.auth.become_root = stay_as_we_are,
	.auth.unbecome_root = stay_as_we_are,
	.assoc_group.find = dcesrv_assoc_group_find_s4,
};

static void require(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "samba_server: %s: %s\n", what, nt_errstr(status));
		exit(1);
	}
}

int main(int argc, char **argv)
{
	if (argc != 2 || getenv("SMB_CONF_PATH") == NULL) {
		fprintf(stderr, "usage: SMB_CONF_PATH=FILE samba_server PORT\n");
		return 2;
	}
	TALLOC_CTX *mem = talloc_new(NULL);
	struct loadparm_context *lp = loadparm_init_global(false);
	if (!lpcfg_load(lp, getenv("SMB_CONF_PATH"))) {
		fprintf(stderr, "samba_server: smb.conf cannot be read\n");
		return 1;
	}
	struct tevent_context *ev = tevent_context_init(mem);
	require(gensec_init(), "mechanisms");
	require(process_model_init(lp), "process models");
	const struct model_ops *model = process_model_startup("single");
	const char *servers[] = {"rpcecho", NULL};
	struct dcesrv_context *context = NULL;
	require(dcerpc_server_rpcecho_init(mem), "rpcecho");
	require(dcesrv_init_context(mem, lp, &callbacks, &context), "context");
	require(dcesrv_init_ep_servers(context, servers), "endpoint server");
	for (struct dcesrv_endpoint *e = context->endpoint_list; e != NULL; e = e->next) {
		if (dcerpc_binding_get_transport(e->ep_description) != NCACN_IP_TCP) {
			continue;
		}
		require(dcerpc_binding_set_string_option(e->ep_description, "endpoint", argv[1]), "port");
		require(dcesrv_add_ep(context, lp, e, ev, model, NULL), "listen");
	}
	printf("ready\n");
	fflush(stdout);
	return tevent_loop_wait(ev);
}
