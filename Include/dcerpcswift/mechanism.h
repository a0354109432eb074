/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * mechanism.h - security mechanisms of your own.
 *
 * A mechanism is a set of functions for an auth_type ([MS-RPCE] 2.2.1.1.7): a few steps that exchange tokens, then
 * signatures and encryption of messages. dcerpc_mechanism_create() makes a handle of it; credentials that are given the
 * handle use it in the place of NTLM, and a server that is given it takes clients that come with its auth_type:
 *
 *   dcerpc_mechanism_create(mem_ctx, &my_ops, &my_data, &m);
 *   dcerpc_credentials_set_mechanism(c, m);      a client: for bindings with these credentials
 *   dcerpc_server_add_mechanism(server, m);      a server
 *
 * Levels, header signing, padding, fragments, several contexts on a connection, verification trailers, policies and the
 * identity on the call handle are as with the library's own mechanisms.
 *
 * A mechanism's functions are called in the thread of the connection. `step` may use the library, free anything, and take
 * its time. All others are called while the library works on the connection: they must not use or free anything of it.
 */
#ifndef DCERPCSWIFT_MECHANISM_H
#define DCERPCSWIFT_MECHANISM_H

#include <talloc.h>
#include "credentials.h"
#include "server.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct tevent_context;
struct dcerpc_mechanism;      /* a mechanism that was made known */
struct dcerpc_mechanism_step; /* one step of an exchange, until its outcome is there */

/** Flags of a mechanism. */
#define DCERPC_MECHANISM_SIGNS_HEADERS 0x00000001u /**< signatures can cover PDU headers: header signing is agreed on */
#define DCERPC_MECHANISM_TAKES_TURNS 0x00000002u   /**< one number counts the messages of both directions: calls of a
							connection are made one after the other */

/** The longest signature, and the longest token. */
#define DCERPC_MECHANISM_MAX_SIGNATURE 1024u
#define DCERPC_MECHANISM_MAX_TOKEN 0xf000u
/** The longest session key. */
#define DCERPC_MECHANISM_MAX_KEY 64u

/**
 * What a mechanism does. `state` is what `create` made for one side of one security context.
 *
 * Messages: `data` is what is encrypted at level privacy, in place, and `whole` what a signature covers: `data` alone, or,
 * where header signing is agreed on, the PDU up to the signature, with `data` in it. Messages of each direction come in the
 * order in which they are sent. A signature stands behind them, `signature_size` bytes long.
 */
struct dcerpc_mechanism_ops {
	size_t struct_size; /**< sizeof(struct dcerpc_mechanism_ops) */
	uint32_t auth_type; /**< 1 to 255; that of a mechanism of the library's takes its place */
	uint32_t flags;     /**< DCERPC_MECHANISM_SIGNS_HEADERS and the like */

	/**
	 * Begins one side of an exchange. NULL: `private_data` is the state.
	 *
	 * @param mem_ctx  goes with the security context; what has to be done then is done by a destructor there
	 * @param level    DCERPC_LEVEL_*
	 * @param target   of a client: "host/" and the server's name; "" of a server
	 * @return anything but NT_STATUS_OK is what the connect returns; a server refuses the client
	 */
	NTSTATUS (*create)(TALLOC_CTX *mem_ctx, void *private_data, bool is_server, uint32_t level, const char *target,
			   void **state);

	/**
	 * Takes the peer's token; a client's first one is empty, and it has to answer with a token. What it answers is given
	 * to dcerpc_mechanism_step_set_token().
	 *
	 * @param token  valid during the call
	 * @retval NT_STATUS_OK      this side is finished; with a token, that is the last one. A server that is given its
	 *                           last token in auth3 has no answer to it
	 * @retval NT_STATUS_MORE_PROCESSING_REQUIRED  it goes on, with a token
	 * @retval NT_STATUS_PENDING it takes time: dcerpc_mechanism_step_done() must follow, and nothing of the connection
	 *                           is read before
	 * @return anything else ends the exchange: it is what the connect returns; a server refuses the client
	 */
	NTSTATUS (*step)(void *state, struct dcerpc_mechanism_step *step, const uint8_t *token, size_t length);

	/** The size of every signature, asked once when this side is finished: 1 to DCERPC_MECHANISM_MAX_SIGNATURE. */
	size_t (*signature_size)(void *state);

