/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * Credentials, and calls that are protected: our client with our server.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support_echo.h"

/* MD4 of "Password" in UTF-16LE: [MS-NLMP] 4.2.2.1.2. */
static const uint8_t password_hash[16] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca,
					   0xb6, 0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };

struct seen {
	unsigned lookups, calls;
	uint32_t mechanism, level;
	size_t key_length;
	char account[32], domain[32];
};

static NTSTATUS lookup(void *private_data, const char *domain, const char *account, uint8_t nt_hash[16])
{
	struct seen *seen = private_data;

	seen->lookups++;
	if (strcmp(domain, "LAB") != 0 || strcmp(account, "j\xc3\xbcrgen") != 0) {
		return NT_STATUS_NOT_FOUND;
	}
	memcpy(nt_hash, password_hash, 16);
	return NT_STATUS_OK;
}

static void look(struct dcerpc_call_handle *call, void *private_data)
{
	struct seen *seen = private_data;
	const char *account = dcerpc_call_handle_account(call), *domain = dcerpc_call_handle_domain(call);
	DATA_BLOB key = { NULL, 0 };

	seen->calls++;
	seen->key_length =
		NT_STATUS_IS_OK(dcerpc_call_handle_auth_session_key(call, call, &key)) ? key.length : 0;
	seen->mechanism = dcerpc_call_handle_mechanism(call);
	seen->level = dcerpc_call_handle_level(call);
	snprintf(seen->account, sizeof(seen->account), "%s", account != NULL ? account : "nobody");
	snprintf(seen->domain, sizeof(seen->domain), "%s", domain != NULL ? domain : "nowhere");
}

/* A server whose rpcecho manager wants `minimum`. */
static struct pair *secure_server(TALLOC_CTX *mem_ctx, struct seen *seen, uint32_t minimum)
{
	struct pair *pair = talloc_zero(mem_ctx, struct pair);
	struct dcerpc_server_manager *manager;

	echo_log_init(&pair->log);
	pair->log.on_sink = look;
	pair->log.on_sink_private = seen;
	pair->ev = tevent_context_init(pair);
	assert_ok(dcerpc_server_context_create(pair, pair->ev, &pair->server));
	assert_ok(dcerpc_server_add_endpoint(pair->server, "ncacn_ip_tcp:127.0.0.1[0]", &pair->endpoint));
	pair->where = dcerpc_server_endpoint_string(pair, pair->endpoint);
	assert_ok(dcerpc_server_register_manager(pair->server, &pair->log.vector, &pair->log, &manager));
	assert_ok(dcerpc_server_manager_set_min_level(manager, minimum));
	assert_status(dcerpc_server_manager_set_min_level(manager, 3), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_manager_set_min_level(NULL, 1), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_server_enable_ntlm(pair->server, NULL, "S", lookup, seen), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "SWIFT", lookup, seen));
	assert_ok(dcerpc_server_start(pair->server));
	return pair;
}

static struct dcerpc_credentials *credentials(TALLOC_CTX *mem_ctx, const char *password)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(mem_ctx);

	assert_non_null(c);
	assert_ptr_equal(talloc_parent(c), mem_ctx);
	assert_ok(dcerpc_credentials_set_domain(c, "LAB"));
	assert_ok(dcerpc_credentials_set_user(c, "j\xc3\xbcrgen"));
	assert_ok(dcerpc_credentials_set_workstation(c, "HERE"));
	assert_ok(dcerpc_credentials_set_password(c, password));
	return c;
}

static NTSTATUS connect_as(struct pair *pair, TALLOC_CTX *mem_ctx, const char *option, struct dcerpc_credentials *c,
			   struct dcerpc_binding_handle **h)
{
	char *text = talloc_strndup(mem_ctx, pair->where, strlen(pair->where) - 1);
	struct dcerpc_binding *b, *copy;
	struct tevent_req *req;
	NTSTATUS status;

