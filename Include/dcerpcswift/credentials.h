/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * credentials.h - who logs on, and what protects the calls.
 *
 * A binding with credentials, dcerpc_binding_set_credentials(), makes connections that authenticate with NTLMSSP
 * (NTLMv2 only, with 128 bit, key exchange and an integrity code over the whole exchange) and protect every request and
 * response: at least against changes (integrity), unless the binding's options name another level. Nothing ever falls
 * to a lower level: a server that does not take part is refused, and every response's signature is verified.
 *
 * Options of a binding (binding.h), of which one may be given:
 *
 *   connect  the client authenticates, calls are not protected at all
 *   packet   as sign, which is how servers treat it
 *   sign     requests and responses are signed: the default with credentials
 *   seal     they are signed and encrypted
 *
 * and "ntlm" (the default) or "schannel" (netlogon.h) names the mechanism. "spnego" puts the negotiation of mechanisms
 * around it (RFC 4178), which offers NTLMSSP alone so far. A binding with one of these options and without credentials
 * connects nowhere.
 *
 * Credentials and the keys made from them are kept in memory that is overwritten when it is freed. A password is hashed
 * when it is set and not kept. They belong to one thread at a time.
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
#define DCERPC_MECHANISM_SCHANNEL 68u

/** Credentials of nobody (anonymous), child of mem_ctx; NULL when out of memory. */
struct dcerpc_credentials *dcerpc_credentials_create(TALLOC_CTX *mem_ctx);

/** Makes the credentials anonymous again: no user, no domain, no password. */
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
 * Connections of the binding use `c` from now on, as it is now: later changes of `c` do not matter, and it may be freed.
 * Copies of the binding have them too; binding strings do not show them.
 *
 * dcerpc_connect_recv() then also returns:
 *   NT_STATUS_RPC_SEC_PKG_ERROR     the server takes no part in the exchange, or will not have the protection that is
 *                                   asked for, or somebody has changed the exchange
 *   NT_STATUS_ACCESS_DENIED         the server does not know the mechanism
 *   NT_STATUS_INVALID_PARAMETER_MIX a level or a mechanism without credentials, "schannel" without a secure channel, or
 *                                   "schannel" with "connect"
 *
 * An NTLM server does not answer the last message of the exchange, so a wrong password shows in the first call on the
 * handle: NT_STATUS_LOGON_FAILURE, and the connection is over. Other calls on such a connection end with
 * NT_STATUS_RPC_SEC_PKG_ERROR when a response is not what the server has signed; the connection is over then too.
 *
 * @param c  NULL: no credentials any more
 * @retval NT_STATUS_INVALID_PARAMETER  b is NULL, or `c` has a user and neither password nor hash
 */
NTSTATUS dcerpc_binding_set_credentials(struct dcerpc_binding *b, const struct dcerpc_credentials *c);

#ifdef __cplusplus
}
#endif

#endif
