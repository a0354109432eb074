/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Calls that work: client and server in one process on one loop.
 */
#include "support_echo.h"

static void both_forms(void **state)
{
	struct pair *pair = echo_pair(*state);
	uint32_t out = 0;
	struct echo_AddOne r;
	struct tevent_req *req;

	assert_add_one_works(pair, pair->h);

	memset(&r, 0, sizeof(r));
	r.in.in_data = UINT32_MAX;
	r.out.out_data = &out;
	out = 7;
	req = dcerpc_echo_AddOne_r_send(pair, pair->ev, pair->h, &r);
	finish(pair, req);
	assert_ok(dcerpc_echo_AddOne_r_recv(req, pair));
	assert_int_equal(out, 0);
	assert_ptr_equal(r.out.out_data, &out);
	talloc_free(req);
}

static void by_table_and_number(void **state)
{
	struct pair *pair = echo_pair(*state);
	uint32_t out = 0;
	struct echo_AddOne r;
	struct tevent_req *req;

	memset(&r, 0, sizeof(r));
	r.in.in_data = 1;
	r.out.out_data = &out;
	req = dcerpc_binding_handle_call_send(pair, pair->ev, pair->h, NULL, &ndr_table_rpcecho, NDR_ECHO_ADDONE,
					      pair, &r);
	finish(pair, req);
	assert_ok(dcerpc_binding_handle_call_recv(req));
	assert_int_equal(out, 2);
	talloc_free(req);
}

static void echo(struct pair *pair, struct dcerpc_binding_handle *h, uint32_t length)
{
	uint8_t *data = talloc_array(pair, uint8_t, length);
	uint8_t *answer = talloc_zero_array(pair, uint8_t, length);
	struct tevent_req *req;
	uint32_t i;

	for (i = 0; i < length; i++) {
		data[i] = (uint8_t)(i * 31 + (i >> 8));
	}
	req = dcerpc_echo_EchoData_send(pair, pair->ev, h, length, data, answer);
	finish(pair, req);
	assert_ok(dcerpc_echo_EchoData_recv(req, pair));
	if (length > 0) {
		assert_memory_equal(answer, data, length);
	}
	talloc_free(req);
	talloc_free(data);
	talloc_free(answer);
}

static void data_of_every_size(void **state)
{
	static const uint32_t sizes[] = { 0,	1,    2,    3,	   4,	  5,	 100,	 4000,	 4256,
					  4280, 5784, 5800, 5840,  5841,  11600, 16384,	 65535, 65536,
					  262144, 1048576, 3000000 };
	struct pair *pair = echo_pair(*state);
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		echo(pair, pair->h, sizes[i]);
	}
	/* Around the borders of a fragment, byte by byte. */
	for (i = 0; i < 64; i++) {
		echo(pair, pair->h, 5760 + (uint32_t)i);
	}
}

static void every_representation(void **state)
{
	static const char *const options[] = { "", ",ndr32", ",ndr64", ",bigendian", ",padcheck", ",nomultiplex",
					       ",max_xmit_frag=2048,max_recv_frag=2048" };
	struct pair *pair = echo_server(*state);
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct dcerpc_binding_handle *h = NULL;

		assert_ok(pair_connect(pair, pair, options[i], &ndr_table_rpcecho, &h));
		assert_ptr_equal(talloc_parent(h), pair);
		assert_true(dcerpc_binding_handle_is_connected(h));
		assert_add_one_works(pair, h);
		echo(pair, h, 100000);
		talloc_free(h);
	}
}

static void transfer_syntaxes(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *ndr32, *ndr64;
	struct ndr_syntax_id one, other;
	char *text;

	assert_ok(pair_connect(pair, pair, ",ndr32", &ndr_table_rpcecho, &ndr32));
	one = dcerpc_binding_handle_get_transfer_syntax(ndr32);
	text = GUID_string(pair, &one.uuid);
	assert_string_equal(text, "8a885d04-1ceb-11c9-9fe8-08002b104860");
	assert_int_equal(one.if_version, 2);

	assert_ok(pair_connect(pair, pair, ",ndr64", &ndr_table_rpcecho, &ndr64));
	other = dcerpc_binding_handle_get_transfer_syntax(ndr64);
	text = GUID_string(pair, &other.uuid);
	assert_string_equal(text, "71710533-beba-4937-8319-b5dbef9ccc36");
	assert_int_equal(other.if_version, 1);

	one = dcerpc_binding_handle_get_transfer_syntax(NULL);
	assert_true(GUID_all_zero(&one.uuid));
}

