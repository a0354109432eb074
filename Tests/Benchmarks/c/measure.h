/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * measure.h - what every client of the benchmark measures, the same way for ours, Samba's and the raw one.
 *
 * Wall time, processor time of both sides (the kernel's per process CPU clocks) and the time of each call. One read
 * of the clock a call is part of every client's loop.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#define MEASURE_SAMPLES 2000000u
#define MEASURE_WARM_UP_SECONDS 0.05

/* What to run, from the command line: ... SIZE INFLIGHT SECONDS SERVER_PID */
struct measure_plan {
	uint32_t size;     /* bytes of payload each way */
	uint32_t inflight; /* calls kept outstanding; 0: synchronous calls */
	double seconds;
	pid_t server;      /* 0: its processor time is not known */
};

struct measure {
	double wall, client, server; /* seconds */
	double last;                 /* when the call before ended */
	double deadline;
	uint64_t calls;
	float *samples; /* microseconds */
};

static inline double measure_seconds(struct timespec t)
{
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline double measure_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return measure_seconds(t);
}

static inline double measure_cpu(pid_t pid)
{
	clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
	struct timespec t;
	if (pid < 0 || (pid > 0 && clock_getcpuclockid(pid, &clock) != 0) || clock_gettime(clock, &t) != 0) {
		return 0;
	}
	return measure_seconds(t);
}

static inline struct measure_plan measure_plan(char **arguments)
{
	struct measure_plan plan = {
		.size = (uint32_t)strtoul(arguments[0], NULL, 10),
		.inflight = (uint32_t)strtoul(arguments[1], NULL, 10),
		.seconds = strtod(arguments[2], NULL),
		.server = (pid_t)strtol(arguments[3], NULL, 10),
	};
	return plan;
}

static inline void measure_start(struct measure *m, const struct measure_plan *plan)
{
	if (m->samples == NULL) {
		m->samples = malloc(MEASURE_SAMPLES * sizeof(*m->samples));
		if (m->samples == NULL) {
			abort();
		}
		memset(m->samples, 0, MEASURE_SAMPLES * sizeof(*m->samples)); /* no page faults in the loop */
	}
	m->calls = 0;
	m->client = measure_cpu(0);
	m->server = plan->server > 0 ? measure_cpu(plan->server) : 0;
	m->wall = m->last = measure_now();
	m->deadline = m->wall + plan->seconds;
}

/* Counts a call that has just ended; whether there is time for another. */
static inline bool measure_call(struct measure *m)
{
	double now = measure_now();
	m->samples[m->calls % MEASURE_SAMPLES] = (float)((now - m->last) * 1e6);
	m->calls++;
	m->last = now;
	return now < m->deadline;
}

static int measure_compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* One line of numbers for the driver. */
static inline void measure_report(struct measure *m, const struct measure_plan *plan)
{
	double wall = measure_now() - m->wall;
	double client = measure_cpu(0) - m->client;
	double server = plan->server > 0 ? measure_cpu(plan->server) - m->server : 0;
	size_t n = m->calls < MEASURE_SAMPLES ? (size_t)m->calls : MEASURE_SAMPLES;
	if (n == 0) {
		fprintf(stderr, "no call was made\n");
		exit(1);
	}
	qsort(m->samples, n, sizeof(*m->samples), measure_compare);
	double calls = (double)m->calls;
	printf("calls=%.0f rate=%.1f mbps=%.2f p50=%.2f p99=%.2f max=%.1f client_us=%.3f server_us=%.3f\n", calls,
	       calls / wall, 2.0 * plan->size * calls / wall / 1e6, (double)m->samples[n / 2],
	       (double)m->samples[n * 99 / 100], (double)m->samples[n - 1], client / calls * 1e6,
	       server / calls * 1e6);
}

/* A first, short run with the same loop: caches, buffers and the peer's slow start are warm after it. */
static inline struct measure_plan measure_warm_up(const struct measure_plan *plan)
{
	struct measure_plan warm = *plan;
	warm.seconds = MEASURE_WARM_UP_SECONDS;
	return warm;
}

#endif
