/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * minimal_samba [weigh [BINDING]] - the smallest program that links libdcerpc; with BINDING, after one call.
 */
#include <stdbool.h>
#include <stdint.h>
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
#include "weigh.h"

extern const struct ndr_interface_table ndr_table_rpcecho; /* of libndr-standard, in no installed header */

static bool call_once(const char *binding)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct loadparm_context *lp = loadparm_init_global(false);
	struct tevent_context *ev = tevent_context_init(mem);
	struct cli_credentials *credentials = cli_credentials_init(mem);
	struct dcerpc_pipe *pipe = NULL;
	uint32_t out = 0;
	struct echo_AddOne add_one = {.in.in_data = 41, .out.out_data = &out};
	if (getenv("SMB_CONF_PATH") == NULL || !lpcfg_load(lp, getenv("SMB_CONF_PATH"))) {
		return false;
	}
	dcerpc_init();
	cli_credentials_guess(credentials, lp);
	cli_credentials_set_anonymous(credentials);
	return NT_STATUS_IS_OK(dcerpc_pipe_connect(mem, &pipe, binding, &ndr_table_rpcecho, credentials, ev, lp)) &&
	       NT_STATUS_IS_OK(dcerpc_binding_handle_call(pipe->binding_handle, NULL, &ndr_table_rpcecho, 0, mem,
							  &add_one)) &&
	       out == 42;
}

int main(int argc, char **argv)
{
	if (argc == 1) {
		return ndr_table_rpcecho.num_calls == 0;
	}
	if (argc > 2 && !call_once(argv[2])) {
		fprintf(stderr, "minimal_samba: the call failed\n");
		return 1;
	}
	return weigh();
}
