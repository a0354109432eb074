/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * talloc_object.h - a talloc chunk that owns one object of another language, and talloc's macros as functions.
 */
#ifndef CSHIMS_TALLOC_OBJECT_H
#define CSHIMS_TALLOC_OBJECT_H

#include <stdint.h>
#include <string.h>
#include <talloc.h>

struct shim_object {
	uint64_t magic; /* which type; 0 once freed */
	void *object;
	void (*freed)(void *object);
};

/**
 * A chunk named `type_name` (static memory) that calls freed(object) when it is freed, whoever frees it.
 * NULL when out of memory; `freed` is not called then.
 */
void *shim_object_create(const void *mem_ctx, const char *type_name, uint64_t magic, void *object,
			 void (*freed)(void *object));

/**
 * The object of a chunk; NULL for NULL and for any other kind of chunk. talloc itself looks at the pointer first and
 * aborts with its message when that is freed memory or was never talloc's.
 */
static inline void *shim_object_get(const void *handle, uint64_t magic)
{
	const struct shim_object *o = (const struct shim_object *)handle;

	if (o == NULL || talloc_get_size(o) < sizeof(*o) || o->magic != magic) {
		return NULL;
	}
	return o->object;
}

/** Frees a chunk without the call of `freed` that freeing it otherwise brings. */
static inline void shim_object_disarm(void *handle)
{
	struct shim_object *o = (struct shim_object *)handle;

	if (o != NULL) {
		o->object = NULL;
	}
}

static inline int shim_talloc_free(void *ptr)
{
	return ptr == NULL ? 0 : talloc_free(ptr);
}

/**
 * Frees what a chunk has below it, and leaves the chunk. talloc_free_children() does not do for everything: a tevent timer
 * whose handler runs refuses to go, comes back to the chunk, and is taken for one that is freed twice, unless what it comes
 * back to is being freed itself.
 */
void shim_talloc_free_children(void *ptr);

static inline void *shim_talloc_new(const void *mem_ctx)
{
	return talloc_new(mem_ctx);
}

static inline void *shim_talloc_size(const void *mem_ctx, size_t size, const char *name)
{
	return talloc_named_const(mem_ctx, size, name);
}

static inline void *shim_talloc_zero(const void *mem_ctx, size_t size, const char *name)
{
	void *ptr = talloc_named_const(mem_ctx, size, name);

	return ptr == NULL ? NULL : memset(ptr, 0, size);
}

static inline void *shim_talloc_pool(const void *mem_ctx, size_t size)
{
	return talloc_pool(mem_ctx, size);
}

/** realloc() with an owner; frees for size 0. */
void *shim_talloc_resize(void *mem_ctx, void *ptr, long size);

static inline void *shim_talloc_memdup(const void *mem_ctx, const void *bytes, size_t size)
{
	return talloc_memdup(mem_ctx, bytes, size);
}

/** A copy that is overwritten when it is freed; NULL when out of memory. */
void *shim_talloc_secret(const void *mem_ctx, const void *bytes, size_t size);

static inline const void *shim_talloc_steal(const void *new_parent, const void *ptr)
{
	return talloc_steal(new_parent, ptr);
}

#endif
