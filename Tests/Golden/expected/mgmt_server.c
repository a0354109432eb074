/* A server of mgmt: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_mgmt_inq_if_ids
#define DCERPC_IMPLEMENTS_mgmt_inq_stats
#define DCERPC_IMPLEMENTS_mgmt_is_server_listening
#define DCERPC_IMPLEMENTS_mgmt_stop_server_listening
#define DCERPC_IMPLEMENTS_mgmt_inq_princ_name
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_mgmt_s.h"

static struct tevent_req *_mgmt_inq_if_ids_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct mgmt_inq_if_ids *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _mgmt_inq_if_ids_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_mgmt_inq_stats_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct mgmt_inq_stats *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _mgmt_inq_stats_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_mgmt_is_server_listening_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct mgmt_is_server_listening *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _mgmt_is_server_listening_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_mgmt_stop_server_listening_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct mgmt_stop_server_listening *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _mgmt_stop_server_listening_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_mgmt_inq_princ_name_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct mgmt_inq_princ_name *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _mgmt_inq_princ_name_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS mgmt_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS mgmt_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &mgmt_vector, private_data, NULL);
}

