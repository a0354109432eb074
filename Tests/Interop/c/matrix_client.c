/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * matrix_client HOST OPTIONS DOMAIN USER PASSWORD MACHINE MACHINE_PASSWORD [TEST...] - calls interfaces of a domain
 * controller over connections with the binding options OPTIONS, one new connection each, and prints what came of each
 * on one line: "samr ok dssetup ok ...", or the status that its first failing step gave. With "schannel" among the
 * options, MACHINE logs on instead of USER.
 *
 * TEST is samr, dssetup, drsuapi, netlogon (all four unless told), users (domain and user enumeration), sids
 * (LookupSids3), capabilities (NetrLogonGetCapabilities), badmachine.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_drsuapi_c.h"
#include "ndr_dssetup_c.h"
#include "ndr_lsa_c.h"
#include "ndr_netlogon_c.h"
#include "ndr_samr_c.h"

struct client {
	const char *host, *options, *domain, *user, *password, *machine, *machine_password;
	struct dcerpc_netlogon_creds *channel;
	char detail[256];
};

/* The first step that fails says why, and returns. */
#define STEP(status)                                                  \
	do {                                                          \
		NTSTATUS status_ = (status);                          \
		if (!NT_STATUS_IS_OK(status_)) {                      \
			return status_;                               \
		}                                                     \
	} while (0)

static struct dcerpc_credentials *credentials(TALLOC_CTX *mem_ctx, struct client *c, bool machine)
{
	struct dcerpc_credentials *made = dcerpc_credentials_create(mem_ctx);
	char *name = talloc_strdup(mem_ctx, c->machine);

	name[strcspn(name, "$")] = '\0';
	dcerpc_credentials_set_domain(made, c->domain);
	dcerpc_credentials_set_user(made, machine ? c->machine : c->user);
	dcerpc_credentials_set_password(made, machine ? c->machine_password : c->password);
	dcerpc_credentials_set_workstation(made, name);
	return made;
}

static NTSTATUS plain(TALLOC_CTX *mem_ctx, struct client *c, const struct ndr_interface_table *table,
		      struct dcerpc_binding_handle **h)
{
	struct dcerpc_binding *b;

	STEP(dcerpc_parse_binding(mem_ctx, talloc_asprintf(mem_ctx, "ncacn_ip_tcp:%s", c->host), &b));
	return dcerpc_connect(mem_ctx, b, table, h);
}

/* The secure channel, once. */
static NTSTATUS channel(TALLOC_CTX *mem_ctx, struct client *c)
{
	struct dcerpc_binding_handle *h;

	if (c->channel != NULL) {
		return NT_STATUS_OK;
	}
	STEP(plain(mem_ctx, c, &ndr_table_netlogon, &h));
	return dcerpc_netlogon_authenticate(mem_ctx, h, credentials(mem_ctx, c, true), SEC_CHAN_WKSTA, 0, &c->channel);
}

static NTSTATUS connect_to(TALLOC_CTX *mem_ctx, struct client *c, const struct ndr_interface_table *table,
			   struct dcerpc_binding_handle **h)
{
	bool schannel = strstr(c->options, "schannel") != NULL;
	struct dcerpc_credentials *who = credentials(mem_ctx, c, schannel);
	struct dcerpc_binding *b;
	NTSTATUS status;

	STEP(dcerpc_parse_binding(mem_ctx, talloc_asprintf(mem_ctx, "ncacn_ip_tcp:%s[%s]", c->host, c->options), &b));
	if (schannel) {
		STEP(channel(mem_ctx, c));
		STEP(dcerpc_credentials_set_netlogon_creds(who, c->channel));
	}
	STEP(dcerpc_binding_set_credentials(b, who));
	status = dcerpc_connect(mem_ctx, b, table, h);
	if (getenv("MATRIX_REASONS") != NULL && dcerpc_binding_connect_error(b)[0] != '\0') {
		fprintf(stderr, "%s: %s\n", c->options, dcerpc_binding_connect_error(b));
	}
	return status;
}

/* --- What is called --------------------------------------------------------------------------------------------- */

