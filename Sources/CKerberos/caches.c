// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Credential caches: what is copied from one to another, and those that several operations share.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

void ckrb_forget_cache(const char *name)
{
	const struct ckrb_library *k = ckrb_loaded_library();
	krb5_context context;
	krb5_ccache cache;

	if (k == NULL || k->krb5_init_context(&context) != 0) {
		return;
	}
	if (k->krb5_cc_resolve(context, name, &cache) == 0) {
		k->krb5_cc_destroy(context, cache);
	}
	k->krb5_free_context(context);
}

/* gss_krb5_copy_ccache() crashes for a credential of several mechanisms that nobody has used yet. */
int32_t ckrb_copy_gss(void *credential, const char *name)
{
	const struct ckrb_library *k = ckrb_library();
	gss_key_value_element_desc element = { "ccache", name };
	gss_key_value_set_desc store = { 1, &element };
	OM_uint32 major, minor = 0;

	if (k == NULL) {
		return CKRB_CODE_NO_LIBRARY;
	}
	major = k->gss_store_cred_into(&minor, credential, GSS_C_INITIATE, &ckrb_krb5_mechanism, 1, 0, &store, NULL, NULL);
	return ckrb_gss_code(major, minor);
}

static bool is_granting(const krb5_creds *creds)
{
	krb5_data *first = creds->server->length == 2 ? &creds->server->data[0] : NULL;

	return first != NULL && first->length == 6 && memcmp(first->data, "krbtgt", 6) == 0;
}

bool ckrb_is_lasting(const krb5_creds *creds, krb5_timestamp now)
{
	return (uint32_t)creds->times.endtime > (uint32_t)now + 60;
}

krb5_error_code ckrb_copy_tickets(struct ckrb_tickets *t, krb5_ccache from, krb5_ccache to)
{
	const struct ckrb_library *k = t->k;
	krb5_cc_cursor cursor;
	krb5_timestamp now;
	krb5_creds creds;
	krb5_error_code code = k->krb5_timeofday(t->context, &now);

	if (code == 0) {
		code = k->krb5_cc_start_seq_get(t->context, from, &cursor);
	}
	if (code != 0) {
		return code;
	}
	while (code == 0 && (code = k->krb5_cc_next_cred(t->context, from, &cursor, &creds)) == 0) {
		/* What is no ticket but a cache's own note has no time. */
		if (is_granting(&creds) || creds.times.endtime == 0 || ckrb_is_lasting(&creds, now)) {
			code = k->krb5_cc_store_cred(t->context, to, &creds);
		}
		k->krb5_free_cred_contents(t->context, &creds);
	}
	k->krb5_cc_end_seq_get(t->context, from, &cursor);
	return code == KRB5_CC_END ? 0 : code;
}

static bool has_granting_ticket(struct ckrb_tickets *t, krb5_ccache cache)
{
	const struct ckrb_library *k = t->k;
	krb5_cc_cursor cursor;
	krb5_timestamp now;
	krb5_creds creds;
	bool found = false;

	if (k->krb5_timeofday(t->context, &now) != 0 || k->krb5_cc_start_seq_get(t->context, cache, &cursor) != 0) {
		return false;
	}
	while (!found && k->krb5_cc_next_cred(t->context, cache, &cursor, &creds) == 0) {
		found = is_granting(&creds) && ckrb_is_lasting(&creds, now);
		k->krb5_free_cred_contents(t->context, &creds);
	}
	k->krb5_cc_end_seq_get(t->context, cache, &cursor);
	return found;
}

/* --- Shared ------------------------------------------------------------------------------------------------------- */

/* libkrb5 locks single operations of a cache, and not all of them: one that reads the owner meets one that sets it. Whoever
 * looks between two of them finds a ticket-granting ticket without the service's, or nothing behind what was there. */
struct ckrb_shared {
	pthread_mutex_t lock;
	char name[48];
};

struct ckrb_shared *ckrb_shared_create(void)
{
	struct ckrb_shared *s = calloc(1, sizeof(*s));

	if (s == NULL || pthread_mutex_init(&s->lock, NULL) != 0) {
		free(s);
		return NULL;
	}
	/* Nothing else has this address while this one lives. */
	snprintf(s->name, sizeof(s->name), "MEMORY:dcerpcswift-%p", (void *)s);
	return s;
}

void ckrb_shared_free(struct ckrb_shared *s)
{
	if (s == NULL) {
		return;
	}
	ckrb_forget_cache(s->name);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

krb5_error_code ckrb_shared_open(struct ckrb_tickets *t, struct ckrb_shared *s)
{
	if (s == NULL) {
		return 0;
	}
	t->sharing = s;
	return t->k->krb5_cc_resolve(t->context, s->name, &t->shared);
}

static bool take(struct ckrb_tickets *t)
{
	const struct ckrb_library *k = t->k;
	krb5_principal owner = NULL;

	if (k->krb5_cc_get_principal(t->context, t->shared, &owner) != 0) {
		return false;
	}
	if (!has_granting_ticket(t, t->shared) || k->krb5_cc_initialize(t->context, t->cache, owner) != 0 ||
	    ckrb_copy_tickets(t, t->shared, t->cache) != 0) {
		k->krb5_free_principal(t->context, owner);
		return false;
	}
	k->krb5_free_principal(t->context, t->client);
	t->client = owner;
	return true;
}

bool ckrb_shared_take(struct ckrb_tickets *t)
{
	bool taken;

	if (t->shared == NULL) {
		return false;
	}
	pthread_mutex_lock(&t->sharing->lock);
	taken = take(t);
	pthread_mutex_unlock(&t->sharing->lock);
	return taken;
}

static void store(struct ckrb_tickets *t, krb5_creds *added)
{
	const struct ckrb_library *k = t->k;
	krb5_principal owner = NULL;

	if (k->krb5_cc_get_principal(t->context, t->shared, &owner) != 0 || !has_granting_ticket(t, t->shared)) {
		if (k->krb5_cc_initialize(t->context, t->shared, t->client) == 0) {
			ckrb_copy_tickets(t, t->cache, t->shared);
		}
	}
	if (added != NULL) {
		k->krb5_cc_store_cred(t->context, t->shared, added);
	}
	k->krb5_free_principal(t->context, owner);
}

void ckrb_shared_store(struct ckrb_tickets *t, krb5_creds *added)
{
	if (t->shared == NULL) {
		return;
	}
	pthread_mutex_lock(&t->sharing->lock);
	store(t, added);
	pthread_mutex_unlock(&t->sharing->lock);
}
