/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * raw_client PORT SIZE INFLIGHT SECONDS SERVER_PID - the ceiling: SIZE bytes there and back, no protocol.
 *
 * INFLIGHT 0 does what a synchronous client does at least: poll, read, write. Otherwise a tevent loop keeps INFLIGHT
 * messages outstanding, takes with one read what is there and refills with one write.
 */
#include "measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <talloc.h>
#include <tevent.h>

static struct measure m;
static int fd;
static char buffer[65536];
static size_t pending; /* bytes that the server still owes */
static struct measure_plan plan;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void send_bytes(size_t n)
{
	if (write(fd, buffer, n) != (ssize_t)n) {
		die("write");
	}
	pending += n;
}

static void run_sync(void)
{
	do {
		send_bytes(plan.size);
		while (pending > 0) {
			struct pollfd p = {.fd = fd, .events = POLLIN};
			if (poll(&p, 1, 10000) != 1) {
				die("poll");
			}
			ssize_t n = read(fd, buffer, sizeof(buffer));
			if (n <= 0) {
				die("read");
			}
			pending -= (size_t)n;
		}
	} while (measure_call(&m));
}

static void readable(struct tevent_context *ev, struct tevent_fd *fde, uint16_t flags, void *private_data)
{
	(void)ev;
	(void)fde;
	(void)flags;
	(void)private_data;
	size_t before = (pending + plan.size - 1) / plan.size;
	ssize_t n = read(fd, buffer, sizeof(buffer));
	if (n <= 0) {
		die("read");
	}
	pending -= (size_t)n;
	size_t after = (pending + plan.size - 1) / plan.size;
	bool more = true;
	for (size_t i = after; i < before; i++) {
		more = measure_call(&m);
	}
	if (more && before > after) {
		send_bytes((before - after) * plan.size);
	}
}

static void run_async(struct tevent_context *ev)
{
	send_bytes((size_t)plan.size * plan.inflight);
	while (pending > 0) {
		tevent_loop_once(ev);
	}
}

static void run(struct tevent_context *ev, const struct measure_plan *what)
{
	measure_start(&m, what);
	if (plan.inflight == 0) {
		run_sync();
	} else {
		run_async(ev);
	}
}

int main(int argc, char **argv)
{
	int one = 1;
	if (argc != 6) {
		fprintf(stderr, "usage: raw_client PORT SIZE INFLIGHT SECONDS SERVER_PID\n");
		return 2;
	}
	plan = measure_plan(argv + 2);
	if (plan.size == 0 || (size_t)plan.size * (plan.inflight + 1) > sizeof(buffer)) {
		fprintf(stderr, "raw_client: the bytes in flight must fit one buffer\n");
		return 2;
	}
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	address.sin_port = htons((uint16_t)atoi(argv[1]));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		die("connect");
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	struct tevent_context *ev = tevent_context_init(NULL);
	tevent_add_fd(ev, ev, fd, TEVENT_FD_READ, readable, NULL);
	struct measure_plan warm = measure_warm_up(&plan);
	run(ev, &warm);
	run(ev, &plan);
	measure_report(&m, &plan);
	return 0;
}
