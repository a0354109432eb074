/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * raw_client BINDING DOMAIN USER PASSWORD - makes calls of drsuapi for somebody who has the stub data: prints the session
 * key, then for each line "OPNUM HEX" of its input the response in hexadecimal, or "error" and why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_drsuapi_c.h"

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		printf("error %s %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static DATA_BLOB from_hex(TALLOC_CTX *mem_ctx, const char *hex)
{
	DATA_BLOB blob = data_blob_talloc(mem_ctx, NULL, strlen(hex) / 2 + 1);
	unsigned byte;
	size_t length = 0;

	while (sscanf(hex + 2 * length, "%2x", &byte) == 1) {
		blob.data[length++] = (uint8_t)byte;
	}
	blob.length = length;
	return blob;
}

static void call(struct dcerpc_binding_handle *h, uint32_t opnum, const char *hex)
{
	TALLOC_CTX *mem_ctx = talloc_new(h);
	DATA_BLOB in = from_hex(mem_ctx, hex), out = { NULL, 0 };
	uint32_t flags;
	NTSTATUS status = dcerpc_binding_handle_raw_call(h, NULL, opnum, 0, in.data, in.length, mem_ctx, &out.data,
							 &out.length, &flags);

	if (NT_STATUS_IS_OK(status)) {
		printf("%s\n", data_blob_hex_string_lower(mem_ctx, &out));
	} else {
		printf("error %s\n", dcerpc_nt_errstr(status));
	}
	fflush(stdout);
	talloc_free(mem_ctx);
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding_handle *h;
	struct dcerpc_binding *b;
	DATA_BLOB key = { NULL, 0 };
	char *line = NULL, *hex;
	size_t size = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: raw_client BINDING DOMAIN USER PASSWORD\n");
		return 2;
	}
	must(dcerpc_parse_binding(mem_ctx, argv[1], &b), "binding");
	must(dcerpc_credentials_set_domain(c, argv[2]), "domain");
	must(dcerpc_credentials_set_user(c, argv[3]), "user");
	must(dcerpc_credentials_set_password(c, argv[4]), "password");
	must(dcerpc_binding_set_credentials(b, c), "credentials");
	must(dcerpc_connect(mem_ctx, b, &ndr_table_drsuapi, &h), "connect");
	must(dcerpc_binding_handle_auth_session_key(h, mem_ctx, &key), "session key");
	printf("%s\n", data_blob_hex_string_lower(mem_ctx, &key));
	fflush(stdout);
	while (getline(&line, &size, stdin) > 0) {
		unsigned long opnum = strtoul(line, &hex, 10);

		call(h, (uint32_t)opnum, hex + strspn(hex, " "));
	}
	free(line);
	talloc_free(mem_ctx);
	return 0;
}
