/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * password_client BINDING LOCAL_BINDING DOMAIN ADMIN PASSWORD USER - creates USER at a domain controller, sets its
 * password twice with the transport's session key, logs on as USER each time in a second security context on the
 * administrator's connection, and deletes it. LOCAL_BINDING leads to the controller's ncalrpc socket: Samba takes the
 * fixed key on local transports alone. Prints one line a check, "ok NAME" or "not ok NAME: REASON".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/arcfour.h>
#include <nettle/md5.h>
#include <sys/random.h>
#include <talloc.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_samr_c.h"

#define MAXIMUM_ALLOWED 0x02000000

static int failures;

static bool check(const char *name, NTSTATUS status, NTSTATUS expected)
{
	if (NT_STATUS_EQUAL(status, expected)) {
		printf("ok %s (%s)\n", name, dcerpc_nt_errstr(status));
		return true;
	}
	printf("not ok %s: %s\n", name, dcerpc_nt_errstr(status));
	failures++;
	return false;
}

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		printf("not ok %s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static struct dcerpc_binding *binding(TALLOC_CTX *mem_ctx, const char *text, const char *domain, const char *user,
				      const char *password)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);
	struct dcerpc_binding *b;

	must(dcerpc_parse_binding(mem_ctx, text, &b), "binding");
	must(dcerpc_credentials_set_domain(c, domain), "domain");
	must(dcerpc_credentials_set_user(c, user), "user");
	must(dcerpc_credentials_set_password(c, password), "password");
	must(dcerpc_binding_set_credentials(b, c), "credentials");
	talloc_free(c);
	return b;
}

static void open_domain(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, const char *name,
			struct policy_handle *domain)
{
	struct policy_handle server = { 0 };
	struct lsa_String domain_name = { .string = name };
	struct dom_sid *sid = NULL;
	struct samr_Connect connect = { .in = { .access_mask = MAXIMUM_ALLOWED }, .out = { .connect_handle = &server } };
	struct samr_LookupDomain lookup = { .in = { .connect_handle = &server, .domain_name = &domain_name },
					    .out = { .sid = &sid } };
	struct samr_OpenDomain open = { .in = { .connect_handle = &server, .access_mask = MAXIMUM_ALLOWED },
					.out = { .domain_handle = domain } };

	must(dcerpc_samr_Connect_r(h, mem_ctx, &connect), "Connect call");
	must(connect.out.result, "Connect");
	must(dcerpc_samr_LookupDomain_r(h, mem_ctx, &lookup), "LookupDomain call");
	must(lookup.out.result, "LookupDomain");
	open.in.sid = sid;
	must(dcerpc_samr_OpenDomain_r(h, mem_ctx, &open), "OpenDomain call");
	must(open.out.result, "OpenDomain");
}

static uint32_t create_user(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, struct policy_handle *domain,
			    const char *name, struct policy_handle *user)
{
	struct lsa_String account = { .string = name };
	uint32_t granted = 0, rid = 0;
	struct samr_CreateUser2 create = {
		.in = { .domain_handle = domain, .account_name = &account, .acct_flags = ACB_NORMAL,
			.access_mask = MAXIMUM_ALLOWED },
		.out = { .user_handle = user, .access_granted = &granted, .rid = &rid },
	};

	must(dcerpc_samr_CreateUser2_r(h, mem_ctx, &create), "CreateUser2 call");
	must(create.out.result, "CreateUser2");
	return rid;
}

static void open_user(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, struct policy_handle *domain, uint32_t rid,
		      struct policy_handle *user)
{
	struct samr_OpenUser open = { .in = { .domain_handle = domain, .access_mask = MAXIMUM_ALLOWED, .rid = rid },
				      .out = { .user_handle = user } };

	must(dcerpc_samr_OpenUser_r(h, mem_ctx, &open), "OpenUser call");
	must(open.out.result, "OpenUser");
}

/* SAMPR_USER_PASSWORD ([MS-SAMR] 2.2.6.21): the password ends 512 bytes, its length follows. ASCII is enough here. */
static void fill(uint8_t buffer[516], const char *password)
{
	size_t length = strlen(password), i;

	if (getrandom(buffer, 512, 0) != 512) {
		exit(1);
	}
	for (i = 0; i < length; i++) {
		buffer[512 - 2 * length + 2 * i] = (uint8_t)password[i];
		buffer[512 - 2 * length + 2 * i + 1] = 0;
	}
	buffer[512] = (uint8_t)(2 * length);
	memset(buffer + 513, 0, 3);
}

static NTSTATUS set_info(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, struct policy_handle *user,
			 uint16_t level, union samr_UserInfo *info)
{
	struct samr_SetUserInfo2 set = { .in = { .user_handle = user, .level = level, .info = info } };

	must(dcerpc_samr_SetUserInfo2_r(h, mem_ctx, &set), "SetUserInfo2 call");
	return set.out.result;
}

/* Level 24: RC4 with the session key ([MS-SAMR] 2.2.6.21). */
static NTSTATUS set_password_24(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, struct policy_handle *user,
				const char *password)
{
	union samr_UserInfo info = { 0 };
	struct arcfour_ctx rc4;
	DATA_BLOB key = { NULL, 0 };

	must(dcerpc_binding_handle_transport_session_key(h, mem_ctx, &key), "transport_session_key");
	fill(info.info24.password.data, password);
	arcfour_set_key(&rc4, key.length, key.data);
	arcfour_crypt(&rc4, 516, info.info24.password.data, info.info24.password.data);
	return set_info(mem_ctx, h, user, 24, &info);
}

