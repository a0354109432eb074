/* A server of atsvc: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_atsvc_JobAdd
#define DCERPC_IMPLEMENTS_atsvc_JobDel
#define DCERPC_IMPLEMENTS_atsvc_JobEnum
#define DCERPC_IMPLEMENTS_atsvc_JobGetInfo
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_atsvc_s.h"

static struct tevent_req *_atsvc_JobAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct atsvc_JobAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _atsvc_JobAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_atsvc_JobDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct atsvc_JobDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _atsvc_JobDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_atsvc_JobEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct atsvc_JobEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _atsvc_JobEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_atsvc_JobGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct atsvc_JobGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _atsvc_JobGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS atsvc_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS atsvc_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &atsvc_vector, private_data, NULL);
}

