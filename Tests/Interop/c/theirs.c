/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Samba's client library behind three functions; sees none of our headers.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#include <talloc.h>
#include <tevent.h>

#include <core/ntstatus.h>
#include <core/werror.h>
#include <util/data_blob.h>
#include <util/time.h>
#include <ndr.h>
#include <param.h>
#include <credentials.h>
#include <dcerpc.h>

#include "theirs.h"

extern const struct ndr_interface_table ndr_table_rpcecho;

struct echo_AddOne {
	struct {
		uint32_t in_data;
	} in;
	struct {
		uint32_t *out_data;
	} out;
};

char *theirs_binding(TALLOC_CTX *mem_ctx, const char *binding)
{
	struct dcerpc_binding *b;

	if (!NT_STATUS_IS_OK(dcerpc_parse_binding(mem_ctx, binding, &b))) {
		return NULL;
	}
	return dcerpc_binding_string(mem_ctx, b);
}

char *theirs_guid(TALLOC_CTX *mem_ctx, const char *text)
{
	struct GUID guid;

	if (!NT_STATUS_IS_OK(GUID_from_string(text, &guid))) {
		return NULL;
	}
	return GUID_string(mem_ctx, &guid);
}

unsigned theirs_add_one(const char *binding, unsigned value)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	struct loadparm_context *parameters = loadparm_init_global(false);
	struct cli_credentials *credentials = cli_credentials_init(mem_ctx);
	struct dcerpc_pipe *pipe;
	uint32_t answer = 0;
	struct echo_AddOne r = { { value }, { &answer } };
	NTSTATUS status;

	lpcfg_load(parameters, getenv("SMB_CONF_PATH"));
	cli_credentials_set_anonymous(credentials);
	status = dcerpc_pipe_connect(mem_ctx, &pipe, binding, &ndr_table_rpcecho, credentials, ev, parameters);
	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_binding_handle_call(pipe->binding_handle, NULL, &ndr_table_rpcecho, 0, mem_ctx, &r);
	}
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "Samba's AddOne: 0x%08x\n", NT_STATUS_V(status));
		answer = 0;
	}
	talloc_free(mem_ctx);
	return answer;
}
