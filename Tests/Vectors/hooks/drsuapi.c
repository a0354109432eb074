/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * [MS-DRSR]: DRS_EXTENSIONS_INT (5.39) by its length, of which the fields behind that length are missing; SecBuffer's type; what
 * Samba shows of lists, of object identifiers and of the values of attributes.
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

/* --- What lists and attributes look like in text ------------------------------------------------------------------------------ */

static void deeper(struct ndr_print *ndr, int by)
{
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + (uint32_t)by);
}

/* Items of a list stand one below the other, however many there are. */
void ndr_print_drsuapi_DsReplicaObjectListItem(struct ndr_print *ndr, const char *name,
					       const struct drsuapi_DsReplicaObjectListItem *r)
{
	for (; r != NULL; r = r->next_object, name = "next_object") {
		ndr_print_struct(ndr, name, "drsuapi_DsReplicaObjectListItem");
		deeper(ndr, 1);
		ndr_print_ptr(ndr, "next_object", r->next_object);
		ndr_print_drsuapi_DsReplicaObject(ndr, "object", &r->object);
		deeper(ndr, -1);
	}
}

void ndr_print_drsuapi_DsReplicaObjectListItemEx(struct ndr_print *ndr, const char *name,
						 const struct drsuapi_DsReplicaObjectListItemEx *r)
{
	for (; r != NULL; r = r->next_object, name = "next_object") {
		ndr_print_struct(ndr, name, "drsuapi_DsReplicaObjectListItemEx");
		deeper(ndr, 1);
		ndr_print_ptr(ndr, "next_object", r->next_object);
		ndr_print_drsuapi_DsReplicaObject(ndr, "object", &r->object);
		ndr_print_uint32(ndr, "is_nc_prefix", r->is_nc_prefix);
		ndr_print_ptr(ndr, "parent_object_guid", r->parent_object_guid);
		deeper(ndr, 1);
		if (r->parent_object_guid != NULL) {
			ndr_print_GUID(ndr, "parent_object_guid", r->parent_object_guid);
		}
		deeper(ndr, -1);
		ndr_print_ptr(ndr, "meta_data_ctr", r->meta_data_ctr);
		deeper(ndr, 1);
		if (r->meta_data_ctr != NULL) {
			ndr_print_drsuapi_DsReplicaMetaDataCtr(ndr, "meta_data_ctr", r->meta_data_ctr);
		}
		deeper(ndr, -2);
	}
}

void ndr_print_drsuapi_DsAddEntry_AttrErrListItem_V1(struct ndr_print *ndr, const char *name,
						     const struct drsuapi_DsAddEntry_AttrErrListItem_V1 *r)
{
	for (; r != NULL; r = r->next, name = "next") {
		ndr_print_struct(ndr, name, "drsuapi_DsAddEntry_AttrErrListItem_V1");
		deeper(ndr, 1);
		ndr_print_ptr(ndr, "next", r->next);
		ndr_print_drsuapi_DsAddEntry_AttrErr_V1(ndr, "err_data", &r->err_data);
		deeper(ndr, -1);
	}
}

/* An object identifier in BER, X.690 8.19; bytes at the end that are no whole number any more are a prefix's. */
static char *oid_text(TALLOC_CTX *mem_ctx, const uint8_t *data, uint32_t length)
{
	char *text = talloc_strdup(mem_ctx, "");
	uint32_t start = 0, i;
	uint64_t number = 0;

	for (i = 0; i < length && text != NULL; i++) {
		number = number << 7 | (data[i] & 0x7F);
		if (data[i] & 0x80) {
			continue;
		}
		if (start == 0) {
			uint64_t first = number < 80 ? number / 40 : 2;

			text = talloc_asprintf_append(text, "%llu.%llu", (unsigned long long)first,
						      (unsigned long long)(number - 40 * first));
		} else {
			text = talloc_asprintf_append(text, ".%llu", (unsigned long long)number);
		}
		start = i + 1;
		number = 0;
	}
	for (i = start; i < length && text != NULL; i++) {
		text = talloc_asprintf_append(text, i == start ? ":0x%02X" : "%02X", data[i]);
	}
	return text;
}

void ndr_print_drsuapi_DsReplicaOID(struct ndr_print *ndr, const char *name, const struct drsuapi_DsReplicaOID *r)
{
	char *hex = talloc_strdup(ndr, ""), *oid;
	uint32_t i;

	ndr_print_struct(ndr, name, "drsuapi_DsReplicaOID");
	deeper(ndr, 1);
	ndr_print_uint32(ndr, "length", r->length);
	ndr_print_line(ndr, "%-25s: length=%u", "oid", (unsigned int)r->length);
	if (r->binary_oid != NULL) {
		for (i = 0; i < r->length; i++) {
			hex = talloc_asprintf_append(hex, "%02X", r->binary_oid[i]);
		}
		oid = oid_text(ndr, r->binary_oid, r->length);
		deeper(ndr, 1);
		ndr_print_line(ndr, "%-25s: 0x%s (%s)", "binary_oid", hex, oid);
		deeper(ndr, -1);
		talloc_free(oid);
	}
	deeper(ndr, -1);
	talloc_free(hex);
}

