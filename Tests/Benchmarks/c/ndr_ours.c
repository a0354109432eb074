/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_ours CASE[64] push|pull|copy SECONDS - our engine with dcerpc-idl's tables for bench.idl.
 */
#include <talloc.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_bench.h"
#include "ndr_measure.h"

static struct ndr_codec *codec;
static DATA_BLOB wire;

/* Every function of bench.idl has this one output. */
struct arguments {
	const void *out;
};

static void require(NTSTATUS status)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "ndr_ours: %s: %s\n", dcerpc_nt_errstr(status), ndr_codec_error_string(codec));
		exit(1);
	}
}

static void push(TALLOC_CTX *mem, const struct ndr_work *work, DATA_BLOB *blob)
{
	struct arguments a = {work->object};
	uint32_t flags = NDR_CODEC_OUT | (work->ndr64 ? NDR_CODEC_NDR64 : 0);
	require(ndr_codec_push_call(codec, mem, work->opnum, flags, &a, blob));
}

static void marshal(const struct ndr_work *work)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	if (work->pull) {
		struct arguments a = {NULL};
		uint32_t flags = NDR_CODEC_OUT | NDR_CODEC_REF_ALLOC | (work->ndr64 ? NDR_CODEC_NDR64 : 0);
		require(ndr_codec_pull_call(codec, frame, work->opnum, flags, wire.data, wire.length, &a));
	} else {
		DATA_BLOB blob;
		push(frame, work, &blob);
	}
	talloc_free(frame);
}

int main(int argc, char **argv)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct ndr_work work = ndr_parse(argc, argv, mem);
	require(ndr_codec_create(mem, &ndr_table_bench, &codec));
	push(mem, &work, &wire);
	ndr_run(&work, &wire, strtod(argv[3], NULL));
	return 0;
}
