/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * [MS-RPRN]'s functions that fill a buffer of the caller's, and the structures of which libndr has marshallers by hand
 * because their parts lie in another order than their pointers.
 */
#include "ndr_spoolss.h"
#include "spoolss.h"

uint32_t _ndr_size_spoolss_DeviceMode(struct spoolss_DeviceMode *devmode, uint32_t flags)
{
	return devmode != NULL ? (uint32_t)ndr_size_spoolss_DeviceMode(devmode, (int)flags) : 0;
}

/* A RPC_V2_NOTIFY_OPTIONS_TYPE's fields, [MS-RPRN] 2.2.1.13.1: their names depend on the type. */
void ndr_print_spoolss_Field(struct ndr_print *ndr, const char *name, const union spoolss_Field *r)
{
	uint32_t level = ndr_print_steal_switch_value(ndr, r);

	ndr_print_union(ndr, name, (int)level, "spoolss_Field");
	if (level == PRINTER_NOTIFY_TYPE) {
		ndr_print_spoolss_PrintNotifyField(ndr, "field", (enum spoolss_PrintNotifyField)r->field);
	} else if (level == JOB_NOTIFY_TYPE) {
		ndr_print_spoolss_JobNotifyField(ndr, "field", (enum spoolss_JobNotifyField)r->field);
	} else {
		ndr_print_uint16(ndr, "field", r->field);
	}
}

/* SYSTEMTIME, [MS-RPRN] 2.2.1.3: a date and a time in one line. */
void ndr_print_spoolss_Time(struct ndr_print *ndr, const char *name, const struct spoolss_Time *r)
{
	struct tm tm = { .tm_sec = r->second, .tm_min = r->minute, .tm_hour = r->hour, .tm_mday = r->day,
			 .tm_mon = r->month - 1, .tm_year = r->year - 1900, .tm_wday = r->day_of_week, .tm_isdst = -1 };
	time_t t = mktime(&tm);
	char text[64];

	strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y %Z", localtime(&t));
	ndr_print_struct(ndr, name, "spoolss_Time");
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) + 1);
	ndr_print_string(ndr, "", text);
	ndr_print_set_depth(ndr, ndr_print_get_depth(ndr) - 1);
}

/* The data of a value, [MS-RPRN] 2.2.2.11, is aligned by its type. */
uint32_t ndr_spoolss_PrinterEnumValues_align(uint32_t type)
{
	switch (type) {
	case REG_SZ:
	case REG_EXPAND_SZ:
	case REG_MULTI_SZ:
	case REG_RESOURCE_LIST:
	case REG_RESOURCE_REQUIREMENTS_LIST:
		return LIBNDR_FLAG_ALIGN2;
	case REG_DWORD:
	case REG_DWORD_BIG_ENDIAN:
	case REG_FULL_RESOURCE_DESCRIPTOR:
		return LIBNDR_FLAG_ALIGN4;
	case REG_QWORD:
		return LIBNDR_FLAG_ALIGN8;
	default:
		return 0;
	}
}

/* --- Strings behind relative pointers ------------------------------------------------------------------------------- */

static enum ndr_err_code push_text(struct ndr_push *ndr, const char *text)
{
	uint32_t saved = ndr_push_get_flags(ndr);

	if (text == NULL) {
		return NDR_ERR_SUCCESS;
	}
	ndr_push_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_ALIGN2);
	NDR_CHECK(ndr_push_relative_ptr2_start(ndr, text));
	NDR_CHECK(ndr_push_string(ndr, NDR_SCALARS, text));
	NDR_CHECK(ndr_push_relative_ptr2_end(ndr, text));
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code push_texts(struct ndr_push *ndr, const char **texts)
{
	uint32_t saved = ndr_push_get_flags(ndr);

	if (texts == NULL) {
		return NDR_ERR_SUCCESS;
	}
	ndr_push_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM | LIBNDR_FLAG_ALIGN2);
	NDR_CHECK(ndr_push_relative_ptr2_start(ndr, texts));
	NDR_CHECK(ndr_push_string_array(ndr, NDR_SCALARS, texts));
	NDR_CHECK(ndr_push_relative_ptr2_end(ndr, texts));
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

/* The offset; what it leads to is read at once, and the place behind it found again. */
static enum ndr_err_code follow(struct ndr_pull *ndr, const void *key, uint32_t *back, bool *there)
{
	uint32_t offset;

