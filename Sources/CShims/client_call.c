/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "client_call.h"

/* In every tevent_req error of ours: what Samba's tevent_req_nterror() uses, so that their helpers read ours. */
#define SHIM_NTSTATUS_MAGIC ((uint64_t)0x917b5acd)
#define SHIM_NTSTATUS_MASK ((uint64_t)0xffffffff)

static int shim_client_call_destructor(struct dcerpc_client_call *call)
{
	call->freed(call);
	return 0;
}

struct tevent_req *shim_client_call_create(void *mem_ctx, struct dcerpc_client_call **call,
					   void (*freed)(struct dcerpc_client_call *call))
{
	struct dcerpc_client_call *state = NULL;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct dcerpc_client_call);

	if (req == NULL) {
		return NULL;
	}
	*state = (struct dcerpc_client_call){.req = req, .deadline = UINT64_MAX, .freed = freed};
	talloc_set_destructor(state, shim_client_call_destructor);
	*call = state;
	return req;
}

struct dcerpc_client_call *shim_client_call(struct tevent_req *req)
{
	return req == NULL ? NULL : talloc_get_type(_tevent_req_data(req), struct dcerpc_client_call);
}

bool shim_req_status(struct tevent_req *req, uint32_t *status)
{
	enum tevent_req_state state;
	uint64_t error = 0;

	if (!tevent_req_is_error(req, &state, &error)) {
		return false;
	}
	switch (state) {
	case TEVENT_REQ_TIMED_OUT:
		*status = 0xC00000B5u; /* NT_STATUS_IO_TIMEOUT */
		return true;
	case TEVENT_REQ_NO_MEMORY:
		*status = 0xC0000017u; /* NT_STATUS_NO_MEMORY */
		return true;
	case TEVENT_REQ_USER_ERROR:
		*status = (error >> 32) == SHIM_NTSTATUS_MAGIC ? (uint32_t)(error & SHIM_NTSTATUS_MASK) : 0xC00000E5u;
		return true;
	default:
		*status = 0xC00000E5u; /* NT_STATUS_INTERNAL_ERROR */
		return true;
	}
}

void shim_req_finish(struct tevent_req *req, uint32_t status)
{
	if (status == 0) {
		tevent_req_done(req);
	} else {
		tevent_req_error(req, (SHIM_NTSTATUS_MAGIC << 32) | status);
	}
}

void shim_client_call_move_outputs(struct tevent_req *req, const void *mem_ctx)
{
	struct dcerpc_client_call *call = shim_client_call(req);

	if (call != NULL && call->out_mem != NULL) {
		talloc_steal(mem_ctx, call->out_mem);
		call->out_mem = NULL;
	}
}

const char *shim_empty_text(void)
{
	return "";
}
