/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * main [--ndr64] [--validate] [--dump-data] [-c CONTEXT] NAME in|out|struct FILE: what `dcerpc ndrdump` does, with tables
 * and hooks that are compiled in. It says it in ndrdump's words, as far as vectors.py reads them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dcerpcswift/dcerpc.h>

extern const struct ndr_interface_table *const tables[];

/* Room for every structure of these files. */
#define ROOM 65536

struct subject {
	struct ndr_codec *codec;
	const char *name;
	int64_t opnum; /* -1: a type */
};

static TALLOC_CTX *memory;
static uint32_t encoding;

static void fail(const char *text, const char *more)
{
	fprintf(stderr, "dcerpc: %s%s\n", text, more);
	exit(1);
}

static DATA_BLOB contents(const char *path)
{
	DATA_BLOB blob = { .data = talloc_array(memory, uint8_t, 1 << 20) };
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		fail("cannot read ", path);
	}
	blob.length = fread(blob.data, 1, 1 << 20, file);
	fclose(file);
	return blob;
}

static void dump(const uint8_t *data, size_t length, int omits_zeros)
{
	static const uint8_t zeros[16];
	size_t row, i;
	int skipped = 0;

	for (row = 0; row < length; row += 16) {
		if (omits_zeros && row > 0 && length - row > 16 && memcmp(data + row, zeros, 16) == 0) {
			printf("%s", skipped ? "" : "skipping zero buffer bytes\n");
			skipped = 1;
			continue;
		}
		skipped = 0;
		printf("[%04zX]", row);
		for (i = row; i < row + 16; i++) {
			printf(i < length ? "%s %02X" : "%s   ", i == row + 8 ? "  " : "", i < length ? data[i] : 0);
		}
		printf("   ");
		for (i = row; i < row + 16 && i < length; i++) {
			printf("%s%c", i == row + 8 ? " " : "", data[i] >= ' ' && data[i] < 127 ? data[i] : '.');
		}
		printf("\n");
	}
}

/* Every line as ndrdump indents it, which are all but those of dumped bytes. */
static void show(const char *text)
{
	while (*text != 0) {
		size_t length = strcspn(text, "\n");

		int is_dump = *text == '[' || strncmp(text, "skipping zero buffer bytes", 26) == 0;

		printf("%s%.*s\n", is_dump ? "" : "    ", (int)length, text);
		text += length + (text[length] != 0);
	}
}

static int has_type(const struct ndr_interface_table *table, const char *name)
{
	uint32_t i;

	for (i = 0; i < table->num_types; i++) {
		if (strcmp(table->strings + table->types[i].name, name) == 0) {
			return 1;
		}
	}
	return 0;
}

/* By its name or its opnum. */
static int is_call(const struct ndr_interface_table *table, uint32_t opnum, const char *name)
{
	char *end;

	if (table->calls[opnum].name == NULL) {
		return 0;
	}
	return strcmp(table->calls[opnum].name, name) == 0 || (strtoul(name, &end, 0) == opnum && *end == 0);
}

static int find(const char *name, int is_type, struct subject *subject)
{
	const struct ndr_interface_table *const *table;
	uint32_t i;

	for (table = tables; *table != NULL; table++) {
		int64_t opnum = -1;

		for (i = 0; !is_type && i < (*table)->num_calls; i++) {
			if (is_call(*table, i, name)) {
				opnum = i;
			}
		}
		if (is_type ? !has_type(*table, name) : opnum < 0) {
			continue;
		}
		if (!NT_STATUS_IS_OK(ndr_codec_create(memory, *table, &subject->codec))) {
			fail("a table that the library refuses: ", (*table)->name);
		}
		subject->name = name;
		subject->opnum = opnum;
		return 1;
	}
	return 0;
}

static NTSTATUS pull(struct subject *s, uint32_t flags, const DATA_BLOB *blob, void *r)
{
	flags |= encoding | NDR_CODEC_REF_ALLOC;
	return s->opnum < 0 ? ndr_codec_pull_type(s->codec, memory, s->name, flags, 0, blob->data, blob->length, r)
			    : ndr_codec_pull_call(s->codec, memory, (uint32_t)s->opnum, flags, blob->data, blob->length, r);
}

