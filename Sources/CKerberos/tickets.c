// SPDX-License-Identifier: LGPL-3.0-or-later
//
// Initial and service tickets, a message at a time.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "library.h"

int32_t ckrb_tickets_create(struct ckrb_shared *shared, struct ckrb_tickets **tickets)
{
	const struct ckrb_library *k = ckrb_library();
	struct ckrb_tickets *t;
	krb5_error_code code;

	if (k == NULL) {
		return CKRB_CODE_NO_LIBRARY;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		return 12;
	}
	t->k = k;
	code = k->krb5_init_context(&t->context);
	if (code == 0) {
		code = k->krb5_cc_new_unique(t->context, "MEMORY", NULL, &t->cache);
	}
	if (code == 0) {
		code = ckrb_shared_open(t, shared);
	}
	if (code != 0) {
		ckrb_tickets_free(t);
		return code;
	}
	*tickets = t;
	return 0;
}

void ckrb_tickets_free(struct ckrb_tickets *t)
{
	const struct ckrb_library *k;

	if (t == NULL) {
		return;
	}
	k = t->k;
	if (t->context != NULL) {
		if (t->as != NULL) {
			k->krb5_init_creds_free(t->context, t->as);
		}
		if (t->tgs != NULL) {
			k->krb5_tkt_creds_free(t->context, t->tgs);
		}
		if (t->options != NULL) {
			k->krb5_get_init_creds_opt_free(t->context, t->options);
		}
		if (t->keytab != NULL) {
			k->krb5_kt_close(t->context, t->keytab);
		}
		k->krb5_free_data_contents(t->context, &t->message);
		k->krb5_free_data_contents(t->context, &t->realm);
		k->krb5_free_principal(t->context, t->client);
		k->krb5_free_principal(t->context, t->service);
		if (t->cache != NULL) {
			k->krb5_cc_destroy(t->context, t->cache);
		}
		if (t->shared != NULL) {
			k->krb5_cc_close(t->context, t->shared);
		}
		k->krb5_free_context(t->context);
	}
	free(t->realm_text);
	free(t->service_text);
	free(t);
}

void ckrb_tickets_text(struct ckrb_tickets *t, int32_t code, char *text, size_t size)
{
	const char *message = t == NULL ? NULL : t->k->krb5_get_error_message(t->context, code);

	snprintf(text, size, "%s", message == NULL ? "libkrb5 and libgssapi_krb5 are not there" : message);
	if (message != NULL) {
		t->k->krb5_free_error_message(t->context, message);
	}
}

/* --- The client --------------------------------------------------------------------------------------------------- */

/* Whether `domain` may be the short name of a realm, which is what its first label is everywhere but by decree. */
static bool is_short_name(const char *domain, const char *realm)
{
	size_t length = strlen(domain);

	return length == 0 || (strncasecmp(domain, realm, length) == 0 && (realm[length] == '.' || realm[length] == '\0'));
}

int32_t ckrb_tickets_set_client(struct ckrb_tickets *t, const char *name, const char *realm, const char *domain)
{
	const struct ckrb_library *k = t->k;
	krb5_principal client = NULL;
	krb5_error_code code;
	int flags = strchr(name, '@') == NULL ? KRB5_PRINCIPAL_PARSE_NO_REALM : KRB5_PRINCIPAL_PARSE_ENTERPRISE;
	char *standard = NULL;

	code = k->krb5_parse_name_flags(t->context, name, flags, &client);
	if (code == 0 && realm == NULL) {
		code = k->krb5_get_default_realm(t->context, &standard);
		realm = standard;
		if (code == 0 && !is_short_name(domain, realm)) {
			code = KRB5_CONFIG_NODEFREALM;
		}
	}
	if (code == 0) {
		code = k->krb5_set_principal_realm(t->context, client, realm);
	}
	if (standard != NULL) {
		k->krb5_free_default_realm(t->context, standard);
	}
	if (code != 0) {
		k->krb5_free_principal(t->context, client);
		return code;
	}
	k->krb5_free_principal(t->context, t->client);
	t->client = client;
	return 0;
}

/* An exchange with the authentication service that will fill the cache; `only` is the encryption type of the one key. */
static krb5_error_code begin_initial(struct ckrb_tickets *t, krb5_enctype *only)
{
	const struct ckrb_library *k = t->k;
	krb5_error_code code = k->krb5_get_init_creds_opt_alloc(t->context, &t->options);

	if (code == 0) {
		k->krb5_get_init_creds_opt_set_canonicalize(t->options, 1);
		if (only != NULL) {
			k->krb5_get_init_creds_opt_set_etype_list(t->options, only, 1);
		}
		code = k->krb5_get_init_creds_opt_set_out_ccache(t->context, t->options, t->cache);
	}
	if (code == 0) {
		code = k->krb5_init_creds_init(t->context, t->client, NULL, NULL, 0, t->options, &t->as);
	}
	return code;
}

