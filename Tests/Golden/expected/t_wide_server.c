/* A server of t_wide: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_t_Wide
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_t_wide_s.h"

static struct tevent_req *_t_Wide_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Wide *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Wide_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS t_wide_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS t_wide_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &t_wide_vector, private_data, NULL);
}

