/* A server of t_arrays: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_t_Fixed
#define DCERPC_IMPLEMENTS_t_Conformant
#define DCERPC_IMPLEMENTS_t_Varying
#define DCERPC_IMPLEMENTS_t_Resized
#define DCERPC_IMPLEMENTS_t_Allocated
#define DCERPC_IMPLEMENTS_t_PointerArrays
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_t_arrays_s.h"

static struct tevent_req *_t_Fixed_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Fixed *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Fixed_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_t_Conformant_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Conformant *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Conformant_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_t_Varying_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Varying *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Varying_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_t_Resized_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Resized *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Resized_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_t_Allocated_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_Allocated *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_Allocated_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_t_PointerArrays_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct t_PointerArrays *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _t_PointerArrays_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS t_arrays_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS t_arrays_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &t_arrays_vector, private_data, NULL);
}

