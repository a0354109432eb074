/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A manager of netlogon for one machine account: secure channels, and NetrLogonGetCapabilities over them. For tests, in
 * one source file of a program.
 */
#ifndef TESTS_NETLOGON_SERVER_H
#define TESTS_NETLOGON_SERVER_H

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#define DCERPC_IMPLEMENTS_netr_ServerReqChallenge
#define DCERPC_IMPLEMENTS_netr_ServerAuthenticate2
#define DCERPC_IMPLEMENTS_netr_ServerAuthenticate3
#define DCERPC_IMPLEMENTS_netr_LogonGetCapabilities
#define DCERPC_IMPLEMENTS_netr_LogonSamLogonEx
#include "ndr_netlogon_s.h"

struct netlogon_state {
	struct dcerpc_server_context *server;
	const char *account;	 /* "WS$" */
	uint8_t nt_hash[16];	 /* of its password */
	uint32_t mask;		 /* what the server has of the flags that it is asked for */
	uint32_t flags;		 /* for dcerpc_netlogon_creds_server_init() */
	bool lies;		 /* the server does not know the password */
	/* the challenges that the computer and the server have drawn last */
	char computer[64];
	struct netr_Credential client, challenge;
	/* what was seen */
	unsigned challenges, channels, refused, capabilities;
	NTSTATUS logon_status;	     /* what NetrLogonSamLogonEx says, after */
	unsigned logon_milliseconds; /* this */
	/* where set, says it instead, and who it is */
	NTSTATUS (*check_logon)(struct netlogon_state *state, TALLOC_CTX *mem_ctx, struct netr_LogonSamLogonEx *r);
	unsigned logons;
	char user[64], logon_domain[64];
	uint32_t level, mechanism; /* of NetrLogonGetCapabilities; the level of NetrLogonSamLogonEx too */
	char caller[64];
};

static struct tevent_req *_netr_ServerReqChallenge_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
							struct dcerpc_call_handle *call,
							struct netr_ServerReqChallenge *r)
{
	struct netlogon_state *state = dcerpc_call_handle_private_data(call);

	state->challenges++;
	snprintf(state->computer, sizeof(state->computer), "%s", r->in.computer_name);
	state->client = *r->in.credentials;
	r->out.result = dcerpc_netlogon_creds_random_challenge(state->challenge.data);
	*r->out.return_credentials = state->challenge;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _netr_ServerReqChallenge_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static NTSTATUS netlogon_authenticate(struct netlogon_state *state, struct netr_ServerAuthenticate3 *r)
{
	struct dcerpc_netlogon_creds *creds = NULL;
	uint32_t common = *r->in.negotiate_flags & state->mask;
	NTSTATUS status;

	*r->out.negotiate_flags = common;
	*r->out.rid = 0;
	memset(r->out.return_credentials, 0, sizeof(*r->out.return_credentials));
	if (strcasecmp(r->in.account_name, state->account) != 0) {
		return NT_STATUS_NO_TRUST_SAM_ACCOUNT;
	}
	if (strcmp(r->in.computer_name, state->computer) != 0) {
		return NT_STATUS_ACCESS_DENIED;
	}
	state->computer[0] = '\0'; /* each challenge serves once */
	status = dcerpc_netlogon_creds_server_init(state->server, r->in.account_name, r->in.computer_name,
						   (uint16_t)r->in.secure_channel_type, state->client.data,
						   state->challenge.data, state->nt_hash, r->in.credentials->data,
						   common, state->flags, r->out.return_credentials->data, &creds);
	if (!NT_STATUS_IS_OK(status)) {
		return status;
	}
	if (state->lies) {
		memset(r->out.return_credentials, 7, sizeof(*r->out.return_credentials));
	}
	*r->out.rid = 1000;
	status = dcerpc_server_store_netlogon_creds(state->server, creds);
	talloc_free(creds);
	state->channels++;
	return status;
}

static struct tevent_req *netlogon_answer(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct netlogon_state *state,
					  NTSTATUS result)
{
	if (!NT_STATUS_IS_OK(result)) {
		state->refused++;
	}
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

/* The same without the account's rid: what Samba's libdcerpc calls. */
static struct tevent_req *_netr_ServerAuthenticate2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
							 struct dcerpc_call_handle *call,
							 struct netr_ServerAuthenticate2 *r)
{
	struct netlogon_state *state = dcerpc_call_handle_private_data(call);
	uint32_t rid = 0;
	struct netr_ServerAuthenticate3 same = { 0 };