	NDR_CHECK(ndr_pull_generic_ptr(ndr, &offset));
	*there = offset != 0;
	*back = ndr_pull_get_offset(ndr);
	if (*there) {
		NDR_CHECK(ndr_pull_relative_ptr1(ndr, key, offset));
		NDR_CHECK(ndr_pull_relative_ptr2(ndr, key));
	}
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code come_back(struct ndr_pull *ndr, uint32_t back)
{
	if (ndr_pull_get_offset(ndr) > ndr_pull_get_relative_highest_offset(ndr)) {
		ndr_pull_set_relative_highest_offset(ndr, ndr_pull_get_offset(ndr));
	}
	return ndr_pull_set_offset(ndr, back);
}

static enum ndr_err_code pull_text(struct ndr_pull *ndr, const char **text)
{
	uint32_t back, saved = ndr_pull_get_flags(ndr);
	bool there;

	*text = NULL;
	NDR_CHECK(follow(ndr, text, &back, &there));
	if (!there) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
	NDR_CHECK(ndr_pull_string(ndr, NDR_SCALARS, text));
	ndr_pull_set_flags(ndr, saved);
	return come_back(ndr, back);
}

static enum ndr_err_code pull_texts(struct ndr_pull *ndr, const char ***texts)
{
	uint32_t back, saved = ndr_pull_get_flags(ndr);
	bool there;

	*texts = NULL;
	NDR_CHECK(follow(ndr, texts, &back, &there));
	if (!there) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_STR_NULLTERM);
	NDR_CHECK(ndr_pull_string_array(ndr, NDR_SCALARS, texts));
	ndr_pull_set_flags(ndr, saved);
	return come_back(ndr, back);
}

/* --- PRINTER_INFO_2, [MS-RPRN] 2.2.2.9.3: the device mode and the security descriptor lie before all strings --------------- */

enum ndr_err_code ndr_push_spoolss_PrinterInfo2(struct ndr_push *ndr, int ndr_flags, const struct spoolss_PrinterInfo2 *r)
{
	const void *pointers[] = { r->servername, r->printername, r->sharename, r->portname, r->drivername, r->comment, r->location,
				   r->devmode, r->sepfile, r->printprocessor, r->datatype, r->parameters, r->secdesc };
	const char *texts[] = { r->servername, r->printername, r->sharename, r->portname, r->drivername, r->comment, r->location,
				r->sepfile, r->printprocessor, r->datatype, r->parameters };
	const uint32_t numbers[] = { r->attributes, r->priority, r->defaultpriority, r->starttime, r->untiltime, r->status,
				     r->cjobs, r->averageppm };
	uint32_t saved = ndr_push_get_flags(ndr);
	struct ndr_push *sub;
	size_t i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 5));
		for (i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
			NDR_CHECK(ndr_push_relative_ptr1(ndr, pointers[i]));
		}
		for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, numbers[i]));
		}
		NDR_CHECK(ndr_push_trailer_align(ndr, 5));
	}
	if ((ndr_flags & NDR_BUFFERS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		NDR_CHECK(push_text(ndr, texts[i]));
	}
	ndr_push_add_flags(ndr, LIBNDR_FLAG_ALIGN4);
	if (r->devmode != NULL) {
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->devmode));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 0, -1));
		NDR_CHECK(ndr_push_spoolss_DeviceMode(sub, NDR_SCALARS | NDR_BUFFERS, r->devmode));
		NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 0, -1));
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->devmode));
	}
	if (r->secdesc != NULL) {
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->secdesc));
		NDR_CHECK(ndr_push_subcontext_start(ndr, &sub, 0, -1));
		NDR_CHECK(ndr_push_security_descriptor(sub, NDR_SCALARS | NDR_BUFFERS, r->secdesc));
		NDR_CHECK(ndr_push_subcontext_end(ndr, sub, 0, -1));
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->secdesc));
	}
	ndr_push_set_flags(ndr, saved);
	return NDR_ERR_SUCCESS;
}

/* --- RPC_DRIVER_INFO_101 (winspool's PrinterDriver 101): an array of files behind a relative pointer ------------------------ */

