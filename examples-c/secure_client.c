/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * secure_client BINDING USER PASSWORD [USER PASSWORD] - asks secure_server who it takes the callers for; the second one
 * calls on the same connection.
 *
 *   secure_client 'ncacn_ip_tcp:127.0.0.1[4000,seal]' alice secret bob hidden
 */
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"

static void check(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

/* Where the server is, how calls are protected ("seal" in the binding), and who makes them. */
static struct dcerpc_binding *binding(TALLOC_CTX *mem_ctx, const char *text, const char *user, const char *password)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding *b;

	check(dcerpc_parse_binding(mem_ctx, text, &b), text);
	check(dcerpc_credentials_set_domain(c, "EXAMPLE"), "domain");
	check(dcerpc_credentials_set_user(c, user), "user");
	check(dcerpc_credentials_set_password(c, password), "password");
	check(dcerpc_binding_set_credentials(b, c), "credentials");
	talloc_free(c);
	return b;
}

static void ask(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx)
{
	const char *answer = NULL;

	check(dcerpc_echo_TestCall(h, mem_ctx, "who am I", &answer), "echo_TestCall");
	printf("%s\n", answer);
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding_handle *h, *second;

	if (argc != 4 && argc != 6) {
		fprintf(stderr, "usage: secure_client BINDING USER PASSWORD [USER PASSWORD]\n");
		return 2;
	}
	check(dcerpc_connect(mem_ctx, binding(mem_ctx, argv[1], argv[2], argv[3]), &ndr_table_rpcecho, &h), "connect");
	ask(h, mem_ctx);
	if (argc == 6) {
		check(dcerpc_secondary_auth_context(mem_ctx, h, binding(mem_ctx, argv[1], argv[4], argv[5]),
						    &ndr_table_rpcecho, &second),
		      "second user");
		ask(second, mem_ctx);
		ask(h, mem_ctx);
	}
	talloc_free(mem_ctx);
	return 0;
}
