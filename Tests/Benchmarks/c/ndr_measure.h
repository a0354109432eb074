/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_measure.h - the loop of the marshalling benchmark, the same for ours and for libndr.
 *
 * The including file defines marshal(), which pushes or pulls one object as a call does: contexts and memory are
 * fresh for each and freed after it. "copy" allocates as many bytes and copies them: the floor for the arrays.
 * malloc() and its kin, posix_memalign() too, are counted for one object, in the program and in every library that it
 * loads.
 */
#ifndef BENCH_NDR_MEASURE_H
#define BENCH_NDR_MEASURE_H

#include <errno.h>
#include "measure.h"
#include "ndr_cases.h"

struct ndr_work {
	uint32_t opnum;
	uint32_t elements;
	size_t size;
	bool pull;
	bool copy;
	bool ndr64;
	const void *object;
};

static uint64_t ndr_mallocs;
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

void *malloc(size_t size)
{
	ndr_mallocs++;
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	ndr_mallocs++;
	return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	ndr_mallocs++;
	return __libc_realloc(old, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	ndr_mallocs++;
	*memory = __libc_memalign(alignment, size);
	return *memory == NULL ? ENOMEM : 0;
}

/* CASE[64] push|pull|copy SECONDS; 64: in NDR64 */
static inline struct ndr_work ndr_parse(int argc, char **argv, TALLOC_CTX *mem)
{
	struct ndr_work work = {0};
	for (uint32_t i = 0; argc == 4 && i < sizeof(ndr_cases) / sizeof(ndr_cases[0]); i++) {
		size_t length = strlen(ndr_cases[i].name);
		const char *rest = argv[1] + length;
		if (strncmp(argv[1], ndr_cases[i].name, length) != 0 || (*rest != 0 && strcmp(rest, "64") != 0)) {
			continue;
		}
		work.opnum = i;
		work.elements = ndr_cases[i].elements;
		work.size = ndr_cases[i].size;
		work.ndr64 = *rest != 0;
		work.pull = strcmp(argv[2], "pull") == 0;
		work.copy = strcmp(argv[2], "copy") == 0;
		work.object = ndr_cases[i].make(mem, work.elements);
		return work;
	}
	fprintf(stderr, "usage: %s CASE[64] push|pull|copy SECONDS\n", argv[0]);
	exit(2);
}

static inline void ndr_copy(const void *bytes, size_t length)
{
	uint8_t *copy = talloc_size(NULL, length);
	memcpy(copy, bytes, length);
	__asm__ volatile("" : : "r"(copy) : "memory"); /* the copy is not optimised away */
	talloc_free(copy);
}

static void marshal(const struct ndr_work *work);

static inline void ndr_once(const struct ndr_work *work, const DATA_BLOB *wire)
{
	if (work->copy) {
		ndr_copy(wire->data, wire->length);
	} else {
		marshal(work);
	}
}

/* Best of short batches within the time: the least that the work takes when nobody else runs. */
static inline void ndr_run(const struct ndr_work *work, const DATA_BLOB *wire, double seconds)
{
	/* At least so much a batch that reading the clock does not count. */
	const uint32_t batch = wire->length > 100000 ? 8 : wire->length > 1000 ? 100 : 2000;
	ndr_once(work, wire); /* compiled and cached */
	uint64_t before = ndr_mallocs;
	ndr_once(work, wire);
	uint64_t mallocs = ndr_mallocs - before;
	double end = measure_now() + seconds, best = 1e9, total = 0;
	uint64_t batches = 0;
	for (double start = measure_now(); start < end;) {
		for (uint32_t i = 0; i < batch; i++) {
			ndr_once(work, wire);
		}
		double now = measure_now();
		best = now - start < best ? now - start : best;
		total += now - start;
		batches++;
		start = now;
	}
	double element = (double)batch * work->elements / 1e9;
	printf("ns=%.4f mean_ns=%.4f mallocs=%llu bytes=%zu\n", best / element, total / (double)batches / element,
	       (unsigned long long)mallocs, wire->length);
}

#endif