enum ndr_err_code ndr_push_spoolss_DriverInfo101(struct ndr_push *ndr, int ndr_flags, const struct spoolss_DriverInfo101 *r)
{
	const char *texts[] = { r->manufacturer_name, r->manufacturer_url, r->hardware_id, r->provider };
	uint32_t saved = ndr_push_get_flags(ndr);
	uint32_t i;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if (ndr_flags & NDR_SCALARS) {
		NDR_CHECK(ndr_push_align(ndr, 8));
		NDR_CHECK(ndr_push_spoolss_DriverOSVersion(ndr, NDR_SCALARS, r->version));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->driver_name));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->architecture));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->file_info));
		NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, r->file_count));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->monitor_name));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->default_datatype));
		NDR_CHECK(ndr_push_relative_ptr1(ndr, r->previous_names));
		NDR_CHECK(ndr_push_NTTIME(ndr, NDR_SCALARS, r->driver_date));
		NDR_CHECK(ndr_push_hyper(ndr, NDR_SCALARS, r->driver_version));
		for (i = 0; i < 4; i++) {
			NDR_CHECK(ndr_push_relative_ptr1(ndr, texts[i]));
		}
		NDR_CHECK(ndr_push_trailer_align(ndr, 8));
	}
	if ((ndr_flags & NDR_BUFFERS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(push_text(ndr, r->driver_name));
	NDR_CHECK(push_text(ndr, r->architecture));
	if (r->file_info != NULL) {
		ndr_push_add_flags(ndr, LIBNDR_FLAG_ALIGN4);
		NDR_CHECK(ndr_push_relative_ptr2_start(ndr, r->file_info));
		for (i = 0; i < r->file_count; i++) {
			NDR_CHECK(ndr_push_spoolss_DriverFileInfo(ndr, NDR_SCALARS, &r->file_info[i]));
		}
		for (i = 0; i < r->file_count; i++) {
			NDR_CHECK(ndr_push_spoolss_DriverFileInfo(ndr, NDR_BUFFERS, &r->file_info[i]));
		}
		NDR_CHECK(ndr_push_relative_ptr2_end(ndr, r->file_info));
		ndr_push_set_flags(ndr, saved);
	}
	NDR_CHECK(push_text(ndr, r->monitor_name));
	NDR_CHECK(push_text(ndr, r->default_datatype));
	NDR_CHECK(push_texts(ndr, r->previous_names));
	for (i = 0; i < 4; i++) {
		NDR_CHECK(push_text(ndr, texts[i]));
	}
	return NDR_ERR_SUCCESS;
}

/* Files in an array are counted behind their pointer. */
static enum ndr_err_code pull_files(struct ndr_pull *ndr, struct spoolss_DriverInfo101 *r, uint32_t offset)
{
	uint32_t back = ndr_pull_get_offset(ndr), i;

	r->file_info = NULL;
	if (offset == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_relative_ptr1(ndr, &r->file_info, offset));
	NDR_CHECK(ndr_pull_relative_ptr2(ndr, &r->file_info));
	NDR_PULL_NEED_BYTES(ndr, r->file_count);
	NDR_PULL_ALLOC_N(ndr, r->file_info, r->file_count);
	for (i = 0; i < r->file_count; i++) {
		NDR_CHECK(ndr_pull_spoolss_DriverFileInfo(ndr, NDR_SCALARS, &r->file_info[i]));
	}
	for (i = 0; i < r->file_count; i++) {
		NDR_CHECK(ndr_pull_spoolss_DriverFileInfo(ndr, NDR_BUFFERS, &r->file_info[i]));
	}
	return come_back(ndr, back);
}

enum ndr_err_code ndr_pull_spoolss_DriverInfo101(struct ndr_pull *ndr, int ndr_flags, struct spoolss_DriverInfo101 *r)
{
	uint32_t files;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_align(ndr, 8));
	NDR_CHECK(ndr_pull_spoolss_DriverOSVersion(ndr, NDR_SCALARS, &r->version));
	NDR_CHECK(pull_text(ndr, &r->driver_name));
	NDR_CHECK(pull_text(ndr, &r->architecture));
	NDR_CHECK(ndr_pull_generic_ptr(ndr, &files));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->file_count));
	NDR_CHECK(pull_files(ndr, r, files));
	NDR_CHECK(pull_text(ndr, &r->monitor_name));
	NDR_CHECK(pull_text(ndr, &r->default_datatype));
	NDR_CHECK(pull_texts(ndr, &r->previous_names));
	NDR_CHECK(ndr_pull_NTTIME(ndr, NDR_SCALARS, &r->driver_date));
	NDR_CHECK(ndr_pull_hyper(ndr, NDR_SCALARS, &r->driver_version));
	NDR_CHECK(pull_text(ndr, &r->manufacturer_name));
	NDR_CHECK(pull_text(ndr, &r->manufacturer_url));
	NDR_CHECK(pull_text(ndr, &r->hardware_id));
	NDR_CHECK(pull_text(ndr, &r->provider));
	return ndr_pull_trailer_align(ndr, 8);
}

