/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Kerberos where nobody can log on: KDCs that answer nonsense, keytabs and caches that are none, tokens of nobody, and
 * requests that are freed in the middle of it. What works is tested with real KDCs, in Tests/Interop.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support_echo.h"
#include "support_kdc.h"

struct fixture {
	struct pair *pair;
	struct kdc *kdc;
	struct dcerpc_credentials *c;
	unsigned lookups;
};

static NTSTATUS unknown(void *private_data, const char *domain, const char *account, uint8_t nt_hash[16])
{
	struct fixture *f = private_data;

	(void)domain;
	(void)account;
	(void)nt_hash;
	f->lookups++;
	return NT_STATUS_NOT_FOUND;
}

/* A server that has NTLM and knows nobody, a KDC, and somebody with a password. */
static struct fixture *fixture(TALLOC_CTX *mem_ctx)
{
	struct fixture *f = talloc_zero(mem_ctx, struct fixture);

	f->pair = echo_server(f);
	assert_ok(dcerpc_server_enable_ntlm(f->pair->server, "EXAMPLE", "SERVER", unknown, f));
	f->kdc = kdc_start(f, f->pair->ev);
	f->c = dcerpc_credentials_create(f);
	assert_ok(dcerpc_credentials_set_user(f->c, "alice"));
	assert_ok(dcerpc_credentials_set_password(f->c, "Password"));
	return f;
}

static struct tevent_req *connecting(struct fixture *f, TALLOC_CTX *mem_ctx, const char *options)
{
	char *text = talloc_strndup(f, f->pair->where, strlen(f->pair->where) - 1);
	struct dcerpc_binding *b;
	struct tevent_req *req;

	text = talloc_asprintf_append(text, ",target_hostname=server.example.test%s]", options);
	assert_ok(dcerpc_parse_binding(f, text, &b));
	assert_ok(dcerpc_binding_set_credentials(b, f->c));
	req = dcerpc_connect_send(mem_ctx, f->pair->ev, b, &ndr_table_rpcecho);
	assert_non_null(req);
	talloc_free(b);
	talloc_free(text);
	return req;
}

static NTSTATUS connects(struct fixture *f, const char *options)
{
	struct dcerpc_binding_handle *h = NULL;
	struct tevent_req *req = connecting(f, f, options);
	NTSTATUS status;

	finish(f->pair, req);
	status = dcerpc_connect_recv(req, f, &h);
	talloc_free(req);
	talloc_free(h);
	return status;
}

static struct kdc_answer says(const void *bytes, size_t length)
{
	return (struct kdc_answer){ .bytes = bytes, .length = length };
}

/* --- KDCs --------------------------------------------------------------------------------------------------------- */

static void what_no_kdc_says(void **state)
{
	static const uint8_t nothing[] = { 0, 0, 0, 0 }, huge[] = { 0xff, 0xff, 0xff, 0xff, 0x6b, 1 },
			     large[] = { 0, 0x10, 0, 1, 0x6b }, half[] = { 0, 0, 0, 9, 0x6b, 7, 0x30 },
			     deep[] = { 0, 0, 0, 6, 0x7e, 0x84, 0xff, 0xff, 0xff, 0xff },
			     text[] = "HTTP/1.0 400 Bad Request\r\n\r\n";
	struct fixture *f = fixture(*state);
	uint8_t *nested = talloc_array(f, uint8_t, 60004), *one = talloc_array(f, uint8_t, 5);
	unsigned first;

	/* The sizes say that it is over before the answer is. */
	f->kdc->answer = says("", 0);
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	assert_int_equal(f->kdc->requests, 1);
	f->kdc->answer = says(huge, sizeof(huge));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	f->kdc->answer = says(large, sizeof(large));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	f->kdc->answer = says(half, sizeof(half));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	f->kdc->answer = says(text, sizeof(text));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	f->kdc->answer.at_once = true;
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);

	/* Whole messages that are none. */
	f->kdc->answer = says(deep, sizeof(deep));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_RPC_SEC_PKG_ERROR);
	for (first = 0; first < 256; first += 5) {
		memcpy(one, "\0\0\0\1", 4);
		one[4] = (uint8_t)first;
		f->kdc->answer = says(one, 5);
		assert_status(connects(f, ",krb5,sign"), NT_STATUS_RPC_SEC_PKG_ERROR);
	}
	for (first = 4; first + 3 < 60004; first += 4) {
		uint16_t left = (uint16_t)(60004 - first - 4);

		nested[first] = first == 4 ? 0x7e : 0x30;
		nested[first + 1] = 0x82;
		nested[first + 2] = (uint8_t)(left >> 8);
		nested[first + 3] = (uint8_t)left;
	}
	memcpy(nested, "\0\0\xea\x60", 4);
	f->kdc->answer = says(nested, 60004);
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_RPC_SEC_PKG_ERROR);

	/* An answer of nothing is none. */
	f->kdc->requests = 0;
	f->kdc->answer = says(nothing, sizeof(nothing));
	assert_status(connects(f, ",krb5,sign"), NT_STATUS_NO_LOGON_SERVERS);
	assert_int_equal(f->kdc->requests, 1);
	assert_int_equal(f->lookups, 0);
}

