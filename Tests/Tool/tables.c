/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Prints compiled tables as `dcerpc ndrtable` prints those in memory. TABLES is a list of X(name).
 */
#include <dcerpcswift/ndr_format.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define X(name) extern const struct ndr_interface_table ndr_table_##name;
TABLES
#undef X

static void names(const char *what, const struct ndr_interface_string_array *list)
{
	for (uint32_t i = 0; i < list->count; i++) {
		printf("%s %s\n", what, list->names[i]);
	}
}

static void show(const struct ndr_interface_table *t)
{
	const struct GUID *g = &t->syntax_id.uuid;

	printf("interface %s version %u uuid %u %u %u\n", t->name, t->syntax_id.if_version, g->time_low, g->time_mid,
	       g->time_hi_and_version);
	printf("helpstring %s\n", t->helpstring != NULL ? t->helpstring : "NULL");
	names("endpoint", t->endpoints);
	names("authservice", t->authservices);
	for (uint32_t i = 0; i < t->num_calls; i++) {
		const struct ndr_interface_call *c = &t->calls[i];
		printf("call %s %zu %u %u %u %u %u %u %u %u\n", c->name, c->struct_size, c->flags, c->first_in, c->num_in,
		       c->first_out, c->num_out, c->in_pipes, c->out_pipes, c->hook);
	}
	for (uint32_t i = 0; i < t->num_types; i++) {
		const struct ndr_type_record *y = &t->types[i];
		printf("type %u: %u %u %u %u %u %u %u %u %u %u %u %u %u %u\n", i, y->kind, y->wire, y->flags, y->name, y->c_name,
		       y->c_size, y->first, y->count, y->ref, y->size_expr, y->length_expr, y->range, y->extra, y->ndr_flags);
	}
	for (uint32_t i = 0; i < t->num_members; i++) {
		const struct ndr_member_record *m = &t->members[i];
		printf("member %u: %u %u %u %u %u %u %u %u %" PRId64 "\n", i, m->name, m->type, m->c_offset, m->flags,
		       m->switch_expr, m->value_expr, m->peer, m->reserved, m->label);
	}
	for (uint32_t i = 0; i < t->num_values; i++) {
		printf("value %u %u %" PRId64 "\n", t->values[i].name, t->values[i].reserved, t->values[i].value);
	}
	for (uint32_t i = 0; i < t->num_ranges; i++) {
		printf("range %" PRId64 " %" PRId64 "\n", t->ranges[i].min, t->ranges[i].max);
	}
	for (uint32_t i = 0; i < t->code_words; i++) {
		printf("code %u\n", t->code[i]);
	}
	for (uint32_t i = 0; i < t->num_hooks; i++) {
		printf("hook %s\n", t->hooks[i].name);
	}
	printf("thunks %u\n", t->num_thunks);
	for (uint32_t i = 0; i < t->strings_size; i += (uint32_t)strlen(t->strings + i) + 1) {
		printf("string %u %s\n", i, t->strings + i);
	}
}

int main(void)
{
#define X(name) show(&ndr_table_##name);
	TABLES
	return 0;
}
