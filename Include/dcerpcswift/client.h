/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * client.h - connections and calls.
 *
 * A struct dcerpc_binding_handle is one presentation context of one connection: an interface, ready to be called.
 * Make one with dcerpc_connect() or dcerpc_connect_send()/_recv(), call it through generated stubs, and let
 * talloc_free() close it.
 *
 * Calls come in two forms. `_send` returns a tevent_req that the caller's own loop completes; many can be in flight
 * on one handle, and answers are taken in whatever order they come. The synchronous form drives the connection with
 * poll(2) by itself: it never runs the caller's loop, so no other handler of the program runs meanwhile. Answers to
 * pending asynchronous calls that arrive during a synchronous one are delivered from their loop later.
 *
 * Everything may be freed at any time: a request half-way (the call is abandoned, its answer ignored), a handle in
 * the callback of its own request (its other requests end with NT_STATUS_LOCAL_DISCONNECT), the loop before the
 * handle (calls on it end then). A handle belongs to one thread; after fork() the child may only free it.
 */
#ifndef DCERPCSWIFT_CLIENT_H
#define DCERPCSWIFT_CLIENT_H

#include <talloc.h>
#include "binding.h"
#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tevent_context;
struct tevent_req;
struct dcerpc_binding_handle;

/* --- Connecting ------------------------------------------------------------------------------------------------- */

/**
 * Connects to the server of a binding and binds one interface.
 *
 * On the wire: where the binding has no endpoint, a connection to the server's endpoint mapper (TCP 135) asks for it
 * with ept_map (C706 appendix O); then a TCP connection, bind with the interface as presentation context 0, NDR and
 * NDR64 and the bind time features offered ([MS-RPCE] 3.3.1.5.3), and bind_ack. Host names are resolved without
 * blocking the loop; addresses are tried in order.
 *
 * @param b      copied; "host" is needed
 * @param table  the interface, from a generated header; must outlive the handle
 * @return a request, child of mem_ctx, or NULL when out of memory. It fails after 60 seconds,
 *         or when tevent_req_set_endtime() says.
 */
struct tevent_req *dcerpc_connect_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
				       const struct dcerpc_binding *b, const struct ndr_interface_table *table);

/**
 * @param[out] h  child of mem_ctx
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_INVALID_PARAMETER  a NULL argument, or a broken table
 * @retval NT_STATUS_REVISION_MISMATCH  the table was made by a newer dcerpc-idl
 * @retval NT_STATUS_NOT_SUPPORTED      a protocol sequence that this version does not have
 * @retval NT_STATUS_RPC_NO_ENDPOINT_FOUND  the endpoint mapper does not know the interface
 * @retval NT_STATUS_BAD_NETWORK_PATH   the host name does not resolve
 * @retval NT_STATUS_CONNECTION_REFUSED, NT_STATUS_HOST_UNREACHABLE, NT_STATUS_NETWORK_UNREACHABLE
 * @retval NT_STATUS_RPC_UNKNOWN_IF     the server does not serve the interface (abstract syntax not supported)
 * @retval NT_STATUS_RPC_UNSUPPORTED_TRANS_SYN  it serves it with no transfer syntax that was offered
 * @retval NT_STATUS_RPC_PROTOCOL_ERROR, NT_STATUS_CONNECTION_DISCONNECTED, NT_STATUS_IO_TIMEOUT, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_connect_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle **h);

/** The same, waiting; no loop is run. */
NTSTATUS dcerpc_connect(TALLOC_CTX *mem_ctx, const struct dcerpc_binding *b, const struct ndr_interface_table *table,
			struct dcerpc_binding_handle **h);

/**
 * One line on why the last connect, or dcerpc_secondary_auth_context(), with `b` has failed: which name has no address,
 * what the KDC has said, why the server has refused the bind, what did not come in time. "" where nothing has failed, for
 * NULL, and where the status says everything. Belongs to the binding, valid until its next connect has ended.
 */
const char *dcerpc_binding_connect_error(const struct dcerpc_binding *b);

/**
 * Binds another interface on the connection of `h` (alter_context, C706 12.6.4.1). The connection stays open as
 * long as one of its handles lives. Statuses as dcerpc_connect_recv(); what the server does not answer ends with
 * NT_STATUS_IO_TIMEOUT after the time that the calls of `h` have.
 */
struct tevent_req *dcerpc_secondary_context_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						 struct dcerpc_binding_handle *h,
						 const struct ndr_interface_table *table);
NTSTATUS dcerpc_secondary_context_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				       struct dcerpc_binding_handle **h2);
NTSTATUS dcerpc_secondary_context(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h,
				  const struct ndr_interface_table *table, struct dcerpc_binding_handle **h2);

