/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * beside_samba ADDRESS - one process that links our library and, through libtheirs.so, Samba's libdcerpc, libndr and
 * what they load. Functions of the same name (dcerpc_parse_binding, GUID_from_string, ...) must each do their own work:
 * ours for this file, Samba's for that library. ADDRESS serves rpcecho.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"
#include "theirs.h"

#define GUID_TEXT "6bffd098-a112-3610-9833-46c3f87e345a"

static unsigned failures;

static void expect(int good, const char *what)
{
	printf("%s %s\n", good ? "ok" : "not ok", what);
	failures += !good;
}

static int equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Whether two libraries of the process define `name`, the first of them in the file that begins with `ours`. */
static int defined_twice(const char *name)
{
	void *samba = dlopen("libdcerpc-binding.so.0", RTLD_NOW | RTLD_NOLOAD);
	void *first = dlsym(RTLD_DEFAULT, name), *second = samba != NULL ? dlsym(samba, name) : NULL;

	return first != NULL && second != NULL && first != second;
}

static unsigned ours_add_one(TALLOC_CTX *mem_ctx, const char *binding, unsigned value)
{
	struct dcerpc_binding *b;
	struct dcerpc_binding_handle *h;
	uint32_t answer = 0;
	struct echo_AddOne r = { { value }, { &answer } };
	NTSTATUS status = dcerpc_parse_binding(mem_ctx, binding, &b);

	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_connect(mem_ctx, b, &ndr_table_rpcecho, &h);
	}
	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_echo_AddOne_r(h, mem_ctx, &r);
	}
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "our AddOne: %s\n", dcerpc_nt_errstr(status));
		return 0;
	}
	talloc_free(h);
	return answer;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding *b = NULL;
	struct GUID guid;
	char *address;
	unsigned i;

	if (argc != 2) {
		fprintf(stderr, "usage: beside_samba ADDRESS\n");
		return 2;
	}
	address = talloc_asprintf(mem_ctx, "ncacn_ip_tcp:%s", argv[1]);

	expect(defined_twice("dcerpc_parse_binding"), "dcerpc_parse_binding is there twice");
	/* "ndr32" is an option of ours, "smb2" one of Samba's: who parses shows. */
	expect(NT_STATUS_IS_OK(dcerpc_parse_binding(mem_ctx, "ncacn_ip_tcp:192.0.2.1[135,ndr32]", &b)),
	       "our binding parser takes ndr32");
	expect(strstr(dcerpc_binding_string(mem_ctx, b), "ndr32") != NULL, "and prints it");
	expect(theirs_binding(mem_ctx, "ncacn_np:192.0.2.1[\\pipe\\x,smb2]") != NULL, "Samba's takes smb2");
	expect(!NT_STATUS_IS_OK(dcerpc_parse_binding(mem_ctx, "ncacn_np:192.0.2.1[\\pipe\\x,smb2]", &b)),
	       "ours does not");
	expect(NT_STATUS_IS_OK(GUID_from_string(GUID_TEXT, &guid)) && equal(GUID_string(mem_ctx, &guid), GUID_TEXT),
	       "our GUIDs");
	expect(equal(theirs_guid(mem_ctx, GUID_TEXT), GUID_TEXT), "Samba's GUIDs");
	for (i = 0; i < 3; i++) {
		expect(ours_add_one(mem_ctx, address, 10 * i) == 10 * i + 1, "our client calls");
		expect(theirs_add_one(address, 10 * i) == 10 * i + 1, "Samba's client calls");
	}
	talloc_free(mem_ctx);
	return failures != 0;
}
