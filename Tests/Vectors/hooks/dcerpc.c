/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A PDU of the connection-oriented protocol, C706 12.6.3.1: drep says the byte order of what follows it, and a bit of pfc_flags
 * whether a request has an object.
 */
#include "ndr_dcerpc.h"

/* Of the PDU at work: the expression that asks sees no more than the request. */
static uint8_t flags_at_work;

uint32_t request_object_present(void)
{
	return flags_at_work & DCERPC_PFC_FLAG_OBJECT_UUID ? LIBNDR_FLAG_OBJECT_PRESENT : 0;
}

enum ndr_err_code ndr_push_ncacn_packet(struct ndr_push *ndr, int ndr_flags, const struct ncacn_packet *r)
{
	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_push_align(ndr, 4));
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, r->rpc_vers));
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, r->rpc_vers_minor));
	NDR_CHECK(ndr_push_dcerpc_pkt_type(ndr, NDR_SCALARS, r->ptype));
	NDR_CHECK(ndr_push_dcerpc_pfc_flags(ndr, NDR_SCALARS, r->pfc_flags));
	NDR_CHECK(ndr_push_bytes(ndr, r->drep, sizeof(r->drep)));
	flags_at_work = r->pfc_flags;
	if ((r->drep[0] & DCERPC_DREP_LE) == 0) {
		ndr_push_add_flags(ndr, LIBNDR_FLAG_BIGENDIAN);
	}
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->frag_length));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->auth_length));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->call_id));
	NDR_CHECK(ndr_push_set_switch_value(ndr, &r->u, r->ptype));
	return ndr_push_dcerpc_payload(ndr, NDR_SCALARS, &r->u);
}

enum ndr_err_code ndr_pull_ncacn_packet(struct ndr_pull *ndr, int ndr_flags, struct ncacn_packet *r)
{
	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_align(ndr, 4));
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &r->rpc_vers));
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &r->rpc_vers_minor));
	NDR_CHECK(ndr_pull_dcerpc_pkt_type(ndr, NDR_SCALARS, &r->ptype));
	NDR_CHECK(ndr_pull_dcerpc_pfc_flags(ndr, NDR_SCALARS, &r->pfc_flags));
	NDR_CHECK(ndr_pull_bytes(ndr, r->drep, sizeof(r->drep)));
	flags_at_work = r->pfc_flags;
	if ((r->drep[0] & DCERPC_DREP_LE) == 0) {
		ndr_pull_add_flags(ndr, LIBNDR_FLAG_BIGENDIAN);
	}
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->frag_length));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->auth_length));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->call_id));
	NDR_CHECK(ndr_pull_set_switch_value(ndr, &r->u, r->ptype));
	return ndr_pull_dcerpc_payload(ndr, NDR_SCALARS, &r->u);
}

void ndr_print_ncacn_packet(struct ndr_print *ndr, const char *name, const struct ncacn_packet *r)
{
	ndr_print_struct(ndr, name, "ncacn_packet");
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);
	ndr_print_uint8(ndr, "rpc_vers", r->rpc_vers);
	ndr_print_uint8(ndr, "rpc_vers_minor", r->rpc_vers_minor);
	ndr_print_dcerpc_pkt_type(ndr, "ptype", r->ptype);
	ndr_print_dcerpc_pfc_flags(ndr, "pfc_flags", r->pfc_flags);
	ndr_print_array_uint8(ndr, "drep", r->drep, sizeof(r->drep));
	ndr_print_uint16(ndr, "frag_length", r->frag_length);
	ndr_print_uint16(ndr, "auth_length", r->auth_length);
	ndr_print_uint32(ndr, "call_id", r->call_id);
	flags_at_work = r->pfc_flags;
	ndr_print_set_switch_value(ndr, &r->u, r->ptype);
	ndr_print_dcerpc_payload(ndr, "u", &r->u);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);
}