static void strings(void **state)
{
	static const char *const texts[] = { "", "a", "hello", "Gr\xc3\xbc\xc3\x9f" "e", "\xf0\x9f\x90\x9d bee" };
	struct pair *pair = echo_pair(*state);
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *answer = NULL;
		char *expected = talloc_asprintf(pair, "%s!", texts[i]);
		struct tevent_req *req = dcerpc_echo_TestCall_send(pair, pair->ev, pair->h, texts[i], &answer);

		finish(pair, req);
		assert_ok(dcerpc_echo_TestCall_recv(req, pair));
		assert_string_equal(answer, expected);
		talloc_free(req);
	}
}

static NTSTATUS info(struct pair *pair, struct dcerpc_binding_handle *h, uint16_t level, union echo_Info *info)
{
	NTSTATUS result = NT_STATUS_UNSUCCESSFUL;
	struct tevent_req *req = dcerpc_echo_TestCall2_send(pair, pair->ev, h, level, info);

	finish(pair, req);
	assert_ok(dcerpc_echo_TestCall2_recv(req, pair, &result));
	talloc_free(req);
	return result;
}

static void unions(void **state)
{
	static const char *const options[] = { ",ndr32", ",ndr64", ",ndr32,bigendian", ",ndr64,bigendian" };
	struct pair *pair = echo_server(*state);
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct dcerpc_binding_handle *h;
		union echo_Info u;

		assert_ok(pair_connect(pair, pair, options[i], &ndr_table_rpcecho, &h));
		memset(&u, 0, sizeof(u));
		assert_ok(info(pair, h, 1, &u));
		assert_int_equal(u.info1.v, 10);
		assert_ok(info(pair, h, 2, &u));
		assert_int_equal(u.info2.v, 20);
		assert_ok(info(pair, h, 3, &u));
		assert_int_equal(u.info3.v, 30);
		assert_ok(info(pair, h, 4, &u));
		assert_int_equal(u.info4.v, 0x4000000040ull);
		assert_ok(info(pair, h, 5, &u));
		assert_int_equal(u.info5.v1, 50);
		assert_int_equal(u.info5.v2, 0x5000000060ull);
		assert_ok(info(pair, h, 6, &u));
		assert_int_equal(u.info6.v1, 70);
		assert_int_equal(u.info6.info1.v, 80);
		assert_ok(info(pair, h, 7, &u));
		assert_int_equal(u.info7.v1, 90);
		assert_int_equal(u.info7.info4.v, 0x9000000100ull);
		talloc_free(h);
	}
}

static void enums_and_conformant_structures(void **state)
{
	struct pair *pair = echo_pair(*state);
	enum echo_Enum1 foo1 = ECHO_ENUM1;
	struct echo_Enum2 foo2 = { .e1 = ECHO_ENUM2, .e2 = ECHO_ENUM1_32 };
	union echo_Enum3 foo3 = { .e1 = ECHO_ENUM2 };
	uint16_t numbers[] = { 1, 2, 3, 0xffff, 5 };
	struct echo_Surrounding *surrounding = talloc_zero(pair, struct echo_Surrounding);
	struct tevent_req *req;

	req = dcerpc_echo_TestEnum_send(pair, pair->ev, pair->h, &foo1, &foo2, &foo3);
	finish(pair, req);
	assert_ok(dcerpc_echo_TestEnum_recv(req, pair));
	assert_int_equal(foo1, ECHO_ENUM1);
	assert_int_equal(foo2.e1, ECHO_ENUM2);
	assert_int_equal(foo2.e2, ECHO_ENUM1_32);
	assert_int_equal(foo3.e1, ECHO_ENUM2);
	talloc_free(req);

	surrounding->x = 5;
	surrounding->surrounding = numbers;
	req = dcerpc_echo_TestSurrounding_send(pair, pair->ev, pair->h, surrounding);
	finish(pair, req);
	assert_ok(dcerpc_echo_TestSurrounding_recv(req, pair));
	assert_int_equal(surrounding->x, 5);
	assert_memory_equal(surrounding->surrounding, numbers, sizeof(numbers));
	talloc_free(req);
}

