/* A server of t_objects: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_o_IShelf_Count
#define DCERPC_IMPLEMENTS_o_IShelf_Open
#define DCERPC_IMPLEMENTS_o_IShelf_RemoteNext
#define DCERPC_IMPLEMENTS_o_IShelf_get_Label
#define DCERPC_IMPLEMENTS_o_IShelf_put_Label
#define DCERPC_IMPLEMENTS_o_IDeepShelf_Count
#define DCERPC_IMPLEMENTS_o_IDeepShelf_RemQuery
#define DCERPC_IMPLEMENTS_o_First
#define DCERPC_IMPLEMENTS_o_Second
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_t_objects_s.h"

static struct tevent_req *_o_IShelf_Count_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IShelf_Count *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IShelf_Count_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_IShelf_Open_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IShelf_Open *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IShelf_Open_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_IShelf_RemoteNext_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IShelf_RemoteNext *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IShelf_RemoteNext_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_IShelf_get_Label_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IShelf_get_Label *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IShelf_get_Label_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_IShelf_put_Label_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IShelf_put_Label *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IShelf_put_Label_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS o_IShelf_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS o_IShelf_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &o_IShelf_vector, private_data, NULL);
}

static struct tevent_req *_o_IDeepShelf_Count_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IDeepShelf_Count *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IDeepShelf_Count_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_IDeepShelf_RemQuery_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_IDeepShelf_RemQuery *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_IDeepShelf_RemQuery_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS o_IDeepShelf_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS o_IDeepShelf_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &o_IDeepShelf_vector, private_data, NULL);
}

NTSTATUS o_ILocal_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS o_ILocal_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &o_ILocal_vector, private_data, NULL);
}

static struct tevent_req *_o_First_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_First *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_First_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_o_Second_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct o_Second *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _o_Second_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS t_objects_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS t_objects_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &t_objects_vector, private_data, NULL);
}

