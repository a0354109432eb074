/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * server.h - serving interfaces from the caller's tevent loop.
 *
 * A server context holds endpoints (where it listens) and managers (what it serves). A manager is an entry point
 * vector: for each function of the interface a pair of `_send` and `_recv` functions, asynchronous as everywhere in
 * tevent: `_send` starts the work and returns a tevent_req, and the answer goes out when the request is done. A
 * function that can answer at once calls tevent_req_done() and tevent_req_post(), or returns dcerpc_call_done().
 * dcerpc-idl --server-template writes the skeleton.
 */
#ifndef DCERPCSWIFT_SERVER_H
#define DCERPCSWIFT_SERVER_H

#include <talloc.h>
#include "ndr_format.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tevent_context;
struct tevent_req;

struct dcerpc_server_context;   /* a server: its loop, endpoints, managers, connections */
struct dcerpc_server_endpoint;  /* one place to listen */
struct dcerpc_server_manager;   /* a registered interface with its entry points */
struct dcerpc_server_object;    /* an object UUID that selects a manager */
struct dcerpc_call_handle;      /* one call while it is served */
struct dcerpc_credentials;

/**
 * Starts a call. `r` is the function's structure with its [in] part filled and its [out] references allocated and
 * zeroed; it belongs to the call, as does everything allocated on `mem_ctx`, and outputs are allocated there.
 * @return a request, child of mem_ctx; NULL answers the call with the fault nca_s_fault_remote_no_memory.
 *         When the client goes away or orphans the call, and when the server or the endpoint is freed, the request is
 *         freed. When the client cancels the call, tevent_req_cancel() is called on it, and the call is answered with
 *         whatever the request ends with.
 *
 * Everything may be freed from here, the call's own server too: the call itself stays until this function returns.
 * A request that is freed instead of ended answers the call with nca_s_fault_unspec.
 */
typedef struct tevent_req *(*dcerpc_call_entry_point_send_fn_t)(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
								struct dcerpc_call_handle *call, void *r);

/**
 * Ends a call: called once, when the request is done. NT_STATUS_OK sends `r`'s [out] part as response. An error is
 * answered with a fault: the code set by dcerpc_call_handle_set_fault(), else the one that fits the status (5 for
 * NT_STATUS_ACCESS_DENIED, nca_s_fault_remote_no_memory for NT_STATUS_NO_MEMORY, ...), else nca_s_fault_unspec. So is
 * `r` when it cannot be sent because it contradicts the IDL. Responses are little-endian, whatever the request is.
 */
typedef NTSTATUS (*dcerpc_call_entry_point_recv_fn_t)(struct tevent_req *req);

struct dcerpc_call_entry_point_fns {
	dcerpc_call_entry_point_send_fn_t fn_send;
	dcerpc_call_entry_point_recv_fn_t fn_recv;
};

/** The logic behind a manager. A NULL pair, or a function past num_fns, answers nca_s_op_rng_error. */
struct dcerpc_call_entry_point_vector {
	const char *name;
	const struct ndr_interface_table *table;
	uint32_t num_fns;
	const struct dcerpc_call_entry_point_fns *fns;
};

/* --- The server ------------------------------------------------------------------------------------------------- */

/**
 * Makes a server on the caller's loop. Nothing listens yet. talloc_free() closes everything at once.
 * @param[out] server  child of mem_ctx
 * @retval NT_STATUS_INVALID_PARAMETER, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_server_context_create(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
				      struct dcerpc_server_context **server);

/**
 * Listens, without accepting yet, at a binding string: "ncacn_ip_tcp:0.0.0.0[49152]", "ncacn_ip_tcp:[0]" (every
 * address, a free port), "ncacn_ip_tcp:::1[135]". The address must be numeric; without one, all addresses.
 *
 * @param[out] endpoint  owned by the server; talloc_free() stops listening and closes its connections. May be NULL.
 * @retval NT_STATUS_INVALID_PARAMETER   not such a binding
 * @retval NT_STATUS_NOT_SUPPORTED       a protocol sequence that this version does not have
 * @retval NT_STATUS_ADDRESS_ALREADY_EXISTS  the address is taken
 * @retval NT_STATUS_ACCESS_DENIED       the port needs privileges
 * @retval NT_STATUS_UNEXPECTED_NETWORK_ERROR, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_server_add_endpoint(struct dcerpc_server_context *server, const char *binding,
				    struct dcerpc_server_endpoint **endpoint);

/** Where an endpoint listens, as a binding string with the port in it; a child of mem_ctx; NULL when out of memory. */
char *dcerpc_server_endpoint_string(TALLOC_CTX *mem_ctx, const struct dcerpc_server_endpoint *endpoint);

