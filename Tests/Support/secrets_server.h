/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A manager of lsarpc for one secret: what smbtorture's rpc.lsa.secrets needs. It is kept in plain text and travels
 * encrypted with the session key of the call ([MS-LSAD] 5.1.2). For tests, in one source file of a program, which links
 * nettle.
 */
#ifndef TESTS_SECRETS_SERVER_H
#define TESTS_SECRETS_SERVER_H

#include <string.h>

#include <nettle/des.h>
#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#define DCERPC_IMPLEMENTS_lsa_OpenPolicy2
#define DCERPC_IMPLEMENTS_lsa_CreateSecret
#define DCERPC_IMPLEMENTS_lsa_SetSecret
#define DCERPC_IMPLEMENTS_lsa_QuerySecret
#define DCERPC_IMPLEMENTS_lsa_DeleteObject
#include "ndr_lsa_s.h"

/* 0xc0000058, [MS-ERREF] 2.3.1 */
#ifndef NT_STATUS_UNKNOWN_REVISION
#define NT_STATUS_UNKNOWN_REVISION NT_STATUS(0xc0000058)
#endif

#define SECRET_ROOM 256u

struct secrets_state {
	uint8_t secret[SECRET_ROOM];
	uint32_t length;
	unsigned set, refused, queried; /* what was seen */
};

/* Each block of 8 bytes has the next 7 of the key, which starts again where less are left. */
static void secret_crypt(const DATA_BLOB *key, uint8_t *data, size_t length, bool encrypt)
{
	size_t i, k = 0;

	for (i = 0; i + 8 <= length; i += 8, k += 7) {
		struct des_ctx context;
		uint64_t bits = 0;
		uint8_t eight[8];
		unsigned j;

		if (k + 7 > key->length) {
			k = key->length - k;
		}
		for (j = 0; j < 7; j++) {
			bits = bits << 8 | key->data[k + j];
		}
		for (j = 0; j < 8; j++) {
			eight[j] = (uint8_t)((bits >> (49 - 7 * j) & 0x7f) << 1);
		}
		des_set_key(&context, eight);
		if (encrypt) {
			des_encrypt(&context, 8, data + i, data + i);
		} else {
			des_decrypt(&context, 8, data + i, data + i);
		}
	}
}

static struct tevent_req *_lsa_OpenPolicy2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						struct dcerpc_call_handle *call, struct lsa_OpenPolicy2 *r)
{
	(void)call;
	*r->out.handle = (struct policy_handle){ .uuid.time_low = 1 };
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _lsa_OpenPolicy2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_lsa_CreateSecret_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						 struct dcerpc_call_handle *call, struct lsa_CreateSecret *r)
{
	(void)call;
	*r->out.sec_handle = (struct policy_handle){ .uuid.time_low = 2 };
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _lsa_CreateSecret_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

/* The plain text of what came: its length, a revision of 1, the secret. */
static NTSTATUS take_secret(struct secrets_state *state, const DATA_BLOB *key, const struct lsa_DATA_BUF *given)
{
	uint8_t plain[SECRET_ROOM + 16];
	uint32_t length, revision;

	if (given == NULL || given->length < 8 || given->length > sizeof(plain)) {
		return NT_STATUS_INVALID_PARAMETER;
	}
	memcpy(plain, given->data, given->length);
	secret_crypt(key, plain, given->length, false);
	memcpy(&length, plain, 4);
	memcpy(&revision, plain + 4, 4);
	if (revision != 1 || length > given->length - 8 || length > SECRET_ROOM) {
		return NT_STATUS_UNKNOWN_REVISION;
	}
	memcpy(state->secret, plain + 8, length);
	state->length = length;
	return NT_STATUS_OK;
}

static struct tevent_req *_lsa_SetSecret_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					      struct dcerpc_call_handle *call, struct lsa_SetSecret *r)
{
	struct secrets_state *state = dcerpc_call_handle_private_data(call);
	DATA_BLOB key;

	r->out.result = dcerpc_call_handle_transport_session_key(call, mem_ctx, &key);
	if (NT_STATUS_IS_OK(r->out.result)) {
		r->out.result = take_secret(state, &key, r->in.new_val);
	}
	if (NT_STATUS_IS_OK(r->out.result)) {
		state->set++;
	} else {
		state->refused++;
	}
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _lsa_SetSecret_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_lsa_QuerySecret_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						struct dcerpc_call_handle *call, struct lsa_QuerySecret *r)
{
	struct secrets_state *state = dcerpc_call_handle_private_data(call);
	uint32_t length = (8 + state->length + 7) & ~7u, revision = 1;
	struct lsa_DATA_BUF *buf;
	DATA_BLOB key;

	r->out.result = dcerpc_call_handle_transport_session_key(call, mem_ctx, &key);
	if (r->in.new_val == NULL || !NT_STATUS_IS_OK(r->out.result)) {
		return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
	}
	buf = talloc_zero(mem_ctx, struct lsa_DATA_BUF);
	buf->data = talloc_zero_array(buf, uint8_t, length);
	buf->length = buf->size = length;
	memcpy(buf->data, &state->length, 4);
	memcpy(buf->data + 4, &revision, 4);
	memcpy(buf->data + 8, state->secret, state->length);
	secret_crypt(&key, buf->data, length, true);
	r->out.new_val = r->in.new_val;
	r->out.new_val->buf = buf;
	r->out.new_mtime = r->in.new_mtime;
	state->queried++;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _lsa_QuerySecret_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_lsa_DeleteObject_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						 struct dcerpc_call_handle *call, struct lsa_DeleteObject *r)
{
	(void)call;
	*r->out.handle = (struct policy_handle){ 0 };
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static NTSTATUS _lsa_DeleteObject_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

#endif
