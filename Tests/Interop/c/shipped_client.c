/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * shipped_client BINDING DOMAIN MACHINE - calls what a Samba domain controller answers without authentication, with the
 * stubs of libdcerpcswift-idl. BINDING has no endpoint: each interface is looked up. Prints a line a check.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>
#include <dcerpcswift/idl/ndr_dssetup_c.h>
#include <dcerpcswift/idl/ndr_lsa_c.h>
#include <dcerpcswift/idl/ndr_netlogon_c.h>
#include <dcerpcswift/idl/ndr_samr_c.h>

static int failures;

static void check(bool good, const char *name, const char *format, ...)
{
	va_list list;

	if (good) {
		printf("ok shipped %s\n", name);
		return;
	}
	failures++;
	printf("not ok shipped %s: ", name);
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
}

static struct dcerpc_binding_handle *connect_to(TALLOC_CTX *mem_ctx, const char *binding,
						const struct ndr_interface_table *table)
{
	struct dcerpc_binding *b = NULL;
	struct dcerpc_binding_handle *h = NULL;
	NTSTATUS status = dcerpc_parse_binding(mem_ctx, binding, &b);

	if (NT_STATUS_IS_OK(status)) {
		status = dcerpc_connect(mem_ctx, b, table, &h);
	}
	check(NT_STATUS_IS_OK(status), table->name, "connect: %s", dcerpc_nt_errstr(status));
	return NT_STATUS_IS_OK(status) ? h : NULL;
}

static bool same(const char *a, const char *b)
{
	return a != NULL && strcasecmp(a, b) == 0;
}

static void ask_dssetup(TALLOC_CTX *mem_ctx, const char *binding, const char *domain)
{
	struct dcerpc_binding_handle *h = connect_to(mem_ctx, binding, &ndr_table_dssetup);
	enum dssetup_DsRoleInfoLevel level;
	char dns[64];

	if (h == NULL) {
		return;
	}
	snprintf(dns, sizeof(dns), "%s.test", domain);
	for (level = DS_ROLE_BASIC_INFORMATION; level <= DS_ROLE_OP_STATUS; level++) {
		struct dssetup_DsRoleGetPrimaryDomainInformation r = { .in = { .level = level } };
		NTSTATUS status = dcerpc_dssetup_DsRoleGetPrimaryDomainInformation_r(h, mem_ctx, &r);
		bool good = NT_STATUS_IS_OK(status) && W_ERROR_IS_OK(r.out.result) && r.out.info != NULL;
		char name[64];

		if (good && level == DS_ROLE_BASIC_INFORMATION) {
			good = r.out.info->basic.role == DS_ROLE_PRIMARY_DC && same(r.out.info->basic.domain, domain) &&
			       same(r.out.info->basic.dns_domain, dns);
		}
		snprintf(name, sizeof(name), "dssetup_DsRoleGetPrimaryDomainInformation level %d", (int)level);
		check(good, name, "%s", dcerpc_nt_errstr(status));
	}
}

static void ask_netlogon(TALLOC_CTX *mem_ctx, const char *binding, const char *domain, const char *machine)
{
	struct dcerpc_binding_handle *h = connect_to(mem_ctx, binding, &ndr_table_netlogon);
	struct netr_Credential ours = { { 1, 2, 3, 4, 5, 6, 7, 8 } }, theirs = { { 0 } }, proof = { { 0 } };
	struct netr_DsRGetDCNameInfo *info = NULL;
	const char *site = NULL;
	uint32_t flags = 0x610fffff, rid = 77;
	char account[64], dns[64];
	NTSTATUS status, result = NT_STATUS_OK;
	WERROR werr = WERR_OK;

	if (h == NULL) {
		return;
	}
	snprintf(account, sizeof(account), "%s$", machine);
	snprintf(dns, sizeof(dns), "%s.test", domain);
	status = dcerpc_netr_ServerReqChallenge(h, mem_ctx, NULL, machine, &ours, &theirs, &result);
	check(NT_STATUS_IS_OK(status) && NT_STATUS_IS_OK(result) && memcmp(&theirs, &proof, sizeof(proof)) != 0,
	      "netr_ServerReqChallenge", "%s, %s", dcerpc_nt_errstr(status), dcerpc_nt_errstr(result));
	/* A proof that is none is refused, in an answer that is whole. */
	status = dcerpc_netr_ServerAuthenticate3(h, mem_ctx, NULL, account, SEC_CHAN_WKSTA, machine, &ours, &proof, &flags,
						 &rid, &result);
	check(NT_STATUS_IS_OK(status) && !NT_STATUS_IS_OK(result) && rid == 0, "netr_ServerAuthenticate3", "%s, %s, rid %u",
	      dcerpc_nt_errstr(status), dcerpc_nt_errstr(result), rid);
	status = dcerpc_netr_DsRGetDCNameEx2(h, mem_ctx, NULL, NULL, 0, dns, NULL, NULL, DS_RETURN_DNS_NAME, &info, &werr);
	check(NT_STATUS_IS_OK(status) && W_ERROR_IS_OK(werr) && info != NULL && same(info->domain_name, dns) &&
		      (info->dc_flags & DS_SERVER_PDC) != 0,
	      "netr_DsRGetDCNameEx2", "%s", dcerpc_nt_errstr(status));
	status = dcerpc_netr_DsRGetSiteName(h, mem_ctx, NULL, &site, &werr);
	check(NT_STATUS_IS_OK(status) && (!W_ERROR_IS_OK(werr) || same(site, "Default-First-Site-Name")),
	      "netr_DsRGetSiteName", "%s", dcerpc_nt_errstr(status));
}

