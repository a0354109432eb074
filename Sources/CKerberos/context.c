// SPDX-License-Identifier: LGPL-3.0-or-later
//
// GSS contexts in DCE style.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

static gss_OID_desc krb5_principal_name = { 10, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01" };
/* GSS_C_INQ_SSPI_SESSION_KEY */
static gss_OID_desc session_key = { 11, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x05\x05" };

/* GSS_KRB5_CRED_NO_CI_FLAGS_X: no GSS_C_CONF_FLAG and GSS_C_INTEG_FLAG but where they are wanted. */
static gss_OID_desc no_flags = { 6, (void *)"\x2a\x85\x70\x2b\x0d\x1d" };

struct ckrb_context {
	const struct ckrb_library *k;
	gss_ctx_id_t gss;
	gss_cred_id_t credential; /* an initiator's */
	gss_cred_id_t keytab;     /* an acceptor's, not its own */
	gss_name_t target;        /* an initiator's */
	gss_name_t client;        /* an acceptor's, when it is done */
	OM_uint32 wanted, flags;
	size_t signature, sealed_signature;
	bool initiates;
};

struct ckrb_keytab {
	const struct ckrb_library *k;
	krb5_context context;
	krb5_keytab keytab;
	krb5_principal principal;
	gss_cred_id_t credential;
};

/* --- What a server has -------------------------------------------------------------------------------------------- */

krb5_error_code ckrb_find_key(const struct ckrb_library *k, krb5_context context, krb5_keytab keytab,
			      krb5_const_principal principal)
{
	krb5_keytab_entry entry;
	krb5_kt_cursor cursor;
	krb5_error_code code = k->krb5_kt_start_seq_get(context, keytab, &cursor);
	bool found = false;

	if (code != 0) {
		return code;
	}
	while (!found && k->krb5_kt_next_entry(context, keytab, &entry, &cursor) == 0) {
		found = principal == NULL || k->krb5_principal_compare(context, principal, entry.principal);
		k->krb5_free_keytab_entry_contents(context, &entry);
	}
	k->krb5_kt_end_seq_get(context, keytab, &cursor);
	return found ? 0 : KRB5_KT_NOTFOUND;
}

/* Where nothing better is known, what libkrb5 calls the error. */
static void failure_text(const struct ckrb_keytab *t, krb5_error_code code, char *text, size_t size)
{
	const char *message = t->context == NULL ? NULL : t->k->krb5_get_error_message(t->context, code);

	snprintf(text, size, "%s", message == NULL ? "libkrb5 cannot begin" : message);
	if (message != NULL) {
		t->k->krb5_free_error_message(t->context, message);
	}
}

int32_t ckrb_keytab_open(const char *keytab, const char *principal, struct ckrb_keytab **opened, char *text,
			 size_t size)
{
	const struct ckrb_library *k = ckrb_library();
	struct ckrb_keytab *t;
	krb5_error_code code;
	OM_uint32 major, minor = 0;

	if (k == NULL) {
		snprintf(text, size, "libkrb5 and libgssapi_krb5 are not there");
		return CKRB_CODE_NO_LIBRARY;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		snprintf(text, size, "out of memory");
		return 12;
	}
	t->k = k;
	code = k->krb5_init_context(&t->context);
	if (code == 0) {
		code = keytab == NULL ? k->krb5_kt_default(t->context, &t->keytab) :
					k->krb5_kt_resolve(t->context, keytab, &t->keytab);
	}
	if (code == 0 && principal != NULL) {
		code = k->krb5_parse_name_flags(t->context, principal, 0, &t->principal);
	}
	if (code == 0) {
		code = ckrb_find_key(k, t->context, t->keytab, t->principal);
	}
	if (code == 0) {
		major = k->gss_krb5_import_cred(&minor, NULL, t->principal, t->keytab, &t->credential);
		code = ckrb_gss_code(major, minor);
	}
	if (code != 0) {
		failure_text(t, code, text, size);
		ckrb_keytab_close(t);
		return code;
	}
	*opened = t;
	return 0;
}

void ckrb_keytab_close(struct ckrb_keytab *t)
{
	OM_uint32 minor;

	if (t == NULL) {
		return;
	}
	if (t->credential != GSS_C_NO_CREDENTIAL) {
		t->k->gss_release_cred(&minor, &t->credential);
	}
	if (t->context != NULL) {
		t->k->krb5_free_principal(t->context, t->principal);
		if (t->keytab != NULL) {
			t->k->krb5_kt_close(t->context, t->keytab);
		}
		t->k->krb5_free_context(t->context);
	}
	free(t);
}

/* --- Making one --------------------------------------------------------------------------------------------------- */

/* Servers take the size of signatures from what the client has asked for: libgssapi would ask for privacy always. */
static OM_uint32 acquire(struct ckrb_tickets *t, struct ckrb_context *c, OM_uint32 *minor)
{
	gss_buffer_desc empty = GSS_C_EMPTY_BUFFER;
	OM_uint32 major = c->k->gss_krb5_import_cred(minor, t->cache, NULL, NULL, &c->credential);

	return GSS_ERROR(major) ? major : c->k->gss_set_cred_option(minor, &c->credential, &no_flags, &empty);
}

int32_t ckrb_initiator_create(struct ckrb_tickets *t, bool privacy, struct ckrb_context **context)
{
	struct ckrb_context *c = calloc(1, sizeof(*c));
	gss_buffer_desc name;
	OM_uint32 major, minor = 0;

	if (c == NULL || t->service_text == NULL) {
		free(c);
		return 12;
	}
	c->k = t->k;
	c->initiates = true;
	c->wanted = GSS_C_MUTUAL_FLAG | GSS_C_DCE_STYLE | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG |
		    (privacy ? GSS_C_CONF_FLAG : 0);
	name.value = t->service_text;
	name.length = strlen(t->service_text);
	major = c->k->gss_import_name(&minor, &name, &krb5_principal_name, &c->target);
	if (!GSS_ERROR(major)) {
		major = acquire(t, c, &minor);
	}
	if (GSS_ERROR(major)) {
		ckrb_context_free(c);
		return ckrb_gss_code(major, minor);
	}
	*context = c;
	return 0;
}

int32_t ckrb_acceptor_create(struct ckrb_keytab *keytab, struct ckrb_context **context)
{
	struct ckrb_context *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return 12;
	}
	c->k = keytab->k;
	c->keytab = keytab->credential;
	*context = c;
	return 0;
}

void ckrb_context_free(struct ckrb_context *c)
{
	OM_uint32 minor;

	if (c == NULL) {
		return;
	}
	if (c->gss != GSS_C_NO_CONTEXT) {
		c->k->gss_delete_sec_context(&minor, &c->gss, GSS_C_NO_BUFFER);
	}
	if (c->credential != GSS_C_NO_CREDENTIAL) {
		c->k->gss_release_cred(&minor, &c->credential);
	}
	if (c->target != GSS_C_NO_NAME) {
		c->k->gss_release_name(&minor, &c->target);
	}
	if (c->client != GSS_C_NO_NAME) {
		c->k->gss_release_name(&minor, &c->client);
	}
	free(c);
}

void ckrb_bytes_free(void *bytes)
{
	free(bytes);
}

/* --- The exchange ------------------------------------------------------------------------------------------------- */

/* A session key, where `set` has one: libgssapi does not promise to overwrite it. */
static void release_key(struct ckrb_context *c, gss_buffer_set_t *set)
{
	OM_uint32 minor;

	if ((*set)->count > 0) {
		explicit_bzero((*set)->elements[0].value, (*set)->elements[0].length);
	}
	c->k->gss_release_buffer_set(&minor, set);
}

/* The encryption type of the session key, which is the last arc of an identifier beside it; 0: unknown. */
static int encryption_type(struct ckrb_context *c)
{
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 minor;
	int type = 0;

	if (GSS_ERROR(c->k->gss_inquire_sec_context_by_oid(&minor, c->gss, &session_key, &set)) || set == NULL) {
		return 0;
	}
	if (set->count > 1 && set->elements[1].length > 0) {
		type = ((unsigned char *)set->elements[1].value)[set->elements[1].length - 1];
	}
	release_key(c, &set);
	return type;
}

/*
 * The sizes of signatures. For arcfour-hmac's MIC tokens libgssapi answers another size than those have that it makes
 * (RFC 4757 7.2).
 */
static OM_uint32 measure(struct ckrb_context *c, OM_uint32 *minor)
{
	char content[16] = { 0 };
	gss_iov_buffer_desc mic[2] = {
		{ GSS_IOV_BUFFER_TYPE_DATA, { sizeof(content), content } },
		{ GSS_IOV_BUFFER_TYPE_MIC_TOKEN, { 0, NULL } },
	};
	gss_iov_buffer_desc wrap[2] = {
		{ GSS_IOV_BUFFER_TYPE_HEADER, { 0, NULL } },
		{ GSS_IOV_BUFFER_TYPE_DATA, { sizeof(content), content } },
	};
	OM_uint32 major = c->k->gss_get_mic_iov_length(minor, c->gss, GSS_C_QOP_DEFAULT, mic, 2);

	if (GSS_ERROR(major)) {
		return major;
	}
	c->signature = encryption_type(c) == ENCTYPE_ARCFOUR_HMAC ? 37 : mic[1].buffer.length;
	if (c->flags & GSS_C_CONF_FLAG) {
		major = c->k->gss_wrap_iov_length(minor, c->gss, 1, GSS_C_QOP_DEFAULT, NULL, wrap, 2);
		c->sealed_signature = wrap[0].buffer.length;
	}
	return major;
}

static int32_t copy_out(struct ckrb_context *c, gss_buffer_t buffer, uint8_t **bytes, size_t *length)
{
	OM_uint32 minor;
	int32_t code = 0;

	if (buffer->length > 0) {
		*bytes = malloc(buffer->length);
		if (*bytes == NULL) {
			code = 12;
		} else {
			memcpy(*bytes, buffer->value, buffer->length);
			*length = buffer->length;
		}
	}
	c->k->gss_release_buffer(&minor, buffer);
	return code;
}

int32_t ckrb_context_step(struct ckrb_context *c, const uint8_t *token, size_t length, uint8_t **answer,
			  size_t *answer_length, bool *finished)
{
	gss_buffer_desc in = { length, (void *)token }, out = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor = 0, ignored;
	int32_t code;

	*answer = NULL;
	*answer_length = 0;
	*finished = false;
	if (c->initiates) {
		major = c->k->gss_init_sec_context(&minor, c->credential, &c->gss, c->target, &ckrb_krb5_mechanism,
						   c->wanted, 0, GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &out, &c->flags,
						   NULL);
	} else {
		if (c->client != GSS_C_NO_NAME) {
			c->k->gss_release_name(&ignored, &c->client);
		}
		major = c->k->gss_accept_sec_context(&minor, &c->gss, c->keytab, &in, GSS_C_NO_CHANNEL_BINDINGS,
						     &c->client, NULL, &out, &c->flags, NULL, NULL);
	}
	if (GSS_ERROR(major)) {
		/* An error token is for protocols that have a place for it. */
		c->k->gss_release_buffer(&ignored, &out);
		return ckrb_gss_code(major, minor);
	}
	*finished = (major & GSS_S_CONTINUE_NEEDED) == 0;
	if (*finished) {
		major = measure(c, &minor);
		if (GSS_ERROR(major)) {
			c->k->gss_release_buffer(&ignored, &out);
			return ckrb_gss_code(major, minor);
		}
	}
	code = copy_out(c, &out, answer, answer_length);
	return code;
}

/* --- When it is done ---------------------------------------------------------------------------------------------- */

bool ckrb_context_has_privacy(const struct ckrb_context *c)
{
	return (c->flags & GSS_C_CONF_FLAG) != 0;
}

bool ckrb_context_has_integrity(const struct ckrb_context *c)
{
	return (c->flags & GSS_C_INTEG_FLAG) != 0;
}

bool ckrb_context_is_dce(const struct ckrb_context *c)
{
	const OM_uint32 needed = GSS_C_DCE_STYLE | GSS_C_MUTUAL_FLAG;

	return (c->flags & needed) == needed;
}

size_t ckrb_context_signature(const struct ckrb_context *c, bool sealed)
{
	return sealed ? c->sealed_signature : c->signature;
}

size_t ckrb_context_key(struct ckrb_context *c, uint8_t *key, size_t room)
{
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 minor;
	size_t length = 0;

	if (GSS_ERROR(c->k->gss_inquire_sec_context_by_oid(&minor, c->gss, &session_key, &set)) || set == NULL) {
		return 0;
	}
	if (set->count > 0 && set->elements[0].length <= room) {
		length = set->elements[0].length;
		memcpy(key, set->elements[0].value, length);
	}
	release_key(c, &set);
	return length;
}

bool ckrb_context_client(struct ckrb_context *c, char *name, size_t size)
{
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	bool fits;

	if (c->client == GSS_C_NO_NAME || GSS_ERROR(c->k->gss_display_name(&minor, c->client, &text, NULL))) {
		return false;
	}
	fits = text.length < size && memchr(text.value, 0, text.length) == NULL;
	if (fits) {
		memcpy(name, text.value, text.length);
		name[text.length] = '\0';
	}
	c->k->gss_release_buffer(&minor, &text);
	return fits;
}

uint8_t *ckrb_context_logon_info(struct ckrb_context *c, size_t *length)
{
	gss_buffer_desc attribute = { 20, (void *)"urn:mspac:logon-info" };
	gss_buffer_desc value = GSS_C_EMPTY_BUFFER, shown = GSS_C_EMPTY_BUFFER;
	int authenticated = 0, complete = 0, more = -1;
	uint8_t *bytes = NULL;
	OM_uint32 minor;

	*length = 0;
	if (c->client == GSS_C_NO_NAME ||
	    GSS_ERROR(c->k->gss_get_name_attribute(&minor, c->client, &attribute, &authenticated, &complete, &value,
						   &shown, &more))) {
		return NULL;
	}
	c->k->gss_release_buffer(&minor, &shown);
	if (!authenticated) {
		c->k->gss_release_buffer(&minor, &value);
		return NULL;
	}
	copy_out(c, &value, &bytes, length);
	return bytes;
}

/* --- Messages ----------------------------------------------------------------------------------------------------- */

bool ckrb_sign(struct ckrb_context *c, const void *message, size_t length, void *signature, size_t signature_length)
{
	gss_buffer_desc content = { length, (void *)message }, token = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	bool fits;

	if (GSS_ERROR(c->k->gss_get_mic(&minor, c->gss, GSS_C_QOP_DEFAULT, &content, &token))) {
		return false;
	}
	fits = token.length == signature_length;
	if (fits) {
		memcpy(signature, token.value, token.length);
	}
	c->k->gss_release_buffer(&minor, &token);
	return fits;
}

bool ckrb_verify(struct ckrb_context *c, const void *message, size_t length, const void *signature,
		 size_t signature_length)
{
	gss_buffer_desc content = { length, (void *)message }, token = { signature_length, (void *)signature };
	OM_uint32 minor;

	/* Anything else, as GSS_S_DUPLICATE_TOKEN or GSS_S_GAP_TOKEN, is somebody's doing: TCP loses nothing. */
	return c->k->gss_verify_mic(&minor, c->gss, &content, &token, NULL) == GSS_S_COMPLETE;
}

/* A message and its signature as libgssapi wants them; the number of buffers. */
static int buffers(gss_iov_buffer_desc iov[4], void *message, size_t before, size_t length, size_t after,
		   void *signature, size_t signature_length)
{
	int n = 0;

	iov[n++] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_HEADER, { signature_length, signature } };
	if (before > 0) {
		iov[n++] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_SIGN_ONLY, { before, message } };
	}
	iov[n++] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_DATA, { length, (char *)message + before } };
	if (after > 0) {
		iov[n++] = (gss_iov_buffer_desc){ GSS_IOV_BUFFER_TYPE_SIGN_ONLY,
						  { after, (char *)message + before + length } };
	}
	return n;
}

bool ckrb_seal(struct ckrb_context *c, void *message, size_t before, size_t length, size_t after, void *signature,
	       size_t signature_length)
{
	gss_iov_buffer_desc iov[4];
	int n = buffers(iov, message, before, length, after, signature, signature_length), sealed = 0;
	OM_uint32 minor;
	OM_uint32 major = c->k->gss_wrap_iov(&minor, c->gss, 1, GSS_C_QOP_DEFAULT, &sealed, iov, n);

	return major == GSS_S_COMPLETE && sealed != 0 && iov[0].buffer.length == signature_length;
}

bool ckrb_unseal(struct ckrb_context *c, void *message, size_t before, size_t length, size_t after,
		 const void *signature, size_t signature_length)
{
	gss_iov_buffer_desc iov[4];
	/* libgssapi turns the signature's bytes round in place; it is the caller's own input. */
	int n = buffers(iov, message, before, length, after, (void *)signature, signature_length), sealed = 0;
	OM_uint32 minor;

	return c->k->gss_unwrap_iov(&minor, c->gss, &sealed, NULL, iov, n) == GSS_S_COMPLETE && sealed != 0;
}