/**
 * Serves an interface on every endpoint of the server.
 *
 * @param vector        must outlive the manager
 * @param private_data  for dcerpc_call_handle_private_data()
 * @param[out] manager  owned by the server; talloc_free() withdraws the interface: calls that run are finished,
 *                      new ones get nca_s_unk_if. May be NULL.
 * @retval NT_STATUS_OBJECT_NAME_COLLISION  the interface (UUID and major version) has a manager without object already
 * @retval NT_STATUS_REVISION_MISMATCH      the table was made by a newer dcerpc-idl
 * @retval NT_STATUS_INVALID_PARAMETER, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_server_register_manager(struct dcerpc_server_context *server,
					const struct dcerpc_call_entry_point_vector *vector, void *private_data,
					struct dcerpc_server_manager **manager);

/**
 * Serves an interface for requests that carry an object UUID (C706 2.1.4); requests with another object, or none,
 * go to the manager without object. Parameters and statuses as dcerpc_server_register_manager().
 */
NTSTATUS dcerpc_server_register_object_manager(struct dcerpc_server_context *server, const struct GUID *object,
					       const struct dcerpc_call_entry_point_vector *vector,
					       void *private_data, struct dcerpc_server_object **manager);

/**
 * Serves the endpoint mapper (C706 appendix O: ept_lookup, ept_map, ept_lookup_handle_free) for the managers and
 * endpoints of this server, itself and mgmt excepted. Insert, Delete and InqObject are refused. It needs an endpoint on
 * TCP 135 to be found. An endpoint at every address is answered with the address that the client is talking to.
 *
 * A lookup that fits one answer ends with status 0 and a nil handle. The answer that ends a continued lookup carries its
 * entries, a nil handle and ept_s_not_registered; so does one without entries. (docs/interop.md says who needs which.)
 */
NTSTATUS dcerpc_server_enable_epmapper(struct dcerpc_server_context *server);

/** Serves the remote management interface (C706 appendix Q). stop_server_listening is refused with access denied. */
NTSTATUS dcerpc_server_enable_mgmt(struct dcerpc_server_context *server);

/**
 * An account database: the NT hash of an account (MD4 of its password in UTF-16LE).
 *
 * @param domain   as the client wrote it, UTF-8; often empty or the client's own
 * @param account  as the client wrote it, never empty
 * @retval NT_STATUS_OK  anything else: no such account, or it may not log on. The client learns no difference.
 */
typedef NTSTATUS (*dcerpc_server_account_fn_t)(void *private_data, const char *domain, const char *account,
					       uint8_t nt_hash[16]);

/**
 * Lets clients authenticate with NTLMSSP, also where SPNEGO negotiates it: NTLMv2 with 128 bit, key exchange and
 * extended session security; NTLMv1 and anonymous are refused unless dcerpc_server_allow_ntlmv1() and
 * dcerpc_server_allow_anonymous() let them in. A request of an authenticated connection is verified before anything of it is believed, at the level that the bind has
 * agreed on; responses are protected at the same level. A client whose proof was wrong is answered access denied when it
 * makes a call. As with all mechanisms, connections that are there already do not learn of one that is new. Connections that do not authenticate go on to work, unless dcerpc_server_manager_set_min_level() forbids
 * it.
 *
 * @param domain, computer  NetBIOS names that clients are told, UTF-8
 * @param accounts          called in the server's loop, for one client at a time; NULL: the accounts that
 *                          dcerpc_server_add_account() has been given
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or not UTF-8
 */
NTSTATUS dcerpc_server_enable_ntlm(struct dcerpc_server_context *server, const char *domain, const char *computer,
				   dcerpc_server_account_fn_t accounts, void *private_data);

