/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A mechanism of the program's own: our client with our server, both with a toy that signs with a checksum and encrypts
 * by adding numbers; and the same with faults built in.
 */
#include "support_echo.h"

#define TOY_TYPE 123
#define TOY_SIGNATURE 24

/* What goes wrong, on one side. */
enum fault {
	NO_FAULT,
	CREATE_FAILS,
	STEP_FAILS,
	ENDLESS_STEPS,
	NO_TOKEN,
	LONG_TOKEN,
	EMPTY_TOKEN,
	DONE_WITH_PENDING,
	FINISHED_AT_ONCE,
	NO_SIGNATURE_SIZE,
	HUGE_SIGNATURE,
	WRONG_SIGNATURE,
	SIGN_FAILS,
	VERIFY_FAILS,
	HUGE_KEY,
	NAMELESS,
};

/* When a mechanism speaks of a step that is over. */
enum late_word {
	NEVER,
	TWICE,		/* at once after the first time */
	LATER,		/* after the next step, and when the connection is there */
	OF_WHAT_WAS_NOT_PENDING,
	WITH_THE_STEP,	/* from a destructor of something that is allocated on it */
	WITH_THE_STATE, /* from a destructor of something that is allocated for the security context */
	WITH_BOTH,
};

struct toy {
	unsigned legs;		/* tokens of both sides */
	unsigned milliseconds;	/* each step is pending for so long; 0: none is */
	bool early;		/* ... and is done before it returns */
	bool frees_pair;	/* the second step frees the server and the client's request */
	enum fault client_fault, server_fault;
	enum late_word late;
	/* what was seen */
	struct dcerpc_mechanism_step *old[16];
	unsigned olds, late_words;
	struct pair *pair;
	struct tevent_req **req;
	unsigned contexts, freed, steps, whole_messages, data_messages;
	bool had_no_loop;
	char target[64];
};

struct side {
	struct dcerpc_mechanism_step *last;
	struct toy *toy;
	bool is_server;
	enum fault fault;
	unsigned taken;
	uint32_t sent, received;
	uint8_t key;
};

/* A word on a step that is over does nothing, whatever it is. */
static void speak_of(struct toy *toy, struct dcerpc_mechanism_step *step)
{
	toy->late_words++;
	assert_status(dcerpc_mechanism_step_set_token(step, (const uint8_t *)"x", 1), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_mechanism_step_loop(step));
	dcerpc_mechanism_step_done(step, NT_STATUS_OK);
	dcerpc_mechanism_step_done(step, NT_STATUS_ACCESS_DENIED);
}

static int side_freed(struct side *side)
{
	if (side->last != NULL && (side->toy->late == WITH_THE_STATE || side->toy->late == WITH_BOTH)) {
		speak_of(side->toy, side->last);
	}
	side->toy->freed++;
	return 0;
}

struct witness {
	struct toy *toy;
	struct dcerpc_mechanism_step *step;
};

static int witness_freed(struct witness *w)
{
	speak_of(w->toy, w->step);
	return 0;
}

static NTSTATUS toy_create(TALLOC_CTX *mem_ctx, void *private_data, bool is_server, uint32_t level, const char *target,
			   void **state)
{
	struct toy *toy = private_data;
	struct side *side;

	assert_true(level >= DCERPC_LEVEL_CONNECT && level <= DCERPC_LEVEL_PRIVACY);
	if ((is_server ? toy->server_fault : toy->client_fault) == CREATE_FAILS) {
		return NT_STATUS_ACCOUNT_DISABLED;
	}
	side = talloc_zero(mem_ctx, struct side);
	side->toy = toy;
	side->is_server = is_server;
	side->fault = is_server ? toy->server_fault : toy->client_fault;
	side->key = 17;
	talloc_set_destructor(side, side_freed);
	toy->contexts++;
	if (!is_server) {
		snprintf(toy->target, sizeof(toy->target), "%s", target);
	} else {
		assert_string_equal(target, "");
	}
	*state = side;
	return NT_STATUS_OK;
}

struct delay {
	struct toy *toy;
	struct dcerpc_mechanism_step *step;
	NTSTATUS status;
};

static void delay_over(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	struct delay *delay = private_data;

	(void)ev;
	(void)te;
	(void)now;
	if (delay->toy->late == TWICE) {
		struct dcerpc_mechanism_step *step = delay->step;
		struct toy *toy = delay->toy;

		dcerpc_mechanism_step_done(step, delay->status);
		speak_of(toy, step);
		return;
	}
	dcerpc_mechanism_step_done(delay->step, delay->status);
}