static void what_a_kdc_may_say(void **state)
{
	static const struct {
		int code;
		NTSTATUS status;
		/* Whether NTLM is tried where Kerberos is only desired. */
		bool goes_on;
	} cases[] = {
		{ 6, NT_STATUS_NO_SUCH_USER, true },	  { 14, NT_STATUS_KDC_UNKNOWN_ETYPE, true },
		{ 18, NT_STATUS_ACCOUNT_DISABLED, false }, { 23, NT_STATUS_PASSWORD_EXPIRED, false },
		{ 24, NT_STATUS_LOGON_FAILURE, false },	  { 37, NT_STATUS_TIME_DIFFERENCE_AT_DC, true },
		{ 1, NT_STATUS_ACCOUNT_EXPIRED, false },
	};
	struct fixture *f = fixture(*state);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->kdc->answer = kdc_error(f, cases[i].code, NULL, 0);
		f->lookups = 0;
		assert_status(connects(f, ",krb5,seal"), cases[i].status);
		assert_ok(dcerpc_credentials_set_kerberos(f->c, DCERPC_KERBEROS_REQUIRED));
		assert_status(connects(f, ",seal"), cases[i].status);
		assert_status(connects(f, ",spnego,seal"), cases[i].status);
		assert_int_equal(f->lookups, 0);
		assert_ok(dcerpc_credentials_set_kerberos(f->c, DCERPC_KERBEROS_DESIRED));
		assert_status(connects(f, ",seal"), cases[i].goes_on ? NT_STATUS_LOGON_FAILURE : cases[i].status);
		assert_int_equal(f->lookups, cases[i].goes_on ? 1 : 0);
	}
	/* Who has sent a KRB-ERROR nobody knows: what stands in it explains a failure, and makes none a success. */
	f->kdc->answer = kdc_error(f, 18, (const uint8_t *)"\x30\x15\xa1\3\2\1\3\xa2\x0e\4\x0c\0\0\0\0\0\0\0\0\1\0\0\0", 23);
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_ACCOUNT_DISABLED);
	f->kdc->answer = kdc_error(f, 18, (const uint8_t *)"\x30\x15\xa1\3\2\1\3\xa2\x0e\4\x0c\x34\2\0\xc0\0\0\0\0\1\0\0\0", 23);
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_ACCOUNT_LOCKED_OUT);
	f->kdc->answer.trickles = true;
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_ACCOUNT_LOCKED_OUT);
}

static void a_kdc_that_wants_more_each_time(void **state)
{
	struct fixture *f = fixture(*state);
	NTSTATUS status;

	/* KRB_ERR_RESPONSE_TOO_BIG, which over TCP cannot be, and pre-authentication of an unknown kind. */
	f->kdc->answer = kdc_error(f, 52, NULL, 0);
	status = connects(f, ",krb5,seal");
	assert_false(NT_STATUS_IS_OK(status));
	f->kdc->requests = 0;
	f->kdc->answer = kdc_error(f, 25, (const uint8_t *)"\x30\x0b\x30\x09\xa1\3\2\1\x77\xa2\2\4\0", 13);
	status = connects(f, ",krb5,seal");
	assert_false(NT_STATUS_IS_OK(status));
	assert_in_range(f->kdc->requests, 1, 33);
}

