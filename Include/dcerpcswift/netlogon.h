/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * netlogon.h - secure channels of the net logon service ([MS-NRPC]), and Schannel.
 *
 * A member of a domain and a domain controller share the password of the member's machine account. With two calls of
 * netlogon, NetrServerReqChallenge and NetrServerAuthenticate3, they make a session key of it:
 * dcerpc_netlogon_authenticate(). What comes out, a struct dcerpc_netlogon_creds, does two things then: it makes the
 * authenticators that further calls of netlogon carry, and it protects whole connections. For the latter, give it to the
 * credentials of a binding that has the option "schannel":
 *
 *   dcerpc_netlogon_authenticate(mem_ctx, h, machine, SEC_CHAN_WKSTA, 0, &creds);
 *   dcerpc_credentials_set_netlogon_creds(machine, creds);
 *   dcerpc_binding_set_credentials(b, machine);       b: "ncacn_ip_tcp:dc.example.com[schannel,seal]"
 *   dcerpc_connect(mem_ctx, b, &ndr_table_lsarpc, &h2);
 *
 * Keys are made with HMAC-SHA256 and messages protected with AES; a peer that has only MD5 and RC4 is refused unless
 * DCERPC_NETLOGON_ALLOW_MD5 says otherwise, one that has only DES always (CVE-2022-38023). Schannel protects messages
 * at least with signatures (CVE-2016-2111). Calls on a connection with Schannel are made one after the other: one number
 * counts the messages of both directions.
 *
 * Keys lie in memory that is overwritten when it is freed. A struct dcerpc_netlogon_creds belongs to one thread at a
 * time.
 */
#ifndef DCERPCSWIFT_NETLOGON_H
#define DCERPCSWIFT_NETLOGON_H

#include <talloc.h>
#include "client.h"
#include "credentials.h"
#include "server.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct dcerpc_netlogon_creds;

/** Flag: keys made with MD5 and messages protected with RC4 will do. */
#define DCERPC_NETLOGON_ALLOW_MD5 0x00000001u

/** Bits of negotiate_flags ([MS-NRPC] 3.1.4.2) that decide about keys. */
#define DCERPC_NETLOGON_NEG_ARCFOUR 0x00000004u
#define DCERPC_NETLOGON_NEG_STRONG_KEYS 0x00004000u
#define DCERPC_NETLOGON_NEG_SUPPORTS_AES 0x01000000u
#define DCERPC_NETLOGON_NEG_AUTHENTICATED_RPC 0x40000000u
/** What a client of today asks for: all that Windows Server 2012 has. */
#define DCERPC_NETLOGON_NEG_DEFAULT 0x612fffffu

/* --- The client ------------------------------------------------------------------------------------------------- */

/**
 * Establishes a secure channel: NetrServerReqChallenge and NetrServerAuthenticate3 (opnums 4 and 26).
 *
 * @param h             a handle that is bound to netlogon, with whatever generated table; no protection is needed
 * @param c             the machine account: user ("WS$"), password or NT hash, and as workstation the computer's name;
 *                      without one, the user without its "$"
 * @param channel_type  NETLOGON_SECURE_CHANNEL_TYPE ([MS-NRPC] 2.2.1.3.13): 2 for members, 6 for domain controllers
 * @param flags         DCERPC_NETLOGON_ALLOW_MD5 or 0
 * @return a request, child of mem_ctx; NULL when out of memory
 */
struct tevent_req *dcerpc_netlogon_authenticate_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						     struct dcerpc_binding_handle *h,
						     const struct dcerpc_credentials *c, uint16_t channel_type,
						     uint32_t flags);
/**
 * @param[out] creds  child of mem_ctx
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER     NULL, an unknown flag, credentials without a user or a secret
 * @retval NT_STATUS_INVALID_PARAMETER_MIX the handle is not bound to netlogon
 * @retval NT_STATUS_ACCESS_DENIED         the server says that the password is wrong, or refuses weak keys
 * @retval NT_STATUS_NO_TRUST_SAM_ACCOUNT  the server does not know the account
 * @retval NT_STATUS_DOWNGRADE_DETECTED    the server would only make weak keys
 * @retval NT_STATUS_LOGON_FAILURE         the server has not proved that it knows the password
 * Others: what the server's function returns, and those of dcerpc_binding_handle_call_recv().
 */
NTSTATUS dcerpc_netlogon_authenticate_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
					   struct dcerpc_netlogon_creds **creds);