	text = talloc_asprintf_append(text, "%s%s]", *option != '\0' ? "," : "", option);
	assert_ok(dcerpc_parse_binding(mem_ctx, text, &b));
	if (c != NULL) {
		assert_ok(dcerpc_binding_set_credentials(b, c));
	}
	/* A copy has them too, and keeps them. */
	copy = dcerpc_binding_dup(mem_ctx, b);
	talloc_free(b);
	req = dcerpc_connect_send(mem_ctx, pair->ev, copy, &ndr_table_rpcecho);
	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_connect_recv(req, mem_ctx, h);
	talloc_free(req);
	return status;
}

static NTSTATUS sink(struct pair *pair, TALLOC_CTX *mem_ctx, struct dcerpc_binding_handle *h)
{
	uint8_t data[20000] = { 1, 2, 3 };
	struct echo_SinkData r = { .in = { .len = sizeof(data), .data = data } };
	struct tevent_req *req = dcerpc_echo_SinkData_r_send(mem_ctx, pair->ev, h, &r);
	NTSTATUS status;

	assert_non_null(req);
	finish(pair, req);
	status = dcerpc_echo_SinkData_r_recv(req, mem_ctx);
	talloc_free(req);
	return status;
}

static void every_level(void **state)
{
	static const struct {
		const char *option;
		uint32_t level;
		uint32_t mechanism;
	} cases[] = {
		/* Without a word on it the mechanism is negotiated. */
		{ "", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_SPNEGO },
		{ "seal", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_SPNEGO },
		{ "ntlm", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_NTLM },
		{ "connect,ntlm", DCERPC_LEVEL_CONNECT, DCERPC_MECHANISM_NTLM },
		{ "packet,ntlm", DCERPC_LEVEL_PACKET, DCERPC_MECHANISM_NTLM },
		{ "sign,ntlm", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_NTLM },
		{ "seal,ntlm", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_NTLM },
		{ "seal,ntlm,bigendian", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_NTLM },
		{ "seal,ntlm,ndr64", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_NTLM },
		{ "spnego", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_SPNEGO },
		{ "connect,spnego", DCERPC_LEVEL_CONNECT, DCERPC_MECHANISM_SPNEGO },
		{ "packet,spnego", DCERPC_LEVEL_PACKET, DCERPC_MECHANISM_SPNEGO },
		{ "sign,spnego,noheadersigning", DCERPC_LEVEL_INTEGRITY, DCERPC_MECHANISM_SPNEGO },
		{ "seal,spnego,ntlm,bigendian", DCERPC_LEVEL_PRIVACY, DCERPC_MECHANISM_SPNEGO },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen seen = { 0 };
		struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
		struct dcerpc_binding_handle *h;

		assert_ok(connect_as(pair, pair, cases[i].option, credentials(pair, "Password"), &h));
		assert_ok(sink(pair, pair, h));
		assert_ok(sink(pair, pair, h));
		assert_int_equal(seen.calls, 2);
		assert_int_equal(seen.lookups, 1);
		assert_int_equal(seen.mechanism, cases[i].mechanism);
		assert_int_equal(seen.level, cases[i].level);
		assert_string_equal(seen.account, "j\xc3\xbcrgen");
		assert_string_equal(seen.domain, "LAB");
		talloc_free(pair);
	}
}

static void hash_in_the_place_of_the_password(void **state)
{
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	struct dcerpc_credentials *c = credentials(*state, "something else");
	struct dcerpc_binding_handle *h;

	assert_ok(dcerpc_credentials_set_nt_hash(c, password_hash));
	assert_ok(connect_as(pair, pair, "seal", c, &h));
	assert_ok(sink(pair, pair, h));
	talloc_free(pair);
}

static void wrong_password(void **state)
{
	static const char *const options[] = { "sign,ntlm", "seal,ntlm" };
	size_t i;

	for (i = 0; i < 2; i++) {
		struct seen seen = { 0 };
		struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
		struct dcerpc_binding_handle *h;

		assert_ok(connect_as(pair, pair, options[i], credentials(pair, "password"), &h));
		assert_status(sink(pair, pair, h), NT_STATUS_LOGON_FAILURE);
		assert_int_equal(seen.calls, 0);
		assert_int_equal(seen.lookups, 1);
		talloc_free(pair);
	}
}