/* A KRB-ERROR that wants an encrypted timestamp: METHOD-DATA with ETYPE-INFO2, and in it how often the password is hashed
 * (RFC 3962 4). */
static struct kdc_answer wants_iterations(TALLOC_CTX *mem_ctx, uint32_t iterations)
{
	const uint8_t count[] = { (uint8_t)(iterations >> 24), (uint8_t)(iterations >> 16), (uint8_t)(iterations >> 8),
				  (uint8_t)iterations };
	uint8_t *entry = kdc_tagged(mem_ctx, 0, 0x02, "\x12", 1);
	uint8_t *info, *timestamp, *data;

	entry = kdc_join(mem_ctx, entry, kdc_tagged(mem_ctx, 1, 0x1b, "salt", 4));
	entry = kdc_sequence(mem_ctx, kdc_join(mem_ctx, entry, kdc_tagged(mem_ctx, 2, 0x04, count, 4)));
	entry = kdc_sequence(mem_ctx, entry);
	info = kdc_join(mem_ctx, kdc_tagged(mem_ctx, 1, 0x02, "\x13", 1),
		    kdc_tagged(mem_ctx, 2, 0x04, entry, talloc_get_size(entry)));
	timestamp = kdc_join(mem_ctx, kdc_tagged(mem_ctx, 1, 0x02, "\2", 1), kdc_tagged(mem_ctx, 2, 0x04, "", 0));
	data = kdc_join(mem_ctx, kdc_sequence(mem_ctx, info), kdc_sequence(mem_ctx, timestamp));
	data = kdc_sequence(mem_ctx, data);
	return kdc_error(mem_ctx, 25, data, talloc_get_size(data));
}

/* Whoever answers in a KDC's place may ask for as much work as a message has room for. */
static void a_kdc_that_wants_work(void **state)
{
	struct fixture *f = fixture(*state);
	struct timeval begin, end;

	f->kdc->answer = wants_iterations(f, 4096);
	(void)connects(f, ",krb5,seal");
	assert_in_range(f->kdc->requests, 2, 33);
	f->kdc->requests = 0;
	f->kdc->answer = wants_iterations(f, 0x00ffffff);
	begin = tevent_timeval_current();
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_RPC_SEC_PKG_ERROR);
	end = tevent_timeval_current();
	assert_true(tevent_timeval_until(&begin, &end).tv_sec < 2);
	assert_int_equal(f->kdc->requests, 1);
}

/* --- Freed in the middle ------------------------------------------------------------------------------------------ */

static void freed_after_each_event(void **state)
{
	struct fixture *f = fixture(*state);
	unsigned events, i;

	f->kdc->answer = wants_iterations(f, 100);
	for (events = 0; events < 24; events++) {
		struct tevent_req *req = connecting(f, f, events % 2 == 0 ? ",krb5,seal" : ",seal");

		for (i = 0; i < events && tevent_req_is_in_progress(req); i++) {
			assert_int_equal(tevent_loop_once(f->pair->ev), 0);
		}
		talloc_free(req);
		run_for(f->pair->ev, 5);
	}
	assert_true(f->kdc->requests > 2);
}

struct freeing {
	struct tevent_req *req;
	struct tevent_context *ev;
};

static void free_it(void *private_data)
{
	struct freeing *freeing = private_data;

	TALLOC_FREE(freeing->req);
	TALLOC_FREE(freeing->ev);
}

static void freed_while_the_kdc_is_asked(void **state)
{
	struct fixture *f = fixture(*state);
	struct freeing freeing = { 0 };

	f->kdc->answer = kdc_error(f, 6, NULL, 0);
	f->kdc->on_request = free_it;
	f->kdc->private_data = &freeing;
	freeing.req = connecting(f, f, ",krb5,seal");
	run_for(f->pair->ev, 50);
	assert_int_equal(f->kdc->requests, 1);
	assert_null(freeing.req);
}

