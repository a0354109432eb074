/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Stubs of language.idl: outputs and results by value, members that stay in C, context handles as MIDL has them, parts
 * of arrays, a COM interface, and what a function with pipes answers while pipes cannot run.
 */
#include "support_echo.h"

#define DCERPC_IMPLEMENTS_l_Values
#define DCERPC_IMPLEMENTS_l_Thing
#define DCERPC_IMPLEMENTS_l_Name
#define DCERPC_IMPLEMENTS_l_Open
#define DCERPC_IMPLEMENTS_l_Close
#define DCERPC_IMPLEMENTS_l_Part
#define DCERPC_IMPLEMENTS_l_IObject_Twice
#include "ndr_language_c.h"
#include "ndr_language_s.h"

#define ANSWER(function) \
	static NTSTATUS _##function##_recv(struct tevent_req *req) { return dcerpc_call_simple_recv(req); } \
	static struct tevent_req *_##function##_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev, \
		struct dcerpc_call_handle *call, struct function *r)

ANSWER(l_Values)
{
	(void)call;
	/* [in,out] by value starts as it came. */
	r->out.both += r->in.a;
	r->out.thing.id = 7;
	r->out.thing.mine = (struct l_private *)r;
	r->out.thing.value.kind = 1;
	r->out.thing.value.tagged_union.number = 8;
	r->out.text = "text";
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

ANSWER(l_Thing)
{
	(void)call;
	r->out.result = r->in.thing;
	r->out.result.id++;
	return dcerpc_call_done(mem_ctx, ev, r->in.thing.mine == NULL ? NT_STATUS_OK : NT_STATUS_INTERNAL_ERROR);
}

ANSWER(l_Name)
{
	(void)call;
	r->out.result = r->in.id == 0 ? NULL : "name";
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

ANSWER(l_Open)
{
	(void)call;
	r->out.handle->handle_type = 5;
	r->out.result = 1;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

ANSWER(l_Close)
{
	(void)call;
	r->out.result = r->in.handle.handle_type;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

ANSWER(l_Part)
{
	uint32_t i;

	(void)call;
	for (i = 0; i < 6; i++) {
		*r->out.sum += r->in.numbers[i];
	}
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

ANSWER(l_IObject_Twice)
{
	(void)call;
	*r->out.b = 2 * r->in.a;
	r->out.ORPCthat->flags = r->in.ORPCthis.version.MajorVersion;
	return dcerpc_call_done(mem_ctx, ev, NT_STATUS_OK);
}

static struct dcerpc_binding_handle *connect_to(struct pair *pair, const struct ndr_interface_table *table)
{
	struct dcerpc_binding_handle *h;

	assert_ok(dcerpc_server_register_manager(pair->server, &language_vector, NULL, NULL));
	assert_ok(dcerpc_server_register_manager(pair->server, &l_IObject_vector, NULL, NULL));
	assert_ok(pair_connect(pair, pair, "", table, &h));
	return h;
}

static void values(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_language);
	uint32_t both = 3;
	struct l_thing thing = { .id = 1, .mine = (struct l_private *)pair };
	const char *text = NULL;
	struct tevent_req *req = dcerpc_l_Values_send(pair, pair->ev, h, 4, &both, &thing, &text);

	finish(pair, req);
	assert_ok(dcerpc_l_Values_recv(req, pair));
	assert_int_equal(both, 7);
	assert_int_equal(thing.id, 7);
	assert_null(thing.mine);
	assert_int_equal(thing.value.kind, 1);
	assert_int_equal(thing.value.tagged_union.number, 8);
	assert_string_equal(text, "text");
}

static void results(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_language);
	struct l_thing thing = { .id = 1, .mine = (struct l_private *)pair, .name = "thing" };
	struct l_thing result = { .id = 0 };
	const char *name = NULL;
	struct tevent_req *req = dcerpc_l_Thing_send(pair, pair->ev, h, thing);

	finish(pair, req);
	assert_ok(dcerpc_l_Thing_recv(req, pair, &result));
	assert_int_equal(result.id, 2);
	assert_string_equal(result.name, "thing");
	req = dcerpc_l_Name_send(pair, pair->ev, h, 1);
	finish(pair, req);
	assert_ok(dcerpc_l_Name_recv(req, pair, &name));
	assert_string_equal(name, "name");
	req = dcerpc_l_Name_send(pair, pair->ev, h, 0);
	finish(pair, req);
	assert_ok(dcerpc_l_Name_recv(req, pair, &name));
	assert_null(name);
}

static void handles(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_language);
	struct policy_handle handle = { .handle_type = 0 };
	uint32_t result = 0;
	struct tevent_req *req = dcerpc_l_Open_send(pair, pair->ev, h, &handle);

	finish(pair, req);
	assert_ok(dcerpc_l_Open_recv(req, pair, &result));
	assert_int_equal(handle.handle_type, 5);
	req = dcerpc_l_Close_send(pair, pair->ev, h, handle);
	finish(pair, req);
	assert_ok(dcerpc_l_Close_recv(req, pair, &result));
	assert_int_equal(result, 5);
}

/* What does not travel is zero at the other end. */
static void parts(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_language);
	uint32_t numbers[6] = { 1, 2, 4, 8, 16, 32 };
	uint32_t sum = 0;
	struct tevent_req *req = dcerpc_l_Part_send(pair, pair->ev, h, 4, numbers, &sum);

	finish(pair, req);
	assert_ok(dcerpc_l_Part_recv(req, pair));
	assert_int_equal(sum, 48);
	req = dcerpc_l_Part_send(pair, pair->ev, h, 7, numbers, &sum);
	finish(pair, req);
	assert_false(NT_STATUS_IS_OK(dcerpc_l_Part_recv(req, pair)));
}

static void pipes(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_language);
	struct l_Pipe r = { .in = { .bytes = NULL } };

	assert_status(dcerpc_binding_handle_call(h, NULL, &ndr_table_language, NDR_L_PIPE, pair, &r),
		      NT_STATUS_NOT_SUPPORTED);
}

static void objects(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding_handle *h = connect_to(pair, &ndr_table_l_IObject);
	struct ORPCTHIS this_ = { .version = { 5, 7 } };
	struct ORPCTHAT that = { .flags = 0 };
	uint32_t b = 0;
	HRESULT result;
	struct tevent_req *req = dcerpc_l_IObject_Twice_send(pair, pair->ev, h, this_, &that, 21, &b);

	finish(pair, req);
	assert_ok(dcerpc_l_IObject_Twice_recv(req, pair, &result));
	assert_int_equal(b, 42);
	assert_int_equal(that.flags, 5);
	assert_int_equal(NDR_L_IOBJECT_TWICE, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(values),
		TALLOC_TEST(results),
		TALLOC_TEST(handles),
		TALLOC_TEST(parts),
		TALLOC_TEST(pipes),
		TALLOC_TEST(objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