	/** Both or none, which allows no level that signs. Not NT_STATUS_OK: the message is spoilt, the context too. */
	NTSTATUS (*sign)(void *state, const uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			 uint8_t *signature, size_t signature_size);
	/** Not NT_STATUS_OK: the connection ends. Compare in constant time. */
	NTSTATUS (*verify)(void *state, const uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			   const uint8_t *signature, size_t signature_size);
	/** Both or none, which does not allow level privacy. `data` is encrypted in place; `whole` has it in plain text when
	 *  `seal` is called, encrypted when `unseal` is called. Not NT_STATUS_OK: as above, and `data` is overwritten. */
	NTSTATUS (*seal)(void *state, uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			 uint8_t *signature, size_t signature_size);
	NTSTATUS (*unseal)(void *state, uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			   const uint8_t *signature, size_t signature_size);

	/** The session key of a finished context: at most `room` bytes, of which it returns how many. NULL or 0: none. */
	size_t (*session_key)(void *state, uint8_t *key, size_t room);

	/** Who the client is, asked once when a server's side is finished: dcerpc_account_set_name() and
	 *  dcerpc_account_add_sid(). Without a name it is nobody, as with dcerpc_server_allow_anonymous(). NULL: nobody says. */
	void (*peer)(void *state, struct dcerpc_account *account);
};

/**
 * Makes a mechanism known to nobody yet.
 *
 * @param ops           copied
 * @param private_data  for `create`; must live as long as anything that uses the mechanism
 * @param[out] m        child of mem_ctx; may be freed when it was given to credentials and servers
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, an unknown flag, another auth_type, a size that no version of the structure
 *                                      had, or no `step`, no `signature_size`, one function of a pair
 * @retval NT_STATUS_NO_MEMORY
 */
NTSTATUS dcerpc_mechanism_create(TALLOC_CTX *mem_ctx, const struct dcerpc_mechanism_ops *ops, void *private_data,
				 struct dcerpc_mechanism **m);

/**
 * Bindings that get these credentials authenticate with the mechanism, whoever the credentials are: at the level that
 * their options name. With "ntlm", "spnego" or "schannel", or a level that the mechanism does not have, the connect returns
 * NT_STATUS_INVALID_PARAMETER_MIX.
 *
 * @param m  NULL: none any more
 * @retval NT_STATUS_INVALID_PARAMETER  c is NULL
 */
NTSTATUS dcerpc_credentials_set_mechanism(struct dcerpc_credentials *c, struct dcerpc_mechanism *m);

/**
 * Lets clients of the server authenticate with the mechanism, on connections that are accepted from then on.
 * @retval NT_STATUS_INVALID_PARAMETER      NULL
 * @retval NT_STATUS_OBJECT_NAME_COLLISION  another one was added with this auth_type
 */
NTSTATUS dcerpc_server_add_mechanism(struct dcerpc_server_context *server, struct dcerpc_mechanism *m);

/**
 * What goes to the peer with this step; copied. Before `step` returns or dcerpc_mechanism_step_done() is called.
 * @retval NT_STATUS_INVALID_PARAMETER  NULL, a step that is over, no bytes, or more than DCERPC_MECHANISM_MAX_TOKEN: the step
 *                                      fails
 */
NTSTATUS dcerpc_mechanism_step_set_token(struct dcerpc_mechanism_step *step, const uint8_t *token, size_t length);

/** The loop in which the connection is served; NULL where a step cannot be pending, and for a step that is over. */
struct tevent_context *dcerpc_mechanism_step_loop(struct dcerpc_mechanism_step *step);

/**
 * The outcome of a step that was pending, once; `status` as `step` returns it. The connection goes on before this returns.
 *
 * A step is over when its outcome is there, and when nobody waits for it any more: the connection or its owner has gone.
 * What the program has allocated on it is freed then, which is how a program hears of that: a timer or a request that
 * is a child of the step is never too late. A step belongs to the library: the program does not free it, or its exchange waits
 * for its time-out.
 *
 * Said again, of a step whose function returned an outcome itself, or of one that is over, this does nothing, as long as the
 * security context is there: up to the end of the destructors of what was allocated on `create`'s mem_ctx and on the step.
 * Behind that the step is freed memory, and this must not be called. Nor must it be called by the other functions of a
 * mechanism, in which the library works on a connection. Where `step` calls this and does not return NT_STATUS_PENDING, the
 * exchange ends with NT_STATUS_INTERNAL_ERROR. NULL, or a handle of another kind: nothing.
 */
void dcerpc_mechanism_step_done(struct dcerpc_mechanism_step *step, NTSTATUS status);

#ifdef __cplusplus
}
#endif

#endif
