/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdio.h>

#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_greeter_c.h"

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding *binding;
	struct dcerpc_binding_handle *h;
	const char *greeting = NULL;
	uint32_t result = 1;
	NTSTATUS status;

	if (argc != 3) {
		fprintf(stderr, "usage: greeter_client BINDING NAME\n");
		return 2;
	}
	status = dcerpc_parse_binding(mem_ctx, argv[1], &binding);
	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_connect(mem_ctx, binding, &ndr_table_greeter, &h);
	}
	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_greeter_Greet(h, mem_ctx, argv[2], &greeting, &result);
	}
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "greeter_client: %s\n", dcerpc_nt_errstr(status));
		return 1;
	}
	printf("%s\n", greeting);
	talloc_free(mem_ctx);
	return (int)result;
}