struct answer {
	uint32_t value, result;
	unsigned *order;
	unsigned position;
	struct pair *pair;
	struct tevent_req *req;
};

static void added(struct tevent_req *req)
{
	struct answer *answer = tevent_req_callback_data_void(req);

	assert_ok(dcerpc_echo_AddOne_recv(req, answer->pair));
	answer->position = ++*answer->order;
}

static void slept(struct tevent_req *req)
{
	struct answer *answer = tevent_req_callback_data_void(req);

	assert_ok(dcerpc_echo_TestSleep_recv(req, answer->pair, &answer->result));
	answer->position = ++*answer->order;
}

static void many_in_flight(void **state)
{
	enum { calls = 200 };
	struct pair *pair = echo_pair(*state);
	struct answer *answers = talloc_zero_array(pair, struct answer, calls);
	unsigned order = 0;
	int i;

	for (i = 0; i < calls; i++) {
		answers[i] = (struct answer){ .value = (uint32_t)i * 3, .order = &order, .pair = pair };
		answers[i].req = dcerpc_echo_AddOne_send(answers, pair->ev, pair->h, answers[i].value,
							 &answers[i].result);
		assert_non_null(answers[i].req);
		tevent_req_set_callback(answers[i].req, added, &answers[i]);
	}
	assert_int_equal(order, 0);
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS_IN_FLIGHT), calls);
	while (order < calls) {
		assert_int_equal(tevent_loop_once(pair->ev), 0);
	}
	for (i = 0; i < calls; i++) {
		assert_int_equal(answers[i].result, answers[i].value + 1);
	}
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS_IN_FLIGHT), 0);
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS), calls);
}

static void answers_in_any_order(void **state)
{
	static const uint32_t milliseconds[] = { 200, 10, 150, 60, 110 };
	enum { calls = 5 };
	struct pair *pair = echo_pair(*state);
	struct answer answers[calls];
	unsigned order = 0;
	int i;

	for (i = 0; i < calls; i++) {
		answers[i] = (struct answer){ .value = milliseconds[i], .order = &order, .pair = pair };
		answers[i].req = dcerpc_echo_TestSleep_send(pair, pair->ev, pair->h, milliseconds[i]);
		tevent_req_set_callback(answers[i].req, slept, &answers[i]);
	}
	while (order < calls) {
		assert_int_equal(tevent_loop_once(pair->ev), 0);
	}
	assert_int_equal(pair->log.started, calls);
	for (i = 0; i < calls; i++) {
		int j, faster = 0;

		assert_int_equal(answers[i].result, milliseconds[i]);
		for (j = 0; j < calls; j++) {
			faster += milliseconds[j] < milliseconds[i];
		}
		assert_int_equal(answers[i].position, faster + 1);
	}
}

static void one_at_a_time_when_asked(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h;
	struct answer answers[3];
	unsigned order = 0;
	int i;

	assert_ok(pair_connect(pair, pair, ",nomultiplex", &ndr_table_rpcecho, &h));
	for (i = 0; i < 3; i++) {
		answers[i] = (struct answer){ .order = &order, .pair = pair };
		answers[i].req = dcerpc_echo_TestSleep_send(pair, pair->ev, h, (uint32_t)(60 - 20 * i));
		tevent_req_set_callback(answers[i].req, slept, &answers[i]);
	}
	while (order < 3) {
		assert_int_equal(tevent_loop_once(pair->ev), 0);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(answers[i].position, i + 1);
	}
}

