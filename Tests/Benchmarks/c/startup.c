/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * startup RUNS PROGRAM... - how long each program takes from posix_spawn() to its end; milliseconds, median of RUNS,
 * the programs taking turns. Their output is thrown away.
 */
#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

static double run_once(const char *program, const posix_spawn_file_actions_t *actions)
{
	char *arguments[] = {(char *)program, NULL}, *environment[] = {NULL};
	int status = 0;
	pid_t pid;
	double start = measure_now();
	if (posix_spawn(&pid, program, actions, NULL, arguments, environment) != 0 || waitpid(pid, &status, 0) != pid ||
	    status != 0) {
		fprintf(stderr, "startup: %s: status %d\n", program, status);
		exit(1);
	}
	return (measure_now() - start) * 1e3;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0, programs = argc - 2;
	if (runs < 1) {
		fprintf(stderr, "usage: startup RUNS PROGRAM...\n");
		return 2;
	}
	float *times = calloc((size_t)runs * (size_t)programs, sizeof(*times));
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < runs; i++) {
		for (int p = 0; p < programs; p++) {
			times[p * runs + i] = (float)run_once(argv[p + 2], &actions);
		}
	}
	for (int p = 0; p < programs; p++) {
		qsort(times + p * runs, (size_t)runs, sizeof(*times), measure_compare);
		printf("ms%d=%.3f\n", p, (double)times[p * runs + runs / 2]);
	}
	return 0;
}
