/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdio.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_greeter.h"

static struct tevent_req *greet_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, struct dcerpc_call_handle *call,
				     void *arguments)
{
	struct greeter_Greet *r = arguments;

	*r->out.greeting = talloc_asprintf(mem_ctx, "Hello %s at %s", r->in.name, dcerpc_call_handle_peer(call));
	r->out.result = 0;
	return dcerpc_call_done(mem_ctx, ev, *r->out.greeting != NULL ? NT_STATUS_OK : NT_STATUS_NO_MEMORY);
}

static const struct dcerpc_call_entry_point_fns fns[] = { { greet_send, dcerpc_call_simple_recv } };
static const struct dcerpc_call_entry_point_vector vector = { "greeter", &ndr_table_greeter, 1, fns };

int main(void)
{
	TALLOC_CTX *mem_ctx = talloc_new(NULL);
	struct tevent_context *ev = tevent_context_init(mem_ctx);
	struct dcerpc_server_context *server;
	struct dcerpc_server_endpoint *endpoint;

	if (!NT_STATUS_IS_OK(dcerpc_server_context_create(mem_ctx, ev, &server)) ||
	    !NT_STATUS_IS_OK(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:127.0.0.1[0]", &endpoint)) ||
	    !NT_STATUS_IS_OK(dcerpc_server_register_manager(server, &vector, NULL, NULL)) ||
	    !NT_STATUS_IS_OK(dcerpc_server_start(server))) {
		return 1;
	}
	printf("%s\n", dcerpc_server_endpoint_string(mem_ctx, endpoint));
	fflush(stdout);
	return tevent_loop_wait(ev);
}