struct dcerpc_account; /* what a callback says about somebody; valid as long as the callback runs */

/** MD4 of the account's password in UTF-16LE; kept in memory that is overwritten. NT_STATUS_INVALID_PARAMETER: NULL. */
NTSTATUS dcerpc_account_set_nt_hash(struct dcerpc_account *account, const uint8_t nt_hash[16]);
/** How dcerpc_call_handle_account() and _domain() call it, UTF-8; empty: as the client did.
 *  NT_STATUS_INVALID_PARAMETER: NULL, or not UTF-8. */
NTSTATUS dcerpc_account_set_name(struct dcerpc_account *account, const char *domain, const char *name);
/**
 * A SID for dcerpc_call_handle_sids(): the account's own first, then its groups'.
 * @retval NT_STATUS_INVALID_PARAMETER       NULL, or no SID of revision 1
 * @retval NT_STATUS_INSUFFICIENT_RESOURCES  it has 1024
 */
NTSTATUS dcerpc_account_add_sid(struct dcerpc_account *account, const struct dom_sid *sid);

/**
 * An account database that may take its time: starts to look an account up. `domain` and `account` as
 * dcerpc_server_account_fn_t has them, valid during the call.
 * @return a request, child of mem_ctx, which may be done already; NULL refuses the client. It is freed when its result was
 *         received, and when the client or the server goes. A request that is freed by its maker refuses nobody: the
 *         client waits until its 30 seconds are over.
 */
typedef struct tevent_req *(*dcerpc_server_account_send_fn_t)(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
							      void *private_data, const char *domain,
							      const char *account);
/**
 * Called once, when the request is done.
 * @param result  to be told about the account: its hash has to be
 * @retval NT_STATUS_OK  anything else: no such account, or it may not log on. The client learns no difference.
 */
typedef NTSTATUS (*dcerpc_server_account_recv_fn_t)(struct tevent_req *req, struct dcerpc_account *result);

/**
 * dcerpc_server_enable_ntlm() with accounts that are looked up asynchronously. Nothing of the client's connection is read
 * meanwhile, and everybody else is served. Both functions may free anything, the server too.
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or not UTF-8
 */
NTSTATUS dcerpc_server_enable_ntlm_accounts(struct dcerpc_server_context *server, const char *domain,
					    const char *computer, dcerpc_server_account_send_fn_t send_fn,
					    dcerpc_server_account_recv_fn_t recv_fn, void *private_data);

/**
 * Remembers an account, in the place of one with the same name: for dcerpc_server_enable_ntlm() without a callback. Names
 * are compared without case. An account without a domain is found in every domain, and a client that names none means
 * the server's.
 *
 * @param c     user, domain, and password or NT hash (credentials.h)
 * @param sids  what dcerpc_call_handle_sids() says of it
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, credentials without a user or a secret, more than 1024 SIDs or none of
 *                                      revision 1
 */
NTSTATUS dcerpc_server_add_account(struct dcerpc_server_context *server, const struct dcerpc_credentials *c,
				   const struct dom_sid *sids, size_t num_sids);
/** Forgets it; who has logged on already stays. NT_STATUS_INVALID_PARAMETER: NULL. NT_STATUS_NOT_FOUND. */
NTSTATUS dcerpc_server_remove_account(struct dcerpc_server_context *server, const char *domain, const char *account);

/**
 * Whether NTLM's clients may log on as nobody ([MS-NLMP] 3.2.5.1.2), which is refused at first. Such a call has its
 * mechanism, but no account, and the SID S-1-5-7. Everybody knows the key, so its protection is worth nothing: its level is
 * DCERPC_LEVEL_NONE for a manager's least level and for dcerpc_call_handle_level(), it counts as DCERPC_MECHANISM_NONE for a
 * manager's mechanisms, and there is no session key.
 *
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 */
NTSTATUS dcerpc_server_allow_anonymous(struct dcerpc_server_context *server, bool allow);

/**
 * Whether clients may prove themselves with NTLMv1 and extended session security ([MS-NLMP] 3.3.1), which is refused at
 * first: it is DES, and who hears it can have the NT hash. Responses without session security are refused all the same.
 *
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 */
NTSTATUS dcerpc_server_allow_ntlmv1(struct dcerpc_server_context *server, bool allow);