static NTSTATUS later(struct side *side, struct dcerpc_mechanism_step *step, NTSTATUS status)
{
	struct tevent_context *ev = dcerpc_mechanism_step_loop(step);
	struct delay *delay;

	if (side->fault == DONE_WITH_PENDING) {
		status = NT_STATUS_PENDING;
	}
	if (side->toy->early) {
		dcerpc_mechanism_step_done(step, status);
		if (side->toy->late == TWICE) {
			dcerpc_mechanism_step_done(step, NT_STATUS_OK);
			dcerpc_mechanism_step_done(step, NT_STATUS_ACCESS_DENIED);
		}
		return side->toy->late == OF_WHAT_WAS_NOT_PENDING ? status : NT_STATUS_PENDING;
	}
	if (side->toy->milliseconds == 0 && side->fault != DONE_WITH_PENDING) {
		return status;
	}
	if (ev == NULL) {
		side->toy->had_no_loop = true;
		return status;
	}
	/* It goes with the step. */
	delay = talloc(step, struct delay);
	*delay = (struct delay){ side->toy, step, status };
	tevent_add_timer(ev, delay, tevent_timeval_current_ofs(0, side->toy->milliseconds * 1000), delay_over, delay);
	return NT_STATUS_PENDING;
}

static void note_step(struct side *side, struct dcerpc_mechanism_step *step)
{
	struct toy *toy = side->toy;
	unsigned i;

	side->last = step;
	if (toy->late == WITH_THE_STEP || toy->late == WITH_BOTH) {
		struct witness *w = talloc(step, struct witness);

		*w = (struct witness){ toy, step };
		talloc_set_destructor(w, witness_freed);
	}
	if (toy->late == LATER) {
		for (i = 0; i < toy->olds; i++) {
			speak_of(toy, toy->old[i]);
		}
		toy->old[toy->olds++] = step;
	}
}

/* Tokens are a number, counted by both sides, and some filling. */
static NTSTATUS toy_step(void *state, struct dcerpc_mechanism_step *step, const uint8_t *token, size_t length)
{
	static uint8_t filling[0x10000];
	struct side *side = state;
	unsigned number = side->is_server ? 2 * side->taken + 1 : 2 * side->taken;
	uint8_t next[100] = { 0 };

	side->toy->steps++;
	side->taken++;
	note_step(side, step);
	if (side->toy->frees_pair && side->taken == 2 - (side->is_server ? 1 : 0)) {
		struct toy *toy = side->toy;

		if (toy->req != NULL) {
			TALLOC_FREE(*toy->req);
		}
		TALLOC_FREE(toy->pair->server);
		return NT_STATUS_OK;
	}
	switch (side->fault) {
	case STEP_FAILS: return later(side, step, NT_STATUS_ACCOUNT_EXPIRED);
	case NO_TOKEN: return later(side, step, NT_STATUS_MORE_PROCESSING_REQUIRED);
	case LONG_TOKEN:
		assert_status(dcerpc_mechanism_step_set_token(step, filling, DCERPC_MECHANISM_MAX_TOKEN + 1),
			      NT_STATUS_INVALID_PARAMETER);
		return later(side, step, NT_STATUS_MORE_PROCESSING_REQUIRED);
	case EMPTY_TOKEN:
		assert_status(dcerpc_mechanism_step_set_token(step, next, 0), NT_STATUS_INVALID_PARAMETER);
		return later(side, step, NT_STATUS_MORE_PROCESSING_REQUIRED);
	case ENDLESS_STEPS:
		assert_ok(dcerpc_mechanism_step_set_token(step, next, 1));
		return later(side, step, NT_STATUS_MORE_PROCESSING_REQUIRED);
	case FINISHED_AT_ONCE:
		assert_ok(dcerpc_mechanism_step_set_token(step, next, 1));
		return later(side, step, NT_STATUS_OK);
	default: break;
	}
	if (number == 0) {
		assert_int_equal(length, 0);
	} else if (number > side->toy->legs) {
		/* An exchange that has nothing more to say. */
		return later(side, step, length == 0 ? NT_STATUS_OK : NT_STATUS_INVALID_PARAMETER);
	} else if (length != sizeof(next) || token[0] != number) {
		return later(side, step, NT_STATUS_INVALID_PARAMETER);
	}
	if (number < side->toy->legs) {
		next[0] = (uint8_t)(number + 1);
		assert_ok(dcerpc_mechanism_step_set_token(step, next, sizeof(next)));
	}
	return later(side, step,
		     number + 1 >= side->toy->legs ? NT_STATUS_OK : NT_STATUS_MORE_PROCESSING_REQUIRED);
}

static size_t toy_signature_size(void *state)
{
	switch (((struct side *)state)->fault) {
	case NO_SIGNATURE_SIZE: return 0;
	case HUGE_SIGNATURE: return DCERPC_MECHANISM_MAX_SIGNATURE + 1;
	case WRONG_SIGNATURE: return TOY_SIGNATURE + 8;
	default: return TOY_SIGNATURE;
	}
}

static void note(struct side *side, const uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length)
{
	if (whole == data && whole_length == length) {
		side->toy->data_messages++;
	} else {
		/* A PDU, its data in it. */
		assert_true(whole < data && data + length <= whole + whole_length);
		assert_int_equal(whole[0], 5);
		side->toy->whole_messages++;
	}
}

static void checksum(const uint8_t *whole, size_t length, uint32_t number, uint8_t signature[TOY_SIGNATURE])
{
	uint64_t hash = 14695981039346656037u + number;
	size_t i;

	for (i = 0; i < length; i++) {
		hash = (hash ^ whole[i]) * 1099511628211u;
	}
	memset(signature, 0x55, TOY_SIGNATURE);
	memcpy(signature, &hash, sizeof(hash));
}

