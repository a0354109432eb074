/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * torture_server ADDRESS [ENDPOINTS [MECHANISMS [PASSWORD]]] - the server that Samba's smbtorture and impacket test:
 * rpcecho, the endpoint mapper on port 135 and mgmt, on ENDPOINTS ports besides: 12 unless told, so that a lookup in
 * tens needs several answers. With "ntlm" in MECHANISMS, clients may log on as alice of LAB or of no domain, password
 * "Password" or PASSWORD; with "ntlmv1", with NTLMv1 too, with "anonymous", as nobody; with "kerberos", with a ticket for whom KRB5_KTNAME has keys. It prints one line "ready" with
 * its bindings and ends cleanly on SIGTERM.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#define DCERPC_IMPLEMENTS_echo_AddOne
#define DCERPC_IMPLEMENTS_echo_EchoData
#define DCERPC_IMPLEMENTS_echo_SinkData
#define DCERPC_IMPLEMENTS_echo_SourceData
#define DCERPC_IMPLEMENTS_echo_TestCall
#define DCERPC_IMPLEMENTS_echo_TestCall2
#define DCERPC_IMPLEMENTS_echo_TestSleep
#define DCERPC_IMPLEMENTS_echo_TestEnum
#define DCERPC_IMPLEMENTS_echo_TestSurrounding
#define DCERPC_IMPLEMENTS_echo_TestDoublePointer
#include "ndr_echo_s.h"

#ifdef WITH_NETLOGON
/* Secure channels for the machine account WS$, password "Password". */
#include "netlogon_server.h"
/* One secret. */
#include "secrets_server.h"
#endif

#define MAX_SOURCE (16u << 20)

static NTSTATUS echo_AddOne(TALLOC_CTX *mem_ctx, struct echo_AddOne *r)
{
	(void)mem_ctx;
	*r->out.out_data = r->in.in_data + 1;
	return NT_STATUS_OK;
}

static NTSTATUS echo_EchoData(TALLOC_CTX *mem_ctx, struct echo_EchoData *r)
{
	r->out.out_data = talloc_memdup(mem_ctx, r->in.in_data, r->in.len);
	return r->out.out_data != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY;
}

static NTSTATUS echo_SinkData(TALLOC_CTX *mem_ctx, struct echo_SinkData *r)
{
	(void)mem_ctx;
	(void)r;
	return NT_STATUS_OK;
}

static NTSTATUS echo_SourceData(TALLOC_CTX *mem_ctx, struct echo_SourceData *r)
{
	uint32_t i;

	if (r->in.len > MAX_SOURCE) {
		return NT_STATUS_NO_MEMORY;
	}
	r->out.data = talloc_array(mem_ctx, uint8_t, r->in.len);
	if (r->out.data == NULL) {
		return NT_STATUS_NO_MEMORY;
	}
	for (i = 0; i < r->in.len; i++) {
		r->out.data[i] = (uint8_t)i;
	}
	return NT_STATUS_OK;
}

static NTSTATUS echo_TestCall2(TALLOC_CTX *mem_ctx, struct echo_TestCall2 *r)
{
	union echo_Info *info = r->out.info;

	(void)mem_ctx;
	r->out.result = NT_STATUS_OK;
	switch (r->in.level) {
	case 1:
		info->info1.v = 10;
		break;
	case 2:
		info->info2.v = 20;
		break;
	case 3:
		info->info3.v = 30;
		break;
	case 4:
		info->info4.v = 40;
		break;
	case 5:
		info->info5.v1 = 50;
		info->info5.v2 = 60;
		break;
	case 6:
		info->info6.v1 = 70;
		info->info6.info1.v = 80;
		break;
	case 7:
		info->info7.v1 = 80;
		info->info7.info4.v = 90;
		break;
	default:
		return NT_STATUS_INVALID_INFO_CLASS; /* the union has no arm to send */
	}
	return NT_STATUS_OK;
}

static NTSTATUS echo_TestEnum(TALLOC_CTX *mem_ctx, struct echo_TestEnum *r)
{
	(void)mem_ctx;
	*r->out.foo1 = *r->in.foo1;
	*r->out.foo2 = *r->in.foo2;
	*r->out.foo3 = *r->in.foo3;
	r->out.foo2->e1 = ECHO_ENUM2;
	return NT_STATUS_OK;
}

