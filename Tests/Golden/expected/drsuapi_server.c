/* A server of drsuapi: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_drsuapi_DsBind
#define DCERPC_IMPLEMENTS_drsuapi_DsUnbind
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_drsuapi_s.h"

static struct tevent_req *_drsuapi_DsBind_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct drsuapi_DsBind *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _drsuapi_DsBind_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_drsuapi_DsUnbind_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct drsuapi_DsUnbind *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _drsuapi_DsUnbind_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS drsuapi_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS drsuapi_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &drsuapi_vector, private_data, NULL);
}

