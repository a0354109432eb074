/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The messages by which a domain controller is found, [MS-ADTS] 6.3.1: names are compressed as in RFC 1035 4.1.4, and a SID and
 * some fields are only there when something else says so.
 */
#include "names.h"
#include "ndr_nbt.h"

/* --- Names ---------------------------------------------------------------------------------------------------------- */

enum ndr_err_code ndr_push_nbt_string(struct ndr_push *ndr, int ndr_flags, const char *name)
{
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	/* A dot at the end belongs to the name of a user. */
	return push_name(ndr, NAME_POINTERS | NAME_LAST_DOT, name);
}

enum ndr_err_code ndr_pull_nbt_string(struct ndr_pull *ndr, int ndr_flags, const char **name)
{
	return ndr_flags & NDR_SCALARS ? pull_name(ndr, name) : NDR_ERR_SUCCESS;
}

void ndr_print_nbt_string(struct ndr_print *ndr, const char *name, const char *s)
{
	ndr_print_string(ndr, name, s);
}

static enum ndr_err_code push_text(struct ndr_push *ndr, uint32_t form, const char *text)
{
	uint32_t saved = ndr_push_get_flags(ndr);

	ndr_push_add_flags(ndr, form);
	NDR_CHECK(ndr_push_string(ndr, NDR_SCALARS, text));
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code pull_text(struct ndr_pull *ndr, uint32_t form, const char **text)
{
	uint32_t saved = ndr_pull_get_flags(ndr);

	ndr_pull_add_flags(ndr, form);
	NDR_CHECK(ndr_pull_string(ndr, NDR_SCALARS, text));
	ndr_pull_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

/* --- NETLOGON_SAM_LOGON_REQUEST, 6.3.1.6: the SID and what aligns it only where its size is not 0 -------------------------- */

#define WIDE LIBNDR_FLAG_STR_NULLTERM
#define OEM (LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_STR_ASCII)

static uint32_t size_of(const struct dom_sid *sid)
{
	return sid->num_auths == 0 && sid->sid_rev_num == 0 ? 0 : 8 + 4 * (uint32_t)sid->num_auths;
}

enum ndr_err_code ndr_push_NETLOGON_SAM_LOGON_REQUEST(struct ndr_push *ndr, int ndr_flags,
						      const struct NETLOGON_SAM_LOGON_REQUEST *r)
{
	uint32_t saved = ndr_push_get_flags(ndr), size = size_of(&r->sid);

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_push_align(ndr, 4));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->request_count));
	NDR_CHECK(push_text(ndr, WIDE, r->computer_name));
	NDR_CHECK(push_text(ndr, WIDE, r->user_name));
	NDR_CHECK(push_text(ndr, OEM, r->mailslot_name));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->acct_control));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, size));
	if (size > 0) {
		ndr_push_add_flags(ndr, LIBNDR_FLAG_ALIGN4);
		NDR_CHECK(ndr_push_DATA_BLOB(ndr, NDR_SCALARS, r->_pad));
		ndr_push_set_flags(ndr, saved);
		NDR_CHECK(ndr_push_dom_sid(ndr, NDR_SCALARS, &r->sid));
	}
	NDR_CHECK(ndr_push_netlogon_nt_version_flags(ndr, NDR_SCALARS, r->nt_version));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->lmnt_token));
	return ndr_push_uint16(ndr, NDR_SCALARS, r->lm20_token);
}

enum ndr_err_code ndr_pull_NETLOGON_SAM_LOGON_REQUEST(struct ndr_pull *ndr, int ndr_flags,
						      struct NETLOGON_SAM_LOGON_REQUEST *r)
{
	uint32_t saved = ndr_pull_get_flags(ndr);
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	memset(r, 0, sizeof(*r));
	NDR_CHECK(ndr_pull_align(ndr, 4));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->request_count));
	NDR_CHECK(pull_text(ndr, WIDE, &r->computer_name));
	NDR_CHECK(pull_text(ndr, WIDE, &r->user_name));
	NDR_CHECK(pull_text(ndr, OEM, &r->mailslot_name));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->acct_control));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->sid_size));
	if (r->sid_size > 0) {
		ndr_pull_add_flags(ndr, LIBNDR_FLAG_ALIGN4);
		NDR_CHECK(ndr_pull_DATA_BLOB(ndr, NDR_SCALARS, &r->_pad));
		ndr_pull_set_flags(ndr, saved);
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, r->sid_size));
		NDR_CHECK(ndr_pull_dom_sid0(sub, NDR_SCALARS, &r->sid));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0, r->sid_size));
	}
	NDR_CHECK(ndr_pull_netlogon_nt_version_flags(ndr, NDR_SCALARS, &r->nt_version));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->lmnt_token));
	return ndr_pull_uint16(ndr, NDR_SCALARS, &r->lm20_token);
}

/* --- NETLOGON_SAM_LOGON_RESPONSE_EX, 6.3.1.9: an address and a site where the version says so -------------------------------- */

static enum ndr_err_code push_extended(struct ndr_push *ndr, const struct NETLOGON_SAM_LOGON_RESPONSE_EX *r)
{
	const char *names[] = { r->forest, r->dns_domain, r->pdc_dns_name, r->domain_name, r->pdc_name, r->user_name,
				r->server_site, r->client_site };
	struct ndr_push *sub;
	DATA_BLOB address;
	size_t i;