/* The answer is an array of zeros, twice as long. */
static NTSTATUS echo_TestSurrounding(TALLOC_CTX *mem_ctx, struct echo_TestSurrounding *r)
{
	uint32_t x = r->in.data->x;

	if (x > MAX_SOURCE) {
		return NT_STATUS_NO_MEMORY;
	}
	r->out.data->x = 2 * x;
	r->out.data->surrounding = talloc_zero_array(mem_ctx, uint16_t, 2 * x);
	return r->out.data->surrounding != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY;
}

static NTSTATUS echo_TestDoublePointer(TALLOC_CTX *mem_ctx, struct echo_TestDoublePointer *r)
{
	uint16_t **outer = *r->in.data;

	(void)mem_ctx;
	r->out.result = outer != NULL && *outer != NULL ? **outer : 0;
	return NT_STATUS_OK;
}

static void sleep_done(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq, struct tevent_req);
	struct echo_TestSleep **r = tevent_req_data(req, struct echo_TestSleep *);

	if (!tevent_wakeup_recv(subreq)) {
		dcerpc_req_nterror(req, NT_STATUS_INTERNAL_ERROR);
		return;
	}
	talloc_free(subreq);
	(*r)->out.result = (*r)->in.seconds;
	tevent_req_done(req);
}

static struct tevent_req *_echo_TestSleep_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					       struct dcerpc_call_handle *call, struct echo_TestSleep *r)
{
	struct echo_TestSleep **state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct echo_TestSleep *);
	struct tevent_req *subreq;

	(void)call;
	if (req == NULL) {
		return NULL;
	}
	*state = r;
	subreq = tevent_wakeup_send(req, ev, tevent_timeval_current_ofs(r->in.seconds, 0));
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, sleep_done, req);
	return req;
}

static NTSTATUS _echo_TestSleep_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

#define AT_ONCE(function)                                                                                          \
	static struct tevent_req *_##function##_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,               \
						     struct dcerpc_call_handle *call, struct function *r)          \
	{                                                                                                          \
		(void)call;                                                                                        \
		return dcerpc_call_done(mem_ctx, ev, function(mem_ctx, r));                                        \
	}                                                                                                          \
	static NTSTATUS _##function##_recv(struct tevent_req *req)                                                 \
	{                                                                                                          \
		return dcerpc_call_simple_recv(req);                                                               \
	}

AT_ONCE(echo_AddOne)
AT_ONCE(echo_EchoData)
AT_ONCE(echo_SinkData)
AT_ONCE(echo_SourceData)
AT_ONCE(echo_TestCall2)
AT_ONCE(echo_TestEnum)
AT_ONCE(echo_TestSurrounding)
AT_ONCE(echo_TestDoublePointer)

/* The text comes back; "session key" and "transport session key" come back as what they are here. */
static struct tevent_req *_echo_TestCall_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					      struct dcerpc_call_handle *call, struct echo_TestCall *r)
{
	DATA_BLOB key = { NULL, 0 };
	NTSTATUS status = NT_STATUS_OK;

	if (r->in.s1 != NULL && strcmp(r->in.s1, "session key") == 0) {
		status = dcerpc_call_handle_auth_session_key(call, mem_ctx, &key);
	} else if (r->in.s1 != NULL && strcmp(r->in.s1, "transport session key") == 0) {
		status = dcerpc_call_handle_transport_session_key(call, mem_ctx, &key);
	}
	if (!NT_STATUS_IS_OK(status)) {
		*r->out.s2 = dcerpc_nt_errstr(status);
	} else {
		*r->out.s2 = key.data != NULL ? data_blob_hex_string_lower(mem_ctx, &key)
					      : talloc_strdup(mem_ctx, r->in.s1);
	}
	return dcerpc_call_done(mem_ctx, ev, *r->out.s2 != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY);
}

