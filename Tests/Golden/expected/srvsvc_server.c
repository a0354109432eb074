/* A server of srvsvc: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevGetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevControl
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevQEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevQGetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevQSetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevQPurge
#define DCERPC_IMPLEMENTS_srvsvc_NetCharDevQPurgeSelf
#define DCERPC_IMPLEMENTS_srvsvc_NetConnEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetFileEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetFileGetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetFileClose
#define DCERPC_IMPLEMENTS_srvsvc_NetSessEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetSessDel
#define DCERPC_IMPLEMENTS_srvsvc_NetShareAdd
#define DCERPC_IMPLEMENTS_srvsvc_NetShareEnumAll
#define DCERPC_IMPLEMENTS_srvsvc_NetShareGetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetShareSetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetShareDel
#define DCERPC_IMPLEMENTS_srvsvc_NetShareDelSticky
#define DCERPC_IMPLEMENTS_srvsvc_NetShareCheck
#define DCERPC_IMPLEMENTS_srvsvc_NetSrvGetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetSrvSetInfo
#define DCERPC_IMPLEMENTS_srvsvc_NetDiskEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetServerStatisticsGet
#define DCERPC_IMPLEMENTS_srvsvc_NetTransportAdd
#define DCERPC_IMPLEMENTS_srvsvc_NetTransportEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetTransportDel
#define DCERPC_IMPLEMENTS_srvsvc_NetRemoteTOD
#define DCERPC_IMPLEMENTS_srvsvc_NetSetServiceBits
#define DCERPC_IMPLEMENTS_srvsvc_NetPathType
#define DCERPC_IMPLEMENTS_srvsvc_NetPathCanonicalize
#define DCERPC_IMPLEMENTS_srvsvc_NetPathCompare
#define DCERPC_IMPLEMENTS_srvsvc_NetNameValidate
#define DCERPC_IMPLEMENTS_srvsvc_NetPRNameCompare
#define DCERPC_IMPLEMENTS_srvsvc_NetShareEnum
#define DCERPC_IMPLEMENTS_srvsvc_NetShareDelStart
#define DCERPC_IMPLEMENTS_srvsvc_NetShareDelCommit
#define DCERPC_IMPLEMENTS_srvsvc_NetGetFileSecurity
#define DCERPC_IMPLEMENTS_srvsvc_NetSetFileSecurity
#define DCERPC_IMPLEMENTS_srvsvc_NetServerTransportAddEx
#define DCERPC_IMPLEMENTS_srvsvc_NetServerSetServiceBitsEx
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_srvsvc_s.h"

static struct tevent_req *_srvsvc_NetCharDevEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevControl_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevControl *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevControl_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevQEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevQEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevQEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevQGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevQGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevQGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevQSetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevQSetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevQSetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevQPurge_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevQPurge *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevQPurge_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetCharDevQPurgeSelf_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetCharDevQPurgeSelf *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetCharDevQPurgeSelf_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetConnEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetConnEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetConnEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetFileEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetFileEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetFileEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetFileGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetFileGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetFileGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetFileClose_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetFileClose *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetFileClose_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSessEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSessEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSessEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSessDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSessDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSessDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareEnumAll_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareEnumAll *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareEnumAll_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareSetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareSetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareSetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareDelSticky_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareDelSticky *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareDelSticky_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareCheck_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareCheck *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareCheck_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSrvGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSrvGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSrvGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSrvSetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSrvSetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSrvSetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetDiskEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetDiskEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetDiskEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetServerStatisticsGet_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetServerStatisticsGet *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetServerStatisticsGet_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetTransportAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetTransportAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetTransportAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetTransportEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetTransportEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetTransportEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetTransportDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetTransportDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetTransportDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetRemoteTOD_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetRemoteTOD *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetRemoteTOD_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSetServiceBits_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSetServiceBits *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSetServiceBits_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetPathType_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetPathType *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetPathType_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetPathCanonicalize_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetPathCanonicalize *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetPathCanonicalize_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetPathCompare_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetPathCompare *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetPathCompare_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetNameValidate_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetNameValidate *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetNameValidate_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetPRNameCompare_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetPRNameCompare *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetPRNameCompare_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareDelStart_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareDelStart *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareDelStart_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetShareDelCommit_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetShareDelCommit *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetShareDelCommit_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetGetFileSecurity_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetGetFileSecurity *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetGetFileSecurity_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetSetFileSecurity_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetSetFileSecurity *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetSetFileSecurity_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetServerTransportAddEx_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetServerTransportAddEx *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetServerTransportAddEx_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_srvsvc_NetServerSetServiceBitsEx_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct srvsvc_NetServerSetServiceBitsEx *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _srvsvc_NetServerSetServiceBitsEx_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS srvsvc_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS srvsvc_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &srvsvc_vector, private_data, NULL);
}

