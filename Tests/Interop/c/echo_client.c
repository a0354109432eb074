/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * echo_client BINDING DOMAIN USER PASSWORD [TIMES] - AddOne, TIMES connections at once; prints "ok" or a status.
 */
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"

static NTSTATUS call(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_binding *b, int times)
{
	struct dcerpc_binding_handle **h = talloc_array(mem_ctx, struct dcerpc_binding_handle *, times);
	struct tevent_req **req = talloc_array(mem_ctx, struct tevent_req *, times);
	struct echo_AddOne *r = talloc_zero_array(mem_ctx, struct echo_AddOne, times);
	uint32_t *out = talloc_zero_array(mem_ctx, uint32_t, times);
	int i;

	for (i = 0; i < times; i++) {
		NTSTATUS status = dcerpc_connect(mem_ctx, b, &ndr_table_rpcecho, &h[i]);

		if (!NT_STATUS_IS_OK(status)) {
			return status;
		}
		r[i].in.in_data = (uint32_t)i;
		r[i].out.out_data = &out[i];
		req[i] = dcerpc_echo_AddOne_r_send(mem_ctx, ev, h[i], &r[i]);
	}
	for (i = 0; i < times; i++) {
		NTSTATUS status;

		if (!tevent_req_poll(req[i], ev)) {
			return NT_STATUS_UNSUCCESSFUL;
		}
		status = dcerpc_echo_AddOne_r_recv(req[i], mem_ctx);
		if (!NT_STATUS_IS_OK(status)) {
			return status;
		}
		if (out[i] != (uint32_t)i + 1) {
			return NT_STATUS_UNSUCCESSFUL;
		}
	}
	return NT_STATUS_OK;
}

int main(int argc, char **argv)
{
	struct tevent_context *ev = tevent_context_init(NULL);
	struct dcerpc_credentials *c = dcerpc_credentials_create(ev);
	struct dcerpc_binding *b;
	NTSTATUS status;

	if (argc < 5 || !NT_STATUS_IS_OK(dcerpc_parse_binding(ev, argv[1], &b)) ||
	    !NT_STATUS_IS_OK(dcerpc_credentials_set_domain(c, argv[2])) ||
	    !NT_STATUS_IS_OK(dcerpc_credentials_set_user(c, argv[3])) ||
	    !NT_STATUS_IS_OK(dcerpc_credentials_set_password(c, argv[4])) ||
	    !NT_STATUS_IS_OK(dcerpc_binding_set_credentials(b, c))) {
		fprintf(stderr, "usage: echo_client BINDING DOMAIN USER PASSWORD [TIMES]\n");
		return 2;
	}
	status = call(ev, ev, b, argc > 5 ? atoi(argv[5]) : 1);
	printf("%s\n", NT_STATUS_IS_OK(status) ? "ok" : dcerpc_nt_errstr(status));
	talloc_free(ev);
	return 0;
}
