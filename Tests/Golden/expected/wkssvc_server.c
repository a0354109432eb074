/* A server of wkssvc: a start, written once by dcerpc-idl --server-template. It is yours to edit. */

#define DCERPC_IMPLEMENTS_wkssvc_NetWkstaGetInfo
#define DCERPC_IMPLEMENTS_wkssvc_NetWkstaSetInfo
#define DCERPC_IMPLEMENTS_wkssvc_NetWkstaEnumUsers
#define DCERPC_IMPLEMENTS_wkssvc_NetrWkstaUserGetInfo
#define DCERPC_IMPLEMENTS_wkssvc_NetrWkstaUserSetInfo
#define DCERPC_IMPLEMENTS_wkssvc_NetWkstaTransportEnum
#define DCERPC_IMPLEMENTS_wkssvc_NetrWkstaTransportAdd
#define DCERPC_IMPLEMENTS_wkssvc_NetrWkstaTransportDel
#define DCERPC_IMPLEMENTS_wkssvc_NetrUseAdd
#define DCERPC_IMPLEMENTS_wkssvc_NetrUseGetInfo
#define DCERPC_IMPLEMENTS_wkssvc_NetrUseDel
#define DCERPC_IMPLEMENTS_wkssvc_NetrUseEnum
#define DCERPC_IMPLEMENTS_wkssvc_NetrMessageBufferSend
#define DCERPC_IMPLEMENTS_wkssvc_NetrWorkstationStatisticsGet
#define DCERPC_IMPLEMENTS_wkssvc_NetrLogonDomainNameAdd
#define DCERPC_IMPLEMENTS_wkssvc_NetrLogonDomainNameDel
#define DCERPC_IMPLEMENTS_wkssvc_NetrJoinDomain
#define DCERPC_IMPLEMENTS_wkssvc_NetrUnjoinDomain
#define DCERPC_IMPLEMENTS_wkssvc_NetrRenameMachineInDomain
#define DCERPC_IMPLEMENTS_wkssvc_NetrValidateName
#define DCERPC_IMPLEMENTS_wkssvc_NetrGetJoinInformation
#define DCERPC_IMPLEMENTS_wkssvc_NetrGetJoinableOus
#define DCERPC_IMPLEMENTS_wkssvc_NetrJoinDomain2
#define DCERPC_IMPLEMENTS_wkssvc_NetrUnjoinDomain2
#define DCERPC_IMPLEMENTS_wkssvc_NetrRenameMachineInDomain2
#define DCERPC_IMPLEMENTS_wkssvc_NetrValidateName2
#define DCERPC_IMPLEMENTS_wkssvc_NetrGetJoinableOus2
#define DCERPC_IMPLEMENTS_wkssvc_NetrAddAlternateComputerName
#define DCERPC_IMPLEMENTS_wkssvc_NetrRemoveAlternateComputerName
#define DCERPC_IMPLEMENTS_wkssvc_NetrSetPrimaryComputername
#define DCERPC_IMPLEMENTS_wkssvc_NetrEnumerateComputerNames
#include <stddef.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_wkssvc_s.h"

static struct tevent_req *_wkssvc_NetWkstaGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetWkstaGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetWkstaGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetWkstaSetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetWkstaSetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetWkstaSetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetWkstaEnumUsers_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetWkstaEnumUsers *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetWkstaEnumUsers_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrWkstaUserGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrWkstaUserGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrWkstaUserGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrWkstaUserSetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrWkstaUserSetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrWkstaUserSetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetWkstaTransportEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetWkstaTransportEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetWkstaTransportEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrWkstaTransportAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrWkstaTransportAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrWkstaTransportAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrWkstaTransportDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrWkstaTransportDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrWkstaTransportDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUseAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUseAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUseAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUseGetInfo_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUseGetInfo *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUseGetInfo_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUseDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUseDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUseDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUseEnum_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUseEnum *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUseEnum_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrMessageBufferSend_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrMessageBufferSend *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrMessageBufferSend_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrWorkstationStatisticsGet_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrWorkstationStatisticsGet *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrWorkstationStatisticsGet_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrLogonDomainNameAdd_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrLogonDomainNameAdd *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrLogonDomainNameAdd_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrLogonDomainNameDel_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrLogonDomainNameDel *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrLogonDomainNameDel_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrJoinDomain_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrJoinDomain *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrJoinDomain_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUnjoinDomain_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUnjoinDomain *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUnjoinDomain_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrRenameMachineInDomain_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrRenameMachineInDomain *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrRenameMachineInDomain_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrValidateName_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrValidateName *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrValidateName_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrGetJoinInformation_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrGetJoinInformation *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrGetJoinInformation_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrGetJoinableOus_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrGetJoinableOus *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrGetJoinableOus_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrJoinDomain2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrJoinDomain2 *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrJoinDomain2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrUnjoinDomain2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrUnjoinDomain2 *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrUnjoinDomain2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrRenameMachineInDomain2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrRenameMachineInDomain2 *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrRenameMachineInDomain2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrValidateName2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrValidateName2 *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrValidateName2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrGetJoinableOus2_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrGetJoinableOus2 *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrGetJoinableOus2_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrAddAlternateComputerName_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrAddAlternateComputerName *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrAddAlternateComputerName_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrRemoveAlternateComputerName_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrRemoveAlternateComputerName *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrRemoveAlternateComputerName_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrSetPrimaryComputername_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrSetPrimaryComputername *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrSetPrimaryComputername_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

static struct tevent_req *_wkssvc_NetrEnumerateComputerNames_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct dcerpc_call_handle *call, struct wkssvc_NetrEnumerateComputerNames *r)
{
	(void)r;
	dcerpc_call_handle_set_fault(call, DCERPC_NCA_S_OP_RNG_ERROR);
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_NOT_IMPLEMENTED);
}

static NTSTATUS _wkssvc_NetrEnumerateComputerNames_recv(struct tevent_req *req)
{
	return dcerpc_call_simple_recv(req);
}

NTSTATUS wkssvc_register(struct dcerpc_server_context *server, void *private_data);

NTSTATUS wkssvc_register(struct dcerpc_server_context *server, void *private_data)
{
	return dcerpc_server_register_manager(server, &wkssvc_vector, private_data, NULL);
}