static NTSTATUS test_samr(TALLOC_CTX *mem_ctx, struct client *c)
{
	struct policy_handle server = { 0 };
	struct samr_Connect connect = { 0 };
	struct samr_Close close = { 0 };
	struct dcerpc_binding_handle *h;

	STEP(connect_to(mem_ctx, c, &ndr_table_samr, &h));
	connect.in.access_mask = SAMR_ACCESS_ENUM_DOMAINS | SAMR_ACCESS_CONNECT_TO_SERVER;
	connect.out.connect_handle = &server;
	STEP(dcerpc_samr_Connect_r(h, mem_ctx, &connect));
	STEP(connect.out.result);
	close.in.handle = &server;
	close.out.handle = &server;
	STEP(dcerpc_samr_Close_r(h, mem_ctx, &close));
	return close.out.result;
}

static NTSTATUS test_dssetup(TALLOC_CTX *mem_ctx, struct client *c)
{
	struct dssetup_DsRoleGetPrimaryDomainInformation r = { .in = { .level = DS_ROLE_BASIC_INFORMATION } };
	union dssetup_DsRoleInfo info;
	struct dcerpc_binding_handle *h;

	STEP(connect_to(mem_ctx, c, &ndr_table_dssetup, &h));
	r.out.info = &info;
	STEP(dcerpc_dssetup_DsRoleGetPrimaryDomainInformation_r(h, mem_ctx, &r));
	if (!W_ERROR_IS_OK(r.out.result) || r.out.info == NULL || strcmp(r.out.info->basic.domain, c->domain) != 0) {
		return NT_STATUS_UNSUCCESSFUL;
	}
	return NT_STATUS_OK;
}

static NTSTATUS test_drsuapi(TALLOC_CTX *mem_ctx, struct client *c)
{
	/* DRS_EXTENSIONS_INT with its first four fields: no capabilities, no site, no process, no epoch. */
	static uint8_t extensions[28];
	struct drsuapi_DsBindInfoCtr client = { .length = sizeof(extensions), .data = extensions };
	/* NTDSAPI_CLIENT_GUID, [MS-DRSR] 4.1.3.1 */
	struct GUID who = { 0xe24d201a, 0x4fd6, 0x11d1, { 0xa3, 0xda }, { 0x00, 0x00, 0xf8, 0x75, 0xae, 0x0d } };
	struct drsuapi_DsBindInfoCtr *server = NULL;
	struct policy_handle handle = { 0 };
	struct drsuapi_DsBind bind = { .in = { .bind_guid = &who, .client_info = &client } };
	struct drsuapi_DsUnbind unbind = { 0 };
	struct dcerpc_binding_handle *h;

	STEP(connect_to(mem_ctx, c, &ndr_table_drsuapi, &h));
	bind.out.server_info = &server;
	bind.out.bind_handle = &handle;
	STEP(dcerpc_drsuapi_DsBind_r(h, mem_ctx, &bind));
	if (!W_ERROR_IS_OK(bind.out.result) || server == NULL || server->length < 28) {
		return NT_STATUS_UNSUCCESSFUL;
	}
	unbind.in.bind_handle = &handle;
	unbind.out.bind_handle = &handle;
	STEP(dcerpc_drsuapi_DsUnbind_r(h, mem_ctx, &unbind));
	return W_ERROR_IS_OK(unbind.out.result) ? NT_STATUS_OK : NT_STATUS_UNSUCCESSFUL;
}

