/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support_kdc.h"

static char directory[64];
static uint16_t kdc_port;

const char *kdc_file(TALLOC_CTX *mem_ctx, const char *name)
{
	return talloc_asprintf(mem_ctx, "%s/%s", directory, name);
}

void kdc_write(const char *path, const void *bytes, size_t length)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
}

/* --- Files -------------------------------------------------------------------------------------------------------- */

/* A port that was free a moment ago: the file needs one before there is a KDC. */
static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
		return -1;
	}
	close(fd);
	kdc_port = ntohs(address.sin_port);
	return 0;
}

int kdc_prepare(void **state)
{
	static char path[96];
	FILE *f;

	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/capi-kerberos-XXXXXX");
	if (free_port() != 0 || mkdtemp(directory) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/krb5.conf", directory);
	f = fopen(path, "w");
	if (f == NULL) {
		return -1;
	}
	fprintf(f,
		"[libdefaults]\n default_realm = EXAMPLE.TEST\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
		" dns_canonicalize_hostname = false\n"
		"[realms]\n EXAMPLE.TEST = {\n  kdc = 127.0.0.1:%u\n }\n"
		" NOWHERE.TEST = {\n  kdc = 127.0.0.1:1\n }\n",
		kdc_port);
	fclose(f);
	setenv("KRB5_CONFIG", path, 1);
	snprintf(path, sizeof(path), "%s/no-such-cache", directory);
	setenv("KRB5CCNAME", path, 1);
	snprintf(path, sizeof(path), "%s/no-such-keytab", directory);
	setenv("KRB5_KTNAME", path, 1);
	unsetenv("KRB5_TRACE");
	return 0;
}

int kdc_done(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) == 0 ? 0 : -1;
}

/* --- The KDC ------------------------------------------------------------------------------------------------------ */

struct visitor {
	struct kdc *kdc;
	uint8_t bytes[8192];
	size_t read, written;
	bool is_answered;
	int fd;
	struct tevent_fd *event;
	struct tevent_timer *next;
};

static int visitor_gone(struct visitor *v)
{
	close(v->fd);
	return 0;
}

static void answer(struct visitor *v);

static void trickle(struct tevent_context *ev, struct tevent_timer *timer, struct timeval now, void *private_data)
{
	(void)ev;
	(void)timer;
	(void)now;
	answer(private_data);
}

static void answer(struct visitor *v)
{
	struct kdc_answer *a = &v->kdc->answer;
	size_t left = a->length - v->written;
	ssize_t sent = left == 0 ? 0 : send(v->fd, a->bytes + v->written, a->trickles ? 1 : left, MSG_NOSIGNAL);

	if (sent < 0) {
		talloc_free(v);
		return;
	}
	v->written += (size_t)sent;
	if (v->written < a->length) {
		v->next = tevent_add_timer(v->kdc->ev, v, tevent_timeval_current_ofs(0, 500), trickle, v);
	} else if (!a->keeps) {
		talloc_free(v);
	}
}

static void begin_answer(struct visitor *v)
{
	struct kdc *kdc = v->kdc;

	v->is_answered = true;
	kdc->requests++;
	answer(v);
	if (kdc->on_request != NULL) {
		kdc->on_request(kdc->private_data);
	}
}

static void readable(struct tevent_context *ev, struct tevent_fd *event, uint16_t flags, void *private_data)
{
	struct visitor *v = private_data;
	ssize_t n = read(v->fd, v->bytes + v->read, sizeof(v->bytes) - v->read);

	(void)ev;
	(void)event;
	(void)flags;
	if (n <= 0) {
		talloc_free(v);
		return;
	}
	v->read += (size_t)n;
	if (v->read < 4 || v->is_answered) {
		return;
	}
	if (v->read >= 4 + ((size_t)v->bytes[2] << 8 | v->bytes[3])) {
		begin_answer(v);
	}
}

static void visited(struct tevent_context *ev, struct tevent_fd *event, uint16_t flags, void *private_data)
{
	struct kdc *kdc = private_data;
	struct visitor *v = talloc_zero(kdc, struct visitor);

	(void)event;
	(void)flags;
	assert_non_null(v);
	v->kdc = kdc;
	v->fd = accept(kdc->fd, NULL, NULL);
	assert_true(v->fd >= 0);
	talloc_set_destructor(v, visitor_gone);
	kdc->connections++;
	v->event = tevent_add_fd(ev, v, v->fd, TEVENT_FD_READ, readable, v);
	assert_non_null(v->event);
	if (kdc->answer.at_once) {
		begin_answer(v);
	}
}

static int kdc_gone(struct kdc *kdc)
{
	close(kdc->fd);
	return 0;
}