static NTSTATUS push(struct subject *s, uint32_t flags, const void *r, DATA_BLOB *blob)
{
	flags |= encoding;
	return s->opnum < 0 ? ndr_codec_push_type(s->codec, memory, s->name, flags, 0, r, blob)
			    : ndr_codec_push_call(s->codec, memory, (uint32_t)s->opnum, flags, r, blob);
}

static int validate(struct subject *s, uint32_t part, const void *r, const DATA_BLOB *blob, int shows)
{
	DATA_BLOB pushed = { NULL, 0 };

	if (!NT_STATUS_IS_OK(push(s, part, r, &pushed))) {
		printf("push returned %s\n", ndr_codec_error_string(s->codec));
		return 0;
	}
	printf("push returned Success\n");
	if (shows) {
		printf("%zu bytes generated (validate)\n", pushed.length);
		dump(pushed.data, pushed.length, 0);
	}
	printf("pull returned Success\n");
	if (pushed.length == blob->length && memcmp(pushed.data, blob->data, blob->length) == 0) {
		return 1;
	}
	printf("WARNING! orig bytes:%zu validated pushed bytes:%zu\n", blob->length, pushed.length);
	return 0;
}

/* Reads; bytes left over are a warning, and no error. */
static void read_all(struct subject *s, const DATA_BLOB *blob, uint32_t part, void *r)
{
	void *before = talloc_memdup(memory, r, ROOM);
	const char *error;
	size_t used;

	if (NT_STATUS_IS_OK(pull(s, part, blob, r))) {
		printf("pull returned Success\n");
		return;
	}
	/* What it had read it freed again. */
	memcpy(r, before, ROOM);
	error = ndr_codec_error_string(s->codec);
	if (sscanf(error, "NDR_ERR_UNREAD_BYTES at byte %zu", &used) == 1 && used <= blob->length &&
	    NT_STATUS_IS_OK(pull(s, part | NDR_CODEC_ALLOW_TRAILING, blob, r))) {
		printf("pull returned Success\nWARNING! %zu unread bytes\n", blob->length - used);
		dump(blob->data + used, blob->length - used, 1);
		return;
	}
	error = ndr_codec_error_string(s->codec);
	printf("pull returned %.*s\n", (int)strcspn(error, " "), error);
	fail(error, "\ndump FAILED");
}

int main(int argc, char **argv)
{
	const char *context = NULL, *words[3];
	int validates = 0, dumps = 0, count = 0, i;
	struct subject subject;
	uint32_t part = 0;
	DATA_BLOB blob;
	void *r;
	char *text;

	memory = talloc_new(NULL);
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--ndr64") == 0) {
			encoding = NDR_CODEC_NDR64;
		} else if (strcmp(argv[i], "--validate") == 0) {
			validates = 1;
		} else if (strcmp(argv[i], "--dump-data") == 0) {
			dumps = 1;
		} else if (strcmp(argv[i], "-c") == 0 && i + 1 < argc) {
			context = argv[++i];
		} else if (count < 3) {
			words[count++] = argv[i];
		}
	}
	if (count != 3) {
		fail("usage: NAME in|out|struct FILE", "");
	}
	if (strcmp(words[1], "struct") != 0) {
		part = strcmp(words[1], "in") == 0 ? NDR_CODEC_IN : NDR_CODEC_OUT;
	}
	if (!find(words[0], part == 0, &subject)) {
		fail("no table has ", words[0]);
	}
	r = talloc_zero_size(memory, ROOM);
	if (context != NULL) {
		DATA_BLOB before = contents(context);

		if (!NT_STATUS_IS_OK(pull(&subject, NDR_CODEC_IN, &before, r))) {
			fail(ndr_codec_error_string(subject.codec), "");
		}
	}
	blob = contents(words[2]);
	read_all(&subject, &blob, part, r);
	text = subject.opnum < 0 ? ndr_codec_print_type(subject.codec, memory, words[0], words[0], 0, 0, r)
				 : ndr_codec_print_call(subject.codec, memory, (uint32_t)subject.opnum, part, r);
	if (text == NULL) {
		fail("cannot print ", words[0]);
	}
	show(text);
	i = !validates || validate(&subject, part, r, &blob, dumps);
	printf("dump %s\n", i ? "OK" : "FAILED");
	talloc_free(memory);
	return !i;
}
