/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * [MS-DRSR]: DRS_EXTENSIONS_INT (5.39) by its length, of which the fields behind that length are missing; SecBuffer's type.
 */
#include "ndr_drsuapi.h"
#include "drsuapi.h"

static const uint32_t known[] = { 24, 28, 32, 48, 52 };

/* The length that the union's level is, or 0 for one that no structure has. */
static uint32_t length(uint32_t level)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i] == level) {
			return level;
		}
	}
	return 0;
}

enum ndr_err_code ndr_push_drsuapi_DsBindInfo(struct ndr_push *ndr, int ndr_flags, const union drsuapi_DsBindInfo *r)
{
	uint32_t level, saved = ndr_push_get_flags(ndr);
	struct ndr_push *sub;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_push_set_flags(ndr, saved & ~LIBNDR_FLAG_NDR64);
	NDR_CHECK(ndr_push_steal_switch_value(ndr, r, &level));
	NDR_CHECK(ndr_push_union_align(ndr, 4));
	NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 0, level));
	switch (length(level)) {
	case 24: NDR_CHECK(ndr_push_drsuapi_DsBindInfo24(sub, NDR_SCALARS, &r->info24)); break;
	case 28: NDR_CHECK(ndr_push_drsuapi_DsBindInfo28(sub, NDR_SCALARS, &r->info28)); break;
	case 32: NDR_CHECK(ndr_push_drsuapi_DsBindInfo32(sub, NDR_SCALARS, &r->info32)); break;
	case 48: NDR_CHECK(ndr_push_drsuapi_DsBindInfo48(sub, NDR_SCALARS, &r->info48)); break;
	case 52: NDR_CHECK(ndr_push_drsuapi_DsBindInfo52(sub, NDR_SCALARS, &r->info52)); break;
	default: NDR_CHECK(ndr_push_drsuapi_DsBindInfoFallBack(sub, NDR_SCALARS, &r->Fallback)); break;
	}
	NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 0, level));
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_drsuapi_DsBindInfo(struct ndr_pull *ndr, int ndr_flags, union drsuapi_DsBindInfo *r)
{
	uint32_t level, saved = ndr_pull_get_flags(ndr);
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_set_flags(ndr, saved & ~LIBNDR_FLAG_NDR64);
	NDR_CHECK(ndr_pull_steal_switch_value(ndr, r, &level));
	NDR_CHECK(ndr_pull_union_align(ndr, 4));
	NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, level));
	switch (length(level)) {
	case 24: NDR_CHECK(ndr_pull_drsuapi_DsBindInfo24(sub, NDR_SCALARS, &r->info24)); break;
	case 28: NDR_CHECK(ndr_pull_drsuapi_DsBindInfo28(sub, NDR_SCALARS, &r->info28)); break;
	case 32: NDR_CHECK(ndr_pull_drsuapi_DsBindInfo32(sub, NDR_SCALARS, &r->info32)); break;
	case 48: NDR_CHECK(ndr_pull_drsuapi_DsBindInfo48(sub, NDR_SCALARS, &r->info48)); break;
	case 52: NDR_CHECK(ndr_pull_drsuapi_DsBindInfo52(sub, NDR_SCALARS, &r->info52)); break;
	default: NDR_CHECK(ndr_pull_drsuapi_DsBindInfoFallBack(sub, NDR_SCALARS, &r->Fallback)); break;
	}
	NDR_CHECK(ndr_pull_subcontext_end(ndr, sub, 0, level));
	ndr_pull_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

void ndr_print_drsuapi_DsBindInfo(struct ndr_print *ndr, const char *name, const union drsuapi_DsBindInfo *r)
{
	uint32_t level = ndr_print_steal_switch_value(ndr, r);

	ndr_print_union(ndr, name, (int)level, "drsuapi_DsBindInfo");
	switch (length(level)) {
	case 24: ndr_print_drsuapi_DsBindInfo24(ndr, "info24", &r->info24); break;
	case 28: ndr_print_drsuapi_DsBindInfo28(ndr, "info28", &r->info28); break;
	case 32: ndr_print_drsuapi_DsBindInfo32(ndr, "info32", &r->info32); break;
	case 48: ndr_print_drsuapi_DsBindInfo48(ndr, "info48", &r->info48); break;
	case 52: ndr_print_drsuapi_DsBindInfo52(ndr, "info52", &r->info52); break;
	default: ndr_print_drsuapi_DsBindInfoFallBack(ndr, "Fallback", &r->Fallback); break;
	}
}

/* Three bits and a flag. */
void ndr_print_drsuapi_SecBufferType(struct ndr_print *ndr, const char *name, enum drsuapi_SecBufferType r)
{
	static const char *const names[] = { "EMPTY", "DATA", "TOKEN", "PKG_PARAMS", "MISSING", "EXTRA", "STREAM_TRAILER",
					     "STREAM_HEADER" };
	const char *flag = (uint32_t)r & (uint32_t)DRSUAPI_SECBUFFER_READONLY ? "DRSUAPI_SECBUFFER_READONLY | " : "";
	char text[80];

	snprintf(text, sizeof(text), "%sDRSUAPI_SECBUFFER_%s", flag, names[r & 7]);
	ndr_print_enum(ndr, name, "ENUM", text, (uint32_t)r);
}

size_t ndr_size_drsuapi_DsReplicaObjectIdentifier3Binary_without_Binary(
	const struct drsuapi_DsReplicaObjectIdentifier3Binary *r, int flags)
{
	struct drsuapi_DsReplicaObjectIdentifier3 name = { .guid = r->guid, .sid = r->sid, .dn = r->dn };

	return ndr_size_drsuapi_DsReplicaObjectIdentifier3(&name, flags);
}
