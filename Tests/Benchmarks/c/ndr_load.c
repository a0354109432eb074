/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_load - how long it takes to check a table, srvsvc's, and to use every function of it once: programs are compiled
 * at first use. Best of many.
 */
#include <talloc.h>
#include <dcerpcswift/dcerpc.h>
#include <dcerpcswift/idl/ndr_srvsvc.h>
#include "measure.h"

#define ROUNDS 200

static struct ndr_codec *load(TALLOC_CTX *mem)
{
	struct ndr_codec *codec;
	if (!NT_STATUS_IS_OK(ndr_codec_create(mem, &ndr_table_srvsvc, &codec))) {
		fprintf(stderr, "ndr_load: the table is refused\n");
		exit(1);
	}
	return codec;
}

/* Compiles by failing: there are no bytes. */
static void use(struct ndr_codec *codec, TALLOC_CTX *mem)
{
	for (uint32_t i = 0; i < ndr_table_srvsvc.num_calls; i++) {
		void *r = talloc_zero_size(mem, ndr_table_srvsvc.calls[i].struct_size + 1);
		ndr_codec_pull_call(codec, mem, i, NDR_CODEC_IN, NULL, 0, r);
		ndr_codec_pull_call(codec, mem, i, NDR_CODEC_OUT | NDR_CODEC_REF_ALLOC, NULL, 0, r);
	}
}

int main(void)
{
	double best_load = 1e9, best_used = 1e9;
	for (int i = 0; i < ROUNDS; i++) {
		TALLOC_CTX *mem = talloc_new(NULL);
		double start = measure_now();
		struct ndr_codec *codec = load(mem);
		double loaded = measure_now();
		use(codec, mem);
		double used = measure_now();
		best_load = loaded - start < best_load ? loaded - start : best_load;
		best_used = used - start < best_used ? used - start : best_used;
		talloc_free(mem);
	}
	printf("load_us=%.2f used_us=%.2f functions=%u\n", best_load * 1e6, best_used * 1e6, ndr_table_srvsvc.num_calls);
	return 0;
}