/* --- RpcEnumForms and RpcEnumPrinterDataEx: the caller offers a buffer, which the answer fills ----------------------------- */

/* Fills a buffer of `offered` bytes with what `push` writes. */
static enum ndr_err_code fill(struct ndr_push *ndr, uint32_t offered, const void *array, ndr_push_flags_fn_t push,
			      DATA_BLOB *blob)
{
	struct ndr_push *whole = ndr_push_init_ctx(ndr), *sub;

	NDR_ERR_HAVE_NO_MEMORY(whole);
	ndr_push_set_flags(whole, ndr_push_get_flags(ndr));
	if (array != NULL) {
		NDR_CHECK(ndr_push_subcontext_start(whole, &sub, 0, offered));
		NDR_CHECK(push(sub, NDR_OUT, array));
		NDR_CHECK(ndr_push_subcontext_end(whole, sub, 0, offered));
	} else {
		NDR_CHECK(ndr_push_zero(whole, offered));
	}
	*blob = ndr_push_blob(whole);
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_spoolss_EnumForms(struct ndr_push *ndr, int flags, const struct spoolss_EnumForms *r)
{
	struct _spoolss_EnumForms outer;
	struct __spoolss_EnumForms inner;
	DATA_BLOB blob = { NULL, 0 };

	NDR_PUSH_CHECK_FN_FLAGS(ndr, flags);
	memset(&outer, 0, sizeof(outer));
	outer.in.handle = r->in.handle;
	outer.in.level = r->in.level;
	outer.in.buffer = r->in.buffer;
	outer.in.offered = r->in.offered;
	outer.out.needed = r->out.needed;
	outer.out.count = r->out.count;
	outer.out.result = r->out.result;
	if ((flags & NDR_OUT) && r->in.buffer != NULL) {
		memset(&inner, 0, sizeof(inner));
		inner.in.level = r->in.level;
		inner.in.count = *r->out.count;
		inner.out.info = r->out.info != NULL ? *r->out.info : NULL;
		NDR_CHECK(fill(ndr, r->in.offered, inner.out.info != NULL ? &inner : NULL,
			       (ndr_push_flags_fn_t)(void (*)(void))ndr_push___spoolss_EnumForms, &blob));
		outer.out.info = &blob;
	}
	return ndr_push__spoolss_EnumForms(ndr, flags, &outer);
}

enum ndr_err_code ndr_pull_spoolss_EnumForms(struct ndr_pull *ndr, int flags, struct spoolss_EnumForms *r)
{
	struct _spoolss_EnumForms outer;
	struct __spoolss_EnumForms inner;
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FN_FLAGS(ndr, flags);
	memset(&outer, 0, sizeof(outer));
	memset(&inner, 0, sizeof(inner));
	if (flags & NDR_IN) {
		NDR_CHECK(ndr_pull__spoolss_EnumForms(ndr, NDR_IN, &outer));
		memset(&r->out, 0, sizeof(r->out));
		r->in.handle = outer.in.handle;
		r->in.level = outer.in.level;
		r->in.buffer = outer.in.buffer;
		r->in.offered = outer.in.offered;
		r->out.needed = outer.out.needed;
		r->out.count = outer.out.count;
		NDR_PULL_ALLOC(ndr, r->out.info);
		*r->out.info = NULL;
	}
	if (flags & NDR_OUT) {
		outer.in.level = r->in.level;
		outer.in.offered = r->in.offered;
		outer.out.needed = r->out.needed;
		outer.out.count = r->out.count;
		NDR_CHECK(ndr_pull__spoolss_EnumForms(ndr, NDR_OUT, &outer));
		r->out.needed = outer.out.needed;
		r->out.count = outer.out.count;
		r->out.result = outer.out.result;
		if (r->out.info == NULL) {
			NDR_PULL_ALLOC(ndr, r->out.info);
		}
		*r->out.info = NULL;
		if (outer.out.info != NULL && *r->out.needed <= outer.out.info->length) {
			sub = ndr_pull_init_blob(outer.out.info, ndr_pull_get_mem_ctx(ndr));
			NDR_ERR_HAVE_NO_MEMORY(sub);
			ndr_pull_set_flags(sub, ndr_pull_get_flags(ndr));
			inner.in.level = r->in.level;
			inner.in.count = *r->out.count;
			NDR_CHECK(ndr_pull___spoolss_EnumForms(sub, NDR_OUT, &inner));
			*r->out.info = inner.out.info;
		}
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_push_spoolss_EnumPrinterDataEx(struct ndr_push *ndr, int flags,
						     const struct spoolss_EnumPrinterDataEx *r)
{
	struct _spoolss_EnumPrinterDataEx outer;
	struct __spoolss_EnumPrinterDataEx inner;

	NDR_PUSH_CHECK_FN_FLAGS(ndr, flags);
	memset(&outer, 0, sizeof(outer));
	outer.in.handle = r->in.handle;
	outer.in.key_name = r->in.key_name;
	outer.in.offered = r->in.offered;
	outer.out.needed = r->out.needed;
	outer.out.count = r->out.count;
	outer.out.result = r->out.result;
	if (flags & NDR_OUT) {
		memset(&inner, 0, sizeof(inner));
		inner.in.count = *r->out.count;
		inner.out.info = r->out.info != NULL ? *r->out.info : NULL;
		NDR_CHECK(fill(ndr, r->in.offered, inner.out.info != NULL ? &inner : NULL,
			       (ndr_push_flags_fn_t)(void (*)(void))ndr_push___spoolss_EnumPrinterDataEx, &outer.out.info));
	}
	return ndr_push__spoolss_EnumPrinterDataEx(ndr, flags, &outer);
}

enum ndr_err_code ndr_pull_spoolss_EnumPrinterDataEx(struct ndr_pull *ndr, int flags, struct spoolss_EnumPrinterDataEx *r)
{
	struct _spoolss_EnumPrinterDataEx outer;
	struct __spoolss_EnumPrinterDataEx inner;
	struct ndr_pull *sub;

	NDR_PULL_CHECK_FN_FLAGS(ndr, flags);
	memset(&outer, 0, sizeof(outer));
	memset(&inner, 0, sizeof(inner));
	if (flags & NDR_IN) {
		NDR_CHECK(ndr_pull__spoolss_EnumPrinterDataEx(ndr, NDR_IN, &outer));
		memset(&r->out, 0, sizeof(r->out));
		r->in.handle = outer.in.handle;
		r->in.key_name = outer.in.key_name;
		r->in.offered = outer.in.offered;
		r->out.needed = outer.out.needed;
		r->out.count = outer.out.count;
		NDR_PULL_ALLOC(ndr, r->out.info);
		*r->out.info = NULL;
	}
	if (flags & NDR_OUT) {
		outer.in.offered = r->in.offered;
		outer.out.needed = r->out.needed;
		outer.out.count = r->out.count;
		NDR_CHECK(ndr_pull__spoolss_EnumPrinterDataEx(ndr, NDR_OUT, &outer));
		r->out.needed = outer.out.needed;
		r->out.count = outer.out.count;
		r->out.result = outer.out.result;
		if (r->out.info == NULL) {
			NDR_PULL_ALLOC(ndr, r->out.info);
		}
		*r->out.info = NULL;
		if (*r->out.needed <= outer.out.info.length) {
			sub = ndr_pull_init_blob(&outer.out.info, ndr_pull_get_mem_ctx(ndr));
			NDR_ERR_HAVE_NO_MEMORY(sub);
			ndr_pull_set_flags(sub, ndr_pull_get_flags(ndr));
			inner.in.count = *r->out.count;
			NDR_CHECK(ndr_pull___spoolss_EnumPrinterDataEx(sub, NDR_OUT, &inner));
			*r->out.info = inner.out.info;
		}
	}
	return NDR_ERR_SUCCESS;
}
