/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * raw_server PORT - the ceiling: a tevent server that sends every byte back and does nothing else.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <talloc.h>
#include <tevent.h>

static char buffer[65536];

static void echo(struct tevent_context *ev, struct tevent_fd *fde, uint16_t flags, void *private_data)
{
	int *fd = private_data;
	(void)ev;
	(void)fde;
	(void)flags;
	ssize_t n = read(*fd, buffer, sizeof(buffer));
	if (n < 0 && errno == EAGAIN) {
		return;
	}
	if (n <= 0 || write(*fd, buffer, (size_t)n) != n) {
		close(*fd);
		talloc_free(fd);
	}
}

static void accept_one(struct tevent_context *ev, struct tevent_fd *fde, uint16_t flags, void *private_data)
{
	int *listener = private_data, one = 1;
	(void)fde;
	(void)flags;
	int *fd = talloc(ev, int);
	*fd = accept4(*listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (*fd < 0) {
		talloc_free(fd);
		return;
	}
	setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	tevent_add_fd(ev, fd, *fd, TEVENT_FD_READ, echo, fd);
}

int main(int argc, char **argv)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	address.sin_port = htons(argc == 2 ? (uint16_t)atoi(argv[1]) : 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 128) != 0) {
		perror("raw_server");
		return 1;
	}
	struct tevent_context *ev = tevent_context_init(NULL);
	tevent_add_fd(ev, ev, listener, TEVENT_FD_READ, accept_one, &listener);
	printf("ready\n");
	fflush(stdout);
	return tevent_loop_wait(ev);
}
