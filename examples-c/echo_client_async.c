/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * echo_client_async BINDING - 100 calls in flight on one connection, from the program's own tevent loop.
 *
 * Each call sleeps a second in the server. A timer of the same loop ticks every 5 ms: it would stop if anything in the
 * library waited, and the calls would take 100 seconds if they went one after the other.
 */
#include <stdio.h>
#include <stdlib.h>

#include <talloc.h>
#include <tevent.h>

#include <dcerpcswift/dcerpc.h>

#include "ndr_echo_c.h"

#define CALLS 100
#define TICK_MICROSECONDS 5000

struct program {
	struct tevent_context *ev;
	struct dcerpc_binding_handle *h;
	struct timeval begin, last_tick;
	double longest_gap;
	unsigned ticks, answers;
	uint64_t most_in_flight;
};

static void check(NTSTATUS status, const char *what)
{
	if (!NT_STATUS_IS_OK(status)) {
		fprintf(stderr, "%s: %s\n", what, dcerpc_nt_errstr(status));
		exit(1);
	}
}

static double seconds_since(struct timeval begin)
{
	struct timeval end = tevent_timeval_current(), span = tevent_timeval_until(&begin, &end);

	return (double)span.tv_sec + (double)span.tv_usec / 1e6;
}

static void tick(struct tevent_context *ev, struct tevent_timer *te, struct timeval now, void *private_data)
{
	struct program *p = private_data;
	double gap = seconds_since(p->last_tick);

	(void)te, (void)now;
	if (p->ticks++ > 0 && gap > p->longest_gap) {
		p->longest_gap = gap;
	}
	p->last_tick = tevent_timeval_current();
	if (p->answers < CALLS) {
		tevent_add_timer(ev, p, tevent_timeval_current_ofs(0, TICK_MICROSECONDS), tick, p);
	}
}

static void slept(struct tevent_req *req)
{
	struct program *p = tevent_req_callback_data(req, struct program);
	uint32_t result = 0;

	check(dcerpc_echo_TestSleep_recv(req, p, &result), "echo_TestSleep");
	talloc_free(req);
	p->answers++;
}

static void connected(struct tevent_req *req)
{
	struct program *p = tevent_req_callback_data(req, struct program);
	int i;

	check(dcerpc_connect_recv(req, p, &p->h), "connect");
	talloc_free(req);
	for (i = 0; i < CALLS; i++) {
		req = dcerpc_echo_TestSleep_send(p, p->ev, p->h, 1);
		if (req == NULL) {
			exit(1);
		}
		tevent_req_set_callback(req, slept, p);
	}
	p->most_in_flight = dcerpc_binding_handle_get_stat(p->h, DCERPC_STAT_CALLS_IN_FLIGHT);
}

int main(int argc, char **argv)
{
	struct program *p = talloc_zero(NULL, struct program);
	struct dcerpc_binding *binding;
	struct tevent_req *req;

	if (argc != 2) {
		fprintf(stderr, "usage: echo_client_async BINDING\n");
		return 2;
	}
	p->ev = tevent_context_init(p);
	p->begin = p->last_tick = tevent_timeval_current();
	tevent_add_timer(p->ev, p, p->begin, tick, p);

	check(dcerpc_parse_binding(p, argv[1], &binding), argv[1]);
	req = dcerpc_connect_send(p, p->ev, binding, &ndr_table_rpcecho);
	if (req == NULL) {
		return 1;
	}
	tevent_req_set_callback(req, connected, p);
	while (p->answers < CALLS && tevent_loop_once(p->ev) == 0) {
	}

	printf("TestSleep %d calls of one second each, %llu in flight at once: done after %.2f seconds\n", CALLS,
	       (unsigned long long)p->most_in_flight, seconds_since(p->begin));
	printf("timer     %u ticks meanwhile, the longest gap %.1f ms\n", p->ticks, p->longest_gap * 1e3);
	talloc_free(p);
	return 0;
}
