/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What Samba 3 kept of a printer, as its file shows: facts, a device mode behind a number that is not 0, and data, each behind
 * such a number, up to a 0 or the end.
 */
#include "ndr_ntprinting.h"
#include "ntprinting.h"

uint32_t ndr_ntprinting_string_flags(uint32_t string_flags)
{
	uint32_t charset = string_flags & (LIBNDR_FLAG_STR_ASCII | LIBNDR_FLAG_STR_RAW8);

	return LIBNDR_FLAG_STR_NULLTERM | (charset != 0 ? charset : LIBNDR_FLAG_STR_UTF8);
}

/* Whether something follows; the number itself belongs to it. */
static enum ndr_err_code pull_mark(struct ndr_pull *ndr, uint32_t *mark)
{
	*mark = 0;
	if (ndr_pull_get_data_size(ndr) - ndr_pull_get_offset(ndr) < 4) {
		return NDR_ERR_SUCCESS;
	}
	return ndr_pull_uint32(ndr, NDR_SCALARS, mark);
}

/* Without room for them it counts the data. */
static enum ndr_err_code pull_data(struct ndr_pull *ndr, struct ntprinting_printer *r)
{
	struct ntprinting_printer_data one, *data;
	uint32_t mark, start;

	for (r->count = 0;; r->count++) {
		start = ndr_pull_get_offset(ndr);
		NDR_CHECK(pull_mark(ndr, &mark));
		if (mark == 0) {
			return NDR_ERR_SUCCESS;
		}
		NDR_CHECK(ndr_pull_set_offset(ndr, start));
		data = r->printer_data != NULL ? &r->printer_data[r->count] : &one;
		memset(data, 0, sizeof(*data));
		data->string_flags = r->info.string_flags;
		NDR_CHECK(ndr_pull_ntprinting_printer_data(ndr, NDR_SCALARS, data));
	}
}

enum ndr_err_code ndr_pull_ntprinting_printer(struct ndr_pull *ndr, int ndr_flags, struct ntprinting_printer *r)
{
	uint32_t mark, start;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, LIBNDR_FLAG_NOALIGN);
	NDR_CHECK(ndr_pull_ntprinting_printer_info(ndr, NDR_SCALARS, &r->info));
	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &mark));
	r->devmode = NULL;
	if (mark != 0) {
		NDR_PULL_ALLOC(ndr, r->devmode);
		memset(r->devmode, 0, sizeof(*r->devmode));
		r->devmode->string_flags = r->info.string_flags;
		NDR_CHECK(ndr_pull_ntprinting_devicemode(ndr, NDR_SCALARS | NDR_BUFFERS, r->devmode));
	}
	start = ndr_pull_get_offset(ndr);
	r->printer_data = NULL;
	NDR_CHECK(pull_data(ndr, r));
	NDR_CHECK(ndr_pull_set_offset(ndr, start));
	NDR_PULL_ALLOC_N(ndr, r->printer_data, r->count + 1);
	return pull_data(ndr, r);
}
