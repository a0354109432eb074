/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * kerberos.h - what the library needs of MIT krb5, in terms without its types. libkrb5 and libgssapi_krb5 are loaded
 * when the first of these functions needs them, so a program without Kerberos never maps them.
 *
 * Nothing here talks to a KDC: ckrb_tickets_step() says what to send where and takes the answer, and contexts are made
 * of tickets that are there. Codes are krb5's (com_err); 0 is success.
 */
#ifndef CKERBEROS_KERBEROS_H
#define CKERBEROS_KERBEROS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What a failure means to who waits for it. */
enum ckrb_reason {
	CKRB_OTHER,
	CKRB_NO_LIBRARY,
	CKRB_NO_MEMORY,
	CKRB_WRONG_PASSWORD,
	CKRB_UNKNOWN_CLIENT,
	CKRB_UNKNOWN_SERVICE,
	CKRB_ACCOUNT_EXPIRED,
	CKRB_PASSWORD_EXPIRED,
	CKRB_ACCOUNT_DISABLED,
	CKRB_CLOCK_SKEW,
	CKRB_UNKNOWN_REALM,
	CKRB_NO_KDC,
	CKRB_NO_CREDENTIALS, /* no cache, no keytab, nothing in it for who was asked for */
	CKRB_TICKET_EXPIRED,
	CKRB_ENCRYPTION_TYPE,
	CKRB_INVALID_NAME,
	CKRB_TAMPERED, /* an integrity code was wrong, or a message out of order */
	CKRB_MALFORMED,
};

enum ckrb_reason ckrb_reason(int32_t code);

/** Whether the libraries are there. */
bool ckrb_available(void);

/** Removes a cache "MEMORY:..." from the process; nothing where no library was loaded. */
void ckrb_forget_cache(const char *name);

/** Makes a cache "MEMORY:..." of the tickets of a gss_cred_id_t. */
int32_t ckrb_copy_gss(void *credential, const char *name);

/* --- Tickets ------------------------------------------------------------------------------------------------------ */

/** A ticket for one service, on its way. One thread at a time. */
struct ckrb_tickets;

/** For the KDC of `realm`; valid until the next step. */
struct ckrb_message {
	const uint8_t *data;
	size_t length;
	const char *realm;
};

/** Tickets of the process for one client, which several threads may use at once. */
struct ckrb_shared;

/** NULL when out of memory. */
struct ckrb_shared *ckrb_shared_create(void);
/** Removes the tickets from the process too. Whatever was made with it goes first. */
void ckrb_shared_free(struct ckrb_shared *s);

/** `shared` (or NULL) has the tickets of earlier times, and gets the new ones. */
int32_t ckrb_tickets_create(struct ckrb_shared *shared, struct ckrb_tickets **tickets);
void ckrb_tickets_free(struct ckrb_tickets *t);

/**
 * The client; without this call whoever the cache or keytab is for. A NULL realm is krb5.conf's default, unless its
 * first label is another domain than `domain`: the password is nobody else's business. A name with "@" is an
 * enterprise name.
 */
int32_t ckrb_tickets_set_client(struct ckrb_tickets *t, const char *name, const char *realm, const char *domain);

/* What the client has; each does nothing where a ticket-granting ticket of the shared cache still does. */
int32_t ckrb_tickets_use_password(struct ckrb_tickets *t, const char *password);
int32_t ckrb_tickets_use_hash(struct ckrb_tickets *t, const uint8_t nt_hash[16]);
int32_t ckrb_tickets_use_keytab(struct ckrb_tickets *t, const char *name);
/** Copies a credential cache; NULL: the environment's. */
int32_t ckrb_tickets_use_cache(struct ckrb_tickets *t, const char *name);

/** The service, "host/name" or with "@REALM"; without a realm the KDCs find it. */
int32_t ckrb_tickets_set_service(struct ckrb_tickets *t, const char *name);

/** Takes the KDC's answer (nothing at first); `message->data` is NULL when the ticket is there. */
int32_t ckrb_tickets_step(struct ckrb_tickets *t, const uint8_t *answer, size_t length, struct ckrb_message *message);

/** The index-th KDC that krb5.conf names for a realm; false: no more. `port` is 0 where none is named. */
bool ckrb_tickets_kdc(struct ckrb_tickets *t, const char *realm, size_t index, char host[256], uint16_t *port);
/** Whether KDCs are to be looked for in the DNS where krb5.conf names none. */
bool ckrb_tickets_kdc_in_dns(struct ckrb_tickets *t);

/** One line on a code, of the last function that returned it. */
void ckrb_tickets_text(struct ckrb_tickets *t, int32_t code, char *text, size_t size);

/* --- Security contexts -------------------------------------------------------------------------------------------- */

/** What an acceptor has: a keytab. */
struct ckrb_keytab;

/** `principal` NULL: any of the keytab's; `keytab` NULL: the environment's. CKRB_NO_CREDENTIALS without a key. `text` has a
 *  line about a failure. */
int32_t ckrb_keytab_open(const char *keytab, const char *principal, struct ckrb_keytab **opened, char *text,
			 size_t size);
void ckrb_keytab_close(struct ckrb_keytab *keytab);

/** One side of a GSS context in DCE style (RFC 4121, [MS-KILE] 3.4.5.4.1). */
struct ckrb_context;

/** From tickets whose last step has given the ticket; they have to stay until the context's first step. */
int32_t ckrb_initiator_create(struct ckrb_tickets *t, bool privacy, struct ckrb_context **context);
/** `keytab` has to stay. */
int32_t ckrb_acceptor_create(struct ckrb_keytab *keytab, struct ckrb_context **context);
void ckrb_context_free(struct ckrb_context *c);

/** The token for the peer, freed with ckrb_bytes_free(); NULL: none. */
int32_t ckrb_context_step(struct ckrb_context *c, const uint8_t *token, size_t length, uint8_t **answer,
			  size_t *answer_length, bool *finished);
void ckrb_bytes_free(void *bytes);

/* Once it is finished: */
bool ckrb_context_has_privacy(const struct ckrb_context *c);
bool ckrb_context_has_integrity(const struct ckrb_context *c);
/** DCE style, and both sides have proved who they are. */
bool ckrb_context_is_dce(const struct ckrb_context *c);
size_t ckrb_context_signature(const struct ckrb_context *c, bool sealed);
/** The session key; its length, 0 where it does not fit. */
size_t ckrb_context_key(struct ckrb_context *c, uint8_t *key, size_t room);
/** The client's principal. */
bool ckrb_context_client(struct ckrb_context *c, char *name, size_t size);
/** KERB_VALIDATION_INFO of a PAC whose signature was right ([MS-PAC] 2.5), freed with ckrb_bytes_free(); NULL: none. */
uint8_t *ckrb_context_logon_info(struct ckrb_context *c, size_t *length);

/* Messages. Whatever is not exactly right, order included, is false. */
bool ckrb_sign(struct ckrb_context *c, const void *message, size_t length, void *signature, size_t signature_length);
bool ckrb_verify(struct ckrb_context *c, const void *message, size_t length, const void *signature,
		 size_t signature_length);
/** `message` is `before` bytes that are only signed, `length` that are encrypted, `after` that are only signed. */
bool ckrb_seal(struct ckrb_context *c, void *message, size_t before, size_t length, size_t after, void *signature,
	       size_t signature_length);
bool ckrb_unseal(struct ckrb_context *c, void *message, size_t before, size_t length, size_t after,
		 const void *signature, size_t signature_length);

#endif
