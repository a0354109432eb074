/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A cabinet, [MS-CAB]: header, folders, files, and for each folder as many data blocks as it says, compressed in its way. A
 * block of MSZIP is taken for itself, without the one before it; of LZX the content stays compressed.
 */
#include "ndr_cab.h"
#include "cab.h"

uint32_t ndr_count_cfdata(const struct cab_file *r)
{
	uint32_t count = 0, i;

	for (i = 0; i < r->cfheader.cFolders; i++) {
		count += r->cffolders[i].cCFData;
	}
	return count;
}

/* --- Dates and times of a file, 2.3: bits of MS-DOS --------------------------------------------------------------------------- */

void ndr_print_cf_date(struct ndr_print *ndr, const char *name, const struct cf_date *r)
{
	char text[32];

	(void)name;
	snprintf(text, sizeof(text), "%02d/%02d/%04d", r->date & 31, r->date >> 5 & 15, 1980 + (r->date >> 9));
	ndr_print_string(ndr, "date", text);
}

void ndr_print_cf_time(struct ndr_print *ndr, const char *name, const struct cf_time *r)
{
	char text[32];

	(void)name;
	snprintf(text, sizeof(text), "%02d:%02d:%02d", r->time >> 11, r->time >> 5 & 63, 2 * (r->time & 31));
	ndr_print_string(ndr, "time", text);
}

/* --- Blocks ------------------------------------------------------------------------------------------------------------------- */

/* 3.1: words exclusive-ored; the last bytes, if they are no word, from the other end. */
static uint32_t checksum(const uint8_t *data, size_t length, uint32_t sum)
{
	size_t i;

	for (i = 0; i + 4 <= length; i += 4) {
		sum ^= data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16 | (uint32_t)data[i + 3] << 24;
	}
	for (; i < length; i++) {
		sum ^= (uint32_t)data[i] << 8 * (length - i - 1);
	}
	return sum;
}

/* What stands in a block, which is a talloc child of ndr. */
static enum ndr_err_code compressed(struct ndr_push *ndr, enum cf_compress_type type, const DATA_BLOB *plain, DATA_BLOB *out)
{
	struct ndr_push *sub, *inner;

	*out = *plain;
	if (type != CF_COMPRESS_MSZIP) {
		return NDR_ERR_SUCCESS;
	}
	sub = ndr_push_init_ctx(ndr);
	NDR_ERR_HAVE_NO_MEMORY(sub);
	NDR_CHECK(ndr_push_compression_start(sub, &inner, NDR_COMPRESSION_MSZIP_CAB, -1));
	NDR_CHECK(ndr_push_bytes(inner, plain->data, (uint32_t)plain->length));
	NDR_CHECK(ndr_push_compression_end(sub, inner, NDR_COMPRESSION_MSZIP_CAB, -1));
	*out = ndr_push_blob(sub);
	return NDR_ERR_SUCCESS;
}

static enum ndr_err_code push_block(struct ndr_push *ndr, enum cf_compress_type type, const struct CFDATA *r)
{
	uint8_t sizes[4];
	DATA_BLOB data;

	NDR_CHECK(compressed(ndr, type, &r->ab, &data));
	if (data.length > UINT16_MAX) {
		return ndr_push_error(ndr, NDR_ERR_LENGTH, "a block of %u bytes", (unsigned int)data.length);
	}
	sizes[0] = (uint8_t)data.length;
	sizes[1] = (uint8_t)(data.length >> 8);
	sizes[2] = (uint8_t)r->cbUncomp;
	sizes[3] = (uint8_t)(r->cbUncomp >> 8);
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, checksum(sizes, 4, checksum(data.data, data.length, 0))));
	NDR_CHECK(ndr_push_bytes(ndr, sizes, 4));
	return ndr_push_bytes(ndr, data.data, (uint32_t)data.length);
}

static enum ndr_err_code pull_block(struct ndr_pull *ndr, enum cf_compress_type type, struct CFDATA *r)
{
	struct ndr_pull *sub, *inner;

