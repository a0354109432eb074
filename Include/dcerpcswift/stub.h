/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * stub.h - what generated client and server stubs call. Everything here is public and stays, because compiled stubs
 * live in other people's programs; but hand-written code rarely needs it.
 */
#ifndef DCERPCSWIFT_STUB_H
#define DCERPCSWIFT_STUB_H

#include "client.h"
#include "ndr_format.h"
#include "server.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Sends a call whose arguments stand in the caller's structure `r`; the structure based `_r_send` stubs are this.
 *
 * `r` must stay valid until the request is received or freed. Outputs are allocated on the request until
 * dcerpc_stub_r_recv() moves them. [out] references of `r` point to the caller's variables.
 *
 * @return a request, child of mem_ctx, or NULL when out of memory. Every other failure is reported by the recv
 *         function. The callback never runs before this function returns. Freeing the request abandons the call.
 */
struct tevent_req *dcerpc_stub_r_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
				      struct dcerpc_binding_handle *h, const struct ndr_interface_table *table,
				      uint32_t opnum, void *r);

/** The result of dcerpc_stub_r_send(): outputs move to mem_ctx. Statuses as dcerpc_binding_handle_call_recv(). */
NTSTATUS dcerpc_stub_r_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx);

/**
 * Makes the request of an argument based stub, with `state_size` zeroed bytes of state that belong to it.
 *
 * @param state_type  the talloc name of the state, "struct dcerpc_echo_AddOne_state"
 * @param[out] state  the state; a talloc object, child of the request
 * @return the request, or NULL when out of memory
 */
struct tevent_req *dcerpc_stub_create(TALLOC_CTX *mem_ctx, size_t state_size, const char *state_type, void *state);

/**
 * Starts the call of a request made by dcerpc_stub_create(). `r` is a structure inside the state; its [out]
 * references need no memory: the library allocates them on the request.
 *
 * @return req
 */
struct tevent_req *dcerpc_stub_submit(struct tevent_req *req, struct tevent_context *ev,
				      struct dcerpc_binding_handle *h, const struct ndr_interface_table *table,
				      uint32_t opnum, void *r);

/**
 * Ends the wait of an argument based stub. On NT_STATUS_OK the outputs are children of mem_ctx and *state is the
 * state, valid until dcerpc_stub_received(); on an error *state is NULL. Call dcerpc_stub_received() in either case.
 */
NTSTATUS dcerpc_stub_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, void *state);

/** tevent_req_received() for a request of this header. */
void dcerpc_stub_received(struct tevent_req *req);

/**
 * A synchronous call of an argument based stub: [out] references of `r` are allocated on mem_ctx, as are all outputs.
 * Statuses as dcerpc_binding_handle_call().
 */
NTSTATUS dcerpc_stub_call(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx,
			  const struct ndr_interface_table *table, uint32_t opnum, void *r);

#ifdef __cplusplus
}
#endif

#endif
