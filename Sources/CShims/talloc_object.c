/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "talloc_object.h"

static int shim_object_destructor(struct shim_object *o)
{
	void *object = o->object;

	/* What the object's end runs must not find it alive through the handle. */
	o->magic = 0;
	o->object = NULL;
	if (object != NULL) {
		o->freed(object);
	}
	return 0;
}

void *shim_object_create(const void *mem_ctx, const char *type_name, uint64_t magic, void *object,
			 void (*freed)(void *object))
{
	struct shim_object *o = talloc_named_const(mem_ctx, sizeof(*o), type_name);

	if (o == NULL) {
		return NULL;
	}
	*o = (struct shim_object){.magic = magic, .object = object, .freed = freed};
	talloc_set_destructor(o, shim_object_destructor);
	return o;
}

struct children {
	const void *name; /* may be one too, and stays */
	void **list;      /* NULL: they are counted */
	size_t count;
};

static void child_found(const void *ptr, int depth, int max_depth, int is_ref, void *private_data)
{
	struct children *c = private_data;

	(void)max_depth;
	if (depth != 1 || is_ref || ptr == c->name) {
		return;
	}
	if (c->list != NULL) {
		c->list[c->count] = (void *)ptr;
	}
	c->count++;
}

void shim_talloc_free_children(void *ptr)
{
	struct children c = { talloc_get_name(ptr), NULL, 0 };
	void *gone;

	talloc_report_depth_cb(ptr, 0, 1, child_found, &c);
	if (c.count == 0) {
		return;
	}
	gone = talloc_new(NULL);
	c.list = talloc_array(gone, void *, c.count);
	if (c.list == NULL) {
		talloc_free(gone);
		talloc_free_children(ptr);
		return;
	}
	c.count = 0;
	talloc_report_depth_cb(ptr, 0, 1, child_found, &c);
	/* The last one becomes the first again. */
	while (c.count > 0) {
		talloc_steal(gone, c.list[--c.count]);
	}
	talloc_free(gone);
}

void *shim_talloc_resize(void *mem_ctx, void *ptr, long size)
{
	if (size <= 0) {
		shim_talloc_free(ptr);
		return NULL;
	}
	return talloc_realloc_size(mem_ctx, ptr, (size_t)size);
}

static int shim_secret_destructor(uint8_t *secret)
{
	explicit_bzero(secret, talloc_get_size(secret));
	return 0;
}

void *shim_talloc_secret(const void *mem_ctx, const void *bytes, size_t size)
{
	uint8_t *secret = talloc_memdup(mem_ctx, bytes, size);

	if (secret == NULL) {
		return NULL;
	}
	talloc_set_name_const(secret, "secret");
	talloc_set_destructor(secret, shim_secret_destructor);
	return secret;
}