/* Level 26: RC4 with MD5 of a confounder and the session key ([MS-SAMR] 2.2.6.22). */
static NTSTATUS set_password_26(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, struct policy_handle *user,
				const char *password)
{
	union samr_UserInfo info = { 0 };
	uint8_t *buffer = info.info26.password.data, *confounder = buffer + 516, digest[16];
	struct arcfour_ctx rc4;
	struct md5_ctx md5;
	DATA_BLOB key = { NULL, 0 };

	must(dcerpc_binding_handle_transport_session_key(h, mem_ctx, &key), "transport_session_key");
	fill(buffer, password);
	if (getrandom(confounder, 16, 0) != 16) {
		exit(1);
	}
	md5_init(&md5);
	md5_update(&md5, 16, confounder);
	md5_update(&md5, key.length, key.data);
	md5_digest(&md5, 16, digest);
	arcfour_set_key(&rc4, 16, digest);
	arcfour_crypt(&rc4, 516, buffer, buffer);
	return set_info(mem_ctx, h, user, 26, &info);
}

/* Calls as `user` in a security context of its own on the connection of `h`. */
static NTSTATUS try_logon(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h, const char *text, const char *domain,
			  const char *user, const char *password)
{
	struct dcerpc_binding_handle *second;
	struct policy_handle server = { 0 };
	struct samr_Connect connect = { .in = { .access_mask = SAMR_ACCESS_ENUM_DOMAINS },
					.out = { .connect_handle = &server } };
	DATA_BLOB mine = { NULL, 0 }, theirs = { NULL, 0 };
	NTSTATUS status = dcerpc_secondary_auth_context(mem_ctx, h, binding(mem_ctx, text, domain, user, password),
							&ndr_table_samr, &second);

	if (!NT_STATUS_IS_OK(status)) {
		return status;
	}
	must(dcerpc_binding_handle_auth_session_key(h, mem_ctx, &mine), "auth_session_key");
	must(dcerpc_binding_handle_auth_session_key(second, mem_ctx, &theirs), "auth_session_key");
	if (mine.length != 16 || theirs.length != 16 || memcmp(mine.data, theirs.data, 16) == 0) {
		must(NT_STATUS_INTERNAL_ERROR, "session keys");
	}
	status = dcerpc_samr_Connect_r(second, mem_ctx, &connect);
	talloc_free(second);
	return NT_STATUS_IS_OK(status) ? connect.out.result : status;
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct dcerpc_binding_handle *remote, *local;
	struct policy_handle domain[2] = { { 0 } }, user[2] = { { 0 } };
	struct samr_DeleteUser delete = { .in = { .user_handle = &user[0] }, .out = { .user_handle = &user[0] } };
	union samr_UserInfo enabled = { .info16 = { .acct_flags = ACB_NORMAL | ACB_PWNOEXP } };
	const char *where, *name;
	uint32_t rid;

	if (argc != 7) {
		fprintf(stderr, "usage: password_client BINDING LOCAL_BINDING DOMAIN ADMIN PASSWORD USER\n");
		return 2;
	}
	where = argv[1];
	name = argv[6];
	must(dcerpc_connect(mem_ctx, binding(mem_ctx, where, argv[3], argv[4], argv[5]), &ndr_table_samr, &remote), "connect");
	must(dcerpc_connect(mem_ctx, binding(mem_ctx, argv[2], argv[3], argv[4], argv[5]), &ndr_table_samr, &local),
	     "local connect");
	open_domain(mem_ctx, remote, argv[3], &domain[0]);
	open_domain(mem_ctx, local, argv[3], &domain[1]);
	rid = create_user(mem_ctx, remote, &domain[0], name, &user[0]);
	open_user(mem_ctx, local, &domain[1], rid, &user[1]);

	check("password-over-tcp", set_password_24(mem_ctx, remote, &user[0], "First-Passw0rd1"),
	      NT_STATUS_NO_USER_SESSION_KEY);
	check("password-level-24", set_password_24(mem_ctx, local, &user[1], "First-Passw0rd1"), NT_STATUS_OK);
	check("password-enabled", set_info(mem_ctx, remote, &user[0], 16, &enabled), NT_STATUS_OK);
	check("password-logon", try_logon(mem_ctx, remote, where, argv[3], name, "First-Passw0rd1"), NT_STATUS_OK);
	check("password-level-26", set_password_26(mem_ctx, local, &user[1], "Second-Passw0rd2"), NT_STATUS_OK);
	check("password-logon-again", try_logon(mem_ctx, remote, where, argv[3], name, "Second-Passw0rd2"), NT_STATUS_OK);
	must(dcerpc_samr_DeleteUser_r(remote, mem_ctx, &delete), "DeleteUser call");
	must(delete.out.result, "DeleteUser");
	check("password-deleted-user", try_logon(mem_ctx, remote, where, argv[3], name, "Second-Passw0rd2"),
	      NT_STATUS_LOGON_FAILURE);
	talloc_free(mem_ctx);
	return failures != 0;
}
