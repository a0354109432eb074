/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The server's own functions: endpoints, managers, limits, shutdown, what a call knows about itself.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support_echo.h"

static void endpoints(void **state)
{
	struct tevent_context *ev = tevent_context_init(*state);
	struct dcerpc_server_context *server;
	struct dcerpc_server_endpoint *one, *two, *untouched = (void *)0x1;
	char *where;

	assert_ok(dcerpc_server_context_create(*state, ev, &server));
	assert_ok(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:127.0.0.1[0]", &one));
	assert_ok(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:127.0.0.1[0]", NULL));
	assert_ok(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:::1[0]", &two));
	assert_ok(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:[0]", NULL));

	where = dcerpc_server_endpoint_string(*state, two);
	assert_memory_equal(where, "ncacn_ip_tcp:::1[", 17);
	where = dcerpc_server_endpoint_string(*state, one);
	assert_ptr_equal(talloc_parent(where), *state);
	assert_memory_equal(where, "ncacn_ip_tcp:127.0.0.1[", 23);
	assert_memory_not_equal(where, "ncacn_ip_tcp:127.0.0.1[0]", 25);
	assert_status(dcerpc_server_add_endpoint(server, where, &untouched), NT_STATUS_ADDRESS_ALREADY_EXISTS);

	assert_status(dcerpc_server_add_endpoint(server, "nonsense", &untouched), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_endpoint(server, "ncacn_ip_tcp:localhost.invalid[0]", &untouched),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_endpoint(server, "ncacn_np:[\\pipe\\echo]", &untouched),
		      NT_STATUS_NOT_SUPPORTED);
	assert_ptr_equal(untouched, (void *)0x1);

	/* The port is free again when the endpoint is gone. */
	talloc_free(one);
	assert_ok(dcerpc_server_add_endpoint(server, where, &one));
}

static void managers(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_server_manager *untouched = (void *)0x1;
	struct dcerpc_call_entry_point_vector vector = pair->log.vector;
	struct ndr_interface_table newer = ndr_table_rpcecho;

	assert_status(dcerpc_server_register_manager(pair->server, &vector, NULL, &untouched),
		      NT_STATUS_OBJECT_NAME_COLLISION);
	newer.format = dcerpcswift_table_format() + 1;
	vector.table = &newer;
	assert_status(dcerpc_server_register_manager(pair->server, &vector, NULL, &untouched),
		      NT_STATUS_REVISION_MISMATCH);
	vector.table = NULL;
	assert_status(dcerpc_server_register_manager(pair->server, &vector, NULL, &untouched),
		      NT_STATUS_INVALID_PARAMETER);
	assert_ptr_equal(untouched, (void *)0x1);
}

static void limits_have_names(void **state)
{
	struct pair *pair = echo_server(*state);

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_MAX_CALLS, 5));
	assert_status(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_MAX_CALLS, 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_set_limit(pair->server, 99, 5), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_set_limit(pair->server, 0, 5), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_set_limit(NULL, DCERPC_SERVER_MAX_CALLS, 5), NT_STATUS_INVALID_PARAMETER);
}

static void too_many_calls(void **state)
{
	struct pair *pair = echo_server(*state);
	struct tevent_req *reqs[4];
	unsigned busy = 0;
	int i;

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_MAX_CALLS, 3));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	for (i = 0; i < 4; i++) {
		reqs[i] = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 50);
	}
	for (i = 0; i < 4; i++) {
		uint32_t result;

		finish(pair, reqs[i]);
		if (!NT_STATUS_IS_OK(dcerpc_echo_TestSleep_recv(reqs[i], pair, &result))) {
			busy++;
		}
	}
	assert_int_equal(busy, 1);
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_NCA_S_SERVER_TOO_BUSY);
	assert_int_equal(pair->log.started, 3);
	assert_add_one_works(pair, pair->h);
}

static NTSTATUS echo(struct pair *pair, uint32_t length)
{
	uint8_t *data = talloc_zero_array(pair, uint8_t, length);
	struct tevent_req *req = dcerpc_echo_SinkData_send(pair, pair->ev, pair->h, length, data);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_echo_SinkData_recv(req, pair);
	talloc_free(req);
	talloc_free(data);
	return status;
}

static void too_many_bytes(void **state)
{
	struct pair *pair = echo_server(*state);

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_MAX_REQUEST_BYTES, 100000));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	assert_ok(echo(pair, 99000));
	assert_false(NT_STATUS_IS_OK(echo(pair, 101000)));
	/* Whether the connection survives that is the server's choice; the next client is served. */
	TALLOC_FREE(pair->h);
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	assert_add_one_works(pair, pair->h);
}

static void too_many_connections(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h[3];

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_MAX_CONNECTIONS, 2));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h[0]));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h[1]));
	assert_status(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h[2]), NT_STATUS_CONNECTION_DISCONNECTED);
	assert_add_one_works(pair, h[0]);
	assert_add_one_works(pair, h[1]);
	talloc_free(h[0]);
	run_for(pair->ev, 50);
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h[2]));
	assert_add_one_works(pair, h[2]);
}

static void an_idle_connection(void **state)
{
	struct pair *pair = echo_server(*state);

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_IDLE_SECONDS, 1));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	run_for(pair->ev, 600);
	assert_add_one_works(pair, pair->h);
	run_for(pair->ev, 600);
	assert_add_one_works(pair, pair->h);
	run_for(pair->ev, 2500);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
	assert_false(dcerpc_binding_handle_is_connected(pair->h));
}

/* --- Shutdown ---------------------------------------------------------------------------------------------------- */

