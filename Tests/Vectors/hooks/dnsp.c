/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * What records of a zone are made of, [MS-DNSP]: DNS_COUNT_NAME (2.2.2.2.2) and DNS_RPC_NAME (2.2.2.2.1), of which a record of
 * text has as many as there is room for (2.2.2.2.4.6).
 */
#include "ndr_dnsp.h"

/* --- A byte that counts the bytes behind it, one that counts labels, and labels up to an empty one ------------------------- */

enum ndr_err_code ndr_push_dnsp_name(struct ndr_push *ndr, int ndr_flags, const char *name)
{
	size_t size = strlen(name), count = 0, i;
	const char *label;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	if (size > 0 && name[size - 1] == '.') {
		size--; /* "." is the root, as "" is */
	}
	for (i = 0; i < size; i++) {
		count += name[i] == '.';
	}
	count += size > 0;
	/* Labels with a byte each instead of dots between them, and the empty one. */
	if (size + 2 > 255) {
		return ndr_push_error(ndr, NDR_ERR_BUFSIZE, "a name of %u bytes", (unsigned int)size);
	}
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)(size > 0 ? size + 2 : 1)));
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)count));
	for (label = name; count > 0; count--) {
		size_t length = strcspn(label, ".");

		NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)length));
		NDR_CHECK(ndr_push_bytes(ndr, (const uint8_t *)label, (uint32_t)length));
		label += length + 1;
	}
	return ndr_push_uint8(ndr, NDR_SCALARS, 0);
}

enum ndr_err_code ndr_pull_dnsp_name(struct ndr_pull *ndr, int ndr_flags, const char **name)
{
	uint8_t size, count, length;
	uint32_t end, used = 0;
	char text[256];

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &size));
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &count));
	end = ndr_pull_get_offset(ndr) + size;
	for (; count > 0; count--) {
		NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
		if (used + length + 1 >= sizeof(text)) {
			return ndr_pull_error(ndr, NDR_ERR_RANGE, "a name of more than %u bytes", (unsigned int)sizeof(text));
		}
		NDR_CHECK(ndr_pull_bytes(ndr, (uint8_t *)text + used, length));
		used += length;
		if (count > 1) {
			text[used++] = '.';
		}
	}
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
	if (length != 0 || ndr_pull_get_offset(ndr) > end) {
		return ndr_pull_error(ndr, NDR_ERR_LENGTH, "a name that does not end where it says");
	}
	NDR_CHECK(ndr_pull_advance(ndr, end - ndr_pull_get_offset(ndr)));
	*name = talloc_strndup(ndr_pull_get_mem_ctx(ndr), text, used);
	NDR_ERR_HAVE_NO_MEMORY(*name);
	return NDR_ERR_SUCCESS;
}

void ndr_print_dnsp_name(struct ndr_print *ndr, const char *name, const char *value)
{
	ndr_print_line(ndr, "%-25s: %s", name, value);
}

/* --- A byte that counts the characters ---------------------------------------------------------------------------------------- */

enum ndr_err_code ndr_push_dnsp_string(struct ndr_push *ndr, int ndr_flags, const char *string)
{
	size_t length = strlen(string);

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	if (length > 255) {
		return ndr_push_error(ndr, NDR_ERR_BUFSIZE, "a string of %u bytes", (unsigned int)length);
	}
	NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)length));
	return ndr_push_bytes(ndr, (const uint8_t *)string, (uint32_t)length);
}

enum ndr_err_code ndr_pull_dnsp_string(struct ndr_pull *ndr, int ndr_flags, const char **string)
{
	uint8_t length;
	char *text;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
	NDR_PULL_ALLOC_N(ndr, text, (size_t)length + 1);
	NDR_CHECK(ndr_pull_bytes(ndr, (uint8_t *)text, length));
	text[length] = 0;
	*string = text;
	return NDR_ERR_SUCCESS;
}

void ndr_print_dnsp_string(struct ndr_print *ndr, const char *name, const char *value)
{
	ndr_print_line(ndr, "%-25s: %s", name, value);
}

/* --- Strings up to the end of the data ------------------------------------------------------------------------------------------ */

enum ndr_err_code ndr_push_dnsp_string_list(struct ndr_push *ndr, int ndr_flags, const struct dnsp_string_list *r)
{
	uint32_t i;

	for (i = 0; i < r->count; i++) {
		NDR_CHECK(ndr_push_dnsp_string(ndr, ndr_flags, r->str[i]));
	}
	return NDR_ERR_SUCCESS;
}

enum ndr_err_code ndr_pull_dnsp_string_list(struct ndr_pull *ndr, int ndr_flags, struct dnsp_string_list *r)
{
	uint32_t start = ndr_pull_get_offset(ndr), count = 0, i;
	uint8_t length;

	if ((ndr_flags & NDR_SCALARS) == 0) {
		return NDR_ERR_SUCCESS;
	}
	for (; ndr_pull_get_offset(ndr) < ndr_pull_get_data_size(ndr); count++) {
		NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
		NDR_CHECK(ndr_pull_advance(ndr, length));
	}
	if (count > UINT8_MAX) {
		return ndr_pull_error(ndr, NDR_ERR_RANGE, "%u strings", (unsigned int)count);
	}
	NDR_CHECK(ndr_pull_set_offset(ndr, start));
	r->count = (uint8_t)count;
	NDR_PULL_ALLOC_N(ndr, r->str, count);
	for (i = 0; i < count; i++) {
		NDR_CHECK(ndr_pull_dnsp_string(ndr, NDR_SCALARS, &r->str[i]));
	}
	return NDR_ERR_SUCCESS;
}

void ndr_print_dnsp_string_list(struct ndr_print *ndr, const char *name, const struct dnsp_string_list *r)
{
	char *text = talloc_asprintf(ndr, "%-25s:", name);
	uint32_t i;

	for (i = 0; i < r->count; i++) {
		text = talloc_asprintf_append(text, " \"%s\"", r->str[i]);
	}
	ndr_print_line_text(ndr, text != NULL ? text : name);
	talloc_free(text);
}