/**
 * Binds an interface on the connection of `h` for calls of somebody else, or with other protection: alter_context begins
 * a further security context ([MS-RPCE] 3.3.1.5.3). Each call is made by whoever its handle was made for; the handles of
 * one connection may be used in any order and at the same time. dcerpc_secondary_context() of the new handle makes
 * contexts that are protected as it is.
 *
 * @param b      has the credentials (dcerpc_binding_set_credentials()) and the options that name level and mechanism; where
 *               the server is does not count
 * @param table  the interface, which may be that of `h`; must outlive the handle
 * Statuses as dcerpc_connect_recv(), and
 * @retval NT_STATUS_INVALID_PARAMETER_MIX  `b` has no credentials; or Schannel is wanted, whose calls take turns, and the
 *                                          connection was bound without "nomultiplex"; or "connect", and it was bound
 *                                          without credentials: servers could not tell the two's calls from each other
 * @retval NT_STATUS_NOT_SUPPORTED          the server has not offered it (bind time features)
 * @retval NT_STATUS_INSUFFICIENT_RESOURCES the connection has 64 security contexts
 *
 * A wrong password costs the connection, for every handle: servers end it. It shows as it does after dcerpc_connect():
 * with NTLM alone in the first call, with SPNEGO here.
 */
struct tevent_req *dcerpc_secondary_auth_context_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						      struct dcerpc_binding_handle *h,
						      const struct dcerpc_binding *b,
						      const struct ndr_interface_table *table);
NTSTATUS dcerpc_secondary_auth_context_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
					    struct dcerpc_binding_handle **h2);
NTSTATUS dcerpc_secondary_auth_context(TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h,
				       const struct dcerpc_binding *b, const struct ndr_interface_table *table,
				       struct dcerpc_binding_handle **h2);

/* --- The handle ------------------------------------------------------------------------------------------------- */

/** Whether calls can be made: false for NULL, after a disconnect and after a protocol error. */
bool dcerpc_binding_handle_is_connected(struct dcerpc_binding_handle *h);

/**
 * How long a call may take, in seconds, counted from its `_send`; 0 is for ever. 600 at first.
 * A call that runs out of time ends with NT_STATUS_IO_TIMEOUT, and the connection stays usable: an orphaned PDU tells
 * the server where the bind negotiated that ([MS-RPCE] 2.2.2.14), and a late answer is ignored.
 * @return the value before
 */
uint32_t dcerpc_binding_handle_set_timeout(struct dcerpc_binding_handle *h, uint32_t seconds);

/**
 * Closes the connection for every handle on it. Pending calls end with NT_STATUS_LOCAL_DISCONNECT, from their loops.
 * @retval NT_STATUS_OK
 * @retval NT_STATUS_CONNECTION_DISCONNECTED  it was not connected
 */
NTSTATUS dcerpc_binding_handle_disconnect(struct dcerpc_binding_handle *h);

/** The status of the last fault PDU that a call of this handle got, 0 if there was none; see dcerpc_errstr(). */
uint32_t dcerpc_binding_handle_last_fault(struct dcerpc_binding_handle *h);

/** The association group that the server gave the connection (bind_ack); 0 when not connected. */
uint32_t dcerpc_binding_handle_get_assoc_group_id(struct dcerpc_binding_handle *h);

/** The transfer syntax that the server chose; the nil syntax for NULL. */
struct ndr_syntax_id dcerpc_binding_handle_get_transfer_syntax(struct dcerpc_binding_handle *h);

/** The binding as it was connected, endpoint filled in; belongs to the handle. */
const struct dcerpc_binding *dcerpc_binding_handle_get_binding(struct dcerpc_binding_handle *h);

/** One line about the last failure on the handle: where it happened and why. Belongs to the handle, valid until its
 *  next call; "" after success. */
const char *dcerpc_binding_handle_error_string(struct dcerpc_binding_handle *h);

/**
 * The session key of what protects the handle's calls: 16 bytes with NTLM, those of its key with Kerberos. DRSUAPI's
 * secrets are encrypted with it.
 *
 * @param[out] session_key  child of mem_ctx, overwritten when it is freed
 * @retval NT_STATUS_INVALID_PARAMETER      NULL
 * @retval NT_STATUS_NO_USER_SESSION_KEY    nothing protects the calls, or Schannel does, which has no such key, or the
 *                                          credentials are nobody's, whose key everybody knows
 * @retval NT_STATUS_CONNECTION_DISCONNECTED, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_binding_handle_auth_session_key(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx,
						DATA_BLOB *session_key);

/**
 * The session key of the transport, at most 16 bytes: what passwords and secrets in the calls of SAMR and LSA are
 * encrypted with. Transports that have none, which are all but SMB, have the fixed bytes "SystemLibraryDTC", however the
 * calls are protected: ask for "seal" there. Samba's servers take the fixed key on local transports alone and answer
 * NT_STATUS_NO_USER_SESSION_KEY over TCP.
 *
 * Statuses as dcerpc_binding_handle_auth_session_key().
 */
NTSTATUS dcerpc_binding_handle_transport_session_key(struct dcerpc_binding_handle *h, TALLOC_CTX *mem_ctx,
						     DATA_BLOB *session_key);

