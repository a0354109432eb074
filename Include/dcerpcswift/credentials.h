/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * credentials.h - who logs on, and what protects the calls.
 *
 * A binding with credentials, dcerpc_binding_set_credentials(), makes connections that authenticate and protect every
 * request and response: at least against changes (integrity), unless the binding's options name another level. Nothing
 * ever falls to a lower level: a server that does not take part is refused, and every response's signature is verified.
 *
 * Options of a binding (binding.h), of which one may be given:
 *
 *   connect  the client authenticates, calls are not protected at all
 *   packet   as sign, which is how servers treat it
 *   sign     requests and responses are signed: the default with credentials
 *   seal     they are signed and encrypted
 *
 * and of the mechanism:
 *
 *   ntlm      NTLMSSP: NTLMv2, with 128 bit, key exchange and an integrity code over the whole exchange
 *   krb5      Kerberos ([MS-KILE]), both sides proving who they are
 *   spnego    the negotiation of mechanisms (RFC 4178, [MS-SPNG]), which offers Kerberos where there is a ticket for the
 *             server, and NTLMSSP; with "ntlm" or "krb5" that one alone. This is the default, but NTLMSSP without
 *             SPNEGO for credentials of nobody
 *   schannel  a secure channel, netlogon.h
 *
 * A binding with one of these options and without credentials connects nowhere.
 *
 * Kerberos is MIT's library, which is loaded when it is first needed; where it is not installed Kerberos is not there.
 * Its files are used as everywhere: krb5.conf, KRB5_CONFIG, KRB5CCNAME, KRB5_KTNAME. KDCs are asked over TCP from the
 * caller's loop, so a dead one costs this connect its time (5 seconds for each address) and nothing else: those that
 * krb5.conf names, or else those of the DNS. The service is "host/" and the binding's "target_hostname", or
 * "target_principal". Tickets are kept in memory, for all connections of the same credentials.
 *
 * Credentials and the keys made from them are kept in memory that is overwritten when it is freed; copies that libkrb5
 * has are its own business. Credentials and all bindings and connections that have them, which share their tickets,
 * belong to one thread at a time.
 */
#ifndef DCERPCSWIFT_CREDENTIALS_H
#define DCERPCSWIFT_CREDENTIALS_H

#include <talloc.h>
#include "binding.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct dcerpc_credentials;

/** Protection levels ([MS-RPCE] 2.2.1.1.8), as servers see them. */
#define DCERPC_LEVEL_NONE 1u      /**< no authentication */
#define DCERPC_LEVEL_CONNECT 2u   /**< "connect" */
#define DCERPC_LEVEL_PACKET 4u    /**< "packet" */
#define DCERPC_LEVEL_INTEGRITY 5u /**< "sign" */
#define DCERPC_LEVEL_PRIVACY 6u   /**< "seal" */

/** Security mechanisms ([MS-RPCE] 2.2.1.1.7). */
#define DCERPC_MECHANISM_NONE 0u
#define DCERPC_MECHANISM_SPNEGO 9u /**< SPNEGO, whatever it has negotiated */
#define DCERPC_MECHANISM_NTLM 10u
#define DCERPC_MECHANISM_KERBEROS 16u
#define DCERPC_MECHANISM_SCHANNEL 68u

/** Credentials of nobody (anonymous), child of mem_ctx; NULL when out of memory. Some servers want nobody's calls signed or
 *  sealed, which they are, with a key that everybody knows: that protects nothing. */
struct dcerpc_credentials *dcerpc_credentials_create(TALLOC_CTX *mem_ctx);

/** Makes the credentials anonymous again: no user, no domain, no password. dcerpc_credentials_set_kerberos()'s policy stays. */
NTSTATUS dcerpc_credentials_set_anonymous(struct dcerpc_credentials *c);

/**
 * The account, its domain, and the name of the client's computer, which servers only log: UTF-8. The default is empty;
 * servers take an empty domain for their own.
 *
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, not UTF-8, or longer than 512 bytes
 */
NTSTATUS dcerpc_credentials_set_user(struct dcerpc_credentials *c, const char *user);
NTSTATUS dcerpc_credentials_set_domain(struct dcerpc_credentials *c, const char *domain);
NTSTATUS dcerpc_credentials_set_workstation(struct dcerpc_credentials *c, const char *workstation);

/** The password, UTF-8; it may be empty. Statuses as dcerpc_credentials_set_user(). */
NTSTATUS dcerpc_credentials_set_password(struct dcerpc_credentials *c, const char *password);

/** The NT hash in the place of the password: MD4 of the password in UTF-16LE, 16 bytes. */
NTSTATUS dcerpc_credentials_set_nt_hash(struct dcerpc_credentials *c, const uint8_t hash[16]);

/**
 * Whether NTLM proves the password with NTLMv1 ([MS-NLMP] 3.3.1, with extended session security), for servers that know
 * nothing better: it is DES, and who hears it can have the NT hash. Not at first. NT_STATUS_INVALID_PARAMETER: NULL.
 */
NTSTATUS dcerpc_credentials_set_ntlmv1(struct dcerpc_credentials *c, bool use);

/**
 * The Kerberos realm; "" is the default: a domain with a dot in capitals, else krb5.conf's default_realm unless its first
 * label is another domain than the one that is set. An account with "@" in its name is an enterprise name of that realm.
 */
NTSTATUS dcerpc_credentials_set_realm(struct dcerpc_credentials *c, const char *realm);