static void callbacks_come_from_the_loop(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct dcerpc_binding_handle *h = pair->h;
	unsigned called = 0;
	struct tevent_req *req;
	uint32_t answer = 7;

	/* Even a call that fails at once. */
	assert_ok(dcerpc_binding_handle_disconnect(h));
	req = dcerpc_echo_AddOne_send(pair, pair->ev, h, 1, &answer);
	assert_non_null(req);
	tevent_req_set_callback(req, count_callback, &called);
	assert_int_equal(called, 0);
	/* The request is done, and its callback comes from the loop. */
	while (called == 0) {
		assert_int_equal(tevent_loop_once(pair->ev), 0);
	}
	assert_int_equal(called, 1);
	assert_false(NT_STATUS_IS_OK(dcerpc_echo_AddOne_recv(req, pair)));
	assert_int_equal(answer, 7);
	talloc_free(req);
}

/* --- Faults ------------------------------------------------------------------------------------------------------ */

static NTSTATUS sink(struct pair *pair)
{
	uint8_t data[] = { 1, 2, 3 };
	struct tevent_req *req = dcerpc_echo_SinkData_send(pair, pair->ev, pair->h, sizeof(data), data);
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_echo_SinkData_recv(req, pair);
	talloc_free(req);
	return status;
}

static void faults(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct tevent_req *req;
	uint8_t data[4] = { 9, 9, 9, 9 };
	uint16_t value = 1, *p1 = &value, **p2 = &p1, ***p3 = &p2;
	uint16_t result;

	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), 0);
	assert_ok(sink(pair));

	/* A function that the server does not have. */
	req = dcerpc_echo_TestDoublePointer_send(pair, pair->ev, pair->h, p3);
	finish(pair, req);
	assert_status(dcerpc_echo_TestDoublePointer_recv(req, pair, &result), NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	talloc_free(req);
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_NCA_S_OP_RNG_ERROR);

	/* An error of the function itself, with and without a code. */
	pair->log.sink_status = NT_STATUS_ACCESS_DENIED;
	assert_status(sink(pair), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_FAULT_ACCESS_DENIED);
	pair->log.fault_code = 0x12345678;
	assert_status(sink(pair), NT_STATUS_RPC_CALL_FAILED);
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), 0x12345678);
	assert_string_not_equal(dcerpc_binding_handle_error_string(pair->h), "");

	/* A code has no effect when the function succeeds. */
	pair->log.sink_status = NT_STATUS_OK;
	assert_ok(sink(pair));
	assert_string_equal(dcerpc_binding_handle_error_string(pair->h), "");

	/* Out of memory. */
	req = dcerpc_echo_SourceData_send(pair, pair->ev, pair->h, 4, data);
	finish(pair, req);
	assert_false(NT_STATUS_IS_OK(dcerpc_echo_SourceData_recv(req, pair)));
	talloc_free(req);
	assert_int_equal(dcerpc_binding_handle_last_fault(pair->h), DCERPC_NCA_S_FAULT_REMOTE_NO_MEMORY);
	assert_int_equal(data[0], 9);

	assert_add_one_works(pair, pair->h);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_FAULTS), 4);
}

/* --- Bytes ------------------------------------------------------------------------------------------------------- */

static NTSTATUS raw(struct pair *pair, uint32_t opnum, const void *bytes, size_t length, uint8_t **out,
		    size_t *out_length)
{
	struct tevent_req *req = dcerpc_binding_handle_raw_call_send(pair, pair->ev, pair->h, NULL, opnum, 0, bytes,
								     length);
	uint32_t flags = 0;
	NTSTATUS status;

	finish(pair, req);
	status = dcerpc_binding_handle_raw_call_recv(req, pair, out, out_length, &flags);
	if (NT_STATUS_IS_OK(status)) {
		assert_int_equal(flags, 0);
	}
	talloc_free(req);
	return status;
}