/**
 * Lets clients authenticate with Kerberos ([MS-KILE]), also where SPNEGO negotiates it: AES and RC4, in DCE style, both
 * sides proving who they are. Nobody is asked: the keytab opens the client's ticket. The caller's account, domain and
 * SIDs are those that the KDC has put into the ticket's PAC ([MS-PAC]) where its signature is right, else the principal
 * alone, its realm in the place of the domain. Anonymous tickets (RFC 8062) are refused. May be called again, when the
 * keytab has changed.
 *
 * @param keytab     "FILE:/etc/krb5.keytab"; NULL is the environment's
 * @param principal  who the server is, "host/server.example.com@EXAMPLE.COM"; NULL: whoever the keytab has a key for
 * @retval NT_STATUS_NO_SUCH_FILE       no keytab, or none with a key for the principal
 * @retval NT_STATUS_DLL_NOT_FOUND      libkrb5 or libgssapi_krb5 is not installed
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or not UTF-8
 * @retval NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_NO_SUCH_DOMAIN, NT_STATUS_INVALID_ACCOUNT_NAME, NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_server_enable_kerberos(struct dcerpc_server_context *server, const char *keytab, const char *principal);

/**
 * One line on why the last dcerpc_server_enable_kerberos() has failed: which keytab is not there, or has no key for whom.
 * "" where it has not, and for NULL. Belongs to the server, valid until the next time.
 */
const char *dcerpc_server_setup_error(const struct dcerpc_server_context *server);

/**
 * The least level at which the manager's functions can be called (DCERPC_LEVEL_*, credentials.h); calls below are
 * answered access denied and reach no entry point. The default is DCERPC_LEVEL_NONE.
 *
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or no level
 */
NTSTATUS dcerpc_server_manager_set_min_level(struct dcerpc_server_manager *manager, uint32_t level);

/*
 * The policies of a manager hold for its interface: for requests with an object too, whichever manager they go to. They
 * hold from when they are set, also for contexts that are bound already.
 */

/**
 * The mechanisms with which a client may have authenticated to call (DCERPC_MECHANISM_*, credentials.h): other calls are
 * answered access denied and reach no entry point. DCERPC_MECHANISM_NONE stands for calls of nobody, which are refused
 * unless it is there. Whatever SPNEGO has negotiated is DCERPC_MECHANISM_SPNEGO; a callback can tell by
 * dcerpc_call_handle_negotiated_mechanism().
 *
 * @param count  0: all mechanisms and nobody, as at first
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or a number above 255
 */
NTSTATUS dcerpc_server_manager_set_mechanisms(struct dcerpc_server_manager *manager, const uint32_t *mechanisms,
					      size_t count);

/**
 * The protocol sequences ("ncacn_ip_tcp", in any case) over which the manager is there. Over others its interface cannot
 * be bound (abstract syntax not supported), the endpoint mapper does not list it, and calls in contexts that are bound
 * already get nca_s_unk_if.
 *
 * @param count  0: all, as at first
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, or no protocol sequence
 */
NTSTATUS dcerpc_server_manager_set_transports(struct dcerpc_server_manager *manager, const char *const *sequences,
					      size_t count);

/**
 * The same with the protocol sequences of the interface's endpoint attribute.
 * @retval NT_STATUS_INVALID_PARAMETER  NULL
 * @retval NT_STATUS_NOT_FOUND          the interface has no such attribute; nothing changes
 */
NTSTATUS dcerpc_server_manager_set_transports_from_idl(struct dcerpc_server_manager *manager);

