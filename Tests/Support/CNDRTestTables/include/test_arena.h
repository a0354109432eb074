/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * test_arena.h - memory for pulled data in tests: a tree as talloc's, with guards behind every chunk.
 */
#ifndef TEST_ARENA_H
#define TEST_ARENA_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A root: a chunk that others are children of. */
void *test_arena_create(void);

/** As the engine's allocator wants it; parent is a root or a chunk. */
void *test_arena_allocate(void *parent, ptrdiff_t size, const char *name);

void *test_arena_parent(const void *chunk);
const char *test_arena_name(const void *chunk);
size_t test_arena_size(const void *chunk);

/** Chunks below the root, and the bytes that they asked for. */
size_t test_arena_count(const void *root);
size_t test_arena_total(const void *root);

/** Frees the root and all that is below it; 0, or the number of chunks that were written beyond their end. */
size_t test_arena_free(void *root);

#ifdef __cplusplus
}
#endif

#endif