int32_t ckrb_tickets_use_password(struct ckrb_tickets *t, const char *password)
{
	krb5_error_code code;

	if (ckrb_shared_take(t)) {
		return 0;
	}
	code = begin_initial(t, NULL);
	return code != 0 ? code : t->k->krb5_init_creds_set_password(t->context, t->as, password);
}

int32_t ckrb_tickets_use_hash(struct ckrb_tickets *t, const uint8_t nt_hash[16])
{
	const struct ckrb_library *k = t->k;
	krb5_keytab_entry entry = { 0 };
	char name[64];
	krb5_error_code code;

	if (ckrb_shared_take(t)) {
		return 0;
	}
	/* The key of arcfour-hmac is the NT hash (RFC 4757 2). */
	entry.principal = t->client;
	entry.key.enctype = ENCTYPE_ARCFOUR_HMAC;
	entry.key.length = 16;
	entry.key.contents = (krb5_octet *)nt_hash;
	snprintf(name, sizeof(name), "MEMORY:dcerpcswift-%p", (void *)t);
	code = k->krb5_kt_resolve(t->context, name, &t->keytab);
	if (code == 0) {
		code = k->krb5_kt_add_entry(t->context, t->keytab, &entry);
	}
	if (code == 0) {
		code = begin_initial(t, &entry.key.enctype);
	}
	return code != 0 ? code : k->krb5_init_creds_set_keytab(t->context, t->as, t->keytab);
}

/* The principal of a keytab's first entry. */
static krb5_error_code first_client(struct ckrb_tickets *t)
{
	const struct ckrb_library *k = t->k;
	krb5_keytab_entry entry;
	krb5_kt_cursor cursor;
	krb5_error_code code = k->krb5_kt_start_seq_get(t->context, t->keytab, &cursor);

	if (code != 0) {
		return code;
	}
	code = k->krb5_kt_next_entry(t->context, t->keytab, &entry, &cursor);
	if (code == 0) {
		code = k->krb5_copy_principal(t->context, entry.principal, &t->client);
		k->krb5_free_keytab_entry_contents(t->context, &entry);
	}
	k->krb5_kt_end_seq_get(t->context, t->keytab, &cursor);
	return code == KRB5_KT_END ? KRB5_KT_NOTFOUND : code;
}

int32_t ckrb_tickets_use_keytab(struct ckrb_tickets *t, const char *name)
{
	const struct ckrb_library *k = t->k;
	krb5_error_code code;

	if (ckrb_shared_take(t)) {
		return 0;
	}
	code = name == NULL ? k->krb5_kt_default(t->context, &t->keytab) :
			      k->krb5_kt_resolve(t->context, name, &t->keytab);
	if (code == 0) {
		code = t->client == NULL ? first_client(t) : ckrb_find_key(k, t->context, t->keytab, t->client);
	}
	if (code == 0) {
		code = begin_initial(t, NULL);
	}
	return code != 0 ? code : k->krb5_init_creds_set_keytab(t->context, t->as, t->keytab);
}

/* Copies a whole cache and takes its client over. */
static krb5_error_code copy_cache(struct ckrb_tickets *t, krb5_ccache source)
{
	const struct ckrb_library *k = t->k;
	krb5_principal owner = NULL;
	krb5_error_code code = k->krb5_cc_get_principal(t->context, source, &owner);

	if (code == 0 && t->client != NULL && !k->krb5_principal_compare(t->context, t->client, owner)) {
		code = KRB5_CC_NOTFOUND;
	}
	if (code == 0) {
		code = k->krb5_cc_initialize(t->context, t->cache, owner);
	}
	if (code == 0) {
		code = ckrb_copy_tickets(t, source, t->cache);
	}
	if (code != 0) {
		k->krb5_free_principal(t->context, owner);
		return code;
	}
	k->krb5_free_principal(t->context, t->client);
	t->client = owner;
	return 0;
}

int32_t ckrb_tickets_use_cache(struct ckrb_tickets *t, const char *name)
{
	const struct ckrb_library *k = t->k;
	krb5_ccache source;
	krb5_error_code code;

	if (ckrb_shared_take(t)) {
		return 0;
	}
	code = name == NULL ? k->krb5_cc_default(t->context, &source) :
			      k->krb5_cc_resolve(t->context, name, &source);
	if (code != 0) {
		return code;
	}
	code = copy_cache(t, source);
	k->krb5_cc_close(t->context, source);
	return code;
}