/**
 * Looks at a bind or a call. For a call everything about `call` can be asked, but its arguments have not been read. For a
 * bind (bind or alter_context) `call` stands for the presentation context that is proposed: it has no opnum and no object,
 * dcerpc_call_handle_mechanism() and _level() say what the client asks for, and _account() is NULL as long as the client
 * has not proved who it is, which with NTLM is after the bind: who asks for names looks at calls. A bind that proposes no
 * security of its own is shown with what the connection's first bind has begun.
 *
 * `call` is valid until the function returns, which may free anything, the server too.
 *
 * @retval NT_STATUS_OK  it goes on. Anything else refuses it.
 *   A call is answered as when its `_recv` had returned the status, or with the code of dcerpc_call_handle_set_fault(),
 *   and is told that it did not execute, but with access denied, nca_s_proto_error and RPC_S_SEC_PKG_ERROR: with that flag
 *   clients take these for a refused logon.
 *   A presentation context is refused: NT_STATUS_RPC_UNKNOWN_IF, NT_STATUS_OBJECT_NAME_NOT_FOUND and NT_STATUS_NOT_FOUND
 *   as an interface that is not there, NT_STATUS_RPC_SERVER_TOO_BUSY, NT_STATUS_NO_MEMORY and
 *   NT_STATUS_INSUFFICIENT_RESOURCES as local limit exceeded, all others as user rejection, which clients of this library
 *   call NT_STATUS_ACCESS_DENIED. The connection stays open.
 */
typedef NTSTATUS (*dcerpc_server_access_fn_t)(void *private_data, struct dcerpc_call_handle *call);

/**
 * Asks before the manager's interface is bound, and before each of its functions is called, after the other policies.
 *
 * @param bind_access, call_access  NULL: nobody is asked, as at first
 * @retval NT_STATUS_INVALID_PARAMETER  manager is NULL
 */
NTSTATUS dcerpc_server_manager_set_access(struct dcerpc_server_manager *manager,
					  dcerpc_server_access_fn_t bind_access,
					  dcerpc_server_access_fn_t call_access, void *private_data);

/** Accepts connections from now on, also at endpoints that are added later. @retval NT_STATUS_INVALID_PARAMETER  NULL, or no endpoint */
NTSTATUS dcerpc_server_start(struct dcerpc_server_context *server);

/**
 * Shuts down cleanly: stops listening, lets the calls that run finish and their answers leave, then closes every
 * connection. The request is done when nothing is left; talloc_free(server) then, or at any time.
 */
struct tevent_req *dcerpc_server_shutdown_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
					       struct dcerpc_server_context *server);
NTSTATUS dcerpc_server_shutdown_recv(struct tevent_req *req);

/* Limits, with what they are at first. 0 is not allowed. 2 to 4 count for connections accepted from then on. */
#define DCERPC_SERVER_MAX_CONNECTIONS 1u      /**< 4096; more are closed when accepted */
#define DCERPC_SERVER_MAX_REQUEST_BYTES 2u    /**< 4 MiB a call, all fragments ([MS-RPCE] leaves it open) */
#define DCERPC_SERVER_MAX_CALLS 3u            /**< 256 a connection; more get nca_s_server_too_busy */
#define DCERPC_SERVER_MAX_CONTEXTS 4u         /**< 256 presentation contexts a connection */
#define DCERPC_SERVER_IDLE_SECONDS 5u         /**< 3600; a connection without a call for so long is closed */
/** @retval NT_STATUS_INVALID_PARAMETER  an unknown limit or 0 */
NTSTATUS dcerpc_server_set_limit(struct dcerpc_server_context *server, uint32_t limit, uint64_t value);

#define DCERPC_SERVER_STAT_CONNECTIONS 1u /**< open now */
#define DCERPC_SERVER_STAT_CALLS 2u       /**< requests dispatched since the start */
#define DCERPC_SERVER_STAT_FAULTS 3u      /**< faults sent since the start */
#define DCERPC_SERVER_STAT_CALLS_RUNNING 4u
#define DCERPC_SERVER_STAT_PDUS_IN 5u
#define DCERPC_SERVER_STAT_PDUS_OUT 6u
/** A number about the server; 0 for an unknown `what`. */
uint64_t dcerpc_server_get_stat(const struct dcerpc_server_context *server, uint32_t what);

/* --- A call ----------------------------------------------------------------------------------------------------- */