/** The same, waiting. */
NTSTATUS dcerpc_netlogon_authenticate(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h,
				      const struct dcerpc_credentials *c, uint16_t channel_type, uint32_t flags,
				      struct dcerpc_netlogon_creds **creds);

/**
 * Bindings with "schannel" that get these credentials use the secure channel.
 *
 * @param creds  shared with `c`, which keeps what it needs; NULL: none any more
 * @retval NT_STATUS_INVALID_PARAMETER  c is NULL
 */
NTSTATUS dcerpc_credentials_set_netlogon_creds(struct dcerpc_credentials *c, struct dcerpc_netlogon_creds *creds);

/* --- The computation, for who makes or serves the calls himself ------------------------------------------------- */

/** 8 random bytes that are fit for a challenge. NT_STATUS_INSUFFICIENT_RESOURCES: the kernel has none. */
NTSTATUS dcerpc_netlogon_creds_random_challenge(uint8_t challenge[8]);
/** Whether a server may take a client's challenge: not when its first five bytes are the same (CVE-2020-1472). */
bool dcerpc_netlogon_creds_is_random_challenge(const uint8_t challenge[8]);

/**
 * The client's side, from the two challenges and the password ([MS-NRPC] 3.1.4.3 and 3.1.4.4).
 *
 * @param nt_hash          MD4 of the machine password in UTF-16LE
 * @param negotiate_flags  what both sides have
 * @param flags            DCERPC_NETLOGON_ALLOW_MD5 or 0
 * @param[out] credential  for NetrServerAuthenticate3
 * @param[out] creds       child of mem_ctx
 * @retval NT_STATUS_INVALID_PARAMETER   NULL, not UTF-8, an unknown flag
 * @retval NT_STATUS_DOWNGRADE_DETECTED  negotiate_flags means weak keys
 */
NTSTATUS dcerpc_netlogon_creds_client_init(TALLOC_CTX *mem_ctx, const char *account, const char *computer,
					   uint16_t channel_type, const uint8_t client_challenge[8],
					   const uint8_t server_challenge[8], const uint8_t nt_hash[16],
					   uint32_t negotiate_flags, uint32_t flags, uint8_t credential[8],
					   struct dcerpc_netlogon_creds **creds);

/**
 * The server's side, when the client's credential is right.
 *
 * @param credential_in        what the client sent with NetrServerAuthenticate3
 * @param[out] credential_out  the server's answer
 * Statuses as dcerpc_netlogon_creds_client_init(), and
 * @retval NT_STATUS_ACCESS_DENIED  the credential is wrong, or the client's challenge is weak (CVE-2020-1472)
 */
NTSTATUS dcerpc_netlogon_creds_server_init(TALLOC_CTX *mem_ctx, const char *account, const char *computer,
					   uint16_t channel_type, const uint8_t client_challenge[8],
					   const uint8_t server_challenge[8], const uint8_t nt_hash[16],
					   const uint8_t credential_in[8], uint32_t negotiate_flags, uint32_t flags,
					   uint8_t credential_out[8], struct dcerpc_netlogon_creds **creds);

/**
 * The next NETLOGON_AUTHENTICATOR of the client ([MS-NRPC] 3.1.4.5): a credential and a time, which never goes back.
 * NT_STATUS_INVALID_PARAMETER: NULL.
 */
NTSTATUS dcerpc_netlogon_creds_client_authenticator(struct dcerpc_netlogon_creds *creds, uint8_t credential[8],
						    uint32_t *timestamp);
/** Whether the server's credential, or the one of its return authenticator, is right. Compared in constant time. */
bool dcerpc_netlogon_creds_client_check(struct dcerpc_netlogon_creds *creds, const uint8_t credential[8]);
/**
 * Checks a client's authenticator and computes the answer to it. Where it is wrong nothing changes.
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 * @retval NT_STATUS_ACCESS_DENIED      it is not the next authenticator of this client
 */
NTSTATUS dcerpc_netlogon_creds_server_step_check(struct dcerpc_netlogon_creds *creds, const uint8_t credential[8],
						 uint32_t timestamp, uint8_t return_credential[8]);

