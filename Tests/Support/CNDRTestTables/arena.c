/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "test_arena.h"

#define GUARD 0x5ac3a53c96f00f69ull
#define GUARDS 4

struct chunk {
	struct chunk *root;
	struct chunk *next; /* of the root's list */
	struct chunk *parent;
	const char *name;
	size_t size;
	size_t count;
	size_t total;
	uint64_t guard;
};

static struct chunk *header(const void *payload)
{
	return (struct chunk *)((uintptr_t)payload - sizeof(struct chunk));
}

static size_t padded(size_t size)
{
	return (size + 15) & ~(size_t)15;
}

static struct chunk *make(size_t size, const char *name)
{
	struct chunk *c;
	uint64_t guard = GUARD;
	size_t i;

	c = malloc(sizeof(*c) + padded(size) + GUARDS * sizeof(guard));
	if (c == NULL) {
		return NULL;
	}
	memset(c, 0, sizeof(*c));
	c->size = size;
	c->name = name;
	c->guard = GUARD;
	/* what is not initialised looks like it */
	memset(c + 1, 0xa5, padded(size));
	for (i = 0; i < GUARDS; i++) {
		memcpy((char *)(c + 1) + padded(size) + i * sizeof(guard), &guard, sizeof(guard));
	}
	return c;
}

void *test_arena_create(void)
{
	struct chunk *c = make(0, "root");

	if (c == NULL) {
		return NULL;
	}
	c->root = c;
	return c + 1;
}

void *test_arena_allocate(void *parent, ptrdiff_t size, const char *name)
{
	struct chunk *p = header(parent);
	struct chunk *c;

	if (size < 0 || (size_t)size > ((size_t)1 << 30)) {
		return NULL;
	}
	if (p->guard != GUARD) {
		abort();
	}
	c = make((size_t)size, name);
	if (c == NULL) {
		return NULL;
	}
	c->root = p->root;
	c->parent = p;
	c->next = c->root->next;
	c->root->next = c;
	c->root->count++;
	c->root->total += (size_t)size;
	return c + 1;
}

void *test_arena_parent(const void *chunk)
{
	return header(chunk)->parent + 1;
}

const char *test_arena_name(const void *chunk)
{
	return header(chunk)->name;
}

size_t test_arena_size(const void *chunk)
{
	return header(chunk)->size;
}

size_t test_arena_count(const void *root)
{
	return header(root)->count;
}

size_t test_arena_total(const void *root)
{
	return header(root)->total;
}

size_t test_arena_free(void *root)
{
	struct chunk *c = header(root);
	uint64_t guard = GUARD;
	size_t bad = 0;
	size_t i;

	while (c != NULL) {
		struct chunk *next = c->next;
		const unsigned char *end = (const unsigned char *)(c + 1) + c->size;
		const unsigned char *stop = (const unsigned char *)(c + 1) + padded(c->size);
		int broken = c->guard != GUARD;

		while (end < stop) {
			broken |= *end++ != 0xa5;
		}
		for (i = 0; i < GUARDS; i++) {
			broken |= memcmp(stop + i * sizeof(guard), &guard, sizeof(guard)) != 0;
		}
		bad += (size_t)broken;
		free(c);
		c = next;
	}
	return bad;
}