static void freed_by(struct tevent_req *req)
{
	bool *called = tevent_req_callback_data_void(req);

	*called = true;
	talloc_free(req);
}

static void freed_in_its_callback(void **state)
{
	struct fixture *f = fixture(*state);
	bool called = false;

	f->kdc->answer = kdc_error(f, 6, NULL, 0);
	tevent_req_set_callback(connecting(f, f, ",krb5,seal"), freed_by, &called);
	while (!called) {
		assert_int_equal(tevent_loop_once(f->pair->ev), 0);
	}
	/* At once, where nobody has to be asked. */
	called = false;
	assert_ok(dcerpc_credentials_set_keytab(f->c, "FILE:/no/such/keytab"));
	tevent_req_set_callback(connecting(f, f, ",krb5,seal"), freed_by, &called);
	while (!called) {
		assert_int_equal(tevent_loop_once(f->pair->ev), 0);
	}
}

static void a_connect_that_times_out(void **state)
{
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h = (void *)0x1;
	struct tevent_req *req;

	/* It reads and says nothing; what it says when nobody waits any more is nobody's. */
	f->kdc->answer = says("", 0);
	f->kdc->answer.keeps = true;
	req = connecting(f, f, ",krb5,seal");
	assert_true(tevent_req_set_endtime(req, f->pair->ev, tevent_timeval_current_ofs(0, 100000)));
	finish(f->pair, req);
	assert_int_equal(f->kdc->requests, 1);
	assert_status(dcerpc_connect_recv(req, f, &h), NT_STATUS_IO_TIMEOUT);
	assert_ptr_equal(h, (void *)0x1);
	run_for(f->pair->ev, 20);
	talloc_free(req);

	req = connecting(f, f, ",krb5,seal");
	assert_true(tevent_req_set_endtime(req, f->pair->ev, tevent_timeval_current_ofs(0, 50000)));
	finish(f->pair, req);
	TALLOC_FREE(f->kdc);
	run_for(f->pair->ev, 20);
	talloc_free(req);
}

/* Nobody runs the KDC's loop meanwhile, so it takes the connection and is silent: the handle's time counts, not the KDC's. */
static void a_synchronous_wait_ends(void **state)
{
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h = NULL, *second = (void *)0x1;
	struct dcerpc_binding *plain, *b;
	struct tevent_req *req;
	struct timeval start = tevent_timeval_current();

	assert_ok(dcerpc_parse_binding(f, f->pair->where, &plain));
	req = dcerpc_connect_send(f, f->pair->ev, plain, &ndr_table_rpcecho);
	finish(f->pair, req);
	assert_ok(dcerpc_connect_recv(req, f, &h));
	assert_ok(dcerpc_parse_binding(f, "ncacn_ip_tcp:server.example.test[krb5,seal,target_principal=host/server.example.test]", &b));
	assert_ok(dcerpc_binding_set_credentials(b, f->c));
	dcerpc_binding_handle_set_timeout(h, 1);
	assert_status(dcerpc_secondary_auth_context(f, h, b, &ndr_table_rpcecho, &second), NT_STATUS_IO_TIMEOUT);
	assert_ptr_equal(second, (void *)0x1);
	assert_string_equal(dcerpc_binding_connect_error(b),
			    "what the calls authenticate with has not been there in time");
	req = dcerpc_secondary_auth_context_send(f, f->pair->ev, h, b, &ndr_table_rpcecho);
	f->kdc->answer = says("", 0);
	f->kdc->answer.keeps = true;
	finish(f->pair, req);
	assert_status(dcerpc_secondary_auth_context_recv(req, f, &second), NT_STATUS_IO_TIMEOUT);
	talloc_free(req);
	assert_true(tevent_timeval_current().tv_sec - start.tv_sec <= 3);
	assert_true(dcerpc_binding_handle_is_connected(h));
}

