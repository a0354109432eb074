/* A server of initshutdown: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_initshutdown_Init
#define DCERPC_IMPLEMENTS_initshutdown_Abort
#define DCERPC_IMPLEMENTS_initshutdown_InitEx
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_initshutdown_s.h"

static struct tevent_req *_initshutdown_Init_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct initshutdown_Init *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _initshutdown_Init_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_initshutdown_Abort_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct initshutdown_Abort *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _initshutdown_Abort_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_initshutdown_InitEx_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct initshutdown_InitEx *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _initshutdown_InitEx_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS initshutdown_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS initshutdown_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &initshutdown_vector, private_data, NULL);
}