/* With SPNEGO the server has the last word, so the connection is refused, not the first call. */
/* An account that is not there costs what one that is costs, computed with a hash of zeros, which is nobody's. */
static void a_hash_of_zeros_is_nobodys(void **state)
{
	static const char *const options[] = { "ntlm", "seal,ntlm", "spnego" };
	static const uint8_t zeros[16];
	size_t i;
	bool v1;

	for (i = 0; i < 2 * sizeof(options) / sizeof(options[0]); i++) {
		struct seen seen = { 0 };
		struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
		struct dcerpc_credentials *c = dcerpc_credentials_create(pair);
		struct dcerpc_binding_handle *h = NULL;
		NTSTATUS status;

		v1 = i % 2 == 1;
		assert_ok(dcerpc_server_allow_ntlmv1(pair->server, v1));
		assert_ok(dcerpc_credentials_set_user(c, "stranger"));
		assert_ok(dcerpc_credentials_set_nt_hash(c, zeros));
		assert_ok(dcerpc_credentials_set_ntlmv1(c, v1));
		status = connect_as(pair, pair, options[i / 2], c, &h);
		if (NT_STATUS_IS_OK(status)) {
			status = sink(pair, pair, h);
		}
		assert_status(status, NT_STATUS_LOGON_FAILURE);
		assert_int_equal(seen.lookups, 1);
		assert_int_equal(seen.calls, 0);
		talloc_free(pair);
	}
}

static void wrong_password_in_spnego(void **state)
{
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	struct dcerpc_binding_handle *h;

	assert_status(connect_as(pair, pair, "seal,spnego", credentials(pair, "password"), &h),
		      NT_STATUS_LOGON_FAILURE);
	assert_int_equal(seen.lookups, 1);
	talloc_free(pair);
}

static void the_server_states_a_minimum(void **state)
{
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_PRIVACY);
	struct dcerpc_credentials *c = credentials(pair, "Password");
	struct dcerpc_binding_handle *h;

	assert_ok(connect_as(pair, pair, "", NULL, &h));
	assert_status(sink(pair, pair, h), NT_STATUS_ACCESS_DENIED);
	assert_ok(connect_as(pair, pair, "connect", c, &h));
	assert_status(sink(pair, pair, h), NT_STATUS_ACCESS_DENIED);
	assert_ok(connect_as(pair, pair, "sign", c, &h));
	assert_status(sink(pair, pair, h), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(seen.calls, 0);
	assert_ok(connect_as(pair, pair, "seal", c, &h));
	assert_ok(sink(pair, pair, h));
	assert_int_equal(seen.calls, 1);
	talloc_free(pair);
}