/* A loop that others keep busy is no KDC that does not answer: what has come meanwhile is looked at. */
static void a_loop_that_was_busy(void **state)
{
	static const uint8_t answer[] = { 0, 0, 0, 6, 0x7e, 0x84, 0xff, 0xff, 0xff, 0xff };
	struct fixture *f = fixture(*state);
	struct dcerpc_binding_handle *h = NULL;
	struct tevent_req *req;

	f->kdc->answer = says(answer, sizeof(answer));
	f->kdc->answer.keeps = true;
	req = connecting(f, f, ",krb5,sign");
	while (f->kdc->requests == 0) {
		tevent_loop_once(f->pair->ev);
	}
	assert_true(tevent_req_is_in_progress(req));
	usleep(5200000);
	finish(f->pair, req);
	assert_status(dcerpc_connect_recv(req, f, &h), NT_STATUS_RPC_SEC_PKG_ERROR);
	talloc_free(req);
}

static void a_loop_that_is_freed_first(void **state)
{
	struct fixture *f = fixture(*state);
	unsigned events, i;

	f->kdc->answer = says("", 0);
	f->kdc->answer.keeps = true;
	for (events = 0; events < 6; events++) {
		struct tevent_context *ev = tevent_context_init(f), *servers = f->pair->ev;
		struct tevent_req *req;

		f->pair->ev = ev;
		req = connecting(f, f, events % 2 == 0 ? ",krb5,seal" : ",seal");
		f->pair->ev = servers;
		for (i = 0; i < events; i++) {
			run_for(servers, 2);
			run_for(ev, 2);
		}
		talloc_free(ev);
		talloc_free(req);
	}
}

/* --- What a client has -------------------------------------------------------------------------------------------- */