struct kdc *kdc_start(TALLOC_CTX *mem_ctx, struct tevent_context *ev)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(kdc_port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct kdc *kdc = talloc_zero(mem_ctx, struct kdc);
	int yes = 1;

	assert_non_null(kdc);
	kdc->ev = ev;
	kdc->port = kdc_port;
	kdc->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(kdc->fd >= 0);
	talloc_set_destructor(kdc, kdc_gone);
	assert_int_equal(setsockopt(kdc->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	assert_int_equal(bind(kdc->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(kdc->fd, 50), 0);
	kdc->listening = tevent_add_fd(ev, kdc, kdc->fd, TEVENT_FD_READ, visited, kdc);
	assert_non_null(kdc->listening);
	return kdc;
}

/* --- Messages ----------------------------------------------------------------------------------------------------- */

uint8_t *kdc_der(TALLOC_CTX *mem_ctx, uint8_t tag, const void *content, size_t length)
{
	size_t head = length < 128 ? 2 : 4;
	uint8_t *bytes = talloc_array(mem_ctx, uint8_t, head + length);

	assert_non_null(bytes);
	assert_true(length < 65536);
	bytes[0] = tag;
	if (head == 2) {
		bytes[1] = (uint8_t)length;
	} else {
		bytes[1] = 0x82;
		bytes[2] = (uint8_t)(length >> 8);
		bytes[3] = (uint8_t)length;
	}
	if (length > 0) {
		memcpy(bytes + head, content, length);
	}
	return bytes;
}

uint8_t *kdc_join(TALLOC_CTX *mem_ctx, const uint8_t *a, const uint8_t *b)
{
	uint8_t *both = talloc_array(mem_ctx, uint8_t, talloc_get_size(a) + talloc_get_size(b));

	memcpy(both, a, talloc_get_size(a));
	memcpy(both + talloc_get_size(a), b, talloc_get_size(b));
	return both;
}

uint8_t *kdc_tagged(TALLOC_CTX *mem_ctx, uint8_t number, uint8_t tag, const void *content, size_t length)
{
	uint8_t *inner = kdc_der(mem_ctx, tag, content, length);

	return kdc_der(mem_ctx, 0xa0 | number, inner, talloc_get_size(inner));
}

uint8_t *kdc_sequence(TALLOC_CTX *mem_ctx, const uint8_t *content)
{
	return kdc_der(mem_ctx, 0x30, content, talloc_get_size(content));
}

static uint8_t *field(uint8_t *fields, uint8_t number, uint8_t tag, const void *content, size_t length)
{
	uint8_t *inner = kdc_der(fields, tag, content, length);
	uint8_t *outer = kdc_der(fields, 0xa0 | number, inner, talloc_get_size(inner));
	size_t before = talloc_get_size(fields);
	uint8_t *longer = talloc_realloc(talloc_parent(fields), fields, uint8_t, before + talloc_get_size(outer));

	assert_non_null(longer);
	memcpy(longer + before, outer, talloc_get_size(outer));
	return longer;
}

struct kdc_answer kdc_error(TALLOC_CTX *mem_ctx, int code, const uint8_t *data, size_t length)
{
	/* PrincipalName krbtgt/EXAMPLE.TEST */
	static const uint8_t name[] = { 0xa0, 3, 2, 1, 2, 0xa1, 24, 0x30, 22, 0x1b, 6, 'k', 'r', 'b', 't', 'g', 't',
					0x1b, 12, 'E', 'X', 'A', 'M', 'P', 'L', 'E', '.', 'T', 'E', 'S', 'T' };
	const uint8_t version = 5, type = 30, zero = 0, number = (uint8_t)code;
	uint8_t *fields = talloc_array(mem_ctx, uint8_t, 0), *sequence, *message, *bytes;

	fields = field(fields, 0, 0x02, &version, 1);
	fields = field(fields, 1, 0x02, &type, 1);
	fields = field(fields, 4, 0x18, "20261125120000Z", 15);
	fields = field(fields, 5, 0x02, &zero, 1);
	fields = field(fields, 6, 0x02, &number, 1);
	fields = field(fields, 9, 0x1b, "EXAMPLE.TEST", 12);
	fields = field(fields, 10, 0x30, name, sizeof(name));
	if (data != NULL) {
		fields = field(fields, 12, 0x04, data, length);
	}
	sequence = kdc_der(fields, 0x30, fields, talloc_get_size(fields));
	message = kdc_der(fields, 0x7e, sequence, talloc_get_size(sequence));
	bytes = talloc_zero_array(mem_ctx, uint8_t, 4 + talloc_get_size(message));
	assert_non_null(bytes);
	bytes[2] = (uint8_t)(talloc_get_size(message) >> 8);
	bytes[3] = (uint8_t)talloc_get_size(message);
	memcpy(bytes + 4, message, talloc_get_size(message));
	talloc_free(fields);
	return (struct kdc_answer){ .bytes = bytes, .length = talloc_get_size(bytes) };
}

/* --- Credential caches -------------------------------------------------------------------------------------------- */

struct writer {
	uint8_t *bytes;
	size_t n;
};

static void room(struct writer *w, size_t length)
{
	size_t size = talloc_get_size(w->bytes);

	if (w->n + length > size) {
		w->bytes = talloc_realloc(talloc_parent(w->bytes), w->bytes, uint8_t, 2 * size + length);
		assert_non_null(w->bytes);
	}
}

static void number(struct writer *w, uint32_t value)
{
	room(w, 4);
	w->bytes[w->n++] = (uint8_t)(value >> 24);
	w->bytes[w->n++] = (uint8_t)(value >> 16);
	w->bytes[w->n++] = (uint8_t)(value >> 8);
	w->bytes[w->n++] = (uint8_t)value;
}

static void octets(struct writer *w, const void *bytes, size_t length)
{
	number(w, (uint32_t)length);
	room(w, length);
	memcpy(w->bytes + w->n, bytes, length);
	w->n += length;
}

static void principal(struct writer *w, const char *first, const char *second)
{
	number(w, 1);
	number(w, second == NULL ? 1 : 2);
	octets(w, "EXAMPLE.TEST", 12);
	octets(w, first, strlen(first));
	if (second != NULL) {
		octets(w, second, strlen(second));
	}
}

/* A ticket of alice's that ends in so many seconds, as caches have it; nobody could decrypt it. */
static void ticket(TALLOC_CTX *mem_ctx, struct writer *w, const char *first, const char *second, uint32_t seconds)
{
	static const uint8_t key[32] = { 1, 2, 3 };
	const uint32_t now = (uint32_t)time(NULL);
	uint8_t *names = kdc_join(mem_ctx, kdc_der(mem_ctx, 0x1b, first, strlen(first)),
			      kdc_der(mem_ctx, 0x1b, second, strlen(second)));
	uint8_t *name = kdc_join(mem_ctx, kdc_tagged(mem_ctx, 0, 0x02, "\2", 1),
			     kdc_tagged(mem_ctx, 1, 0x30, names, talloc_get_size(names)));
	uint8_t *cipher = kdc_join(mem_ctx, kdc_tagged(mem_ctx, 0, 0x02, "\x12", 1), kdc_tagged(mem_ctx, 2, 0x04, key, 32));
	uint8_t *all = kdc_join(mem_ctx, kdc_tagged(mem_ctx, 0, 0x02, "\5", 1), kdc_tagged(mem_ctx, 1, 0x1b, "EXAMPLE.TEST", 12));

	all = kdc_join(mem_ctx, all, kdc_tagged(mem_ctx, 2, 0x30, name, talloc_get_size(name)));
	all = kdc_sequence(mem_ctx, kdc_join(mem_ctx, all, kdc_tagged(mem_ctx, 3, 0x30, cipher, talloc_get_size(cipher))));
	all = kdc_der(mem_ctx, 0x61, all, talloc_get_size(all));
	principal(w, "alice", NULL);
	principal(w, first, second);
	room(w, 2);
	w->bytes[w->n++] = 0;
	w->bytes[w->n++] = 18;
	octets(w, key, 32);
	number(w, now - 10);
	number(w, now - 10);
	number(w, now + seconds);
	number(w, 0);
	room(w, 1);
	w->bytes[w->n++] = 0;
	number(w, 0x40000000);
	number(w, 0);
	number(w, 0);
	octets(w, all, talloc_get_size(all));
	number(w, 0);
}

void kdc_write_cache(TALLOC_CTX *mem_ctx, const char *path, uint32_t granting, uint32_t service, unsigned others)
{
	TALLOC_CTX *frame = talloc_new(mem_ctx);
	struct writer w = { .bytes = talloc_memdup(frame, "\5\4\0\0", 4), .n = 4 };

	principal(&w, "alice", NULL);
	ticket(frame, &w, "krbtgt", "EXAMPLE.TEST", granting);
	while (others-- > 0) {
		ticket(frame, &w, "host", talloc_asprintf(frame, "other%u.example.test", others), service);
	}
	ticket(frame, &w, "host", "server.example.test", service);
	kdc_write(path, w.bytes, w.n);
	talloc_free(frame);
}