/* --- The service -------------------------------------------------------------------------------------------------- */

int32_t ckrb_tickets_set_service(struct ckrb_tickets *t, const char *name)
{
	const struct ckrb_library *k = t->k;
	int flags = strchr(name, '@') == NULL ? KRB5_PRINCIPAL_PARSE_NO_REALM : KRB5_PRINCIPAL_PARSE_REQUIRE_REALM;
	krb5_principal service = NULL;
	krb5_error_code code = k->krb5_parse_name_flags(t->context, name, flags, &service);

	if (code != 0) {
		return code;
	}
	k->krb5_free_principal(t->context, t->service);
	t->service = service;
	return 0;
}

static krb5_error_code begin_service(struct ckrb_tickets *t)
{
	krb5_creds wanted;

	memset(&wanted, 0, sizeof(wanted));
	wanted.client = t->client;
	wanted.server = t->service;
	return t->k->krb5_tkt_creds_init(t->context, t->cache, &wanted, 0, &t->tgs);
}

/* The client by its canonical name, as the ticket has it. */
static krb5_error_code finish_initial(struct ckrb_tickets *t)
{
	const struct ckrb_library *k = t->k;
	krb5_principal owner = NULL;
	krb5_error_code code = k->krb5_cc_get_principal(t->context, t->cache, &owner);

	k->krb5_init_creds_free(t->context, t->as);
	t->as = NULL;
	if (code == 0) {
		k->krb5_free_principal(t->context, t->client);
		t->client = owner;
	}
	return code;
}

static krb5_error_code finish_service(struct ckrb_tickets *t, bool is_new)
{
	const struct ckrb_library *k = t->k;
	char *name = NULL;
	krb5_timestamp now;
	krb5_creds creds;
	krb5_error_code code;

	memset(&creds, 0, sizeof(creds));
	code = k->krb5_tkt_creds_get_creds(t->context, t->tgs, &creds);
	if (code != 0) {
		return code;
	}
	code = k->krb5_timeofday(t->context, &now);
	if (code == 0 && !ckrb_is_lasting(&creds, now)) {
		code = KRB5KRB_AP_ERR_TKT_EXPIRED;
	}
	if (code == 0) {
		code = k->krb5_unparse_name(t->context, creds.server, &name);
	}
	if (code == 0) {
		t->service_text = strdup(name);
		k->krb5_free_unparsed_name(t->context, name);
		code = t->service_text == NULL ? 12 : 0;
	}
	if (code == 0) {
		ckrb_shared_store(t, is_new ? &creds : NULL);
	}
	k->krb5_free_cred_contents(t->context, &creds);
	return code;
}

static krb5_error_code say(struct ckrb_tickets *t, struct ckrb_message *message)
{
	free(t->realm_text);
	t->realm_text = calloc(1, (size_t)t->realm.length + 1);
	if (t->realm_text == NULL) {
		return 12;
	}
	memcpy(t->realm_text, t->realm.data, t->realm.length);
	message->data = (const uint8_t *)t->message.data;
	message->length = t->message.length;
	message->realm = t->realm_text;
	return 0;
}

int32_t ckrb_tickets_step(struct ckrb_tickets *t, const uint8_t *answer, size_t length, struct ckrb_message *message)
{
	const struct ckrb_library *k = t->k;
	krb5_data in = { .length = (unsigned)length, .data = (char *)answer };
	bool asked = length > 0;
	unsigned flags = 0;
	krb5_error_code code;

	memset(message, 0, sizeof(*message));
	k->krb5_free_data_contents(t->context, &t->message);
	k->krb5_free_data_contents(t->context, &t->realm);
	memset(&t->message, 0, sizeof(t->message));
	memset(&t->realm, 0, sizeof(t->realm));
	if (t->as != NULL) {
		code = k->krb5_init_creds_step(t->context, t->as, &in, &t->message, &t->realm, &flags);
		if (code != 0) {
			return code;
		}
		if (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) {
			return say(t, message);
		}
		code = finish_initial(t);
		if (code != 0) {
			return code;
		}
		in.length = 0;
		in.data = NULL;
	}
	if (t->tgs == NULL) {
		asked = false;
		code = begin_service(t);
		if (code != 0) {
			return code;
		}
	}
	k->krb5_free_data_contents(t->context, &t->message);
	k->krb5_free_data_contents(t->context, &t->realm);
	code = k->krb5_tkt_creds_step(t->context, t->tgs, &in, &t->message, &t->realm, &flags);
	if (code != 0) {
		return code;
	}
	return flags & KRB5_TKT_CREDS_STEP_FLAG_CONTINUE ? say(t, message) : finish_service(t, asked);
}
