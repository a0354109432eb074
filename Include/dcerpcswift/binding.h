/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * binding.h - where a server is and how to talk to it.
 *
 * A binding is what a binding string says (C706 appendix N, [MS-RPCE] 2.1):
 *
 *   [object-uuid@]protocol-sequence:[host][[endpoint][,option[=value]]...]
 *   ncacn_ip_tcp:192.0.2.1[135]     ncacn_ip_tcp:server.example.com[49152,ndr64]     ncacn_ip_tcp:fe80::1%eth0
 *
 * The object is private: options are read and written by name, so a new one never changes the ABI.
 */
#ifndef DCERPCSWIFT_BINDING_H
#define DCERPCSWIFT_BINDING_H

#include <talloc.h>
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct dcerpc_binding;

/** Protocol sequences. The numbers are Samba's. */
#define DCERPC_TRANSPORT_UNKNOWN 0u
#define DCERPC_TRANSPORT_NCACN_NP 1u
#define DCERPC_TRANSPORT_NCACN_IP_TCP 2u
#define DCERPC_TRANSPORT_NCACN_IP_UDP 3u
#define DCERPC_TRANSPORT_NCALRPC 8u
#define DCERPC_TRANSPORT_NCACN_UNIX_STREAM 9u
#define DCERPC_TRANSPORT_NCACN_HTTP 11u

/* Flags: options without a value, dcerpc_binding_set_flags(). */
#define DCERPC_BINDING_PUSH_BIGENDIAN 0x00000001u /**< "bigendian": send big-endian */
#define DCERPC_BINDING_NDR64 0x00000002u          /**< "ndr64": offer NDR64 only */
#define DCERPC_BINDING_PADCHECK 0x00000004u       /**< "padcheck": check that padding bytes are zero */
#define DCERPC_BINDING_PRINT 0x00000008u          /**< "print": print arguments, see dcerpc_binding_handle_set_log_callback() */
#define DCERPC_BINDING_NDR32 0x00000010u          /**< "ndr32": offer NDR only; the default offers NDR and NDR64 */
#define DCERPC_BINDING_NO_MULTIPLEX 0x00000020u   /**< "nomultiplex": one call at a time on the connection */
#define DCERPC_BINDING_CONNECT 0x00000040u        /**< "connect": authenticate; calls are not protected */
#define DCERPC_BINDING_PACKET 0x00000080u         /**< "packet": as "sign" */
#define DCERPC_BINDING_SIGN 0x00000100u           /**< "sign": sign requests, verify responses */
#define DCERPC_BINDING_SEAL 0x00000200u           /**< "seal": sign and encrypt */
#define DCERPC_BINDING_NTLM 0x00000400u           /**< "ntlm": authenticate with NTLMSSP */
#define DCERPC_BINDING_SPNEGO 0x00000800u         /**< "spnego": negotiate the mechanism, credentials.h */
#define DCERPC_BINDING_KRB5 0x00001000u           /**< "krb5": authenticate with Kerberos */

#define DCERPC_BINDING_SCHANNEL 0x00004000u       /**< "schannel": authenticate with a secure channel, netlogon.h */
/** "noheadersigning": signatures do not cover PDU headers; for servers that get that wrong, and for tests */
#define DCERPC_BINDING_NO_HEADER_SIGNING 0x00008000u

/**
 * Reads a binding string.
 *
 * @param[out] b  child of mem_ctx
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, unknown protocol sequence, option, or a syntax error
 * @retval NT_STATUS_INVALID_PARAMETER_MIX  an endpoint or an option is given twice, "ndr32" and "ndr64" together, two of
 *         "connect", "packet", "sign" and "seal", two of "ntlm", "krb5" and "schannel", or "schannel" with "spnego"
 * @retval NT_STATUS_NOT_SUPPORTED  an option that asks for a version of SMB that this version of the library does not have: such an option is never just ignored
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_parse_binding(TALLOC_CTX *mem_ctx, const char *s, struct dcerpc_binding **b);

/** The binding as a string that dcerpc_parse_binding() reads back to an equal binding; a child of mem_ctx, or NULL
 *  when out of memory or b is NULL. */
char *dcerpc_binding_string(TALLOC_CTX *mem_ctx, const struct dcerpc_binding *b);

/** A copy, child of mem_ctx; NULL when out of memory or b is NULL. */
struct dcerpc_binding *dcerpc_binding_dup(TALLOC_CTX *mem_ctx, const struct dcerpc_binding *b);

/** DCERPC_TRANSPORT_*; DCERPC_TRANSPORT_UNKNOWN for NULL. */
uint32_t dcerpc_binding_get_transport(const struct dcerpc_binding *b);
/** @retval NT_STATUS_INVALID_PARAMETER  not a DCERPC_TRANSPORT_* */
NTSTATUS dcerpc_binding_set_transport(struct dcerpc_binding *b, uint32_t transport);

/** The DCERPC_BINDING_* flags. */
uint32_t dcerpc_binding_get_flags(const struct dcerpc_binding *b);
/** Sets and clears flags. @retval NT_STATUS_INVALID_PARAMETER  an unknown flag, or two that exclude each other; nothing
 *  is changed */
NTSTATUS dcerpc_binding_set_flags(struct dcerpc_binding *b, uint32_t additional, uint32_t clear);

/** The object UUID; nil when there is none. */
struct GUID dcerpc_binding_get_object(const struct dcerpc_binding *b);
/** Sets the object UUID that every request of the binding carries; the nil UUID removes it. */
NTSTATUS dcerpc_binding_set_object(struct dcerpc_binding *b, struct GUID object);

/** The interface that the binding is for; the nil syntax when unset. It selects the endpoint in the endpoint mapper. */
struct ndr_syntax_id dcerpc_binding_get_abstract_syntax(const struct dcerpc_binding *b);
NTSTATUS dcerpc_binding_set_abstract_syntax(struct dcerpc_binding *b, const struct ndr_syntax_id *syntax);

/** The association group that a bind asks to join; 0 makes a new one. "assoc_group_id=0x..." in the string. */
uint32_t dcerpc_binding_get_assoc_group_id(const struct dcerpc_binding *b);
NTSTATUS dcerpc_binding_set_assoc_group_id(struct dcerpc_binding *b, uint32_t assoc_group_id);

/**
 * An option's value as text, or NULL when it is not set. Names: "transport", "host", "endpoint", "target_hostname"
 * (the host when it is not set), "target_principal", "object", "abstract_syntax", "assoc_group_id", "localaddress",
 * "max_xmit_frag", "max_recv_frag", and every flag's name (its value is the name). Belongs to the binding; valid until
 * the option changes.
 */
const char *dcerpc_binding_get_string_option(const struct dcerpc_binding *b, const char *name);

/**
 * Sets an option; NULL removes it. "host" is an address or name, "endpoint" of ncacn_ip_tcp a port in decimal.
 * Another "transport" removes the endpoint and the association group, which belong to the one before.
 * @retval NT_STATUS_INVALID_PARAMETER  an unknown name or a value that it cannot have; nothing is changed
 * @retval NT_STATUS_INVALID_PARAMETER_MIX, NT_STATUS_NOT_SUPPORTED  as in dcerpc_parse_binding()
 */
NTSTATUS dcerpc_binding_set_string_option(struct dcerpc_binding *b, const char *name, const char *value);

#ifdef __cplusplus
}
#endif

#endif