static NTSTATUS toy_sign(void *state, const uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			 uint8_t *signature, size_t signature_size)
{
	struct side *side = state;

	assert_int_equal(signature_size, TOY_SIGNATURE);
	note(side, data, length, whole, whole_length);
	checksum(whole, whole_length, side->sent++, signature);
	return side->fault == SIGN_FAILS ? NT_STATUS_UNSUCCESSFUL : NT_STATUS_OK;
}

static NTSTATUS toy_verify(void *state, const uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			   const uint8_t *signature, size_t signature_size)
{
	struct side *side = state;
	uint8_t expected[TOY_SIGNATURE];

	assert_int_equal(signature_size, TOY_SIGNATURE);
	note(side, data, length, whole, whole_length);
	checksum(whole, whole_length, side->received++, expected);
	return side->fault == VERIFY_FAILS || memcmp(expected, signature, TOY_SIGNATURE) != 0 ? NT_STATUS_ACCESS_DENIED
											     : NT_STATUS_OK;
}

static void add(uint8_t *data, size_t length, uint8_t key)
{
	while (length-- > 0) {
		data[length] += key;
	}
}

static NTSTATUS toy_seal(void *state, uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			 uint8_t *signature, size_t signature_size)
{
	struct side *side = state;
	NTSTATUS status = toy_sign(state, data, length, whole, whole_length, signature, signature_size);

	add(data, length, (uint8_t)(side->key + side->sent));
	return status;
}

static NTSTATUS toy_unseal(void *state, uint8_t *data, size_t length, const uint8_t *whole, size_t whole_length,
			   const uint8_t *signature, size_t signature_size)
{
	struct side *side = state;

	add(data, length, (uint8_t)-(side->key + side->received + 1));
	return toy_verify(state, data, length, whole, whole_length, signature, signature_size);
}

static size_t toy_session_key(void *state, uint8_t *key, size_t room)
{
	struct side *side = state;

	assert_int_equal(room, DCERPC_MECHANISM_MAX_KEY);
	memset(key, side->key, 32);
	return side->fault == HUGE_KEY ? room + 1 : 32;
}

static void toy_peer(void *state, struct dcerpc_account *account)
{
	static const struct dom_sid sid = { .sid_rev_num = 1, .num_auths = 2, .id_auth = { 0, 0, 0, 0, 0, 5 },
					    .sub_auths = { 21, 99 } };

	assert_true(((struct side *)state)->is_server);
	if (((struct side *)state)->fault != NAMELESS) {
		assert_ok(dcerpc_account_set_name(account, "TOYS", "bear"));
	}
	assert_ok(dcerpc_account_add_sid(account, &sid));
}

static const struct dcerpc_mechanism_ops toy_ops = {
	.struct_size = sizeof(struct dcerpc_mechanism_ops),
	.auth_type = TOY_TYPE,
	.flags = DCERPC_MECHANISM_SIGNS_HEADERS,
	.create = toy_create,
	.step = toy_step,
	.signature_size = toy_signature_size,
	.sign = toy_sign,
	.verify = toy_verify,
	.seal = toy_seal,
	.unseal = toy_unseal,
	.session_key = toy_session_key,
	.peer = toy_peer,
};

/* --- The pair --------------------------------------------------------------------------------------------------- */

struct seen {
	uint32_t mechanism, level, num_sids;
	size_t key_length;
	char account[16], domain[16];
};

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct seen *seen = private_data;
	const char *account = dcerpc_call_handle_account(call), *domain = dcerpc_call_handle_domain(call);
	DATA_BLOB key = { NULL, 0 };

	seen->mechanism = dcerpc_call_handle_mechanism(call);
	seen->level = dcerpc_call_handle_level(call);
	dcerpc_call_handle_sids(call, &seen->num_sids);
	seen->key_length = 0;
	if (NT_STATUS_IS_OK(dcerpc_call_handle_auth_session_key(call, NULL, &key))) {
		seen->key_length = key.length;
		assert_int_equal(key.data[31], 17);
		talloc_free(key.data);
	}
	snprintf(seen->account, sizeof(seen->account), "%s", account != NULL ? account : "nobody");
	snprintf(seen->domain, sizeof(seen->domain), "%s", domain != NULL ? domain : "nowhere");
}

static struct dcerpc_mechanism *mechanism(TALLOC_CTX *mem_ctx, struct toy *toy, uint32_t flags)
{
	struct dcerpc_mechanism_ops ops = toy_ops;
	struct dcerpc_mechanism *m;

	ops.flags = flags;
	assert_ok(dcerpc_mechanism_create(mem_ctx, &ops, toy, &m));
	assert_ptr_equal(talloc_parent(m), mem_ctx);
	return m;
}

static struct pair *toy_server(TALLOC_CTX *mem_ctx, struct toy *toy, struct seen *seen, uint32_t flags)
{
	struct pair *pair = echo_server(mem_ctx);
	struct dcerpc_mechanism *m = mechanism(pair, toy, flags);

