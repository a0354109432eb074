/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What Active Directory keeps in attributes: supplementalCredentials ([MS-SAMR] 2.2.10.1) and the secrets of trusts
 * ([MS-ADTS] 6.1.6.9.1, [MS-LSAD] 2.2.7.16).
 */
#include "ndr_drsblobs.h"

static uint32_t left(struct ndr_pull *ndr)
{
	return ndr_pull_get_data_size(ndr) - ndr_pull_get_offset(ndr);
}

/* --- USER_PROPERTIES: nothing at all, or a prefix, or a prefix, a signature and properties ------------------------------- */

enum ndr_err_code ndr_push_supplementalCredentialsSubBlob(struct ndr_push *ndr, int ndr_flags,
							  const struct supplementalCredentialsSubBlob *r)
{
	uint16_t i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0 ||
	    (r->num_packages == 0 && r->signature != SUPPLEMENTAL_CREDENTIALS_SIGNATURE)) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_push_align(ndr, 3));
	NDR_CHECK(ndr_push_charset(ndr, NDR_SCALARS, SUPPLEMENTAL_CREDENTIALS_PREFIX, 0x30, 2, CH_UTF16));
	NDR_CHECK(ndr_push_supplementalCredentialsSignature(ndr, NDR_SCALARS, SUPPLEMENTAL_CREDENTIALS_SIGNATURE));
	if (r->num_packages != 0) {
		NDR_CHECK(ndr_push_uint16(ndr, NDR_SCALARS, r->num_packages));
	}
	for (i = 0; i < r->num_packages; i++) {
		NDR_CHECK(ndr_push_supplementalCredentialsPackage(ndr, NDR_SCALARS, &r->packages[i]));
	}
	return ndr_push_trailer_align(ndr, 3);
}

enum ndr_err_code ndr_pull_supplementalCredentialsSubBlob(struct ndr_pull *ndr, int ndr_flags,
							  struct supplementalCredentialsSubBlob *r)
{
	uint16_t i;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_align(ndr, 3));
	memset(r, 0, sizeof(*r));
	if (left(ndr) >= 2 * 0x30) {
		NDR_CHECK(ndr_pull_charset(ndr, NDR_SCALARS, &r->prefix, 0x30, 2, CH_UTF16));
	}
	if (left(ndr) >= 2) {
		NDR_CHECK(ndr_pull_supplementalCredentialsSignature(ndr, NDR_SCALARS, &r->signature));
	}
	if (left(ndr) > 0) {
		NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->num_packages));
	}
	NDR_PULL_ALLOC_N(ndr, r->packages, r->num_packages);
	for (i = 0; i < r->num_packages; i++) {
		NDR_CHECK(ndr_pull_supplementalCredentialsPackage(ndr, NDR_SCALARS, &r->packages[i]));
	}
	return ndr_pull_trailer_align(ndr, 3);
}

/* --- LSAPR_AUTH_INFORMATION, one after the other as far as there are bytes ------------------------------------------------ */

#define LEAST 16 /* a time, a type and a length */

enum ndr_err_code ndr_push_AuthenticationInformationArray(struct ndr_push *ndr, int ndr_flags,
							  const struct AuthenticationInformationArray *r)
{
	uint32_t i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_push_align(ndr, 4));
	for (i = 0; i < r->count; i++) {
		NDR_CHECK(ndr_push_AuthenticationInformation(ndr, NDR_SCALARS, &r->array[i]));
	}
	return ndr_push_align(ndr, 4);
}

enum ndr_err_code ndr_pull_AuthenticationInformationArray(struct ndr_pull *ndr, int ndr_flags,
							  struct AuthenticationInformationArray *r)
{
	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	r->count = 0;
	NDR_PULL_ALLOC_N(ndr, r->array, left(ndr) / LEAST);
	while (left(ndr) >= LEAST) {
		NDR_CHECK(ndr_pull_AuthenticationInformation(ndr, NDR_SCALARS, &r->array[r->count]));
		r->count++;
	}
	return ndr_pull_align(ndr, 4);
}

/* --- LSAPR_TRUSTED_DOMAIN_AUTH_BLOB -------------------------------------------------------------------------------------- */

static enum ndr_err_code push_secrets(struct ndr_push *ndr, const struct AuthenticationInformationArray *r, DATA_BLOB *blob)
{
	struct ndr_push *sub = ndr_push_init_ctx(ndr);

	NDR_ERR_HAVE_NO_MEMORY(sub);
	NDR_CHECK(ndr_push_AuthenticationInformationArray(sub, NDR_SCALARS, r));
	*blob = ndr_push_blob(sub);
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_trustAuthInOutBlob(struct ndr_push *ndr, int ndr_flags, const struct trustAuthInOutBlob *r)
{
	DATA_BLOB current, previous;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(push_secrets(ndr, &r->current, &current));
	NDR_CHECK(push_secrets(ndr, &r->previous, &previous));
	NDR_CHECK(ndr_push_align(ndr, 4));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->count));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->count > 0 ? 12 : 0));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->count > 0 ? 12 + (uint32_t)current.length : 0));
	if (r->count > 0) {
		NDR_CHECK(ndr_push_bytes(ndr, current.data, (uint32_t)current.length));
		NDR_CHECK(ndr_push_bytes(ndr, previous.data, (uint32_t)previous.length));
	}
	return ndr_push_trailer_align(ndr, 4);
}

/* The sizes of both halves stand behind them. */
enum ndr_err_code ndr_pull_trustDomainPasswords(struct ndr_pull *ndr, int ndr_flags, struct trustDomainPasswords *r)
{
	struct trustAuthInOutBlob *halves[] = { &r->outgoing, &r->incoming };
	uint32_t sizes[2], start, i;
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_align(ndr, 4));
	NDR_PULL_NEED_BYTES(ndr, 512 + 8);
	start = ndr_pull_get_offset(ndr);
	NDR_CHECK(ndr_pull_set_offset(ndr, ndr_pull_get_data_size(ndr) - 8));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &sizes[0]));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &sizes[1]));
	NDR_CHECK(ndr_pull_set_offset(ndr, start));
	NDR_CHECK(ndr_pull_array_uint8(ndr, NDR_SCALARS, r->confounder, 512));
	for (i = 0; i < 2; i++) {
		NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, sizes[i]));
		NDR_CHECK(ndr_pull_trustAuthInOutBlob(sub, NDR_SCALARS | NDR_BUFFERS, halves[i]));
		NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0, sizes[i]));
	}
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->outgoing_size));
	return ndr_pull_uint32(ndr, NDR_SCALARS, &r->incoming_size);
}
