/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * ndr_cases.h - the objects of the marshalling benchmark, the same for ours and for libndr: bench.idl's functions in
 * their order. Every function returns one structure, so one pointer is all of its arguments.
 */
#ifndef BENCH_NDR_CASES_H
#define BENCH_NDR_CASES_H

#include <talloc.h>

#define ARRAY_BYTES 1000000u

struct ndr_case {
	const char *name;
	uint32_t elements;      /* the time is told for each of them */
	size_t size;            /* of the structure in C */
	const void *(*make)(TALLOC_CTX *mem, uint32_t elements);
};

/* One function a case; `type` is for the reader. */
#define MAKE(name, type) static const void *make_##name(TALLOC_CTX *mem, uint32_t n)
#define NEW(type) talloc_zero(mem, struct type)
#define ARRAY(type) talloc_zero_array(mem, struct type, n)

MAKE(entries, bench_Entries)
{
	struct bench_Entries *all = NEW(bench_Entries);
	all->count = n;
	all->entries = ARRAY(bench_Entry);
	for (uint32_t i = 0; i < n; i++) {
		all->entries[i].name = talloc_asprintf(mem, "share%04u", i);
		all->entries[i].type = i;
		all->entries[i].comment = "a comment of a usual length";
	}
	return all;
}

MAKE(records, bench_Records)
{
	struct bench_Records *all = NEW(bench_Records);
	all->count = n;
	all->records = ARRAY(bench_Record);
	for (uint32_t i = 0; i < n; i++) {
		struct bench_Record *r = &all->records[i];
		r->id = i;
		r->kind = (uint16_t)(i * 3);
		r->size = (uint64_t)i << 20;
		r->state = (uint8_t)i;
		r->flags = ~i;
		r->links = 1;
		r->guid.time_low = i;
		r->changed = 132539328000000000ull + i;
		r->last = 7;
	}
	return all;
}

static struct bench_Twig *make_twig(TALLOC_CTX *mem, uint32_t i)
{
	struct bench_Twig *twig = NEW(bench_Twig);
	twig->left = NEW(bench_Leaf);
	twig->left->value = i;
	twig->right = i % 4 != 0 ? NEW(bench_Leaf) : NULL;
	return twig;
}

MAKE(tree, bench_Tree)
{
	struct bench_Tree *all = NEW(bench_Tree);
	all->count = n;
	all->branches = talloc_zero_array(mem, struct bench_Branch *, n);
	for (uint32_t i = 0; i < n; i++) {
		all->branches[i] = NEW(bench_Branch);
		all->branches[i]->left = make_twig(mem, i);
		all->branches[i]->right = make_twig(mem, i + 1);
	}
	return all;
}

MAKE(choices, bench_Choices)
{
	struct bench_Choices *all = NEW(bench_Choices);
	all->count = n;
	all->choices = ARRAY(bench_Chosen);
	for (uint32_t i = 0; i < n; i++) {
		struct bench_Chosen *c = &all->choices[i];
		c->level = (uint16_t)(i % 4 + 1);
		if (c->level == 1) {
			c->choice.number = i;
		} else if (c->level == 2) {
			c->choice.triple.b = i;
		} else if (c->level == 3) {
			c->choice.big = i;
		} else {
			c->choice.leaf = NEW(bench_Leaf);
		}
	}
	return all;
}

MAKE(strings, bench_Strings)
{
	struct bench_Strings *all = NEW(bench_Strings);
	all->count = n;
	all->strings = ARRAY(bench_String);
	for (uint32_t i = 0; i < n; i++) {
		all->strings[i].string = talloc_asprintf(mem, "user-number-%04u", i);
	}
	return all;
}

MAKE(texts, bench_Texts)
{
	struct bench_Texts *all = NEW(bench_Texts);
	char *text = talloc_array(mem, char, 4001);
	memset(text, 't', 4000);
	text[4000] = 0;
	all->count = n;
	all->texts = ARRAY(bench_Entry);
	for (uint32_t i = 0; i < n; i++) {
		all->texts[i].name = text;
		all->texts[i].comment = text;
	}
	return all;
}