	toy->pair = pair;
	pair->log.on_sink = look;
	pair->log.on_sink_private = seen;
	assert_ok(dcerpc_server_add_mechanism(pair->server, m));
	assert_status(dcerpc_server_add_mechanism(pair->server, m), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(dcerpc_server_add_mechanism(pair->server, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_add_mechanism(NULL, m), NT_STATUS_INVALID_PARAMETER);
	/* The server keeps it. */
	talloc_free(m);
	return pair;
}

static struct dcerpc_binding *toy_binding(struct pair *pair, struct toy *toy, const char *options, uint32_t flags)
{
	char *text = talloc_strndup(pair, pair->where, strlen(pair->where) - 1);
	struct dcerpc_credentials *c = dcerpc_credentials_create(pair);
	struct dcerpc_mechanism *m = mechanism(pair, toy, flags);
	struct dcerpc_binding *b;

	text = talloc_asprintf_append(text, "%s%s]", *options != '\0' ? "," : "", options);
	assert_ok(dcerpc_parse_binding(pair, text, &b));
	assert_status(dcerpc_credentials_set_mechanism(NULL, m), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_mechanism(c, m));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	talloc_free(c);
	talloc_free(m);
	return b;
}

static NTSTATUS toy_connect(struct pair *pair, struct toy *toy, const char *options, uint32_t flags,
			    struct dcerpc_binding_handle **h)
{
	struct dcerpc_binding *b = toy_binding(pair, toy, options, flags);
	struct tevent_req *req = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
	NTSTATUS status;

	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_connect_recv(req, pair, h);
	talloc_free(req);
	talloc_free(b);
	return status;
}

static NTSTATUS sink(struct pair *pair, struct dcerpc_binding_handle *h)
{
	uint8_t data[20000] = { 1, 2, 3 };
	struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
	struct tevent_req *req = dcerpc_echo_SinkData_r_send(pair, pair->ev, h, &r);
	NTSTATUS status;

	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_echo_SinkData_r_recv(req, pair);
	talloc_free(req);
	return status;
}

static NTSTATUS echo(struct pair *pair, struct dcerpc_binding_handle *h)
{
	uint8_t in[9000], out[9000] = { 0 };
	struct echo_EchoData r = { .in = { .len = sizeof(in), .in_data = in }, .out = { .out_data = out } };
	struct tevent_req *req;
	NTSTATUS status;
	size_t i;

	for (i = 0; i < sizeof(in); i++) {
		in[i] = (uint8_t)(i * 7);
	}
	req = dcerpc_echo_EchoData_r_send(pair, pair->ev, h, &r);
	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_echo_EchoData_r_recv(req, pair);
	talloc_free(req);
	if (NT_STATUS_IS_OK(status)) {
		assert_memory_equal(in, r.out.out_data, sizeof(in));
	}
	return status;
}

/* --- Tests ------------------------------------------------------------------------------------------------------ */

static void every_level_and_length(void **state)
{
	static const struct {
		const char *options;
		uint32_t level;
		unsigned legs, milliseconds;
		bool early;
	} cases[] = {
		{ "", DCERPC_LEVEL_INTEGRITY, 2, 0, false },
		{ "connect", DCERPC_LEVEL_CONNECT, 3, 0, false },
		{ "packet", DCERPC_LEVEL_PACKET, 4, 0, false },
		{ "sign,noheadersigning", DCERPC_LEVEL_INTEGRITY, 5, 2, false },
		{ "seal", DCERPC_LEVEL_PRIVACY, 3, 0, false },
		{ "seal,bigendian", DCERPC_LEVEL_PRIVACY, 6, 2, false },
		{ "seal,ndr64", DCERPC_LEVEL_PRIVACY, 7, 0, true },
		{ "seal,noheadersigning", DCERPC_LEVEL_PRIVACY, 8, 1, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool plain = cases[i].level == DCERPC_LEVEL_CONNECT;
		bool headers = strstr(cases[i].options, "noheader") == NULL && !plain;
		struct toy toy = { .legs = cases[i].legs, .milliseconds = cases[i].milliseconds,
				   .early = cases[i].early };
		struct seen seen = { 0 };
		struct pair *pair = toy_server(*state, &toy, &seen, DCERPC_MECHANISM_SIGNS_HEADERS);
		struct dcerpc_binding_handle *h;
		DATA_BLOB key = { NULL, 0 };

		assert_ok(toy_connect(pair, &toy, cases[i].options, DCERPC_MECHANISM_SIGNS_HEADERS, &h));
		assert_string_equal(toy.target, "host/127.0.0.1");
		assert_ok(sink(pair, h));
		assert_ok(echo(pair, h));
		assert_int_equal(seen.mechanism, TOY_TYPE);
		assert_int_equal(seen.level, cases[i].level);
		assert_string_equal(seen.account, "bear");
		assert_string_equal(seen.domain, "TOYS");
		assert_int_equal(seen.num_sids, 1);
		assert_int_equal(seen.key_length, 32);
		assert_ok(dcerpc_binding_handle_auth_session_key(h, pair, &key));
		assert_int_equal(key.length, 32);
		assert_int_equal(toy.contexts, 2);
		assert_int_equal(toy.freed, 0);
		assert_false(toy.had_no_loop);
		assert_int_equal(toy.whole_messages > 0, headers);
		assert_int_equal(toy.data_messages > 0, !headers && !plain);
		talloc_free(h);
		run_for(pair->ev, 20);
		assert_int_equal(toy.freed, 2);
		talloc_free(pair);
	}
}

/* Synchronous functions run a loop of their own, in which steps may take their time. */
static void synchronous_connects_wait(void **state)
{
	struct toy toy = { .legs = 2, .milliseconds = 5, .client_fault = STEP_FAILS };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;

	assert_status(dcerpc_connect(pair, toy_binding(pair, &toy, "seal", 0), &ndr_table_rpcecho, &h),
		      NT_STATUS_ACCOUNT_EXPIRED);
	assert_false(toy.had_no_loop);
	assert_int_equal(toy.freed, toy.contexts);
	talloc_free(pair);
}

static void calls_may_take_turns(void **state)
{
	struct toy toy = { .legs = 3 };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, DCERPC_MECHANISM_TAKES_TURNS);
	struct dcerpc_binding_handle *h;
	struct tevent_req *req[5];
	struct echo_AddOne r[5];
	uint32_t out[5];
	unsigned i;

	assert_ok(toy_connect(pair, &toy, "seal", DCERPC_MECHANISM_TAKES_TURNS, &h));
	for (i = 0; i < 5; i++) {
		r[i] = (struct echo_AddOne){ .in = { .in_data = i }, .out = { .out_data = &out[i] } };
		req[i] = dcerpc_echo_AddOne_r_send(pair, pair->ev, h, &r[i]);
	}
	for (i = 0; i < 5; i++) {
		finish(pair, req[i]);
		assert_ok(dcerpc_echo_AddOne_r_recv(req[i], pair));
		assert_int_equal(out[i], i + 1);
		talloc_free(req[i]);
	}
	talloc_free(pair);
}

static void beside_another_context(void **state)
{
	struct toy toy = { .legs = 4, .milliseconds = 2 };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, DCERPC_MECHANISM_SIGNS_HEADERS);
	struct dcerpc_binding_handle *h, *second;
	struct dcerpc_binding *b;
	struct tevent_req *req;
	unsigned i;

	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h));
	b = toy_binding(pair, &toy, "seal", DCERPC_MECHANISM_SIGNS_HEADERS);
	req = dcerpc_secondary_auth_context_send(pair, pair->ev, h, b, &ndr_table_rpcecho);
	finish(pair, req);
	assert_ok(dcerpc_secondary_auth_context_recv(req, pair, &second));
	talloc_free(req);
	for (i = 0; i < 4; i++) {
		assert_ok(sink(pair, i % 2 == 0 ? second : h));
		assert_string_equal(seen.account, i % 2 == 0 ? "bear" : "nobody");
	}
	talloc_free(pair);
}

