/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_samba CASE[64] push|pull SECONDS - libndr with pidl's code for bench.idl.
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

/* Every function of bench.idl has this one output. */
struct arguments {
	const void *out;
};

static void require(enum ndr_err_code code)
{
	if (code != NDR_ERR_SUCCESS) {
		fprintf(stderr, "ndr_samba: error %d\n", code);
		exit(1);
	}
}

static uint32_t syntax(const struct ndr_work *work)
{
	return work->ndr64 ? LIBNDR_FLAG_NDR64 : 0;
}

static void push(const struct ndr_work *work, DATA_BLOB *keep)
{
	struct arguments a = {work->object};
	struct ndr_push *ndr = ndr_push_init_ctx(NULL);
	ndr->flags |= syntax(work);
	require(ndr_table_bench.calls[work->opnum].ndr_push(ndr, NDR_OUT, &a));
	if (keep != NULL) {
		*keep = data_blob_talloc(NULL, ndr->data, ndr->offset);
	}
	talloc_free(ndr);
}

static void marshal(const struct ndr_work *work)
{
	if (!work->pull) {
		push(work, NULL);
		return;
	}
	struct arguments a = {NULL};
	TALLOC_CTX *frame = talloc_new(NULL);
	struct ndr_pull *ndr = ndr_pull_init_blob(&wire, frame);
	ndr->flags |= LIBNDR_FLAG_REF_ALLOC | syntax(work);
	require(ndr_table_bench.calls[work->opnum].ndr_pull(ndr, NDR_OUT, &a));
	talloc_free(frame);
}

int main(int argc, char **argv)
{
	struct ndr_work work = ndr_parse(argc, argv, talloc_new(NULL));
	push(&work, &wire);
	ndr_run(&work, &wire, strtod(argv[3], NULL));
	return 0;
}
