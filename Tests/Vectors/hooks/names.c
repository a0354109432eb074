/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * See names.h.
 */
#include "names.h"

#define LABELS 128
#define LENGTH 255
#define POINTER 0xC000u

/* Where names and their ends begin in the message at work. What another message left here is found out by its bytes. */
static uint32_t starts[LABELS];
static uint32_t num_starts;

/* Whether the name at an offset is this one. Labels use up the name and pointers lead backwards, so this comes to an end. */
static int is_name(const uint8_t *data, uint32_t size, uint32_t offset, const char *name)
{
	while (offset < size && data[offset] != 0) {
		uint32_t length = data[offset];

		if (length >= 0xC0) {
			uint32_t target = offset + 1 < size ? (length & 0x3F) << 8 | data[offset + 1] : size;

			if (target >= offset) {
				return 0;
			}
			offset = target;
			continue;
		}
		if (length >= size - offset || strlen(name) < length || memcmp(name, data + offset + 1, length) != 0 ||
		    (name[length] != '.' && name[length] != 0)) {
			return 0;
		}
		name += length + (name[length] == '.');
		offset += length + 1;
	}
	return offset < size && *name == 0;
}

static uint32_t offset_of(struct ndr_push *ndr, const char *name)
{
	uint32_t i, end = ndr_push_get_offset(ndr);

	for (i = 0; i < num_starts; i++) {
		if (starts[i] < end && starts[i] < 0x4000 && is_name(ndr_push_get_data(ndr), end, starts[i], name)) {
			return starts[i];
		}
	}
	return end;
}

static void remember(uint32_t offset)
{
	while (num_starts > 0 && starts[num_starts - 1] >= offset) {
		num_starts--; /* of another message */
	}
	if (num_starts < LABELS) {
		starts[num_starts++] = offset;
	}
}

enum ndr_err_code push_name(struct ndr_push *ndr, int options, const char *name)
{
	size_t size = name != NULL ? strlen(name) : 0;
	uint32_t total = 0;

	if (size > 0 && name[size - 1] == '.' && (options & NAME_LAST_DOT)) {
		options &= ~NAME_POINTERS;
	}
	while (name != NULL && *name != 0) {
		size_t length = strcspn(name, ".");
		uint32_t here = ndr_push_get_offset(ndr), known = here;

		if (options & NAME_POINTERS) {
			known = offset_of(ndr, name);
		}
		if (known != here) {
			uint8_t bytes[2] = { (uint8_t)((POINTER | known) >> 8), (uint8_t)known };

			return ndr_push_bytes(ndr, bytes, 2);
		}
		if (length == 0 || length > 63) {
			return ndr_push_error(ndr, NDR_ERR_STRING, "a label of %u bytes", (unsigned int)length);
		}
		if ((options & NAME_LAST_DOT) && strcmp(name + length, ".") == 0) {
			length++;
		}
		total += (uint32_t)length + 1;
		if (total > LENGTH) {
			return ndr_push_error(ndr, NDR_ERR_STRING, "a name of more than %d bytes", LENGTH);
		}
		if (options & NAME_POINTERS) {
			remember(here);
		}
		NDR_CHECK(ndr_push_uint8(ndr, NDR_SCALARS, (uint8_t)length));
		NDR_CHECK(ndr_push_bytes(ndr, (const uint8_t *)name, (uint32_t)length));
		name += length + (name[length] == '.');
	}
	return ndr_push_uint8(ndr, NDR_SCALARS, 0);
}

enum ndr_err_code pull_name(struct ndr_pull *ndr, const char **name)
{
	char text[LABELS * 64 + 1];
	uint32_t end = 0, used = 0, count;
	uint8_t length, low;

	for (count = 0; count < LABELS; count++) {
		NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &length));
		if (length == 0) {
			break;
		}
		if (length >= 0xC0) {
			NDR_CHECK(ndr_pull_uint8(ndr, NDR_SCALARS, &low));
			end = end != 0 ? end : ndr_pull_get_offset(ndr);
			NDR_CHECK(ndr_pull_set_offset(ndr, (uint32_t)(length & 0x3F) << 8 | low));
			continue;
		}
		if (length > 63) {
			return ndr_pull_error(ndr, NDR_ERR_STRING, "a label of %u bytes", (unsigned int)length);
		}
		if (used > 0) {
			text[used++] = '.';
		}
		NDR_CHECK(ndr_pull_bytes(ndr, (uint8_t *)text + used, length));
		used += length;
	}
	if (count == LABELS) {
		return ndr_pull_error(ndr, NDR_ERR_STRING, "a name without end");
	}
	if (end != 0) {
		NDR_CHECK(ndr_pull_set_offset(ndr, end));
	}
	text[used] = 0;
	*name = talloc_strdup(ndr_pull_get_mem_ctx(ndr), text);
	NDR_ERR_HAVE_NO_MEMORY(*name);
	return NDR_ERR_SUCCESS;
}
