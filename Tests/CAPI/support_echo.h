/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A server of rpcecho and a client connected to it, in one process on one loop.
 */
#ifndef CAPI_SUPPORT_ECHO_H
#define CAPI_SUPPORT_ECHO_H

#include "support.h"

#include "ndr_echo_c.h"

/* What the server's functions see and count. echo_TestSleep sleeps milliseconds here, not seconds. */
struct echo_log {
	unsigned started;          /* echo_TestSleep calls that began */
	unsigned finished;         /* ... that were answered */
	unsigned abandoned;        /* ... whose request the library freed first */
	uint32_t fault_code;       /* echo_SinkData: dcerpc_call_handle_set_fault(), if not 0 */
	NTSTATUS sink_status;      /* echo_SinkData: what its _recv returns */
	void (*on_sink)(struct dcerpc_call_handle *call, void *private_data);
	void *on_sink_private;
	struct dcerpc_call_entry_point_fns fns[16];
	struct dcerpc_call_entry_point_vector vector;
};

struct pair {
	struct tevent_context *ev;
	struct dcerpc_server_context *server;
	struct dcerpc_server_endpoint *endpoint;
	char *where; /* the endpoint's binding string */
	struct echo_log log;
	struct dcerpc_binding_handle *h; /* of echo_pair() */
};

/* Fills log->vector with functions for all of rpcecho; echo_TestDoublePointer stays unserved. */
void echo_log_init(struct echo_log *log);

/* A server on a free port of 127.0.0.1, with no client. */
struct pair *echo_server(TALLOC_CTX *mem_ctx);

/* The same with a connected client. */
struct pair *echo_pair(TALLOC_CTX *mem_ctx);

/* Connects to the pair's server with binding options such as ",ndr64", by asynchronous functions. */
NTSTATUS pair_connect(struct pair *pair, TALLOC_CTX *mem_ctx, const char *options,
		      const struct ndr_interface_table *table, struct dcerpc_binding_handle **h);

/* Runs the loop until the request is done. */
void finish(struct pair *pair, struct tevent_req *req);

/* Runs the loop for a while. */
void run_for(struct tevent_context *ev, unsigned milliseconds);

/* One call of echo_AddOne that must work. */
void assert_add_one_works(struct pair *pair, struct dcerpc_binding_handle *h);

/* A callback that counts: private_data is an unsigned. */
void count_callback(struct tevent_req *req);

#endif