/** What both sides have agreed on; 0 for NULL. */
uint32_t dcerpc_netlogon_creds_negotiate_flags(const struct dcerpc_netlogon_creds *creds);
/** The type of the channel; 0 for NULL. */
uint32_t dcerpc_netlogon_creds_channel_type(const struct dcerpc_netlogon_creds *creds);
/** Names; they belong to the handle. NULL for NULL, or out of memory. */
const char *dcerpc_netlogon_creds_computer_name(struct dcerpc_netlogon_creds *creds);
const char *dcerpc_netlogon_creds_account_name(struct dcerpc_netlogon_creds *creds);
/** The session key. NT_STATUS_INVALID_PARAMETER: NULL. */
NTSTATUS dcerpc_netlogon_creds_session_key(const struct dcerpc_netlogon_creds *creds, uint8_t key[16]);

/**
 * What calls carry encrypted with the session key: new passwords, keys of logons ([MS-NRPC] 3.5.4.4.5, 2.2.1.4.12).
 * AES-128 in CFB8 mode with a zero initialisation vector, or RC4; in place. NT_STATUS_INVALID_PARAMETER: NULL.
 */
NTSTATUS dcerpc_netlogon_creds_encrypt(const struct dcerpc_netlogon_creds *creds, uint8_t *data, size_t length);
NTSTATUS dcerpc_netlogon_creds_decrypt(const struct dcerpc_netlogon_creds *creds, uint8_t *data, size_t length);

/* --- The server ------------------------------------------------------------------------------------------------- */

/**
 * Lets clients protect their connections with Schannel, once they have established a secure channel: a manager of
 * netlogon makes its side of it with dcerpc_netlogon_creds_server_init() and hands it to
 * dcerpc_server_store_netlogon_creds(). A client that names another domain or an unknown computer, has only weak keys,
 * or would not sign is refused. Called again, it forgets the channels that were stored.
 *
 * @param domain, dns_domain  what clients may name, UTF-8
 * @param flags               DCERPC_NETLOGON_ALLOW_MD5 or 0
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, not UTF-8, an unknown flag
 */
NTSTATUS dcerpc_server_enable_schannel(struct dcerpc_server_context *server, const char *domain,
				       const char *dns_domain, uint32_t flags);

/** The most secure channels that a server remembers; the one that was stored first goes then. */
#define DCERPC_SERVER_MAX_NETLOGON_CREDS 4096u

/**
 * Remembers a secure channel by its computer's name, in the place of an earlier one. The server shares it with the
 * caller: authenticators that either side checks move the same chain on.
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or Schannel is not enabled
 */
NTSTATUS dcerpc_server_store_netlogon_creds(struct dcerpc_server_context *server, struct dcerpc_netlogon_creds *creds);

/**
 * The secure channel of a computer, whatever the case of its name.
 * @param[out] creds  child of mem_ctx
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or Schannel is not enabled
 * @retval NT_STATUS_NOT_FOUND
 */
NTSTATUS dcerpc_server_fetch_netlogon_creds(struct dcerpc_server_context *server, const char *computer,
					    TALLOC_CTX *mem_ctx, struct dcerpc_netlogon_creds **creds);

/* --- Members of a domain ---------------------------------------------------------------------------------------- */

/**
 * Lets clients authenticate with NTLMSSP as dcerpc_server_enable_ntlm() does, with accounts that a domain controller
 * knows: it checks each logon with NetrLogonSamLogonEx (opnum 39) on `h`, and says who the client is, and its groups
 * (dcerpc_call_handle_sids()). Nothing waits for it but the client that logs on. When the controller refuses the logon or
 * `h` is disconnected, the client is refused; set another handle then. So is whom the controller makes a guest: nothing
 * would be proved or protected.
 *
 * @param domain, computer  NetBIOS names of the domain and of the machine account of the secure channel (without its
 *                          "$"): a controller refuses proofs that were made for another server
 * @param h                 bound to netlogon and protected by Schannel; kept by the server until another is set
 * @retval NT_STATUS_INVALID_PARAMETER      NULL, not UTF-8
 * @retval NT_STATUS_INVALID_PARAMETER_MIX  the handle is not bound to netlogon, or not over Schannel
 */
NTSTATUS dcerpc_server_enable_ntlm_pass_through(struct dcerpc_server_context *server, const char *domain,
						const char *computer, struct dcerpc_binding_handle *h);

/**
 * The SIDs of the client: the account, its primary group, other groups, and what else it has, in this order.
 * @param[out] count  how many
 * @return an array that belongs to the call; NULL and 0 where nobody has said, or out of memory
 */
const struct dom_sid *dcerpc_call_handle_sids(struct dcerpc_call_handle *call, uint32_t *count);

#ifdef __cplusplus
}
#endif

#endif
