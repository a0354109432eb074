/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * client_call.h - the state of a client's call, in the memory of its tevent_req: plain C, so that a call costs no
 * object of Swift's.
 */
#ifndef CSHIMS_CLIENT_CALL_H
#define CSHIMS_CLIENT_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

struct dcerpc_client_call {
	struct tevent_req *req; /* NULL: a synchronous call, on the stack */
	void *handle;           /* the binding handle's object while the call is on its list */
	struct dcerpc_client_call *prev;
	struct dcerpc_client_call *next;
	uint64_t deadline; /* monotonic microseconds; UINT64_MAX: none */
	uint32_t call_id;
	uint32_t opnum;
	uint32_t status; /* NTSTATUS, when ended */
	bool ended;
	bool raw;
	bool ref_alloc;
	bool big_endian; /* of a raw answer */
	void *r;
	void *r_mem;   /* where outputs go; NULL: out_mem */
	void *out_mem; /* child of the request that holds outputs without a place of their own */
	void *pointers; /* retained table of full pointers, or NULL */
	uint8_t *out_data; /* child of the request, until received */
	size_t out_length;
	void *stub_state;
	void (*freed)(struct dcerpc_client_call *call);
};

/** A request with a zeroed call in it. `freed(call)` is called when the request is freed. */
struct tevent_req *shim_client_call_create(void *mem_ctx, struct dcerpc_client_call **call,
					   void (*freed)(struct dcerpc_client_call *call));

/** The call of a request; NULL for any other request, or NULL. */
struct dcerpc_client_call *shim_client_call(struct tevent_req *req);

/** Gives outputs that the request holds to mem_ctx. */
void shim_client_call_move_outputs(struct tevent_req *req, const void *mem_ctx);

/** "", for functions that return text that nobody frees. */
const char *shim_empty_text(void);

/** What the request ended with: true with the status of an error. */
bool shim_req_status(struct tevent_req *req, uint32_t *status);

/** Ends a request with an NTSTATUS. */
void shim_req_finish(struct tevent_req *req, uint32_t status);

#endif
