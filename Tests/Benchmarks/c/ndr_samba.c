/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_samba entries|words|halves push|pull SECONDS - libndr with pidl's code for bench.idl.
 */
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>
#include <tevent.h>
#include <util/data_blob.h>
#include <util/time.h>
#include <core/ntstatus.h>
#include <ndr.h>
#include "ndr_bench.h"
#include "ndr_measure.h"

static DATA_BLOB wire;

union arguments {
	struct bench_GetEntries entries;
	struct bench_GetWords words;
	struct bench_GetHalves halves;
};

static union arguments to_push(uint32_t opnum)
{
	union arguments a;
	if (opnum == OPNUM_ENTRIES) {
		a.entries.out.entries = &bench_entries;
	} else if (opnum == OPNUM_WORDS) {
		a.words.out.words = &bench_words;
	} else {
		a.halves.out.halves = &bench_halves;
	}
	return a;
}

static void require(enum ndr_err_code code)
{
	if (code != NDR_ERR_SUCCESS) {
		fprintf(stderr, "ndr_samba: error %d\n", code);
		exit(1);
	}
}

static void push(uint32_t opnum, DATA_BLOB *keep)
{
	union arguments a = to_push(opnum);
	struct ndr_push *ndr = ndr_push_init_ctx(NULL);
	require(ndr_table_bench.calls[opnum].ndr_push(ndr, NDR_OUT, &a));
	if (keep != NULL) {
		*keep = data_blob_talloc(NULL, ndr->data, ndr->offset);
	}
	talloc_free(ndr);
}

static void marshal(const struct ndr_work *work)
{
	if (!work->pull) {
		push(work->opnum, NULL);
		return;
	}
	union arguments a;
	memset(&a, 0, sizeof(a));
	TALLOC_CTX *frame = talloc_new(NULL);
	struct ndr_pull *ndr = ndr_pull_init_blob(&wire, frame);
	ndr->flags |= LIBNDR_FLAG_REF_ALLOC;
	require(ndr_table_bench.calls[work->opnum].ndr_pull(ndr, NDR_OUT, &a));
	talloc_free(frame);
}

int main(int argc, char **argv)
{
	struct ndr_work work = ndr_parse(argc, argv);
	ndr_fill(talloc_new(NULL));
	push(work.opnum, &wire);
	ndr_run(&work, strtod(argv[3], NULL));
	return 0;
}
