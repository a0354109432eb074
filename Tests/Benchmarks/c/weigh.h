/* SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * weigh.h - what a process has in memory: resident kilobytes, and the shared libraries mapped (the loader included).
 */
#ifndef BENCH_WEIGH_H
#define BENCH_WEIGH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline long weigh_resident(void)
{
	char line[256];
	long kilobytes = 0;
	FILE *f = fopen("/proc/self/status", "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0) {
			kilobytes = strtol(line + 6, NULL, 10);
		}
	}
	if (f != NULL) {
		fclose(f);
	}
	return kilobytes;
}

/* The segments of a library stand one after another, so a library starts where the name changes. */
static inline int weigh_libraries(void)
{
	char line[4096], last[4096] = "";
	int count = 0;
	FILE *f = fopen("/proc/self/maps", "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		char *path = strchr(line, '/');
		if (path == NULL || strstr(path, ".so") == NULL || strcmp(path, last) == 0) {
			continue;
		}
		strcpy(last, path);
		count++;
	}
	if (f != NULL) {
		fclose(f);
	}
	return count;
}

static inline int weigh(void)
{
	long resident = weigh_resident();
	printf("rss_kb=%ld libraries=%d\n", resident, weigh_libraries());
	return 0;
}

#endif