static void no_silent_downgrade(void **state)
{
	struct pair *plain = echo_server(*state);
	struct dcerpc_binding_handle *h;

	/* A level without credentials, and a server without the mechanism. */
	assert_status(connect_as(plain, plain, "sign", NULL, &h), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(connect_as(plain, plain, "ntlm", NULL, &h), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_status(connect_as(plain, plain, "", credentials(plain, "Password"), &h), NT_STATUS_ACCESS_DENIED);
}

static void anonymous_calls_go_on_to_work(void **state)
{
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	struct dcerpc_binding_handle *h;

	assert_ok(connect_as(pair, pair, "", NULL, &h));
	assert_ok(sink(pair, pair, h));
	assert_int_equal(seen.mechanism, DCERPC_MECHANISM_NONE);
	assert_int_equal(seen.level, DCERPC_LEVEL_NONE);
	assert_string_equal(seen.account, "nobody");
	assert_int_equal(seen.lookups, 0);
	talloc_free(pair);
}

/* Somebody who logs on as nobody is refused unless the server lets it in, and is nobody then. */
static void anonymous_logons(void **state)
{
	static const char *const options[] = { "ntlm,connect", "ntlm,sign", "seal", "spnego,seal" };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct seen seen = { 0 };
		struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
		struct pair *strict = secure_server(*state, &seen, DCERPC_LEVEL_INTEGRITY);
		struct dcerpc_credentials *nobody = dcerpc_credentials_create(pair);
		struct dcerpc_binding_handle *h = NULL;
		DATA_BLOB key = { NULL, 0 };
		NTSTATUS status = connect_as(pair, pair, options[i], nobody, &h);

		if (NT_STATUS_IS_OK(status)) {
			status = sink(pair, pair, h);
		}
		/* At level connect the fault may mean the call as well. */
		assert_status(status, i == 0 ? NT_STATUS_ACCESS_DENIED : NT_STATUS_LOGON_FAILURE);
		assert_int_equal(seen.calls, 0);
		assert_ok(dcerpc_server_allow_anonymous(pair->server, true));
		assert_ok(connect_as(pair, pair, options[i], nobody, &h));
		assert_ok(sink(pair, pair, h));
		assert_int_equal(seen.calls, 1);
		assert_string_equal(seen.account, "nobody");
		assert_int_not_equal(seen.mechanism, DCERPC_MECHANISM_NONE);
		/* Nor is there anything that a function could take for protection, or encrypt a secret with. */
		assert_int_equal(seen.level, DCERPC_LEVEL_NONE);
		assert_int_equal(seen.key_length, 0);
		assert_status(dcerpc_binding_handle_auth_session_key(h, pair, &key), NT_STATUS_NO_USER_SESSION_KEY);
		/* Such protection satisfies nobody who wants some. */
		assert_ok(dcerpc_server_allow_anonymous(strict->server, true));
		assert_ok(connect_as(strict, strict, options[i], nobody, &h));
		assert_status(sink(strict, strict, h), NT_STATUS_ACCESS_DENIED);
		assert_int_equal(seen.calls, 1);
		assert_int_equal(seen.lookups, 0);
		talloc_free(strict);
		talloc_free(pair);
	}
	assert_status(dcerpc_server_allow_anonymous(NULL, true), NT_STATUS_INVALID_PARAMETER);
}

/* NTLMv1 needs both sides' leave. */
static void ntlmv1_is_asked_for(void **state)
{
	static const char *const options[] = { "ntlm,sign", "ntlm,seal", "seal" };
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct seen seen = { 0 };
		struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_INTEGRITY);
		struct dcerpc_credentials *c = credentials(pair, "Password"), *wrong = credentials(pair, "password");
		struct dcerpc_binding_handle *h = NULL;
		NTSTATUS status;

		assert_ok(dcerpc_credentials_set_ntlmv1(c, true));
		assert_ok(dcerpc_credentials_set_ntlmv1(wrong, true));
		status = connect_as(pair, pair, options[i], c, &h);
		assert_status(NT_STATUS_IS_OK(status) ? sink(pair, pair, h) : status, NT_STATUS_LOGON_FAILURE);
		assert_int_equal(seen.lookups, 0);
		assert_ok(dcerpc_server_allow_ntlmv1(pair->server, true));
		assert_ok(connect_as(pair, pair, options[i], c, &h));
		assert_ok(sink(pair, pair, h));
		assert_string_equal(seen.account, "j\xc3\xbcrgen");
		status = connect_as(pair, pair, options[i], wrong, &h);
		assert_status(NT_STATUS_IS_OK(status) ? sink(pair, pair, h) : status, NT_STATUS_LOGON_FAILURE);
		assert_int_equal(seen.calls, 1);
		/* NTLMv2 goes on to work. */
		assert_ok(dcerpc_credentials_set_ntlmv1(c, false));
		assert_ok(connect_as(pair, pair, options[i], c, &h));
		assert_ok(sink(pair, pair, h));
		talloc_free(pair);
	}
	assert_status(dcerpc_server_allow_ntlmv1(NULL, true), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_ntlmv1(NULL, true), NT_STATUS_INVALID_PARAMETER);
}