static NTSTATUS capabilities(TALLOC_CTX *mem_ctx, struct client *c, struct dcerpc_binding_handle *h)
{
	struct netr_Authenticator given = { 0 }, answer = { 0 };
	union netr_Capabilities found = { 0 };
	struct netr_LogonGetCapabilities r = { .in = { .server_name = c->host, .query_level = 1 } };
	uint32_t now;

	STEP(dcerpc_netlogon_creds_client_authenticator(c->channel, given.cred.data, &now));
	given.timestamp = now;
	r.in.computer_name = dcerpc_netlogon_creds_computer_name(c->channel);
	r.in.credential = &given;
	r.in.return_authenticator = &answer;
	r.out.return_authenticator = &answer;
	r.out.capabilities = &found;
	STEP(dcerpc_netr_LogonGetCapabilities_r(h, mem_ctx, &r));
	STEP(r.out.result);
	if (!dcerpc_netlogon_creds_client_check(c->channel, answer.cred.data)) {
		return NT_STATUS_LOGON_FAILURE;
	}
	/* What the server says that both have, protected now, must be what it said unprotected. */
	if (found.server_capabilities != dcerpc_netlogon_creds_negotiate_flags(c->channel)) {
		return NT_STATUS_DOWNGRADE_DETECTED;
	}
	snprintf(c->detail, sizeof(c->detail), " 0x%08x", (unsigned)found.server_capabilities);
	return NT_STATUS_OK;
}

static NTSTATUS test_netlogon(TALLOC_CTX *mem_ctx, struct client *c)
{
	struct dcerpc_binding_handle *h;

	STEP(connect_to(mem_ctx, c, &ndr_table_netlogon, &h));
	if (strstr(c->options, "schannel") != NULL) {
		return capabilities(mem_ctx, c, h);
	}
	talloc_free(c->channel);
	c->channel = NULL;
	return dcerpc_netlogon_authenticate(mem_ctx, h, credentials(mem_ctx, c, true), SEC_CHAN_WKSTA, 0, &c->channel);
}

static NTSTATUS test_users(TALLOC_CTX *mem_ctx, struct client *c)
{
	struct policy_handle server = { 0 }, domain = { 0 };
	struct samr_Connect connect = { 0 };
	struct samr_EnumDomains domains = { 0 };
	struct samr_LookupDomain lookup = { 0 };
	struct samr_OpenDomain open = { 0 };
	struct samr_EnumDomainUsers users = { 0 };
	struct samr_SamArray *entries = NULL;
	struct dom_sid *sid = NULL;
	struct lsa_String name = { .string = c->domain };
	struct dcerpc_binding_handle *h;
	uint32_t i, resume = 0, count = 0;
	bool found = false;

	STEP(connect_to(mem_ctx, c, &ndr_table_samr, &h));
	connect.in.access_mask = SAMR_ACCESS_ENUM_DOMAINS | SAMR_ACCESS_CONNECT_TO_SERVER | SAMR_ACCESS_LOOKUP_DOMAIN;
	connect.out.connect_handle = &server;
	STEP(dcerpc_samr_Connect_r(h, mem_ctx, &connect));
	STEP(connect.out.result);
	domains.in.connect_handle = &server;
	domains.in.resume_handle = &resume;
	domains.in.buf_size = 4096;
	domains.out.resume_handle = &resume;
	domains.out.sam = &entries;
	domains.out.num_entries = &count;
	STEP(dcerpc_samr_EnumDomains_r(h, mem_ctx, &domains));
	STEP(domains.out.result);
	for (i = 0; entries != NULL && i < entries->count; i++) {
		found = found || strcmp(entries->entries[i].name.string, c->domain) == 0;
	}
	if (!found) {
		return NT_STATUS_NO_SUCH_DOMAIN;
	}
	found = false;
	lookup.in.connect_handle = &server;
	lookup.in.domain_name = &name;
	lookup.out.sid = &sid;
	STEP(dcerpc_samr_LookupDomain_r(h, mem_ctx, &lookup));
	STEP(lookup.out.result);
	open.in.connect_handle = &server;
	open.in.access_mask = SAMR_DOMAIN_ACCESS_ENUM_ACCOUNTS;
	open.in.sid = sid;
	open.out.domain_handle = &domain;
	STEP(dcerpc_samr_OpenDomain_r(h, mem_ctx, &open));
	STEP(open.out.result);
	resume = 0;
	entries = NULL;
	users.in.domain_handle = &domain;
	users.in.resume_handle = &resume;
	users.in.max_size = 0xffff;
	users.out.resume_handle = &resume;
	users.out.sam = &entries;
	users.out.num_entries = &count;
	STEP(dcerpc_samr_EnumDomainUsers_r(h, mem_ctx, &users));
	STEP(users.out.result);
	for (i = 0; entries != NULL && i < entries->count; i++) {
		found = found || strcmp(entries->entries[i].name.string, "Administrator") == 0;
	}
	snprintf(c->detail, sizeof(c->detail), " %u", count);
	return found ? NT_STATUS_OK : NT_STATUS_NOT_FOUND;
}