/** The function's number. */
uint32_t dcerpc_call_handle_opnum(const struct dcerpc_call_handle *call);
/** The interface's table. */
const struct ndr_interface_table *dcerpc_call_handle_table(const struct dcerpc_call_handle *call);
/** The client's address as "ncacn_ip_tcp:192.0.2.1[40000]"; belongs to the call. */
const char *dcerpc_call_handle_peer(const struct dcerpc_call_handle *call);
/** The address that the client called, in the same form; belongs to the call. */
const char *dcerpc_call_handle_local(const struct dcerpc_call_handle *call);
/** The object UUID of the request; nil when it had none. */
struct GUID dcerpc_call_handle_object(const struct dcerpc_call_handle *call);
/** What dcerpc_server_register_manager() was given. */
void *dcerpc_call_handle_private_data(const struct dcerpc_call_handle *call);
/** The association group of the call's connection. */
uint32_t dcerpc_call_handle_assoc_group_id(const struct dcerpc_call_handle *call);
/** A number of the call's connection, unique in this server. */
uint64_t dcerpc_call_handle_connection_id(const struct dcerpc_call_handle *call);
/** The presentation context of the call. */
uint32_t dcerpc_call_handle_context_id(const struct dcerpc_call_handle *call);
/** The server that the call came to. */
struct dcerpc_server_context *dcerpc_call_handle_server(const struct dcerpc_call_handle *call);
/** How the client of the call has authenticated: DCERPC_MECHANISM_* (credentials.h). */
uint32_t dcerpc_call_handle_mechanism(const struct dcerpc_call_handle *call);
/** The same, but where SPNEGO has negotiated a mechanism, that one: for who wants Kerberos, with SPNEGO around it or not. */
uint32_t dcerpc_call_handle_negotiated_mechanism(const struct dcerpc_call_handle *call);
/** How the call's request was and its response will be protected: DCERPC_LEVEL_* (credentials.h). DCERPC_LEVEL_NONE for who has
 *  logged on as nobody. */
uint32_t dcerpc_call_handle_level(const struct dcerpc_call_handle *call);
/** The account that the client has proved to be, as it wrote it; NULL when it has not. Belongs to the call. */
const char *dcerpc_call_handle_account(const struct dcerpc_call_handle *call);
/** The domain of that account, as the client wrote it; NULL when it has not authenticated. Belongs to the call. */
const char *dcerpc_call_handle_domain(const struct dcerpc_call_handle *call);
/**
 * The session key of what protects the call, and that of its transport: dcerpc_binding_handle_auth_session_key() and
 * dcerpc_binding_handle_transport_session_key() (client.h) seen from the server.
 *
 * @param[out] session_key  child of mem_ctx, overwritten when it is freed
 * @retval NT_STATUS_INVALID_PARAMETER    NULL
 * @retval NT_STATUS_NO_USER_SESSION_KEY  nothing protects the call, or Schannel does, or nobody has logged on, or the
 *                                        connection is gone; never for the transport's
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_call_handle_auth_session_key(struct dcerpc_call_handle *call, TALLOC_CTX *mem_ctx,
					     DATA_BLOB *session_key);
NTSTATUS dcerpc_call_handle_transport_session_key(struct dcerpc_call_handle *call, TALLOC_CTX *mem_ctx,
						  DATA_BLOB *session_key);
/** The code of the fault that answers the call if its `_recv` returns an error. DCERPC_NCA_S_*, DCERPC_FAULT_* or a
 *  Windows error. It has no effect when `_recv` returns NT_STATUS_OK. */
void dcerpc_call_handle_set_fault(struct dcerpc_call_handle *call, uint32_t fault_code);

/** A request that is done already with `status`: what the `_send` of a function that needs no time returns, made on
 *  its mem_ctx. */
struct tevent_req *dcerpc_call_done(TALLOC_CTX *mem_ctx, struct tevent_context *ev, NTSTATUS status);
/** The `_recv` for dcerpc_call_done(), and for every request that ended with tevent_req_done() or
 *  dcerpc_req_nterror(). */
NTSTATUS dcerpc_call_simple_recv(struct tevent_req *req);
/** Ends a request with an NTSTATUS that dcerpc_call_simple_recv() returns; true if it was an error, as
 *  tevent_req_error(). */
bool dcerpc_req_nterror(struct tevent_req *req, NTSTATUS status);
/** Whether a request ended in an error, and which; for hand-written `_recv` functions. */
bool dcerpc_req_is_nterror(struct tevent_req *req, NTSTATUS *status);

#ifdef __cplusplus
}
#endif

#endif