	NDR_CHECK(ndr_pull_uint32(ndr, NDR_SCALARS, &r->csum));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->cbData));
	NDR_CHECK(ndr_pull_uint16(ndr, NDR_SCALARS, &r->cbUncomp));
	r->ab.length = type == CF_COMPRESS_MSZIP ? r->cbUncomp : r->cbData;
	NDR_PULL_ALLOC_N(ndr, r->ab.data, r->ab.length);
	if (type != CF_COMPRESS_MSZIP) {
		return ndr_pull_bytes(ndr, r->ab.data, r->cbData);
	}
	NDR_CHECK(ndr_pull_subcontext_start(ndr, &sub, 0, r->cbData));
	NDR_CHECK(ndr_pull_compression_start(sub, &inner, NDR_COMPRESSION_MSZIP_CAB, r->cbUncomp, r->cbData));
	NDR_CHECK(ndr_pull_bytes(inner, r->ab.data, r->cbUncomp));
	NDR_CHECK(ndr_pull_compression_end(sub, inner, NDR_COMPRESSION_MSZIP_CAB, r->cbUncomp));
	return ndr_pull_subcontext_end(ndr, sub, 0, r->cbData);
}

/* --- The whole ---------------------------------------------------------------------------------------------------------------- */

#define HEADER 36
#define FOLDER 8
#define FORM (LIBNDR_FLAG_NOALIGN | LIBNDR_FLAG_LITTLE_ENDIAN)

static enum ndr_err_code patch(struct ndr_push *ndr, uint32_t offset, uint32_t value)
{
	uint32_t end = ndr_push_get_offset(ndr);

	NDR_CHECK(ndr_push_set_offset(ndr, offset));
	NDR_CHECK(ndr_push_uint32(ndr, NDR_SCALARS, value));
	return ndr_push_set_offset(ndr, end);
}

enum ndr_err_code ndr_push_cab_file(struct ndr_push *ndr, int ndr_flags, const struct cab_file *r)
{
	uint32_t start = ndr_push_get_offset(ndr), block = 0, i, j;

	NDR_PUSH_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_push_add_flags(ndr, FORM);
	NDR_CHECK(ndr_push_CFHEADER(ndr, NDR_SCALARS, &r->cfheader));
	for (i = 0; i < r->cfheader.cFolders; i++) {
		NDR_CHECK(ndr_push_CFFOLDER(ndr, NDR_SCALARS, &r->cffolders[i]));
	}
	for (i = 0; i < r->cfheader.cFiles; i++) {
		NDR_CHECK(ndr_push_CFFILE(ndr, NDR_SCALARS, &r->cffiles[i]));
	}
	for (i = 0; i < r->cfheader.cFolders; i++) {
		NDR_CHECK(patch(ndr, start + HEADER + i * FOLDER, ndr_push_get_offset(ndr) - start));
		for (j = 0; j < r->cffolders[i].cCFData; j++) {
			NDR_CHECK(push_block(ndr, r->cffolders[i].typeCompress, &r->cfdata[block++]));
		}
	}
	return patch(ndr, start + 8, ndr_push_get_offset(ndr) - start);
}

enum ndr_err_code ndr_pull_cab_file(struct ndr_pull *ndr, int ndr_flags, struct cab_file *r)
{
	uint32_t block = 0, i, j;

	NDR_PULL_CHECK_FLAGS(ndr, ndr_flags);
	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	ndr_pull_add_flags(ndr, FORM);
	NDR_CHECK(ndr_pull_CFHEADER(ndr, NDR_SCALARS, &r->cfheader));
	NDR_PULL_ALLOC_N(ndr, r->cffolders, r->cfheader.cFolders);
	for (i = 0; i < r->cfheader.cFolders; i++) {
		NDR_CHECK(ndr_pull_CFFOLDER(ndr, NDR_SCALARS, &r->cffolders[i]));
	}
	NDR_PULL_ALLOC_N(ndr, r->cffiles, r->cfheader.cFiles);
	for (i = 0; i < r->cfheader.cFiles; i++) {
		NDR_CHECK(ndr_pull_CFFILE(ndr, NDR_SCALARS, &r->cffiles[i]));
	}
	r->cfdata_count = ndr_count_cfdata(r);
	NDR_PULL_ALLOC_N(ndr, r->cfdata, r->cfdata_count);
	for (i = 0; i < r->cfheader.cFolders; i++) {
		for (j = 0; j < r->cffolders[i].cCFData; j++) {
			NDR_CHECK(pull_block(ndr, r->cffolders[i].typeCompress, &r->cfdata[block++]));
		}
	}
	return NDR_ERR_SUCCESS;
}