static NTSTATUS test_sids(TALLOC_CTX *mem_ctx, struct client *c)
{
	/* BUILTIN\Administrators */
	struct dom_sid sid = { .sid_rev_num = 1, .num_auths = 2, .id_auth = { 0, 0, 0, 0, 0, 5 },
			       .sub_auths = { 32, 544 } };
	struct lsa_SidPtr wanted = { .sid = &sid };
	struct lsa_SidArray sids = { .num_sids = 1, .sids = &wanted };
	struct lsa_TransNameArray2 names = { 0 };
	struct lsa_RefDomainList *domains = NULL;
	struct lsa_LookupSids3 r = { 0 };
	struct dcerpc_binding_handle *h;
	uint32_t count = 0;

	STEP(connect_to(mem_ctx, c, &ndr_table_lsarpc, &h));
	r.in.sids = &sids;
	r.in.names = &names;
	r.in.level = LSA_LOOKUP_NAMES_ALL;
	r.in.count = &count;
	r.in.client_revision = 2;
	r.out.domains = &domains;
	r.out.names = &names;
	r.out.count = &count;
	STEP(dcerpc_lsa_LookupSids3_r(h, mem_ctx, &r));
	STEP(r.out.result);
	if (count != 1 || names.count != 1 || domains == NULL || domains->count != 1) {
		return NT_STATUS_NOT_FOUND;
	}
	snprintf(c->detail, sizeof(c->detail), " %s\\%s", domains->domains[0].name.string, names.names[0].name.string);
	return NT_STATUS_OK;
}

static const struct {
	const char *name;
	NTSTATUS (*run)(TALLOC_CTX *mem_ctx, struct client *c);
} tests[] = {
	{ "samr", test_samr },	       { "dssetup", test_dssetup }, { "drsuapi", test_drsuapi },
	{ "netlogon", test_netlogon }, { "users", test_users },	    { "sids", test_sids },
};

int main(int argc, char **argv)
{
	static char *all[] = { "samr", "dssetup", "drsuapi", "netlogon" };
	char **wanted = argc > 8 ? argv + 8 : all;
	int i, count = argc > 8 ? argc - 8 : 4;
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct client c = { 0 };
	size_t t;

	if (argc < 8) {
		fprintf(stderr, "usage: matrix_client HOST OPTIONS DOMAIN USER PASSWORD MACHINE MACHINE_PASSWORD [TEST...]\n");
		return 2;
	}
	c.host = argv[1];
	c.options = argv[2];
	c.domain = argv[3];
	c.user = argv[4];
	c.password = argv[5];
	c.machine = argv[6];
	c.machine_password = argv[7];
	for (i = 0; i < count; i++) {
		for (t = 0; t < sizeof(tests) / sizeof(tests[0]); t++) {
			TALLOC_CTX *call;
			NTSTATUS status;
			const char *text;

			if (strcmp(tests[t].name, wanted[i]) != 0) {
				continue;
			}
			c.detail[0] = '\0';
			call = talloc_new(mem_ctx);
			status = tests[t].run(call, &c);
			text = NT_STATUS_IS_OK(status) ? "ok" : dcerpc_nt_errstr(status);
			if (strncmp(text, "NT_STATUS_", 10) == 0) {
				text += 10;
			}
			printf("%s%s %s%s", i == 0 ? "" : " ", wanted[i], text, argc > 8 ? c.detail : "");
			fflush(stdout);
			talloc_steal(mem_ctx, c.channel);
			talloc_free(call);
		}
	}
	printf("\n");
	talloc_free(mem_ctx);
	return 0;
}