	same.in.server_name = r->in.server_name;
	same.in.account_name = r->in.account_name;
	same.in.secure_channel_type = r->in.secure_channel_type;
	same.in.computer_name = r->in.computer_name;
	same.in.credentials = r->in.credentials;
	same.in.negotiate_flags = r->in.negotiate_flags;
	same.out.return_credentials = r->out.return_credentials;
	same.out.negotiate_flags = r->out.negotiate_flags;
	same.out.rid = &rid;
	r->out.result = netlogon_authenticate(state, &same);
	return netlogon_answer(mem_ctx, ev, state, r->out.result);
}

static NTSTATUS _netr_ServerAuthenticate2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_netr_ServerAuthenticate3_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
							 struct dcerpc_call_handle *call,
							 struct netr_ServerAuthenticate3 *r)
{
	struct netlogon_state *state = dcerpc_call_handle_private_data(call);

	r->out.result = netlogon_authenticate(state, r);
	return netlogon_answer(mem_ctx, ev, state, r->out.result);
}

static NTSTATUS _netr_ServerAuthenticate3_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static NTSTATUS netlogon_capabilities(struct netlogon_state *state, struct netr_LogonGetCapabilities *r,
				      TALLOC_CTX *mem_ctx)
{
	struct dcerpc_netlogon_creds *creds = NULL;
	NTSTATUS status;

	memset(r->out.return_authenticator, 0, sizeof(*r->out.return_authenticator));
	r->out.capabilities->server_capabilities = 0;
	if (state->mechanism != DCERPC_MECHANISM_SCHANNEL || r->in.computer_name == NULL) {
		return NT_STATUS_ACCESS_DENIED;
	}
	status = dcerpc_server_fetch_netlogon_creds(state->server, r->in.computer_name, mem_ctx, &creds);
	if (!NT_STATUS_IS_OK(status)) {
		return NT_STATUS_ACCESS_DENIED;
	}
	status = dcerpc_netlogon_creds_server_step_check(creds, r->in.credential->cred.data,
							 (uint32_t)r->in.credential->timestamp,
							 r->out.return_authenticator->cred.data);
	r->out.capabilities->server_capabilities = dcerpc_netlogon_creds_negotiate_flags(creds);
	talloc_free(creds);
	return status;
}

static struct tevent_req *_netr_LogonGetCapabilities_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
							  struct dcerpc_call_handle *call,
							  struct netr_LogonGetCapabilities *r)
{
	struct netlogon_state *state = dcerpc_call_handle_private_data(call);
	const char *account = dcerpc_call_handle_account(call);

	state->capabilities++;
	state->level = dcerpc_call_handle_level(call);
	state->mechanism = dcerpc_call_handle_mechanism(call);
	snprintf(state->caller, sizeof(state->caller), "%s", account != NULL ? account : "nobody");
	r->out.result = netlogon_capabilities(state, r, mem_ctx);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _netr_LogonGetCapabilities_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

/* Knows nobody by itself: says state->logon_status to everybody, or what state->check_logon says. */
static struct tevent_req *_netr_LogonSamLogonEx_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						     struct dcerpc_call_handle *call, struct netr_LogonSamLogonEx *r)
{
	struct netlogon_state *state = dcerpc_call_handle_private_data(call);

	state->logons++;
	state->level = dcerpc_call_handle_level(call);
	if (r->in.logon_level == NetlogonNetworkInformation && r->in.logon->network != NULL) {
		const struct netr_IdentityInfo *who = &r->in.logon->network->identity_info;

		snprintf(state->user, sizeof(state->user), "%s", who->account_name.string);
		snprintf(state->logon_domain, sizeof(state->logon_domain), "%s", who->domain_name.string);
	}
	*r->out.authoritative = 1;
	memset(r->out.validation, 0, sizeof(*r->out.validation));
	r->out.result = dcerpc_call_handle_mechanism(call) == DCERPC_MECHANISM_SCHANNEL ? state->logon_status
										     : NT_STATUS_ACCESS_DENIED;
	if (NT_STATUS_IS_OK(r->out.result) && state->check_logon != NULL) {
		r->out.result = state->check_logon(state, mem_ctx, r);
	}
	if (state->logon_milliseconds == 0) {
		return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
	}
	return tevent_wakeup_send(mem_ctx, ev,
				  tevent_timeval_current_ofs(0, (uint32_t)state->logon_milliseconds * 1000));
}

static NTSTATUS _netr_LogonSamLogonEx_recv(struct tevent_req *req)
{
	enum tevent_req_state state;
	uint64_t error;

	/* A wakeup is done by its time. */
	if (tevent_req_is_error(req, &state, &error) && state != TEVENT_REQ_TIMED_OUT) {
		return NT_STATUS_CANCELLED;
	}
	return NT_STATUS_OK;
}

#endif