static struct dom_sid make_sid(uint32_t rid)
{
	struct dom_sid sid;
	memset(&sid, 0, sizeof(sid));
	sid.sid_rev_num = 1;
	sid.num_auths = 5;
	sid.id_auth[5] = 5;
	sid.sub_auths[0] = 21;
	sid.sub_auths[1] = 1830148324u;
	sid.sub_auths[2] = 4114241325u;
	sid.sub_auths[3] = 1277657043u;
	sid.sub_auths[4] = rid;
	return sid;
}

MAKE(sids, bench_Sids)
{
	struct bench_Sids *all = NEW(bench_Sids);
	all->count = n;
	all->sids = ARRAY(bench_SidPtr);
	for (uint32_t i = 0; i < n; i++) {
		all->sids[i].sid = NEW(dom_sid);
		*all->sids[i].sid = make_sid(1000 + i);
	}
	return all;
}

MAKE(secured, bench_Secured)
{
	struct bench_Secured *all = NEW(bench_Secured);
	struct security_descriptor *sd = all->sd = NEW(security_descriptor);
	sd->revision = 1;
	sd->type = 0x8004; /* self-relative, with a DACL */
	sd->owner_sid = NEW(dom_sid);
	*sd->owner_sid = make_sid(500);
	sd->group_sid = NEW(dom_sid);
	*sd->group_sid = make_sid(513);
	sd->dacl = NEW(security_acl);
	sd->dacl->revision = 2;
	sd->dacl->size = (uint16_t)(8 + n * 36);
	sd->dacl->num_aces = n;
	sd->dacl->aces = ARRAY(security_ace);
	for (uint32_t i = 0; i < n; i++) {
		sd->dacl->aces[i].access_mask = 0x1f01ff;
		sd->dacl->aces[i].size = 36;
		sd->dacl->aces[i].trustee = make_sid(2000 + i);
	}
	return all;
}

MAKE(bytes, bench_Bytes)
{
	struct bench_Bytes *all = NEW(bench_Bytes);
	all->count = n;
	all->values = talloc_array(mem, uint8_t, n);
	for (uint32_t i = 0; i < n; i++) {
		all->values[i] = (uint8_t)i;
	}
	return all;
}

MAKE(words, bench_Words)
{
	struct bench_Words *all = NEW(bench_Words);
	all->count = n;
	all->values = talloc_array(mem, uint32_t, n);
	for (uint32_t i = 0; i < n; i++) {
		all->values[i] = i * 2654435761u;
	}
	return all;
}

MAKE(halves, bench_Halves)
{
	struct bench_Halves *all = NEW(bench_Halves);
	all->count = n;
	all->values = talloc_array(mem, uint16_t, n);
	for (uint32_t i = 0; i < n; i++) {
		all->values[i] = (uint16_t)(i * 40503u);
	}
	return all;
}

MAKE(forms, bench_Forms)
{
	struct bench_Forms *all = NEW(bench_Forms);
	all->list.count = n;
	all->list.forms = ARRAY(bench_Form);
	for (uint32_t i = 0; i < n; i++) {
		all->list.forms[i].one = NEW(bench_Triple);
		all->list.forms[i].one->a = i;
		all->list.forms[i].other = i % 2 != 0 ? NEW(bench_Triple) : NULL;
	}
	return all;
}

MAKE(small, bench_Small)
{
	struct bench_Small *small = NEW(bench_Small);
	(void)n;
	small->comment.string = "Provisioned for a benchmark";
	small->domain.string = "LABDOMAIN";
	small->primary.string = "DC";
	small->sequence = 77;
	small->users = 1000;
	return small;
}

#define CASE(name, type, elements) {#name, elements, sizeof(struct type), make_##name}
static const struct ndr_case ndr_cases[] = {
	CASE(entries, bench_Entries, 1000),
	CASE(records, bench_Records, 1000),
	CASE(tree, bench_Tree, 200),
	CASE(choices, bench_Choices, 1000),
	CASE(strings, bench_Strings, 1000),
	CASE(texts, bench_Texts, 20),
	CASE(sids, bench_Sids, 100),
	CASE(secured, bench_Secured, 20),
	CASE(bytes, bench_Bytes, ARRAY_BYTES),
	CASE(words, bench_Words, ARRAY_BYTES / 4),
	CASE(halves, bench_Halves, ARRAY_BYTES / 2),
	CASE(forms, bench_Forms, 200),
	CASE(small, bench_Small, 1),
};

#endif
