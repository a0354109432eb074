/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * security_client BINDING DOMAIN USER PASSWORD - lists the domains of a domain controller, ten times over one
 * connection and then from a second context on it. Prints one line: "ok" with what it found, or the function that failed
 * and its status, and exits 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_samr_c.h"

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		printf("%s %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static uint32_t list_domains(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, bool print)
{
	struct policy_handle server = { 0 };
	struct samr_Connect connect = { 0 };
	struct samr_EnumDomains domains = { 0 };
	struct samr_Close close = { 0 };
	struct samr_SamArray *entries = NULL;
	uint32_t i, resume = 0, count = 0;

	connect.in.access_mask = SAMR_ACCESS_ENUM_DOMAINS | SAMR_ACCESS_CONNECT_TO_SERVER;
	connect.out.connect_handle = &server;
	must(dcerpc_samr_Connect_r(h, mem_ctx, &connect), "call");
	must(connect.out.result, "Connect");

	domains.in.connect_handle = &server;
	domains.in.resume_handle = &resume;
	domains.in.buf_size = 4096;
	domains.out.resume_handle = &resume;
	domains.out.sam = &entries;
	domains.out.num_entries = &count;
	must(dcerpc_samr_EnumDomains_r(h, mem_ctx, &domains), "EnumDomains call");
	must(domains.out.result, "EnumDomains");
	for (i = 0; print && entries != NULL && i < entries->count; i++) {
		printf(" %s", entries->entries[i].name.string);
	}

	close.in.handle = &server;
	close.out.handle = &server;
	must(dcerpc_samr_Close_r(h, mem_ctx, &close), "Close call");
	must(close.out.result, "Close");
	return count;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_credentials *credentials = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding_handle *h, *second;
	struct dcerpc_binding *b;
	uint32_t i, found = 0;

	if (argc != 5) {
		fprintf(stderr, "usage: security_client BINDING DOMAIN USER PASSWORD\n");
		return 2;
	}
	must(dcerpc_parse_binding(mem_ctx, argv[1], &b), "binding");
	must(dcerpc_credentials_set_domain(credentials, argv[2]), "domain");
	must(dcerpc_credentials_set_user(credentials, argv[3]), "user");
	must(dcerpc_credentials_set_password(credentials, argv[4]), "password");
	must(dcerpc_binding_set_credentials(b, credentials), "credentials");
	talloc_free(credentials);
	must(dcerpc_connect(mem_ctx, b, &ndr_table_samr, &h), "connect");
	for (i = 0; i < 10; i++) {
		found += list_domains(mem_ctx, h, false);
	}
	must(dcerpc_secondary_context(mem_ctx, h, &ndr_table_samr, &second), "second context");
	printf("ok %u domains in ten lists:", found);
	list_domains(mem_ctx, second, true);
	printf("\n");
	talloc_free(mem_ctx);
	return 0;
}