	NDR_CHECK(ndr_push_netlogon_command(ndr, NDR_SCALARS, r->command));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->sbz));
	NDR_CHECK(ndr_push_nbt_server_type(ndr, NDR_SCALARS, r->server_type));
	NDR_CHECK(ndr_push_GUID(ndr, NDR_SCALARS, &r->domain_uuid));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		NDR_CHECK(ndr_push_nbt_string(ndr, NDR_SCALARS, names[i]));
	}
	if (r->nt_version & NETLOGON_NT_VERSION_5EX_WITH_IP) {
		sub = ndr_push_init_ctx(ndr);
		NDR_ERR_HAVE_NO_MEMORY(sub);
		NDR_CHECK(ndr_push_nbt_sockaddr(sub, NDR_SCALARS | NDR_BUFFERS, &r->sockaddr));
		address = ndr_push_blob(sub);
		NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)address.length));
		NDR_CHECK(ndr_push_bytes(ndr, address.data, (uint32_t)address.length));
	}
	if (r->nt_version & NETLOGON_NT_VERSION_WITH_CLOSEST_SITE) {
		NDR_CHECK(ndr_push_nbt_string(ndr, NDR_SCALARS, r->next_closest_site));
	}
	NDR_CHECK(ndr_push_netlogon_nt_version_flags(ndr, NDR_SCALARS, r->nt_version));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->lmnt_token));
	return ndr_push_uint16(ndr, NDR_SCALARS, r->lm20_token);
}

static enum ndr_err_code pull_extended(struct ndr_pull *ndr, struct NETLOGON_SAM_LOGON_RESPONSE_EX *r, uint32_t version)
{
	const char **names[] = { &r->forest, &r->dns_domain, &r->pdc_dns_name, &r->domain_name, &r->pdc_name, &r->user_name,
				 &r->server_site, &r->client_site };
	struct ndr_pull *sub;
	size_t i;

	memset(r, 0, sizeof(*r));
	NDR_CHECK(ndr_pull_netlogon_command(ndr, NDR_SCALARS, &r->command));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->sbz));
	NDR_CHECK(ndr_pull_nbt_server_type(ndr, NDR_SCALARS, &r->server_type));
	NDR_CHECK(ndr_pull_GUID(ndr, NDR_SCALARS, &r->domain_uuid));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		NDR_CHECK(ndr_pull_nbt_string(ndr, NDR_SCALARS, names[i]));
	}
	if (version & NETLOGON_NT_VERSION_5EX_WITH_IP) {
		NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &r->sockaddr_size));
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, r->sockaddr_size));
		NDR_CHECK(ndr_pull_nbt_sockaddr(sub, NDR_SCALARS | NDR_BUFFERS, &r->sockaddr));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0, r->sockaddr_size));
	}
	if (version & NETLOGON_NT_VERSION_WITH_CLOSEST_SITE) {
		NDR_CHECK(ndr_pull_nbt_string(ndr, NDR_SCALARS, &r->next_closest_site));
	}
	NDR_CHECK(ndr_pull_netlogon_nt_version_flags(ndr, NDR_SCALARS, &r->nt_version));
	if (r->nt_version != version) {
		return ndr_pull_error(ndr, NDR_ERR_VALIDATE, "two versions");
	}
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->lmnt_token));
	return ndr_pull_uint16(ndr, NDR_SCALARS, &r->lm20_token);
}

/* The form of an answer is what its version says, 6.3.3.2, which stands 8 bytes before its end. */
enum ndr_err_code ndr_push_netlogon_samlogon_response(struct ndr_push *ndr, int ndr_flags,
						      const struct netlogon_samlogon_response *r)
{
	if (r->ntver == NETLOGON_NT_VERSION_1) {
		return ndr_push_NETLOGON_SAM_LOGON_RESPONSE_NT40(ndr, ndr_flags, &r->data.nt4);
	}
	if (r->ntver & NETLOGON_NT_VERSION_5EX) {
		uint32_t saved = ndr_push_get_flags(ndr);

		if ((ndr_flags & NDR_SCALARS) == 0) {
			return NDR_ERR_SUCCESS;
		}
		ndr_push_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
		NDR_CHECK(push_extended(ndr, &r->data.nt5_ex));
		ndr_push_set_flags(ndr, saved);
		return NDR_ERR_SUCCESS;
	}
	if (r->ntver & NETLOGON_NT_VERSION_5) {
		return ndr_push_NETLOGON_SAM_LOGON_RESPONSE(ndr, ndr_flags, &r->data.nt5);
	}
	return ndr_push_error(ndr, NDR_ERR_BAD_SWITCH, "version 0x%x", (unsigned int)r->ntver);
}

enum ndr_err_code ndr_pull_netlogon_samlogon_response(struct ndr_pull *ndr, int ndr_flags,
						      struct netlogon_samlogon_response *r)
{
	uint32_t size = ndr_pull_get_data_size(ndr), start = ndr_pull_get_offset(ndr), saved = ndr_pull_get_flags(ndr);

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_PULL_NEED_BYTES(ndr, 8);
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(ndr_pull_set_offset(ndr, size - 8));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->ntver));
	NDR_CHECK(ndr_pull_set_offset(ndr, start));
	if (r->ntver == NETLOGON_NT_VERSION_1) {
		NDR_CHECK(ndr_pull_NETLOGON_SAM_LOGON_RESPONSE_NT40(ndr, NDR_SCALARS | NDR_BUFFERS, &r->data.nt4));
	} else if (r->ntver & NETLOGON_NT_VERSION_5EX) {
		NDR_CHECK(pull_extended(ndr, &r->data.nt5_ex, r->ntver));
	} else if (r->ntver & NETLOGON_NT_VERSION_5) {
		NDR_CHECK(ndr_pull_NETLOGON_SAM_LOGON_RESPONSE(ndr, NDR_SCALARS | NDR_BUFFERS, &r->data.nt5));
	} else {
		return ndr_pull_error(ndr, NDR_ERR_BAD_SWITCH, "version 0x%x", (unsigned int)r->ntver);
	}
	ndr_pull_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}
