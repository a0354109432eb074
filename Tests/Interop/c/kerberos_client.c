/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * kerberos_client BINDING COMMAND... - calls AddOne of rpcecho with what COMMAND says, and prints "ok" or the status and
 * why. Environment: REALM, POLICY (0 to 2).
 *
 *   password DOMAIN USER PASSWORD | hash DOMAIN USER HEX | machine DOMAIN COMPUTER PASSWORD
 *   keytab [FILE [USER]] | ccache [NAME [USER]] | environment | gss
 *   twice DOMAIN USER PASSWORD CONFIG
 *                                 two connects, the second with CONFIG for krb5.conf
 *   beside DOMAIN USER PASSWORD BINDING2
 *                                 connects, and meanwhile calls BINDING2 without Kerberos from the same loop; prints how
 *                                 many of those calls were answered before the connect was
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gssapi/gssapi.h>
#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		printf("%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void account(struct dcerpc_credentials *c, char **argv)
{
	must(dcerpc_credentials_set_domain(c, argv[0]), "domain");
	must(dcerpc_credentials_set_user(c, argv[1]), "user");
}

static void hash(struct dcerpc_credentials *c, const char *hex)
{
	uint8_t bytes[16];
	unsigned value, i;

	for (i = 0; i < 16 && sscanf(hex + 2 * i, "%2x", &value) == 1; i++) {
		bytes[i] = (uint8_t)value;
	}
	must(dcerpc_credentials_set_nt_hash(c, bytes), "hash");
}

static void gss(struct dcerpc_credentials *c)
{
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 minor;

	if (GSS_ERROR(gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, GSS_C_NO_OID_SET, GSS_C_INITIATE, &cred,
				       NULL, NULL))) {
		must(NT_STATUS_UNSUCCESSFUL, "gss_acquire_cred");
	}
	must(dcerpc_credentials_set_gss_credential(c, cred), "credential");
	/* What is taken is a copy. */
	gss_release_cred(&minor, &cred);
}

static void fill(struct dcerpc_credentials *c, int argc, char **argv)
{
	if (strcmp(argv[0], "keytab") == 0) {
		must(dcerpc_credentials_set_keytab(c, argc > 1 ? argv[1] : NULL), "keytab");
		if (argc > 2) {
			must(dcerpc_credentials_set_user(c, argv[2]), "user");
		}
	} else if (strcmp(argv[0], "ccache") == 0) {
		must(dcerpc_credentials_set_ccache(c, argc > 1 ? argv[1] : NULL), "ccache");
		if (argc > 2) {
			must(dcerpc_credentials_set_user(c, argv[2]), "user");
		}
	} else if (strcmp(argv[0], "environment") == 0) {
		must(dcerpc_credentials_set_from_environment(c), "environment");
	} else if (strcmp(argv[0], "gss") == 0) {
		gss(c);
	} else if (argc < 4) {
		exit(2);
	} else if (strcmp(argv[0], "machine") == 0) {
		must(dcerpc_credentials_set_domain(c, argv[1]), "domain");
		must(dcerpc_credentials_set_machine_account(c, argv[2]), "machine");
		must(dcerpc_credentials_set_password(c, argv[3]), "password");
	} else if (strcmp(argv[0], "hash") == 0) {
		account(c, argv + 1);
		hash(c, argv[3]);
	} else {
		account(c, argv + 1);
		must(dcerpc_credentials_set_password(c, argv[3]), "password");
	}
	if (getenv("REALM") != NULL) {
		must(dcerpc_credentials_set_realm(c, getenv("REALM")), "realm");
	}
	if (getenv("POLICY") != NULL) {
		must(dcerpc_credentials_set_kerberos(c, (uint32_t)atoi(getenv("POLICY"))), "policy");
	}
}

static NTSTATUS add_one(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h)
{
	uint32_t out = 0;
	NTSTATUS status = dcerpc_echo_AddOne(h, mem_ctx, 41, &out);

	return NT_STATUS_IS_OK(status) && out != 42 ? NT_STATUS_UNSUCCESSFUL : status;
}

static NTSTATUS once(TALLOC_CTX *mem_ctx, struct dcerpc_binding *b)
{
	struct dcerpc_binding_handle *h;
	NTSTATUS status = dcerpc_connect(mem_ctx, b, &ndr_table_rpcecho, &h);

	if (NT_STATUS_IS_OK(status)) {
		status = add_one(mem_ctx, h);
		talloc_free(h);
	}
	return status;
}

static void connected(struct tevent_req *req)
{
	*(bool *)tevent_req_callback_data_void(req) = true;
}

/* A KDC that does not answer is the business of whoever asks it alone. */
static NTSTATUS beside(TALLOC_CTX *mem_ctx, struct dcerpc_binding *b, const char *other)
{
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	struct dcerpc_binding_handle *h, *busy;
	struct dcerpc_binding *plain;
	struct tevent_req *req;
	unsigned calls = 0;
	bool done = false;
	NTSTATUS status;

	must(dcerpc_parse_binding(mem_ctx, other, &plain), "binding");
	must(dcerpc_connect(mem_ctx, plain, &ndr_table_rpcecho, &busy), "connect");
	req = dcerpc_connect_send(mem_ctx, ev, b, &ndr_table_rpcecho);
	tevent_req_set_callback(req, connected, &done);
	while (!done) {
		struct echo_AddOne r = { .in.in_data = calls };
		uint32_t out = 0;
		struct tevent_req *call;

		r.out.out_data = &out;
		call = dcerpc_echo_AddOne_r_send(mem_ctx, ev, busy, &r);
		if (!tevent_req_poll(call, ev)) {
			return NT_STATUS_UNSUCCESSFUL;
		}
		must(dcerpc_echo_AddOne_r_recv(call, mem_ctx), "call");
		talloc_free(call);
		calls++;
	}
	status = dcerpc_connect_recv(req, mem_ctx, &h);
	printf("%u calls meanwhile; ", calls);
	return status;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding *b;
	NTSTATUS status;

	if (argc < 3) {
		fprintf(stderr, "usage: kerberos_client BINDING COMMAND...\n");
		return 2;
	}
	must(dcerpc_parse_binding(mem_ctx, argv[1], &b), "binding");
	fill(c, argc - 2, argv + 2);
	must(dcerpc_binding_set_credentials(b, c), "credentials");
	if ((strcmp(argv[2], "beside") == 0 || strcmp(argv[2], "twice") == 0) && argc < 7) {
		return 2;
	}
	if (strcmp(argv[2], "beside") == 0) {
		status = beside(mem_ctx, b, argv[6]);
	} else {
		status = once(mem_ctx, b);
		if (strcmp(argv[2], "twice") == 0 && NT_STATUS_IS_OK(status)) {
			setenv("KRB5_CONFIG", argv[6], 1);
			status = once(mem_ctx, b);
		}
	}
	printf("%s", NT_STATUS_IS_OK(status) ? "ok" : dcerpc_nt_errstr(status));
	printf("%s%s\n", NT_STATUS_IS_OK(status) || *dcerpc_binding_connect_error(b) == '\0' ? "" : ": ",
	       NT_STATUS_IS_OK(status) ? "" : dcerpc_binding_connect_error(b));
	talloc_free(mem_ctx);
	return 0;
}