static void shutdown_lets_calls_finish(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *call = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 150);
	struct tevent_req *req;
	struct dcerpc_binding_handle *h;
	uint32_t result = 0;

	run_for(pair->ev, 20);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CALLS_RUNNING), 1);
	req = dcerpc_server_shutdown_send(pair, pair->ev, pair->server);
	assert_non_null(req);
	run_for(pair->ev, 20);
	assert_true(tevent_req_is_in_progress(req));
	assert_status(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h), NT_STATUS_CONNECTION_REFUSED);

	finish(pair, call);
	assert_ok(dcerpc_echo_TestSleep_recv(call, pair, &result));
	assert_int_equal(result, 150);
	finish(pair, req);
	assert_ok(dcerpc_server_shutdown_recv(req));
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
	run_for(pair->ev, 20);
	assert_false(dcerpc_binding_handle_is_connected(pair->h));
}

static void shutdown_of_an_idle_server(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *req = dcerpc_server_shutdown_send(pair, pair->ev, pair->server);
	unsigned called = 0;

	assert_non_null(req);
	tevent_req_set_callback(req, count_callback, &called);
	assert_int_equal(called, 0);
	finish(pair, req);
	assert_int_equal(called, 1);
	assert_ok(dcerpc_server_shutdown_recv(req));
	talloc_free(req);
	TALLOC_FREE(pair->server);
}

static void server_freed_during_shutdown(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *call = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, 5000);
	struct tevent_req *req;

	assert_non_null(call);
	run_for(pair->ev, 20);
	req = dcerpc_server_shutdown_send(pair, pair->ev, pair->server);
	assert_non_null(req);
	TALLOC_FREE(pair->server);
	run_for(pair->ev, 20);
	assert_false(tevent_req_is_in_progress(req));
	talloc_free(req);
}

/* --- A call ------------------------------------------------------------------------------------------------------ */

struct seen {
	struct pair *pair;
	unsigned calls;
	uint64_t connection;
	uint32_t group;
};

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct seen *seen = private_data;
	struct GUID object = dcerpc_call_handle_object(call);

	seen->calls++;
	assert_int_equal(dcerpc_call_handle_opnum(call), NDR_ECHO_SINKDATA);
	assert_ptr_equal(dcerpc_call_handle_table(call), &ndr_table_rpcecho);
	assert_ptr_equal(dcerpc_call_handle_server(call), seen->pair->server);
	assert_ptr_equal(dcerpc_call_handle_private_data(call), &seen->pair->log);
	assert_string_equal(dcerpc_call_handle_local(call), seen->pair->where);
	assert_memory_equal(dcerpc_call_handle_peer(call), "ncacn_ip_tcp:127.0.0.1[", 23);
	assert_string_not_equal(dcerpc_call_handle_peer(call), seen->pair->where);
	assert_true(GUID_all_zero(&object));
	assert_int_equal(dcerpc_call_handle_context_id(call), 0);
	seen->connection = dcerpc_call_handle_connection_id(call);
	seen->group = dcerpc_call_handle_assoc_group_id(call);
}

static void what_a_call_knows(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct seen seen = { .pair = pair };
	uint64_t first;

	pair->log.on_sink = look;
	pair->log.on_sink_private = &seen;
	assert_ok(echo(pair, 3));
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.group, dcerpc_binding_handle_get_assoc_group_id(pair->h));
	first = seen.connection;
	assert_ok(echo(pair, 3));
	assert_int_equal(seen.connection, first);

	TALLOC_FREE(pair->h);
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &pair->h));
	assert_ok(echo(pair, 3));
	assert_int_not_equal(seen.connection, first);
}

/* --- Noise ------------------------------------------------------------------------------------------------------- */

static int connect_raw(struct pair *pair)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	unsigned port = 0;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(sscanf(pair->where, "ncacn_ip_tcp:127.0.0.1[%u]", &port), 1);
	address.sin_port = htons((uint16_t)port);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void noise_harms_nobody_else(void **state)
{
	struct pair *pair = echo_pair(*state);
	uint8_t noise[4096];
	uint32_t seed = 1;
	int round;

	for (round = 0; round < 64; round++) {
		int fd = connect_raw(pair);
		size_t i, length = 1 + seed % sizeof(noise);

		for (i = 0; i < length; i++) {
			seed = seed * 1103515245u + 12345u;
			noise[i] = (uint8_t)(seed >> 16);
		}
		if (round % 2 == 1) {
			/* A header that looks right: version 5.0, some type, first and last fragment, little-endian. */
			static const uint8_t header[] = { 5, 0, 11, 3, 0x10, 0, 0, 0, 0xb8, 0x10, 0, 0, 1, 0, 0, 0 };

			memcpy(noise, header, sizeof(header));
			noise[2] = (uint8_t)(round / 2 % 20);
		}
		assert_int_equal(send(fd, noise, length, MSG_NOSIGNAL), (ssize_t)length);
		run_for(pair->ev, 2);
		close(fd);
	}
	run_for(pair->ev, 20);
	assert_add_one_works(pair, pair->h);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(endpoints),
		TALLOC_TEST(managers),
		TALLOC_TEST(limits_have_names),
		TALLOC_TEST(too_many_calls),
		TALLOC_TEST(too_many_bytes),
		TALLOC_TEST(too_many_connections),
		TALLOC_TEST(an_idle_connection),
		TALLOC_TEST(shutdown_lets_calls_finish),
		TALLOC_TEST(shutdown_of_an_idle_server),
		TALLOC_TEST(server_freed_during_shutdown),
		TALLOC_TEST(what_a_call_knows),
		TALLOC_TEST(noise_harms_nobody_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