/** Whether Kerberos is used where the binding's options leave it open. */
#define DCERPC_KERBEROS_OFF 0u
#define DCERPC_KERBEROS_DESIRED 1u  /**< where there is a ticket: the default. A password that a KDC has refused is not tried again with NTLM */
#define DCERPC_KERBEROS_REQUIRED 2u /**< or the connect fails */
/** @retval NT_STATUS_INVALID_PARAMETER  NULL, or no DCERPC_KERBEROS_* */
NTSTATUS dcerpc_credentials_set_kerberos(struct dcerpc_credentials *c, uint32_t policy);

/**
 * Kerberos keys from a keytab in the place of a password, "FILE:/etc/krb5.keytab"; NULL is the environment's. The user
 * is that of its first entry unless one is set. Where a password is set as well, in whichever order, NTLM uses that.
 * @retval NT_STATUS_INVALID_PARAMETER  c is NULL, not UTF-8, or longer than 4096 bytes
 */
NTSTATUS dcerpc_credentials_set_keytab(struct dcerpc_credentials *c, const char *keytab);

/**
 * Tickets that somebody else has got: a credential cache, "FILE:/tmp/krb5cc_0"; NULL is the environment's. It is read
 * at the first connect, and again when its ticket-granting ticket has ended or after this function, and not changed. A
 * user that is set has to be its owner. Statuses as dcerpc_credentials_set_keytab().
 */
NTSTATUS dcerpc_credentials_set_ccache(struct dcerpc_credentials *c, const char *ccache);

/**
 * Tickets of a credential of GSSAPI (MIT's, gss_cred_id_t), as a server gets it by delegation; they are copied. Statuses
 * as dcerpc_connect_recv()'s for Kerberos, for a credential that has none.
 */
struct gss_cred_id_struct;
NTSTATUS dcerpc_credentials_set_gss_credential(struct dcerpc_credentials *c, struct gss_cred_id_struct *cred);

/** The account of a member computer: the user COMPUTER$, and the workstation. @retval NT_STATUS_INVALID_PARAMETER  NULL,
 *  not UTF-8, empty, longer than 64 bytes, or with the "$" */
NTSTATUS dcerpc_credentials_set_machine_account(struct dcerpc_credentials *c, const char *computer);

/**
 * What the environment says, as Samba's tools read it: USER or LOGNAME, "[DOMAIN\]user[%password]", and PASSWD; without
 * a password the environment's credential cache. What was set before is forgotten, but dcerpc_credentials_set_kerberos()'s
 * policy. Statuses as dcerpc_credentials_set_user().
 */
NTSTATUS dcerpc_credentials_set_from_environment(struct dcerpc_credentials *c);

/**
 * Connections of the binding use `c` from now on, as it is now: later changes of `c` do not matter, and it may be freed.
 * Copies of the binding have them too; binding strings do not show them.
 *
 * dcerpc_connect_recv() then also returns:
 *   NT_STATUS_RPC_SEC_PKG_ERROR     the server takes no part in the exchange, or will not have the protection that is
 *                                   asked for, or somebody has changed the exchange
 *   NT_STATUS_ACCESS_DENIED         the server does not know the mechanism
 *   NT_STATUS_INVALID_PARAMETER_MIX a level or a mechanism without credentials, "schannel" without a secure channel,
 *                                   "schannel" with "connect", or "ntlm" with tickets alone
 *   NT_STATUS_LOGON_FAILURE         SPNEGO: the server has refused the account; Kerberos: the KDC the password
 * and for Kerberos:
 *   NT_STATUS_NO_SUCH_USER, NT_STATUS_ACCOUNT_EXPIRED, NT_STATUS_ACCOUNT_DISABLED, NT_STATUS_PASSWORD_EXPIRED, and, where
 *                                   the KDC says more than its error code can ([MS-KILE] 2.2.2), NT_STATUS_ACCOUNT_LOCKED_OUT,
 *                                   NT_STATUS_PASSWORD_MUST_CHANGE, NT_STATUS_INVALID_LOGON_HOURS, _INVALID_WORKSTATION or
 *                                   _ACCOUNT_RESTRICTION
 *   NT_STATUS_INVALID_COMPUTER_NAME the KDC does not know the service principal
 *   NT_STATUS_TIME_DIFFERENCE_AT_DC this clock and the KDC's differ too much
 *   NT_STATUS_RPC_SEC_PKG_ERROR     the server refuses a ticket: it has another key than the service principal, or another
 *                                   time. Servers do not say which; Samba's refuses with NT_STATUS_RPC_PROTOCOL_ERROR
 *   NT_STATUS_NO_SUCH_DOMAIN        no realm is known, or no KDC of it
 *   NT_STATUS_NO_LOGON_SERVERS      no KDC answers
 *   NT_STATUS_NO_SUCH_FILE          the keytab or the credential cache is not there, or has nothing for the user
 *   NT_STATUS_NETWORK_SESSION_EXPIRED  the tickets of the cache have expired, or do within a minute
 *   NT_STATUS_KDC_UNKNOWN_ETYPE     no encryption type that both sides have
 *   NT_STATUS_DLL_NOT_FOUND         libkrb5 or libgssapi_krb5 is not installed
 * dcerpc_binding_connect_error() has a line about it.
 *
 * With "ntlm" and "krb5" the server does not answer the last message of the exchange, so a password that an NTLM server
 * refuses shows in the first call on the handle: NT_STATUS_LOGON_FAILURE, and the connection is over. Other calls on such a connection end with
 * NT_STATUS_RPC_SEC_PKG_ERROR when a response is not what the server has signed; the connection is over then too.
 *
 * @param c  NULL: no credentials any more
 * @retval NT_STATUS_INVALID_PARAMETER  b is NULL, or `c` has a user and nothing that proves it
 */
NTSTATUS dcerpc_binding_set_credentials(struct dcerpc_binding *b, const struct dcerpc_credentials *c);

#ifdef __cplusplus
}
#endif

#endif
