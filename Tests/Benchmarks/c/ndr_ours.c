/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_ours entries|words|halves push|pull|copy SECONDS - our engine with dcerpc-idl's tables for bench.idl.
 */
#include <talloc.h>
#include <dcerpcswift/dcerpc.h>
#include "ndr_bench.h"
#include "ndr_measure.h"

static struct ndr_codec *codec;
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

static void require(NTSTATUS status)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "ndr_ours: %s: %s\n", dcerpc_nt_errstr(status), ndr_codec_error_string(codec));
		exit(1);
	}
}

static void push(TALLOC_CTX *mem, uint32_t opnum, DATA_BLOB *blob)
{
	union arguments a = to_push(opnum);
	require(ndr_codec_push_call(codec, mem, opnum, NDR_CODEC_OUT, &a, blob));
}

static void marshal(const struct ndr_work *work)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	if (work->pull) {
		union arguments a;
		memset(&a, 0, sizeof(a));
		require(ndr_codec_pull_call(codec, frame, work->opnum, NDR_CODEC_OUT | NDR_CODEC_REF_ALLOC, wire.data,
					    wire.length, &a));
	} else {
		DATA_BLOB blob;
		push(frame, work->opnum, &blob);
	}
	talloc_free(frame);
}

int main(int argc, char **argv)
{
	struct ndr_work work = ndr_parse(argc, argv);
	TALLOC_CTX *mem = talloc_new(NULL);
	require(ndr_codec_create(mem, &ndr_table_bench, &codec));
	ndr_fill(mem);
	push(mem, work.opnum, &wire);
	ndr_run(&work, strtod(argv[3], NULL));
	return 0;
}
