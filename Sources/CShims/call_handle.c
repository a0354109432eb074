/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "call_handle.h"

const char shim_call_type[] = "struct dcerpc_call_handle";

struct shim_call_guard {
	struct shim_call *call;
	void (*vanished)(struct shim_call *call);
};

static int guard_destructor(struct shim_call_guard *guard)
{
	struct shim_call *call = guard->call;

	/* The server sets req to NULL before it frees the call itself. */
	if (call->req != NULL) {
		call->req = NULL;
		guard->vanished(call);
	}
	return 0;
}

bool shim_call_guard(struct shim_call *call, void (*vanished)(struct shim_call *call))
{
	struct shim_call_guard *guard = talloc(call->req, struct shim_call_guard);

	if (guard == NULL) {
		return false;
	}
	*guard = (struct shim_call_guard){.call = call, .vanished = vanished};
	talloc_set_destructor(guard, guard_destructor);
	return true;
}

struct dcerpc_call_done_state {
	uint8_t unused;
};

struct tevent_req *shim_call_done(void *mem_ctx, struct tevent_context *ev, uint32_t status)
{
	struct dcerpc_call_done_state *state = NULL;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state, struct dcerpc_call_done_state);

	if (req == NULL) {
		return NULL;
	}
	shim_req_finish(req, status);
	/* Returned from the _send of a call it is looked at at once; anywhere else its callback has to be called. */
	if (mem_ctx != NULL && talloc_get_name(mem_ctx) == shim_call_type && ((struct shim_call *)mem_ctx)->in_user) {
		return req;
	}
	return tevent_req_post(req, ev);
}