static void arguments(void **state)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(*state);
	char *long_text = talloc_zero_size(*state, 5000);

	memset(long_text, 'x', 4999);
	assert_status(dcerpc_credentials_set_realm(NULL, "X"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_realm(c, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_realm(c, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_realm(c, long_text), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_realm((void *)long_text, "X"), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_realm(c, ""));
	assert_status(dcerpc_credentials_set_kerberos(NULL, 0), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_kerberos(c, 3), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_keytab(NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_keytab(c, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_keytab(c, long_text), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_ccache(NULL, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_ccache(c, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_ccache(c, long_text), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_gss_credential(c, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_gss_credential(NULL, (void *)long_text), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(NULL, "X"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(c, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(c, ""), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(c, "X$"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(c, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_machine_account(c, long_text), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_from_environment(NULL), NT_STATUS_INVALID_PARAMETER);
}

/* A keytab with one key of aes256. */
static void write_keytab(const char *path, const char *first, const char *second)
{
	uint8_t bytes[256] = { 5, 2, 0, 0 };
	size_t n = 6;
	const char *texts[] = { "EXAMPLE.TEST", first, second };
	size_t i;

	bytes[n++] = 0;
	bytes[n++] = second == NULL ? 1 : 2;
	for (i = 0; i < 3 && texts[i] != NULL; i++) {
		bytes[n++] = 0;
		bytes[n++] = (uint8_t)strlen(texts[i]);
		memcpy(bytes + n, texts[i], strlen(texts[i]));
		n += strlen(texts[i]);
	}
	memcpy(bytes + n, "\0\0\0\1\x5f\0\0\0\1\0\x12\0\x20", 13);
	n += 13;
	memset(bytes + n, 0x5a, 32);
	n += 32;
	bytes[5] = (uint8_t)(n - 6);
	kdc_write(path, bytes, n);
}

static void files_that_are_none(void **state)
{
	struct fixture *f = fixture(*state);
	const char *empty = kdc_file(f, "empty"), *garbage = kdc_file(f, "garbage"), *keytab = kdc_file(f, "keytab");
	const char *names[] = { NULL, "FILE:/no/such/file", empty, garbage, "NOSUCHTYPE:x", "", "FILE:/", "FILE:/dev/null" };
	size_t i;

	kdc_write(empty, "", 0);
	kdc_write(garbage, "\5\2\x7f\xff\xff\xff\0\1\xff\xff" "EXAMPLE.TEST", 22);
	write_keytab(keytab, "alice", NULL);
	f->kdc->answer = wants_iterations(f, 100);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_ok(dcerpc_credentials_set_keytab(f->c, names[i]));
		assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_FILE);
		assert_ok(dcerpc_credentials_set_ccache(f->c, names[i]));
		assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_FILE);
	}
	assert_int_equal(f->kdc->requests, 0);
	kdc_write(garbage, "\5\4\0\xff\0\0\0\1\0\0\0\1\xff\xff\xff\xff", 16);
	assert_false(NT_STATUS_IS_OK(connects(f, ",krb5,seal")));
	/* The last was the cache; a keytab is asked for with. */
	assert_ok(dcerpc_credentials_set_anonymous(f->c));
	assert_ok(dcerpc_credentials_set_keytab(f->c, keytab));
	f->kdc->answer = kdc_error(f, 6, NULL, 0);
	f->kdc->requests = 0;
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_USER);
	assert_int_equal(f->kdc->requests, 1);
}

/* libgssapi would ask a KDC by itself, and wait, where a ticket has ended before it is used. */
static void tickets_that_are_about_to_end(void **state)
{
	struct fixture *f = fixture(*state);
	static const struct {
		uint32_t granting, service;
		NTSTATUS status;
		bool asks;
	} cases[] = {
		/* The server has no Kerberos. */
		{ 3600, 3600, NT_STATUS_ACCESS_DENIED, false },
		{ 3600, 30, NT_STATUS_INVALID_COMPUTER_NAME, true },
		{ 3600, 0, NT_STATUS_INVALID_COMPUTER_NAME, true },
	};
	size_t i;

	f->kdc->answer = kdc_error(f, 7, NULL, 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = talloc_asprintf(f, "%s-%zu", kdc_file(f, "cache"), i);

		kdc_write_cache(f, path, cases[i].granting, cases[i].service, 0);
		assert_ok(dcerpc_credentials_set_ccache(f->c, path));
		f->kdc->requests = 0;
		assert_status(connects(f, ",krb5,seal"), cases[i].status);
		assert_int_equal(f->kdc->requests > 0, cases[i].asks);
	}
}

static void names_that_are_none(void **state)
{
	static const char *const names[] = { "a@b@c", "a/b/c", "@", "a\\", "/", " ", "a\nb", "%s%n", "\xc3\xbc" };
	struct fixture *f = fixture(*state);
	char *text = talloc_zero_size(f, 513);
	size_t i;

	f->kdc->answer = kdc_error(f, 6, NULL, 0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_ok(dcerpc_credentials_set_user(f->c, names[i]));
		assert_ok(dcerpc_credentials_set_realm(f->c, ""));
		assert_false(NT_STATUS_IS_OK(connects(f, ",krb5,seal")));
		assert_ok(dcerpc_credentials_set_user(f->c, "alice"));
		assert_ok(dcerpc_credentials_set_realm(f->c, names[i]));
		assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_DOMAIN);
	}
	memset(text, 'r', 512);
	assert_ok(dcerpc_credentials_set_realm(f->c, text));
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_DOMAIN);
	assert_ok(dcerpc_credentials_set_realm(f->c, "NOWHERE.TEST"));
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_LOGON_SERVERS);
	/* The password is nobody else's business: another domain than the default realm's. */
	assert_ok(dcerpc_credentials_set_realm(f->c, ""));
	assert_ok(dcerpc_credentials_set_domain(f->c, "OTHER"));
	f->kdc->requests = 0;
	assert_status(connects(f, ",krb5,seal"), NT_STATUS_NO_SUCH_DOMAIN);
	assert_int_equal(f->kdc->requests, 0);
}

/* What Kerberos is required for is not undone by who somebody is. */
static void a_policy_stays(void **state)
{
	struct fixture *f = fixture(*state);

	f->kdc->answer = kdc_error(f, 6, NULL, 0);
	setenv("USER", "alice%Password", 1);
	assert_ok(dcerpc_credentials_set_kerberos(f->c, DCERPC_KERBEROS_REQUIRED));
	assert_ok(dcerpc_credentials_set_from_environment(f->c));
	assert_status(connects(f, ",seal"), NT_STATUS_NO_SUCH_USER);
	assert_ok(dcerpc_credentials_set_anonymous(f->c));
	assert_status(connects(f, ",seal"), NT_STATUS_NO_SUCH_FILE);
	assert_int_equal(f->lookups, 0);
}

/* --- Servers ------------------------------------------------------------------------------------------------------ */

static void keytabs_of_servers(void **state)
{
	struct fixture *f = fixture(*state);
	struct dcerpc_server_context *server = f->pair->server;
	const char *empty = kdc_file(f, "empty2"), *garbage = kdc_file(f, "garbage2"), *keytab = kdc_file(f, "keytab2");

	kdc_write(empty, "", 0);
	kdc_write(garbage, "\5\2\x7f\xff\xff\xff\0\1\xff\xff" "EXAMPLE.TEST", 22);
	write_keytab(keytab, "host", "server.example.test");
	assert_status(dcerpc_server_enable_kerberos(NULL, keytab, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_kerberos(server, "\xff", NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_kerberos(server, keytab, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_kerberos(server, NULL, NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, "FILE:/no/such/file", NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, empty, NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, garbage, NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, "NOSUCHTYPE:x", NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, "MEMORY:nothing", NULL), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, keytab, "host/other@EXAMPLE.TEST"), NT_STATUS_NO_SUCH_FILE);
	assert_status(dcerpc_server_enable_kerberos(server, keytab, "a@b@c"), NT_STATUS_INVALID_ACCOUNT_NAME);
	/* Each with a line about it. */
	assert_string_equal(dcerpc_server_setup_error(NULL), "");
	assert_status(dcerpc_server_enable_kerberos(server, "FILE:/no/such/file", NULL), NT_STATUS_NO_SUCH_FILE);
	assert_non_null(strstr(dcerpc_server_setup_error(server), "Kerberos, keytab FILE:/no/such/file: "));
	assert_null(strchr(dcerpc_server_setup_error(server), '\n'));
	assert_status(dcerpc_server_enable_kerberos(server, keytab, "host/other@EXAMPLE.TEST"), NT_STATUS_NO_SUCH_FILE);
	assert_non_null(strstr(dcerpc_server_setup_error(server), "host/other@EXAMPLE.TEST: "));
	assert_status(dcerpc_server_enable_kerberos(server, NULL, NULL), NT_STATUS_NO_SUCH_FILE);
	assert_non_null(strstr(dcerpc_server_setup_error(server), "keytab of the environment: "));
	assert_ok(dcerpc_server_enable_kerberos(server, keytab, "host/server.example.test@EXAMPLE.TEST"));
	assert_string_equal(dcerpc_server_setup_error(server), "");
	assert_ok(dcerpc_server_enable_kerberos(server, keytab, NULL));
}

/* A bind of rpcecho with a token; what the server answers, or 0 when it hangs up. */
static uint8_t bind_with(struct fixture *f, uint8_t auth_type, const uint8_t *token, uint16_t length, uint8_t *tail,
			 size_t *tail_length)
{
	static const uint8_t head[] = {
		5, 0, 11, 3, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xd0, 0x16, 0xd0, 0x16, 0, 0, 0, 0,
		1, 0, 0, 0, 0, 0, 1, 0,
		0xc5, 0x5e, 0xa1, 0x60, 0xe8, 0x4d, 0xd7, 0x11, 0xa6, 0x37, 0x00, 0x50, 0x56, 0xa2, 0x01, 0x82, 1, 0, 0, 0,
		0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0,
		0, 6, 0, 0, 1, 0, 0, 0,
	};
	uint8_t *bytes = talloc_array(f, uint8_t, sizeof(head) + length);
	const char *colon = strchr(f->pair->where, '[');
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	size_t size = sizeof(head) + length;
	uint8_t answer[4096];
	ssize_t n;
	unsigned i;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), token, length);
	bytes[8] = (uint8_t)size;
	bytes[9] = (uint8_t)(size >> 8);
	bytes[10] = (uint8_t)length;
	bytes[11] = (uint8_t)(length >> 8);
	bytes[72] = auth_type;
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(write(fd, bytes, size), size);
	for (i = 0, n = -1; i < 1000 && n < 0; i++) {
		run_for(f->pair->ev, 4);
		n = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
	}
	close(fd);
	run_for(f->pair->ev, 1);
	talloc_free(bytes);
	*tail_length = n < 24 ? 0 : (size_t)(answer[10] | answer[11] << 8);
	memcpy(tail, answer + (n > 0 ? (size_t)n : 0) - *tail_length, *tail_length);
	return n < 24 ? 0 : answer[2];
}

static void tokens_of_nobody(void **state)
{
	/* NegTokenInit with Kerberos and nothing for it; Kerberos's own header; that of IAKERB, whose servers ask KDCs; an
	 * AP-REQ of which nothing is left. */
	static const uint8_t negotiates[] = { 0x60, 0x1b, 6, 6, 0x2b, 6, 1, 5, 5, 2, 0xa0, 0x11, 0x30, 0x0f, 0xa0,
					      0x0d, 0x30, 0x0b, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2 };
	static const uint8_t header[] = { 0x60, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2, 1, 0 };
	static const uint8_t proxy[] = { 0x60, 13, 6, 6, 0x2b, 6, 1, 5, 2, 5, 5, 1, 0x30, 0, 0 };
	static const uint8_t request[] = { 0x6e, 0x0c, 0x30, 0x0a, 0xa0, 3, 2, 1, 5, 0xa1, 3, 2, 1, 14 };
	struct fixture *f = fixture(*state);
	const char *keytab = kdc_file(f, "keytab3");
	uint8_t token[300], tail[4096];
	size_t length, i;

	write_keytab(keytab, "host", "server.example.test");
	assert_ok(dcerpc_server_enable_kerberos(f->pair->server, keytab, NULL));
	/* Kerberos's auth_type is Kerberos alone: whoever wants to negotiate says so. */
	assert_int_equal(bind_with(f, 16, negotiates, sizeof(negotiates), tail, &length), 13);
	assert_int_equal(bind_with(f, 9, negotiates, sizeof(negotiates), tail, &length), 12);
	assert_true(length > 0);
	assert_int_equal(bind_with(f, 16, proxy, sizeof(proxy), tail, &length), 13);
	for (i = 1; i <= sizeof(header); i++) {
		assert_int_equal(bind_with(f, 16, header, (uint16_t)i, tail, &length), 13);
	}
	for (i = 1; i <= sizeof(request); i++) {
		assert_int_equal(bind_with(f, 16, request, (uint16_t)i, tail, &length), 13);
	}
	for (i = 0; i < 256; i += 3) {
		memset(token, (int)i, sizeof(token));
		assert_int_equal(bind_with(f, 16, token, (uint16_t)(1 + i), tail, &length), 13);
	}
	assert_int_equal(f->lookups, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(what_no_kdc_says),
		TALLOC_TEST(what_a_kdc_may_say),
		TALLOC_TEST(a_kdc_that_wants_more_each_time),
		TALLOC_TEST(a_kdc_that_wants_work),
		TALLOC_TEST(a_synchronous_wait_ends),
		TALLOC_TEST(freed_after_each_event),
		TALLOC_TEST(freed_while_the_kdc_is_asked),
		TALLOC_TEST(freed_in_its_callback),
		TALLOC_TEST(a_connect_that_times_out),
		TALLOC_TEST(a_loop_that_was_busy),
		TALLOC_TEST(a_loop_that_is_freed_first),
		TALLOC_TEST(arguments),
		TALLOC_TEST(files_that_are_none),
		TALLOC_TEST(tickets_that_are_about_to_end),
		TALLOC_TEST(names_that_are_none),
		TALLOC_TEST(a_policy_stays),
		TALLOC_TEST(keytabs_of_servers),
		TALLOC_TEST(tokens_of_nobody),
	};

	return cmocka_run_group_tests(tests, kdc_prepare, kdc_done);
}
