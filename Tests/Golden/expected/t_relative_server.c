/* A server of t_relative: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_t_rel_Call
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_t_relative_s.h"

static struct tevent_req *_t_rel_Call_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_rel_Call *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_rel_Call_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS t_relative_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS t_relative_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &t_relative_vector, private_data, NULL);
}