static void raw_calls(void **state)
{
	struct pair *pair = echo_pair(*state);
	static const uint8_t five[] = { 5, 0, 0, 0 }, six[] = { 6, 0, 0, 0 };
	uint8_t *out = NULL;
	size_t length = 0;

	assert_ok(raw(pair, NDR_ECHO_ADDONE, five, sizeof(five), &out, &length));
	assert_int_equal(length, 4);
	assert_memory_equal(out, six, 4);
	assert_ptr_equal(talloc_parent(out), pair);

	/* Too short, an unknown function, and none of them costs the connection. */
	assert_status(raw(pair, NDR_ECHO_ADDONE, five, 3, &out, &length), NT_STATUS_RPC_BAD_STUB_DATA);
	assert_status(raw(pair, NDR_ECHO_ADDONE, NULL, 0, &out, &length), NT_STATUS_RPC_BAD_STUB_DATA);
	assert_status(raw(pair, 0xfffe, five, 4, &out, &length), NT_STATUS_RPC_PROCNUM_OUT_OF_RANGE);
	assert_add_one_works(pair, pair->h);
}

static void objects_select_managers(void **state)
{
	struct pair *pair = echo_pair(*state);
	struct echo_log other;
	struct GUID object, unknown;
	struct echo_TestSleep r;
	struct tevent_req *req;

	echo_log_init(&other);
	assert_ok(GUID_from_string("5c1f0a6e-1111-4222-8333-944455566677", &object));
	unknown = object;
	unknown.time_low++;
	assert_ok(dcerpc_server_register_object_manager(pair->server, &object, &other.vector, &other, NULL));
	assert_status(dcerpc_server_register_object_manager(pair->server, &object, &other.vector, &other, NULL),
		      NT_STATUS_OBJECT_NAME_COLLISION);

	memset(&r, 0, sizeof(r));
	r.in.seconds = 1;
	req = dcerpc_binding_handle_call_send(pair, pair->ev, pair->h, &object, &ndr_table_rpcecho,
					      NDR_ECHO_TESTSLEEP, pair, &r);
	finish(pair, req);
	assert_ok(dcerpc_binding_handle_call_recv(req));
	assert_int_equal(other.finished, 1);
	assert_int_equal(pair->log.finished, 0);
	talloc_free(req);

	req = dcerpc_binding_handle_call_send(pair, pair->ev, pair->h, &unknown, &ndr_table_rpcecho,
					      NDR_ECHO_TESTSLEEP, pair, &r);
	finish(pair, req);
	assert_ok(dcerpc_binding_handle_call_recv(req));
	assert_int_equal(other.finished, 1);
	assert_int_equal(pair->log.finished, 1);
	talloc_free(req);
}

static void numbers_about_the_connection(void **state)
{
	struct pair *pair = echo_pair(*state);
	const struct dcerpc_binding *binding = dcerpc_binding_handle_get_binding(pair->h);

	assert_non_null(binding);
	assert_string_equal(dcerpc_binding_get_string_option(binding, "host"), "127.0.0.1");
	assert_add_one_works(pair, pair->h);
	assert_true(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_MAX_XMIT_FRAG) >= 1432);
	assert_true(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_MAX_RECV_FRAG) >= 1432);
	/* bind and one request; bind_ack and one response. */
	assert_true(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_BYTES_SENT) >= 72 + 28);
	assert_true(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_BYTES_RECEIVED) >= 60 + 28);
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, DCERPC_STAT_CALLS), 1);
	assert_int_equal(dcerpc_binding_handle_get_stat(pair->h, 4711), 0);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CALLS), 1);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_PDUS_IN), 2);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_PDUS_OUT), 2);
	assert_int_equal(dcerpc_server_get_stat(pair->server, 4711), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(both_forms),
		TALLOC_TEST(by_table_and_number),
		TALLOC_TEST(data_of_every_size),
		TALLOC_TEST(every_representation),
		TALLOC_TEST(transfer_syntaxes),
		TALLOC_TEST(strings),
		TALLOC_TEST(unions),
		TALLOC_TEST(enums_and_conformant_structures),
		TALLOC_TEST(many_in_flight),
		TALLOC_TEST(answers_in_any_order),
		TALLOC_TEST(one_at_a_time_when_asked),
		TALLOC_TEST(callbacks_come_from_the_loop),
		TALLOC_TEST(faults),
		TALLOC_TEST(raw_calls),
		TALLOC_TEST(objects_select_managers),
		TALLOC_TEST(numbers_about_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