/* What the values of an attribute are, by its syntax in the schema, [MS-ADTS] 3.1.1.2.2.2. */
enum syntax { OCTETS, IDENTIFIER, TEXT };

static enum syntax syntax_of(enum drsuapi_DsAttributeId attribute)
{
	switch (attribute) {
	case DRSUAPI_ATTID_objectClass:
	case DRSUAPI_ATTID_possSuperiors:
	case DRSUAPI_ATTID_subClassOf:
	case DRSUAPI_ATTID_governsID:
	case DRSUAPI_ATTID_mustContain:
	case DRSUAPI_ATTID_mayContain:
	case DRSUAPI_ATTID_rDNAttId:
	case DRSUAPI_ATTID_attributeID:
	case DRSUAPI_ATTID_attributeSyntax:
	case DRSUAPI_ATTID_auxiliaryClass:
	case DRSUAPI_ATTID_systemPossSuperiors:
	case DRSUAPI_ATTID_systemMayContain:
	case DRSUAPI_ATTID_systemMustContain:
	case DRSUAPI_ATTID_systemAuxiliaryClass:
	case DRSUAPI_ATTID_transportAddressAttribute: return IDENTIFIER;
	case DRSUAPI_ATTID_cn:
	case DRSUAPI_ATTID_ou:
	case DRSUAPI_ATTID_description:
	case DRSUAPI_ATTID_displayName:
	case DRSUAPI_ATTID_dMDLocation:
	case DRSUAPI_ATTID_adminDisplayName:
	case DRSUAPI_ATTID_adminDescription:
	case DRSUAPI_ATTID_lDAPDisplayName:
	case DRSUAPI_ATTID_name: return TEXT;
	default: return OCTETS;
	}
}

/* UTF-16 as C's text; NULL for what is none. */
static const char *text_of(TALLOC_CTX *mem_ctx, const DATA_BLOB *blob)
{
	struct ndr_pull *pull = ndr_pull_init_blob(blob, mem_ctx);
	const char *text = NULL;

	if (pull == NULL || blob->length % 2 != 0 ||
	    !NDR_ERR_CODE_IS_SUCCESS(ndr_pull_charset(pull, NDR_SCALARS, &text, (uint32_t)blob->length / 2, 2, CH_UTF16))) {
		return NULL;
	}
	return text;
}

static void print_value(struct ndr_print *ndr, enum syntax syntax, const struct drsuapi_DsAttributeValue *r)
{
	const char *what = syntax == TEXT ? "string" : "attid", *text;
	TALLOC_CTX *frame = talloc_new(ndr);

	if (syntax == OCTETS) {
		ndr_print_drsuapi_DsAttributeValue(ndr, "values", r);
		talloc_free(frame);
		return;
	}
	ndr_print_struct(ndr, "values", "drsuapi_DsAttributeValue");
	deeper(ndr, 1);
	if (r->blob == NULL || r->blob->data == NULL) {
		ndr_print_string(ndr, what, "NULL");
	} else if (syntax == TEXT) {
		text = text_of(frame, r->blob);
		if (text != NULL) {
			ndr_print_string(ndr, what, text);
		} else {
			ndr_print_DATA_BLOB(ndr, "string (INVALID CONVERSION)", *r->blob);
		}
	} else if (r->blob->length < 4) {
		ndr_print_DATA_BLOB(ndr, what, *r->blob);
	} else {
		const uint8_t *b = r->blob->data;

		ndr_print_uint32(ndr, what, b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
	}
	deeper(ndr, -1);
	talloc_free(frame);
}

void ndr_print_drsuapi_DsReplicaAttribute(struct ndr_print *ndr, const char *name,
					  const struct drsuapi_DsReplicaAttribute *r)
{
	const struct drsuapi_DsAttributeValueCtr *values = &r->value_ctr;
	uint32_t i;

	ndr_print_struct(ndr, name, "drsuapi_DsReplicaAttribute");
	deeper(ndr, 1);
	ndr_print_drsuapi_DsAttributeId(ndr, "attid", r->attid);
	ndr_print_struct(ndr, "value_ctr", "drsuapi_DsAttributeValueCtr");
	deeper(ndr, 1);
	ndr_print_uint32(ndr, "num_values", values->num_values);
	ndr_print_ptr(ndr, "values", values->values);
	deeper(ndr, 1);
	if (values->values != NULL) {
		ndr_print_line(ndr, "values: ARRAY(%u)", (unsigned int)values->num_values);
		deeper(ndr, 1);
		for (i = 0; i < values->num_values; i++) {
			print_value(ndr, syntax_of(r->attid), &values->values[i]);
		}
		deeper(ndr, -1);
	}
	deeper(ndr, -3);
}