static void ask_samr(TALLOC_CTX *mem_ctx, const char *binding, const char *domain)
{
	struct dcerpc_binding_handle *h = connect_to(mem_ctx, binding, &ndr_table_samr);
	struct policy_handle handle;
	struct samr_SamArray *sam = NULL;
	uint32_t i, resume = 0, count = 0;
	bool found = false;
	NTSTATUS status, result = NT_STATUS_OK;

	if (h == NULL) {
		return;
	}
	status = dcerpc_samr_Connect2(h, mem_ctx, NULL, SAMR_ACCESS_ENUM_DOMAINS, &handle, &result);
	check(NT_STATUS_IS_OK(status) && NT_STATUS_IS_OK(result), "samr_Connect2", "%s, %s", dcerpc_nt_errstr(status),
	      dcerpc_nt_errstr(result));
	status = dcerpc_samr_EnumDomains(h, mem_ctx, &handle, &resume, &sam, 1000, &count, &result);
	for (i = 0; NT_STATUS_IS_OK(status) && NT_STATUS_IS_OK(result) && sam != NULL && i < sam->count; i++) {
		found = found || same(sam->entries[i].name.string, domain);
	}
	check(found && count == 2, "samr_EnumDomains", "%s, %s", dcerpc_nt_errstr(status), dcerpc_nt_errstr(result));
	status = dcerpc_samr_Close(h, mem_ctx, &handle, &result);
	check(NT_STATUS_IS_OK(status) && NT_STATUS_IS_OK(result), "samr_Close", "%s, %s", dcerpc_nt_errstr(status),
	      dcerpc_nt_errstr(result));
}

/* Samba refuses this interface to strangers over TCP; it must be that it does, and not that it cannot read us. */
static void ask_lsarpc(TALLOC_CTX *mem_ctx, const char *binding)
{
	struct dcerpc_binding_handle *h = connect_to(mem_ctx, binding, &ndr_table_lsarpc);
	struct lsa_ObjectAttribute attr = { 0 };
	struct policy_handle handle;
	NTSTATUS status, result = NT_STATUS_OK;

	if (h == NULL) {
		return;
	}
	status = dcerpc_lsa_OpenPolicy2(h, mem_ctx, NULL, &attr, LSA_POLICY_VIEW_LOCAL_INFORMATION, &handle, &result);
	check(NT_STATUS_EQUAL(status, NT_STATUS_ACCESS_DENIED), "lsa_OpenPolicy2 is refused", "%s, %s",
	      dcerpc_nt_errstr(status), dcerpc_nt_errstr(result));
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);

	if (argc != 4) {
		fprintf(stderr, "usage: shipped_client BINDING DOMAIN MACHINE\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	ask_dssetup(mem_ctx, argv[1], argv[2]);
	ask_netlogon(mem_ctx, argv[1], argv[2], argv[3]);
	ask_samr(mem_ctx, argv[1], argv[2]);
	ask_lsarpc(mem_ctx, argv[1]);
	talloc_free(mem_ctx);
	return failures != 0;
}
