/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * library.h - the functions of libkrb5 and libgssapi_krb5 that are used, as a table that is filled when they are loaded.
 */
#ifndef CKERBEROS_LIBRARY_H
#define CKERBEROS_LIBRARY_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <profile.h>

#include "kerberos.h"

#define CKRB_KRB5_FUNCTIONS(F)											       \
	F(krb5_init_context) F(krb5_free_context) F(krb5_get_error_message) F(krb5_free_error_message)		       \
	F(krb5_parse_name_flags) F(krb5_unparse_name) F(krb5_free_unparsed_name) F(krb5_free_principal)		       \
	F(krb5_copy_principal) F(krb5_principal_compare) F(krb5_set_principal_realm) F(krb5_get_default_realm)	       \
	F(krb5_free_default_realm) F(krb5_cc_new_unique) F(krb5_cc_resolve) F(krb5_cc_default) F(krb5_cc_close)	       \
	F(krb5_cc_destroy) F(krb5_cc_initialize) F(krb5_cc_store_cred) F(krb5_cc_get_principal)			       \
	F(krb5_cc_start_seq_get) F(krb5_cc_next_cred) F(krb5_cc_end_seq_get) F(krb5_free_cred_contents)		       \
	F(krb5_timeofday) F(krb5_get_init_creds_opt_alloc) F(krb5_get_init_creds_opt_free)			       \
	F(krb5_get_init_creds_opt_set_canonicalize) F(krb5_get_init_creds_opt_set_out_ccache)			       \
	F(krb5_get_init_creds_opt_set_etype_list) F(krb5_init_creds_init) F(krb5_init_creds_set_password)	       \
	F(krb5_init_creds_set_keytab) F(krb5_init_creds_step) F(krb5_init_creds_free) F(krb5_tkt_creds_init)	       \
	F(krb5_tkt_creds_step) F(krb5_tkt_creds_get_creds) F(krb5_tkt_creds_free) F(krb5_free_data_contents)	       \
	F(krb5_kt_resolve) F(krb5_kt_default) F(krb5_kt_close) F(krb5_kt_add_entry) F(krb5_kt_start_seq_get)	       \
	F(krb5_kt_next_entry) F(krb5_kt_end_seq_get) F(krb5_free_keytab_entry_contents) F(krb5_get_profile)	       \
	F(profile_get_values) F(profile_get_boolean) F(profile_free_list) F(profile_release)

#define CKRB_GSS_FUNCTIONS(F)											       \
	F(gss_import_name) F(gss_release_name) F(gss_display_name) F(gss_store_cred_into) F(gss_release_cred)	       \
	F(gss_init_sec_context) F(gss_accept_sec_context) F(gss_delete_sec_context) F(gss_release_buffer)	       \
	F(gss_get_mic) F(gss_verify_mic) F(gss_get_mic_iov_length) F(gss_wrap_iov) F(gss_wrap_iov_length)	       \
	F(gss_unwrap_iov) F(gss_inquire_sec_context_by_oid) F(gss_release_buffer_set) F(gss_get_name_attribute)	       \
	F(gss_set_cred_option) F(gss_krb5_import_cred)

struct ckrb_library {
#define CKRB_MEMBER(name) __typeof__(&name) name;
	CKRB_KRB5_FUNCTIONS(CKRB_MEMBER)
	CKRB_GSS_FUNCTIONS(CKRB_MEMBER)
#undef CKRB_MEMBER
};

/** NULL when the libraries are not there, or lack something. */
const struct ckrb_library *ckrb_library(void);
/** The same without loading them. */
const struct ckrb_library *ckrb_loaded_library(void);

/** A code of our own for that. */
#define CKRB_CODE_NO_LIBRARY (-1)

/** 1.2.840.113554.1.2.2 */
extern gss_OID_desc ckrb_krb5_mechanism;

/** The com_err code for a GSS status. */
int32_t ckrb_gss_code(OM_uint32 major, OM_uint32 minor);

/** Whether the keytab has a key, of `principal` or, for NULL, of anybody: libkrb5 and GSS find that out when it is late. */
krb5_error_code ckrb_find_key(const struct ckrb_library *k, krb5_context context, krb5_keytab keytab,
			      krb5_const_principal principal);

/* Shared between the files */
struct ckrb_tickets {
	const struct ckrb_library *k;
	krb5_context context;
	krb5_ccache cache;  /* this one's, of this operation alone */
	krb5_ccache shared; /* or NULL */
	struct ckrb_shared *sharing;
	krb5_principal client, service;
	krb5_keytab keytab;
	krb5_get_init_creds_opt *options;
	krb5_init_creds_context as;
	krb5_tkt_creds_context tgs;
	krb5_data message, realm;
	char *realm_text;
	char *service_text; /* once the ticket is there */
};

/** Whether it has a minute left, which is longer than a connect takes: where a ticket has ended meanwhile libgssapi would
 *  ask a KDC itself, and the caller's loop would wait for that. */
bool ckrb_is_lasting(const krb5_creds *creds, krb5_timestamp now);
/** Copies what is of use: tickets for services that are about to end are got anew. */
krb5_error_code ckrb_copy_tickets(struct ckrb_tickets *t, krb5_ccache from, krb5_ccache to);

/** `s` may be NULL. */
krb5_error_code ckrb_shared_open(struct ckrb_tickets *t, struct ckrb_shared *s);
/** Whether the shared cache has what is needed; it is copied then. */
bool ckrb_shared_take(struct ckrb_tickets *t);
/** What was got is kept for the next time, `added` (or NULL) too. That this fails costs that time only. */
void ckrb_shared_store(struct ckrb_tickets *t, krb5_creds *added);

#endif
