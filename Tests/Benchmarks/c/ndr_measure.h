/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_measure.h - the objects of the marshalling benchmark and its loop, the same for ours and for libndr.
 *
 * The including file defines marshal(), which pushes or pulls one object as a call does: contexts and memory are
 * fresh for each and freed after it. "copy" allocates as many bytes and copies them: the floor for the arrays.
 */
#ifndef BENCH_NDR_MEASURE_H
#define BENCH_NDR_MEASURE_H

#include "measure.h"
#include <talloc.h>

#define ENTRIES 1000u
#define ARRAY_BYTES 1000000u

enum { OPNUM_ENTRIES = 0, OPNUM_WORDS = 1, OPNUM_HALVES = 2 };

struct ndr_work {
	uint32_t opnum;
	uint32_t elements;
	bool pull;
	bool copy;
};

static struct bench_Entries bench_entries;
static struct bench_Words bench_words;
static struct bench_Halves bench_halves;

static inline void ndr_fill(TALLOC_CTX *mem)
{
	bench_entries.count = ENTRIES;
	bench_entries.entries = talloc_zero_array(mem, struct bench_Entry, ENTRIES);
	for (uint32_t i = 0; i < ENTRIES; i++) {
		bench_entries.entries[i].name = talloc_asprintf(mem, "share%04u", i);
		bench_entries.entries[i].type = i;
		bench_entries.entries[i].comment = "a comment of a usual length";
	}
	bench_words.count = ARRAY_BYTES / 4;
	bench_words.values = talloc_array(mem, uint32_t, bench_words.count);
	for (uint32_t i = 0; i < bench_words.count; i++) {
		bench_words.values[i] = i * 2654435761u;
	}
	bench_halves.count = ARRAY_BYTES / 2;
	bench_halves.values = talloc_array(mem, uint16_t, bench_halves.count);
	for (uint32_t i = 0; i < bench_halves.count; i++) {
		bench_halves.values[i] = (uint16_t)(i * 40503u);
	}
}

/* entries|words|halves push|pull|copy */
static inline struct ndr_work ndr_parse(int argc, char **argv)
{
	struct ndr_work work = {0};
	if (argc != 4) {
		fprintf(stderr, "usage: %s entries|words|halves push|pull|copy SECONDS\n", argv[0]);
		exit(2);
	}
	work.opnum = argv[1][0] == 'e' ? OPNUM_ENTRIES : argv[1][0] == 'w' ? OPNUM_WORDS : OPNUM_HALVES;
	work.elements = argv[1][0] == 'e' ? ENTRIES : ARRAY_BYTES / (argv[1][0] == 'w' ? 4u : 2u);
	work.pull = strcmp(argv[2], "pull") == 0;
	work.copy = strcmp(argv[2], "copy") == 0;
	return work;
}

static inline void ndr_copy(const void *bytes, size_t length)
{
	uint8_t *copy = talloc_size(NULL, length);
	memcpy(copy, bytes, length);
	__asm__ volatile("" : : "r"(copy) : "memory"); /* the copy is not optimised away */
	talloc_free(copy);
}

static void marshal(const struct ndr_work *work);

/* Best of short batches within the time: the least that the work takes when nobody else runs. */
static inline void ndr_run(const struct ndr_work *work, double seconds)
{
	const uint32_t batch = 8;
	double end = measure_now() + seconds, best = 1e9, total = 0;
	uint64_t batches = 0;
	for (double start = measure_now(); start < end;) {
		for (uint32_t i = 0; i < batch; i++) {
			if (work->copy) {
				ndr_copy(bench_words.values, ARRAY_BYTES);
			} else {
				marshal(work);
			}
		}
		double now = measure_now();
		best = now - start < best ? now - start : best;
		total += now - start;
		batches++;
		start = now;
	}
	double element = (double)batch * work->elements / 1e9;
	printf("ns=%.4f mean_ns=%.4f\n", best / element, total / (double)batches / element);
}

#endif