/* Why a connect has failed, on the binding; which may be freed meanwhile. */
static void what_went_wrong(void **state)
{
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	char *text = talloc_strndup(pair, pair->where, strlen(pair->where) - 1);
	struct dcerpc_binding_handle *h = NULL;
	struct dcerpc_binding *b;
	struct tevent_req *req;
	const char *said;
	unsigned i;

	assert_ok(dcerpc_parse_binding(pair, talloc_asprintf(pair, "%s,seal]", text), &b));
	assert_string_equal(dcerpc_binding_connect_error(b), "");
	assert_string_equal(dcerpc_binding_connect_error(NULL), "");
	for (i = 0; i < 3; i++) {
		bool is_right = i == 1;

		assert_ok(dcerpc_binding_set_credentials(b, credentials(pair, is_right ? "Password" : "password")));
		req = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
		if (i == 2) {
			talloc_free(b);
			b = NULL;
		}
		finish(pair, req);
		assert_status(dcerpc_connect_recv(req, pair, &h), is_right ? NT_STATUS_OK : NT_STATUS_LOGON_FAILURE);
		talloc_free(req);
		if (b != NULL) {
			said = dcerpc_binding_connect_error(b);
			assert_string_equal(said, is_right ? "" : "the server has refused the credentials");
			/* It stays, however often somebody asks. */
			assert_ptr_equal(dcerpc_binding_connect_error(b), said);
		}
	}
	talloc_free(pair);
}

/* Fewer under valgrind, where they would take longer than a server gives them. */
/* A line is about the connect that was the last one, however that has ended. */
static void no_line_is_about_an_earlier_connect(void **state)
{
	struct pair *pair = echo_server(*state);
	struct dcerpc_binding *b, *further;
	struct dcerpc_binding_handle *h = NULL, *second = NULL;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int silent = socket(AF_INET, SOCK_STREAM, 0);
	struct tevent_req *req;

	assert_ok(dcerpc_parse_binding(pair, "ncacn_ip_tcp:[1]", &b));
	assert_status(dcerpc_connect(pair, b, &ndr_table_rpcecho, &h), NT_STATUS_INVALID_PARAMETER);
	assert_string_equal(dcerpc_binding_connect_error(b), "the binding has no host");
	req = dcerpc_connect_send(pair, pair->ev, b, NULL);
	finish(pair, req);
	assert_status(dcerpc_connect_recv(req, pair, &h), NT_STATUS_INVALID_PARAMETER);
	talloc_free(req);
	assert_string_equal(dcerpc_binding_connect_error(b), "");
	assert_ok(dcerpc_parse_binding(pair, "ncacn_ip_tcp:127.0.0.1[1,seal]", &b));
	assert_status(dcerpc_connect(pair, b, &ndr_table_rpcecho, &h), NT_STATUS_INVALID_PARAMETER_MIX);
	assert_string_equal(dcerpc_binding_connect_error(b),
			    "the options ask for security, and the binding has no credentials");

	/* Who takes the connection and says nothing. */
	assert_int_equal(bind(silent, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(silent, 1), 0);
	assert_int_equal(getsockname(silent, (struct sockaddr *)&address, &length), 0);
	assert_ok(dcerpc_binding_set_string_option(b, "endpoint", talloc_asprintf(b, "%u", ntohs(address.sin_port))));
	assert_ok(dcerpc_binding_set_credentials(b, credentials(pair, "Password")));
	req = dcerpc_connect_send(pair, pair->ev, b, &ndr_table_rpcecho);
	assert_true(tevent_req_set_endtime(req, pair->ev, tevent_timeval_current_ofs(0, 50000)));
	finish(pair, req);
	assert_status(dcerpc_connect_recv(req, pair, &h), NT_STATUS_IO_TIMEOUT);
	assert_string_equal(dcerpc_binding_connect_error(b), "the server has not answered the bind in time");
	talloc_free(req);
	close(silent);

	/* A further security context has a line too. */
	assert_ok(dcerpc_server_enable_ntlm(pair->server, "LAB", "SWIFT", NULL, NULL));
	assert_ok(pair_connect(pair, pair, "", &ndr_table_rpcecho, &h));
	assert_ok(dcerpc_parse_binding(pair, "ncacn_ip_tcp:[sign]", &further));
	assert_status(dcerpc_secondary_auth_context(pair, h, further, &ndr_table_rpcecho, &second),
		      NT_STATUS_INVALID_PARAMETER_MIX);
	assert_string_equal(dcerpc_binding_connect_error(further), "the binding has no credentials");
	assert_ok(dcerpc_binding_set_credentials(further, credentials(pair, "Password")));
	req = dcerpc_secondary_auth_context_send(pair, pair->ev, h, further, &ndr_table_rpcecho);
	finish(pair, req);
	assert_status(dcerpc_secondary_auth_context_recv(req, pair, &second), NT_STATUS_LOGON_FAILURE);
	assert_string_equal(dcerpc_binding_connect_error(further), "the server has refused the credentials");
	talloc_free(req);
	talloc_free(pair);
}

static unsigned half_open(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL ? 100 : 3000;
}

/* Kilobytes of the process that are in memory. */
static long resident(void)
{
	long size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f != NULL) {
		assert_int_equal(fscanf(f, "%ld %ld", &size, &pages), 2);
		fclose(f);
	}
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A bind of rpcecho with NTLM's first message, after which nothing comes. */
static int begin_and_stop(uint16_t port)
{
	static const uint8_t bind_pdu[] = {
		5, 0, 11, 3, 0x10, 0, 0, 0, 120, 0, 40, 0, 1, 0, 0, 0, 0xd0, 0x16, 0xd0, 0x16, 0, 0, 0, 0,
		1, 0, 0, 0, 0, 0, 1, 0,
		0xc5, 0x5e, 0xa1, 0x60, 0xe8, 0x4d, 0xd7, 0x11, 0xa6, 0x37, 0x00, 0x50, 0x56, 0xa2, 0x01, 0x82, 1, 0, 0, 0,
		0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0,
		10, 5, 0, 0, 1, 0, 0, 0,
		'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 1, 0, 0, 0, 0x35, 0x82, 0x08, 0x62,
		0, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 6, 1, 0, 0, 0, 0, 0, 15,
	};
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(sizeof(bind_pdu), 120);
	assert_int_equal(write(fd, bind_pdu, sizeof(bind_pdu)), sizeof(bind_pdu));
	return fd;
}

/* Runs the loop until so many connections were answered, or for twenty seconds. */
static void turn_until(struct pair *pair, unsigned connections)
{
	unsigned turns;

	for (turns = 0; turns < 4000; turns++) {
		if (dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS) == connections &&
		    dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_PDUS_OUT) >= connections) {
			return;
		}
		run_for(pair->ev, 5);
	}
}