static NTSTATUS _echo_TestCall_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static void must(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "torture_server: %s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static void listen_at(struct dcerpc_server_context *server, const char *address, unsigned port)
{
	struct dcerpc_server_endpoint *endpoint;
	char *binding = talloc_asprintf(server, "ncacn_ip_tcp:%s[%u]", address, port);

	must(dcerpc_server_add_endpoint(server, binding, &endpoint), binding);
	printf(" %s", dcerpc_server_endpoint_string(server, endpoint));
}

/* [MS-NLMP] 4.2.2.1.2 */
static const uint8_t password[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
				      0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

static NTSTATUS account(void *private_data, const char *domain, const char *name, uint8_t nt_hash[16])
{
	(void)private_data;
	if (strcmp(name, "alice") != 0 || (strcmp(domain, "LAB") != 0 && strcmp(domain, "") != 0)) {
		return NT_STATUS_LOGON_FAILURE;
	}
	memcpy(nt_hash, password, sizeof(password));
	return NT_STATUS_OK;
}

static bool ended;

static void shutdown_done(struct tevent_req *req)
{
	must(dcerpc_server_shutdown_recv(req), "shutdown");
	talloc_free(req);
	ended = true;
}

static void terminate(struct tevent_context *ev, struct tevent_signal *se, int number, int count, void *info,
		      void *server)
{
	struct tevent_req *req = dcerpc_server_shutdown_send(ev, ev, server);

	(void)number;
	(void)count;
	(void)info;
	talloc_free(se);
	if (req == NULL) {
		exit(1);
	}
	tevent_req_set_callback(req, shutdown_done, NULL);
}

int main(int argc, char **argv)
{
	struct tevent_context *ev = tevent_context_init(NULL);
	struct dcerpc_server_context *server;
	int i, endpoints = argc > 2 ? atoi(argv[2]) : 12;

	if (argc < 2 || ev == NULL) {
		fprintf(stderr, "usage: torture_server ADDRESS [ENDPOINTS]\n");
		return 2;
	}
	must(dcerpc_server_context_create(ev, ev, &server), "server");
	printf("ready");
	listen_at(server, argv[1], 135);
	for (i = 0; i < endpoints; i++) {
		listen_at(server, argv[1], 0);
	}
	must(dcerpc_server_register_manager(server, &rpcecho_vector, NULL, NULL), "rpcecho");
	must(dcerpc_server_enable_epmapper(server), "endpoint mapper");
	must(dcerpc_server_enable_mgmt(server), "mgmt");
	if (argc > 4) {
		struct dcerpc_credentials *alice = dcerpc_credentials_create(ev);

		must(dcerpc_credentials_set_user(alice, "alice"), "user");
		must(dcerpc_credentials_set_password(alice, argv[4]), "password");
		must(dcerpc_server_add_account(server, alice, NULL, 0), "account");
	}
	if (argc > 3 && strstr(argv[3], "ntlm") != NULL) {
		must(dcerpc_server_enable_ntlm(server, "LAB", "SWIFT", argc > 4 ? NULL : account, NULL), "ntlm");
	}
	if (argc > 3 && strstr(argv[3], "ntlmv1") != NULL) {
		must(dcerpc_server_allow_ntlmv1(server, true), "NTLMv1");
	}
	if (argc > 3 && strstr(argv[3], "anonymous") != NULL) {
		must(dcerpc_server_allow_anonymous(server, true), "anonymous");
	}
	if (argc > 3 && strstr(argv[3], "kerberos") != NULL) {
		must(dcerpc_server_enable_kerberos(server, NULL, NULL), "kerberos");
	}
#ifdef WITH_NETLOGON
	{
		static struct netlogon_state netlogon = { .account = "WS$", .mask = UINT32_MAX };

		memcpy(netlogon.nt_hash, password, sizeof(password));
		netlogon.server = server;
		must(dcerpc_server_register_manager(server, &netlogon_vector, &netlogon, NULL), "netlogon");
		must(dcerpc_server_enable_schannel(server, "LAB", "lab.test", 0), "schannel");
	}
	{
		static struct secrets_state secrets;

		must(dcerpc_server_register_manager(server, &lsarpc_vector, &secrets, NULL), "lsarpc");
	}
#endif
	must(dcerpc_server_start(server), "start");
	if (tevent_add_signal(ev, ev, SIGTERM, 0, terminate, server) == NULL) {
		return 1;
	}
	printf("\n");
	fflush(stdout);
	while (!ended) {
		if (tevent_loop_once(ev) != 0) {
			return 1;
		}
	}
	talloc_free(ev);
	return 0;
}
