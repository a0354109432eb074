/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * call_handle.h - one call while a server runs it: the talloc chunk behind struct dcerpc_call_handle.
 *
 * It has no talloc parent, so that an entry point that frees its server still stands on its own call; the connection
 * holds it in a list instead. It is a talloc pool with room for what a short call allocates.
 */
#ifndef CSHIMS_CALL_HANDLE_H
#define CSHIMS_CALL_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>
#include "client_call.h"
#include "tevent_shims.h"

struct shim_call {
	struct shim_call *next, *previous;
	void *association; /* not retained; NULL once the connection is gone */
	void *manager;     /* retained while `running` */
	void *pointers;    /* retained; the call's full pointers, where its interface has any */
	void *r;
	struct tevent_req *req; /* while the call runs from the loop */
	char *peer, *local;
	uint64_t connection_id;
	uint64_t object_tail;
	uint32_t object_time_low;
	uint16_t object_time_mid, object_time_high;
	uint32_t call_id;
	uint32_t fault;
	uint16_t context_id;
	uint16_t opnum;
	uint16_t security; /* the number of its security context; 0: none */
	bool ndr64;
	bool maybe;
	bool orphaned; /* the client wants no answer */
	bool in_user;  /* the manager's code runs on this call: it must not be freed */
	bool running;  /* from the loop */
	bool vanished; /* the manager freed its request */
};

extern const char shim_call_type[];

/** A call whose `r` has `r_size` zeroed bytes, with `room` bytes in its pool for what it will allocate. */
static inline struct shim_call *shim_call_create(size_t r_size, size_t room)
{
	struct shim_call *call = talloc_pooled_object(NULL, struct shim_call, 8, r_size + room);

	if (call == NULL) {
		return NULL;
	}
	memset(call, 0, sizeof(*call));
	talloc_set_name_const(call, shim_call_type);
	if (r_size > 0) {
		call->r = talloc_named_const(call, r_size, "dcerpc call arguments");
		if (call->r == NULL) {
			talloc_free(call);
			return NULL;
		}
		memset(call->r, 0, r_size);
	}
	return call;
}

/** Memory of a call's data, not zeroed. */
static inline void *shim_call_allocate(void *parent, long size, const char *name)
{
	return size < 0 ? NULL : talloc_named_const(parent, (size_t)size, name != NULL ? name : "dcerpc call data");
}

/** Marks the call when `call->req` is freed by somebody else; false when out of memory. */
bool shim_call_guard(struct shim_call *call, void (*vanished)(struct shim_call *call));

static inline bool shim_req_in_progress(struct tevent_req *req)
{
	return tevent_req_is_in_progress(req);
}

static inline void shim_req_set_callback(struct tevent_req *req, tevent_req_fn function, void *private_data)
{
	tevent_req_set_callback(req, function, private_data);
}

/** A request that is done with an NTSTATUS. */
struct tevent_req *shim_call_done(void *mem_ctx, struct tevent_context *ev, uint32_t status);

#endif