/* Thousands of clients that begin to authenticate and stop there cost little memory and, in the end, nothing. */
static void half_open_authentications(void **state)
{
	struct rlimit files = { 0, 0 };
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	uint16_t port = (uint16_t)atoi(strchr(pair->where, '[') + 1);
	struct dcerpc_binding_handle *h;
	int *fds = talloc_array(*state, int, half_open());
	long before, each;
	unsigned i;
	uint8_t byte[2048];
	unsigned count = half_open();

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_cur < 2 * count + 100) {
		talloc_free(fds);
		talloc_free(pair);
		skip();
	}
	before = resident();
	for (i = 0; i < count; i++) {
		fds[i] = begin_and_stop(port);
		if (i % 50 == 49) {
			turn_until(pair, i + 1);
		}
	}
	turn_until(pair, count);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), count);
	each = (resident() - before) / count;
	print_message("%ld KiB for each of %u half-open authentications\n", each, count);
	assert_true(each < 32);
	/* Others are served meanwhile, and no account was looked up for those. */
	assert_ok(connect_as(pair, pair, "seal", credentials(pair, "Password"), &h));
	assert_ok(sink(pair, pair, h));
	assert_int_equal(seen.lookups, 1);
	talloc_free(h);
	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_IDLE_SECONDS, 2));
	turn_until(pair, 0);
	assert_int_equal(dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS), 0);
	for (i = 0; i < count; i++) {
		/* The challenge, then the end. */
		assert_true(read(fds[i], byte, sizeof(byte)) > 0);
		assert_int_equal(read(fds[i], byte, sizeof(byte)), 0);
		close(fds[i]);
	}
	talloc_free(fds);
	talloc_free(pair);
}

