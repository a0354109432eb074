// SPDX-License-Identifier: LGPL-3.0-or-later

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "library.h"

gss_OID_desc ckrb_krb5_mechanism = { 9, (void *)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02" };

static struct ckrb_library functions;
static bool is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The libraries stay for good: krb5 keeps state of its own per thread and process, and does not like to be unloaded. */
static void load(void)
{
	void *krb5 = dlopen("libkrb5.so.3", RTLD_NOW | RTLD_LOCAL);
	void *gss = dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_LOCAL);
	bool complete = krb5 != NULL && gss != NULL;

#define CKRB_LOAD(library, name)                                                                                       \
	if (complete) {                                                                                                \
		void *symbol = dlsym(library, #name);                                                                  \
		memcpy(&functions.name, &symbol, sizeof(symbol));                                                      \
		complete = symbol != NULL;                                                                             \
	}
#define CKRB_LOAD_KRB5(name) CKRB_LOAD(krb5, name)
#define CKRB_LOAD_GSS(name) CKRB_LOAD(gss, name)
	CKRB_KRB5_FUNCTIONS(CKRB_LOAD_KRB5)
	CKRB_GSS_FUNCTIONS(CKRB_LOAD_GSS)
	__atomic_store_n(&is_loaded, complete, __ATOMIC_RELEASE);
}

const struct ckrb_library *ckrb_library(void)
{
	pthread_once(&once, load);
	return is_loaded ? &functions : NULL;
}

const struct ckrb_library *ckrb_loaded_library(void)
{
	return __atomic_load_n(&is_loaded, __ATOMIC_ACQUIRE) ? &functions : NULL;
}

bool ckrb_available(void)
{
	return ckrb_library() != NULL;
}

enum ckrb_reason ckrb_reason(int32_t code)
{
	switch (code) {
	case CKRB_CODE_NO_LIBRARY: return CKRB_NO_LIBRARY;
	case 12 /* ENOMEM */: return CKRB_NO_MEMORY;
	case KRB5KDC_ERR_PREAUTH_FAILED:
	case KRB5KRB_AP_ERR_BAD_INTEGRITY: return CKRB_WRONG_PASSWORD;
	case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN: return CKRB_UNKNOWN_CLIENT;
	case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
	case KRB5KRB_AP_ERR_NOT_US:
	case KRB5KRB_AP_WRONG_PRINC: return CKRB_UNKNOWN_SERVICE;
	case KRB5KDC_ERR_NAME_EXP:
	case KRB5KDC_ERR_SERVICE_EXP: return CKRB_ACCOUNT_EXPIRED;
	case KRB5KDC_ERR_KEY_EXP: return CKRB_PASSWORD_EXPIRED;
	case KRB5KDC_ERR_CLIENT_REVOKED:
	case KRB5KDC_ERR_SERVICE_REVOKED:
	case KRB5KDC_ERR_POLICY: return CKRB_ACCOUNT_DISABLED;
	case KRB5KRB_AP_ERR_SKEW:
	case KRB5KRB_AP_ERR_TKT_NYV:
	case KRB5_KDCREP_SKEW: return CKRB_CLOCK_SKEW;
	case KRB5KDC_ERR_WRONG_REALM:
	case KRB5_REALM_UNKNOWN:
	case KRB5_CONFIG_NODEFREALM:
	case KRB5_REALM_CANT_RESOLVE:
	case KRB5_ERR_HOST_REALM_UNKNOWN: return CKRB_UNKNOWN_REALM;
	case KRB5_KDC_UNREACH: return CKRB_NO_KDC;
	case KRB5_CC_NOTFOUND:
	case KRB5_FCC_NOFILE:
	case KRB5_CC_FORMAT:
	case KRB5_CC_UNKNOWN_TYPE:
	case KRB5_KT_NOTFOUND:
	case KRB5_KT_UNKNOWN_TYPE:
	case KRB5_KT_BADNAME:
	case KRB5_KT_FORMAT:
	case KRB5_KEYTAB_BADVNO:
	case KRB5_KT_IOERR:
	case KRB5_FCC_PERM:
	case KRB5_CC_IO:
	case 2 /* ENOENT */:
	case 13 /* EACCES */:
	case 20 /* ENOTDIR */:
	case 21 /* EISDIR */: return CKRB_NO_CREDENTIALS;
	case KRB5KRB_AP_ERR_TKT_EXPIRED: return CKRB_TICKET_EXPIRED;
	case KRB5KDC_ERR_ETYPE_NOSUPP:
	case KRB5_PROG_ETYPE_NOSUPP:
	case KRB5KRB_AP_ERR_BADKEYVER:
	case KRB5KRB_AP_ERR_NOKEY: return CKRB_ENCRYPTION_TYPE;
	case KRB5_PARSE_MALFORMED:
	case KRB5_LNAME_NOTRANS: return CKRB_INVALID_NAME;
	case KRB5KRB_AP_ERR_MODIFIED:
	case KRB5KRB_AP_ERR_REPEAT:
	case KRB5KRB_AP_ERR_MUT_FAIL:
	case KRB5KRB_AP_ERR_BADORDER: return CKRB_TAMPERED;
	case ASN1_BAD_ID:
	case ASN1_OVERRUN:
	case ASN1_PARSE_ERROR:
	case KRB5KRB_AP_ERR_MSG_TYPE:
	case KRB5KRB_AP_ERR_BADVERSION: return CKRB_MALFORMED;
	default: return CKRB_OTHER;
	}
}

int32_t ckrb_gss_code(OM_uint32 major, OM_uint32 minor)
{
	if (GSS_ERROR(major) == 0) {
		return 0;
	}
	if (minor != 0) {
		return (int32_t)minor;
	}
	switch (GSS_ROUTINE_ERROR(major)) {
	case GSS_S_DEFECTIVE_TOKEN: return (int32_t)ASN1_PARSE_ERROR;
	case GSS_S_BAD_SIG: return (int32_t)KRB5KRB_AP_ERR_MODIFIED;
	case GSS_S_NO_CRED: return (int32_t)KRB5_KT_NOTFOUND;
	case GSS_S_BAD_NAME: return (int32_t)KRB5_PARSE_MALFORMED;
	case GSS_S_CREDENTIALS_EXPIRED: return (int32_t)KRB5KRB_AP_ERR_TKT_EXPIRED;
	default: return (int32_t)KRB5KRB_ERR_GENERIC;
	}
}