static void policies_name_it(void **state)
{
	static const uint32_t toy_only[] = { TOY_TYPE }, others[] = { DCERPC_MECHANISM_NTLM };
	struct toy toy = { .legs = 2 };
	struct pair *pair = talloc_zero(*state, struct pair);
	struct dcerpc_server_manager *manager;
	struct dcerpc_binding_handle *h;

	echo_log_init(&pair->log);
	pair->ev = tevent_context_init(pair);
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_ok(dcerpc_server_register_manager(pair->server, &pair->log.vector, &pair->log, &manager));
	assert_ok(dcerpc_server_add_mechanism(pair->server, mechanism(pair, &toy, 0)));
	assert_ok(dcerpc_server_manager_set_mechanisms(manager, toy_only, 1));
	assert_ok(dcerpc_server_start(pair->server));
	assert_ok(toy_connect(pair, &toy, "sign", 0, &h));
	assert_ok(sink(pair, h));
	assert_ok(dcerpc_server_manager_set_mechanisms(manager, others, 1));
	assert_status(sink(pair, h), NT_STATUS_ACCESS_DENIED);
	talloc_free(pair);
}

static void what_is_no_mechanism(void **state)
{
	struct dcerpc_mechanism_ops ops;
	struct dcerpc_mechanism *m = NULL;
	struct toy toy = { .legs = 2 };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;

#define REFUSED(change)                                                                                           \
	do {                                                                                                      \
		ops = toy_ops;                                                                                    \
		change;                                                                                           \
		assert_status(dcerpc_mechanism_create(pair, &ops, &toy, &m), NT_STATUS_INVALID_PARAMETER);        \
	} while (0)
	REFUSED(ops.struct_size = 0);
	REFUSED(ops.struct_size++);
	REFUSED(ops.auth_type = 0);
	REFUSED(ops.auth_type = 256);
	REFUSED(ops.flags = 0x80);
	REFUSED(ops.step = NULL);
	REFUSED(ops.signature_size = NULL);
	REFUSED(ops.verify = NULL);
	REFUSED(ops.seal = NULL);
	assert_status(dcerpc_mechanism_create(pair, NULL, &toy, &m), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_mechanism_create(pair, &toy_ops, &toy, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_null(m);
	assert_status(dcerpc_mechanism_step_set_token(NULL, (const uint8_t *)"x", 1), NT_STATUS_INVALID_PARAMETER);
	assert_null(dcerpc_mechanism_step_loop(NULL));
	dcerpc_mechanism_step_done(NULL, NT_STATUS_OK);

	assert_status(toy_connect(pair, &toy, "ntlm", 0, &h), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(toy_connect(pair, &toy, "spnego,seal", 0, &h), NT_STATUS_INVALID_PARAMETER_MIX);

	/* A mechanism that cannot encrypt. */
	{
		struct dcerpc_credentials *c = dcerpc_credentials_create(pair);
		struct dcerpc_binding *b = toy_binding(pair, &toy, "seal", 0);

		ops = toy_ops;
		ops.seal = NULL;
		ops.unseal = NULL;
		assert_ok(dcerpc_mechanism_create(pair, &ops, &toy, &m));
		assert_ok(dcerpc_credentials_set_mechanism(c, m));
		assert_ok(dcerpc_binding_set_credentials(b, c));
		assert_status(dcerpc_connect(pair, b, &ndr_table_rpcecho, &h), NT_STATUS_INVALID_PARAMETER_MIX);
		assert_ok(dcerpc_credentials_set_mechanism(c, NULL));
	}
	assert_int_equal(toy.contexts, 0);
	talloc_free(pair);
}

static void what_misbehaves_gets_a_status(void **state)
{
	static const struct {
		enum fault client, server;
		NTSTATUS connect, call;
		bool slowly; /* also with pending steps */
	} cases[] = {
		{ CREATE_FAILS, NO_FAULT, NT_STATUS_ACCOUNT_DISABLED, NT_STATUS_OK, false },
		{ NO_FAULT, CREATE_FAILS, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, false },
		{ STEP_FAILS, NO_FAULT, NT_STATUS_ACCOUNT_EXPIRED, NT_STATUS_OK, true },
		{ NO_FAULT, STEP_FAILS, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, true },
		{ ENDLESS_STEPS, ENDLESS_STEPS, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, true },
		{ NO_TOKEN, NO_FAULT, NT_STATUS_INTERNAL_ERROR, NT_STATUS_OK, true },
		{ NO_FAULT, NO_TOKEN, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, true },
		{ LONG_TOKEN, NO_FAULT, NT_STATUS_INVALID_PARAMETER, NT_STATUS_OK, true },
		{ NO_FAULT, LONG_TOKEN, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, true },
		{ EMPTY_TOKEN, NO_FAULT, NT_STATUS_INVALID_PARAMETER, NT_STATUS_OK, true },
		{ DONE_WITH_PENDING, NO_FAULT, NT_STATUS_INTERNAL_ERROR, NT_STATUS_OK, true },
		{ NO_FAULT, DONE_WITH_PENDING, NT_STATUS_RPC_SEC_PKG_ERROR, NT_STATUS_OK, true },
		{ FINISHED_AT_ONCE, NO_FAULT, NT_STATUS_INTERNAL_ERROR, NT_STATUS_OK, true },
		{ NO_SIGNATURE_SIZE, NO_FAULT, NT_STATUS_INTERNAL_ERROR, NT_STATUS_OK, true },
		{ HUGE_SIGNATURE, NO_FAULT, NT_STATUS_INTERNAL_ERROR, NT_STATUS_OK, true },
		/* A server that refuses what it has agreed to in the bind. */
		{ NO_FAULT, HUGE_SIGNATURE, NT_STATUS_LOGON_FAILURE, NT_STATUS_OK, true },
		{ NO_FAULT, VERIFY_FAILS, NT_STATUS_OK, NT_STATUS_RPC_SEC_PKG_ERROR, false },
		{ VERIFY_FAILS, NO_FAULT, NT_STATUS_OK, NT_STATUS_RPC_SEC_PKG_ERROR, false },
		{ SIGN_FAILS, NO_FAULT, NT_STATUS_OK, NT_STATUS_RPC_SEC_PKG_ERROR, false },
		{ NO_FAULT, SIGN_FAILS, NT_STATUS_OK, NT_STATUS_RPC_SEC_PKG_ERROR, false },
	};
	size_t i;

	for (i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		size_t n = i / 2;
		struct toy toy = { .legs = 4, .milliseconds = i % 2, .client_fault = cases[n].client,
				   .server_fault = cases[n].server };
		struct seen seen = { 0 };
		struct pair *pair;
		struct dcerpc_binding_handle *h = NULL;
		NTSTATUS status;

		if (i % 2 == 1 && !cases[n].slowly) {
			continue;
		}
		pair = toy_server(*state, &toy, &seen, 0);
		status = toy_connect(pair, &toy, "seal", 0, &h);
		if (!NT_STATUS_EQUAL(status, cases[n].connect)) {
			print_error("case %zu: ", n);
		}
		assert_status(status, cases[n].connect);
		if (NT_STATUS_IS_OK(status)) {
			status = sink(pair, h);
			if (!NT_STATUS_EQUAL(status, cases[n].call)) {
				print_error("case %zu: ", n);
			}
			assert_status(status, cases[n].call);
			talloc_free(h);
		}
		run_for(pair->ev, 10);
		assert_int_equal(toy.freed, toy.contexts);
		talloc_free(pair);
	}
}

static void a_key_that_is_too_long_is_none(void **state)
{
	struct toy toy = { .legs = 2, .client_fault = HUGE_KEY, .server_fault = HUGE_KEY };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;
	DATA_BLOB key = { NULL, 0 };

	assert_ok(toy_connect(pair, &toy, "seal", 0, &h));
	assert_ok(sink(pair, h));
	assert_int_equal(seen.key_length, 0);
	assert_status(dcerpc_binding_handle_auth_session_key(h, pair, &key), NT_STATUS_NO_USER_SESSION_KEY);
	talloc_free(pair);
}

/* A client without a name is nobody, however its calls are protected. */
static void somebody_without_a_name(void **state)
{
	struct toy toy = { .legs = 2, .server_fault = NAMELESS };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;

	assert_ok(toy_connect(pair, &toy, "seal", 0, &h));
	assert_ok(sink(pair, h));
	assert_string_equal(seen.account, "nobody");
	assert_int_equal(seen.level, DCERPC_LEVEL_NONE);
	assert_int_equal(seen.mechanism, TOY_TYPE);
	talloc_free(pair);
}

/* One side's signatures have another size than the other side's. */
static void sizes_that_differ(void **state)
{
	struct toy toy = { .legs = 2, .server_fault = WRONG_SIGNATURE };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;

	assert_ok(toy_connect(pair, &toy, "seal", 0, &h));
	assert_status(sink(pair, h), NT_STATUS_RPC_SEC_PKG_ERROR);
	talloc_free(pair);
}

static void everything_may_go_while_a_step_thinks(void **state)
{
	unsigned what, turns;

	for (what = 0; what < 4; what++) {
		for (turns = 0; turns < 14; turns++) {
			struct toy toy = { .legs = 5, .milliseconds = what == 3 ? 0 : 3 };
			struct seen seen = { 0 };
			struct pair *pair = toy_server(*state, &toy, &seen, 0);
			struct dcerpc_binding *b = toy_binding(pair, &toy, "seal", 0);
			struct tevent_req *req = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
			unsigned i;

			if (what == 3) {
				toy.frees_pair = true;
				toy.req = &req;
			}
			for (i = 0; i < turns; i++) {
				tevent_loop_once(pair->ev);
				if (req == NULL || !tevent_req_is_in_progress(req)) {
					break;
				}
			}
			switch (what) {
			case 0: TALLOC_FREE(req); break;
			case 1: TALLOC_FREE(pair->server); break;
			case 2: /* all of it, client first or last */
				if (turns % 2 == 0) {
					TALLOC_FREE(pair->server);
					TALLOC_FREE(req);
				}
				break;
			default: break;
			}
			if (what != 2) {
				run_for(pair->ev, 10);
			}
			talloc_free(pair);
			assert_int_equal(toy.freed, toy.contexts);
		}
	}
}

/* A step that is over stays over, whatever is said of it as long as its security context is there. */
static void late_words_do_nothing(void **state)
{
	static const struct {
		enum late_word late;
		unsigned milliseconds;
		bool early;
	} cases[] = {
		{ TWICE, 1, false },	     { TWICE, 0, true },	 { LATER, 1, false },	     { LATER, 0, false },
		{ LATER, 0, true },	     { WITH_THE_STEP, 1, false }, { WITH_THE_STEP, 0, true },
		{ WITH_THE_STEP, 0, false }, { WITH_THE_STATE, 1, false }, { WITH_THE_STATE, 0, true },
		{ WITH_BOTH, 1, false },     { WITH_BOTH, 0, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct toy toy = { .legs = 5, .milliseconds = cases[i].milliseconds, .early = cases[i].early,
				   .late = cases[i].late };
		struct seen seen = { 0 };
		struct pair *pair = toy_server(*state, &toy, &seen, 0);
		struct dcerpc_binding_handle *h;
		unsigned k;

		assert_ok(toy_connect(pair, &toy, "seal", 0, &h));
		assert_ok(sink(pair, h));
		for (k = 0; k < toy.olds; k++) {
			speak_of(&toy, toy.old[k]);
		}
		assert_ok(sink(pair, h));
		talloc_free(h);
		run_for(pair->ev, 10);
		assert_int_equal(toy.freed, 2);
		assert_true(toy.late_words > 0 || toy.early);
		talloc_free(pair);
	}
}

/* Who says two things is not believed either of them. */
static void an_outcome_beside_another(void **state)
{
	struct toy toy = { .legs = 4, .early = true, .late = OF_WHAT_WAS_NOT_PENDING };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;

	assert_status(toy_connect(pair, &toy, "seal", 0, &h), NT_STATUS_INTERNAL_ERROR);
	assert_int_equal(toy.freed, toy.contexts);
	talloc_free(pair);
}

/* The connection goes while a step is pending, and its mechanism speaks of it as it is freed. */
static void words_from_destructors(void **state)
{
	static const enum late_word words[] = { WITH_THE_STEP, WITH_THE_STATE, WITH_BOTH };
	unsigned n, what, turns;

	for (n = 0; n < 3; n++) {
		for (what = 0; what < 3; what++) {
			for (turns = 0; turns < 12; turns++) {
				struct toy toy = { .legs = 5, .milliseconds = 3, .late = words[n] };
				struct seen seen = { 0 };
				struct pair *pair = toy_server(*state, &toy, &seen, 0);
				struct dcerpc_binding *b = toy_binding(pair, &toy, "seal", 0);
				struct tevent_req *req = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
				unsigned i;

				for (i = 0; i < turns && tevent_req_is_in_progress(req); i++) {
					tevent_loop_once(pair->ev);
				}
				if (what == 0) {
					TALLOC_FREE(req);
				} else if (what == 1) {
					TALLOC_FREE(pair->server);
				}
				if (what != 2) {
					run_for(pair->ev, 10);
				}
				talloc_free(pair);
				assert_int_equal(toy.freed, toy.contexts);
				assert_true(toy.late_words > 0);
			}
		}
	}
}

/* Handles of other kinds, and memory that is none. */
static void words_on_other_things(void **state)
{
	struct toy toy = { .legs = 2 };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &toy, &seen, 0);
	struct dcerpc_binding_handle *h;
	void *others[6];
	size_t i;

	assert_ok(toy_connect(pair, &toy, "seal", 0, &h));
	others[0] = h;
	others[1] = pair->server;
	others[2] = dcerpc_credentials_create(pair);
	others[3] = mechanism(pair, &toy, 0);
	others[4] = talloc_zero_array(pair, uint8_t, 4);
	others[5] = tevent_wakeup_send(pair, pair->ev, tevent_timeval_zero());
	for (i = 0; i < 6; i++) {
		speak_of(&toy, others[i]);
	}
	assert_ok(sink(pair, h));
	talloc_free(pair);
}

/* Two exchanges at once, each of which is gone on with by the other's timer. */
struct swap {
	struct dcerpc_mechanism_step *steps[2];
	NTSTATUS statuses[2];
	unsigned waiting, swapped;
};

static void swap_over(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	struct swap *swap = private_data;

	(void)ev;
	(void)te;
	(void)now;
	if (swap->waiting == 2) {
		struct swap s = *swap;

		swap->waiting = 0;
		swap->swapped++;
		dcerpc_mechanism_step_done(s.steps[1], s.statuses[1]);
		dcerpc_mechanism_step_done(s.steps[0], s.statuses[0]);
	}
}

struct swapping {
	struct toy toy; /* first: the toy's functions see it */
	struct swap swap;
};

/* The client's steps wait for each other. */
static NTSTATUS swap_step(void *state, struct dcerpc_mechanism_step *step, const uint8_t *token, size_t length)
{
	struct side *side = state;
	struct swap *swap = &((struct swapping *)side->toy)->swap;
	NTSTATUS status = toy_step(state, step, token, length);

	if (side->is_server || swap->waiting == 2) {
		return status;
	}
	swap->steps[swap->waiting] = step;
	swap->statuses[swap->waiting++] = status;
	tevent_add_timer(dcerpc_mechanism_step_loop(step), side, tevent_timeval_current_ofs(0, 1000), swap_over, swap);
	return NT_STATUS_PENDING;
}

static void steps_of_another_connection(void **state)
{
	struct swapping s = { .toy = { .legs = 4 } };
	struct seen seen = { 0 };
	struct pair *pair = toy_server(*state, &s.toy, &seen, 0);
	struct dcerpc_mechanism_ops ops = toy_ops;
	struct dcerpc_credentials *c = dcerpc_credentials_create(pair);
	struct dcerpc_binding *b = toy_binding(pair, &s.toy, "seal", 0);
	struct dcerpc_mechanism *m;
	struct dcerpc_binding_handle *h[2];
	struct tevent_req *req[2];
	unsigned i;

	ops.flags = 0;
	ops.step = swap_step;
	assert_ok(dcerpc_mechanism_create(pair, &ops, &s, &m));
	assert_ok(dcerpc_credentials_set_mechanism(c, m));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	for (i = 0; i < 2; i++) {
		req[i] = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
	}
	for (i = 0; i < 2; i++) {
		finish(pair, req[i]);
		assert_ok(dcerpc_connect_recv(req[i], pair, &h[i]));
		talloc_free(req[i]);
	}
	assert_true(s.swap.swapped > 0);
	for (i = 0; i < 2; i++) {
		assert_ok(sink(pair, h[i]));
		assert_ok(echo(pair, h[i]));
	}
	talloc_free(pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(every_level_and_length),
		TALLOC_TEST(synchronous_connects_wait),
		TALLOC_TEST(calls_may_take_turns),
		TALLOC_TEST(beside_another_context),
		TALLOC_TEST(policies_name_it),
		TALLOC_TEST(what_is_no_mechanism),
		TALLOC_TEST(what_misbehaves_gets_a_status),
		TALLOC_TEST(a_key_that_is_too_long_is_none),
		TALLOC_TEST(somebody_without_a_name),
		TALLOC_TEST(sizes_that_differ),
		TALLOC_TEST(everything_may_go_while_a_step_thinks),
		TALLOC_TEST(late_words_do_nothing),
		TALLOC_TEST(an_outcome_beside_another),
		TALLOC_TEST(words_from_destructors),
		TALLOC_TEST(words_on_other_things),
		TALLOC_TEST(steps_of_another_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