/* Who has begun to authenticate gains no time by a byte now and then; who is bound has all the time that calls take. */
static void trickling_does_not_settle(void **state)
{
	static const uint8_t auth3[] = { 5, 0, 16, 3, 0x10, 0, 0, 0, 200, 0, 100, 0, 1, 0, 0, 0 };
	struct seen seen = { 0 };
	struct pair *pair = secure_server(*state, &seen, DCERPC_LEVEL_NONE);
	struct dcerpc_binding_handle *h;
	uint8_t rest[512] = { 0 };
	int fd = begin_and_stop((uint16_t)atoi(strchr(pair->where, '[') + 1));
	unsigned i, open_connections = 2;

	assert_ok(dcerpc_server_set_limit(pair->server, DCERPC_SERVER_IDLE_SECONDS, 2));
	assert_ok(connect_as(pair, pair, "seal", credentials(pair, "Password"), &h));
	for (i = 0; i < 24 && open_connections == 2; i++) {
		const uint8_t *next = i < sizeof(auth3) ? &auth3[i] : rest;

		assert_int_equal(send(fd, next, 1, MSG_NOSIGNAL), 1);
		assert_ok(sink(pair, pair, h));
		run_for(pair->ev, 500);
		open_connections = (unsigned)dcerpc_server_get_stat(pair->server, DCERPC_SERVER_STAT_CONNECTIONS);
	}
	assert_int_equal(open_connections, 1);
	assert_true(i >= 3 && i < 16);
	assert_ok(sink(pair, pair, h));
	close(fd);
	talloc_free(pair);
}

static void arguments(void **state)
{
	struct dcerpc_credentials *c = dcerpc_credentials_create(*state);
	struct dcerpc_binding *b;
	char longest[600];

	memset(longest, 'x', sizeof(longest));
	longest[513] = '\0';
	assert_ok(dcerpc_parse_binding(*state, "ncacn_ip_tcp:host", &b));
	assert_status(dcerpc_credentials_set_user(c, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_user(NULL, "x"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_user(c, "\xc3\x28"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_domain(c, longest), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_workstation(c, longest), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_password(c, "\xff"), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_nt_hash(c, NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_credentials_set_anonymous(NULL), NT_STATUS_INVALID_PARAMETER);
	assert_status(dcerpc_binding_set_credentials(NULL, c), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_user(c, "alice"));
	assert_status(dcerpc_binding_set_credentials(b, c), NT_STATUS_INVALID_PARAMETER);
	assert_ok(dcerpc_credentials_set_password(c, ""));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	assert_ok(dcerpc_credentials_set_anonymous(c));
	assert_ok(dcerpc_binding_set_credentials(b, c));
	assert_ok(dcerpc_binding_set_credentials(b, NULL));
	assert_string_equal(dcerpc_binding_string(*state, b), "ncacn_ip_tcp:host");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TALLOC_TEST(every_level),
		TALLOC_TEST(hash_in_the_place_of_the_password),
		TALLOC_TEST(wrong_password),
		TALLOC_TEST(a_hash_of_zeros_is_nobodys),
		TALLOC_TEST(wrong_password_in_spnego),
		TALLOC_TEST(the_server_states_a_minimum),
		TALLOC_TEST(no_silent_downgrade),
		TALLOC_TEST(anonymous_logons),
		TALLOC_TEST(what_went_wrong),
		TALLOC_TEST(no_line_is_about_an_earlier_connect),
		TALLOC_TEST(ntlmv1_is_asked_for),
		TALLOC_TEST(anonymous_calls_go_on_to_work),
		TALLOC_TEST(half_open_authentications),
		TALLOC_TEST(trickling_does_not_settle),
		TALLOC_TEST(arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