/** The negotiated fragment sizes and what went over the wire, for tests and monitoring. Bytes. */
#define DCERPC_STAT_MAX_XMIT_FRAG 1u
#define DCERPC_STAT_MAX_RECV_FRAG 2u
#define DCERPC_STAT_BYTES_SENT 3u
#define DCERPC_STAT_BYTES_RECEIVED 4u
#define DCERPC_STAT_CALLS 5u
#define DCERPC_STAT_CALLS_IN_FLIGHT 6u
/** A number about the connection; 0 for an unknown `what`. */
uint64_t dcerpc_binding_handle_get_stat(struct dcerpc_binding_handle *h, uint32_t what);

/* Flags of a handle. */
#define DCERPC_HANDLE_REF_ALLOC 0x0001u /**< allocate [out] references, whatever the caller's structure holds */
/** @retval NT_STATUS_INVALID_PARAMETER  an unknown flag */
NTSTATUS dcerpc_binding_handle_set_flags(struct dcerpc_binding_handle *h, uint32_t additional, uint32_t clear);

/** Gets text that the library has to say; `text` is valid during the call. */
typedef void (*dcerpc_log_fn_t)(void *private_data, const char *text);

/**
 * Where a handle's calls are printed whose binding has the flag DCERPC_BINDING_PRINT: the [in] arguments when a call is
 * sent and the [out] arguments when it is answered, in the layout of Samba's ndrdump.
 *
 * @param fn  NULL: nowhere, as at first. It must not use the handle.
 */
void dcerpc_binding_handle_set_log_callback(struct dcerpc_binding_handle *h, dcerpc_log_fn_t fn, void *private_data);

/* --- Calls ------------------------------------------------------------------------------------------------------ */

/**
 * Calls function `opnum` of the handle's interface with the arguments in `r_ptr` (struct echo_AddOne and the like).
 *
 * On the wire: request PDUs (fragmented as negotiated), then response or fault. `r_ptr` is the caller's and must stay
 * valid until the request is received or freed; [out] references in it point to the caller's variables; what the
 * answer needs beyond them is allocated on `r_mem`.
 *
 * @param object  sent with the request (PFC_OBJECT_UUID); NULL: the binding's object, if any
 * @param table   the interface that the handle was connected for
 * @return a request, child of mem_ctx; NULL when out of memory
 */
struct tevent_req *dcerpc_binding_handle_call_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						   struct dcerpc_binding_handle *h, const struct GUID *object,
						   const struct ndr_interface_table *table, uint32_t opnum,
						   TALLOC_CTX *r_mem, void *r_ptr);
/**
 * @retval NT_STATUS_OK                  the outputs are written
 * @retval NT_STATUS_INVALID_PARAMETER   a NULL argument or arguments that contradict the IDL; nothing was sent
 * @retval NT_STATUS_INVALID_PARAMETER_MIX  the table is not the handle's, or calls are pending on another loop
 * @retval NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE  the opnum is not the table's, or the server says so
 * @retval NT_STATUS_RPC_BAD_STUB_DATA   the server could not read the arguments (fault nca_s_fault_ndr)
 * @retval NT_STATUS_INVALID_NETWORK_RESPONSE  the answer does not fit the IDL; the connection stays usable
 * @retval NT_STATUS_RPC_CALL_FAILED     another fault; dcerpc_binding_handle_last_fault() has its code
 * @retval NT_STATUS_RPC_PROTOCOL_ERROR  the peer broke the protocol; the connection is closed
 * @retval NT_STATUS_CONNECTION_DISCONNECTED, NT_STATUS_LOCAL_DISCONNECT, NT_STATUS_IO_TIMEOUT, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_binding_handle_call_recv(struct tevent_req *req);

/** The same, waiting; outputs are allocated on r_mem. */
NTSTATUS dcerpc_binding_handle_call(struct dcerpc_binding_handle *h, const struct GUID *object,
				    const struct ndr_interface_table *table, uint32_t opnum, TALLOC_CTX *r_mem,
				    void *r_ptr);

/**
 * Calls with bytes: `in_data` is the stub data in the handle's transfer syntax, little-endian; copied.
 * @param in_flags  0
 */
struct tevent_req *dcerpc_binding_handle_raw_call_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
						       struct dcerpc_binding_handle *h, const struct GUID *object,
						       uint32_t opnum, uint32_t in_flags, const uint8_t *in_data,
						       size_t in_length);
/**
 * @param[out] out_data    the stub data of the response; a child of mem_ctx, NULL when empty
 * @param[out] out_length  its bytes
 * @param[out] out_flags   DCERPC_RAW_BIGENDIAN or 0
 */
#define DCERPC_RAW_BIGENDIAN 0x0001u
NTSTATUS dcerpc_binding_handle_raw_call_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx, uint8_t **out_data,
					     size_t *out_length, uint32_t *out_flags);
NTSTATUS dcerpc_binding_handle_raw_call(struct dcerpc_binding_handle *h, const struct GUID *object, uint32_t opnum,
					uint32_t in_flags, const uint8_t *in_data, size_t in_length,
					TALLOC_CTX *mem_ctx, uint8_t **out_data, size_t *out_length,
					uint32_t *out_flags);

#ifdef __cplusplus
}
#endif

#endif
