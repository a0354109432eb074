/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Messages of DNS, RFC 1035 4.1, RFC 2136: names (4.1.4), and records (4.1.3), whose data ends where their length says.
 */
#include "names.h"
#include "ndr_dns.h"
#include "ndr_dnsp.h"

enum ndr_err_code ndr_push_dns_string(struct ndr_push *ndr, int ndr_flags, const char *name)
{
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	/* RFC 2845 2.3, RFC 2930 2.1: in what is signed all names are whole. */
	return push_name(ndr, ndr_push_get_flags(ndr) & LIBNDR_FLAG_NO_COMPRESSION ? 0 : NAME_POINTERS, name);
}

enum ndr_err_code ndr_pull_dns_string(struct ndr_pull *ndr, int ndr_flags, const char **name)
{
	return ndr_flags & NDR_SCALARS ? pull_name(ndr, name) : NDR_ERR_SUCCESS;
}

void ndr_print_dns_string(struct ndr_print *ndr, const char *name, const char *value)
{
	ndr_print_string(ndr, name, value);
}

/* Text goes up to the end of its record, which only the record knows. */
enum ndr_err_code ndr_pull_dns_txt_record(struct ndr_pull *ndr, int ndr_flags, struct dns_txt_record *r)
{
	return ndr_pull_dnsp_string_list(ndr, ndr_flags, &r->txt);
}

static enum ndr_err_code pull_text(struct ndr_pull *ndr, uint16_t length, struct dns_txt_record *r)
{
	struct ndr_pull *sub;

	NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, length));
	NDR_CHECK(ndr_pull_dns_txt_record(sub, NDR_SCALARS, r));
	return ndr_pull_subcontext_end(ndr, sub, 0, length);
}

static enum ndr_err_code pull_data(struct ndr_pull *ndr, struct dns_res_rec *r)
{
	uint32_t start = ndr_pull_get_offset(ndr), used;

	NDR_PULL_NEED_BYTES(ndr, r->length);
	if (r->rr_type == DNS_QTYPE_TXT && r->length > 0) {
		NDR_CHECK(pull_text(ndr, r->length, &r->rdata.txt_record));
	} else if (r->length > 0) {
		NDR_CHECK(ndr_pull_set_switch_value(ndr, &r->rdata, r->rr_type));
		NDR_CHECK(ndr_pull_dns_rdata(ndr, NDR_SCALARS, &r->rdata));
	}
	used = ndr_pull_get_offset(ndr) - start;
	if (used > r->length) {
		return ndr_pull_error(ndr, NDR_ERR_LENGTH, "a record of %u bytes, not %u", (unsigned int)used,
				      (unsigned int)r->length);
	}
	r->unexpected.length = r->length - used;
	if (r->unexpected.length > 0) {
		NDR_PULL_ALLOC_N(ndr, r->unexpected.data, r->unexpected.length);
		NDR_CHECK(ndr_pull_bytes(ndr, r->unexpected.data, (uint32_t)r->unexpected.length));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_dns_res_rec(struct ndr_pull *ndr, int ndr_flags, struct dns_res_rec *r)
{
	uint32_t saved = ndr_pull_get_flags(ndr);

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	memset(r, 0, sizeof(*r));
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(pull_name(ndr, &r->name));
	NDR_CHECK(ndr_pull_dns_qtype(ndr, NDR_SCALARS, &r->rr_type));
	NDR_CHECK(ndr_pull_dns_qclass(ndr, NDR_SCALARS, &r->rr_class));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->ttl));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->length));
	NDR_CHECK(pull_data(ndr, r));
	ndr_pull_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code push_data(struct ndr_push *ndr, const struct dns_res_rec *r)
{
	uint32_t start = ndr_push_get_offset(ndr), end;

	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, 0));
	if (r->length > r->unexpected.length) {
		NDR_CHECK(ndr_push_set_switch_value(ndr, &r->rdata, r->rr_type));
		NDR_CHECK(ndr_push_dns_rdata(ndr, NDR_SCALARS, &r->rdata));
	}
	NDR_CHECK(ndr_push_bytes(ndr, r->unexpected.data, (uint32_t)r->unexpected.length));
	end = ndr_push_get_offset(ndr);
	if (end - start - 2 > UINT16_MAX) {
		return ndr_push_error(ndr, NDR_ERR_LENGTH, "a record of %u bytes", (unsigned int)(end - start - 2));
	}
	NDR_CHECK(ndr_push_set_offset(ndr, start));
	NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, (uint16_t)(end - start - 2)));
	return ndr_push_set_offset(ndr, end);
}

enum ndr_err_code ndr_push_dns_res_rec(struct ndr_push *ndr, int ndr_flags, const struct dns_res_rec *r)
{
	uint32_t saved = ndr_push_get_flags(ndr);
	int is_signature = r->rr_type == DNS_QTYPE_TKEY || r->rr_type == DNS_QTYPE_TSIG;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_push_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(push_name(ndr, is_signature ? 0 : NAME_POINTERS, r->name));
	NDR_CHECK(ndr_push_dns_qtype(ndr, NDR_SCALARS, r->rr_type));
	NDR_CHECK(ndr_push_dns_qclass(ndr, NDR_SCALARS, r->rr_class));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->ttl));
	NDR_CHECK(push_data(ndr, r));
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}
